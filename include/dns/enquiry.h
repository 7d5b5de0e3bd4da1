/*
 * What a machine that looks at servers wants asked next, the trace and the comparison, and what a
 * server's reply comes to.
 */
#ifndef DNS_ENQUIRY_H
#define DNS_ENQUIRY_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/message.h"
#include "dns/result.h"
#include "util/ip.h"

struct dns_enquiry {
	uint32_t tag; /* for the reply */
	bool resolve; /* ask a resolver; else exactly this server, its reply kept whole ... */
	bool iterative; /* ... and without RD */
	struct endpoint server;
	struct dns_question question;
};

/* What came of asking one server. */
enum dns_enquiry_end {
	ENQUIRY_SOUND, /* NOERROR or NXDOMAIN: what the message says */
	ENQUIRY_DISCLAIMED, /* REFUSED or NOTAUTH: a server without the zone says so */
	ENQUIRY_FAILED, /* another error */
	ENQUIRY_SILENT,
	ENQUIRY_CLOSED, /* its host refuses the connection to the port */
	ENQUIRY_UNREACHABLE,
	ENQUIRY_MALFORMED, /* nothing that could be taken apart */
};

/*
 * Takes the reply of a result apart, as far as there is one. *message is to be cleared whatever it
 * came to; its rcode is 0 where there is no reply.
 */
enum dns_enquiry_end dns_enquiry_read(
    const struct dns_result *result, struct dns_message *message);

#endif
