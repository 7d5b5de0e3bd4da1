/*
 * Questions built by hand, answers taken apart.
 *
 * Decides how a packet becomes records: walk.c goes from one to the next and lets none pass whose
 * names, lengths or shape do not hold; names in rdata are written out there, other rdata is what it
 * is. ldns sees no packet: it prints records of known shape, one at a time, bounded to their own
 * octets. Types without a known shape stay opaque and print as RFC 3597 says, because ldns prints some
 * of them unsafely (WKS, SVCB).
 * Whom a reply came from, and what it means, is left to lookup.c; writing whole messages to
 * compose.c.
 */
#include <stdbool.h> /* before ldns, which else makes bool a signed char */
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "util/mem.h"
#include "util/text.h"
#include "util/wire.h"
#include "dns/message.h"
#include "dns/walk.h"

/* Bits and values of the second 16 of the header (RFC 1035 4.1.1, RFC 4035 3.2), and of OPT's TTL. */
enum {
	FLAG_QR = 0x8000,
	FLAG_AA = 0x0400,
	FLAG_TC = 0x0200,
	FLAG_RD = 0x0100,
	FLAG_RA = 0x0080,
	FLAG_AD = 0x0020,
	FLAG_CD = 0x0010,
	OPCODE_MASK = 0x7800,
	RCODE_MASK = 0x000F,
	RCODE_NOERROR = 0,
	RCODE_NXDOMAIN = 3,
	OPT_DO = 0x8000,
	OPT_SIZE = 11, /* octets of an OPT record without options */
	OPTION_HEADER = 4, /* code and length of one option */
};

/* Writes the OPT record of a query (RFC 6891 6.1.2) and returns its length. */
static size_t
put_opt(uint8_t *out, const struct dns_query_options *options)
{
	size_t n = options->cookie ? options->cookie_length : 0;

	out[0] = 0;
	wire_put16(out + 1, DNS_TYPE_OPT);
	wire_put16(out + 3, DNS_UDP_SIZE);
	wire_put32(out + 5, options->dnssec_ok ? OPT_DO : 0);
	wire_put16(out + 9, 0);
	if (n == 0 || n > DNS_COOKIE_MAX)
		return OPT_SIZE;
	wire_put16(out + 9, (uint16_t)(OPTION_HEADER + n));
	wire_put16(out + OPT_SIZE, DNS_OPTION_COOKIE);
	wire_put16(out + OPT_SIZE + 2, (uint16_t)n);
	memcpy(out + OPT_SIZE + OPTION_HEADER, options->cookie, n);
	return OPT_SIZE + OPTION_HEADER + n;
}

size_t
dns_message_query(uint8_t out[DNS_QUERY_MAX], uint16_t id, const struct dns_question *question,
    const struct dns_query_options *options)
{
	unsigned flags =
	    (options->recursion ? FLAG_RD : 0u) | (options->dnssec_ok ? FLAG_CD : 0u);
	size_t at = DNS_HEADER_SIZE;

	memset(out, 0, DNS_HEADER_SIZE);
	wire_put16(out, id);
	wire_put16(out + 2, (uint16_t)flags);
	wire_put16(out + 4, 1);
	wire_put16(out + 10, options->edns ? 1 : 0);
	memcpy(out + at, question->name.wire, question->name.length);
	at += question->name.length;
	wire_put16(out + at, question->type);
	wire_put16(out + at + 2, DNS_CLASS_IN);
	at += 4;
	return options->edns ? at + put_opt(out + at, options) : at;
}

/* Returns where the question section of our own query ends. */
static size_t
question_end(const uint8_t *query, size_t query_length)
{
	return dns_walk_name(query, query_length, DNS_HEADER_SIZE, NULL) + 4;
}

/* True when the header is that of a response to this query, with so many questions. */
static bool
header_matches(const uint8_t *wire, const uint8_t *query, unsigned questions)
{
	unsigned flags = wire_get16(wire + 2), asked = wire_get16(query + 2);

	return wire_get16(wire) == wire_get16(query) && (flags & FLAG_QR) &&
	    (flags & OPCODE_MASK) == (asked & OPCODE_MASK) && wire_get16(wire + 4) == questions;
}

