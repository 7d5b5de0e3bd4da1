/*
 * Masks: what is replaced, what is left alone, and that the same thing has the same mask wherever it stands.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/ip.h"
#include "util/mem.h"

#include "mail/facts.h"
#include "mail/redact.h"

static struct redactor redactor = { .key = { 1, 2 } };

/* Texts in which nothing is to be masked. */
static const char *const harmless[] = {
	"",
	"accepting, TLSv1.3, chain trusted, name matches",
	"OpenSMTPD 7.3.0p1 of RFC 5321 5.1, 20 MB in 3.5s",
	"status 2.0.0 (RFC 5280 4.1.2.5), RFC 8601 2.7.1.2.",
	"2026-11-22T00:51:14Z and 12:30:01",
	"listening on 127.0.0.1 and ::1",
	"TLS_AES_256_GCM_SHA384, SIZE 10240000, 3 1 1 0123abcd",
	"a sentence. Another one: it ends here.",
	"it's \"quoted\" {so} and/or `so` @ home",
};

static void
test_harmless(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
		char *masked = redact_copy(&redactor, harmless[i]);

		assert_string_equal(masked, harmless[i]);
		free(masked);
	}
}

/* Texts, and what must not be left of them. */
static const struct {
	const char *text, *gone;
} revealing[] = {
	{ "goes to mx1.example.net [192.0.2.10].", "example" },
	{ "goes to mx1.example.net [192.0.2.10].", "192.0.2" },
	{ "asked 192.0.2.53@53", "192.0.2" },
	{ "2001:db8:1::10 answered", "2001:db8" },
	{ "RCPT TO:<user.name@example.net>", "user.name" },
	{ "RCPT TO:<user.name@example.net>", "example" },
	{ "mailto:postmaster@example.net,mailto:a@b.example", "postmaster" },
	{ "CN=mx1.example.net, O=x", "example" },
	{ "b\xc3\xbc"
	  "cher.example is here",
	    "cher" },
	{ "10.2.0.192.in-addr.arpa", "192" },
	{ "_25._tcp.mx1.example.net", "mx1" },
	{ "user@[192.0.2.1]", "192" },
	{ "user@[IPv6:2001:db8::7]", "2001" },
	{ "EXAMPLE.NET.", "EXAMPLE" },
	{ "https://mta-sts.example.net/.well-known/mta-sts.txt", "example" },
	{ "RCPT TO:<\"zecret quoted\"@example.net>", "zecret" },
	{ "RCPT TO:<\"zecret quoted\"@example.net>", "quoted" },
	{ "not \"\"a,zecret\"@example.net\".", "zecret" },
	{ "\"\\\"zecret\"@example.net", "zecret" },
	{ "k'zecret@example.net", "k'" },
	{ "zecret/x=y@example.net", "x=y" },
	{ "{zecret}x@[192.0.2.1]", "zecret" },
	{ "fe80::1234:5678%eth0", "1234" },
	{ "of zecret'x@example.net: gone", "x@" },
};

static void
test_revealing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof revealing / sizeof *revealing; i++) {
		char *masked = redact_copy(&redactor, revealing[i].text);

		assert_null(strstr(masked, revealing[i].gone));
		free(masked);
	}
}

enum {
	PARTS_MAX = 8
};

/*
 * Texts as strangers write them, what must not be left of each, and what of it is public and must stay.
 */
