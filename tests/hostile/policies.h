/*
 * MTA-STS policy hosts that want to harm: a web server on 127.0.0.1, port 443, that shows each name
 * another reply, all of them with hostile bytes somewhere.
 */
#ifndef TESTS_HOSTILE_POLICIES_H
#define TESTS_HOSTILE_POLICIES_H

#include <stdbool.h>

#include "util/buf.h"
#include "lab/bench.h"

struct policies;

/*
 * Starts the server, and writes the root that its certificates are issued by to root.pem. Returns NULL when
 * this machine does not let us have the port. Free it with policies_stop() (NULL is fine).
 */
struct policies *policies_start(struct bench *bench);
void policies_stop(struct policies *policies);

/* Appends the records that lead to the policies, as zone text below hostile.example. */
void policies_add_zone(struct buf *zone);

/*
 * Prints "policy NAME WORD" for each: the domain, and what must show in the reason that is told for it, "-"
 * when the policy is to be valid.
 */
void policies_print(void);

#endif
