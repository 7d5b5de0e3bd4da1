/*
 * Trust anchors.
 *
 * Decides what a file of trust anchors may look like: zone text (RFC 1035 5) with DS and DNSKEY
 * records; comments carry the state that some programs keep there. Rolling anchors over
 * (RFC 5011) is left to whoever maintains the file.
 */
#include <stdlib.h>

#include "util/mem.h"
#include "dns/anchor.h"
#include "dns/zone.h"

enum {
	ANCHOR_TTL = 3600, /* where the text gives none; nothing depends on it */
};

/* The DS records of the root, as IANA publishes them (root-anchors.xml). */
static const char builtin[] =
    ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
    ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16\n";

char *
dns_anchors_parse(const char *text, struct dns_records *anchors)
{
	struct dns_name root = { .length = 1 };
	struct dns_records all = { 0 };
	char *fault = dns_zone_parse(text, &root, ANCHOR_TTL, &all);
	size_t before = anchors->count;

	for (size_t i = 0; i < all.count; i++) {
		if (all.items[i].type == DNS_TYPE_DS || all.items[i].type == DNS_TYPE_DNSKEY)
			dns_records_copy(anchors, &all.items[i]);
	}
	dns_records_clear(&all);
	if (!fault && anchors->count == before)
		fault = mem_strdup("a trust anchor file holds DS or DNSKEY records");
	return fault;
}

void
dns_anchors_builtin(struct dns_records *anchors)
{
	free(dns_anchors_parse(builtin, anchors));
}
