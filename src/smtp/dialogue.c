/*
 * The course of an SMTP dialogue. It reads in this order: the step table, which holds for each
 * state what is awaited and which reaction follows each class of reply; the small acts (enter,
 * say, decide); the reactions; and the entrances for the session.
 *
 * Decides what is said to a server and when. What a refusal means and how it is put in words is
 * left to judge.c, how facts are kept to recorder.c. Once the outcome is decided nothing
 * changes it: RSET and QUIT are politeness, and a server that does not answer them has still
 * shown what we came for.
 */
#include <stdlib.h>
#include <string.h>

#include "util/log.h"
#include "util/mem.h"
#include "util/span.h"

#include "smtp/dialogue.h"
#include "smtp/judge.h"

NAMES_DEFINE(smtp_state, SMTP_STATES)

/* How long the reply to a RSET or QUIT may take, which can change nothing any more. */
#define COURTESY_US (2 * SPAN_SECOND)

/* What follows a reply. */
typedef void reaction(struct smtp_dialogue *dialogue, const struct smtp_reply *reply);

static reaction greeted, extended, try_helo, plain, ready_for_tls, tls_refused, mail_accepted,
    rcpt_accepted, rcpt_refused, refused, reset_answered, quit_answered;

/* The step table: a row for each state, a column for each class of reply. */
static const struct step {
	const char *awaited;
	int code, other_code; /* the 2yz codes that belong here (RFC 5321 4.3.2) */
	reaction *success, *transient, *permanent, *other;
} steps[] = {
	[SMTP_STATE_CONNECTING] = { .awaited = "connection" },
	[SMTP_STATE_GREETING] = { "greeting", 220, 220, greeted, refused, refused, refused },
	[SMTP_STATE_EHLO] = { "reply to EHLO", 250, 250, extended, refused, try_helo, refused },
	[SMTP_STATE_HELO] = { "reply to HELO", 250, 250, plain, refused, refused, refused },
	[SMTP_STATE_STARTTLS] = { "reply to STARTTLS", 220, 220, ready_for_tls, tls_refused,
	    tls_refused, refused },
	[SMTP_STATE_HANDSHAKE] = { .awaited = "TLS handshake" },
	[SMTP_STATE_MAIL] = { "reply to MAIL", 250, 250, mail_accepted, refused, refused,
	    refused },
	[SMTP_STATE_RCPT] = { "reply to RCPT", 250, 251, rcpt_accepted, rcpt_refused,
	    rcpt_refused, rcpt_refused },
	[SMTP_STATE_RSET] = { "reply to RSET", 250, 250, reset_answered, reset_answered,
	    reset_answered, reset_answered },
	[SMTP_STATE_QUIT] = { "reply to QUIT", 221, 221, quit_answered, quit_answered,
	    quit_answered, quit_answered },
	[SMTP_STATE_ENDED] = { .awaited = "end" },
};

/* --- small acts ------------------------------------------------------------ */

/* How long the state may last: behind the decision only courtesy is at stake. */
static int64_t
patience(const struct smtp_dialogue *dialogue)
{
	if (smtp_record_undecided(&dialogue->recorder) || dialogue->patience_us < COURTESY_US)
		return dialogue->patience_us;
	return COURTESY_US;
}

/* Goes to a state and sets its deadline. */
static void
enter(struct smtp_dialogue *dialogue, enum smtp_state state)
{
	if (log_on() && state != dialogue->state)
		log_line("smtp", "%s -> %s", smtp_state_name(dialogue->state),
		    smtp_state_name(state));
	dialogue->state = state;
	if (__builtin_add_overflow(
		dialogue->recorder.now_us, patience(dialogue), &dialogue->deadline_us))
		dialogue->deadline_us = INT64_MAX;
}

/*
 * Says a command, put together from three parts, and goes to the state that awaits its reply.
 */
