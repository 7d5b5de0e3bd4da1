/*
 * Trust anchors: the DS and DNSKEY records that a chain of trust begins with.
 */
#ifndef DNS_ANCHOR_H
#define DNS_ANCHOR_H

#include "dns/record.h"

/*
 * Reads the DS and DNSKEY records of zone-form text, of any owner, such as Debian's
 * /usr/share/dns/root.key or the files of unbound-anchor; other records are passed over. Returns
 * NULL and appends them, or a sentence that the caller frees and appends nothing.
 */
char *dns_anchors_parse(const char *text, struct dns_records *anchors);

/*
 * Appends the root's trust anchors that this program was built with (IANA, key tags 20326 and
 * 38696), for systems without a file of them.
 */
void dns_anchors_builtin(struct dns_records *anchors);

#endif
