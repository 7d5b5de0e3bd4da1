/*
 * The words of the stories, one function each, and the table that names them. An expectation does
 * not sleep: it reads what the program writes until it is true, or fails when the story's
 * patience is over.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "util/mem.h"
#include "util/rng.h"
#include "util/text.h"
#include "story.h"

enum {
	ESCAPE_US = 150000, /* Esc is a key of its own when nothing follows it for a while */
	EXPOSURE_US = 300000 /* a picture shows whole frames: what is under way is waited for */
};

/* The monotonic clock, in microseconds. */
static int64_t
clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* A number of the story, or a complaint and 0. */
static long
number(struct story *s, const char *word, long lowest, long highest)
{
	long value = 0;

	if (!text_number(word, lowest, highest, &value))
		story_fail(s, "a number from %ld to %ld was expected, not \"%s\"", lowest,
		    highest, word);
	return value;
}

/* Reads "80x24"; false and a complaint otherwise. */
static bool
size_of(struct story *s, const char *word, int *rows, int *columns)
{
	if (sscanf(word, "%dx%d", columns, rows) == 2 && *columns > 0 && *rows > 0)
		return true;
	story_fail(s, "a size such as 80x24 was expected, not \"%s\"", word);
	return false;
}

/* The program must have been started for this command. */
static bool
started(struct story *s)
{
	if (!s->terminal)
		story_fail(s, "nothing was started yet");
	return s->terminal != NULL;
}

/* --- what there is to look for ----------------------------------------------- */

/* What an expectation looks at; each function returns true when it is met. */
struct look {
	int row; /* -1 = any */
	const char *text;
	int number;
};

/* Makes one blank of every run of blanks: columns may move, what stands in them may not. */
static void
squeeze(struct buf *text)
{
	size_t kept = 0;

	for (size_t i = 0; i < text->length; i++)
		if (text->data[i] != ' ' || kept == 0 || text->data[kept - 1] != ' ')
			text->data[kept++] = text->data[i];
	buf_truncate(text, kept);
}

/* Is the text on the row, or on any row? */
static bool
shown(struct story *s, const struct look *look)
{
	struct buf row = BUF_INIT, text = BUF_INIT;
	bool found = false;

	buf_adds(&text, look->text);
	squeeze(&text);
	for (int i = 0; i < terminal_rows(s->terminal) && !found; i++) {
		terminal_row(s->terminal, i, &row);
		squeeze(&row);
		found = (look->row < 0 || look->row == i) &&
		    strstr(buf_text(&row), buf_text(&text));
	}
	buf_clear(&row);
	buf_clear(&text);
	return found;
}

/* Is it on no row? */
static bool
not_shown(struct story *s, const struct look *look)
{
	return !shown(s, look);
}

/* Is none of the text's characters on the screen? */
static bool
none_shown(struct story *s, const struct look *look)
{
	size_t length = strlen(look->text), used;
	char character[5];
	uint32_t value;

	for (size_t at = 0; at < length; at += used) {
		used = text_decode(look->text + at, length - at, &value);
		used = used ? used : 1;
		snprintf(character, sizeof character, "%.*s", (int)used, look->text + at);
		if (shown(s, &(struct look){ .row = -1, .text = character }))
			return false;
	}
	return true;
}

/* Is the row exactly this text? */
static bool
row_is(struct story *s, const struct look *look)
{
	struct buf row = BUF_INIT;
	bool same;

	terminal_row(s->terminal, look->row, &row);
	same = !strcmp(buf_text(&row), look->text);
	buf_clear(&row);
	return same;
}

/* Has the program ended with this status? */
static bool
has_exited(struct story *s, const struct look *look)
{
	int status;

	return terminal_state(s->terminal, &status) == TERMINAL_EXITED &&
	    status == look->number;
}

/* Was it killed by this signal? */
static bool
was_killed(struct story *s, const struct look *look)
{
	int signal;

	return terminal_state(s->terminal, &signal) == TERMINAL_KILLED &&
	    signal == look->number;
}

