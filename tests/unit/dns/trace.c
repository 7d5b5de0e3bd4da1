/*
 * Walks from the root, told as tables: what each server says to each question, and what the trace
 * makes of it. No sockets, no clock; replies are given in the order asked, and in the reverse.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"
#include "util/mem.h"
#include "dns/message.h"
#include "dns/trace.h"
#include "dns/zone.h"

enum {
	ASKS_MOST = TRACE_ASKS_MAX + 1,
};

/* What a server says; a NULL server ends a story. */
struct says {
	const char *server, *name, *type; /* name "*" = whatever is asked */
	const char *how; /* "aa", "", "refused", "servfail", "nxdomain", "silent",
			* "unreachable", "closed", "junk" */
	const char *answer, *authority, *additional; /* zone text, NULL = nothing */
};

/* One walk: `found` is what dump() writes. */
struct story {
	const char *title, *name, *type;
	const struct says *says;
	const char *resolver; /* zone text of addresses that a resolver finds, or NULL */
	const char *found, *comes_to;
};

static const char hints[] = ". NS a.root.\n. NS b.root.\n"
			    "a.root. A 192.0.2.1\nb.root. A 192.0.2.2\n";

#define TOP \
	{ "192.0.2.1", "*", "MX", "", NULL, "test. NS ns.test.\n", "ns.test. A 192.0.2.3\n" }, \
	    { "192.0.2.2", "*", "MX", "", NULL, "test. NS ns.test.\n", \
		    "ns.test. A 192.0.2.3\n" }, \
	{ \
		"192.0.2.3", "test", "NS", "aa", "test. NS ns.test.\n", NULL, NULL \
	}

#define FOUND_TOP \
	". | a.root 192.0.2.1 refers test | b.root 192.0.2.2 refers test\n" \
	"test | ns.test 192.0.2.3 glue refers d.test\n"

static const struct says clean[] = {
	TOP,
	{ "192.0.2.3", "*", "MX", "", NULL, "d.test. NS ns1.d.test.\nd.test. NS ns2.d.test.\n",
	    "ns1.d.test. A 192.0.2.4\nns2.d.test. A 192.0.2.5\n" },
	{ "192.0.2.4", "d.test", "MX", "aa", "d.test. MX 10 mx.d.test.\n", NULL, NULL },
	{ "192.0.2.5", "d.test", "MX", "aa", "d.test. MX 10 mx.d.test.\n", NULL, NULL },
	{ "192.0.2.4", "d.test", "NS", "aa", "d.test. NS ns1.d.test.\nd.test. NS ns2.d.test.\n",
	    NULL, NULL },
	{ "192.0.2.5", "d.test", "NS", "aa", "d.test. NS ns2.d.test.\nd.test. NS ns1.d.test.\n",
	    NULL, NULL },
	{ 0 },
};

static const struct says troubled[] = {
	TOP,
	{ "192.0.2.3", "*", "MX", "", NULL,
	    "d.test. NS good.d.test.\nd.test. NS refuses.d.test.\nd.test. NS up.d.test.\n"
	    "d.test. NS mute.d.test.\nd.test. NS fails.d.test.\nd.test. NS junk.d.test.\n"
	    "d.test. NS cached.d.test.\n",
	    "good.d.test. A 192.0.2.4\nrefuses.d.test. A 192.0.2.5\nup.d.test. A 192.0.2.6\n"
	    "mute.d.test. A 192.0.2.7\nfails.d.test. A 192.0.2.8\njunk.d.test. A 192.0.2.9\n"
	    "cached.d.test. A 192.0.2.10\n" },
	{ "192.0.2.4", "d.test", "MX", "aa", NULL, "d.test. SOA a. b. 1 2 3 4 5\n", NULL },
	{ "192.0.2.5", "*", "*", "refused", NULL, NULL, NULL },
	{ "192.0.2.6", "*", "*", "", NULL, ". NS a.root.\n", NULL },
	{ "192.0.2.7", "*", "*", "silent", NULL, NULL, NULL },
	{ "192.0.2.8", "*", "*", "servfail", NULL, NULL, NULL },
	{ "192.0.2.9", "*", "*", "junk", NULL, NULL, NULL },
	{ "192.0.2.10", "d.test", "MX", "", "d.test. MX 10 mx.d.test.\n", NULL, NULL },
	{ 0 },
};

