/*
 * The way from the root to a name: which servers each zone has, what each of them says to the
 * question, where the zones above and the zones themselves disagree about who serves them (RFC
 * 1034 4.2). A machine without sockets and clock: it says what to ask of whom, and takes the
 * replies as they come, in any order. Everything it learned can be read at any moment.
 *
 * Every server address of the deeper zones is asked for the name and, in its own zone, for the
 * zone's NS records; of the root and the top-level domains only a few are.
 */
#ifndef DNS_TRACE_H
#define DNS_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/enquiry.h"
#include "dns/record.h"
#include "dns/result.h"
#include "util/buf.h"
#include "util/ip.h"
#include "util/names.h"

enum {
	TRACE_ZONES_MAX = 16, /* on the way, the root among them */
	TRACE_HOSTS_MAX = 32, /* names of servers of one zone: further ones are counted */
	TRACE_SERVERS_MAX = 32, /* their addresses, likewise */
	TRACE_ASKS_MAX = 256, /* questions in all */
	TRACE_UPPER_SERVERS =
	    4, /* addresses that are asked of the root, and of a zone below it */
};

/* What came of asking one address. */
#define TRACE_STATES(X) \
	X(TRACE_UNASKED, "not asked", "one of many: others were asked") \
	X(TRACE_PENDING, "asked", "no reply yet") \
	X(TRACE_REFERS, "refers", "names the servers of a zone below") \
	X(TRACE_ANSWERS, "answers", "has the records, with authority") \
	X(TRACE_NODATA, "no data", "says with authority that there is no such record") \
	X(TRACE_NXDOMAIN, "no such name", "says with authority that the name does not exist") \
	X(TRACE_ALIAS, "alias", "says with authority that the name is an alias") \
	X(TRACE_LAME, "lame", "does not hold the zone that it is named for") \
	X(TRACE_FAILS, "fails", "answers with an error") \
	X(TRACE_SILENT, "silent", "did not answer in time") \
	X(TRACE_CLOSED, "port closed", "its host refuses the connection on port 53") \
	X(TRACE_UNREACHABLE, "unreachable", "cannot be reached from here") \
	X(TRACE_MALFORMED, "malformed", "sent no valid DNS message")
NAMES_DECLARE(trace_state, TRACE_STATES)

/* A name in the NS records of a zone. */
struct trace_host {
	struct dns_name name;
	bool by_parent,
	    by_child; /* who names it: the zone above (the hints), the zone itself */
	unsigned lookups; /* of its addresses, in flight */
	unsigned failed; /* of these lookups, by an error that says nothing of the host */
	bool looked_up; /* they were asked for, having come with no referral ... */
	bool passed_over; /* ... or were to be, beyond TRACE_ASKS_MAX */
	size_t addresses; /* that it has, as far as is known */
};

/* What is known of where a host is. */
enum trace_home {
	TRACE_HOME_KNOWN, /* it has an address */
	TRACE_HOME_NONE, /* it has none */
	TRACE_HOME_PENDING, /* lookups are in flight */
	TRACE_HOME_FAILED, /* ... or came to nothing */
	TRACE_HOME_UNASKED, /* ... or were not made: there were too many questions */
};

/* An address of such a host. */
struct trace_server {
	size_t host; /* index into zone.hosts */
	struct ip_addr ip;
	bool glue; /* it came with the referral */
	enum trace_state state;
	int64_t elapsed_us; /* to its reply */
	unsigned rcode;
	size_t refers_to; /* TRACE_REFERS: index of a zone ... */
	uint32_t referred; /* ... and of its hosts those that are named, a bit each */
	struct dns_name
	    target; /* TRACE_ALIAS; TRACE_LAME: where it points instead; length 0 = none */
	const struct dns_result *result; /* a reference; NULL while asked */
	bool names_known; /* it gave the zone's NS records ... */
	uint32_t names; /* ... and these of zone.hosts are in them, a bit each */
};

/* One zone on the way. */
struct trace_zone {
	struct dns_name apex;
	size_t parent; /* index; 0 for the root itself */
	struct trace_host hosts[TRACE_HOSTS_MAX];
	size_t host_count, hosts_left_out;
	struct trace_server servers[TRACE_SERVERS_MAX];
	size_t server_count, servers_left_out;
	size_t asked; /* of the servers */
};

struct trace_ask;

struct dns_trace {
	struct dns_question question;
	struct trace_zone *zones; /* the root first, then as they were found */
	size_t zone_count;
	struct trace_ask *asks; /* in order; private */
	size_t ask_count, next_ask, pending;
};

/*
 * Begins at the root with these hints: its NS records and their addresses. Free it with
 * dns_trace_free() (NULL is fine).
 */
struct dns_trace *dns_trace_new(
    const struct dns_question *question, const struct dns_records *hints);
void dns_trace_free(struct dns_trace *trace);

/* Takes the next question; false when there is none (now). */
bool dns_trace_next(struct dns_trace *trace, struct dns_enquiry *want);

/* Takes what came of the question with this tag: its own reference. */
void dns_trace_take(struct dns_trace *trace, uint32_t tag, const struct dns_result *result);

/* True when nothing is in flight and nothing left to ask. */
bool dns_trace_is_done(const struct dns_trace *trace);

/*
 * The zone that the name lies in, as far as the way has been walked: the deepest one. Its servers
 * are those that count.
 */
const struct trace_zone *dns_trace_end(const struct dns_trace *trace);

/* What is known of where the host is. */
enum trace_home dns_trace_home(const struct trace_host *host);

/* Appends what a walk comes to, in a sentence or two; of one that is not done, that it stopped. */
void dns_trace_conclude(const struct dns_trace *trace, struct buf *out);

/* True when a server of the zone itself has said which servers it has. */
bool dns_trace_child_known(const struct trace_zone *zone);

/* True when servers of the zone above gave different NS records for the zone of this index. */
bool dns_trace_parents_differ(const struct dns_trace *trace, size_t zone);

/* True when servers of the zone gave different NS records. */
bool dns_trace_names_differ(const struct trace_zone *zone);

#endif
