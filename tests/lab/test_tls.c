/*
 * What is told of a TLS handshake: the chain judged against our trust anchors, the name, the
 * dates, all of it printable; and that old servers are described, not refused. Each row is a
 * real handshake with a server that shows certificates made for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "util/buf.h"
#include "util/span.h"
#include "util/text.h"
#include "net/prober.h"
#include "net/tls.h"
#include "lab/bench.h"
#include "lab/fake_certificates.h"
#include "lab/fake_smtp.h"

enum {
	DAY = 86400
};

/* The signers of all tests: made once. */
static struct signers {
	struct fake_certificate root, intermediate, old_intermediate, stranger;
	char *root_pem;
} signers;

/* Makes a certificate that may sign others. */
static struct fake_certificate
make_signer(const char *name, const struct fake_certificate *issuer, long from, long to)
{
	return fake_certificate_make(&(const struct fake_wish){ .common_name = name,
	    .issuer = issuer,
	    .authority = 1,
	    .from_days = from,
	    .to_days = to });
}

/* cmocka: makes the signers. */
static int
make_signers(void **state)
{
	(void)state;
	signers.root = make_signer("root", NULL, -10, 100);
	signers.intermediate = make_signer("intermediate", &signers.root, -10, 100);
	signers.old_intermediate = make_signer("old intermediate", &signers.root, -10, -1);
	signers.stranger = make_signer("stranger", NULL, -10, 100);
	signers.root_pem = fake_certificate_pem(&signers.root);
	return 0;
}

/* cmocka: frees the signers. */
static int
free_signers(void **state)
{
	(void)state;
	fake_certificate_clear(&signers.root);
	fake_certificate_clear(&signers.intermediate);
	fake_certificate_clear(&signers.old_intermediate);
	fake_certificate_clear(&signers.stranger);
	free(signers.root_pem);
	return 0;
}

/* The callback: keeps the last facts. */
static void
on_report(void *context, uint64_t owner, uint32_t tag, const struct smtp_facts *facts)
{
	struct smtp_facts **kept = context;

	(void)owner;
	(void)tag;
	smtp_facts_free(*kept);
	*kept = smtp_facts_clone(facts);
}

/* A loop's end: the last report has come. */
static bool
has_ended(const void *context)
{
	const struct smtp_facts *const *kept = context;

	return *kept && (*kept)->ended_us != 0;
}

/*
 * Probes a server with this TLS context and returns the facts; free them with
 * smtp_facts_free().
 */
static struct smtp_facts *
shake_hands(SSL_CTX *server_tls, struct tls_client *client, const char *host)
{
	struct bench bench;
	struct fake_smtp server;
	struct smtp_facts *kept = NULL;
	char helo[] = "probe.example";
	struct prober_settings settings = { .helo = helo, .patience_us = 30 * SPAN_SECOND };
	struct prober *prober;

	bench_open(&bench);
	fake_smtp_start(&server, &bench, fake_smtp_good, server_tls);
	prober = prober_new(bench.base, bench.dialler, client, &settings, on_report, &kept);
	prober_start(prober,
	    &(const struct probe_request){
		.target = server.endpoint, .host = host, .mail_from = "" });
	bench_run_until(&bench, has_ended, &kept);
	prober_free(prober);
	fake_smtp_stop(&server);
	bench_close(&bench);
	return kept;
}

/* Returns a client that trusts the root of this test alone. */
static struct tls_client *
new_client(void)
{
	char *error;
	struct tls_client *client = tls_client_new(NULL, &error);

	assert_non_null(client);
	assert_null(error);
	assert_true(tls_client_trust(client, signers.root_pem));
	return client;
}

/* Shows a server with the leaf (cleared) and others; returns the facts for the host. */
static struct smtp_facts *
show(struct fake_certificate leaf, const struct fake_certificate *const *others,
    const char *host)
{
	SSL_CTX *context = fake_server_context(&leaf, others);
	struct tls_client *client = new_client();
	struct smtp_facts *facts = shake_hands(context, client, host);

	tls_client_free(client);
	SSL_CTX_free(context);
	fake_certificate_clear(&leaf);
	assert_int_equal(facts->outcome, SMTP_ACCEPTING);
	assert_true(facts->tls.present);
	return facts;
}

