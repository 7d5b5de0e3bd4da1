/*
 * The parts of a chain of trust, private to the dns/chain*.c files: what is remembered of each
 * name (chain_memory.c), how a name's part in the chain is settled (chain_settle.c), and how
 * walks over them judge answers (chain.c) and are told (chain_links.c).
 */
#ifndef DNS_CHAIN_PARTS_H
#define DNS_CHAIN_PARTS_H

#include "dns/chain.h"
#include "dns/links.h"

enum {
	CHAIN_BUCKETS = 1024,
	CHAIN_TTL_FAILURE = 5, /* seconds: the least that anything is remembered */
};

/* One answer that a node waits for. */
struct chain_reply {
	enum {
		REPLY_IDLE,
		REPLY_PENDING,
		REPLY_HERE
	} state;
	enum dns_outcome outcome;
	struct dns_records evidence;
	int64_t expires_us;
};

/* What is known of the place where a zone could begin. */
enum chain_cut {
	CUT_OPEN, /* answers are missing */
	CUT_NONE, /* none begins here */
	CUT_NO_NAME, /* nor below */
	CUT_ZONE, /* a secure zone begins here */
	CUT_END, /* trust ends here: see the verdict */
};

/* One name on the way from an anchor down. */
struct chain_node {
	struct dns_name name;
	struct chain_reply ds, keys;
	enum chain_cut cut;
	struct dnssec_zone zone;
	struct dnssec_verdict end;
	struct dns_link_facts facts; /* for those who want to see them */
	int64_t expires_us;
	struct chain_node *next; /* of the same hash */
};

struct dns_chain {
	struct dns_records anchors;
	struct chain_reply
	    root_denial; /* whether there are proofs at all: see chain_network.c */
	struct chain_node *buckets[CHAIN_BUCKETS];
	size_t count, names_max;
	size_t swept; /* the bucket that is looked through next */
	struct dns_question *wanted; /* first come, first asked */
	size_t wanted_count, wanted_capacity;
};

/* --- chain_memory.c --- */

/*
 * Makes room before names come: expired ones go, a few buckets at a time; beyond the bound all expired ones,
 * then all.
 */
void chain_make_room(struct dns_chain *chain, int64_t now_us);

/* Returns the node of the name, a new one when there is none. */
struct chain_node *chain_node_of(struct dns_chain *chain, const struct dns_name *name);

/* Returns the node of the name, or NULL. */
const struct chain_node *chain_find(const struct dns_chain *chain, const struct dns_name *name);

/* Settles a node for as long as its proof lives. */
void chain_settle(struct chain_node *node, enum chain_cut cut, uint32_t ttl,
    const struct dns_chain_time *time);

/* Opens a node again whose proof has run out, and forgets answers that are too old. */
void chain_expire(struct chain_node *node, const struct dns_chain_time *time);

/* Forgets an answer that came too long ago. */
void chain_expire_reply(struct chain_reply *reply, const struct dns_chain_time *time);

/* Wants an answer about the name, unless it is here or on its way. */
void chain_want(struct dns_chain *chain, const struct dns_name *name, struct chain_reply *reply,
    uint16_t type);

/* True when the question was answered, with or without records. */
bool chain_is_answered(const struct chain_reply *reply);

/* --- chain_settle.c --- */

/* Settles the node of a trust anchor, when its keys are here. */
void chain_settle_anchor(
    struct dns_chain *chain, struct chain_node *node, const struct dns_chain_time *time);

/* Settles a node below a secure zone, when its answers are here. */
void chain_settle_cut(struct dns_chain *chain, struct chain_node *node,
    const struct dnssec_zone *above, const struct dns_chain_time *time);

/* --- chain_network.c --- */

/* True when the records have anything that could deny something. */
bool chain_has_denials(const struct dns_records *records);

/*
 * Looks at a bogus verdict on a negative answer without denials: when the resolver gives none for the
 * root either, it becomes INDETERMINATE. False while that is being asked.
 */
bool chain_excuse_resolver(
    struct dns_chain *chain, const struct dns_chain_time *time, struct dnssec_verdict *verdict);

/*
 * True for a top-level domain, with the verdict INDETERMINATE on what is said of it although the root zone
 * does not vouch for it.
 */
bool chain_is_private(const struct chain_node *node, const struct dnssec_zone *above,
    struct dnssec_verdict *verdict);

/* --- chain.c --- */

/* One step of an answer: an alias, or what stands at the end of them. */
struct chain_step {
	const struct dns_name *owner;
	const struct dns_name *target; /* of an alias, or NULL */
	uint16_t type;
	enum dns_outcome outcome;
	/* the deepest zone that claims to have signed something of it; or no name */
	struct dns_name signed_by;
};

/* Returns step number i of the result's chain of aliases; the last one is the answer. */
struct chain_step chain_step_of(
    const struct dns_result *result, size_t i, const struct dns_records *evidence);

/*
 * Judges one step: first by the zone that claims to have signed it, then by the whole walk. False
 * while answers are missing.
 */
bool chain_judge_step(struct dns_chain *chain, const struct chain_step *step,
    struct dnssec_evidence *evidence, const struct dns_chain_time *time,
    struct dnssec_verdict *verdict);

/* The name in whose zone the step's records live: the parent's for DS (RFC 4035 5). */
struct dns_name chain_home_of(const struct chain_step *step);

/* Finds how many labels the deepest anchor at or above the name has; false when there is none. */
bool chain_find_anchor(
    const struct dns_chain *chain, const struct dns_name *name, unsigned *labels);

#endif
