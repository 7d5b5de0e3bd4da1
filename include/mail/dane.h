/*
 * DANE for SMTP (RFC 7672): which TLSA records speak for an exchange, whether they count, and what
 * follows for one of its addresses. Pure: the answers are in the facts, the comparison with the
 * certificates that were shown is made by net/tls.h and stands there, too.
 *
 * TLSA counts only where our own validation says that both it and the MX are secure. Names that
 * DNSSEC could not be checked for from here are told as such, and nothing follows from them.
 */
#ifndef MAIL_DANE_H
#define MAIL_DANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/result.h"
#include "mail/facts.h"
#include "util/names.h"

/* How DANE stands at an exchange (RFC 7672 2.2). */
#define DANE_STANDINGS(X) \
	X(DANE_PENDING, "pending", "answers about TLSA records are awaited") \
	X(DANE_UNCHECKED, "unchecked", "DNSSEC was not checked, so nothing is known") \
	X(DANE_UNSIGNED, "unsigned", "the exchange's addresses are not signed") \
	X(DANE_NONE, "none", "there are no TLSA records") \
	X(DANE_INSECURE, "insecure", \
	    "TLSA records are there, or cannot be looked up, but DNSSEC does not " \
	    "vouch for the way to them") \
	X(DANE_UNUSABLE, "unusable", "none of the TLSA records can be used for mail") \
	X(DANE_USABLE, "usable", "there are TLSA records that can be used") \
	X(DANE_ERROR, "error", "the TLSA records could not be looked up")
NAMES_DECLARE(dane_standing, DANE_STANDINGS)

/* Why TLSA records are looked for below this name (RFC 7672 2.2.2, 2.2.3). */
#define DANE_BASES(X) \
	X(DANE_BASE_HOST, "host", "the exchange itself") \
	X(DANE_BASE_EXPANDED, "expanded", "the end of the exchange's alias, signed all along") \
	X(DANE_BASE_ORIGINAL, "original", \
	    "the exchange itself, there being none at the end of its alias") \
	X(DANE_BASE_ALIAS, "alias", \
	    "the exchange itself: its alias is signed, but not where that leads")
NAMES_DECLARE(dane_base, DANE_BASES)

struct dane_host {
	enum dane_standing standing;
	const struct dns_result *result; /* the TLSA answer that counts; NULL = there is none */
	const struct dns_result *lost; /* the lookup, CNAME or TLSA, that failed; NULL = none */
	struct dns_name base; /* the TLSA base domain; length 0 = there is none */
	enum dane_base why; /* ... and why it is that one */
	size_t usable; /* of the answer's records */
};

/* Says how DANE stands at the exchange, by what is known so far. */
struct dane_host dane_host_of(const struct mail_facts *facts, size_t exchange);

/*
 * Why the lookup about TLSA told nothing: it failed, or DNSSEC could not be followed to what it said
 * (RFC 7672 2.1.2). Part of a sentence; lasts as long as the facts. NULL where none failed. The
 * standing is DANE_ERROR then, or DANE_INSECURE where nothing depends on it.
 */
const char *dane_loss(const struct dane_host *host);

/*
 * True when something is to be asked now for the exchange: the question, CNAME or TLSA at
 * _port._tcp, by facts->port. Below a name that this makes longer than a name can be (RFC 1035 2.3.4)
 * there are no TLSA records, and nothing is asked. Ask it, note that with mail_facts_tlsa_asked(), and give the answer
 * to mail_facts_tlsa(); then there may be a next one.
 */
bool dane_next(const struct mail_facts *facts, size_t exchange, struct dns_question *question);

/*
 * True while it is not known which name a probe of the exchange must give as SNI (RFC 7672 8.1): the
 * exchange is an alias, and the TLSA base domain may be its end or itself.
 */
bool dane_delays_probe(const struct mail_facts *facts, size_t exchange);

/*
 * The name to give as SNI where it is not the exchange's own: the TLSA base domain, when its records
 * count. False otherwise.
 */
bool dane_server_name(const struct mail_facts *facts, size_t exchange, struct dns_name *name);

/* What DANE says of one address (contract.md, probe.dane). */
#define DANE_VERDICTS(X) \
	X(DANE_VERDICT_VERIFIED, "verified", "a TLSA record vouches for the server") \
	X(DANE_VERDICT_FAILED, "failed", "the server is not what the TLSA records demand") \
	X(DANE_VERDICT_UNUSABLE, "unusable", "TLS is a must, but nobody is authenticated") \
	X(DANE_VERDICT_INSECURE, "insecure", "TLSA records, there or not, do not count") \
	X(DANE_VERDICT_NONE, "none", "there are no TLSA records to follow") \
	X(DANE_VERDICT_ERROR, "error", "the lookup failed: the host counts as unreachable")
NAMES_DECLARE(dane_verdict, DANE_VERDICTS)

/*
 * Judges the target: false when nothing can be said, now or at all - answers are awaited, DNSSEC is
 * unchecked, or the dialogue did not come to STARTTLS.
 */
bool dane_judge(const struct mail_facts *facts, size_t target, enum dane_verdict *verdict);

/*
 * True when the chain that this target has shown is to be held against usable TLSA records, and
 * was not yet.
 */
bool dane_is_check_due(const struct mail_facts *facts, size_t target);

/*
 * Writes the names that a certificate may have under DANE-TA(2), RFC 7672 3.2.2, at most
 * DANE_NAMES_MAX: the TLSA base domain, then the domain and the end of its alias. The
 * first one is the base domain, for SNI. Returns how many.
 */
enum {
	DANE_NAMES_MAX = 3
};
size_t dane_reference_names(
    const struct mail_facts *facts, size_t exchange, struct dns_name names[DANE_NAMES_MAX]);

#endif
