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

/* True for a colour within its bounds. */
static bool
is_colour(int32_t colour)
{
	return colour == COLOUR_DEFAULT || (colour >= 0 && colour <= 255) ||
	    (colour >= 0x1000000 && colour <= 0x1ffffff);
}

/* Every terminal has a nearest colour. */
static void
check_colour(int32_t colour)
{
	static const int terminals[] = { 8, 16, 256 };

	require(is_colour(colour));
	for (size_t i = 0; i < sizeof terminals / sizeof *terminals; i++)
		require(theme_nearest(colour, terminals[i]) < terminals[i]);
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
	for (size_t i = 0; i < style_count; i++) {
		check_colour(theme.styles[i].foreground);
		check_colour(theme.styles[i].background);
	}
	free(sentence);
	free(text);
	return 0;
}
