/*
 * One question to a set of recursive servers, as a step machine.
 *
 * Decides what goes to whom and when: servers in turn, the next one as a hedge while the first
 * is still listened to, the interval doubling with each round; the same octets again to the
 * same server, so that a late answer still counts; TCP on truncation or suspicion (RFC 7766,
 * RFC 5452 9.1); without EDNS where that is not understood (RFC 6891 7); without mixed case
 * where that does not come back (0x20). Which failure is told when no server does better is
 * decided here too. What a reply says about the question is answer.c's; sockets and clocks are
 * the caller's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/span.h"
#include "util/wire.h"
#include "dns/answer.h"
#include "dns/lookup.h"
#include "dns/walk.h"

enum {
	RCODE_FORMERR = 1,
	RCODE_NOTIMP = 4,
	RCODE_BADVERS = 16, /* RFC 6891 9 */
	CASE_MISSES_MAX = 2, /* then the server gets names in lower case */
};

/* How things stand with one server for the question under way. */
struct path {
	bool asked; /* a query is out and may be answered */
	bool due; /* a query is to go out at the next step */
	bool settled; /* it has failed us: not asked again for this question */
	bool over_tcp;
	bool without_edns, without_case; /* learned, kept for further questions */
	unsigned case_misses, strays;
	uint8_t query[DNS_QUERY_MAX];
	size_t query_length; /* 0 until one is composed */
	const char *why_tcp; /* why we left UDP, or NULL */
};

/* The failure to tell when no server does better. */
struct failure {
	bool present;
	enum dns_outcome outcome;
	unsigned rcode;
	size_t server;
	bool over_tcp;
	char *sentence;
};

struct dns_lookup {
	struct dns_lookup_settings settings;
	struct dns_result *result; /* under construction */
	struct dns_question current; /* the question under way: changes along a CNAME chain */
	struct path paths[DNS_SERVERS_MAX];
	size_t first; /* the server that is asked first */
	size_t turn; /* how many turns of all rounds have been taken */
	size_t latest; /* the server asked last */
	struct failure failure;
	int64_t started_us, deadline_us;
	int64_t next_turn_us; /* when the next server has its turn; NEVER when all had theirs */
	bool done;
};

#define NEVER   INT64_MAX
#define NO_PATH SIZE_MAX

/* Starts on the current question with the given server; what was learned of servers stays. */
static void
begin_question(struct dns_lookup *l, size_t first, int64_t now_us)
{
	for (size_t i = 0; i < l->settings.server_count; i++) {
		struct path *path = &l->paths[i];

		path->asked = path->due = path->settled = false;
		path->over_tcp = l->settings.use_tcp;
		path->why_tcp = NULL;
		path->strays = path->case_misses = 0;
		path->query_length = 0;
	}
	l->first = first;
	l->turn = 0;
	l->next_turn_us = now_us;
}

struct dns_lookup *
dns_lookup_new(const struct dns_question *question, const struct dns_lookup_settings *settings,
    int64_t now_us)
{
	struct dns_lookup *l = mem_alloc(sizeof *l);

	l->settings = *settings;
	if (l->settings.retry_us <= 0)
		l->settings.retry_us = 400 * SPAN_MS;
	if (l->settings.server_count > DNS_SERVERS_MAX)
		l->settings.server_count = DNS_SERVERS_MAX;
	l->current = *question;
	dns_name_lower(&l->current.name);
	l->result = dns_result_new(&l->current);
	l->result->ttl = DNS_TTL_MAX;
	l->result->checkable = settings->dnssec && settings->edns;
	l->started_us = now_us;
	l->deadline_us = now_us + settings->timeout_us;
	begin_question(l, 0, now_us);
	return l;
}

void
dns_lookup_free(struct dns_lookup *l)
{
	if (!l)
		return;
	dns_result_release(l->result);
	free(l->failure.sentence);
	free(l);
}

struct dns_result *
dns_lookup_take(struct dns_lookup *l)
{
	struct dns_result *result = l->result;

	l->result = NULL;
	return result;
}

/* --- sending ---------------------------------------------------------------- */

