/*
 * How well some letters stand for a text: for lists that are searched by a few of them.
 */
#ifndef UTIL_FUZZY_H
#define UTIL_FUZZY_H

enum {
	FUZZY_TEXT_MAX = 128, /* octets of a text that are looked at, and of a pattern */
};

/*
 * Returns how well the pattern fits: 0 when its letters do not occur in the text in this order, ASCII
 * case aside; more for letters that stand together and for those that begin a word. Blanks of
 * the pattern are passed over; an empty one fits everything, with 1.
 */
int fuzzy_score(const char *text, const char *pattern);

#endif
