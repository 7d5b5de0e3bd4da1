/*
 * Where inquiries are kept (SQLite, WAL): the history pane's memory across sessions. A thread
 * of its own does all file work, so that the loop never waits for a disk; the caller polls a
 * descriptor. Whatever is wrong with the file - unwritable, corrupt, from a newer version,
 * disk full - is told in one sentence, and the session goes on in memory.
 */
#ifndef HISTORY_STORE_H
#define HISTORY_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/verdict.h"

/* One finished inquiry: what the history pane shows of it, and its facts. */
struct history_entry {
	char *name; /* printable */
	int64_t time; /* wall-clock seconds: when it was found so for the last time */
	int64_t since; /* ... and for the first time, if nothing of meaning changed between */
	enum verdict_kind kind;
	char *status; /* "2.0.0" */
	char *sentence; /* the verdict's */
	char *
	    facts; /* the line of JSON that tells it all (history/snapshot.h); NULL = not loaded */
	bool changed; /* something of meaning was not as it was the time before */
	char *note; /* what somebody wrote about the domain; NULL = nothing */
	bool pinned; /* somebody wants to keep the domain in view */
};

void history_entry_clear(struct history_entry *entry);

struct history_store;

enum {
	HISTORY_LOAD_MAX = 10000,
	HISTORY_RECALL_MAX = 200, /* snapshots of one domain */
	HISTORY_NOTE_MAX = 1000, /* octets */
	HISTORY_KEEP =
	    100, /* snapshots of one domain that are kept as they are, unless told otherwise */
	HISTORY_KEEP_MIN = 10,
	HISTORY_KEEP_MAX = HISTORY_RECALL_MAX,
	HISTORY_MIB = 256, /* of the file, unless told otherwise */
	HISTORY_MIB_MAX = 1 << 20,
};

/*
 * What is kept: of each domain its newest snapshots, and of those before them the last one of each month;
 * and when what the file holds grows beyond its size, the oldest go, of every domain the newest
 * last. Domains that are pinned or have a note keep all of theirs.
 */
struct history_bounds {
	unsigned keep; /* newest snapshots of a domain; 0 = HISTORY_KEEP */
	unsigned mib; /* size of the file; 0 = HISTORY_MIB */
};

/*
 * Opens the file (its directory is made 0700, the file 0600) in the background. Never fails:
 * trouble comes as a message. Close with history_close(), which waits for what was saved.
 */
struct history_store *history_open(const char *path);
void history_close(struct history_store *store);

/*
 * Waits until what was saved is on disk, and takes no more. Returns the trouble that nobody was told
 * of yet, a sentence that the caller frees, or NULL. history_close() is still to be called.
 */
char *history_finish(struct history_store *store);

/*
 * A descriptor that is readable while history_next() has something; -1 when the system had
 * none left (history_next() then tells of the trouble).
 */
int history_descriptor(const struct history_store *store);

enum history_news_kind {
	HISTORY_NOTHING, /* nothing more for now */
	HISTORY_ENTRIES, /* the newest entry of each name, newest first: once, after opening */
	HISTORY_SNAPSHOTS, /* what history_recall() asked for: newest first, with facts; .name */
	HISTORY_SAVED, /* a save is on disk */
	HISTORY_TROUBLE, /* .sentence; nothing more is saved in this session */
};

struct history_news {
	enum history_news_kind kind;
	struct history_entry *entries; /* the caller clears each and frees the array */
	size_t count;
	char *name; /* whose snapshots; the caller frees it */
	char *sentence; /* the caller frees it */
};

/* Takes the next piece of news. */
struct history_news history_next(struct history_store *store);

/*
 * Saves a copy of the entry, later and in order. When nothing of meaning changed since the newest snapshot
 * of that name, that one is brought up to date in place of a new one.
 */
void history_save(struct history_store *store, const struct history_entry *entry);

/* Changes what is kept, from now on and of what is there. */
void history_bound(struct history_store *store, const struct history_bounds *bounds);

/* Asks for the snapshots of a name; they come as news. */
void history_recall(struct history_store *store, const char *name);

/* Keeps a note about a name ("" takes it away), or pins the name. */
void history_note(struct history_store *store, const char *name, const char *note);
void history_pin(struct history_store *store, const char *name, bool pinned);

#endif
