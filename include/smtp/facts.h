/*
 * Everything that one probe of one address learns, as plain data: the dialogue fills it,
 * the delivery engine judges it, the panes and the report show it.
 */
#ifndef SMTP_FACTS_H
#define SMTP_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smtp/extensions.h"
#include "smtp/reply.h"
#include "smtp/tls_facts.h"
#include "smtp/transcript.h"
#include "util/names.h"

/* How far a probe is: the stage last entered. */
#define SMTP_STAGES(X) \
	X(SMTP_STAGE_CONNECT, "connect", "opening the TCP connection") \
	X(SMTP_STAGE_GREETING, "greeting", "waiting for the server's greeting") \
	X(SMTP_STAGE_EHLO, "ehlo", "EHLO (or HELO) sent, waiting for its reply") \
	X(SMTP_STAGE_STARTTLS, "starttls", "STARTTLS sent, waiting for its reply") \
	X(SMTP_STAGE_HANDSHAKE, "handshake", "TLS handshake under way") \
	X(SMTP_STAGE_EHLO_TLS, "ehlo-tls", "EHLO inside TLS sent, waiting for its reply") \
	X(SMTP_STAGE_MAIL, "mail", "MAIL sent, waiting for its reply") \
	X(SMTP_STAGE_RCPT, "rcpt", "RCPT sent, waiting for its reply") \
	X(SMTP_STAGE_QUIT, "quit", "QUIT sent, waiting for its reply")
NAMES_DECLARE(smtp_stage, SMTP_STAGES)

/*
 * How a probe ended (contract.md, probe.outcome). It speaks of the dialogue, not the
 * certificate.
 */
#define SMTP_OUTCOMES(X) \
	X(SMTP_IN_PROGRESS, "in-progress", "the probe is under way") \
	X(SMTP_ACCEPTING, "accepting", "the server is ready for mail") \
	X(SMTP_DEFERRING, "deferring", "the server answered 4yz: try again later") \
	X(SMTP_REJECTING, "rejecting", "the server answered 5yz: no service for us") \
	X(SMTP_REFUSED, "refused", "the connection was refused") \
	X(SMTP_UNREACHABLE, "unreachable", "no route, or an ICMP error") \
	X(SMTP_TIMEOUT, "timeout", "silence for longer than our patience") \
	X(SMTP_CLOSED, "closed", "the server closed the connection") \
	X(SMTP_RESET, "reset", "the connection was reset") \
	X(SMTP_PROTOCOL_ERROR, "protocol-error", "what the server said is not SMTP") \
	X(SMTP_TLS_FAILED, "tls-failed", "the TLS handshake broke") \
	X(SMTP_SKIPPED, "skipped", "not probed") \
	X(SMTP_INCONCLUSIVE, "inconclusive", "the fault may lie with us or the network")
NAMES_DECLARE(smtp_outcome, SMTP_OUTCOMES)

/*
 * Why a probe says less about the host than it seems to: the fault may lie with us, the network
 * between, or a rule for strangers. Every SMTP_INCONCLUSIVE has one; a connection that nobody
 * answered may have SMTP_DOUBT_PORT_UNPROVEN.
 */
#define SMTP_DOUBTS(X) \
	X(SMTP_DOUBT_NONE, "none", "what was seen is the host's own doing") \
	X(SMTP_DOUBT_RATE_LIMITED, "rate-limited", "the server limits how often we may come") \
	X(SMTP_DOUBT_GREYLISTED, "greylisted", \
	    "the server puts strangers off until they come again (RFC 6647)") \
	X(SMTP_DOUBT_PORT_FILTERED, "port-filtered", \
	    "nothing answers on this port from here: this network filters it, it seems") \
	X(SMTP_DOUBT_PORT_UNPROVEN, "port-unproven", \
	    "nothing has answered on this port from here yet") \
	X(SMTP_DOUBT_NO_ROUTE, "no-route", "this machine has no route for this family") \
	X(SMTP_DOUBT_LOCAL, "local", "this machine could not, or may not, connect") \
	X(SMTP_DOUBT_FAMILY_SILENT, "family-silent", \
	    "nothing of this address family answers on this port from here, though the other " \
	    "one does") \
	X(SMTP_DOUBT_FAMILY_UNPROVEN, "family-unproven", \
	    "nothing of this address family has answered on this port from here yet") \
	X(SMTP_DOUBT_LISTED, "listed", \
	    "the server turns away whom a list of addresses names, and others may be welcome") \
	X(SMTP_DOUBT_STRANGER, "stranger", \
	    "the server turns away clients for their address or its name, and others may be " \
	    "welcome")
