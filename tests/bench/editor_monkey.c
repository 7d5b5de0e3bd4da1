/*
 * A monkey at the prompt: random keys into the line editor, in emacs and in vi mode, with
 * completion, history, pastes and Escapes; after each key what is drawn must make sense. Says how
 * many keys it typed, how long that took and how long the slowest one took.
 *
 *	editor_monkey [KEYS [SEED]]      keys for each mode; default 4000000
 *
 * Keys are drawn so that trouble is likely: commands more often than letters, long counts, the keys
 * that libedit does not survive unguarded.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "cli/editor.h"

enum {
	KEYS_DEFAULT = 4000000,
	STALL_US = 1000000, /* a key that takes longer is a stall */
	LINES_REMEMBERED = 400,
};

struct monkey {
	struct editor *editor;
	uint64_t random;
	unsigned long lines, cancels, ends;
};

static const char *const sequences[] = { "\033[A", "\033[B", "\033[C", "\033[D", "\033OA",
	"\033OB", "\033OC", "\033OD", "\033[H", "\033[F", "\033[1~", "\033[4~", "\033[3~",
	"\033[Z", "\033[5~", "\033[6~", "\033[1;5C", "\033[1;5D", "\033[15~", "\033b", "\033f",
	"\033d", "\033x", "\033<", "\033>", "\033p", "\0339", "\033\303\251", "\033[",
	"\033u" };

static const uint32_t odd_characters[] = { 0xe9, 0x416, 0x4e2d, 0x301, 0x1f600, 0xa0, 0xff,
	0x81, 0x85, 0x200d, 0x202e, 0x10ffff, 0xd800 };

static const char *const pastes[] = { "example.org", "a\tb\r\nc", "\033[A\x80\xff", "", " ",
	"\xc3\xa9\xe4\xb8\xad", "lookup \"quoted name\"" };

/* The next number of the monkey's own stream (splitmix64). */
static uint64_t
draw(struct monkey *monkey)
{
	uint64_t z = monkey->random += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* A number below n. */
static size_t
below(struct monkey *monkey, size_t n)
{
	return (size_t)(draw(monkey) % n);
}

/* Offers words, as the program would. */
static void
complete(void *context, const char *line, size_t cursor, struct candidates *candidates)
{
	static const char *const words[] = { "lookup", "lab", "probe", "example.net",
		"example.org", "b\303\274cher.example", "source/", "screen" };
	size_t begin = cursor;

	(void)context;
	while (begin > 0 && line[begin - 1] != ' ')
		begin--;
	candidates->word = begin;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strncmp(words[i], line + begin, cursor - begin) != 0)
			continue;
		candidates->items = mem_grow(candidates->items, candidates->count,
		    &candidates->capacity, sizeof *candidates->items);
		candidates->items[candidates->count++] =
		    (struct candidate){ .text = mem_strdup(words[i]) };
	}
}

/* Pastes something, now and then more than a line may hold. */
static void
paste(struct monkey *monkey)
{
	static char much[5000];
	size_t which = below(monkey, sizeof pastes / sizeof *pastes + 1);

	if (which < sizeof pastes / sizeof *pastes) {
		editor_paste(monkey->editor, pastes[which], strlen(pastes[which]));
	} else {
		memset(much, 'x', sizeof much);
		editor_paste(monkey->editor, much, below(monkey, sizeof much));
	}
}

/* Presses one key. */
static enum editor_event
press(struct monkey *monkey)
{
	size_t what = below(monkey, 100);

	if (what < 30)
		return editor_key(monkey->editor, (uint32_t)below(monkey, 32));
	if (what < 75)
		return editor_key(monkey->editor, (uint32_t)(32 + below(monkey, 96)));
	if (what < 80)
		return editor_key(monkey->editor, (uint32_t)('0' + below(monkey, 10)));
	if (what < 90)
		return editor_escape(monkey->editor);
	if (what < 96)
		return editor_sequence(monkey->editor,
		    sequences[below(monkey, sizeof sequences / sizeof *sequences)]);
	if (what < 98)
		return editor_key(monkey->editor,
		    odd_characters[below(
			monkey, sizeof odd_characters / sizeof *odd_characters)]);
	if (below(monkey, 20) == 0)
		editor_set(monkey->editor, "filter ");
	else
		paste(monkey);
	return EDITOR_NOTHING;
}

