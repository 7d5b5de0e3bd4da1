/*
 * Walks along the chains of trust of one tree: what the stories about dns/chain share. Virtual time; the
 * walk asks, the tree answers.
 */
#ifndef DNSSEC_WALKS_H
#define DNSSEC_WALKS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/span.h"
#include "dns/chain.h"
#include "tree.h"

enum {
	NAMES_MAX = 4096,
	DAY = 86400,
};

struct story {
	const char *name;
	uint16_t type;
	enum dns_security expected;
	const char *reason; /* a part of it */
};

/* What a walk cost. */
struct cost {
	unsigned questions, rounds;
};

/* When walks begin. */
extern const struct dns_chain_time start;

/* Begins with a new copy of the tree, and a chain that trusts its root, or another zone. */
struct dns_chain *begin(struct tree *tree, const char *anchor);

/* Answers all that the chain wants now. */
void answer_round(
    struct tree *tree, struct dns_chain *chain, const struct dns_chain_time *time);

/* Asks and judges one question. */
struct dnssec_verdict judge(struct tree *tree, struct dns_chain *chain, const char *name,
    uint16_t type, const struct dns_chain_time *time, struct cost *cost);

/* Fails unless the verdict is the expected one. */
void expect(const struct story *story, const struct dnssec_verdict *verdict, const char *when);

#endif
