/*
 * The history file: what is saved comes back, newest of each name first, and whatever is wrong
 * with the file is told in one sentence. News is waited for on the descriptor alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"
#include "history/snapshot.h"
#include "history/store.h"

enum {
	PATIENCE_MS = 20000, /* before a test is called stuck */
	SKIPPED = 77,
};

/* The folder of a test, emptied and removed behind it. */
static char folder[64];

/* Makes the folder. */
static int
make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/mxscope-history-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

/* Removes the folder. */
static int
remove_folder(void **state)
{
	struct buf command = BUF_INIT;
	int status;

	(void)state;
	buf_addf(&command, "rm -rf %s", folder);
	status = system(command.data);
	buf_clear(&command);
	return status;
}

/* Returns the path of a file in the folder, valid until the next call. */
static const char *
in_folder(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

/* Waits for the next piece of news. */
static struct history_news
next(struct history_store *store)
{
	struct pollfd ready = { .fd = history_descriptor(store), .events = POLLIN };
	struct history_news news;

	assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
	news = history_next(store);
	assert_int_not_equal(news.kind, HISTORY_NOTHING);
	return news;
}

/* Frees news. */
static void
clear(struct history_news *news)
{
	for (size_t i = 0; i < news->count; i++)
		history_entry_clear(&news->entries[i]);
	free(news->entries);
	free(news->sentence);
}

/* Waits for the entries that come first. */
static struct history_news
entries(struct history_store *store)
{
	struct history_news news = next(store);

	if (news.kind == HISTORY_TROUBLE)
		fail_msg("%s", news.sentence);
	assert_int_equal(news.kind, HISTORY_ENTRIES);
	return news;
}

/* Waits for a save to be done. */
static void
expect_saved(struct history_store *store)
{
	struct history_news news = next(store);

	assert_int_equal(news.kind, HISTORY_SAVED);
	clear(&news);
}

/* Saves an entry. */
static void
save(struct history_store *store, const char *name, int64_t time, const char *sentence)
{
	char own_name[32], own_sentence[64], status[] = "2.0.0";
	const struct history_entry entry = {
		.name = strcpy(own_name, name),
		.time = time,
		.kind = VERDICT_DELIVER,
		.status = status,
		.sentence = strcpy(own_sentence, sentence),
	};

	history_save(store, &entry);
}

/* Opens a store that must fail, and checks the sentence. */
static void
expect_trouble(const char *path, const char *part)
{
	struct history_store *store = history_open(path);
	struct history_news news = next(store);

	assert_int_equal(news.kind, HISTORY_TROUBLE);
	if (!strstr(news.sentence, part))
		fail_msg("\"%s\" does not say \"%s\"", news.sentence, part);
	assert_non_null(strstr(news.sentence, "nothing is kept in this session"));
	assert_true(text_is_printable(news.sentence, strlen(news.sentence)));
	clear(&news);
	save(store, "example.net", 1, "in vain");
	history_close(store);
}

/* Runs SQL on a file, beside the store. */
static void
tamper(const char *path, const char *sql)
{
	sqlite3 *sqlite;

	assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
	if (sqlite3_exec(sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(sqlite));
	assert_int_equal(sqlite3_close(sqlite), SQLITE_OK);
}

/* Writes a file of these bytes. */
static void
write_file(const char *path, const void *bytes, size_t n)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

/* The permission bits of a file. */
static unsigned
mode_of(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_mode & 0777;
}

static void
a_new_file_is_empty_and_private(void **state)
{
	mode_t mask = umask(0);
	struct history_store *store = history_open(in_folder("a/b/history.db"));
	struct history_news news = entries(store);

	(void)state;
	assert_int_equal(news.count, 0);
	assert_int_equal(history_next(store).kind, HISTORY_NOTHING);
	assert_int_equal(mode_of(in_folder("a")), 0700);
	assert_int_equal(mode_of(in_folder("a/b")), 0700);
	assert_int_equal(mode_of(in_folder("a/b/history.db")), 0600);
	clear(&news);
	history_close(store);
	umask(mask);
}

static void
what_is_saved_comes_back_newest_first(void **state)
{
	static const struct {
		const char *name;
		int64_t time;
		const char *sentence;
	} wanted[] = {
		{ "b.example", 40, "b again" },
		{ "c.example", 30, "c, saved last" },
		{ "a.example", 20, "a" },
		{ "bücher.example", 10, "b\xc3\xbc" },
	};
	struct history_store *store = history_open(in_folder("history.db"));
	struct history_news news = entries(store);

	(void)state;
	clear(&news);
	save(store, "bücher.example", 10, "b\xc3\xbc");
	save(store, "b.example", 40, "b again");
	save(store, "b.example", 15, "b, late");
	save(store, "a.example", 20, "a");
	save(store, "c.example", 30, "c");
	save(store, "c.example", 30, "c, saved last");
	for (int i = 0; i < 6; i++)
		expect_saved(store);
	assert_int_equal(history_next(store).kind, HISTORY_NOTHING);
	history_close(store);

	store = history_open(in_folder("history.db"));
	news = entries(store);
	assert_int_equal(news.count, 4);
	for (size_t i = 0; i < news.count; i++) {
		assert_string_equal(news.entries[i].name, wanted[i].name);
		assert_int_equal(news.entries[i].time, wanted[i].time);
		assert_string_equal(news.entries[i].sentence, wanted[i].sentence);
		assert_string_equal(news.entries[i].status, "2.0.0");
		assert_int_equal(news.entries[i].kind, VERDICT_DELIVER);
	}
	clear(&news);
	history_close(store);
}

static void
every_verdict_survives(void **state)
{
	struct history_store *store = history_open(in_folder("history.db"));
	struct history_news news;
	char name[16], nothing[] = "";

	(void)state;
	for (unsigned i = 0; i < verdict_kind_count; i++) {
		snprintf(name, sizeof name, "%u.example", i);
		history_save(store,
		    &(struct history_entry){ .name = name,
			.time = i,
			.kind = (enum verdict_kind)i,
			.status = nothing });
	}
	history_close(store);
	store = history_open(in_folder("history.db"));
	news = entries(store);
	assert_int_equal(news.count, verdict_kind_count);
	for (size_t i = 0; i < news.count; i++)
		assert_int_equal(news.entries[i].kind, news.entries[i].time);
	assert_string_equal(news.entries[0].sentence, "");
	clear(&news);
	history_close(store);
}

static void
closing_saves_what_is_queued(void **state)
{
	enum {
		MANY = 2000
	};
	struct history_store *store = history_open(in_folder("history.db"));
	struct history_news news;
	char name[32];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof name, "%d.example", i);
		save(store, name, i, "queued");
	}
	history_close(store);
	store = history_open(in_folder("history.db"));
	news = entries(store);
	assert_int_equal(news.count, MANY);
	assert_string_equal(news.entries[0].name, "1999.example");
	clear(&news);
	history_close(store);
}

