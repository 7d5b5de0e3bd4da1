/*
 * The walkthrough of a failure: the rule by which it is judged, where the sender goes from it, and
 * where it would have gone otherwise (RFC 5321 3.1, 3.8, 4.2.1, 4.5.3.2, 5.1; the profiles of
 * sender.h). A silence that may only be longer than a probe waits, and a network that lets
 * nothing out, decide nothing: then the step says so.
 */
#include "mail/gate.h"
#include "mail/status.h"
#include "mail/walk_parts.h"

/* The rule by which what was met is judged. */
static enum rule_id
rule_of_failure(const struct smtp_facts *probe, enum sender_met met)
{
	static const enum rule_id rules[sender_met_count] = {
		[SENDER_MET_NO_CONNECTION] = RULE_NEXT_ADDRESS,
		[SENDER_MET_GREETING_TEMPORARY] = RULE_TRANSIENT,
		[SENDER_MET_GREETING_REFUSAL] = RULE_GREETING_REFUSAL,
		[SENDER_MET_BROKEN] = RULE_LOST_CONNECTION,
		[SENDER_MET_HANDSHAKE] = RULE_STARTTLS_FAILED,
		[SENDER_MET_ENVELOPE_TEMPORARY] = RULE_TRANSIENT,
		[SENDER_MET_ENVELOPE_LOST] = RULE_LOST_CONNECTION,
	};

	if (probe->starttls == SMTP_STARTTLS_INJECTED)
		return RULE_STARTTLS_AGAIN;
	if (probe->outcome == SMTP_PROTOCOL_ERROR)
		return RULE_SMTP_SYNTAX;
	if (probe->outcome == SMTP_TIMEOUT && probe->stage != SMTP_STAGE_CONNECT)
		return RULE_PATIENCE;
	if (probe->outcome == SMTP_INCONCLUSIVE && probe->code >= 500)
		return RULE_GREETING_REFUSAL;
	return rules[met];
}

/* True for a row that the sender comes to without an attempt, or that it does not reach. */
static bool
has_no_try(const struct walker *w, size_t row)
{
	return w->plan->rows[row].standing != PLAN_ATTEMPT || w->fates[row] == FATE_NONE ||
	    walk_is_out(w, &w->plan->rows[row]);
}

bool
walk_is_last(const struct visit *v)
{
	for (size_t i = v->index + 1; i < v->walker->plan->count; i++) {
		if (!has_no_try(v->walker, i))
			return false;
	}
	return true;
}

/* True for silence that may only be longer than we waited. */
static bool
is_impatience(const struct smtp_facts *probe)
{
	return probe->outcome == SMTP_TIMEOUT && probe->stage != SMTP_STAGE_CONNECT;
}

/* Says where the sender goes from here. */
static void
add_way(struct visit *v, struct buf *out, enum sender_met met)
{
	static const char *const ways[] = {
		[SENDER_STEP_ADDRESS] = "on to the next address",
		[SENDER_STEP_EXCHANGE] = "on to the next exchange",
		[SENDER_STEP_KEEP] = "",
		[SENDER_STEP_CLEAR] = "again to the same address, in clear",
	};
	enum sender_step step = v->walker->profile->steps[met];
	const char *way = ways[step];

	buf_addc(out, ' ');
	if (v->fate == FATE_KEPT)
		way = v->walker->profile->keeps;
	else if (step != SENDER_STEP_CLEAR && walk_is_last(v))
		way = step == SENDER_STEP_EXCHANGE ? "there is no other exchange to try"
						   : "there is no other address to try";
	if (is_impatience(v->probe))
		buf_addf(out, "A sender waits for minutes. If it stays silent: %s.", way);
	else if (v->fate == FATE_KEPT)
		buf_addf(out, "%s.", way);
	else
		buf_addf(out, "%c%s.", way[0] - 'a' + 'A', way + 1);
}

/* Says when a sender that keeps the message now would have gone on. */
static void
add_case_kept(const struct visit *v, struct buf *out)
{
	const struct sender_profile *profile = v->walker->profile;

	if (profile->sessions > 0)
		buf_adds(out, "A failure before MAIL would not have counted as a session.");
	else if (profile->steps[SENDER_MET_GREETING_TEMPORARY] == SENDER_STEP_KEEP)
		buf_adds(out,
		    "Had there been no connection at all, it would have gone on to the next "
		    "server.");
	else
		buf_adds(out, "Before MAIL it would have gone on to the next server.");
}

/* Says what the sender would have done in the other case. */
static void
add_other_case(struct visit *v, struct buf *out, enum sender_met met)
{
	char status[MAIL_STATUS_MAX];

	if (v->walker->profile->steps[met] == SENDER_STEP_CLEAR)
		buf_adds(out, "Under a policy it would not have gone on in clear.");
	else if (v->fate == FATE_KEPT)
		add_case_kept(v, out);
	else if (walk_is_last(v))
		buf_adds(out, "With another address left it would have gone on to that.");
	else if (v->fate == FATE_REJECTED)
		buf_adds(out, "With no address left the refusal would have decided.");
	else
		buf_addf(out,
		    "With no address left it would have kept the message and tried again later "
		    "(%s).",
		    mail_status(v->probe, status));
}

/* True when what was met says more of this network than of the server. */
static bool
is_doubtful(const struct visit *v)
{
	return v->fate == FATE_NO_FAMILY || gate_lacks_family(v->probe) ||
	    v->probe->doubt == SMTP_DOUBT_PORT_FILTERED;
}

void
walk_failure(struct visit *v, struct walk_step *step)
{
	enum sender_met met = judgement_met(v->probe, v->walker->profile);

	step->rule = rule_of(rule_of_failure(v->probe, met));
	if (v->fate == FATE_BARRED) {
		step->mark = WALK_UNDECIDED;
		step->rule = rule_of(RULE_PERMANENT);
		buf_adds(&step->sentence,
		    " No other server is asked after a 5yz; a sender that is welcome there "
		    "meets none.");
		return;
	}
	if (v->fate == FATE_RETURNED) {
		step->rule = rule_of(RULE_PERMANENT);
		buf_adds(&step->sentence, " The message goes back.");
		buf_adds(&step->not_taken,
		    "A 4yz reply would have kept it; no other server is asked after a 5yz.");
		return;
	}
	if (is_doubtful(v)) {
		step->mark = WALK_UNDECIDED;
		if (v->probe->doubt != SMTP_DOUBT_PORT_FILTERED)
			step->rule = rule_of(RULE_FAMILY);
		buf_adds(&step->sentence, " A sender elsewhere may reach it.");
		return;
	}
	if (is_impatience(v->probe))
		step->mark = WALK_UNDECIDED;
	add_way(v, &step->sentence, met);
	add_other_case(v, &step->not_taken, met);
	walk_others_met(&step->others, v->walker->plan->sender, met);
}
