/*
 * How stories write times and octets.
 */
#include <stdlib.h>
#include <string.h>

#include "notation.h"

bool
read_time(const char *text, int64_t *us)
{
	char *unit;
	long long number = strtoll(text, &unit, 10);

	if (unit == text || (strcmp(unit, "ms") != 0 && strcmp(unit, "s") != 0))
		return false;
	*us = number * (unit[0] == 'm' ? 1000 : 1000000);
	return true;
}

/* Appends what the escape whose letter text points at stands for; returns where it ends. */
static const char *
add_escape(struct buf *out, const char *text)
{
	static const char letters[] = "rnt", octets[] = "\r\n\t";
	const char *letter = strchr(letters, *text);
	char *end;
	unsigned long count;

	if (*text == 'x' && text[1] && text[2]) {
		buf_addc(out, (char)strtoul((char[]){ text[1], text[2], 0 }, NULL, 16));
		return text + 3;
	}
	if (*text == 'R') {
		count = strtoul(text + 1, &end, 10);
		buf_fill(out, end[1], count);
		return end + 2;
	}
	buf_addc(out, letter ? octets[letter - letters] : *text);
	return text + 1;
}

void
add_unescaped(struct buf *out, const char *text)
{
	while (*text) {
		if (text[0] == '\\' && text[1])
			text = add_escape(out, text + 1);
		else
			buf_addc(out, *text++);
	}
}
