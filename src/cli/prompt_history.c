/*
 * The prompt's memory across runs.
 *
 * Decides how the history file is read, grown and cut so that nothing in it is lost: each line is
 * one O_APPEND write; a line that a crash or a full disk tore is healed by the next one; the file
 * is cut, when it grew too long, through a temporary file and rename(2). Both happen under a lock
 * on a file of its own (PATH.lock), since a lock on a file that is renamed away guards nothing.
 * Locks are tried, never waited for. What is worth remembering is left to the interface.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "cli/prompt_history.h"

enum {
	FILE_MAX = 4 << 20, /* bytes read from the end of the file */
	LINE_MAX_BYTES = 4096, /* longer lines in the file are passed over */
	LOCK_TRIES = 50,
	LOCK_BUSY = -1,
	LOCK_NONE = -2, /* this file system has no locks: go on without */
};

static const char cookie[] = "_HiStOrY_V2_\n";

enum {
	COOKIE_LENGTH = sizeof cookie - 1
};

struct past_line {
	char *text;
	uint32_t hash;
};

struct prompt_history {
	char *path, *lock_path; /* NULL = in memory only */
	struct past_line *lines; /* oldest first */
	size_t count, capacity;
	struct buf unwritten; /* encoded lines that wait for another program's lock */
	void (*complain)(void *context, const char *sentence);
	void *context;
};

/* --- lines in memory ------------------------------------------------------------------- */

/* Hashes a line (FNV-1a), so that equal ones are found fast. */
static uint32_t
hash_of(const char *text)
{
	uint32_t hash = 2166136261u;

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash;
}

/* Keeps a line in memory, dropping the oldest when there are too many; takes the text. */
static void
keep_line(struct prompt_history *history, char *text)
{
	if (history->count == PROMPT_HISTORY_MAX) {
		free(history->lines[0].text);
		history->count--;
		memmove(history->lines, history->lines + 1,
		    history->count * sizeof *history->lines);
	}
	history->lines = mem_grow(
	    history->lines, history->count, &history->capacity, sizeof *history->lines);
	history->lines[history->count++] =
	    (struct past_line){ .text = text, .hash = hash_of(text) };
}

size_t
prompt_history_count(const struct prompt_history *history)
{
	return history->count;
}

const char *
prompt_history_line(const struct prompt_history *history, size_t age)
{
	return history->lines[history->count - 1 - age].text;
}

/* True when the line is among the candidates already; hashes are those of the candidates. */
static bool
is_found(
    const struct candidates *candidates, const uint32_t *hashes, const struct past_line *line)
{
	for (size_t i = 0; i < candidates->count; i++) {
		if (hashes[i] == line->hash &&
		    strcmp(candidates->items[i].text, line->text) == 0)
			return true;
	}
	return false;
}

const char *
prompt_history_begun(const struct prompt_history *history, const char *text)
{
	size_t length = strlen(text), count = prompt_history_count(history);

	for (size_t age = 0; age < count; age++) {
		const char *line = prompt_history_line(history, age);

		if (strncmp(line, text, length) == 0 && line[length] != '\0')
			return line;
	}
	return NULL;
}

void
prompt_history_search(
    const struct prompt_history *history, const char *pattern, struct candidates *candidates)
{
	uint32_t hashes[PROMPT_HISTORY_FOUND_MAX] = { 0 };

	for (size_t i = history->count; i > 0 && candidates->count < PROMPT_HISTORY_FOUND_MAX;
	     i--) {
		const struct past_line *line = &history->lines[i - 1];

		if (text_find_nocase(line->text, pattern) == NULL ||
		    is_found(candidates, hashes, line))
			continue;
		hashes[candidates->count] = line->hash;
		candidates->items = mem_grow(candidates->items, candidates->count,
		    &candidates->capacity, sizeof *candidates->items);
		candidates->items[candidates->count++] =
		    (struct candidate){ .text = mem_strdup(line->text) };
	}
}

/* --- lines as the file has them ---------------------------------------------------------- */

/* True for a byte that stands in the file as \ooo: blanks, controls and the backslash. */
static bool
is_escaped(unsigned char byte)
{
	return byte <= ' ' || byte == 0x7f || byte == '\\';
}

/* Appends the line in the file's form, with its line end. */
static void
encode(struct buf *out, const char *line)
{
	for (; *line != '\0'; line++) {
		unsigned char byte = (unsigned char)*line;

		if (is_escaped(byte))
			buf_addf(out, "\\%03o", byte);
		else
			buf_addc(out, *line);
	}
	buf_addc(out, '\n');
}

/* Reads the three octal digits behind a backslash: the byte, or -1. */
static int
octal(const char *s, size_t n)
{
	int byte = 0;

	if (n < 3 || s[0] > '3')
		return -1;
	for (size_t i = 0; i < 3; i++) {
		if (s[i] < '0' || s[i] > '7')
			return -1;
		byte = byte * 8 + (s[i] - '0');
	}
	return byte;
}

