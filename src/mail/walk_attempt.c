/*
 * The walkthrough of the attempts: each address that the sender comes to, the policy that has the
 * say there, every reply and what it means (RFC 5321 3.1, 4.2.1, 4.5.3.2; RFC 3207; RFC 7672; RFC
 * 8461). Where the sender stops was decided by verdict.c: the rows behind it have no step.
 */
#include <stdlib.h>
#include <string.h>

#include "mail/dane.h"
#include "mail/phrase.h"
#include "mail/policy.h"
#include "mail/status.h"
#include "mail/walk_parts.h"

/* One attempt, or what stands in place of one. */
struct visit {
	struct walker *walker;
	size_t index; /* of the row */
	const struct plan_row *row;
	const struct mail_target *target; /* NULL = no address */
	const struct smtp_facts *probe; /* NULL = not probed */
	enum fate fate;
};

/* Adds a step of this visit. */
static struct walk_step *
add(struct visit *v, enum walk_mark mark, enum walk_source source, enum rule_id rule)
{
	struct walk_step *step = walk_add(v->walker, mark, source, rule);

	step->row = v->index;
	return step;
}

/* Where what a probe saw is from. */
static enum walk_source
source_of(const struct smtp_facts *probe)
{
	if (!probe || probe->outcome == SMTP_SKIPPED)
		return WALK_ASSUMED;
	return probe->pretended ? WALK_PRETENDED : WALK_PROBED;
}

/* The exchange's name. */
static const char *
host(const struct visit *v)
{
	return v->walker->facts->mx.exchanges[v->row->exchange].text;
}

/* --- where it goes from a failure ------------------------------------------------------------ */

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

	if (probe->outcome == SMTP_PROTOCOL_ERROR)
		return RULE_SMTP_SYNTAX;
	if (probe->outcome == SMTP_TIMEOUT && probe->stage != SMTP_STAGE_CONNECT)
		return RULE_PATIENCE;
	return rules[met];
}

/* True when no attempt comes behind this one. */
static bool
is_last_attempt(const struct visit *v)
{
	return v->row->attempt == v->walker->plan->attempts;
}

/* Says where the sender goes from here. */
static void
add_way(struct visit *v, struct buf *out, enum sender_met met)
{
	static const char *const ways[] = {
		[SENDER_STEP_ADDRESS] = "On to the next address",
		[SENDER_STEP_EXCHANGE] = "On to the next exchange",
		[SENDER_STEP_KEEP] = "",
		[SENDER_STEP_CLEAR] = "Again to the same address, in clear",
	};
	enum sender_step step = v->walker->profile->steps[met];

	if (v->fate == FATE_KEPT)
		buf_addf(out, " %s.", v->walker->profile->keeps);
	else if (step != SENDER_STEP_CLEAR && is_last_attempt(v))
		buf_adds(out, " There is no other address to try.");
	else
		buf_addf(out, " %s.", ways[step]);
}

/* Says what the sender would have done in the other case. */
static void
add_other_case(struct visit *v, struct buf *out, enum sender_met met)
{
	char status[MAIL_STATUS_MAX];

	if (v->walker->profile->steps[met] == SENDER_STEP_CLEAR)
		buf_adds(out, "Under a policy it would not have gone on in clear.");
	else if (v->fate == FATE_KEPT)
		buf_adds(out, "Before MAIL it would have gone on to the next server.");
	else if (is_last_attempt(v))
		buf_adds(out, "With another address left it would have gone on to that.");
	else if (v->fate == FATE_REJECTED)
		buf_adds(out, "With no address left the refusal would have decided.");
	else
		buf_addf(out,
		    "With no address left it would have kept the message and tried again later "
		    "(%s).",
		    mail_status(v->probe, status));
}

