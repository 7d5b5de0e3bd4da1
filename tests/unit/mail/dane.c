/*
 * DANE (RFC 7672): where TLSA records are looked for, which of them count, and what a server
 * makes of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns/zone.h"
#include "mail/dane.h"
#include "util/buf.h"
#include "util/mem.h"

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER  "f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* One answer: records as zone text, or the word of an outcome. */
struct told {
	const char *answer;
	enum dns_security security;
};

/* A question that is expected, and what is answered to it. */
struct exchange_of_words {
	const char *question; /* NULL = nothing is asked any more */
	struct told told;
};

/* Makes a result; the name may be the start of an alias, "a.example > b.example". */
static const struct dns_result *
result_of(
    const struct dns_name *name, uint16_t type, const struct told *told, const char *alias)
{
	const struct dns_question question = { .name = *name, .type = type };
	struct dns_result *result = dns_result_new(&question);
	enum dns_outcome outcome;

	result->dnssec = told->security;
	result->outcome = DNS_ANSWER;
	if (dns_outcome_parse(told->answer, &outcome))
		result->outcome = outcome;
	else
		assert_null(dns_zone_parse(told->answer, name, 300, &result->answer));
	if (alias) {
		result->alias = mem_calloc(1, sizeof *result->alias);
		result->alias_count = 1;
		assert_int_equal(dns_name_parse(&result->alias[0], alias), DNS_NAME_OK);
	}
	return result;
}

/* Begins with the MX and the addresses of its one exchange, mx.example. */
static void
begin(struct mail_facts *facts, const struct told *mx, const struct told *a, const char *alias)
{
	struct mail_subject subject;
	const struct dns_result *result;

	assert_null(mail_subject_parse(&subject, "domain.example"));
	mail_facts_init(facts, &subject);
	result = result_of(&subject.domain, DNS_TYPE_MX, mx, NULL);
	mail_facts_mx(facts, result);
	dns_result_release(result);
	result = result_of(&facts->mx.exchanges[0].name, DNS_TYPE_A, a, alias);
	mail_facts_addresses(facts, 0, result);
	dns_result_release(result);
	result = result_of(&facts->mx.exchanges[0].name, DNS_TYPE_AAAA,
	    &(struct told){ "nodata", a->security }, alias);
	mail_facts_addresses(facts, 0, result);
	dns_result_release(result);
	mail_subject_clear(&subject);
}

/* Answers the next question, which must be this one. */
static void
converse(struct mail_facts *facts, const struct exchange_of_words *words)
{
	char name[DNS_NAME_TEXT_MAX], type[12];
	struct buf asked = BUF_INIT;
	struct dns_question question;
	const struct dns_result *result;

	assert_true(dane_next(facts, 0, &question));
	buf_addf(&asked, "%s %s", dns_name_text(&question.name, name),
	    dns_type_text(question.type, type));
	assert_string_equal(buf_text(&asked), words->question);
	buf_clear(&asked);
	mail_facts_tlsa_asked(facts, 0);
	assert_int_equal(dane_host_of(facts, 0).standing, DANE_PENDING);
	assert_false(dane_next(facts, 0, &question));
	result = result_of(&question.name, question.type, &words->told, NULL);
	mail_facts_tlsa(facts, 0, result);
	dns_result_release(result);
}

#define MX_SECURE \
	{ \
		"@ MX 10 mx.example.", DNS_SECURE \
	}
#define MX_INSECURE \
	{ \
		"@ MX 10 mx.example.", DNS_INSECURE \
	}
#define A_SECURE \
	{ \
		"@ A 192.0.2.1", DNS_SECURE \
	}
#define A_INSECURE \
	{ \
		"@ A 192.0.2.1", DNS_INSECURE \
	}
#define AT_MX   "_25._tcp.mx.example TLSA"
#define AT_HOST "_25._tcp.host.example TLSA"
#define GOOD    "@ TLSA 3 1 1 " DIGEST

