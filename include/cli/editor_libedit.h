/*
 * libedit and all it needs to run without a terminal: streams that go nowhere, a private
 * pseudo-terminal, its history.
 */
#ifndef CLI_EDITOR_LIBEDIT_H
#define CLI_EDITOR_LIBEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <wchar.h>

struct editline;

enum {
	EDITOR_MACROS_MAX = 64,
	EDITOR_MACRO_FIRST = '0', /* the key behind PRIVATE_MACRO that means the first macro */
};

struct editor_libedit {
	struct editline *el;
	void *past; /* HistoryW: what Up and Down go through */
	FILE *nowhere;
	FILE *errors; /* a stream in memory: what libedit says of a wrong command */
	char *error_text;
	size_t error_length;
	int master, slave;
	wchar_t *macros[EDITOR_MACROS_MAX]; /* what the macros of ~/.editrc type */
	size_t macro_count;
};

/* Opens everything; false when the system does not give it. editor_libedit_close() either way. */
bool editor_libedit_open(struct editor_libedit *libedit);
void editor_libedit_close(struct editor_libedit *libedit);

/* Forgets what libedit said so far; then returns what it said since, "" when nothing. */
void editor_libedit_listen(struct editor_libedit *libedit);
const char *editor_libedit_said(struct editor_libedit *libedit);

#endif
