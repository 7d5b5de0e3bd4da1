/*
 * A story of a delivery as the runner tells it: the facts so far, and what is made of them.
 */
#ifndef TESTS_PLAN_STORY_H
#define TESTS_PLAN_STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/record.h"
#include "mail/facts.h"
#include "mail/finding.h"
#include "mail/gate.h"
#include "mail/imagine.h"
#include "mail/plan.h"
#include "mail/verdict.h"

enum {
	STORY_NOW = 1800000000, /* the wall-clock time in every story */
	STORY_WORDS_MAX = 64,
};

/*
 * One statement of a story file: its words, its text behind the first word, its indented
 * lines.
 */
struct statement {
	const char *file;
	unsigned line;
	char *words[STORY_WORDS_MAX];
	size_t count;
	const char *rest; /* behind the first word */
	const char *block; /* the indented lines below, "" when there are none */
};

/* The attempts of a plan, to see that they keep their order. */
struct drawn_attempt {
	size_t exchange, target;
};

struct drawn {
	struct drawn_attempt *attempts;
	size_t count;
};

struct story {
	bool open; /* a story has begun */
	char *title;
	const struct statement *now; /* the statement that is carried out */
	unsigned checks, failures;
	struct dns_records zone;
	enum dns_security security; /* of the answers to come */
	struct mail_facts facts; /* as seen */
	struct what_if what_if;
	struct mail_facts spare; /* of hosts in the edited MX set */
	struct mail_facts
	    imagined; /* with what is pretended: plan and verdict are made of it */
	struct plan_settings plan_settings;
	uint16_t port; /* that was probed */
	struct finding_settings finding_settings;
	struct verdict_settings verdict_settings;
	struct plan plan;
	struct findings findings;
	struct verdict verdict;
	struct drawn drawn[sender_count]; /* by each sender, after the last statement */
};

/* Reports that something is not as told; counts a failure. */
void story_fail(struct story *story, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Counts a check, and fails unless it holds that `had` is what was `wanted`. */
void story_expect(struct story *story, const char *what, const char *had, const char *wanted);

/* Counts a check, and fails unless text holds the part. */
void story_expect_part(
    struct story *story, const char *what, const char *text, const char *part);

/* Makes plan, findings and verdict anew, and checks what must hold for every one of them. */
void story_review(struct story *story);

/* world.c: what the DNS and the servers say. */
void world_zone(struct story *story);
void world_answer(struct story *story);
void world_fail(struct story *story);
void world_probe(struct story *story);
/* Lets the zone answer all that is open in these facts. */
void world_answer_all(struct story *story, struct mail_facts *facts);

/* policies.c: what TLS policies say. */
void world_dnssec(struct story *story);
void world_dane(struct story *story);
void world_sts(struct story *story);
/* The question about TLSA records that is to be asked next about the exchange; false = none. */
bool world_wants_tlsa(
    const struct mail_facts *facts, size_t exchange, struct dns_question *question);

/* senders.c: what must hold for every sender. */
void senders_review(struct story *story);
void senders_forget(struct story *story);

/* shares.c: many deliveries. */
void check_simulate(struct story *story);
void check_share(struct story *story);

/* pretend.c: what is pretended, and that pretending nothing changes nothing. */
void pretend_what_if(struct story *story);
void pretend_mx(struct story *story);
void pretend_refused(struct story *story);
void pretend_imagine(struct story *story);
void pretend_forget(struct story *story);
void check_zone_text(struct story *story);
void check_pretends(struct story *story);

/* quizzes.c: what is asked. */
void check_quiz(struct story *story);

/* clocks.c: one message over days. */
void check_clock(struct story *story);
void check_course(struct story *story);

/* walks.c: the walkthrough. */
void walks_review(struct story *story);
void check_walks(struct story *story);
void check_walks_not(struct story *story);

/* coverage.c: what the stories are about. Notes what a check rests on. */
void coverage_note(const struct story *story);
void coverage_rule(const struct rule *rule);
/* Says which rules and which cells of the profile table no story met. Returns how many. */
unsigned coverage_tell(void);
void check_explains(struct story *story);

/* checks.c: what must have come out. */
void check_rows(struct story *story);
void check_because(struct story *story);
void check_row_rule(struct story *story);
void check_order(struct story *story);
void check_kind(struct story *story);
void check_verdict(struct story *story);
void check_says(struct story *story);
void check_by(struct story *story);
void check_at(struct story *story);
void check_findings(struct story *story);
void check_finding(struct story *story);
void check_invariants(struct story *story);

#endif