/* Is it stopped? */
static bool
is_stopped(struct story *s, const struct look *look)
{
	int signal;

	(void)look;
	return terminal_state(s->terminal, &signal) == TERMINAL_STOPPED;
}

/* Is the terminal as the program found it? */
static bool
is_restored(struct story *s, const struct look *look)
{
	(void)look;
	return !terminal_not_restored(s->terminal);
}

/* Reads output until what is looked for is there; false when patience is over. */
static bool
comes_true(struct story *s, bool (*met)(struct story *s, const struct look *look),
    const struct look *look)
{
	int64_t until = clock_us() + s->patience_us;
	int64_t left;

	while (!met(s, look)) {
		left = until - clock_us();
		if (left <= 0)
			return false;
		terminal_read(s->terminal, (int)(left / 1000) + 1);
	}
	return true;
}

/* Reads output for so long; 0: what is there already. */
static void
read_for(struct story *s, int64_t us)
{
	int64_t until = clock_us() + us, left;

	while ((left = until - clock_us()) > 0)
		terminal_read(s->terminal, (int)(left / 1000) + 1);
	while (terminal_read(s->terminal, 0))
		;
}

/* A row of the story: 1 is the top, -1 the bottom. */
static int
row_number(struct story *s, const char *word)
{
	bool from_below = word[0] == '-';
	int rows = terminal_rows(s->terminal);
	int n = (int)number(s, word + from_below, 1, rows);

	return from_below ? rows - n : n - 1;
}

/* --- before the start --------------------------------------------------------- */

static void
run_size(struct story *s, int count, char *words[])
{
	(void)count;
	size_of(s, words[1], &s->rows, &s->columns);
}

static void
run_env(struct story *s, int count, char *words[])
{
	story_set(s, words[1], count > 1 ? words[2] : NULL);
}

/* Keeps the values; the rest of the story begins with the first one. */
static void
run_each(struct story *s, int count, char *words[])
{
	if (s->each.name) {
		story_fail(s, "one `each` is enough for a story");
		return;
	}
	s->each.name = mem_strdup(words[1]);
	s->each.values = mem_calloc(STORY_WORDS, sizeof *s->each.values);
	for (int i = 2; i <= count; i++)
		s->each.values[s->each.count++] = mem_strdup(words[i]);
	s->each.begin = ftell(s->input);
	s->each.line = s->line;
	story_set(s, s->each.name, s->each.values[s->each.next++]);
}

static void
run_patience(struct story *s, int count, char *words[])
{
	(void)count;
	s->patience_us = number(s, words[1], 1, 600) * INT64_C(1000000);
}

/* Copies the lines up to "end" into a file. */
static void
run_file(struct story *s, int count, char *words[])
{
	FILE *out = fopen(words[1], "w");
	char line[1024];

	(void)count;
	if (!out) {
		story_fail(s, "cannot write %s: %s", words[1], strerror(errno));
		return;
	}
	while (fgets(line, sizeof line, s->input)) {
		s->line++;
		if (!strcmp(line, "end\n"))
			break;
		fputs(line, out);
	}
	fclose(out);
}

/* Writes a file of numbered lines, "%d" in the pattern being the number. */
static void
run_generate(struct story *s, int count, char *words[])
{
	FILE *out = fopen(words[1], "w");
	long lines = number(s, words[2], 1, 100000);
	char *mark = strstr(words[3], "%d");

	(void)count;
	if (!out || !mark) {
		story_fail(
		    s, "a file that can be written and a pattern with %%d were expected");
		return;
	}
	for (long i = 1; i <= lines; i++)
		fprintf(out, "%.*s%ld%s\n", (int)(mark - words[3]), words[3], i, mark + 2);
	fclose(out);
}

static void
run_mode(struct story *s, int count, char *words[])
{
	(void)count;
	if (chmod(words[1], (mode_t)strtol(words[2], NULL, 8)) < 0)
		story_fail(s, "chmod %s: %s", words[1], strerror(errno));
}