static const struct says differing[] = {
	TOP,
	{ "192.0.2.3", "*", "MX", "", NULL, "d.test. NS ns1.d.test.\nd.test. NS old.d.test.\n",
	    "ns1.d.test. A 192.0.2.4\n" },
	{ "192.0.2.4", "d.test", "MX", "aa", "d.test. MX 10 mx.d.test.\n", NULL, NULL },
	{ "192.0.2.4", "d.test", "NS", "aa", "d.test. NS ns1.d.test.\nd.test. NS new.e.test.\n",
	    NULL, "new.e.test. A 192.0.2.66\n" },
	{ "192.0.2.5", "*", "*", "nxdomain", NULL, NULL, NULL },
	{ 0 },
};

static const struct says half_known[] = {
	TOP,
	{ "192.0.2.3", "*", "MX", "", NULL,
	    "d.test. NS ns1.d.test.\nd.test. NS ns.broken.test.\nd.test. NS ns.gone.test.\n",
	    "ns1.d.test. A 192.0.2.4\n" },
	{ "192.0.2.4", "d.test", "MX", "aa", "d.test. MX 10 mx.d.test.\n", NULL, NULL },
	{ 0 },
};

/* The server of "test" refers with authority, then gives NODATA in the same shape but with a SOA. */
static const struct says referring_with_authority[] = {
	TOP,
	{ "192.0.2.3", "*", "MX", "aa", NULL, "d.test. NS ns1.d.test.\n",
	    "ns1.d.test. A 192.0.2.4\n" },
	{ "192.0.2.4", "a.d.test", "MX", "aa", NULL,
	    "d.test. NS ns1.d.test.\nd.test. SOA a. b. 1 2 3 4 5\n", NULL },
	{ "192.0.2.4", "d.test", "NS", "aa", "d.test. NS ns1.d.test.\n", NULL, NULL },
	{ 0 },
};

static const struct says closed_port[] = {
	TOP,
	{ "192.0.2.3", "*", "MX", "", NULL, "d.test. NS ns1.d.test.\nd.test. NS ns2.d.test.\n",
	    "ns1.d.test. A 192.0.2.4\nns2.d.test. A 192.0.2.5\n" },
	{ "192.0.2.4", "d.test", "*", "aa", "d.test. MX 10 mx.d.test.\n", NULL, NULL },
	{ "192.0.2.5", "*", "*", "closed", NULL, NULL, NULL },
	{ 0 },
};

static const struct says closed_root[] = {
	{ "192.0.2.1", "*", "*", "closed", NULL, NULL, NULL },
	{ "192.0.2.2", "*", "*", "closed", NULL, NULL, NULL },
	{ 0 },
};

static const struct says out_of_reach[] = {
	TOP,
	{ "192.0.2.3", "*", "MX", "", NULL, "d.test. NS ns1.d.test.\nd.test. NS ns2.d.test.\n",
	    "ns1.d.test. A 192.0.2.4\nns2.d.test. A 192.0.2.5\n" },
	{ "192.0.2.4", "d.test", "*", "aa", "d.test. MX 10 mx.d.test.\n", NULL, NULL },
	{ "192.0.2.5", "*", "*", "unreachable", NULL, NULL, NULL },
	{ 0 },
};

static const struct says nowhere[] = {
	{ "192.0.2.1", "*", "*", "unreachable", NULL, NULL, NULL },
	{ "192.0.2.2", "*", "*", "unreachable", NULL, NULL, NULL },
	{ 0 },
};

static const struct says mute[] = {
	{ "192.0.2.1", "*", "*", "silent", NULL, NULL, NULL },
	{ "192.0.2.2", "*", "*", "unreachable", NULL, NULL, NULL },
	{ 0 },
};

static const struct says intercepted[] = {
	{ "192.0.2.1", "*", "*", "", "d.test. MX 10 mx.d.test.\n", NULL, NULL },
	{ "192.0.2.2", "*", "*", "silent", NULL, NULL, NULL },
	{ 0 },
};

