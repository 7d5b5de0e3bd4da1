/*
 * The registry of extended DNS errors as a table (RFC 8914 4 and 5.2, and what IANA added since).
 * Decides only what a code is called; codes come from message options (message.c), and what
 * they are shown beside is up to the reader.
 */
#include <stdlib.h>

#include "util/mem.h"
#include "dns/ede.h"

static const char *const purposes[] = {
	[0] = "Other Error",
	[1] = "Unsupported DNSKEY Algorithm",
	[2] = "Unsupported DS Digest Type",
	[3] = "Stale Answer",
	[4] = "Forged Answer",
	[5] = "DNSSEC Indeterminate",
	[6] = "DNSSEC Bogus",
	[7] = "Signature Expired",
	[8] = "Signature Not Yet Valid",
	[9] = "DNSKEY Missing",
	[10] = "RRSIGs Missing",
	[11] = "No Zone Key Bit Set",
	[12] = "NSEC Missing",
	[13] = "Cached Error",
	[14] = "Not Ready",
	[15] = "Blocked",
	[16] = "Censored",
	[17] = "Filtered",
	[18] = "Prohibited",
	[19] = "Stale NXDOMAIN Answer",
	[20] = "Not Authoritative",
	[21] = "Not Supported",
	[22] = "No Reachable Authority",
	[23] = "Network Error",
	[24] = "Invalid Data",
	[25] = "Signature Expired before Valid",
	[26] = "Too Early",
	[27] = "Unsupported NSEC3 Iterations Value",
	[28] = "Unable to conform to policy",
	[29] = "Synthesized",
	[30] = "Invalid Query Type",
};

void
dns_ede_free(struct dns_ede *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(list[i].text);
	free(list);
}

struct dns_ede *
dns_ede_copy(const struct dns_ede *list, size_t count)
{
	struct dns_ede *copy = mem_dup(list, count * sizeof *list);

	for (size_t i = 0; i < count; i++)
		copy[i].text = mem_strdup(list[i].text);
	return copy;
}

const char *
dns_ede_purpose(uint16_t code)
{
	return code < sizeof purposes / sizeof *purposes ? purposes[code] : NULL;
}

void
dns_ede_text(const struct dns_ede *ede, struct buf *out)
{
	const char *purpose = dns_ede_purpose(ede->code);

	buf_addf(out, "%s (EDE %u)", purpose ? purpose : "an error that is not known here",
	    (unsigned)ede->code);
	if (ede->text && *ede->text)
		buf_addf(out, ": \"%s\"", ede->text);
}
