/*
 * Theme text into colours. Decides the grammar (ui/theme.h) and what an error says; the
 * embedded themes are read by the same parser as the user's. How a terminal shows a colour is
 * tty.c's; which of the terminal's own colours comes nearest, palette.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"
#include "cli/themes.h"
#include "ui/theme.h"

enum {
	WORDS_MAX = 12, /* of one line */
};

NAMES_DEFINE(theme_ground, THEME_GROUNDS)

static const char *const attribute_names[] = { "bold", "dim", "italic", "underline",
	"reverse" };

/* The words of one line, as copies. */
struct words {
	char *items[WORDS_MAX];
	size_t count;
	bool too_many;
};

/* True when what begins with '#' is a colour, not a comment. */
static bool
is_colour(const char *line, const char *end)
{
	char *word = mem_strndup(line, strcspn(line, " \t\r\n"));
	int32_t colour;
	bool is = line < end && colour_parse(word, &colour);

	free(word);
	return is;
}

/* Splits a line of n bytes at blanks, up to its end or a comment. */
static void
words_split(struct words *words, const char *line, size_t n)
{
	const char *end = line + n;

	*words = (struct words){ .count = 0 };
	for (;;) {
		size_t length = 0;

		while (line < end && strchr(" \t\r", *line))
			line++;
		if (line == end || (*line == '#' && !is_colour(line, end)))
			return;
		while (line + length < end && !strchr(" \t\r", line[length]))
			length++;
		if (words->count == WORDS_MAX) {
			words->too_many = true;
			return;
		}
		words->items[words->count++] = text_printable_copy(line, length);
		line += length;
	}
}

/* Frees the copies. */
static void
words_clear(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->items[i]);
}

/* Reads an attribute: false when it is none. */
static bool
attribute_parse(const char *word, unsigned *attributes)
{
	for (size_t i = 0; i < sizeof attribute_names / sizeof *attribute_names; i++) {
		if (strcmp(word, attribute_names[i]) == 0) {
			*attributes |= 1u << i;
			return true;
		}
	}
	return false;
}

/* What a theme is being read into. */
struct reading {
	struct theme theme;
	enum depth depth; /* the lines are for terminals of no more colours than this */
	struct buf error;
};

/* "title TEXT": for those who choose among themes; it changes nothing. */
static bool
read_title(struct reading *reading, const struct words *words)
{
	(void)reading;
	(void)words;
	return true;
}

/* "from NAME": begins with the lines of an embedded theme. */
static bool
read_from(struct reading *reading, const struct words *words)
{
	if (theme_embedded(&reading->theme, words->items[1]))
		return true;
	buf_addf(&reading->error, "there is no built-in theme '%s'", words->items[1]);
	return false;
}

/* "terminal dark|light": what the terminal's own colours are taken to be. */
static bool
read_terminal(struct reading *reading, const struct words *words)
{
	if (theme_ground_parse(words->items[1], &reading->theme.ground))
		return true;
	buf_addf(&reading->error, "expected 'terminal dark' or 'terminal light', not '%s'",
	    words->items[1]);
	return false;
}

/* "colours 8|16|256|all": the lines that follow are for terminals of no more colours. */
static bool
read_colours(struct reading *reading, const struct words *words)
{
	static const char *const names[depth_count] = { "8", "16", "256", "all" };

	for (size_t i = 0; i < depth_count; i++) {
		if (strcmp(words->items[1], names[i]) == 0) {
			reading->depth = (enum depth)i;
			return true;
		}
	}
	buf_addf(&reading->error, "expected 'colours 8', '16', '256' or 'all', not '%s'",
	    words->items[1]);
	return false;
}

