/*
 * What comes back in a lookup.
 *
 * Decides which packets are ours and which are passed over (RFC 5452 9.1), when a server is asked
 * again in another way - TCP, no EDNS, no cookie, no mixed case - and what is learned of it. What
 * a reply says about the question is answer.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/prefetch.h"
#include "util/wire.h"
#include "dns/answer.h"
#include "dns/lookup_parts.h"

enum {
	RCODE_FORMERR = 1,
	RCODE_NOTIMP = 4,
	RCODE_BADVERS = 16, /* RFC 6891 9 */
	RCODE_BADCOOKIE = 23, /* RFC 7873 8 */
	CASE_MISSES_MAX = 2, /* then the server gets names in lower case */
};

/* Goes on with this server over TCP, at once. */
static void
turn_to_tcp(struct path *path, const char *why)
{
	path->over_tcp = true;
	path->why_tcp = why;
	path->strays = 0;
	lookup_ask_anew(path);
}

/*
 * Counts a reply that is not ours, and goes on waiting (RFC 5452 9.1). A server that does not
 * keep the case is asked again: once more the same, because it might have been a forger who
 * guessed the id, then in lower case. Too many strays look like an attack that TCP ends.
 */
static void
pass_over(struct dns_lookup *l, size_t server, const uint8_t *wire, size_t n, int64_t now_us)
{
	static const struct fault other_questions = {
		.outcome = DNS_MALFORMED,
		.why = "its replies are to other questions than ours",
	};
	struct path *path = &l->paths[server];

	l->result->strays++;
	path->strays++;
	if (lookup_is_mixed(l, path) &&
	    dns_message_matches_nocase(wire, n, path->query, path->query_length)) {
		path->due = true;
		if (++path->case_misses >= CASE_MISSES_MAX) {
			path->without_case = true;
			lookup_ask_anew(path);
		}
		return;
	}
	if (path->strays <= DNS_STRAYS_MAX)
		return;
	if (!path->over_tcp)
		turn_to_tcp(path, "too many replies over UDP did not match the question");
	else
		lookup_give_up_on(l, server, &other_questions, now_us);
}

/* True for an error that may mean that the query was not understood. */
static bool
is_complaint(const struct dns_message *message)
{
	return message->rcode == RCODE_FORMERR || message->rcode == RCODE_NOTIMP ||
	    message->rcode == RCODE_BADVERS;
}

/* True when the server seems not to know EDNS: it complains and sends no OPT itself. */
static bool
refuses_edns(const struct path *path, const struct dns_message *message)
{
	bool sent = wire_get16(path->query + 10) > 0;

	if (message->rcode == RCODE_BADVERS)
		return sent;
	return sent && !message->has_edns && is_complaint(message);
}

/*
 * Does without what the server does not understand: the cookie first, then EDNS. True when it is
 * to be asked anew.
 */
static bool
simplify(struct path *path, const struct dns_message *message)
{
	if (path->cookie_length > 0 && is_complaint(message))
		path->without_cookie = true;
	else if (refuses_edns(path, message))
		path->without_edns = true;
	else
		return false;
	lookup_ask_anew(path);
	return true;
}

/* What a reply's cookie says of where it came from. */
enum provenance {
	PROVENANCE_FINE, /* the cookie is right, or nobody expects one */
	PROVENANCE_LACKING, /* the server gives cookies, this reply has none */
	PROVENANCE_FORGED, /* the cookie is not ours */
};

/* Judges a reply by its cookie, and keeps the server's (RFC 7873 5.3). */
static enum provenance
judge_cookie(
    struct dns_lookup *l, size_t server, const struct dns_message *message, int64_t now_us)
{
	const struct path *path = &l->paths[server];
	struct dns_standing *standing = lookup_standing(l, server, now_us);
	size_t n = 0;
	const uint8_t *cookie = dns_message_option(message, DNS_OPTION_COOKIE, NULL, &n);

