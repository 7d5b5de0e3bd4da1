/*
 * Two snapshots, fact by fact. Both lists are sorted alike and walked side by side: what stands in
 * both is compared, what stands in one only is new or gone - unless the other side could not know,
 * because its DNS answer settles nothing. How a change reads is one table.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "history/diff.h"

enum {
	SLOWER_MS =
	    100, /* a time that differs by less, or is not twice the other, is no change */
};

/* Both sides, while they are compared. */
struct sides {
	struct diff *diff;
	const struct snapshot *before, *after;
	bool settled; /* both know the exchanges */
};

/* --- who a sentence is about --------------------------------------------------------- */

/* The number that a text spells, or the fallback. */
static long
number_of(const char *text, long fallback)
{
	long value = fallback;

	if (text != NULL)
		text_number(text, 0, 1000000000, &value);
	return value;
}

/* The lowest preference of a snapshot. */
static long
lowest_preference(const struct snapshot *snapshot)
{
	long lowest = 65536;

	for (size_t i = 0; i < snapshot->count; i++) {
		const struct snapshot_fact *fact = &snapshot->facts[i];

		if (fact->scope == SNAPSHOT_EXCHANGE && fact->field != NULL &&
		    strcmp(fact->field->path, "preference") == 0 &&
		    number_of(fact->value, 65536) < lowest)
			lowest = number_of(fact->value, 65536);
	}
	return lowest;
}

/* True when the exchange, or the one that the address belongs to, is tried only behind others. */
static bool
is_backup(const struct snapshot *snapshot, const char *subject)
{
	char *exchange = mem_strndup(subject, strcspn(subject, " "));
	const char *preference =
	    snapshot_value(snapshot, SNAPSHOT_EXCHANGE, exchange, "preference");

	free(exchange);
	return preference != NULL && number_of(preference, 0) > lowest_preference(snapshot);
}

/* Appends who it is about: "backup mx2.example.net"; nothing for the domain itself. */
static void
add_subject(struct buf *text, const struct snapshot *snapshot, const struct snapshot_fact *fact)
{
	if (fact->scope == SNAPSHOT_DOMAIN)
		return;
	if (is_backup(snapshot, fact->subject))
		buf_adds(text, "backup ");
	buf_adds(text, fact->subject);
}

/* --- sentences ------------------------------------------------------------------------- */

/*
 * How a change of a word reads, where there is something better than "from A to B": the first row that fits;
 * NULL stands for any value. In the text %a is the old value, %b the new one.
 */
static const struct telling {
	const char *path, *from, *to, *text;
} tellings[] = {
	{ "verdict", NULL, NULL, "verdict was %a and is %b" },
	{ "mx.kind", "explicit", "null",
	    "the MX records are gone: a Null MX refuses all mail" },
	{ "mx.kind", "explicit", "implicit",
	    "the MX records are gone: its own addresses take its mail" },
	{ "mx.kind", "explicit", "none",
	    "the MX records are gone, and there is no address either" },
	{ "mx.kind", NULL, "explicit", "has MX records now (was %a)" },
	{ "probe.starttls", "ok", NULL, "lost STARTTLS (%b)" },
	{ "probe.starttls", NULL, "ok", "gained STARTTLS (was %a)" },
	{ "probe.outcome", "accepting", NULL, "no longer accepts mail (%b)" },
	{ "probe.outcome", NULL, "accepting", "accepts mail again (was %a)" },
	{ "probe.tls.chain", "trusted", NULL, "certificate is no longer trusted (%b)" },
	{ "probe.tls.chain", NULL, "trusted", "certificate is trusted now (was %a)" },
	{ "probe.tls.name", "match", NULL, "certificate no longer holds its name" },
	{ "probe.tls.name", NULL, "match", "certificate holds its name now" },
	{ "probe.dane", "verified", NULL, "no longer passes DANE (%b)" },
	{ "probe.dane", NULL, "verified", "passes DANE now (was %a)" },
	{ "sts", "match", "mismatch", "is no longer in the MTA-STS policy" },
	{ "sts", "mismatch", "match", "is in the MTA-STS policy now" },
	{ "fcrdns", "yes", "no", "its PTR name no longer leads back to it" },
	{ "fcrdns", "no", "yes", "its PTR name leads back to it now" },
};

