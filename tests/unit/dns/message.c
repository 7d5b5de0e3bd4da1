/*
 * DNS messages: what passes the walk and what does not, questions, answers, presentation form.
 *
 * Packets are written in hexadecimal. Their question is `a. A`: its name stands at offset 12,
 * so that c00c points to it, and the first record begins at offset 19.
 */
#include <stdbool.h> /* before ldns, which else makes bool a signed char */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ldns/ldns.h>

#include "util/buf.h"
#include "util/wire.h"
#include "dns/message.h"
#include "dns/walk.h"
#include "dns/zone.h"

#define HEADER(an, ns, ar) "1234 8180 0001 " an " " ns " " ar " "
#define QUESTION           "0161 00 0001 0001 "
#define ANSWER(n)          HEADER(n, "0000", "0000") QUESTION
#define ADDITIONAL(n)      HEADER("0000", "0000", n) QUESTION
#define A                  "c00c 0001 0001 0000003c 0004 c0000201 "
#define OPT                "00 0029 04d0 00000000 0000 "

#define SHAPE "the data of a record does not have the form of its type"

/* Appends the octets of hexadecimal digits, blanks between them. */
static void
add_hex(struct buf *out, const char *hex)
{
	unsigned octet;
	int used;

	buf_add(out, "", 0);
	for (; sscanf(hex, "%2x%n", &octet, &used) == 1; hex += used)
		buf_addc(out, (char)octet);
}

/* Returns the octets of a buffer. */
static const uint8_t *
octets(const struct buf *b)
{
	return (const uint8_t *)b->data;
}

