/*
 * ncurses, kept at arm's length: it thinks that its terminal is a file in memory, so it can never wait
 * for a slow one. After each refresh the bytes are taken out of the file and given to the
 * caller. What ncurses would do to the real terminal is done here - size, suspension, what is written
 * when it is taken - and in tty_modes.c, which gives it back.
 */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/platform.h"
#include "util/text.h"

#include "ui/blanks.h"
#include "ui/layout.h"
#include "ui/sgr.h"
#include "ui/true_colour.h"
#include "ui/tty.h"
#include "ui/tty_modes.h"

/* Last, for its macros take common words. */
#include <curses.h>

/* What is undone: synchronised output, bracketed paste, mouse, alternate screen, cursor, colours. */
#define MARGINS    "\0337\033[r\0338" /* lines scroll on the whole terminal; the cursor stays */
#define RESTORE    "\033[?2026l\033[?2004l\033[?1006l\033[?1002l\033[?1049l\033[?25h\033[0m"
#define ENTER      "\033[?1049h\033[?2004h"
#define MOUSE_ON   "\033[?1002h\033[?1006h"
#define MOUSE_OFF  "\033[?1006l\033[?1002l"
#define SYNC_BEGIN "\033[?2026h"
#define SYNC_END   "\033[?2026l"

enum {
	ROWS_DEFAULT = 24,
	COLUMNS_DEFAULT = 80,
	SIDE_MOST = 1000, /* rows or columns that the environment may tell */
	FRAME_MARKED = 1024, /* bytes from which a frame may come in two pieces: it is marked */
	MEMORY_MOST = 256 * 1024, /* bytes of frames after which the memory is begun anew */
};

struct tty {
	int fd; /* the terminal */
	int memory; /* where ncurses writes */
	off_t taken; /* what lies before this in it has been carried to the terminal */
	FILE *out, *in; /* ncurses' streams: the memory, and nothing to read */
	SCREEN *screen; /* NULL: lines are written, no screen is drawn */
	bool colour;
	enum depth depth;
	bool direct; /* ncurses takes a colour itself in place of its number */
	struct standins standins; /* where it does not, though the terminal shows all */
	bool redraw;
	bool cursor; /* it shows */
	attr_t attributes[style_count];
	bool unseen[style_count]; /* a blank in this style shows nothing */
	struct cell *shown; /* what the terminal shows, as last painted */
	int rows, columns;
	int told_rows,
	    told_columns; /* by the environment; 0 = the terminal's own size counts */
	struct buf written, bytes; /* by ncurses; for the terminal */
};

/* --- taking it ------------------------------------------------------------------------------ */

/* True when the terminal type can do what a full-screen program needs. */
static bool
is_capable(void)
{
	const char *position = tigetstr("cup");

	return position != NULL && position != (char *)-1;
}

/* Returns the sentence for a terminal type that will not do. */
static char *
unsuitable(void)
{
	const char *type = getenv("TERM");
	struct buf sentence = BUF_INIT;

	if (type == NULL || *type == '\0') {
		buf_adds(&sentence,
		    "TERM is not set: it names the type of the terminal, such as "
		    "xterm-256color; --report needs none.");
	} else {
		buf_adds(&sentence, "The terminal type \"");
		text_printable(&sentence, type, strlen(type));
		buf_adds(&sentence,
		    "\" is not known here or cannot place the cursor: set TERM to "
		    "one that can, such as xterm-256color, or use --report.");
	}
	return buf_take(&sentence);
}

/*
 * Takes ncurses out of the state before its first endwin(), in which it hands over what it has after
 * every movement of the cursor: from here on a frame is one write. What endwin() says is thrown away.
 */
static void
leave_first_state(struct tty *tty)
{
	endwin();
	tty->taken = lseek(tty->memory, 0, SEEK_CUR);
}

/* A number from the environment that is within these bounds, or 0. */
static int
from_environment(const char *name, int least)
{
	const char *text = getenv(name);
	long value;

	return text != NULL && text_number(text, least, SIDE_MOST, &value) ? (int)value : 0;
}

/*
 * Takes LINES and COLUMNS out of the environment: ncurses would go by them whatever it is told later, and
 * take a terminal for unknown when they are beyond its bounds.
 */
static void
take_environment(struct tty *tty)
{
	tty->told_rows = from_environment("LINES", LAYOUT_LEAST_ROWS);
	tty->told_columns = from_environment("COLUMNS", LAYOUT_LEAST_COLUMNS);
	unsetenv("LINES");
	unsetenv("COLUMNS");
}

