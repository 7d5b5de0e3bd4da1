/*
 * The history file, by SQLite alone: everything that touches it is here and in database_bounds.c.
 *
 * Decides what counts as our file (its application id and format version are in the header),
 * that a foreign, damaged or newer file is never written to, and what each error is called. A
 * file of history is read with the same distrust as the network. How much of it is kept is
 * database_bounds.c's; when it is read and written, and by whom, is left to store.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "history/database_parts.h"
#include "history/diff.h"

enum {
	APPLICATION_ID = 0x6d787363, /* "mxsc" */
	FORMAT = 2, /* of the tables; a later one is not ours to write */
	PATIENCE_MS = 3000, /* while another session writes */
	CACHE_KIB = 256,
	VALUE_MAX = 2 * SNAPSHOT_LINE_MAX, /* octets of one value, and of one row */
};

/* What leads from each format to the next, 0 being an empty file; the numbers are those above. */
static const char *const migrations[FORMAT] = {
	"CREATE TABLE inquiry ("
	" id INTEGER PRIMARY KEY,"
	" name TEXT NOT NULL,"
	" time INTEGER NOT NULL,"
	" verdict TEXT NOT NULL,"
	" status TEXT NOT NULL,"
	" sentence TEXT NOT NULL);"
	"CREATE INDEX inquiry_newest ON inquiry (name, time);"
	"PRAGMA application_id = 0x6d787363;"
	"PRAGMA user_version = 1;",
	/* 2: `time` is when it was found so for the first time, `last` for the last time */
	"ALTER TABLE inquiry ADD COLUMN last INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE inquiry ADD COLUMN facts TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE inquiry ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;"
	"UPDATE inquiry SET last = time;"
	"CREATE TABLE mark ("
	" name TEXT PRIMARY KEY,"
	" note TEXT NOT NULL DEFAULT '',"
	" pinned INTEGER NOT NULL DEFAULT 0);"
	"PRAGMA user_version = 2;",
};

/* The columns of an entry, as read_entry() takes them; the facts are left to whoever asks for them. */
#define COLUMNS \
	"this.name, this.last, this.verdict, this.status, this.sentence, this.time," \
	" this.changed, mark.note, mark.pinned, "

/* The newest entry of each name; of two of the same second the one saved last. */
static const char newest[] =
    "SELECT " COLUMNS "NULL FROM inquiry AS this LEFT JOIN mark ON mark.name = this.name"
    " WHERE NOT EXISTS (SELECT 1 FROM inquiry AS later"
    "  WHERE later.name = this.name AND (later.time, later.id) > (this.time, this.id))"
    " ORDER BY last DESC, id DESC LIMIT ?";

static const char snapshots[] =
    "SELECT " COLUMNS "this.facts FROM inquiry AS this LEFT JOIN mark ON mark.name = this.name"
    " WHERE this.name = ?2 ORDER BY this.time DESC, this.id DESC LIMIT ?1";

static const char insertion[] =
    "INSERT INTO inquiry (name, time, verdict, status, sentence, last, facts, changed)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?2, ?6, ?7)";

static const char renewal[] =
    "UPDATE inquiry SET last = ?2, status = ?4, sentence = ?5, facts = ?6 WHERE id = ?7";

static const char before[] = "SELECT id, facts FROM inquiry WHERE name = ?1"
			     " ORDER BY time DESC, id DESC LIMIT 1";

/* --- sentences ------------------------------------------------------------------ */

/* What an error of SQLite means to the user; others are told in SQLite's words. */
static const struct {
	int code;
	const char *meaning;
} meanings[] = {
	{ SQLITE_NOTADB, "is no history file, or is damaged" },
	{ SQLITE_CORRUPT, "is damaged" },
	{ SQLITE_FULL, "cannot grow: the disk is full" },
	{ SQLITE_READONLY, "cannot be written" },
	{ SQLITE_PERM, "cannot be written" },
	{ SQLITE_CANTOPEN, "cannot be opened" },
	{ SQLITE_BUSY, "is held by another program" },
	{ SQLITE_LOCKED, "is held by another program" },
	{ SQLITE_IOERR, "cannot be read or written: the disk reports an error" },
	{ SQLITE_ERROR, "is damaged: it lacks what a history file holds" },
};

/* Returns the sentence "The history file PATH ..., so nothing is kept in this session." */
static char *
trouble(const char *path, const char *what)
{
	struct buf sentence = BUF_INIT;

	buf_adds(&sentence, "The history file ");
	text_printable(&sentence, path, strlen(path));
	buf_addf(&sentence, " %s, so nothing is kept in this session.", what);
	return buf_take(&sentence);
}