/* Gives each letter of the name a random case, which a forger has to guess (0x20). */
static void
mix_case(const struct dns_lookup *l, struct dns_name *name)
{
	uint8_t bits[(sizeof name->wire + 7) / 8];

	l->settings.random(l->settings.random_context, bits, (name->length + 7u) / 8);
	for (size_t i = 0; i < name->length; i++) {
		bool letter = name->wire[i] >= 'a' && name->wire[i] <= 'z';

		if (letter && (bits[i / 8] >> (i % 8) & 1))
			name->wire[i] = (uint8_t)(name->wire[i] - ('a' - 'A'));
	}
}

/* True when queries to this server go out in mixed case: over TCP there is nothing to guess. */
static bool
is_mixed(const struct dns_lookup *l, const struct path *path)
{
	return l->settings.mix_case && !path->without_case && !path->over_tcp;
}

/* Writes a new query for this server, with an id of its own. */
static void
compose(const struct dns_lookup *l, struct path *path)
{
	struct dns_question question = l->current;
	struct dns_query_options options = {
		.edns = l->settings.edns && !path->without_edns,
		.dnssec_ok = l->settings.dnssec && l->settings.edns && !path->without_edns,
		.recursion = !l->settings.iterative,
	};
	uint8_t id[2];

	if (is_mixed(l, path))
		mix_case(l, &question.name);
	l->settings.random(l->settings.random_context, id, sizeof id);
	path->query_length =
	    dns_message_query(path->query, wire_get16(id), &question, &options);
}

/* Asks the server anew at the next step: with another query than before. */
static void
ask_anew(struct path *path)
{
	path->query_length = 0;
	path->asked = false;
	path->due = true;
}

/* How long to wait after a message before the next server has its turn. */
static int64_t
interval(const struct dns_lookup *l, const struct path *path)
{
	size_t round = l->turn ? (l->turn - 1) / l->settings.server_count : 0;
	int64_t wait_us = l->settings.retry_us << (round < 8 ? round : 8);

	return path->over_tcp ? 2 * wait_us : wait_us; /* the connection costs a round trip */
}

/* Tells the log what goes out. */
static void
log_query(const struct dns_lookup *l, size_t server)
{
	char name[DNS_NAME_TEXT_MAX], type[12], text[ENDPOINT_TEXT_MAX];

	if (log_on())
		log_line("dns", "%s %s -> %s %s", dns_name_text(&l->current.name, name),
		    dns_type_text(l->current.type, type),
		    endpoint_text(&l->settings.servers[server], text),
		    l->paths[server].over_tcp ? "TCP" : "UDP");
}

/* Returns the want that sends this server its query. */
static struct dns_want
send_to(struct dns_lookup *l, size_t server, int64_t now_us)
{
	struct path *path = &l->paths[server];

	if (path->query_length == 0)
		compose(l, path);
	path->due = false;
	path->asked = true;
	l->latest = server;
	l->result->tries++;
	l->next_turn_us = now_us + interval(l, path);
	log_query(l, server);
	return (struct dns_want){
		.kind = DNS_WANT_SEND,
		.server = server,
		.tcp = path->over_tcp,
		.query = path->query,
		.query_length = path->query_length,
	};
}

/* Returns a server that is to be asked again at once, or NO_PATH. */
static size_t
find_due(const struct dns_lookup *l)
{
	for (size_t i = 0; i < l->settings.server_count; i++) {
		if (l->paths[i].due)
			return i;
	}
	return NO_PATH;
}

/*
 * Takes the next turn: returns its server, or NO_PATH when all turns are over. Who has failed
 * is passed over, and who is being asked over TCP, which repeats by itself.
 */
static size_t
take_turn(struct dns_lookup *l)
{
	size_t count = l->settings.server_count;

	while (l->turn < l->settings.attempts * count) {
		size_t server = (l->first + l->turn++) % count;
		const struct path *path = &l->paths[server];

		if (!path->settled && !(path->asked && path->over_tcp))
			return server;
	}
	l->next_turn_us = NEVER;
	return NO_PATH;
}

/* True while an answer may still come. */
static bool
is_anyone_asked(const struct dns_lookup *l)
{
	for (size_t i = 0; i < l->settings.server_count; i++) {
		if (l->paths[i].asked)
			return true;
	}
	return false;
}