/* The telling of this change, or NULL. */
static const char *
telling_of(const char *path, const char *from, const char *to)
{
	for (size_t i = 0; i < sizeof tellings / sizeof *tellings; i++) {
		const struct telling *row = &tellings[i];

		if (strcmp(row->path, path) == 0 &&
		    (row->from == NULL || strcmp(row->from, from) == 0) &&
		    (row->to == NULL || strcmp(row->to, to) == 0))
			return row->text;
	}
	return NULL;
}

/* Appends a telling with both values in place. */
static void
add_telling(struct buf *text, const char *telling, const char *from, const char *to)
{
	for (; *telling != '\0'; telling++) {
		if (telling[0] == '%' && telling[1] == 'a')
			buf_adds(text, from);
		else if (telling[0] == '%' && telling[1] == 'b')
			buf_adds(text, to);
		else
			buf_addc(text, *telling);
		if (telling[0] == '%')
			telling++;
	}
}

/* Adds a change to the list; takes the text. */
static void
add_change(struct diff *diff, enum change_kind kind, enum snapshot_weight weight, char *text,
    size_t place)
{
	diff->changes =
	    mem_grow(diff->changes, diff->count, &diff->capacity, sizeof *diff->changes);
	diff->changes[diff->count++] = (struct change){
		.kind = kind,
		.weight = weight,
		.text = text,
		.place = place,
	};
	diff->meanings += weight == SNAPSHOT_MEANING;
}

/* The place of a fact in its snapshot. */
static size_t
place_of(const struct snapshot *snapshot, const struct snapshot_fact *fact)
{
	return (size_t)(fact - snapshot->facts);
}

/* --- one fact in both --------------------------------------------------------------------- */

/* True for values that say only that something was not looked at. */
static bool
is_unknown(const char *value)
{
	static const char *const unknown[] = { "skipped", "unchecked", "not-tried",
		"indeterminate", "inconclusive", "error", "not finished" };

	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
		if (strcmp(value, unknown[i]) == 0)
			return true;
	}
	return false;
}

/* True when the list, each member with '\n' behind it, holds the member. */
static bool
list_has(const char *list, const char *member, size_t n)
{
	while (*list != '\0') {
		size_t length = strcspn(list, "\n");

		if (length == n && memcmp(list, member, n) == 0)
			return true;
		list += length + 1;
	}
	return false;
}

/* Tells of the members of one list that the other lacks. */
static void
tell_members(struct sides *sides, const struct snapshot_fact *fact, const char *other,
    enum change_kind kind)
{
	const struct snapshot_field *field = fact->field;

	for (const char *member = fact->value; *member != '\0';) {
		size_t n = strcspn(member, "\n");
		struct buf text = BUF_INIT;

		if (!list_has(other, member, n)) {
			add_subject(&text, sides->after, fact);
			buf_adds(&text, text.length > 0 ? ": " : "");
			buf_addf(
			    &text, "%s %s", kind == CHANGE_NEW ? "new" : "lost", field->label);
			buf_addc(&text, ' ');
			buf_add(&text, member, n);
			add_change(sides->diff, kind, field->weight, buf_take(&text),
			    place_of(kind == CHANGE_NEW ? sides->after : sides->before, fact));
		}
		member += n + 1;
	}
}

/* True for two times so close that the difference says nothing. */
static bool
is_same_time(const char *before, const char *after)
{
	long a = number_of(before, 0), b = number_of(after, 0);
	long low = a < b ? a : b, high = a < b ? b : a;

	return high - low < SLOWER_MS || high < 2 * low;
}

/* Appends what became of a value. */
static void
add_words(
    struct buf *text, const struct snapshot_fact *before, const struct snapshot_fact *after)
{
	const struct snapshot_field *field = after->field;
	const char *telling = telling_of(field->path, before->value, after->value);
	bool alone = text->length == 0;

