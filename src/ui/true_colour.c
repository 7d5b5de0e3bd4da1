/*
 * Decides which palette number stands for which colour, and finds the numbers again in what ncurses
 * wrote. It writes one colour a sequence, "\033[38;5;Nm" or "\033[48;5;Nm", as the terminal's
 * description says; what has another form passes as it is.
 */
#include <string.h>

#include "util/text.h"
#include "ui/colour.h"
#include "ui/true_colour.h"

enum {
	FIRST = 16, /* the first number that may stand for a colour */
	DIGITS_MAX = 3,
	LEAD = 7 /* bytes of "\033[38;5;" */
};

bool
true_colour_shown(const char *colorterm, const char *setaf)
{
	if (colorterm == NULL || setaf == NULL)
		return false;
	return (strcmp(colorterm, "truecolor") == 0 || strcmp(colorterm, "24bit") == 0) &&
	    strstr(setaf, "38;5;") != NULL;
}

int32_t
standins_number(struct standins *standins, int32_t colour)
{
	int i = 0;

	if (colour < FIRST)
		return colour;
	while (i < standins->count && standins->colours[i] != colour)
		i++;
	if (i == STANDINS_MAX)
		return colour_nearest(colour, DEPTH_16);
	standins->colours[i] = colour;
	if (i == standins->count)
		standins->count++;
	return FIRST + i;
}

/* Adds the sequence that sets a colour, for text ('3') or ground ('4'). */
static void
add_colour(struct buf *out, char what, int32_t colour)
{
	uint32_t rgb = colour_rgb(colour);

	if (colour < COLOUR_RGB)
		buf_addf(out, "\033[%c8;5;%dm", what, (int)colour);
	else
		buf_addf(
		    out, "\033[%c8;2;%u;%u;%um", what, rgb >> 16, rgb >> 8 & 0xFF, rgb & 0xFF);
}

/* The bytes of a colour sequence that a sequence begins, with its number; 0 when it is another. */
static size_t
colour_sequence(const char *bytes, size_t n, int *number)
{
	size_t at = LEAD;

	if (n <= LEAD || memcmp(bytes, "\033[", 2) != 0 ||
	    (bytes[2] != '3' && bytes[2] != '4') || memcmp(bytes + 3, "8;5;", 4) != 0)
		return 0;
	*number = 0;
	while (at < n && at < LEAD + DIGITS_MAX && bytes[at] >= '0' && bytes[at] <= '9')
		*number = *number * 10 + (bytes[at++] - '0');
	return at > LEAD && at < n && bytes[at] == 'm' ? at + 1 : 0;
}

void
standins_translate(
    const struct standins *standins, const char *bytes, size_t n, struct buf *out)
{
	size_t used;

	for (const char *end = bytes + n; bytes < end; bytes += used) {
		int number;
		size_t left = (size_t)(end - bytes);

		used = colour_sequence(bytes, left, &number);
		if (used > 0 && number >= FIRST && number - FIRST < standins->count) {
			add_colour(out, bytes[2], standins->colours[number - FIRST]);
			continue;
		}
		if (used == 0) {
			const char *next = memchr(bytes + 1, '\033', left - 1);

			used = next == NULL ? left : (size_t)(next - bytes);
		}
		buf_add(out, bytes, used);
	}
}
