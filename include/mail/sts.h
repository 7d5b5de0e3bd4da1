/*
 * MTA-STS (RFC 8461): the policy that a domain publishes by HTTPS, what is known of it, and which
 * exchanges it names. Pure: the TXT record that announces it is read by posture.h, the policy is
 * fetched by net/policy.h, what a sender does then is decided by policy.h.
 */
#ifndef MAIL_STS_H
#define MAIL_STS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"
#include "dns/result.h"
#include "mail/posture.h"
#include "util/names.h"

enum {
	STS_POLICY_MAX = 65536, /* octets of a policy (RFC 8461 3.3) */
	STS_MX_MAX = 512, /* mx lines of it that are kept: the others are left out */
	STS_AGE_MAX = 31557600, /* seconds (RFC 8461 3.2) */
	STS_ADDRESSES_MAX = 8, /* of the policy host that are tried */
};

/* What the policy asks for. */
#define STS_MODES(X) \
	X(STS_ENFORCE, "enforce", "mail goes nowhere that fails the policy") \
	X(STS_TESTING, "testing", "failures are reported, and mail goes all the same") \
	X(STS_MODE_NONE, "none", "the policy is withdrawn")
NAMES_DECLARE(sts_mode, STS_MODES)

struct sts_policy {
	enum sts_mode mode;
	long max_age; /* seconds */
	char **mx; /* as written, in lower case: "mx1.example.net", "*.example.net" */
	size_t mx_count;
};

/*
 * Reads a policy (RFC 8461 3.2). Returns NULL and fills *policy (clear it with
 * sts_policy_clear()), or returns what is wrong with it, a printable sentence without its full
 * stop that the caller frees, and leaves nothing to clear.
 */
char *sts_policy_parse(struct sts_policy *policy, const char *text, size_t n);
void sts_policy_clear(struct sts_policy *policy);

/*
 * True when an mx line of the policy is the name, or a wildcard for it, which stands for exactly one
 * label (RFC 8461 4.1). The name is that of the MX record, not of where it may lead.
 */
bool sts_policy_matches(const struct sts_policy *policy, const struct dns_name *exchange);

/* What became of the policy. The first two are no answer yet. */
#define STS_OUTCOMES(X) \
	X(STS_UNASKED, "unasked", "not asked for") \
	X(STS_PENDING, "pending", "being asked for") \
	X(STS_NONE, "none", "the domain announces no policy") \
	X(STS_VALID, "valid", "there is a policy") \
	X(STS_INVALID, "invalid", "what announces the policy, or the policy, is malformed") \
	X(STS_UNREACHABLE, "unreachable", "a policy is announced, but cannot be had") \
	X(STS_UNFETCHED, "unfetched", "a policy is announced, and was not fetched")
NAMES_DECLARE(sts_outcome, STS_OUTCOMES)

/* What is known of a domain's policy. */
struct sts_facts {
	enum sts_outcome outcome;
	struct sts_policy policy; /* when it is valid */
	int64_t until; /* wall-clock: when that policy expires */
	bool
	    stale; /* it is an older one, kept because no new one could be had: .error says why */
	bool keeps; /* there is an older one that has not expired: .kept, until .kept_until */
	struct sts_policy kept;
	int64_t kept_until;
	char *error; /* why it is invalid or unreachable, one sentence without full stop */
	struct dns_name host; /* the policy host, "mta-sts.example.net" */
	const struct dns_result *a, *aaaa; /* its addresses; NULL = not known yet */
};

void sts_facts_clear(struct sts_facts *sts);

/* Makes *to a copy of what is known, in place of whatever bits are there. */
void sts_facts_copy(struct sts_facts *to, const struct sts_facts *from);

/*
 * Begins with what the TXT record says. True when there is a policy to fetch: the addresses of
 * sts->host are to be asked for, and each answer given to sts_facts_address().
 */
bool sts_facts_begin(struct sts_facts *sts, const struct posture_record *announced,
    const struct dns_name *domain);

/*
 * Stores the answer to the A or AAAA question for the policy host. True when both are here and
 * there are addresses: the policy is to be fetched. With none it is out of reach.
 */
bool sts_facts_address(struct sts_facts *sts, const struct dns_result *result);

/*
 * The addresses of the policy host, those of IPv4 first, at most STS_ADDRESSES_MAX. Returns how
 * many.
 */
size_t sts_facts_addresses(
    const struct sts_facts *sts, struct ip_addr addresses[STS_ADDRESSES_MAX]);

/* Nobody fetches it: probing is off. */
void sts_facts_leave(struct sts_facts *sts);

/* The policy could not be fetched, for this reason (copied). */
void sts_facts_lost(struct sts_facts *sts, const char *reason);

/* The policy host has sent this, at this time of the wall clock. */
void sts_facts_fetched(struct sts_facts *sts, const char *text, size_t n, int64_t now_time);

/*
 * Before anything is asked: keeps the policy that an earlier study of the domain came to, unless it has
 * expired. It applies when no new one can be had (RFC 8461 3.3, 5.1).
 */
void sts_facts_keep(struct sts_facts *sts, const struct sts_facts *before, int64_t now_time);

#endif
