/*
 * How a verdict ends: kind, enhanced code and sentence of every end, the RFC's (3.1, 4.2.1, 5.1,
 * 4.5.4.1; RFC 7505) and the sender profile's own where it has one. What was met on the way is
 * verdict.c's, the words for failures are phrase.c's, the codes of replies status.c's.
 */
#include <stdio.h>

#include "mail/judgement.h"
#include "mail/phrase.h"
#include "mail/policy.h"
#include "mail/status.h"

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

/* The rule by which a probe that failed is judged. */
static enum rule_id
rule_of_outcome(const struct smtp_facts *probe)
{
	if (probe->outcome == SMTP_TIMEOUT && probe->stage != SMTP_STAGE_CONNECT)
		return RULE_PATIENCE;
	if (probe->starttls == SMTP_STARTTLS_INJECTED && probe->outcome == SMTP_PROTOCOL_ERROR)
		return RULE_STARTTLS_AGAIN;
	if (probe->outcome == SMTP_INCONCLUSIVE && probe->code >= 500)
		return RULE_GREETING_REFUSAL;
	return outcome_rules[probe->outcome];
}

/* The probe of a row that was attempted. */
static const struct smtp_facts *
probe_of(const struct judgement *j, size_t row)
{
	return j->facts->targets[j->plan->rows[row].target].probe;
}

/* --- endings of the sender's own -------------------------------------------------- */

/* What led to an ending, told of the domain, and whether the hosts are named behind it. */
static const struct {
	const char *text;
	bool hosts;
} leads[sender_end_count] = {
	[SENDER_END_NULL] = { "refuses mail on purpose: its Null MX says so", false },
	[SENDER_END_NULL_PREFERENCE] = { "has a lone \".\" as its MX, with a preference other "
					 "than 0",
	    false },
	[SENDER_END_NULL_MIXED] = { "has a \".\" beside its exchanges", false },
	[SENDER_END_NO_DOMAIN] = { "does not exist", false },
	[SENDER_END_NO_ADDRESS] = { "has neither MX records nor an address", false },
	[SENDER_END_FORMERR] = { "has a name server that does not understand the MX question",
	    false },
	[SENDER_END_REFUSED] = { "has a name server that refuses the MX question", false },
	[SENDER_END_NOTIMP] = { "has a name server that does not do MX questions", false },
	[SENDER_END_UNUSABLE] = { "has no MX record that leads to a server", true },
	[SENDER_END_LOOP] = { "has an MX that leads back to the sender", true },
	[SENDER_END_LOOP_BEHIND] = { "has an MX that leads back to the sender", true },
	[SENDER_END_ADDRESS_LITERAL] = { "is an address literal", false },
	[SENDER_END_GREETING_TEMPORARY] = { "has no server that takes mail now", true },
	[SENDER_END_GREETING_REFUSAL] = { "has only servers that turn mail away for good",
	    true },
	[SENDER_END_HANDSHAKE] = { "has no server that completes the STARTTLS that it offers",
	    true },
};

/* How sure it is, behind what a sender does. */
static const char *const evidence_words[evidence_count] = {
	[EVIDENCE_MEASURED] = "",
	[EVIDENCE_SOURCE] = " (by its source)",
	[EVIDENCE_UNVERIFIED] = " (not verified)",
};

/* Writes the server's own code with this class; "4.0.0" where no server was met. */
static const char *
status_of_class(const struct judgement *j, char class, char out[MAIL_STATUS_MAX])
{
	snprintf(out, MAIL_STATUS_MAX, "0.0.0");
	if (j->verdict->row != SIZE_MAX && j->plan->rows[j->verdict->row].target != SIZE_MAX &&
	    probe_of(j, j->verdict->row))
		mail_status(probe_of(j, j->verdict->row), out);
	out[0] = class;
	return out;
}