static const struct {
	const char *what, *hex;
	const char *fault; /* NULL: sound */
} packets[] = {
	{ "nothing", "", "the message is shorter than its header" },
	{ "part of a header", "1234 8180 0001 0000 0000 00",
	    "the message is shorter than its header" },
	{ "a header", "1234 8180 0000 0000 0000 0000", NULL },
	{ "a question", ANSWER("0000"), NULL },
	{ "no question where one was announced", "1234 8180 0001 0000 0000 0000",
	    "the name in the question is not valid" },
	{ "half a question", "1234 8180 0001 0000 0000 0000 0161 00 0001",
	    "the question is cut off" },
	{ "two questions", "1234 8180 0002 0000 0000 0000 " QUESTION QUESTION,
	    "the message has more than one question" },
	{ "an answer", ANSWER("0001") A, NULL },
	{ "fewer records than announced", ANSWER("0002") A,
	    "the owner name of a record is not valid" },
	{ "more records than announced", ANSWER("0001") A A,
	    "octets follow the end of the message" },
	{ "an octet behind the end", ANSWER("0001") A "00",
	    "octets follow the end of the message" },
	{ "a record cut in its numbers", ANSWER("0001") "c00c 0001 0001 0000003c 00",
	    "a record is cut off" },
	{ "rdata cut off", ANSWER("0001") "c00c 0001 0001 0000003c 0004 c00002",
	    "a record is longer than its message" },
	{ "too many records", "1234 8180 0000 0800 0801 0000",
	    "the message has more than 4096 records" },
	/* names */
	{ "a pointer to itself", ANSWER("0001") "c013 0001 0001 00000000 0004 7f000001",
	    "the owner name of a record is not valid" },
	{ "a forward pointer", ANSWER("0001") "c015 0162 00 0001 0001 00000000 0004 7f000001",
	    "the owner name of a record is not valid" },
	{ "a pointer into the header", ANSWER("0001") "c000 0001 0001 00000000 0004 7f000001",
	    "the owner name of a record is not valid" },
	{ "a pointer beyond the end", ANSWER("0001") "ffff 0001 0001 00000000 0004 7f000001",
	    "the owner name of a record is not valid" },
	{ "half a pointer", ANSWER("0001") "c0", "the owner name of a record is not valid" },
	{ "a label type of old", ANSWER("0001") "4161 00 0001 0001 00000000 0004 7f000001",
	    "the owner name of a record is not valid" },
	{ "a loop of label and pointer",
	    ANSWER("0001") "0162 c013 0001 0001 00000000 0004 7f000001",
	    "the owner name of a record is not valid" },
	/* rdata that runs over or short (notes 1.4: smuggling behind RDLENGTH) */
	{ "a record hidden behind an address",
	    ANSWER("0001") "c00c 0001 0001 0000003c 0014 7f000001 "
			   "00 000f 0001 00000e10 0005 0000 0165 00",
	    SHAPE },
	{ "A too short", ANSWER("0001") "c00c 0001 0001 0000003c 0003 7f0000", SHAPE },
	{ "A without rdata", ANSWER("0001") "c00c 0001 0001 0000003c 0000", SHAPE },
	{ "AAAA of 4 octets", ANSWER("0001") "c00c 001c 0001 0000003c 0004 7f000001", SHAPE },
	{ "MX", ANSWER("0001") "c00c 000f 0001 0000003c 0005 000a 0162 00", NULL },
	{ "MX with a compressed name",
	    ANSWER("0001") "c00c 000f 0001 0000003c 0006 000a 0162 c00c", NULL },
	{ "MX without a name", ANSWER("0001") "c00c 000f 0001 0000003c 0002 000a", SHAPE },
	{ "MX with a name that runs over RDLENGTH",
	    ANSWER("0001") "c00c 000f 0001 0000003c 0004 000a 0162 00", SHAPE },
	{ "MX with octets behind its name",
	    ANSWER("0001") "c00c 000f 0001 0000003c 0006 000a 0162 00 00", SHAPE },
	{ "CNAME without a name", ANSWER("0001") "c00c 0005 0001 0000003c 0000", SHAPE },
	{ "CNAME to its own rdata", ANSWER("0001") "c00c 0005 0001 0000003c 0002 c01f", SHAPE },
	{ "SOA",
	    ANSWER("0001") "c00c 0006 0001 0000003c 0018 c00c c00c 00000001 00000002 "
			   "00000003 00000004 00000005",
	    NULL },
	{ "SOA without MINIMUM",
	    ANSWER("0001") "c00c 0006 0001 0000003c 0014 c00c c00c 00000001 "
			   "00000002 00000003 00000004",
	    SHAPE },
	{ "TXT of an empty string", ANSWER("0001") "c00c 0010 0001 0000003c 0001 00", NULL },
	{ "TXT without a string", ANSWER("0001") "c00c 0010 0001 0000003c 0000", SHAPE },
	{ "TXT with a string that runs over",
	    ANSWER("0001") "c00c 0010 0001 0000003c 0002 0261", SHAPE },
	{ "SRV without a target", ANSWER("0001") "c00c 0021 0001 0000003c 0006 000100020003",
	    SHAPE },
	{ "TLSA", ANSWER("0001") "c00c 0034 0001 0000003c 0004 030101ff", NULL },
	{ "TLSA without data", ANSWER("0001") "c00c 0034 0001 0000003c 0003 030101", SHAPE },
	{ "CAA with an empty value",
	    ANSWER("0001") "c00c 0101 0001 0000003c 0007 00 05 6973737565", NULL },
	{ "CAA with an empty tag", ANSWER("0001") "c00c 0101 0001 0000003c 0002 00 00", SHAPE },
	{ "NSEC without types", ANSWER("0001") "c00c 002f 0001 0000003c 0002 c00c", NULL },
	{ "NSEC", ANSWER("0001") "c00c 002f 0001 0000003c 0005 c00c 000140", NULL },
	{ "NSEC with windows out of order",
	    ANSWER("0001") "c00c 002f 0001 0000003c 0008 c00c 010140 000140", SHAPE },
	{ "NSEC with an empty window", ANSWER("0001") "c00c 002f 0001 0000003c 0004 c00c 0000",
	    SHAPE },
	{ "NSEC3 without salt",
	    ANSWER("0001") "c00c 0032 0001 0000003c 0007 01 00 0000 00 01 ff", NULL },
	{ "NSEC3 without a hash",
	    ANSWER("0001") "c00c 0032 0001 0000003c 0006 01 00 0000 00 00", SHAPE },
	{ "NSEC3 with salt that runs over",
	    ANSWER("0001") "c00c 0032 0001 0000003c 0006 01 00 0000 09 ff", SHAPE },
	{ "RRSIG without a signature",
	    ANSWER("0001") "c00c 002e 0001 0000003c 0014 0001 0d 01 0000003c 00000002 00000001 "
			   "1234 c00c",
	    SHAPE },
	{ "an unknown type", ANSWER("0001") "c00c 1267 0001 0000003c 0003 010203", NULL },
	{ "an unknown type without rdata", ANSWER("0001") "c00c 1267 0001 0000003c 0000",
	    NULL },
	{ "A of another class", ANSWER("0001") "c00c 0001 0003 0000003c 0001 ff", NULL },
	/* OPT, TSIG, SIG(0) */
	{ "OPT", ADDITIONAL("0001") OPT, NULL },
	{ "OPT with options",
	    ADDITIONAL("0001") "00 0029 04d0 00000000 000a 000a 0002 ffff 000f 0000", NULL },
	{ "OPT with an option that runs over",
	    ADDITIONAL("0001") "00 0029 04d0 00000000 0006 000a 0003 ffff", SHAPE },
	{ "OPT with half an option", ADDITIONAL("0001") "00 0029 04d0 00000000 0003 000a00",
	    SHAPE },
	{ "two OPT records", ADDITIONAL("0002") OPT OPT, "the message has two OPT records" },
	{ "OPT in the answer", ANSWER("0001") OPT,
	    "an OPT record stands outside the additional section" },
	{ "OPT of a name", ADDITIONAL("0001") "c00c 0029 04d0 00000000 0000",
	    "the owner of an OPT record is not the root" },
	{ "TSIG", ADDITIONAL("0001") "c00c 00fa 00ff 00000000 0001 00",
	    "the message bears a transaction signature that nobody asked for" },
	{ "SIG(0)", ADDITIONAL("0001") "00 0018 00ff 00000000 0002 0000",
	    "the message bears a transaction signature that nobody asked for" },
	{ "SIG of a type", ADDITIONAL("0001") "00 0018 0001 00000000 0002 0001", NULL },
};

