/*
 * Replies in a story: put together line by line, then handed to the machine all at once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/wire.h"
#include "dns/zone.h"
#include "story.h"

/* Adds an EDNS option to the reply. */
static void
add_option(struct reply *r, unsigned code, const void *octets, size_t n)
{
	struct buf options = BUF_INIT;
	uint8_t header[4];

	wire_put16(header, (uint16_t)code);
	wire_put16(header + 2, (uint16_t)n);
	buf_add(&options, r->message.options, r->message.options_length);
	buf_add(&options, header, sizeof header);
	buf_add(&options, octets, n);
	free(r->message.options);
	r->message.options_length = (uint16_t)options.length;
	r->message.options = (uint8_t *)buf_take(&options);
}

/* Adds a cookie: ours, or not ours, and eight octets of the server's. */
static void
add_cookie(struct story *s, bool ours)
{
	const struct sent *sent = &s->sent[s->reply.server][s->reply.transport];
	struct dns_message query;
	uint8_t cookie[2 * DNS_COOKIE_CLIENT] = { 0 };
	const uint8_t *asked;
	size_t n;

	if (dns_message_parse(&query, sent->query, sent->length))
		return;
	asked = dns_message_option(&query, DNS_OPTION_COOKIE, NULL, &n);
	if (asked)
		memcpy(cookie, asked, DNS_COOKIE_CLIENT);
	cookie[0] ^= !ours;
	memset(cookie + DNS_COOKIE_CLIENT, 0xEE, DNS_COOKIE_CLIENT);
	add_option(&s->reply, DNS_OPTION_COOKIE, cookie, sizeof cookie);
	dns_message_clear(&query);
}

/* Adds an extended error with a text that is not all printable. */
static void
add_ede(struct reply *r, long code)
{
	static const char text[] = "said the \033server";
	char octets[2 + sizeof text - 1];

	wire_put16((uint8_t *)octets, (uint16_t)code);
	memcpy(octets + 2, text, sizeof text - 1);
	add_option(r, DNS_OPTION_EDE, octets, sizeof octets);
}

/* Takes one word of a reply statement; returns how many words it took. */
static size_t
take_reply_word(struct story *s, const struct statement *st, size_t i)
{
	struct reply *r = &s->reply;
	const struct {
		const char *word;
		bool *flag;
		bool value;
	} flags[] = {
		{ "aa", &r->message.authoritative, true },
		{ "no-ra", &r->message.recursion_available, false },
		{ "tc", &r->message.truncated, true },
		{ "no-edns", &r->message.has_edns, false },
		{ "no-question", &r->message.has_question, false },
		{ "wrong-id", &r->wrong_id, true },
		{ "wrong-case", &r->wrong_case, true },
		{ "wrong-type", &r->wrong_type, true },
		{ "echo", &r->echo, true },
	};

	if (strcmp(st->words[i], "tcp") == 0)
		return 1;
	if (strcmp(st->words[i], "rcode") == 0) {
		r->message.rcode = (unsigned)read_number(s, word(s, st, i + 1));
		return 2;
	}
	if (strcmp(st->words[i], "cookie") == 0 || strcmp(st->words[i], "wrong-cookie") == 0) {
		add_cookie(s, strcmp(st->words[i], "cookie") == 0);
		return 1;
	}
	if (strcmp(st->words[i], "ede") == 0) {
		add_ede(r, read_number(s, word(s, st, i + 1)));
		return 2;
	}
	if (strcmp(st->words[i], "times") == 0) {
		r->times = read_number(s, word(s, st, i + 1));
		return 2;
	}
	for (size_t f = 0; f < sizeof flags / sizeof *flags; f++) {
		if (strcmp(st->words[i], flags[f].word) == 0) {
			*flags[f].flag = flags[f].value;
			return 1;
		}
	}
	complain(s, "a reply has no \"%s\"", st->words[i]);
	return 1;
}

