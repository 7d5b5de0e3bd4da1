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
#include "cli/held.h"
#include "cli/names.h"
#include "cli/options.h"
#include "util/buf.h"

struct report_settings {
	enum report_format format;
	bool redact; /* mask names, addresses and what servers said */
	struct hash_key mask_key; /* drawn anew for each export */
	size_t jobs; /* names at once */
	const struct held *held; /* names not to be asked again; NULL = none */
	const struct held *expected; /* what each is compared with; NULL = nothing */
	FILE *out;
	FILE *progress; /* a terminal for the progress line, or NULL */
};

/* Runs the report on this loop. Returns the exit status of contract.md section 1. */
int report_run(struct loop *loop, struct names *names, const struct report_settings *settings);

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
