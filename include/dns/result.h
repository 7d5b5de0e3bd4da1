/*
 * A question and what became of it. Results are immutable and shared: the cache, the
 * resolver's callers and the model each hold a reference.
 */
#ifndef DNS_RESULT_H
#define DNS_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/ede.h"
#include "dns/name.h"
#include "dns/record.h"
#include "util/ip.h"
#include "util/names.h"

struct dns_links;

struct dns_question {
	uint16_t type;
	struct dns_name name;
};

/* Copies a question, its name as dns_name_copy() does. */
static inline void
dns_question_copy(struct dns_question *to, const struct dns_question *from)
{
	to->type = from->type;
	dns_name_copy(&to->name, &from->name);
}

/* How a question ended. The first three are answers; the others leave it open. */
#define DNS_OUTCOMES(X) \
	X(DNS_ANSWER, "answer", "the name has records of this type") \
	X(DNS_NODATA, "nodata", "the name exists, but not with this type") \
	X(DNS_NXDOMAIN, "nxdomain", "the name does not exist") \
	X(DNS_SERVFAIL, "servfail", "the name server failed (SERVFAIL)") \
	X(DNS_REFUSED, "refused", "the name server refused to answer (REFUSED)") \
	X(DNS_FORMERR, "formerr", "the name server did not understand the question (FORMERR)") \
	X(DNS_NOTIMP, "notimp", "the name server does not do this (NOTIMP)") \
	X(DNS_RCODE, "rcode", "the name server answered with another error code") \
	X(DNS_TIMEOUT, "timeout", "no name server answered in time") \
	X(DNS_UNREACHABLE, "unreachable", "no name server could be reached") \
	X(DNS_MALFORMED, "malformed", "the answer was not a valid DNS message") \
	X(DNS_ALIAS_LOOP, "alias-loop", "the CNAME chain loops or is too long") \
	X(DNS_BOGUS, "bogus", "DNSSEC validation failed")
NAMES_DECLARE(dns_outcome, DNS_OUTCOMES)

/* What our own validation says. Where there is none, every answer is `unchecked`. */
#define DNS_SECURITIES(X) \
	X(DNS_UNCHECKED, "unchecked", "not validated") \
	X(DNS_SECURE, "secure", "signed, and the chain of trust holds") \
	X(DNS_INSECURE, "insecure", "proved to be unsigned") \
	X(DNS_INDETERMINATE, "indeterminate", "the chain could not be followed") \
	X(DNS_SECURITY_BOGUS, "bogus", "signed, but the signatures do not hold")
NAMES_DECLARE(dns_security, DNS_SECURITIES)

struct dns_result {
	enum dns_outcome outcome;
	unsigned rcode; /* 12 bits, of the last reply; 0 when there was none */
	struct dns_name *alias; /* CNAME targets in order, the last one owns the answer */
	size_t alias_count;
	struct dns_records answer; /* only records of the asked type, in the order received */
	/*
	 * What came with the answer, for whoever validates it: the records of all sections that can
	 * prove something, unchanged. Only lookups with DNSSEC keep it; it is empty in what is
	 * handed out.
	 */
	struct dns_records evidence;
	bool checkable; /* every reply was asked for with DO and CD, so evidence could come */
	uint32_t ttl; /* smallest of the chain; negative: RFC 2308 5; 0 = not to be kept */
	enum dns_security dnssec;
	char
	    *dnssec_why; /* one sentence: why it is not secure; NULL when it is, or unchecked */
	bool provisional; /* being validated: the same result, judged, follows */
	bool explained; /* it is to be told with .links */
	struct dns_links
	    *links; /* dns/links.h: its chain of trust; NULL unless it was explained */
	struct endpoint
	    server; /* who gave the last reply; family 0 when nobody did. Refusal: below */
	int64_t received_us; /* monotonic moment of the answer: TTLs count from here */
	int64_t elapsed_us; /* from asking to the end, of the original question */
	bool from_cache; /* this copy was handed out by the cache */
	bool over_tcp;
	const char *pretended; /* what somebody pretends ("servfail"); NULL = as received */
	unsigned tries; /* messages sent */
	unsigned strays; /* replies that did not match and were passed over */
	/* The reply as it came, octet for octet, when a lookup was to keep it; else NULL. */
	uint8_t *reply;
	size_t reply_length;
	struct dns_ede *ede; /* what the reply that decided says beside its rcode (RFC 8914) */
	size_t ede_count; /* at most DNS_EDE_MAX */
	char *error; /* one sentence about what went wrong last, or NULL */

	unsigned references; /* see dns_result_hold() */
	struct dns_question question; /* last: of its name few octets are used */
};

/* Returns a new zeroed result with one reference, for whoever fills it. */
struct dns_result *dns_result_new(const struct dns_question *question);

/*
 * Returns a new copy of a result with one reference, which its owner may still change; without
 * .links.
 */
struct dns_result *dns_result_copy(const struct dns_result *result);

/* Takes one more reference to a result and returns it. NULL stays NULL. */
const struct dns_result *dns_result_hold(const struct dns_result *result);

/* Gives one reference back; the last one frees it. NULL is fine. */
void dns_result_release(const struct dns_result *result);

/* True for answers that settle the question for this moment: answer, NODATA, NXDOMAIN. */
bool dns_result_is_final(const struct dns_result *result);

/*
 * True when the host of the one server that was asked refused the connection to its port (ICMP port
 * unreachable, RST): .server is set then, as it is not where nothing was heard. Only for replies that
 * are kept whole.
 */
bool dns_result_is_refused(const struct dns_result *result);

/* Why nothing was settled: the result's own sentence, or what its outcome means. */
const char *dns_result_reason(const struct dns_result *result);

/* Seconds until the result expires, at now_us; 0 when it has. */
uint32_t dns_result_ttl_left(const struct dns_result *result, int64_t now_us);

/* The name that owns the answer: the last alias target, or the name asked for. */
const struct dns_name *dns_result_owner(const struct dns_result *result);

#endif
