/*
 * What became of a question: the names of outcomes, the shared result and its life. How an
 * outcome is reached is decided in lookup.c.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/span.h"
#include "dns/links.h"
#include "dns/result.h"

NAMES_DEFINE(dns_outcome, DNS_OUTCOMES)
NAMES_DEFINE(dns_security, DNS_SECURITIES)

struct dns_result *
dns_result_new(const struct dns_question *question)
{
	struct dns_result *result = mem_realloc(NULL, 1, sizeof *result);

	memset(result, 0, offsetof(struct dns_result, question));
	dns_question_copy(&result->question, question);
	result->references = 1;
	return result;
}

struct dns_result *
dns_result_copy(const struct dns_result *result)
{
	struct dns_result *copy = mem_dup(result, sizeof *result);

	copy->references = 1;
	copy->links = NULL;
	copy->error = mem_strdup(result->error);
	copy->dnssec_why = mem_strdup(result->dnssec_why);
	copy->reply = mem_dup(result->reply, result->reply_length);
	copy->alias = mem_dup(result->alias, result->alias_count * sizeof *result->alias);
	copy->ede = dns_ede_copy(result->ede, result->ede_count);
	copy->answer = copy->evidence = (struct dns_records){ 0 };
	for (size_t i = 0; i < result->answer.count; i++)
		dns_records_copy(&copy->answer, &result->answer.items[i]);
	for (size_t i = 0; i < result->evidence.count; i++)
		dns_records_copy(&copy->evidence, &result->evidence.items[i]);
	return copy;
}

/*
 * The one place where a shared result is written: holders see it const, because its contents
 * never change, while its count of references does.
 */
static struct dns_result *
counted(const struct dns_result *result)
{
	union {
		const struct dns_result *shared;
		struct dns_result *own;
	} view = { .shared = result };

	return view.own;
}

const struct dns_result *
dns_result_hold(const struct dns_result *result)
{
	if (result)
		counted(result)->references++;
	return result;
}

void
dns_result_release(const struct dns_result *result)
{
	struct dns_result *own = counted(result);

	if (!own || --own->references > 0)
		return;
	dns_records_clear(&own->answer);
	dns_records_clear(&own->evidence);
	dns_ede_free(own->ede, own->ede_count);
	free(own->alias);
	free(own->reply);
	dns_links_free(own->links);
	free(own->error);
	free(own->dnssec_why);
	free(own);
}

bool
dns_result_is_final(const struct dns_result *result)
{
	return result->outcome == DNS_ANSWER || result->outcome == DNS_NODATA ||
	    result->outcome == DNS_NXDOMAIN;
}

bool
dns_result_is_refused(const struct dns_result *result)
{
	return result->outcome == DNS_UNREACHABLE && result->server.ip.family != 0;
}

const char *
dns_result_reason(const struct dns_result *result)
{
	return result->error ? result->error : dns_outcome_help(result->outcome);
}

uint32_t
dns_result_ttl_left(const struct dns_result *result, int64_t now_us)
{
	int64_t age = now_us - result->received_us, left;

	if (age < 0)
		age = 0;
	left = (result->ttl * SPAN_SECOND - age + SPAN_SECOND - 1) / SPAN_SECOND;
	return left > 0 ? (uint32_t)left : 0;
}

const struct dns_name *
dns_result_owner(const struct dns_result *result)
{
	return result->alias_count ? &result->alias[result->alias_count - 1]
				   : &result->question.name;
}
