/*
 * The prompt's line editor, driven by scripts of keys: what stands in the line, where the cursor is,
 * what pops up, what leaves the prompt - in emacs and in vi mode, with lines of ~/.editrc, and
 * with every key sequence that libedit does not survive by itself.
 *
 * A script is text with keys in angle brackets: "lo<Tab>", "<C-a>x<Left>". Expected lines show the
 * cursor as '|'.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "cli/editor.h"

/* --- the stage ------------------------------------------------------------------------------- */

struct stage {
	struct editor *editor;
	struct buf complaints; /* one a line */
	char directory[64];
};

/* Completes words of a small language; words that end in '/' are directories. */
static void
complete(void *context, const char *line, size_t cursor, struct candidates *candidates)
{
	static const char *const words[] = { "b\303\274cher.example", "example.net",
		"example.org", "lab", "lookup", "probe", "source/" };
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

static void
complain(void *context, const char *sentence)
{
	struct stage *stage = context;

	buf_addf(&stage->complaints, "%s\n", sentence);
}

/* Opens a prompt whose ~/.editrc is this text (NULL = there is none), and which remembers in a file. */
static void
open_prompt(struct stage *stage, const char *editrc, const char *history)
{
	const struct editor_settings settings = {
		.complete = complete,
		.complain = complain,
		.context = stage,
		.history = history,
	};
	char path[128];
	FILE *file;

	*stage = (struct stage){ .directory = "/tmp/mxscope-editor-XXXXXX" };
	assert_non_null(mkdtemp(stage->directory));
	setenv("HOME", stage->directory, 1);
	unsetenv("EDITRC");
	snprintf(path, sizeof path, "%s/.editrc", stage->directory);
	if (editrc != NULL) {
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(editrc, file);
		fclose(file);
	}
	stage->editor = editor_new(&settings);
	assert_non_null(stage->editor);
	unlink(path);
	rmdir(stage->directory);
}

static void
close_prompt(struct stage *stage)
{
	editor_free(stage->editor);
	buf_clear(&stage->complaints);
}

/* --- scripts ---------------------------------------------------------------------------------- */

enum press {
	PRESS_CHARACTER,
	PRESS_SEQUENCE,
	PRESS_ESCAPE
};

static const struct key_row {
	const char *name;
	enum press press;
	uint32_t character;
	const char *sequence;
} keys[] = {
	{ "Esc", PRESS_ESCAPE, 0, NULL },
	{ "Enter", PRESS_CHARACTER, '\r', NULL },
	{ "Tab", PRESS_CHARACTER, '\t', NULL },
	{ "Backspace", PRESS_CHARACTER, 127, NULL },
	{ "Up", PRESS_SEQUENCE, 0, "\033[A" },
	{ "Down", PRESS_SEQUENCE, 0, "\033[B" },
	{ "Right", PRESS_SEQUENCE, 0, "\033[C" },
	{ "Left", PRESS_SEQUENCE, 0, "\033[D" },
	{ "Home", PRESS_SEQUENCE, 0, "\033[1~" },
	{ "End", PRESS_SEQUENCE, 0, "\033[4~" },
	{ "Del", PRESS_SEQUENCE, 0, "\033[3~" },
	{ "S-Tab", PRESS_SEQUENCE, 0, "\033[Z" },
	{ "PgUp", PRESS_SEQUENCE, 0, "\033[5~" },
	{ "PgDn", PRESS_SEQUENCE, 0, "\033[6~" },
	{ "C-Left", PRESS_SEQUENCE, 0, "\033[1;5D" },
	{ "C-Right", PRESS_SEQUENCE, 0, "\033[1;5C" },
	{ "F5", PRESS_SEQUENCE, 0, "\033[15~" },
	{ "lt", PRESS_CHARACTER, '<', NULL },
};

/* Presses the key of this name: one of the table, "C-x" or "M-x". */
static enum editor_event
press_named(struct editor *editor, const char *name, size_t n)
{
	char alt[] = "\033x";

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (strlen(keys[i].name) != n || strncmp(keys[i].name, name, n) != 0)
			continue;
		switch (keys[i].press) {
		case PRESS_CHARACTER:
			return editor_key(editor, keys[i].character);
		case PRESS_SEQUENCE:
			return editor_sequence(editor, keys[i].sequence);
		case PRESS_ESCAPE:
			return editor_escape(editor);
		}
	}
	assert_int_equal(n, 3);
	assert_int_equal(name[1], '-');
	if (name[0] == 'C')
		return editor_key(editor, (uint32_t)name[2] & 0x1f);
	alt[1] = name[2];
	return editor_sequence(editor, alt);
}

