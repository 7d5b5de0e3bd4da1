/*
 * Words and lists as a stream of names. Plain files are read a block at a time when names are asked for; what
 * comes through a pipe is fed by the loop. A line is a name, a comment, or a fault that the report
 * tells in its place.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/platform.h"
#include "util/text.h"

#include "mail/address.h"

#include "app/recording.h"
#include "cli/names.h"

enum {
	BLOCK = 65536
};

struct names {
	char *const *words;
	int count, next; /* the word to take next */
	struct names_share share;
	uint64_t taken; /* names met, those of other shares too */

	int file; /* of the list at hand; -1 = none */
	bool plain, ended;
	struct buf pending; /* read, and not yet taken */
	size_t at; /* where the next line begins in it */
	size_t skipped; /* octets of the line at hand, which is too long; 0 = it is not */
	const char *path;

	const struct recorded_name *recorded; /* of a replay, in place of words */

	uint64_t size, read; /* octets of all plain lists, and those taken from them */
	bool sizeless; /* some list has no size */
	char *trouble;
};

void
name_clear(struct name *name)
{
	free(name->text);
	free(name->fault);
	*name = (struct name){ 0 };
}

bool
names_share_parse(struct names_share *share, const char *text)
{
	const char *slash = strchr(text, '/');
	char *head;
	long index = 0, count = 0;
	bool ok;

	if (slash == NULL)
		return false;
	head = mem_strndup(text, (size_t)(slash - text));
	ok = text_number(slash + 1, 1, NAMES_SHARES_MAX, &count) &&
	    text_number(head, 1, count, &index);
	free(head);
	if (ok)
		*share = (struct names_share){ (unsigned)index, (unsigned)count };
	return ok;
}

/* Says why the text is no name, as a string that the caller frees; NULL when it is one. */
static char *
fault_of(const char *text)
{
	struct mail_subject subject;
	char *fault = mail_subject_parse(&subject, text);

	if (fault == NULL)
		mail_subject_clear(&subject);
	return fault;
}

/* --- opening ------------------------------------------------------------------------ */

/* Returns the sentence for a list that cannot be read. */
static char *
unreadable(const char *path, int error)
{
	struct buf sentence = BUF_INIT;

	buf_adds(&sentence, "The list ");
	text_printable(&sentence, path, strlen(path));
	buf_addf(&sentence, " cannot be read: %s.", strerror(error));
	return buf_take(&sentence);
}

/* Returns the sentence for a list with a line that does not end, as that of a device. */
static char *
endless(const char *path)
{
	struct buf sentence = BUF_INIT;

	buf_adds(&sentence, "The list ");
	text_printable(&sentence, path, strlen(path));
	buf_addf(&sentence,
	    " is not read on: expected names, one a line, not a line of more than %d octets.",
	    NAMES_SKIP_MAX);
	return buf_take(&sentence);
}

/* Opens a list, which may be standard input: its descriptor, or -1 with errno set. */
static int
open_list(const char *path)
{
	return strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
}

/* Sees that a list can be read, and how long it is: NULL, or a sentence. */
static char *
check_list(struct names *names, const char *path)
{
	struct stat status;
	int error = 0, file;

	if (*path == '\0')
		return mem_strdup(
		    "@ expects the name of a list: @FILE, or @- for standard input.");
	/* A pipe with a name would be emptied by opening it to look. */
	if (strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISFIFO(status.st_mode)) {
		names->sizeless = true;
		return NULL;
	}
	file = open_list(path);
	if (file < 0 || fstat(file, &status) != 0)
		error = errno;
	else if (S_ISDIR(status.st_mode))
		error = EISDIR;
	else if (S_ISREG(status.st_mode))
		names->size += (uint64_t)status.st_size;
	else
		names->sizeless = true;
	if (file >= 0)
		close(file);
	return error == 0 ? NULL : unreadable(path, error);
}

struct names *
names_new(char *const *words, int count, struct names_share share, char **error)
{
	struct names *names = mem_alloc(sizeof *names);

	names->words = words;
	names->count = count;
	names->share = share;
	names->file = -1;
	*error = NULL;
	for (int i = 0; i < count && *error == NULL; i++)
		*error =
		    words[i][0] == '@' ? check_list(names, words[i] + 1) : fault_of(words[i]);
	if (*error == NULL)
		return names;
	names_free(names);
	return NULL;
}

struct names *
names_recorded(const struct recording *recording)
{
	struct names *names = mem_alloc(sizeof *names);
	size_t count;

	names->recorded = recording_names(recording, &count);
	names->count = (int)count;
	names->share = (struct names_share){ 1, 1 };
	names->file = -1;
	return names;
}

void
names_free(struct names *names)
{
	if (names == NULL)
		return;
	if (names->file >= 0)
		close(names->file);
	buf_clear(&names->pending);
	free(names->trouble);
	free(names);
}

/* Makes the list at hand the one with this path. */
static bool
begin_list(struct names *names, const char *path)
{
	names->path = path;
	names->file = open_list(path);
	if (names->file < 0) {
		names->trouble = unreadable(path, errno);
		return false;
	}
	names->plain = !platform_can_wait(names->file);
	names->ended = false;
	return true;
}

static void
end_list(struct names *names)
{
	close(names->file);
	names->file = -1;
	buf_clear(&names->pending);
	names->at = 0;
}

/* --- lines --------------------------------------------------------------------------- */

/*
 * Cuts blanks and the comment off a line of a list, in place, and the mark that some editors put before
 * UTF-8. Returns where the name begins.
 */
