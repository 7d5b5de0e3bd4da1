/*
 * What a domain says about its mail in TXT records: SPF (RFC 7208), DMARC (RFC 7489), SMTP TLS
 * reporting (RFC 8460) and MTA-STS (RFC 8461). Read far enough to say present, absent, malformed
 * or multiple, and what was announced; nothing is evaluated, no further name is asked.
 */
#ifndef MAIL_POSTURE_H
#define MAIL_POSTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "dns/result.h"
#include "util/buf.h"
#include "util/names.h"

/* What the TXT records at a name amount to. */
#define POSTURE_OUTCOMES(X) \
	X(POSTURE_UNASKED, "unasked", "not asked for") \
	X(POSTURE_PENDING, "pending", "being asked for") \
	X(POSTURE_PRESENT, "present", "one record, and it reads as it should") \
	X(POSTURE_ABSENT, "absent", "there is no such record") \
	X(POSTURE_MALFORMED, "malformed", "the record does not read as it should") \
	X(POSTURE_MULTIPLE, "multiple", "more than one record: receivers use none of them") \
	X(POSTURE_ERROR, "error", "the DNS did not answer")
NAMES_DECLARE(posture_outcome, POSTURE_OUTCOMES)

/* The four policies, in the order in which they are shown. */
#define POSTURE_KINDS(X) \
	X(POSTURE_SPF, "spf", "who sends for the domain") \
	X(POSTURE_DMARC, "dmarc", "what receivers do with mail that is not from it") \
	X(POSTURE_STS, "sts", "that a policy on TLS is published") \
	X(POSTURE_TLSRPT, "tlsrpt", "where failures of TLS are reported")
NAMES_DECLARE(posture_kind, POSTURE_KINDS)

enum {
	POSTURE_URIS_MAX = 8, /* reporting addresses that are kept */
	POSTURE_PARENTS_MAX = 4, /* names above the domain that are asked for DMARC */
};

/* One policy. Text is printable. Cleared by posture_clear(). */
struct posture_record {
	enum posture_outcome outcome;
	const struct dns_result *result; /* the answer it was read from; NULL before */
	char *text; /* the record as published; of several, the first; NULL = none */
	/*
	 * What is wrong with it, one sentence without its full stop, or NULL; of a DMARC record that is
	 * present, why it counts as p=none.
	 */
	char *error;
	char all; /* SPF: the qualifier of "all": '-' '~' '?' '+', 0 without one */
	bool redirect; /* SPF: the answer for all others stands at another name */
	char *policy; /* DMARC: p=, lower case; NULL without one */
	char *id; /* MTA-STS: id= */
	char *uris[POSTURE_URIS_MAX]; /* DMARC and TLSRPT: rua= */
	size_t uri_count;
};

/*
 * Reads the answer to the TXT question for this policy into *record, in place of what was there;
 * takes its own reference to the result.
 */
void posture_read(
    struct posture_record *record, enum posture_kind kind, const struct dns_result *result);

/* Frees what the record holds; it is POSTURE_UNASKED then. */
void posture_clear(struct posture_record *record);

/* What a policy is called: "MTA-STS". */
const char *posture_title(enum posture_kind kind);

/* Appends what the record announces in a word - "-all", "reject" -, or what is wrong with it. */
void posture_word(const struct posture_record *record, enum posture_kind kind, struct buf *out);

/*
 * The name at which the policy of a domain stands: "_dmarc.example.net". False when that would be
 * too long.
 */
bool posture_name(struct dns_name *name, enum posture_kind kind, const struct dns_name *domain);

#endif
