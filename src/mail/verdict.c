/*
 * The verdict. It walks the plan as its sender would, row by row, until one of them decides -
 * mail is taken, returned or kept, or an answer is still awaited - and otherwise weighs what all
 * of them said.
 *
 * Decides: what moves a sender on (RFC 5321 5.1, 4.2.1, 3.8: everything but 2yz, and 5yz to
 * MAIL or RCPT; after a refusing greeting, 3.1, nearly all go on; the profile says where one
 * stops), and that one temporary failure among hard ones keeps the message queued (5.1,
 * 4.5.4.1). Code and sentence of each end are verdict_end.c's, the order of the attempts
 * plan.c's.
 */
#include <stdlib.h>

#include "util/mem.h"

#include "mail/gate.h"
#include "mail/judgement.h"
#include "mail/policy.h"
#include "mail/status.h"

NAMES_DEFINE(verdict_kind, VERDICTS)

/* What a row that is not attempted means. */
static const enum fate standing_fates[] = {
	[PLAN_ATTEMPT] = FATE_NONE,
	[PLAN_WAITING] = FATE_PENDING,
	[PLAN_NO_SUCH_NAME] = FATE_UNUSABLE,
	[PLAN_NO_ADDRESS] = FATE_UNUSABLE,
	[PLAN_DNS_TROUBLE] = FATE_DNS_TROUBLE,
	[PLAN_SPECIAL] = FATE_SPECIAL,
	[PLAN_LOOPBACK] = FATE_LOOP,
	[PLAN_NO_FAMILY] = FATE_NO_FAMILY,
	[PLAN_DUPLICATE] = FATE_NONE,
	[PLAN_NULL] = FATE_UNUSABLE,
	[PLAN_LITERAL] = FATE_UNUSABLE,
	[PLAN_LOCALHOST] = FATE_LOOP,
	[PLAN_INVALID] = FATE_UNUSABLE,
	[PLAN_SELF] = FATE_LOOP,
	[PLAN_CUT] = FATE_BEYOND,
	[PLAN_BACKUP] = FATE_BEYOND,
	[PLAN_CAPPED] = FATE_BEYOND,
};

/* What the outcome of an attempt means, envelope refusals aside. */
static const enum fate outcome_fates[] = {
	[SMTP_IN_PROGRESS] = FATE_PENDING,
	[SMTP_ACCEPTING] = FATE_DELIVERED,
	[SMTP_DEFERRING] = FATE_DEFERRED,
	[SMTP_REJECTING] = FATE_REJECTED,
	[SMTP_REFUSED] = FATE_DEFERRED,
	[SMTP_UNREACHABLE] = FATE_DEFERRED,
	[SMTP_TIMEOUT] = FATE_DEFERRED,
	[SMTP_CLOSED] = FATE_DEFERRED,
	[SMTP_RESET] = FATE_DEFERRED,
	[SMTP_PROTOCOL_ERROR] = FATE_DEFERRED,
	[SMTP_TLS_FAILED] = FATE_DEFERRED,
	[SMTP_SKIPPED] = FATE_UNKNOWN,
	[SMTP_INCONCLUSIVE] = FATE_DEFERRED,
};

/* --- what a row means ---------------------------------------------------------- */

/* True when sender or recipient is refused for good, but for where we come from: others may be let in. */
static bool
is_barred(const struct smtp_facts *probe)
{
	return probe->outcome == SMTP_INCONCLUSIVE && probe->code >= 500 &&
	    mail_status_is_envelope(probe);
}

/* What a finished or running probe means to the message. */
static enum fate
fate_of_probe(const struct smtp_facts *probe)
{
	if (probe->outcome == SMTP_REJECTING && mail_status_is_envelope(probe))
		return FATE_RETURNED;
	if (is_barred(probe))
		return FATE_BARRED;
	if (gate_lacks_family(probe))
		return FATE_NO_FAMILY;
	return outcome_fates[probe->outcome];
}

