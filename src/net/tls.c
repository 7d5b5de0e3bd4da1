/*
 * TLS as a probe needs it: as much as possible is accepted in the handshake and as much as
 * possible is told afterwards. Decides which versions and ciphers we offer, how a chain is
 * judged against the trust store (RFC 5280 6), whether a name matches (RFC 9525), and how
 * a broken handshake reads. What follows from it - DANE, MTA-STS, a warning - is left to mail/.
 *
 * We offer TLS 1.0 and weak keys, and connect to servers without secure renegotiation: the
 * purpose is to describe such servers, and no secret ever goes through these connections.
 */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <stdlib.h>

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"
#include "net/certificate.h"
#include "net/tls.h"
#include "net/tls_client.h"

enum {
	ALERT_MAX = 255,
};

/* OpenSSL: lets every chain pass; judge_chain() looks at it after the handshake. */
static int
accept_any_chain(X509_STORE_CTX *verification, void *context)
{
	(void)context;
	X509_STORE_CTX_set_error(verification, X509_V_OK);
	return 1;
}

/* OpenSSL: there is no password for an encrypted PEM block; nobody is asked on the terminal. */
static int
no_password(char *buffer, int size, int writing, void *context)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)context;
	return -1;
}

/* Returns the context that all probes share. */
static SSL_CTX *
new_context(void)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	if (!context)
		return NULL;
	SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
	SSL_CTX_set_cipher_list(context, "DEFAULT");
	SSL_CTX_set_security_level(context, 0);
	SSL_CTX_set_options(
	    context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_LEGACY_SERVER_CONNECT);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_cert_verify_callback(context, accept_any_chain, NULL);
	SSL_CTX_dane_enable(context);
	return context;
}

/* Adds all certificates of a PEM text to the trust anchors and returns how many there were. */
static size_t
add_anchors(X509_STORE *store, BIO *pem)
{
	size_t count = 0;
	X509 *certificate;

	while ((certificate = PEM_read_bio_X509(pem, NULL, no_password, NULL)) != NULL) {
		if (X509_STORE_add_cert(store, certificate))
			count++;
		X509_free(certificate);
	}
	ERR_clear_error();
	return count;
}

/* Begins a sentence about the file. */
static void
add_path(struct buf *sentence, const char *path)
{
	buf_adds(sentence, "The trust store ");
	text_printable(sentence, path, strlen(path));
}

/* Reads the trust anchors from a file; returns NULL, or the sentence why not. */
static char *
load_anchors(X509_STORE *store, const char *ca_file)
{
	struct buf sentence = BUF_INIT;
	BIO *file;
	size_t count;

	errno = 0;
	file = BIO_new_file(ca_file, "r");
	if (!file) {
		add_path(&sentence, ca_file);
		buf_addf(&sentence, " cannot be read: %s.", strerror(errno));
		ERR_clear_error();
		return buf_take(&sentence);
	}
	count = add_anchors(store, file);
	BIO_free(file);
	if (count > 0)
		return NULL;
	add_path(&sentence, ca_file);
	buf_adds(&sentence, " does not hold a certificate in PEM form, as is expected.");
	return buf_take(&sentence);
}

struct tls_client *
tls_client_new(const char *ca_file, char **error)
{
	struct tls_client *client = mem_alloc(sizeof *client);

	client->context = new_context();
	client->store = X509_STORE_new();
	client->system_store_due = ca_file == NULL;
	*error = NULL;
	if (!client->context || !client->store)
		*error = mem_strdup("OpenSSL could not be started");
	else if (ca_file)
		*error = load_anchors(client->store, ca_file);
	if (!*error)
		return client;
	tls_client_free(client);
	return NULL;
}

void
tls_client_free(struct tls_client *client)
{
	if (!client)
		return;
	X509_STORE_free(client->store);
	SSL_CTX_free(client->context);
	SSL_CTX_free(client->https);
	free(client);
}

bool
tls_client_trust(struct tls_client *client, const char *pem)
{
	BIO *text = BIO_new_mem_buf(pem, -1);
	size_t count = text ? add_anchors(client->store, text) : 0;

	BIO_free(text);
	return count > 0;
}