/* True for text that a prompt could have held: UTF-8 without control characters. */
static bool
is_line(const struct buf *text)
{
	uint32_t character;

	for (size_t i = 0, length; i < text->length; i += length) {
		length = text_decode(text->data + i, text->length - i, &character);
		if (length == 0 || character < 0x20 || (character >= 0x7f && character < 0xa0))
			return false;
	}
	return text->length > 0;
}

/* Returns the line that n bytes of the file stand for, or NULL when they are none of ours. */
static char *
decode(const char *s, size_t n)
{
	struct buf line = BUF_INIT;

	if (n > LINE_MAX_BYTES)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		int byte = s[i] == '\\' ? octal(s + i + 1, n - i - 1) : 0;

		if (s[i] != '\\') {
			buf_addc(&line, s[i]);
		} else if (byte >= 0) {
			buf_addc(&line, (char)byte);
			i += 3;
		} else if (i + 1 < n && s[i + 1] == '\\') {
			buf_addc(&line, s[++i]);
		} else {
			buf_truncate(&line, 0);
			break;
		}
	}
	if (is_line(&line))
		return buf_take(&line);
	buf_clear(&line);
	return NULL;
}

/* --- the file ------------------------------------------------------------------------------ */

/* Goes on in memory alone, and says why. */
static void
give_up(struct prompt_history *history, const char *trouble)
{
	struct buf sentence = BUF_INIT;

	buf_addf(&sentence,
	    "The prompt's history %s %s: what you type is remembered in this run only.",
	    history->path, trouble);
	if (history->complain != NULL)
		history->complain(history->context, buf_text(&sentence));
	buf_clear(&sentence);
	free(history->path);
	history->path = NULL;
}

/* Goes on in memory alone since a system call failed. */
static void
give_up_errno(struct prompt_history *history, const char *what)
{
	struct buf trouble = BUF_INIT;

	buf_addf(&trouble, "cannot be %s (%s)", what, strerror(errno));
	give_up(history, buf_text(&trouble));
	buf_clear(&trouble);
}

/*
 * Takes the lock without waiting for it. Returns its descriptor (close it to unlock), LOCK_BUSY
 * while another program has it, LOCK_NONE where there are no locks.
 */
static int
take_lock(const struct prompt_history *history)
{
	int fd = open(history->lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return LOCK_NONE;
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		if (errno != EWOULDBLOCK && errno != EINTR) {
			close(fd);
			return LOCK_NONE;
		}
		sched_yield();
	}
	close(fd);
	return LOCK_BUSY;
}

/* Gives a lock back, if there is one. */
static void
give_lock(int lock)
{
	if (lock >= 0)
		close(lock);
}

/* Reads n bytes at this place, or as many as there are. */
static void
read_at(int fd, struct buf *out, size_t n, off_t at)
{
	char block[8192];
	ssize_t got;

	while (n > 0 && (got = pread(fd, block, n < sizeof block ? n : sizeof block, at)) > 0) {
		buf_add(out, block, (size_t)got);
		at += got;
		n -= (size_t)got;
	}
}

/* Returns false with errno set unless fd is an ordinary file; *size is its length. */
static bool
file_size(int fd, off_t *size)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return false;
	if (!S_ISREG(status.st_mode)) {
		errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
		return false;
	}
	*size = status.st_size;
	return true;
}

/* True when the file begins as a history does; an empty one may become one. */
static bool
is_history(int fd, off_t size)
{
	char begin[COOKIE_LENGTH];

	return size == 0 ||
	    (pread(fd, begin, COOKIE_LENGTH, 0) == COOKIE_LENGTH &&
		memcmp(begin, cookie, COOKIE_LENGTH) == 0);
}

/* Drops the rest of a line whose beginning was not read. */
static void
drop_first_line(struct buf *text)
{
	const char *end = memchr(buf_text(text), '\n', text->length);

	buf_drop(text, end == NULL ? text->length : (size_t)(end - text->data) + 1);
}

/*
 * Reads the file's end into text: false when it is there and cannot be used, which was told then.
 * A file that is not there is as good as an empty one.
 */
static bool
read_file(struct prompt_history *history, struct buf *text)
{
	int fd = open(history->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	off_t size, from = COOKIE_LENGTH;
	bool usable;

	if (fd < 0 && errno == ENOENT)
		return true;
	usable = fd >= 0 && file_size(fd, &size);
	if (!usable) {
		give_up_errno(history, "read");
	} else if (!is_history(fd, size)) {
		usable = false;
		give_up(history, "holds something else");
	} else if (size > from) {
		if (size - from > FILE_MAX)
			from = size - FILE_MAX;
		read_at(fd, text, (size_t)(size - from), from);
		if (from > COOKIE_LENGTH)
			drop_first_line(text);
	}
	if (fd >= 0)
		close(fd);
	return usable;
}

/* Counts the lines of a text. */
static size_t
count_lines(const struct buf *text)
{
	size_t count = 0;

	for (size_t i = 0; i < text->length; i++)
		count += text->data[i] == '\n';
	return count;
}

/* Keeps every line of the file's text that can be read. */
static void
keep_lines(struct prompt_history *history, const struct buf *text)
{
	const char *s = buf_text(text), *end = s + text->length;

	while (s < end) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		size_t n = (size_t)((stop != NULL ? stop : end) - s);
		char *line = decode(s, n);

		if (line != NULL)
			keep_line(history, line);
		s += n + 1;
	}
}

