/*
 * Theme text into colours. Decides the grammar (ui/theme.h) and what an error says; the
 * embedded themes are read by the same parser as the user's. How a terminal shows a colour is
 * tty.c's; which of the terminal's own colours comes nearest is decided here, with the palette
 * that xterm uses for 16..255.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"
#include "ui/theme.h"

enum {
	WORDS_MAX = 12, /* of one line */
	RGB = 0x1000000, /* marks a colour that is no palette number */
	COLOURFUL = 40, /* between the parts of a colour: less is a grey */
	DARK = 64, /* parts of a colour: less is as good as black */
	FAR_APART = 10000000, /* more than any two colours differ */
};

struct embedded {
	const char *name, *text;
};

static const struct embedded embedded_themes[] = {
#include "ui/themes.inc"
};

static const char *const attribute_names[] = { "bold", "dim", "italic", "underline",
	"reverse" };

static const char *const colour_names[16] = { "black", "red", "green", "yellow", "blue",
	"magenta", "cyan", "white", "bright-black", "bright-red", "bright-green",
	"bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white" };

/* What xterm shows for the first 16 colours: close enough to choose by. */
static const uint32_t base_palette[16] = { 0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE,
	0xCD00CD, 0x00CDCD, 0xE5E5E5, 0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF,
	0xFF00FF, 0x00FFFF, 0xFFFFFF };

/* The words of one line, as copies. */
struct words {
	char *items[WORDS_MAX];
	size_t count;
	bool too_many;
};