	if (path->cookie_length == 0)
		return PROVENANCE_FINE;
	if (!cookie || n < 2 * DNS_COOKIE_CLIENT || n > DNS_COOKIE_MAX)
		return path->cookie_length > DNS_COOKIE_CLIENT ? PROVENANCE_LACKING
							       : PROVENANCE_FINE;
	if (memcmp(cookie, path->cookie, DNS_COOKIE_CLIENT) != 0)
		return PROVENANCE_FORGED;
	memcpy(standing->cookie, cookie, n);
	standing->cookie_length = n;
	return PROVENANCE_FINE;
}

/* The server does not take our cookie: once more with the new one that it gave, then over TCP. */
static void
renew_cookie(struct path *path)
{
	if (path->bad_cookie) {
		turn_to_tcp(path, "it did not take its own cookie");
		return;
	}
	path->bad_cookie = true;
	lookup_ask_anew(path);
}

/*
 * The server was of use: tells other lookups what it takes to ask it. Replies in lower case were
 * its own then, and no forger's; a cookie that got lost is asked for anew.
 */
static void
learn(struct dns_lookup *l, size_t server, int64_t now_us)
{
	struct dns_standing *standing = lookup_standing(l, server, now_us);
	struct path *path = &l->paths[server];

	if (path->without_case && l->result->strays >= path->case_misses) {
		l->result->strays -= path->case_misses;
		path->case_misses = 0;
	}
	if (!standing)
		return;
	dns_standing_praise(standing);
	if (path->over_tcp && path->cookie_length > 0)
		standing->cookie_length = DNS_COOKIE_CLIENT;
	if (!path->without_cookie && !path->without_edns && !path->without_case)
		return;
	if (standing->learned_us == 0)
		standing->learned_us = now_us;
	standing->without_cookie = path->without_cookie;
	standing->without_edns = path->without_edns;
	standing->without_case = path->without_case;
}

/* Takes a reading into the result: the end, the next link of the chain, or the next server. */
static void
take_reading(struct dns_lookup *l, size_t server, const struct dns_reading *reading,
    const struct dns_message *message, int64_t now_us)
{
	const struct fault fault = {
		.outcome = reading->outcome,
		.rcode = message->rcode,
		.why = reading->sentence,
		.message = message,
	};

	if (reading->kind == DNS_READING_FAILED) {
		lookup_give_up_on(l, server, &fault, now_us);
		return;
	}
	learn(l, server, now_us);
	l->result->rcode = message->rcode;
	l->result->server = l->settings.servers[server];
	l->result->over_tcp = l->paths[server].over_tcp;
	lookup_forget_failure(l);
	if (reading->kind == DNS_READING_FINAL) {
		if (reading->outcome == DNS_ALIAS_LOOP)
			l->result->error = mem_strdup(dns_outcome_help(DNS_ALIAS_LOOP));
		l->result->ede_count = dns_message_ede(message, &l->result->ede);
		lookup_finish(l, reading->outcome, now_us);
		return;
	}
	l->current.name = *dns_result_owner(l->result);
	lookup_begin(l, server, now_us);
}

/* Keeps what a reply says in the sections that can prove something (RFC 4035 3.1). */
static void
keep_evidence(struct dns_result *result, const struct dns_message *message)
{
	const struct dns_records *sections[] = { &message->answer, &message->authority };

	for (size_t s = 0; s < sizeof sections / sizeof *sections; s++) {
		for (size_t i = 0; i < sections[s]->count; i++)
			dns_records_copy(&result->evidence, &sections[s]->items[i]);
	}
}

/* Keeps the octets of a reply, in place of an earlier one. */
static void
keep_reply(struct dns_result *result, const uint8_t *wire, size_t n)
{
	free(result->reply);
	result->reply = mem_dup(wire, n);
	result->reply_length = n;
}

/* Ends a lookup that wants one reply and no more, with what that says by itself. */
static void
finish_whole(struct dns_lookup *l, size_t server, const struct dns_reading *reading,
    const struct dns_message *message, int64_t now_us)
{
	if (reading->kind != DNS_READING_FAILED)
		learn(l, server, now_us);
	l->result->rcode = message->rcode;
	l->result->server = l->settings.servers[server];
	l->result->over_tcp = l->paths[server].over_tcp;
	l->result->ede_count = dns_message_ede(message, &l->result->ede);
	lookup_finish(
	    l, reading->kind == DNS_READING_ALIAS ? DNS_ANSWER : reading->outcome, now_us);
}

