/*
 * A thread for each file: it writes to a new file beside the one wanted, waits for the disk, and puts
 * it in the place of the old one, so that nobody ever reads half a file. A pipe wakes the loop when one
 * is done, and the loop tells the model; should the pipe fail, it looks by itself. What fails when the
 * loop has ended is told on standard error. A symbolic link is followed first. A pipe or a device is no
 * file to be replaced: it is written to.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/event.h>

#include "util/mem.h"
#include "util/platform.h"
#include "util/text.h"

#include "app/event.h"
#include "app/writer.h"

enum {
	STALL_MS = 10000, /* so long a reader may take nothing from a pipe */
	GLANCE_US = 500000, /* so often the jobs are looked at without a wake */
};

/* One file that is being written. */
struct job {
	struct job *next;
	struct writer *writer;
	char *path;
	const char *what;
	struct buf contents;
	int error; /* 0 = written; the thread's until it is done */
	atomic_bool done;
	bool threaded;
	pthread_t thread;
};

struct writer {
	struct event_queue *queue;
	int wakes[2]; /* a pipe: an octet for each job that is done */
	struct event *ready;
	struct job *jobs;
};

/* Waits until a pipe or a device takes more: false with errno set when its reader takes nothing. */
static bool
await_room(int file)
{
	struct pollfd wanted = { .fd = file, .events = POLLOUT };
	int ready = poll(&wanted, 1, STALL_MS);

	if (ready == 0)
		errno = ETIMEDOUT;
	return ready > 0 || (ready < 0 && errno == EINTR);
}

/* Writes all octets: false with errno set. */
static bool
write_all(int file, const char *at, size_t left)
{
	while (left > 0) {
		ssize_t n = write(file, at, left);

		if (n < 0 && (errno == EINTR || (errno == EAGAIN && await_room(file))))
			continue;
		if (n < 0)
			return false;
		at += n;
		left -= (size_t)n;
	}
	return true;
}

/* Writes the file beside its place and moves it there: 0, or the error. */
static int
replace_file(const struct job *job, const char *path)
{
	struct buf temporary = BUF_INIT;
	int file, error = 0;

	buf_addf(&temporary, "%s.XXXXXX", path);
	file = mkostemp(temporary.data, O_CLOEXEC);
	if (file < 0)
		error = errno;
	else if (!write_all(file, buf_text(&job->contents), job->contents.length) ||
	    fsync(file) != 0)
		error = errno;
	if (file >= 0 && close(file) != 0 && error == 0)
		error = errno;
	if (error == 0 && rename(temporary.data, path) != 0)
		error = errno;
	if (error != 0 && file >= 0)
		unlink(temporary.data);
	buf_clear(&temporary);
	return error;
}

/* Writes into what is there, which a pipe without a reader refuses: 0, or the error. */
static int
write_through(const struct job *job, const char *path)
{
	const int flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int file = open(path, flags), error = 0;

	if (file < 0 && errno == ENOENT)
		file = open(path, flags | O_CREAT, 0600);
	if (file < 0)
		return errno;
	if (!write_all(file, buf_text(&job->contents), job->contents.length))
		error = errno;
	if (close(file) != 0 && error == 0)
		error = errno;
	return error;
}

/* True for a regular file, and for a place where nothing is. */
static bool
is_replaceable(const char *path)
{
	struct stat status;

	return lstat(path, &status) != 0 || S_ISREG(status.st_mode);
}

/* Writes the file where its path leads: 0, or the error. A link that leads nowhere yet is left to open(2). */
static int
write_file(const struct job *job)
{
	char *real = realpath(job->path, NULL);
	const char *path = real != NULL ? real : job->path;
	int error = is_replaceable(path) ? replace_file(job, path) : write_through(job, path);

	free(real);
	return error;
}

/* Why a file cannot be written, as the end of a sentence. */
static const char *
fault_text(int error)
{
	switch (error) {
	case ENXIO:
		return "nothing reads at its other end";
	case EPIPE:
		return "its reader went away";
	case ETIMEDOUT:
		return "its reader takes nothing";
	default:
		return strerror(error);
	}
}