	if (telling != NULL) {
		buf_adds(text, alone ? "" : " ");
		add_telling(text, telling, before->value, after->value);
		return;
	}
	buf_adds(text, alone ? "" : ": ");
	if (field->kind == SNAPSHOT_DATE)
		buf_addf(text, "%s %s, now valid until %s", field->label,
		    strcmp(after->value, before->value) > 0 ? "renewed" : "replaced",
		    after->value);
	else if (field->kind == SNAPSHOT_DURATION)
		buf_addf(
		    text, "%s from %s to %s ms", field->label, before->value, after->value);
	else
		buf_addf(text, "%s from %s to %s", field->label, before->value, after->value);
}

/* True for an outcome of the DNS that settles its question. */
static bool
is_settled(const char *outcome)
{
	static const char *const settled[] = { "answer", "nodata", "nxdomain", "literal",
		"null", "localhost", "invalid" };

	for (size_t i = 0; outcome != NULL && i < sizeof settled / sizeof *settled; i++) {
		if (strcmp(outcome, settled[i]) == 0)
			return true;
	}
	return false;
}

/*
 * True when this snapshot knows which exchanges there are. One without an answer to the MX question
 * does for an address literal, which has no policies either; else the inquiry was stopped before.
 */
static bool
knows_exchanges(const struct snapshot *snapshot)
{
	const char *outcome = snapshot_value(snapshot, SNAPSHOT_DOMAIN, "", "mx.outcome");

	if (outcome != NULL)
		return is_settled(outcome);
	return snapshot_value(snapshot, SNAPSHOT_DOMAIN, "", "spf.outcome") == NULL;
}

/* True when the DNS did not answer what the fact is part of. */
static bool
is_open(const struct snapshot *snapshot, const struct snapshot_fact *fact)
{
	const char *outcome;

	if (strcmp(fact->field->path, "mx.alias") == 0)
		return !knows_exchanges(snapshot);
	outcome = snapshot_value(snapshot, fact->scope, fact->subject, "outcome");
	return outcome != NULL && !is_settled(outcome);
}

/* Compares a fact that both sides have. */
static void
compare_fact(
    struct sides *sides, const struct snapshot_fact *before, const struct snapshot_fact *after)
{
	const struct snapshot_field *field = after->field;
	struct buf text = BUF_INIT;

	if (field->weight == SNAPSHOT_QUIET || strcmp(before->value, after->value) == 0)
		return;
	if (field->kind == SNAPSHOT_LIST || field->kind == SNAPSHOT_LIST_OR_NONE) {
		if (is_open(sides->before, before) || is_open(sides->after, after))
			return;
		tell_members(sides, before, after->value, CHANGE_GONE);
		tell_members(sides, after, before->value, CHANGE_NEW);
		return;
	}
	if (is_unknown(before->value) || is_unknown(after->value) ||
	    (field->kind == SNAPSHOT_DURATION && is_same_time(before->value, after->value)))
		return;
	if (strcmp(field->path, "status") == 0 && sides->before->kind != sides->after->kind)
		return; /* the verdict says it */
	add_subject(&text, sides->after, after);
	add_words(&text, before, after);
	add_change(sides->diff, CHANGE_OTHER, field->weight, buf_take(&text),
	    place_of(sides->after, after));
}

/* --- what one side has alone --------------------------------------------------------------- */

/* True when this snapshot would know of the subject if it were there. */
static bool
would_know(
    const struct sides *sides, const struct snapshot *other, const struct snapshot_fact *fact)
{
	char *exchange;
	bool known;

	if (fact->scope == SNAPSHOT_EXCHANGE || fact->scope == SNAPSHOT_FINDING)
		return sides->settled;
	if (fact->scope != SNAPSHOT_ADDRESS)
		return false;
	exchange = mem_strndup(fact->subject, strcspn(fact->subject, " "));
	/* An exchange that is gone takes its addresses along: that is said once. */
	known = sides->settled && snapshot_has(other, SNAPSHOT_EXCHANGE, exchange) &&
	    is_settled(snapshot_value(other, SNAPSHOT_EXCHANGE, exchange, "outcome"));
	free(exchange);
	return known;
}