static void
two_sessions_share_a_file(void **state)
{
	struct history_store *one = history_open(in_folder("history.db"));
	struct history_store *other = history_open(in_folder("history.db"));
	struct history_news news;

	(void)state;
	news = entries(one);
	clear(&news);
	news = entries(other);
	clear(&news);
	for (int i = 0; i < 50; i++) {
		char name[32];

		snprintf(name, sizeof name, "%d.example", i);
		save(i % 2 ? one : other, name, i, "shared");
	}
	for (int i = 0; i < 25; i++) {
		expect_saved(one);
		expect_saved(other);
	}
	history_close(one);
	history_close(other);
	one = history_open(in_folder("history.db"));
	news = entries(one);
	assert_int_equal(news.count, 50);
	clear(&news);
	history_close(one);
}

static void
hostile_rows_are_harmless(void **state)
{
	struct history_store *store = history_open(in_folder("history.db"));
	struct history_news news;

	(void)state;
	history_close(store);
	tamper(in_folder("history.db"),
	    "INSERT INTO inquiry (name, time, verdict, status, sentence) VALUES"
	    " ('esc' || char(27) || '[2J', 2, 'deliver', x'ff00ff', 'bidi ' || char(8238)),"
	    " ('unknown', 1, 'perhaps', '', ''),"
	    " ('odd', 'no number', 'bounce', 5, 1.5)");
	store = history_open(in_folder("history.db"));
	news = entries(store);
	assert_int_equal(news.count, 2);
	for (size_t i = 0; i < news.count; i++) {
		const struct history_entry *entry = &news.entries[i];

		assert_true(text_is_printable(entry->name, strlen(entry->name)));
		assert_true(text_is_printable(entry->status, strlen(entry->status)));
		assert_true(text_is_printable(entry->sentence, strlen(entry->sentence)));
	}
	clear(&news);
	history_close(store);
}

