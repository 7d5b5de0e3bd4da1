/*
 * The mail-routing rules as data: an id, the clause, and the rule in one sentence. Attempts,
 * verdicts and findings point here, so that a new RFC number is one edit.
 */
#ifndef MAIL_RULE_H
#define MAIL_RULE_H

#include <stddef.h>

/* Every rule; the order is that of rule_all(). */
enum rule_id {
	/* Locating the host. */
	RULE_FULL_NAME,
	RULE_DOTLESS,
	RULE_IDN,
	RULE_MX_FIRST,
	RULE_DOMAIN_ALIAS,
	RULE_ALIAS_LOOP,
	RULE_NO_SUCH_DOMAIN,
	RULE_DNS_TEMPORARY,
	RULE_DNS_BOGUS,
	RULE_IMPLICIT_MX,
	RULE_MX_ONLY,
	RULE_MX_NONE_USABLE,
	RULE_MX_HOST,
	RULE_MX_NO_ALIAS,
	RULE_MX_LITERAL,
	RULE_ADDRESS_LITERAL,

	/* Order. */
	RULE_PREFERENCE,
	RULE_DRAW,
	RULE_ADDRESS_ORDER,
	RULE_NEXT_ADDRESS,
	RULE_ONE_BY_ONE,
	RULE_ADDRESS_LIMIT,
	RULE_FAMILY,
	RULE_DUPLICATE,

	/* Special shapes. */
	RULE_NULL_MX,
	RULE_NULL_MX_ALONE,
	RULE_NULL_MX_CODE,
	RULE_NULL_MX_SENDER,
	RULE_LOCALHOST,
	RULE_SELF,
	RULE_LOOP,
	RULE_SPECIAL_ADDRESS,

	/* Talking to the server. */
	RULE_ACCEPTED,
	RULE_TRANSIENT,
	RULE_PERMANENT,
	RULE_GREETING_REFUSAL,
	RULE_RETRY,
	RULE_LOST_CONNECTION,
	RULE_PATIENCE,
	RULE_SMTP_SYNTAX,
	RULE_STARTTLS_OPTIONAL,
	RULE_STARTTLS_REFUSED,
	RULE_STARTTLS_FAILED,
	RULE_STARTTLS_AGAIN,
	RULE_OPPORTUNISTIC,
	RULE_CERTIFICATE_DATES,
	RULE_CERTIFICATE_NAME,
	RULE_SIZE,
	RULE_SMTPUTF8,
	RULE_EHLO_NAME,
	RULE_SUBMISSION,
	RULE_GREYLISTING,

	/* DANE. */
	RULE_DANE_PREFERENCE,
	RULE_DANE_REQUIRED,
	RULE_DANE_UNUSABLE,
	RULE_DANE_NONE,
	RULE_DANE_ERROR,
	RULE_DANE_USAGE,
	RULE_DANE_INSECURE_MX,
	RULE_DANE_ADDRESS_FIRST,
	RULE_DANE_BASE,
	RULE_DANE_NAMES,
	RULE_DANE_ROLLOVER,
	RULE_DANE_SENDERS,

	/* MTA-STS and TLSRPT. */
	RULE_STS_POLICY,
	RULE_STS_MATCH,
	RULE_STS_CERTIFICATE,
	RULE_STS_ENFORCE,
	RULE_STS_BELOW_DANE,
	RULE_STS_NEXT_HOP,
	RULE_TLSRPT,

	/* DNS. */
	RULE_TTL,
	RULE_NEGATIVE_TTL,
	RULE_SERVERS_AGREE,
	RULE_LAME,
	RULE_FORWARD_REVERSE,
	RULE_BLOCK_LIST,
	RULE_SPF_MX_LIMIT,
	rule_count
};

struct rule {
	const char *id; /* "mx-first" */
	const char *clause; /* "RFC 5321 5.1", or "practice" where no RFC speaks */
	const char *sentence;
};

/* Returns the rule. */
const struct rule *rule_of(enum rule_id id);

/* Returns the rule with this id, for what a user typed; NULL when there is none. */
const struct rule *rule_find(const char *id);

/* All rules, for help and completion. */
const struct rule *rule_all(size_t *count);

#endif