/* Appends the sentence of a subject that is new or gone. */
static void
add_presence(struct buf *text, const struct snapshot *snapshot,
    const struct snapshot_fact *fact, enum change_kind kind)
{
	const char *value;

	if (fact->scope == SNAPSHOT_FINDING) {
		value = snapshot_value(snapshot, fact->scope, fact->subject, "text");
		buf_addf(text, "%s: %s", kind == CHANGE_NEW ? "found" : "no longer found",
		    value == NULL ? fact->subject : value);
		return;
	}
	add_subject(text, snapshot, fact);
	buf_addf(text, " %s", kind == CHANGE_NEW ? "is new" : "is gone");
	value = snapshot_value(snapshot, fact->scope, fact->subject, "preference");
	if (value != NULL)
		buf_addf(
		    text, kind == CHANGE_NEW ? ", preference %s" : " (preference %s)", value);
}

/* Tells of a subject that one side has alone. */
static void
tell_alone(struct sides *sides, const struct snapshot_fact *fact, enum change_kind kind)
{
	bool is_new = kind == CHANGE_NEW;
	const struct snapshot *here = is_new ? sides->after : sides->before;
	const struct snapshot *other = is_new ? sides->before : sides->after;
	enum snapshot_weight weight = SNAPSHOT_MEANING;
	struct buf text = BUF_INIT;
	const char *severity;

	if (fact->field != NULL || !would_know(sides, other, fact))
		return;
	severity = snapshot_value(here, fact->scope, fact->subject, "severity");
	if (severity != NULL && strcmp(severity, "info") == 0)
		weight = SNAPSHOT_MINOR;
	add_presence(&text, here, fact, kind);
	add_change(sides->diff, kind, weight, buf_take(&text), place_of(here, fact));
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Orders facts by subject and field, so that both sides can be walked alike. */
static int
compare_facts(const struct snapshot_fact *a, const struct snapshot_fact *b)
{
	int order = (int)a->scope - (int)b->scope;

	if (order == 0)
		order = strcmp(a->subject, b->subject);
	if (order != 0 || a->field == b->field)
		return order;
	return a->field == NULL || (b->field != NULL && a->field < b->field) ? -1 : 1;
}

/* The same behind pointers, for qsort(). */
static int
compare_behind(const void *a, const void *b)
{
	return compare_facts(
	    *(const struct snapshot_fact *const *)a, *(const struct snapshot_fact *const *)b);
}

/* Returns the facts in that order; the caller frees the list. */
static const struct snapshot_fact **
sorted_facts(const struct snapshot *snapshot)
{
	const struct snapshot_fact **list = mem_calloc(snapshot->count, sizeof *list);

	for (size_t i = 0; i < snapshot->count; i++)
		list[i] = &snapshot->facts[i];
	qsort(list, snapshot->count, sizeof *list, compare_behind);
	return list;
}

/* Orders changes: those of meaning first, then as the report has them. */
static int
compare_changes(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* Walks both sides. */
static void
walk(struct sides *sides, const struct snapshot_fact **before,
    const struct snapshot_fact **after)
{
	size_t i = 0, j = 0;

	while (i < sides->before->count || j < sides->after->count) {
		int order = i == sides->before->count ? 1
		    : j == sides->after->count        ? -1
						      : compare_facts(before[i], after[j]);

		if (order < 0) {
			tell_alone(sides, before[i++], CHANGE_GONE);
		} else if (order > 0) {
			tell_alone(sides, after[j++], CHANGE_NEW);
		} else {
			if (after[j]->field != NULL)
				compare_fact(sides, before[i], after[j]);
			i++;
			j++;
		}
	}
}

void
diff_make(struct diff *diff, const struct snapshot *before, const struct snapshot *after)
{
	struct sides sides = {
		.diff = diff,
		.before = before,
		.after = after,
		.settled = knows_exchanges(before) && knows_exchanges(after),
	};
	const struct snapshot_fact **left = sorted_facts(before), **right = sorted_facts(after);

	*diff = (struct diff){ 0 };
	walk(&sides, left, right);
	if (diff->count > 0)
		qsort(diff->changes, diff->count, sizeof *diff->changes, compare_changes);
	free(left);
	free(right);
}

void
diff_note(struct diff *diff, const char *text)
{
	add_change(diff, CHANGE_OTHER, SNAPSHOT_MEANING, mem_strdup(text), 0);
}

void
diff_clear(struct diff *diff)
{
	for (size_t i = 0; i < diff->count; i++)
		free(diff->changes[i].text);
	free(diff->changes);
	*diff = (struct diff){ 0 };
}
