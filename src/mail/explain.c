/*
 * Explanations. Decides what a query is - an id, a rule, a code, a word, else a line of a log -,
 * finds the codes and hosts in a line, and puts together what the tables (explain_*.c) and the
 * domain under study say of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "mail/explain.h"
#include "mail/explain_tables.h"
#include "mail/phrase.h"
#include "mail/status.h"

enum {
	CODE_MAX = 16
};

/* Adds an item, which takes title and text. */
static void
add(struct explanation *explanation, char *title, char *text, const char *clause)
{
	explanation->items = mem_grow(explanation->items, explanation->count,
	    &explanation->capacity, sizeof *explanation->items);
	explanation->items[explanation->count++] = (struct explain_item){ title, text, clause };
	explanation->found = true;
}

/* Adds an item of copies. */
static void
add_copy(
    struct explanation *explanation, const char *title, const char *text, const char *clause)
{
	add(explanation, mem_strdup(title), mem_strdup(text), clause);
}

/* True when an item has this title already. */
static bool
is_explained(const struct explanation *explanation, const char *title)
{
	for (size_t i = 0; i < explanation->count; i++) {
		if (strcmp(explanation->items[i].title, title) == 0)
			return true;
	}
	return false;
}

/* Adds a rule, once. */
static void
add_rule(struct explanation *explanation, const struct rule *rule)
{
	struct buf title = BUF_INIT;

	buf_addf(&title, "rule %s", rule->id);
	if (is_explained(explanation, buf_text(&title))) {
		buf_clear(&title);
		return;
	}
	add(explanation, buf_take(&title), mem_strdup(rule->sentence), rule->clause);
}

/* Adds an entry of a table. */
static void
add_entry(struct explanation *explanation, const struct explain_entry *entry)
{
	add_copy(explanation, entry->key, entry->text, entry->clause);
}

/* --- codes ------------------------------------------------------------------------------ */

/* Explains an enhanced code, "4.4.1": false when it is none. */
static bool
explain_enhanced(struct explanation *explanation, const char *code)
{
	const struct explain_entry *class = explain_class(code[0]), *detail;
	struct buf text = BUF_INIT;

	if (!class || code[1] != '.')
		return false;
	detail = explain_detail(code + 2);
	if (detail)
		buf_addf(&text, "%s. Here: %s.", class->text, detail->text);
	else
		buf_addf(&text, "%s. The rest of the code is not registered.", class->text);
	add(explanation, mem_strdup(code), buf_take(&text),
	    detail ? detail->clause : class->clause);
	return true;
}

/* The number of digits at s, at most so many. */
static size_t
digits(const char *s, size_t most)
{
	size_t n = 0;

	while (n < most && s[n] >= '0' && s[n] <= '9')
		n++;
	return n;
}

/* The length of an enhanced code that stands at s by itself; 0 for none. */
static size_t
enhanced_length(const char *line, const char *s)
{
	size_t subject, detail, end;

	if (s > line && (s[-1] == '.' || s[-1] == ':' || digits(s - 1, 1) > 0))
		return 0;
	if ((*s != '2' && *s != '4' && *s != '5') || s[1] != '.')
		return 0;
	subject = digits(s + 2, 3);
	if (subject == 0 || s[2 + subject] != '.')
		return 0;
	detail = digits(s + 3 + subject, 3);
	end = 3 + subject + detail;
	if (detail == 0 || digits(s + end, 1) > 0 ||
	    (s[end] == '.' && digits(s + end + 1, 1) > 0))
		return 0;
	return end;
}

/* True when a reply code may begin behind this character; qmail writes "_" for a blank. */
static bool
is_before_code(char c)
{
	return c != '\0' && strchr(" :(\"<'_/", c) != NULL;
}

/* True when a reply code may end before this character, or at the end of the line. */
static bool
is_behind_code(char c)
{
	return strchr(" -)_/", c) != NULL;
}