static void
packets_pass_the_walk_or_do_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof packets / sizeof *packets; i++) {
		struct buf wire = BUF_INIT;
		struct dns_message message;
		const char *fault, *parse_fault;

		add_hex(&wire, packets[i].hex);
		fault = dns_message_check(octets(&wire), wire.length);
		parse_fault = dns_message_parse(&message, octets(&wire), wire.length);
		if (!packets[i].fault != !fault || (fault && strcmp(fault, packets[i].fault)))
			fail_msg("%s: %s", packets[i].what, fault ? fault : "passed");
		if (!parse_fault != !fault)
			fail_msg(
			    "%s: %s", packets[i].what, parse_fault ? parse_fault : "parsed");
		if (!parse_fault)
			dns_message_clear(&message);
		buf_clear(&wire);
	}
}

/* Every packet of the table, cut at every length, and every octet of it turned over. */
static void
cut_and_bent_packets_do_no_harm(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof packets / sizeof *packets; i++) {
		struct buf wire = BUF_INIT;
		struct dns_message message;

		add_hex(&wire, packets[i].hex);
		for (size_t n = 0; n < wire.length; n++) {
			uint8_t *copy = malloc(n + 1);

			assert_non_null(copy);
			memcpy(copy, wire.data, n);
			if (packets[i].fault == NULL && n > 0)
				assert_non_null(dns_message_check(copy, n));
			free(copy);
			for (unsigned flip = 1; flip < 256; flip <<= 1) {
				wire.data[n] ^= (char)flip;
				if (!dns_message_parse(&message, octets(&wire), wire.length))
					dns_message_clear(&message);
				wire.data[n] ^= (char)flip;
			}
		}
		buf_clear(&wire);
	}
}

/* Adds the frame of a record of the question's name. */
static void
add_frame(struct buf *wire, uint16_t type, size_t length)
{
	uint8_t frame[12] = { 0xc0, 0x0c };

	wire_put16(frame + 2, type);
	wire_put16(frame + 4, DNS_CLASS_IN);
	wire_put16(frame + 10, (uint16_t)length);
	buf_add(wire, frame, sizeof frame);
}

static void
txt_has_at_most_255_strings(void **state)
{
	static const struct {
		size_t strings;
		bool sound;
	} rows[] = { { 255, true }, { 256, false }, { 65000, false } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf wire = BUF_INIT;

		add_hex(&wire, ANSWER("0001"));
		add_frame(&wire, DNS_TYPE_TXT, rows[i].strings);
		buf_fill(&wire, '\0', rows[i].strings);
		assert_int_equal(
		    dns_message_check(octets(&wire), wire.length) == NULL, rows[i].sound);
		buf_clear(&wire);
	}
}

/* A name of `hops` pointers, each to the one before, behind a question and opaque rdata. */
static void
pointers_hop_at_most_127_times(void **state)
{
	static const struct {
		unsigned hops;
		bool sound;
	} rows[] = { { 1, true }, { 127, true }, { 128, false }, { 8000, false } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf wire = BUF_INIT;
		unsigned target = 12;

		add_hex(&wire, ANSWER("0002"));
		add_frame(&wire, 4711, 2 * (rows[i].hops - 1));
		for (unsigned hop = 1; hop < rows[i].hops; hop++) {
			uint8_t pointer[2];

			wire_put16(pointer, (uint16_t)(0xc000 | target));
			target = (unsigned)wire.length;
			buf_add(&wire, pointer, sizeof pointer);
		}
		buf_addc(&wire, (char)(0xc0 | target >> 8));
		buf_addc(&wire, (char)target);
		add_hex(&wire, "1267 0001 00000000 0000");
		assert_int_equal(
		    dns_message_check(octets(&wire), wire.length) == NULL, rows[i].sound);
		buf_clear(&wire);
	}
}

