/*
 * Root hints, from a file or from here. Decides only that a file without a single server with an
 * address is of no use. The list is that of IANA of 2024-04-10 (root zone file "named.root").
 */
#include <stdlib.h>

#include "util/buf.h"
#include "util/mem.h"
#include "dns/hints.h"
#include "dns/zone.h"

enum {
	TTL = 3600000
};

static const struct {
	char letter;
	const char *ipv4, *ipv6;
} servers[] = {
	{ 'a', "198.41.0.4", "2001:503:ba3e::2:30" },
	{ 'b', "170.247.170.2", "2801:1b8:10::b" },
	{ 'c', "192.33.4.12", "2001:500:2::c" },
	{ 'd', "199.7.91.13", "2001:500:2d::d" },
	{ 'e', "192.203.230.10", "2001:500:a8::e" },
	{ 'f', "192.5.5.241", "2001:500:2f::f" },
	{ 'g', "192.112.36.4", "2001:500:12::d0d" },
	{ 'h', "198.97.190.53", "2001:500:1::53" },
	{ 'i', "192.36.148.17", "2001:7fe::53" },
	{ 'j', "192.58.128.30", "2001:503:c27::2:30" },
	{ 'k', "193.0.14.129", "2001:7fd::1" },
	{ 'l', "199.7.83.42", "2001:500:9f::42" },
	{ 'm', "202.12.27.33", "2001:dc3::35" },
};

/* True for a record that belongs into hints. */
static bool
is_hint(const struct dns_record *record)
{
	return record->type == DNS_TYPE_A || record->type == DNS_TYPE_AAAA ||
	    (record->type == DNS_TYPE_NS && dns_name_is_root(&record->owner));
}

char *
dns_hints_parse(const char *text, struct dns_records *hints)
{
	struct dns_records all = { 0 };
	size_t names = 0, addresses = 0;
	char *fault = dns_zone_parse(text, NULL, TTL, &all);

	for (size_t i = 0; i < all.count; i++) {
		names += all.items[i].type == DNS_TYPE_NS && is_hint(&all.items[i]);
		addresses += all.items[i].type != DNS_TYPE_NS && is_hint(&all.items[i]);
	}
	if (fault == NULL && (names == 0 || addresses == 0))
		fault = mem_strdup("there is no server of the root with an address in it");
	for (size_t i = 0; fault == NULL && i < all.count; i++) {
		if (is_hint(&all.items[i]))
			dns_records_copy(hints, &all.items[i]);
	}
	dns_records_clear(&all);
	return fault;
}

void
dns_hints_builtin(struct dns_records *hints)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < sizeof servers / sizeof *servers; i++)
		buf_addf(&text,
		    ". NS %1$c.root-servers.net.\n%1$c.root-servers.net. A %2$s\n"
		    "%1$c.root-servers.net. AAAA %3$s\n",
		    servers[i].letter, servers[i].ipv4, servers[i].ipv6);
	free(dns_hints_parse(buf_text(&text), hints));
	buf_clear(&text);
}
