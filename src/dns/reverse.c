/*
 * Addresses as names. Decides the order of octets and nibbles: the last one first, because a name
 * begins with its most special label (RFC 1035 3.5, RFC 3596 2.5).
 */
#include "util/buf.h"
#include "dns/reverse.h"

struct dns_name
dns_reverse_name(const struct ip_addr *ip)
{
	struct dns_name name = { 0 };
	struct buf text = BUF_INIT;

	if (ip->family == 0)
		return name;
	for (int i = 3; ip->family == 4 && i >= 0; i--)
		buf_addf(&text, "%u.", (unsigned)ip->bytes[i]);
	for (int i = 15; ip->family == 6 && i >= 0; i--)
		buf_addf(&text, "%x.%x.", ip->bytes[i] & 0xFu, ip->bytes[i] >> 4u);
	buf_adds(&text, ip->family == 4 ? "in-addr.arpa" : "ip6.arpa");
	dns_name_parse(&name, buf_text(&text));
	buf_clear(&text);
	return name;
}
