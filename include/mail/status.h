/*
 * The enhanced status code (RFC 3463) that a sender would report after a probe that did not end
 * well: the server's own where it gave one, else by reply code and stage.
 */
#ifndef MAIL_STATUS_H
#define MAIL_STATUS_H

#include <stdbool.h>

#include "smtp/facts.h"

enum {
	MAIL_STATUS_MAX = 16
};

/* Writes the code, "4.4.1", for a finished probe that was not accepted. Returns out. */
const char *mail_status(const struct smtp_facts *probe, char out[MAIL_STATUS_MAX]);

/*
 * True when the reply that ended the dialogue spoke of the message's envelope - MAIL or RCPT -
 * and not of the connection.
 */
bool mail_status_is_envelope(const struct smtp_facts *probe);

/* True where the dialogue stands between STARTTLS and the EHLO inside TLS, where only a client comes that begins TLS. */
bool mail_status_is_of_tls(const struct smtp_facts *probe);

#endif