bool
dns_message_matches(const uint8_t *wire, size_t n, const uint8_t *query, size_t query_length)
{
	size_t end = question_end(query, query_length);

	return n >= end && end > DNS_HEADER_SIZE && header_matches(wire, query, 1) &&
	    memcmp(wire + DNS_HEADER_SIZE, query + DNS_HEADER_SIZE, end - DNS_HEADER_SIZE) == 0;
}

bool
dns_message_matches_nocase(
    const uint8_t *wire, size_t n, const uint8_t *query, size_t query_length)
{
	size_t end = question_end(query, query_length);
	struct dns_name asked, came;

	return n >= end && end > DNS_HEADER_SIZE && header_matches(wire, query, 1) &&
	    dns_walk_name(query, end - 4, DNS_HEADER_SIZE, &asked) &&
	    dns_walk_name(wire, end - 4, DNS_HEADER_SIZE, &came) &&
	    dns_name_equal(&asked, &came) && memcmp(wire + end - 4, query + end - 4, 4) == 0;
}

bool
dns_message_is_bare_error(const uint8_t *wire, size_t n, const uint8_t *query)
{
	unsigned rcode;

	if (n < DNS_HEADER_SIZE || !header_matches(wire, query, 0) || wire_get32(wire + 6) != 0)
		return false;
	rcode = wire_get16(wire + 2) & RCODE_MASK;
	return rcode != RCODE_NOERROR && rcode != RCODE_NXDOMAIN;
}

/* Takes the header apart. */
static void
take_header(struct dns_message *message, const uint8_t *wire)
{
	unsigned flags = wire_get16(wire + 2);

	message->id = wire_get16(wire);
	message->response = flags & FLAG_QR;
	message->opcode = (flags & OPCODE_MASK) >> 11;
	message->authoritative = flags & FLAG_AA;
	message->truncated = flags & FLAG_TC;
	message->recursion_desired = flags & FLAG_RD;
	message->recursion_available = flags & FLAG_RA;
	message->authentic = flags & FLAG_AD;
	message->checking_disabled = flags & FLAG_CD;
	message->rcode = flags & RCODE_MASK;
}

/* Takes the rest of a question whose name was taken (one of another class than IN is none for us). */
static void
take_question(struct dns_message *message, const struct dns_walk *walk)
{
	const uint8_t *behind = walk->wire + walk->at;

	if (wire_get16(walk->wire + 4) == 0)
		return;
	message->question.type = wire_get16(behind - 4);
	message->has_question = wire_get16(behind - 2) == DNS_CLASS_IN;
}

/* Takes what the OPT record says: it borrows CLASS and TTL for it (RFC 6891 6.1.3). */
static void
take_opt(struct dns_message *message, const uint8_t *wire, const struct dns_walk_record *walked)
{
	message->options_length = (uint16_t)(walked->end - walked->rdata);
	message->options = mem_dup(wire + walked->rdata, message->options_length);
	message->has_edns = true;
	message->udp_size = walked->class;
	message->dnssec_ok = walked->ttl & OPT_DO;
	message->rcode |= walked->ttl >> 24 << 4;
}

/* True when ldns found all fields of the type; a type bitmap or CAA's value may be empty. */
static bool
has_all_fields(const ldns_rr *rr, uint16_t type)
{
	size_t least = ldns_rr_descriptor_minimum(ldns_rr_descript(type));

	if (type == DNS_TYPE_NSEC || type == DNS_TYPE_NSEC3 || type == DNS_TYPE_CAA)
		least--;
	return ldns_rr_rd_count(rr) >= least;
}

