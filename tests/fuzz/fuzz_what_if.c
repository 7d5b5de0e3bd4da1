/*
 * Pretences and edits of an MX set, word by word as somebody types them: a line is `TARGET STATE`,
 * `+PREF HOST`, `-HOST` or `=HOST PREF`. What is refused is told in one printable sentence and
 * changes nothing; what is taken can be laid over the facts, planned, judged and walked through by
 * every sender; and the zone text that is printed reads as the set that was edited.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "dns/zone.h"
#include "mail/imagine.h"
#include "mail/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	LINES_MAX = 24
};

static const char zone[] = "example.net. MX 10 mx1.example.net.\n"
			   "example.net. MX 20 mx2.example.net.\n"
			   "mx1.example.net. A 192.0.2.1\nmx1.example.net. AAAA 2001:db8::1\n"
			   "mx2.example.net. A 192.0.2.2\n";

/* Ends the program unless it holds. */
static void
demand(bool holds)
{
	if (!holds)
		abort();
}

/* The zone's answer, or NODATA. */
static struct dns_result *
answer(const struct dns_records *records, const struct dns_name *name, uint16_t type)
{
	const struct dns_question question = { .name = *name, .type = type };
	struct dns_result *result = dns_result_new(&question);

	result->ttl = 300;
	for (size_t i = 0; i < records->count; i++) {
		if (records->items[i].type == type &&
		    dns_name_equal(&records->items[i].owner, name))
			dns_records_copy(&result->answer, &records->items[i]);
	}
	result->outcome = result->answer.count > 0 ? DNS_ANSWER : DNS_NODATA;
	return result;
}

/* Lets the zone answer all questions about an exchange. */
static void
answer_exchange(struct mail_facts *facts, size_t exchange, const struct dns_records *records)
{
	static const uint16_t types[] = { DNS_TYPE_A, DNS_TYPE_AAAA };

	for (size_t i = 0; i < 2; i++) {
		struct dns_result *result =
		    answer(records, &facts->mx.exchanges[exchange].name, types[i]);

		mail_facts_addresses(facts, exchange, result);
		dns_result_release(result);
	}
}

/* The facts of the zone. */
static void
make_facts(struct mail_facts *facts)
{
	struct dns_records records = { 0 };
	struct mail_subject subject;
	struct dns_result *result;

	free(dns_zone_parse(zone, NULL, 300, &records));
	free(mail_subject_parse(&subject, "example.net"));
	mail_facts_init(facts, &subject);
	result = answer(&records, &subject.domain, DNS_TYPE_MX);
	mail_facts_mx(facts, result);
	dns_result_release(result);
	for (size_t i = 0; i < facts->mx.count; i++)
		answer_exchange(facts, i, &records);
	mail_subject_clear(&subject);
	dns_records_clear(&records);
}

/* Carries out one line, of two words. */
static char *
carry_out(struct what_if *what_if, const struct mail_facts *facts, const char *first,
    const char *second)
{
	switch (first[0]) {
	case '+':
		return mx_draft_add(&what_if->mx, facts, first + 1, second);
	case '-':
		return mx_draft_remove(&what_if->mx, facts, first + 1);
	case '=':
		return mx_draft_prefer(&what_if->mx, facts, first + 1, second);
	default:
		return pretences_add(&what_if->pretences, facts, first, second);
	}
}

/* The zone text of a set holds as many MX records as the set, and nothing else. */
static void
check_zone(const struct what_if *what_if, const struct mail_facts *facts)
{
	struct dns_records records = { 0 };
	struct buf text = BUF_INIT;
	struct dns_name root;
	char *error;

	dns_name_parse(&root, ".");
	demand(mx_draft_zone(&text, &what_if->mx, facts));
	error = dns_zone_parse(text.data, NULL, 300, &records);
	demand(error == NULL);
	demand(records.count == (what_if->mx.edited ? what_if->mx.count : 2));
	for (size_t i = 0; i < records.count; i++)
		demand(records.items[i].type == DNS_TYPE_MX);
	dns_records_clear(&records);
	buf_clear(&text);
}

/* Plans and walks the imagined facts as every sender. */
static void
check_senders(const struct mail_facts *imagined)
{
	for (unsigned i = 0; i < sender_count; i++) {
		const struct plan_settings settings = {
			.sender = (enum sender)i,
			.ipv4 = true,
			.ipv6 = true,
			.special = { .allow_all = true },
		};
		const struct verdict_settings verdict_settings = { .settled = true };
		const struct findings none = { .count = 0 };
		const struct walk_settings walk_settings = { .plan = settings, .port = 25 };
		struct verdict verdict;
		struct plan plan;
		struct walk walk;

		plan_make(&plan, imagined, &settings);
		verdict_make(&verdict, imagined, &plan, &none, &verdict_settings);
		demand(text_is_printable(verdict.sentence, strlen(verdict.sentence)));
		walk_make(&walk, imagined, &plan, &verdict, &walk_settings);
		demand(walk.count > 0);
		walk_clear(&walk);
		verdict_clear(&verdict);
		plan_clear(&plan);
	}
}

/* Lays all of it over the facts. */
static void
check_imagined(const struct what_if *what_if, const struct mail_facts *facts)
{
	struct mail_facts imagined;
	struct buf text = BUF_INIT;

	what_if_write(&text, what_if, facts);
	demand(text_is_printable(buf_text(&text), text.length));
	buf_clear(&text);
	imagine_facts(&imagined, facts, NULL, what_if);
	check_senders(&imagined);
	mail_facts_clear(&imagined);
	check_zone(what_if, facts);
}

/* Tries one line: refused in one sentence without a trace, or taken. */
static void
try_line(struct what_if *what_if, const struct mail_facts *facts, char *line)
{
	char *second = line + strcspn(line, " ");
	struct what_if *before = mem_dup(what_if, sizeof *what_if);
	char *sentence;

	if (*second != '\0')
		*second++ = '\0';
	sentence = carry_out(what_if, facts, line, second);
	if (sentence != NULL) {
		demand(text_is_printable(sentence, strlen(sentence)));
		demand(memcmp(before, what_if, sizeof *what_if) == 0);
	}
	free(sentence);
	free(before);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size), *save = NULL, *line;
	struct what_if *what_if = mem_calloc(1, sizeof *what_if);
	struct mail_facts facts;
	size_t lines = 0;

	make_facts(&facts);
	for (line = strtok_r(text, "\n", &save); line != NULL && lines++ < LINES_MAX;
	     line = strtok_r(NULL, "\n", &save))
		try_line(what_if, &facts, line);
	check_imagined(what_if, &facts);
	mail_facts_clear(&facts);
	free(what_if);
	free(text);
	return 0;
}
