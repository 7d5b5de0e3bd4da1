/*
 * One file, watched for being written anew. Nothing is asked meanwhile: the system tells, where it can.
 */
#ifndef APP_FILE_WATCH_H
#define APP_FILE_WATCH_H

struct event_base;
struct file_watch;

/*
 * Calls back from the loop after each time the file was written or replaced. NULL where the system
 * cannot tell, or the file's folder is not there. Freed by the caller, before the base.
 */
struct file_watch *file_watch_new(
    struct event_base *base, const char *path, void (*changed)(void *context), void *context);
void file_watch_free(struct file_watch *watch);

#endif
