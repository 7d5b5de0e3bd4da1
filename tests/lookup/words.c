/*
 * The words of a story: numbers, times, names, servers, and complaints about them.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/span.h"
#include "util/text.h"
#include "util/wire.h"
#include "story.h"

/* Says what is wrong with the story at this line; the first complaint ends it. */
void
complain(struct story *s, const char *format, ...)
{
	va_list arguments;

	if (s->failed)
		return;
	s->failed = true;
	printf("%s:%u: ", s->file, s->line);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
}

/* Reads "400ms". */
int64_t
read_time(struct story *s, const char *text)
{
	static const struct {
		const char *unit;
		int64_t us;
	} units[] = { { "us", 1 }, { "ms", SPAN_MS }, { "s", SPAN_SECOND } };
	char *end;
	long long number = strtoll(text, &end, 10);

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (end != text && strcmp(end, units[i].unit) == 0)
			return number * units[i].us;
	}
	complain(s, "a time such as 400ms was expected, not \"%s\"", text);
	return 0;
}

/* Reads a whole number. */
long
read_number(struct story *s, const char *text)
{
	long value = 0;

	if (!text_number(text, 0, 1000000, &value))
		complain(s, "a number was expected, not \"%s\"", text);
	return value;
}

/* Reads a name. */
struct dns_name
read_name(struct story *s, const char *text)
{
	struct dns_name name = { 0 };

	if (dns_name_parse(&name, text) != DNS_NAME_OK)
		complain(s, "a domain name was expected, not \"%s\"", text);
	return name;
}

/* Reads "example.net MX". */
struct dns_question
read_question(struct story *s, const char *name, const char *type)
{
	struct dns_question question = { .name = read_name(s, name) };

	if (!dns_type_parse(type, &question.type))
		complain(s, "a record type was expected, not \"%s\"", type);
	return question;
}

/* Reads the address of one of the servers and returns its index. */
size_t
read_server(struct story *s, const char *text)
{
	struct endpoint e = { 0 };

	if (!endpoint_parse(&e, text, 53))
		complain(s, "a server was expected, not \"%s\"", text);
	for (size_t i = 0; i < s->settings.server_count; i++) {
		if (s->settings.servers[i].port == e.port &&
		    ip_equal(&s->settings.servers[i].ip, &e.ip))
			return i;
	}
	complain(s, "\"%s\" is none of the servers", text);
	return 0;
}

/* Reads "udp" or "tcp". */
int
read_transport(struct story *s, const char *text)
{
	if (strcmp(text, "tcp") == 0)
		return TCP;
	if (strcmp(text, "udp") != 0)
		complain(s, "udp or tcp was expected, not \"%s\"", text);
	return UDP;
}

/* Returns word i, or "" and a complaint when the statement is too short. */
const char *
word(struct story *s, const struct statement *st, size_t i)
{
	if (i < st->count)
		return st->words[i];
	complain(s, "the statement lacks a word");
	return "";
}

/* Returns what stands behind the word that comes `skip` words after the first. */
const char *
rest_behind(const struct statement *st, size_t skip)
{
	const char *rest = st->rest + strspn(st->rest, " \t");

	for (; skip > 0; skip--) {
		rest += strcspn(rest, " \t");
		rest += strspn(rest, " \t");
	}
	return rest;
}

/* Reads the question of a query, whose name is not compressed. */
struct dns_question
question_of(const uint8_t *query, size_t n)
{
	struct dns_question question;
	size_t used = dns_name_from_wire(&question.name, query + 12, n - 12);

	question.type = wire_get16(query + 12 + used);
	return question;
}
