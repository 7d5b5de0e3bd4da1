/*
 * A domain that wants to harm whoever looks at it: every control character, C1 in both forms, bidi
 * controls and octets that are no UTF-8, in greeting, keywords and refusals, in a certificate's
 * fields, in TXT records and in names. A nameserver and two mail servers on loopback ports.
 *
 * Prints "DNS PORT PORT" - of the nameserver, of the mail server with hostile words, of the one
 * with a hostile certificate - and serves until its standard input ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include <event2/event.h>

#include "util/buf.h"
#include "dns/zone.h"
#include "lab/authority.h"
#include "lab/certificate.h"
#include "lab/mailserver.h"
#include "lab/nameserver.h"
#include "lab/scenario.h"

#include "lab/bench.h"
#include "lab/fake_certificates.h"
#include "lab/fake_smtp.h"

/* Characters that must not reach a terminal, beside C0, DEL and C1. */
static const char *const lies[] = {
	"\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD",
	"\xE2\x80\xAE", /* embeddings */
	"\xE2\x81\xA6", "\xE2\x81\xA7", "\xE2\x81\xA8", "\xE2\x81\xA9", /* isolates */
	"\xE2\x80\x8E", "\xE2\x80\x8F", "\xD8\x9C", /* marks */
};

/* Appends every octet and character that is hostile, NUL and LF aside: as bytes. */
static void
add_bytes(struct buf *out)
{
	for (int c = 1; c < 0x20; c++) {
		if (c != '\n')
			buf_addc(out, (char)c);
	}
	buf_addc(out, 0x7F);
	for (int c = 0x80; c < 0xA0; c++) {
		buf_addc(out, (char)c); /* C1 as a single octet */
		buf_addc(out, (char)0xC2); /* and as UTF-8 */
		buf_addc(out, (char)c);
	}
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
		buf_adds(out, lies[i]);
	buf_adds(out, "\x1B[2J\x1B]0;title\x07");
}

/* How a notation spells an octet. */
typedef void spelling(struct buf *out, unsigned octet);

/* "\xNN", as scripts have it. */
static void
as_hex(struct buf *out, unsigned octet)
{
	buf_addf(out, "\\x%02x", octet);
}

/* "\DDD", as zone text has it. */
static void
as_decimal(struct buf *out, unsigned octet)
{
	buf_addf(out, "\\%03u", octet);
}

/* Appends the same, and NUL, spelled so. */
static void
add_escaped(struct buf *out, spelling *spell)
{
	struct buf bytes = BUF_INIT;

	spell(out, 0);
	add_bytes(&bytes);
	for (size_t i = 0; i < bytes.length; i++)
		spell(out, (unsigned char)bytes.data[i]);
	buf_clear(&bytes);
}

/* --- the mail server with hostile words ---------------------------------------------- */

/* Starts it; the script outlives the program. */
static struct mailserver *
serve_words(struct bench *bench, struct lab_host *host, const struct script *usual,
    struct certifier *certifier)
{
	static char name[] = "mx.hostile.example";
	struct buf script = BUF_INIT;
	struct mailserver *server;
	char *error;

	buf_adds(&script, "S: 220 mx ESMTP ");
	add_escaped(&script, as_hex);
	buf_adds(&script, "\nC: EHLO *\nS: 250-mx ");
	add_escaped(&script, as_hex);
	buf_adds(&script, "\nS: 250-SIZE ");
	add_escaped(&script, as_hex);
	buf_adds(&script, "\nS: 250 X");
	add_escaped(&script, as_hex);
	buf_adds(&script, "\nC: RCPT TO:*\nS: 550 5.1.1 ");
	add_escaped(&script, as_hex);
	buf_adds(&script, "\nC: QUIT\nS: 221 ");
	add_escaped(&script, as_hex);
	buf_adds(&script, "\nclose\n");
	host->name = name;
	assert_null(script_parse(&host->script, script.data));
	buf_clear(&script);
	server = mailserver_new(bench->base, host, usual, certifier, &error);
	assert_non_null(server);
	return server;
}

/* --- the mail server with a hostile certificate ----------------------------------------- */

/* Appends the hostile bytes that OpenSSL's notation of names lets through. */
static void
add_name_bytes(struct buf *out)
{
	struct buf bytes = BUF_INIT;

	add_bytes(&bytes);
	for (size_t i = 0; i < bytes.length; i++) {
		char c = bytes.data[i];

		if (c != '\t' && c != '\r' && c != '\v' && c != '\f')
			buf_addc(out, c);
	}
	buf_clear(&bytes);
}

