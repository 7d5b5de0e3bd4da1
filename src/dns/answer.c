/*
 * What a reply says about a question.
 *
 * Decides which records of a reply may be believed and what they mean together: the CNAME chain
 * (RFC 1034 3.6.2), the records at its end, NODATA and NXDOMAIN with their TTL (RFC 2308), and
 * that neither a referral nor an empty reply of a server that is not responsible answers a stub
 * resolver. That the reply belongs to the question is lookup.c's to know; whom to ask next also.
 */
#include <string.h>

#include "util/mem.h"
#include "dns/answer.h"
#include "dns/lookup.h"
#include "dns/walk.h"

enum {
	RCODE_NXDOMAIN = 3,
	NEGATIVE_TTL_MAX = 3 * 3600, /* RFC 2308 5: one to three hours */
};

/* The CNAME chain so far; names[0] is the name asked for first. */
struct chain {
	struct dns_name names[1 + DNS_ALIAS_MAX];
	size_t count;
	uint32_t ttl;
};

/*
 * Replies that tell of a failure (RFC 1035 4.1.1): all other codes but 0 and 3 are DNS_RCODE.
 */
static const struct {
	unsigned rcode;
	enum dns_outcome outcome;
} failures[] = {
	{ 1, DNS_FORMERR },
	{ 2, DNS_SERVFAIL },
	{ 4, DNS_NOTIMP },
	{ 5, DNS_REFUSED },
};

/* Returns the outcome that an rcode other than NOERROR and NXDOMAIN stands for. */
static enum dns_outcome
failure_of(unsigned rcode)
{
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
		if (failures[i].rcode == rcode)
			return failures[i].outcome;
	}
	return DNS_RCODE;
}

/* Returns a reading that says that this server does not help. */
static struct dns_reading
failed(enum dns_outcome outcome, const char *sentence)
{
	return (struct dns_reading){ DNS_READING_FAILED, outcome, sentence };
}

/* Returns a reading that settles the question. */
static struct dns_reading
settled(enum dns_outcome outcome)
{
	return (struct dns_reading){ DNS_READING_FINAL, outcome, NULL };
}

/* Returns the smaller TTL. */
static uint32_t
smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Starts the chain with what earlier replies gave. */
static void
chain_start(struct chain *chain, const struct dns_result *result)
{
	dns_name_copy(&chain->names[0], &result->question.name);
	for (size_t i = 0; i < result->alias_count; i++)
		chain->names[1 + i] = result->alias[i];
	chain->count = 1 + result->alias_count;
	chain->ttl = result->ttl;
}

/* The name at the end of the chain. */
static const struct dns_name *
chain_end(const struct chain *chain)
{
	return &chain->names[chain->count - 1];
}

/* True when the name is part of the chain already. */
static bool
chain_holds(const struct chain *chain, const struct dns_name *name)
{
	for (size_t i = 0; i < chain->count; i++) {
		if (dns_name_equal(&chain->names[i], name))
			return true;
	}
	return false;
}

/* Gives the result the alias targets and the TTL of the chain. */
static void
chain_keep(const struct chain *chain, struct dns_result *result)
{
	size_t count = chain->count - 1;

	result->ttl = chain->ttl;
	if (count == result->alias_count)
		return;
	result->alias = mem_realloc(result->alias, count, sizeof *result->alias);
	memcpy(result->alias, chain->names + 1, count * sizeof *result->alias);
	result->alias_count = count;
}

/* True when the record stands at this name with this type (ANY: with whatever type). */
static bool
is_at(const struct dns_record *record, const struct dns_name *name, uint16_t type)
{
	return record->class == DNS_CLASS_IN &&
	    (record->type == type || type == DNS_TYPE_ANY) &&
	    dns_name_equal(&record->owner, name);
}

/* Returns the first record of the type at the name, or NULL. */
static const struct dns_record *
find(const struct dns_records *section, const struct dns_name *name, uint16_t type)
{
	for (size_t i = 0; i < section->count; i++) {
		if (is_at(&section->items[i], name, type))
			return &section->items[i];
	}
	return NULL;
}

/* Follows the aliases in the reply; false when they loop or are more than DNS_ALIAS_MAX. */
static bool
chain_follow(struct chain *chain, const struct dns_records *answer, uint16_t type)
{
	const struct dns_record *alias;
	struct dns_name target;

	while (!find(answer, chain_end(chain), type) &&
	    (alias = find(answer, chain_end(chain), DNS_TYPE_CNAME)) &&
	    dns_record_target(alias, &target)) {
		if (chain_holds(chain, &target) || chain->count > DNS_ALIAS_MAX)
			return false;
		dns_name_lower(&target);
		chain->names[chain->count++] = target;
		chain->ttl = smaller(chain->ttl, alias->ttl);
	}
	return true;
}

/*
 * Returns the SOA that vouches for a negative answer: at the name or above it. The records of
 * the authority section are the zone's, so any other SOA tells of somebody else's zone.
 */