static void
a_file_that_cannot_be_is_told(void **state)
{
	(void)state;
	expect_trouble("/proc/nowhere/history.db", "cannot be written");
	expect_trouble("", "cannot be written");
	expect_trouble(folder, "cannot be written (Is a directory)");
	write_file(in_folder("file"), "x", 1);
	expect_trouble(in_folder("file/history.db"), "cannot be written (Not a directory)");
	if (geteuid() != 0) {
		assert_int_equal(chmod(folder, 0500), 0);
		expect_trouble(in_folder("history.db"), "cannot be written");
		assert_int_equal(chmod(folder, 0700), 0);
	}
}

/* Reads the first octets of a file, to see that it was left alone. */
static void
expect_untouched(const char *path, const char *begin)
{
	char bytes[64] = { 0 };
	int file = open(path, O_RDONLY);

	assert_true(file >= 0);
	assert_true(read(file, bytes, strlen(begin)) == (ssize_t)strlen(begin));
	close(file);
	assert_string_equal(bytes, begin);
}

static void
another_file_is_left_alone(void **state)
{
	static const char text[] =
	    "These are notes of mine, and no history at all. They are long "
	    "enough to be looked at as if they were a database header.";

	(void)state;
	write_file(in_folder("notes"), text, sizeof text);
	expect_trouble(in_folder("notes"), "is no history file, or is damaged");
	expect_untouched(in_folder("notes"), "These are notes of mine");
	tamper(in_folder("other.db"), "CREATE TABLE inquiry (mine); PRAGMA user_version = 1");
	expect_trouble(in_folder("other.db"), "belongs to another program");
	tamper(in_folder("marked.db"), "PRAGMA application_id = 7");
	expect_trouble(in_folder("marked.db"), "belongs to another program");
}

/* Makes a file with n entries of one length. */
static void
make_history(const char *path, int n)
{
	struct history_store *store = history_open(path);
	char name[32];

	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof name, "%06d.example", i);
		save(store, name, i, "kept");
	}
	history_close(store);
}

/* Opens a file that must be good, and checks how many names it knows. */
static void
expect_count(const char *path, size_t count)
{
	struct history_store *store = history_open(path);
	struct history_news news = entries(store);

	assert_int_equal(news.count, count);
	clear(&news);
	history_close(store);
}

static void
a_newer_file_is_left_alone(void **state)
{
	(void)state;
	make_history(in_folder("history.db"), 3);
	tamper(in_folder("history.db"), "PRAGMA user_version = 3");
	expect_trouble(in_folder("history.db"), "was written by a newer version of mxscope");
	tamper(in_folder("history.db"), "PRAGMA user_version = 2");
	expect_count(in_folder("history.db"), 3);
}

/* Overwrites n octets of a file with garbage. */
static void
damage(const char *path, off_t offset, size_t n)
{
	int file = open(path, O_WRONLY);
	char *garbage = mem_alloc(n);

	memset(garbage, 0xa5, n);
	assert_true(file >= 0);
	assert_true(pwrite(file, garbage, n, offset) == (ssize_t)n);
	close(file);
	free(garbage);
}

static void
a_damaged_file_is_told(void **state)
{
	(void)state;
	make_history(in_folder("header.db"), 3);
	damage(in_folder("header.db"), 0, 16);
	expect_trouble(in_folder("header.db"), "is no history file, or is damaged");
	make_history(in_folder("pages.db"), 500);
	damage(in_folder("pages.db"), 4096, 8 * 4096);
	expect_trouble(in_folder("pages.db"), "is damaged");
	make_history(in_folder("columns.db"), 3);
	tamper(in_folder("columns.db"), "ALTER TABLE inquiry DROP COLUMN sentence");
	expect_trouble(in_folder("columns.db"), "is damaged: it lacks");
	make_history(in_folder("table.db"), 3);
	tamper(in_folder("table.db"), "DROP TABLE inquiry");
	expect_trouble(in_folder("table.db"), "is damaged: it lacks");
}

static void
an_empty_file_becomes_a_history(void **state)
{
	(void)state;
	write_file(in_folder("history.db"), "", 0);
	make_history(in_folder("history.db"), 2);
	expect_count(in_folder("history.db"), 2);
}

/* Saves an entry, and is killed as soon as it is told to be saved. */
static void
save_and_die(const char *path)
{
	struct history_store *store = history_open(path);
	struct history_news news = entries(store);

	clear(&news);
	save(store, "example.net", 1, "survives");
	expect_saved(store);
	raise(SIGKILL);
}

static void
what_was_told_to_be_saved_survives_a_crash(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0)
		save_and_die(in_folder("history.db"));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	expect_count(in_folder("history.db"), 1);
}

