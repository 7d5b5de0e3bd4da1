/*
 * Files written without the loop waiting for a disk: each by a thread of its own, whole or not at all.
 */
#ifndef APP_WRITER_H
#define APP_WRITER_H

#include <stdbool.h>

#include "util/buf.h"

struct event_base;
struct event_queue;
struct writer;

/* What becomes of the files goes to the queue as notices. NULL when the system gives no pipe. */
struct writer *writer_new(struct event_base *base, struct event_queue *queue);
/* Waits for what is being written, and tells what fails on standard error. NULL is fine. */
void writer_free(struct writer *writer);

/*
 * Writes the file (0600): first beside it under another name, then in its place. A symbolic link is followed;
 * a pipe or a device is written to. Takes the contents. `what` names it in the notice: "report".
 */
void writer_write(
    struct writer *writer, const char *path, const char *what, struct buf *contents);

/* True until what became of the last file is in the queue. */
bool writer_is_busy(const struct writer *writer);

#endif
