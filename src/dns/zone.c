/*
 * Zone text into records, by ldns, which reads one record at a time.
 *
 * Decides what ldns leaves open: a relative name without an origin is an error and not silently
 * put under the root, $INCLUDE is refused (zone text may come from anywhere), and every record
 * is held against the shape of its type before it is taken. What a zone must hold as a whole,
 * SOA and delegations, is left to the laboratory.
 */
#include <stdbool.h> /* before ldns, which else makes bool a signed char */
#include <stdio.h>
#include <stdlib.h>

#include <ldns/ldns.h>

#include "util/buf.h"
#include "util/mem.h"
#include "dns/walk.h"
#include "dns/zone.h"

/* The parser's state between records, as ldns wants it. */
struct reader {
	FILE *file;
	uint32_t ttl;
	ldns_rdf *origin, *previous;
	int line;
};

/*
 * The origin where none is given: a name that nobody writes. What ends below it after
 * parsing was relative.
 */
static const struct dns_name nowhere = {
	.length = 12,
	.wire = "\x0a\x01relative\x01",
};

/* True when the ldns object is a name that was written without an origin. */
static bool
is_relative(const ldns_rdf *rdf)
{
	struct dns_name name;

	return rdf && ldns_rdf_get_type(rdf) == LDNS_RDF_TYPE_DNAME &&
	    dns_name_from_wire(&name, ldns_rdf_data(rdf), ldns_rdf_size(rdf)) &&
	    dns_name_below(&name, &nowhere);
}

/* True when any name of the record was relative to nothing. */
static bool
has_relative(const ldns_rr *rr)
{
	if (is_relative(ldns_rr_owner(rr)))
		return true;
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		if (is_relative(ldns_rr_rdf(rr, i)))
			return true;
	}
	return false;
}

/* Appends the record that stands in n octets of wire form. Returns NULL or a sentence. */
static const char *
take_wire(struct dns_records *records, const uint8_t *wire, size_t n)
{
	struct dns_record record = { 0 };
	struct dns_walk_record walked;
	const char *fault = dns_walk_record(&walked, wire, n, 0, NULL);

	if (!fault)
		fault = dns_rdata_check(walked.type, wire, walked.rdata, walked.end);
	if (fault)
		return fault;
	dns_name_from_wire(&record.owner, wire, n);
	record.type = walked.type;
	record.class = walked.class;
	record.ttl = dns_ttl_kept(walked.ttl);
	record.length = (uint16_t)(walked.end - walked.rdata);
	record.rdata = mem_dup(wire + walked.rdata, record.length);
	dns_records_add(records, &record);
	return NULL;
}

/* Appends what ldns read. Returns NULL or a sentence. */
static const char *
take_rr(struct dns_records *records, const ldns_rr *rr)
{
	const char *fault = NULL;
	uint8_t *wire = NULL;
	size_t n;

	if (!ldns_rr_owner(rr))
		return "a record needs an owner name";
	if (has_relative(rr))
		return "a relative name needs an $ORIGIN before it";
	if (ldns_rr2wire(&wire, rr, LDNS_SECTION_ANSWER, &n) != LDNS_STATUS_OK)
		return "a record is longer than a message can be";
	fault = take_wire(records, wire, n);
	free(wire);
	return fault;
}

/* Reads one record, or a line that holds none. Returns NULL or a sentence. */
static const char *
read_one(struct reader *r, struct dns_records *records)
{
	ldns_rr *rr = NULL;
	const char *fault = NULL;
	ldns_status status =
	    ldns_rr_new_frm_fp_l(&rr, r->file, &r->ttl, &r->origin, &r->previous, &r->line);

	if (status == LDNS_STATUS_OK)
		fault = take_rr(records, rr);
	else if (status == LDNS_STATUS_SYNTAX_INCLUDE ||
	    status == LDNS_STATUS_SYNTAX_INCLUDE_ERR_NOTIMPL)
		fault = "$INCLUDE is not allowed here";
	else if (status != LDNS_STATUS_SYNTAX_EMPTY && status != LDNS_STATUS_SYNTAX_TTL &&
	    status != LDNS_STATUS_SYNTAX_ORIGIN)
		fault = ldns_get_errorstr_by_id(status);
	ldns_rr_free(rr);
	return fault;
}

/* Reads to the end or to the first fault, for which it returns the sentence. */
static char *
read_all(struct reader *r, struct dns_records *records)
{
	struct buf sentence = BUF_INIT;
	const char *fault = NULL;

	while (!fault && !feof(r->file))
		fault = read_one(r, records);
	if (!fault)
		return NULL;
	buf_addf(&sentence, "line %d of the zone text: %s", r->line, fault);
	return buf_take(&sentence);
}

/* Appends all records of `from` to `to` and leaves `from` empty. */
static void
move_records(struct dns_records *to, struct dns_records *from)
{
	for (size_t i = 0; i < from->count; i++)
		dns_records_add(to, &from->items[i]);
	from->count = 0;
	dns_records_clear(from);
}

char *
dns_zone_parse(
    const char *text, const struct dns_name *origin, uint32_t ttl, struct dns_records *records)
{
	struct buf copy = BUF_INIT;
	struct dns_records read = { 0 };
	struct reader r = { .ttl = ttl };
	char *fault;

	buf_adds(&copy, text);
	buf_addc(&copy, '\n');
	r.file = fmemopen(copy.data, copy.length, "r");
	origin = origin ? origin : &nowhere;
	r.origin = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, origin->length, origin->wire);
	fault = r.file && r.origin ? read_all(&r, &read) : mem_strdup("out of memory");
	if (!fault)
		move_records(records, &read);
	dns_records_clear(&read);
	ldns_rdf_deep_free(r.origin);
	ldns_rdf_deep_free(r.previous);
	if (r.file)
		fclose(r.file);
	buf_clear(&copy);
	return fault;
}
