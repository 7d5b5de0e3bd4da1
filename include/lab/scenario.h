/*
 * A scenario file, read strictly. Pure: text in, data out, or a sentence with the line.
 *
 * A line starts at its first column with a directive; lines that start with a tab belong to
 * the directive above. Empty lines and lines that start with # say nothing.
 *
 *	domain  NAME             what to look up (U-labels are welcome)
 *	title   TEXT             one line
 *	lesson  TEXT             one or two sentences; goes on over tabbed lines
 *	zone                     tabbed lines: zone text (RFC 1035 5), origin DOMAIN, TTL 3600
 *	server  HOST ADDRESS...  a mail server; tabbed lines are its script (lab/script.h) and
 *	                         offers KEYWORD | KEYWORD ...   EHLO keywords, not the usual
 *	                         certificate KIND               shown after STARTTLS
 *	                         tls 1.2                        at most this version of TLS
 *	                         tlsa 3 1 1 [old]               its key in the DNS, for DANE; or
 *	                                                        one that it used before
 *	                         latency 20ms                   before each reply
 *	policy  HOST ADDRESS...  an MTA-STS policy host; tabbed lines are the policy and
 *	                         certificate KIND               as for a server
 *	                         status 404                     of HTTP, not 200
 *	                         type text/html                 not text/plain
 *	refused HOST ADDRESS...      nobody listens: connections are refused
 *	silent  HOST ADDRESS...      packets vanish: connections are never answered
 *	unreachable HOST ADDRESS...  no route leads there
 *	dnssec  HOW [NAME]           how DOMAIN, or a zone within it, is signed
 *	                             (lab/zone_signer.h); DOMAIN is secure if nothing else is said,
 *	                             unless it is an alias or does not exist
 *	nameserver HOST ADDRESS...   a name server of DOMAIN, beside its NS records; without any,
 *	                             the laboratory's own serve it. Tabbed lines are zone text in
 *	                             place of what its fellows have, and
 *	                         lacks NAME TYPE                what it has not got
 *	lame    HOST ADDRESS...      a name server that knows nothing of DOMAIN
 *	mute    HOST ADDRESS...      a name server that never answers
 *	delegation HOST...           the servers that the zone above names, where they are others
 *	nameless ADDRESS...          an address of a mail server that has no name (PTR)
 *	absent  HOST...              an exchange that has no address, on purpose
 *	fault   KIND NAME TYPE [TIME]  a question that goes wrong (lab/authority.h)
 */
#ifndef LAB_SCENARIO_H
#define LAB_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"
#include "dns/record.h"
#include "lab/authority.h"
#include "lab/certificate.h"
#include "lab/script.h"
#include "lab/zone_signer.h"
#include "util/buf.h"
#include "util/ip.h"

enum {
	LAB_TTL = 3600, /* seconds, where zone text gives none */
	LAB_TLSA_MAX = 4, /* of one host */
	LAB_OFFERS_MAX = 32, /* EHLO keywords of one host */
	LAB_LATENCY = 15, /* milliseconds before a reply, unless the scenario says otherwise */
};

/* What becomes of a connection to a host. */
#define LAB_REACHES(X) \
	X(LAB_SERVED, "server", "a mail server answers") \
	X(LAB_REFUSED, "refused", "nobody listens") \
	X(LAB_SILENT, "silent", "packets vanish") \
	X(LAB_UNREACHABLE, "unreachable", "no route leads there")
NAMES_DECLARE(lab_reach, LAB_REACHES)

/* A TLSA record of a host: usage 3, selector 1, its key (RFC 7672 3.1). */
struct lab_tlsa {
	uint8_t matching; /* 1 or 2 */
	bool old; /* not the key that it uses now */
};

/* An MTA-STS policy host, and what it serves. */
struct lab_policy {
	char *name; /* as the certificate says it */
	struct ip_addr *addresses;
	size_t address_count, address_capacity;
	enum lab_certificate certificate;
	unsigned status;
	char *type;
	struct buf text;
};

struct lab_host {
	char *name; /* as the greeting and the certificate say it */
	enum lab_reach reach;
	struct ip_addr *addresses;
	size_t address_count, address_capacity;
	char **offers; /* EHLO keywords; none = the usual ones */
	size_t offer_count, offer_capacity;
	enum lab_certificate certificate;
	enum lab_tls tls;
	struct lab_tlsa tlsa[LAB_TLSA_MAX];
	size_t tlsa_count;
	unsigned latency_ms;
	struct script script;
};

/* A zone of its own. */
struct lab_zone {
	struct dns_name apex;
	enum lab_signing signing;
};

/* What a name server does with questions about the domain. */
#define LAB_CONDUCTS(X) \
	X(LAB_ANSWERS, "nameserver", "answers with authority") \
	X(LAB_LAME, "lame", "refuses") \
	X(LAB_MUTE, "mute", "is silent")
NAMES_DECLARE(lab_conduct, LAB_CONDUCTS)

/* A name server of the domain. */
struct lab_nameserver {
	struct dns_name name;
	enum lab_conduct conduct;
	struct ip_addr *addresses;
	size_t address_count, address_capacity;
	struct dns_records own; /* in place of the zone's */
	struct dns_question *lacks;
	size_t lack_count, lack_capacity;
};

struct scenario {
	struct dns_name domain;
	struct dns_records records;
	struct lab_zone *zones;
	size_t zone_count, zone_capacity;
	struct lab_fault *faults;
	size_t fault_count, fault_capacity;
	struct lab_policy *policies;
	size_t policy_count, policy_capacity;
	struct lab_host *hosts;
	size_t host_count, host_capacity;
	struct lab_nameserver *nameservers;
	size_t nameserver_count, nameserver_capacity;
	struct dns_records delegation; /* NS records of the zone above; none = the zone's own */
	struct ip_addr *nameless;
	size_t nameless_count, nameless_capacity;
	struct dns_name *absent;
	size_t absent_count, absent_capacity;
};

/*
 * Reads the text of a scenario. Returns NULL and fills *scenario (clear it with
 * scenario_clear()), or returns a sentence with the line number, which the caller frees, and
 * leaves nothing to clear.
 */
char *scenario_parse(struct scenario *scenario, const char *text);

void scenario_clear(struct scenario *scenario);

#endif
