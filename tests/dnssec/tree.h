/*
 * A private tree of signed zones in memory, from a root of its own, and a resolver that answers
 * from it - honestly, or in one of the ways that resolvers and forgers have.
 */
#ifndef TESTS_DNSSEC_TREE_H
#define TESTS_DNSSEC_TREE_H

#include "dns/result.h"
#include "signer.h"

enum {
	TREE_ZONES_MAX = 32,
	TREE_ALIASES_MAX = 8,
};

/* A zone of the tree. */
struct tree_zone {
	const char *apex, *text;
	struct signing how; /* origin and text are filled in */
	enum {
		TREE_DS_RIGHT,
		TREE_DS_NONE,
		TREE_DS_WRONG,
		TREE_DS_UNKNOWN
	} ds;
	bool silent; /* SERVFAIL for all of it */
	bool stripped; /* answers without signatures and denials */
	bool altered; /* its addresses are not what was signed */
	struct signed_zone zone;
};

struct tree {
	struct tree_zone zones[TREE_ZONES_MAX]; /* children before their parents */
	size_t count;
	bool strips; /* the resolver strips all signatures */
	bool strips_proofs; /* it strips only NSEC and NSEC3 records, with their signatures */
	const char
	    *own_domain; /* a top-level domain that it adds to the tree, unsigned, or NULL */
	bool mute; /* it never answers for keys */
	bool denies_own_ds; /* it also answers itself that this domain has no DS */
	unsigned questions;
};

/* Signs all zones, each one's DS into the zone above it. */
void tree_sign(struct tree *tree);
void tree_clear(struct tree *tree);

/* Resolves a question: the result, which the caller releases, and all that came with it. */
struct dns_result *tree_ask(
    struct tree *tree, const struct dns_question *question, struct dns_records *evidence);

#endif
