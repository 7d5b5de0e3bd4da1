/*
 * What both report forms tell of an exchange, in the words of contract.md section 2.
 */
#ifndef APP_REPORT_EXCHANGE_H
#define APP_REPORT_EXCHANGE_H

#include "mail/facts.h"

/*
 * What came of an exchange's address questions, as one word: "answer" when there is an address; else the
 * outcome that leaves most open ("servfail", "timeout" ... before "nxdomain" before "nodata");
 * "literal", "null", "localhost" or "invalid" where no question was asked.
 */
const char *report_exchange_outcome(const struct mail_facts *facts, size_t exchange);

/* The address answer to take TTL and alias chain from: A before AAAA; NULL when none came. */
const struct dns_result *report_exchange_result(
    const struct mail_facts *facts, size_t exchange);

/*
 * What DNSSEC says of the exchange's addresses: of two answers with addresses the less certain one's
 * word, else that of report_exchange_result(), which is given here and not NULL.
 */
enum dns_security report_exchange_security(
    const struct mail_facts *facts, size_t exchange, const struct dns_result *result);

#endif
