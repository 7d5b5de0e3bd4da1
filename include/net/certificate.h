/*
 * An X.509 certificate told as plain data (RFC 5280 4.1). Inside the room: tls.c hands over what
 * OpenSSL has.
 */
#ifndef NET_CERTIFICATE_H
#define NET_CERTIFICATE_H

#include "smtp/tls_facts.h"

struct x509_st;

/*
 * Fills *to, in place of whatever bits are there; the caller clears it with
 * tls_certificate_clear(). Every string is printable, but the PEM text has its line ends.
 */
void certificate_describe(struct tls_certificate *to, struct x509_st *certificate);

#endif
