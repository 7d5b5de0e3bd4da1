/*
 * libedit in a thread with strict hand-over.
 *
 * libedit reads further keys inside its commands (a quoted character, the rest of an Escape
 * sequence), so it must be able to wait there: el_wgets() runs in a thread, and its
 * function for the next key hands control back whenever no key is left. One side runs at a
 * time, always: nothing here needs a lock, and whenever the program's side runs, libedit's stands in
 * read_key(). What keys are bound to is in editor_keys.c; pop-ups are in editor_popup.c.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <histedit.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "cli/editor_keys.h"
#include "cli/editor_line.h"
#include "cli/editor_rc.h"

enum {
	STACK_SIZE = 1 << 20,
	COUNT_DIGITS = 3, /* of a repeat count: what is inserted a million times stalls */
	KEYS_MAX = 64, /* handed in at once */
	MACRO_KEYS_MAX = 2000, /* typed by macros for one key; also how deep they may nest */
	ESCAPE = 27,
};

struct editor_line {
	struct editor_notes notes; /* first: libedit's client data points here */
	struct editor_libedit libedit;
	bool vi;

	pthread_t thread;
	bool running;
	sem_t go, back; /* to libedit's side, and back */

	/* Handed to libedit's side. */
	wchar_t keys[KEYS_MAX];
	size_t key_count, next_key;
	bool cancelled, quitting;

	/* Handed back. */
	enum editor_event event;
	char *taken; /* the finished line */
	bool waits; /* in the middle of a command */

	const char *top; /* frame of the read that waits for a command's first key */
	bool meta; /* emacs: Escape was the last key */
	int digits; /* emacs: of the repeat count so far */

	struct buf text;
};

/* --- hand-over ------------------------------------------------------------------------------- */

/* Waits for a semaphore, whatever signals come. */
static void
wait_for(sem_t *semaphore)
{
	while (sem_wait(semaphore) < 0 && errno == EINTR)
		continue;
}

/* The program's side: lets libedit run until it has no key left. */
static void
resume(struct editor_line *line)
{
	sem_post(&line->go);
	wait_for(&line->back);
}

/* libedit's side: lets the program run until it has a key. */
static void
hand_back(struct editor_line *line)
{
	sem_post(&line->back);
	wait_for(&line->go);
}

/* --- libedit's side -------------------------------------------------------------------------- */

/*
 * Returns the key, but for one digit too many in emacs mode's repeat count (Escape, digits): then
 * one that gives the count up.
 */
static wchar_t
guarded(struct editor_line *line, wchar_t key)
{
	bool counts = line->meta || line->digits > 0;

	line->meta = key == ESCAPE;
	if (key >= L'0' && key <= L'9' && counts && !line->vi)
		line->digits++;
	else if (!line->meta)
		line->digits = 0;
	if (line->digits <= COUNT_DIGITS)
		return key;
	line->digits = 0;
	return PRIVATE_NOTHING;
}

/*
 * Gives libedit its next key, handing back while there is none. How deep the stack is tells
 * whether libedit is between two commands or in the middle of one; only between them may its line
 * be mended.
 */
static int
read_key(EditLine *el, wchar_t *key)
{
	const char *here = __builtin_frame_address(0);
	void *data = NULL;
	struct editor_line *line;

	el_wget(el, EL_CLIENTDATA, &data);
	line = data;
	if (here > line->top)
		line->top = here;
	line->waits = here != line->top;
	for (;;) {
		if (line->cancelled || line->quitting) {
			*key = L'\0';
			errno = EINTR;
			return -1;
		}
		editor_functions_clamp(el);
		if (!line->waits)
			editor_functions_tidy(el);
		if (line->next_key < line->key_count)
			break;
		hand_back(line);
	}
	if (!line->waits)
		line->notes.commands++;
	*key = guarded(line, line->keys[line->next_key++]);
	return 1;
}

/* Appends n wide characters as UTF-8. */
static void
add_wide(struct buf *out, const wchar_t *s, size_t n)
{
	char bytes[4];

	for (size_t i = 0; i < n; i++)
		buf_add(out, bytes, text_encode((uint32_t)s[i], bytes));
}

/* Notes how a line ended: text is NULL when no line came of it. */
static void
end_line(struct editor_line *line, const wchar_t *text, int n)
{
	struct buf taken = BUF_INIT;

	if (line->cancelled) { /* first: a nested read makes an end of input of it */
		line->event = EDITOR_CANCEL;
	} else if (text == NULL || n <= 0) {
		line->event = EDITOR_END;
	} else {
		add_wide(&taken, text, (size_t)n - (text[n - 1] == L'\n'));
		free(line->taken);
		line->taken = buf_take(&taken);
		line->event = EDITOR_LINE;
	}
	line->cancelled = false;
	line->next_key = line->key_count; /* what was typed behind the line belongs to no one */
}