/* The value of a variable in the story's environment; "" when it has none. */
static const char *
value_of(const struct story *s, const char *name)
{
	size_t length = strlen(name);

	for (int i = 0; s->environment[i]; i++)
		if (!strncmp(s->environment[i], name, length) &&
		    s->environment[i][length] == '=')
			return s->environment[i] + length + 1;
	return "";
}

/* True when the story's environment has a UTF-8 locale. */
static bool
utf8_locale(const struct story *s)
{
	return strstr(value_of(s, "LC_ALL"), "UTF-8") != NULL;
}

/* The ground of the story's terminal, as COLORFGBG has it. */
static enum picture_ground
ground_of(const struct story *s)
{
	const char *colours = value_of(s, "COLORFGBG");

	return strstr(colours, ";15") ? PICTURE_LIGHT : PICTURE_DARK;
}

static void
run_start(struct story *s, int count, char *words[])
{
	char *arguments[STORY_WORDS + 1];
	char *program = mem_strdup(s->program);

	arguments[0] = program;
	for (int i = 1; i <= count; i++)
		arguments[i] = words[i];
	arguments[count + 1] = NULL;
	terminal_free(s->terminal);
	s->terminal =
	    terminal_start(arguments, s->environment, s->rows, s->columns, utf8_locale(s));
	free(program);
}

/* --- what the user does --------------------------------------------------------- */

static void
run_type(struct story *s, int count, char *words[])
{
	(void)count;
	if (started(s))
		terminal_type(s->terminal, words[1], strlen(words[1]));
}

static void
run_paste(struct story *s, int count, char *words[])
{
	(void)count;
	if (!started(s))
		return;
	terminal_type(s->terminal, "\033[200~", 6);
	terminal_type(s->terminal, words[1], strlen(words[1]));
	terminal_type(s->terminal, "\033[201~", 6);
}

static void
run_key(struct story *s, int count, char *words[])
{
	char room[8];
	const char *bytes = key_bytes(words[1], room);
	long times = count > 1 ? number(s, words[2], 1, 100000) : 1;

	if (!bytes)
		story_fail(s, "no key is called \"%s\"", words[1]);
	else if (started(s))
		for (; times > 0; times--) {
			terminal_type(s->terminal, bytes, strlen(bytes));
			read_for(s, strcmp(words[1], "Esc") ? 0 : ESCAPE_US);
		}
}

/* Types random keys, printable ones and controls that neither leave nor stop the program. */
static void
run_random_keys(struct story *s, int count, char *words[])
{
	static const char keys[] =
	    "abcdefghijklmnoprstuvwxyz0123456789.-_@ /:\t\b\001\002\005\006\013\027\031";
	long times = number(s, words[1], 1, 10000000);
	struct rng rng;

	rng_seed(&rng, (uint64_t)(count > 1 ? number(s, words[2], 0, 1000000) : 1));
	while (started(s) && times-- > 0) {
		terminal_type(s->terminal, keys + rng_below(&rng, sizeof keys - 1), 1);
		while (terminal_read(s->terminal, 0))
			;
	}
}

static void
run_resize(struct story *s, int count, char *words[])
{
	int rows, columns;

	(void)count;
	if (started(s) && size_of(s, words[1], &rows, &columns))
		terminal_resize(s->terminal, rows, columns);
}

/* So many random sizes between 20x5 and 250x80, each as soon as something was drawn. */
static void
run_storm(struct story *s, int count, char *words[])
{
	long times = number(s, words[1], 1, 10000);
	struct rng rng;

	rng_seed(&rng, (uint64_t)(count > 1 ? number(s, words[2], 0, 1000000) : 1));
	while (started(s) && times-- > 0) {
		int rows = 5 + (int)rng_below(&rng, 76),
		    columns = 20 + (int)rng_below(&rng, 231);

		terminal_resize(s->terminal, rows, columns);
		for (int pieces = (int)rng_below(&rng, 4); pieces > 0; pieces--)
			terminal_read(s->terminal, 20);
	}
}

