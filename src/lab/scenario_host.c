/*
 * The hosts of a scenario: mail servers with what they offer and show, hosts that nobody reaches, and MTA-STS
 * policy hosts. Decides what their lines mean; what else a scenario says is scenario.c's, the
 * scripts of servers are script.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "lab/scenario.h"
#include "lab/scenario_read.h"

enum {
	HTTP_OK = 200,
	HTTP_LAST = 599,
};

/* server, refused, silent, unreachable HOST ADDRESS... */
char *
scenario_begin_host(
    struct scenario_reading *parse, const struct scenario_directive *directive, char *rest)
{
	struct scenario *scenario = parse->scenario;
	char text[DNS_NAME_TEXT_MAX];
	struct lab_host *host;
	struct dns_name name;
	char *sentence = scenario_name(scenario_word(&rest), &name);

	if (sentence)
		return sentence;
	scenario->hosts = mem_grow(scenario->hosts, scenario->host_count,
	    &scenario->host_capacity, sizeof *scenario->hosts);
	host = &scenario->hosts[scenario->host_count++];
	*host = (struct lab_host){ .name = mem_strdup(dns_name_text(&name, text)),
		.reach = directive->reach,
		.latency_ms = LAB_LATENCY };
	return scenario_addresses(
	    &host->addresses, &host->address_count, &host->address_capacity, rest);
}

/* offers KEYWORD | KEYWORD ... */
static char *
set_offers(struct lab_host *host, const char *value)
{
	static const char gap[] = " | ";

	while (*value && host->offer_count < LAB_OFFERS_MAX) {
		const char *end = strstr(value, gap);
		size_t length = end ? (size_t)(end - value) : strlen(value);

		host->offers = mem_grow(host->offers, host->offer_count, &host->offer_capacity,
		    sizeof *host->offers);
		host->offers[host->offer_count++] = mem_strndup(value, length);
		value += length + (end ? sizeof gap - 1 : 0);
	}
	return *value ? scenario_complain("a server offers at most 32 keywords") : NULL;
}

/* certificate KIND */
static char *
set_certificate(struct lab_host *host, const char *value)
{
	if (lab_certificate_parse(value, &host->certificate))
		return NULL;
	return scenario_complain(
	    "certificate is good, expired, not-yet-valid, wrong-name, self-signed, "
	    "untrusted, incomplete or none");
}

/* tls VERSION */
static char *
set_tls(struct lab_host *host, const char *value)
{
	return lab_tls_parse(value, &host->tls)
	    ? NULL
	    : scenario_complain("tls is 1.0, 1.1, 1.2 or 1.3");
}

/* tlsa 3 1 MATCHING [old] */
static char *
set_tlsa(struct lab_host *host, const char *value)
{
	static const struct {
		const char *text;
		struct lab_tlsa tlsa;
	} records[] = {
		{ "3 1 1", { 1, false } },
		{ "3 1 2", { 2, false } },
		{ "3 1 1 old", { 1, true } },
		{ "3 1 2 old", { 2, true } },
	};

	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		if (strcmp(value, records[i].text) == 0 && host->tlsa_count < LAB_TLSA_MAX) {
			host->tlsa[host->tlsa_count++] = records[i].tlsa;
			return NULL;
		}
	}
	return scenario_complain(
	    "tlsa is 3 1 1 or 3 1 2, with \"old\" behind it or without, four times "
	    "at most");
}

/* latency TIME */
static char *
set_latency(struct lab_host *host, const char *value)
{
	return script_time(value, &host->latency_ms)
	    ? NULL
	    : scenario_complain("latency is a time such as 20ms");
}

/* What a server block may say beside its script. */
static const struct {
	const char *word;
	char *(*set)(struct lab_host *host, const char *value);
} properties[] = {
	{ "offers ", set_offers },
	{ "certificate ", set_certificate },
	{ "tls ", set_tls },
	{ "tlsa ", set_tlsa },
	{ "latency ", set_latency },
};

/* One line of a server block: a property, or a line of its script. */
char *
scenario_more_server(struct scenario_reading *parse, char *line)
{
	struct lab_host *host = &parse->scenario->hosts[parse->scenario->host_count - 1];

	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
		size_t length = strlen(properties[i].word);

		if (strncmp(line, properties[i].word, length) == 0)
			return properties[i].set(host, line + length);
	}
	return script_add(&host->script, line);
}

/* policy HOST ADDRESS... */
char *
scenario_begin_policy(
    struct scenario_reading *parse, const struct scenario_directive *directive, char *rest)
{
	struct scenario *scenario = parse->scenario;
	char text[DNS_NAME_TEXT_MAX];
	struct lab_policy *policy;
	struct dns_name name;
	char *sentence = scenario_name(scenario_word(&rest), &name);

	(void)directive;
	if (sentence)
		return sentence;
	scenario->policies = mem_grow(scenario->policies, scenario->policy_count,
	    &scenario->policy_capacity, sizeof *scenario->policies);
	policy = &scenario->policies[scenario->policy_count++];
	*policy = (struct lab_policy){
		.name = mem_strdup(dns_name_text(&name, text)),
		.status = HTTP_OK,
		.type = mem_strdup("text/plain"),
	};
	return scenario_addresses(
	    &policy->addresses, &policy->address_count, &policy->address_capacity, rest);
}

/* certificate KIND of a policy host */
static char *
set_policy_certificate(struct lab_policy *policy, const char *value)
{
	struct lab_host host = { 0 };
	char *sentence = set_certificate(&host, value);

	policy->certificate = host.certificate;
	return sentence;
}

/* status N */
static char *
set_policy_status(struct lab_policy *policy, const char *value)
{
	long status;

	if (!text_number(value, HTTP_OK, HTTP_LAST, &status))
		return scenario_complain("status is a number from 200 to 599");
	policy->status = (unsigned)status;
	return NULL;
}

/* type TYPE */
static char *
set_policy_type(struct lab_policy *policy, const char *value)
{
	free(policy->type);
	policy->type = mem_strdup(value);
	return *value ? NULL : scenario_complain("type is a media type such as text/html");
}

/* What a policy block may say beside the policy. */
static const struct {
	const char *word;
	char *(*set)(struct lab_policy *policy, const char *value);
} policy_properties[] = {
	{ "certificate ", set_policy_certificate },
	{ "status ", set_policy_status },
	{ "type ", set_policy_type },
};

/* One line of a policy block: a property, or a line of the policy. */
char *
scenario_more_policy(struct scenario_reading *parse, char *line)
{
	struct lab_policy *policy =
	    &parse->scenario->policies[parse->scenario->policy_count - 1];

	for (size_t i = 0; i < sizeof policy_properties / sizeof *policy_properties; i++) {
		size_t length = strlen(policy_properties[i].word);

		if (strncmp(line, policy_properties[i].word, length) == 0)
			return policy_properties[i].set(policy, line + length);
	}
	buf_addf(&policy->text, "%s\n", line);
	return NULL;
}

/* Frees what a host holds. */
void
scenario_clear_host(struct lab_host *host)
{
	free(host->name);
	free(host->addresses);
	for (size_t i = 0; i < host->offer_count; i++)
		free(host->offers[i]);
	free(host->offers);
	script_clear(&host->script);
}

/* Frees what a policy host holds. */
void
scenario_clear_policy(struct lab_policy *policy)
{
	free(policy->name);
	free(policy->addresses);
	free(policy->type);
	buf_clear(&policy->text);
}
