/*
 * Any octets as a theme: refused with one printable sentence, the theme untouched; or read, and every
 * colour is one that a terminal can be told.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "ui/theme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run when something does not hold. */
static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* True for a colour that a terminal of this depth has. */
static bool
has_colour(enum depth depth, int32_t colour)
{
	if (colour == COLOUR_DEFAULT)
		return true;
	if (colour >= COLOUR_RGB)
		return depth == DEPTH_TRUE && colour <= 0x1ffffff;
	return colour >= 0 && colour < 256 && colour < depth_colours(depth);
}

/* Every style looks like something that every terminal has. */
static void
check_looks(const struct theme *theme)
{
	for (unsigned depth = 0; depth < depth_count; depth++) {
		for (unsigned style = 0; style < style_count; style++) {
			struct theme_style look = theme_look(theme, depth, style);

			require(has_colour(depth, look.foreground));
			require(has_colour(depth, look.background));
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size);
	struct theme theme, before;
	char *sentence;

	require(theme_embedded(&theme, "default"));
	before = theme;
	sentence = theme_parse(&theme, text);
	if (sentence != NULL) {
		require(text_is_printable(sentence, strlen(sentence)));
		require(memcmp(&theme, &before, sizeof theme) == 0);
	}
	check_looks(&theme);
	free(sentence);
	free(text);
	return 0;
}