/* Takes a reply that parsed. */
static void
take_message(struct dns_lookup *l, size_t server, struct dns_message *message, int64_t now_us)
{
	struct path *path = &l->paths[server];
	size_t known = l->result->evidence.count;
	struct dns_reading reading;

	if (simplify(path, message))
		return;
	if (l->settings.dnssec)
		keep_evidence(l->result, message);
	reading = dns_answer_read(l->result, message);
	if (reading.kind == DNS_READING_FAILED)
		dns_records_truncate(&l->result->evidence, known);
	if (path->without_edns)
		l->result->checkable = false;
	if (l->settings.whole)
		finish_whole(l, server, &reading, message, now_us);
	else
		take_reading(l, server, &reading, message, now_us);
}

/* Takes a reply that parsed, if its cookie does not speak against it. */
static void
take_parsed(struct dns_lookup *l, size_t server, struct dns_message *message,
    const uint8_t *wire, size_t n, int64_t now_us)
{
	struct path *path = &l->paths[server];

	switch (judge_cookie(l, server, message, now_us)) {
	case PROVENANCE_FORGED:
		pass_over(l, server, wire, n, now_us);
		return;
	case PROVENANCE_LACKING:
		l->result->strays++;
		turn_to_tcp(path, "its reply lacked the cookie that it gave us before");
		return;
	case PROVENANCE_FINE:
		break;
	}
	if (path->cookie_length > 0 && message->rcode == RCODE_BADCOOKIE)
		renew_cookie(path);
	else
		take_message(l, server, message, now_us);
}

/* Tells other lookups how long the server took: from the first copy, the last might be newer. */
static void
measure(const struct dns_lookup *l, size_t server, int64_t now_us)
{
	struct dns_standing *standing = lookup_standing(l, server, now_us);
	const struct path *path = &l->paths[server];

	if (standing && !path->over_tcp)
		dns_standing_measure(standing, now_us - path->sent_us, now_us);
}

/* Takes a reply that is ours. */
static void
take_reply(struct dns_lookup *l, size_t server, const uint8_t *wire, size_t n, int64_t now_us)
{
	enum {
		TC = 0x02, /* in the third octet of the header */
	};
	struct path *path = &l->paths[server];
	struct dns_message message;
	struct fault fault = { .outcome = DNS_MALFORMED, .rcode = wire[3] & 0xF };

	measure(l, server, now_us);
	if (wire[2] & TC && !path->over_tcp) {
		turn_to_tcp(path, "its answer over UDP was truncated");
		return;
	}
	if (l->settings.whole)
		keep_reply(l->result, wire, n);
	fault.why = dns_message_parse_lean(&message, wire, n);
	if (!fault.why && message.truncated) {
		dns_message_clear(&message);
		fault.why = "the message is truncated even over TCP";
	}
	if (fault.why) {
		lookup_give_up_on(l, server, &fault, now_us);
		return;
	}
	take_parsed(l, server, &message, wire, n, now_us);
	dns_message_clear(&message);
}

void
dns_lookup_expect(const struct dns_lookup *l, size_t server)
{
	enum {
		NAME_USUAL = 64, /* octets in use of most names, and of their queries */
	};

	prefetch(l, offsetof(struct dns_lookup, current.name) + NAME_USUAL);
	prefetch(&l->paths[server], offsetof(struct path, query) + NAME_USUAL);
}

void
dns_lookup_received(struct dns_lookup *l, size_t server, bool tcp, const uint8_t *wire,
    size_t n, int64_t now_us)
{
	struct path *path;

	if (l->done || server >= l->settings.server_count)
		return;
	path = &l->paths[server];
	if (!path->asked || path->over_tcp != tcp)
		return;
	if (dns_message_is_bare_error(wire, n, path->query) ||
	    dns_message_matches(wire, n, path->query, path->query_length))
		take_reply(l, server, wire, n, now_us);
	else
		pass_over(l, server, wire, n, now_us);
}
