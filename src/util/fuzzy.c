/*
 * Fuzzy matching. Decides what a match is worth: each letter something, more behind the letter before it,
 * most at the beginning of a word; of all ways in which the letters fit the best counts.
 */
#include <stdbool.h>
#include <string.h>

#include "util/fuzzy.h"
#include "util/text.h"

enum {
	LETTER = 2,
	TOGETHER = 10, /* more, behind the letter before it */
	WORD = 8, /* more, at the beginning of a word */
	FIRST = 4, /* more, at the beginning of the text */
};

/* Copies the pattern without blanks, in lower case. */
static size_t
squeeze(char out[FUZZY_TEXT_MAX], const char *pattern)
{
	size_t n = 0;

	for (; *pattern != '\0' && n < FUZZY_TEXT_MAX; pattern++) {
		if (*pattern != ' ')
			out[n++] = text_lower(*pattern);
	}
	return n;
}

/* What a letter of the text is worth by where it stands. */
static int
worth(const char *text, size_t at)
{
	if (at == 0)
		return LETTER + WORD + FIRST;
	return strchr(" -:.", text[at - 1]) != NULL ? LETTER + WORD : LETTER;
}

/*
 * Goes on from one letter of the pattern to the next: ends[i] is the best score that ends with the
 * letter before at octet i, 0 = none; replaced by those that end with this letter.
 */
static void
take_letter(int ends[], const char *text, size_t length, char letter, bool first)
{
	int best = 0, before = 0; /* of all that end further left, and just before */

	for (size_t i = 0; i < length; i++) {
		int here = ends[i];

		ends[i] = 0;
		if (text_lower(text[i]) == letter && (first || best > 0)) {
			int joined = before > 0 ? before + TOGETHER : 0;

			ends[i] = worth(text, i) + (joined > best ? joined : best);
		}
		before = here;
		best = here > best ? here : best;
	}
}

int
fuzzy_score(const char *text, const char *pattern)
{
	char letters[FUZZY_TEXT_MAX];
	int ends[FUZZY_TEXT_MAX] = { 0 }, best = 0;
	size_t count = squeeze(letters, pattern), length = strnlen(text, FUZZY_TEXT_MAX);

	for (size_t i = 0; i < count; i++)
		take_letter(ends, text, length, letters[i], i == 0);
	for (size_t i = 0; i < length; i++)
		best = ends[i] > best ? ends[i] : best;
	return count == 0 ? 1 : best;
}