static const struct says misleading[] = {
	{ "192.0.2.1", "*", "MX", "", NULL, "test. NS ns.test.\n", "ns.test. A 192.0.2.3\n" },
	{ "192.0.2.2", "*", "MX", "", NULL, "test. NS ns.test.\ntest. NS x.test.\n",
	    "ns.test. A 192.0.2.3\nx.test. A 192.0.2.3\nother.test. A 192.0.2.99\n" },
	{ "192.0.2.3", "*", "MX", "", NULL, "test. NS ns.test.\n", NULL },
	{ 0 },
};

static const struct says foreign_glue[] = {
	TOP,
	{ "192.0.2.3", "*", "MX", "", NULL, "d.test. NS ns.victim.example.\n",
	    "ns.victim.example. A 192.0.2.66\n" },
	{ "192.0.2.4", "d.test", "MX", "aa", "d.test. CNAME e.test.\n", NULL, NULL },
	{ 0 },
};

static const struct story stories[] = {
	{ "a clean walk", "d.test", "MX", clean, NULL,
	    FOUND_TOP "d.test | ns1.d.test 192.0.2.4 glue answers | "
		      "ns2.d.test 192.0.2.5 glue answers\n",
	    "All addresses of the servers of d.test answer." },
	{ "the name is below its zone", "a.b.d.test", "MX", clean, NULL,
	    FOUND_TOP "d.test | ns1.d.test 192.0.2.4 glue malformed | "
		      "ns2.d.test 192.0.2.5 glue malformed\n",
	    "No server of d.test answers: resolvers fail (SERVFAIL); 2 fail." },
	{ "every way to be of no use", "d.test", "MX", troubled, NULL,
	    FOUND_TOP "d.test child unknown | good.d.test 192.0.2.4 glue no data | "
		      "refuses.d.test 192.0.2.5 glue lame rcode 5 | "
		      "up.d.test 192.0.2.6 glue lame . | mute.d.test 192.0.2.7 glue silent | "
		      "fails.d.test 192.0.2.8 glue fails rcode 2 | "
		      "junk.d.test 192.0.2.9 glue malformed | "
		      "cached.d.test 192.0.2.10 glue lame\n",
	    "1 of 7 addresses of the servers of d.test answers; 3 are lame; 1 is silent; "
	    "2 fail." },
	{ "parent and child differ, and a server without glue is looked up", "d.test", "MX",
	    differing, "new.e.test. A 192.0.2.5\n",
	    FOUND_TOP "d.test | parent only old.d.test | child only new.e.test | "
		      "ns1.d.test 192.0.2.4 glue answers | "
		      "new.e.test 192.0.2.5 no such name rcode 3 | "
		      "old.d.test has no address\n",
	    "All addresses of the servers of d.test answer; 1 server has no address. The zone "
	    "above and the zone itself do not name the same servers." },
	{ "a lookup that fails does not say that there is no address", "d.test", "MX",
	    half_known, NULL,
	    FOUND_TOP "d.test child unknown | ns1.d.test 192.0.2.4 glue answers | "
		      "ns.broken.test cannot be looked up | ns.gone.test has no address\n",
	    "The only address of the servers of d.test answers; 1 server has no address; 1 "
	    "server cannot be looked up now." },
	{ "a referral may come with authority", "a.d.test", "MX", referring_with_authority,
	    NULL, FOUND_TOP "d.test | ns1.d.test 192.0.2.4 glue no data\n",
	    "The only address of the servers of d.test answers." },
	{ "a refused connection is an answer of the host", "d.test", "MX", closed_port, NULL,
	    FOUND_TOP "d.test child unknown | ns1.d.test 192.0.2.4 glue answers | "
		      "ns2.d.test 192.0.2.5 glue port closed\n",
	    "1 of 2 addresses of the servers of d.test answers; 1 refuses the connection on "
	    "port 53." },
	{ "a root that refuses is no root", "d.test", "MX", closed_root, NULL,
	    ". | a.root 192.0.2.1 port closed | b.root 192.0.2.2 port closed\n",
	    "Something on the way refuses the connection in place of the root's servers: "
	    "nothing can be told." },
	{ "what cannot be reached from here is no fault of the zone", "d.test", "MX",
	    out_of_reach, NULL,
	    FOUND_TOP "d.test child unknown | ns1.d.test 192.0.2.4 glue answers | "
		      "ns2.d.test 192.0.2.5 glue unreachable\n",
	    "The only address of the servers of d.test answers (1 more cannot be reached from "
	    "here)." },
	{ "without a network nothing can be told", "d.test", "MX", nowhere, NULL,
	    ". | a.root 192.0.2.1 unreachable | b.root 192.0.2.2 unreachable\n",
	    "No server of the root can be reached from here: nothing can be told." },
	{ "a root without authority is no root", "d.test", "MX", intercepted, NULL,
	    ". | a.root 192.0.2.1 lame | b.root 192.0.2.2 silent\n",
	    "Something on the way answers in place of the root's servers: port 53 is "
	    "intercepted "
	    "here, and nothing can be told." },
	{ "a root that is silent tells of this network", "d.test", "MX", mute, NULL,
	    ". | a.root 192.0.2.1 silent | b.root 192.0.2.2 unreachable\n",
	    "No server of the root answers from here: is port 53 let out?" },
	{ "a referral to itself is no way on, and servers of one zone that differ are seen",
	    "d.test", "MX", misleading, NULL,
	    ". | a.root 192.0.2.1 refers test | b.root 192.0.2.2 refers test\n"
	    "test parents differ child unknown | ns.test 192.0.2.3 glue lame test | "
	    "x.test 192.0.2.3 glue lame test\n",
	    "No server of test answers: resolvers fail (SERVFAIL); 2 are lame." },
	{ "glue for somebody else's name is not believed; an alias is told", "d.test", "MX",
	    foreign_glue, "ns.victim.example. A 192.0.2.4\n",
	    FOUND_TOP "d.test child unknown | ns.victim.example 192.0.2.4 alias e.test\n",
	    "The only address of the servers of d.test answers." },
};

