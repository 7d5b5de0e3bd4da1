/*
 * Signatures, denials and chains from strangers: whatever a message holds, judging it is bounded in work,
 * ends in a verdict with a reason, and never finds it secure with keys of its own making unless
 * the mathematics say so.
 *
 * The input is a DNS message. Its DS records are trusted to vouch for its DNSKEY records; with
 * these, its RRsets are verified, and denials sought for the name in its question. Then it is
 * judged as an answer, while every question of the chain of trust gets the same answer again.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "dns/chain.h"
#include "dns/denial.h"
#include "dns/dnssec_keys.h"
#include "dns/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The wall time at which the corpus was signed. */
#define SIGNED_AT INT64_C(1800000000)

enum {
	SETS_MAX = 16,
	QUESTIONS_MAX = 1000,
};

/* Ends the run when something does not hold. */
static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* Gathers the records of all sections into one list. */
static void
gather(struct dns_records *all, const struct dns_message *message)
{
	const struct dns_records *sections[] = { &message->answer, &message->authority,
		&message->additional };

	for (size_t s = 0; s < 3; s++) {
		for (size_t i = 0; i < sections[s]->count; i++)
			dns_records_copy(all, &sections[s]->items[i]);
	}
}

/* A verdict other than secure has a reason. */
static void
hold_to_reasons(const struct dnssec_verdict *verdict)
{
	require((verdict->reason[0] == '\0') == (verdict->security == DNS_SECURE));
	require(verdict->security != DNS_UNCHECKED && verdict->ttl <= DNS_TTL_MAX);
}

/* Verifies the first RRsets. */
static void
verify_sets(struct dnssec_evidence *evidence, const struct dnssec_zone *zone)
{
	for (size_t i = 0; i < evidence->records->count && i < SETS_MAX; i++) {
		const struct dns_record *record = &evidence->records->items[i];
		struct dnssec_verdict verdict;
		unsigned labels = 0;

		verdict = dnssec_verify(evidence, &record->owner, record->type, zone, &labels);
		hold_to_reasons(&verdict);
		require(
		    verdict.security != DNS_SECURE || labels <= dnssec_labels(&record->owner));
	}
}

/* Seeks every kind of denial for the name. */
static void
seek_denials(struct dnssec_evidence *evidence, const struct dnssec_zone *zone,
    const struct dns_question *question)
{
	struct denial denial;
	struct dnssec_verdict verdicts[4] = { 0 };

	denial_init(&denial, evidence, zone);
	verdicts[0] = denial_no_type(&denial, &question->name, question->type);
	verdicts[1] = denial_no_name(&denial, &question->name);
	verdicts[2] = denial_no_closer(&denial, &question->name, 1);
	for (size_t i = 0; i < 3; i++)
		hold_to_reasons(&verdicts[i]);
	denial_no_ds(&denial, &question->name, &verdicts[3]);
}

/* Walks the chain to the message as an answer, which also answers every question on the way. */
static void
walk_chain(const struct dns_records *all, const struct dns_question *question,
    enum dns_outcome outcome)
{
	struct dns_chain_time time = { .now_us = 1, .wall_time = SIGNED_AT };
	struct dns_chain *chain = dns_chain_new(all, 64);
	struct dns_result *result = dns_result_new(question);
	struct dnssec_verdict verdict;
	struct dns_question wanted;
	unsigned asked = 0;

	result->outcome = outcome;
	while (!dns_chain_judge(chain, result, all, &time, &verdict)) {
		unsigned before = asked;

		while (dns_chain_next(chain, &wanted)) {
			dns_chain_take(chain, &wanted, outcome, all, &time);
			require(++asked < QUESTIONS_MAX);
		}
		require(asked > before);
	}
	hold_to_reasons(&verdict);
	dns_result_release(result);
	dns_chain_free(chain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_records all = { 0 };
	struct dnssec_evidence evidence = { .records = &all, .time = SIGNED_AT };
	struct dnssec_zone zone = { 0 };
	struct dnssec_verdict verdict;
	struct dns_message message;

	if (dns_message_parse(&message, data, size))
		return 0;
	gather(&all, &message);
	zone.apex = all.count ? all.items[0].owner : message.question.name;
	if (zone.apex.length > 0 && message.question.name.length > 0) {
		verdict = dnssec_zone_enter(&zone, &evidence, &all);
		hold_to_reasons(&verdict);
		evidence.checks = 0;
		verify_sets(&evidence, &zone);
		evidence.checks = 0;
		seek_denials(&evidence, &zone, &message.question);
		require(evidence.checks <= DNSSEC_WORK_MAX);
		require(evidence.hashes <= DNSSEC_HASHES_MAX);
		walk_chain(&all, &message.question, (enum dns_outcome)(message.id % 3));
	}
	dnssec_zone_clear(&zone);
	dns_records_clear(&all);
	dns_message_clear(&message);
	return 0;
}
