/*
 * Inside the room: what the parts of the TLS client share - tls.c makes the context and judges
 * chains by trust anchors, tls_dane.c judges them by TLSA records.
 */
#ifndef NET_TLS_CLIENT_H
#define NET_TLS_CLIENT_H

#include <stdbool.h>

#include <openssl/ssl.h>

struct tls_client {
	SSL_CTX *context; /* of the probes */
	X509_STORE *store; /* trust anchors, for judging afterwards */
	bool system_store_due; /* the platform's own paths are still to be added */
};

#endif
