/*
 * One question in full. Decides how the words of the command are read; that is all there is to
 * decide. Asking is update_dig.c's, showing ui/view_dig.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "dns/idn.h"
#include "dns/reverse.h"

#include "app/dig.h"

enum {
	PORT_DNS = 53,
};

/* What the words have said so far. */
struct reading {
	struct dig *dig;
	const char *name, *type;
};

/* Returns the sentence `Expected ..., not "word".` */
static char *
refusal(const char *expected, const char *word)
{
	struct buf sentence = BUF_INIT;

	buf_addf(&sentence, "Expected %s, not \"", expected);
	text_printable(&sentence, word, strlen(word));
	buf_adds(&sentence, "\".");
	return buf_take(&sentence);
}

/* The options, and what each of them sets. */
static const struct {
	const char *word, *help;
	size_t offset;
} options[] = {
	{ "+dnssec", "ask for signatures", offsetof(struct dig, manner.dnssec) },
	{ "+hex", "show the octets", offsetof(struct dig, hex) },
	{ "+norecurse", "ask for no recursion", offsetof(struct dig, manner.iterative) },
	{ "+tcp", "ask over TCP at once", offsetof(struct dig, manner.tcp) },
};

const char *
dig_option(size_t place, const char **help)
{
	if (place >= sizeof options / sizeof *options)
		return NULL;
	*help = options[place].help;
	return options[place].word;
}

/* Reads "+tcp". */
static char *
read_option(struct reading *reading, const char *word)
{
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		if (text_equal_nocase(word, options[i].word)) {
			*(bool *)(void *)((char *)reading->dig + options[i].offset) = true;
			return NULL;
		}
	}
	return refusal("+dnssec, +hex, +norecurse or +tcp", word);
}

/* Reads "@192.0.2.1", "@2001:db8::1@5353", "@ns1.example.net" or "@ns1.example.net@5353". */
static char *
read_server(struct reading *reading, const char *word)
{
	static const char expected[] = "a name server such as @192.0.2.1 or @ns1.example.net";
	struct dig *dig = reading->dig;
	const char *text = word + 1, *at = strchr(text, '@');
	long port = PORT_DNS;
	const char *wrong;
	char *name;

	if (endpoint_parse(&dig->server, text, PORT_DNS))
		return NULL;
	if (at != NULL && !text_number(at + 1, 1, UINT16_MAX, &port))
		return refusal(expected, word);
	name = at != NULL ? mem_strndup(text, (size_t)(at - text)) : mem_strdup(text);
	wrong = idn_to_name(name, &dig->server_name);
	free(name);
	if (wrong != NULL || !dns_name_is_hostname(&dig->server_name))
		return refusal(expected, word);
	dig->server.port = (uint16_t)port;
	return NULL;
}

/* Reads a word that stands alone: the name, then the type. */
static char *
read_plain(struct reading *reading, const char *word)
{
	if (reading->name == NULL)
		reading->name = word;
	else if (reading->type == NULL)
		reading->type = word;
	else
		return refusal("one name and one type", word);
	return NULL;
}

/* Reads one word. */
static char *
read_word(struct reading *reading, const char *word)
{
	if (*word == '@')
		return read_server(reading, word);
	if (*word == '+')
		return read_option(reading, word);
	return read_plain(reading, word);
}

/* Reads the name: as it is, or an address by its reverse name, whose usual type is PTR. */
static char *
read_name(struct dig *dig, const char *text)
{
	struct buf expected = BUF_INIT;
	struct ip_addr ip;
	const char *wrong;
	char *sentence;

	if (ip_parse(&ip, text)) {
		dig->question.name = dns_reverse_name(&ip);
		dig->question.type = DNS_TYPE_PTR;
		return NULL;
	}
	if (strchr(text, '@') != NULL)
		return refusal(
		    "a name (the domain of a mail address stands behind its \"@\")", text);
	wrong = idn_to_name(text, &dig->question.name);
	if (wrong == NULL)
		return NULL;
	buf_addf(&expected, "a name (%s)", wrong);
	sentence = refusal(buf_text(&expected), text);
	buf_clear(&expected);
	return sentence;
}

/* Makes the question of name and type, which may stand the other way round, as for dig(1). */
static char *
finish(struct reading *reading)
{
	struct dig *dig = reading->dig;
	uint16_t type;
	char *sentence;

	if (reading->name == NULL)
		return mem_strdup("Expected a name to ask for: `dig example.net MX`.");
	if (reading->type != NULL && !dns_type_parse(reading->type, &type) &&
	    dns_type_parse(reading->name, &type)) {
		const char *name = reading->type;

		reading->type = reading->name;
		reading->name = name;
	}
	dig->question.type = DNS_TYPE_A;
	sentence = read_name(dig, reading->name);
	if (sentence == NULL && reading->type != NULL &&
	    !dns_type_parse(reading->type, &dig->question.type))
		return refusal("a type such as MX, AAAA or TYPE65", reading->type);
	return sentence;
}

char *
dig_parse(struct dig **dig, char *const *words, size_t count)
{
	struct reading reading = { .dig = mem_alloc(sizeof *reading.dig) };
	char *sentence = NULL;

	/* Servers write names in the case of the question, and the reply is shown as it comes. */
	reading.dig->manner.as_typed = true;
	for (size_t i = 0; i < count && sentence == NULL; i++)
		sentence = read_word(&reading, words[i]);
	if (sentence == NULL)
		sentence = finish(&reading);
	if (sentence != NULL) {
		dig_free(reading.dig);
		return sentence;
	}
	*dig = reading.dig;
	return NULL;
}

void
dig_take(struct dig *dig, const struct dns_result *result)
{
	const char *fault = NULL;

	dig->result = dns_result_hold(result);
	if (result->reply != NULL) {
		fault = dns_message_parse(&dig->message, result->reply, result->reply_length);
		dig->parsed = fault == NULL;
	}
	if (fault != NULL)
		dig->error = mem_strdup(fault);
	else if (result->reply == NULL)
		dig->error = mem_strdup(
		    result->error != NULL ? result->error : dns_outcome_help(result->outcome));
}

void
dig_free(struct dig *dig)
{
	if (dig == NULL)
		return;
	if (dig->parsed)
		dns_message_clear(&dig->message);
	dns_result_release(dig->result);
	dns_result_release(dig->addresses[0]);
	dns_result_release(dig->addresses[1]);
	free(dig->error);
	free(dig);
}
