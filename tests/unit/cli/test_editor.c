/*
 * The prompt's line editor: keys of emacs and vi mode, lines of ~/.editrc, and every key sequence that
 * libedit does not survive by itself. Scripts of keys: see prompt_stage.h.
 */
#include "prompt_stage.h"

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
		{ "a<C-v><C-@>b", "ab|", EDITOR_NOTHING },
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
		    ".editrc line 1: bind: Invalid command `no-such-function'.\n" },
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
		{ "bind -v\nbind ^T em-set-mark\nbind -a Z em-kill-region\n", "abc<C-t><Esc>uZ",
		    "ab|c", "" },
		{ "bind ^T vi-command-mode\n", "<C-t>abc", "abc|", "" },
		{ "bind ^T em-universal-argument\n", "<C-t><C-t><C-t>x", "x|", "" },
		{ "bind ^T em-inc-search-prev\n", "one<Enter><C-t>n<Enter>", "one|", "" },
		{ "bind \\201 ed-insert\n", "lo<Tab>", "lookup |", "" },
		/* Macros: with our functions in them, one in another, and one that calls itself. */
		{ "bind -s ^T abc\n", "<C-t><C-t>", "abcabc|", "" },
		{ "bind -s ^T \"ab^Xe\"\nbind -s ^X cd\n", "<C-t>", "abcde|", "" },
		{ "bind -s ^T \"a^T\"\n", "<C-t><C-u>x", "x|", "" },
		{ "bind -s ^T ^T\n", "<C-t>x", "x|", "" },
		{ "bind -s \"\\e[15~\" \"lo^I\"\n", "<F5>x", "lookup x|", "" },
		{ "bind -v\nbind -s -a Z \"0d$ix\"\n", "abc<Esc>Z", "x|", "" },
		{ "bind -v\nbind -s -a Z \"05lD\"\n", "abcdefgh<Esc>Z", "abcd|e", "" },
		{ "bind -s ^T\nbind -s ^T \"\\U+1\"\n", "x", "x|",
		    ".editrc line 2: the text is not spelled as bind wants it.\n" },
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
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