static void
say(struct smtp_dialogue *dialogue, enum smtp_state state, const char *verb,
    const char *argument, const char *rest)
{
	struct buf line = BUF_INIT;

	buf_adds(&line, verb);
	buf_adds(&line, argument);
	buf_adds(&line, rest);
	smtp_record_line(&dialogue->recorder, SMTP_CLIENT, line.data, line.length);
	buf_add(&dialogue->outgoing, line.data, line.length);
	buf_adds(&dialogue->outgoing, "\r\n");
	buf_clear(&line);
	enter(dialogue, state);
}

/* Sets the outcome, once and for all, with its sentence (taken over; NULL when accepting). */
static void
decide(struct smtp_dialogue *dialogue, enum smtp_outcome outcome, char *sentence)
{
	smtp_record_outcome(&dialogue->recorder, outcome, sentence);
	if (log_on())
		log_line("smtp", "%s at %s", smtp_outcome_name(outcome),
		    smtp_stage_name(dialogue->recorder.facts.stage));
}

/* Lets the reply decide, as judge.c reads it. */
static void
decide_by(struct smtp_dialogue *dialogue, const struct smtp_reply *reply)
{
	struct smtp_judgement judgement = smtp_judge_reply(
	    dialogue->recorder.facts.stage, smtp_dialogue_awaited(dialogue), reply);

	smtp_record_reply(&dialogue->recorder, reply);
	dialogue->recorder.facts.doubt = judgement.doubt;
	decide(dialogue, judgement.outcome, judgement.sentence);
}

/* Says QUIT. It is a stage of its own only behind a dialogue that went well. */
static void
say_quit(struct smtp_dialogue *dialogue)
{
	if (dialogue->recorder.facts.outcome == SMTP_ACCEPTING)
		smtp_record_stage(&dialogue->recorder, SMTP_STAGE_QUIT);
	say(dialogue, SMTP_STATE_QUIT, "QUIT", "", "");
}

/* Says RSET: nothing of MAIL and RCPT is to stay with the server. */
static void
say_reset(struct smtp_dialogue *dialogue)
{
	say(dialogue, SMTP_STATE_RSET, "RSET", "", "");
}

/* Says EHLO, in clear or inside TLS. */
static void
say_ehlo(struct smtp_dialogue *dialogue)
{
	smtp_record_stage(&dialogue->recorder,
	    dialogue->recorder.encrypted ? SMTP_STAGE_EHLO_TLS : SMTP_STAGE_EHLO);
	say(dialogue, SMTP_STATE_EHLO, "EHLO ", dialogue->helo, "");
}

/* True when the string holds more than ASCII. */
static bool
is_international(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text >= 0x80)
			return true;
	}
	return false;
}

/* What the server's keywords tell about our envelope: that it cannot be, with our own codes. */
struct obstacle {
	struct smtp_enhanced enhanced;
	const char *sentence; /* NULL = there is none */
};

/*
 * Why there is no point in saying MAIL: an international address may not go to a server without
 * SMTPUTF8 (RFC 6531 3.5), nor a message to one that tells a lower limit (RFC 1870 6.1).
 */
static struct obstacle
envelope_obstacle(const struct smtp_dialogue *dialogue, bool utf8)
{
	const struct smtp_extensions *offered = &dialogue->recorder.facts.extensions;
	uint64_t limit;

	if (utf8 && !smtp_extension(offered, "SMTPUTF8"))
		return (struct obstacle){ { 5, 6, 7 },
			"rejected: the address is not ASCII, and the server does not offer "
			"SMTPUTF8 (RFC 6531 3.5)" };
	if (smtp_extension_size(offered, &limit) && limit > 0 && dialogue->size > limit)
		return (struct obstacle){ { 5, 3, 4 },
			"rejected: the message is larger than the server's SIZE allows "
			"(RFC 1870 6.1)" };
	return (struct obstacle){ { 0, 0, 0 }, NULL };
}

/* Writes the parameters of MAIL into *out: what the server offers, and the message needs. */
static void
add_mail_parameters(const struct smtp_dialogue *dialogue, bool utf8, struct buf *out)
{
	uint64_t limit;

	buf_adds(out, ">");
	if (dialogue->size > 0 &&
	    smtp_extension_size(&dialogue->recorder.facts.extensions, &limit))
		buf_addf(out, " SIZE=%llu", (unsigned long long)dialogue->size);
	if (utf8)
		buf_adds(out, " SMTPUTF8");
}

