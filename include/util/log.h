/*
 * The debug log of --trace: one line an event, off unless a file was named.
 * Lines are made printable; secrets and message contents never get here.
 */
#ifndef UTIL_LOG_H
#define UTIL_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Starts logging to file (which the log does not close), or stops it with NULL. */
void log_to(FILE *file);

/* True while a log is written: lets callers skip costly formatting. */
bool log_on(void);

/* Tells the log the time of the lines that follow, in monotonic microseconds. */
void log_time(int64_t now_us);

/* Writes one line: seconds since the first, the room that speaks, the text. */
void log_line(const char *room, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
