/*
 * Name servers with authority, beside each other: what each one answers, refers to or refuses. A
 * table of servers and questions over one small name space; no sockets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "util/buf.h"
#include "dns/zone.h"
#include "lab/authority.h"
#include "lab/delegation.h"

static const char space[] = ". 3600 NS a.root.\n"
			    "a.root. 3600 A 192.0.2.1\n"
			    "example. 3600 NS ns.nic.example.\n"
			    "ns.nic.example. 3600 A 192.0.2.2\n"
			    "leaf.example. 3600 NS ns.leaf.example.\n"
			    "leaf.example. 3600 NS ns.far.test.\n"
			    "ns.leaf.example. 3600 A 192.0.2.3\n"
			    "ns.far.test. 3600 A 192.0.2.4\n"
			    "leaf.example. 3600 MX 10 mx.leaf.example.\n"
			    "mx.leaf.example. 3600 A 192.0.2.5\n"
			    "out.leaf.example. 3600 CNAME www.other.example.\n"
			    "www.other.example. 3600 A 192.0.2.6\n";

static const char *const apexes[] = { ".", "example", "test", "leaf.example", "other.example" };

/* Who is asked. */
enum server {
	ROOT,
	REGISTRY,
	LEAF,
	LEAF_DIFFERENT, /* with an MX of its own, and without the address of mx */
	NOBODY /* holds no zone */
};

static const struct {
	enum server server;
	const char *name;
	uint16_t type;
	const char *flags; /* "aa", or "" */
	unsigned rcode;
	const char *answer, *authority, *additional; /* the types, in order */
} rows[] = {
	{ ROOT, "leaf.example", DNS_TYPE_MX, "", 0, "", "NS", "A" },
	{ ROOT, "a.root", DNS_TYPE_A, "aa", 0, "A", "", "" },
	{ ROOT, ".", DNS_TYPE_NS, "aa", 0, "NS", "", "" },
	{ REGISTRY, "leaf.example", DNS_TYPE_MX, "", 0, "", "NS NS", "A" },
	{ REGISTRY, "mx.leaf.example", DNS_TYPE_A, "", 0, "", "NS NS", "A" },
	{ REGISTRY, "gone.example", DNS_TYPE_A, "aa", 3, "", "SOA", "" },
	{ REGISTRY, "www.test", DNS_TYPE_A, "", 5, "", "", "" },
	{ LEAF, "leaf.example", DNS_TYPE_MX, "aa", 0, "MX", "", "" },
	{ LEAF, "leaf.example", DNS_TYPE_NS, "aa", 0, "NS NS", "", "" },
	{ LEAF, "leaf.example", DNS_TYPE_A, "aa", 0, "", "SOA", "" },
	{ LEAF, "out.leaf.example", DNS_TYPE_A, "aa", 0, "CNAME", "", "" },
	{ LEAF, "www.other.example", DNS_TYPE_A, "", 5, "", "", "" },
	{ LEAF, "example", DNS_TYPE_NS, "", 5, "", "", "" },
	{ LEAF_DIFFERENT, "leaf.example", DNS_TYPE_MX, "aa", 0, "MX MX", "", "" },
	{ LEAF_DIFFERENT, "mx.leaf.example", DNS_TYPE_A, "aa", 0, "", "SOA", "" },
	{ NOBODY, "leaf.example", DNS_TYPE_MX, "", 5, "", "", "" },
};

/* Reads a name. */
static struct dns_name
name_of(const char *text)
{
	struct dns_name name;

	assert_int_equal(dns_name_parse(&name, text), DNS_NAME_OK);
	return name;
}

/* The name space above. */
static struct authority *
open_space(void)
{
	struct authority *authority = authority_new();
	struct dns_records records = { 0 };

	assert_null(dns_zone_parse(space, NULL, 3600, &records));
	authority_add_records(authority, &records);
	dns_records_clear(&records);
	for (size_t i = 0; i < sizeof apexes / sizeof *apexes; i++) {
		const struct dns_name apex = name_of(apexes[i]);

		authority_add_zone(authority, &apex, LAB_UNSIGNED);
	}
	authority_seal(authority);
	return authority;
}

