/*
 * Masking a DNS record for a recording: its owner, and whatever of its data names somebody.
 *
 * Decides only where in the data of each type a name, an address or a text stands, and that of a
 * hash, a key or a signature nothing is left; what a mask looks like is redact.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "dns/name.h"
#include "dns/record.h"

#include "mail/redact.h"

enum {
	TXT_MAX = 16000, /* octets of a TXT record that are kept */
	TYPE_PRIVATE = 65280, /* RFC 6895 3.1 */
};

/* Puts other octets into a record; the first `kept` stay. */
static void
replace_rdata(struct dns_record *record, size_t kept, const void *octets, size_t n)
{
	uint8_t *rdata = mem_alloc(kept + n);

	memcpy(rdata, record->rdata, kept);
	memcpy(rdata + kept, octets, n);
	free(record->rdata);
	record->rdata = rdata;
	record->length = (uint16_t)(kept + n);
}

/* Masks the name that rdata ends in, behind so many octets. */
static void
redact_last_name(const struct redactor *redactor, struct dns_record *record, size_t before)
{
	struct dns_name name;

	if (record->length <= before ||
	    dns_name_from_wire(&name, record->rdata + before, record->length - before) == 0)
		return;
	redact_name(redactor, &name);
	replace_rdata(record, before, name.wire, name.length);
}

/* Masks the text of a TXT record, which becomes one of strings of 255 octets. */
static void
redact_txt(const struct redactor *redactor, struct dns_record *record)
{
	struct buf raw = BUF_INIT, shown = BUF_INIT, masked = BUF_INIT, strings = BUF_INIT;

	dns_record_txt(record, &raw);
	text_printable(&shown, buf_text(&raw), raw.length);
	redact_text(redactor, &masked, buf_text(&shown));
	buf_truncate(&masked, TXT_MAX);
	for (size_t at = 0; at == 0 || at < masked.length; at += 255) {
		size_t n = masked.length - at < 255 ? masked.length - at : 255;

		buf_addc(&strings, (char)n);
		buf_add(&strings, buf_text(&masked) + at, n);
	}
	replace_rdata(record, 0, strings.data, strings.length);
	buf_clear(&raw);
	buf_clear(&shown);
	buf_clear(&masked);
	buf_clear(&strings);
}

/* Replaces every octet behind the first `kept`: of a hash, a key, a signature nothing is left. */
static void
redact_octets(const struct redactor *redactor, struct dns_record *record, size_t kept)
{
	uint64_t hash = hash_bytes(&redactor->key, record->rdata, record->length);

	for (size_t i = kept; i < record->length; i++)
		record->rdata[i] = (uint8_t)(hash >> (8 * (i % 8)));
}

void
redact_record(const struct redactor *redactor, struct dns_record *record)
{
	struct ip_addr ip;

	redact_name(redactor, &record->owner);
	switch (record->type) {
	case DNS_TYPE_A:
	case DNS_TYPE_AAAA:
		if (dns_record_address(record, &ip)) {
			redact_address(redactor, &ip);
			replace_rdata(record, 0, ip.bytes, record->length);
		}
		return;
	case DNS_TYPE_MX:
		redact_last_name(redactor, record, 2);
		return;
	case DNS_TYPE_NS:
	case DNS_TYPE_CNAME:
	case DNS_TYPE_PTR:
	case DNS_TYPE_DNAME:
		redact_last_name(redactor, record, 0);
		return;
	case DNS_TYPE_TXT:
		redact_txt(redactor, record);
		return;
	case DNS_TYPE_TLSA:
		redact_octets(redactor, record, 3);
		return;
	default:
		/* No type that matters here: the record stays, as an unknown one of no octets. */
		record->type = TYPE_PRIVATE;
		replace_rdata(record, 0, "", 0);
	}
}