/* Says MAIL, or why it cannot be said. */
static void
say_mail(struct smtp_dialogue *dialogue)
{
	bool utf8 = is_international(dialogue->mail_from) || is_international(dialogue->rcpt);
	const struct obstacle obstacle = envelope_obstacle(dialogue, utf8);
	struct buf rest = BUF_INIT;

	smtp_record_stage(&dialogue->recorder, SMTP_STAGE_MAIL);
	if (obstacle.sentence) {
		smtp_dialogue_break_off(
		    dialogue, SMTP_REJECTING, mem_strdup(obstacle.sentence));
		dialogue->recorder.facts.enhanced = obstacle.enhanced;
		say_quit(dialogue);
		return;
	}
	add_mail_parameters(dialogue, utf8, &rest);
	say(dialogue, SMTP_STATE_MAIL, "MAIL FROM:<", dialogue->mail_from, rest.data);
	buf_clear(&rest);
}

/* Keywords and TLS are settled: to MAIL where asked for, or to the end. */
static void
go_on(struct smtp_dialogue *dialogue)
{
	if (dialogue->rcpt) {
		say_mail(dialogue);
		return;
	}
	decide(dialogue, SMTP_ACCEPTING, NULL);
	say_quit(dialogue);
}

/* The keywords are known: STARTTLS next, where it is offered and there is no TLS yet. */
static void
go_on_from_hello(struct smtp_dialogue *dialogue)
{
	struct smtp_facts *facts = &dialogue->recorder.facts;
	bool offered = smtp_extension(&facts->extensions, "STARTTLS") != NULL;

	facts->extensions_known = true;
	if (dialogue->recorder.encrypted) {
		if (offered)
			smtp_record_violation(&dialogue->recorder, SMTP_STARTTLS_AGAIN);
		go_on(dialogue);
	} else if (offered) {
		smtp_record_stage(&dialogue->recorder, SMTP_STAGE_STARTTLS);
		say(dialogue, SMTP_STATE_STARTTLS, "STARTTLS", "", "");
	} else {
		facts->starttls = SMTP_STARTTLS_NOT_OFFERED;
		go_on(dialogue);
	}
}

/* --- reactions --------------------------------------------------------------- */

/* The greeting was 220. */
static void
greeted(struct smtp_dialogue *dialogue, const struct smtp_reply *reply)
{
	smtp_record_reply(&dialogue->recorder, reply);
	say_ehlo(dialogue);
}

/* EHLO was accepted: its lines are what the server can do. */
static void
extended(struct smtp_dialogue *dialogue, const struct smtp_reply *reply)
{
	smtp_extensions_from_reply(&dialogue->recorder.facts.extensions, reply);
	go_on_from_hello(dialogue);
}

/*
 * EHLO was answered with 5yz: HELO, as every MTA does (RFC 5321 3.2). That the server does not
 * know EHLO is certain only when the code is about syntax (x0z, 4.2.1).
 */
static void
try_helo(struct smtp_dialogue *dialogue, const struct smtp_reply *reply)
{
	if (reply->code / 10 == 50)
		smtp_record_violation(&dialogue->recorder, SMTP_NO_EHLO);
	say(dialogue, SMTP_STATE_HELO, "HELO ", dialogue->helo, "");
}

/* HELO was accepted where EHLO was not: a server without extensions. */
static void
plain(struct smtp_dialogue *dialogue, const struct smtp_reply *reply)
{
	(void)reply;
	smtp_record_violation(&dialogue->recorder, SMTP_NO_EHLO);
	go_on_from_hello(dialogue);
}

/*
 * STARTTLS was answered with 220: the session sees to it that nothing stands behind the reply.
 */
static void
ready_for_tls(struct smtp_dialogue *dialogue, const struct smtp_reply *reply)
{
	(void)reply;
	enter(dialogue, SMTP_STATE_HANDSHAKE);
}