/*
 * Starts ncurses on the memory: false when it does not know the terminal. What it takes for the size,
 * 24 by 80, is corrected before anything is drawn; without the environment (use_env) it would refuse a
 * terminal type that tells no size, such as linux.
 */
static bool
start_curses(struct tty *tty)
{
	tty->memory = platform_memory_file();
	tty->out = tty->memory < 0 ? NULL : fdopen(tty->memory, "w");
	tty->in = fopen("/dev/null", "re");
	if (tty->out == NULL || tty->in == NULL)
		return false;
	tty->screen = newterm(NULL, tty->out, tty->in);
	if (tty->screen == NULL || !is_capable())
		return false;
	raw();
	noecho();
	nonl();
	typeahead(-1);
	idlok(stdscr, TRUE);
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
	leave_first_state(tty);
	return true;
}

/* Opens /dev/tty: NULL with a sentence when there is none. */
static struct tty *
open_device(char **error)
{
	struct tty *tty = mem_alloc(sizeof *tty);

	tty->memory = -1;
	tty->fd = open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (tty->fd >= 0 && tty_modes_learn(tty->fd)) {
		take_environment(tty);
		return tty;
	}
	*error = mem_strdup("There is no terminal to draw on: use --report, or start "
			    "mxscope from a terminal.");
	tty_close(tty);
	return NULL;
}

/* Learns how many colours there are: from terminfo, and from COLORTERM, which may know of more. */
static void
learn_depth(struct tty *tty)
{
	tty->depth = depth_of(COLORS);
	tty->direct = COLORS > depth_colours(DEPTH_256);
	if (tty->direct ||
	    (tty->depth == DEPTH_256 &&
		true_colour_shown(getenv("COLORTERM"), tigetstr("setaf"))))
		tty->depth = DEPTH_TRUE;
}

struct tty *
tty_open(const struct theme *theme, bool colour, char **error)
{
	struct tty *tty = open_device(error);

	if (tty == NULL)
		return NULL;
	if (!start_curses(tty)) {
		*error = unsuitable();
		tty_close(tty);
		return NULL;
	}
	tty->colour = colour && has_colors();
	learn_depth(tty);
	tty->redraw = true;
	tty->cursor = true;
	tty_set_theme(tty, theme);
	tty_modes_take(tty->fd, ENTER, RESTORE);
	return tty;
}

struct tty *
tty_open_lines(char **error)
{
	struct tty *tty = open_device(error);

	if (tty != NULL)
		tty_modes_take(tty->fd, "", "");
	return tty;
}

void
tty_close(struct tty *tty)
{
	if (tty == NULL)
		return;
	tty_modes_restore();
	if (tty->screen != NULL) {
		endwin();
		delscreen(tty->screen);
	}
	if (tty->out != NULL)
		fclose(tty->out);
	else if (tty->memory >= 0)
		close(tty->memory);
	if (tty->in != NULL)
		fclose(tty->in);
	if (tty->fd >= 0)
		close(tty->fd);
	free(tty->shown);
	buf_clear(&tty->written);
	buf_clear(&tty->bytes);
	free(tty);
}

void
tty_resume(struct tty *tty)
{
	tty_modes_take_again();
	tty_redraw(tty);
}