static const struct {
	const char *name;
	int number;
} signals[] = { { "TERM", SIGTERM }, { "HUP", SIGHUP }, { "INT", SIGINT }, { "SEGV", SIGSEGV },
	{ "ABRT", SIGABRT }, { "QUIT", SIGQUIT }, { "TSTP", SIGTSTP }, { "CONT", SIGCONT },
	{ "WINCH", SIGWINCH }, { "KILL", SIGKILL } };

/* The signal of this name, or a complaint and 0. */
static int
signal_number(struct story *s, const char *name)
{
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		if (!strcmp(signals[i].name, name))
			return signals[i].number;
	story_fail(s, "no signal is called \"%s\"", name);
	return 0;
}

static void
run_signal(struct story *s, int count, char *words[])
{
	int signal = signal_number(s, words[1]);

	(void)count;
	if (signal && started(s))
		terminal_signal(s->terminal, signal);
}

static void
run_continue(struct story *s, int count, char *words[])
{
	(void)count;
	(void)words;
	if (started(s))
		terminal_continue(s->terminal);
}

/* --- what must be seen ------------------------------------------------------------ */

static void
run_expect(struct story *s, int count, char *words[])
{
	struct look look = { .row = -1, .text = words[1] };

	(void)count;
	if (started(s) && !comes_true(s, shown, &look))
		story_fail(s, "\"%s\" did not appear", words[1]);
}

static void
run_expect_not(struct story *s, int count, char *words[])
{
	struct look look = { .row = -1, .text = words[1] };

	(void)count;
	if (started(s) && !comes_true(s, not_shown, &look))
		story_fail(s, "\"%s\" is still there", words[1]);
}

static void
run_expect_none(struct story *s, int count, char *words[])
{
	struct look look = { .row = -1, .text = words[1] };

	(void)count;
	if (started(s) && !comes_true(s, none_shown, &look))
		story_fail(s, "one of \"%s\" is still there", words[1]);
}

static void
run_expect_row(struct story *s, int count, char *words[])
{
	struct look look = { .text = words[2] };

	(void)count;
	if (!started(s))
		return;
	look.row = row_number(s, words[1]);
	if (!comes_true(s, shown, &look))
		story_fail(s, "\"%s\" did not appear in row %s", words[2], words[1]);
}

static void
run_row_is(struct story *s, int count, char *words[])
{
	struct look look = { .text = words[2] };

	(void)count;
	if (!started(s))
		return;
	look.row = row_number(s, words[1]);
	if (!comes_true(s, row_is, &look))
		story_fail(s, "row %s is not \"%s\"", words[1], words[2]);
}

static void
run_exit(struct story *s, int count, char *words[])
{
	struct look look = { .number = (int)number(s, words[1], 0, 255) };

	(void)count;
	if (started(s) && !comes_true(s, has_exited, &look))
		story_fail(s, "the program did not end with status %s", words[1]);
}

static void
run_killed(struct story *s, int count, char *words[])
{
	struct look look = { .number = signal_number(s, words[1]) };

	(void)count;
	if (started(s) && !comes_true(s, was_killed, &look))
		story_fail(s, "the program was not killed by SIG%s", words[1]);
}

static void
run_stopped(struct story *s, int count, char *words[])
{
	struct look look = { 0 };

	(void)count;
	(void)words;
	if (started(s) && !comes_true(s, is_stopped, &look))
		story_fail(s, "the program did not stop");
}

static void
run_restored(struct story *s, int count, char *words[])
{
	struct look look = { 0 };

	(void)count;
	(void)words;
	if (started(s) && !comes_true(s, is_restored, &look))
		story_fail(
		    s, "the terminal was not restored: %s", terminal_not_restored(s->terminal));
}

/* Every cell of the screen is of one of the two colours that a monochrome terminal has. */
static void
run_no_colour(struct story *s, int count, char *words[])
{
	VTermScreenCell cell;

	(void)count;
	(void)words;
	for (int row = 0; started(s) && row < terminal_rows(s->terminal); row++)
		for (int column = 0; column < terminal_columns(s->terminal); column++) {
			vterm_screen_get_cell(
			    terminal_screen(s->terminal), (VTermPos){ row, column }, &cell);
			if (!VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) ||
			    !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)) {
				story_fail(
				    s, "row %d column %d has a colour", row + 1, column + 1);
				return;
			}
		}
}