static const struct {
	const char *text, *gone[PARTS_MAX], *stays[PARTS_MAX];
} strangers[] = {
	/* policies in TXT records */
	{ "v=DMARC1; p=none; rua=mailto:rep@zecret-name.test!10m,mailto:r2@zecret2.test!5",
	    { "rep@", "r2", "zecret" },
	    { "v=DMARC1; p=none; rua=mailto:user-", "!10m,mailto:user-", "!5" } },
	{ "v=DMARC1;p=reject;ruf=mailto:first/last@zecret.test;pct=50",
	    { "first", "last", "zecret" },
	    { "v=DMARC1;p=reject;ruf=mailto:user-", ";pct=50" } },
	{ "rua=mailto:d'arcy@zecret.test", { "d'", "arcy", "zecret" }, { "rua=mailto:user-" } },
	{ "rua=MAILTO:\"a zecret\"@zecret.test!1m", { "zecret" },
	    { "rua=MAILTO:user-", "!1m" } },
	{ "rua=mailto:rep%40zecret.test", { "rep%", "zecret" }, { "rua=mailto:user-", "%40" } },
	{ "rua=zecret:d'arcy@x.test", { "zecret", "arcy" }, { "@" } },
	{ "v=spf1 include:%{ir}.%{v}.spf.zecret.test exists:%{i}.spf.zecret.test "
	  "a:mail.zecret.test/24 redirect=_spf.zecret.test",
	    { "zecret", ".spf", "mail" },
	    { "v=spf1 include:%{ir}.%{v}.", " exists:%{i}.", " a:", "/24 redirect=_spf." } },
	{ "v=spf1 +a:zecret.test -exists:%{l}..zecret.test ip4:192.0.2.9/24 ip6:2001:db8::9/32 "
	  "-all",
	    { "zecret", "192.0.2", "2001:db8" },
	    { "v=spf1 +a:", " -exists:%{l}..", " ip4:", "/24 ip6:", "/32 -all" } },
	{ "v=TLSRPTv1; rua=https://tls.zecret.test:8443/v1,mailto:zecret@b.test", { "zecret" },
	    { "v=TLSRPTv1; rua=https://", ":8443/v1,mailto:user-" } },
	{ "v=STSv1; id=20261122T001;", { NULL }, { "v=STSv1; id=20261122T001;" } },
	{ "version: STSv1 mode: enforce mx: *.zecret.test max_age: 86400", { "zecret" },
	    { "version: STSv1 mode: enforce mx: *.", " max_age: 86400" } },
	/* URLs */
	{ "https://192.0.2.1:8443", { "192.0.2" }, { "https://", ":8443" } },
	{ "https://[2001:db8::1]:8443/x", { "2001:db8" }, { "https://[", "]:8443/x" } },
	{ "https://zecret.test:443/a?d=zecret.test&ip=192.0.2.1#zecret.test",
	    { "zecret", "192.0.2" }, { "https://", ":443/a?d=", "&ip=", "#" } },
	{ "ftp://zecret:p'w@zecret.test", { "zecret", "p'w" }, { "@" } },
	/* log lines */
	{ "postfix/smtp[7]: 4Xk: to=<zecret@zecret.test>, relay=mx.zecret.test[192.0.2.1]:25, "
	  "delay=1.2, dsn=5.1.1, status=bounced",
	    { "zecret", "192.0.2" },
	    { "postfix/smtp[7]: 4Xk: to=<user-", ">, relay=",
		"]:25, delay=1.2, dsn=5.1.1, "
		"status=bounced" } },
	{ "H=mx.zecret.test [2001:db8::1]:25 X=TLS1.3:ECDHE CV=dane DN=\"CN=zecret.test\"",
	    { "zecret", "2001:db8" }, { "H=", "]:25 X=TLS1.3:ECDHE CV=dane DN=\"CN=" } },
	{ "IP 192.0.2.1.53 > 2001:db8::1.4711 and 2001:db8:1:2:3:4:5:6:25",
	    { "192.0.2", "2001:db8" }, { "IP ", ".53 > ", ".4711 and ", ":25" } },
	/* EDE texts */
	{ "[192.0.2.53] rcode=REFUSED for zecret.test./A", { "192.0.2", "zecret" },
	    { "] rcode=REFUSED for ", "/A" } },
	{ "192.0.2.53:53 timed out; no SEP matching the DS found for .zecret.test.",
	    { "192.0.2", "zecret" },
	    { ":53 timed out; no SEP matching the DS found for .", "." } },
	{ "validation failure <zecret.test. A IN>: no keys for z\\032cret.zecret.test:A",
	    { "zecret", "cret" }, { "validation failure <", " A IN>: no keys for ", ":A" } },
	/* replies that repeat what was said */
	{ "550 5.1.1 <zecret@zecret.test>... User unknown", { "zecret" },
	    { "550 5.1.1 <user-", ">... User unknown" } },
	{ "550-5.7.26 'zecret.test' and \"zecret.test\" and `zecret.test' (zecret.test)",
	    { "zecret" }, { "550-5.7.26 '", "' and \"", "\" and `", "' (", ")" } },
	{ "450 4.1.8 \xe2\x80\x9czecret.test\xe2\x80\x9d: Domain not found", { "zecret" },
	    { "450 4.1.8 ", ": Domain not found" } },
	{ "452 RCPT TO:o'zecret@zecret.test rejected", { "zecret", "o'" },
	    { "452 RCPT TO:user-", " rejected" } },
	{ "553 5.1.2 zecret..test zecret.corp-lan zecret.lan2 host!zecret.test", { "zecret" },
	    { "553 5.1.2 " } },
	{ "250 zecret.test@zecret.test%zecret.test Hello [192.0.2.1], pleased",
	    { "zecret", "192.0.2" }, { "250 user-", " Hello [", "], pleased" } },
};

