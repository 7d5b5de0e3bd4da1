/*
 * What is under study: a domain, a mail address, or an address literal (RFC 5321 4.1.2, 4.1.3).
 */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include <stdbool.h>

#include "dns/name.h"
#include "util/ip.h"

struct mail_subject {
	char *typed; /* as the user gave it, printable */
	char *local_part; /* NULL when only a domain was given */
	struct dns_name domain; /* A-labels, lower case; length 0 for an address literal */
	char *ascii; /* the domain as text without final dot, or "[192.0.2.1]" */
	char *
	    unicode; /* the domain as it is shown: with U-labels, or mail_subject_show_ascii() */
	struct ip_addr literal; /* family 0 unless user@[192.0.2.1] or user@[IPv6:...] */
};

/*
 * Parses "example.net", "bücher.example", "user@example.net", "user@[192.0.2.1]",
 * "user@[IPv6:2001:db8::1]"; surrounding blanks and one final dot are forgiven. Returns NULL
 * and fills *subject (clear it with mail_subject_clear()), or a sentence that says what was
 * expected, which the caller frees.
 */
char *mail_subject_parse(struct mail_subject *subject, const char *typed);

/* Has the domain shown in its A-labels, where a terminal has no letters for others (RFC 5890 2.3.2.1). */
void mail_subject_show_ascii(struct mail_subject *subject);

/* The domain with U-labels, however it is shown; the caller frees it. */
char *mail_subject_unicode(const struct mail_subject *subject);

void mail_subject_copy(struct mail_subject *to, const struct mail_subject *from);
void mail_subject_clear(struct mail_subject *subject);

#endif
