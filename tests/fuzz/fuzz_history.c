/*
 * A history whose file was damaged: the input is laid over a good database, octets at places, or is
 * the whole file. It must open with its rows or with one printable sentence, and never end the program.
 */
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "history/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PATCH = 3, /* octets: place, place, value */
	ANSWER_MS = 60000
};

/* A folder of this process, and the good database in it. */
static struct {
	char folder[64], path[96];
	struct buf good;
} place;

/* Ends the run when something does not hold. */
static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* Removes the database with its companions. */
static void
remove_files(void)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-journal" };

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		struct buf path = BUF_INIT;

		buf_addf(&path, "%s%s", place.path, endings[i]);
		unlink(buf_text(&path));
		buf_clear(&path);
	}
}

static void
leave(void)
{
	remove_files();
	rmdir(place.folder);
	buf_clear(&place.good);
}

/* Takes a piece of news and checks it: false when there is none. */
static bool
take_news(struct history_store *store, bool *answered)
{
	struct history_news news = history_next(store);

	if (news.kind == HISTORY_NOTHING)
		return false;
	*answered = *answered || news.kind == HISTORY_TROUBLE || news.kind == HISTORY_SNAPSHOTS;
	if (news.sentence != NULL)
		require(text_is_printable(news.sentence, strlen(news.sentence)));
	for (size_t i = 0; i < news.count; i++)
		history_entry_clear(&news.entries[i]);
	free(news.entries);
	free(news.name);
	free(news.sentence);
	return true;
}

/* Opens the history, saves a row when asked to, and recalls a name; waits for what becomes of it. */
static void
use_history(bool save)
{
	struct history_store *store = history_open(place.path);
	struct pollfd ready = { .fd = history_descriptor(store), .events = POLLIN };
	static char name[] = "a.example", status[] = "2.0.0", sentence[] = "Mail is delivered.",
		    facts[] = "{\"schema\":1,\"name\":\"a.example\",\"verdict\":\"deliver\"}";
	const struct history_entry entry = { .name = name,
		.time = 1700000000,
		.since = 1700000000,
		.status = status,
		.sentence = sentence,
		.facts = facts };
	bool answered = false;

	if (save)
		history_save(store, &entry);
	history_note(store, name, "a note");
	history_recall(store, name);
	while (!answered) {
		require(poll(&ready, 1, ANSWER_MS) == 1);
		while (take_news(store, &answered))
			continue;
	}
	free(history_finish(store));
	history_close(store);
}

/* Writes a file. */
static void
write_file(const uint8_t *octets, size_t n)
{
	FILE *file = fopen(place.path, "wb");

	require(file != NULL && fwrite(octets, 1, n, file) == n && fclose(file) == 0);
}

/* Makes the folder and the good database, once. */
static void
prepare(void)
{
	char block[65536];
	FILE *file;
	size_t n;

	snprintf(place.folder, sizeof place.folder, "%s/mxscope-fuzz-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	require(mkdtemp(place.folder) != NULL);
	atexit(leave);
	snprintf(place.path, sizeof place.path, "%s/h.db", place.folder);
	use_history(true);
	file = fopen(place.path, "rb");
	while (file != NULL && (n = fread(block, 1, sizeof block, file)) > 0)
		buf_add(&place.good, block, n);
	require(file != NULL && fclose(file) == 0 && place.good.length > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *octets;

	if (place.good.length == 0)
		prepare();
	remove_files();
	if (size > 0 && data[0] == 'S') {
		write_file(data, size);
	} else {
		octets = mem_dup(place.good.data, place.good.length);
		for (size_t i = 0; i + PATCH <= size; i += PATCH)
			octets[(data[i] << 8 | data[i + 1]) % place.good.length] = data[i + 2];
		write_file(octets, place.good.length);
		free(octets);
	}
	use_history(size % 2 == 1);
	return 0;
}