/* Types a script; returns what came of its last key. A line that Enter makes is remembered. */
static enum editor_event
type(struct editor *editor, const char *script)
{
	enum editor_event event = EDITOR_NOTHING;
	uint32_t character;

	while (*script != '\0') {
		const char *end = *script == '<' ? strchr(script, '>') : NULL;

		if (end != NULL) {
			event = press_named(editor, script + 1, (size_t)(end - script - 1));
			script = end + 1;
		} else {
			script += text_decode(script, strlen(script), &character);
			event = editor_key(editor, character);
		}
		if (event == EDITOR_LINE) {
			char *line = editor_line(editor);

			editor_remember(editor, line);
			free(line);
		}
	}
	return event;
}

/* The line as it is shown, with the cursor as '|'; the caller frees it. */
static char *
shown(struct editor *editor)
{
	struct editor_view view = editor_view(editor);
	struct buf text = BUF_INIT;

	buf_add(&text, view.line, view.cursor);
	buf_addc(&text, '|');
	buf_adds(&text, view.line + view.cursor);
	return buf_take(&text);
}

/* Fails unless the line is shown so. */
static void
expect(struct stage *stage, const char *script, const char *expected)
{
	char *line = shown(stage->editor);

	if (strcmp(line, expected) != 0)
		fail_msg("after \"%s\": expected \"%s\", not \"%s\"", script, expected, line);
	free(line);
}

struct case_row {
	const char *script, *line;
	enum editor_event event;
};

/* Runs each script in a prompt of its own. */
static void
run_cases(const char *editrc, const struct case_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct stage stage;
		enum editor_event event;

		open_prompt(&stage, editrc, NULL);
		event = type(stage.editor, rows[i].script);
		expect(&stage, rows[i].script, rows[i].line);
		if (event != rows[i].event)
			fail_msg("after \"%s\": expected event %d, not %d", rows[i].script,
			    rows[i].event, event);
		assert_string_equal(buf_text(&stage.complaints), "");
		close_prompt(&stage);
	}
}

#define CASES(editrc, rows) run_cases(editrc, rows, sizeof(rows) / sizeof *(rows))

/* --- keys of emacs and vi ------------------------------------------------------------------------ */

