/*
 * Root hints: where a walk from the root begins.
 */
#ifndef DNS_HINTS_H
#define DNS_HINTS_H

#include "dns/record.h"

/*
 * Reads the NS records of the root and the addresses of its servers from zone-form text, such as
 * Debian's /usr/share/dns/root.hints; other records are passed over. Returns NULL and appends
 * them, or a sentence that the caller frees and appends nothing.
 */
char *dns_hints_parse(const char *text, struct dns_records *hints);

/* Appends the thirteen servers that this program was built with, for systems without a file. */
void dns_hints_builtin(struct dns_records *hints);

#endif
