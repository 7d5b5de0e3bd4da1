/*
 * The history under kill -9: a child saves inquiries and tells of each that is on disk; it is killed at a
 * random moment, and what it told of must be there. Then two children save side by side.
 *
 *     history_kill FOLDER KILLS SECONDS
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/wait.h>

#include <sqlite3.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/rng.h"

#include "history/store.h"

enum {
	KILL_WITHIN_MS = 40
};

/* Saves inquiries about NAME-0, NAME-1 ... for ever, or until the moment; a byte to fd for each on disk. */
static void
save_on(const char *path, const char *name, time_t until, int fd)
{
	struct history_store *store = history_open(path);
	struct pollfd ready = { .fd = history_descriptor(store), .events = POLLIN };
	const struct history_bounds all = { .mib = HISTORY_MIB_MAX };
	size_t queued = 0, saved = 0;

	history_bound(store, &all);
	while (until == 0 || time(NULL) < until) {
		struct history_news news;
		char text[64], status[] = "2.0.0", facts[] = "{\"verdict\":\"deliver\"}";

		while (queued < saved + 8) {
			snprintf(text, sizeof text, "%s-%zu.example", name, queued++);
			history_save(store,
			    &(struct history_entry){ .name = text,
				.time = (int64_t)queued,
				.status = status,
				.sentence = text,
				.facts = facts });
		}
		poll(&ready, 1, 1000);
		while ((news = history_next(store)).kind != HISTORY_NOTHING) {
			if (news.kind == HISTORY_TROUBLE) {
				fprintf(stderr, "%s\n", news.sentence);
				_exit(1);
			}
			if (news.kind == HISTORY_SAVED) {
				saved++;
				if (write(fd, "+", 1) != 1)
					_exit(2);
			}
		}
	}
	history_close(store);
	_exit(0);
}

/* The number that a query gives for names that begin so. */
static long
ask(const char *path, const char *query, const char *name)
{
	sqlite3 *sqlite;
	sqlite3_stmt *row;
	struct buf pattern = BUF_INIT;
	long number = -1;

	buf_addf(&pattern, "%s-%%", name);
	sqlite3_open(path, &sqlite);
	sqlite3_busy_timeout(sqlite, 5000);
	sqlite3_prepare_v2(sqlite, query, -1, &row, NULL);
	sqlite3_bind_text(row, 1, pattern.data, -1, SQLITE_STATIC);
	if (sqlite3_step(row) == SQLITE_ROW)
		number = strcmp(query, "PRAGMA integrity_check") == 0
		    ? strcmp((const char *)sqlite3_column_text(row, 0), "ok") == 0
		    : (long)sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	sqlite3_close(sqlite);
	buf_clear(&pattern);
	return number;
}

/* Counts the bytes that come through a pipe until its end. */
static long
drain(int fd)
{
	char bytes[4096];
	long total = 0;
	ssize_t n;

	while ((n = read(fd, bytes, sizeof bytes)) > 0)
		total += n;
	return total;
}

/* Starts a child that saves; *told is the pipe on which it tells. */
static pid_t
start(const char *path, const char *name, time_t until, int *told)
{
	int ends[2];
	pid_t child;

	if (pipe(ends) != 0)
		exit(1);
	child = fork();
	if (child == 0) {
		close(ends[0]);
		save_on(path, name, until, ends[1]);
	}
	close(ends[1]);
	*told = ends[0];
	return child;
}

/* Kills a child at a random moment, and looks at what is left: false when something is lost. */
static bool
kill_once(const char *path, int round, struct rng *rng, long *told_of)
{
	struct timespec wait = { .tv_nsec =
				     (long)rng_below(rng, KILL_WITHIN_MS * 1000) * 1000 };
	char name[32];
	long told, there;
	int fd;
	pid_t child;

	snprintf(name, sizeof name, "k%d", round);
	child = start(path, name, 0, &fd);
	nanosleep(&wait, NULL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	told = drain(fd);
	close(fd);
	*told_of += told;
	there = ask(path, "SELECT count(*) FROM inquiry WHERE name LIKE ?", name);
	if (there < 0)
		there = 0; /* it was killed before there were tables */
	if (there < told)
		printf("round %d: told of %ld, %ld are there\n", round, told, there);
	return there >= told && ask(path, "PRAGMA integrity_check", "") == 1;
}

int
main(int argc, char *argv[])
{
	struct buf path = BUF_INIT;
	struct rng rng;
	int kills = argc == 4 ? atoi(argv[2]) : 0, seconds = argc == 4 ? atoi(argv[3]) : 0;
	int lost = 0, one, other, first, second;
	long told = 0, there;
	pid_t a, b;

	if (kills < 1 || seconds < 1) {
		fprintf(stderr, "usage: history_kill FOLDER KILLS SECONDS\n");
		return 64;
	}
	rng_seed(&rng, 1);
	buf_addf(&path, "%s/history.db", argv[1]);
	for (int i = 0; i < kills; i++)
		lost += !kill_once(path.data, i, &rng, &told);
	printf("kill -9 at %d moments: %d with something lost or damaged; told of %ld, %ld are "
	       "there\n",
	    kills, lost, told, ask(path.data, "SELECT count(*) FROM inquiry", ""));
	a = start(path.data, "one", time(NULL) + seconds, &one);
	b = start(path.data, "two", time(NULL) + seconds, &other);
	told = drain(one) + drain(other);
	waitpid(a, &first, 0);
	waitpid(b, &second, 0);
	there = ask(path.data, "SELECT count(*) FROM inquiry WHERE name LIKE ?", "one") +
	    ask(path.data, "SELECT count(*) FROM inquiry WHERE name LIKE ?", "two");
	printf(
	    "two writers for %d s: told of %ld saves, %ld are there, exit status %d and %d\n",
	    seconds, told, there, WEXITSTATUS(first), WEXITSTATUS(second));
	lost += there < told || first != 0 || second != 0 ||
	    ask(path.data, "PRAGMA integrity_check", "") != 1;
	buf_clear(&path);
	return lost > 0;
}
