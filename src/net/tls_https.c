/*
 * TLS for HTTPS, where everything is checked that a probe lets pass: the chain by the trust store,
 * the dates, the name by its subjectAltNames alone (RFC 8461 3.3, RFC 9525 6), TLS 1.2 and up.
 * A handshake that fails any of it is broken off, and the reason told.
 */
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "util/buf.h"
#include "util/mem.h"
#include "net/tls.h"
#include "net/tls_client.h"

/* Returns a session that checks the server's certificate for the host, or NULL. */
static SSL *
new_session(struct tls_client *client, const char *host)
{
	SSL *ssl = client->https ? SSL_new(client->https) : NULL;

	if (!ssl)
		return NULL;
	SSL_set_hostflags(
	    ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
	tls_set_server_name(ssl, host);
	if (SSL_set1_host(ssl, host) == 1)
		return ssl;
	SSL_free(ssl);
	return NULL;
}

/* Makes the context at the first use: most programs' runs need none. */
static void
prepare(struct tls_client *client)
{
	if (client->https)
		return;
	client->https = SSL_CTX_new(TLS_client_method());
	if (!client->https)
		return;
	SSL_CTX_set_min_proto_version(client->https, TLS1_2_VERSION);
	SSL_CTX_set_options(client->https, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_session_cache_mode(client->https, SSL_SESS_CACHE_OFF);
	SSL_CTX_set1_cert_store(client->https, client->store);
	X509_VERIFY_PARAM_set_flags(
	    SSL_CTX_get0_param(client->https), X509_V_FLAG_PARTIAL_CHAIN);
	SSL_CTX_set_verify(client->https, SSL_VERIFY_PEER, NULL);
}

struct bufferevent *
tls_client_https(struct tls_client *client, struct event_base *base, const char *host)
{
	struct bufferevent *secured;
	SSL *ssl;

	tls_complete_store(client);
	prepare(client);
	ssl = new_session(client, host);
	if (!ssl)
		return NULL;
	secured = bufferevent_openssl_socket_new(base, -1, ssl, BUFFEREVENT_SSL_CONNECTING,
	    BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (!secured)
		SSL_free(ssl);
	return secured;
}

/* Errors of verification in words that help. */
static const struct {
	int error;
	const char *reason;
} faults[] = {
	{ X509_V_ERR_HOSTNAME_MISMATCH, "shows a certificate for another name" },
	{ X509_V_ERR_CERT_HAS_EXPIRED, "shows a certificate that has expired" },
	{ X509_V_ERR_CERT_NOT_YET_VALID, "shows a certificate that is not valid yet" },
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "shows a certificate that is self-signed" },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
	    "shows a certificate of an authority that is not trusted here" },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
	    "shows a certificate whose chain does not lead to a trusted authority" },
};

/* Returns a sentence about a verification that failed. */
static char *
verification_fault(long error)
{
	struct buf fault = BUF_INIT;

	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		if (faults[i].error == error)
			return mem_strdup(faults[i].reason);
	}
	buf_addf(&fault, "shows a certificate that does not do: %s",
	    X509_verify_cert_error_string(error));
	return buf_take(&fault);
}

char *
tls_https_fault(struct bufferevent *secured)
{
	SSL *ssl = bufferevent_openssl_get_ssl(secured);
	long verified = SSL_get_verify_result(ssl);
	struct buf fault = BUF_INIT;
	char *error;

	if (verified != X509_V_OK)
		return verification_fault(verified);
	error = tls_reason(secured);
	if (!error)
		return NULL;
	buf_addf(&fault, "cannot be talked to: %s", error);
	free(error);
	return buf_take(&fault);
}