/* --- ending ----------------------------------------------------------------- */

/* Ends the lookup with this outcome. */
static void
finish(struct dns_lookup *l, enum dns_outcome outcome, int64_t now_us)
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
	finish(l, DNS_TIMEOUT, now_us);
}

/* Ends the lookup with the failure that was kept. */
static void
finish_failed(struct dns_lookup *l, int64_t now_us)
{
	if (!l->failure.present) {
		l->result->error = mem_strdup("there is no name server to ask");
		finish(l, DNS_UNREACHABLE, now_us);
		return;
	}
	l->result->rcode = l->failure.rcode;
	if (l->failure.outcome != DNS_UNREACHABLE)
		l->result->server = l->settings.servers[l->failure.server];
	l->result->over_tcp = l->failure.over_tcp;
	l->result->error = l->failure.sentence;
	l->failure.sentence = NULL;
	finish(l, l->failure.outcome, now_us);
}

/* Ends the lookup at its deadline: a server that spoke says more than one that was silent. */
static void
finish_late(struct dns_lookup *l, int64_t now_us)
{
	bool spoke = l->failure.present && l->failure.outcome != DNS_UNREACHABLE;

	if (spoke || (l->failure.present && !is_anyone_asked(l)))
		finish_failed(l, now_us);
	else
		finish_silent(l, now_us);
}

struct dns_want
dns_lookup_next(struct dns_lookup *l, int64_t now_us)
{
	size_t server = NO_PATH;

	if (!l->done && now_us >= l->deadline_us)
		finish_late(l, now_us);
	if (!l->done) {
		server = find_due(l);
		if (server == NO_PATH && now_us >= l->next_turn_us)
			server = take_turn(l);
		if (server == NO_PATH && !is_anyone_asked(l))
			finish_failed(l, now_us);
	}
	if (l->done)
		return (struct dns_want){ .kind = DNS_WANT_DONE };
	if (server != NO_PATH)
		return send_to(l, server, now_us);
	return (struct dns_want){
		.kind = DNS_WANT_WAIT,
		.deadline_us =
		    l->next_turn_us < l->deadline_us ? l->next_turn_us : l->deadline_us,
	};
}

/* --- failures --------------------------------------------------------------- */

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
keep_failure(struct dns_lookup *l, size_t server, enum dns_outcome outcome, unsigned rcode,
    const char *why)
{
	struct buf sentence = BUF_INIT;

	if (l->failure.present && rank(l->failure.outcome) <= rank(outcome))
		return;
	add_server(l, server, &sentence);
	buf_addf(&sentence, ": %s", why);
	free(l->failure.sentence);
	l->failure = (struct failure){
		.present = true,
		.outcome = outcome,
		.rcode = rcode,
		.server = server,
		.over_tcp = l->paths[server].over_tcp,
		.sentence = buf_take(&sentence),
	};
}

/*
 * Passes the server over for the rest of this question. The next one has its turn at once,
 * unless it has been asked already, as a hedge.
 */
static void
give_up_on(struct dns_lookup *l, size_t server, enum dns_outcome outcome, unsigned rcode,
    const char *why, int64_t now_us)
{
	struct path *path = &l->paths[server];

	log_line("dns", "server %zu -> %s: %s", server, dns_outcome_name(outcome), why);
	keep_failure(l, server, outcome, rcode, why);
	path->settled = true;
	path->asked = path->due = false;
	if (server == l->latest && l->next_turn_us != NEVER)
		l->next_turn_us = now_us;
}

void
dns_lookup_failed(
    struct dns_lookup *l, size_t server, bool tcp, const char *reason, int64_t now_us)
{
	if (l->done || server >= l->settings.server_count)
		return;
	if (!l->paths[server].asked || l->paths[server].over_tcp != tcp)
		return;
	give_up_on(l, server, DNS_UNREACHABLE, 0, reason, now_us);
}

/* --- replies ---------------------------------------------------------------- */

/* Goes on with this server over TCP, at once. */
static void
turn_to_tcp(struct path *path, const char *why)
{
	path->over_tcp = true;
	path->why_tcp = why;
	path->strays = 0;
	ask_anew(path);
}

