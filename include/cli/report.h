/*
 * `--report`: the same model and engines without the interface. Names are studied side by side, each is
 * printed as it finishes, and then forgotten.
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "app/loop.h"
#include "app/report_json.h"
#include "cli/options.h"
#include "util/buf.h"

/* One name to report on. */
struct report_name {
	char *text; /* as given */
	char *
	    fault; /* why it cannot be looked up: a line of a list that is no name; NULL = it can */
};

struct report_names {
	struct report_name *items;
	size_t count, capacity;
};

/*
 * Gathers the names of the command line; a word that begins with '@' is a file of names, one a
 * line ("@-" is standard input). A word that is no name, or a file that cannot be read, gives
 * a sentence that the caller frees; a bad line inside a file becomes a name with a fault. NULL
 * on success. Clear with report_names_clear() in any case.
 */
char *report_names_gather(struct report_names *names, char *const *words, int count);

/* Adds one name, copied; it must be one that can be looked up. */
void report_names_add(struct report_names *names, const char *text);
void report_names_clear(struct report_names *names);

struct report_settings {
	enum report_format format;
	bool redact; /* mask names, addresses and what servers said */
	struct hash_key mask_key; /* drawn anew for each export */
	size_t jobs; /* names at once */
	FILE *out;
	FILE *progress; /* a terminal for the progress line, or NULL */
};

/* Runs the report on this loop. Returns the exit status of contract.md section 1. */
int report_run(struct loop *loop, const struct report_names *names,
    const struct report_settings *settings);

/* Appends the entry as text, at most 72 columns wide, and one blank line. */
void report_text(struct buf *out, const struct report_subject *subject);

/* Appends the entry as Markdown, for a ticket or a mail: headed, with a table of the attempts. */
void report_markdown(struct buf *out, const struct report_subject *subject);

/*
 * Appends the entry as one line as monitoring plugins write it: "MX OK - sentence | performance
 * data" (Monitoring Plugins Development Guidelines, section 2).
 */
void report_brief(struct buf *out, const struct report_subject *subject);

/* Appends the entry in the format. */
void report_entry(
    struct buf *out, enum report_format format, const struct report_subject *subject);

#endif
