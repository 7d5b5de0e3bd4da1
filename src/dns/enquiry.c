/*
 * Replies of single servers: decides which of them say something, and which codes are a server's way
 * to say that it does not hold the zone (RFC 1912 2.8 calls it lame). What follows from that is left
 * to those who asked.
 */
#include <string.h>

#include "dns/enquiry.h"

enum {
	RCODE_NOERROR = 0,
	RCODE_NXDOMAIN = 3,
	RCODE_REFUSED = 5,
	RCODE_NOTAUTH = 9,
};

/* What came instead of a sound reply. */
static enum dns_enquiry_end
end_without_reply(const struct dns_result *result)
{
	if (result->outcome == DNS_TIMEOUT)
		return ENQUIRY_SILENT;
	if (dns_result_is_refused(result))
		return ENQUIRY_CLOSED;
	return result->outcome == DNS_UNREACHABLE ? ENQUIRY_UNREACHABLE : ENQUIRY_MALFORMED;
}

enum dns_enquiry_end
dns_enquiry_read(const struct dns_result *result, struct dns_message *message)
{
	memset(message, 0, sizeof *message);
	if (result->reply == NULL ||
	    dns_message_parse(message, result->reply, result->reply_length) != NULL) {
		memset(message, 0, sizeof *message);
		return end_without_reply(result);
	}
	if (message->rcode == RCODE_REFUSED || message->rcode == RCODE_NOTAUTH)
		return ENQUIRY_DISCLAIMED;
	return message->rcode == RCODE_NOERROR || message->rcode == RCODE_NXDOMAIN
	    ? ENQUIRY_SOUND
	    : ENQUIRY_FAILED;
}
