/*
 * The facts of a probe as text, a word and a value each: "outcome accepting". What is not there
 * reads "none".
 */
#ifndef TESTS_DIALOGUE_FACTS_TEXT_H
#define TESTS_DIALOGUE_FACTS_TEXT_H

#include <stdbool.h>

#include "util/buf.h"

#include "smtp/facts.h"

/* Puts the value of the fact with this name into out; false when there is no such fact. */
bool facts_text(struct buf *out, const struct smtp_facts *facts, const char *word);

/* Puts all facts into out, one a line. */
void facts_text_all(struct buf *out, const struct smtp_facts *facts);

#endif
