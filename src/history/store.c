/*
 * The history's thread: it opens the database, loads it, saves what is queued, and queues
 * news.
 *
 * Decides that saves which wait together are one transaction, that the first trouble ends all
 * keeping for this session (a history with holes would mislead), and that closing waits for
 * what was saved. What is in the file is left to database.c; what an entry says to the caller.
 *
 * The lock guards both queues and `closing`; the database belongs to the thread.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/mem.h"
#include "util/platform.h"

#include "history/database.h"
#include "history/snapshot.h"
#include "history/store.h"

/* What a job does with its entry. */
enum job_kind {
	JOB_SAVE,
	JOB_RECALL, /* .name */
	JOB_NOTE, /* .name .note */
	JOB_PIN, /* .name .pinned */
	JOB_BOUND /* bounds */
};

/* Something that waits to be done. */
struct job {
	enum job_kind kind;
	struct history_entry entry;
	struct history_bounds bounds;
	struct job *next;
};

/* A piece of news that waits to be taken. */
struct message {
	struct history_news news;
	struct message *next;
};

struct history_store {
	char *path;
	pthread_t thread;
	bool started;
	int reader, writer; /* a pipe that holds one octet while there is news; -1 = none */
	pthread_mutex_t lock;
	pthread_cond_t wake; /* a job came, or closing was set */
	struct job *jobs, **jobs_end;
	struct message *messages, **messages_end;
	bool closing;
};

void
history_entry_clear(struct history_entry *entry)
{
	free(entry->name);
	free(entry->status);
	free(entry->sentence);
	free(entry->facts);
	free(entry->note);
	*entry = (struct history_entry){ 0 };
}

/* Frees what the news holds. */
static void
clear_news(struct history_news *news)
{
	for (size_t i = 0; i < news->count; i++)
		history_entry_clear(&news->entries[i]);
	free(news->entries);
	free(news->name);
	free(news->sentence);
}

/* --- the thread ------------------------------------------------------------------- */

/* Makes the descriptor readable. Without a pipe the news is there, only nobody is woken. */
static void
wake_caller(const struct history_store *store)
{
	ssize_t written = write(store->writer, "", 1);

	(void)written;
}

/* Queues news for the caller; the first piece makes the descriptor readable. */
static void
tell(struct history_store *store, const struct history_news *news)
{
	struct message *message = mem_alloc(sizeof *message);
	bool first;

	message->news = *news;
	pthread_mutex_lock(&store->lock);
	first = store->messages == NULL;
	*store->messages_end = message;
	store->messages_end = &message->next;
	if (first)
		wake_caller(store);
	pthread_mutex_unlock(&store->lock);
}

/* Tells of trouble; takes the sentence. */
static void
tell_trouble(struct history_store *store, char *sentence)
{
	tell(store, &(struct history_news){ .kind = HISTORY_TROUBLE, .sentence = sentence });
}

/* Waits for jobs and takes them all, in order; NULL when the store closes and none is left. */
static struct job *
take_jobs(struct history_store *store)
{
	struct job *jobs;

	pthread_mutex_lock(&store->lock);
	while (!store->jobs && !store->closing)
		pthread_cond_wait(&store->wake, &store->lock);
	jobs = store->jobs;
	store->jobs = NULL;
	store->jobs_end = &store->jobs;
	pthread_mutex_unlock(&store->lock);
	return jobs;
}

/* Frees a list of jobs. */
static void
free_jobs(struct job *jobs)
{
	while (jobs) {
		struct job *next = jobs->next;

		history_entry_clear(&jobs->entry);
		free(jobs);
		jobs = next;
	}
}

/* Opens the file and tells what it holds: NULL, with the trouble told, when it is of no use. */
static struct database *
begin(struct history_store *store)
{
	struct database *database = database_new(store->path);
	struct history_news news = { .kind = HISTORY_ENTRIES };
	char *sentence = database_open(database);

	if (!sentence)
		sentence = database_load(database, &news.entries, &news.count);
	if (!sentence) {
		tell(store, &news);
		return database;
	}
	clear_news(&news);
	tell_trouble(store, sentence);
	database_free(database);
	return NULL;
}