/* Writes all n bytes: false with errno set when they did not go out whole. */
static bool
write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		bytes += done;
		n -= (size_t)done;
	}
	return true;
}

/* Puts a file with these lines in the history's place; what fails leaves the old one there. */
static void
replace_file(const struct prompt_history *history, const char *lines, size_t n)
{
	struct buf name = BUF_INIT;
	int fd;
	bool done;

	buf_addf(&name, "%s.XXXXXX", history->path);
	fd = mkostemp(name.data, O_CLOEXEC); /* 0600 */
	if (fd < 0) {
		buf_clear(&name);
		return;
	}
	done =
	    write_all(fd, cookie, COOKIE_LENGTH) && write_all(fd, lines, n) && fsync(fd) == 0;
	if (close(fd) < 0 || !done || rename(name.data, history->path) < 0)
		unlink(name.data);
	buf_clear(&name);
}

/* Cuts the file to its newest lines. It is read again, under the lock: others may have added some. */
static void
cut_file(struct prompt_history *history)
{
	int lock = take_lock(history);
	struct buf text = BUF_INIT;
	size_t lines, from = 0;

	if (lock >= 0 && read_file(history, &text)) {
		lines = count_lines(&text);
		while (lines > PROMPT_HISTORY_KEPT && from < text.length)
			lines -= text.data[from++] == '\n';
		if (from > 0)
			replace_file(history, text.data + from, text.length - from);
	}
	buf_clear(&text);
	give_lock(lock);
}

/* Appends what waits to the open file of this size, in one write; a short one is taken back. */
static bool
append(struct prompt_history *history, int fd, off_t size)
{
	struct buf bytes = BUF_INIT;
	char last = '\n';
	ssize_t done;
	bool whole;

	if (size == 0)
		buf_add(&bytes, cookie, COOKIE_LENGTH);
	else if (pread(fd, &last, 1, size - 1) == 1 && last != '\n')
		buf_addc(&bytes, '\n'); /* the line before was torn */
	buf_add(&bytes, history->unwritten.data, history->unwritten.length);
	done = write(fd, bytes.data, bytes.length);
	whole = done == (ssize_t)bytes.length;
	if (done >= 0 && !whole && ftruncate(fd, size) == 0)
		errno = ENOSPC;
	buf_clear(&bytes);
	return whole;
}

/* Writes the lines that wait, unless another program holds the lock just now. */
static void
write_waiting(struct prompt_history *history)
{
	int lock = take_lock(history), fd;
	off_t size;

	if (lock == LOCK_BUSY)
		return;
	fd = open(history->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
	if (fd < 0 || !file_size(fd, &size) || !append(history, fd, size))
		give_up_errno(history, "written");
	if (fd >= 0)
		close(fd);
	give_lock(lock);
	buf_truncate(&history->unwritten, 0);
}

void
prompt_history_add(struct prompt_history *history, const char *line)
{
	if (*line == '\0' ||
	    (history->count > 0 && strcmp(prompt_history_line(history, 0), line) == 0))
		return;
	keep_line(history, mem_strdup(line));
	if (history->path == NULL)
		return;
	encode(&history->unwritten, line);
	write_waiting(history);
}

/* --- life ------------------------------------------------------------------------------------ */

/* Follows a symbolic link, so that a rename replaces the file and not the link. */
static char *
resolve(const char *path)
{
	char *real = realpath(path, NULL);

	return real != NULL ? real : mem_strdup(path);
}

/* Reads the file of earlier runs, and cuts it when it has grown too long. */
static void
open_file(struct prompt_history *history, const char *path)
{
	struct buf text = BUF_INIT;

	history->path = resolve(path);
	buf_addf(&text, "%s.lock", history->path);
	history->lock_path = buf_take(&text);
	if (read_file(history, &text)) {
		keep_lines(history, &text);
		if (count_lines(&text) > PROMPT_HISTORY_MAX)
			cut_file(history);
	}
	buf_clear(&text);
}

struct prompt_history *
prompt_history_new(
    const char *path, void (*complain)(void *context, const char *sentence), void *context)
{
	struct prompt_history *history = mem_alloc(sizeof *history);

	history->complain = complain;
	history->context = context;
	if (path != NULL)
		open_file(history, path);
	return history;
}

void
prompt_history_free(struct prompt_history *history)
{
	if (history == NULL)
		return;
	if (history->path != NULL && history->unwritten.length > 0)
		write_waiting(history);
	for (size_t i = 0; i < history->count; i++)
		free(history->lines[i].text);
	free(history->lines);
	buf_clear(&history->unwritten);
	free(history->path);
	free(history->lock_path);
	free(history);
}
