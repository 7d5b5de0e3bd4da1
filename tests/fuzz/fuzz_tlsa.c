/*
 * Any octets as TLSA rdata, as DNS and as an exchange's only record: read within their bounds, told in
 * printable text, and usable only in the forms that SMTP knows.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "dns/tlsa.h"
#include "mail/dane.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	NUMBERS = 3
};

/* Ends the run when something does not hold. */
static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* What is usable has a usage, a selector and a matching type that SMTP knows, and fitting data. */
static void
check_usable(const struct tlsa *tlsa)
{
	require(tlsa->usage == 2 || tlsa->usage == 3);
	require(tlsa->selector <= 1 && tlsa->matching <= 2);
	require(tlsa->matching != 1 || tlsa->length == 32);
	require(tlsa->matching != 2 || tlsa->length == 64);
	require(tlsa->matching != 0 || tlsa->length >= 2);
}

/* Returns a secure answer to a question, with a copy of the record. */
static struct dns_result *
answer_of(const char *name, const struct dns_record *record)
{
	struct dns_question question = { .type = record->type };
	struct dns_result *result;

	require(dns_name_parse(&question.name, name) == DNS_NAME_OK);
	result = dns_result_new(&question);
	result->outcome = DNS_ANSWER;
	result->dnssec = DNS_SECURE;
	dns_records_copy(&result->answer, record);
	return result;
}

/* Gives the facts an answer and lets go of it. */
static void
give(struct mail_facts *facts, struct dns_result *result)
{
	if (result->question.type == DNS_TYPE_MX)
		mail_facts_mx(facts, result);
	else if (result->question.type == DNS_TYPE_TLSA)
		mail_facts_tlsa(facts, 0, result);
	else
		mail_facts_addresses(facts, 0, result);
	dns_result_release(result);
}

/* The record as the only one of a domain's only exchange counts exactly when it is usable. */
static void
check_host(const struct dns_record *record, bool usable)
{
	uint8_t mx[] = "\x00\x0a\x02mx\x01"
		       "d",
		a[] = { 192, 0, 2, 1 }, six[16] = { 0x20, 0x01 };
	struct mail_subject subject;
	struct mail_facts facts;
	struct dane_host host;

	require(mail_subject_parse(&subject, "d.example") == NULL);
	mail_facts_init(&facts, &subject);
	mail_subject_clear(&subject);
	give(&facts,
	    answer_of("d.example",
		&(struct dns_record){ .type = DNS_TYPE_MX, .rdata = mx, .length = sizeof mx }));
	give(&facts,
	    answer_of("mx.d",
		&(struct dns_record){ .type = DNS_TYPE_A, .rdata = a, .length = sizeof a }));
	give(&facts,
	    answer_of("mx.d",
		&(struct dns_record){
		    .type = DNS_TYPE_AAAA, .rdata = six, .length = sizeof six }));
	give(&facts, answer_of("_25._tcp.mx.d", record));
	host = dane_host_of(&facts, 0);
	require(host.standing == (usable ? DANE_USABLE : DANE_UNUSABLE));
	require(host.usable == usable);
	mail_facts_clear(&facts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_record record = { .type = DNS_TYPE_TLSA, .class = DNS_CLASS_IN };
	struct buf text = BUF_INIT;
	struct tlsa tlsa;
	bool usable = false;

	if (size > UINT16_MAX)
		return 0;
	record.rdata = mem_dup(data, size);
	record.length = (uint16_t)size;
	if (dns_record_tlsa(&record, &tlsa)) {
		require(tlsa.length == size - NUMBERS);
		usable = tlsa_use(&tlsa) == TLSA_USABLE;
		if (usable)
			check_usable(&tlsa);
		tlsa_text(&text, &tlsa);
		require(text_is_printable(text.data, text.length));
	}
	check_host(&record, usable);
	buf_clear(&text);
	free(record.rdata);
	return 0;
}