/* The certificate, issued by a root whose name is as bad. */
static SSL_CTX *
hostile_identity(void)
{
	struct buf common = BUF_INIT, names = BUF_INIT;
	struct fake_certificate root, leaf;
	const struct fake_certificate *const others[] = { &root, NULL };
	SSL_CTX *context;

	buf_adds(&common, "x");
	for (int c = 1; c < 0x20; c++)
		buf_addc(&common, (char)c);
	buf_addc(&common, 0x7F);
	for (int c = 0x80; c < 0xA0; c++) {
		buf_addc(&common, (char)0xC2);
		buf_addc(&common, (char)c);
	}
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
		buf_adds(&common, lies[i]);
	buf_adds(&names, "DNS:mx");
	add_name_bytes(&names);
	buf_adds(&names, ".example");
	root = fake_certificate_make(&(const struct fake_wish){
	    .common_name = common.data, .authority = 1, .from_days = -1, .to_days = 9 });
	leaf = fake_certificate_make(&(const struct fake_wish){ .common_name = common.data,
	    .names = names.data,
	    .issuer = &root,
	    .from_days = -1,
	    .to_days = 9 });
	context = fake_server_context(&leaf, others);
	fake_certificate_clear(&leaf);
	fake_certificate_clear(&root);
	buf_clear(&common);
	buf_clear(&names);
	return context;
}

/* --- the names ------------------------------------------------------------------------ */

/* Appends a TXT record: what it begins with, then everything hostile. */
static void
add_txt(struct buf *zone, const char *owner, const char *begins)
{
	buf_addf(zone, "%s TXT \"%s", owner, begins);
	add_escaped(zone, as_decimal);
	buf_adds(zone, "\"\n");
}

/* Fills the name space. */
static void
fill(struct authority *authority)
{
	struct dns_records records = { 0 };
	struct dns_name origin;
	struct buf zone = BUF_INIT;
	char *sentence;

	buf_adds(&zone, "@ MX 10 mx\nmx A 127.0.0.1\n");
	buf_adds(&zone, "@ MX 20 a\\000\\027[2J\\155\\226\\128\\174\\127b\n");
	buf_adds(&zone, "a\\000\\027[2J\\155\\226\\128\\174\\127b A 127.0.0.1\n");
	buf_adds(&zone, "alias CNAME a\\027\\155b\na\\027\\155b MX 10 mx\n");
	buf_adds(
	    &zone, "1.0.0.127.in-addr.arpa. PTR p\\027\\155\\226\\128\\174.hostile.example.\n");
	add_txt(&zone, "@", "v=spf1 ");
	add_txt(&zone, "_dmarc", "v=DMARC1; p=reject; rua=mailto:");
	add_txt(&zone, "_mta-sts", "v=STSv1; id=");
	add_txt(&zone, "_smtp._tls", "v=TLSRPTv1; rua=mailto:");
	assert_int_equal(dns_name_parse(&origin, "hostile.example."), 0);
	sentence = dns_zone_parse(zone.data, &origin, 300, &records);
	if (sentence)
		fail_msg("%s", sentence);
	authority_add_records(authority, &records);
	authority_seal(authority);
	dns_records_clear(&records);
	buf_clear(&zone);
}

/* libevent: whoever started us has gone. */
static void
on_input(evutil_socket_t fd, short what, void *context)
{
	char bytes[64];

	(void)what;
	if (read(fd, bytes, sizeof bytes) <= 0)
		event_base_loopbreak(context);
}

int
main(void)
{
	static struct lab_host host;
	static struct script usual;
	struct authority *authority = authority_new();
	struct certifier *certifier = certifier_new();
	struct nameserver *nameserver;
	struct mailserver *words;
	struct fake_smtp certificate;
	struct bench bench;
	struct event *input;
	SSL_CTX *identity;
	char *error;

	bench_open(&bench);
	assert_null(script_parse(&usual,
	    "S: 220 mx\nC: STARTTLS\nS: 220 Go\nstarttls\nC: MAIL*\nS: 250 Ok\n"
	    "C: *\nS: 250 Ok\n"));
	fill(authority);
	identity = hostile_identity();
	nameserver = nameserver_new(bench.base, authority, NULL, &error);
	assert_non_null(nameserver);
	words = serve_words(&bench, &host, &usual, certifier);
	fake_smtp_start(&certificate, &bench, fake_smtp_good, identity);
	printf("%u %u %u\n", nameserver_endpoint(nameserver).port,
	    mailserver_endpoint(words).port, certificate.endpoint.port);
	fflush(stdout);
	input = event_new(bench.base, STDIN_FILENO, EV_READ | EV_PERSIST, on_input, bench.base);
	event_add(input, NULL);
	event_base_loop(bench.base, 0);
	event_free(input);
	fake_smtp_stop(&certificate);
	SSL_CTX_free(identity);
	mailserver_free(words);
	certifier_free(certifier);
	nameserver_free(nameserver);
	authority_free(authority);
	script_clear(&host.script);
	script_clear(&usual);
	bench_close(&bench);
	return 0;
}