static void
test_emacs_keys(void **state)
{
	static const struct case_row rows[] = {
		{ "", "|", EDITOR_NOTHING },
		{ "abc", "abc|", EDITOR_NOTHING },
		{ "abc<Left><Left>X", "aX|bc", EDITOR_NOTHING },
		{ "abc<C-a>X<C-e>Y", "XabcY|", EDITOR_NOTHING },
		{ "abc<Home>X<End>Y", "XabcY|", EDITOR_NOTHING },
		{ "abc<Home><Del>", "|bc", EDITOR_NOTHING },
		{ "abc<Del>", "abc|", EDITOR_NOTHING },
		{ "<Del>", "|", EDITOR_NOTHING },
		{ "abc<Backspace>", "ab|", EDITOR_NOTHING },
		{ "one two<C-Left>", "one |two", EDITOR_NOTHING },
		{ "one two<Home><C-Right>", "one| two", EDITOR_NOTHING },
		{ "one two<M-b><M-b>", "|one two", EDITOR_NOTHING },
		{ "one two<Esc>b", "one |two", EDITOR_NOTHING },
		{ "one two<C-w>", "one |", EDITOR_NOTHING },
		{ "one two<C-a><C-k><C-y><C-y>", "one twoone two|", EDITOR_NOTHING },
		{ "one<C-u>", "|", EDITOR_NOTHING },
		{ "b\303\274\344\270\255\360\237\230\200<Left>x",
		    "b\303\274\344\270\255x|\360\237\230\200", EDITOR_NOTHING },
		{ "<C-v><C-a>", "^A|", EDITOR_NOTHING },
		{ "abc<Enter>", "|", EDITOR_LINE },
		{ "<Enter>", "|", EDITOR_LINE },
		{ "abc<C-c>", "|", EDITOR_CANCEL },
		{ "abc<C-g>", "|", EDITOR_CANCEL },
		{ "<Esc>", "|", EDITOR_CANCEL },
		{ "abc<Esc><Esc>", "|", EDITOR_CANCEL },
		{ "abc<Esc><C-g>", "abc|", EDITOR_NOTHING },
		{ "<C-d>", "|", EDITOR_END },
		{ "abc<C-a><C-d>", "|bc", EDITOR_NOTHING },
		{ "one<Enter>two<Enter><Up>", "two|", EDITOR_NOTHING },
		{ "one<Enter>two<Enter><Up><Up>", "one|", EDITOR_NOTHING },
		{ "one<Enter>two<Enter>new<Up><Up><Down><Down>", "new|", EDITOR_NOTHING },
		{ "<F5><PgUp>", "|", EDITOR_NOTHING },
		{ "abc<Esc><Left>x",
		    "ab"
		    "x|c",
		    EDITOR_NOTHING },
		{ "<M-3>x", "xxx|", EDITOR_NOTHING },
		{ "<M-[>A", "A|", EDITOR_NOTHING },
	};

	(void)state;
	CASES(NULL, rows);
}

static void
test_vi_keys(void **state)
{
	static const struct case_row rows[] = {
		{ "abc", "abc|", EDITOR_NOTHING },
		{ "abc<Esc>", "ab|c", EDITOR_NOTHING },
		{ "abc<Esc>hx", "a|c", EDITOR_NOTHING },
		{ "one two<Esc>bcwthree", "one three|", EDITOR_NOTHING },
		{ "one two<Esc>0dw", "|two", EDITOR_NOTHING },
		{ "one two three<Esc>0d2w", "|three", EDITOR_NOTHING },
		{ "one<Esc>0d$", "|", EDITOR_NOTHING },
		{ "one<Esc>$", "on|e", EDITOR_NOTHING },
		{ "abc<Esc>0fcD", "a|b", EDITOR_NOTHING },
		{ "abc<Esc>0rX", "|Xbc", EDITOR_NOTHING },
		{ "abc<Esc>0r\303\251", "|\303\251bc", EDITOR_NOTHING },
		{ "abc<Esc>xu", "ab|c", EDITOR_NOTHING },
		{ "abc<Esc>3iX",
		    "ab"
		    "X|c",
		    EDITOR_NOTHING },
		{ "abc<M-0>iX", "X|abc", EDITOR_NOTHING },
		/* Arrows do not leave insertion. */
		{ "abc<Left><Left>X", "aX|bc", EDITOR_NOTHING },
		{ "abc<Left><Right>X", "abcX|", EDITOR_NOTHING },
		{ "abc<Home>X<End>Y", "XabcY|", EDITOR_NOTHING },
		{ "abc<Home><Del>", "|bc", EDITOR_NOTHING },
		{ "one<Enter><Up>X", "oneX|", EDITOR_NOTHING },
		{ "one<Enter><Esc>kx", "|ne", EDITOR_NOTHING },
		{ "<Esc>", "|", EDITOR_NOTHING },
		{ "<Esc><Esc>", "|", EDITOR_CANCEL },
		{ "abc<Esc><Esc>x", "a|b", EDITOR_NOTHING },
		{ "abc<Esc>d<Esc>x", "a|b", EDITOR_NOTHING },
		{ "abc<C-c>", "|", EDITOR_CANCEL },
		{ "abc<Esc>f<C-c>", "|", EDITOR_CANCEL },
		{ "abc<Enter>", "|", EDITOR_LINE },
		{ "abc<Esc><Enter>", "|", EDITOR_LINE },
		{ "<C-d>", "|", EDITOR_END },
		{ "example.net 12345", "example.net 12345|", EDITOR_NOTHING },
	};

	(void)state;
	CASES("bind -v\n", rows);
}

