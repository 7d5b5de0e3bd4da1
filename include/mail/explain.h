/*
 * Explanations, offline: of a finding, a rule, a reply code, an enhanced status code, a word of
 * the field, a line from the log of a mail server or from a bounce; and the reasons why a host
 * or address stands where it stands in the plan. Codes and lines are tied to the domain under
 * study: the rule, and the exchange that the line speaks of.
 */
#ifndef MAIL_EXPLAIN_H
#define MAIL_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/facts.h"
#include "mail/finding.h"
#include "mail/plan.h"
#include "mail/rule.h"
#include "mail/verdict.h"

enum {
	EXPLAIN_QUERY_MAX = 2000 /* octets of a query that are looked at */
};

struct explain_item {
	char *title; /* "450", "rule next-address", "mx1.example.net [192.0.2.10]" */
	char *text; /* sentences */
	const char *clause; /* "RFC 3463 3.5"; NULL = none */
};

struct explanation {
	struct explain_item *items;
	size_t count, capacity;
	bool found; /* false: the one item says what can be asked */
};

/* The domain under study; any member may be NULL. */
struct explain_world {
	const struct mail_facts *facts;
	const struct plan *plan;
	const struct findings *findings;
	const struct verdict *verdict;
};

/* Explains what the user asked about. Clear with explanation_clear(). */
void explain_query(
    struct explanation *explanation, const char *query, const struct explain_world *world);

/* Explains a row of the plan: its place, what the server did, the findings about its exchange. */
void explain_row(struct explanation *explanation, const struct plan_row *row,
    const struct explain_world *world);

/* Explains the verdict: its code, its rule, the findings about the domain. */
void explain_verdict(struct explanation *explanation, const struct explain_world *world);

/*
 * The reasons for all rows that a host, an address or "pref:10" names; not found when no row
 * does.
 */
void explain_why(
    struct explanation *explanation, const char *target, const struct explain_world *world);

/* Frees what the explanation holds; a zeroed one is fine. */
void explanation_clear(struct explanation *explanation);

#endif
