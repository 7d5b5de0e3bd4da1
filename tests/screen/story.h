/*
 * A story being played: the program on its terminal, the folder it lives in, what to start it with.
 */
#ifndef SCREEN_STORY_H
#define SCREEN_STORY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "terminal.h"

enum {
	STORY_WORDS = 32,
	STORY_ENVIRONMENT = 32
};

struct story {
	const char *program;
	const char *file; /* the story's path */
	unsigned line;
	FILE *input;
	struct {
		char *name, **values; /* of a variable; name NULL without `each` */
		int next, count;
		long
		    begin; /* of the lines that are told anew, and the number of the last one before */
		unsigned line;
	} each;
	char folder[64]; /* the story's own, empty at its start: $DIR */
	int rows, columns;
	char *environment[STORY_ENVIRONMENT]; /* NAME=VALUE, the last one NULL */
	struct terminal *terminal; /* NULL before `start` */
	int64_t patience_us; /* how long an expectation may take to come true */
	bool failed;
};

/* Says what is wrong, with the line of the story and the screen as it is; the first one ends the story. */
void story_fail(struct story *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One command of the language: its words (the name is word 0) are carried out. */
struct story_command {
	const char *name;
	int least, most; /* words behind the name */
	void (*run)(struct story *s, int count, char *words[]);
	const char *help;
};

/* The command of this name; NULL when there is none. */
const struct story_command *story_command_find(const char *name);

/* Prints the language, a line a command. */
void story_commands_print(void);

/* Gives a variable of the program's environment a value; NULL removes it. */
void story_set(struct story *s, const char *name, const char *value);

/* The bytes that a terminal sends for a key ("Enter", "C-c", "M-b", "F1"); NULL: no such key. */
const char *key_bytes(const char *name, char room[8]);

/* A colour that is not the terminal's own, as "#rrggbb": the first 16 as pictures show them. */
void picture_colour(const VTermScreen *screen, VTermColor colour, char out[8]);

enum picture_ground {
	PICTURE_DARK,
	PICTURE_LIGHT
};

/* Writes the screen as a picture (SVG) on this ground; false when the file cannot be written. */
bool picture_write(
    const struct terminal *t, enum picture_ground ground, const char *path, const char *title);

#endif
