/*
 * The names that an earlier output holds already (--resume), as a set of hashes: eight octets a name, so
 * that a million of them fit into a few megabytes.
 */
#ifndef CLI_HELD_H
#define CLI_HELD_H

#include <stdbool.h>
#include <stddef.h>

#include "util/hash.h"

struct held;

/*
 * Reads the JSON report at this path. Whole lines count; what a run that was killed left of its last
 * one is cut off when `out` is a descriptor of the same file, so that what is appended begins on a line of
 * its own. Names marked as not finished do not count. NULL and a sentence (caller frees) in *error when
 * it cannot be read or is no such report; a file that is not there yet holds nothing.
 */
struct held *held_read(const char *path, int out, const struct hash_key *key, char **error);
void held_free(struct held *held);

/* True when the output holds this name, as typed. False without a set (NULL). */
bool held_has(const struct held *held, const char *name);

#endif
