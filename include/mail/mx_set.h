/*
 * From the answer to the MX question to the set of exchanges (RFC 5321 5.1, RFC 7505).
 * The five shapes are told apart: explicit, implicit, Null MX, none, and an error that settles
 * nothing.
 */
#ifndef MAIL_MX_SET_H
#define MAIL_MX_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/result.h"
#include "mail/address.h"
#include "util/names.h"

#define MX_KINDS(X) \
	X(MX_EXPLICIT, "explicit", "the domain has MX records") \
	X(MX_IMPLICIT, "implicit", "no MX: the domain's own addresses take its mail (5.1)") \
	X(MX_NULL, "null", "a Null MX says that the domain takes no mail") \
	X(MX_NONE, "none", "the domain does not exist, or has neither MX nor address") \
	X(MX_ERROR, "error", "the DNS gave no answer, so nothing is decided")
NAMES_DECLARE(mx_kind, MX_KINDS)

/* What the exchange field holds. */
enum exchange_form {
	EXCHANGE_HOST, /* a host name, as it should be */
	EXCHANGE_ROOT, /* "." */
	EXCHANGE_LITERAL, /* an address as a name: "192.0.2.1." (5.1 wants a host name) */
	EXCHANGE_LOCALHOST, /* localhost or below it (RFC 6761 6.3) */
	EXCHANGE_INVALID, /* not a host name */
};

enum {
	MX_EXCHANGES_MAX = 512
};

struct mx_exchange {
	uint16_t preference;
	struct dns_name name; /* length 0 for an address literal of the subject */
	char *text; /* the name as text, or "[192.0.2.1]" */
	enum exchange_form form;
	size_t answer_index; /* place in the answer, 0 first */
	bool
	    duplicate; /* the same name has a lower preference, or stands earlier at the same */
};

struct mx_set {
	enum mx_kind kind;
	struct mx_exchange *exchanges; /* in answer order; empty for null, NXDOMAIN and error */
	size_t count;
	bool null_mixed; /* "." stood beside other exchanges */
	bool null_preference; /* a lone "." with a preference other than 0 */
	bool truncated; /* more than MX_EXCHANGES_MAX records: the rest was left out */
	uint32_t ttl;
};

/*
 * Builds the set from the settled MX question. NODATA gives implicit (one exchange: the domain
 * itself, or the end of its alias chain, preference 0); whether it has addresses is seen
 * later. An address literal has no question: pass result NULL for one exchange, which counts
 * as implicit. Clear with mx_set_clear().
 */
void mx_set_build(
    struct mx_set *set, const struct mail_subject *subject, const struct dns_result *result);

/* Reads the address that an EXCHANGE_LITERAL spells: false for any other. */
bool mx_exchange_address(const struct mx_exchange *exchange, struct ip_addr *ip);

/*
 * The exchange whose questions and addresses stand for this one's: for a duplicate the one of its
 * name that counts, wherever that stood in the answer; else itself.
 */
size_t mx_set_source(const struct mx_set *set, size_t exchange);

void mx_set_clear(struct mx_set *set);

#endif