/* True when the colour is this one, RRGGBB, and not the terminal's own. */
static bool
is_colour(const VTermScreen *screen, VTermColor colour, const char *wanted)
{
	char text[8];

	if (VTERM_COLOR_IS_DEFAULT_FG(&colour) || VTERM_COLOR_IS_DEFAULT_BG(&colour))
		return false;
	picture_colour(screen, colour, text);
	return strcmp(text + 1, wanted) == 0;
}

/* True when the text or the ground of some cell has this colour. */
static bool
has_colour(struct story *s, const struct look *look)
{
	const VTermScreen *screen = terminal_screen(s->terminal);
	VTermScreenCell cell;

	for (int row = 0; row < terminal_rows(s->terminal); row++)
		for (int column = 0; column < terminal_columns(s->terminal); column++) {
			vterm_screen_get_cell(screen, (VTermPos){ row, column }, &cell);
			if (is_colour(screen, cell.fg, look->text) ||
			    is_colour(screen, cell.bg, look->text))
				return true;
		}
	return false;
}

static void
run_colour(struct story *s, int count, char *words[])
{
	struct look look = { .text = words[1] };

	(void)count;
	if (started(s) && !comes_true(s, has_colour, &look))
		story_fail(s, "nothing on the screen is #%s", words[1]);
}

/* Every character of the screen is printable ASCII. */
static void
run_ascii(struct story *s, int count, char *words[])
{
	struct buf row = BUF_INIT;

	(void)count;
	(void)words;
	for (int i = 0; started(s) && i < terminal_rows(s->terminal); i++) {
		terminal_row(s->terminal, i, &row);
		for (size_t at = 0; at < row.length; at++)
			if ((unsigned char)row.data[at] > 0x7e) {
				story_fail(s, "row %d is not ASCII: %s", i + 1, buf_text(&row));
				at = row.length;
			}
	}
	buf_clear(&row);
}

/* The file has this text in it. */
static void
run_file_has(struct story *s, int count, char *words[])
{
	FILE *in = fopen(words[1], "r");
	char text[65536];
	size_t n = in ? fread(text, 1, sizeof text - 1, in) : 0;

	(void)count;
	text[n] = '\0';
	if (in)
		fclose(in);
	if (!strstr(text, words[2]))
		story_fail(s, "%s has no \"%s\"", words[1], words[2]);
}

static void
run_only_text(struct story *s, int count, char *words[])
{
	(void)count;
	(void)words;
	if (started(s) && terminal_orders(s->terminal) > 0)
		story_fail(
		    s, "%zu escape sequences were written", terminal_orders(s->terminal));
}

/* Reads a whole file of at most so many bytes; an absent one is empty. */
static size_t
read_whole(const char *path, char *text, size_t limit)
{
	FILE *in = fopen(path, "r");
	size_t n = in ? fread(text, 1, limit, in) : 0;

	if (in)
		fclose(in);
	return n;
}

/* The first line of a text that is not the same in the other: where it begins in both. */
static size_t
first_difference(const char *a, size_t n, const char *b, size_t m)
{
	size_t line = 0;

	for (size_t i = 0; i < n && i < m && a[i] == b[i]; i++)
		if (a[i] == '\n')
			line = i + 1;
	return line;
}

/* Both files hold the same, and something. */
static void
run_file_same(struct story *s, int count, char *words[])
{
	char a[65536], b[65536];
	size_t n = read_whole(words[1], a, sizeof a - 1),
	       m = read_whole(words[2], b, sizeof b - 1);
	size_t line = first_difference(a, n, b, m);

	(void)count;
	a[n] = b[m] = '\0';
	if (n == 0 || n != m || memcmp(a, b, n) != 0)
		story_fail(s, "%s and %s differ:\n%.*s\n%.*s", words[1], words[2],
		    (int)strcspn(a + line, "\n"), a + line, (int)strcspn(b + line, "\n"),
		    b + line);
}