static void
records_are_found_where_the_rfc_says(void **state)
{
	static const struct {
		const char *title;
		struct told mx, a;
		const char *alias;
		struct exchange_of_words words[3];
		enum dane_standing standing;
		const char *base; /* NULL = none */
		enum dane_base why;
		size_t usable;
	} rows[] = {
		{ "everything is secure", MX_SECURE, A_SECURE, NULL,
		    { { AT_MX, { GOOD, DNS_SECURE } } }, DANE_USABLE, "mx.example",
		    DANE_BASE_HOST, 1 },
		{ "two keys while one takes over", MX_SECURE, A_SECURE, NULL,
		    { { AT_MX, { GOOD "\n@ TLSA 3 1 1 " OTHER, DNS_SECURE } } }, DANE_USABLE,
		    "mx.example", DANE_BASE_HOST, 2 },
		{ "usable beside unusable", MX_SECURE, A_SECURE, NULL,
		    { { AT_MX, { "@ TLSA 1 1 1 " DIGEST "\n" GOOD, DNS_SECURE } } },
		    DANE_USABLE, "mx.example", DANE_BASE_HOST, 1 },
		{ "usages of the web alone", MX_SECURE, A_SECURE, NULL,
		    { { AT_MX,
			{ "@ TLSA 0 0 1 " DIGEST "\n@ TLSA 1 1 1 " DIGEST, DNS_SECURE } } },
		    DANE_UNUSABLE, "mx.example", DANE_BASE_HOST, 0 },
		{ "half a digest", MX_SECURE, A_SECURE, NULL,
		    { { AT_MX, { "@ TLSA 3 1 1 0123", DNS_SECURE } } }, DANE_UNUSABLE,
		    "mx.example", DANE_BASE_HOST, 0 },
		{ "no records", MX_SECURE, A_SECURE, NULL,
		    { { AT_MX, { "nxdomain", DNS_SECURE } } }, DANE_NONE, "mx.example",
		    DANE_BASE_HOST, 0 },
		{ "another type", MX_SECURE, A_SECURE, NULL,
		    { { AT_MX, { "nodata", DNS_SECURE } } }, DANE_NONE, "mx.example",
		    DANE_BASE_HOST, 0 },
		{ "the lookup fails", MX_SECURE, A_SECURE, NULL,
		    { { AT_MX, { "servfail", DNS_UNCHECKED } } }, DANE_ERROR, "mx.example",
		    DANE_BASE_HOST, 0 },
		{ "the lookup takes too long", MX_SECURE, A_SECURE, NULL,
		    { { AT_MX, { "timeout", DNS_UNCHECKED } } }, DANE_ERROR, "mx.example",
		    DANE_BASE_HOST, 0 },
		{ "the signatures do not hold", MX_SECURE, A_SECURE, NULL,
		    { { AT_MX, { "bogus", DNS_SECURITY_BOGUS } } }, DANE_ERROR, "mx.example",
		    DANE_BASE_HOST, 0 },
		{ "the chain of trust is lost", MX_SECURE, A_SECURE, NULL,
		    { { AT_MX, { GOOD, DNS_INDETERMINATE } } }, DANE_ERROR, "mx.example",
		    DANE_BASE_HOST, 1 },
		{ "what is at the alias's end is not proved", MX_SECURE, A_SECURE,
		    "host.example", { { AT_HOST, { "nxdomain", DNS_INDETERMINATE } } },
		    DANE_ERROR, "host.example", DANE_BASE_EXPANDED, 0 },
		{ "the MX is not signed", { "@ MX 10 mx.example.", DNS_INSECURE }, A_SECURE,
		    NULL, { { AT_MX, { GOOD, DNS_SECURE } } }, DANE_INSECURE, "mx.example",
		    DANE_BASE_HOST, 1 },
		{ "the MX is not signed, and the lookup fails", MX_INSECURE, A_SECURE, NULL,
		    { { AT_MX, { "servfail", DNS_UNCHECKED } } }, DANE_INSECURE, "mx.example",
		    DANE_BASE_HOST, 0 },
		{ "the MX is not signed, and the signatures do not hold", MX_INSECURE, A_SECURE,
		    NULL, { { AT_MX, { "bogus", DNS_SECURITY_BOGUS } } }, DANE_INSECURE,
		    "mx.example", DANE_BASE_HOST, 0 },
		{ "the MX is not signed, and the chain of trust is lost", MX_INSECURE, A_SECURE,
		    NULL, { { AT_MX, { GOOD, DNS_INDETERMINATE } } }, DANE_INSECURE,
		    "mx.example", DANE_BASE_HOST, 1 },
		{ "the MX is not signed, nor can the alias be asked for", MX_INSECURE,
		    A_INSECURE, "host.example",
		    { { "mx.example CNAME", { "servfail", DNS_UNCHECKED } } }, DANE_INSECURE,
		    NULL, DANE_BASE_HOST, 0 },
		{ "TLSA is not signed", MX_SECURE, A_SECURE, NULL,
		    { { AT_MX, { GOOD, DNS_INSECURE } } }, DANE_INSECURE, "mx.example",
		    DANE_BASE_HOST, 1 },
		{ "the addresses are not signed", MX_SECURE, A_INSECURE, NULL,
		    { { NULL, { NULL, DNS_UNCHECKED } } }, DANE_UNSIGNED, NULL, DANE_BASE_HOST,
		    0 },
		{ "the addresses were not checked", MX_SECURE,
		    { "@ A 192.0.2.1", DNS_UNCHECKED }, NULL,
		    { { NULL, { NULL, DNS_UNCHECKED } } }, DANE_UNCHECKED, NULL, DANE_BASE_HOST,
		    0 },
		{ "the MX was not checked", { "@ MX 10 mx.example.", DNS_UNCHECKED }, A_SECURE,
		    NULL, { { NULL, { NULL, DNS_UNCHECKED } } }, DANE_UNCHECKED, NULL,
		    DANE_BASE_HOST, 0 },
		{ "the server has no EDNS", { "@ MX 10 mx.example.", DNS_INDETERMINATE },
		    { "@ A 192.0.2.1", DNS_INDETERMINATE }, NULL,
		    { { NULL, { NULL, DNS_UNCHECKED } } }, DANE_UNCHECKED, NULL, DANE_BASE_HOST,
		    0 },
		{ "there is no address", MX_SECURE, { "nodata", DNS_SECURE }, NULL,
		    { { NULL, { NULL, DNS_UNCHECKED } } }, DANE_NONE, NULL, DANE_BASE_HOST, 0 },
		{ "an alias, signed to its end", MX_SECURE, A_SECURE, "host.example",
		    { { AT_HOST, { GOOD, DNS_SECURE } } }, DANE_USABLE, "host.example",
		    DANE_BASE_EXPANDED, 1 },
		{ "unusable at the end is still the end", MX_SECURE, A_SECURE, "host.example",
		    { { AT_HOST, { "@ TLSA 1 1 1 " DIGEST, DNS_SECURE } } }, DANE_UNUSABLE,
		    "host.example", DANE_BASE_EXPANDED, 0 },
		{ "nothing at the alias's end", MX_SECURE, A_SECURE, "host.example",
		    { { AT_HOST, { "nxdomain", DNS_SECURE } },
			{ AT_MX, { GOOD, DNS_SECURE } } },
		    DANE_USABLE, "mx.example", DANE_BASE_ORIGINAL, 1 },
		{ "nothing anywhere", MX_SECURE, A_SECURE, "host.example",
		    { { AT_HOST, { "nxdomain", DNS_SECURE } },
			{ AT_MX, { "nxdomain", DNS_SECURE } } },
		    DANE_NONE, "mx.example", DANE_BASE_ORIGINAL, 0 },
		{ "a failure at the end is not passed over", MX_SECURE, A_SECURE,
		    "host.example", { { AT_HOST, { "servfail", DNS_UNCHECKED } } }, DANE_ERROR,
		    "host.example", DANE_BASE_EXPANDED, 0 },
		{ "a signed alias to where nothing is signed", MX_SECURE, A_INSECURE,
		    "host.example",
		    { { "mx.example CNAME", { "@ CNAME host.example.", DNS_SECURE } },
			{ AT_MX, { GOOD, DNS_SECURE } } },
		    DANE_USABLE, "mx.example", DANE_BASE_ALIAS, 1 },
		{ "an alias that is not signed", MX_SECURE, A_INSECURE, "host.example",
		    { { "mx.example CNAME", { "@ CNAME host.example.", DNS_INSECURE } } },
		    DANE_UNSIGNED, NULL, DANE_BASE_HOST, 0 },
		{ "an alias that cannot be asked for", MX_SECURE, A_INSECURE, "host.example",
		    { { "mx.example CNAME", { "servfail", DNS_UNCHECKED } } }, DANE_ERROR, NULL,
		    DANE_BASE_HOST, 0 },
		{ "an alias of which nothing is proved", MX_SECURE, A_INSECURE, "host.example",
		    { { "mx.example CNAME", { "@ CNAME host.example.", DNS_INDETERMINATE } } },
		    DANE_ERROR, NULL, DANE_BASE_HOST, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct mail_facts facts;
		struct dns_question question;
		struct dane_host host;
		char base[DNS_NAME_TEXT_MAX];

		begin(&facts, &rows[i].mx, &rows[i].a, rows[i].alias);
		for (size_t j = 0; j < 3 && rows[i].words[j].question; j++)
			converse(&facts, &rows[i].words[j]);
		host = dane_host_of(&facts, 0);
		if (dane_next(&facts, 0, &question) || host.standing != rows[i].standing ||
		    host.usable != rows[i].usable)
			fail_msg("%s: it is %s with %zu usable", rows[i].title,
			    dane_standing_name(host.standing), host.usable);
		if (rows[i].base) {
			assert_string_equal(dns_name_text(&host.base, base), rows[i].base);
			assert_int_equal(host.why, rows[i].why);
		} else {
			assert_int_equal(host.base.length, 0);
		}
		mail_facts_clear(&facts);
	}
}

/*
 * RFC 7672 2.1.2: where DANE is in force, "there are none" must be proved; behind an MX that is not
 * signed nothing depends on it.
 */
static void
a_denial_must_be_proved(void **state)
{
	static const struct {
		enum dns_security security;
		enum dane_standing secure, insecure; /* by the MX */
		const char *loss; /* behind a secure MX; NULL = none */
	} rows[] = {
		{ DNS_SECURE, DANE_NONE, DANE_NONE, NULL },
		{ DNS_INSECURE, DANE_NONE, DANE_NONE, NULL },
		{ DNS_UNCHECKED, DANE_NONE, DANE_NONE, NULL },
		{ DNS_INDETERMINATE, DANE_ERROR, DANE_NONE, "the chain could not be followed" },
		{ DNS_SECURITY_BOGUS, DANE_ERROR, DANE_NONE,
		    "signed, but the signatures do not hold" },
	};
	static const char *const denials[] = { "nodata", "nxdomain" };
	const struct told mx[] = { MX_SECURE, MX_INSECURE }, a = A_SECURE;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows * 4; i++) {
		const size_t row = i / 4, signs = i / 2 % 2;
		struct mail_facts facts;
		struct dane_host host;

		begin(&facts, &mx[signs], &a, NULL);
		converse(&facts,
		    &(struct exchange_of_words){
			AT_MX, { denials[i % 2], rows[row].security } });
		host = dane_host_of(&facts, 0);
		if (host.standing != (signs == 0 ? rows[row].secure : rows[row].insecure))
			fail_msg("%s, %s, MX %s: it is %s", denials[i % 2],
			    dns_security_name(rows[row].security),
			    dns_security_name(mx[signs].security),
			    dane_standing_name(host.standing));
		if (signs == 0 && rows[row].loss)
			assert_string_equal(dane_loss(&host), rows[row].loss);
		else
			assert_null(dane_loss(&host));
		mail_facts_clear(&facts);
	}
}

