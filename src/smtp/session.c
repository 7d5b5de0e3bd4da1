/*
 * A probe's session: what the caller tells it (octets, time, the fate of the connection) and
 * what it wants. Octets become replies here, and each finds its question.
 *
 * Decides which reply answers which command, when our patience is over, and what a lost
 * connection means. What is said next is left to dialogue.c, words to judge.c. Three rules
 * guard it: nothing is sent before the greeting; what came before a command was sent cannot
 * answer it; what stands in clear behind the reply to STARTTLS ends the session.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "smtp/dialogue.h"
#include "smtp/judge.h"
#include "smtp/session.h"

struct smtp_session {
	struct smtp_dialogue dialogue;
	struct smtp_parser *parser;
	unsigned strays; /* replies to come that answer nothing we still wait for */
	bool errand; /* CONNECT or HANDSHAKE, as the state has it, was wanted already */
	struct buf handed; /* what the last SEND shows to the caller */
};

/* True until the outcome is decided. */
static bool
undecided(const struct smtp_session *session)
{
	return smtp_record_undecided(&session->dialogue.recorder);
}

/* True when something was said that is not sent yet. */
static bool
has_outgoing(const struct smtp_session *session)
{
	return session->dialogue.outgoing.length > 0;
}

/* True when a part of what is awaited has come. */
static bool
has_begun(const struct smtp_session *session)
{
	return smtp_parser_pending(session->parser) > 0;
}

/* Notes a set of offences against the standards. */
static void
offend(struct smtp_session *session, smtp_violations violations)
{
	session->dialogue.recorder.facts.violations |= violations;
}

/* Puts each line that the server ends into the transcript, raw as it came. */
static void
overhear(void *context, const char *bytes, size_t n)
{
	struct smtp_session *session = context;

	smtp_record_line(&session->dialogue.recorder, SMTP_SERVER, bytes, n);
}

/* Writes down the beginning of a line that never ended, and the offences in it. */
static void
keep_unfinished(struct smtp_session *session)
{
	const char *bytes;
	size_t n = smtp_parser_unfinished(session->parser, &bytes);

	offend(session, smtp_parser_violations(session->parser));
	if (n == 0)
		return;
	smtp_record_line(&session->dialogue.recorder, SMTP_SERVER, bytes, n);
	smtp_record_remark(&session->dialogue.recorder, "(that line has not ended)");
}

/* Decides an outcome that is no reply's doing; the sentence is taken over. */
static void
break_off(struct smtp_session *session, enum smtp_outcome outcome, char *sentence)
{
	keep_unfinished(session);
	smtp_dialogue_break_off(&session->dialogue, outcome, sentence);
}

/* --- octets come in ---------------------------------------------------------- */

/*
 * True for a reply to something that we no longer wait for. 421 may come at any time
 * (RFC 5321 3.8), and 221 can only answer our QUIT.
 */
static bool
is_stray(const struct smtp_session *session, const struct smtp_reply *reply)
{
	bool farewell = session->dialogue.state == SMTP_STATE_QUIT && reply->code == 221;

	return session->strays > 0 && reply->code != 421 && !farewell;
}

/* Takes a whole reply, which is cleared. */
static void
take(struct smtp_session *session, struct smtp_reply *reply)
{
	offend(session, reply->violations);
	if (is_stray(session, reply))
		session->strays--;
	else
		smtp_dialogue_answered(&session->dialogue, reply);
	smtp_reply_clear(reply);
}

/*
 * What came cannot be read as SMTP. A server that greeted well is told QUIT, but its answer
 * could not be read either, so that nobody waits for it.
 */
static void
garbled(struct smtp_session *session, const char *why)
{
	if (undecided(session)) {
		break_off(session, SMTP_PROTOCOL_ERROR,
		    smtp_garbage_sentence(smtp_dialogue_awaited(&session->dialogue), why));
		smtp_dialogue_farewell(&session->dialogue);
	} else {
		keep_unfinished(session);
	}
	smtp_dialogue_end(&session->dialogue);
}

/*
 * Octets in clear stand behind the reply to STARTTLS: they would pass for octets that TLS
 * protected (CVE-2011-0411). They are shown in the transcript and the session ends.
 */
static void
injected(struct smtp_session *session)
{
	struct smtp_reply reply;
	const char *error;

	while (smtp_parser_next(session->parser, &reply, &error) == SMTP_PARSE_REPLY)
		smtp_reply_clear(&reply);
	session->dialogue.recorder.facts.starttls = SMTP_STARTTLS_INJECTED;
	break_off(session, SMTP_PROTOCOL_ERROR,
	    mem_strdup("octets in clear followed the reply to STARTTLS; they were thrown away "
		       "and the session ended (CVE-2011-0411)"));
	smtp_dialogue_end(&session->dialogue);
}