/* Reads the two colours and the attributes of a style. */
static bool
read_look(struct theme_style *look, const struct words *words, struct buf *error)
{
	int32_t *const colours[] = { &look->foreground, &look->background };

	for (size_t i = 0; i < 2; i++) {
		if (!colour_parse(words->items[2 + i], colours[i])) {
			buf_addf(error,
			    "'%s' is no colour: expected default, a colour name, 0-255 or "
			    "#rrggbb",
			    words->items[2 + i]);
			return false;
		}
	}
	for (size_t i = 4; i < words->count; i++) {
		if (!attribute_parse(words->items[i], &look->attributes)) {
			buf_addf(error,
			    "'%s' is no attribute: expected bold, dim, italic, underline or "
			    "reverse",
			    words->items[i]);
			return false;
		}
	}
	return true;
}

/* "style NAME FOREGROUND BACKGROUND [ATTRIBUTE ...]", for the depths in force. */
static bool
read_style(struct reading *reading, const struct words *words)
{
	enum style style;
	struct theme_style look = { .attributes = 0 };

	if (!style_parse(words->items[1], &style)) {
		buf_addf(&reading->error, "'%s' is no style: `help styles` lists them",
		    words->items[1]);
		return false;
	}
	if (!read_look(&look, words, &reading->error))
		return false;
	for (int depth = 0; depth <= (int)reading->depth; depth++)
		reading->theme.styles[depth][style] = look;
	return true;
}

/* The lines of a theme, by their first word. */
static const struct line_row {
	const char *word, *usage;
	size_t least, most; /* words, the first included; SIZE_MAX = any number */
	bool (*read)(struct reading *reading, const struct words *words);
} line_rows[] = {
	{ "style", "style NAME FOREGROUND BACKGROUND [ATTRIBUTE ...]", 4, WORDS_MAX,
	    read_style },
	{ "colours", "colours 8|16|256|all", 2, 2, read_colours },
	{ "terminal", "terminal dark|light", 2, 2, read_terminal },
	{ "from", "from THEME", 2, 2, read_from },
	{ "title", "title TEXT", 2, SIZE_MAX, read_title },
};

/* Reads the words of a line: false with what is wrong at the end of the error. */
static bool
read_line(struct reading *reading, const struct words *words)
{
	for (size_t i = 0; i < sizeof line_rows / sizeof *line_rows; i++) {
		const struct line_row *row = &line_rows[i];

		if (strcmp(words->items[0], row->word) != 0)
			continue;
		if ((!words->too_many || row->most == SIZE_MAX) && words->count >= row->least &&
		    words->count <= row->most)
			return row->read(reading, words);
		buf_addf(&reading->error, "expected '%s'", row->usage);
		return false;
	}
	buf_addf(&reading->error,
	    "expected 'style', 'colours', 'terminal', 'from' or 'title', not '%s'",
	    words->items[0]);
	return false;
}

char *
theme_parse(struct theme *theme, const char *text)
{
	struct reading reading = { .theme = *theme, .depth = DEPTH_TRUE, .error = BUF_INIT };
	bool sound = true;

	for (unsigned line = 1; *text && sound; line++) {
		size_t length = strcspn(text, "\n");
		struct words words;

		words_split(&words, text, length);
		if (words.count > 0) {
			buf_truncate(&reading.error, 0);
			buf_addf(&reading.error, "line %u: ", line);
			sound = read_line(&reading, &words);
		}
		words_clear(&words);
		text += length + (text[length] == '\n');
	}
	if (!sound)
		return buf_take(&reading.error);
	buf_clear(&reading.error);
	*theme = reading.theme;
	return NULL;
}

bool
theme_embedded(struct theme *theme, const char *name)
{
	const struct theme_row *row = themes_find(name);
	char *error;

	if (row == NULL)
		return false;
	*theme = (struct theme){ .ground = GROUND_DARK };
	for (size_t i = 0; i < depth_count * style_count; i++)
		theme->styles[i / style_count][i % style_count] =
		    (struct theme_style){ COLOUR_DEFAULT, COLOUR_DEFAULT, 0 };
	error = theme_parse(theme, row->text);
	free(error);
	return error == NULL;
}

struct theme_style
theme_look(const struct theme *theme, enum depth depth, enum style style)
{
	struct theme_style look = theme->styles[depth][style];

	look.foreground = colour_nearest(look.foreground, depth);
	look.background = colour_nearest(look.background, depth);
	return look;
}
