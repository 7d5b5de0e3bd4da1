/*
 * `--report`: the same model and engines without the interface. Names are studied side by side, each is
 * printed as it finishes, and then forgotten.
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "app/inquiry.h"
#include "app/loop.h"
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
	size_t jobs; /* names at once */
	FILE *out;
	FILE *progress; /* a terminal for the progress line, or NULL */
};

/* Runs the report on this loop. Returns the exit status of contract.md section 1. */
int report_run(struct loop *loop, const struct report_names *names,
    const struct report_settings *settings);

/* What one name's entry is made of. */
struct report_subject {
	const char *name; /* as typed; printable */
	const struct inquiry *inquiry; /* NULL: not begun, or fault */
	const char *fault; /* not a name that can be looked up */
	bool finished;
	int64_t now_us, now_time;
	uint16_t port;
};

/* Appends the entry as text, at most 72 columns wide, and one blank line. */
void report_text(struct buf *out, const struct report_subject *subject);

/* Appends the entry as one line of JSON (contract.md section 2). */
void report_json(struct buf *out, const struct report_subject *subject);

#endif
