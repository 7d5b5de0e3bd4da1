/*
 * Everything known of a subject's mail routing, as it arrives: the MX answer, the
 * addresses of each exchange, the probe of each address. Facts say what was seen; what a
 * sender makes of them is plan.h's and verdict.h's.
 */
#ifndef MAIL_FACTS_H
#define MAIL_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/result.h"
#include "mail/address.h"
#include "mail/divergence.h"
#include "mail/mx_set.h"
#include "mail/posture.h"
#include "mail/reverse.h"
#include "mail/sts.h"
#include "smtp/facts.h"
#include "util/ip.h"

enum {
	MAIL_ADDRESSES_MAX = 64, /* of one family of one exchange; the others are counted */
	MAIL_TARGETS_MAX = 2048, /* of one inquiry */
	MAIL_PORT = 25, /* at which domains take mail (RFC 5321 4.5.4.2) */
};

/* One address of one exchange, and what the probe of it found. */
struct mail_target {
	size_t exchange; /* index into facts.mx.exchanges */
	struct ip_addr ip;
	uint32_t ttl;
	struct smtp_facts *probe; /* NULL = not probed (yet) */
	uint16_t port; /* that the probe asks; 0 = it asks none */
	bool shared; /* made for another domain that has this exchange, too */
	bool repeat; /* to be probed once more when that has ended */
	struct tls_dane dane; /* of the probe's handshake */
	struct mail_reverse reverse; /* its names */
};

/*
 * The state of one exchange's address questions. mail_facts_mx() sets both `asked` where there
 * is something to ask: at host names, once for a name that stands twice.
 */
struct exchange_addresses {
	const struct dns_result *a, *aaaa; /* NULL while in flight, or not to be asked */
	bool a_asked, aaaa_asked;
	size_t left_out; /* addresses beyond MAIL_ADDRESSES_MAX */
};

/*
 * What was asked about one exchange's TLSA records; mail/dane.h says what is to be asked, and
 * what the answers mean.
 */
struct exchange_tlsa {
	const struct dns_result *alias; /* the CNAME of the exchange's own name */
	const struct dns_result *expanded; /* TLSA below the end of its alias */
	const struct dns_result *original; /* TLSA below its own name */
	bool waiting; /* one of these is in flight */
};

struct mail_facts {
	struct mail_subject subject;
	uint16_t port; /* of the servers: TLSA stands at _port._tcp below their names */
	const struct dns_result *mx_result; /* NULL while in flight, and for a literal */
	bool mx_known; /* mx below is built */
	struct mx_set mx;
	struct exchange_addresses *addresses; /* parallel to mx.exchanges */
	struct exchange_tlsa *tlsa; /* likewise */
	struct mail_target *targets; /* in order of arrival */
	size_t target_count, target_capacity;
	struct sts_facts sts; /* the MTA-STS policy that it announces there */
	struct posture_record posture[posture_kind_count]; /* what the domain says in TXT */
	struct divergence divergence; /* what comparing its name servers came to */
	bool imagined; /* something in here is pretended (imagine.h) */
};

/* Begins with a copy of the subject, MAIL_PORT and nothing known. Clear with mail_facts_clear(). */
void mail_facts_init(struct mail_facts *facts, const struct mail_subject *subject);
void mail_facts_clear(struct mail_facts *facts);

/*
 * Stores the MX answer and builds the MX set; takes its own reference. NULL for an address
 * literal, which is its own and only target. Called once.
 */
void mail_facts_mx(struct mail_facts *facts, const struct dns_result *result);

/* Stores the same MX answer again, now that it is judged, and not bogus. */
void mail_facts_mx_judged(struct mail_facts *facts, const struct dns_result *result);

/*
 * Stores the answer to the A or AAAA question of an exchange, and adds a target for each new
 * address; the same answer may come again, judged. The same address twice at one exchange is one
 * target. When an implicit
 * exchange turns out to have no address at all, mx.kind becomes MX_NONE.
 */
void mail_facts_addresses(
    struct mail_facts *facts, size_t exchange, const struct dns_result *result);

/*
 * Adds a target for each exchange that is spelled as an address, for senders that connect to
 * such; those that are there already are not added again. Plans of other senders pass over them.
 */
void mail_facts_literals(struct mail_facts *facts);

/* Notes that a question of dane_next() about the exchange is in flight. */
void mail_facts_tlsa_asked(struct mail_facts *facts, size_t exchange);

/* Stores the answer to it. */
void mail_facts_tlsa(
    struct mail_facts *facts, size_t exchange, const struct dns_result *result);

/* Notes that the target's certificates are being held against the TLSA records. */
void mail_facts_dane_asked(struct mail_facts *facts, size_t target);

/* Stores what came of that. A probe made anew in between has nothing to do with it. */
void mail_facts_dane(struct mail_facts *facts, size_t target, const struct tls_dane *dane);

/* Stores what a probe found so far, in place of what was there; takes facts over. */
void mail_facts_probe(struct mail_facts *facts, size_t target, struct smtp_facts *probe);

/*
 * Stores the answer to a TXT question of the domain's posture; for DMARC also one of a name above
 * the domain, whose record counts when there is none below.
 */
void mail_facts_posture(
    struct mail_facts *facts, enum posture_kind kind, const struct dns_result *result);

/*
 * The name at which DMARC is to be asked for next, after an answer without one: its parents in
 * turn, but never a top-level domain. Without a list of public suffixes that is as near as one
 * comes to the organizational domain of RFC 7489 3.2. False when nothing is to be asked.
 */
bool mail_facts_next_dmarc(const struct mail_facts *facts, struct dns_name *name);

/* True when every question about the exchange's addresses has been settled or given up. */
bool mail_facts_exchange_known(const struct mail_facts *facts, size_t exchange);

/*
 * The answer to one of the exchange's address questions that settles nothing, so that another
 * address may lie behind it; NULL when there is none, or when the answer for A says that the
 * name does not exist (RFC 8020). NXDOMAIN for AAAA alone proves nothing: some servers give it
 * for names that have an A record (RFC 4074 4.2).
 */
const struct dns_result *mail_facts_trouble(const struct mail_facts *facts, size_t exchange);

/* True when the MX and all address questions have ended. */
bool mail_facts_dns_known(const struct mail_facts *facts);

/* Returns the index of the target, or SIZE_MAX. */
size_t mail_facts_find_target(
    const struct mail_facts *facts, size_t exchange, const struct ip_addr *ip);

#endif