/* The thread: line after line. */
static void *
run(void *argument)
{
	struct editor_line *line = argument;

	while (!line->quitting) {
		int n = 0;
		const wchar_t *text = el_wgets(line->libedit.el, &n);

		end_line(line, text, n);
	}
	return NULL;
}

/* --- the program's side: keys ---------------------------------------------------------------- */

/* Hands keys in and returns what came of them. */
static enum editor_event
hand_in(struct editor_line *line, const wchar_t *keys, size_t n)
{
	line->key_count = n < KEYS_MAX ? n : KEYS_MAX;
	line->next_key = 0;
	wmemcpy(line->keys, keys, line->key_count);
	line->event = EDITOR_NOTHING;
	resume(line);
	return line->event;
}

/*
 * Types the macro that the last key asked for, and those that its keys ask for in turn, one inside the
 * other, while the budget lasts: a macro may call itself.
 */
static enum editor_event
type_macros(struct editor_line *line, int *budget)
{
	enum editor_event event = EDITOR_NOTHING;
	int number = line->notes.macro;
	const wchar_t *text;

	line->notes.macro = 0;
	if (number < 1 || (size_t)number > line->libedit.macro_count)
		return EDITOR_NOTHING;
	text = line->libedit.macros[number - 1];
	for (; *text != L'\0' && event == EDITOR_NOTHING && --*budget > 0; text++) {
		event = hand_in(line, text, 1);
		if (event == EDITOR_NOTHING)
			event = type_macros(line, budget);
	}
	return event;
}

/* Hands keys in and types the macros that they ask for. */
static enum editor_event
feed(struct editor_line *line, const wchar_t *keys, size_t n)
{
	enum editor_event event = hand_in(line, keys, n);
	int budget = MACRO_KEYS_MAX;

	return event == EDITOR_NOTHING ? type_macros(line, &budget) : event;
}

/* Hands one key in. */
static enum editor_event
feed_key(struct editor_line *line, wchar_t key)
{
	return feed(line, &key, 1);
}

enum editor_event
editor_line_type(struct editor_line *line, uint32_t character)
{
	if (character == '\r')
		character = '\n';
	if ((character >= 0x80 && character < 0xa0) || character > 0x10ffff ||
	    (character >= 0xd800 && character < 0xe000))
		return EDITOR_NOTHING;
	return feed_key(line, (wchar_t)character);
}

enum editor_event
editor_line_escape(struct editor_line *line)
{
	return feed_key(line, line->vi ? PRIVATE_COMMAND_MODE : ESCAPE);
}

/* Decodes UTF-8 without control characters into out (room for max and a NUL). Returns the length. */
static size_t
widen(const char *s, size_t bytes, wchar_t *out, size_t max)
{
	uint32_t character;
	size_t n = 0;

	for (size_t i = 0, length; i < bytes && n < max; i += length) {
		length = text_decode(s + i, bytes - i, &character);
		if (length == 0)
			length = 1;
		else if (character >= 0x20 && (character < 0x7f || character >= 0xa0))
			out[n++] = (wchar_t)character;
	}
	out[n] = L'\0';
	return n;
}

/* Hands a sequence in as it came. */
static enum editor_event
feed_sequence(struct editor_line *line, const char *sequence)
{
	wchar_t keys[KEYS_MAX + 1] = { ESCAPE };
	size_t n = 1 + widen(sequence + 1, strlen(sequence + 1), keys + 1, KEYS_MAX - 1);

	return feed(line, keys, n);
}

/* Returns the character of a key with Alt - Escape and one character -, 0 when it is none. */
static uint32_t
alt_character(const char *sequence)
{
	size_t n = strlen(sequence + 1);
	uint32_t character;

	return n > 0 && text_decode(sequence + 1, n, &character) == n ? character : 0;
}

/* True for Alt-[ and Alt-O, after which libedit would wait for the rest of an arrow key. */
static bool
is_beginning(const char *sequence)
{
	return strcmp(sequence, "\033[") == 0 || strcmp(sequence, "\033O") == 0;
}

bool
editor_line_takes(struct editor_line *line, const char *sequence)
{
	if (*sequence != ESCAPE || is_beginning(sequence))
		return false;
	return editor_keys_bound(&line->libedit, sequence) ||
	    editor_keys_codes(sequence) != NULL || (line->vi && alt_character(sequence) != 0);
}

/* vi: Escape, then a key, typed fast enough to look like Alt and the key. */
static enum editor_event
type_escaped(struct editor_line *line, uint32_t character)
{
	editor_line_escape(line);
	line->notes.request = REQUEST_NONE;
	return editor_line_type(line, character);
}