/* True while replies may be taken: one is awaited, and what it answers has been sent. */
static bool
is_listening(const struct smtp_session *session)
{
	return smtp_dialogue_awaits_reply(&session->dialogue) && !has_outgoing(session);
}

/* Takes replies as long as they answer something. */
static void
take_replies(struct smtp_session *session)
{
	struct smtp_reply reply;
	const char *error;

	while (is_listening(session)) {
		switch (smtp_parser_next(session->parser, &reply, &error)) {
		case SMTP_PARSE_MORE:
			return;
		case SMTP_PARSE_REPLY:
			take(session, &reply);
			break;
		case SMTP_PARSE_ERROR:
			garbled(session, error);
			return;
		}
	}
	if (session->dialogue.state == SMTP_STATE_HANDSHAKE && has_begun(session))
		injected(session);
}

/*
 * A command goes out now. Octets that are already here cannot answer it: whole replies are
 * passed over, and so will be the one that has begun. Only a 421 counts.
 */
static void
pass_over_early(struct smtp_session *session)
{
	struct smtp_reply reply;
	const char *error;
	enum smtp_parse parse;

	offend(session, UINT32_C(1) << SMTP_EARLY_DATA);
	smtp_record_remark(
	    &session->dialogue.recorder, "the server said this before it was asked:");
	while (
	    (parse = smtp_parser_next(session->parser, &reply, &error)) == SMTP_PARSE_REPLY) {
		session->strays++;
		take(session, &reply);
		if (!is_listening(session))
			return;
	}
	if (parse == SMTP_PARSE_ERROR)
		garbled(session, error);
	else if (has_begun(session))
		session->strays++;
}

/* --- our patience ends --------------------------------------------------------- */

/* Ends the waiting before the outcome was decided. The reply may still come: a stray then. */
static void
give_up(struct smtp_session *session)
{
	const struct smtp_dialogue *dialogue = &session->dialogue;

	break_off(session, SMTP_TIMEOUT,
	    smtp_silence_sentence(dialogue->recorder.facts.stage,
		smtp_dialogue_awaited(dialogue), has_begun(session), dialogue->patience_us));
	session->strays++;
	smtp_dialogue_farewell(&session->dialogue);
}

/* The deadline of the state has come. Without an answer to RSET there is still QUIT to say. */
static void
expire(struct smtp_session *session)
{
	if (undecided(session)) {
		give_up(session);
		return;
	}
	keep_unfinished(session);
	smtp_record_remark(&session->dialogue.recorder, "no answer within our patience");
	session->strays++;
	smtp_dialogue_farewell(&session->dialogue);
}

/* --- what the caller asks -------------------------------------------------------- */

struct smtp_session *
smtp_session_new(const struct smtp_session_settings *settings, int64_t now_us)
{
	struct smtp_session *session = mem_alloc(sizeof *session);

	session->parser = smtp_parser_new();
	smtp_parser_watch(session->parser, overhear, session);
	smtp_dialogue_init(&session->dialogue, settings, now_us);
	return session;
}

void
smtp_session_free(struct smtp_session *session)
{
	if (!session)
		return;
	smtp_dialogue_clear(&session->dialogue);
	smtp_parser_free(session->parser);
	buf_clear(&session->handed);
	free(session);
}

/*
 * Hands what was said to the caller, and clears away what came before it was said - unless that
 * is the late beginning of a reply that we no longer wait for.
 */
static struct smtp_want
hand_over(struct smtp_session *session)
{
	buf_clear(&session->handed);
	session->handed = session->dialogue.outgoing;
	session->dialogue.outgoing = (struct buf)BUF_INIT;
	if (is_listening(session) && has_begun(session) && session->strays == 0)
		pass_over_early(session);
	return (struct smtp_want){
		.kind = SMTP_WANT_SEND,
		.bytes = session->handed.data,
		.length = session->handed.length,
	};
}

/* Returns the errand of the state when it was not wanted yet, else the wait. */
static struct smtp_want
errand_or_wait(struct smtp_session *session)
{
	struct smtp_want want = {
		.kind = SMTP_WANT_WAIT,
		.deadline_us = session->dialogue.deadline_us,
	};

	if (session->errand || smtp_dialogue_awaits_reply(&session->dialogue))
		return want;
	session->errand = true;
	if (session->dialogue.state == SMTP_STATE_HANDSHAKE) {
		smtp_record_stage(&session->dialogue.recorder, SMTP_STAGE_HANDSHAKE);
		want.kind = SMTP_WANT_HANDSHAKE;
	} else {
		want.kind = SMTP_WANT_CONNECT;
	}
	return want;
}

