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
#include "util/text.h"

#include "cli/held.h"

#define LINE_BEGINS "{\"schema\":1,\"name\":\""
#define UNFINISHED  "\"reason\":\"not finished\""

enum {
	SLOTS_FIRST = 1024
};

/* A table of hashes with open addressing; 0 marks a free slot. */
struct held {
	struct hash_key key;
	uint64_t *slots;
	size_t size, count;
};

/* The slot of this hash: its own, or the free one where it belongs. */
static uint64_t *
slot_of(uint64_t *slots, size_t size, uint64_t hash)
{
	size_t at = (size_t)hash & (size - 1);

	while (slots[at] != 0 && slots[at] != hash)
		at = (at + 1) & (size - 1);
	return &slots[at];
}

/* Doubles the table. */
static void
grow(struct held *held)
{
	size_t size = held->size == 0 ? SLOTS_FIRST : held->size * 2;
	uint64_t *slots = mem_calloc(size, sizeof *slots);

	for (size_t i = 0; i < held->size; i++) {
		if (held->slots[i] != 0)
			*slot_of(slots, size, held->slots[i]) = held->slots[i];
	}
	free(held->slots);
	held->slots = slots;
	held->size = size;
}

/* The hash of a name as it stands in the report; never 0. */
static uint64_t
hash_of(const struct held *held, const char *escaped, size_t n)
{
	return hash_bytes(&held->key, escaped, n) | 1;
}

/* Takes in one line; what does not begin as a line of a report is passed over. */
static void
add_line(struct held *held, const char *line)
{
	const char *name = line + strlen(LINE_BEGINS), *end = name;
	uint64_t hash;

	if (strncmp(line, LINE_BEGINS, strlen(LINE_BEGINS)) != 0 ||
	    strstr(line, UNFINISHED) != NULL)
		return;
	while (*end != '\0' && *end != '"')
		end += *end == '\\' && end[1] != '\0' ? 2 : 1;
	if (*end != '"')
		return;
	if (held->count * 2 >= held->size)
		grow(held);
	hash = hash_of(held, name, (size_t)(end - name));
	if (*slot_of(held->slots, held->size, hash) == 0)
		held->count++;
	*slot_of(held->slots, held->size, hash) = hash;
}

/* Takes in all whole lines. Returns the octets of those. */
static off_t
add_lines(struct held *held, FILE *file, bool *is_report)
{
	char *line = NULL;
	size_t capacity = 0;
	off_t whole = 0;
	ssize_t n;

	*is_report = true;
	while ((n = getline(&line, &capacity, file)) > 0 && line[n - 1] == '\n') {
		if (whole == 0)
			*is_report = line[0] == '{';
		whole += n;
		add_line(held, line);
	}
	free(line);
	return whole;
}

/* Returns the sentence for an output that cannot be gone on with. */
static char *
unusable(const char *path, const char *why)
{
	struct buf sentence = BUF_INIT;

	buf_adds(&sentence, "--resume expects the output of --report=json; ");
	text_printable(&sentence, path, strlen(path));
	buf_addf(&sentence, " %s.", why);
	return buf_take(&sentence);
}

/* Cuts the file to its whole lines, when the output goes on in it. */
static void
cut_tail(FILE *file, int out, off_t whole)
{
	struct stat theirs, ours;

	if (fstat(fileno(file), &theirs) != 0 || fstat(out, &ours) != 0 ||
	    theirs.st_dev != ours.st_dev || theirs.st_ino != ours.st_ino ||
	    theirs.st_size == whole)
		return;
	if (ftruncate(out, whole) != 0 || lseek(out, whole, SEEK_SET) < 0)
		return; /* then the next line begins behind the cut one, which held_read() copes with */
}

struct held *
held_read(const char *path, int out, const struct hash_key *key, char **error)
{
	struct held *held = mem_alloc(sizeof *held);
	FILE *file = fopen(path, "re");
	bool is_report = true;
	off_t whole;

	held->key = *key;
	*error = NULL;
	if (file == NULL && errno == ENOENT)
		return held;
	if (file != NULL) {
		whole = add_lines(held, file, &is_report);
		if (!ferror(file) && is_report)
			cut_tail(file, out, whole);
	}
	if (file == NULL || ferror(file))
		*error = unusable(path, strerror(errno));
	else if (!is_report)
		*error = unusable(path, "is none");
	if (file != NULL)
		fclose(file);
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
	free(held->slots);
	free(held);
}

bool
held_has(const struct held *held, const char *name)
{
	struct buf escaped = BUF_INIT;
	uint64_t hash;

	if (held == NULL || held->size == 0)
		return false;
	text_printable(&escaped, name, strlen(name));
	for (size_t i = 0; i < escaped.length; i++) {
		if (escaped.data[i] == '"' || escaped.data[i] == '\\') {
			char *rest = mem_strdup(escaped.data + i);

			buf_truncate(&escaped, i);
			buf_addf(&escaped, "\\%s", rest);
			free(rest);
			i++;
		}
	}
	hash = hash_of(held, buf_text(&escaped), escaped.length);
	buf_clear(&escaped);
	return *slot_of(held->slots, held->size, hash) != 0;
}