/* Reads one whole record by ldns, which must use exactly its octets; NULL when it does not. */
static ldns_rr *
read_rr(const uint8_t *wire, size_t start, size_t end, uint16_t type)
{
	ldns_rr *rr = NULL;
	size_t at = start;

	if (ldns_wire2rr(&rr, wire, end, &at, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK)
		return NULL;
	if (at == end && has_all_fields(rr, type))
		return rr;
	ldns_rr_free(rr);
	return NULL;
}

/* Gives the record its rdata. */
static void
set_rdata(struct dns_record *record, const uint8_t *octets, size_t n)
{
	record->length = (uint16_t)n;
	record->rdata = n > 0 ? memcpy(mem_realloc(NULL, n, 1), octets, n) : NULL;
}

/* Fills in rdata in which names stand, by a place that has room for it with its names written out. */
static const char *
take_rdata_by(struct dns_record *record, const uint8_t *wire,
    const struct dns_walk_record *walked, uint8_t *place)
{
	size_t n = dns_rdata_expand(walked->type, wire, walked->rdata, walked->end, place);

	if (n == 0)
		return "the data of a record does not have the form of its type";
	if (n > UINT16_MAX)
		return "the data of a record is too long when its names are written out";
	set_rdata(record, place, n);
	return NULL;
}

/* Fills in rdata in which names stand, uncompressed. */
static const char *
take_rdata_with_names(
    struct dns_record *record, const uint8_t *wire, const struct dns_walk_record *walked)
{
	size_t room = walked->end - walked->rdata + DNS_RDATA_NAMES_MAX;
	uint8_t usual[2 * DNS_RDATA_NAMES_MAX], *place;
	const char *fault;

	if (room <= sizeof usual)
		return take_rdata_by(record, wire, walked, usual);
	place = mem_realloc(NULL, room, 1);
	fault = take_rdata_by(record, wire, walked, place);
	free(place);
	return fault;
}

/* Fills in a record that was walked over, whose owner was taken. */
static const char *
take_record(
    struct dns_record *record, const uint8_t *wire, const struct dns_walk_record *walked)
{
	record->type = walked->type;
	record->class = walked->class;
	record->ttl = dns_ttl_kept(walked->ttl);
	if (walked->class == DNS_CLASS_IN && dns_rdata_has_names(walked->type))
		return take_rdata_with_names(record, wire, walked);
	set_rdata(record, wire + walked->rdata, walked->end - walked->rdata);
	return NULL;
}

/*
 * Adds a record to its list, which gets room for what is left of the section, too, as far as the
 * packet can hold that many.
 */
static void
add_record(
    struct dns_records *list, const struct dns_record *record, const struct dns_walk *walk)
{
	size_t most = (walk->n - walk->at) / DNS_RECORD_MIN, left = walk->left[walk->section];

	dns_records_reserve(list, 1 + (left < most ? left : most));
	dns_records_add(list, record);
}

/* Who takes a packet apart, and what of it. */
enum appetite {
	APPETITE_WHOLE,
	APPETITE_LEAN, /* without the additional section, and without referrals */
};

/* True for a record that is taken. */
static bool
is_wanted(enum dns_section section, uint16_t type, enum appetite appetite)
{
	if (appetite == APPETITE_WHOLE)
		return true;
	return section == DNS_SECTION_ANSWER ||
	    (section == DNS_SECTION_AUTHORITY && type != DNS_TYPE_NS);
}

/* Takes the next record. OPT is the message's. */
static const char *
take_next(struct dns_message *message, struct dns_walk *walk, enum appetite appetite)
{
	struct dns_records *lists[] = {
		[DNS_SECTION_ANSWER] = &message->answer,
		[DNS_SECTION_AUTHORITY] = &message->authority,
		[DNS_SECTION_ADDITIONAL] = &message->additional,
	};
	enum dns_section section = walk->section;
	struct dns_walk_record walked;
	struct dns_record record;
	const char *fault = dns_walk_next(walk, &walked, &record.owner);

	if (fault)
		return fault;
	if (walked.type == DNS_TYPE_OPT) {
		take_opt(message, walk->wire, &walked);
		return NULL;
	}
	message->refers |= section == DNS_SECTION_AUTHORITY && walked.type == DNS_TYPE_NS;
	if (!is_wanted(section, walked.type, appetite))
		return NULL;
	fault = take_record(&record, walk->wire, &walked);
	if (!fault)
		add_record(lists[section], &record, walk);
	return fault;
}

/* Takes the packet apart. */
static const char *
parse(struct dns_message *message, const uint8_t *wire, size_t n, enum appetite appetite)
{
	struct dns_walk walk;
	const char *fault;

	memset(message, 0, sizeof *message);
	fault = dns_walk_start(&walk, wire, n, &message->question.name);
	if (fault)
		return fault;
	take_header(message, wire);
	take_question(message, &walk);
	while (!fault && dns_walk_section(&walk) != DNS_SECTION_END)
		fault = take_next(message, &walk, appetite);
	if (!fault)
		fault = dns_walk_end(&walk);
	if (fault)
		dns_message_clear(message);
	return fault;
}

const char *
dns_message_parse(struct dns_message *message, const uint8_t *wire, size_t n)
{
	return parse(message, wire, n, APPETITE_WHOLE);
}

const char *
dns_message_parse_lean(struct dns_message *message, const uint8_t *wire, size_t n)
{
	return parse(message, wire, n, APPETITE_LEAN);
}

void
dns_message_clear(struct dns_message *message)
{
	dns_records_clear(&message->answer);
	dns_records_clear(&message->authority);
	dns_records_clear(&message->additional);
	free(message->options);
	message->options = NULL;
	message->options_length = 0;
}

const uint8_t *
dns_message_option(
    const struct dns_message *message, enum dns_option code, const uint8_t *after, size_t *n)
{
	size_t at = 0, behind;

	for (; message->options_length - at >= OPTION_HEADER; at = behind) {
		const uint8_t *octets = message->options + at + OPTION_HEADER;

		behind = at + OPTION_HEADER + wire_get16(message->options + at + 2);
		if (behind > message->options_length)
			return NULL;
		*n = behind - at - OPTION_HEADER;
		if (wire_get16(message->options + at) == code && (!after || octets > after))
			return octets;
	}
	return NULL;
}

size_t
dns_message_ede(const struct dns_message *message, struct dns_ede **list)
{
	struct dns_ede found[DNS_EDE_MAX];
	const uint8_t *at = NULL;
	size_t count = 0, n;

	while (count < DNS_EDE_MAX &&
	    (at = dns_message_option(message, DNS_OPTION_EDE, at, &n)) != NULL) {
		if (n < 2)
			continue;
		n = n - 2 < DNS_EDE_TEXT_MAX ? n - 2 : DNS_EDE_TEXT_MAX;
		found[count++] = (struct dns_ede){
			.code = wire_get16(at),
			.text = n > 0 ? text_printable_copy(at + 2, n) : NULL,
		};
	}
	*list = mem_dup(found, count * sizeof *found);
	return count;
}

/* Returns the record as ldns sees it, or NULL for one that it does not print safely. */
static ldns_rr *
rr_of_record(const struct dns_record *record)
{
	struct buf wire = BUF_INIT;
	uint8_t frame[1 + 10] = { 0 };
	ldns_rr *rr;

	if (record->class != DNS_CLASS_IN || record->type == DNS_TYPE_OPT ||
	    !dns_rdata_is_known(record->type) ||
	    dns_rdata_check(record->type, record->rdata, 0, record->length))
		return NULL;
	wire_put16(frame + 1, record->type);
	wire_put16(frame + 3, record->class);
	wire_put16(frame + 9, record->length);
	buf_add(&wire, frame, sizeof frame);
	buf_add(&wire, record->rdata, record->length);
	rr = read_rr((const uint8_t *)wire.data, 0, wire.length, record->type);
	buf_clear(&wire);
	return rr;
}

/*
 * Appends the text of a field, without the blanks that ldns leaves behind some, and with what
 * is not printable ASCII as \DDD: ldns asks the locale, and an 8-bit locale has another
 * opinion.
 */
static void
add_field(struct buf *out, const char *text)
{
	size_t n = strlen(text);

	while (n > 0 && text[n - 1] == ' ')
		n--;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < ' ' || c > '~')
			buf_addf(out, "\\%03u", c);
		else
			buf_addc(out, (char)c);
	}
}

/* Appends the fields of the record, separated by blanks. */
static void
add_fields(struct buf *out, const ldns_rr *rr)
{
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		char *text = ldns_rdf2str(ldns_rr_rdf(rr, i));

		if (i > 0)
			buf_addc(out, ' ');
		add_field(out, text ? text : "?");
		free(text);
	}
	if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_CAA && ldns_rr_rd_count(rr) == 2)
		buf_adds(out, " \"\""); /* ldns leaves an empty value out */
}

/* Appends the rdata of a type that is not known (RFC 3597 5). */
static void
add_opaque(struct buf *out, const struct dns_record *record)
{
	buf_addf(out, "\\# %u", (unsigned)record->length);
	for (size_t i = 0; i < record->length; i++)
		buf_addf(out, "%s%02x", i == 0 ? " " : "", record->rdata[i]);
}

void
dns_record_text(const struct dns_record *record, struct buf *out)
{
	ldns_rr *rr = rr_of_record(record);

	if (rr)
		add_fields(out, rr);
	else
		add_opaque(out, record);
	ldns_rr_free(rr);
}
