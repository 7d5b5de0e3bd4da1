/*
 * Any octets as an MTA-STS policy: refused with one printable sentence, or read into a policy
 * within its bounds, which says the same when it is written down and read again.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/text.h"
#include "mail/sts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	SENTENCE_OCTETS_MAX = 512
};

/* Ends the run when something does not hold. */
static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* A policy within its bounds, all of it printable. */
static void
check_policy(const struct sts_policy *policy)
{
	require((unsigned)policy->mode < sts_mode_count);
	require(policy->max_age >= 0 && policy->max_age <= STS_AGE_MAX);
	require(policy->mx_count <= STS_MX_MAX);
	require(policy->mx_count > 0 || policy->mode == STS_MODE_NONE);
	for (size_t i = 0; i < policy->mx_count; i++)
		require(text_is_printable(policy->mx[i], strlen(policy->mx[i])));
}

/* What the policy says matches what it names: each host itself, and one label below a wildcard. */
static void
check_matches(const struct sts_policy *policy)
{
	for (size_t i = 0; i < policy->mx_count; i++) {
		const char *pattern = policy->mx[i];
		bool wild = strncmp(pattern, "*.", 2) == 0;
		struct dns_name name, host;

		require(dns_name_parse(&name, wild ? pattern + 2 : pattern) == DNS_NAME_OK);
		if (!wild)
			require(sts_policy_matches(policy, &name));
		else if (dns_name_prepend(&host, "mx", &name))
			require(sts_policy_matches(policy, &host));
	}
}

/* The same policy comes out of the text that tells it. */
static void
read_again(const struct sts_policy *policy)
{
	struct buf text = BUF_INIT;
	struct sts_policy back;

	buf_addf(&text, "version: STSv1\nmode: %s\nmax_age: %ld\n", sts_mode_name(policy->mode),
	    policy->max_age);
	for (size_t i = 0; i < policy->mx_count; i++)
		buf_addf(&text, "mx: %s\n", policy->mx[i]);
	if (text.length <= STS_POLICY_MAX) {
		require(sts_policy_parse(&back, text.data, text.length) == NULL);
		require(back.mode == policy->mode && back.max_age == policy->max_age);
		require(back.mx_count == policy->mx_count);
		for (size_t i = 0; i < back.mx_count; i++)
			require(strcmp(back.mx[i], policy->mx[i]) == 0);
		sts_policy_clear(&back);
	}
	buf_clear(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sts_policy policy;
	char *sentence = sts_policy_parse(&policy, (const char *)data, size);

	if (sentence) {
		require(*sentence != '\0' && strlen(sentence) < SENTENCE_OCTETS_MAX);
		require(text_is_printable(sentence, strlen(sentence)));
		require(policy.mx_count == 0);
		free(sentence);
		return 0;
	}
	check_policy(&policy);
	check_matches(&policy);
	read_again(&policy);
	sts_policy_clear(&policy);
	return 0;
}
