/*
 * Resource records as this program keeps them: the owner, the numbers and the rdata in
 * uncompressed wire form, already checked against the shape of its type.
 */
#ifndef DNS_RECORD_H
#define DNS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"
#include "util/buf.h"
#include "util/ip.h"

enum dns_type {
	DNS_TYPE_A = 1,
	DNS_TYPE_NS = 2,
	DNS_TYPE_CNAME = 5,
	DNS_TYPE_SOA = 6,
	DNS_TYPE_PTR = 12,
	DNS_TYPE_MX = 15,
	DNS_TYPE_TXT = 16,
	DNS_TYPE_AAAA = 28,
	DNS_TYPE_SRV = 33,
	DNS_TYPE_DNAME = 39,
	DNS_TYPE_OPT = 41,
	DNS_TYPE_DS = 43,
	DNS_TYPE_RRSIG = 46,
	DNS_TYPE_NSEC = 47,
	DNS_TYPE_DNSKEY = 48,
	DNS_TYPE_NSEC3 = 50,
	DNS_TYPE_NSEC3PARAM = 51,
	DNS_TYPE_TLSA = 52,
	DNS_TYPE_TSIG = 250,
	DNS_TYPE_ANY = 255,
	DNS_TYPE_CAA = 257,
};

enum {
	DNS_CLASS_IN = 1,
	DNS_TTL_MAX = 86400, /* a fact about mail older than a day is worth asking again */
};

struct dns_record {
	uint16_t type;
	uint16_t class;
	uint32_t ttl; /* seconds; above 2^31 counts as 0 (RFC 2181 8), capped at one day */
	uint8_t *rdata; /* names inside are uncompressed */
	uint16_t length; /* octets of rdata */
	struct dns_name owner; /* last: few of its octets are used */
};

/* A list of records, in the order in which they were received. It owns their rdata. */
struct dns_records {
	struct dns_record *items;
	size_t count;
	size_t capacity;
};

/* Returns the TTL as this program keeps it: 0 above 2^31 - 1 (RFC 2181 8), at most DNS_TTL_MAX. */
uint32_t dns_ttl_kept(uint32_t ttl);

/* Makes room for so many more records: none is allocated that is not used. */
void dns_records_reserve(struct dns_records *list, size_t more);

/* Appends a record; the list takes its rdata. */
void dns_records_add(struct dns_records *list, const struct dns_record *record);

/* Appends a deep copy of a record. */
void dns_records_copy(struct dns_records *list, const struct dns_record *record);

/* Frees the records behind the first `count`. */
void dns_records_truncate(struct dns_records *list, size_t count);

/* Frees all records and leaves the list empty. */
void dns_records_clear(struct dns_records *list);

/* MX rdata (RFC 1035 3.3.9): false when the record is no MX. */
bool dns_record_mx(
    const struct dns_record *record, uint16_t *preference, struct dns_name *exchange);

/* The address of an A or AAAA record: false for others. */
bool dns_record_address(const struct dns_record *record, struct ip_addr *ip);

/* The one name of CNAME, DNAME, NS or PTR rdata: false for others. */
bool dns_record_target(const struct dns_record *record, struct dns_name *target);

/* The serial and the MINIMUM field of SOA rdata: false for others. */
bool dns_record_soa(const struct dns_record *record, uint32_t *serial, uint32_t *minimum);

/* Appends all strings of a TXT record joined, as raw bytes: false for others. */
bool dns_record_txt(const struct dns_record *record, struct buf *out);

/* Returns "MX", "A" ... or "TYPE123" (RFC 3597) in out. */
const char *dns_type_text(uint16_t type, char out[12]);

/* Reads "mx", "AAAA", "TYPE123": false for anything else. */
bool dns_type_parse(const char *text, uint16_t *type);

#endif