/* Asserts that the parts are in the text, in their order. */
static void
assert_stay(const char *text, const char *const *parts)
{
	for (size_t i = 0; i < PARTS_MAX && parts[i] != NULL; i++) {
		const char *found = strstr(text, parts[i]);

		if (found == NULL)
			fail_msg("\"%s\" is not in \"%s\"", parts[i], text);
		text = found + strlen(parts[i]);
	}
}

/* What is masked once is masked no further, as when a masked recording is played back into a masked report. */
static void
test_strangers(void **state)
{
	const struct redactor other = { .key = { 3, 4 } };

	(void)state;
	for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
		char *masked = redact_copy(&redactor, strangers[i].text);
		char *twice = redact_copy(&other, masked);

		for (size_t j = 0; j < PARTS_MAX && strangers[i].gone[j] != NULL; j++) {
			if (strcasestr(masked, strangers[i].gone[j]) != NULL)
				fail_msg("\"%s\" is in \"%s\"", strangers[i].gone[j], masked);
		}
		assert_stay(masked, strangers[i].stays);
		assert_string_equal(twice, masked);
		free(masked);
		free(twice);
	}
}

/* What merely looks like a mask, and may be somebody's, is masked. */
static void
test_pretended_masks(void **state)
{
	static const char *const pretended[] = { "user-john@example.net",
		"user-john@[192.0.2.1]", "user-john@localhost", "user-john@ abcde.masked",
		"john.masked" };

	(void)state;
	for (size_t i = 0; i < sizeof pretended / sizeof *pretended; i++) {
		char *masked = redact_copy(&redactor, pretended[i]);

		assert_null(strstr(masked, "john"));
		free(masked);
	}
}

/* Returns the mask of a word alone; the caller frees it. */
static char *
mask(const char *word)
{
	return redact_copy(&redactor, word);
}

/* Asserts that both words have the same mask. */
static void
assert_same(const char *a, const char *b)
{
	char *x = mask(a), *y = mask(b);

	assert_string_equal(x, y);
	free(x);
	free(y);
}

static void
test_consistent(void **state)
{
	struct redactor other = { .key = { 1, 3 } };
	char *host = mask("mx1.example.net"), *domain = mask("example.net");
	char *elsewhere = redact_copy(&other, "example.net");

	(void)state;
	assert_same("Example.NET", "example.net");
	assert_same("b\xc3\xbc"
		    "cher.example",
	    "xn--bcher-kva.example");
	assert_same("192.0.2.1", "192.0.2.1");
	assert_string_equal(host + strlen(host) - strlen(domain), domain);
	assert_string_not_equal(domain, elsewhere);
	free(host);
	free(domain);
	free(elsewhere);
}

