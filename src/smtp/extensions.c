/*
 * EHLO keywords. Decides which lines of an EHLO reply count (all but the first, empty ones left
 * out, RFC 5321 4.1.1.1) and how one is found (without case, 2.4). What a keyword means to a
 * sender is left to those who ask; only the number behind SIZE (RFC 1870 3) is read here.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "smtp/extensions.h"

/* True for what parts keyword and parameters: a space, or the tab of a careless server. */
static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Returns the line, trimmed, with spaces for tabs, and printable; the caller frees it. */
static char *
tidied(const char *line)
{
	struct buf text = BUF_INIT;
	char *printable;

	while (is_blank(*line))
		line++;
	for (; *line; line++)
		buf_addc(&text, is_blank(*line) ? ' ' : *line);
	while (text.length > 0 && text.data[text.length - 1] == ' ')
		buf_truncate(&text, text.length - 1);
	printable = text_printable_copy(buf_text(&text), text.length);
	buf_clear(&text);
	return printable;
}

void
smtp_extensions_from_reply(struct smtp_extensions *extensions, const struct smtp_reply *reply)
{
	smtp_extensions_clear(extensions);
	extensions->items = mem_calloc(SMTP_EXTENSIONS_MAX, sizeof *extensions->items);
	for (size_t i = 1; i < reply->line_count; i++) {
		char *item;

		if (extensions->count == SMTP_EXTENSIONS_MAX)
			return;
		item = tidied(reply->lines[i]);
		if (*item)
			extensions->items[extensions->count++] = item;
		else
			free(item);
	}
}

void
smtp_extensions_copy(struct smtp_extensions *to, const struct smtp_extensions *from)
{
	struct smtp_extensions copy = { .count = from->count };

	copy.items = mem_calloc(from->count, sizeof *copy.items);
	for (size_t i = 0; i < from->count; i++)
		copy.items[i] = mem_strdup(from->items[i]);
	smtp_extensions_clear(to);
	*to = copy;
}

void
smtp_extensions_clear(struct smtp_extensions *extensions)
{
	for (size_t i = 0; i < extensions->count; i++)
		free(extensions->items[i]);
	free(extensions->items);
	*extensions = (struct smtp_extensions){ 0 };
}

const char *
smtp_extension(const struct smtp_extensions *extensions, const char *keyword)
{
	size_t n = strlen(keyword);

	for (size_t i = 0; i < extensions->count; i++) {
		const char *item = extensions->items[i];

		if (!text_prefix_nocase(item, keyword) || (item[n] && item[n] != ' '))
			continue;
		item += n;
		while (*item == ' ')
			item++;
		return item;
	}
	return NULL;
}

bool
smtp_extension_size(const struct smtp_extensions *extensions, uint64_t *octets)
{
	const char *digit = smtp_extension(extensions, "SIZE");
	uint64_t number = 0;

	if (!digit)
		return false;
	for (; *digit >= '0' && *digit <= '9'; digit++) {
		if (__builtin_mul_overflow(number, UINT64_C(10), &number) ||
		    __builtin_add_overflow(number, (uint64_t)(*digit - '0'), &number)) {
			*octets = UINT64_MAX;
			return true;
		}
	}
	*octets = *digit && *digit != ' ' ? 0 : number;
	return true;
}