/* Fills in a step at which an attempt fails; the sentence says what happened already. */
static void
fill_failure(struct visit *v, struct walk_step *step)
{
	enum sender_met met = judgement_met(v->probe);

	step->rule = rule_of(rule_of_failure(v->probe, met));
	if (v->fate == FATE_RETURNED) {
		step->rule = rule_of(RULE_PERMANENT);
		buf_adds(&step->sentence, " The message goes back.");
		buf_adds(&step->not_taken,
		    "A 4yz reply would have kept it; no other server is asked after a 5yz.");
		return;
	}
	if (v->fate == FATE_NO_FAMILY || v->probe->doubt == SMTP_DOUBT_NO_ROUTE) {
		step->rule = rule_of(RULE_FAMILY);
		buf_adds(&step->sentence, " A sender elsewhere may reach it.");
		return;
	}
	add_way(v, &step->sentence, met);
	add_other_case(v, &step->not_taken, met);
	walk_others_met(&step->others, v->walker->plan->sender, met);
}

/* --- the policy ---------------------------------------------------------------------------------- */

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

/* What the exchange's TLSA records ask for: false when there are none to speak of. */
static bool
tell_dane(struct visit *v)
{
	static const struct {
		enum rule_id rule;
		enum walk_mark mark;
		const char *text;
	} rows[dane_standing_count] = {
		[DANE_PENDING] = { RULE_DANE_NONE, WALK_UNDER_WAY,
		    ": the DNS is being asked for TLSA records." },
		[DANE_INSECURE] = { RULE_DANE_INSECURE_MX, WALK_WARNED,
		    " has TLSA records, but DNSSEC does not vouch for the way to them." },
		[DANE_UNUSABLE] = { RULE_DANE_UNUSABLE, WALK_WARNED,
		    " has TLSA records of which none can be used: TLS is a must, whoever "
		    "answers." },
		[DANE_USABLE] = { RULE_DANE_REQUIRED, WALK_DONE,
		    " has TLSA records that DNSSEC vouches for: only TLS that matches them "
		    "will do." },
		[DANE_ERROR] = { RULE_DANE_ERROR, WALK_FAILED,
		    " has TLSA records that cannot be looked up: it counts as unreachable." },
	};
	const struct dane_host dane = dane_host_of(v->walker->facts, v->row->exchange);
	char base[DNS_NAME_TEXT_MAX];
	struct walk_step *step;

	if (!rows[dane.standing].text)
		return false;
	step = add(v, rows[dane.standing].mark, WALK_DNS, rows[dane.standing].rule);
	buf_addf(&step->sentence, "%s%s", host(v), rows[dane.standing].text);
	if (dane.base.length > 0)
		buf_addf(&step->line, "_%u._tcp.%s. IN TLSA ?\n", v->walker->settings->port,
		    dns_name_text(&dane.base, base));
	if (!v->walker->profile->follows_dane)
		buf_addf(&step->sentence, " %s, as it comes, does not ask.",
		    v->walker->profile->title);
	else if (v->walker->plan->vantage.kind == VANTAGE_NO_DNSSEC)
		buf_adds(
		    &step->sentence, " This sender does not validate, so it does not ask.");
	buf_adds(
	    &step->not_taken, "Without them, encryption would be a matter of what is offered.");
	walk_others_dane(&step->others, v->walker->plan->sender);
	return true;
}

/* What the domain's MTA-STS policy says of the exchange: false when there is none. */
static bool
tell_sts(struct visit *v)
{
	const struct sts_facts *sts = &v->walker->facts->sts;
	struct walk_step *step;
	bool named;

	if (sts->outcome != STS_VALID || sts->policy.mode == STS_MODE_NONE)
		return false;
	named = policy_sts_names(v->walker->facts, v->row->exchange);
	step = add(v, named ? WALK_DONE : WALK_WARNED, WALK_PROBED,
	    named ? RULE_STS_CERTIFICATE : RULE_STS_MATCH);
	buf_addf(&step->sentence, "The MTA-STS policy (%s) %s %s.",
	    sts_mode_name(sts->policy.mode), named ? "names" : "does not name", host(v));
	buf_addf(&step->line, "https://mta-sts.%s/.well-known/mta-sts.txt\n",
	    v->walker->facts->subject.ascii);
	if (!v->walker->profile->follows_sts)
		buf_addf(&step->sentence, " %s, as it comes, does not look.",
		    v->walker->profile->title);
	buf_adds(&step->not_taken,
	    sts->policy.mode == STS_ENFORCE
		? "In testing mode a failure would only be reported."
		: "In enforce mode a failure would count as an unreachable host.");
	walk_others_sts(&step->others, v->walker->plan->sender);
	return true;
}

