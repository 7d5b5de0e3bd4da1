/*
 * A thread for each file: it writes to a new file beside the one wanted, waits for the disk, and puts
 * it in the place of the old one, so that nobody ever reads half a file. A pipe tells the loop that it is
 * done, and the loop tells the model.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "util/mem.h"
#include "util/text.h"

#include "app/event.h"
#include "app/writer.h"

/* One file that is being written. */
struct job {
	struct writer *writer;
	char *path;
	const char *what;
	struct buf contents;
	int error; /* 0 = written */
	pthread_t thread;
};

struct writer {
	struct event_queue *queue;
	int done[2]; /* a pipe of pointers to jobs */
	struct event *ready;
	size_t running;
};

/* Writes all octets: false with errno set. */
static bool
write_all(int file, const char *at, size_t left)
{
	while (left > 0) {
		ssize_t n = write(file, at, left);

		if (n < 0 && errno == EINTR)
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
write_file(const struct job *job)
{
	struct buf temporary = BUF_INIT;
	int file, error = 0;

	buf_addf(&temporary, "%s.XXXXXX", job->path);
	file = mkostemp(temporary.data, O_CLOEXEC);
	if (file < 0)
		error = errno;
	else if (!write_all(file, buf_text(&job->contents), job->contents.length) ||
	    fsync(file) != 0)
		error = errno;
	if (file >= 0 && close(file) != 0 && error == 0)
		error = errno;
	if (error == 0 && rename(temporary.data, job->path) != 0)
		error = errno;
	if (error != 0 && file >= 0)
		unlink(temporary.data);
	buf_clear(&temporary);
	return error;
}

/* The thread. */
static void *
work(void *context)
{
	struct job *job = context;
	ssize_t written;

	job->error = write_file(job);
	do
		written = write(job->writer->done[1], &job, sizeof job);
	while (written < 0 && errno == EINTR);
	return NULL;
}

/* Tells what became of the file. */
static void
tell(const struct job *job)
{
	struct event notice = { .kind = EVENT_NOTICE, .message = MESSAGE_INFO };
	struct buf text = BUF_INIT;

	buf_addf(&text, "The %s ", job->what);
	if (job->error != 0) {
		notice.message = MESSAGE_ERROR;
		buf_adds(&text, "cannot be written to ");
		text_printable(&text, job->path, strlen(job->path));
		buf_addf(&text, ": %s.", strerror(job->error));
	} else {
		buf_adds(&text, "is in ");
		text_printable(&text, job->path, strlen(job->path));
		buf_addc(&text, '.');
	}
	notice.text = buf_take(&text);
	event_queue_push(job->writer->queue, &notice);
}

/* Takes one job that is done out of the pipe, waiting for it. */
static void
finish(struct writer *writer)
{
	struct job *job;

	if (read(writer->done[0], &job, sizeof job) != sizeof job)
		return;
	pthread_join(job->thread, NULL);
	tell(job);
	writer->running--;
	buf_clear(&job->contents);
	free(job->path);
	free(job);
}

static void
on_done(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	finish(context);
}

struct writer *
writer_new(struct event_base *base, struct event_queue *queue)
{
	struct writer *writer = mem_alloc(sizeof *writer);

	writer->queue = queue;
	if (pipe2(writer->done, O_CLOEXEC) != 0) {
		free(writer);
		return NULL;
	}
	writer->ready = event_new(base, writer->done[0], EV_READ | EV_PERSIST, on_done, writer);
	event_add(writer->ready, NULL);
	return writer;
}

void
writer_free(struct writer *writer)
{
	if (writer == NULL)
		return;
	while (writer->running > 0)
		finish(writer);
	event_free(writer->ready);
	close(writer->done[0]);
	close(writer->done[1]);
	free(writer);
}

void
writer_write(struct writer *writer, const char *path, const char *what, struct buf *contents)
{
	struct job *job = mem_alloc(sizeof *job);
	sigset_t all, before;

	*job = (struct job){
		.writer = writer,
		.path = mem_strdup(path),
		.what = what,
		.contents = *contents,
	};
	*contents = (struct buf)BUF_INIT;
	writer->running++;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&job->thread, NULL, work, job) != 0) {
		work(job); /* without a thread the loop waits this once */
		job->thread = pthread_self();
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}
