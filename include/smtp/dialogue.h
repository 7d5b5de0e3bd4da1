/*
 * The course of an SMTP dialogue: for each state what is awaited, and for each class of reply
 * what is said next. It takes whole replies and leaves what it says in .outgoing; octets, time
 * and lost connections are smtp/session's, which is its only caller.
 */
#ifndef SMTP_DIALOGUE_H
#define SMTP_DIALOGUE_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/names.h"

#include "smtp/recorder.h"
#include "smtp/reply.h"
#include "smtp/session.h"

/* Where the dialogue is. */
#define SMTP_STATES(X) \
	X(SMTP_STATE_CONNECTING, "connecting", "the connection is being opened") \
	X(SMTP_STATE_GREETING, "greeting", \
	    "connected; nothing may be said before the greeting") \
	X(SMTP_STATE_EHLO, "ehlo", "EHLO was said, in clear or inside TLS") \
	X(SMTP_STATE_HELO, "helo", "EHLO was refused for good, so HELO was said") \
	X(SMTP_STATE_STARTTLS, "starttls", "STARTTLS was said") \
	X(SMTP_STATE_HANDSHAKE, "handshake", "the caller runs the TLS handshake") \
	X(SMTP_STATE_MAIL, "mail", "MAIL was said") \
	X(SMTP_STATE_RCPT, "rcpt", "RCPT was said") \
	X(SMTP_STATE_RSET, "rset", "decided; RSET was said to undo MAIL and RCPT") \
	X(SMTP_STATE_QUIT, "quit", "decided; QUIT was said") \
	X(SMTP_STATE_ENDED, "ended", "the connection is to be closed")
NAMES_DECLARE(smtp_state, SMTP_STATES)

struct smtp_dialogue {
	char *helo, *mail_from, *rcpt; /* rcpt NULL = stop before MAIL */
	uint64_t size; /* of the message; 0 = not told */
	int64_t patience_us;
	enum smtp_state state;
	int64_t deadline_us; /* of the state */
	struct buf outgoing; /* said, and not yet sent */
	struct smtp_recorder recorder;
};

/* Begins in SMTP_STATE_CONNECTING; the settings are copied. */
void smtp_dialogue_init(struct smtp_dialogue *dialogue,
    const struct smtp_session_settings *settings, int64_t now_us);
void smtp_dialogue_clear(struct smtp_dialogue *dialogue);

/* What the state waits for, as in "no GREETING within 10 s". */
const char *smtp_dialogue_awaited(const struct smtp_dialogue *dialogue);

/* True in a state that ends with a reply of the server. */
bool smtp_dialogue_awaits_reply(const struct smtp_dialogue *dialogue);

/* The connection is up: the greeting is awaited. */
void smtp_dialogue_connected(struct smtp_dialogue *dialogue);

/* A reply came to what was said; call it only while one is awaited. */
void smtp_dialogue_answered(struct smtp_dialogue *dialogue, const struct smtp_reply *reply);

/* The handshake succeeded: the dialogue begins again inside TLS (RFC 3207 4.2). */
void smtp_dialogue_secured(struct smtp_dialogue *dialogue, const struct tls_facts *tls);

/*
 * Decides an outcome that is no reply's doing; the sentence is taken over. STARTTLS counts as
 * failed when it was being agreed on. The caller then says farewell or ends.
 */
void smtp_dialogue_break_off(
    struct smtp_dialogue *dialogue, enum smtp_outcome outcome, char *sentence);

/* Says QUIT where the server would hear it, and otherwise ends. */
void smtp_dialogue_farewell(struct smtp_dialogue *dialogue);

/* Ends; what is in .outgoing may still be sent. */
void smtp_dialogue_end(struct smtp_dialogue *dialogue);

#endif
