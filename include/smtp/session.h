/*
 * The client side of an SMTP dialogue (RFC 5321, 3207) as a step machine: connect, greeting,
 * EHLO with HELO as fallback, STARTTLS and handshake, EHLO again, on request MAIL, RCPT and
 * RSET, and QUIT always. It owns no socket, no TLS and no clock: the caller carries out what it
 * wants and tells it what happened.
 *
 * Nothing is sent before the greeting. DATA is never sent. Bytes that follow the reply to
 * STARTTLS in clear are discarded, reported, and end the session (CVE-2011-0411). What EHLO
 * said in clear is forgotten after the handshake (RFC 3207 4.2). A 421 ends the session
 * politely. A reply that was complete before its command was sent answers nothing and is passed
 * over.
 */
#ifndef SMTP_SESSION_H
#define SMTP_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smtp/facts.h"

struct smtp_session_settings {
	const char *helo; /* the name given in EHLO: ASCII; copied */
	const char *mail_from; /* reverse-path without <>, "" for the null sender; copied */
	const char *rcpt; /* forward-path without <>; NULL = stop before MAIL; copied */
	uint64_t size; /* octets of the message, told where SIZE is offered; 0 = not told */
	/*
	 * How long one step may take: connect, each whole reply, the handshake. What comes
	 * after the outcome is decided (RSET, QUIT) gets at most 2 s of it.
	 */
	int64_t patience_us;
};

enum smtp_want_kind {
	SMTP_WANT_CONNECT, /* open the connection, then say smtp_session_connected() */
	SMTP_WANT_SEND, /* send .bytes (in TLS when it is up); then ask again */
	SMTP_WANT_HANDSHAKE, /* start TLS, then say smtp_session_secured() or _insecure() */
	SMTP_WANT_WAIT, /* for the server, until .deadline_us */
	SMTP_WANT_CLOSE, /* send what is not sent yet and close: the session has ended */
};

struct smtp_want {
	enum smtp_want_kind kind;
	const char *bytes; /* valid until the next call */
	size_t length;
	int64_t deadline_us; /* for CONNECT, HANDSHAKE and WAIT */
};

struct smtp_session;

/* Begins at now_us. Free it with smtp_session_free() (NULL is fine). */
struct smtp_session *smtp_session_new(
    const struct smtp_session_settings *settings, int64_t now_us);
void smtp_session_free(struct smtp_session *session);

/*
 * What the session wants at now_us; call it after every other call and at the deadline. CONNECT
 * and HANDSHAKE are wanted once each, then WAIT with the same deadline.
 */
struct smtp_want smtp_session_next(struct smtp_session *session, int64_t now_us);

/* The TCP connection is up. */
void smtp_session_connected(struct smtp_session *session, int64_t now_us);

/* It could not be opened: refused or unreachable, with a sentence. */
void smtp_session_not_connected(struct smtp_session *session, enum smtp_outcome outcome,
    const char *sentence, int64_t now_us);

/*
 * It could not be opened for a reason of this machine's: inconclusive, with the doubt and a
 * sentence.
 */
void smtp_session_not_attempted(
    struct smtp_session *session, enum smtp_doubt doubt, const char *sentence, int64_t now_us);

/* Bytes came from the server (decrypted when TLS is up). */
void smtp_session_received(
    struct smtp_session *session, const void *bytes, size_t n, int64_t now_us);

/*
 * The server closed the connection (SMTP_CLOSED) or reset it (SMTP_RESET), and why, a printable clause;
 * NULL when nobody knows.
 */
void smtp_session_lost(
    struct smtp_session *session, enum smtp_outcome outcome, const char *why, int64_t now_us);

/* The handshake succeeded; the facts are copied. */
void smtp_session_secured(
    struct smtp_session *session, const struct tls_facts *tls, int64_t now_us);

/* The handshake failed, with a sentence (printable). */
void smtp_session_insecure(struct smtp_session *session, const char *sentence, int64_t now_us);

/* The user gave up: ends at once as skipped, with QUIT when a dialogue is open. */
void smtp_session_cancel(struct smtp_session *session, int64_t now_us);

/* What is known so far; valid while the session lives, changing with each call. */
const struct smtp_facts *smtp_session_facts(const struct smtp_session *session);

#endif
