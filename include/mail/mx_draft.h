/*
 * A hypothetical MX set: a copy of the domain's records that is edited before anything is
 * published, looked at as if it were real, and printed as zone text to paste.
 */
#ifndef MAIL_MX_DRAFT_H
#define MAIL_MX_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"
#include "dns/result.h"
#include "mail/facts.h"
#include "util/buf.h"

enum {
	MX_DRAFT_MAX = 128, /* records */
	MX_DRAFT_TTL = 3600, /* seconds, where the domain has no MX records to take it from */
};

struct mx_draft_record {
	uint16_t preference;
	struct dns_name host;
};

/* Copied by assignment; zeroed, it is no draft: the records are the real ones. */
struct mx_draft {
	bool edited;
	uint32_t ttl;
	struct mx_draft_record records[MX_DRAFT_MAX]; /* in the order of the answer */
	size_t count;
};

/*
 * Each begins with the real records when nothing was edited before, and returns NULL, or a
 * sentence that says why nothing was changed, which the caller frees. A set is never emptied.
 */
char *mx_draft_add(struct mx_draft *draft, const struct mail_facts *facts,
    const char *preference, const char *host);
char *mx_draft_remove(struct mx_draft *draft, const struct mail_facts *facts, const char *host);
char *mx_draft_prefer(struct mx_draft *draft, const struct mail_facts *facts, const char *host,
    const char *preference);

/*
 * The answer that the draft, which is edited, would give to the MX question once published where the
 * domain's MX records are, behind the domain's alias where it is one; to be released by the
 * caller.
 */
struct dns_result *mx_draft_answer(
    const struct mx_draft *draft, const struct mail_facts *facts);

/*
 * Appends the records as zone text, one a line, the lowest preference first: those of the
 * draft, or the real ones while nothing was edited. Their owner is the end of the domain's alias
 * where it is one: no MX record may stand beside a CNAME. False, and nothing, when there is none.
 */
bool mx_draft_zone(
    struct buf *out, const struct mx_draft *draft, const struct mail_facts *facts);

/*
 * Appends what the draft, which is edited, changes: "MX 5 mx9.example.net added". While the real records
 * are being asked for anew, only that there is one.
 */
void mx_draft_changes(
    struct buf *out, const struct mx_draft *draft, const struct mail_facts *facts);

#endif