/* A masked address is one of the same family; what is private stays private. */
static void
test_addresses(void **state)
{
	static const struct {
		const char *address, *range;
	} rows[] = {
		{ "192.0.2.1", "240.0.0.0/4" },
		{ "9.9.9.9", "240.0.0.0/4" },
		{ "10.1.2.3", "10.0.0.0/8" },
		{ "192.168.7.9", "192.168.0.0/16" },
		{ "2001:db8::1", "3fff::/20" },
		{ "fe80::1", "fe80::/10" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = mask(rows[i].address);
		struct ip_prefix range;
		struct ip_addr ip;

		assert_true(ip_parse(&ip, text));
		assert_true(ip_prefix_parse(&range, rows[i].range));
		assert_true(ip_in_prefix(&ip, &range));
		assert_string_not_equal(text, rows[i].address);
		free(text);
	}
}

/* An odd local part has the mask of an ordinary one: the address stays one, and the same one the same. */
static void
test_odd_local_parts(void **state)
{
	struct mail_subject subject;
	char *masked = mask("\"zecret quoted\"@example.net");

	(void)state;
	assert_null(mail_subject_parse(&subject, masked));
	assert_memory_equal(subject.local_part, "user-", 5);
	mail_subject_clear(&subject);
	assert_same("\"zecret quoted\"@example.net", "\"zecret quoted\"@EXAMPLE.net");
	free(masked);
}

/* Why a name was refused, with and without a part of it. */
static void
test_refusals(void **state)
{
	static const char *const refused[] = { ".zecret@example.net",
		"mailto:zecret@example.net", "a zecret@example.net",
		"A Zecret <zecret@example.net>", "zecret..example", "a@zecret@example.net",
		"a@[zecret]", "zecret-.example", "\", not \"zecret\"." };

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct mail_subject subject;
		char *fault = mail_subject_parse(&subject, refused[i]), *told;

		assert_non_null(strcasestr(fault, "zecret"));
		told = redact_refusal(fault);
		assert_null(strcasestr(told, "zecret"));
		assert_non_null(strstr(told, ", not \"(masked)\"."));
		free(told);
		free(fault);
	}
}

/* A short odd local part is masked where it stands alone, too. */
static void
test_short_local_part(void **state)
{
	struct redactor learned = { .key = { 1, 2 } };
	struct mail_subject subject;
	struct mail_facts facts;
	char *masked;

	(void)state;
	assert_null(mail_subject_parse(&subject, "k'q@example.net"));
	mail_facts_init(&facts, &subject);
	redactor_learn(&learned, &facts);
	masked = redact_copy(&learned, "k'q is no user");
	assert_string_equal(masked, "(masked) is no user");
	free(masked);
	redactor_clear(&learned);
	mail_facts_clear(&facts);
	mail_subject_clear(&subject);
}

/* What a server says is free text: it is known from the facts, and replaced as a whole. */
static void
test_learned(void **state)
{
	struct redactor learned = { .key = { 1, 2 } };
	struct mail_subject subject;
	struct mail_facts facts;
	struct smtp_facts *probe = mem_alloc(sizeof *probe);
	char *masked;

	(void)state;
	assert_null(mail_subject_parse(&subject, "o'brien@[192.0.2.1]"));
	mail_facts_init(&facts, &subject);
	mail_facts_mx(&facts, NULL);
	smtp_facts_init(probe, 0);
	probe->greeting = mem_strdup("thebigcompany ESMTP");
	mail_facts_probe(&facts, 0, probe);
	redactor_learn(&learned, &facts);
	masked = redact_copy(&learned, "o'brien; greeting \"thebigcompany ESMTP\"");
	assert_string_equal(masked, "(masked); greeting \"(masked)\"");
	free(masked);
	redactor_clear(&learned);
	mail_facts_clear(&facts);
	mail_subject_clear(&subject);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_harmless),
		cmocka_unit_test(test_revealing),
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_pretended_masks),
		cmocka_unit_test(test_consistent),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_odd_local_parts),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_short_local_part),
		cmocka_unit_test(test_learned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