static void
names_have_at_most_255_octets(void **state)
{
	static const struct {
		unsigned last; /* length of the last label, behind three of 63 octets */
		bool sound;
	} rows[] = { { 58, true }, { 59, true }, { 60, false }, { 63, false } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf wire = BUF_INIT;

		add_hex(&wire, ANSWER("0001"));
		for (int label = 0; label < 3; label++) {
			buf_addc(&wire, 63);
			buf_fill(&wire, 'x', 63);
		}
		buf_addc(&wire, (char)rows[i].last);
		buf_fill(&wire, 'x', rows[i].last);
		add_hex(&wire, "c00c 0001 0001 00000000 0004 7f000001");
		assert_int_equal(
		    dns_message_check(octets(&wire), wire.length) == NULL, rows[i].sound);
		buf_clear(&wire);
	}
}

static void
rdata_that_outgrows_16_bits_is_refused(void **state)
{
	struct buf wire = BUF_INIT;
	struct dns_message message;
	const size_t signature = 65535 - 18 - 2;

	(void)state;
	add_hex(&wire, "1234 8180 0001 0001 0000 0000");
	for (int label = 0; label < 3; label++) {
		buf_addc(&wire, 63);
		buf_fill(&wire, 'x', 63);
	}
	add_hex(&wire, "00 002e 0001");
	add_frame(&wire, DNS_TYPE_RRSIG, 65535);
	buf_fill(&wire, '\1', 18);
	add_hex(&wire, "c00c");
	buf_fill(&wire, '\1', signature);
	assert_null(dns_message_check(octets(&wire), wire.length));
	assert_non_null(dns_message_parse(&message, octets(&wire), wire.length));
	buf_clear(&wire);
}

static void
messages_come_apart(void **state)
{
	struct buf wire = BUF_INIT, text = BUF_INIT;
	struct dns_message m;
	char name[DNS_NAME_TEXT_MAX];

	(void)state;
	add_hex(&wire,
	    "beef 87b3 0001 0002 0001 0002 03466f6f 00 000f 0001"
	    "c00c 000f 0001 80000000 0007 000a 024d58 c00c"
	    "c00c 000f 0001 0002bf20 0005 0014 0162 00"
	    "c00c 0002 0001 00015181 0002 c00c"
	    "c00c 0001 0001 0000003c 0004 c0000201"
	    "00 0029 1000 01008000 0000");
	assert_null(dns_message_parse(&m, octets(&wire), wire.length));
	assert_int_equal(m.id, 0xbeef);
	assert_true(m.response && m.authoritative && m.truncated && m.recursion_desired);
	assert_true(m.recursion_available && m.authentic && m.checking_disabled);
	assert_int_equal(m.opcode, 0);
	assert_int_equal(m.rcode, 3 | 1 << 4);
	assert_true(m.has_question && m.has_edns && m.dnssec_ok);
	assert_int_equal(m.question.type, DNS_TYPE_MX);
	assert_memory_equal(m.question.name.wire, "\3Foo", 5);
	assert_int_equal(m.udp_size, 4096);
	assert_int_equal(m.answer.count, 2);
	assert_int_equal(m.answer.items[0].ttl, 0);
	assert_int_equal(m.answer.items[1].ttl, 86400);
	assert_int_equal(m.answer.items[0].length, 2 + 3 + 5);
	assert_string_equal(dns_name_text(&m.answer.items[0].owner, name), "foo");
	dns_record_text(&m.answer.items[0], &text);
	assert_string_equal(text.data, "10 MX.Foo.");
	assert_int_equal(m.authority.count, 1);
	assert_int_equal(m.authority.items[0].ttl, 86400);
	assert_int_equal(m.additional.count, 1);
	dns_message_clear(&m);
	assert_int_equal(m.answer.count, 0);
	buf_clear(&wire);
	buf_clear(&text);
}

static const struct {
	struct dns_query_options options;
	const char *hex;
} queries[] = {
	{ { .recursion = true },
	    "abcd 0100 0001 0000 0000 0000 024d58 07657861 6d706c65 00 000f 0001" },
	{ { .edns = true },
	    "abcd 0000 0001 0000 0000 0001 024d58 07657861 6d706c65 00 000f 0001"
	    "00 0029 04d0 00000000 0000" },
	{ { .edns = true, .recursion = true, .dnssec_ok = true },
	    "abcd 0110 0001 0000 0000 0001 024d58 07657861 6d706c65 00 000f 0001"
	    "00 0029 04d0 00008000 0000" },
	{ { .edns = true,
	      .recursion = true,
	      .cookie = (const uint8_t *)"ABCDEFGH",
	      .cookie_length = 8 },
	    "abcd 0100 0001 0000 0000 0001 024d58 07657861 6d706c65 00 000f 0001"
	    "00 0029 04d0 00000000 000c 000a 0008 4142434445464748" },
};

