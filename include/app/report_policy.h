/*
 * What TLS policies say of one address, in words that reports share.
 */
#ifndef APP_REPORT_POLICY_H
#define APP_REPORT_POLICY_H

#include <stddef.h>

#include "mail/facts.h"
#include "util/buf.h"

/*
 * Appends ", DANE verified, MTA-STS matches"; nothing where there are no TLSA records and no policy.
 */
void report_policy_words(struct buf *out, const struct mail_facts *facts, size_t target);

#endif
