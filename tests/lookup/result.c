/*
 * What came out of a story: the fields of a result as text, held against what the story says.
 */
#include <string.h>

#include "util/span.h"
#include "dns/walk.h"
#include "story.h"

/* Compares a text of the result with what the story says. */
static void
check_text(struct story *s, const char *what, const char *got, const char *wanted)
{
	if (strcmp(got, wanted) != 0)
		complain(s, "%s is \"%s\", expected \"%s\"", what, got, wanted);
}

/* Writes a number into out. */
static void
print_number(struct buf *out, long long number)
{
	buf_addf(out, "%lld", number);
}

/* Appends the records of the answer. */
static void
print_records(const struct dns_result *result, struct buf *out)
{
	char type[12];

	for (size_t i = 0; i < result->answer.count; i++) {
		const struct dns_record *record = &result->answer.items[i];

		buf_addf(out, "%s%s ", i ? " | " : "", dns_type_text(record->type, type));
		dns_record_text(record, out);
	}
}

/* Appends the alias chain. */
static void
print_alias(const struct dns_result *result, struct buf *out)
{
	char name[DNS_NAME_TEXT_MAX];

	for (size_t i = 0; i < result->alias_count; i++)
		buf_addf(out, "%s%s", i ? " " : "", dns_name_text(&result->alias[i], name));
}

/* Appends the name that owns the answer. */
static void
print_owner(const struct dns_result *result, struct buf *out)
{
	char name[DNS_NAME_TEXT_MAX];

	buf_adds(out, dns_name_text(dns_result_owner(result), name));
}

/* Appends who gave the last reply. */
static void
print_server(const struct dns_result *result, struct buf *out)
{
	char server[ENDPOINT_TEXT_MAX];

	if (result->server.ip.family)
		buf_adds(out, endpoint_text(&result->server, server));
}

/* Appends the TTL. */
static void
print_ttl(const struct dns_result *result, struct buf *out)
{
	print_number(out, result->ttl);
}

/* Appends the number of messages sent. */
static void
print_tries(const struct dns_result *result, struct buf *out)
{
	print_number(out, result->tries);
}

/* Appends the number of replies passed over. */
static void
print_strays(const struct dns_result *result, struct buf *out)
{
	print_number(out, result->strays);
}

/* Appends the number of records kept as evidence. */
static void
print_evidence(const struct dns_result *result, struct buf *out)
{
	print_number(out, (long long)result->evidence.count);
}

/* Appends whether a reply was kept. */
static void
print_reply(const struct dns_result *result, struct buf *out)
{
	buf_adds(
	    out, result->reply && result->reply_length >= DNS_HEADER_SIZE ? "kept" : "none");
}

/* Appends whether evidence could come. */
static void
print_checkable(const struct dns_result *result, struct buf *out)
{
	buf_adds(out, result->checkable ? "yes" : "no");
}

/* Appends the rcode. */
static void
print_rcode(const struct dns_result *result, struct buf *out)
{
	print_number(out, result->rcode);
}

/* Appends how long it took. */
static void
print_elapsed(const struct dns_result *result, struct buf *out)
{
	buf_addf(out, "%lldms", (long long)(result->elapsed_us / SPAN_MS));
}

/* Appends whether the reply came over TCP. */
static void
print_tcp(const struct dns_result *result, struct buf *out)
{
	buf_adds(out, result->over_tcp ? "yes" : "no");
}

/* Appends the sentence about what went wrong. */
static void
print_error(const struct dns_result *result, struct buf *out)
{
	if (result->error)
		buf_adds(out, result->error);
}

/* Appends the extended errors. */
static void
print_ede(const struct dns_result *result, struct buf *out)
{
	for (size_t i = 0; i < result->ede_count; i++) {
		buf_adds(out, i ? "; " : "");
		dns_ede_text(&result->ede[i], out);
	}
}

static const struct {
	const char *field;
	void (*print)(const struct dns_result *result, struct buf *out);
	bool part; /* the story gives a part of the text only */
} fields[] = {
	{ "records", print_records, false },
	{ "alias", print_alias, false },
	{ "owner", print_owner, false },
	{ "server", print_server, false },
	{ "ttl", print_ttl, false },
	{ "tries", print_tries, false },
	{ "strays", print_strays, false },
	{ "evidence", print_evidence, false },
	{ "checkable", print_checkable, false },
	{ "reply", print_reply, false },
	{ "rcode", print_rcode, false },
	{ "elapsed", print_elapsed, false },
	{ "tcp", print_tcp, false },
	{ "ede", print_ede, true },
	{ "error", print_error, true },
};

/* Holds a field of the result against the story. */
void
do_check(struct story *s, const struct statement *st)
{
	const char *wanted = rest_behind(st, 1);
	struct buf got = BUF_INIT;

	if (!s->result) {
		complain(s, "there is no result before `done`");
		return;
	}
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (strcmp(fields[i].field, word(s, st, 1)) != 0)
			continue;
		fields[i].print(s->result, &got);
		if (got.length == 0)
			buf_adds(&got, "none");
		if (!fields[i].part || !strstr(got.data, wanted))
			check_text(s, fields[i].field, got.data, wanted);
		buf_clear(&got);
		return;
	}
	complain(s, "a result has no \"%s\"", word(s, st, 1));
}
