/*
 * The walkthrough between the MX answer and the first attempt: whether the sender finds itself, in
 * which order it tries the exchanges, what a draw decides, and the addresses (RFC 5321 5.1). The
 * order itself is plan.c's; here it is told beside the order of the answer, which means nothing.
 */
#include <string.h>

#include "mail/walk_parts.h"

enum {
	NAMES_TOLD = 6, /* exchanges that a list names: the others are counted */
};

/* Appends an exchange's name, without the domain where that is its end. */
static void
add_short(struct buf *out, const struct walker *w, size_t exchange)
{
	const char *name = w->facts->mx.exchanges[exchange].text;
	const char *domain = w->facts->subject.ascii;
	size_t n = strlen(name), m = strlen(domain);

	if (n > m + 1 && name[n - m - 1] == '.' && strcmp(name + n - m, domain) == 0)
		buf_addf(out, " %.*s", (int)(n - m - 1), name);
	else
		buf_addf(out, " %s", name);
}

void
walk_answer_order(struct buf *out, const struct walker *w)
{
	size_t count = w->facts->mx.count;

	buf_adds(out, "answer order:");
	for (size_t i = 0; i < count && i < NAMES_TOLD; i++)
		add_short(out, w, i);
	if (count > NAMES_TOLD)
		buf_addf(out, " and %zu more", count - NAMES_TOLD);
}

/* True for an exchange that the sender drops before it tries any. */
static bool
is_dropped(const struct walker *w, size_t exchange)
{
	for (size_t i = 0; i < w->plan->count; i++) {
		enum plan_standing standing = w->plan->rows[i].standing;

		if (w->plan->rows[i].exchange == exchange && standing != PLAN_SELF &&
		    standing != PLAN_CUT && standing != PLAN_NULL && standing != PLAN_BACKUP &&
		    standing != PLAN_DUPLICATE)
			return false;
	}
	return true;
}

/* Answer order and delivery order, one below the other. */
static void
add_both_orders(struct buf *out, const struct walker *w)
{
	size_t told = 0;

	walk_answer_order(out, w);
	buf_adds(out, "\ndelivery order:");
	for (size_t i = 0; i < w->plan->exchange_count; i++) {
		size_t exchange = w->plan->exchange_order[i];

		if (!is_dropped(w, exchange) && ++told <= NAMES_TOLD)
			add_short(out, w, exchange);
	}
	if (told > NAMES_TOLD)
		buf_addf(out, " and %zu more", told - NAMES_TOLD);
	else if (told == 0)
		buf_adds(out, " none");
}

/* --- the sender itself ------------------------------------------------------------------ */

/* The row at which the sender finds itself, or SIZE_MAX. */
static size_t
find_self(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->rows[i].standing == PLAN_SELF ||
		    plan->rows[i].standing == PLAN_LOOPBACK ||
		    plan->rows[i].standing == PLAN_LOCALHOST)
			return i;
	}
	return SIZE_MAX;
}

/* What the sender makes of finding itself at this row. */
static void
tell_found(struct walker *w, struct walk_step *step, const struct plan_row *row)
{
	const struct mx_exchange *exchange = &w->facts->mx.exchanges[row->exchange];

	buf_addf(&step->sentence, "%s, preference %u, is the sender itself", exchange->text,
	    exchange->preference);
	if (w->profile->self == SENDER_SELF_UNNOTICED)
		buf_adds(&step->sentence, ", which it does not notice.");
	else if (w->profile->self == SENDER_SELF_SKIPPED && row->standing != PLAN_SELF)
		buf_adds(&step->sentence, ", whoever that is: it is passed over.");
	else
		buf_addf(&step->sentence, ": preference %u and all higher numbers are dropped.",
		    exchange->preference);
	if (w->profile->self == SENDER_SELF_UNNOTICED)
		buf_addf(&step->not_taken,
		    "A sender that knows itself would drop preference %u and all higher "
		    "numbers.",
		    exchange->preference);
	else
		buf_adds(&step->not_taken,
		    "Were it tried, the message would come back to its own sender, again and "
		    "again.");
}

/* Whether the sender is one of the exchanges. */
static void
tell_self(struct walker *w)
{
	size_t row = find_self(w->plan);
	struct walk_step *step;

	if (w->facts->mx.kind != MX_EXPLICIT)
		return;
	step = walk_add(w, row == SIZE_MAX ? WALK_DONE : WALK_WARNED, WALK_RULE, RULE_SELF);
	walk_others_self(&step->others, w->plan->sender);
	step->row = row;
	if (row != SIZE_MAX) {
		tell_found(w, step, &w->plan->rows[row]);
		return;
	}
	buf_adds(&step->sentence, "The sender is none of the exchanges.");
	buf_adds(&step->not_taken,
	    w->profile->self == SENDER_SELF_UNNOTICED
		? "Were it one of them, it would not notice, and connect to itself."
		: "Were it one of them, it would drop its own preference and all behind it.");
}

/* --- order ------------------------------------------------------------------------------- */

/* Appends each preference once, "10 before 20 before 30". Returns how many there are. */
static unsigned
add_preferences(struct buf *out, const struct walker *w)
{
	unsigned count = 0;
	long last = -1;

	for (size_t i = 0; i < w->plan->count; i++) {
		long preference = w->facts->mx.exchanges[w->plan->rows[i].exchange].preference;

		if (preference == last)
			continue;
		buf_addf(out, "%s%ld", count > 0 ? " before " : "", preference);
		last = preference;
		count++;
	}
	return count;
}

