/*
 * What lies over the prompt's line - completions, the search of the history - and whole texts that are put
 * in it. Scripts of keys: see prompt_stage.h.
 */
#include "prompt_stage.h"

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
