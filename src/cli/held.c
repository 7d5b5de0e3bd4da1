/*
 * Which names need not be asked again. A line of a report begins with its name (app/report_json.c writes
 * it so), which is compared as it stands there, escapes and all: nothing else of the line is read.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/table.h"
#include "util/text.h"

#include "cli/held.h"

#define LINE_BEGINS "{\"schema\":1,\"name\":\""
#define UNFINISHED  "\"reason\":\"not finished\""

struct held {
	struct hash_key key;
	struct table places; /* of the lines, by the hash of their name */
	FILE *file;
	off_t whole; /* octets of all whole lines */
};

/* The hash of a name as it stands in the report. */
static uint64_t
hash_of(const struct held *held, const char *escaped, size_t n)
{
	return hash_bytes(&held->key, escaped, n);
}

/* Takes in one line; what does not begin as a line of a report is passed over. */
static void
add_line(struct held *held, const char *line)
{
	const char *name = line + strlen(LINE_BEGINS), *end = name;

	if (strncmp(line, LINE_BEGINS, strlen(LINE_BEGINS)) != 0 ||
	    strstr(line, UNFINISHED) != NULL)
		return;
	while (*end != '\0' && *end != '"')
		end += *end == '\\' && end[1] != '\0' ? 2 : 1;
	if (*end != '"')
		return;
	table_put(
	    &held->places, hash_of(held, name, (size_t)(end - name)), (uint64_t)held->whole);
}

/* Takes in all whole lines: false when it is no report. */
static bool
add_lines(struct held *held)
{
	char *line = NULL;
	size_t capacity = 0;
	bool is_report = true;
	ssize_t n;

	while (is_report && (n = getline(&line, &capacity, held->file)) > 0 &&
	    line[n - 1] == '\n') {
		is_report = held->whole > 0 || line[0] == '{';
		add_line(held, line);
		held->whole += n;
	}
	free(line);
	return is_report;
}

/* Returns the sentence for a report that is of no use. */
static char *
unusable(const char *path, const char *why)
{
	struct buf sentence = BUF_INIT;

	buf_adds(&sentence, "Expected the output of an earlier --report=json; ");
	text_printable(&sentence, path, strlen(path));
	buf_addf(&sentence, " %s.", why);
	return buf_take(&sentence);
}

/* Returns the sentence for a report that cannot be read. */
static char *
unreadable(const char *path, int error)
{
	struct buf why = BUF_INIT;
	char *text;

	buf_addf(&why, "cannot be read (%s)", strerror(error));
	text = unusable(path, why.data);
	buf_clear(&why);
	return text;
}

struct held *
held_read(const char *path, const struct hash_key *key, char **error)
{
	struct held *held = mem_alloc(sizeof *held);

	held->key = *key;
	held->file = fopen(path, "re");
	*error = NULL;
	if (held->file == NULL)
		*error = unreadable(path, errno);
	else if (!add_lines(held))
		*error = unusable(path, "is none");
	else if (ferror(held->file))
		*error = unreadable(path, errno);
	if (*error == NULL)
		return held;
	held_free(held);
	return NULL;
}

void
held_free(struct held *held)
{
	if (held == NULL)
		return;
	if (held->file != NULL)
		fclose(held->file);
	table_clear(&held->places);
	free(held);
}

void
held_cut_tail(const struct held *held, int out)
{
	struct stat theirs, ours;

	if (fstat(fileno(held->file), &theirs) != 0 || fstat(out, &ours) != 0 ||
	    theirs.st_dev != ours.st_dev || theirs.st_ino != ours.st_ino ||
	    theirs.st_size == held->whole)
		return;
	/* Where that fails the next line begins behind the cut one, and is passed over later. */
	if (ftruncate(out, held->whole) == 0)
		lseek(out, held->whole, SEEK_SET);
}

/* Finds where the name's line begins. */
static bool
find_place(const struct held *held, const char *name, uint64_t *place)
{
	char *shown = text_printable_copy(name, strlen(name));
	struct buf escaped = BUF_INIT;
	bool found;

	for (const char *c = shown; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			buf_addc(&escaped, '\\');
		buf_addc(&escaped, *c);
	}
	found =
	    table_get(&held->places, hash_of(held, buf_text(&escaped), escaped.length), place);
	buf_clear(&escaped);
	free(shown);
	return found;
}

bool
held_has(const struct held *held, const char *name)
{
	uint64_t place;

	return held != NULL && find_place(held, name, &place);
}

char *
held_line(const struct held *held, const char *name, size_t *n)
{
	char *line = NULL;
	size_t capacity = 0;
	uint64_t place;
	ssize_t length = -1;

	if (find_place(held, name, &place) && fseeko(held->file, (off_t)place, SEEK_SET) == 0)
		length = getline(&line, &capacity, held->file);
	if (length < 0) {
		free(line);
		return NULL;
	}
	*n = (size_t)length;
	return line;
}
