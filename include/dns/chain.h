/*
 * Chains of trust (RFC 4035 5), as a step machine: which zones lead from a trust anchor to a
 * name, and what that makes of an answer. It asks for DS and DNSKEY records, remembers what
 * they proved for as long as they live, and owns no socket and no clock.
 *
 * The caller has an answer and its evidence - every record that came with it, RRSIG, NSEC and
 * NSEC3 among them, unchanged - and calls dns_chain_judge(). While that says that more is
 * needed, the caller asks the questions of dns_chain_next(), with DO and CD set, tells each
 * answer to dns_chain_take(), and judges again. Answers may come in any order; many judgements
 * may be under way at once and share what they learn.
 */
#ifndef DNS_CHAIN_H
#define DNS_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/dnssec.h"
#include "dns/links.h"
#include "dns/record.h"
#include "dns/result.h"

struct dns_chain;

enum {
	DNS_CHAIN_NAMES_MAX = 8192 /* what a program remembers */
};

/* The two clocks of a step: TTLs count by the one, signatures by the other. */
struct dns_chain_time {
	int64_t now_us; /* monotonic */
	int64_t wall_time; /* seconds since 1970 */
};

/*
 * A memory for at most this many names, with copies of the trust anchors: DS and DNSKEY
 * records of any owners; a name is judged from the deepest anchor above it. Free it with
 * dns_chain_free().
 */
struct dns_chain *dns_chain_new(const struct dns_records *anchors, size_t names_max);
void dns_chain_free(struct dns_chain *chain);

/*
 * Judges a result by its evidence. Returns true with the verdict:
 *
 * - SECURE: every link of the alias chain and the answer, or its absence, is signed and the chain
 *   of trust holds;
 * - INSECURE: a zone on the way is proved to be unsigned, or signed in ways we cannot judge;
 * - BOGUS: it should be signed, and is not rightly so;
 * - INDETERMINATE: no anchor leads there, a question on the way was not answered, or the resolver
 *   strips signatures.
 *
 * Returns false while answers are missing: see dns_chain_next(). A result that settles nothing
 * (SERVFAIL, timeout) is INDETERMINATE.
 */
bool dns_chain_judge(struct dns_chain *chain, const struct dns_result *result,
    const struct dns_records *evidence, const struct dns_chain_time *time,
    struct dnssec_verdict *verdict);

/*
 * Says that results about this name are on their way: what every chain to it needs - the keys at the
 * anchor, the DS records of the first two labels - is wanted ahead, so that it comes
 * together with the answer.
 */
void dns_chain_expect(
    struct dns_chain *chain, const struct dns_name *name, const struct dns_chain_time *time);

/*
 * Tells the chain link by link of a result that dns_chain_judge() has just given a verdict on. The
 * caller frees the links with dns_links_free().
 */
struct dns_links *dns_chain_links(struct dns_chain *chain, const struct dns_result *result,
    const struct dns_records *evidence, const struct dns_chain_time *time);

/*
 * Takes the next question that a judgement waits for; false when there is none. Each comes once,
 * until it is answered.
 */
bool dns_chain_next(struct dns_chain *chain, struct dns_question *question);

/*
 * Tells what became of such a question: its outcome, and its evidence, which may be empty. Others
 * are passed over.
 */
void dns_chain_take(struct dns_chain *chain, const struct dns_question *question,
    enum dns_outcome outcome, const struct dns_records *evidence,
    const struct dns_chain_time *time);

/* How many names are remembered. */
size_t dns_chain_names(const struct dns_chain *chain);

#endif