/* Ends the way that is this sender's own: false, and nothing, when it ends as the RFC says. */
static bool
tell_ending(struct judgement *j, enum sender_end end, enum rule_id rule)
{
	const struct sender_ending *ending = &j->profile->endings[end];
	char own[MAIL_STATUS_MAX];
	const char *status = ending->status;

	if (!status)
		return false;
	buf_addf(&j->sentence, "%s %s", domain(j), leads[end].text);
	if (leads[end].hosts) {
		buf_adds(&j->sentence, ": ");
		phrase_failures(&j->sentence, j->facts, j->plan);
	}
	buf_addf(&j->sentence, ". %s%s.", ending->sentence, evidence_words[ending->evidence]);
	if (status[1] == '\0')
		status = status_of_class(j, status[0], own);
	conclude(j, status[0] == '5' ? VERDICT_BOUNCE : VERDICT_INCONCLUSIVE, status, rule);
	j->verdict->frozen = j->profile->freezes && end == SENDER_END_LOOP;
	return true;
}

/* --- ends of a walk ---------------------------------------------------------------- */

/* Tells how the attempt of a row failed: by policy, or by what the server did. */
static void
add_failure(struct judgement *j, size_t row)
{
	struct ruling ruling = policy_rule(j->facts, j->plan->rows[row].target, j->plan);

	if (ruling.answer == POLICY_FAILED || ruling.answer == POLICY_LOST)
		buf_addf(&j->sentence, "failed %s", policy_name(ruling.policy));
	else
		phrase_failed(&j->sentence, probe_of(j, row));
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
	add_failure(j, row);
	if (j->moved_on > 1)
		buf_addf(&j->sentence, " and %zu more failed", j->moved_on - 1);
}

/* True when TLSA records demand TLS, and none can say whose it is. */
static bool
is_unauthenticated(const struct judgement *j, const struct mail_target *target)
{
	struct ruling ruling = policy_dane(j->facts, (size_t)(target - j->facts->targets));

	return j->profile->follows_dane && j->plan->vantage.kind != VANTAGE_NO_DNSSEC &&
	    ruling.answer == POLICY_PASSED && ruling.rule == RULE_DANE_UNUSABLE;
}

/* Tells how safely the mail gets there, which may be the sender's own choice. */
static void
add_encryption(struct judgement *j, const struct mail_target *target)
{
	struct ruling ruling =
	    policy_rule(j->facts, (size_t)(target - j->facts->targets), j->plan);

	buf_adds(&j->sentence, ", ");
	if (ruling.answer == POLICY_PASSED && ruling.rule != RULE_DANE_UNUSABLE)
		buf_addf(
		    &j->sentence, "encrypted and verified by %s", policy_name(ruling.policy));
	else if (is_unauthenticated(j, target))
		buf_adds(&j->sentence,
		    "encrypted, but nobody is verified (none of its TLSA records can be used)");
	else if (j->profile->never_encrypts)
		buf_addf(&j->sentence, "in clear (%s knows no STARTTLS)", j->profile->title);
	else if (target->probe->outcome == SMTP_TLS_FAILED)
		buf_addf(&j->sentence, "in clear (%s connects anew after a failed handshake)",
		    j->profile->title);
	else
		phrase_encryption(&j->sentence, j->facts, target);
}

/* A server takes the mail, or would be asked first where nobody probes. */
static void
decide_delivered(struct judgement *j)
{
	const struct plan_row *row = &j->plan->rows[j->verdict->row];
	bool unprobed = judgement_is_unprobed(j, probe_of(j, j->verdict->row));

	buf_addf(&j->sentence, "Mail to %s goes to ", domain(j));
	phrase_host(&j->sentence, j->facts, row);
	if (!unprobed) {
		add_encryption(j, &j->facts->targets[row->target]);
		add_failures_before(j);
	} else {
		buf_adds(&j->sentence, " first, by the DNS alone: it was not probed");
		add_failures_before(j);
	}
	buf_addc(&j->sentence, '.');
	conclude(j, VERDICT_DELIVER, "2.0.0", unprobed ? RULE_PREFERENCE : RULE_ACCEPTED);
}