/* Writes a name that takes so many octets on the wire, 227 to 255. */
static const char *
long_name(size_t length, char out[DNS_NAME_TEXT_MAX])
{
	const char x[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

	snprintf(out, DNS_NAME_TEXT_MAX, "%.63s.%.63s.%.63s.%.*s.example", x, x, x,
	    (int)(length - 3 * 64 - 1 - sizeof "xexample"), x);
	return out;
}

/*
 * Where _port._tcp makes a name longer than 255 octets there can be no records (RFC 1035 2.3.4): that
 * settles, at once, whether the exchange is an alias or none.
 */
static void
names_may_be_too_long(void **state)
{
	static const struct {
		size_t length;
		uint16_t port;
		bool asked;
	} rows[] = {
		{ 246, 25, true },
		{ 247, 25, false },
		{ 255, 25, false },
		{ 243, 65535, true },
		{ 244, 65535, false },
	};
	const struct told a = A_SECURE;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char name[DNS_NAME_TEXT_MAX];
		struct buf mx = BUF_INIT;
		struct mail_facts facts;
		struct dns_question question;

		buf_addf(&mx, "@ MX 10 %s.", long_name(rows[i].length, name));
		begin(&facts, &(struct told){ buf_text(&mx), DNS_SECURE }, &a, NULL);
		assert_int_equal(facts.mx.exchanges[0].name.length, rows[i].length);
		facts.port = rows[i].port;
		assert_int_equal(dane_next(&facts, 0, &question), rows[i].asked);
		assert_int_equal(
		    dane_host_of(&facts, 0).standing, rows[i].asked ? DANE_PENDING : DANE_NONE);
		buf_clear(&mx);
		mail_facts_clear(&facts);
	}
}