static void
queries_are_written(void **state)
{
	struct dns_question question = { .type = DNS_TYPE_MX };

	(void)state;
	dns_name_parse(&question.name, "MX.example");
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		struct buf expected = BUF_INIT;
		uint8_t out[DNS_QUERY_MAX];
		size_t n = dns_message_query(out, 0xabcd, &question, &queries[i].options);

		add_hex(&expected, queries[i].hex);
		assert_int_equal(n, expected.length);
		assert_memory_equal(out, expected.data, n);
		assert_null(dns_message_check(out, n));
		buf_clear(&expected);
	}
}

/* The data of an OPT record, and the extended errors in it. */
static const struct {
	const char *hex, *errors;
} option_rows[] = {
	{ "", "" }, { "000f 0002 0006", "DNSSEC Bogus (EDE 6)" },
	{ "000f 0002 0018 000f 0004 0016 6869",
	    "Invalid Data (EDE 24)|No Reachable Authority (EDE 22): \"hi\"" },
	{ "000a 0008 4142434445464748 000f 0002 0003", "Stale Answer (EDE 3)" },
	{ "000f 0001 00", "" }, /* too short for a code */
	{ "000f 0000", "" },
	{ "000f 0005 ffff 1b5b4a", "an error that is not known here (EDE 65535): \"\\x1b[J\"" },
	{ "000f 0002 0000 000f 0002 0001 000f 0002 0002 000f 0002 0003 000f 0002 0004",
	    "Other Error (EDE 0)|Unsupported DNSKEY Algorithm (EDE 1)|Unsupported DS Digest "
	    "Type (EDE 2)|Stale Answer (EDE 3)" }, /* four are enough */
};

/* Appends the extended errors of a message, separated by bars. */
static void
add_errors(const struct dns_message *message, struct buf *text)
{
	struct dns_ede *list;
	size_t count = dns_message_ede(message, &list);

	buf_adds(text, "");
	for (size_t i = 0; i < count; i++) {
		buf_adds(text, i > 0 ? "|" : "");
		dns_ede_text(&list[i], text);
	}
	dns_ede_free(list, count);
}

static void
extended_errors_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof option_rows / sizeof *option_rows; i++) {
		struct buf wire = BUF_INIT, options = BUF_INIT, text = BUF_INIT;
		struct dns_message message;

		add_hex(&options, option_rows[i].hex);
		add_hex(&wire, "1234 8182 0000 0000 0000 0001 00 0029 04d0 00000000");
		buf_addc(&wire, '\0');
		buf_addc(&wire, (char)options.length);
		buf_add(&wire, options.data, options.length);
		assert_null(
		    dns_message_parse(&message, (const uint8_t *)wire.data, wire.length));
		add_errors(&message, &text);
		assert_string_equal(text.data, option_rows[i].errors);
		dns_message_clear(&message);
		buf_clear(&text);
		buf_clear(&options);
		buf_clear(&wire);
	}
}

static const struct {
	const char *what, *hex;
	bool matches, nocase, bare;
} replies[] = {
	{ "the question", "1234 8180 0001 0000 0000 0000 0141 00 0001 0001", true, true,
	    false },
	{ "with records, sound or not", "1234 8180 0001 ffff ffff ffff 0141 00 0001 0001 ff",
	    true, true, false },
	{ "another id", "1235 8180 0001 0000 0000 0000 0141 00 0001 0001", false, false,
	    false },
	{ "a query", "1234 0100 0001 0000 0000 0000 0141 00 0001 0001", false, false, false },
	{ "another opcode", "1234 a180 0001 0000 0000 0000 0141 00 0001 0001", false, false,
	    false },
	{ "another case", "1234 8180 0001 0000 0000 0000 0161 00 0001 0001", false, true,
	    false },
	{ "another name", "1234 8180 0001 0000 0000 0000 0142 00 0001 0001", false, false,
	    false },
	{ "another type", "1234 8180 0001 0000 0000 0000 0141 00 001c 0001", false, false,
	    false },
	{ "another class", "1234 8180 0001 0000 0000 0000 0141 00 0001 0003", false, false,
	    false },
	{ "two questions", "1234 8180 0002 0000 0000 0000 0141 00 0001 0001", false, false,
	    false },
	{ "cut off", "1234 8180 0001 0000 0000 0000 0141 00 0001 00", false, false, false },
	{ "an error and nothing else", "1234 8181 0000 0000 0000 0000", false, false, true },
	{ "an error and OPT", "1234 8184 0000 0000 0000 0001 " OPT, false, false, true },
	{ "an error and an answer", "1234 8181 0000 0001 0000 0000", false, false, false },
	{ "an error with another id", "1334 8181 0000 0000 0000 0000", false, false, false },
	{ "no error and no question", "1234 8180 0000 0000 0000 0000", false, false, false },
	{ "NXDOMAIN and nothing else", "1234 8183 0000 0000 0000 0000", false, false, false },
	{ "nothing", "", false, false, false },
};