/* Reads a name. */
static struct dns_name
name_of(const char *text)
{
	struct dns_name name;

	assert_int_equal(dns_name_parse(&name, text), DNS_NAME_OK);
	return name;
}

/* Appends zone text to a section. */
static void
add_text(struct dns_records *section, const char *text)
{
	char *error = text ? dns_zone_parse(text, NULL, 60, section) : NULL;

	if (error)
		fail_msg("%s: %s", text, error);
}

/* True when a line of the story is about this question to this server. */
static bool
is_about(const struct says *says, const struct dns_enquiry *want)
{
	char ip[IP_TEXT_MAX], name[DNS_NAME_TEXT_MAX], type[12];

	return strcmp(says->server, ip_text(&want->server.ip, ip)) == 0 &&
	    (strcmp(says->name, "*") == 0 ||
		strcmp(says->name, dns_name_text(&want->question.name, name)) == 0) &&
	    (strcmp(says->type, "*") == 0 ||
		strcmp(says->type, dns_type_text(want->question.type, type)) == 0);
}

/* Makes the result of a server that says this. */
static struct dns_result *
reply_of(const struct says *says, const struct dns_enquiry *want)
{
	static const struct {
		const char *how;
		unsigned rcode;
	} rcodes[] = { { "refused", 5 }, { "servfail", 2 }, { "nxdomain", 3 } };
	struct dns_result *result = dns_result_new(&want->question);
	struct dns_message message = { .response = true,
		.authoritative =
		    strcmp(says->how, "aa") == 0 || strcmp(says->how, "nxdomain") == 0,
		.has_question = true,
		.question = want->question };
	struct buf wire = BUF_INIT;

	result->outcome = DNS_TIMEOUT;
	if (strcmp(says->how, "silent") == 0)
		return result;
	if (strcmp(says->how, "unreachable") == 0 || strcmp(says->how, "closed") == 0) {
		result->outcome = DNS_UNREACHABLE;
		if (strcmp(says->how, "closed") == 0)
			result->server = want->server;
		return result;
	}
	result->outcome = DNS_MALFORMED;
	for (size_t i = 0; i < sizeof rcodes / sizeof *rcodes; i++) {
		if (strcmp(says->how, rcodes[i].how) == 0)
			message.rcode = rcodes[i].rcode;
	}
	add_text(&message.answer, says->answer);
	add_text(&message.authority, says->authority);
	add_text(&message.additional, says->additional);
	dns_message_write(&message, DNS_MESSAGE_MAX, &wire);
	result->reply_length = wire.length - (strcmp(says->how, "junk") == 0 ? 3 : 0);
	result->reply = mem_dup(wire.data, result->reply_length);
	buf_clear(&wire);
	dns_message_clear(&message);
	return result;
}

