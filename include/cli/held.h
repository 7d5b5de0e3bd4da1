/*
 * What an earlier JSON report holds: for --resume the names that need not be asked again, for --expect
 * the line of each. Only a hash and a place are kept of a name, so that a million of them fit into
 * a few megabytes.
 */
#ifndef CLI_HELD_H
#define CLI_HELD_H

#include <stdbool.h>
#include <stddef.h>

#include "util/hash.h"

struct held;

/*
 * Reads the JSON report at this path. Whole lines count; names marked as not finished do not. NULL and a
 * sentence (caller frees) in *error when it cannot be read or is no such report.
 */
struct held *held_read(const char *path, const struct hash_key *key, char **error);
void held_free(struct held *held);

/*
 * Cuts off what a run that was killed left of its last line, when `out` is a descriptor of the same
 * file: what is appended then begins on a line of its own.
 */
void held_cut_tail(const struct held *held, int out);

/* True when the report holds this name, as typed. False without one (NULL). */
bool held_has(const struct held *held, const char *name);

/* Returns the name's last line, which the caller frees, NULL when there is none; its length in *n. */
char *held_line(const struct held *held, const char *name, size_t *n);

#endif