char *
database_sqlite_trouble(const struct database *database, int code)
{
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
		if (meanings[i].code == (code & 0xff))
			return trouble(database->path, meanings[i].meaning);
	}
	return trouble(database->path, sqlite3_errstr(code));
}

char *
database_system_trouble(const char *path, int error)
{
	struct buf what = BUF_INIT;
	char *sentence;

	buf_addf(&what, "cannot be written (%s)", strerror(error));
	sentence = trouble(path, what.data);
	buf_clear(&what);
	return sentence;
}

/* --- the file ------------------------------------------------------------------- */

/* Makes the directories above the file, each 0700, where they are missing. */
static int
make_directories(const char *path)
{
	char *copy = mem_strdup(path);
	int error = 0;

	for (char *slash = strchr(copy + 1, '/'); slash && !error;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST)
			error = errno;
		*slash = '/';
	}
	free(copy);
	return error;
}

/* Makes an empty file, 0600, where there is none, and sees that it can be written. */
static char *
prepare_file(struct database *database)
{
	int error = *database->path ? make_directories(database->path) : ENOENT, file;

	if (error)
		return database_system_trouble(database->path, error);
	file = open(database->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0)
		return database_system_trouble(database->path, errno);
	close(file);
	return NULL;
}

char *
database_run(struct database *database, const char *sql)
{
	int code = sqlite3_exec(database->sqlite, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? NULL : database_sqlite_trouble(database, code);
}

char *
database_number(struct database *database, const char *sql, sqlite3_int64 *number)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(database->sqlite, sql, -1, &statement, NULL);

	if (code == SQLITE_OK) {
		code = sqlite3_step(statement);
		*number = sqlite3_column_int64(statement, 0);
	}
	sqlite3_finalize(statement);
	return code == SQLITE_ROW ? NULL : database_sqlite_trouble(database, code);
}