/* Makes what a resolver finds; what is below "broken.test" it cannot find out. */
static struct dns_result *
resolve(const struct story *story, const struct dns_enquiry *want)
{
	const struct dns_name broken = name_of("broken.test");
	struct dns_result *result = dns_result_new(&want->question);
	struct dns_records all = { 0 };

	add_text(&all, story->resolver);
	for (size_t i = 0; i < all.count; i++) {
		if (all.items[i].type == want->question.type &&
		    dns_name_equal(&all.items[i].owner, &want->question.name))
			dns_records_copy(&result->answer, &all.items[i]);
	}
	result->outcome = result->answer.count ? DNS_ANSWER : DNS_NXDOMAIN;
	if (dns_name_below(&want->question.name, &broken))
		result->outcome = DNS_SERVFAIL;
	dns_records_clear(&all);
	return result;
}

/* Answers a question of the trace as the story has it; what it does not know is junk. */
static void
answer(struct dns_trace *trace, const struct story *story, const struct dns_enquiry *want)
{
	static const struct says junk = { "", "*", "*", "junk", NULL, NULL, NULL };
	const struct says *says = story->says;
	struct dns_result *result;

	while (says->server && !is_about(says, want))
		says++;
	result =
	    want->resolve ? resolve(story, want) : reply_of(says->server ? says : &junk, want);
	dns_trace_take(trace, want->tag, result);
	dns_trace_take(trace, want->tag, result); /* a second time: passed over */
	dns_result_release(result);
}

/* Writes one address of a zone. */
static void
dump_server(const struct dns_trace *trace, const struct trace_zone *zone,
    const struct trace_server *server, struct buf *out)
{
	char name[DNS_NAME_TEXT_MAX], ip[IP_TEXT_MAX];

	buf_addf(out, " | %s %s%s %s", dns_name_text(&zone->hosts[server->host].name, name),
	    ip_text(&server->ip, ip), server->glue && zone != trace->zones ? " glue" : "",
	    trace_state_name(server->state));
	if (server->rcode)
		buf_addf(out, " rcode %u", server->rcode);
	if (server->state == TRACE_REFERS)
		buf_addf(
		    out, " %s", dns_name_text(&trace->zones[server->refers_to].apex, name));
	else if (server->target.length)
		buf_addf(out, " %s", dns_name_text(&server->target, name));
}

/* Writes who names which hosts, where that differs. */
static void
dump_hosts(const struct trace_zone *zone, struct buf *out)
{
	for (size_t i = 0; dns_trace_child_known(zone) && i < zone->host_count; i++) {
		const struct trace_host *host = &zone->hosts[i];
		char name[DNS_NAME_TEXT_MAX];

		if (host->by_parent != host->by_child)
			buf_addf(out, " | %s only %s", host->by_parent ? "parent" : "child",
			    dns_name_text(&host->name, name));
	}
}