bool
verdict_moves_on(const struct smtp_facts *probe)
{
	enum fate fate = fate_of_probe(probe);

	return fate == FATE_DEFERRED || fate == FATE_REJECTED || fate == FATE_NO_FAMILY;
}

enum sender_met
judgement_met(const struct smtp_facts *probe, const struct sender_profile *profile)
{
	bool replied = probe->outcome == SMTP_DEFERRING || probe->outcome == SMTP_INCONCLUSIVE;

	if (probe->outcome == SMTP_TLS_FAILED ||
	    (profile->never_encrypts && mail_status_is_of_tls(probe)))
		return SENDER_MET_HANDSHAKE;
	if (mail_status_is_envelope(probe))
		return replied ? SENDER_MET_ENVELOPE_TEMPORARY : SENDER_MET_ENVELOPE_LOST;
	if (probe->outcome == SMTP_REJECTING)
		return SENDER_MET_GREETING_REFUSAL;
	if (replied && probe->code != 0)
		return SENDER_MET_GREETING_TEMPORARY;
	return probe->stage == SMTP_STAGE_CONNECT ? SENDER_MET_NO_CONNECTION
						  : SENDER_MET_BROKEN;
}

/* What a fact that has not come means: it may come yet, or it never will. */
static enum fate
fate_of_missing(const struct judgement *j, enum fate never)
{
	return j->settings->settled ? never : FATE_PENDING;
}

/* What a row means that is not attempted. */
static enum fate
fate_of_standing(const struct judgement *j, const struct plan_row *row)
{
	bool ipv4 = row->target != SIZE_MAX && j->facts->targets[row->target].ip.family == 4;

	if (row->standing == PLAN_WAITING)
		return fate_of_missing(j, FATE_DNS_TROUBLE);
	if (row->standing == PLAN_LOOPBACK && ipv4 && j->profile->self == SENDER_SELF_BY_IPV6)
		return FATE_UNUSABLE;
	if (row->standing == PLAN_NO_FAMILY && !ipv4 &&
	    j->profile->families == SENDER_IPV4_ONLY)
		return FATE_UNUSABLE;
	return standing_fates[row->standing];
}

/* What becomes of a fate under the policy that the sender follows at this row. */
static enum fate
fate_by_policy(const struct judgement *j, const struct plan_row *row, enum fate fate)
{
	switch (policy_rule(j->facts, row->target, j->plan).answer) {
	case POLICY_SILENT:
	case POLICY_PASSED:
		return fate;
	case POLICY_OPEN:
		return fate <= FATE_BARRED ? FATE_PENDING : fate;
	case POLICY_FAILED:
		return FATE_REFUSED;
	case POLICY_LOST:
		return FATE_DNS_TROUBLE;
	}
	return fate;
}

bool
judgement_is_unprobed(const struct judgement *j, const struct smtp_facts *probe)
{
	return !j->settings->probing && (!probe || probe->outcome == SMTP_SKIPPED);
}

/* What a row means. */
static enum fate
fate_of_row(const struct judgement *j, const struct plan_row *row)
{
	const struct smtp_facts *probe;
	enum fate fate;

	if (row->standing != PLAN_ATTEMPT)
		return fate_of_standing(j, row);
	if (row->exchange == j->passed_exchange)
		return FATE_NONE;
	probe = j->facts->targets[row->target].probe;
	fate = probe ? fate_of_probe(probe) : FATE_PENDING;
	if (judgement_is_unprobed(j, probe))
		fate = FATE_DELIVERED;
	fate = fate_by_policy(j, row, fate);
	return fate == FATE_PENDING ? fate_of_missing(j, FATE_UNKNOWN) : fate;
}

/*
 * What is still open about an exchange when a sender leaves it: addresses on their way, or an
 * address question that failed, behind which another address may lie.
 */