/* Writes the types of a section. */
static const char *
types_of(const struct dns_records *section, struct buf *out)
{
	char type[12];

	buf_truncate(out, 0);
	for (size_t i = 0; i < section->count; i++)
		buf_addf(
		    out, "%s%s", i > 0 ? " " : "", dns_type_text(section->items[i].type, type));
	return buf_text(out);
}

/* Asks one server and holds its reply against the row. */
static void
check_row(const struct authority *authority, const struct lab_role *role, size_t i)
{
	const struct dns_message query = { .has_question = true,
		.question = { .name = name_of(rows[i].name), .type = rows[i].type } };
	struct dns_message reply;
	struct buf answer = BUF_INIT, upper = BUF_INIT, extra = BUF_INIT;

	delegation_answer(authority, role, &query, 0, &reply);
	if (reply.authoritative != (*rows[i].flags != '\0') || reply.recursion_available ||
	    reply.rcode != rows[i].rcode ||
	    strcmp(types_of(&reply.answer, &answer), rows[i].answer) != 0 ||
	    strcmp(types_of(&reply.authority, &upper), rows[i].authority) != 0 ||
	    strcmp(types_of(&reply.additional, &extra), rows[i].additional) != 0)
		fail_msg("row %zu (%s): aa %d rcode %u answer \"%s\" authority \"%s\" "
			 "additional \"%s\"",
		    i, rows[i].name, reply.authoritative, reply.rcode, buf_text(&answer),
		    buf_text(&upper), buf_text(&extra));
	dns_message_clear(&reply);
	buf_clear(&answer);
	buf_clear(&upper);
	buf_clear(&extra);
}

static void
each_server_answers_for_its_zones_only(void **state)
{
	struct dns_name root = name_of("."), example = name_of("example"),
			leaf = name_of("leaf.example");
	struct dns_question lacks = { .name = name_of("mx.leaf.example"), .type = DNS_TYPE_A };
	struct dns_records own = { 0 };
	const struct lab_role roles[] = {
		[ROOT] = { .zones = &root, .zone_count = 1 },
		[REGISTRY] = { .zones = &example, .zone_count = 1 },
		[LEAF] = { .zones = &leaf, .zone_count = 1 },
		[LEAF_DIFFERENT] = { .zones = &leaf,
		    .zone_count = 1,
		    .own = &own,
		    .lacks = &lacks,
		    .lack_count = 1 },
		[NOBODY] = { 0 },
	};
	struct authority *authority = open_space();

	(void)state;
	assert_null(dns_zone_parse("@ MX 1 a\n@ MX 2 b\n", &leaf, 60, &own));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_row(authority, &roles[rows[i].server], i);
	dns_records_clear(&own);
	authority_free(authority);
}

static void
the_zone_above_may_name_other_servers(void **state)
{
	const struct dns_name example = name_of("example"), leaf = name_of("leaf.example");
	const struct lab_role role = { .zones = &example, .zone_count = 1 };
	const struct dns_message query = { .has_question = true,
		.question = { .name = leaf, .type = DNS_TYPE_MX } };
	struct authority *authority = open_space();
	struct dns_records named = { 0 };
	struct dns_message reply;
	struct dns_name name;

	(void)state;
	assert_null(dns_zone_parse("@ NS ns.old.example.\n", &leaf, 60, &named));
	authority_add_delegation(authority, &named);
	delegation_answer(authority, &role, &query, 0, &reply);
	assert_int_equal(reply.authority.count, 1);
	assert_true(dns_record_target(&reply.authority.items[0], &name));
	const struct dns_name old = name_of("ns.old.example");

	assert_true(dns_name_equal(&name, &old));
	assert_int_equal(reply.additional.count, 0);
	dns_message_clear(&reply);
	dns_records_clear(&named);
	authority_free(authority);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_server_answers_for_its_zones_only),
		cmocka_unit_test(the_zone_above_may_name_other_servers),
	};

	return cmocka_run_group_tests_name("lab/delegation", tests, NULL, NULL);
}