/* Opens a reply to the last query to a server. */
void
do_reply(struct story *s, const struct statement *st)
{
	struct reply *r = &s->reply;
	const struct sent *sent;

	*r = (struct reply){
		.open = true, .times = 1, .server = read_server(s, word(s, st, 1))
	};
	for (size_t i = 2; i < st->count; i++) {
		if (strcmp(st->words[i], "tcp") == 0)
			r->transport = TCP;
	}
	sent = &s->sent[r->server][r->transport];
	if (sent->length == 0) {
		complain(s, "nothing was sent there");
		return;
	}
	r->message = (struct dns_message){
		.id = wire_get16(sent->query),
		.response = true,
		.recursion_desired = true,
		.recursion_available = true,
		.has_question = true,
		.question = question_of(sent->query, sent->length),
		.has_edns = wire_get16(sent->query + 10) == 1,
		.udp_size = DNS_UDP_SIZE,
	};
	for (size_t i = 2; i < st->count && !s->failed;)
		i += take_reply_word(s, st, i);
}

/* Adds the record behind the first word to a section of the open reply. */
static void
add_record(struct story *s, const struct statement *st, struct dns_records *section)
{
	char *fault = s->reply.open ? dns_zone_parse(rest_behind(st, 0), NULL, 300, section)
				    : mem_strdup("a record belongs to a reply");

	if (fault)
		complain(s, "%s", fault);
	free(fault);
}

/* Adds a record to the answer section. */
void
do_answer(struct story *s, const struct statement *st)
{
	add_record(s, st, &s->reply.message.answer);
}

/* Adds a record to the authority section. */
void
do_authority(struct story *s, const struct statement *st)
{
	add_record(s, st, &s->reply.message.authority);
}

/* Adds a record to the additional section. */
void
do_additional(struct story *s, const struct statement *st)
{
	add_record(s, st, &s->reply.message.additional);
}

/* Adds raw octets behind the reply. */
void
do_octets(struct story *s, const struct statement *st)
{
	const char *hex = rest_behind(st, 1);
	unsigned octet;
	int used;

	if (strcmp(word(s, st, 1), "answer") == 0)
		s->reply.counted++;
	for (; sscanf(hex, "%2x%n", &octet, &used) == 1; hex += used)
		buf_addc(&s->reply.behind, (char)octet);
}

/* Says how many octets of the reply get lost. */
void
do_cut(struct story *s, const struct statement *st)
{
	s->reply.cut = read_number(s, word(s, st, 1));
}

/* Writes the open reply into out. */
static void
write_reply(struct story *s, struct buf *out)
{
	struct reply *r = &s->reply;
	uint8_t *wire;

	if (r->wrong_case)
		dns_name_lower(&r->message.question.name);
	if (r->wrong_type)
		r->message.question.type ^= 1;
	if (r->wrong_id)
		r->message.id ^= 0x5555;
	dns_message_write(&r->message, DNS_MESSAGE_MAX, out);
	wire = (uint8_t *)out->data;
	wire_put16(wire + 6, (uint16_t)(wire_get16(wire + 6) + r->counted));
	if (r->echo)
		wire[2] &= 0x7f;
	buf_add(out, r->behind.data, r->behind.length);
	buf_truncate(out, out->length - (size_t)r->cut);
}

/* Hands the open reply, if there is one, to the machine. */
void
deliver_reply(struct story *s)
{
	struct buf wire = BUF_INIT;

	if (!s->reply.open)
		return;
	write_reply(s, &wire);
	for (long i = 0; i < s->reply.times; i++)
		dns_lookup_received(s->lookup, s->reply.server, s->reply.transport == TCP,
		    (const uint8_t *)wire.data, wire.length, s->now_us);
	buf_clear(&wire);
	clear_reply(s);
}

/* Frees what the open reply holds. */
void
clear_reply(struct story *s)
{
	s->reply.open = false;
	buf_clear(&s->reply.behind);
	dns_message_clear(&s->reply.message);
}