/* True when six hexadecimal digits and no more follow: a colour, not a comment. */
static bool
is_rgb(const char *s)
{
	return strspn(s, "0123456789abcdefABCDEF") == 6 && strchr(" \t\r\n", s[6]) != NULL;
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
		if (line == end || (*line == '#' && !is_rgb(line + 1)))
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

/* Reads a colour: false when it is none. */
static bool
colour_parse(const char *word, int32_t *colour)
{
	long number;

	if (strcmp(word, "default") == 0) {
		*colour = COLOUR_DEFAULT;
		return true;
	}
	if (*word == '#' && is_rgb(word + 1)) {
		*colour = RGB | (int32_t)strtol(word + 1, NULL, 16);
		return true;
	}
	if (text_number(word, 0, 255, &number)) {
		*colour = (int32_t)number;
		return true;
	}
	for (int32_t i = 0; i < 16; i++) {
		if (strcmp(word, colour_names[i]) == 0) {
			*colour = i;
			return true;
		}
	}
	return false;
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

/* Reads the words of a line into the theme: NULL, or what is wrong in *error's words. */
static bool
line_parse(struct theme *theme, const struct words *words, struct buf *error)
{
	enum style style;
	struct theme_style look = { .attributes = 0 };
	int32_t *const colours[] = { &look.foreground, &look.background };

	if (strcmp(words->items[0], "style") != 0) {
		buf_addf(error,
		    "expected 'style NAME FOREGROUND BACKGROUND [ATTRIBUTE ...]', not '%s'",
		    words->items[0]);
		return false;
	}
	if (words->count < 4 || words->too_many) {
		buf_adds(error, "expected 'style NAME FOREGROUND BACKGROUND [ATTRIBUTE ...]'");
		return false;
	}
	if (!style_parse(words->items[1], &style)) {
		buf_addf(error, "'%s' is no style: `help styles` lists them", words->items[1]);
		return false;
	}
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
		if (!attribute_parse(words->items[i], &look.attributes)) {
			buf_addf(error,
			    "'%s' is no attribute: expected bold, dim, italic, underline or "
			    "reverse",
			    words->items[i]);
			return false;
		}
	}
	theme->styles[style] = look;
	return true;
}

char *
theme_parse(struct theme *theme, const char *text)
{
	struct theme made = *theme;
	struct buf error = BUF_INIT;
	unsigned line = 1;
	bool sound = true;

	for (; *text && sound; line++) {
		size_t length = strcspn(text, "\n");
		struct words words;

		words_split(&words, text, length);
		if (words.count > 0) {
			buf_truncate(&error, 0);
			buf_addf(&error, "line %u: ", line);
			sound = line_parse(&made, &words, &error);
		}
		words_clear(&words);
		text += length + (text[length] == '\n');
	}
	if (!sound)
		return buf_take(&error);
	buf_clear(&error);
	*theme = made;
	return NULL;
}

bool
theme_embedded(struct theme *theme, const char *name)
{
	for (size_t i = 0; i < sizeof embedded_themes / sizeof *embedded_themes; i++) {
		if (strcmp(embedded_themes[i].name, name) == 0) {
			char *error;

			for (size_t style = 0; style < style_count; style++)
				theme->styles[style] =
				    (struct theme_style){ COLOUR_DEFAULT, COLOUR_DEFAULT, 0 };
			error = theme_parse(theme, embedded_themes[i].text);
			free(error);
			return error == NULL;
		}
	}
	return false;
}

const char *const *
theme_names(void)
{
	static const char *names[sizeof embedded_themes / sizeof *embedded_themes + 1];

	for (size_t i = 0; i < sizeof embedded_themes / sizeof *embedded_themes; i++)
		names[i] = embedded_themes[i].name;
	return names;
}

/* Returns the red, green and blue of a palette number. */
static uint32_t
palette_rgb(int number)
{
	static const uint32_t steps[6] = { 0, 95, 135, 175, 215, 255 };
	uint32_t grey, cube;

	if (number < 16)
		return base_palette[number];
	if (number >= 232) {
		grey = (uint32_t)(8 + 10 * (number - 232));
		return grey << 16 | grey << 8 | grey;
	}
	cube = (uint32_t)number - 16;
	return steps[cube / 36] << 16 | steps[cube / 6 % 6] << 8 | steps[cube % 6];
}

/* The parts of a colour, 0..255 each. */
struct parts {
	long red, green, blue;
};

/* Takes a colour apart. */
static struct parts
parts_of(uint32_t rgb)
{
	return (struct parts){ (long)(rgb >> 16), (long)(rgb >> 8 & 0xFF), (long)(rgb & 0xFF) };
}

/* Returns how unlike two colours are, by the eye's weight for red, green and blue. */
static long
distance(struct parts a, struct parts b)
{
	long red = a.red - b.red, green = a.green - b.green, blue = a.blue - b.blue;

	return 3 * red * red + 6 * green * green + blue * blue;
}

/* Makes *colour its pure hue, as bright as can be: false when it is too grey to have one. */
static bool
purify(struct parts *colour)
{
	long least = colour->red, most = colour->red, span;

	least = colour->green < least ? colour->green : least;
	least = colour->blue < least ? colour->blue : least;
	most = colour->green > most ? colour->green : most;
	most = colour->blue > most ? colour->blue : most;
	span = most - least;
	if (span < COLOURFUL)
		return false;
	colour->red = (colour->red - least) * 255 / span;
	colour->green = (colour->green - least) * 255 / span;
	colour->blue = (colour->blue - least) * 255 / span;
	return true;
}

/*
 * Returns how ill the second colour stands for the first. The hue counts most, so that a pale
 * red stays red: a grey, though nearer in numbers, would say nothing.
 */
static long
unlikeness(uint32_t wanted, uint32_t offered)
{
	struct parts a = parts_of(wanted), b = parts_of(offered);
	long apart = distance(a, b);
	bool colourful = purify(&a);

	if (purify(&b) != colourful)
		return apart + FAR_APART;
	return colourful ? apart + 4 * distance(a, b) : apart;
}

/* True for a colour that black may stand for: a dim grey in black would be gone. */
static bool
is_dark(uint32_t rgb)
{
	struct parts colour = parts_of(rgb);

	return colour.red < DARK && colour.green < DARK && colour.blue < DARK;
}

int32_t
theme_nearest(int32_t colour, int colours)
{
	/* The first 16 are what the user made of them: with more at hand they are no answer. */
	int first = colours >= 256 ? 16 : 0, best = first;
	long least = LONG_MAX;
	uint32_t wanted;

	if (colour == COLOUR_DEFAULT || (colour < RGB && colour < colours))
		return colour;
	wanted = colour < RGB ? palette_rgb((int)colour) : (uint32_t)colour & 0xFFFFFF;
	for (int i = first; i < colours && i < 256; i++) {
		long apart = unlikeness(wanted, palette_rgb(i));

		if (i == 0 && !is_dark(wanted))
			continue;
		if (apart < least) {
			least = apart;
			best = i;
		}
	}
	return best;
}
