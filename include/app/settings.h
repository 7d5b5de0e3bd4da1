/*
 * The table behind `set OPTION VALUE`: command, completion and help read it.
 */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/model.h"

struct setting_row {
	const char *name; /* "port" */
	const char *expects; /* "a port, 1 to 65535" */
	const char *help; /* what it changes */
	bool (*set)(
	    struct settings *settings, const char *value); /* false: not what is expected */
};

/* All rows, in the order of the help. */
const struct setting_row *settings_table(size_t *count);

/*
 * Reads the sender that probes name in MAIL: "user@example.net", or "<>" or nothing for the null
 * sender, which is stored as NULL; the old string is freed.
 */
bool settings_parse_sender(const char *text, char **mail_from);

/* Reads the seed of the draw: a whole number of 64 bits, nothing around it. */
bool settings_parse_seed(const char *text, uint64_t *seed);

#endif
