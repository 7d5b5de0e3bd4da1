/*
 * Text from strangers made printable, UTF-8, and ASCII comparisons.
 *
 * Decides which characters may reach a screen, a file or a log (Unicode 14): all but controls,
 * characters that reorder, hide or imitate (UTR 36, CVE-2021-42574), and those that mean
 * nothing in interchange. Nothing is dropped: what may not pass is shown byte by byte as \xNN.
 * Columns are left to width.c; quoting for JSON or Markdown to the reports. Nothing here asks
 * the locale.
 */
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

enum {
	MARKS_MAX = 4, /* combining marks that may follow one character */
};

struct range {
	uint32_t first, last;
};

/*
 * What is never printed as itself, in ascending order: C0, DEL and C1; invisible fillers and
 * joiners; variation selectors; bidi controls; line and paragraph separators; private use;
 * annotation marks; tags. The last two code points of each plane are tested in the code.
 */
static const struct range dangerous[] = {
	{ 0x0000, 0x001F }, { 0x007F, 0x009F }, { 0x00AD, 0x00AD }, /* soft hyphen */
	{ 0x034F, 0x034F }, /* combining grapheme joiner */
	{ 0x061C, 0x061C }, /* Arabic letter mark */
	{ 0x115F, 0x1160 }, /* Hangul fillers */
	{ 0x17B4, 0x17B5 }, /* Khmer inherent vowels */
	{ 0x180B, 0x180F }, /* Mongolian selectors and vowel separator */
	{ 0x200B, 0x200F }, /* zero-width space and joiners, direction marks */
	{ 0x2028, 0x202E }, /* separators, embeddings and overrides */
	{ 0x2060, 0x206F }, /* word joiner, invisible operators, isolates */
	{ 0x2800, 0x2800 }, /* blank Braille pattern */
	{ 0x3164, 0x3164 }, /* Hangul filler */
	{ 0xD800, 0xF8FF }, /* surrogates, private use */
	{ 0xFDD0, 0xFDEF }, /* noncharacters */
	{ 0xFE00, 0xFE0F }, /* variation selectors */
	{ 0xFEFF, 0xFEFF }, /* byte order mark */
	{ 0xFFA0, 0xFFA0 }, /* halfwidth Hangul filler */
	{ 0xFFF0, 0xFFFC }, /* annotation, object replacement */
	{ 0x13430, 0x1345F }, /* Egyptian format controls */
	{ 0x1BCA0, 0x1BCAF }, /* shorthand format controls */
	{ 0x1D173, 0x1D17A }, /* musical format controls */
	{ 0xE0000, 0x10FFFF }, /* tags, variation selectors, private use planes */
};

/* True when the character may not reach a terminal. */
static bool
is_dangerous(uint32_t character)
{
	size_t low = 0, high = sizeof dangerous / sizeof *dangerous;

	if ((character & 0xFFFE) == 0xFFFE)
		return true;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (character > dangerous[middle].last)
			low = middle + 1;
		else if (character < dangerous[middle].first)
			high = middle;
		else
			return true;
	}
	return false;
}

/*
 * Tells whether the character of the given length at s passes, counting in *marks how
 * many combining marks stand behind the last base. A mark without a base does not pass:
 * it would join whatever the screen shows before it.
 */
static bool
passes(const char *s, size_t n, size_t *length, int *marks)
{
	uint32_t character;

	*length = text_decode(s, n, &character);
	if (*length == 0)
		*length = 1;
	else if (!is_dangerous(character)) {
		if (text_character_width(character) > 0) {
			*marks = 0;
			return true;
		}
		if (*marks < MARKS_MAX) {
			++*marks;
			return true;
		}
		return false;
	}
	*marks = 0;
	return false;
}

/* Appends n bytes, each as \xNN. */
static void
add_escaped(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "\\x%02x", (unsigned char)s[i]);
}

void
text_printable(struct buf *out, const void *bytes, size_t n)
{
	const char *s = bytes;
	int marks = MARKS_MAX;

	buf_add(out, "", 0);
	for (size_t i = 0, length; i < n; i += length) {
		if (passes(s + i, n - i, &length, &marks))
			buf_add(out, s + i, length);
		else
			add_escaped(out, s + i, length);
	}
}

char *
text_printable_copy(const void *bytes, size_t n)
{
	struct buf out = BUF_INIT;

	text_printable(&out, bytes, n);
	return buf_take(&out);
}

bool
text_is_printable(const void *bytes, size_t n)
{
	const char *s = bytes;
	int marks = MARKS_MAX;

	for (size_t i = 0, length; i < n; i += length) {
		if (!passes(s + i, n - i, &length, &marks))
			return false;
	}
	return true;
}

/* Returns the length that the first byte promises, 0 for a byte that begins nothing. */
static size_t
sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xC2)
		return 0;
	if (first < 0xE0)
		return 2;
	if (first < 0xF0)
		return 3;
	return first < 0xF5 ? 4 : 0;
}

size_t
text_decode(const char *s, size_t n, uint32_t *character)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = n ? sequence_length((unsigned char)s[0]) : 0;
	uint32_t c;

	if (length == 0 || length > n)
		return 0;
	c = (unsigned char)s[0] & (length == 1 ? 0x7Fu : 0x7Fu >> length);
	for (size_t i = 1; i < length; i++) {
		if (((unsigned char)s[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)s[i] & 0x3Fu);
	}
	if (c < smallest[length] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*character = c;
	return length;
}

size_t
text_encode(uint32_t c, char out[4])
{
	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = 0xFFFD;
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

char
text_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
text_equal_nocase(const char *a, const char *b)
{
	while (*a && text_lower(*a) == text_lower(*b)) {
		a++;
		b++;
	}
	return text_lower(*a) == text_lower(*b);
}

bool
text_prefix_nocase(const char *s, const char *prefix)
{
	while (*prefix && text_lower(*s) == text_lower(*prefix)) {
		s++;
		prefix++;
	}
	return *prefix == '\0';
}

const char *
text_find_nocase(const char *haystack, const char *needle)
{
	for (;; haystack++) {
		if (text_prefix_nocase(haystack, needle))
			return haystack;
		if (*haystack == '\0')
			return NULL;
	}
}

bool
text_number(const char *s, long lowest, long highest, long *value)
{
	long number = 0;

	if (*s == '\0')
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9' || __builtin_mul_overflow(number, 10L, &number) ||
		    __builtin_add_overflow(number, (long)(*s - '0'), &number))
			return false;
	}
	if (number < lowest || number > highest)
		return false;
	*value = number;
	return true;
}