/* Which policy has the say at this exchange; that there is none is told once. */
static void
tell_policy(struct visit *v)
{
	struct walk_step *step;
	bool dane, sts;

	if (was_told(v))
		return;
	dane = tell_dane(v);
	sts = v->walker->facts->mx_result && tell_sts(v);
	if (dane || sts || v->row->attempt > 1)
		return;
	step = add(v, WALK_DONE, WALK_DNS, RULE_OPPORTUNISTIC);
	buf_adds(&step->sentence,
	    "Neither DANE nor MTA-STS is known to be in force: encryption is a matter of what "
	    "is "
	    "offered.");
	buf_adds(
	    &step->not_taken, "Under a policy a server without good TLS would be passed over.");
}

/* What the policy makes of what the server showed: false when it forbids delivery. */
static bool
tell_ruling(struct visit *v)
{
	const struct ruling ruling =
	    policy_rule(v->walker->facts, v->row->target, v->walker->plan);
	struct walk_step *step;

	if (ruling.answer != POLICY_PASSED && ruling.answer != POLICY_FAILED &&
	    ruling.answer != POLICY_OPEN)
		return true;
	step = add(v,
	    ruling.answer == POLICY_PASSED     ? WALK_DONE
		: ruling.answer == POLICY_OPEN ? WALK_UNDER_WAY
					       : WALK_FAILED,
	    source_of(v->probe), ruling.rule);
	if (ruling.answer == POLICY_FAILED)
		buf_addf(&step->sentence, "%s %s. %s", host(v), ruling.why,
		    is_last_attempt(v) ? "There is no other address to try."
				       : "On to the next address.");
	else
		buf_addf(&step->sentence, "%s: %s %s.", policy_name(ruling.policy), host(v),
		    ruling.answer == POLICY_PASSED ? "is what it demands of it"
						   : "is being held against it");
	if (ruling.policy == POLICY_DANE)
		walk_others_dane(&step->others, v->walker->plan->sender);
	else
		walk_others_sts(&step->others, v->walker->plan->sender);
	return ruling.answer != POLICY_FAILED;
}

/* --- the dialogue ------------------------------------------------------------------------------------ */

/* True when the dialogue came past this stage. */
static bool
is_past(const struct smtp_facts *probe, enum smtp_stage stage)
{
	return probe->outcome == SMTP_ACCEPTING || probe->stage > stage;
}

/* True when the dialogue ended at this stage, one way or another. */
static bool
ended_at(const struct smtp_facts *probe, enum smtp_stage stage)
{
	return probe->outcome != SMTP_ACCEPTING && probe->outcome != SMTP_IN_PROGRESS &&
	    probe->stage == stage;
}

/* Appends the reply that decided, as it came. */
static void
add_reply(struct buf *out, const struct smtp_facts *probe)
{
	char enhanced[16];

	if (probe->code == 0)
		return;
	buf_addf(out, "S: %d", probe->code);
	if (probe->enhanced.class)
		buf_addf(out, " %s", smtp_enhanced_text(probe->enhanced, enhanced));
	if (probe->reply_text)
		buf_addf(out, " %s", probe->reply_text);
	buf_addc(out, '\n');
}

/* A stage at which the dialogue failed, or is: true when it is the last one to tell of. */
static bool
tell_stop(struct visit *v, enum smtp_stage stage, const char *command)
{
	struct walk_step *step;

	if (is_past(v->probe, stage))
		return false;
	if (!ended_at(v->probe, stage)) {
		step = add(v, WALK_UNDER_WAY, WALK_PROBED, RULE_PATIENCE);
		walk_capital(&step->sentence, smtp_stage_help(stage));
		buf_adds(&step->sentence, ".");
		return true;
	}
	step = add(v, v->fate == FATE_DELIVERED ? WALK_WARNED : WALK_FAILED,
	    source_of(v->probe), RULE_ACCEPTED);
	buf_adds(&step->line, command);
	add_reply(&step->line, v->probe);
	buf_addf(&step->sentence, "%s ", host(v));
	phrase_failed(&step->sentence, v->probe);
	buf_addc(&step->sentence, '.');
	fill_failure(v, step);
	return true;
}

