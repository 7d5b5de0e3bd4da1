/*
 * Words for hosts and what became of them, from which the verdict's sentence is put together.
 * All names are printable; nothing that a server said is quoted but its codes.
 */
#ifndef MAIL_PHRASE_H
#define MAIL_PHRASE_H

#include "mail/facts.h"
#include "mail/plan.h"
#include "util/buf.h"

enum {
	PHRASE_HOSTS_MAX = 3, /* that a list names: the others are counted */
};

/* Appends "mx1.example.net [192.0.2.10]", or the name alone where the row has no address. */
void phrase_host(struct buf *out, const struct mail_facts *facts, const struct plan_row *row);

/* Appends " (pretended)" behind what is, NULL being what is not. */
void phrase_pretended(struct buf *out, const char *pretended);

/* Appends what a failed attempt met, told as past: "refused the connection". */
void phrase_failed(struct buf *out, const struct smtp_facts *probe);

/*
 * Appends what stands against every host of the plan, in order, at most PHRASE_HOSTS_MAX of
 * them: "mx1.example.net refuses connections, mx2.example.net does not exist, and 4 more".
 */
void phrase_failures(struct buf *out, const struct mail_facts *facts, const struct plan *plan);

/*
 * Appends how safely mail gets to a server that accepts it: "encrypted with a trusted
 * certificate".
 */
void phrase_encryption(
    struct buf *out, const struct mail_facts *facts, const struct mail_target *target);

#endif