/* Sets the name of server_name (RFC 6066 3); one that is no host name is not sent. */
void
tls_set_server_name(SSL *ssl, const char *server_name)
{
	char *name = mem_strdup(server_name);

	if (name)
		SSL_set_tlsext_host_name(ssl, name);
	free(name);
}

/*
 * Callbacks are deferred because libevent otherwise tells the end of a TLS session before the
 * last bytes that were decrypted with it: a final "421 closing" would be lost.
 */
struct bufferevent *
tls_client_start(struct tls_client *client, struct bufferevent *plain, const char *server_name)
{
	SSL *ssl = SSL_new(client->context);
	struct bufferevent *secured;

	if (!ssl)
		return NULL;
	tls_set_server_name(ssl, server_name);
	secured = bufferevent_openssl_filter_new(bufferevent_get_base(plain), plain, ssl,
	    BUFFEREVENT_SSL_CONNECTING, BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (secured)
		bufferevent_openssl_set_allow_dirty_shutdown(secured, 1);
	return secured;
}

/* What a verification error says about the chain; those not listed leave it untrusted. */
static const struct {
	int error;
	enum tls_chain chain;
} chain_errors[] = {
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, TLS_CHAIN_SELF_SIGNED },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, TLS_CHAIN_INCOMPLETE },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, TLS_CHAIN_INCOMPLETE },
	{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, TLS_CHAIN_INCOMPLETE },
	{ X509_V_ERR_CERT_HAS_EXPIRED, TLS_CHAIN_EXPIRED },
	{ X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, TLS_CHAIN_EXPIRED },
	{ X509_V_ERR_CERT_NOT_YET_VALID, TLS_CHAIN_NOT_YET_VALID },
	{ X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, TLS_CHAIN_NOT_YET_VALID },
};

/* Faults in the order in which they matter (see the header). */
static const enum tls_chain chain_order[] = {
	TLS_CHAIN_SELF_SIGNED,
	TLS_CHAIN_UNTRUSTED,
	TLS_CHAIN_INCOMPLETE,
	TLS_CHAIN_EXPIRED,
	TLS_CHAIN_NOT_YET_VALID,
};

/* Returns what a verification error says about the chain. */
static enum tls_chain
chain_of_error(int error)
{
	for (size_t i = 0; i < sizeof chain_errors / sizeof *chain_errors; i++) {
		if (chain_errors[i].error == error)
			return chain_errors[i].chain;
	}
	return TLS_CHAIN_UNTRUSTED;
}

/* OpenSSL: notes each fault of the chain as a bit and goes on, so that all are found. */
static int
collect_fault(int fine, X509_STORE_CTX *verification)
{
	unsigned *faults = X509_STORE_CTX_get_app_data(verification);

	if (!fine)
		*faults |= 1u << chain_of_error(X509_STORE_CTX_get_error(verification));
	return 1;
}

/* True for a file that OpenSSL finds by the hash of a subject: "4a6481c9.0". */
static bool
is_hashed_name(const char *name)
{
	size_t digits = strspn(name, "0123456789abcdef");

	return digits == 8 && name[8] == '.' && name[9] >= '0' && name[9] <= '9';
}

/* True when the folder holds certificates that are looked up one at a time. */
static bool
has_hashed_names(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	bool found = false;

	while (folder && !found && (entry = readdir(folder)) != NULL)
		found = is_hashed_name(entry->d_name);
	if (folder)
		closedir(folder);
	return found;
}

/*
 * Adds the platform's trust store at the first certificate, not when the program starts. Where there is a
 * folder with a file for each authority it is enough: the one file with all of them takes tens of
 * milliseconds to read, in the middle of the first handshake.
 */
void
tls_complete_store(struct tls_client *client)
{
	const char *folder = getenv(X509_get_default_cert_dir_env());

	if (!folder)
		folder = X509_get_default_cert_dir();
	if (!client->system_store_due)
		return;
	client->system_store_due = false;
	if (getenv(X509_get_default_cert_file_env()) || !has_hashed_names(folder) ||
	    !X509_STORE_load_path(client->store, folder))
		X509_STORE_set_default_paths(client->store);
	ERR_clear_error();
}

/*
 * Verifies a certificate now, as a TLS server's, with the help of those that were shown, and
 * returns the faults of its chain as bits. An anchor need not be a root (RFC 5280 6.1.1): who
 * names an intermediate in --ca-file trusts it.
 */
