/*
 * A mail server that follows a script, for the tests of the prober: for each line that
 * the client sends the first row whose words it begins with says what is answered and done.
 */
#ifndef TESTS_LAB_FAKE_SMTP_H
#define TESTS_LAB_FAKE_SMTP_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/ssl.h>

#include "lab/bench.h"

/* What is done after the answer. */
enum fake_then {
	FAKE_LISTEN,
	FAKE_SECURE, /* starts TLS */
	FAKE_CLOSE, /* close_notify where there is TLS, and FIN */
	FAKE_CUT, /* FIN alone */
	FAKE_RESET, /* RST */
	FAKE_DRIP, /* one more octet every few milliseconds, without end */
	FAKE_GARBLE, /* what comes next is answered with octets that are no TLS, then FIN */
};

enum fake_when {
	FAKE_ALWAYS,
	FAKE_IN_CLEAR,
	FAKE_IN_TLS
};

struct fake_row {
	const char *hears; /* "" = the connection has been opened; NULL ends the script */
	const char *says; /* NULL = nothing */
	enum fake_then then;
	enum fake_when when;
};

struct fake_smtp {
	struct bench *bench;
	struct endpoint endpoint;
	const struct fake_row *script;
	const struct fake_row *later; /* for all connections but the first; NULL = the same */
	SSL_CTX *tls; /* for FAKE_SECURE; the server does not own it */
	unsigned connections, open, most_open; /* so far; now; at once */
	unsigned resets; /* connections that the client reset */
	struct fake_smtp_private *private;
};

/* Starts it on any free port of 127.0.0.1. */
void fake_smtp_start(
    struct fake_smtp *server, struct bench *bench, const struct fake_row *script, SSL_CTX *tls);
void fake_smtp_stop(struct fake_smtp *server);

/*
 * Everything that clients have said, "|" for each line's end and "#" for each end of a
 * connection.
 */
const char *fake_smtp_heard(const struct fake_smtp *server);

/* The SNI of the last handshake, "" for none. */
const char *fake_smtp_sni(const struct fake_smtp *server);

/* A script that accepts, with STARTTLS. */
extern const struct fake_row fake_smtp_good[];

#endif
