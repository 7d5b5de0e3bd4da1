/*
 * The world of a story: a zone that answers questions as a resolver would tell them, and
 * probes that end as the story says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "dns/zone.h"

#include "story.h"

enum {
	CHAIN_MAX = 10,
	DAY = 24 * 60 * 60,
};

void
world_zone(struct story *story)
{
	char *sentence = dns_zone_parse(story->now->block, NULL, 3600, &story->zone);

	if (sentence)
		story_fail(story, "%s", sentence);
	free(sentence);
}

/* Copies the records of a name and type into the answer: false when there are none. */
static bool
find_records(const struct dns_records *zone, const struct dns_name *name, uint16_t type,
    struct dns_result *result)
{
	for (size_t i = 0; i < zone->count; i++) {
		const struct dns_record *record = &zone->items[i];

		if (record->type != type || !dns_name_equal(&record->owner, name))
			continue;
		dns_records_copy(&result->answer, record);
		if (result->ttl == 0 || record->ttl < result->ttl)
			result->ttl = record->ttl;
	}
	return result->answer.count > 0;
}

/* True when the zone knows the name, or one below it. */
static bool
exists(const struct dns_records *zone, const struct dns_name *name)
{
	for (size_t i = 0; i < zone->count; i++) {
		if (dns_name_below(&zone->items[i].owner, name))
			return true;
	}
	return false;
}

/* Follows an alias at the name: false when there is none. */
static bool
follow_alias(const struct dns_records *zone, struct dns_result *result, struct dns_name *name)
{
	for (size_t i = 0; i < zone->count; i++) {
		if (zone->items[i].type != DNS_TYPE_CNAME ||
		    !dns_name_equal(&zone->items[i].owner, name) ||
		    !dns_record_target(&zone->items[i], name))
			continue;
		result->alias =
		    mem_realloc(result->alias, result->alias_count + 1, sizeof *result->alias);
		result->alias[result->alias_count++] = *name;
		return true;
	}
	return false;
}

/* Returns what the zone says to the question. */
static struct dns_result *
resolve(const struct dns_records *zone, const struct dns_question *question,
    enum dns_security security)
{
	struct dns_result *result = dns_result_new(question);
	struct dns_name name = question->name;

	result->dnssec = security;
	while (!find_records(zone, &name, question->type, result)) {
		if (result->alias_count > CHAIN_MAX) {
			result->outcome = DNS_ALIAS_LOOP;
			return result;
		}
		if (follow_alias(zone, result, &name))
			continue;
		result->outcome = exists(zone, &name) ? DNS_NODATA : DNS_NXDOMAIN;
		return result;
	}
	result->outcome = DNS_ANSWER;
	return result;
}

/* Gives the facts the answer to the question about TLSA that the exchange waits for. */
static bool
give_tlsa(struct mail_facts *facts, size_t exchange, const struct dns_result *result)
{
	struct dns_question wanted;

	if (!world_wants_tlsa(facts, exchange, &wanted) ||
	    wanted.type != result->question.type ||
	    !dns_name_equal(&wanted.name, &result->question.name))
		return false;
	mail_facts_tlsa_asked(facts, exchange);
	mail_facts_tlsa(facts, exchange, result);
	return true;
}

/* Gives the facts a result, which is released: the MX answer, or an exchange's addresses. */
static void
give(struct story *story, struct mail_facts *facts, struct dns_result *result)
{
	bool given = false;

	if (result->question.type == DNS_TYPE_MX) {
		mail_facts_mx(facts, result);
		given = true;
	}
	for (size_t i = 0; !given && i < facts->mx.count; i++)
		given = give_tlsa(facts, i, result);
	for (size_t i = 0; !given && i < facts->mx.count; i++) {
		if (dns_name_equal(&facts->mx.exchanges[i].name, &result->question.name) &&
		    !facts->mx.exchanges[i].duplicate) {
			mail_facts_addresses(facts, i, result);
			given = true;
		}
	}
	if (!given)
		story_fail(story, "nobody asks this question");
	dns_result_release(result);
}