static unsigned
chain_faults(struct tls_client *client, X509 *certificate, struct stack_st_X509 *shown)
{
	X509_STORE_CTX *verification = X509_STORE_CTX_new();
	unsigned faults = 0;

	tls_complete_store(client);
	if (!verification ||
	    !X509_STORE_CTX_init(verification, client->store, certificate, shown)) {
		faults = 1u << TLS_CHAIN_UNTRUSTED;
	} else {
		X509_STORE_CTX_set_default(verification, "ssl_server");
		X509_STORE_CTX_set_flags(verification, X509_V_FLAG_PARTIAL_CHAIN);
		X509_STORE_CTX_set_app_data(verification, &faults);
		X509_STORE_CTX_set_verify_cb(verification, collect_fault);
		if (X509_verify_cert(verification) <= 0 && faults == 0)
			faults = 1u << TLS_CHAIN_UNTRUSTED;
	}
	X509_STORE_CTX_free(verification);
	ERR_clear_error();
	return faults;
}

/*
 * True when the last certificate shown is a root that we do not trust. Whatever may be
 * missing below it, the server means to lead us there.
 */
static bool
ends_in_strange_root(struct tls_client *client, struct stack_st_X509 *shown)
{
	X509 *last = sk_X509_value(shown, sk_X509_num(shown) - 1);

	return (chain_faults(client, last, shown) & 1u << TLS_CHAIN_SELF_SIGNED) != 0;
}

/* Returns the state of the chain: the fault that matters first, or trusted. */
static enum tls_chain
judge_chain(struct tls_client *client, struct stack_st_X509 *chain)
{
	unsigned faults = chain_faults(client, sk_X509_value(chain, 0), chain);

	if (faults & 1u << TLS_CHAIN_INCOMPLETE && ends_in_strange_root(client, chain))
		faults |= 1u << TLS_CHAIN_UNTRUSTED;
	for (size_t i = 0; i < sizeof chain_order / sizeof *chain_order; i++) {
		if (faults & 1u << chain_order[i])
			return chain_order[i];
	}
	return TLS_CHAIN_TRUSTED;
}

/* True when a subjectAltName of the certificate is the host, or without one the address. */
static bool
name_matches(X509 *leaf, const char *host, const struct ip_addr *ip)
{
	if (host)
		return X509_check_host(leaf, host, 0,
			   X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
			       X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
			   NULL) == 1;
	return ip && ip->family != 0 &&
	    X509_check_ip(leaf, ip->bytes, ip->family == 4 ? 4 : 16, 0) == 1;
}

/* Describes the certificates that were shown, the first TLS_CERTIFICATES_MAX. */
static void
describe_chain(struct tls_facts *facts, struct stack_st_X509 *chain)
{
	size_t shown = (size_t)sk_X509_num(chain);
	size_t kept = shown < TLS_CERTIFICATES_MAX ? shown : TLS_CERTIFICATES_MAX;

	facts->certificates = mem_calloc(kept, sizeof *facts->certificates);
	facts->certificate_count = kept;
	facts->certificates_left_out = shown - kept;
	for (size_t i = 0; i < kept; i++)
		certificate_describe(&facts->certificates[i], sk_X509_value(chain, (int)i));
}

void
tls_client_facts(struct tls_client *client, struct bufferevent *secured, const char *host,
    const struct ip_addr *ip, struct tls_facts *facts)
{
	const SSL *ssl = bufferevent_openssl_get_ssl(secured);
	struct stack_st_X509 *chain = SSL_get_peer_cert_chain(ssl);
	X509 *leaf;

	*facts = (struct tls_facts){
		.present = true,
		.version = mem_strdup(SSL_get_version(ssl)),
		.cipher = mem_strdup(SSL_get_cipher_name(ssl)),
		.chain = TLS_CHAIN_UNTRUSTED,
	};
	if (!chain || sk_X509_num(chain) == 0)
		return;
	leaf = sk_X509_value(chain, 0);
	facts->chain = judge_chain(client, chain);
	facts->name_matches = name_matches(leaf, host, ip);
	describe_chain(facts, chain);
}

