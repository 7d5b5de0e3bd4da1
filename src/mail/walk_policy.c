/*
 * The walkthrough of the policies: what DANE and MTA-STS ask of an exchange before the sender
 * connects, and what they make of what the server showed (RFC 7672 2.2; RFC 8461 3, 4, 5). Which
 * of them decides is policy.c's; only the words are decided here. What a sender that follows no
 * policy would have been told is said, too: it is what it misses.
 */
#include "mail/dane.h"
#include "mail/phrase.h"
#include "mail/policy.h"
#include "mail/walk_parts.h"

/* True when the sender of the walk asks for TLSA records at all. */
static bool
asks_for_tlsa(const struct visit *v)
{
	return v->walker->profile->follows_dane &&
	    v->walker->plan->vantage.kind != VANTAGE_NO_DNSSEC;
}

enum walk_demand
walk_demand_of(const struct visit *v)
{
	const struct sts_facts *sts = &v->walker->facts->sts;
	bool valid = v->walker->profile->follows_sts && v->walker->facts->mx_result &&
	    sts->outcome == STS_VALID && sts->policy.mode != STS_MODE_NONE;
	enum rule_id dane = RULE_DANE_NONE;

	if (asks_for_tlsa(v))
		dane = policy_dane(v->walker->facts, v->row->target).rule;
	if (dane == RULE_DANE_REQUIRED)
		return WALK_DEMANDS_DANE;
	if (valid && sts->policy.mode == STS_ENFORCE)
		return WALK_DEMANDS_STS;
	if (dane == RULE_DANE_UNUSABLE)
		return WALK_DEMANDS_TLS;
	return valid ? WALK_DEMANDS_REPORT : WALK_DEMANDS_NOTHING;
}

bool
walk_is_out(const struct walker *w, const struct plan_row *row)
{
	struct ruling ruling;

	if (row->standing != PLAN_ATTEMPT)
		return false;
	ruling = policy_rule(w->facts, row->target, w->plan);
	return ruling.answer == POLICY_LOST ||
	    (ruling.answer == POLICY_FAILED && ruling.rule == RULE_STS_MATCH);
}

/* True when the TLSA question failed, so that nothing else matters. */
static bool
is_lost(const struct visit *v)
{
	return policy_rule(v->walker->facts, v->row->target, v->walker->plan).answer ==
	    POLICY_LOST;
}

/* True when an earlier attempt was made to the same exchange. */
static bool
was_told(const struct visit *v)
{
	for (size_t i = 0; i < v->index; i++) {
		if (v->walker->plan->rows[i].attempt > 0 &&
		    v->walker->plan->rows[i].exchange == v->row->exchange)
			return true;
	}
	return false;
}

/* --- DANE ------------------------------------------------------------------------------- */

/* What each standing asks of the sender, and what would have been otherwise. */
static const struct {
	enum rule_id rule;
	enum walk_mark mark;
	const char *text;
	const char *otherwise;
} dane_words[dane_standing_count] = {
	[DANE_PENDING] = { RULE_DANE_NONE, WALK_UNDER_WAY,
	    ": the DNS is being asked for TLSA records.", "" },
	[DANE_INSECURE] = { RULE_DANE_INSECURE_MX, WALK_WARNED,
	    " has TLSA records, but DNSSEC does not vouch for the way to them: encryption is a "
	    "matter of what is offered.",
	    "Were the way to them signed, only TLS that matches them would do." },
	[DANE_UNUSABLE] = { RULE_DANE_UNUSABLE, WALK_WARNED,
	    " has TLSA records of which none can be used: TLS is a must, whoever answers.",
	    "Without them, encryption would be a matter of what is offered." },
	[DANE_USABLE] = { RULE_DANE_REQUIRED, WALK_DONE,
	    " has TLSA records that DNSSEC vouches for: only TLS that matches them will do.",
	    "Without them, encryption would be a matter of what is offered." },
	[DANE_ERROR] = { RULE_DANE_ERROR, WALK_UNDECIDED,
	    " may have TLSA records, which cannot be looked up now: it counts as unreachable, "
	    "and no "
	    "connection is made.",
	    "Had the DNS said that there are none, encryption would be a matter of what is "
	    "offered; a failure does not say that." },
};

/* What an insecure way means when the lookup at its end failed, too. */
static const char insecure_and_lost[] =
    "'s TLSA records cannot be looked up, but the MX records that lead to it are not "
    "signed, so nothing depends on them: encryption is a matter of what is offered.";