/* The end of an alias may be too long, or the exchange itself: the other one counts alone. */
static void
an_alias_may_be_too_long(void **state)
{
	const struct told mx = MX_SECURE, a = A_SECURE;
	struct buf longer = BUF_INIT;
	struct mail_facts facts;
	struct dns_question question;
	char name[DNS_NAME_TEXT_MAX];

	(void)state;
	begin(&facts, &mx, &a, long_name(247, name));
	assert_true(dane_delays_probe(&facts, 0));
	converse(&facts, &(struct exchange_of_words){ AT_MX, { GOOD, DNS_SECURE } });
	assert_int_equal(dane_host_of(&facts, 0).standing, DANE_USABLE);
	mail_facts_clear(&facts);

	buf_addf(&longer, "@ MX 10 %s.", name);
	begin(&facts, &(struct told){ buf_text(&longer), DNS_SECURE }, &a, "host.example");
	converse(&facts, &(struct exchange_of_words){ AT_HOST, { "nxdomain", DNS_SECURE } });
	assert_int_equal(dane_host_of(&facts, 0).standing, DANE_NONE);
	assert_false(dane_next(&facts, 0, &question));
	assert_false(dane_delays_probe(&facts, 0));
	mail_facts_clear(&facts);

	begin(
	    &facts, &(struct told){ buf_text(&longer), DNS_SECURE }, &a, long_name(250, name));
	assert_int_equal(dane_host_of(&facts, 0).standing, DANE_NONE);
	assert_false(dane_delays_probe(&facts, 0));
	mail_facts_clear(&facts);
	buf_clear(&longer);
}