/* A server refuses sender or recipient for good: no other is asked. */
static void
decide_returned(struct judgement *j)
{
	const struct smtp_facts *probe = probe_of(j, j->verdict->row);
	char status[MAIL_STATUS_MAX];

	phrase_host(&j->sentence, j->facts, &j->plan->rows[j->verdict->row]);
	if (probe->code == 0 && probe->enhanced.subject == 3)
		buf_addf(&j->sentence,
		    " takes no message of this size for %s: it goes back to its sender.",
		    domain(j));
	else if (probe->code == 0)
		buf_addf(&j->sentence,
		    " does not offer SMTPUTF8, which this address at %s needs: the message "
		    "goes back to its sender.",
		    domain(j));
	else
		buf_addf(&j->sentence,
		    " refuses the %s for good (%d): mail for this address at %s goes back to "
		    "its sender.",
		    probe->stage == SMTP_STAGE_MAIL ? "sender" : "recipient", probe->code,
		    domain(j));
	conclude(j, VERDICT_BOUNCE, mail_status(probe, status), RULE_PERMANENT);
}

/* A server refuses sender or recipient for our address: no other is asked, and others may be welcome. */
static void
decide_barred(struct judgement *j)
{
	phrase_host(&j->sentence, j->facts, &j->plan->rows[j->verdict->row]);
	buf_addc(&j->sentence, ' ');
	phrase_failed(&j->sentence, probe_of(j, j->verdict->row));
	buf_addf(&j->sentence,
	    ", and a sender asks no other server of %s then. Others may be welcome, so from "
	    "here "
	    "nothing is decided.",
	    domain(j));
	conclude(j, VERDICT_INCONCLUSIVE, "4.7.1", RULE_PERMANENT);
}