static void
replies_match_byte_for_byte(void **state)
{
	struct buf query = BUF_INIT;

	(void)state;
	add_hex(&query, "1234 0100 0001 0000 0000 0001 0141 00 0001 0001 " OPT);
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
		struct buf wire = BUF_INIT;
		bool matches, nocase, bare;

		add_hex(&wire, replies[i].hex);
		matches = dns_message_matches(
		    octets(&wire), wire.length, octets(&query), query.length);
		nocase = dns_message_matches_nocase(
		    octets(&wire), wire.length, octets(&query), query.length);
		bare = dns_message_is_bare_error(octets(&wire), wire.length, octets(&query));
		if (matches != replies[i].matches || nocase != replies[i].nocase ||
		    bare != replies[i].bare)
			fail_msg("%s: %d %d %d", replies[i].what, matches, nocase, bare);
		buf_clear(&wire);
	}
	buf_clear(&query);
}

static const struct {
	uint16_t type, class;
	const char *hex, *text;
} texts[] = {
	{ DNS_TYPE_A, 1, "c0000201", "192.0.2.1" },
	{ DNS_TYPE_MX, 1, "000a 0161 00", "10 a." },
	{ DNS_TYPE_MX, 1, "0000 00", "0 ." },
	{ DNS_TYPE_TXT, 1, "0461225c1b 00", "\"a\\\"\\\\\\027\" \"\"" },
	{ DNS_TYPE_TXT, 1, "04 e9 09 7f 3c", "\"\\233\\009\\127<\"" },
	{ DNS_TYPE_CNAME, 1, "03 1b2e20 00", "\\027\\.\\032." },
	{ DNS_TYPE_TLSA, 1, "030101 abcd", "3 1 1 abcd" },
	{ DNS_TYPE_NSEC3PARAM, 1, "01 00 0000 00", "1 0 0 -" },
	{ DNS_TYPE_A, 3, "c0000201", "\\# 4 c0000201" },
	{ DNS_TYPE_A, 1, "c00002", "\\# 3 c00002" },
	{ DNS_TYPE_MX, 1, "000a", "\\# 2 000a" },
	{ DNS_TYPE_OPT, 1, "", "\\# 0" },
	{ 11, 1, "c000020106ff", "\\# 6 c000020106ff" },
	{ 64, 1, "000100", "\\# 3 000100" },
	{ 4711, 1, "", "\\# 0" },
	{ DNS_TYPE_CAA, 1, "00 05 6973737565 6e6f", "0 issue \"no\"" },
	{ DNS_TYPE_CAA, 1, "80 05 6973737565", "128 issue \"\"" },
	{ DNS_TYPE_NSEC, 1, "0161 00 000140", "a. A" },
	{ DNS_TYPE_NSEC, 1, "0161 00", "a." },
};

static void
records_print_as_ascii(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct buf rdata = BUF_INIT, text = BUF_INIT;
		struct dns_record record = { .type = texts[i].type, .class = texts[i].class };

		add_hex(&rdata, texts[i].hex);
		record.length = (uint16_t)rdata.length;
		record.rdata = (uint8_t *)rdata.data;
		dns_record_text(&record, &text);
		assert_string_equal(text.data, texts[i].text);
		buf_clear(&rdata);
		buf_clear(&text);
	}
}

/* Prints the records of a section, a line each. */
static void
add_section(struct buf *out, const struct dns_records *section)
{
	char owner[DNS_NAME_TEXT_MAX], type[12];

	for (size_t i = 0; i < section->count; i++) {
		const struct dns_record *record = &section->items[i];

		buf_addf(out, "%s %u %s ", dns_name_text(&record->owner, owner),
		    (unsigned)record->ttl, dns_type_text(record->type, type));
		dns_record_text(record, out);
		buf_addc(out, '\n');
	}
	buf_adds(out, "--\n");
}