static char *
trim_line(char *line)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t n;

	if (strncmp(line, mark, strlen(mark)) == 0)
		line += strlen(mark);
	line += strspn(line, " \t");
	if (*line == '#')
		*line = '\0';
	n = strlen(line);
	while (n > 0 && strchr(" \t\r\n", line[n - 1]) != NULL)
		line[--n] = '\0';
	for (size_t i = 1; i < n; i++) {
		if (line[i] == '#' && (line[i - 1] == ' ' || line[i - 1] == '\t')) {
			line[i] = '\0';
			return trim_line(line);
		}
	}
	return line;
}

/* True when this share of the list has the name that was met now. */
static bool
is_ours(struct names *names)
{
	return names->taken++ % names->share.count == names->share.index - 1;
}

/* Turns n octets of a line into a name: false when it holds none, or one of another share. */
static bool
read_line(struct names *names, struct name *name, const char *bytes, size_t n)
{
	char *line, *text;
	bool ours;

	if (memchr(bytes, '\0', n) != NULL || n > NAMES_LINE_MAX) {
		if (!is_ours(names))
			return false;
		*name = (struct name){
			.text = text_printable_copy(bytes, n > 256 ? 256 : n),
			.fault = mem_strdup(n > NAMES_LINE_MAX
				? "Expected a domain or an address, not a line of that length."
				: "Expected a domain or an address, not a line with a NUL."),
		};
		return true;
	}
	line = mem_strndup(bytes, n);
	text = trim_line(line);
	ours = *text != '\0' && is_ours(names);
	if (ours)
		*name = (struct name){ .text = mem_strdup(text), .fault = fault_of(text) };
	free(line);
	return ours;
}

/* Lets go of what has been taken. */
static void
drop_taken(struct names *names)
{
	buf_drop(&names->pending, names->at);
	names->at = 0;
}

/* Takes the next line out of what is pending: its length in *n, NULL when there is no whole one. */
static const char *
next_line(struct names *names, size_t *n)
{
	const char *line = buf_text(&names->pending) + names->at;
	size_t left = names->pending.length - names->at;
	const char *end = left == 0 ? NULL : memchr(line, '\n', left);

	if (end == NULL && !(names->ended && left > 0) && left <= NAMES_LINE_MAX)
		return NULL;
	*n = end == NULL ? left : (size_t)(end - line);
	names->at += end == NULL ? left : *n + 1;
	if (names->plain)
		names->read += end == NULL ? left : *n + 1;
	return line;
}

/* Takes the next line that counts: one that goes on behind what was too long does not. */
static const char *
next_whole_line(struct names *names, size_t *n)
{
	const char *line;

	while ((line = next_line(names, n)) != NULL) {
		bool rest = names->skipped > 0;

		if (*n > NAMES_LINE_MAX && line[*n] != '\n')
			names->skipped += *n;
		else
			names->skipped = 0;
		if (!rest)
			return line;
	}
	return NULL;
}

/* Reads the next block of a plain list: false when it cannot be read. */
static bool
read_block(struct names *names)
{
	char block[BLOCK];
	ssize_t n;

	do
		n = read(names->file, block, sizeof block);
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		names->trouble = unreadable(names->path, errno);
		return false;
	}
	names_feed(names, block, (size_t)n);
	return true;
}

void
names_feed(struct names *names, const char *bytes, size_t n)
{
	drop_taken(names);
	if (n == 0)
		names->ended = true;
	else
		buf_add(&names->pending, bytes, n);
}

/* Takes the next name of the list at hand; NAMES_END when it holds no more. */
static enum names_state
next_of_list(struct names *names, struct name *name)
{
	for (;;) {
		size_t n;
		const char *line = next_whole_line(names, &n);

		if (line != NULL && read_line(names, name, line, n))
			return NAMES_READY;
		if (line != NULL)
			continue;
		if (names->skipped > NAMES_SKIP_MAX) {
			names->trouble = endless(names->path);
			return NAMES_TROUBLE;
		}
		if (names->ended)
			return NAMES_END;
		if (!names->plain)
			return NAMES_LATER;
		if (!read_block(names))
			return NAMES_TROUBLE;
	}
}

enum names_state
names_next(struct names *names, struct name *name)
{
	for (;;) {
		enum names_state state;
		const char *word;

		if (names->trouble != NULL)
			return NAMES_TROUBLE;
		if (names->file >= 0) {
			state = next_of_list(names, name);
			if (state != NAMES_END)
				return state;
			end_list(names);
		}
		if (names->next == names->count)
			return NAMES_END;
		if (names->recorded != NULL) {
			const struct recorded_name *next = &names->recorded[names->next++];

			*name =
			    (struct name){ mem_strdup(next->text), mem_strdup(next->fault) };
			return NAMES_READY;
		}
		word = names->words[names->next++];
		if (word[0] == '@') {
			begin_list(names, word + 1);
		} else if (is_ours(names)) {
			*name = (struct name){ .text = mem_strdup(word) };
			return NAMES_READY;
		}
	}
}

const char *
names_trouble(const struct names *names)
{
	return names->trouble;
}

int
names_descriptor(const struct names *names)
{
	return names->file >= 0 && !names->plain && !names->ended ? names->file : -1;
}

bool
names_full(const struct names *names)
{
	return names->pending.length - names->at >= BLOCK;
}

double
names_fraction(const struct names *names)
{
	if (names->sizeless)
		return -1;
	if (names->size == 0)
		return names->count == 0 ? 1 : (double)names->next / names->count;
	return (double)names->read / (double)names->size;
}