/* An address literal has no DANE (RFC 7672 2.2). */
static void
literals_have_none(void **state)
{
	struct mail_subject subject;
	struct mail_facts facts;
	struct dns_question question;

	(void)state;
	assert_null(mail_subject_parse(&subject, "user@[192.0.2.1]"));
	mail_facts_init(&facts, &subject);
	mail_facts_mx(&facts, NULL);
	assert_int_equal(dane_host_of(&facts, 0).standing, DANE_NONE);
	assert_false(dane_next(&facts, 0, &question));
	mail_facts_clear(&facts);
	mail_subject_clear(&subject);
}

/* Waits for the addresses, of both families, before it asks. */
static void
addresses_come_first(void **state)
{
	const struct told mx = MX_SECURE;
	struct mail_subject subject;
	struct mail_facts facts;
	struct dns_question question;
	const struct dns_result *result;

	(void)state;
	assert_null(mail_subject_parse(&subject, "domain.example"));
	mail_facts_init(&facts, &subject);
	result = result_of(&subject.domain, DNS_TYPE_MX, &mx, NULL);
	mail_facts_mx(&facts, result);
	dns_result_release(result);
	assert_int_equal(dane_host_of(&facts, 0).standing, DANE_PENDING);
	assert_false(dane_next(&facts, 0, &question));
	mail_facts_clear(&facts);
	mail_subject_clear(&subject);
}