static const char zone_text[] =
    "Example.net. 300 MX 10 mx1.Example.net.\n"
    "Example.net. 300 MX 20 mx2.Example.net.\n"
    "Example.net. 300 SOA ns.Example.net. root.Example.net. 1 2 3 4 5\n"
    "Example.net. 300 SRV 1 2 3 mx1.Example.net.\n"
    "alias.Example.net. 300 CNAME Example.net.\n"
    "example.net. 300 TXT \"lower case is no suffix of upper case\"\n"
    "Example.net. 300 TYPE4711 \\# 4 0000c00c\n"
    ". 300 NS net.\n";

/* Fills in a message with the records above in its first two sections. */
static void
fill(struct dns_message *m)
{
	*m = (struct dns_message){
		.id = 7,
		.response = true,
		.recursion_available = true,
		.rcode = 0x103,
		.has_question = true,
		.question.type = DNS_TYPE_MX,
		.has_edns = true,
		.udp_size = DNS_UDP_SIZE,
		.dnssec_ok = true,
	};
	assert_int_equal(dns_name_parse(&m->question.name, "example.net"), DNS_NAME_OK);
	m->question.name.wire[1] = 'E';
	assert_null(dns_zone_parse(zone_text, NULL, 300, &m->answer));
	assert_null(dns_zone_parse(zone_text, NULL, 300, &m->authority));
}

static void
written_messages_read_back(void **state)
{
	struct buf wire = BUF_INIT, sent = BUF_INIT, came = BUF_INIT;
	struct dns_message m, back;

	(void)state;
	fill(&m);
	buf_adds(&wire, "xx");
	dns_message_write(&m, DNS_MESSAGE_MAX, &wire);
	assert_memory_equal(wire.data, "xx", 2);
	assert_null(dns_message_parse(&back, octets(&wire) + 2, wire.length - 2));
	assert_int_equal(back.rcode, 0x103);
	assert_false(back.truncated);
	assert_true(back.dnssec_ok);
	assert_memory_equal(back.question.name.wire, "\7Example\3net", 13);
	add_section(&sent, &m.answer);
	add_section(&sent, &m.authority);
	add_section(&came, &back.answer);
	add_section(&came, &back.authority);
	assert_string_equal(came.data, sent.data);
	/*
	 * Owners are pointers but where the case differs; the second section repeats no name.
	 */
	assert_in_range(wire.length, 350, 470);
	dns_message_clear(&m);
	dns_message_clear(&back);
	buf_clear(&wire);
	buf_clear(&sent);
	buf_clear(&came);
}

static void
written_messages_keep_to_their_limit(void **state)
{
	struct buf whole = BUF_INIT;
	struct dns_message m, back;

	(void)state;
	fill(&m);
	dns_message_write(&m, DNS_MESSAGE_MAX, &whole);
	for (size_t limit = whole.length - 3; limit <= whole.length + 3; limit++) {
		struct buf wire = BUF_INIT;
		bool fits = limit >= whole.length;

		dns_message_write(&m, limit, &wire);
		assert_true(wire.length <= limit);
		assert_null(dns_message_parse(&back, octets(&wire), wire.length));
		assert_int_equal(back.truncated, !fits);
		assert_int_equal(back.answer.count, fits ? m.answer.count : 0);
		assert_true(back.has_question && back.has_edns);
		assert_int_equal(back.rcode, 0x103);
		dns_message_clear(&back);
		buf_clear(&wire);
	}
	dns_message_clear(&m);
	buf_clear(&whole);
}

/* More names than the writer remembers, and beyond the reach of a pointer. */
static void
large_messages_read_back(void **state)
{
	struct buf wire = BUF_INIT, zone = BUF_INIT;
	struct dns_message m = { .response = true }, back;

	(void)state;
	for (int i = 0; i < 1200; i++)
		buf_addf(&zone, "h%d.example.net. MX %d mx%d.example.org.\n", i, i, i);
	assert_null(dns_zone_parse(zone.data, NULL, 300, &m.answer));
	dns_message_write(&m, DNS_MESSAGE_MAX, &wire);
	assert_in_range(wire.length, 0x4000, 50000);
	assert_null(dns_message_parse(&back, octets(&wire), wire.length));
	assert_int_equal(back.answer.count, 1200);
	for (size_t i = 0; i < 1200; i++) {
		assert_int_equal(back.answer.items[i].length, m.answer.items[i].length);
		assert_memory_equal(back.answer.items[i].rdata, m.answer.items[i].rdata,
		    m.answer.items[i].length);
	}
	dns_message_clear(&m);
	dns_message_clear(&back);
	buf_clear(&wire);
	buf_clear(&zone);
}

