/*
 * The verdict. It walks the plan as a sender would, row by row, until one of them decides -
 * mail is taken, returned, or an answer is still awaited - and otherwise weighs what all of
 * them said.
 *
 * Decides: what moves a sender on (RFC 5321 5.1, 4.2.1, 3.8: everything but 2yz, and 5yz to
 * MAIL or RCPT; after a refusing greeting, 3.1, all measured MTAs go on); that one temporary
 * failure among hard ones keeps the message queued (5.1, 4.5.4.1); and the code and sentence
 * of each end. The order of the attempts is plan.c's, the words for failures are phrase.c's,
 * the codes of replies status.c's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"

#include "mail/phrase.h"
#include "mail/status.h"
#include "mail/verdict.h"

NAMES_DEFINE(verdict_kind, VERDICTS)

/*
 * What one row of the plan means to the message. The first four end the walk; the others are
 * weighed at its end, and the earliest of them that was met decides.
 */
enum fate {
	FATE_DELIVERED, /* the server takes it */
	FATE_RETURNED, /* the server refuses sender or recipient for good */
	FATE_PENDING, /* not known yet */
	FATE_UNKNOWN, /* not known, and nothing more will come */
	FATE_DEFERRED, /* an attempt failed for now */
	FATE_DNS_TROUBLE, /* an exchange could not be looked up */
	FATE_SPECIAL, /* public mail cannot reach the address, but a sender would try */
	FATE_NO_FAMILY, /* another sender may reach it */
	FATE_REJECTED, /* the server turned away the connection for good */
	FATE_LOOP, /* the sender would reach itself */
	FATE_UNUSABLE, /* no server at all */
	FATE_NONE, /* the row says nothing */
	fate_count
};

/* A verdict in the making. */
struct judgement {
	struct verdict *verdict;
	const struct mail_facts *facts;
	const struct plan *plan;
	const struct findings *findings;
	const struct verdict_settings *settings;
	size_t tally[fate_count]; /* how many rows met each fate */
	size_t last[fate_count]; /* the last one that did */
	size_t tls_failures; /* among the deferred */
	size_t moved_on; /* attempts passed over before the walk ended */
	struct buf sentence;
};

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

/* The rule by which an attempt's outcome is judged. */
static const enum rule_id outcome_rules[] = {
	[SMTP_IN_PROGRESS] = RULE_MX_FIRST,
	[SMTP_ACCEPTING] = RULE_ACCEPTED,
	[SMTP_DEFERRING] = RULE_TRANSIENT,
	[SMTP_REJECTING] = RULE_GREETING_REFUSAL,
	[SMTP_REFUSED] = RULE_RETRY,
	[SMTP_UNREACHABLE] = RULE_RETRY,
	[SMTP_TIMEOUT] = RULE_RETRY,
	[SMTP_CLOSED] = RULE_LOST_CONNECTION,
	[SMTP_RESET] = RULE_LOST_CONNECTION,
	[SMTP_PROTOCOL_ERROR] = RULE_SMTP_SYNTAX,
	[SMTP_TLS_FAILED] = RULE_STARTTLS_FAILED,
	[SMTP_SKIPPED] = RULE_PATIENCE,
	[SMTP_INCONCLUSIVE] = RULE_TRANSIENT,
};

static const char unsettled_status[] = "4.0.0";

/* --- what a row means ---------------------------------------------------------- */

/* What a finished or running probe means to the message. */
static enum fate
fate_of_probe(const struct smtp_facts *probe)
{
	if (probe->outcome == SMTP_REJECTING && mail_status_is_envelope(probe))
		return FATE_RETURNED;
	return outcome_fates[probe->outcome];
}

bool
verdict_moves_on(const struct smtp_facts *probe)
{
	enum fate fate = fate_of_probe(probe);

	return fate == FATE_DEFERRED || fate == FATE_REJECTED;
}

