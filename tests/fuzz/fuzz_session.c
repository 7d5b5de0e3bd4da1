/*
 * Fuzzes a whole session by one string of octets: a first octet of settings, then events. Each
 * event is an octet that says what happens and how much; what follows is its material. After
 * every event the session has its turn, and the invariants of tests/dialogue must hold.
 *
 *	0..127	the server sends the next n octets	160..191  2^n microseconds pass
 *	128	the connection is up			192	  the deadline comes
 *	129	refused					193	  TLS is up
 *	130	closed					194	  the handshake breaks
 *	131	reset					195	  the user gives up
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "smtp/session.h"

#include "../dialogue/invariants.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	TURNS_MAX = 16, /* wants in one turn; more would be a session that never waits */
	WITH_RECIPIENT = 1, /* bits of the first octet */
	WITH_UTF8 = 2,
	IMPATIENT = 4,
	SHORT_TURNS = 8, /* the session has no turn between two segments */
};

struct run {
	struct smtp_session *session;
	struct invariants seen;
	int64_t now_us, deadline_us;
	uint8_t settings;
};

/* Stops the fuzzer where something does not hold. */
static void
hold(bool holds)
{
	if (!holds)
		abort();
}

/* Lets the session have its turn, until it waits or closes. */
static void
take_turn(struct run *run)
{
	for (int i = 0; i < TURNS_MAX; i++) {
		struct smtp_want want = smtp_session_next(run->session, run->now_us);

		hold(!invariants_broken(
		    &run->seen, smtp_session_facts(run->session), &want, run->now_us));
		run->deadline_us = want.deadline_us;
		if (want.kind == SMTP_WANT_WAIT || want.kind == SMTP_WANT_CLOSE)
			return;
	}
	abort();
}

/* The handshake succeeds, with facts as TLS would tell them. */
static void
secure(struct run *run)
{
	char version[] = "TLSv1.3", cipher[] = "TLS_AES_128_GCM_SHA256";
	struct tls_facts tls = { .present = true, .version = version, .cipher = cipher };

	smtp_session_secured(run->session, &tls, run->now_us);
}

/* Lets time pass, up to the deadline at most. */
static void
pass(struct run *run, int64_t us)
{
	int64_t left = run->deadline_us - run->now_us;

	if (left > 0)
		run->now_us += us < left ? us : left;
}

/* Carries out one event that has no material. */
static void
happen(struct run *run, uint8_t event)
{
	if (event == 128)
		smtp_session_connected(run->session, run->now_us);
	else if (event == 129)
		smtp_session_not_connected(run->session, SMTP_REFUSED, NULL, run->now_us);
	else if (event == 130)
		smtp_session_lost(run->session, SMTP_CLOSED, NULL, run->now_us);
	else if (event == 131)
		smtp_session_lost(run->session, SMTP_RESET, NULL, run->now_us);
	else if (event >= 160 && event < 192)
		pass(run, INT64_C(1) << (event - 160));
	else if (event == 192)
		pass(run, INT64_MAX);
	else if (event == 193)
		secure(run);
	else if (event == 194)
		smtp_session_insecure(run->session, "it broke", run->now_us);
	else if (event == 195)
		smtp_session_cancel(run->session, run->now_us);
}

/* Lets the server send what stands at data; returns how many octets that were. */
static size_t
send_material(struct run *run, const uint8_t *data, size_t size, size_t wanted)
{
	size_t n = wanted < size ? wanted : size;

	smtp_session_received(run->session, data, n, run->now_us);
	return n;
}

/* Opens a session with the settings that the first octet names. */
static void
begin(struct run *run, uint8_t settings)
{
	struct smtp_session_settings asked = {
		.helo = "probe.example.org",
		.mail_from = "",
		.rcpt = settings & WITH_RECIPIENT ? "alice@example.net" : NULL,
		.patience_us = settings & IMPATIENT ? 1000 : 10000000,
	};

	if (settings & WITH_UTF8)
		asked.mail_from = "b\xc3\xbcro@example.org";
	run->settings = settings;
	run->now_us = 1000000;
	run->session = smtp_session_new(&asked, run->now_us);
	take_turn(run);
}

/* A session that is left alone comes to its end by time alone. */
static void
wait_for_end(struct run *run)
{
	for (int i = 0; i < TURNS_MAX; i++) {
		if (smtp_session_facts(run->session)->ended_us != 0)
			return;
		pass(run, INT64_MAX);
		take_turn(run);
	}
	abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run run = { .session = NULL };
	struct smtp_facts *clone;

	if (size == 0)
		return 0;
	begin(&run, data[0]);
	for (size_t i = 1; i < size;) {
		uint8_t event = data[i++];

		if (event < 128)
			i += send_material(&run, data + i, size - i, event);
		else
			happen(&run, event);
		if (!(run.settings & SHORT_TURNS) || event >= 128)
			take_turn(&run);
	}
	take_turn(&run);
	wait_for_end(&run);
	clone = smtp_facts_clone(smtp_session_facts(run.session));
	smtp_session_free(run.session);
	hold(clone->outcome != SMTP_IN_PROGRESS);
	smtp_facts_free(clone);
	return 0;
}
