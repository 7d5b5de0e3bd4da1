/*
 * Sender profiles: how real MTAs route mail, as data. A profile says in what order its sender
 * tries addresses, where it stops, what it makes of each reply, and with which code it ends.
 * Each row has its evidence: what was measured wins over what was read in a newer source.
 */
#ifndef MAIL_SENDER_H
#define MAIL_SENDER_H

#include <stdbool.h>
#include <stddef.h>

#include "util/names.h"

#define SENDERS(X) \
	X(SENDER_RFC5321, "rfc5321", "does what RFC 5321 says, and no more") \
	X(SENDER_POSTFIX, "postfix", "Postfix 3.7.11, measured on Debian 12") \
	X(SENDER_EXIM, "exim", \
	    "Exim 4.96 with its sample configuration, measured on Debian 12") \
	X(SENDER_SENDMAIL, "sendmail", "Sendmail 8.17.1, measured on Debian 12") \
	X(SENDER_OPENSMTPD, "opensmtpd", \
	    "OpenSMTPD 6.8.0p2, measured on Debian 12; newer ones differ at Null MX") \
	X(SENDER_QMAIL, "qmail", "qmail-remote of notqmail, read in its source, not measured") \
	X(SENDER_PRIMARY_ONLY, "primary-only", \
	    "an invented sender that never tries a backup, otherwise as rfc5321")
NAMES_DECLARE(sender, SENDERS)

/* How sure a row is. */
#define EVIDENCES(X) \
	X(EVIDENCE_MEASURED, "measured", "seen in the laboratory, with Debian 12's version") \
	X(EVIDENCE_SOURCE, "source", "read in the program's source") \
	X(EVIDENCE_UNVERIFIED, "not verified", "concluded, neither seen nor read")
NAMES_DECLARE(evidence, EVIDENCES)

/* In what order the addresses of one preference are tried. */
enum sender_order {
	SENDER_ORDER_NAMES, /* a draw among names; a host's addresses stay together */
	SENDER_ORDER_POOLED, /* a draw among all addresses of the preference */
	SENDER_ORDER_FLOATED, /* a draw among names, then one pass moves IPv6 before IPv4 */
	SENDER_ORDER_BACKWARDS, /* the answer's first name, then the others from its end */
};

/* In what order the addresses of one exchange are tried. */
enum sender_families {
	SENDER_IPV4_FIRST, /* each family as the resolver gave it */
	SENDER_IPV6_FIRST, /* likewise */
	SENDER_IPV6_FIRST_DRAWN, /* each family in a drawn order */
	SENDER_IPV4_ONLY, /* there are no others */
};

/* What becomes of what stands twice. */
enum sender_duplicates {
	SENDER_DROPS_NAMES, /* a name is tried once, an address under two names twice */
	SENDER_DROPS_ADDRESSES, /* an address is tried once, too */
	SENDER_KEEPS_DUPLICATES,
};

/* How many addresses are tried. */
enum sender_cap {
	SENDER_CAP_NONE,
	SENDER_CAP_STUCK, /* at so many, and nothing behind them */
	SENDER_CAP_BALANCED, /* so many in all, of which neither family takes more than its share */
	SENDER_CAP_EACH_PREFERENCE, /* so many, and behind them one of each further preference */
};

/* By what a sender finds itself among the exchanges; it then drops all that are not better. */
enum sender_self {
	SENDER_SELF_SKIPPED, /* an address of its own is passed over, and nothing dropped */
	SENDER_SELF_BY_ADDRESS,
	SENDER_SELF_BY_IPV6, /* ... an IPv4 loopback address is no address at all */
	SENDER_SELF_BY_NAME,
	SENDER_SELF_UNNOTICED, /* it connects, and the message goes round */
};

/* What an attempt may meet. */
enum sender_met {
	SENDER_MET_NO_CONNECTION,
	SENDER_MET_GREETING_TEMPORARY, /* 421, or 4yz to EHLO */
	SENDER_MET_GREETING_REFUSAL, /* 554, or 5yz to EHLO and HELO */
	SENDER_MET_BROKEN, /* closed, reset, silent or no SMTP, before MAIL */
	SENDER_MET_HANDSHAKE, /* TLS failed behind STARTTLS */
	SENDER_MET_ENVELOPE_TEMPORARY, /* 4yz to MAIL or RCPT */
	SENDER_MET_ENVELOPE_LOST, /* closed, reset or silent behind MAIL or RCPT */
	sender_met_count
};

/* Where it goes from there. */
enum sender_step {
	SENDER_STEP_ADDRESS, /* to the next address */
	SENDER_STEP_EXCHANGE, /* to the next exchange: the host's other addresses are not tried */
	SENDER_STEP_KEEP, /* nowhere: the message is kept */
	SENDER_STEP_CLEAR, /* to the same address, without TLS */
};

/* How a message may end that no server took. */
enum sender_end {
	SENDER_END_NULL, /* MX 0 "." alone */
	SENDER_END_NULL_PREFERENCE, /* "." alone, with another preference */
	SENDER_END_NULL_MIXED, /* "." beside real exchanges, taken for a Null MX */
	SENDER_END_NO_DOMAIN, /* NXDOMAIN */
	SENDER_END_NO_ADDRESS, /* neither MX nor address */
	SENDER_END_FORMERR, /* to the MX question */
	SENDER_END_REFUSED, /* likewise */
	SENDER_END_NOTIMP, /* likewise */
	SENDER_END_UNUSABLE, /* MX records, and none leads to a server */
	SENDER_END_LOOP, /* the best exchange is the sender itself */
	SENDER_END_LOOP_BEHIND, /* ... and a better one could not be looked up now */
	SENDER_END_ADDRESS_LITERAL, /* user@[192.0.2.1] */
	SENDER_END_GREETING_TEMPORARY, /* every server said 421 */
	SENDER_END_GREETING_REFUSAL, /* every server said 554 */
	SENDER_END_HANDSHAKE, /* every server broke off the handshake */
	sender_end_count
};

/*
 * An end that is not the RFC's. The status tells by its class whether the message is returned
 * or kept; "4" or "5" alone: the server's own code, with this class.
 */
struct sender_ending {
	const char *status; /* NULL: this sender ends as rfc5321 does */
	const char *sentence; /* what it does, without full stop */
	enum evidence evidence;
};

struct sender_profile {
	const char *title; /* "Postfix" */
	enum sender_order order;
	enum sender_families families;
	enum sender_duplicates duplicates;
	enum sender_cap cap;
	unsigned addresses; /* of the cap */
	unsigned sessions; /* that get to MAIL before the message is kept; 0 = no limit */
	enum sender_self self;
	bool connects_to_literals; /* to an exchange that is spelled as an address */
	bool never_encrypts; /* knows no STARTTLS */
	bool freezes; /* what would loop: it is not tried again until somebody looks at it */
	bool follows_dane; /* RFC 7672: TLSA records stop it */
	bool follows_sts; /* RFC 8461: an enforced MTA-STS policy stops it */
	bool primary_only; /* tries the lowest preference and nothing else */
	const char *draw; /* how it orders equal preferences, a clause with its evidence */
	const char *limit; /* why a capped address is not tried; NULL = it has no cap */
	enum sender_step steps[sender_met_count];
	const char *keeps; /* why it keeps a message at once; NULL = it never does */
	struct sender_ending endings[sender_end_count];
};

/* Returns the profile of this sender. */
const struct sender_profile *sender_profile(enum sender sender);

/* Returns the sender behind this one, the first behind the last. */
enum sender sender_next(enum sender sender);

#endif