/* The length of a reply code that stands at s by itself; 0 for none. */
static size_t
reply_length(const char *line, const char *s)
{
	if ((s > line && !is_before_code(s[-1])) || *s < '2' || *s > '5' || digits(s, 4) != 3)
		return 0;
	return is_behind_code(s[3]) ? 3 : 0;
}

/* Explains the code of this length at s. */
static void
explain_code_at(struct explanation *explanation, const char *s, size_t length, bool enhanced)
{
	char code[CODE_MAX];
	const struct explain_entry *entry;

	snprintf(code, sizeof code, "%.*s", (int)length, s);
	if (is_explained(explanation, code))
		return;
	if (enhanced) {
		explain_enhanced(explanation, code);
		return;
	}
	entry = explain_reply_code(code);
	if (entry)
		add_entry(explanation, entry);
}

/* Explains the codes in a line, in their order. */
static void
explain_codes(struct explanation *explanation, const char *line)
{
	for (const char *s = line; *s;) {
		size_t enhanced = enhanced_length(line, s), reply = reply_length(line, s);

		if (enhanced || reply)
			explain_code_at(
			    explanation, s, enhanced ? enhanced : reply, enhanced > 0);
		s += enhanced ? enhanced : reply ? reply : 1;
	}
}

/* --- the domain under study ------------------------------------------------------------ */

