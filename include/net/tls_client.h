/*
 * Inside the room: what the parts of the TLS client share - tls.c makes the context and judges
 * chains by trust anchors, tls_dane.c judges them by TLSA records.
 */
#ifndef NET_TLS_CLIENT_H
#define NET_TLS_CLIENT_H

#include <stdbool.h>

#include <openssl/ssl.h>

struct bufferevent;

struct tls_client {
	SSL_CTX *context; /* of the probes */
	SSL_CTX *https; /* of HTTPS; NULL before the first one */
	X509_STORE *store; /* trust anchors, for judging afterwards */
	bool system_store_due; /* the platform's own paths are still to be added */
};

/* Sets the name of server_name (RFC 6066 3); one that is no host name is not sent. */
void tls_set_server_name(SSL *ssl, const char *server_name);

/* Adds the platform's trust store at the first certificate, not when the program starts. */
void tls_complete_store(struct tls_client *client);

/*
 * Returns the sentence for what OpenSSL holds against the connection (the caller frees it), NULL
 * when that is nothing. Asked once.
 */
char *tls_reason(struct bufferevent *secured);

#endif
