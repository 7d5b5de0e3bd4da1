/*
 * Commands that nobody types: those of the config file, the names of the command line, those of
 * --script, of files that `source` names, and of a pipe, in this order. Each line is posted to the loop as if it had
 * been typed; `wait` and `source` hold the next ones back until they are carried out.
 */
#ifndef CLI_AUTORUN_H
#define CLI_AUTORUN_H

#include <stdbool.h>
#include <stddef.h>

#include "app/loop.h"
#include "cli/options.h"

struct autorun;

struct autorun_settings {
	const char *config; /* file, or NULL; a missing one is no error when optional */
	bool config_optional;
	const struct options
	    *options; /* what they settle, the config file cannot; NULL = nothing */
	const char *script; /* file, or NULL */
	const char *const *names; /* looked up between the two; the first is selected */
	int name_count;
	bool fed; /* lines of autorun_feed() come last */
	/* Called after each command was posted, for who wants to see what it did; or NULL. */
	void (*posted)(void *context);
	void *context;
};

/* Reads the files; the settings must live as long. NULL and a sentence (caller frees) on failure. */
struct autorun *autorun_new(
    struct loop *loop, const struct autorun_settings *settings, char **error);
void autorun_free(struct autorun *autorun);

/* Posts what can be posted now. */
void autorun_go_on(struct autorun *autorun);

/* Takes bytes of lines that come over a pipe; n is 0 at its end. */
void autorun_feed(struct autorun *autorun, const char *bytes, size_t n);

/* True while no more of them is to be read: enough waits, or none is taken any more. */
bool autorun_full(const struct autorun *autorun);

/* `wait` was carried out: nothing more until nothing is in flight. */
void autorun_wait(struct autorun *autorun);

/* `source FILE` was carried out: its commands come next. NULL, or a sentence (caller frees). */
char *autorun_source(struct autorun *autorun, const char *file);

/* The model changed: goes on when what was waited for is there. */
void autorun_changed(struct autorun *autorun, const struct model *model);

/* True while commands are left, or held back. */
bool autorun_busy(const struct autorun *autorun);

#endif