/* True when the line holds the name as a whole: no letter, digit, dot or hyphen before or behind. */
static bool
holds(const char *line, const char *name)
{
	static const char inside[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t length = strlen(name);
	const char *at = length > 0 ? text_find_nocase(line, name) : NULL;

	while (at) {
		char before = at > line ? text_lower(at[-1]) : ' ',
		     behind = text_lower(at[length]);
		bool ends = behind == '\0' || !strchr(inside, behind);

		if (ends && !strchr(inside, before) && before != '.')
			return true;
		at = text_find_nocase(at + 1, name);
	}
	return false;
}

/* Appends a clause as a sentence; a name of a host stays as it is. */
static void
add_sentence(struct buf *text, const char *clause)
{
	bool small =
	    clause[0] >= 'a' && clause[0] <= 'z' && !memchr(clause, '.', strcspn(clause, " "));

	buf_addc(text, small ? (char)(clause[0] - 'a' + 'A') : clause[0]);
	buf_addf(text, "%s.", clause + 1);
}

/* Says where a row stands. */
static void
add_place(struct explanation *explanation, const struct plan_row *row,
    const struct explain_world *world)
{
	const struct mx_exchange *exchange = &world->facts->mx.exchanges[row->exchange];
	struct buf title = BUF_INIT, text = BUF_INIT;

	phrase_host(&title, world->facts, row);
	buf_addf(&text, "An exchange of %s with preference %u", world->facts->subject.unicode,
	    exchange->preference);
	if (row->attempt > 0)
		buf_addf(&text, ", tried as number %u", row->attempt);
	else
		buf_addf(&text, ", not tried: %s", plan_standing_help(row->standing));
	buf_adds(&text, ". ");
	add_sentence(&text, row->because);
	add(explanation, buf_take(&title), buf_take(&text), row->rule->clause);
}

/* True when a row is named in the line: by its address, or by its exchange where it has none. */
static bool
is_named(const struct plan_row *row, const char *line, const struct explain_world *world)
{
	char address[IP_TEXT_MAX];

	if (row->target == SIZE_MAX)
		return holds(line, world->facts->mx.exchanges[row->exchange].text);
	return holds(line, ip_text(&world->facts->targets[row->target].ip, address));
}

/* Adds the rows whose addresses the line names; else those of the exchanges that it names. */
static void
explain_hosts(
    struct explanation *explanation, const char *line, const struct explain_world *world)
{
	size_t before = explanation->count;

	if (!world->facts || !world->plan)
		return;
	for (size_t i = 0; i < world->plan->count; i++) {
		if (is_named(&world->plan->rows[i], line, world))
			add_place(explanation, &world->plan->rows[i], world);
	}
	for (size_t i = 0; explanation->count == before && i < world->plan->count; i++) {
		const struct plan_row *row = &world->plan->rows[i];

		if (holds(line, world->facts->mx.exchanges[row->exchange].text))
			add_place(explanation, row, world);
	}
}

/* Adds what the plan's server said, and what its sender makes of it. */
static void
add_probe(struct explanation *explanation, const struct smtp_facts *probe)
{
	struct buf text = BUF_INIT;
	char status[MAIL_STATUS_MAX], code[CODE_MAX];

	if (!probe || probe->outcome == SMTP_IN_PROGRESS)
		return;
	add_sentence(&text, probe->error ? probe->error : smtp_outcome_help(probe->outcome));
	if (probe->outcome != SMTP_ACCEPTING)
		buf_addf(&text, " The dialogue had come to the stage %s: %s.",
		    smtp_stage_name(probe->stage), smtp_stage_help(probe->stage));
	add(explanation, mem_strdup("what the probe met"), buf_take(&text), NULL);
	if (probe->outcome == SMTP_ACCEPTING)
		return;
	snprintf(code, sizeof code, "%d", probe->code);
	if (probe->code > 0 && explain_reply_code(code))
		add_entry(explanation, explain_reply_code(code));
	explain_enhanced(explanation, mail_status(probe, status));
}

/* --- findings ---------------------------------------------------------------------------- */

/* Explains the id of a finding, if it is one. */
static void
explain_finding_id(
    struct explanation *explanation, const char *id, const struct explain_world *world)
{
	const struct explain_entry *entry = explain_finding(id);
	struct finding_kind kind;

	if (!entry)
		return;
	if (!finding_kind(entry->key, &kind)) {
		add_entry(explanation, entry);
		return;
	}
	add_copy(explanation, entry->key, entry->text, kind.rule ? kind.rule->clause : NULL);
	if (kind.rule)
		add_rule(explanation, kind.rule);
	if (kind.fix)
		add_copy(explanation, "what mends it", kind.fix, NULL);
	for (size_t i = 0; world->findings && i < world->findings->count; i++) {
		const struct finding *finding = &world->findings->items[i];

		if (strcmp(finding->id, entry->key) == 0)
			add_copy(explanation, "here", finding->text, finding->rule);
	}
}

/* Adds the findings about a subject. */
static void
add_findings(
    struct explanation *explanation, const char *subject, const struct explain_world *world)
{
	for (size_t i = 0; world->findings && i < world->findings->count; i++) {
		const struct finding *finding = &world->findings->items[i];
		struct buf text = BUF_INIT;

		if (strcmp(finding->subject, subject) != 0)
			continue;
		add_sentence(&text, finding->text);
		if (finding->fix)
			buf_addf(&text, " %s", finding->fix);
		add(explanation, mem_strdup(finding->id), buf_take(&text), finding->rule);
	}
}

/* --- queries ------------------------------------------------------------------------------ */

/* Explains a line of a log or a bounce. */
static void
explain_log_line(
    struct explanation *explanation, const char *line, const struct explain_world *world)
{
	const struct explain_phrase *phrase = explain_line(line);

	explain_hosts(explanation, line, world);
	if (phrase) {
		struct buf title = BUF_INIT;

		buf_addf(&title, "%s%s\"%s\"", phrase->program ? phrase->program : "",
		    phrase->program ? ": " : "", phrase->part);
		add(explanation, buf_take(&title), mem_strdup(phrase->text),
		    rule_of(phrase->rule)->clause);
	}
	explain_codes(explanation, line);
	if (phrase)
		add_rule(explanation, rule_of(phrase->rule));
}

/* Explains a query of one known spelling: false when it is none. */
static bool
explain_known(
    struct explanation *explanation, const char *query, const struct explain_world *world)
{
	const struct rule *rule = rule_find(query);
	const struct explain_entry *entry = explain_word(query);

	if (!entry)
		entry = explain_reply_code(query);
	explain_finding_id(explanation, query, world);
	if (rule)
		add_rule(explanation, rule);
	if (entry)
		add_entry(explanation, entry);
	return explanation->count > 0;
}

/* Says what can be asked. */
static void
say_unknown(struct explanation *explanation, const char *query)
{
	struct buf text = BUF_INIT;

	buf_adds(&text,
	    "Nothing is known of this. Expected a finding (mx-alias), a rule "
	    "(next-address), a reply code (450), an enhanced code (4.4.1), a word "
	    "(greylisting), or a line from a log or a bounce in quotes.");
	add(explanation, mem_strdup(query), buf_take(&text), NULL);
	explanation->found = false;
}

void
explain_query(
    struct explanation *explanation, const char *query, const struct explain_world *world)
{
	struct buf printable = BUF_INIT;

	*explanation = (struct explanation){ 0 };
	text_printable(&printable, query, strnlen(query, EXPLAIN_QUERY_MAX));
	if (!explain_known(explanation, buf_text(&printable), world))
		explain_log_line(explanation, buf_text(&printable), world);
	if (explanation->count == 0)
		say_unknown(explanation, buf_text(&printable));
	buf_clear(&printable);
}

void
explain_row(struct explanation *explanation, const struct plan_row *row,
    const struct explain_world *world)
{
	const struct mail_target *target =
	    row->target == SIZE_MAX ? NULL : &world->facts->targets[row->target];

	*explanation = (struct explanation){ 0 };
	add_place(explanation, row, world);
	add_rule(explanation, row->rule);
	if (target)
		add_probe(explanation, target->probe);
	add_findings(explanation, world->facts->mx.exchanges[row->exchange].text, world);
}

void
explain_verdict(struct explanation *explanation, const struct explain_world *world)
{
	*explanation = (struct explanation){ 0 };
	add_copy(explanation, verdict_kind_name(world->verdict->kind), world->verdict->sentence,
	    world->verdict->rule ? world->verdict->rule->clause : NULL);
	explain_enhanced(explanation, world->verdict->status);
	if (world->verdict->rule)
		add_rule(explanation, world->verdict->rule);
	add_findings(explanation, world->facts->subject.ascii, world);
}

/* --- why ----------------------------------------------------------------------------------- */

/* True when the target means the row: its exchange, its address or its preference. */
static bool
means(const struct plan_row *row, const char *target, const struct explain_world *world)
{
	const struct mx_exchange *exchange = &world->facts->mx.exchanges[row->exchange];
	char text[IP_TEXT_MAX];

	snprintf(text, sizeof text, "pref:%u", exchange->preference);
	if (text_equal_nocase(target, exchange->text) || strcmp(target, text) == 0)
		return true;
	return row->target != SIZE_MAX &&
	    text_equal_nocase(target, ip_text(&world->facts->targets[row->target].ip, text));
}

/* Adds a row with all that bears on it. */
static void
add_reasons(struct explanation *explanation, const struct plan_row *row,
    const struct explain_world *world)
{
	add_place(explanation, row, world);
	add_rule(explanation, row->rule);
	if (row->target != SIZE_MAX)
		add_probe(explanation, world->facts->targets[row->target].probe);
}

void
explain_why(
    struct explanation *explanation, const char *target, const struct explain_world *world)
{
	*explanation = (struct explanation){ 0 };
	for (size_t i = 0; i < world->plan->count; i++) {
		if (means(&world->plan->rows[i], target, world))
			add_reasons(explanation, &world->plan->rows[i], world);
	}
	if (explanation->count > 0)
		return;
	add_copy(explanation, target,
	    "No row of the plan is called so: expected an exchange, an address, or a "
	    "preference "
	    "such as pref:10.",
	    NULL);
	explanation->found = false;
}

void
explanation_clear(struct explanation *explanation)
{
	for (size_t i = 0; i < explanation->count; i++) {
		free(explanation->items[i].title);
		free(explanation->items[i].text);
	}
	free(explanation->items);
	*explanation = (struct explanation){ 0 };
}
