/*
 * The words of `dig`, as they are typed: a table of lines, what is asked of whom, or the sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"
#include "util/mem.h"
#include "app/dig.h"

enum {
	WORDS_MAX = 8
};

/* What a line says: "NAME TYPE @SERVER options", or a part of the sentence that refuses it. */
static const struct {
	const char *line, *asks, *refused;
} rows[] = {
	{ "example.net", "example.net A", NULL },
	{ "example.net MX", "example.net MX", NULL },
	{ "mx example.net", "example.net MX", NULL },
	{ "mx", "mx A", NULL },
	{ "Example.NET. type65", "example.net TYPE65", NULL },
	{ ". NS", ". NS", NULL },
	{ "_25._tcp.mx.example TLSA", "_25._tcp.mx.example TLSA", NULL },
	{ "b\xC3\xBC"
	  "cher.example",
	    "xn--bcher-kva.example A", NULL },
	{ "a\\.b.example TXT", "a\\046b.example TXT", NULL },
	{ "192.0.2.10", "10.2.0.192.in-addr.arpa PTR", NULL },
	{ "192.0.2.10 A", "10.2.0.192.in-addr.arpa A", NULL },
	{ "2001:db8::1",
	    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR",
	    NULL },
	{ "example.net @192.0.2.1 MX", "example.net MX @192.0.2.1@53", NULL },
	{ "@2001:db8::1@5353 example.net", "example.net A @2001:db8::1@5353", NULL },
	{ "example.net @ns1.example.org", "example.net A @ns1.example.org:53", NULL },
	{ "example.net @ns1.example.org@54", "example.net A @ns1.example.org:54", NULL },
	{ "+dnssec example.net +TCP +norecurse +hex", "example.net A +d+t+i+h", NULL },
	{ "@192.0.2.1", NULL, "Expected a name to ask for" },
	{ "example.net MX A", NULL, "one name and one type, not \"A\"" },
	{ "example.net foo", NULL, "a type such as MX, AAAA or TYPE65, not \"foo\"" },
	{ "example.net TYPE65536", NULL, "a type such as" },
	{ "a..example", NULL, "must not be empty" },
	{ "user@example.net", NULL, "behind its \"@\"" },
	{ "example.net +short", NULL, "+dnssec, +hex, +norecurse or +tcp, not \"+short\"" },
	{ "example.net @", NULL, "a name server such as" },
	{ "example.net @ns1@0", NULL, "a name server such as" },
	{ "example.net @-bad-", NULL, "a name server such as" },
	{ "example.net \x1b[2J", NULL, "\\x1b[2J" },
};

/* Writes what is asked. */
static char *
said(const struct dig *dig)
{
	char name[DNS_NAME_TEXT_MAX], type[12], server[ENDPOINT_TEXT_MAX];
	struct buf out = BUF_INIT;

	buf_addf(&out, "%s %s", dns_name_text(&dig->question.name, name),
	    dns_type_text(dig->question.type, type));
	if (dig->server.ip.family)
		buf_addf(&out, " @%s", endpoint_text(&dig->server, server));
	else if (dig->server_name.length)
		buf_addf(&out, " @%s:%u", dns_name_text(&dig->server_name, name),
		    (unsigned)dig->server.port);
	if (dig->manner.dnssec || dig->manner.tcp || dig->manner.iterative || dig->hex)
		buf_addf(&out, " %s%s%s%s", dig->manner.dnssec ? "+d" : "",
		    dig->manner.tcp ? "+t" : "", dig->manner.iterative ? "+i" : "",
		    dig->hex ? "+h" : "");
	return buf_take(&out);
}

/* Cuts a line into its words, which the caller frees. Returns how many. */
static size_t
cut(const char *line, char *words[WORDS_MAX])
{
	size_t count = 0;

	while (*line) {
		size_t n = strcspn(line, " ");

		words[count++] = mem_strndup(line, n);
		line += n + (line[n] == ' ');
	}
	return count;
}

static void
lines_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *words[WORDS_MAX], *text = NULL;
		size_t count = cut(rows[i].line, words);
		struct dig *dig = NULL;
		char *sentence = dig_parse(&dig, words, count);

		if (dig)
			text = said(dig);
		if (rows[i].asks && (!text || strcmp(text, rows[i].asks) != 0))
			fail_msg("%s: %s", rows[i].line, text ? text : sentence);
		if (rows[i].refused && (!sentence || !strstr(sentence, rows[i].refused)))
			fail_msg("%s: %s", rows[i].line, text ? text : sentence);
		free(text);
		free(sentence);
		dig_free(dig);
		for (size_t j = 0; j < count; j++)
			free(words[j]);
	}
}

static void
a_reply_is_taken_apart_or_its_fault_told(void **state)
{
	static const uint8_t sound[] = { 0, 1, 0x84, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	static const uint8_t broken[] = { 0, 1, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
	static const struct {
		const uint8_t *reply;
		bool parsed;
	} cases[] = { { sound, true }, { broken, false }, { NULL, false } };
	char word[] = "example.net", *words[] = { word };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct dns_question question = { .type = DNS_TYPE_A };
		struct dns_result *result = dns_result_new(&question);
		struct dig *dig;

		assert_null(dig_parse(&dig, words, 1));
		if (cases[i].reply) {
			result->reply = mem_dup(cases[i].reply, sizeof sound);
			result->reply_length = sizeof sound;
		} else {
			result->outcome = DNS_TIMEOUT;
		}
		dig_take(dig, result);
		assert_int_equal(dig->parsed, cases[i].parsed);
		assert_int_equal(dig->error == NULL, cases[i].parsed);
		dig_free(dig);
		dns_result_release(result);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read),
		cmocka_unit_test(a_reply_is_taken_apart_or_its_fault_told),
	};

	return cmocka_run_group_tests_name("app/dig", tests, NULL, NULL);
}