/* Says why the attempt comes when it comes. */
static void
add_reason(struct visit *v, struct walk_step *step)
{
	buf_adds(&step->reason, v->row->because);
}

/* The connection: false when the attempt ends there. */
static bool
tell_connect(struct visit *v)
{
	const struct smtp_facts *probe = v->probe;
	bool failed =
	    probe && ended_at(probe, SMTP_STAGE_CONNECT) && probe->outcome != SMTP_SKIPPED;
	bool unknown = !probe || probe->outcome == SMTP_SKIPPED;
	enum walk_mark mark = failed ? WALK_FAILED : WALK_DONE;
	struct walk_step *step;

	if (unknown && v->fate != FATE_DELIVERED)
		mark = v->walker->settings->verdict.settled ? WALK_UNDECIDED : WALK_UNDER_WAY;
	else if (probe && !failed && !is_past(probe, SMTP_STAGE_CONNECT))
		mark = WALK_UNDER_WAY;
	step = add(v, mark, source_of(probe), RULE_NEXT_ADDRESS);
	step->rule = v->row->rule;
	buf_addf(&step->sentence, "Attempt %u: connect to ", v->row->attempt);
	phrase_host(&step->sentence, v->walker->facts, v->row);
	buf_addf(&step->sentence, ", port %u", v->walker->settings->port);
	add_reason(v, step);
	if (unknown) {
		buf_adds(&step->sentence,
		    v->fate == FATE_DELIVERED ? ". It was not probed: it is taken to accept."
					      : ". It was not probed.");
		return false;
	}
	if (failed) {
		buf_adds(&step->sentence, ": it ");
		phrase_failed(&step->sentence, probe);
		buf_addc(&step->sentence, '.');
		fill_failure(v, step);
		return false;
	}
	buf_adds(&step->sentence, mark == WALK_DONE ? ": connected." : " ...");
	buf_adds(&step->not_taken,
	    mark == WALK_DONE && !is_last_attempt(v)
		? "Had it been refused, or nobody answered, the next address would have been "
		  "tried."
		: "");
	return mark == WALK_DONE;
}

/* The greeting: false when the attempt ends there. */
static bool
tell_greeting(struct visit *v)
{
	struct walk_step *step;

	if (tell_stop(v, SMTP_STAGE_GREETING, ""))
		return false;
	step = add(v, WALK_DONE, source_of(v->probe), RULE_ACCEPTED);
	buf_adds(&step->sentence, "It greets with 220: it is ready for mail.");
	buf_addf(&step->line, "S: 220 %s\n", v->probe->greeting ? v->probe->greeting : "");
	buf_adds(&step->not_taken,
	    "A 421 would have meant \"not now\", a 554 \"no mail here\"; nearly all senders "
	    "try "
	    "the next server after either.");
	return true;
}

/* True when this sender begins TLS here. */
static bool
begins_tls(const struct visit *v)
{
	return v->probe->starttls != SMTP_STARTTLS_NOT_OFFERED &&
	    v->probe->starttls != SMTP_STARTTLS_NOT_TRIED &&
	    !v->walker->profile->never_encrypts;
}

/* Appends the keywords of the last reply to EHLO. */
static void
add_extensions(struct buf *out, const struct smtp_facts *probe)
{
	for (size_t i = 0; i < probe->extensions.count; i++)
		buf_addf(out, "%s%s", i > 0 ? "  " : "S: 250 ", probe->extensions.items[i]);
	buf_adds(out, probe->extensions.count > 0 ? "\n" : "");
}

