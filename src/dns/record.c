/*
 * Records in memory: lists that own their rdata, and the fields of the types that mail needs.
 *
 * Decides nothing about trust: rdata came through message.c or zone.c, which checked its shape,
 * yet every accessor here measures again and refuses what does not fit. Presentation form is
 * left to message.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "util/wire.h"
#include "dns/record.h"

uint32_t
dns_ttl_kept(uint32_t ttl)
{
	if (ttl > INT32_MAX)
		return 0;
	return ttl < DNS_TTL_MAX ? ttl : DNS_TTL_MAX;
}

void
dns_records_reserve(struct dns_records *list, size_t more)
{
	if (list->count + more <= list->capacity)
		return;
	list->capacity = list->count + more;
	list->items = mem_realloc(list->items, list->capacity, sizeof *list->items);
}

void
dns_records_add(struct dns_records *list, const struct dns_record *record)
{
	list->items = mem_grow(list->items, list->count, &list->capacity, sizeof *list->items);
	memcpy(&list->items[list->count++], record,
	    offsetof(struct dns_record, owner.wire) + record->owner.length);
}

void
dns_records_copy(struct dns_records *list, const struct dns_record *record)
{
	struct dns_record copy = *record;

	copy.rdata = mem_dup(record->rdata, record->length);
	dns_records_add(list, &copy);
}

void
dns_records_truncate(struct dns_records *list, size_t count)
{
	while (list->count > count)
		free(list->items[--list->count].rdata);
}

void
dns_records_clear(struct dns_records *list)
{
	dns_records_truncate(list, 0);
	free(list->items);
	*list = (struct dns_records){ 0 };
}

/* Takes the name that fills the rdata from `at` to its end. */
static bool
last_name(const struct dns_record *record, size_t at, struct dns_name *name)
{
	struct dns_name parsed;

	if (record->length <= at)
		return false;
	if (dns_name_from_wire(&parsed, record->rdata + at, record->length - at) !=
	    record->length - at)
		return false;
	*name = parsed;
	return true;
}

bool
dns_record_mx(const struct dns_record *record, uint16_t *preference, struct dns_name *exchange)
{
	if (record->type != DNS_TYPE_MX || !last_name(record, 2, exchange))
		return false;
	*preference = wire_get16(record->rdata);
	return true;
}

bool
dns_record_address(const struct dns_record *record, struct ip_addr *ip)
{
	bool is_address = (record->type == DNS_TYPE_A && record->length == 4) ||
	    (record->type == DNS_TYPE_AAAA && record->length == 16);

	if (is_address)
		*ip = ip_from_bytes(record->rdata, record->length);
	return is_address;
}

bool
dns_record_target(const struct dns_record *record, struct dns_name *target)
{
	switch (record->type) {
	case DNS_TYPE_CNAME:
	case DNS_TYPE_DNAME:
	case DNS_TYPE_NS:
	case DNS_TYPE_PTR:
		return last_name(record, 0, target);
	}
	return false;
}

bool
dns_record_soa(const struct dns_record *record, uint32_t *serial, uint32_t *minimum)
{
	enum {
		NUMBERS = 5 * 4, /* SERIAL REFRESH RETRY EXPIRE MINIMUM */
	};
	const uint8_t *rdata = record->rdata;
	struct dns_name name;
	size_t at, used;

	if (record->type != DNS_TYPE_SOA || record->length == 0)
		return false;
	at = dns_name_from_wire(&name, rdata, record->length);
	used = at ? dns_name_from_wire(&name, rdata + at, record->length - at) : 0;
	at += used;
	if (used == 0 || record->length - at != NUMBERS)
		return false;
	*serial = wire_get32(rdata + at);
	*minimum = wire_get32(rdata + at + 16);
	return true;
}

bool
dns_record_txt(const struct dns_record *record, struct buf *out)
{
	size_t before = out->length;

	if (record->type != DNS_TYPE_TXT)
		return false;
	buf_add(out, "", 0);
	for (size_t at = 0; at < record->length;) {
		size_t n = record->rdata[at++];

		if (n > record->length - at) {
			buf_truncate(out, before);
			return false;
		}
		buf_add(out, record->rdata + at, n);
		at += n;
	}
	return true;
}

static const struct {
	uint16_t type;
	const char *text;
} type_names[] = {
	{ DNS_TYPE_A, "A" },
	{ DNS_TYPE_NS, "NS" },
	{ DNS_TYPE_CNAME, "CNAME" },
	{ DNS_TYPE_SOA, "SOA" },
	{ DNS_TYPE_PTR, "PTR" },
	{ DNS_TYPE_MX, "MX" },
	{ DNS_TYPE_TXT, "TXT" },
	{ DNS_TYPE_AAAA, "AAAA" },
	{ DNS_TYPE_SRV, "SRV" },
	{ DNS_TYPE_DNAME, "DNAME" },
	{ DNS_TYPE_OPT, "OPT" },
	{ DNS_TYPE_DS, "DS" },
	{ DNS_TYPE_RRSIG, "RRSIG" },
	{ DNS_TYPE_NSEC, "NSEC" },
	{ DNS_TYPE_DNSKEY, "DNSKEY" },
	{ DNS_TYPE_NSEC3, "NSEC3" },
	{ DNS_TYPE_NSEC3PARAM, "NSEC3PARAM" },
	{ DNS_TYPE_TLSA, "TLSA" },
	{ DNS_TYPE_TSIG, "TSIG" },
	{ DNS_TYPE_ANY, "ANY" },
	{ DNS_TYPE_CAA, "CAA" },
};

enum {
	TYPE_TEXT_MAX = 12
};

const char *
dns_type_text(uint16_t type, char out[12])
{
	for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++) {
		if (type_names[i].type == type) {
			snprintf(out, TYPE_TEXT_MAX, "%s", type_names[i].text);
			return out;
		}
	}
	snprintf(out, TYPE_TEXT_MAX, "TYPE%u", (unsigned)type);
	return out;
}

bool
dns_type_parse(const char *text, uint16_t *type)
{
	long number;

	for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++) {
		if (text_equal_nocase(text, type_names[i].text)) {
			*type = type_names[i].type;
			return true;
		}
	}
	if (!text_prefix_nocase(text, "TYPE") || !text_number(text + 4, 0, 65535, &number))
		return false;
	*type = (uint16_t)number;
	return true;
}
