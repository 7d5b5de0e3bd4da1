/*
 * Inside the room: what explain.c looks up. Each table is searched by its own function.
 */
#ifndef MAIL_EXPLAIN_TABLES_H
#define MAIL_EXPLAIN_TABLES_H

#include <stddef.h>

#include "mail/rule.h"

/* A word or code and what it means. */
struct explain_entry {
	const char *key, *text;
	const char *clause; /* NULL = none */
};

/* A reply code, "450"; NULL for none of RFC 5321 and its extensions. */
const struct explain_entry *explain_reply_code(const char *code);

/* The class of an enhanced code, by its first digit; NULL for none of 2, 4, 5. */
const struct explain_entry *explain_class(char digit);

/* Subject and detail of an enhanced code, "4.1"; NULL when it is not registered. */
const struct explain_entry *explain_detail(const char *subject_and_detail);

/* A word of the field, or a finding's id; case does not count. NULL for none. */
const struct explain_entry *explain_word(const char *word);
const struct explain_entry *explain_finding(const char *id);

/* What a mail server writes into log or bounce: a part of the line, and what it tells. */
struct explain_phrase {
	const char *program; /* "Postfix"; NULL = any */
	const char *part;
	const char *text;
	enum rule_id rule;
};

/* The phrase in this line that says most; NULL for none. */
const struct explain_phrase *explain_line(const char *line);

#endif
