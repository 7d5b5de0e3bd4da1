/*
 * What a machine that looks at servers wants asked next: the trace and the comparison.
 */
#ifndef DNS_ENQUIRY_H
#define DNS_ENQUIRY_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/result.h"
#include "util/ip.h"

struct dns_enquiry {
	uint32_t tag; /* for the reply */
	bool resolve; /* ask a resolver; else exactly this server, its reply kept whole ... */
	bool iterative; /* ... and without RD */
	struct endpoint server;
	struct dns_question question;
};

#endif