/* Lets the zone answer for a name and type. */
static void
answer(
    struct story *story, struct mail_facts *facts, const struct dns_name *name, uint16_t type)
{
	const struct dns_question question = { .name = *name, .type = type };

	give(story, facts, resolve(&story->zone, &question, story->security));
}

void
world_answer_all(struct story *story, struct mail_facts *facts)
{
	if (!facts->mx_known)
		answer(story, facts, &facts->subject.domain, DNS_TYPE_MX);
	for (size_t i = 0; i < facts->mx.count; i++) {
		const struct exchange_addresses *asked = &facts->addresses[i];

		if (asked->a_asked && !asked->a)
			answer(story, facts, &facts->mx.exchanges[i].name, DNS_TYPE_A);
		if (asked->aaaa_asked && !asked->aaaa)
			answer(story, facts, &facts->mx.exchanges[i].name, DNS_TYPE_AAAA);
	}
	for (size_t i = 0; i < facts->mx.count; i++) {
		struct dns_question wanted;

		while (world_wants_tlsa(facts, i, &wanted))
			answer(story, facts, &wanted.name, wanted.type);
	}
}

/* Reads NAME and TYPE, the second and third word. */
static bool
read_question(struct story *story, struct dns_question *question)
{
	const struct statement *now = story->now;

	if (now->count >= 3 && dns_name_parse(&question->name, now->words[1]) == DNS_NAME_OK &&
	    dns_type_parse(now->words[2], &question->type))
		return true;
	story_fail(story, "expected NAME TYPE");
	return false;
}

/* Adds what stands behind the question: how it came about. Returns the result. */
static struct dns_result *
annotate(struct story *story, struct dns_result *result)
{
	const struct statement *now = story->now;
	unsigned number;

	for (size_t i = 3; i < now->count; i++) {
		if (sscanf(now->words[i], "strays=%u", &number) == 1) {
			result->strays = number;
		} else if (sscanf(now->words[i], "ede=%u", &number) == 1) {
			result->ede = mem_alloc(sizeof *result->ede);
			result->ede[0].code = (uint16_t)number;
			result->ede_count = 1;
		} else {
			story_fail(story, "expected strays=N or ede=N");
		}
	}
	return result;
}

void
world_answer(struct story *story)
{
	struct dns_question question;

	if (story->now->count == 1)
		world_answer_all(story, &story->facts);
	else if (read_question(story, &question))
		give(story, &story->facts,
		    annotate(story, resolve(&story->zone, &question, story->security)));
}

void
world_fail(struct story *story)
{
	const struct statement *now = story->now;
	struct dns_question question;
	enum dns_outcome outcome;
	struct dns_result *result;

	if (!read_question(story, &question))
		return;
	if (now->count != 4 || !dns_outcome_parse(now->words[3], &outcome)) {
		story_fail(story, "expected an outcome of a question");
		return;
	}
	result = dns_result_new(&question);
	result->outcome = outcome;
	give(story, &story->facts, result);
}

/* --- probes --------------------------------------------------------------------- */

/* Appends an EHLO keyword: "SIZE,1000" is "SIZE 1000". */
static void
offer(struct smtp_facts *probe, const char *keyword)
{
	struct smtp_extensions *extensions = &probe->extensions;
	char *item = mem_strdup(keyword), *comma = strchr(item, ',');

	if (comma)
		*comma = ' ';
	extensions->items =
	    mem_realloc(extensions->items, extensions->count + 1, sizeof *extensions->items);
	extensions->items[extensions->count++] = item;
}

/* Fills in what a dialogue that went well learns. */
static void
fill_accepting(struct smtp_facts *probe)
{
	probe->stage = SMTP_STAGE_QUIT;
	probe->extensions_known = true;
	probe->starttls = SMTP_STARTTLS_OK;
	probe->tls = (struct tls_facts){
		.present = true,
		.chain = TLS_CHAIN_TRUSTED,
		.name_matches = true,
		.certificates = mem_calloc(1, sizeof *probe->tls.certificates),
		.certificate_count = 1,
	};
	probe->tls.certificates[0].not_after = STORY_NOW + 90 * (int64_t)DAY;
}

