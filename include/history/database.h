/*
 * Inside the room: the history file as SQLite keeps it. Every function that can fail returns
 * NULL, or one sentence that the caller frees; after a sentence the database is good for
 * database_free() only. To be used by one thread at a time.
 */
#ifndef HISTORY_DATABASE_H
#define HISTORY_DATABASE_H

#include <stdbool.h>
#include <stddef.h>

#include "history/store.h"

struct database;

/*
 * A database that is not open yet. Free it with database_free() (NULL is fine), which closes it
 * and undoes a transaction under way.
 */
struct database *database_new(const char *path);
void database_free(struct database *database);

/* Opens the file, making it (0600) and its directories (0700) where they are missing. */
char *database_open(struct database *database);

/*
 * Reads the newest entry of each name, newest first, at most HISTORY_LOAD_MAX. The caller frees
 * the entries, also those read before a failure.
 */
char *database_load(struct database *database, struct history_entry **entries, size_t *count);

/* Saves an entry, or brings the newest one up to date (see history_save()); call it between _begin() and _commit(). */
char *database_save(struct database *database, const struct history_entry *entry);

/* Reads the snapshots of a name, newest first, at most HISTORY_RECALL_MAX, with their facts. */
char *database_recall(
    struct database *database, const char *name, struct history_entry **entries, size_t *count);

/* Writes the note about a name, or its pin; call it between _begin() and _commit(). */
char *database_note(struct database *database, const char *name, const char *note);
char *database_pin(struct database *database, const char *name, bool pinned);

/* What is kept from now on (store.h); nothing is thinned out by this alone. */
void database_bound(struct database *database, const struct history_bounds *bounds);

/* Thins out the snapshots of a name, or with NULL of all names; call it between _begin() and _commit(). */
char *database_thin(struct database *database, const char *name);

/* Takes the oldest snapshots away until the file's contents have their size; likewise. */
char *database_shrink(struct database *database);

/* Gives the system back what is empty in the file, when that is most of it. What hinders it, hinders nothing. */
void database_compact(struct database *database);

char *database_begin(struct database *database);
char *database_commit(struct database *database);

/* The sentence for an errno that hinders the keeping of this file. */
char *database_system_trouble(const char *path, int error);

#endif