static enum fate
fate_of_leaving(const struct judgement *j, size_t exchange)
{
	if (!mail_facts_exchange_known(j->facts, exchange))
		return fate_of_missing(j, FATE_DNS_TROUBLE);
	return mail_facts_trouble(j->facts, exchange) ? FATE_DNS_TROUBLE : FATE_NONE;
}

/* The probe of a row that is attempted, or NULL. */
static const struct smtp_facts *
probe_at(const struct judgement *j, size_t row)
{
	const struct plan_row *met = &j->plan->rows[row];

	return met->standing == PLAN_ATTEMPT ? j->facts->targets[met->target].probe : NULL;
}

/* Counts a failed attempt. */
static void
count_failure(struct judgement *j, enum sender_met met)
{
	j->moved_on++;
	j->tls_failures += met == SENDER_MET_HANDSHAKE;
	j->put_off += met == SENDER_MET_GREETING_TEMPORARY;
}

/* True when a server told it, and nobody pretends. */
static bool
is_told(const struct smtp_facts *probe)
{
	return !probe->pretended && probe->outcome != SMTP_SKIPPED;
}

/* Counts a fate, at this row. */
static void
count_fate(struct judgement *j, enum fate fate, size_t row)
{
	const struct smtp_facts *probe = probe_at(j, row);

	j->tally[fate]++;
	j->last[fate] = row;
	if (probe && (j->settings->probing || is_told(probe)) && fate != FATE_DNS_TROUBLE)
		j->verdict->probed = true;
	if ((fate == FATE_DEFERRED || fate == FATE_REJECTED) && probe)
		count_failure(j, judgement_met(probe, j->profile));
	j->moved_on += fate == FATE_REFUSED;
}

/* True when the sender makes no further try after this session, though it could. */
static bool
is_last_session(struct judgement *j, enum sender_met met, size_t row)
{
	if (met != SENDER_MET_ENVELOPE_TEMPORARY && met != SENDER_MET_ENVELOPE_LOST)
		return false;
	return ++j->sessions == j->profile->sessions &&
	    j->plan->rows[row].attempt < j->plan->attempts;
}

/* Where the sender goes after a failed attempt: what that makes of it. */
static enum fate
fate_of_step(struct judgement *j, enum fate fate, size_t row)
{
	const struct smtp_facts *probe = probe_at(j, row);
	enum sender_met met;

	if (!probe || (fate != FATE_DEFERRED && fate != FATE_REJECTED))
		return fate;
	met = judgement_met(probe, j->profile);
	switch (j->profile->steps[met]) {
	case SENDER_STEP_ADDRESS:
		break;
	case SENDER_STEP_EXCHANGE:
		j->passed_exchange = j->plan->rows[row].exchange;
		break;
	case SENDER_STEP_KEEP:
		return FATE_KEPT;
	case SENDER_STEP_CLEAR:
		return FATE_DELIVERED;
	}
	return is_last_session(j, met, row) ? FATE_KEPT : fate;
}

/* Notes where the plan last speaks of each exchange. */
static size_t *
find_last_rows(const struct judgement *j)
{
	size_t *last = mem_calloc(j->facts->mx.count, sizeof *last);

	for (size_t i = 0; i < j->plan->count; i++)
		last[j->plan->rows[i].exchange] = i;
	return last;
}

/* True for a fate behind which the sender goes no further. */
static bool
is_last(const struct judgement *j, enum fate fate)
{
	return fate <= FATE_UNKNOWN ||
	    (fate == FATE_LOOP && j->profile->self == SENDER_SELF_UNNOTICED);
}

/* True for a row of an exchange that the sender drops, whatever else may be known of it. */
static bool
is_dropped(const struct judgement *j, const struct plan_row *row)
{
	if (row->standing == PLAN_LOOPBACK)
		return j->profile->self == SENDER_SELF_BY_ADDRESS;
	return row->standing == PLAN_BACKUP || row->standing == PLAN_CUT ||
	    row->standing == PLAN_SELF || row->standing == PLAN_LOCALHOST;
}

