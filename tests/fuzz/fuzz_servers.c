/*
 * Replies of hostile name servers to a trace and to a comparison: every question is answered with the
 * next piece of the input, until both are done. They must end, within their limits, and what they
 * come to must be printable.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "dns/answer.h"
#include "dns/comparison.h"
#include "dns/hints.h"
#include "dns/message.h"
#include "dns/trace.h"
#include "mail/divergence.h"

enum {
	PIECE_MAX = 400,
	ASKS_MOST = 1024
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input, read in a ring: each piece is told by an octet for its length. */
struct source {
	const uint8_t *data;
	size_t size, at;
};

/* Takes the next octet. */
static uint8_t
next_octet(struct source *source)
{
	return source->data[source->at++ % source->size];
}

/* Makes a reply of a header and the input's octets, as a result that keeps it whole. */
static struct dns_result *
reply_to(struct source *source, const struct dns_question *question)
{
	struct dns_result *result = dns_result_new(question);
	struct dns_message message;
	uint8_t wire[PIECE_MAX];
	size_t n = 2u * next_octet(source) % PIECE_MAX;

	result->ttl = DNS_TTL_MAX;
	if (n < 12) {
		result->outcome = n % 2 ? DNS_TIMEOUT : DNS_UNREACHABLE;
		return result;
	}
	for (size_t i = 0; i < n; i++)
		wire[i] = next_octet(source);
	result->outcome = DNS_MALFORMED;
	result->reply = mem_dup(wire, n);
	result->reply_length = n;
	if (dns_message_parse(&message, wire, n) == NULL) {
		result->outcome = dns_answer_read(result, &message).outcome;
		dns_message_clear(&message);
	}
	return result;
}

/* What the resolver finds: NS records and addresses made of the input. */
static struct dns_result *
resolve(struct source *source, const struct dns_question *question)
{
	struct dns_result *result = dns_result_new(question);
	uint8_t octet = next_octet(source);
	struct dns_record record = { .owner = question->name,
		.type = question->type,
		.class = DNS_CLASS_IN,
		.ttl = 60 };

	result->outcome = octet % 8 == 0 ? DNS_SERVFAIL : DNS_NODATA;
	for (unsigned i = 0; i < octet % 8u; i++) {
		uint8_t rdata[16] = { 1, (uint8_t)('a' + next_octet(source) % 26), 0 };

		record.length = question->type == DNS_TYPE_NS ? 3
		    : question->type == DNS_TYPE_A            ? 4
							      : 16;
		record.rdata = mem_dup(rdata, record.length);
		dns_records_add(&result->answer, &record);
		result->outcome = DNS_ANSWER;
	}
	return result;
}

/* Answers one question. */
static struct dns_result *
answer(struct source *source, const struct dns_enquiry *enquiry)
{
	return enquiry->resolve ? resolve(source, &enquiry->question)
				: reply_to(source, &enquiry->question);
}

/* Ends the program when the text is not printable. */
static void
demand_printable(const char *text)
{
	if (!text_is_printable(text, strlen(text)))
		abort();
}

/* Walks to the end. */
static void
trace(struct source *source, const struct dns_question *question)
{
	struct dns_records hints = { 0 };
	struct buf text = BUF_INIT;
	struct dns_enquiry enquiry;
	struct dns_trace *machine;
	size_t asked = 0;

	dns_hints_builtin(&hints);
	machine = dns_trace_new(question, &hints);
	while (dns_trace_next(machine, &enquiry)) {
		struct dns_result *result = answer(source, &enquiry);

		if (++asked > ASKS_MOST)
			abort();
		dns_trace_take(machine, enquiry.tag, result);
		dns_result_release(result);
	}
	if (!dns_trace_is_done(machine))
		abort();
	dns_trace_conclude(machine, &text);
	demand_printable(buf_text(&text));
	buf_clear(&text);
	dns_trace_free(machine);
	dns_records_clear(&hints);
}

/* Compares to the end. */
static void
compare(struct source *source, const struct dns_question *question)
{
	struct dns_comparison *machine = dns_comparison_new(&question->name);
	struct divergence divergence;
	struct dns_enquiry enquiry;
	size_t asked = 0;

	while (dns_comparison_next(machine, &enquiry)) {
		struct dns_result *result = answer(source, &enquiry);

		if (++asked > ASKS_MOST)
			abort();
		dns_comparison_take(machine, enquiry.tag, result);
		dns_result_release(result);
	}
	if (!dns_comparison_is_done(machine))
		abort();
	divergence_make(&divergence, machine);
	for (size_t i = 0; i < divergence.count; i++)
		demand_printable(divergence.lines[i].text);
	divergence_clear(&divergence);
	dns_comparison_free(machine);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source source = { data, size, 0 };
	struct dns_question question = { .type = DNS_TYPE_MX };

	if (size == 0)
		return 0;
	dns_name_parse(&question.name, "a.b.example.net");
	trace(&source, &question);
	source.at = 0;
	compare(&source, &question);
	return 0;
}