/* --- what libedit does not survive by itself ----------------------------------------------------- */

static void
test_guards_emacs(void **state)
{
	static const struct case_row rows[] = {
		/* M-x and an open quote. */
		{ "<M-x>bind \"<Enter>ok", "ok|", EDITOR_NOTHING },
		{ "<M-X>edit off<Enter>ok", "ok|", EDITOR_NOTHING },
		/* A count of millions: the fourth digit gives it up. */
		{ "<M-9>999x", "x|", EDITOR_NOTHING },
		{ "<M-9><M-9><M-9><M-9>x", "x|", EDITOR_NOTHING },
		{ "a<M-0>1234", "a4|", EDITOR_NOTHING },
		/* ^W in libedit's search for nothing, and the search itself: ours in its place. */
		{ "one<Enter><C-r><C-u><C-w>x", "x|", EDITOR_NOTHING },
		/* A quoted line end looks like no search. */
		{ "a<C-v><C-j>b", "ab|", EDITOR_NOTHING },
	};

	(void)state;
	CASES(NULL, rows);
}

static void
test_guards_vi(void **state)
{
	static const struct case_row rows[] = {
		/* : and an open quote. */
		{ "<Esc>:bind \"<Enter>", "|", EDITOR_LINE },
		/* $ on an empty line. */
		{ "<Esc>$iabc", "abc|", EDITOR_NOTHING },
		{ "<Esc><C-e>iabc", "abc|", EDITOR_NOTHING },
		{ "<Esc>d$iabc", "abc|", EDITOR_NOTHING },
		/* . that would replay itself. */
		{ "ab cd<Esc>0w.c<Esc>0..", "|ab cd", EDITOR_NOTHING },
		{ "abc<Esc>x.", "a|b", EDITOR_NOTHING },
		/* v that would start an editor on our terminal. */
		{ "abc<Esc>v", "ab|c", EDITOR_NOTHING },
		/* A count of millions. */
		{ "abc<Esc>99999999h", "|abc", EDITOR_NOTHING },
		{ "abc<Esc>01h", "|abc", EDITOR_NOTHING },
		/* / and ? are our search. */
		{ "one<Enter>two<Enter><Esc>/on<Enter>", "on|e", EDITOR_NOTHING },
		{ "one<Enter>two<Enter><Esc>?<Esc>ix", "x|", EDITOR_NOTHING },
	};

	(void)state;
	CASES("bind -v\n", rows);
}

/* A line longer than libedit's history keeps is cut; what is in it stays what was typed. */
static void
test_long_line(void **state)
{
	static const char *const modes[] = { "bind -e\n", "bind -v\n" };

	(void)state;
	for (size_t m = 0; m < 2; m++) {
		struct stage stage;
		struct buf line = BUF_INIT;

		open_prompt(&stage, modes[m], NULL);
		editor_remember(stage.editor, "past");
		for (int i = 0; i < 1500; i++) {
			editor_key(stage.editor, (uint32_t)('a' + i % 26));
			if (i < EDITOR_LINE_MAX)
				buf_addc(&line, (char)('a' + i % 26));
		}
		assert_string_equal(editor_view(stage.editor).line, buf_text(&line));
		editor_sequence(stage.editor, "\033[A");
		assert_string_equal(editor_view(stage.editor).line, "past");
		editor_sequence(stage.editor, "\033[B");
		assert_string_equal(editor_view(stage.editor).line, buf_text(&line));
		buf_clear(&line);
		close_prompt(&stage);
	}
}

/* M-^_ copies the word before the cursor; libedit follows a stale pointer if its buffers must grow. */
static void
test_buffers_never_grow(void **state)
{
	struct stage stage;

	(void)state;
	open_prompt(&stage, "bind ^T em-copy-prev-word\n", NULL);
	for (int i = 0; i < 900; i++)
		editor_key(stage.editor, 'x');
	editor_key(stage.editor, 20);
	assert_int_equal(strlen(editor_view(stage.editor).line), EDITOR_LINE_MAX);
	close_prompt(&stage);
}

/* --- ~/.editrc ------------------------------------------------------------------------------------- */

