/*
 * Masks for sharing: names, addresses and local parts in a text are replaced, the same one by the same mask
 * for as long as the key is the same. What a mask stands for cannot be found out without the key,
 * which is drawn for each export and never written down.
 *
 * A masked name keeps its number of labels and its relation to other names (below the same domain,
 * below the same mask) and ends in ".masked". A masked address stays an address of its
 * family: private ones stay private, all others lie in 240.0.0.0/4 or 3fff::/20.
 */
#ifndef MAIL_REDACT_H
#define MAIL_REDACT_H

#include <stddef.h>

#include "dns/record.h"
#include "util/buf.h"
#include "util/hash.h"
#include "util/ip.h"

struct mail_facts;

enum {
	REDACT_SECRETS_MAX = 512
};

/* What stands for a text that is replaced as a whole. */
#define REDACT_MASK "(masked)"

/* A way of masking. Begin with the key alone set. */
struct redactor {
	struct hash_key key;
	char *secrets
	    [REDACT_SECRETS_MAX]; /* words of strangers, replaced wherever they stand whole */
	size_t secret_count;
};

/*
 * Learns the free text that these facts hold - greetings, replies, the names in certificates - in place of
 * what was learned before.
 */
void redactor_learn(struct redactor *redactor, const struct mail_facts *facts);
/* Adds one more text (copied) to what is replaced as a whole; NULL and very short ones are passed over. */
void redactor_add(struct redactor *redactor, const char *secret);
void redactor_clear(struct redactor *redactor);

/* Appends the text with everything masked; it is UTF-8 and printable. */
void redact_text(const struct redactor *redactor, struct buf *out, const char *text);

/*
 * Returns why a name was refused (mail_subject_parse()) without the part of it that the sentence repeats; the
 * caller frees it. For the refused name itself, which may be anything, there is REDACT_MASK.
 */
char *redact_refusal(const char *fault);

/* Replaces a name, an address, and all that a record holds, by their masks. */
void redact_name(const struct redactor *redactor, struct dns_name *name);
void redact_address(const struct redactor *redactor, struct ip_addr *ip);
void redact_record(const struct redactor *redactor, struct dns_record *record);

/* Returns the masked text, which the caller frees. Without a redactor (NULL) it is a mere copy. */
char *redact_copy(const struct redactor *redactor, const char *text);

#endif