/* Gives the only target a probe that came this far. */
static void
probe(struct mail_facts *facts, enum smtp_starttls starttls)
{
	struct smtp_facts *probed = mem_alloc(sizeof *probed);

	smtp_facts_init(probed, 7);
	probed->starttls = starttls;
	probed->tls.present = starttls == SMTP_STARTTLS_OK;
	mail_facts_probe(facts, 0, probed);
}

static void
servers_are_judged(void **state)
{
	static const struct {
		const char *answer;
		enum dns_security security;
		enum smtp_starttls starttls;
		bool checked, verified;
		const char *verdict; /* NULL = none yet */
	} rows[] = {
		{ GOOD, DNS_SECURE, SMTP_STARTTLS_OK, true, true, "verified" },
		{ GOOD, DNS_SECURE, SMTP_STARTTLS_OK, true, false, "failed" },
		{ GOOD, DNS_SECURE, SMTP_STARTTLS_OK, false, false, NULL },
		{ GOOD, DNS_SECURE, SMTP_STARTTLS_NOT_OFFERED, false, false, "failed" },
		{ GOOD, DNS_SECURE, SMTP_STARTTLS_REFUSED, false, false, "failed" },
		{ GOOD, DNS_SECURE, SMTP_STARTTLS_FAILED, false, false, "failed" },
		{ GOOD, DNS_SECURE, SMTP_STARTTLS_INJECTED, false, false, "failed" },
		{ GOOD, DNS_SECURE, SMTP_STARTTLS_NOT_TRIED, false, false, NULL },
		{ "@ TLSA 1 1 1 " DIGEST, DNS_SECURE, SMTP_STARTTLS_OK, false, false,
		    "unusable" },
		{ GOOD, DNS_INSECURE, SMTP_STARTTLS_OK, false, false, "insecure" },
		{ "nxdomain", DNS_SECURE, SMTP_STARTTLS_OK, false, false, "none" },
		{ "servfail", DNS_UNCHECKED, SMTP_STARTTLS_OK, false, false, "error" },
		{ "nxdomain", DNS_INDETERMINATE, SMTP_STARTTLS_OK, false, false, "error" },
	};
	const struct told mx = MX_SECURE, a = A_SECURE;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct tls_dane dane = { .checked = true, .verified = rows[i].verified };
		struct mail_facts facts;
		enum dane_verdict verdict;

		begin(&facts, &mx, &a, NULL);
		converse(&facts,
		    &(struct exchange_of_words){ AT_MX, { rows[i].answer, rows[i].security } });
		probe(&facts, rows[i].starttls);
		if (rows[i].checked) {
			assert_true(dane_is_check_due(&facts, 0));
			mail_facts_dane_asked(&facts, 0);
			assert_false(dane_is_check_due(&facts, 0));
			mail_facts_dane(&facts, 0, &dane);
			assert_false(dane_is_check_due(&facts, 0));
		}
		assert_int_equal(dane_judge(&facts, 0, &verdict), rows[i].verdict != NULL);
		if (rows[i].verdict)
			assert_string_equal(dane_verdict_name(verdict), rows[i].verdict);
		mail_facts_clear(&facts);
	}
}

