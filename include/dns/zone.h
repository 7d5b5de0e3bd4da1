/*
 * Zone text (RFC 1035 5) into records, by ldns. The laboratory and the tests speak it.
 */
#ifndef DNS_ZONE_H
#define DNS_ZONE_H

#include "dns/name.h"
#include "dns/record.h"

/*
 * Parses zone text. origin may be NULL (then every name must be absolute, or the text must set
 * $ORIGIN); ttl is used where neither the record nor $TTL gives one. Returns NULL and
 * appends the records in order, or returns a sentence with the line number that
 * the caller frees, and appends nothing. $INCLUDE is refused.
 */
char *dns_zone_parse(
    const char *text, const struct dns_name *origin, uint32_t ttl, struct dns_records *records);

#endif