/* What a fact that has not come means: it may come yet, or it never will. */
static enum fate
fate_of_missing(const struct judgement *j, enum fate never)
{
	return j->settings->settled ? never : FATE_PENDING;
}

/* What a row means. */
static enum fate
fate_of_row(const struct judgement *j, const struct plan_row *row)
{
	const struct smtp_facts *probe;
	enum fate fate;

	if (row->standing == PLAN_WAITING)
		return fate_of_missing(j, FATE_DNS_TROUBLE);
	if (row->standing != PLAN_ATTEMPT)
		return standing_fates[row->standing];
	if (!j->settings->probing)
		return FATE_DELIVERED;
	probe = j->facts->targets[row->target].probe;
	fate = probe ? fate_of_probe(probe) : FATE_PENDING;
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

/* Counts a fate, at this row. */
static void
count_fate(struct judgement *j, enum fate fate, size_t row)
{
	const struct plan_row *met = &j->plan->rows[row];
	const struct smtp_facts *probe =
	    met->standing == PLAN_ATTEMPT ? j->facts->targets[met->target].probe : NULL;

	j->tally[fate]++;
	j->last[fate] = row;
	j->verdict->probed = j->verdict->probed || (probe && j->settings->probing);
	if ((fate == FATE_DEFERRED || fate == FATE_REJECTED) && probe) {
		j->moved_on++;
		j->tls_failures += probe->outcome == SMTP_TLS_FAILED;
	}
}

/* Walks the plan; returns what decides. */
static enum fate
walk(struct judgement *j)
{
	for (size_t i = 0; i < j->plan->count; i++) {
		size_t exchange = j->plan->rows[i].exchange;
		enum fate fate = fate_of_row(j, &j->plan->rows[i]);

		count_fate(j, fate, i);
		if (fate <= FATE_UNKNOWN)
			return fate;
		if (i + 1 < j->plan->count && j->plan->rows[i + 1].exchange == exchange)
			continue;
		fate = fate_of_leaving(j, exchange);
		count_fate(j, fate, i);
		if (fate <= FATE_UNKNOWN)
			return fate;
	}
	for (enum fate fate = FATE_DEFERRED; fate < FATE_NONE; fate++) {
		if (j->tally[fate] > 0)
			return fate;
	}
	return FATE_NONE;
}

/* --- how it ends ---------------------------------------------------------------- */

/* Sets kind, code and rule; the sentence is said beside. */
static void
conclude(struct judgement *j, enum verdict_kind kind, const char *status, enum rule_id rule)
{
	j->verdict->kind = kind;
	snprintf(j->verdict->status, sizeof j->verdict->status, "%s", status);
	j->verdict->rule = rule_of(rule);
}

/* The domain as its reader knows it. */
static const char *
domain(const struct judgement *j)
{
	return j->facts->subject.unicode;
}

/* The probe of a row that was attempted. */
static const struct smtp_facts *
probe_of(const struct judgement *j, size_t row)
{
	return j->facts->targets[j->plan->rows[row].target].probe;
}

/* Tells which attempts came before the one that succeeded. */
static void
add_failures_before(struct judgement *j)
{
	size_t row = 0;

	if (j->moved_on == 0)
		return;
	while (j->plan->rows[row].standing != PLAN_ATTEMPT)
		row++;
	buf_adds(&j->sentence, ", after ");
	phrase_host(&j->sentence, j->facts, &j->plan->rows[row]);
	buf_addc(&j->sentence, ' ');
	phrase_failed(&j->sentence, probe_of(j, row));
	if (j->moved_on > 1)
		buf_addf(&j->sentence, " and %zu more failed", j->moved_on - 1);
}

/* A server takes the mail, or would be asked first where nobody probes. */
static void
decide_delivered(struct judgement *j)
{
	const struct plan_row *row = &j->plan->rows[j->verdict->row];

	buf_addf(&j->sentence, "Mail to %s goes to ", domain(j));
	phrase_host(&j->sentence, j->facts, row);
	if (j->settings->probing) {
		buf_adds(&j->sentence, ", ");
		phrase_encryption(&j->sentence, j->facts, &j->facts->targets[row->target]);
		add_failures_before(j);
	} else {
		buf_adds(&j->sentence, " first, by the DNS alone: it was not probed");
	}
	buf_addc(&j->sentence, '.');
	conclude(j, VERDICT_DELIVER, "2.0.0",
	    j->settings->probing ? RULE_ACCEPTED : RULE_PREFERENCE);
}

/* A server refuses sender or recipient for good: no other is asked. */
static void
decide_returned(struct judgement *j)
{
	const struct smtp_facts *probe = probe_of(j, j->verdict->row);
	char status[MAIL_STATUS_MAX];

	phrase_host(&j->sentence, j->facts, &j->plan->rows[j->verdict->row]);
	if (probe->code == 0)
		buf_addf(&j->sentence,
		    " does not offer SMTPUTF8, which this address at %s needs: the message "
		    "goes back to its "
		    "sender.",
		    domain(j));
	else
		buf_addf(&j->sentence,
		    " refuses the %s for good (%d): mail for this address at %s goes back to "
		    "its "
		    "sender.",
		    probe->stage == SMTP_STAGE_MAIL ? "sender" : "recipient", probe->code,
		    domain(j));
	conclude(j, VERDICT_BOUNCE, mail_status(probe, status), RULE_PERMANENT);
}

/* Something is still awaited. */
static void
decide_pending(struct judgement *j)
{
	const struct plan_row *row = &j->plan->rows[j->verdict->row];
	const struct mx_exchange *exchange = &j->facts->mx.exchanges[row->exchange];
	const struct smtp_facts *probe =
	    row->standing == PLAN_ATTEMPT ? probe_of(j, j->verdict->row) : NULL;

	j->verdict->kind = VERDICT_PENDING;
	if (row->standing != PLAN_ATTEMPT || (probe && verdict_moves_on(probe))) {
		buf_addf(&j->sentence, "Asking for the addresses of %s ...", exchange->text);
		return;
	}
	buf_adds(&j->sentence, probe ? "Probing " : "Waiting for ");
	phrase_host(&j->sentence, j->facts, row);
	if (probe)
		buf_addf(&j->sentence, ": %s", smtp_stage_help(probe->stage));
	add_failures_before(j);
	buf_adds(&j->sentence, " ...");
}

/* A server that comes first was not probed to the end. */
static void
decide_unknown(struct judgement *j)
{
	phrase_host(&j->sentence, j->facts, &j->plan->rows[j->verdict->row]);
	buf_addf(&j->sentence,
	    " was not probed to the end, so it is not known where mail to %s goes.", domain(j));
	conclude(j, VERDICT_INCONCLUSIVE, unsettled_status, RULE_NEXT_ADDRESS);
}

/* Every attempt timed out at connect: the network around us is the likely reason. */
static bool
decide_filtered(struct judgement *j)
{
	if (!findings_find(j->findings, "port-25-filtered"))
		return false;
	buf_addf(&j->sentence,
	    "No server of %s answers: this network probably filters port 25, so from here "
	    "nothing "
	    "is decided.",
	    domain(j));
	conclude(j, VERDICT_INCONCLUSIVE, "4.4.1", RULE_RETRY);
	return true;
}

/* All that failed for now failed in the handshake, where senders part ways. */
static bool
decide_tls_failed(struct judgement *j)
{
	if (j->tls_failures < j->tally[FATE_DEFERRED])
		return false;
	buf_addf(
	    &j->sentence, "No server of %s completes the STARTTLS that it offers: ", domain(j));
	phrase_failures(&j->sentence, j->facts, j->plan);
	buf_adds(&j->sentence, ". Postfix keeps the mail, Exim sends it in clear.");
	conclude(j, VERDICT_INCONCLUSIVE, "4.7.5", RULE_STARTTLS_FAILED);
	return true;
}

/* No server takes the mail, and one failure at least may pass: the last such is reported. */
static void
decide_deferred(struct judgement *j)
{
	const struct smtp_facts *probe = probe_of(j, j->verdict->row);
	char status[MAIL_STATUS_MAX];
	enum rule_id rule = outcome_rules[probe->outcome];

	if (decide_filtered(j) || decide_tls_failed(j))
		return;
	buf_addf(&j->sentence, "No server of %s takes mail now: ", domain(j));
	phrase_failures(&j->sentence, j->facts, j->plan);
	buf_adds(&j->sentence, ". A sender tries again for days.");
	if (probe->outcome == SMTP_TIMEOUT && probe->stage != SMTP_STAGE_CONNECT)
		rule = RULE_PATIENCE;
	conclude(j, VERDICT_INCONCLUSIVE, mail_status(probe, status), rule);
}

/* No server takes the mail, and of one at least the DNS does not tell the address now. */
static void
decide_dns_trouble(struct judgement *j)
{
	buf_addf(&j->sentence, "The DNS does not tell all servers of %s now: ", domain(j));
	phrase_failures(&j->sentence, j->facts, j->plan);
	buf_adds(&j->sentence, ". A sender keeps the mail and asks the DNS again.");
	conclude(j, VERDICT_INCONCLUSIVE, "4.4.3", RULE_DNS_TEMPORARY);
}

/* What is left are addresses that public mail cannot reach; from inside it may be otherwise. */
static void
decide_special(struct judgement *j)
{
	buf_addf(&j->sentence, "Public mail cannot reach %s: ", domain(j));
	phrase_failures(&j->sentence, j->facts, j->plan);
	buf_adds(&j->sentence, ". A sender tries for days, then gives up.");
	conclude(j, VERDICT_INCONCLUSIVE, "4.4.1", RULE_SPECIAL_ADDRESS);
}

/* What is left needs an address family that this sender lacks. */
static void
decide_no_family(struct judgement *j)
{
	buf_addf(&j->sentence, "This sender cannot reach %s: ", domain(j));
	phrase_failures(&j->sentence, j->facts, j->plan);
	buf_adds(&j->sentence, ". Other senders may.");
	conclude(j, VERDICT_INCONCLUSIVE, "4.4.1", RULE_FAMILY);
}

/* Every server turns the connection away for good. */
static void
decide_rejected(struct judgement *j)
{
	char status[MAIL_STATUS_MAX];

	buf_addf(&j->sentence,
	    "Every server of %s turns mail away for good, so it goes back: ", domain(j));
	phrase_failures(&j->sentence, j->facts, j->plan);
	buf_addc(&j->sentence, '.');
	conclude(j, VERDICT_BOUNCE, mail_status(probe_of(j, j->verdict->row), status),
	    RULE_GREETING_REFUSAL);
}

/* The MX leads to the sender itself. */
static void
decide_loop(struct judgement *j)
{
	buf_addf(&j->sentence,
	    "Mail to %s would loop back to its own sender, so it goes back: ", domain(j));
	phrase_failures(&j->sentence, j->facts, j->plan);
	buf_addc(&j->sentence, '.');
	conclude(j, VERDICT_BOUNCE, "5.4.6", RULE_LOOP);
}

/* There are MX records, and not one leads to a server. */
static void
decide_unusable(struct judgement *j)
{
	buf_addf(&j->sentence,
	    "No MX record of %s leads to a server, so mail goes back: ", domain(j));
	phrase_failures(&j->sentence, j->facts, j->plan);
	buf_addc(&j->sentence, '.');
	conclude(j, VERDICT_BOUNCE, "5.4.4", RULE_MX_NONE_USABLE);
}

/* How each fate is told. */
static void (*const decisions[])(struct judgement *) = {
	[FATE_DELIVERED] = decide_delivered,
	[FATE_RETURNED] = decide_returned,
	[FATE_PENDING] = decide_pending,
	[FATE_UNKNOWN] = decide_unknown,
	[FATE_DEFERRED] = decide_deferred,
	[FATE_DNS_TROUBLE] = decide_dns_trouble,
	[FATE_SPECIAL] = decide_special,
	[FATE_NO_FAMILY] = decide_no_family,
	[FATE_REJECTED] = decide_rejected,
	[FATE_LOOP] = decide_loop,
	[FATE_UNUSABLE] = decide_unusable,
	[FATE_NONE] = decide_unusable,
};

/* --- what the MX answer alone decides ------------------------------------------- */

/* The MX question is open, or was given up. */
static void
judge_unasked(struct judgement *j)
{
	if (!j->settings->settled) {
		j->verdict->kind = VERDICT_PENDING;
		buf_addf(&j->sentence, "Asking for the MX records of %s ...", domain(j));
		return;
	}
	buf_addf(&j->sentence, "The MX records of %s were not looked up, so nothing is known.",
	    domain(j));
	conclude(j, VERDICT_INCONCLUSIVE, unsettled_status, RULE_MX_FIRST);
}

/* The exchanges decide: the plan is followed. */
static void
judge_plan(struct judgement *j)
{
	enum fate fate = walk(j);

	if (j->tally[fate] > 0)
		j->verdict->row = j->last[fate];
	decisions[fate](j);
}

/* A Null MX. */
static void
judge_null(struct judgement *j)
{
	buf_addf(&j->sentence,
	    "%s refuses mail on purpose: its Null MX says so, and mail goes back at once.",
	    domain(j));
	conclude(j, VERDICT_BOUNCE, "5.1.10", RULE_NULL_MX);
}

/* The domain does not exist, or has nothing that could take mail. */
static void
judge_none(struct judgement *j)
{
	const struct dns_result *result = j->facts->mx_result;
	bool exists = result->outcome != DNS_NXDOMAIN;
	char alias[DNS_NAME_TEXT_MAX];

	if (result->alias_count > 0)
		buf_addf(&j->sentence, "%s is an alias of %s, which ", domain(j),
		    dns_name_text(dns_result_owner(result), alias));
	else
		buf_addf(&j->sentence, "%s ", domain(j));
	buf_adds(&j->sentence,
	    exists ? "has neither MX records nor an address, so mail to it goes back."
		   : "does not exist, so mail to it goes back.");
	conclude(j, VERDICT_BOUNCE, "5.4.4", exists ? RULE_MX_HOST : RULE_NO_SUCH_DOMAIN);
}

/* The DNS gave no answer to the MX question. */
static void
judge_error(struct judgement *j)
{
	buf_addf(&j->sentence,
	    "The MX records of %s cannot be found out now: %s. A sender keeps the mail and "
	    "asks "
	    "again.",
	    domain(j), dns_outcome_help(j->facts->mx_result->outcome));
	conclude(j, VERDICT_INCONCLUSIVE, "4.4.3", RULE_DNS_TEMPORARY);
}

/* How each kind of MX set is judged. */
static void (*const kind_judges[])(struct judgement *) = {
	[MX_EXPLICIT] = judge_plan,
	[MX_IMPLICIT] = judge_plan,
	[MX_NULL] = judge_null,
	[MX_NONE] = judge_none,
	[MX_ERROR] = judge_error,
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
	};

	*verdict = (struct verdict){ .row = SIZE_MAX };
	if (facts->mx_known)
		kind_judges[facts->mx.kind](&judgement);
	else
		judge_unasked(&judgement);
	apply_findings(&judgement);
	verdict->sentence = buf_take(&judgement.sentence);
}

void
verdict_clear(struct verdict *verdict)
{
	free(verdict->sentence);
	*verdict = (struct verdict){ 0 };
}