/*
 * STARTTLS was refused: on in clear, as MTAs do, unless the server ends the session with 421.
 */
static void
tls_refused(struct smtp_dialogue *dialogue, const struct smtp_reply *reply)
{
	dialogue->recorder.facts.starttls = SMTP_STARTTLS_REFUSED;
	if (reply->code == 421) {
		refused(dialogue, reply);
		return;
	}
	smtp_record_remark(&dialogue->recorder,
	    "STARTTLS was refused; a sender without a TLS policy goes on in clear");
	go_on(dialogue);
}

/* The sender was accepted. */
static void
mail_accepted(struct smtp_dialogue *dialogue, const struct smtp_reply *reply)
{
	(void)reply;
	smtp_record_stage(&dialogue->recorder, SMTP_STAGE_RCPT);
	say(dialogue, SMTP_STATE_RCPT, "RCPT TO:<", dialogue->rcpt, ">");
}

/* The recipient was accepted: decided, and undone again. */
static void
rcpt_accepted(struct smtp_dialogue *dialogue, const struct smtp_reply *reply)
{
	(void)reply;
	decide(dialogue, SMTP_ACCEPTING, NULL);
	say_reset(dialogue);
}

/* The recipient was refused: MAIL is undone, unless the server ends the session with 421. */
static void
rcpt_refused(struct smtp_dialogue *dialogue, const struct smtp_reply *reply)
{
	decide_by(dialogue, reply);
	if (reply->code == 421)
		say_quit(dialogue);
	else
		say_reset(dialogue);
}

/* The reply stops the dialogue; the server is still told that we go (RFC 5321 3.1, 3.8). */
static void
refused(struct smtp_dialogue *dialogue, const struct smtp_reply *reply)
{
	struct smtp_facts *facts = &dialogue->recorder.facts;

	if (dialogue->state == SMTP_STATE_STARTTLS &&
	    facts->starttls == SMTP_STARTTLS_NOT_TRIED)
		facts->starttls = SMTP_STARTTLS_FAILED;
	decide_by(dialogue, reply);
	say_quit(dialogue);
}

/* RSET was answered, no matter how. */
static void
reset_answered(struct smtp_dialogue *dialogue, const struct smtp_reply *reply)
{
	(void)reply;
	say_quit(dialogue);
}

/* QUIT was answered; 421 may be the answer to anything (RFC 5321 4.3.2). */
static void
quit_answered(struct smtp_dialogue *dialogue, const struct smtp_reply *reply)
{
	if (reply->code != 221 && reply->code != 421)
		smtp_record_violation(&dialogue->recorder, SMTP_NO_QUIT_REPLY);
	smtp_dialogue_end(dialogue);
}

/* --- entrances ----------------------------------------------------------------- */

/*
 * Copies an argument of a command up to the first control character: whoever hands us
 * one, it must not become a second command.
 */
static char *
argument_copy(const char *text)
{
	size_t n = 0;

	while ((unsigned char)text[n] >= 0x20 && text[n] != 0x7F)
		n++;
	return mem_strndup(text, n);
}

void
smtp_dialogue_init(struct smtp_dialogue *dialogue, const struct smtp_session_settings *settings,
    int64_t now_us)
{
	*dialogue = (struct smtp_dialogue){
		.helo = argument_copy(settings->helo),
		.mail_from = argument_copy(settings->mail_from ? settings->mail_from : ""),
		.rcpt = settings->rcpt ? argument_copy(settings->rcpt) : NULL,
		.size = settings->size,
		.patience_us = settings->patience_us > 0 ? settings->patience_us : 0,
	};
	smtp_recorder_init(&dialogue->recorder, now_us);
	enter(dialogue, SMTP_STATE_CONNECTING);
}

void
smtp_dialogue_clear(struct smtp_dialogue *dialogue)
{
	free(dialogue->helo);
	free(dialogue->mail_from);
	free(dialogue->rcpt);
	buf_clear(&dialogue->outgoing);
	smtp_recorder_clear(&dialogue->recorder);
}