enum editor_event
editor_line_sequence(struct editor_line *line, const char *sequence)
{
	const wchar_t *codes = editor_keys_codes(sequence);

	if (!editor_line_takes(line, sequence))
		return EDITOR_NOTHING;
	if (line->waits)
		feed_key(line, PRIVATE_NOTHING); /* gives up an Escape or the like that waits */
	if (editor_keys_bound(&line->libedit, sequence))
		return feed_sequence(line, sequence);
	if (codes != NULL)
		return feed(line, codes, wcslen(codes));
	return type_escaped(line, alt_character(sequence));
}

enum editor_request
editor_line_request(struct editor_line *line)
{
	enum editor_request request = line->notes.request;

	line->notes.request = REQUEST_NONE;
	return request;
}

/* --- the program's side: the line ------------------------------------------------------------ */

void
editor_line_cancel(struct editor_line *line)
{
	line->cancelled = true;
	resume(line);
	line->event = EDITOR_NOTHING;
	line->notes.request = REQUEST_NONE;
}

void
editor_line_replace(struct editor_line *line, const char *text, size_t cursor)
{
	struct editor_notes *notes = &line->notes;
	wchar_t before[EDITOR_LINE_MAX + 1];

	if (line->waits) /* there it would be swallowed; the line is replaced anyway */
		editor_line_cancel(line);
	free(notes->edit);
	notes->edit = mem_calloc(EDITOR_LINE_MAX + 1, sizeof *notes->edit);
	widen(text, strlen(text), notes->edit, EDITOR_LINE_MAX);
	notes->edit_cursor = widen(text, cursor, before, EDITOR_LINE_MAX);
	feed_key(line, PRIVATE_APPLY);
}

const char *
editor_line_text(struct editor_line *line, size_t *cursor)
{
	const LineInfoW *info = el_wline(line->libedit.el);

	buf_truncate(&line->text, 0);
	add_wide(&line->text, info->buffer, (size_t)(info->cursor - info->buffer));
	*cursor = line->text.length;
	add_wide(&line->text, info->cursor, (size_t)(info->lastchar - info->cursor));
	return buf_text(&line->text);
}

bool
editor_line_waits(const struct editor_line *line)
{
	return line->waits;
}

bool
editor_line_vi(const struct editor_line *line)
{
	return line->vi;
}

char *
editor_line_take(struct editor_line *line)
{
	char *taken = line->taken;

	line->taken = NULL;
	return taken != NULL ? taken : mem_strdup("");
}

void
editor_line_remember(struct editor_line *line, const char *text)
{
	wchar_t wide[EDITOR_LINE_MAX + 1];
	HistEventW event;

	if (widen(text, strlen(text), wide, EDITOR_LINE_MAX) > 0)
		history_w(line->libedit.past, &event, H_ENTER, wide);
}

/* --- life ------------------------------------------------------------------------------------ */

/*
 * Starts the thread and waits until it wants a key. It takes no signals but those of a crash, which
 * would kill the program without a word - and without a terminal - if they were blocked.
 */
static bool
start(struct editor_line *line)
{
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
	pthread_attr_t attributes;
	sigset_t blocked, before;

	sigfillset(&blocked);
	for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
		sigdelset(&blocked, crashes[i]);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	pthread_sigmask(SIG_SETMASK, &blocked, &before);
	line->running = pthread_create(&line->thread, &attributes, run, line) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	if (line->running)
		wait_for(&line->back);
	return line->running;
}

/* Lets the thread run to its end. */
static void
stop(struct editor_line *line)
{
	line->quitting = true;
	sem_post(&line->go);
	pthread_join(line->thread, NULL);
}

struct editor_line *
editor_line_new(void (*complain)(void *context, const char *sentence), void *context)
{
	struct editor_line *line = mem_alloc(sizeof *line);

	sem_init(&line->go, 0, 0);
	sem_init(&line->back, 0, 0);
	if (!editor_libedit_open(&line->libedit))
		goto fail;
	line->notes.past = line->libedit.past;
	el_wset(line->libedit.el, EL_CLIENTDATA, line);
	el_wset(line->libedit.el, EL_GETCFN, read_key);
	editor_functions_add(line->libedit.el);
	editor_keys_defaults(&line->libedit);
	editor_rc_read(&line->libedit, complain, context);
	line->vi = editor_keys_vi(&line->libedit);
	if (start(line))
		return line;
fail:
	editor_line_free(line);
	return NULL;
}

void
editor_line_free(struct editor_line *line)
{
	if (line == NULL)
		return;
	if (line->running)
		stop(line);
	editor_libedit_close(&line->libedit);
	sem_destroy(&line->go);
	sem_destroy(&line->back);
	buf_clear(&line->text);
	free(line->notes.edit);
	free(line->taken);
	free(line);
}