static void
test_editrc(void **state)
{
	static const struct editrc_row {
		const char *editrc, *script, *line, *complaints;
	} rows[] = {
		{ "bind ^T ed-move-to-beg\n", "abc<C-t>x", "x|abc", "" },
		{ "mxscope:bind ^T ed-move-to-beg\nother:bind ^T ed-insert\n", "abc<C-t>x",
		    "x|abc", "" },
		{ "# nothing\n\n   # here\n", "abc", "abc|", "" },
		{ "bind \"\\e[15~\" ed-move-to-beg\n", "abc<F5>x", "x|abc", "" },
		{ "bind \"^[[A\" ed-move-to-beg\n", "abc<Up>x", "x|abc", "" },
		/* A line that is wrong is told, the next ones are read. */
		{ "bind ^T no-such-function\nbind ^T ed-move-to-beg\n", "abc<C-t>x", "x|abc",
		    ".editrc line 1: bind: Invalid command `no-such-function'..\n" },
		{ "nonsense\n", "abc", "abc|",
		    ".editrc line 1: expected a command such as bind or history.\n" },
		{ "\nbind \"^T\n", "abc", "abc|", ".editrc line 2: a quote is not closed.\n" },
		{ "bind \"\\U+\" ed-insert\n", "abc", "abc|",
		    ".editrc line 1: the key is not spelled as bind wants it.\n" },
		/* What is about a terminal that is not there is passed over. */
		{ "edit off\nsettc xn 1\nsetty -a\nechotc bell\ntelltc\n", "abc", "abc|", "" },
		/* bind -v and -e wipe our keys: they come back, and the user's later lines still win. */
		{ "bind -v\nbind -e\n", "lo<Tab>", "lookup |", "" },
		{ "bind -v\n", "lo<Tab>", "lookup |", "" },
		{ "bind -v\nbind ^I ed-insert\n", "lo<Tab>", "lo^I|", "" },
		{ "bind -v\nbind -a Z ed-move-to-beg\n", "abc<Esc>Zx", "|bc", "" },
		{ "bind -v\nbind \"^[[A\" ed-move-to-beg\n", "abc<Up>x", "x|abc", "" },
		/* No line brings back what is guarded. */
		{ "bind ^T ed-command\n", "<C-t>bind \"<Enter>x", "x|", "" },
		{ "bind -v\nbind -a Z vi-redo\n", "abc<Esc>xZ", "a|b", "" },
		{ "bind -v\nbind -a Z vi-histedit\n", "abc<Esc>Z", "ab|c", "" },
		{ "bind -v\nbind -a Z ed-move-to-end\n", "<Esc>Ziabc", "abc|", "" },
		{ "bind -v\nbind ^T ed-move-to-end\n", "<C-t>abc", "abc|", "" },
		{ "bind ^T em-universal-argument\n", "<C-t><C-t><C-t>x", "x|", "" },
		{ "bind ^T em-inc-search-prev\n", "one<Enter><C-t>n<Enter>", "one|", "" },
		{ "bind \\201 ed-insert\n", "lo<Tab>", "lookup |", "" },
		/* Macros, but none that calls itself. */
		{ "bind -s ^T abc\n", "<C-t><C-t>", "abcabc|", "" },
		{ "bind -s ^T \"ab^X\"\nbind -s ^X cd\n", "<C-t>", "ab|",
		    ".editrc line 2: this macro could call itself.\n" },
		{ "bind -s ^T ^T\n", "<C-t>x", "x|",
		    ".editrc line 1: this macro could call itself.\n" },
		{ "bind -s ^T \"\\024\"\n", "x", "x|",
		    ".editrc line 1: this macro could call itself.\n" },
		{ "history size 1\n", "one<Enter>two<Enter><Up><Up>", "two|", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct stage stage;

		open_prompt(&stage, rows[i].editrc, NULL);
		assert_string_equal(buf_text(&stage.complaints), rows[i].complaints);
		type(stage.editor, rows[i].script);
		expect(&stage, rows[i].editrc, rows[i].line);
		close_prompt(&stage);
	}
}

/* A line of ~/.editrc longer than libedit's buffer on the stack. */
static void
test_editrc_long_line(void **state)
{
	struct stage stage;
	struct buf editrc = BUF_INIT;

	(void)state;
	buf_adds(&editrc, "bind -s ^T ");
	buf_fill(&editrc, 'x', 5000);
	buf_addc(&editrc, '\n');
	open_prompt(&stage, buf_text(&editrc), NULL);
	assert_string_equal(buf_text(&stage.complaints),
	    ".editrc line 1: expected at most 1000 bytes of UTF-8.\n");
	buf_clear(&editrc);
	close_prompt(&stage);
}

/* --- completion ---------------------------------------------------------------------------------------- */

static void
test_completion(void **state)
{
	static const struct case_row rows[] = {
		{ "lo<Tab>", "lookup |", EDITOR_NOTHING },
		{ "b<Tab>", "b\303\274cher.example |", EDITOR_NOTHING },
		{ "so<Tab>", "source/|", EDITOR_NOTHING },
		{ "lo example.net<Home><Right><Right><Tab>", "lookup| example.net",
		    EDITOR_NOTHING },
		{ "zz<Tab>", "zz|", EDITOR_NOTHING },
		/* As far as it is certain, and then the pop-up. */
		{ "lookup e<Tab>", "lookup example.|", EDITOR_NOTHING },
		{ "lookup e<Tab><Tab>", "lookup example.|", EDITOR_NOTHING },
		{ "lookup e<Tab><Tab><Tab>", "lookup example.net|", EDITOR_NOTHING },
		{ "lookup e<Tab><Tab><Down><Down>", "lookup example.org|", EDITOR_NOTHING },
		{ "lookup e<Tab><Tab><Down><Down><Down>", "lookup example.net|",
		    EDITOR_NOTHING },
		{ "lookup e<Tab><Tab><S-Tab>", "lookup example.org|", EDITOR_NOTHING },
		{ "lookup e<Tab><Tab><PgDn><PgDn>", "lookup example.org|", EDITOR_NOTHING },
		{ "lookup e<Tab><Tab><Tab><Enter>", "lookup example.net |", EDITOR_NOTHING },
		{ "lookup e<Tab><Tab><Tab><Esc>", "lookup example.|", EDITOR_NOTHING },
		{ "lookup e<Tab><Tab><Tab><C-g>", "lookup example.|", EDITOR_NOTHING },
		{ "lookup e<Tab><Tab><Tab>x", "lookup example.net x|", EDITOR_NOTHING },
		{ "lookup e<Tab><Tab><Tab> x", "lookup example.net x|", EDITOR_NOTHING },
		{ "lookup e<Tab><Tab><Tab><Left>x", "lookup example.nex|t", EDITOR_NOTHING },
		{ "lookup e<Tab><Tab><Enter>", "|", EDITOR_LINE },
		{ "lookup e<Tab><Tab><Tab><C-c>", "|", EDITOR_CANCEL },
		/* Typing on with the pop-up open narrows it. */
		{ "l<Tab>o<Tab>", "lookup |", EDITOR_NOTHING },
		{ "l<Tab>a<Backspace><Down><Down>", "lookup|", EDITOR_NOTHING },
		/* What was killed before is still there. */
		{ "gone<C-u>l<Tab><Down><Enter><C-y>", "lab gone|", EDITOR_NOTHING },
	};

	(void)state;
	CASES(NULL, rows);
	CASES("bind -v\n",
	    ((const struct case_row[]){
		{ "lookup e<Tab><Tab><Tab><Enter>x", "lookup example.net x|", EDITOR_NOTHING },
		{ "loo<Esc><Tab>", "lookup|o", EDITOR_NOTHING },
	    }));
}

static void
test_popup_view(void **state)
{
	struct stage stage;
	struct editor_view view;

	(void)state;
	open_prompt(&stage, NULL, NULL);
	assert_null(editor_view(stage.editor).candidates);
	type(stage.editor, "x l<Tab>");
	view = editor_view(stage.editor);
	assert_non_null(view.candidates);
	assert_int_equal(view.candidates->count, 2);
	assert_int_equal(view.candidates->word, 2);
	assert_true(view.chosen == SIZE_MAX);
	assert_null(view.search);
	type(stage.editor, "<Down>");
	assert_int_equal(editor_view(stage.editor).chosen, 0);
	type(stage.editor, "<Esc>");
	assert_null(editor_view(stage.editor).candidates);
	close_prompt(&stage);
}

/* --- the history ---------------------------------------------------------------------------------------- */

#define PAST "lookup one.example<Enter>probe all<Enter>lookup two.example<Enter>"

static void
test_history_search(void **state)
{
	static const struct case_row rows[] = {
		{ PAST "<C-r>", "lookup two.example|", EDITOR_NOTHING },
		{ PAST "<C-r>ONE", "lookup one.example|", EDITOR_NOTHING },
		{ PAST "<C-r>look<C-r>", "lookup one.example|", EDITOR_NOTHING },
		{ PAST "<C-r>look<Down><Down>", "lookup two.example|", EDITOR_NOTHING },
		{ PAST "<C-r>look<C-r><C-s>", "lookup two.example|", EDITOR_NOTHING },
		{ PAST "<C-r>one<Enter>", "lookup one.example|", EDITOR_NOTHING },
		{ PAST "<C-r>one<Enter><Enter>", "|", EDITOR_LINE },
		{ PAST "<C-r>one<Left>x", "lookup one.examplx|e", EDITOR_NOTHING },
		{ PAST "<C-r>one<C-a>x", "x|lookup one.example", EDITOR_NOTHING },
		{ PAST "now<C-r><C-u>one<Esc>", "now|", EDITOR_NOTHING },
		{ PAST "now<C-r>", "now|", EDITOR_NOTHING },
		{ PAST "all<C-r><Enter>", "probe all|", EDITOR_NOTHING },
		{ PAST "<C-r>onx<Backspace>e<Enter>", "lookup one.example|", EDITOR_NOTHING },
		{ PAST "<C-r>\303\251<Backspace><Backspace>x", "x|", EDITOR_NOTHING },
		{ PAST "<C-r>one<C-c>", "|", EDITOR_CANCEL },
		/* Lines that begin alike. */
		{ PAST "lookup<M-p>", "lookup two.example|", EDITOR_NOTHING },
		{ PAST "lookup<M-p><M-p>", "lookup one.example|", EDITOR_NOTHING },
		{ PAST "lookup<M-p><M-p><M-p>", "lookup one.example|", EDITOR_NOTHING },
		{ PAST "lookup<M-p><M-p><M-n>", "lookup two.example|", EDITOR_NOTHING },
		{ PAST "zz<M-p>", "zz|", EDITOR_NOTHING },
	};

	(void)state;
	CASES(NULL, rows);
}

static void
test_history_view(void **state)
{
	struct stage stage;
	struct editor_view view;

	(void)state;
	open_prompt(&stage, NULL, NULL);
	type(stage.editor, PAST "lookup one.example<Enter><C-r>look");
	view = editor_view(stage.editor);
	assert_string_equal(view.search, "history: look");
	assert_int_equal(view.candidates->count, 2); /* none twice */
	assert_string_equal(view.candidates->items[0].text, "lookup one.example");
	assert_int_equal(view.chosen, 0);
	type(stage.editor, "zz");
	view = editor_view(stage.editor);
	assert_string_equal(view.search, "not in the history: lookzz");
	assert_null(view.candidates);
	assert_string_equal(view.line, "");
	close_prompt(&stage);
}

/* What one prompt remembers, the next one finds. */
static void
test_history_file(void **state)
{
	char path[] = "/tmp/mxscope-prompt-XXXXXX", lock[64];
	struct stage stage;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	open_prompt(&stage, NULL, path);
	type(stage.editor, "lookup b\303\274cher.example<Enter>");
	close_prompt(&stage);
	open_prompt(&stage, NULL, path);
	type(stage.editor, "<Up>");
	expect(&stage, "<Up>", "lookup b\303\274cher.example|");
	assert_string_equal(buf_text(&stage.complaints), "");
	close_prompt(&stage);
	snprintf(lock, sizeof lock, "%s.lock", path);
	unlink(lock);
	unlink(path);
}

/* --- whole texts ------------------------------------------------------------------------------------------ */

static void
test_paste(void **state)
{
	static const struct paste_row {
		const char *before, *text, *line;
	} rows[] = {
		{ "", "example.org\n", "example.org|" },
		{ "ab<Left>", "x y", "ax y|b" },
		{ "", "one\r\ntwo\tthree\rfour\n\n", "one two three four|" },
		{ "", "a\033[31mb\001\177\302\205\377c", "a[31mbc|" },
		{ "", "\n", "|" },
		{ "x<Esc>", "y", "xy|" },
		{ "x<C-v>", "y", "xy|" },
		{ "lookup one<Enter><C-r>", "one", "lookup one|" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct stage stage;

		open_prompt(&stage, NULL, NULL);
		type(stage.editor, rows[i].before);
		editor_paste(stage.editor, rows[i].text, strlen(rows[i].text));
		expect(&stage, rows[i].text, rows[i].line);
		close_prompt(&stage);
	}
}

static void
test_paste_in_vi(void **state)
{
	struct stage stage;

	(void)state;
	open_prompt(&stage, "bind -v\n", NULL);
	type(stage.editor, "ab<Esc>r");
	editor_paste(stage.editor, "XY", 2);
	expect(&stage, "a paste after r",
	    "aX"
	    "Y|b");
	type(stage.editor, "<C-c><Esc>");
	editor_paste(stage.editor, "XY", 2);
	expect(&stage, "a paste in command mode", "X|Y");
	type(stage.editor, "iz");
	expect(&stage, "insertion after it", "Xz|Y");
	close_prompt(&stage);
}

static void
test_set(void **state)
{
	struct stage stage;

	(void)state;
	open_prompt(&stage, NULL, NULL);
	type(stage.editor, "old<Esc>");
	editor_set(stage.editor, "filter ");
	expect(&stage, "set", "filter |");
	type(stage.editor, "x");
	expect(&stage, "set and x", "filter x|");
	editor_set(stage.editor, "");
	expect(&stage, "set to nothing", "|");
	type(stage.editor, "l<Tab>");
	editor_cancel(stage.editor);
	expect(&stage, "cancel", "|");
	assert_null(editor_view(stage.editor).candidates);
	close_prompt(&stage);
}

/* What may not reach a screen is shown byte by byte, and the cursor is behind it. */
static void
test_dangerous_characters_are_shown(void **state)
{
	struct stage stage;

	(void)state;
	open_prompt(&stage, NULL, NULL);
	editor_key(stage.editor, 0x202e);
	editor_key(stage.editor, 0x85); /* C1: dropped */
	editor_key(stage.editor, 'a');
	expect(&stage, "a bidi override", "\\xe2\\x80\\xaea|");
	close_prompt(&stage);
}

static void
test_takes(void **state)
{
	struct stage stage;

	(void)state;
	open_prompt(&stage, NULL, NULL);
	assert_true(editor_takes(stage.editor, "\033[A"));
	assert_true(editor_takes(stage.editor, "\033[3~"));
	assert_true(editor_takes(stage.editor, "\033b"));
	assert_false(editor_takes(stage.editor, "\033[15~"));
	assert_false(editor_takes(stage.editor, "\033[5~"));
	assert_false(editor_takes(stage.editor, "\033[2^"));
	type(stage.editor, "l<Tab>");
	assert_true(editor_takes(stage.editor, "\033[5~"));
	close_prompt(&stage);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_emacs_keys),
		cmocka_unit_test(test_vi_keys),
		cmocka_unit_test(test_guards_emacs),
		cmocka_unit_test(test_guards_vi),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_buffers_never_grow),
		cmocka_unit_test(test_editrc),
		cmocka_unit_test(test_editrc_long_line),
		cmocka_unit_test(test_completion),
		cmocka_unit_test(test_popup_view),
		cmocka_unit_test(test_history_search),
		cmocka_unit_test(test_history_view),
		cmocka_unit_test(test_history_file),
		cmocka_unit_test(test_paste),
		cmocka_unit_test(test_paste_in_vi),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_dangerous_characters_are_shown),
		cmocka_unit_test(test_takes),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