bool
tty_suspend(struct tty *tty)
{
	struct sigaction standard = { .sa_handler = SIG_DFL }, ours;

	tty_modes_restore();
	sigemptyset(&standard.sa_mask);
	sigaction(SIGTSTP, &standard, &ours);
	kill(0, SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
	return tcgetpgrp(tty->fd) == getpgrp();
}

/* --- facts about it -------------------------------------------------------------------------- */

int
tty_descriptor(const struct tty *tty)
{
	return tty->fd;
}

/* One side of the picture: what the environment told, but never beyond the terminal. */
static int
side(int told, int real, int otherwise)
{
	if (told > 0 && (real == 0 || told < real))
		return told;
	return real > 0 ? real : otherwise;
}

void
tty_size(const struct tty *tty, int *rows, int *columns)
{
	struct winsize size = { 0 };

	ioctl(tty->fd, TIOCGWINSZ, &size);
	*rows = side(tty->told_rows, size.ws_row, ROWS_DEFAULT);
	*columns = side(tty->told_columns, size.ws_col, COLUMNS_DEFAULT);
}

void
tty_resized(struct tty *tty)
{
	tty->told_rows = tty->told_columns = 0;
	tty_redraw(tty);
}

bool
tty_unicode(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Types of terminals, by how they begin, that tell their ground when asked. */
static const char *const answering[] = { "xterm", "tmux", "rxvt", "foot", "alacritty", "kitty",
	"wezterm", "ghostty", "vte", "konsole", "st-", "contour", "mintty", "mlterm", "iterm" };

const char *
tty_ask_ground(const struct tty *tty, size_t *length)
{
	static const char question[] = "\033]11;?\033\\";
	const char *type = getenv("TERM");

	*length = 0;
	if (!tty->colour || type == NULL)
		return question;
	for (size_t i = 0; i < sizeof answering / sizeof *answering; i++) {
		if (strncmp(type, answering[i], strlen(answering[i])) == 0)
			*length = sizeof question - 1;
	}
	return question;
}

const char *
tty_mouse(struct tty *tty, bool on, size_t *length)
{
	(void)tty;
	*length = strlen(on ? MOUSE_ON : MOUSE_OFF);
	return on ? MOUSE_ON : MOUSE_OFF;
}

/* --- styles ------------------------------------------------------------------------------------ */

static const struct {
	enum theme_attribute ours;
	attr_t theirs;
} attribute_rows[] = {
	{ THEME_BOLD, A_BOLD },
	{ THEME_DIM, A_DIM },
	{ THEME_ITALIC, A_ITALIC },
	{ THEME_UNDERLINE, A_UNDERLINE },
	{ THEME_REVERSE, A_REVERSE },
};

static attr_t
attributes_of(const struct theme_style *style)
{
	attr_t attributes = A_NORMAL;

	for (size_t i = 0; i < sizeof attribute_rows / sizeof *attribute_rows; i++) {
		if (style->attributes & attribute_rows[i].ours)
			attributes |= attribute_rows[i].theirs;
	}
	return attributes;
}

/* The colour pair of a style; 0, the terminal's own, without colours. */
static short
pair_of(const struct tty *tty, enum style style)
{
	return tty->colour ? (short)(style + 1) : 0;
}

/* What ncurses is to be told for a colour that the terminal has. */
static int
colour_for(struct tty *tty, int32_t colour)
{
	if (tty->depth != DEPTH_TRUE || colour < 8)
		return colour;
	return tty->direct ? (int)colour_rgb(colour) : standins_number(&tty->standins, colour);
}

void
tty_set_theme(struct tty *tty, const struct theme *theme)
{
	struct theme plain = *theme;

	if (!tty->colour)
		theme_embedded(
		    &plain, "monochrome"); /* what colour would say, attributes must */
	tty->standins.count = 0;
	for (int i = 0; i < style_count; i++) {
		const struct theme_style look = theme_look(&plain, tty->depth, (enum style)i);

		tty->attributes[i] = attributes_of(&look);
		tty->unseen[i] = look.background < 0 &&
		    (look.attributes & (THEME_UNDERLINE | THEME_REVERSE)) == 0;
		if (tty->colour)
			init_extended_pair(i + 1, colour_for(tty, look.foreground),
			    colour_for(tty, look.background));
	}
	tty_redraw(tty);
}

/* --- frames ------------------------------------------------------------------------------------- */

void
tty_redraw(struct tty *tty)
{
	tty->redraw = true;
}

/*
 * Decodes a cell's text for ncurses, which has the locale's own idea of how wide a character is: one that
 * it would give another width than we do is shown as '?', or the row would shift.
 */
static size_t
widen(const char *text, wchar_t out[CCHARW_MAX + 1])
{
	size_t n = 0, bytes = strlen(text);
	uint32_t character;

	for (size_t used; bytes > 0 && n < CCHARW_MAX; text += used, bytes -= used) {
		used = text_decode(text, bytes, &character);
		if (used == 0)
			break;
		out[n++] = (wchar_t)character;
		if (wcwidth((wchar_t)character) == text_character_width(character))
			continue;
		if (n > 1) {
			n--; /* a mark: the character without it */
			break;
		}
		out[0] = L'?';
	}
	out[n] = L'\0';
	return n;
}

/* Puts one cell, in this style, where ncurses keeps its picture. A wide character shown as '?' leaves a column blank. */
static void
put_cell(const struct tty *tty, int row, int column, const struct cell *cell, enum style style)
{
	wchar_t characters[CCHARW_MAX + 1];
	attr_t attributes = tty->attributes[style];
	short pair = pair_of(tty, style);
	cchar_t complex;

	if (widen(cell->text, characters) == 0)
		return; /* the right half of a wide one */
	if (*characters == L'?' && text_width(cell->text) == 2 &&
	    setcchar(&complex, L" ", attributes, pair, NULL) == OK)
		mvadd_wch(row, column + 1, &complex);
	if (setcchar(&complex, characters, attributes, pair, NULL) == OK)
		mvadd_wch(row, column, &complex);
}

static bool
cell_equal(const struct cell *a, const struct cell *b)
{
	return a->style == b->style && strcmp(a->text, b->text) == 0;
}

/* Gives ncurses the cells that changed. A wide character's right half ("") follows its left one. */
static void
put_changes(struct tty *tty, const struct canvas *canvas)
{
	for (int row = 0; row < canvas->rows; row++) {
		for (int column = 0; column < canvas->columns; column++) {
			size_t i = (size_t)row * (size_t)canvas->columns + (size_t)column;
			const struct cell *cell = &canvas->cells[i];

			if (!tty->redraw && cell_equal(cell, &tty->shown[i]))
				continue;
			tty->shown[i] = *cell;
			put_cell(tty, row, column, cell,
			    blanks_style(canvas, row, column, tty->unseen));
		}
	}
}

/* The columns of the terminal itself, and never fewer than these. */
static int
real_columns(const struct tty *tty, int least)
{
	struct winsize size = { 0 };

	ioctl(tty->fd, TIOCGWINSZ, &size);
	return size.ws_col > least ? size.ws_col : least;
}

/*
 * Makes ncurses' picture as high as the canvas, and as wide as the terminal: it has to know where lines
 * wrap. On a part of the terminal no lines are scrolled: the rest would move, too.
 */
static void
fit(struct tty *tty, const struct canvas *canvas)
{
	if (tty->rows == canvas->rows && tty->columns == canvas->columns)
		return;
	tty->rows = canvas->rows;
	tty->columns = canvas->columns;
	tty->shown = mem_realloc(
	    tty->shown, (size_t)tty->rows * (size_t)tty->columns, sizeof *tty->shown);
	resize_term(tty->rows, real_columns(tty, tty->columns));
	idlok(stdscr, tty->told_rows == 0);
	tty->redraw = true;
}

/* Begins the memory anew when it has grown: not after every frame, which would cost two calls each. */
static void
rewind_memory(struct tty *tty)
{
	if (tty->taken < MEMORY_MOST || ftruncate(tty->memory, 0) != 0)
		return;
	lseek(tty->memory, 0, SEEK_SET);
	tty->taken = 0;
}

/* Takes what ncurses has written since the last frame out of the memory. */
static void
take_written(struct tty *tty)
{
	char block[16384];
	ssize_t got;

	buf_truncate(&tty->written, 0);
	do {
		got = pread(tty->memory, block, sizeof block, tty->taken);
		if (got <= 0)
			break;
		buf_add(&tty->written, block, (size_t)got);
		tty->taken += got;
	} while (got == sizeof block);
	rewind_memory(tty);
}

/* Makes of it what the terminal is to get. */
static void
take_bytes(struct tty *tty)
{
	bool marked;

	take_written(tty);
	marked = tty->written.length >= FRAME_MARKED;
	buf_truncate(&tty->bytes, 0);
	if (tty->written.length == 0)
		return;
	buf_adds(&tty->bytes, marked ? SYNC_BEGIN : "");
	standins_translate(
	    &tty->standins, buf_text(&tty->written), tty->written.length, &tty->bytes);
	sgr_join(&tty->bytes);
	if (tty->told_rows > 0 && tigetstr("csr") != NULL)
		buf_adds(&tty->bytes, MARGINS); /* ncurses set them to its own lines */
	buf_adds(&tty->bytes, marked ? SYNC_END : "");
}

const char *
tty_paint(struct tty *tty, const struct canvas *canvas, size_t *length)
{
	bool cursor = canvas->cursor_row >= 0;

	fit(tty, canvas);
	if (tty->redraw) {
		erase();
		clearok(curscr, TRUE);
	}
	put_changes(tty, canvas);
	tty->redraw = false;
	if (cursor != tty->cursor)
		curs_set(cursor ? 1 : 0);
	tty->cursor = cursor;
	leaveok(stdscr, !cursor); /* where nobody sees it, it stays */
	if (cursor)
		move(canvas->cursor_row, canvas->cursor_column);
	refresh();
	take_bytes(tty);
	*length = tty->bytes.length;
	return buf_text(&tty->bytes);
}