/* The sender asks no other server, though there may be one. */
static void
decide_kept(struct judgement *j)
{
	char status[MAIL_STATUS_MAX];

	phrase_host(&j->sentence, j->facts, &j->plan->rows[j->verdict->row]);
	buf_addc(&j->sentence, ' ');
	phrase_failed(&j->sentence, probe_of(j, j->verdict->row));
	buf_addf(&j->sentence, ". %s.", j->profile->keeps);
	conclude(j, VERDICT_INCONCLUSIVE, status_of_class(j, '4', status),
	    rule_of_outcome(probe_of(j, j->verdict->row)));
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
		buf_addf(&j->sentence, ": %s",
		    probe->waiting ? "waiting for its turn" : smtp_stage_help(probe->stage));
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

/* A policy that the sender follows leaves no server: without it there would be one. */
static void
decide_refused(struct judgement *j)
{
	struct ruling ruling =
	    policy_rule(j->facts, j->plan->rows[j->verdict->row].target, j->plan);

	buf_addf(&j->sentence, "No server of %s may have its mail: ", domain(j));
	phrase_failures(&j->sentence, j->facts, j->plan);
	buf_addf(&j->sentence,
	    ". A sender that follows %s keeps it, tries for days, and gives up.",
	    policy_name(ruling.policy));
	conclude(j, VERDICT_REFUSE, ruling.status, ruling.rule);
}

/* Every attempt timed out at connect: the network around us is the likely reason. */
static bool
decide_filtered(struct judgement *j)
{
	if (!findings_find(j->findings, "port-25-filtered"))
		return false;
	buf_addf(&j->sentence,
	    "No server of %s answers: this network probably filters port 25, so from here "
	    "nothing is decided.",
	    domain(j));
	conclude(j, VERDICT_INCONCLUSIVE, "4.4.1", RULE_RETRY);
	return true;
}

/* The last server that was asked says no to us, for our address, and not to the mail. */
static bool
decide_unwelcome(struct judgement *j, const struct smtp_facts *probe)
{
	if (probe->doubt != SMTP_DOUBT_LISTED && probe->doubt != SMTP_DOUBT_STRANGER)
		return false;
	buf_addf(&j->sentence, "No server of %s takes mail from here: ", domain(j));
	phrase_failures(&j->sentence, j->facts, j->plan);
	buf_adds(&j->sentence, ". Others may be welcome, so from here nothing is decided.");
	conclude(j, VERDICT_INCONCLUSIVE, "4.7.1", RULE_GREETING_REFUSAL);
	return true;
}

/* All that failed for now failed in the handshake, where senders part ways. */
static bool
decide_tls_failed(struct judgement *j)
{
	if (j->tls_failures < j->tally[FATE_DEFERRED] || j->tally[FATE_REFUSED] > 0)
		return false;
	if (tell_ending(j, SENDER_END_HANDSHAKE, RULE_STARTTLS_FAILED))
		return true;
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
	enum rule_id rule = rule_of_outcome(probe);

	if (decide_filtered(j) || decide_unwelcome(j, probe) || decide_tls_failed(j))
		return;
	if (j->put_off == j->tally[FATE_DEFERRED] &&
	    tell_ending(j, SENDER_END_GREETING_TEMPORARY, rule))
		return;
	buf_addf(&j->sentence, "No server of %s takes mail now: ", domain(j));
	phrase_failures(&j->sentence, j->facts, j->plan);
	buf_adds(&j->sentence, ". A sender tries again for days.");
	conclude(j, VERDICT_INCONCLUSIVE, mail_status(probe, status), rule);
}

/* True for a row that counts as unreachable, because its TLSA question failed. */
static bool
is_lost(const struct judgement *j, size_t row)
{
	const struct plan_row *met = &j->plan->rows[row];

	return met->standing == PLAN_ATTEMPT &&
	    policy_rule(j->facts, met->target, j->plan).answer == POLICY_LOST;
}

/* No server takes the mail, and of one at least the DNS does not tell the address now. */
static void
decide_dns_trouble(struct judgement *j)
{
	if (j->tally[FATE_LOOP] > 0 &&
	    tell_ending(j, SENDER_END_LOOP_BEHIND, RULE_DNS_TEMPORARY))
		return;
	buf_addf(&j->sentence, "The DNS does not tell all servers of %s now: ", domain(j));
	phrase_failures(&j->sentence, j->facts, j->plan);
	buf_adds(&j->sentence, ". A sender keeps the mail and asks the DNS again.");
	conclude(j, VERDICT_INCONCLUSIVE, "4.4.3",
	    is_lost(j, j->verdict->row) ? RULE_DANE_ERROR : RULE_DNS_TEMPORARY);
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

	if (tell_ending(j, SENDER_END_GREETING_REFUSAL, RULE_GREETING_REFUSAL))
		return;
	buf_addf(&j->sentence,
	    "Every server of %s turns mail away for good, so it goes back: ", domain(j));
	phrase_failures(&j->sentence, j->facts, j->plan);
	buf_addc(&j->sentence, '.');
	conclude(j, VERDICT_BOUNCE, mail_status(probe_of(j, j->verdict->row), status),
	    RULE_GREETING_REFUSAL);
}

/* True when nothing was found of the best exchanges, so that the sender stands behind them. */
static bool
is_behind(const struct judgement *j)
{
	const struct mx_exchange *exchanges = j->facts->mx.exchanges;
	size_t best = j->plan->rows[0].exchange;

	for (size_t i = 1; i < j->plan->count; i++) {
		if (exchanges[j->plan->rows[i].exchange].preference <
		    exchanges[best].preference)
			best = j->plan->rows[i].exchange;
	}
	for (size_t i = 0; i < j->plan->count; i++) {
		const struct plan_row *row = &j->plan->rows[i];

		if (exchanges[row->exchange].preference == exchanges[best].preference &&
		    (row->target != SIZE_MAX || row->standing == PLAN_LOCALHOST))
			return false;
	}
	return true;
}

/* The MX leads to the sender itself. */
static void
decide_loop(struct judgement *j)
{
	if (is_behind(j) && tell_ending(j, SENDER_END_LOOP_BEHIND, RULE_LOOP))
		return;
	if (tell_ending(j, SENDER_END_LOOP, RULE_LOOP))
		return;
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
	if (tell_ending(j, SENDER_END_UNUSABLE, RULE_MX_NONE_USABLE))
		return;
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
	[FATE_BARRED] = decide_barred,
	[FATE_KEPT] = decide_kept,
	[FATE_PENDING] = decide_pending,
	[FATE_UNKNOWN] = decide_unknown,
	[FATE_REFUSED] = decide_refused,
	[FATE_DEFERRED] = decide_deferred,
	[FATE_DNS_TROUBLE] = decide_dns_trouble,
	[FATE_SPECIAL] = decide_special,
	[FATE_NO_FAMILY] = decide_no_family,
	[FATE_REJECTED] = decide_rejected,
	[FATE_LOOP] = decide_loop,
	[FATE_UNUSABLE] = decide_unusable,
	[FATE_BEYOND] = decide_unusable,
	[FATE_NONE] = decide_unusable,
};

void
judgement_end(struct judgement *j, enum fate fate)
{
	if (j->facts->mx.null_mixed &&
	    tell_ending(j, SENDER_END_NULL_MIXED, RULE_NULL_MX_ALONE))
		return;
	if (!j->facts->mx_result &&
	    tell_ending(j, SENDER_END_ADDRESS_LITERAL, RULE_ADDRESS_LITERAL))
		return;
	decisions[fate](j);
}

/* --- what the MX answer alone decides ------------------------------------------- */

void
judgement_unasked(struct judgement *j)
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

void
judgement_null(struct judgement *j)
{
	if (tell_ending(j,
		j->facts->mx.null_preference ? SENDER_END_NULL_PREFERENCE : SENDER_END_NULL,
		RULE_NULL_MX))
		return;
	buf_addf(&j->sentence,
	    "%s refuses mail on purpose: its Null MX says so, and mail goes back at once.",
	    domain(j));
	conclude(j, VERDICT_BOUNCE, "5.1.10", RULE_NULL_MX);
}

void
judgement_none(struct judgement *j)
{
	const struct dns_result *result = j->facts->mx_result;
	bool exists = result->outcome != DNS_NXDOMAIN;
	char alias[DNS_NAME_TEXT_MAX];

	if (tell_ending(j, exists ? SENDER_END_NO_ADDRESS : SENDER_END_NO_DOMAIN,
		exists ? RULE_MX_HOST : RULE_NO_SUCH_DOMAIN))
		return;
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

/* Ends on an error that this sender takes in its own way: false when it does not. */
static bool
tell_error(struct judgement *j)
{
	static const struct {
		enum dns_outcome outcome;
		enum sender_end end;
	} ends[] = {
		{ DNS_FORMERR, SENDER_END_FORMERR },
		{ DNS_REFUSED, SENDER_END_REFUSED },
		{ DNS_NOTIMP, SENDER_END_NOTIMP },
	};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		if (ends[i].outcome == j->facts->mx_result->outcome)
			return tell_ending(j, ends[i].end, RULE_DNS_TEMPORARY);
	}
	return false;
}

/* Ends on an answer that DNSSEC refutes; it may be one forger's, so nothing is certain. */
static void
tell_bogus(struct judgement *j)
{
	buf_addf(&j->sentence,
	    "The MX records of %s are bogus: %s. A sender behind a resolver that validates "
	    "keeps the mail and asks again.",
	    domain(j), dns_result_reason(j->facts->mx_result));
	conclude(j, VERDICT_INCONCLUSIVE, "4.4.3", RULE_DNS_BOGUS);
}

void
judgement_error(struct judgement *j)
{
	if (tell_error(j))
		return;
	if (j->facts->mx_result->outcome == DNS_BOGUS) {
		tell_bogus(j);
		return;
	}
	buf_addf(&j->sentence,
	    "The MX records of %s cannot be found out now: %s. A sender keeps the mail and "
	    "asks again.",
	    domain(j), dns_result_reason(j->facts->mx_result));
	conclude(j, VERDICT_INCONCLUSIVE, "4.4.3",
	    j->facts->mx_result->outcome == DNS_ALIAS_LOOP ? RULE_ALIAS_LOOP
							   : RULE_DNS_TEMPORARY);
}