/* TLSA records that this sender does not ask for. */
static void
tell_dane_missed(struct visit *v, const struct dane_host *dane)
{
	struct walk_step *step = walk_visit_add(v, WALK_DONE, WALK_DNS, RULE_DANE_NONE);

	buf_addf(&step->sentence,
	    dane->lost ? "Whether %s has TLSA records cannot be looked up. "
		       : "%s has TLSA records. ",
	    walk_host(v));
	if (!v->walker->profile->follows_dane)
		buf_addf(&step->sentence, "%s, as it comes,", v->walker->profile->title);
	else
		buf_adds(&step->sentence, "This sender's resolver does not validate, so it");
	buf_adds(&step->sentence,
	    " does not ask for them: encryption is a matter of what is offered.");
	buf_adds(&step->not_taken,
	    "A sender that follows DANE would ask, and take only TLS that matches them.");
	walk_others_dane(&step->others, v->walker->plan->sender);
}

/* What the exchange's TLSA records ask for: false when there are none to speak of. */
static bool
tell_dane(struct visit *v)
{
	const struct dane_host dane = dane_host_of(v->walker->facts, v->row->exchange);
	char base[DNS_NAME_TEXT_MAX];
	struct walk_step *step;

	if (!dane_words[dane.standing].text)
		return false;
	if (!asks_for_tlsa(v)) {
		if (dane.standing != DANE_PENDING)
			tell_dane_missed(v, &dane);
		return dane.standing != DANE_PENDING;
	}
	step = walk_visit_add(
	    v, dane_words[dane.standing].mark, WALK_DNS, dane_words[dane.standing].rule);
	buf_addf(&step->sentence, "%s%s", walk_host(v),
	    dane.lost && dane.standing == DANE_INSECURE ? insecure_and_lost
							: dane_words[dane.standing].text);
	if (dane.base.length > 0)
		buf_addf(&step->line, "_%u._tcp.%s. IN TLSA ?\n", v->walker->settings->port,
		    dns_name_text(&dane.base, base));
	buf_adds(&step->not_taken, dane_words[dane.standing].otherwise);
	walk_others_dane(&step->others, v->walker->plan->sender);
	return true;
}

/* --- MTA-STS ------------------------------------------------------------------------------ */

/* Appends what is asked for an MTA-STS policy. */
static void
add_sts_questions(const struct visit *v, struct buf *out)
{
	buf_addf(out, "_mta-sts.%s. IN TXT ?\nhttps://mta-sts.%s/.well-known/mta-sts.txt\n",
	    v->walker->facts->subject.ascii, v->walker->facts->subject.ascii);
}

/* A policy that is announced, and cannot be had. */
static void
tell_sts_lacking(struct visit *v)
{
	bool invalid = v->walker->facts->sts.outcome == STS_INVALID;
	struct walk_step *step = walk_visit_add(v, WALK_WARNED, WALK_PROBED, RULE_STS_POLICY);

	buf_addf(&step->sentence,
	    "MTA-STS is announced, but the policy %s: mail goes as if there were none.",
	    invalid ? "is malformed" : "cannot be had");
	add_sts_questions(v, &step->line);
	buf_adds(&step->not_taken,
	    "A sender that has a policy from before, not yet out of date, would follow that "
	    "one.");
	walk_others_sts(&step->others, v->walker->plan->sender);
}

/* A policy that this sender does not look for. */
static void
tell_sts_missed(struct visit *v)
{
	struct walk_step *step = walk_visit_add(v, WALK_DONE, WALK_PROBED, RULE_OPPORTUNISTIC);

	buf_addf(&step->sentence,
	    "The domain has an MTA-STS policy (%s). %s, as it comes, does not look: encryption "
	    "is a matter of what is offered.",
	    sts_mode_name(v->walker->facts->sts.policy.mode), v->walker->profile->title);
	buf_adds(&step->not_taken,
	    "A sender that follows MTA-STS would fetch it, and take only what it names.");
	walk_others_sts(&step->others, v->walker->plan->sender);
}

