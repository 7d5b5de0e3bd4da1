/*
 * How much of the history is kept.
 *
 * Decides which snapshots go: those of a domain that are neither among its newest nor the last one of
 * their month, and, when the file has its size, the oldest of all - those that something newer is known
 * after before those that are all there is of a domain. What somebody pinned or wrote a note about stays
 * whole. Pages that become empty are used again; the file shrinks only when most of it is empty.
 */
#include <stdlib.h>

#include "history/database_parts.h"

enum {
	ROOM_PERCENT = 10, /* of its size that is made free when there is too much */
	MIB = 1 << 20
};

/* True for a row of `inquiry AS this` whose domain keeps all. */
#define IS_MARKED \
	"EXISTS (SELECT 1 FROM mark WHERE mark.name = this.name AND (pinned OR note <> ''))"

/* True for a row of which something newer is known. */
#define IS_FOLLOWED \
	"EXISTS (SELECT 1 FROM inquiry AS later WHERE later.name = this.name" \
	" AND (later.time, later.id) > (this.time, this.id))"

/* With max(), SQLite takes the other columns of the row that has it. */
static const char thinning[] =
    "DELETE FROM inquiry AS this WHERE name = ?1 AND NOT " IS_MARKED
    " AND id NOT IN (SELECT id FROM inquiry WHERE name = ?1"
    "  ORDER BY time DESC, id DESC LIMIT ?2)"
    " AND id NOT IN (SELECT id FROM (SELECT id, max(time) FROM inquiry WHERE name = ?1"
    "  GROUP BY strftime('%Y-%m', time, 'unixepoch')))";

static const char crowded[] = "SELECT name FROM inquiry GROUP BY name HAVING count(*) > ?";

static const char oldest[] =
    "DELETE FROM inquiry WHERE id IN (SELECT id FROM inquiry AS this"
    " WHERE NOT " IS_MARKED " ORDER BY " IS_FOLLOWED " DESC, last, id LIMIT ?)";

void
database_bound(struct database *database, const struct history_bounds *bounds)
{
	database->bounds.keep = bounds->keep != 0 ? bounds->keep : HISTORY_KEEP;
	database->bounds.mib = bounds->mib != 0 ? bounds->mib : HISTORY_MIB;
}

/* Thins out the snapshots of one name. */
static char *
thin_name(struct database *database, const char *name)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(database->sqlite, thinning, -1, &statement, NULL);

	if (code == SQLITE_OK) {
		sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 2, database->bounds.keep);
		code = sqlite3_step(statement);
	}
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? NULL : database_sqlite_trouble(database, code);
}

/* Thins out all names that have more snapshots than are kept as they are. */
static char *
thin_all(struct database *database)
{
	sqlite3_stmt *names;
	char *sentence = NULL;
	int code = sqlite3_prepare_v2(database->sqlite, crowded, -1, &names, NULL);

	if (code == SQLITE_OK) {
		sqlite3_bind_int64(names, 1, database->bounds.keep);
		while (!sentence && (code = sqlite3_step(names)) == SQLITE_ROW)
			sentence =
			    thin_name(database, (const char *)sqlite3_column_text(names, 0));
	}
	sqlite3_finalize(names);
	if (sentence || code == SQLITE_DONE)
		return sentence;
	return database_sqlite_trouble(database, code);
}

char *
database_thin(struct database *database, const char *name)
{
	return name ? thin_name(database, name) : thin_all(database);
}

/* The pages of a file: all, empty ones, and the octets of one. */
struct pages {
	sqlite3_int64 all, empty, size;
};

/* Counts the pages. */
static char *
count_pages(struct database *database, struct pages *pages)
{
	char *sentence = database_number(database, "PRAGMA page_count", &pages->all);

	if (!sentence)
		sentence = database_number(database, "PRAGMA freelist_count", &pages->empty);
	return sentence ? sentence
			: database_number(database, "PRAGMA page_size", &pages->size);
}

/* The octets that are in use. */
static sqlite3_int64
used(const struct pages *pages)
{
	return (pages->all - pages->empty) * pages->size;
}

/* How many snapshots hold so many octets, by what one holds on average; at least one. */
static char *
count_for(struct database *database, sqlite3_int64 octets, const struct pages *pages,
    sqlite3_int64 *count)
{
	char *sentence = database_number(database, "SELECT count(*) FROM inquiry", count);

	*count = (sqlite3_int64)((double)*count * (double)octets / (double)used(pages));
	if (*count < 1)
		*count = 1;
	return sentence;
}

/* Takes so many of the oldest snapshots away; *gone tells how many there were. */
static char *
drop_oldest(struct database *database, sqlite3_int64 count, int *gone)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(database->sqlite, oldest, -1, &statement, NULL);

	if (code == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, count);
		code = sqlite3_step(statement);
	}
	sqlite3_finalize(statement);
	*gone = sqlite3_changes(database->sqlite);
	return code == SQLITE_DONE ? NULL : database_sqlite_trouble(database, code);
}

char *
database_shrink(struct database *database)
{
	sqlite3_int64 most = (sqlite3_int64)database->bounds.mib * MIB;
	struct pages pages;
	char *sentence = count_pages(database, &pages);
	sqlite3_int64 count;
	int gone = 1;

	if (sentence || used(&pages) <= most)
		return sentence;
	most -= most / 100 * ROOM_PERCENT;
	while (!sentence && gone > 0 && used(&pages) > most) {
		sentence = count_for(database, used(&pages) - most, &pages, &count);
		if (!sentence)
			sentence = drop_oldest(database, count, &gone);
		if (!sentence)
			sentence = count_pages(database, &pages);
	}
	return sentence;
}

void
database_compact(struct database *database)
{
	struct pages pages;
	char *sentence = count_pages(database, &pages);

	if (!sentence && pages.empty > pages.all / 2 && pages.all * pages.size > MIB)
		sentence = database_run(database, "VACUUM");
	free(sentence);
}
