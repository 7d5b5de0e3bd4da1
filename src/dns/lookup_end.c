/*
 * How a lookup ends: with an answer, with the failure that says most, or in silence.
 *
 * Decides which failure is told when no server does better, and in what words: who was asked,
 * over what, and what the server says of it itself (RFC 8914). When it is over is decided in
 * lookup.c and lookup_reply.c.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/span.h"
#include "dns/lookup_parts.h"

void
lookup_finish(struct dns_lookup *l, enum dns_outcome outcome, int64_t now_us)
{
	l->result->outcome = outcome;
	l->result->received_us = now_us;
	l->result->elapsed_us = now_us - l->started_us;
	if (!dns_result_is_final(l->result))
		l->result->ttl = 0;
	l->done = true;
}

/* Adds to a sentence which server is meant, and why over TCP. */
static void
add_server(const struct dns_lookup *l, size_t server, struct buf *sentence)
{
	const struct path *path = &l->paths[server];
	char text[ENDPOINT_TEXT_MAX];

	buf_adds(sentence, endpoint_text(&l->settings.servers[server], text));
	if (path->over_tcp)
		buf_adds(sentence, " over TCP");
	if (path->over_tcp && path->why_tcp)
		buf_addf(sentence, " (%s)", path->why_tcp);
}

/* Adds to a sentence the servers that have not answered. */
static void
add_silent(const struct dns_lookup *l, struct buf *sentence)
{
	const char *before = " from ";

	for (size_t i = 0; i < l->settings.server_count; i++) {
		if (!l->paths[i].asked)
			continue;
		buf_adds(sentence, before);
		add_server(l, i, sentence);
		before = ", ";
	}
}

/* Ends the lookup because nobody answered in time. */
static void
finish_silent(struct dns_lookup *l, int64_t now_us)
{
	struct buf sentence = BUF_INIT;
	char patience[SPAN_TEXT_MAX];

	buf_adds(&sentence, "no answer");
	add_silent(l, &sentence);
	span_ms(l->settings.timeout_us, patience);
	buf_addf(&sentence, " within %s%s", patience, strchr(patience, 's') ? "" : " ms");
	if (l->result->strays)
		buf_addf(
		    &sentence, "; %u replies did not match the question", l->result->strays);
	l->result->error = buf_take(&sentence);
	lookup_finish(l, DNS_TIMEOUT, now_us);
}

void
lookup_finish_failed(struct dns_lookup *l, int64_t now_us)
{
	if (!l->failure.present) {
		l->result->error = mem_strdup("there is no name server to ask");
		lookup_finish(l, DNS_UNREACHABLE, now_us);
		return;
	}
	l->result->rcode = l->failure.rcode;
	if (l->failure.outcome != DNS_UNREACHABLE || (l->failure.by_host && l->settings.whole))
		l->result->server = l->settings.servers[l->failure.server];
	l->result->over_tcp = l->failure.over_tcp;
	l->result->error = l->failure.sentence;
	l->failure.sentence = NULL;
	l->result->ede = l->failure.ede;
	l->result->ede_count = l->failure.ede_count;
	l->failure.ede = NULL;
	l->failure.ede_count = 0;
	lookup_finish(l, l->failure.outcome, now_us);
}

void
lookup_finish_late(struct dns_lookup *l, int64_t now_us)
{
	bool spoke = l->failure.present && l->failure.outcome != DNS_UNREACHABLE;

	for (size_t i = 0; i < l->settings.server_count; i++) {
		struct dns_standing *standing = lookup_standing(l, i, now_us);

		if (standing && l->paths[i].asked)
			dns_standing_blame(standing, DNS_STANDING_LATE, now_us);
	}
	if (spoke || (l->failure.present && !lookup_is_anyone_asked(l)))
		lookup_finish_failed(l, now_us);
	else
		finish_silent(l, now_us);
}

/* --- failures --------------------------------------------------------------- */

void
lookup_forget_failure(struct dns_lookup *l)
{
	dns_ede_free(l->failure.ede, l->failure.ede_count);
	free(l->failure.sentence);
	l->failure = (struct failure){ 0 };
}

/* Failures from the one that says most about the question to the one that says least. */
static const enum dns_outcome telling[] = {
	DNS_SERVFAIL,
	DNS_REFUSED,
	DNS_NOTIMP,
	DNS_FORMERR,
	DNS_RCODE,
	DNS_MALFORMED,
	DNS_UNREACHABLE,
};

/* Returns the place of an outcome in that order. */
static size_t
rank(enum dns_outcome outcome)
{
	size_t i = 0;

	while (i < sizeof telling / sizeof *telling && telling[i] != outcome)
		i++;
	return i;
}

/* Keeps a failure to tell, when it says more than the one before. */
static void
keep_failure(struct dns_lookup *l, size_t server, const struct fault *fault)
{
	struct buf sentence = BUF_INIT;

	if (l->failure.present && rank(l->failure.outcome) <= rank(fault->outcome))
		return;
	lookup_forget_failure(l);
	l->failure = (struct failure){
		.present = true,
		.outcome = fault->outcome,
		.rcode = fault->rcode,
		.server = server,
		.over_tcp = l->paths[server].over_tcp,
		.by_host = fault->by_host,
	};
	if (fault->message)
		l->failure.ede_count = dns_message_ede(fault->message, &l->failure.ede);
	add_server(l, server, &sentence);
	buf_addf(&sentence, ": %s", fault->why);
	for (size_t i = 0; i < l->failure.ede_count; i++) {
		buf_adds(&sentence, "; it says: ");
		dns_ede_text(&l->failure.ede[i], &sentence);
	}
	l->failure.sentence = buf_take(&sentence);
}

/* Returns how much a failure says against the server itself, not only about this question. */
static unsigned
weight_of(enum dns_outcome outcome)
{
	bool about_the_question =
	    outcome == DNS_SERVFAIL || outcome == DNS_MALFORMED || outcome == DNS_RCODE;

	return about_the_question ? DNS_STANDING_LATE : DNS_STANDING_BROKEN;
}

void
lookup_give_up_on(
    struct dns_lookup *l, size_t server, const struct fault *fault, int64_t now_us)
{
	struct dns_standing *standing = lookup_standing(l, server, now_us);
	struct path *path = &l->paths[server];

	log_line("dns", "server %zu -> %s: %s", server, dns_outcome_name(fault->outcome),
	    fault->why);
	if (standing)
		dns_standing_blame(standing, weight_of(fault->outcome), now_us);
	keep_failure(l, server, fault);
	path->settled = true;
	path->asked = path->due = false;
	if (server == l->latest && l->next_turn_us != LOOKUP_NEVER)
		l->next_turn_us = now_us;
}