/* Writes what the trace has found. */
static char *
dump(const struct dns_trace *trace)
{
	static const char *const homes[] = {
		[TRACE_HOME_NONE] = "has no address",
		[TRACE_HOME_PENDING] = "is being looked up",
		[TRACE_HOME_FAILED] = "cannot be looked up",
		[TRACE_HOME_UNASKED] = "was not looked up",
	};
	struct buf out = BUF_INIT;
	char name[DNS_NAME_TEXT_MAX];

	for (size_t z = 0; z < trace->zone_count; z++) {
		const struct trace_zone *zone = &trace->zones[z];

		buf_adds(&out, dns_name_text(&zone->apex, name));
		if (dns_trace_parents_differ(trace, z))
			buf_adds(&out, " parents differ");
		if (dns_trace_names_differ(zone))
			buf_adds(&out, " names differ");
		if (z > 0 && !dns_trace_child_known(zone))
			buf_adds(&out, " child unknown");
		dump_hosts(zone, &out);
		for (size_t s = 0; s < zone->server_count; s++)
			dump_server(trace, zone, &zone->servers[s], &out);
		for (size_t h = 0; h < zone->host_count; h++) {
			const char *home = homes[dns_trace_home(&zone->hosts[h])];

			if (home != NULL)
				buf_addf(&out, " | %s %s",
				    dns_name_text(&zone->hosts[h].name, name), home);
		}
		buf_addc(&out, '\n');
	}
	return buf_take(&out);
}

/* Begins the walk of a story. */
static struct dns_trace *
begin(const struct story *story)
{
	struct dns_question question = { .name = name_of(story->name) };
	struct dns_records records = { 0 };
	struct dns_trace *trace;

	assert_true(dns_type_parse(story->type, &question.type));
	add_text(&records, hints);
	trace = dns_trace_new(&question, &records);
	dns_records_clear(&records);
	return trace;
}

static void
walks_come_out_as_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
		struct dns_trace *trace = begin(&stories[i]);
		struct buf conclusion = BUF_INIT;
		struct dns_enquiry want;
		size_t asked = 0;
		char *found;

		while (dns_trace_next(trace, &want)) {
			assert_true(++asked < ASKS_MOST);
			answer(trace, &stories[i], &want);
		}
		assert_true(dns_trace_is_done(trace));
		found = dump(trace);
		if (strcmp(found, stories[i].found) != 0)
			fail_msg("%s:\n%s", stories[i].title, found);
		free(found);
		dns_trace_conclude(trace, &conclusion);
		assert_string_equal(buf_text(&conclusion), stories[i].comes_to);
		buf_clear(&conclusion);
		dns_trace_free(trace);
	}
}

/* Orders octets. */
static int
compare_octets(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

/* Returns the text with its characters in order: the same for any order of the same facts. */
static char *
sorted(const char *text)
{
	char *copy = mem_strdup(text);

	qsort(copy, strlen(copy), 1, compare_octets);
	return copy;
}

static void
replies_in_any_order_find_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
		struct dns_trace *trace = begin(&stories[i]);
		struct dns_enquiry wants[ASKS_MOST];
		size_t count = 0;
		char *found, *got, *wanted;

		for (;;) {
			while (count < ASKS_MOST && dns_trace_next(trace, &wants[count]))
				count++;
			if (count == 0)
				break;
			answer(trace, &stories[i], &wants[--count]); /* the last one first */
		}
		assert_true(dns_trace_is_done(trace));
		found = dump(trace);
		got = sorted(found);
		wanted = sorted(stories[i].found);
		if (strcmp(got, wanted) != 0)
			fail_msg("%s, in reverse:\n%s", stories[i].title, found);
		free(got);
		free(wanted);
		free(found);
		dns_trace_free(trace);
	}
}

static void
a_walk_that_stops_tells_nothing(void **state)
{
	(void)state;
	for (size_t stop = 0; stop < 4; stop++) {
		struct dns_trace *trace = begin(&stories[0]);
		struct buf conclusion = BUF_INIT;
		struct dns_enquiry want;

		for (size_t i = 0; i < stop && dns_trace_next(trace, &want); i++)
			answer(trace, &stories[0], &want);
		assert_false(dns_trace_is_done(trace));
		dns_trace_conclude(trace, &conclusion);
		assert_string_equal(
		    buf_text(&conclusion), "Stopped before every server had answered.");
		buf_clear(&conclusion);
		dns_trace_free(trace);
	}
}

