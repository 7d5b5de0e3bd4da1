/*
 * ~/.editrc, in libedit's language.
 *
 * libedit's own el_source() would let a line switch the editor off, rename its terminal, bind what
 * crashes it, type for ever - a macro that calls itself - or, longer than 1024 characters,
 * overrun its stack. So each line is looked through here before libedit parses it; and each that is
 * wrong is told with its number. Which functions are bound in place of harmful ones is
 * in editor_keys.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <histedit.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "cli/editor_keys.h"
#include "cli/editor_rc.h"
#include "cli/paths.h"

enum {
	EDITRC_MAX = 65536, /* bytes of the file */
	EDITRC_LINE_MAX = 1000, /* bytes of a line */
	WORDS_MAX = 16,
	SPELLED_MAX = 16, /* two characters in octal */
};

/* Commands for a terminal that libedit does not have here: passed over. */
static const wchar_t *const foreign_commands[] = { L"edit", L"settc", L"setty", L"echotc",
	L"telltc" };

/* --- keys as ~/.editrc spells them ------------------------------------------------------------- */

/* Reads the digits of an octal or hexadecimal escape: the number of them, 0 when too few. */
static size_t
read_digits(const wchar_t *s, unsigned base, size_t fewest, size_t most, wchar_t *out)
{
	static const wchar_t digits[] = L"0123456789ABCDEF";
	size_t n = 0;

	for (*out = 0; n < most && s[n] != L'\0'; n++) {
		const wchar_t *digit = wcschr(digits, s[n]);

		if (digit == NULL || digit - digits >= (ptrdiff_t)base)
			break;
		*out = (wchar_t)((unsigned)*out * base + (unsigned)(digit - digits));
	}
	return n < fewest ? 0 : n;
}

/* Reads what stands behind a backslash: its length, 0 when it is not whole. */
static size_t
unspell_escape(const wchar_t *s, wchar_t *out)
{
	static const wchar_t letters[] = L"abtnvfre", meaning[] = L"\a\b\t\n\v\f\r\033";
	const wchar_t *letter = *s == L'\0' ? NULL : wcschr(letters, *s);
	size_t n;

	if (letter != NULL) {
		*out = meaning[letter - letters];
		return 1;
	}
	if (*s >= L'0' && *s <= L'7')
		return read_digits(s, 8, 1, 3, out);
	if (*s == L'U') {
		n = s[1] == L'+' ? read_digits(s + 2, 16, 4, 5, out) : 0;
		return n == 0 ? 0 : n + 2;
	}
	*out = *s;
	return *s == L'\0' ? 0 : 1;
}

/*
 * Reads a key or text as bind spells it (^X, \e, \ooo, \U+xxxx, M-x) into out, which has as much room.
 * False when an escape in it is cut short: libedit would read on behind its end.
 */
static bool
unspell(const wchar_t *s, wchar_t *out)
{
	while (*s != L'\0') {
		size_t n = 1;

		if (*s == L'\\') {
			n = unspell_escape(s + 1, out);
			if (n == 0)
				return false;
			n++;
		} else if (*s == L'^') {
			if (s[1] == L'\0')
				return false;
			*out = s[1] == L'?' ? 0x7f : (s[1] & 0x9f);
			n = 2;
		} else if (s[0] == L'M' && s[1] == L'-' && s[2] != L'\0') {
			*out = 0x1b;
			n = 2;
		} else {
			*out = *s;
		}
		out++;
		s += n;
	}
	*out = L'\0';
	return true;
}

/* --- ~/.editrc ---------------------------------------------------------------------------------- */

/* One reading of the file. */
struct reading {
	struct editor_libedit *libedit;
	size_t number; /* of the line */
};

/* A line of it, in words. */
struct words {
	const wchar_t *items[WORDS_MAX + 1];
	int count;
	const wchar_t *command; /* without the "mxscope:" before it */
	wchar_t macro[SPELLED_MAX]; /* what a macro types: the private keys that call ours */
};

/*
 * Has a macro (bind -s) type two private keys in place of its text, which is kept and typed key by key
 * when they come (editor_line.c). Typed by libedit, a macro that calls itself never ends, and what
 * our functions push comes behind the macro's end.
 */
static const char *
keep_macro(struct reading *reading, struct words *words, int at)
{
	struct editor_libedit *libedit = reading->libedit;
	wchar_t text[EDITRC_LINE_MAX + 1];
	size_t n = libedit->macro_count;

	if (!unspell(words->items[at], text))
		return "the text is not spelled as bind wants it";
	if (n == EDITOR_MACROS_MAX)
		return "expected at most 64 macros";
	libedit->macros[n] = mem_dup(text, (wcslen(text) + 1) * sizeof *text);
	libedit->macro_count++;
	swprintf(words->macro, SPELLED_MAX, L"\\%03o\\%03o", (unsigned)PRIVATE_MACRO,
	    (unsigned)(EDITOR_MACRO_FIRST + n));
	el_wset(libedit->el, EL_BIND, words->macro, L"mxscope-macro", NULL);
	el_wset(libedit->el, EL_BIND, L"-a", words->macro, L"mxscope-macro", NULL);
	words->items[at] = words->macro;
	return NULL;
}

/* Looks through the words of a bind command. Returns NULL, or what is wrong. */
static const char *
check_bind(struct reading *reading, struct words *words)
{
	wchar_t key[EDITRC_LINE_MAX + 1];
	bool macro = false;
	int i = 1;

	for (int word = 1; word < words->count; word++)
		words->items[word] = editor_keys_harmless(reading->libedit, words->items[word]);
	for (; i < words->count && words->items[i][0] == L'-'; i++)
		macro = macro || words->items[i][1] == L's';
	if (i == words->count)
		return NULL;
	if (!unspell(words->items[i], key) || *key == L'\0')
		return "the key is not spelled as bind wants it";
	if (!macro || i + 1 == words->count)
		return NULL;
	return keep_macro(reading, words, i + 1);
}