/* Takes what came of a key, as the interface does. */
static void
react(struct monkey *monkey, enum editor_event event)
{
	char *line;

	switch (event) {
	case EDITOR_NOTHING:
		return;
	case EDITOR_LINE:
		line = editor_line(monkey->editor);
		if (monkey->lines++ < LINES_REMEMBERED)
			editor_remember(monkey->editor, line);
		free(line);
		return;
	case EDITOR_CANCEL:
		monkey->cancels++;
		return;
	case EDITOR_END:
		monkey->ends++;
		return;
	}
}

/* Ends the program unless what is to be drawn makes sense. */
static void
check(struct monkey *monkey, unsigned long key)
{
	struct editor_view view = editor_view(monkey->editor);
	size_t length = strlen(view.line);

	if (view.cursor <= length && text_is_printable(view.line, length) &&
	    (view.candidates == NULL || view.chosen == SIZE_MAX ||
		view.chosen < view.candidates->count))
		return;
	printf("key %lu: cursor %zu in a line of %zu bytes: \"%s\"\n", key, view.cursor, length,
	    view.line);
	exit(1);
}

/* Microseconds of the monotonic clock. */
static int64_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/* Lets the monkey type in one mode. Returns false when a key stalled. */
static bool
play(const char *mode, unsigned long keys, uint64_t seed)
{
	const struct editor_settings settings = { .complete = complete };
	struct monkey monkey = { .random = seed, .editor = editor_new(&settings) };
	int64_t begin = now(), worst = 0;

	if (monkey.editor == NULL) {
		puts("the system gives no pseudo-terminal");
		exit(1);
	}
	for (unsigned long key = 0; key < keys; key++) {
		int64_t pressed = now(), took;

		react(&monkey, press(&monkey));
		took = now() - pressed;
		worst = took > worst ? took : worst;
		check(&monkey, key);
	}
	printf("%-5s  seed %llu: %lu keys in %.1f s, slowest key %.1f ms; %lu lines, %lu given "
	       "up, "
	       "%lu ends of input\n",
	    mode, (unsigned long long)seed, keys, (double)(now() - begin) / 1e6,
	    (double)worst / 1e3, monkey.lines, monkey.cancels, monkey.ends);
	fflush(stdout);
	editor_free(monkey.editor);
	return worst < STALL_US;
}

/* Makes ~/.editrc for a mode. */
static void
write_editrc(const char *path, const char *mode)
{
	FILE *file = fopen(path, "w");

	if (file == NULL) {
		perror(path);
		exit(1);
	}
	fprintf(file, "bind -%c\n", *mode);
	if (*mode == 'e') /* libedit's own search too, which calls itself once a key */
		fputs("bind ^T em-inc-search-prev\nbind ^Y em-inc-search-next\n", file);
	fclose(file);
}

int
main(int argc, char *argv[])
{
	static const char *const modes[] = { "emacs", "vi" };
	unsigned long keys = argc > 1 ? strtoul(argv[1], NULL, 10) : KEYS_DEFAULT;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	char path[] = "/tmp/editor-monkey-XXXXXX";
	int fd = mkstemp(path);
	bool good = fd >= 0;

	setlocale(LC_CTYPE, "C.UTF-8");
	setenv("EDITRC", path, 1);
	for (size_t i = 0; good && i < sizeof modes / sizeof *modes; i++) {
		write_editrc(path, modes[i]);
		good = play(modes[i], keys, seed);
	}
	unlink(path);
	return good ? 0 : 1;
}