static const struct dns_record *
find_soa(const struct dns_records *authority, const struct dns_name *name)
{
	for (size_t i = 0; i < authority->count; i++) {
		const struct dns_record *record = &authority->items[i];

		if (record->class == DNS_CLASS_IN && record->type == DNS_TYPE_SOA &&
		    dns_name_below(name, &record->owner))
			return record;
	}
	return NULL;
}

/* How long a negative answer may be kept (RFC 2308 5): not at all without its SOA. */
static uint32_t
negative_ttl(const struct dns_record *soa)
{
	uint32_t serial, minimum;

	if (!soa || !dns_record_soa(soa, &serial, &minimum))
		return 0;
	return smaller(smaller(soa->ttl, dns_ttl_kept(minimum)), NEGATIVE_TTL_MAX);
}

/* Why an empty reply from a server that neither recurses nor holds the zone is none (RFC 1912 2.8). */
static const char *
why_lame(const struct dns_message *message)
{
	return message->refers
	    ? "the server is not recursive and only refers elsewhere"
	    : "the server is not recursive, does not hold the zone, and says nothing";
}

/* Returns how many records of the type are at the name. */
static size_t
how_many(const struct dns_records *section, const struct dns_name *name, uint16_t type)
{
	size_t n = 0;

	for (size_t i = 0; i < section->count; i++)
		n += is_at(&section->items[i], name, type);
	return n;
}

/* Appends the records of the type at the name to those of the result, which takes their rdata. */
static void
take_some(struct dns_result *result, const struct dns_name *owner, struct dns_records *answer)
{
	uint16_t type = result->question.type;

	dns_records_reserve(&result->answer, how_many(answer, owner, type));
	for (size_t i = 0; i < answer->count; i++) {
		if (!is_at(&answer->items[i], owner, type))
			continue;
		dns_records_add(&result->answer, &answer->items[i]);
		answer->items[i].rdata = NULL;
		answer->items[i].length = 0;
	}
}

/*
 * Takes the records of the asked type at the end of the chain, in the order received: the list as it
 * is when there are no others.
 */
static struct dns_reading
take_answer(struct dns_result *result, const struct chain *chain, struct dns_records *answer)
{
	const struct dns_name *owner = chain_end(chain);

	chain_keep(chain, result);
	if (result->answer.count == 0 &&
	    how_many(answer, owner, result->question.type) == answer->count) {
		dns_records_clear(&result->answer);
		result->answer = *answer;
		*answer = (struct dns_records){ 0 };
	} else {
		take_some(result, owner, answer);
	}
	for (size_t i = 0; i < result->answer.count; i++) {
		struct dns_record *taken = &result->answer.items[i];

		dns_name_lower(&taken->owner);
		dns_rdata_lower(taken->type, taken->rdata, taken->length);
		result->ttl = smaller(result->ttl, taken->ttl);
	}
	return settled(DNS_ANSWER);
}

/* Takes a negative answer. */
static struct dns_reading
take_negative(struct dns_result *result, const struct chain *chain,
    const struct dns_record *soa, enum dns_outcome outcome)
{
	chain_keep(chain, result);
	result->ttl = smaller(result->ttl, negative_ttl(soa));
	return settled(outcome);
}

/* Decides what a reply without the records asked for means. */
static struct dns_reading
read_empty(
    struct dns_result *result, const struct chain *chain, const struct dns_message *message)
{
	const struct dns_record *soa = find_soa(&message->authority, chain_end(chain));

	if (message->rcode == RCODE_NXDOMAIN)
		return take_negative(result, chain, soa, DNS_NXDOMAIN);
	if (soa)
		return take_negative(result, chain, soa, DNS_NODATA);
	if (chain->count > 1 + result->alias_count) {
		chain_keep(chain, result);
		return (struct dns_reading){ .kind = DNS_READING_ALIAS };
	}
	if (!message->authoritative && !message->recursion_available)
		return failed(DNS_SERVFAIL, why_lame(message));
	return take_negative(result, chain, NULL, DNS_NODATA);
}

struct dns_reading
dns_answer_read(struct dns_result *result, struct dns_message *message)
{
	uint16_t type = result->question.type;
	struct chain chain;

	if (message->rcode != 0 && message->rcode != RCODE_NXDOMAIN) {
		enum dns_outcome outcome = failure_of(message->rcode);

		return failed(outcome, dns_outcome_help(outcome));
	}
	chain_start(&chain, result);
	if (!chain_follow(&chain, &message->answer, type)) {
		chain_keep(&chain, result);
		return settled(DNS_ALIAS_LOOP);
	}
	if (!find(&message->answer, chain_end(&chain), type))
		return read_empty(result, &chain, message);
	if (message->rcode == RCODE_NXDOMAIN)
		return failed(DNS_MALFORMED,
		    "the reply says that the name does not exist and gives records of it");
	return take_answer(result, &chain, &message->answer);
}