/* Answers a server's question: it refers to the next deeper zone, with 60 servers and so much glue. */
static void
refer_deeper(struct dns_trace *trace, const struct dns_enquiry *want, unsigned glued)
{
	struct dns_message message = {
		.response = true, .has_question = true, .question = want->question
	};
	struct dns_result *result = dns_result_new(&want->question);
	struct buf wire = BUF_INIT, text = BUF_INIT, glue = BUF_INIT;
	struct dns_name cut =
	    dns_name_ancestor(&trace->question.name, (unsigned)trace->zone_count);
	char apex[DNS_NAME_TEXT_MAX];

	dns_name_text(&cut, apex);
	for (unsigned i = 0; i < 60; i++) {
		buf_addf(&text, "%s. NS n%u.%s.\n", apex, i, apex);
		if (i < glued)
			buf_addf(&glue, "n%u.%s. A 192.0.2.%u\n", i, apex, 10 + i);
	}
	add_text(&message.authority, buf_text(&text));
	add_text(&message.additional, buf_text(&glue));
	dns_message_write(&message, DNS_MESSAGE_MAX, &wire);
	result->reply = mem_dup(wire.data, wire.length);
	result->reply_length = wire.length;
	dns_trace_take(trace, want->tag, result);
	dns_result_release(result);
	dns_message_clear(&message);
	buf_clear(&wire);
	buf_clear(&text);
	buf_clear(&glue);
}

/* Beyond the most questions hosts are not looked up, which does not leave them without an address. */
static void
hosts_that_were_not_asked_for_are_told(void **state)
{
	const struct story story = {
		.title = "", .name = "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.test", .type = "MX"
	};
	struct dns_trace *trace = begin(&story);
	struct buf conclusion = BUF_INIT;
	struct dns_enquiry want;
	size_t last;

	(void)state;
	while (dns_trace_next(trace, &want)) {
		struct dns_result *failed = dns_result_new(&want.question);

		failed->outcome = DNS_SERVFAIL;
		if (want.resolve)
			dns_trace_take(trace, want.tag, failed);
		else
			refer_deeper(trace, &want, 1);
		dns_result_release(failed);
	}
	assert_true(dns_trace_is_done(trace));
	last = trace->zone_count - 1;
	assert_int_equal(dns_trace_home(&trace->zones[last].hosts[0]), TRACE_HOME_KNOWN);
	assert_int_equal(dns_trace_home(&trace->zones[last].hosts[31]), TRACE_HOME_UNASKED);
	assert_int_equal(dns_trace_home(&trace->zones[1].hosts[31]), TRACE_HOME_FAILED);
	dns_trace_conclude(trace, &conclusion);
	if (strstr(buf_text(&conclusion), "servers were not looked up") == NULL ||
	    strstr(buf_text(&conclusion), "no address") != NULL)
		fail_msg("%s", buf_text(&conclusion));
	buf_clear(&conclusion);
	dns_trace_free(trace);
}

/* A server that refers to a deeper zone each time, with many servers, is followed so far only. */
static void
an_endless_delegation_ends(void **state)
{
	const struct story story = {
		.title = "", .name = "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.test", .type = "MX"
	};
	struct dns_trace *trace = begin(&story);
	struct dns_enquiry want;
	size_t asked = 0;

	(void)state;
	while (dns_trace_next(trace, &want)) {
		refer_deeper(trace, &want, 60);
		assert_true(++asked <= TRACE_ASKS_MAX);
	}
	assert_true(dns_trace_is_done(trace));
	assert_true(trace->zone_count <= TRACE_ZONES_MAX);
	assert_int_equal(dns_trace_end(trace)->server_count, TRACE_SERVERS_MAX);
	assert_true(dns_trace_end(trace)->hosts_left_out > 0);
	dns_trace_free(trace);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_come_out_as_told),
		cmocka_unit_test(replies_in_any_order_find_the_same),
		cmocka_unit_test(a_walk_that_stops_tells_nothing),
		cmocka_unit_test(hosts_that_were_not_asked_for_are_told),
		cmocka_unit_test(an_endless_delegation_ends),
	};

	return cmocka_run_group_tests_name("dns/trace", tests, NULL, NULL);
}
