/*
 * Inside database.c and database_bounds.c: the open file, and how they ask it.
 */
#ifndef HISTORY_DATABASE_PARTS_H
#define HISTORY_DATABASE_PARTS_H

#include <sqlite3.h>

#include "history/database.h"

struct database {
	char *path;
	sqlite3 *sqlite;
	sqlite3_stmt *insert, *renew, *before;
	struct history_bounds bounds;
};

/* The sentence for a result code of SQLite. */
char *database_sqlite_trouble(const struct database *database, int code);

/* Runs one or more statements without results. */
char *database_run(struct database *database, const char *sql);

/* Reads the one number that a query gives. */
char *database_number(struct database *database, const char *sql, sqlite3_int64 *number);

#endif
