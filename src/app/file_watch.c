/*
 * A file by way of its folder, for editors write a new file and give it the old one's name.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "util/mem.h"
#include "util/platform.h"

#include "app/file_watch.h"

struct file_watch {
	int fd;
	struct event *event;
	char *file; /* its name in the folder */
	void (*changed)(void *context);
	void *context;
};

/* Something in the folder was written. */
static void
on_news(evutil_socket_t fd, short what, void *context)
{
	const struct file_watch *watch = context;

	(void)what;
	if (platform_watch_tells((int)fd, watch->file))
		watch->changed(watch->context);
}

struct file_watch *
file_watch_new(
    struct event_base *base, const char *path, void (*changed)(void *context), void *context)
{
	const char *slash = strrchr(path, '/');
	char *folder =
	    slash == NULL ? mem_strdup(".") : mem_strndup(path, (size_t)(slash - path) + 1);
	int fd = platform_watch(folder);
	struct file_watch *watch;

	free(folder);
	if (fd < 0)
		return NULL;
	watch = mem_alloc(sizeof *watch);
	watch->fd = fd;
	watch->file = mem_strdup(slash == NULL ? path : slash + 1);
	watch->changed = changed;
	watch->context = context;
	watch->event = event_new(base, fd, EV_READ | EV_PERSIST, on_news, watch);
	event_add(watch->event, NULL);
	return watch;
}

void
file_watch_free(struct file_watch *watch)
{
	if (watch == NULL)
		return;
	event_free(watch->event);
	close(watch->fd);
	free(watch->file);
	free(watch);
}
