/*
 * The table behind `set [OPTION [VALUE]]`: command, completion, help, manual page and the configuration
 * file read it.
 */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

#include "app/model.h"

struct setting_row {
	const char *name; /* "port" */
	const char *expects; /* "a port, 1 to 65535" */
	const char *help; /* what it changes */
	const char *standard; /* the default; NULL = another at every start */
	const char *const *words; /* NULL-ended: the only values there are; NULL = others */
	/* Takes a value: false when it is not what is expected, and then nothing is changed. */
	bool (*set)(struct settings *settings, const char *value);
	/* Appends the value that it has, as `set` takes it. */
	void (*tell)(const struct settings *settings, struct buf *out);
};

/* All rows, in the order of the help. */
const struct setting_row *settings_table(size_t *count);

/* The row of this name, or NULL. */
const struct setting_row *settings_find(const char *name);

/* True when `set` would take the value. */
bool settings_take(const struct setting_row *row, const char *value);

/* The sentence for a name that is none, and for a value that the row does not take; the caller frees it. */
char *settings_unknown(const char *name);
char *settings_refused(const struct setting_row *row, const char *value);

/* Reads "on" or "off": false for anything else. */
bool settings_parse_switch(const char *text, bool *value);

/*
 * Reads the sender that probes name in MAIL: "user@example.net", or "<>" or nothing for the null
 * sender, which is stored as NULL; the old string is freed.
 */
bool settings_parse_sender(const char *text, char **mail_from);

/* What a seed is expected to be, as sentences say it. */
#define SETTINGS_SEED "a whole number, 0 to 18446744073709551615"

/* Reads the seed of the draw: a whole number of 64 bits, nothing around it. */
bool settings_parse_seed(const char *text, uint64_t *seed);

#endif