/* Reads the snapshots of a name and tells of them. */
static char *
recall(struct history_store *store, struct database *database, const char *name)
{
	struct history_news news = { .kind = HISTORY_SNAPSHOTS, .name = mem_strdup(name) };
	char *sentence = database_recall(database, name, &news.entries, &news.count);

	if (sentence)
		clear_news(&news);
	else
		tell(store, &news);
	return sentence;
}

/* Does one job. */
static char *
perform(struct history_store *store, struct database *database, const struct job *job)
{
	const struct history_entry *entry = &job->entry;

	switch (job->kind) {
	case JOB_SAVE:
		return database_save(database, entry);
	case JOB_RECALL:
		return recall(store, database, entry->name);
	case JOB_NOTE:
		return database_note(database, entry->name, entry->note);
	case JOB_PIN:
		return database_pin(database, entry->name, entry->pinned);
	case JOB_BOUND:
		database_bound(database, &job->bounds);
		return database_thin(database, NULL);
	}
	return NULL;
}

/* Does all jobs in one transaction: NULL, or a sentence and nothing is saved. */
static char *
perform_all(struct history_store *store, struct database *database, const struct job *jobs)
{
	char *sentence = database_begin(database);

	for (; jobs && !sentence; jobs = jobs->next)
		sentence = perform(store, database, jobs);
	if (!sentence)
		sentence = database_shrink(database);
	return sentence ? sentence : database_commit(database);
}

/* The number of jobs that save. */
static size_t
count_saves(const struct job *jobs)
{
	size_t count = 0;

	for (; jobs; jobs = jobs->next)
		count += jobs->kind == JOB_SAVE;
	return count;
}

/* Does and frees the jobs, telling of each save: NULL, with the trouble told, when that is over. */
static struct database *
save(struct history_store *store, struct database *database, struct job *jobs)
{
	size_t count = count_saves(jobs);
	char *sentence = perform_all(store, database, jobs);

	free_jobs(jobs);
	for (; !sentence && count > 0; count--)
		tell(store, &(struct history_news){ .kind = HISTORY_SAVED });
	if (!sentence) {
		database_compact(database);
		return database;
	}
	tell_trouble(store, sentence);
	database_free(database);
	return NULL;
}

/* The thread: opens, loads, saves until the store is closed. After trouble jobs are dropped. */
static void *
work(void *context)
{
	struct history_store *store = context;
	struct database *database = begin(store);
	struct job *jobs;

	while ((jobs = take_jobs(store)) != NULL) {
		if (database)
			database = save(store, database, jobs);
		else
			free_jobs(jobs);
	}
	database_free(database);
	return NULL;
}

/* Starts the thread with all signals blocked: they are the loop's. */
static int
start(struct history_store *store)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&store->thread, NULL, work, store);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

/* --- what the caller sees ------------------------------------------------------------ */

struct history_store *
history_open(const char *path)
{
	struct history_store *store = mem_alloc(sizeof *store);
	int ends[2] = { -1, -1 }, error = 0;

	store->path = mem_strdup(path);
	store->jobs_end = &store->jobs;
	store->messages_end = &store->messages;
	pthread_mutex_init(&store->lock, NULL);
	pthread_cond_init(&store->wake, NULL);
	if (!platform_pipe(ends))
		error = errno;
	store->reader = ends[0];
	store->writer = ends[1];
	if (!error)
		error = start(store);
	store->started = error == 0;
	if (error)
		tell_trouble(store, database_system_trouble(path, error));
	return store;
}

int
history_descriptor(const struct history_store *store)
{
	return store->reader;
}