/* The state of the chain, in every way that it can be wrong, and in several at once. */
static void
judges_chains(void **state)
{
	static const struct {
		const char *what;
		const struct fake_certificate *issuer;
		long from, to;
		const struct fake_certificate *shown[3];
		enum tls_chain chain;
	} rows[] = {
		{ "signed by a root we trust", &signers.root, -1, 30, { NULL },
		    TLS_CHAIN_TRUSTED },
		{ "through an intermediate", &signers.intermediate, -1, 30,
		    { &signers.intermediate }, TLS_CHAIN_TRUSTED },
		{ "with the root shown", &signers.intermediate, -1, 30,
		    { &signers.intermediate, &signers.root }, TLS_CHAIN_TRUSTED },
		{ "with something else between", &signers.intermediate, -1, 30,
		    { &signers.stranger, &signers.intermediate }, TLS_CHAIN_TRUSTED },
		{ "expired", &signers.root, -30, -1, { NULL }, TLS_CHAIN_EXPIRED },
		{ "expired above", &signers.old_intermediate, -1, 30,
		    { &signers.old_intermediate }, TLS_CHAIN_EXPIRED },
		{ "of tomorrow", &signers.root, 1, 30, { NULL }, TLS_CHAIN_NOT_YET_VALID },
		{ "of tomorrow, expired above", &signers.old_intermediate, 1, 30,
		    { &signers.old_intermediate }, TLS_CHAIN_EXPIRED },
		{ "self-signed", NULL, -1, 30, { NULL }, TLS_CHAIN_SELF_SIGNED },
		{ "self-signed and expired", NULL, -30, -1, { NULL }, TLS_CHAIN_SELF_SIGNED },
		{ "self-signed, with others behind", NULL, -1, 30,
		    { &signers.intermediate, &signers.root }, TLS_CHAIN_SELF_SIGNED },
		{ "under a strange root", &signers.stranger, -1, 30, { &signers.stranger },
		    TLS_CHAIN_UNTRUSTED },
		{ "under a strange root, expired", &signers.stranger, -30, -1,
		    { &signers.stranger }, TLS_CHAIN_UNTRUSTED },
		{ "without its intermediate", &signers.intermediate, -1, 30, { NULL },
		    TLS_CHAIN_INCOMPLETE },
		{ "without its intermediate, expired", &signers.intermediate, -30, -1, { NULL },
		    TLS_CHAIN_INCOMPLETE },
		{ "with only the root shown", &signers.intermediate, -1, 30, { &signers.root },
		    TLS_CHAIN_INCOMPLETE },
		{ "with only a strange root shown", &signers.intermediate, -1, 30,
		    { &signers.stranger }, TLS_CHAIN_UNTRUSTED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct smtp_facts *facts =
		    show(fake_certificate_make(&(const struct fake_wish){ .common_name = "leaf",
			     .names = "DNS:mx.example.net",
			     .issuer = rows[i].issuer,
			     .from_days = rows[i].from,
			     .to_days = rows[i].to }),
			rows[i].shown, "mx.example.net");

		if (facts->tls.chain != rows[i].chain)
			fail_msg("%s: %s, expected %s", rows[i].what,
			    tls_chain_name(facts->tls.chain), tls_chain_name(rows[i].chain));
		assert_true(facts->tls.name_matches);
		smtp_facts_free(facts);
	}
}

/* Which names match (RFC 9525 6): SANs alone, a wildcard only as the whole leftmost label. */
static void
matches_names(void **state)
{
	static const struct {
		const char *common_name, *names, *host;
		bool matches;
	} rows[] = {
		{ "x", "DNS:mx.example.net", "mx.example.net", true },
		{ "x", "DNS:MX.Example.NET", "mx.example.net", true },
		{ "x", "DNS:a.example.net,DNS:mx.example.net", "mx.example.net", true },
		{ "x", "DNS:*.example.net", "mx.example.net", true },
		{ "x", "DNS:*.example.net", "a.mx.example.net", false },
		{ "x", "DNS:*.example.net", "example.net", false },
		{ "x", "DNS:m*.example.net", "mx.example.net", false },
		{ "x", "DNS:*.net", "mx.example.net", false },
		{ "x", "DNS:example.net", "mx.example.net", false },
		{ "mx.example.net", NULL, "mx.example.net", false },
		{ "mx.example.net", "DNS:other.example", "mx.example.net", false },
		{ "x", "IP:127.0.0.1", NULL, true },
		{ "x", "IP:127.0.0.2", NULL, false },
		{ "x", "DNS:127.0.0.1", NULL, false },
		{ "127.0.0.1", NULL, NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct smtp_facts *facts = show(fake_certificate_make(&(const struct fake_wish){
						    .common_name = rows[i].common_name,
						    .names = rows[i].names,
						    .issuer = &signers.root,
						    .to_days = 30 }),
		    NULL, rows[i].host);

		if (facts->tls.name_matches != rows[i].matches)
			fail_msg("row %zu, %s for %s", i, rows[i].names, rows[i].host);
		assert_int_equal(facts->tls.chain, TLS_CHAIN_TRUSTED);
		smtp_facts_free(facts);
	}
}

/* Names, dates, version and cipher are told; addresses among the names in their usual form. */
static void
tells_the_facts(void **state)
{
	struct smtp_facts *facts;
	char *pem;
	const struct tls_certificate *leaf, *intermediate;
	int64_t now = (int64_t)time(NULL);

	(void)state;
	facts =
	    show(fake_certificate_make(&(const struct fake_wish){ .common_name = "b\xC3\xBC"
										 "cher, Gmbh",
		     .names = "DNS:mx.example.net,IP:192.0.2.1,email:a@example.net,"
			      "IP:2001:DB8:0:0:0:0:0:1",
		     .issuer = &signers.intermediate,
		     .from_days = -3,
		     .to_days = 30 }),
		(const struct fake_certificate *const[]){ &signers.intermediate, NULL },
		"mx.example.net");
	leaf = tls_facts_leaf(&facts->tls);
	intermediate = &facts->tls.certificates[1];
	assert_string_equal(facts->tls.version, "TLSv1.3");
	assert_int_equal(strncmp(facts->tls.cipher, "TLS_", 4), 0);
	assert_string_equal(leaf->subject,
	    "CN=b\xC3\xBC"
	    "cher\\, Gmbh");
	assert_string_equal(leaf->issuer, "CN=intermediate");
	assert_true(llabs(leaf->not_before - (now - 3 * DAY)) < 120);
	assert_true(llabs(leaf->not_after - (now + 30 * DAY)) < 120);
	assert_int_equal(leaf->san_count, 3);
	assert_string_equal(leaf->sans[0], "mx.example.net");
	assert_string_equal(leaf->sans[1], "192.0.2.1");
	assert_string_equal(leaf->sans[2], "2001:db8::1");
	assert_string_equal(leaf->key, "EC P-256");
	assert_string_equal(leaf->signature, "ecdsa-with-SHA256");
	assert_int_equal(strlen(leaf->sha256), 64);
	assert_int_equal(facts->tls.certificate_count, 2);
	assert_string_equal(intermediate->subject, "CN=intermediate");
	assert_string_equal(intermediate->issuer, "CN=root");
	pem = fake_certificate_pem(&signers.intermediate);
	assert_string_equal(intermediate->pem, pem);
	free(pem);
	smtp_facts_free(facts);
}

/* A certificate may hold any bytes; what comes out is printable and bounded. */
static void
makes_everything_printable(void **state)
{
	struct buf names = BUF_INIT, name = BUF_INIT;
	struct smtp_facts *facts;
	const struct tls_certificate *leaf;

	(void)state;
	buf_adds(&names, "DNS:a\x1B[2Jb.example");
	for (int i = 0; i < 300; i++)
		buf_addf(&names, ",DNS:n%d.example", i);
	buf_adds(&name, "evil\xE2\x80\xAE");
	buf_adds(&name, "\x1B]0;title\x07");
	facts = show(
	    fake_certificate_make(&(const struct fake_wish){ .common_name = buf_text(&name),
		.names = buf_text(&names),
		.issuer = &signers.root,
		.to_days = 30 }),
	    NULL, "n299.example");
	leaf = tls_facts_leaf(&facts->tls);
	assert_int_equal(leaf->san_count, TLS_SANS_MAX);
	assert_string_equal(leaf->sans[0], "a\\x1b[2Jb.example");
	for (size_t i = 0; i < leaf->san_count; i++)
		assert_true(text_is_printable(leaf->sans[i], strlen(leaf->sans[i])));
	assert_true(text_is_printable(leaf->subject, strlen(leaf->subject)));
	assert_non_null(strstr(leaf->subject, "evil\\xe2\\x80\\xae"));
	assert_true(facts->tls.name_matches);
	smtp_facts_free(facts);
	buf_clear(&names);
	buf_clear(&name);
}

/* Old versions of TLS are spoken, so that they can be told. */
static void
speaks_old_versions(void **state)
{
	static const struct {
		int version;
		const char *name;
	} rows[] = {
		{ TLS1_VERSION, "TLSv1" },
		{ TLS1_1_VERSION, "TLSv1.1" },
		{ TLS1_2_VERSION, "TLSv1.2" },
		{ TLS1_3_VERSION, "TLSv1.3" },
	};
	struct fake_certificate leaf = fake_certificate_make(&(const struct fake_wish){
	    .common_name = "leaf", .issuer = &signers.root, .to_days = 30 });
	struct tls_client *client = new_client();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		SSL_CTX *context = fake_server_context(&leaf, NULL);
		struct smtp_facts *facts;

		SSL_CTX_set_max_proto_version(context, rows[i].version);
		facts = shake_hands(context, client, "mx.example.net");
		assert_int_equal(facts->outcome, SMTP_ACCEPTING);
		assert_string_equal(facts->tls.version, rows[i].name);
		assert_int_equal(facts->tls.chain, TLS_CHAIN_TRUSTED);
		smtp_facts_free(facts);
		SSL_CTX_free(context);
	}
	tls_client_free(client);
	fake_certificate_clear(&leaf);
}

/* A server that wants a certificate of ours gets none, and the dialogue is told as it ends. */
static void
has_no_certificate_of_its_own(void **state)
{
	struct fake_certificate leaf = fake_certificate_make(&(const struct fake_wish){
	    .common_name = "leaf", .issuer = &signers.root, .to_days = 30 });
	struct tls_client *client = new_client();
	SSL_CTX *context = fake_server_context(&leaf, NULL);
	struct smtp_facts *facts;

	(void)state;
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	facts = shake_hands(context, client, "mx.example.net");
	assert_true(facts->tls.present);
	assert_int_equal(facts->outcome, SMTP_CLOSED);
	smtp_facts_free(facts);
	SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
	facts = shake_hands(context, client, "mx.example.net");
	assert_int_equal(facts->outcome, SMTP_TLS_FAILED);
	assert_non_null(strstr(facts->error, "alert 40"));
	smtp_facts_free(facts);
	SSL_CTX_free(context);
	tls_client_free(client);
	fake_certificate_clear(&leaf);
}

/* Writes text to a new file whose name goes to path. */
static void
write_file(char path[static 32], const char *text)
{
	int fd;

	strcpy(path, "/tmp/mxscope-test-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* Opens a client with this trust file, which holds the text; checks a word of the error. */
static void
assert_ca_file_fails(const char *text, const char *word)
{
	char path[32], *error;

	write_file(path, text);
	assert_null(tls_client_new(path, &error));
	assert_non_null(strstr(error, path));
	assert_non_null(strstr(error, word));
	unlink(path);
	free(error);
}

/* --ca-file: trusted alone; a sentence when it cannot be read or holds no certificate. */
static void
reads_a_trust_file(void **state)
{
	char path[32], *error;
	struct tls_client *client;
	struct fake_certificate leaf = fake_certificate_make(&(const struct fake_wish){
	    .common_name = "leaf", .issuer = &signers.intermediate, .to_days = 30 });
	SSL_CTX *context = fake_server_context(&leaf, NULL);
	char *pem = fake_certificate_pem(&signers.intermediate);
	struct smtp_facts *facts;

	(void)state;
	assert_null(tls_client_new("/nowhere/at/all", &error));
	assert_non_null(strstr(error, "The trust store /nowhere/at/all cannot be read"));
	free(error);
	assert_ca_file_fails("", "does not hold a certificate");
	assert_ca_file_fails("hello\n", "does not hold a certificate");
	assert_ca_file_fails("-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
			     "DEK-Info: AES-256-CBC,00000000000000000000000000000000\n\n"
			     "AAAA\n-----END CERTIFICATE-----\n",
	    "does not hold a certificate");
	write_file(path, pem);
	client = tls_client_new(path, &error);
	assert_non_null(client);
	facts = shake_hands(context, client, NULL);
	assert_int_equal(facts->tls.chain, TLS_CHAIN_TRUSTED);
	assert_false(tls_client_trust(client, "no certificate"));
	smtp_facts_free(facts);
	tls_client_free(client);
	unlink(path);
	free(pem);
	SSL_CTX_free(context);
	fake_certificate_clear(&leaf);
}

/*
 * The platform's own store is used without --ca-file; OpenSSL's variable stands in for it
 * here.
 */
static void
uses_the_system_store(void **state)
{
	char path[32], *error;
	struct fake_certificate leaf = fake_certificate_make(&(const struct fake_wish){
	    .common_name = "leaf", .issuer = &signers.root, .to_days = 30 });
	SSL_CTX *context = fake_server_context(&leaf, NULL);
	struct tls_client *client = tls_client_new(NULL, &error);
	struct smtp_facts *facts;

	(void)state;
	write_file(path, signers.root_pem);
	setenv("SSL_CERT_FILE", path, 1);
	facts = shake_hands(context, client, NULL);
	unsetenv("SSL_CERT_FILE");
	unlink(path);
	assert_int_equal(facts->tls.chain, TLS_CHAIN_TRUSTED);
	smtp_facts_free(facts);
	tls_client_free(client);
	SSL_CTX_free(context);
	fake_certificate_clear(&leaf);
}

/* A folder of certificates by the hash of their subjects is looked into, one at a time. */
static void
uses_a_hashed_folder(void **state)
{
	char folder[] = "/tmp/mxscope-certs-XXXXXX", path[64], *error;
	struct fake_certificate leaf = fake_certificate_make(&(const struct fake_wish){
	    .common_name = "leaf", .issuer = &signers.root, .to_days = 30 });
	SSL_CTX *context = fake_server_context(&leaf, NULL);
	struct tls_client *client = tls_client_new(NULL, &error);
	struct smtp_facts *facts;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/%08lx.0", folder,
	    X509_subject_name_hash(signers.root.certificate));
	file = fopen(path, "w");
	fputs(signers.root_pem, file);
	fclose(file);
	setenv("SSL_CERT_DIR", folder, 1);
	facts = shake_hands(context, client, NULL);
	unsetenv("SSL_CERT_DIR");
	unlink(path);
	rmdir(folder);
	assert_int_equal(facts->tls.chain, TLS_CHAIN_TRUSTED);
	smtp_facts_free(facts);
	tls_client_free(client);
	SSL_CTX_free(context);
	fake_certificate_clear(&leaf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_chains),
		cmocka_unit_test(matches_names),
		cmocka_unit_test(tells_the_facts),
		cmocka_unit_test(makes_everything_printable),
		cmocka_unit_test(speaks_old_versions),
		cmocka_unit_test(has_no_certificate_of_its_own),
		cmocka_unit_test(reads_a_trust_file),
		cmocka_unit_test(uses_the_system_store),
		cmocka_unit_test(uses_a_hashed_folder),
	};

	return cmocka_run_group_tests(tests, make_signers, free_signers);
}