static void
run_picture(struct story *s, int count, char *words[])
{
	const char *folder = getenv("PICTURES");
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s/%s", folder ? folder : s->folder, words[1]);
	if (started(s))
		read_for(s, EXPOSURE_US);
	if (s->terminal &&
	    !picture_write(
		s->terminal, ground_of(s), buf_text(&path), count > 1 ? words[2] : NULL))
		story_fail(s, "cannot write %s: %s", buf_text(&path), strerror(errno));
	buf_clear(&path);
}

static const struct story_command commands[] = {
	{ "size", 1, 1, run_size, "COLUMNSxROWS: the terminal at the next start" },
	{ "env", 1, 2, run_env, "NAME [VALUE]: sets a variable, or removes it" },
	{ "each", 2, STORY_WORDS - 1, run_each,
	    "NAME VALUE...: the rest of the story is told once with each value, $NAME" },
	{ "patience", 1, 1, run_patience, "SECONDS: how long an expectation may take" },
	{ "file", 1, 1, run_file, "PATH: the lines up to `end` become this file" },
	{ "generate", 3, 3, run_generate,
	    "PATH N PATTERN: a file of N lines, %d being the number" },
	{ "mode", 2, 2, run_mode, "PATH OCTAL: permissions of a file" },
	{ "start", 0, STORY_WORDS - 2, run_start, "[ARGUMENT...]: starts the program" },
	{ "type", 1, 1, run_type, "TEXT: types it" },
	{ "paste", 1, 1, run_paste, "TEXT: pastes it, bracketed" },
	{ "key", 1, 2, run_key,
	    "NAME [TIMES]: Enter Tab Esc Up C-c M-b F1 ..., or a character" },
	{ "random-keys", 1, 2, run_random_keys, "N [SEED]: types random keys" },
	{ "resize", 1, 1, run_resize, "COLUMNSxROWS: changes the size" },
	{ "storm", 1, 2, run_storm, "N [SEED]: random sizes between 20x5 and 250x80" },
	{ "signal", 1, 1, run_signal, "NAME: sends TERM, HUP, SEGV ..." },
	{ "continue", 0, 0, run_continue, "after `stopped`: as the shell's fg" },
	{ "expect", 1, 1, run_expect,
	    "TEXT: appears in some row (a run of blanks counts as one)" },
	{ "expect-not", 1, 1, run_expect_not, "TEXT: is in no row" },
	{ "expect-none", 1, 1, run_expect_none, "CHARACTERS: none of them is on the screen" },
	{ "expect-row", 2, 2, run_expect_row,
	    "ROW TEXT: appears there; 1 is the top, -1 the bottom" },
	{ "row-is", 2, 2, run_row_is, "ROW TEXT: all of that row" },
	{ "exit", 1, 1, run_exit, "STATUS: the program ends so" },
	{ "killed", 1, 1, run_killed, "NAME: the program ends by this signal" },
	{ "stopped", 0, 0, run_stopped, "the program is stopped" },
	{ "restored", 0, 0, run_restored, "the terminal is as the program found it" },
	{ "colour", 1, 1, run_colour, "RRGGBB: something on the screen gets this colour" },
	{ "no-colour", 0, 0, run_no_colour,
	    "only the terminal's default colours are on the screen" },
	{ "ascii", 0, 0, run_ascii, "only ASCII is on the screen" },
	{ "only-text", 0, 0, run_only_text, "no escape sequence was written so far" },
	{ "file-has", 2, 2, run_file_has, "PATH TEXT: the file holds it" },
	{ "file-same", 2, 2, run_file_same, "PATH PATH: the files hold the same" },
	{ "picture", 1, 2, run_picture, "FILE [TITLE]: the screen as SVG, in $PICTURES" },
};

const struct story_command *
story_command_find(const char *name)
{
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

void
story_commands_print(void)
{
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		printf("  %-12s %s\n", commands[i].name, commands[i].help);
}