/* True for a command about a terminal that is not there. */
static bool
is_foreign(const wchar_t *command)
{
	for (size_t i = 0; i < sizeof foreign_commands / sizeof *foreign_commands; i++) {
		if (wcscmp(command, foreign_commands[i]) == 0)
			return true;
	}
	return false;
}

/* Carries out a line's words. Returns NULL, or what is wrong. */
static const char *
run_words(struct reading *reading, struct words *words)
{
	const wchar_t *colon = wcschr(words->items[0], L':');
	const char *trouble = NULL;

	words->command = colon == NULL ? words->items[0] : colon + 1;
	if (is_foreign(words->command))
		return NULL;
	if (wcscmp(words->command, L"bind") == 0)
		trouble = check_bind(reading, words);
	if (trouble != NULL)
		return trouble;
	editor_libedit_listen(reading->libedit);
	if (el_wparse(reading->libedit->el, words->count, words->items) == 0) {
		editor_keys_restore(reading->libedit); /* before the user's next lines */
		return NULL;
	}
	trouble = editor_libedit_said(reading->libedit);
	return *trouble != '\0' ? trouble : "expected a command such as bind or history";
}

/* Splits a line of the file into words and carries them out. Returns NULL, or what is wrong. */
static const char *
run_line(struct reading *reading, const wchar_t *line)
{
	TokenizerW *tokens = tok_winit(NULL);
	struct words words = { .count = 0 };
	const char *trouble = NULL;
	const wchar_t **items = NULL;
	int count = 0;

	if (tok_wstr(tokens, line, &count, &items) != 0)
		trouble = "a quote is not closed";
	else if (count > WORDS_MAX)
		trouble = "too many words";
	for (int i = 0; trouble == NULL && i < count; i++)
		words.items[words.count++] = items[i];
	if (words.count > 0)
		trouble = run_words(reading, &words);
	tok_wend(tokens);
	return trouble;
}

/* Decodes a line: false when it is too long or not UTF-8. */
static bool
widen(const char *s, size_t n, wchar_t out[EDITRC_LINE_MAX + 1])
{
	uint32_t character;
	size_t length;

	if (n > EDITRC_LINE_MAX)
		return false;
	for (; n > 0; s += length, n -= length) {
		length = text_decode(s, n, &character);
		if (length == 0)
			return false;
		*out++ = (wchar_t)character;
	}
	*out = L'\0';
	return true;
}

/* Carries out one line of the file; an empty one and a comment are nothing. */
static const char *
read_line(struct reading *reading, const char *s, size_t n)
{
	wchar_t line[EDITRC_LINE_MAX + 1];

	while (n > 0 && (*s == ' ' || *s == '\t')) {
		s++;
		n--;
	}
	if (n == 0 || *s == '#')
		return NULL;
	if (!widen(s, n, line))
		return "expected at most 1000 bytes of UTF-8";
	return run_line(reading, line);
}

/* Where the user's bindings are: the caller frees it. NULL when there is no home. */
static char *
editrc_path(void)
{
	const char *path = getenv("EDITRC"), *home = getenv("HOME");
	struct buf name = BUF_INIT;

	if (path != NULL && *path != '\0')
		return mem_strdup(path);
	if (home == NULL || *home != '/')
		return NULL;
	buf_addf(&name, "%s/.editrc", home);
	return buf_take(&name);
}

/* Makes a sentence of what is wrong at a line; the caller frees it. Line 0: with the whole file. */
static char *
complaint(const char *path, size_t number, const char *trouble)
{
	const char *name = strrchr(path, '/');
	struct buf raw = BUF_INIT, sentence = BUF_INIT;
	size_t n = strlen(trouble);

	buf_adds(&raw, name == NULL ? path : name + 1);
	if (number > 0)
		buf_addf(&raw, " line %zu", number);
	buf_addf(&raw, ": %s%s", trouble, n > 0 && trouble[n - 1] == '.' ? "" : ".");
	text_printable(&sentence, raw.data, raw.length);
	buf_clear(&raw);
	return buf_take(&sentence);
}

/* Tells about a line that is wrong. */
static void
tell(const char *path, size_t number, const char *trouble,
    void (*complain)(void *context, const char *sentence), void *context)
{
	char *sentence;

	if (complain == NULL)
		return;
	sentence = complaint(path, number, trouble);
	complain(context, sentence);
	free(sentence);
}

void
editor_rc_read(struct editor_libedit *libedit,
    void (*complain)(void *context, const char *sentence), void *context)
{
	struct reading *reading = mem_alloc(sizeof *reading);
	char *path = editrc_path();
	char *text = path == NULL ? NULL : paths_read(path, EDITRC_MAX);

	reading->libedit = libedit;
	if (path != NULL && text == NULL && errno != ENOENT)
		tell(path, 0, strerror(errno), complain, context);
	for (char *line = text, *end; line != NULL; line = end == NULL ? NULL : end + 1) {
		const char *trouble;

		reading->number++;
		end = strchr(line, '\n');
		trouble =
		    read_line(reading, line, end == NULL ? strlen(line) : (size_t)(end - line));
		if (trouble != NULL)
			tell(path, reading->number, trouble, complain, context);
	}
	editor_keys_private(libedit);
	free(text);
	free(path);
	free(reading);
}