/*
 * Counts a reply that is not ours, and goes on waiting (RFC 5452 9.1). A server that does not
 * keep the case is asked again: once more the same, because it might have been a forger who
 * guessed the id, then in lower case. Too many strays look like an attack that TCP ends.
 */
static void
pass_over(struct dns_lookup *l, size_t server, const uint8_t *wire, size_t n, int64_t now_us)
{
	struct path *path = &l->paths[server];

	l->result->strays++;
	path->strays++;
	if (is_mixed(l, path) &&
	    dns_message_matches_nocase(wire, n, path->query, path->query_length)) {
		path->due = true;
		if (++path->case_misses >= CASE_MISSES_MAX) {
			path->without_case = true;
			ask_anew(path);
		}
		return;
	}
	if (path->strays <= DNS_STRAYS_MAX)
		return;
	if (!path->over_tcp)
		turn_to_tcp(path, "too many replies over UDP did not match the question");
	else
		give_up_on(l, server, DNS_MALFORMED, 0,
		    "its replies are to other questions than ours", now_us);
}

/* True when the server seems not to know EDNS: it complains and sends no OPT itself. */
static bool
refuses_edns(const struct path *path, const struct dns_message *message)
{
	bool sent = wire_get16(path->query + 10) > 0;

	if (message->rcode == RCODE_BADVERS)
		return sent;
	return sent && !message->has_edns &&
	    (message->rcode == RCODE_FORMERR || message->rcode == RCODE_NOTIMP);
}

/* Takes a reading into the result: the end, the next link of the chain, or the next server. */
static void
take_reading(struct dns_lookup *l, size_t server, const struct dns_reading *reading,
    unsigned rcode, int64_t now_us)
{
	if (reading->kind == DNS_READING_FAILED) {
		give_up_on(l, server, reading->outcome, rcode, reading->sentence, now_us);
		return;
	}
	l->result->rcode = rcode;
	l->result->server = l->settings.servers[server];
	l->result->over_tcp = l->paths[server].over_tcp;
	free(l->failure.sentence);
	l->failure = (struct failure){ 0 };
	if (reading->kind == DNS_READING_FINAL) {
		if (reading->outcome == DNS_ALIAS_LOOP)
			l->result->error = mem_strdup(dns_outcome_help(DNS_ALIAS_LOOP));
		finish(l, reading->outcome, now_us);
		return;
	}
	l->current.name = *dns_result_owner(l->result);
	begin_question(l, server, now_us);
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
    unsigned rcode, int64_t now_us)
{
	l->result->rcode = rcode;
	l->result->server = l->settings.servers[server];
	l->result->over_tcp = l->paths[server].over_tcp;
	finish(l, reading->kind == DNS_READING_ALIAS ? DNS_ANSWER : reading->outcome, now_us);
}

/* Takes a reply that parsed. */
static void
take_message(
    struct dns_lookup *l, size_t server, const struct dns_message *message, int64_t now_us)
{
	struct path *path = &l->paths[server];
	struct dns_reading reading;

	if (refuses_edns(path, message)) {
		path->without_edns = true;
		ask_anew(path);
		return;
	}
	reading = dns_answer_read(l->result, message);
	if (l->settings.dnssec && reading.kind != DNS_READING_FAILED)
		keep_evidence(l->result, message);
	if (path->without_edns)
		l->result->checkable = false;
	if (l->settings.whole) {
		finish_whole(l, server, &reading, message->rcode, now_us);
		return;
	}
	take_reading(l, server, &reading, message->rcode, now_us);
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
	const char *fault;

	if (wire[2] & TC && !path->over_tcp) {
		turn_to_tcp(path, "its answer over UDP was truncated");
		return;
	}
	if (l->settings.whole)
		keep_reply(l->result, wire, n);
	fault = dns_message_parse(&message, wire, n);
	if (!fault && message.truncated) {
		dns_message_clear(&message);
		fault = "the message is truncated even over TCP";
	}
	if (fault) {
		give_up_on(l, server, DNS_MALFORMED, wire[3] & 0xF, fault, now_us);
		return;
	}
	take_message(l, server, &message, now_us);
	dns_message_clear(&message);
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
