/*
 * One question to a set of recursive servers, as a step machine.
 *
 * Decides what goes to whom and when: servers in turn, the next one as a hedge while the first
 * is still listened to, the interval doubling with each round; the same octets again to the
 * same server, so that a late answer still counts; TCP on truncation or suspicion (RFC 7766,
 * RFC 5452 9.1); without EDNS where that is not understood (RFC 6891 7); without mixed case
 * where that does not come back (0x20). What comes is lookup_reply.c's; which failure is told
 * when no server does better, lookup_end.c's; what is known of the servers, standing.c's. Sockets
 * and clocks are the caller's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/log.h"
#include "util/mem.h"
#include "util/span.h"
#include "util/wire.h"
#include "dns/lookup_parts.h"

#define NO_PATH SIZE_MAX

/* Returns the place of a server in the order. */
static size_t
place_of(const struct dns_lookup *l, size_t server)
{
	size_t place = 0;

	while (place + 1 < l->settings.server_count && l->order[place] != server)
		place++;
	return place;
}

void
lookup_begin(struct dns_lookup *l, size_t server, int64_t now_us)
{
	for (size_t i = 0; i < l->settings.server_count; i++) {
		struct path *path = &l->paths[i];

		path->asked = path->due = path->settled = false;
		path->over_tcp = l->settings.use_tcp;
		path->why_tcp = NULL;
		path->bad_cookie = false;
		path->strays = path->case_misses = 0;
		path->query_length = 0;
	}
	l->first = place_of(l, server);
	l->turn = 0;
	l->next_turn_us = now_us;
}

struct dns_standing *
lookup_standing(const struct dns_lookup *l, size_t server, int64_t now_us)
{
	if (!l->settings.standings)
		return NULL;
	return dns_standings_of(l->settings.standings, &l->settings.servers[server], now_us);
}

/* Takes over what earlier lookups have learned of the servers, and puts these in order. */
static void
recall_servers(struct dns_lookup *l, int64_t now_us)
{
	size_t count = l->settings.server_count;

	for (size_t i = 0; i < count; i++) {
		const struct dns_standing *standing = lookup_standing(l, i, now_us);
		struct path *path = &l->paths[i];

		l->order[i] = i;
		path->without_edns = standing && standing->without_edns;
		path->without_case = standing && standing->without_case;
		path->without_cookie = standing && standing->without_cookie;
	}
	if (l->settings.standings)
		dns_standings_order(l->settings.standings, l->settings.servers, count,
		    l->settings.rotate, now_us, l->order);
}

/* Starts on a question. */
static void
start(struct dns_lookup *l, const struct dns_question *question, int64_t now_us)
{
	dns_question_copy(&l->current, question);
	dns_name_lower(&l->current.name);
	l->result = dns_result_new(&l->current);
	l->result->ttl = DNS_TTL_MAX;
	l->result->checkable = l->settings.dnssec && l->settings.edns;
	l->started_us = now_us;
	l->deadline_us = now_us + l->settings.timeout_us;
	l->latest = 0;
	l->done = false;
	recall_servers(l, now_us);
	lookup_begin(l, l->order[0], now_us);
}

struct dns_lookup *
dns_lookup_new(const struct dns_question *question, const struct dns_lookup_settings *settings,
    int64_t now_us)
{
	size_t count =
	    settings->server_count < DNS_SERVERS_MAX ? settings->server_count : DNS_SERVERS_MAX;
	struct dns_lookup *l = mem_alloc(sizeof *l + count * sizeof *l->paths);

	l->settings = *settings;
	if (l->settings.retry_us <= 0)
		l->settings.retry_us = 400 * SPAN_MS;
	l->settings.server_count = count;
	start(l, question, now_us);
	return l;
}

void
dns_lookup_renew(struct dns_lookup *l, const struct dns_question *question, int64_t now_us)
{
	dns_result_release(l->result);
	lookup_forget_failure(l);
	start(l, question, now_us);
}

void
dns_lookup_free(struct dns_lookup *l)
{
	if (!l)
		return;
	dns_result_release(l->result);
	lookup_forget_failure(l);
	free(l);
}

size_t
dns_lookup_first(const struct dns_lookup *l)
{
	return l->order[0];
}

