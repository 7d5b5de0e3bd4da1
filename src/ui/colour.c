/*
 * The palette of xterm, with which a colour that a terminal lacks is replaced by the nearest that
 * it has. The hue counts more than the brightness, for colours repeat what marks say: a red has
 * to stay red. What a user makes of the first 16 colours nobody knows, so that with 256 at hand
 * they are no answer.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"
#include "ui/colour.h"

enum {
	COLOURFUL = 40, /* between the parts of a colour: less is a grey */
	DARK = 64, /* parts of a colour: less is as good as black */
	FAR_APART = 10000000, /* more than any two colours differ */
};

static const char *const colour_names[16] = { "black", "red", "green", "yellow", "blue",
	"magenta", "cyan", "white", "bright-black", "bright-red", "bright-green",
	"bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white" };

/* What xterm shows for the first 16 colours: close enough to choose by. */
static const uint32_t base_palette[16] = { 0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE,
	0xCD00CD, 0x00CDCD, 0xE5E5E5, 0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF,
	0xFF00FF, 0x00FFFF, 0xFFFFFF };

/* True when six hexadecimal digits and no more follow: a colour, not a comment. */
static bool
is_rgb(const char *s)
{
	return strspn(s, "0123456789abcdefABCDEF") == 6 && strchr(" \t\r\n", s[6]) != NULL;
}

bool
colour_parse(const char *word, int32_t *colour)
{
	long number;

	if (strcmp(word, "default") == 0) {
		*colour = COLOUR_DEFAULT;
		return true;
	}
	if (*word == '#' && is_rgb(word + 1)) {
		*colour = COLOUR_RGB | (int32_t)strtol(word + 1, NULL, 16);
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

int
depth_colours(enum depth depth)
{
	static const int colours[depth_count] = { 8, 16, 256, COLOUR_RGB };

	return colours[depth];
}

enum depth
depth_of(int colours)
{
	enum depth depth = DEPTH_TRUE;

	while (depth > DEPTH_8 && depth_colours(depth) > colours)
		depth--;
	return depth;
}

uint32_t
colour_rgb(int32_t colour)
{
	static const uint32_t steps[6] = { 0, 95, 135, 175, 215, 255 };
	uint32_t grey, cube;

	if (colour >= COLOUR_RGB)
		return (uint32_t)(colour - COLOUR_RGB);
	if (colour < 16)
		return base_palette[colour];
	if (colour >= 232) {
		grey = (uint32_t)(8 + 10 * (colour - 232));
		return grey << 16 | grey << 8 | grey;
	}
	cube = (uint32_t)colour - 16;
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
colour_nearest(int32_t colour, enum depth depth)
{
	int colours = depth_colours(depth), first = depth == DEPTH_256 ? 16 : 0, best = first;
	long least = LONG_MAX;
	uint32_t wanted;

	if (depth == DEPTH_TRUE || colour < (colour < COLOUR_RGB ? colours : 0))
		return colour;
	wanted = colour_rgb(colour);
	for (int i = first; i < colours; i++) {
		long apart = unlikeness(wanted, colour_rgb(i));

		if (i == 0 && !is_dark(wanted))
			continue;
		if (apart < least) {
			least = apart;
			best = i;
		}
	}
	return best;
}