/* The preferences in order. */
static void
tell_order(struct walker *w)
{
	struct buf preferences = BUF_INIT;
	struct walk_step *step;
	unsigned count;

	if (w->facts->mx.kind != MX_EXPLICIT)
		return;
	step = walk_add(w, WALK_DONE, WALK_RULE, RULE_PREFERENCE);
	count = add_preferences(&preferences, w);
	if (count > 1)
		buf_addf(
		    &step->sentence, "Sorted: %s. Lower is preferred.", buf_text(&preferences));
	else
		buf_addf(
		    &step->sentence, "There is one preference: %s.", buf_text(&preferences));
	buf_clear(&preferences);
	if (w->facts->mx.count > 1) {
		add_both_orders(&step->aside, w);
		buf_adds(&step->not_taken, "The order of the answer means nothing.");
	}
	if (w->profile->primary_only && count > 1)
		buf_adds(&step->others, "All others try the backups, too.");
}

/* True when two exchanges that are not listed twice share a preference. */
static bool
has_ties(const struct mx_set *mx)
{
	for (size_t i = 0; i < mx->count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (!mx->exchanges[i].duplicate && !mx->exchanges[j].duplicate &&
			    mx->exchanges[i].preference == mx->exchanges[j].preference)
				return true;
		}
	}
	return false;
}

/* The draw among equal preferences. */
static void
tell_draw(struct walker *w)
{
	bool draws = w->profile->order != SENDER_ORDER_BACKWARDS;
	struct walk_step *step;

	if (w->facts->mx.kind != MX_EXPLICIT || !has_ties(&w->facts->mx))
		return;
	step = walk_add(w, draws ? WALK_DONE : WALK_WARNED, WALK_RULE, RULE_DRAW);
	if (draws)
		buf_addf(&step->sentence,
		    "Some exchanges share a preference: draw %llu decides among them.",
		    (unsigned long long)w->settings->plan.seed);
	else
		buf_adds(&step->sentence,
		    "Some exchanges share a preference, and this sender draws nothing.");
	add_both_orders(&step->aside, w);
	buf_adds(&step->not_taken,
	    draws ? "Another message has another draw: that shares the load, and nothing else "
		    "does - there are no weights."
		  : "A draw would have shared the load: here each message goes to the same "
		    "exchange first.");
	walk_others_draw(&step->others, w->plan->sender);
}

/* --- addresses ----------------------------------------------------------------------------- */

/* The number of targets of an exchange. */
static size_t
count_targets(const struct mail_facts *facts, size_t exchange)
{
	size_t count = 0;

	for (size_t i = 0; i < facts->target_count; i++)
		count += facts->targets[i].exchange == exchange;
	return count;
}

/* True for an exchange whose addresses are asked for: a host name, where it stands first. */
static bool
is_asked(const struct mail_facts *facts, size_t exchange)
{
	return facts->addresses[exchange].a_asked || facts->addresses[exchange].aaaa_asked;
}

/* Appends the questions that were asked for an exchange. */
static void
add_questions(struct buf *out, const struct mail_facts *facts, size_t exchange)
{
	const struct exchange_addresses *asked = &facts->addresses[exchange];
	const char *name = facts->mx.exchanges[exchange].text;

	if (asked->a_asked)
		buf_addf(out, "%s. IN A ?\n", name);
	if (asked->aaaa_asked)
		buf_addf(out, "%s. IN AAAA ?\n", name);
}

/* Appends how many addresses an exchange has, "none", or that nobody can tell now. */
static void
add_count(struct buf *out, const struct mail_facts *facts, size_t exchange)
{
	size_t count = count_targets(facts, exchange);

	buf_addf(out, " %s: ", facts->mx.exchanges[exchange].text);
	if (count > 0)
		buf_addf(out, "%zu", count);
	else if (mail_facts_trouble(facts, exchange))
		buf_adds(out, "not known now");
	else
		buf_adds(out, "none");
}

/* Appends the exchanges with the numbers of their addresses. Returns the sum of these. */
static size_t
add_counts(struct walker *w, struct walk_step *step)
{
	size_t told = 0, sum = 0;

	for (size_t i = 0; i < w->plan->exchange_count; i++) {
		size_t exchange = w->plan->exchange_order[i];

		if (!is_asked(w->facts, exchange))
			continue;
		add_questions(&step->line, w->facts, exchange);
		sum += count_targets(w->facts, exchange);
		if (++told > NAMES_TOLD)
			continue;
		buf_adds(&step->sentence, told > 1 ? "," : "");
		add_count(&step->sentence, w->facts, exchange);
	}
	if (told > NAMES_TOLD)
		buf_addf(&step->sentence, ", and %zu exchanges more", told - NAMES_TOLD);
	return sum;
}

/* True when the addresses of some exchange are asked for. */
static bool
is_any_asked(const struct walker *w)
{
	for (size_t i = 0; i < w->facts->mx.count; i++) {
		if (is_asked(w->facts, i))
			return true;
	}
	return false;
}

/* The addresses of all exchanges, in one step. */
static void
tell_addresses(struct walker *w)
{
	bool known = mail_facts_dns_known(w->facts);
	struct walk_step *step;

	if (!w->facts->mx_result || !is_any_asked(w))
		return;
	step = walk_add(w, known ? WALK_DONE : WALK_UNDER_WAY, WALK_DNS, RULE_MX_HOST);
	buf_adds(&step->sentence, "Addresses?");
	if (add_counts(w, step) > 0)
		walk_others_families(&step->others, w->plan->sender);
	buf_adds(&step->sentence, known ? "." : " so far.");
	buf_adds(&step->not_taken,
	    "An MX record never holds an address: that is a question of its own, A and AAAA.");
}

void
walk_order(struct walker *w)
{
	tell_self(w);
	tell_order(w);
	tell_draw(w);
	tell_addresses(w);
}