struct smtp_want
smtp_session_next(struct smtp_session *session, int64_t now_us)
{
	struct smtp_dialogue *dialogue = &session->dialogue;

	dialogue->recorder.now_us = now_us;
	if (!has_outgoing(session) && dialogue->state != SMTP_STATE_ENDED &&
	    now_us >= dialogue->deadline_us)
		expire(session);
	if (has_outgoing(session))
		return hand_over(session);
	if (dialogue->state == SMTP_STATE_ENDED)
		return (struct smtp_want){ .kind = SMTP_WANT_CLOSE };
	return errand_or_wait(session);
}

const struct smtp_facts *
smtp_session_facts(const struct smtp_session *session)
{
	return &session->dialogue.recorder.facts;
}

/* --- what the caller tells --------------------------------------------------------- */

/*
 * Takes note of the time. Returns true when the session is in the state that the news is for.
 */
static bool
arrive(struct smtp_session *session, enum smtp_state state, int64_t now_us)
{
	session->dialogue.recorder.now_us = now_us;
	return session->dialogue.state == state;
}

/* Ends with an outcome that the caller found, and its sentence or the outcome's own. */
static void
end_with(struct smtp_session *session, enum smtp_outcome outcome, const char *sentence)
{
	const char *text = sentence ? sentence : smtp_outcome_help(outcome);

	break_off(session, outcome, text_printable_copy(text, strlen(text)));
	smtp_dialogue_end(&session->dialogue);
}

void
smtp_session_connected(struct smtp_session *session, int64_t now_us)
{
	if (!arrive(session, SMTP_STATE_CONNECTING, now_us))
		return;
	session->errand = false;
	smtp_dialogue_connected(&session->dialogue);
}

void
smtp_session_not_connected(struct smtp_session *session, enum smtp_outcome outcome,
    const char *sentence, int64_t now_us)
{
	if (arrive(session, SMTP_STATE_CONNECTING, now_us))
		end_with(session, outcome, sentence);
}

void
smtp_session_not_attempted(
    struct smtp_session *session, enum smtp_doubt doubt, const char *sentence, int64_t now_us)
{
	if (!arrive(session, SMTP_STATE_CONNECTING, now_us))
		return;
	session->dialogue.recorder.facts.doubt = doubt;
	end_with(session, SMTP_INCONCLUSIVE, sentence);
}

void
smtp_session_received(struct smtp_session *session, const void *bytes, size_t n, int64_t now_us)
{
	if (arrive(session, SMTP_STATE_ENDED, now_us) ||
	    session->dialogue.state == SMTP_STATE_CONNECTING)
		return;
	smtp_parser_push(session->parser, bytes, n);
	take_replies(session);
}

void
smtp_session_secured(struct smtp_session *session, const struct tls_facts *tls, int64_t now_us)
{
	if (!arrive(session, SMTP_STATE_HANDSHAKE, now_us))
		return;
	smtp_dialogue_secured(&session->dialogue, tls);
}

void
smtp_session_insecure(struct smtp_session *session, const char *sentence, int64_t now_us)
{
	if (arrive(session, SMTP_STATE_HANDSHAKE, now_us))
		end_with(session, SMTP_TLS_FAILED, sentence);
}

/*
 * The connection broke before the outcome was decided; within the handshake it is TLS's
 * failure.
 */
static void
lose(struct smtp_session *session, enum smtp_outcome outcome, const char *why)
{
	bool shaking = session->dialogue.state == SMTP_STATE_HANDSHAKE;

	break_off(session, shaking ? SMTP_TLS_FAILED : outcome,
	    smtp_loss_sentence(outcome, smtp_dialogue_awaited(&session->dialogue),
		shaking || has_begun(session), why));
}

void
smtp_session_lost(
    struct smtp_session *session, enum smtp_outcome outcome, const char *why, int64_t now_us)
{
	if (arrive(session, SMTP_STATE_CONNECTING, now_us)) {
		end_with(session, outcome, NULL);
		return;
	}
	buf_clear(&session->dialogue.outgoing);
	if (session->dialogue.state == SMTP_STATE_ENDED)
		return;
	if (undecided(session)) {
		lose(session, outcome, why);
	} else {
		keep_unfinished(session);
		smtp_record_remark(
		    &session->dialogue.recorder, why ? why : smtp_outcome_help(outcome));
	}
	smtp_dialogue_end(&session->dialogue);
}

void
smtp_session_cancel(struct smtp_session *session, int64_t now_us)
{
	if (arrive(session, SMTP_STATE_ENDED, now_us))
		return;
	if (undecided(session))
		break_off(session, SMTP_SKIPPED, mem_strdup("the probe was cancelled"));
	smtp_dialogue_farewell(&session->dialogue);
	smtp_dialogue_end(&session->dialogue);
}
