/*
 * An edited MX set while the real one is asked for anew: nothing is compared with what is not there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "util/buf.h"
#include "dns/zone.h"
#include "mail/facts.h"
#include "mail/imagine.h"

/* Begins the facts of the domain, whose MX records are not known yet. */
static void
begin(struct mail_facts *facts)
{
	struct mail_subject subject;

	assert_null(mail_subject_parse(&subject, "example.net"));
	mail_facts_init(facts, &subject);
	mail_subject_clear(&subject);
}

/* Tells the facts of one MX record. */
static void
give_mx(struct mail_facts *facts)
{
	struct dns_question question = { .type = DNS_TYPE_MX };
	struct dns_result *result;

	assert_int_equal(dns_name_parse(&question.name, "example.net"), DNS_NAME_OK);
	result = dns_result_new(&question);
	result->outcome = DNS_ANSWER;
	assert_null(dns_zone_parse("@ MX 10 mx", &question.name, 300, &result->answer));
	mail_facts_mx(facts, result);
	dns_result_release(result);
}

/* What is pretended about these facts, as a sentence says it. */
static void
assert_told(const struct what_if *what_if, const struct mail_facts *facts, const char *told)
{
	struct buf text = BUF_INIT;

	what_if_write(&text, what_if, facts);
	assert_string_equal(buf_text(&text), told);
	buf_clear(&text);
}

static void
an_edited_set_outlives_the_real_one(void **state)
{
	struct what_if what_if = { 0 };
	struct mail_facts facts, anew;
	struct buf text = BUF_INIT;
	char *fault;

	(void)state;
	begin(&facts);
	fault = mx_draft_add(&what_if.mx, &facts, "5", "new.example.net");
	assert_string_equal(fault, "The MX records of example.net are still being asked for.");
	free(fault);
	give_mx(&facts);
	assert_null(mx_draft_add(&what_if.mx, &facts, "5", "new.example.net"));
	assert_told(&what_if, &facts, "MX 5 new.example.net added");
	begin(&anew);
	assert_told(&what_if, &anew, "edited MX records");
	assert_false(mx_draft_zone(&text, &what_if.mx, &anew));
	give_mx(&anew);
	assert_told(&what_if, &anew, "MX 5 new.example.net added");
	mail_facts_clear(&facts);
	mail_facts_clear(&anew);
	buf_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_edited_set_outlives_the_real_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