const char *
smtp_dialogue_awaited(const struct smtp_dialogue *dialogue)
{
	return steps[dialogue->state].awaited;
}

bool
smtp_dialogue_awaits_reply(const struct smtp_dialogue *dialogue)
{
	return steps[dialogue->state].success != NULL;
}

void
smtp_dialogue_connected(struct smtp_dialogue *dialogue)
{
	smtp_record_remark(&dialogue->recorder, "connected");
	smtp_record_stage(&dialogue->recorder, SMTP_STAGE_GREETING);
	enter(dialogue, SMTP_STATE_GREETING);
}

/* Keeps what a reply tells besides its code. */
static void
record(struct smtp_dialogue *dialogue, const struct smtp_reply *reply)
{
	if (dialogue->state == SMTP_STATE_GREETING)
		smtp_record_greeting(&dialogue->recorder, reply);
	if (dialogue->state == SMTP_STATE_RCPT)
		smtp_record_recipient(&dialogue->recorder, reply);
}

/* Notes a 2yz code out of place; by its first digit it is a success still (RFC 5321 4.2.1). */
static void
check_success(struct smtp_dialogue *dialogue, int code)
{
	const struct step *step = &steps[dialogue->state];

	if (smtp_record_undecided(&dialogue->recorder) && code != step->code &&
	    code != step->other_code)
		smtp_record_violation(&dialogue->recorder, SMTP_UNEXPECTED_CODE);
}

void
smtp_dialogue_answered(struct smtp_dialogue *dialogue, const struct smtp_reply *reply)
{
	const struct step *step = &steps[dialogue->state];

	record(dialogue, reply);
	switch (reply->code / 100) {
	case 2:
		check_success(dialogue, reply->code);
		step->success(dialogue, reply);
		return;
	case 4:
		step->transient(dialogue, reply);
		return;
	case 5:
		step->permanent(dialogue, reply);
		return;
	default:
		step->other(dialogue, reply);
		return;
	}
}

void
smtp_dialogue_secured(struct smtp_dialogue *dialogue, const struct tls_facts *tls)
{
	smtp_record_tls(&dialogue->recorder, tls);
	say_ehlo(dialogue);
}

void
smtp_dialogue_break_off(
    struct smtp_dialogue *dialogue, enum smtp_outcome outcome, char *sentence)
{
	struct smtp_facts *facts = &dialogue->recorder.facts;
	bool agreeing =
	    dialogue->state == SMTP_STATE_STARTTLS || dialogue->state == SMTP_STATE_HANDSHAKE;

	if (agreeing && outcome != SMTP_SKIPPED && facts->starttls == SMTP_STARTTLS_NOT_TRIED)
		facts->starttls = SMTP_STARTTLS_FAILED;
	smtp_record_no_reply(&dialogue->recorder);
	decide(dialogue, outcome, sentence);
}

/*
 * Before the greeting nothing is said, and a server that has read STARTTLS may take a QUIT in
 * clear for the start of a handshake.
 */
void
smtp_dialogue_farewell(struct smtp_dialogue *dialogue)
{
	switch (dialogue->state) {
	case SMTP_STATE_CONNECTING:
	case SMTP_STATE_GREETING:
	case SMTP_STATE_STARTTLS:
	case SMTP_STATE_HANDSHAKE:
	case SMTP_STATE_QUIT:
	case SMTP_STATE_ENDED:
		smtp_dialogue_end(dialogue);
		return;
	case SMTP_STATE_EHLO:
	case SMTP_STATE_HELO:
	case SMTP_STATE_MAIL:
	case SMTP_STATE_RCPT:
	case SMTP_STATE_RSET:
		say_quit(dialogue);
		return;
	}
}

void
smtp_dialogue_end(struct smtp_dialogue *dialogue)
{
	if (dialogue->state == SMTP_STATE_ENDED)
		return;
	smtp_record_end(&dialogue->recorder);
	enter(dialogue, SMTP_STATE_ENDED);
}
