/*
 * Confinement: after start-up the program gives up what it will not need, so that a mistake in reading
 * a stranger's bytes stays small. Which files stay within reach is the caller's choice; how that is
 * told to the kernel is ours.
 */
#ifndef UTIL_CONFINE_H
#define UTIL_CONFINE_H

#include <stdbool.h>
#include <stddef.h>

enum confine_right {
	CONFINE_READ, /* read it, and list it */
	CONFINE_WRITE /* also write, make, rename and remove files in it */
};

/* A file or folder with all that is below it. */
struct confine_place {
	char *path;
	enum confine_right right;
};

struct confine_settings {
	struct confine_place *places;
	size_t count, capacity;
	bool listens; /* the laboratory may be opened: sockets that listen */
	bool as_nobody; /* when root: go on as the user nobody */
};

/* Adds a place (the path is copied; NULL and "" are passed over) and frees all of them. */
void confine_add(struct confine_settings *settings, const char *path, enum confine_right right);
void confine_clear(struct confine_settings *settings);

/*
 * Takes away everything else, for good: files by Landlock, system calls by seccomp, capabilities,
 * core dumps; by unveil(2) and pledge(2) on OpenBSD. What a kernel lacks is passed over. The debug log
 * (util/log.h) says what is in force. Call it before the first thread is started.
 */
void confine(const struct confine_settings *settings);

/*
 * Becomes this user with that user's groups and home, as if started by them: for root only. Returns
 * NULL, or a sentence that the caller frees.
 */
char *confine_become(const char *user);

#endif