NAMES_DECLARE(smtp_doubt, SMTP_DOUBTS)

/* What came of STARTTLS. *Offered*, *handshake* and *trusted* are three facts. */
#define SMTP_STARTTLS_STATES(X) \
	X(SMTP_STARTTLS_NOT_TRIED, "not-tried", "the dialogue did not come that far") \
	X(SMTP_STARTTLS_OK, "ok", "offered, and the handshake succeeded") \
	X(SMTP_STARTTLS_NOT_OFFERED, "not-offered", "EHLO did not list it") \
	X(SMTP_STARTTLS_REFUSED, "refused", "offered, then answered with 4yz or 5yz") \
	X(SMTP_STARTTLS_FAILED, "failed", "offered, but TLS did not come about") \
	X(SMTP_STARTTLS_INJECTED, "injected", \
	    "plain bytes followed the STARTTLS reply (CVE-2011-0411)")
NAMES_DECLARE(smtp_starttls, SMTP_STARTTLS_STATES)

struct smtp_facts {
	/* The last one entered. A QUIT after any other outcome than accepting enters none. */
	enum smtp_stage stage;
	/* Set as soon as it is decided: QUIT may still be under way until ended_us is set. */
	enum smtp_outcome outcome;
	enum smtp_doubt doubt; /* why not to blame the host for it */
	int code; /* of the reply that decided the outcome, 220 when accepting; 0 = none */
	struct smtp_enhanced enhanced; /* of the same reply */
	char *reply_text; /* its first line behind both codes, printable; NULL = none */
	char *greeting; /* the greeting's first line behind the code, printable; NULL = none */
	char *software; /* guessed from the greeting ("Postfix"); NULL = unknown */
	struct smtp_extensions extensions; /* of the last EHLO: inside TLS when there is TLS */
	bool extensions_known; /* an EHLO or HELO was answered with 250 */
	enum smtp_starttls starttls;
	struct tls_facts tls;
	int rcpt_code; /* 0 = RCPT was not sent or not answered */
	struct smtp_enhanced rcpt_enhanced;
	char *rcpt_text; /* first line behind both codes, printable; NULL = none */
	bool waiting; /* in line: no connection is opened for it yet */
	int64_t started_us; /* monotonic, when the connection was asked for */
	int64_t stage_started_us; /* when the stage was entered */
	int64_t ended_us; /* 0 while in progress */
	/* How long each stage took until done or failed; -1 = not yet, or not entered. */
	int64_t stage_us[smtp_stage_count];
	smtp_violations violations;
	const char *pretended; /* the state that somebody pretends ("down"); NULL = as seen */
	char *error; /* one sentence: why it ended so; NULL when accepting */
	struct smtp_transcript transcript;
};

/* Sets all facts to "nothing known yet", in progress at the connect stage, at now_us. */
void smtp_facts_init(struct smtp_facts *facts, int64_t now_us);

/* Returns a deep copy on the heap; free it with smtp_facts_free(). */
struct smtp_facts *smtp_facts_clone(const struct smtp_facts *facts);
void smtp_facts_free(struct smtp_facts *facts);

/* Frees what the facts hold. */
void smtp_facts_clear(struct smtp_facts *facts);

/*
 * The MTA that a greeting's text names behind the host name, as a static string, or NULL.
 * A guess: a greeting says what its owner likes.
 */
const char *smtp_software(const char *greeting);

#endif