/* Opens the file with little memory, and waits for other sessions. */
static char *
open_file(struct database *database)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	int code = sqlite3_open_v2(database->path, &database->sqlite, flags, NULL);

	if (code != SQLITE_OK)
		return database_sqlite_trouble(database, code);
	sqlite3_db_config(database->sqlite, SQLITE_DBCONFIG_LOOKASIDE, NULL, 0, 0);
	sqlite3_db_config(database->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(database->sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_limit(database->sqlite, SQLITE_LIMIT_LENGTH, VALUE_MAX);
	sqlite3_busy_timeout(database->sqlite, PATIENCE_MS);
	return NULL;
}

/*
 * Tells the file's format, 0 being empty, or that it is not to be touched. Call it within a
 * transaction.
 */
static char *
identify(struct database *database, sqlite3_int64 *format)
{
	sqlite3_int64 objects = 0, application = 0;
	char *sentence =
	    database_number(database, "SELECT count(*) FROM sqlite_schema", &objects);

	if (!sentence)
		sentence = database_number(database, "PRAGMA application_id", &application);
	if (!sentence)
		sentence = database_number(database, "PRAGMA user_version", format);
	if (sentence)
		return sentence;
	if (objects == 0 && application == 0 && *format == 0)
		return NULL;
	if (application != APPLICATION_ID || *format < 1)
		return trouble(database->path, "belongs to another program");
	if (*format > FORMAT)
		return trouble(database->path, "was written by a newer version of mxscope");
	return NULL;
}

/* Brings the file to our format; another session may do so at the same moment. */
static char *
migrate(struct database *database)
{
	sqlite3_int64 format = 0;
	char *sentence = database_run(database, "BEGIN IMMEDIATE");

	if (!sentence)
		sentence = identify(database, &format);
	for (; !sentence && format < FORMAT; format++)
		sentence = database_run(database, migrations[format]);
	return sentence ? sentence : database_run(database, "COMMIT");
}

/* Identifies the file at one moment: another session may be making its tables. */
static char *
look(struct database *database, sqlite3_int64 *format)
{
	char *sentence = database_run(database, "BEGIN");

	if (!sentence)
		sentence = identify(database, format);
	return sentence ? sentence : database_run(database, "COMMIT");
}

/*
 * Asks for readers and one writer side by side (WAL). While another session is at work on the file
 * the change is refused at once: then it goes on as it is, which is slower and no worse.
 */
static void
prefer_wal(struct database *database)
{
	sqlite3_exec(database->sqlite, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
}

/* Sets what holds for this session: a small cache, and no waiting for the disk at each save. */
static char *
configure(struct database *database)
{
	struct buf sql = BUF_INIT;
	char *sentence;

	buf_addf(&sql, "PRAGMA cache_size = -%d; PRAGMA synchronous = NORMAL", CACHE_KIB);
	sentence = database_run(database, sql.data);
	buf_clear(&sql);
	return sentence;
}

/* Prepares one of the statements that are used again and again. */
static char *
prepare(struct database *database, const char *sql, sqlite3_stmt **statement)
{
	int code = sqlite3_prepare_v3(
	    database->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);

	return code == SQLITE_OK ? NULL : database_sqlite_trouble(database, code);
}

/* Prepares what saving needs. */
static char *
prepare_all(struct database *database)
{
	char *sentence = prepare(database, insertion, &database->insert);

	if (!sentence)
		sentence = prepare(database, renewal, &database->renew);
	return sentence ? sentence : prepare(database, before, &database->before);
}

char *
database_open(struct database *database)
{
	sqlite3_int64 format = 0;
	char *sentence = prepare_file(database);

	if (!sentence)
		sentence = open_file(database);
	if (!sentence)
		sentence = look(database, &format);
	if (sentence)
		return sentence;
	prefer_wal(database);
	sentence = configure(database);
	if (!sentence && format < FORMAT)
		sentence = migrate(database);
	return sentence ? sentence : prepare_all(database);
}

struct database *
database_new(const char *path)
{
	struct database *database = mem_alloc(sizeof *database);

	database->path = mem_strdup(path);
	database_bound(database, &(struct history_bounds){ 0 });
	return database;
}

void
database_free(struct database *database)
{
	if (!database)
		return;
	sqlite3_finalize(database->insert);
	sqlite3_finalize(database->renew);
	sqlite3_finalize(database->before);
	sqlite3_close(database->sqlite);
	free(database->path);
	free(database);
}

/* --- rows ----------------------------------------------------------------------- */

/* Returns a text column made printable, "" for NULL. */
static char *
column_text(sqlite3_stmt *row, int column)
{
	const unsigned char *text = sqlite3_column_text(row, column);

	return text_printable_copy(
	    text ? (const void *)text : "", (size_t)sqlite3_column_bytes(row, column));
}

/* Reads an entry from a row: false when its verdict is none that we know. */
static bool
read_entry(sqlite3_stmt *row, struct history_entry *entry)
{
	char *verdict = column_text(row, 2);
	bool known;

	*entry = (struct history_entry){ 0 };
	known = verdict_kind_parse(verdict, &entry->kind);

	free(verdict);
	if (!known)
		return false;
	entry->name = column_text(row, 0);
	entry->time = sqlite3_column_int64(row, 1);
	entry->status = column_text(row, 3);
	entry->sentence = column_text(row, 4);
	entry->since = sqlite3_column_int64(row, 5);
	entry->changed = sqlite3_column_int(row, 6) != 0;
	if (sqlite3_column_bytes(row, 7) > 0)
		entry->note = column_text(row, 7);
	entry->pinned = sqlite3_column_int(row, 8) != 0;
	if (sqlite3_column_bytes(row, 9) > 0)
		entry->facts = mem_strdup((const char *)sqlite3_column_text(row, 9));
	return true;
}

/* Reads all rows of the statement, whose parameters are bound. */
static int
read_entries(sqlite3_stmt *rows, struct history_entry **entries, size_t *count)
{
	size_t capacity = 0;
	int code;

	while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
		*entries = mem_grow(*entries, *count, &capacity, sizeof **entries);
		if (read_entry(rows, &(*entries)[*count]))
			++*count;
	}
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* Runs a query for entries: at most so many, and of this name when the query wants one. */
static char *
load(struct database *database, const char *sql, int limit, const char *name,
    struct history_entry **entries, size_t *count)
{
	sqlite3_stmt *rows;
	int code = sqlite3_prepare_v2(database->sqlite, sql, -1, &rows, NULL);

	*entries = NULL;
	*count = 0;
	if (code == SQLITE_OK)
		code = sqlite3_bind_int(rows, 1, limit);
	if (code == SQLITE_OK && name)
		code = sqlite3_bind_text(rows, 2, name, -1, SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = read_entries(rows, entries, count);
	sqlite3_finalize(rows);
	sqlite3_db_release_memory(database->sqlite);
	return code == SQLITE_OK ? NULL : database_sqlite_trouble(database, code);
}

char *
database_load(struct database *database, struct history_entry **entries, size_t *count)
{
	return load(database, newest, HISTORY_LOAD_MAX, NULL, entries, count);
}

char *
database_recall(
    struct database *database, const char *name, struct history_entry **entries, size_t *count)
{
	return load(database, snapshots, HISTORY_RECALL_MAX, name, entries, count);
}

/* Compares an entry with the facts of the one before: whether anything of meaning changed. */
static bool
has_changed(const char *facts, size_t n, const struct history_entry *entry)
{
	struct snapshot then, now;
	struct diff diff = { 0 };
	bool changed = true;

	if (!snapshot_read(&then, facts, n))
		return true;
	if (snapshot_read(&now, entry->facts, strlen(entry->facts))) {
		diff_make(&diff, &then, &now);
		changed = diff.meanings > 0;
		snapshot_clear(&now);
	}
	diff_clear(&diff);
	snapshot_clear(&then);
	return changed;
}

/* What is known of the snapshot before. */
struct earlier {
	sqlite3_int64 id; /* 0 = none whose facts are known */
	bool changed; /* since then */
};

/* Looks at the newest snapshot of the entry's name. */
static struct earlier
look_back(struct database *database, const struct history_entry *entry)
{
	sqlite3_stmt *row = database->before;
	struct earlier earlier = { 0 };

	sqlite3_bind_text(row, 1, entry->name, -1, SQLITE_STATIC);
	if (entry->facts && sqlite3_step(row) == SQLITE_ROW &&
	    sqlite3_column_bytes(row, 1) > 0) {
		earlier.id = sqlite3_column_int64(row, 0);
		earlier.changed = has_changed((const char *)sqlite3_column_text(row, 1),
		    (size_t)sqlite3_column_bytes(row, 1), entry);
	}
	sqlite3_reset(row);
	sqlite3_clear_bindings(row);
	return earlier;
}

/* Runs one of the prepared statements with what the entry holds; its last parameter is a number. */
static char *
store(struct database *database, sqlite3_stmt *statement, const struct history_entry *entry,
    sqlite3_int64 number)
{
	const char *const texts[] = { entry->name, NULL, verdict_kind_name(entry->kind),
		entry->status, entry->sentence, entry->facts };
	int code = SQLITE_OK, reset;

	for (int i = 0; i < 6 && code == SQLITE_OK; i++) {
		if (i != 1)
			code = sqlite3_bind_text(
			    statement, i + 1, texts[i] ? texts[i] : "", -1, SQLITE_STATIC);
	}
	sqlite3_bind_int64(statement, 2, entry->time);
	sqlite3_bind_int64(statement, 7, number);
	if (code == SQLITE_OK)
		sqlite3_step(statement);
	reset = sqlite3_reset(statement);
	code = code == SQLITE_OK ? reset : code;
	sqlite3_clear_bindings(statement);
	return code == SQLITE_OK ? NULL : database_sqlite_trouble(database, code);
}

char *
database_save(struct database *database, const struct history_entry *entry)
{
	struct earlier earlier = look_back(database, entry);
	char *sentence;

	if (earlier.id != 0 && !earlier.changed)
		return store(database, database->renew, entry, earlier.id);
	sentence = store(database, database->insert, entry, earlier.id != 0);
	return sentence ? sentence : database_thin(database, entry->name);
}

/* Runs a statement about a name with one value more: a text, or a truth where there is none. */
static char *
store_mark(
    struct database *database, const char *sql, const char *name, const char *text, bool truth)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(database->sqlite, sql, -1, &statement, NULL);

	if (code == SQLITE_OK) {
		sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
		if (text)
			sqlite3_bind_text(statement, 2, text, -1, SQLITE_STATIC);
		else
			sqlite3_bind_int(statement, 2, truth);
		code = sqlite3_step(statement);
	}
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? NULL : database_sqlite_trouble(database, code);
}

char *
database_note(struct database *database, const char *name, const char *note)
{
	return store_mark(database,
	    "INSERT INTO mark (name, note) VALUES (?, ?)"
	    " ON CONFLICT (name) DO UPDATE SET note = excluded.note",
	    name, note, false);
}

char *
database_pin(struct database *database, const char *name, bool pinned)
{
	return store_mark(database,
	    "INSERT INTO mark (name, pinned) VALUES (?, ?)"
	    " ON CONFLICT (name) DO UPDATE SET pinned = excluded.pinned",
	    name, NULL, pinned);
}

char *
database_begin(struct database *database)
{
	return database_run(database, "BEGIN IMMEDIATE");
}

char *
database_commit(struct database *database)
{
	return database_run(database, "COMMIT");
}