/* Requires that ldns writes out the names of this rdata as it was written out here. */
static void
assert_as_ldns_reads(
    const struct dns_record *record, const struct buf *wire, const struct dns_walk_record *at)
{
	size_t start = at->start, length = 0;
	ldns_rr *rr = NULL;

	assert_int_equal(
	    ldns_wire2rr(&rr, octets(wire), at->end, &start, LDNS_SECTION_ANSWER), 0);
	assert_int_equal(start, at->end);
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		const ldns_rdf *rdf = ldns_rr_rdf(rr, i);

		assert_in_range(length + ldns_rdf_size(rdf), 1, record->length);
		assert_memory_equal(
		    record->rdata + length, ldns_rdf_data(rdf), ldns_rdf_size(rdf));
		length += ldns_rdf_size(rdf);
	}
	assert_int_equal(length, record->length);
	ldns_rr_free(rr);
}

static void
names_in_rdata_come_out_as_ldns_reads_them(void **state)
{
	static const char zone[] =
	    "$ORIGIN Example.org.\n"
	    "@ SOA ns Admin 1 2 3 4 5\n@ NS ns\n@ NS ns.sub\n@ MX 10 mail\n@ MX 20 .\n"
	    "a CNAME b.sub\nb DNAME sub\nc PTR a.b.c\n_x._tcp SRV 1 2 3 a\n"
	    "a NSEC b.sub A MX RRSIG\n"
	    "a RRSIG A 13 3 60 20300101000000 20200101000000 7 Example.org. AAAA\n";
	struct buf wire = BUF_INIT;
	struct dns_message m = { .response = true }, back;
	struct dns_walk_record at = { .end = DNS_HEADER_SIZE };

	(void)state;
	assert_null(dns_zone_parse(zone, NULL, 300, &m.answer));
	dns_message_write(&m, DNS_MESSAGE_MAX, &wire);
	assert_null(dns_message_parse(&back, octets(&wire), wire.length));
	assert_int_equal(back.answer.count, 11);
	for (size_t i = 0; i < back.answer.count; i++) {
		assert_null(dns_walk_record(&at, octets(&wire), wire.length, at.end, NULL));
		assert_true(dns_rdata_has_names(at.type));
		assert_as_ldns_reads(&back.answer.items[i], &wire, &at);
	}
	dns_message_clear(&m);
	dns_message_clear(&back);
	buf_clear(&wire);
}

static const struct {
	uint16_t type;
	const char *before, *after;
} lowered[] = {
	{ DNS_TYPE_MX, "414a 0141 00", "414a 0161 00" },
	{ DNS_TYPE_SOA, "0141 00 0142 00 41414141 41414141 41414141 41414141 41414141",
	    "0161 00 0162 00 41414141 41414141 41414141 41414141 41414141" },
	{ DNS_TYPE_TXT, "0141", "0141" },
	{ DNS_TYPE_TLSA, "414141 41", "414141 41" },
	{ 4711, "0141 00", "0141 00" },
	{ DNS_TYPE_MX, "41", "41" },
	{ DNS_TYPE_MX, "", "" },
};

static void
only_names_in_rdata_are_lowered(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lowered / sizeof *lowered; i++) {
		struct buf rdata = BUF_INIT, after = BUF_INIT;

		add_hex(&rdata, lowered[i].before);
		add_hex(&after, lowered[i].after);
		dns_rdata_lower(lowered[i].type, (uint8_t *)rdata.data, rdata.length);
		assert_memory_equal(rdata.data, after.data, after.length + 1);
		buf_clear(&rdata);
		buf_clear(&after);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_pass_the_walk_or_do_not),
		cmocka_unit_test(cut_and_bent_packets_do_no_harm),
		cmocka_unit_test(txt_has_at_most_255_strings),
		cmocka_unit_test(pointers_hop_at_most_127_times),
		cmocka_unit_test(names_have_at_most_255_octets),
		cmocka_unit_test(rdata_that_outgrows_16_bits_is_refused),
		cmocka_unit_test(messages_come_apart),
		cmocka_unit_test(queries_are_written),
		cmocka_unit_test(extended_errors_are_told),
		cmocka_unit_test(replies_match_byte_for_byte),
		cmocka_unit_test(records_print_as_ascii),
		cmocka_unit_test(written_messages_read_back),
		cmocka_unit_test(written_messages_keep_to_their_limit),
		cmocka_unit_test(large_messages_read_back),
		cmocka_unit_test(names_in_rdata_come_out_as_ldns_reads_them),
		cmocka_unit_test(only_names_in_rdata_are_lowered),
	};

	return cmocka_run_group_tests_name("dns/message", tests, NULL, NULL);
}