/* What the policy says of the exchange. */
static void
tell_sts_policy(struct visit *v)
{
	const struct sts_facts *sts = &v->walker->facts->sts;
	bool named = policy_sts_names(v->walker->facts, v->row->exchange);
	bool out = walk_is_out(v->walker, v->row);
	bool below = walk_demand_of(v) == WALK_DEMANDS_DANE;
	enum walk_mark mark = named || below ? WALK_DONE : out ? WALK_FAILED : WALK_WARNED;
	struct walk_step *step =
	    walk_visit_add(v, mark, WALK_PROBED, below ? RULE_STS_BELOW_DANE : RULE_STS_MATCH);

	buf_addf(&step->sentence, "The MTA-STS policy (%s) %s %s%s.",
	    sts_mode_name(sts->policy.mode), named ? "names" : "does not name", walk_host(v),
	    out         ? ": it counts as unreachable, and no connection is made"
		: below ? ", but DANE comes first, and alone decides"
			: "");
	add_sts_questions(v, &step->line);
	buf_adds(&step->not_taken,
	    sts->policy.mode == STS_ENFORCE
		? "In testing mode a failure would only be reported."
		: "In enforce mode a failure would count as an unreachable host.");
	walk_others_sts(&step->others, v->walker->plan->sender);
}

/* What MTA-STS has to do with the exchange: false when there is nothing to tell. */
static bool
tell_sts(struct visit *v)
{
	const struct sts_facts *sts = &v->walker->facts->sts;
	bool lacking = sts->outcome == STS_INVALID || sts->outcome == STS_UNREACHABLE;

	if (!v->walker->facts->mx_result)
		return false;
	if (lacking && v->walker->profile->follows_sts) {
		tell_sts_lacking(v);
		return true;
	}
	if (sts->outcome != STS_VALID || sts->policy.mode == STS_MODE_NONE)
		return false;
	if (v->walker->profile->follows_sts)
		tell_sts_policy(v);
	else
		tell_sts_missed(v);
	return true;
}

/* --- both --------------------------------------------------------------------------------- */

void
walk_policy(struct visit *v)
{
	bool first = v->walker->attempts == 0, dane, sts;
	struct walk_step *step;

	if (was_told(v))
		return;
	dane = tell_dane(v);
	sts = !is_lost(v) && tell_sts(v);
	if (dane || sts || !first)
		return;
	step = walk_visit_add(v, WALK_DONE, WALK_DNS, RULE_OPPORTUNISTIC);
	buf_adds(&step->sentence,
	    "Neither DANE nor MTA-STS is known to be in force: encryption is a matter of what "
	    "is offered.");
	buf_adds(
	    &step->not_taken, "Under a policy a server without good TLS would be passed over.");
}

/* Says what came of holding the server against the policy. */
static void
add_ruling(struct visit *v, struct buf *out, const struct ruling *ruling)
{
	const char *host = walk_host(v);

	if (ruling->answer == POLICY_FAILED)
		buf_addf(out, "%s %s. %s", host, ruling->why,
		    walk_is_last(v) ? "There is no other address to try."
				    : "On to the next address.");
	else if (ruling->answer == POLICY_OPEN)
		buf_addf(
		    out, "%s: %s is being held against it.", policy_name(ruling->policy), host);
	else if (ruling->policy == POLICY_STS)
		buf_addf(out,
		    "MTA-STS: the policy names %s, and its certificate is trusted and names "
		    "it, too.",
		    host);
	else if (ruling->rule == RULE_DANE_UNUSABLE)
		buf_addf(out, "DANE: %s has TLS, and more cannot be asked of it.", host);
	else
		buf_addf(out, "DANE: the TLSA records vouch for what %s shows.", host);
}

bool
walk_ruling(struct visit *v)
{
	static const enum walk_mark marks[] = {
		[POLICY_SILENT] = WALK_DONE,
		[POLICY_OPEN] = WALK_UNDER_WAY,
		[POLICY_PASSED] = WALK_DONE,
		[POLICY_FAILED] = WALK_FAILED,
		[POLICY_LOST] = WALK_UNDECIDED,
	};
	const struct ruling ruling =
	    policy_rule(v->walker->facts, v->row->target, v->walker->plan);
	struct walk_step *step;

	if (ruling.answer == POLICY_SILENT || ruling.answer == POLICY_LOST)
		return true;
	step = walk_visit_add(
	    v, marks[ruling.answer], walk_source_of_probe(v->probe), ruling.rule);
	add_ruling(v, &step->sentence, &ruling);
	if (ruling.policy == POLICY_DANE)
		walk_others_dane(&step->others, v->walker->plan->sender);
	else
		walk_others_sts(&step->others, v->walker->plan->sender);
	return ruling.answer != POLICY_FAILED;
}