/* Follows the rows in order until one decides; FATE_NONE when none does. */
static enum fate
follow(struct judgement *j, const size_t *last_rows)
{
	for (size_t i = 0; i < j->plan->count; i++) {
		const struct plan_row *row = &j->plan->rows[i];
		enum fate fate = fate_of_step(j, fate_of_row(j, row), i);

		count_fate(j, fate, i);
		if (j->fates)
			j->fates[i] = fate;
		if (is_last(j, fate))
			return fate;
		if (last_rows[row->exchange] != i || is_dropped(j, row))
			continue;
		fate = fate_of_leaving(j, row->exchange);
		count_fate(j, fate, i);
		if (fate <= FATE_UNKNOWN)
			return fate;
	}
	return FATE_NONE;
}

/* Walks the plan; returns what decides. */
static enum fate
walk(struct judgement *j)
{
	size_t *last_rows = find_last_rows(j);
	enum fate end = follow(j, last_rows);

	free(last_rows);
	if (end != FATE_NONE)
		return end;
	for (enum fate fate = FATE_DEFERRED; fate < FATE_NONE; fate++) {
		if (j->tally[fate] > 0)
			return fate;
	}
	return FATE_NONE;
}

/* The exchanges decide: the plan is followed. */
static void
judge_plan(struct judgement *j)
{
	enum fate fate = walk(j);

	if (j->tally[fate] > 0)
		j->verdict->row = j->last[fate];
	judgement_end(j, fate);
}

enum fate *
judgement_fates(const struct mail_facts *facts, const struct plan *plan,
    const struct verdict_settings *settings)
{
	struct verdict verdict = { .row = SIZE_MAX };
	struct judgement judgement = {
		.verdict = &verdict,
		.facts = facts,
		.plan = plan,
		.settings = settings,
		.profile = sender_profile(plan->sender),
		.passed_exchange = SIZE_MAX,
		.fates = mem_calloc(plan->count, sizeof *judgement.fates),
	};

	for (size_t i = 0; i < plan->count; i++)
		judgement.fates[i] = fate_count;
	walk(&judgement);
	return judgement.fates;
}

/* How each kind of MX set is judged. */
static void (*const kind_judges[])(struct judgement *) = {
	[MX_EXPLICIT] = judge_plan,
	[MX_IMPLICIT] = judge_plan,
	[MX_NULL] = judgement_null,
	[MX_NONE] = judgement_none,
	[MX_ERROR] = judgement_error,
};

/* Turns a clean delivery into one with warnings where a finding asks for it. */
static void
apply_findings(struct judgement *j)
{
	if (j->verdict->kind == VERDICT_DELIVER &&
	    findings_count(j->findings, FINDING_ERROR) +
		    findings_count(j->findings, FINDING_WARNING) >
		0)
		j->verdict->kind = VERDICT_WARN;
}

void
verdict_make(struct verdict *verdict, const struct mail_facts *facts, const struct plan *plan,
    const struct findings *findings, const struct verdict_settings *settings)
{
	struct judgement judgement = {
		.verdict = verdict,
		.facts = facts,
		.plan = plan,
		.findings = findings,
		.settings = settings,
		.profile = sender_profile(plan->sender),
		.passed_exchange = SIZE_MAX,
	};

	*verdict = (struct verdict){ .row = SIZE_MAX };
	buf_adds(&judgement.sentence, facts->imagined ? "Pretended: " : "");
	if (facts->mx_known)
		kind_judges[facts->mx.kind](&judgement);
	else
		judgement_unasked(&judgement);
	apply_findings(&judgement);
	verdict->sentence = buf_take(&judgement.sentence);
}

void
verdict_clear(struct verdict *verdict)
{
	free(verdict->sentence);
	*verdict = (struct verdict){ 0 };
}