/* Applies "NAME=VALUE": false when there is no such word. */
static bool
apply_value(struct smtp_facts *probe, const char *name, const char *value)
{
	enum smtp_violation violation;

	if (strcmp(name, "code") == 0)
		probe->code = atoi(value);
	else if (strcmp(name, "doubt") == 0)
		return smtp_doubt_parse(value, &probe->doubt);
	else if (strcmp(name, "enhanced") == 0)
		probe->enhanced = smtp_enhanced_parse(value);
	else if (strcmp(name, "chain") == 0)
		return tls_chain_parse(value, &probe->tls.chain);
	else if (strcmp(name, "days") == 0 && probe->tls.present)
		probe->tls.certificates[0].not_after = STORY_NOW + atoi(value) * (int64_t)DAY;
	else if (strcmp(name, "offers") == 0)
		offer(probe, value);
	else if (strcmp(name, "starttls") == 0) {
		probe->tls.present = false;
		return smtp_starttls_parse(value, &probe->starttls);
	} else if (strcmp(name, "violation") == 0 && smtp_violation_parse(value, &violation))
		probe->violations |= UINT32_C(1) << violation;
	else
		return false;
	return true;
}

/* Applies one word of a probe statement: false when it is none. */
static bool
apply_word(struct smtp_facts *probe, const char *word)
{
	const char *equals = strchr(word, '=');
	char *name;
	bool known;

	if (!equals && strcmp(word, "mismatch") == 0) {
		probe->tls.name_matches = false;
		return true;
	}
	if (!equals && strcmp(word, "known") == 0) {
		probe->extensions_known = true;
		return true;
	}
	if (!equals)
		return smtp_stage_parse(word, &probe->stage);
	name = mem_strndup(word, (size_t)(equals - word));
	known = apply_value(probe, name, equals + 1);
	free(name);
	return known;
}

/* Makes the facts that a probe statement tells. */
static struct smtp_facts *
make_probe(struct story *story)
{
	const struct statement *now = story->now;
	struct smtp_facts *probe = mem_alloc(sizeof *probe);
	const char *text = strstr(now->rest, "text=");

	smtp_facts_init(probe, story->now->line); /* each probe is another one */
	if (now->count < 3 || !smtp_outcome_parse(now->words[2], &probe->outcome))
		story_fail(story, "expected an outcome of a probe");
	if (probe->outcome == SMTP_ACCEPTING)
		fill_accepting(probe);
	for (size_t i = 3; i < now->count; i++) {
		if (strncmp(now->words[i], "text=", 5) == 0)
			break;
		if (!apply_word(probe, now->words[i]))
			story_fail(story, "a probe knows no \"%s\"", now->words[i]);
	}
	probe->reply_text = text ? mem_strdup(text + 5) : NULL;
	return probe;
}

/* Lets the probe of every address in these facts that is meant end so: returns how many are. */
static size_t
probe_all(struct mail_facts *facts, const char *where, const struct smtp_facts *probe)
{
	char text[IP_TEXT_MAX];
	size_t met = 0;

	for (size_t i = 0; i < facts->target_count; i++) {
		bool meant = strcmp(where, "*") == 0
		    ? facts->targets[i].probe == NULL
		    : strcmp(where, ip_text(&facts->targets[i].ip, text)) == 0;

		if (meant)
			mail_facts_probe(facts, i, smtp_facts_clone(probe));
		met += meant;
	}
	return met;
}

void
world_probe(struct story *story)
{
	const char *where = story->now->count > 1 ? story->now->words[1] : "";
	struct smtp_facts *probe = make_probe(story);

	if (probe_all(&story->facts, where, probe) + probe_all(&story->spare, where, probe) ==
	    0)
		story_fail(story, "there is no such address");
	smtp_facts_free(probe);
}