/* Makes the descriptor unreadable again. */
static void
empty_pipe(const struct history_store *store)
{
	char octet;
	ssize_t n;

	do
		n = read(store->reader, &octet, 1);
	while (n > 0 || (n < 0 && errno == EINTR));
}

/* Takes the oldest message off the queue; when no more is there, the pipe is emptied. */
static struct message *
take_message(struct history_store *store)
{
	struct message *message;

	pthread_mutex_lock(&store->lock);
	message = store->messages;
	if (message)
		store->messages = message->next;
	if (!store->messages) {
		store->messages_end = &store->messages;
		empty_pipe(store);
	}
	pthread_mutex_unlock(&store->lock);
	return message;
}

struct history_news
history_next(struct history_store *store)
{
	struct history_news news = { .kind = HISTORY_NOTHING };
	struct message *message = take_message(store);

	if (message)
		news = message->news;
	free(message);
	return news;
}

/* Queues a copy of the job, which takes what its entry holds. */
static void
queue_job(struct history_store *store, const struct job *what)
{
	struct job *job = mem_dup(what, sizeof *what);

	pthread_mutex_lock(&store->lock);
	*store->jobs_end = job;
	store->jobs_end = &job->next;
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->lock);
}

/* Queues a job about an entry; takes what this holds. */
static void
add_job(struct history_store *store, enum job_kind kind, const struct history_entry *entry)
{
	queue_job(store, &(struct job){ .kind = kind, .entry = *entry });
}

void
history_bound(struct history_store *store, const struct history_bounds *bounds)
{
	queue_job(store, &(struct job){ .kind = JOB_BOUND, .bounds = *bounds });
}

/* True for facts that can be read back to be compared; more of them than that are not kept. */
static bool
is_comparable(const char *facts)
{
	return facts != NULL && strlen(facts) <= SNAPSHOT_LINE_MAX;
}

void
history_save(struct history_store *store, const struct history_entry *entry)
{
	struct history_entry copy = *entry;

	copy.name = mem_strdup(entry->name);
	copy.status = mem_strdup(entry->status);
	copy.sentence = mem_strdup(entry->sentence);
	copy.facts = is_comparable(entry->facts) ? mem_strdup(entry->facts) : NULL;
	copy.note = NULL;
	add_job(store, JOB_SAVE, &copy);
}

void
history_recall(struct history_store *store, const char *name)
{
	add_job(store, JOB_RECALL, &(struct history_entry){ .name = mem_strdup(name) });
}

void
history_note(struct history_store *store, const char *name, const char *note)
{
	add_job(store, JOB_NOTE,
	    &(struct history_entry){ .name = mem_strdup(name), .note = mem_strdup(note) });
}

void
history_pin(struct history_store *store, const char *name, bool pinned)
{
	add_job(store, JOB_PIN,
	    &(struct history_entry){ .name = mem_strdup(name), .pinned = pinned });
}

/* Lets the thread save what is queued, and waits for it. */
static void
finish(struct history_store *store)
{
	pthread_mutex_lock(&store->lock);
	store->closing = true;
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->lock);
	if (store->started)
		pthread_join(store->thread, NULL);
	store->started = false;
}

char *
history_finish(struct history_store *store)
{
	struct history_news news;
	char *sentence = NULL;

	finish(store);
	while ((news = history_next(store)).kind != HISTORY_NOTHING) {
		if (news.kind == HISTORY_TROUBLE) {
			free(sentence);
			sentence = news.sentence;
			news.sentence = NULL;
		}
		clear_news(&news);
	}
	return sentence;
}

void
history_close(struct history_store *store)
{
	if (!store)
		return;
	free(history_finish(store));
	free_jobs(store->jobs);
	if (store->reader >= 0)
		close(store->reader);
	if (store->writer >= 0)
		close(store->writer);
	pthread_cond_destroy(&store->wake);
	pthread_mutex_destroy(&store->lock);
	free(store->path);
	free(store);
}
