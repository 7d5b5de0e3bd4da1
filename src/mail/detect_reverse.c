/*
 * Findings about the names of addresses. Only what was answered counts: a question that failed says
 * nothing of the address. Who merely receives mail can do without names; whoever sends, as most
 * mail servers do, cannot, so that both are told as worth knowing.
 */
#include "util/buf.h"

#include "mail/detect.h"
#include "mail/reverse.h"

enum {
	LISTED_MAX = 2, /* addresses that a sentence names: the others are counted */
};

/* Appends the addresses of the exchange that have no name, some by number. Returns how many. */
static size_t
list_nameless(const struct mail_facts *facts, size_t exchange, struct buf *out)
{
	size_t count = 0;

	for (size_t i = 0; i < facts->target_count; i++) {
		const struct mail_target *target = &facts->targets[i];
		char ip[IP_TEXT_MAX];

		if (target->exchange != exchange ||
		    mail_reverse_state(&target->reverse, &target->ip) != REVERSE_MISSING)
			continue;
		if (count++ < LISTED_MAX)
			buf_addf(out, "%s%s", count > 1 ? ", " : "", ip_text(&target->ip, ip));
	}
	if (count > LISTED_MAX)
		buf_addf(out, " and %zu more", count - LISTED_MAX);
	return count;
}

void
detect_ptr_missing(struct sight *sight)
{
	const struct mail_facts *facts = sight->facts;

	for (size_t i = 0; i < facts->mx.count; i++) {
		struct buf list = BUF_INIT;
		size_t count = list_nameless(facts, i, &list);

		if (count > 0)
			detect_report(sight, (long)i, "%s of %s %s no name in the reverse DNS",
			    buf_text(&list), facts->mx.exchanges[i].text,
			    count > 1 ? "have" : "has");
		buf_clear(&list);
	}
}

void
detect_ptr_mismatch(struct sight *sight)
{
	const struct mail_facts *facts = sight->facts;

	for (size_t i = 0; i < facts->target_count; i++) {
		const struct mail_target *target = &facts->targets[i];
		struct dns_name names[REVERSE_NAMES_MAX];
		char ip[IP_TEXT_MAX], name[DNS_NAME_TEXT_MAX];

		if (mail_reverse_state(&target->reverse, &target->ip) != REVERSE_MISMATCH ||
		    mail_reverse_names(&target->reverse, names) == 0)
			continue;
		detect_report(sight, (long)target->exchange,
		    "%s has the name %s, which does not lead back to it",
		    ip_text(&target->ip, ip), dns_name_text(&names[0], name));
	}
}
