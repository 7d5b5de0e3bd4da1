/*
 * Findings: what is wrong or worth knowing, each with the host it is about, the rule and the
 * cure.
 */
#ifndef MAIL_FINDING_H
#define MAIL_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/facts.h"
#include "mail/plan.h"
#include "mail/special.h"
#include "util/names.h"

#define FINDING_SEVERITIES(X) \
	X(FINDING_ERROR, "error", "mail is lost or refused because of it") \
	X(FINDING_WARNING, "warning", "it works, but not as it should") \
	X(FINDING_INFO, "info", "worth knowing")
NAMES_DECLARE(finding_severity, FINDING_SEVERITIES)

struct finding {
	const char *id; /* "mx-alias": contract.md names them all */
	enum finding_severity severity;
	char *subject; /* host, domain or address */
	char *text; /* one sentence, without its full stop */
	size_t place; /* 0 = the domain as a whole, else 1 + the exchange's in delivery order */
	const char *rule; /* clause, "RFC 2181 10.3"; NULL when none applies */
	const char *fix; /* what to do; NULL when there is nothing to do */
};

struct findings {
	struct finding *items; /* worst first, then in order of the routing */
	size_t count, capacity;
};

/* What the findings need beside the facts. */
struct finding_settings {
	int64_t wall_time; /* seconds since 1970: for certificates */
};

/* Looks at all facts known so far. Clear with findings_clear(). */
void findings_make(struct findings *findings, const struct mail_facts *facts,
    const struct plan *plan, const struct finding_settings *settings);

/* Frees what the findings hold; zeroed ones are fine. */
void findings_clear(struct findings *findings);

/* The first finding with this id, or NULL. */
const struct finding *findings_find(const struct findings *findings, const char *id);

/* What every finding with an id has in common. */
struct finding_kind {
	const char *id; /* "mx-alias" */
	const char *meaning; /* in sentences */
	enum finding_severity severity;
	const struct rule *rule; /* NULL when none applies */
	const char *fix; /* NULL when there is nothing to do */
};

/* Fills *kind for the findings with this id: false when there are none. */
bool finding_kind(const char *id, struct finding_kind *kind);

/* Fills *kind for one kind after the other, counted from 0: false when there are no more. */
bool finding_kind_at(size_t place, struct finding_kind *kind);

/* The number of findings of this severity. */
size_t findings_count(const struct findings *findings, enum finding_severity severity);

#endif