/* EHLO and what is offered: false when the attempt ends there. */
static bool
tell_ehlo(struct visit *v)
{
	const struct smtp_facts *probe = v->probe;
	bool offered = probe->starttls != SMTP_STARTTLS_NOT_OFFERED;
	struct walk_step *step;

	if (tell_stop(v, SMTP_STAGE_EHLO, "C: EHLO (our name)\n"))
		return false;
	step =
	    add(v, offered ? WALK_DONE : WALK_WARNED, source_of(probe), RULE_STARTTLS_OPTIONAL);
	buf_adds(&step->line, "C: EHLO (our name)\n");
	if (!offered)
		buf_adds(
		    &step->sentence, "It offers no STARTTLS: the message would go in clear.");
	else if (v->walker->profile->never_encrypts)
		buf_addf(&step->sentence,
		    "It offers STARTTLS, which %s does not know: the message goes in clear.",
		    v->walker->profile->title);
	else
		buf_adds(&step->sentence, "It offers STARTTLS, and the sender takes it.");
	if (probe->tls.present)
		buf_adds(&step->line, "S: 250 ...  STARTTLS  ...\n");
	else
		add_extensions(&step->line, probe);
	buf_adds(&step->not_taken,
	    offered ? "Without it the message would have gone in clear, and nobody would have "
		      "noticed."
		    : "Had it been offered, the sender would have taken it.");
	return true;
}

/* What the certificate is worth. */
static void
add_certificate(struct visit *v, struct walk_step *step)
{
	const struct tls_facts *tls = &v->probe->tls;
	bool trusted = tls->chain == TLS_CHAIN_TRUSTED;

	if (trusted && tls->name_matches) {
		buf_addf(
		    &step->sentence, "TLS: the certificate is trusted, and names %s.", host(v));
		return;
	}
	step->mark = WALK_WARNED;
	if (!trusted)
		buf_addf(&step->sentence, "TLS, though the certificate's chain is %s",
		    tls_chain_name(tls->chain));
	else
		buf_adds(&step->sentence, "TLS, though the certificate is for another name");
	buf_adds(&step->sentence,
	    ": without a policy that stops nobody, for the choice would be no encryption at "
	    "all.");
}

/* STARTTLS and the handshake: false when the attempt ends there. */
static bool
tell_tls(struct visit *v)
{
	static const char command[] = "C: STARTTLS\n";
	const struct smtp_facts *probe = v->probe;
	struct walk_step *step;

	if (!begins_tls(v))
		return true;
	if (tell_stop(v, SMTP_STAGE_STARTTLS, command) ||
	    tell_stop(v, SMTP_STAGE_HANDSHAKE, command))
		return false;
	step = add(v, WALK_DONE, source_of(probe), RULE_OPPORTUNISTIC);
	buf_adds(&step->line, command);
	if (!probe->tls.present) {
		step->mark = WALK_WARNED;
		step->rule = rule_of(RULE_STARTTLS_REFUSED);
		buf_adds(&step->sentence,
		    "STARTTLS is offered, and then refused: on in clear, on the same "
		    "connection.");
		buf_adds(&step->not_taken, "Under a policy the server would be passed over.");
		return true;
	}
	add_certificate(v, step);
	if (probe->tls.version)
		buf_addf(&step->line, "%s\n", probe->tls.version);
	buf_adds(&step->line, "C: EHLO (our name)\n");
	add_extensions(&step->line, probe);
	buf_adds(&step->not_taken,
	    "Had the handshake failed, Postfix and Sendmail would have gone on to the next "
	    "server, Exim and OpenSMTPD in clear to this one.");
	return !tell_stop(v, SMTP_STAGE_EHLO_TLS, "C: EHLO (our name)\n");
}