/* The thread. When the pipe fails, or is full, a glance finds the job. */
static void *
work(void *context)
{
	struct job *job = context;
	const int wake = job->writer->wakes[1];
	ssize_t written;

	job->error = write_file(job);
	atomic_store(&job->done, true);
	do
		written = write(wake, "", 1);
	while (written < 0 && errno == EINTR);
	return NULL;
}

/* What became of the file, as a sentence that the caller frees. */
static char *
outcome_of(const struct job *job)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "The %s ", job->what);
	if (job->error != 0) {
		buf_adds(&text, "cannot be written to ");
		text_printable(&text, job->path, strlen(job->path));
		buf_addf(&text, ": %s.", fault_text(job->error));
	} else {
		buf_adds(&text, "is in ");
		text_printable(&text, job->path, strlen(job->path));
		buf_addc(&text, '.');
	}
	return buf_take(&text);
}

/* Waits until the job is done. */
static void
await_job(struct job *job)
{
	if (job->threaded)
		pthread_join(job->thread, NULL);
}

static void
free_job(struct job *job)
{
	buf_clear(&job->contents);
	free(job->path);
	free(job);
}

/* Tells the model of the jobs that are done. */
static void
settle(struct writer *writer)
{
	for (struct job **at = &writer->jobs, *job; (job = *at) != NULL;) {
		if (!atomic_load(&job->done)) {
			at = &job->next;
			continue;
		}
		event_queue_push(writer->queue,
		    &(struct event){ .kind = EVENT_NOTICE,
			.message = job->error != 0 ? MESSAGE_ERROR : MESSAGE_INFO,
			.text = outcome_of(job) });
		*at = job->next;
		await_job(job);
		free_job(job);
	}
}

static void
on_done(evutil_socket_t fd, short what, void *context)
{
	struct writer *writer = context;
	char wakes[64];

	(void)what;
	while (read(fd, wakes, sizeof wakes) == (ssize_t)sizeof wakes)
		continue;
	settle(writer);
	if (writer->jobs == NULL)
		event_remove_timer(writer->ready);
}

struct writer *
writer_new(struct event_base *base, struct event_queue *queue)
{
	struct writer *writer = mem_alloc(sizeof *writer);

	writer->queue = queue;
	if (!platform_pipe(writer->wakes)) {
		free(writer);
		return NULL;
	}
	writer->ready =
	    event_new(base, writer->wakes[0], EV_READ | EV_PERSIST, on_done, writer);
	event_add(writer->ready, NULL);
	return writer;
}

bool
writer_is_busy(const struct writer *writer)
{
	return writer->jobs != NULL;
}

/* Waits for a job; what went wrong is too late for the model, and told on standard error. */
static void
end_late(struct job *job)
{
	char *outcome;

	await_job(job);
	if (job->error != 0) {
		outcome = outcome_of(job);
		fprintf(stderr, "mxscope: %s\n", outcome);
		free(outcome);
	}
	free_job(job);
}

void
writer_free(struct writer *writer)
{
	if (writer == NULL)
		return;
	for (struct job *job = writer->jobs, *next; job != NULL; job = next) {
		next = job->next;
		end_late(job);
	}
	event_free(writer->ready);
	close(writer->wakes[0]);
	close(writer->wakes[1]);
	free(writer);
}

void
writer_write(struct writer *writer, const char *path, const char *what, struct buf *contents)
{
	const struct timeval glance = { .tv_usec = GLANCE_US };
	struct job *job = mem_alloc(sizeof *job);
	sigset_t all, before;

	job->writer = writer;
	job->path = mem_strdup(path);
	job->what = what;
	job->contents = *contents;
	job->next = writer->jobs;
	writer->jobs = job;
	*contents = (struct buf)BUF_INIT;
	event_add(writer->ready, &glance);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	job->threaded = pthread_create(&job->thread, NULL, work, job) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!job->threaded)
		work(job); /* the loop waits this once */
}
