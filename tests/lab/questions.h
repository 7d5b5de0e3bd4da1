/*
 * Questions to the resolver, as the tests ask them: a resolver on its bench with one or two
 * faulty name servers, and a record of all that its callback was told.
 */
#ifndef TESTS_LAB_QUESTIONS_H
#define TESTS_LAB_QUESTIONS_H

#include "net/resolver.h"
#include "lab/bench.h"
#include "lab/fake_dns.h"

enum {
	QUESTIONS_MAX = 4096, /* answers that can be recorded */
	QUESTIONS_RETRY_MS = 20,
};

/* One call of the callback. */
struct answer {
	resolver_owner owner;
	uint32_t tag;
	const struct dns_result *result;
};

struct questions {
	struct bench bench;
	struct fake_dns servers[2];
	size_t server_count;
	struct resolver *resolver;
	struct resolver_settings settings;
	struct answer *answers; /* in the order they came */
	size_t count;
	bool inside; /* resolver_ask() is running */
	void (*then)(struct questions *q, const struct answer *answer); /* called for each */
};

/* Begins with this many servers, all with the same faults, and settings for a quick test. */
void questions_begin(struct questions *q, size_t servers, struct fake_faults faults);

/* Opens the resolver, once the settings are as the test wants them. */
void questions_open(struct questions *q);

/* Ends and frees all of it. */
void questions_end(struct questions *q);

/* Asks for the A records of a name. */
void questions_ask(struct questions *q, resolver_owner owner, uint32_t tag, const char *name,
    enum resolver_freshness freshness);

/* Asks, past the cache, for the A records of a name with its chain of trust. */
void questions_ask_explained(
    struct questions *q, resolver_owner owner, uint32_t tag, const char *name);

/* Asks for the records of another type. */
void questions_ask_type(struct questions *q, resolver_owner owner, uint32_t tag,
    const char *name, uint16_t type, enum resolver_freshness freshness);

/* Runs until nobody waits any more. */
void questions_settle(struct questions *q);

/* Asks one fresh question, waits, and returns the result. */
const struct dns_result *questions_ask_one(struct questions *q, const char *name);

/* Checks that the result holds 192.0.2.octet. */
void questions_assert_address(const struct dns_result *result, uint8_t octet);

#endif