/* MAIL and RCPT, which a probe sends only when it is told to. */
static void
tell_envelope(struct visit *v)
{
	const struct smtp_facts *probe = v->probe;
	struct walk_step *step;

	if (tell_stop(v, SMTP_STAGE_MAIL, "C: MAIL FROM:<>\n") ||
	    tell_stop(v, SMTP_STAGE_RCPT, "C: RCPT TO:<...>\n"))
		return;
	step = add(
	    v, WALK_DONE, probe->rcpt_code ? source_of(probe) : WALK_ASSUMED, RULE_ACCEPTED);
	if (probe->rcpt_code) {
		buf_addf(
		    &step->sentence, "It takes sender and recipient: %d.", probe->rcpt_code);
		buf_addf(&step->line, "C: MAIL FROM:<...>\nC: RCPT TO:<...>\nS: %d %s\n",
		    probe->rcpt_code, probe->rcpt_text ? probe->rcpt_text : "");
	} else {
		buf_adds(&step->sentence,
		    "MAIL, RCPT and the message itself: a probe sends none of them, so they "
		    "are "
		    "taken to be accepted.");
		buf_adds(&step->line, "C: MAIL FROM:<...>\nC: RCPT TO:<...>\nC: DATA\n");
	}
	buf_addf(&step->not_taken,
	    "After a 4yz %s; a 5yz would have sent the message back at once.",
	    v->walker->profile->steps[SENDER_MET_ENVELOPE_TEMPORARY] == SENDER_STEP_KEEP
		? "the message would have been kept"
		: "the next server would have been asked");
	buf_adds(&step->others, "After a 4yz ");
	walk_others_met(&step->others, v->walker->plan->sender, SENDER_MET_ENVELOPE_TEMPORARY);
}

/* All stages of an attempt, as far as it came. */
static void
tell_attempt(struct visit *v)
{
	tell_policy(v);
	if (!tell_connect(v) || !tell_greeting(v) || !tell_ehlo(v) || !tell_tls(v))
		return;
	if (tell_ruling(v))
		tell_envelope(v);
}

/* --- rows ------------------------------------------------------------------------------------------------ */

/* A row that is no attempt: why not. */
static void
tell_left_out(struct visit *v)
{
	const struct dns_result *trouble =
	    v->target ? NULL : mail_facts_trouble(v->walker->facts, v->row->exchange);
	struct walk_step *step;
	enum walk_mark mark = WALK_PASSED_OVER;

	if (v->fate == FATE_PENDING)
		mark = WALK_UNDER_WAY;
	else if (v->fate == FATE_DNS_TROUBLE)
		mark = WALK_UNDECIDED;
	step = add(v, mark, trouble ? walk_source_of(trouble) : WALK_DNS, RULE_MX_HOST);
	step->rule = v->row->rule;
	if (strncmp(v->row->because, host(v), strlen(host(v))) == 0)
		buf_adds(&step->sentence, v->row->because);
	else
		walk_capital(&step->sentence, v->row->because);
	buf_addc(&step->sentence, '.');
}

/* An address that is passed over because of what another address of its host said. */
static void
tell_passed(struct visit *v)
{
	struct walk_step *step = add(v, WALK_PASSED_OVER, WALK_RULE, RULE_NEXT_ADDRESS);

	phrase_host(&step->sentence, v->walker->facts, v->row);
	buf_addf(&step->sentence,
	    " is passed over: %s goes from a refusal to the next exchange.",
	    v->walker->profile->title);
	walk_others_met(&step->others, v->walker->plan->sender, SENDER_MET_GREETING_REFUSAL);
}

void
walk_attempts(struct walker *w)
{
	enum fate *fates = judgement_fates(w->facts, w->plan, &w->settings->verdict);

	for (size_t i = 0; i < w->plan->count && fates[i] != fate_count; i++) {
		const struct plan_row *row = &w->plan->rows[i];
		struct visit visit = {
			.walker = w,
			.index = i,
			.row = row,
			.target =
			    row->target == SIZE_MAX ? NULL : &w->facts->targets[row->target],
			.fate = fates[i],
		};

		visit.probe = visit.target ? visit.target->probe : NULL;
		if (row->standing != PLAN_ATTEMPT)
			tell_left_out(&visit);
		else if (visit.fate == FATE_NONE)
			tell_passed(&visit);
		else
			tell_attempt(&visit);
	}
	free(fates);
}
