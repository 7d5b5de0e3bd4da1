/*
 * The walkthrough of the attempts: each address that the sender comes to, every reply and what it
 * means (RFC 5321 3.1, 4.2.1, 4.5.3.2; RFC 3207). Where the sender stops was decided by
 * verdict.c: the rows behind it have no step. What a policy asks is walk_policy.c's, where the
 * sender goes from a failure walk_failure.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

#include "mail/phrase.h"
#include "mail/walk_parts.h"

struct walk_step *
walk_visit_add(struct visit *v, enum walk_mark mark, enum walk_source source, enum rule_id rule)
{
	struct walk_step *step = walk_add(v->walker, mark, source, rule);

	step->row = v->index;
	return step;
}

enum walk_source
walk_source_of_probe(const struct smtp_facts *probe)
{
	if (!probe || probe->outcome == SMTP_SKIPPED)
		return WALK_ASSUMED;
	return probe->pretended ? WALK_PRETENDED : WALK_PROBED;
}

const char *
walk_host(const struct visit *v)
{
	return v->walker->facts->mx.exchanges[v->row->exchange].text;
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
		step = walk_visit_add(v, WALK_UNDER_WAY, WALK_PROBED, RULE_PATIENCE);
		walk_capital(&step->sentence, smtp_stage_help(stage));
		buf_adds(&step->sentence, ".");
		return true;
	}
	step = walk_visit_add(v, v->fate == FATE_DELIVERED ? WALK_WARNED : WALK_FAILED,
	    walk_source_of_probe(v->probe), RULE_ACCEPTED);
	buf_adds(&step->line, command);
	add_reply(&step->line, v->probe);
	buf_addf(&step->sentence, "%s ", walk_host(v));
	phrase_failed(&step->sentence, v->probe);
	buf_addc(&step->sentence, '.');
	walk_failure(v, step);
	return true;
}

/* Says why the attempt comes when it comes. */
static void
add_reason(struct visit *v, struct walk_step *step)
{
	buf_adds(&step->reason, v->row->because);
}

