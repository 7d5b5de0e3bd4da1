/*
 * A domain that wants to harm whoever looks at it: every control character, C1 in both forms, bidi
 * controls and octets that are no UTF-8, in greetings, keywords and refusals, in a certificate's
 * fields, in TXT and other records, in names, and in MTA-STS policies and what brings them. A
 * nameserver, mail servers and policy hosts, all of them on loopback.
 *
 * Prints "dns PORT", "mail NAME PORT" for each mail server, "policy DOMAIN WORD" for each policy when
 * port 443 can be had, and "ready"; then serves until its standard input ends.
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

#include "bytes.h"
#include "policies.h"

/* --- the mail servers with hostile words ------------------------------------------------ */

/* A mail server: its script, where "@" stands for the hostile bytes. The rest of it is the usual. */
struct talker {
	const char *name, *script;
	struct lab_host host;
	struct mailserver *server;
};

static struct talker talkers[] = {
	{ .name = "words",
	    .script = "S: 220 mx ESMTP @\n"
		      "C: EHLO *\nS: 250-mx @\nS: 250-SIZE @\nS: 250 X@\n"
		      "C: RCPT TO:*\nS: 550 5.1.1 @\n"
		      "C: QUIT\nS: 221 @\nclose\n" },
	{ .name = "refuses", .script = "S: 554 5.7.1 @\nC: QUIT\nS: 221 @\nclose\n" },
	{ .name = "puts-off", .script = "S: 421 4.7.0 @\nclose\n" },
	{ .name = "no-smtp", .script = "S: @\nC: *\nS: @\n" },
	{ .name = "no-ehlo",
	    .script = "S: 220 mx\nC: EHLO *\nS: 550 @\nC: HELO *\nS: 550 @\n" },
	{ .name = "no-tls",
	    .script = "S: 220 mx\nC: EHLO *\nS: 250-mx\nS: 250 STARTTLS\n"
		      "C: STARTTLS\nS: 454 4.7.0 @\n" },
	{ .name = "injects",
	    .script = "S: 220 mx\nC: EHLO *\nS: 250-mx\nS: 250 STARTTLS\n"
		      "C: STARTTLS\nS: 220 Go\\x0d\\x0a250 @\nstarttls\n" },
	{ .name = "no-sender", .script = "S: 220 mx\nC: MAIL *\nS: 451 4.7.1 greylisted @\n" },
	{ .name = "no-reset",
	    .script = "S: 220 mx\nC: RCPT TO:*\nS: 252 2.1.5 @\nC: RSET\nS: 500 @\n" },
};

enum {
	TALKERS = sizeof talkers / sizeof *talkers
};

/* Starts it; the script outlives the program. */
static void
start_talker(struct talker *talker, struct bench *bench, const struct script *usual,
    struct certifier *certifier)
{
	static char name[] = "mx.hostile.example";
	struct buf script = BUF_INIT;
	char *error;

	for (const char *c = talker->script; *c; c++) {
		if (*c == '@')
			hostile_add_hex(&script);
		else
			buf_addc(&script, *c);
	}
	talker->host.name = name;
	assert_null(script_parse(&talker->host.script, script.data));
	buf_clear(&script);
	talker->server = mailserver_new(bench->base, &talker->host, usual, certifier, &error);
	assert_non_null(talker->server);
}

/* Ends it. */
static void
stop_talker(struct talker *talker)
{
	mailserver_free(talker->server);
	script_clear(&talker->host.script);
}

/* --- the mail server with a hostile certificate ----------------------------------------- */

/* The certificate, issued by a root whose name is as bad. */
static SSL_CTX *
hostile_identity(void)
{
	struct buf common = BUF_INIT, names = BUF_INIT;
	struct fake_certificate root, leaf;
	const struct fake_certificate *const others[] = { &root, NULL };
	SSL_CTX *context;

	buf_adds(&common, "x");
	hostile_add_utf8(&common);
	buf_adds(&names, "DNS:mx");
	hostile_add_line_bytes(&names);
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
	hostile_add_decimal(zone);
	buf_adds(zone, "\"\n");
}

/* Appends a record whose last string is everything hostile. */
static void
add_record(struct buf *zone, const char *begins)
{
	buf_addf(zone, "%s \"", begins);
	hostile_add_decimal(zone);
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
	add_txt(&zone, "_smtp._tls.p-line", "v=TLSRPTv1; ");
	add_txt(&zone, "_smtp._tls.p-mx", "v=TLSRPTv1; rua=https://a.example/,");
	add_txt(&zone, "odd", "");
	add_record(&zone, "odd CAA 0 issue");
	add_record(&zone, "odd HINFO x");
	buf_adds(&zone, "_25._tcp.mx TLSA 3 1 1 1B5D\n_25._tcp.mx TYPE52 \\# 5 FFFEFD1B07\n");
	buf_adds(&zone, "odd TYPE65280 \\# 6 1B5B324A9B07\n");
	policies_add_zone(&zone);
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

/* Tells whoever started us where everything is. */
static void
print_places(const struct nameserver *nameserver, const struct fake_smtp *certificate,
    const struct policies *policies)
{
	printf("dns %u\n", nameserver_endpoint(nameserver).port);
	for (size_t i = 0; i < TALKERS; i++)
		printf("mail %s %u\n", talkers[i].name,
		    mailserver_endpoint(talkers[i].server).port);
	printf("mail certificate %u\n", certificate->endpoint.port);
	if (policies)
		policies_print();
	puts("ready");
	fflush(stdout);
}

/* Serves until the standard input ends. */
static void
serve(struct event_base *base)
{
	struct event *input =
	    event_new(base, STDIN_FILENO, EV_READ | EV_PERSIST, on_input, base);

	event_add(input, NULL);
	event_base_loop(base, 0);
	event_free(input);
}

int
main(void)
{
	static struct script usual;
	struct authority *authority = authority_new();
	struct certifier *certifier = certifier_new();
	struct nameserver *nameserver;
	struct policies *policies;
	struct fake_smtp certificate;
	struct bench bench;
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
	for (size_t i = 0; i < TALKERS; i++)
		start_talker(&talkers[i], &bench, &usual, certifier);
	fake_smtp_start(&certificate, &bench, fake_smtp_good, identity);
	policies = policies_start(&bench);
	print_places(nameserver, &certificate, policies);
	serve(bench.base);
	policies_stop(policies);
	fake_smtp_stop(&certificate);
	SSL_CTX_free(identity);
	for (size_t i = 0; i < TALKERS; i++)
		stop_talker(&talkers[i]);
	certifier_free(certifier);
	nameserver_free(nameserver);
	authority_free(authority);
	script_clear(&usual);
	bench_close(&bench);
	return 0;
}