/* Puts a small file system over the folder, in a namespace of our own. */
static bool
mount_small(void)
{
	if (unshare(CLONE_NEWNS) != 0)
		return false;
	return mount("none", "/", "none", MS_REC | MS_PRIVATE, "") == 0 &&
	    mount("none", folder, "tmpfs", 0, "size=256k") == 0;
}

/* Saves until the disk is full: true when that is told, once, and later saves are harmless. */
static bool
fill_disk(void)
{
	struct history_store *store = history_open(in_folder("history.db"));
	struct history_news news = entries(store);
	bool told;

	do {
		clear(&news);
		save(
		    store, "example.net", 1, "the same sentence again, until the disk is full");
		news = next(store);
	} while (news.kind == HISTORY_SAVED);
	told = news.kind == HISTORY_TROUBLE && strstr(news.sentence, "the disk is full");
	clear(&news);
	save(store, "example.net", 2, "in vain");
	history_close(store);
	return told;
}

static void
a_full_disk_is_told(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0)
		_exit(!mount_small() ? SKIPPED : fill_disk() ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

/* A line of facts with this STARTTLS state. */
#define FACTS(state) \
	"{\"verdict\":\"deliver\",\"mx\":{\"outcome\":\"answer\"},\"exchanges\":[{" \
	"\"exchange\":\"m.example\"," \
	"\"outcome\":\"answer\",\"addresses\":[{\"address\":\"192.0.2.1\",\"probe\":{" \
	"\"outcome\":\"accepting\"," \
	"\"starttls\":\"" state "\",\"timing\":{\"total_ms\":7}}}]}]}"

/* Saves an inquiry with its facts. */
static void
save_facts(struct history_store *store, int64_t time, const char *facts)
{
	char name[] = "a.example", status[] = "2.0.0", sentence[] = "So.", line[512];
	const struct history_entry entry = {
		.name = name,
		.time = time,
		.kind = VERDICT_DELIVER,
		.status = status,
		.sentence = sentence,
		.facts = strcpy(line, facts),
	};

	history_save(store, &entry);
}

/* Three inquiries of which only the last found something else make two snapshots. */
static void
what_does_not_change_is_one_snapshot(void **state)
{
	struct history_store *store = history_open(in_folder("history.db"));
	struct history_news news = next(store);

	(void)state;
	clear(&news);
	save_facts(store, 100, FACTS("ok"));
	save_facts(store, 200, FACTS("ok"));
	save_facts(store, 300, FACTS("not-offered"));
	history_note(store, "a.example", "ours");
	history_pin(store, "a.example", true);
	history_recall(store, "a.example");
	do
		news = next(store);
	while (news.kind == HISTORY_SAVED);
	assert_int_equal(news.kind, HISTORY_SNAPSHOTS);
	assert_string_equal(news.name, "a.example");
	assert_int_equal(news.count, 2);
	assert_int_equal(news.entries[0].time, 300);
	assert_true(news.entries[0].changed);
	assert_string_equal(news.entries[0].facts, FACTS("not-offered"));
	assert_int_equal(news.entries[1].since, 100);
	assert_int_equal(news.entries[1].time, 200);
	assert_false(news.entries[1].changed);
	free(news.name);
	clear(&news);
	history_close(store);

	store = history_open(in_folder("history.db"));
	news = next(store);
	assert_int_equal(news.count, 1);
	assert_string_equal(news.entries[0].note, "ours");
	assert_true(news.entries[0].pinned);
	assert_null(news.entries[0].facts); /* not before they are asked for */
	clear(&news);
	history_close(store);
}

/* --- how much is kept ------------------------------------------------------------------- */

enum {
	DAY = 86400,
	MONTHS_BEGIN = 1767225600 /* 2026-01-01 */
};

/* Saves a snapshot of so many octets, which is unlike the one before. */
static void
save_snapshot(struct history_store *store, const char *name, int64_t time, size_t octets)
{
	static const char nothing[] = "";
	char *facts = mem_alloc(octets + 1);
	struct history_entry entry = { .time = time, .kind = VERDICT_DELIVER };

	memset(facts, 'x', octets);
	entry.name = mem_strdup(name);
	entry.status = mem_strdup(nothing);
	entry.sentence = mem_strdup(nothing);
	entry.facts = facts;
	history_save(store, &entry);
	history_entry_clear(&entry);
}

/* Waits for the snapshots of a name, passing over saves. */
static struct history_news
snapshots_of(struct history_store *store, const char *name)
{
	struct history_news news;

	history_recall(store, name);
	for (;;) {
		news = next(store);
		if (news.kind == HISTORY_SNAPSHOTS)
			break;
		if (news.kind == HISTORY_TROUBLE)
			fail_msg("%s", news.sentence);
		clear(&news);
	}
	assert_string_equal(news.name, name);
	free(news.name);
	return news;
}

/* Expects just these moments, newest first, ended by 0. */
static void
expect_snapshots(struct history_store *store, const char *name, const int64_t *times)
{
	struct history_news news = snapshots_of(store, name);

	for (size_t i = 0; i < news.count; i++)
		assert_int_equal(news.entries[i].time, times[i]);
	assert_int_equal(times[news.count], 0);
	clear(&news);
}

/* What is too long to be compared is kept without its facts, and takes nothing else with it. */
static void
an_inquiry_of_too_many_facts_is_kept_without_them(void **state)
{
	struct history_store *store = history_open(in_folder("history.db"));
	struct history_news news = entries(store);

	(void)state;
	clear(&news);
	save_snapshot(store, "big.example", 10, SNAPSHOT_LINE_MAX);
	save_snapshot(store, "big.example", 20, SNAPSHOT_LINE_MAX + 1);
	save_snapshot(store, "big.example", 30, 8 * SNAPSHOT_LINE_MAX);
	save_snapshot(store, "ok.example", 40, 10);
	news = snapshots_of(store, "big.example");
	assert_int_equal(news.count, 3);
	assert_null(news.entries[0].facts);
	assert_false(news.entries[0].changed); /* nobody knows */
	assert_null(news.entries[1].facts);
	assert_int_equal(strlen(news.entries[2].facts), SNAPSHOT_LINE_MAX);
	clear(&news);
	history_close(store);
	expect_count(in_folder("history.db"), 2);
}

/* The newest stay, and of older ones the last of each month; what is pinned or noted stays whole. */
static void
old_snapshots_are_thinned_out(void **state)
{
	static const char *const names[] = { "thinned.example", "pinned.example",
		"noted.example" };
	static const int days[] = { 0, 5, 20, 30, 33, 40, 58, 60, 70, 75, 80 };
	enum {
		COUNT = sizeof days / sizeof *days
	};
	/* Days 30 and 58 are the last ones of January and February, 60 is of March. */
	static const int kept[] = { 80, 75, 70, 58, 30 };
	struct history_store *store = history_open(in_folder("history.db"));
	int64_t thinned[COUNT + 1] = { 0 }, all[COUNT + 1] = { 0 };

	(void)state;
	history_bound(store, &(struct history_bounds){ .keep = 3 });
	history_pin(store, names[1], true);
	history_note(store, names[2], "ours");
	for (size_t i = 0; i < COUNT; i++) {
		all[COUNT - 1 - i] = MONTHS_BEGIN + days[i] * DAY;
		for (size_t name = 0; name < 3; name++)
			save_snapshot(store, names[name], MONTHS_BEGIN + days[i] * DAY, 10);
	}
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		thinned[i] = MONTHS_BEGIN + kept[i] * DAY;
	expect_snapshots(store, names[0], thinned);
	expect_snapshots(store, names[1], all);
	expect_snapshots(store, names[2], all);
	/* No longer pinned, it is thinned out with the next change of the bounds. */
	history_pin(store, names[1], false);
	history_bound(store, &(struct history_bounds){ .keep = 3 });
	expect_snapshots(store, names[1], thinned);
	history_close(store);
}

/* By default a hundred stay as they are. */
static void
a_hundred_are_kept(void **state)
{
	struct history_store *store = history_open(in_folder("history.db"));
	struct history_news news;

	(void)state;
	for (int i = 0; i < HISTORY_KEEP + 20; i++)
		save_snapshot(store, "a.example", MONTHS_BEGIN + i, 10);
	news = snapshots_of(store, "a.example");
	assert_int_equal(news.count, HISTORY_KEEP);
	assert_int_equal(news.entries[0].time, MONTHS_BEGIN + HISTORY_KEEP + 19);
	clear(&news);
	history_close(store);
}

/* The size of a file in octets. */
static off_t
size_of(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

enum {
	LARGE = 30000, /* octets of a snapshot */
	MANY_LARGE = 90,
	ONE_MIB = 1 << 20
};

/* Saves more than a MiB of one domain, between two snapshots of others. */
static void
save_much(struct history_store *store)
{
	save_snapshot(store, "oldest.example", 1, LARGE);
	save_snapshot(store, "pinned.example", 2, LARGE);
	save_snapshot(store, "pinned.example", 3, LARGE);
	history_pin(store, "pinned.example", true);
	for (int i = 0; i < MANY_LARGE; i++)
		save_snapshot(store, "busy.example", 100 + i, LARGE);
}

/* Expects what is left of save_much() in a MiB: each domain, and of the busy one the newest. */
static void
expect_shrunk(void)
{
	static const int64_t oldest[] = { 1, 0 }, pinned[] = { 3, 2, 0 };
	struct history_store *store = history_open(in_folder("history.db"));
	struct history_news news = snapshots_of(store, "busy.example");

	assert_in_range(news.count, 15, 35);
	for (size_t i = 0; i < news.count; i++)
		assert_int_equal(news.entries[i].time, 100 + MANY_LARGE - 1 - (int64_t)i);
	clear(&news);
	expect_snapshots(store, "oldest.example", oldest);
	expect_snapshots(store, "pinned.example", pinned);
	history_close(store);
}

/* A file that has its size loses the oldest, of no domain everything, and does not grow. */
static void
a_file_has_a_size(void **state)
{
	struct history_store *store = history_open(in_folder("history.db"));

	(void)state;
	history_bound(store, &(struct history_bounds){ .mib = 1 });
	save_much(store);
	history_close(store);
	expect_shrunk();
}

/* With a smaller size the file gives back what it does not need any more. */
static void
a_file_shrinks(void **state)
{
	struct history_store *store = history_open(in_folder("history.db"));

	(void)state;
	save_much(store);
	history_close(store);
	assert_true(size_of(in_folder("history.db")) > 2 * ONE_MIB);
	store = history_open(in_folder("history.db"));
	history_bound(store, &(struct history_bounds){ .mib = 1 });
	history_close(store);
	expect_shrunk();
	assert_true(size_of(in_folder("history.db")) <= ONE_MIB);
}

/* A file of the first format is brought to the present one, and nothing in it is lost. */
static void
an_older_file_is_brought_up_to_date(void **state)
{
	struct history_store *store;
	struct history_news news;

	(void)state;
	tamper(in_folder("history.db"),
	    "CREATE TABLE inquiry (id INTEGER PRIMARY KEY, name TEXT NOT NULL, time INTEGER "
	    "NOT NULL,"
	    " verdict TEXT NOT NULL, status TEXT NOT NULL, sentence TEXT NOT NULL);"
	    "CREATE INDEX inquiry_newest ON inquiry (name, time);"
	    "INSERT INTO inquiry VALUES (1, 'a.example', 50, 'bounce', '5.1.1', 'Old.');"
	    "PRAGMA application_id = 0x6d787363; PRAGMA user_version = 1;");
	store = history_open(in_folder("history.db"));
	news = next(store);
	assert_int_equal(news.kind, HISTORY_ENTRIES);
	assert_int_equal(news.count, 1);
	assert_int_equal(news.entries[0].time, 50);
	clear(&news);
	save_facts(store, 100, FACTS("ok"));
	history_close(store);
	expect_count(in_folder("history.db"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_new_file_is_empty_and_private),
		IN_FOLDER(what_is_saved_comes_back_newest_first),
		IN_FOLDER(every_verdict_survives),
		IN_FOLDER(closing_saves_what_is_queued),
		IN_FOLDER(two_sessions_share_a_file),
		IN_FOLDER(hostile_rows_are_harmless),
		IN_FOLDER(a_file_that_cannot_be_is_told),
		IN_FOLDER(another_file_is_left_alone),
		IN_FOLDER(a_newer_file_is_left_alone),
		IN_FOLDER(a_damaged_file_is_told),
		IN_FOLDER(an_empty_file_becomes_a_history),
		IN_FOLDER(what_was_told_to_be_saved_survives_a_crash),
		IN_FOLDER(a_full_disk_is_told),
		IN_FOLDER(what_does_not_change_is_one_snapshot),
		IN_FOLDER(an_older_file_is_brought_up_to_date),
		IN_FOLDER(an_inquiry_of_too_many_facts_is_kept_without_them),
		IN_FOLDER(old_snapshots_are_thinned_out),
		IN_FOLDER(a_hundred_are_kept),
		IN_FOLDER(a_file_has_a_size),
		IN_FOLDER(a_file_shrinks),
	};

	return cmocka_run_group_tests_name("history/store", tests, NULL, NULL);
}
