/*
 * Which names an address has (PTR), and whether those names have the address: forward-confirmed
 * reverse DNS (the test "iprev" of RFC 8601 3). Many receivers ask for it of
 * whoever sends mail, and a mail host without it looks neglected.
 */
#ifndef MAIL_REVERSE_H
#define MAIL_REVERSE_H

#include <stdbool.h>
#include <stddef.h>

#include "dns/result.h"
#include "util/ip.h"
#include "util/names.h"

enum {
	REVERSE_NAMES_MAX =
	    4, /* of one address that are asked for; further ones are left alone */
};

/* How an address stands. */
#define REVERSE_STATES(X) \
	X(REVERSE_UNASKED, "unasked", "not asked for") \
	X(REVERSE_PENDING, "pending", "being asked for") \
	X(REVERSE_CONFIRMED, "confirmed", "a name of the address leads back to it") \
	X(REVERSE_MISMATCH, "mismatch", "none of its names leads back to it") \
	X(REVERSE_MISSING, "missing", "the address has no name") \
	X(REVERSE_ERROR, "error", "the DNS did not answer")
NAMES_DECLARE(reverse_state, REVERSE_STATES)

/* The answers about one address, each a reference; zeroed before the first. */
struct mail_reverse {
	bool asked;
	const struct dns_result *ptr; /* NULL while in flight */
	const struct dns_result
	    *forward[REVERSE_NAMES_MAX]; /* of the names below, as they come */
};

/* Stores the answer to the PTR question; takes its own reference. */
void mail_reverse_ptr(struct mail_reverse *reverse, const struct dns_result *result);

/* Stores the address answer of name i of mail_reverse_names(); takes its own reference. */
void mail_reverse_forward(
    struct mail_reverse *reverse, size_t i, const struct dns_result *result);

void mail_reverse_clear(struct mail_reverse *reverse);

/* Fills in the names of the address, each once, in the order of the answer. Returns how many. */
size_t mail_reverse_names(
    const struct mail_reverse *reverse, struct dns_name names[REVERSE_NAMES_MAX]);

/* How the address stands by what is known. */
enum reverse_state mail_reverse_state(
    const struct mail_reverse *reverse, const struct ip_addr *ip);

#endif
