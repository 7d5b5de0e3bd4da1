/*
 * Internationalised names (RFC 5890-5893, UTS 46 non-transitional), by libidn2.
 */
#ifndef DNS_IDN_H
#define DNS_IDN_H

#include "dns/name.h"

/*
 * Turns what a user typed (UTF-8, U-labels or A-labels, with or without the final dot)
 * into a name. Returns NULL on success, or a static sentence that says what was expected.
 */
const char *idn_to_name(const char *typed, struct dns_name *name);

/*
 * Returns the name with its A-labels as U-labels, as a string that the caller frees. A
 * label that does not decode, or that would not be printable, stays as it is.
 */
char *idn_to_unicode(const struct dns_name *name);

#endif