/*
 * Returns the first OpenSSL error of a bufferevent, 0 for none. libevent hands them out last
 * first, and with them the small SSL_ERROR_* numbers, which are passed over.
 */
static unsigned long
first_error(struct bufferevent *secured)
{
	unsigned long error, first = 0;

	while ((error = bufferevent_get_openssl_error(secured)) != 0) {
		if (ERR_GET_REASON(error) != 0 && ERR_GET_LIB(error) != 0)
			first = error;
	}
	return first;
}

/* Errors that OpenSSL names in words which help nobody. */
static const struct {
	int reason;
	const char *sentence;
} handshake_errors[] = {
	{ SSL_R_WRONG_VERSION_NUMBER,
	    "after agreeing to STARTTLS the server sent something that is not TLS" },
	{ SSL_R_PACKET_LENGTH_TOO_LONG,
	    "after agreeing to STARTTLS the server sent something that is not TLS" },
	{ SSL_R_UNEXPECTED_EOF_WHILE_READING,
	    "the server closed the connection in the midst of TLS" },
	{ SSL_R_UNSUPPORTED_PROTOCOL, "the server wants a version of SSL older than TLS 1.0" },
};

/* Returns the sentence for an error of the handshake that OpenSSL noticed on our side. */
static char *
local_error(unsigned long error)
{
	const char *reason = ERR_reason_error_string(error);
	struct buf sentence = BUF_INIT;

	for (size_t i = 0; i < sizeof handshake_errors / sizeof *handshake_errors; i++) {
		if (handshake_errors[i].reason == ERR_GET_REASON(error))
			return mem_strdup(handshake_errors[i].sentence);
	}
	buf_addf(
	    &sentence, "the TLS handshake failed: %s", reason ? reason : "no reason given");
	return buf_take(&sentence);
}

/* Alerts for which OpenSSL has no words, or too few of them (RFC 8446 6). */
static const struct {
	int alert;
	const char *words;
} alert_words[] = {
	{ 40, "handshake failure: no cipher in common, or it has no certificate" },
	{ 109, "missing extension" },
	{ 115, "unknown PSK identity" },
	{ 116, "certificate required: the server wants one of its clients" },
};

/* Returns the alert that an error tells of, -1 when it tells of none. */
static int
alert_of(unsigned long error)
{
	int alert = ERR_GET_REASON(error) - SSL_AD_REASON_OFFSET;

	return alert < 0 || alert > ALERT_MAX ? -1 : alert;
}

/* Appends an alert as a reader says it: "alert 40 (handshake failure)". */
static void
add_alert(struct buf *out, int alert)
{
	const char *words = SSL_alert_desc_string_long(alert);

	for (size_t i = 0; i < sizeof alert_words / sizeof *alert_words; i++) {
		if (alert_words[i].alert == alert)
			words = alert_words[i].words;
	}
	buf_addf(out, "alert %d (%s)", alert, words);
}

char *
tls_reason(struct bufferevent *secured)
{
	unsigned long error = first_error(secured);
	struct buf sentence = BUF_INIT;

	if (error == 0)
		return NULL;
	if (alert_of(error) < 0)
		return local_error(error);
	buf_adds(&sentence, "the server ended the TLS handshake with ");
	add_alert(&sentence, alert_of(error));
	return buf_take(&sentence);
}

char *
tls_error(struct bufferevent *secured)
{
	char *reason = tls_reason(secured);

	return reason ? reason
		      : mem_strdup("the server broke the connection off in the TLS handshake");
}

char *
tls_fault(struct bufferevent *secured)
{
	unsigned long error = first_error(secured);
	const char *reason = ERR_reason_error_string(error);
	struct buf clause = BUF_INIT;

	if (error == 0)
		return NULL;
	buf_adds(&clause, "TLS ended with ");
	if (alert_of(error) >= 0)
		add_alert(&clause, alert_of(error));
	else
		buf_addf(&clause, "a record that we cannot read (%s)",
		    reason ? reason : "no reason given");
	return buf_take(&clause);
}

void
tls_close(struct bufferevent *secured)
{
	SSL *ssl = bufferevent_openssl_get_ssl(secured);

	if (SSL_is_init_finished(ssl))
		SSL_shutdown(ssl);
	ERR_clear_error();
}