const struct endpoint *
dns_lookup_server(const struct dns_lookup *l, size_t server)
{
	return &l->settings.servers[server];
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

bool
lookup_is_mixed(const struct dns_lookup *l, const struct path *path)
{
	return l->settings.mix_case && !path->without_case && !path->over_tcp;
}

/*
 * Chooses the cookie that goes with the next query: ours for this server, and the server's when it
 * has given us one (RFC 7873 5.1). Over TCP nobody can forge, and none is sent.
 */
static void
choose_cookie(const struct dns_lookup *l, size_t server, struct path *path, int64_t now_us)
{
	struct dns_standing *standing = lookup_standing(l, server, now_us);

	path->cookie_length = 0;
	if (!l->settings.cookies || !l->settings.edns || !standing || path->over_tcp ||
	    path->without_edns || path->without_cookie)
		return;
	if (standing->cookie_length == 0) {
		l->settings.random(
		    l->settings.random_context, standing->cookie, DNS_COOKIE_CLIENT);
		standing->cookie_length = DNS_COOKIE_CLIENT;
	}
	memcpy(path->cookie, standing->cookie, standing->cookie_length);
	path->cookie_length = standing->cookie_length;
}

/* Writes a new query for this server, with an id of its own. */
static void
compose(const struct dns_lookup *l, size_t server, struct path *path, int64_t now_us)
{
	struct dns_question question;
	struct dns_query_options options = {
		.edns = l->settings.edns && !path->without_edns,
		.dnssec_ok = l->settings.dnssec && l->settings.edns && !path->without_edns,
		.recursion = !l->settings.iterative,
	};
	uint8_t id[2];

	choose_cookie(l, server, path, now_us);
	if (path->cookie_length > 0) {
		options.cookie = path->cookie;
		options.cookie_length = path->cookie_length;
	}
	dns_question_copy(&question, &l->current);
	if (lookup_is_mixed(l, path))
		mix_case(l, &question.name);
	l->settings.random(l->settings.random_context, id, sizeof id);
	path->query_length =
	    dns_message_query(path->query, wire_get16(id), &question, &options);
	path->copies = 0;
	path->sent_us = now_us;
}

void
lookup_ask_anew(struct path *path)
{
	path->query_length = 0;
	path->asked = false;
	path->due = true;
}

/* How long to wait after a message before the next server has its turn. */
static int64_t
interval(const struct dns_lookup *l, size_t server, int64_t now_us)
{
	const struct dns_standing *standing = lookup_standing(l, server, now_us);
	const struct path *path = &l->paths[server];
	size_t round = l->turn ? (l->turn - 1) / l->settings.server_count : 0;
	int64_t usual_us = l->settings.retry_us;
	int64_t wait_us = (standing ? dns_standing_interval(standing, usual_us) : usual_us)
	    << (round < 8 ? round : 8);

	if (path->over_tcp)
		wait_us *= 2; /* the connection costs a round trip */
	return l->settings.longest_us > 0 && wait_us > l->settings.longest_us
	    ? l->settings.longest_us
	    : wait_us;
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
		compose(l, server, path, now_us);
	path->due = false;
	path->asked = true;
	path->copies++;
	l->latest = server;
	l->result->tries++;
	l->next_turn_us = now_us + interval(l, server, now_us);
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

/* The server asked last is silent for longer than it usually is: the others are told. */
static void
blame_late(const struct dns_lookup *l, int64_t now_us)
{
	struct dns_standing *standing =
	    l->turn > 0 ? lookup_standing(l, l->latest, now_us) : NULL;

	if (standing && l->paths[l->latest].asked)
		dns_standing_blame(standing, DNS_STANDING_LATE, now_us);
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
		size_t server = l->order[(l->first + l->turn++) % count];
		const struct path *path = &l->paths[server];

		if (!path->settled && !(path->asked && path->over_tcp))
			return server;
	}
	l->next_turn_us = LOOKUP_NEVER;
	return NO_PATH;
}

bool
lookup_is_anyone_asked(const struct dns_lookup *l)
{
	for (size_t i = 0; i < l->settings.server_count; i++) {
		if (l->paths[i].asked)
			return true;
	}
	return false;
}

struct dns_want
dns_lookup_next(struct dns_lookup *l, int64_t now_us)
{
	size_t server = NO_PATH;

	if (!l->done && now_us >= l->deadline_us)
		lookup_finish_late(l, now_us);
	if (!l->done) {
		server = find_due(l);
		if (server == NO_PATH && now_us >= l->next_turn_us) {
			blame_late(l, now_us);
			server = take_turn(l);
		}
		if (server == NO_PATH && !lookup_is_anyone_asked(l))
			lookup_finish_failed(l, now_us);
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

/* Passes a server over whose socket failed, if it is one that was asked. */
static void
fail(struct dns_lookup *l, size_t server, bool tcp, const struct fault *fault, int64_t now_us)
{
	if (l->done || server >= l->settings.server_count)
		return;
	if (!l->paths[server].asked || l->paths[server].over_tcp != tcp)
		return;
	lookup_give_up_on(l, server, fault, now_us);
}

void
dns_lookup_failed(
    struct dns_lookup *l, size_t server, bool tcp, const char *reason, int64_t now_us)
{
	fail(l, server, tcp, &(struct fault){ .outcome = DNS_UNREACHABLE, .why = reason },
	    now_us);
}

void
dns_lookup_refused(
    struct dns_lookup *l, size_t server, bool tcp, const char *reason, int64_t now_us)
{
	const struct fault fault = {
		.outcome = DNS_UNREACHABLE, .why = reason, .by_host = true
	};

	fail(l, server, tcp, &fault, now_us);
}
