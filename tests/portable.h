/*
 * What the program asks of a system besides POSIX.1-2008: calls that glibc, musl, every BSD and macOS
 * have. tests/portable.sh compiles every file with these and nothing else besides the standard, so
 * that a call which only one system has is an error there. A call that is missing here stands in
 * util/platform.c or util/confine.c, beside what other systems do, or is not made.
 */
#ifndef TESTS_PORTABLE_H
#define TESTS_PORTABLE_H

#include <sys/types.h>
#include <termios.h>
#include <time.h>

/* Seconds since 1970 of a date in UTC. */
time_t timegm(struct tm *date);

/* Sets the modes of a terminal that does nothing by itself. */
void cfmakeraw(struct termios *modes);

/* Makes and opens a file with a name of its own, with flags of open(2) such as O_CLOEXEC. */
int mkostemp(char *name, int flags);

/* Cuts the next word off a string. */
char *strsep(char **rest, const char *separators);

/* Takes on the groups of a user. */
int initgroups(const char *user, gid_t group);

#ifdef __OpenBSD__
/* The system calls that the program promises to make, and that programs it starts may make. */
int pledge(const char *promises, const char *promises_of_programs);

/* A path that stays visible, with rights of "rwxc"; every other one is hidden. */
int unveil(const char *path, const char *rights);
#endif

#endif