/* The port that the target was probed at, or would be now. */
static uint16_t
port_of(const struct visit *v)
{
	return v->target->port != 0 ? v->target->port : v->walker->settings->port;
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
	step = walk_visit_add(v, mark, walk_source_of_probe(probe), RULE_NEXT_ADDRESS);
	step->rule = v->row->rule;
	buf_addf(&step->sentence, "Attempt %u: connect to ", v->walker->attempts);
	phrase_host(&step->sentence, v->walker->facts, v->row);
	buf_addf(&step->sentence, ", port %u", port_of(v));
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
		walk_failure(v, step);
		return false;
	}
	buf_adds(&step->sentence, mark == WALK_DONE ? ": connected." : " ...");
	buf_adds(&step->not_taken,
	    mark == WALK_DONE && !walk_is_last(v)
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
	step = walk_visit_add(v, WALK_DONE, walk_source_of_probe(v->probe), RULE_ACCEPTED);
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

/* What is said of each demand where STARTTLS is offered, where it is not, and under TLS. */
static const struct {
	enum rule_id rule; /* of the offer */
	enum rule_id worth; /* of the certificate */
	const char *bad; /* behind a certificate that is not good */
	const char *good; /* behind one that is */
	const char *without; /* offered: what would have been otherwise */
	const char *broken; /* TLS: likewise */
} demands[walk_demand_count] = {
	[WALK_DEMANDS_NOTHING] = { RULE_OPPORTUNISTIC, RULE_OPPORTUNISTIC,
	    ": without a policy that stops nobody, for the choice would be no encryption at "
	    "all",
	    "",
	    "Without it the message would have gone in clear, and nobody would have noticed.",
	    "Had the handshake failed, Postfix and Sendmail would have gone on to the next "
	    "server, Exim and OpenSMTPD in clear to this one." },
	[WALK_DEMANDS_REPORT] = { RULE_OPPORTUNISTIC, RULE_STS_ENFORCE,
	    ": the policy is in testing mode, so that this is reported and stops nobody", "",
	    "Without it the message would have gone in clear, and a report would have said so.",
	    "Had the handshake failed, a report would have said so." },
	[WALK_DEMANDS_TLS] = { RULE_DANE_UNUSABLE, RULE_DANE_UNUSABLE,
	    ": no TLSA record can be used, so nobody is authenticated, and any certificate "
	    "will "
	    "do",
	    "", "Without it the server would have been passed over: TLS is a must.",
	    "Had the handshake failed, the server would have been passed over." },
	[WALK_DEMANDS_STS] = { RULE_STS_ENFORCE, RULE_STS_CERTIFICATE,
	    ", which the policy does not allow", "",
	    "Without it the server would have been passed over: the policy demands TLS.",
	    "Had the handshake failed, the server would have been passed over." },
	[WALK_DEMANDS_DANE] = { RULE_DANE_REQUIRED, RULE_DANE_REQUIRED,
	    ": that decides nothing here, the TLSA records do",
	    "; what counts here are the TLSA records",
	    "Without it the server would have been passed over: its TLSA records demand TLS.",
	    "Had the handshake failed, the server would have been passed over." },
};

/* What is said of a server that offers STARTTLS. */
static void
tell_offer(struct visit *v, struct walk_step *step, enum walk_demand demand)
{
	if (v->walker->profile->never_encrypts) {
		step->mark = WALK_WARNED;
		step->rule = rule_of(RULE_STARTTLS_OPTIONAL);
		buf_addf(&step->sentence,
		    "It offers STARTTLS, which %s does not know: the message goes in clear.",
		    v->walker->profile->title);
		buf_adds(&step->not_taken, "A sender that knows STARTTLS would have taken it.");
		return;
	}
	buf_adds(&step->sentence, "It offers STARTTLS, and the sender takes it.");
	buf_adds(&step->not_taken, demands[demand].without);
}

/* The place of our HELO in the clear dialogue; the number of its lines when none was said there. */
static size_t
place_of_helo(const struct smtp_transcript *transcript)
{
	size_t i = 0;

	while (i < transcript->count &&
	    (transcript->lines[i].speaker != SMTP_CLIENT || transcript->lines[i].encrypted ||
		!text_prefix_nocase(transcript->lines[i].text, "HELO")))
		i++;
	return i;
}

/* Appends how we said who we are: by EHLO, and by HELO behind the reply that refuses that. */
static void
add_hello(struct buf *out, const struct smtp_facts *probe)
{
	const struct smtp_transcript *transcript = &probe->transcript;
	size_t helo = place_of_helo(transcript), refusal = helo;

	buf_adds(out, "C: EHLO (our name)\n");
	if (helo == transcript->count)
		return;
	while (refusal > 0 && transcript->lines[refusal - 1].speaker != SMTP_CLIENT)
		refusal--;
	for (; refusal < helo; refusal++) {
		if (transcript->lines[refusal].speaker == SMTP_SERVER)
			buf_addf(out, "S: %s\n", transcript->lines[refusal].text);
	}
	buf_adds(out, "C: HELO (our name)\n");
}

/* EHLO and what is offered: false when the attempt ends there. */
static bool
tell_ehlo(struct visit *v)
{
	const struct smtp_facts *probe = v->probe;
	bool offered = probe->starttls != SMTP_STARTTLS_NOT_OFFERED;
	enum walk_demand demand = walk_demand_of(v);
	struct walk_step *step;
	struct buf hello = BUF_INIT;
	bool stopped;

	add_hello(&hello, probe);
	stopped = tell_stop(v, SMTP_STAGE_EHLO, hello.data);
	if (stopped) {
		buf_clear(&hello);
		return false;
	}
	step = walk_visit_add(v, offered ? WALK_DONE : WALK_WARNED, walk_source_of_probe(probe),
	    demands[demand].rule);
	buf_adds(&step->line, hello.data);
	buf_clear(&hello);
	if (probe->tls.present)
		buf_adds(&step->line, "S: 250 ...  STARTTLS  ...\n");
	else
		add_extensions(&step->line, probe);
	if (offered) {
		tell_offer(v, step, demand);
		return true;
	}
	buf_addf(&step->sentence, "It offers no STARTTLS%s.",
	    demand > WALK_DEMANDS_REPORT ? "" : ": the message goes in clear");
	buf_adds(&step->not_taken,
	    v->walker->profile->never_encrypts
		? ""
		: "Had it been offered, the sender would have taken it.");
	return true;
}

/* What the certificate is worth. */
static void
add_certificate(struct visit *v, struct walk_step *step)
{
	const struct tls_facts *tls = &v->probe->tls;
	bool trusted = tls->chain == TLS_CHAIN_TRUSTED;
	enum walk_demand demand = walk_demand_of(v);

	step->rule = rule_of(demands[demand].worth);
	buf_adds(&step->not_taken, demands[demand].broken);
	if (trusted && tls->name_matches) {
		buf_addf(&step->sentence, "TLS: the certificate is trusted, and names %s%s.",
		    walk_host(v), demands[demand].good);
		return;
	}
	step->mark = demand == WALK_DEMANDS_DANE ? WALK_DONE : WALK_WARNED;
	if (!trusted)
		buf_addf(&step->sentence, "TLS, though the certificate's chain is %s",
		    tls_chain_name(tls->chain));
	else
		buf_adds(&step->sentence, "TLS, though the certificate is for another name");
	buf_addf(&step->sentence, "%s.", demands[demand].bad);
}

/* STARTTLS that is offered, and then refused. */
static void
tell_no_tls(struct visit *v, struct walk_step *step)
{
	bool demanded = walk_demand_of(v) > WALK_DEMANDS_REPORT;

	step->mark = WALK_WARNED;
	step->rule = rule_of(RULE_STARTTLS_REFUSED);
	buf_addf(&step->sentence, "STARTTLS is offered, and then refused%s.",
	    demanded ? "" : ": on in clear, on the same connection");
	buf_adds(&step->not_taken,
	    demanded ? "Without a policy it would have gone on in clear."
		     : "Under a policy the server would be passed over.");
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
	step = walk_visit_add(v, WALK_DONE, walk_source_of_probe(probe), RULE_OPPORTUNISTIC);
	buf_adds(&step->line, command);
	if (!probe->tls.present) {
		tell_no_tls(v, step);
		return true;
	}
	add_certificate(v, step);
	if (probe->tls.version)
		buf_addf(&step->line, "%s\n", probe->tls.version);
	buf_adds(&step->line, "C: EHLO (our name)\n");
	add_extensions(&step->line, probe);
	return !tell_stop(v, SMTP_STAGE_EHLO_TLS, "C: EHLO (our name)\n");
}

/* MAIL and RCPT, which a probe sends only when it is told to. */
static void
tell_envelope(struct visit *v)
{
	const struct smtp_facts *probe = v->probe;
	bool in_clear = probe->outcome == SMTP_TLS_FAILED; /* the probe went no further */
	struct walk_step *step;

	if (!in_clear &&
	    (tell_stop(v, SMTP_STAGE_MAIL, "C: MAIL FROM:<>\n") ||
		tell_stop(v, SMTP_STAGE_RCPT, "C: RCPT TO:<...>\n")))
		return;
	step = walk_visit_add(v, WALK_DONE,
	    probe->rcpt_code ? walk_source_of_probe(probe) : WALK_ASSUMED, RULE_ACCEPTED);
	if (probe->rcpt_code) {
		buf_addf(
		    &step->sentence, "It takes sender and recipient: %d.", probe->rcpt_code);
		buf_addf(&step->line, "C: MAIL FROM:<...>\nC: RCPT TO:<...>\nS: %d %s\n",
		    probe->rcpt_code, probe->rcpt_text ? probe->rcpt_text : "");
	} else {
		buf_addf(&step->sentence,
		    "MAIL, RCPT and the message itself%s: a probe sends none of them, so they "
		    "are taken to be accepted.",
		    in_clear ? ", in clear" : "");
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
	bool failed = v->probe && v->probe->outcome == SMTP_TLS_FAILED;

	walk_policy(v);
	if (walk_is_out(v->walker, v->row))
		return;
	v->walker->attempts++;
	if (!tell_connect(v) || !tell_greeting(v) || !tell_ehlo(v))
		return;
	if (!tell_tls(v) && !(failed && v->fate == FATE_DELIVERED))
		return;
	if (walk_ruling(v))
		tell_envelope(v);
}

/* --- rows ------------------------------------------------------------------------------------------------ */

/* Where it is from that a row is left out: the DNS says so, or the sender decides. */
static enum walk_source
source_of_standing(const struct plan_row *row)
{
	switch (row->standing) {
	case PLAN_NO_FAMILY:
	case PLAN_DUPLICATE:
	case PLAN_SELF:
	case PLAN_CUT:
	case PLAN_BACKUP:
	case PLAN_CAPPED:
		return WALK_RULE;
	case PLAN_ATTEMPT:
	case PLAN_WAITING:
	case PLAN_NO_SUCH_NAME:
	case PLAN_NO_ADDRESS:
	case PLAN_DNS_TROUBLE:
	case PLAN_SPECIAL:
	case PLAN_LOOPBACK:
	case PLAN_NULL:
	case PLAN_LITERAL:
	case PLAN_LOCALHOST:
	case PLAN_INVALID:
		break;
	}
	return WALK_DNS;
}

/* True when the row in front was left out for the same reason, in the same words. */
static bool
was_said(const struct visit *v)
{
	const struct plan_row *before = v->row - 1;

	return v->index > 0 && before->standing == v->row->standing &&
	    strcmp(before->because, v->row->because) == 0;
}

/* A row that is no attempt: why not. */
static void
tell_left_out(struct visit *v)
{
	const struct dns_result *trouble =
	    v->target ? NULL : mail_facts_trouble(v->walker->facts, v->row->exchange);
	struct walk_step *step;
	enum walk_mark mark = WALK_PASSED_OVER;

	if (was_said(v))
		return;
	if (v->fate == FATE_PENDING)
		mark = WALK_UNDER_WAY;
	else if (v->fate == FATE_DNS_TROUBLE)
		mark = WALK_UNDECIDED;
	step = walk_visit_add(v, mark,
	    trouble ? walk_source_of(trouble) : source_of_standing(v->row), RULE_MX_HOST);
	step->rule = v->row->rule;
	if (strncmp(v->row->because, walk_host(v), strlen(walk_host(v))) == 0)
		buf_adds(&step->sentence, v->row->because);
	else
		walk_capital(&step->sentence, v->row->because);
	buf_addc(&step->sentence, '.');
	if (v->row->standing == PLAN_LITERAL)
		walk_others_literals(&step->others, v->walker->plan->sender);
}

/* An address that is passed over because of what another address of its host said. */
static void
tell_passed(struct visit *v)
{
	struct walk_step *step =
	    walk_visit_add(v, WALK_PASSED_OVER, WALK_RULE, RULE_NEXT_ADDRESS);

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

	w->fates = fates;
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
	w->fates = NULL;
	free(fates);
}