/* A new probe is checked anew, and what belongs to the one before is forgotten. */
static void
a_new_probe_is_checked_anew(void **state)
{
	const struct told mx = MX_SECURE, a = A_SECURE;
	const struct tls_dane dane = { .checked = true, .verified = true };
	struct smtp_facts *again = mem_alloc(sizeof *again);
	struct mail_facts facts;

	(void)state;
	begin(&facts, &mx, &a, NULL);
	converse(&facts, &(struct exchange_of_words){ AT_MX, { GOOD, DNS_SECURE } });
	probe(&facts, SMTP_STARTTLS_OK);
	mail_facts_dane_asked(&facts, 0);
	smtp_facts_init(again, 9);
	mail_facts_probe(&facts, 0, again);
	mail_facts_dane(&facts, 0, &dane);
	assert_false(facts.targets[0].dane.checked);
	mail_facts_clear(&facts);
}

/* RFC 7672 3.2.2: the base domain, the domain, and where its alias ends. */
static void
reference_names(void **state)
{
	const struct told mx = MX_SECURE, a = A_SECURE;
	struct dns_name names[DANE_NAMES_MAX];
	char text[DNS_NAME_TEXT_MAX];
	struct mail_facts facts;

	(void)state;
	begin(&facts, &mx, &a, "host.example");
	converse(&facts, &(struct exchange_of_words){ AT_HOST, { GOOD, DNS_SECURE } });
	assert_int_equal(dane_reference_names(&facts, 0, names), 2);
	assert_string_equal(dns_name_text(&names[0], text), "host.example");
	assert_string_equal(dns_name_text(&names[1], text), "domain.example");
	mail_facts_clear(&facts);
}

/* An alias keeps a probe waiting until it is known which name it must give; the end's, where that counts. */
static void
server_names(void **state)
{
	static const struct {
		const char *alias, *asked, *answer;
		bool delays;
		const char *name; /* NULL = the exchange's own */
	} rows[] = {
		{ NULL, AT_MX, GOOD, false, NULL },
		{ "host.example", AT_HOST, GOOD, true, "host.example" },
		{ "host.example", AT_HOST, "@ TLSA 1 1 1 " DIGEST, true, "host.example" },
		{ "host.example", AT_HOST, "servfail", true, NULL },
	};
	const struct told mx = MX_SECURE, a = A_SECURE;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct mail_facts facts;
		struct dns_name name;
		char text[DNS_NAME_TEXT_MAX];

		begin(&facts, &mx, &a, rows[i].alias);
		assert_int_equal(dane_delays_probe(&facts, 0), rows[i].delays);
		converse(&facts,
		    &(struct exchange_of_words){
			rows[i].asked, { rows[i].answer, DNS_SECURE } });
		assert_false(dane_delays_probe(&facts, 0));
		assert_int_equal(dane_server_name(&facts, 0, &name), rows[i].name != NULL);
		if (rows[i].name)
			assert_string_equal(dns_name_text(&name, text), rows[i].name);
		mail_facts_clear(&facts);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_found_where_the_rfc_says),
		cmocka_unit_test(a_denial_must_be_proved),
		cmocka_unit_test(names_may_be_too_long),
		cmocka_unit_test(an_alias_may_be_too_long),
		cmocka_unit_test(literals_have_none),
		cmocka_unit_test(addresses_come_first),
		cmocka_unit_test(servers_are_judged),
		cmocka_unit_test(a_new_probe_is_checked_anew),
		cmocka_unit_test(reference_names),
		cmocka_unit_test(server_names),
	};

	return cmocka_run_group_tests_name("mail/dane", tests, NULL, NULL);
}
