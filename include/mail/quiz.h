/*
 * Questions to ask of a domain's delivery before the answer is shown. Question, choices and
 * answer are worked out from facts, plan and verdict; a question that makes no sense for this
 * domain is not asked.
 */
#ifndef MAIL_QUIZ_H
#define MAIL_QUIZ_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/facts.h"
#include "mail/plan.h"
#include "mail/verdict.h"
#include "util/names.h"

#define QUIZ_KINDS(X) \
	X(QUIZ_FIRST, "first", "which address is tried first") \
	X(QUIZ_OUTCOME, "outcome", "what becomes of a message now") \
	X(QUIZ_TAKER, "taker", "which exchange takes the message") \
	X(QUIZ_NEXT, "next", "where the sender goes when the first address does not answer") \
	X(QUIZ_BACKUP, "backup", "who takes the mail when the primary is down") \
	X(QUIZ_NEVER, "never", "which exchange never gets mail") \
	X(QUIZ_STATUS, "status", "which status code the sender reports") \
	X(QUIZ_SHARE, "share", "how much of the mail the first exchange of the answer takes") \
	X(QUIZ_TTL, "ttl", "when a changed MX record is seen by everybody") \
	X(QUIZ_CLOCK, "clock", "when a message arrives after an outage") \
	X(QUIZ_SENDERS, "senders", "which sender ends otherwise than RFC 5321 says")
NAMES_DECLARE(quiz_kind, QUIZ_KINDS)

enum {
	QUIZ_CHOICES_MAX = 6
};

struct quiz {
	enum quiz_kind kind;
	char *question; /* one or two sentences */
	char *choices[QUIZ_CHOICES_MAX]; /* at least two */
	size_t count;
	size_t right; /* index of the right one */
	char *reason; /* one sentence, shown behind the answer */
};

/* What is asked about; all answers have come. */
struct quiz_world {
	const struct mail_facts *facts;
	const struct plan *plan; /* of settings */
	const struct verdict *verdict;
	const struct plan_settings *settings;
};

/* Makes a question; false, and an empty quiz, where it makes no sense. Clear with quiz_clear(). */
bool quiz_make(struct quiz *quiz, enum quiz_kind kind, const struct quiz_world *world);

/* Frees what the quiz holds; a zeroed one is fine. */
void quiz_clear(struct quiz *quiz);

#endif
