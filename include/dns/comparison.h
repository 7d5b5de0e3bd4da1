/*
 * The same questions to many servers, side by side: every authoritative server address of a domain's
 * zone, or resolvers that somebody named. A machine without sockets and clock: it says what to ask
 * of whom, takes the replies as they come, and tells which of them agree.
 */
#ifndef DNS_COMPARISON_H
#define DNS_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/enquiry.h"
#include "dns/record.h"
#include "dns/result.h"
#include "util/ip.h"
#include "util/names.h"

enum {
	COMPARISON_SERVERS_MAX = 32, /* addresses: further ones are counted */
	COMPARISON_HOSTS_MAX = 16, /* names of authoritative servers, likewise */
	COMPARISON_CLIMB_MAX = 8, /* names above the domain that may be its zone */
};

/* What is compared, in the order of the columns. */
#define COMPARISON_COLUMNS(X) \
	X(COMPARE_MX, "MX", "the mail exchanges") \
	X(COMPARE_A, "A", "the IPv4 addresses of the domain") \
	X(COMPARE_AAAA, "AAAA", "its IPv6 addresses") \
	X(COMPARE_SOA, "SOA", "the serial of the zone")
NAMES_DECLARE(comparison_column, COMPARISON_COLUMNS)

/* What one server says to one question. */
#define CELL_STATES(X) \
	X(CELL_UNASKED, "not asked", "not asked yet") \
	X(CELL_PENDING, "asked", "no reply yet") \
	X(CELL_ANSWER, "answer", "it has records") \
	X(CELL_ALIAS, "alias", "it says that the domain is an alias") \
	X(CELL_NODATA, "no data", "it says that there are no such records") \
	X(CELL_NXDOMAIN, "no such name", "it says that the domain does not exist") \
	X(CELL_LAME, "lame", "it does not hold the zone") \
	X(CELL_FAILS, "fails", "it answers with an error") \
	X(CELL_SILENT, "silent", "it does not answer") \
	X(CELL_CLOSED, "closed", "its host refuses the connection on the port") \
	X(CELL_UNREACHABLE, "unreachable", "it cannot be reached from here")
NAMES_DECLARE(cell_state, CELL_STATES)

struct comparison_cell {
	enum cell_state state;
	unsigned rcode;
	const struct dns_result *result; /* a reference; NULL while asked */
	char *
	    content; /* what is compared, printable: "10 mx1.example.net"; NULL = nothing said */
	uint32_t ttl; /* of the records or their absence, when they came */
	size_t group; /* cells of a column with the same content; 0 = the most common one */
};

struct comparison_server {
	struct dns_name name; /* length 0 for a resolver */
	struct endpoint at;
	struct comparison_cell cells[comparison_column_count];
};

struct comparison_ask;

struct dns_comparison {
	bool resolvers; /* not authoritative servers */
	struct dns_name domain;
	struct dns_name zone; /* that the domain lies in; length 0 = not known (yet) */
	struct dns_name hosts[COMPARISON_HOSTS_MAX]; /* its name servers */
	bool has_address[COMPARISON_HOSTS_MAX];
	unsigned
	    open[COMPARISON_HOSTS_MAX]; /* lookups of addresses in flight, or that failed */
	size_t host_count, hosts_left_out;
	struct comparison_server *servers;
	size_t server_count, servers_left_out;
	const struct dns_result
	    *trouble; /* why the zone's servers are not known; NULL = no trouble */
	struct comparison_ask *asks; /* private */
	size_t ask_count, ask_capacity, next_ask, pending;
};

/* Compares the authoritative servers of the domain. Free it with dns_comparison_free(). */
struct dns_comparison *dns_comparison_new(const struct dns_name *domain);

/* Compares these resolvers. */
struct dns_comparison *dns_comparison_of(
    const struct dns_name *domain, const struct endpoint *resolvers, size_t count);

/* NULL is fine. */
void dns_comparison_free(struct dns_comparison *comparison);

/* Takes the next question; false when there is none (now). */
bool dns_comparison_next(struct dns_comparison *comparison, struct dns_enquiry *enquiry);

/* Takes what came of the question with this tag: its own reference. */
void dns_comparison_take(
    struct dns_comparison *comparison, uint32_t tag, const struct dns_result *result);

/* True when nothing is in flight and nothing left to ask. */
bool dns_comparison_is_done(const struct dns_comparison *comparison);

/* How many groups of different content the column has. */
size_t dns_comparison_groups(
    const struct dns_comparison *comparison, enum comparison_column column);

/* True for a cell whose server said something that can be compared. */
bool comparison_cell_says(const struct comparison_cell *cell);

/* Orders two SOA serials (RFC 1982 3.2): less than, equal to or more than 0. */
int dns_serial_compare(uint32_t a, uint32_t b);

#endif
