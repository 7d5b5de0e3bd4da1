/*
 * Tells stories of a DNS lookup: each file drives one `struct dns_lookup` in virtual time.
 *
 *	runner tests/lookup/NAME.rpl ...
 *
 * A story has one statement a line; '#' starts a comment line. Times count from `ask` and are
 * written 400ms, 8s or 1500us. SERVER is ADDRESS or ADDRESS@PORT.
 *
 * The stage:
 *	servers SERVER ...		whom to ask, in order
 *	set timeout TIME		patience for the whole question (8s)
 *	set retry TIME			first retransmission (400ms)
 *	set longest TIME		... which doubles up to this (no bound)
 *	set attempts N			rounds over the servers (2)
 *	set tcp | no-edns | mixed-case	only TCP; no OPT; 0x20
 *	set dnssec			with DO and CD, and the evidence kept
 *	set whole			one reply settles it, and is kept as it came
 *	set iterative			without RD
 *	set standings			what earlier lookups have told of the servers counts
 *	set cookies | rotate		... with DNS cookies; each lookup begins with the next
 *	known SERVER rtt TIME		what they told: it answers so fast
 *	known SERVER failures N		... has failed so often
 *	known SERVER no-edns | no-case	... does not understand that
 *	known SERVER cookie		... has given us a cookie
 *	ask NAME TYPE			starts the lookup
 *
 * What the machine must do:
 *	send udp|tcp SERVER [WORD ...]	send a query now
 *		at TIME			... at that time, and nothing before
 *		same | new		the octets of the last one to that server over that
 *					transport, or a query with another id
 *		mixed | plain		the case of the name
 *		edns | no-edns		with an OPT record or without
 *		do | no-do		with DO and CD, or without either
 *		rd | no-rd		with RD or without
 *		cookie N | no-cookie	with a cookie of so many octets, or without
 *		for NAME TYPE		the question
 *	wait TIME			want nothing before that time
 *	done OUTCOME [at TIME]		be done, now or at that time
 *
 * What happens to it:
 *	at TIME				time passes; nothing may be wanted before
 *	failed SERVER udp|tcp REASON	the socket failed
 *	reply SERVER [WORD ...]		a reply to the last query that was sent there
 *		tcp			... over TCP
 *		rcode N, aa, no-ra, tc	its header (recursion is available by default)
 *		no-edns			without OPT (by default as the query)
 *		no-question		without a question
 *		cookie, wrong-cookie	with our cookie and a server's; with another than ours
 *		ede N			with this extended error, and a text (RFC 8914)
 *		wrong-id, wrong-type,	another id or type than asked; the name in lower case;
 *		wrong-case, echo	a query in place of a response
 *		times N			so often
 *	answer RECORD			a record of the reply above: zone text, absolute names
 *	authority RECORD
 *	additional RECORD
 *	octets answer HEX		octets behind it that count as a record of the answer
 *	octets end HEX			octets behind it that count as nothing
 *	cut N				its last N octets are missing
 *
 * What came out, after `done` ("none" for nothing):
 *	check records TEXT		"MX 10 a. | MX 20 b.", in order
 *	check alias NAME ...		the chain, in order
 *	check error TEXT		a part of the sentence
 *	check evidence N		how many records came with it
 *	check checkable yes|no		every reply was asked for with DO and CD
 *	check reply kept|none		the octets of the reply that came last
 *	knows SERVER WORD ...		what further lookups are told: no-edns, no-case, no-cookie,
 *					failures N, cookie N (octets), or nothing
 *	check ede TEXT			the extended errors, a part of them
 *	check owner|server|ttl|rcode|tries|strays|elapsed|tcp VALUE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/span.h"
#include "util/wire.h"
#include "story.h"

/* Fills n octets from the story's own generator. */
static void
story_random(void *context, void *bytes, size_t n)
{
	uint8_t *octets = bytes;

	for (size_t i = 0; i < n; i++)
		octets[i] = (uint8_t)rng_below(context, 256);
}

/* --- the stage --------------------------------------------------------------- */

/* Names the servers to ask. */
static void
do_servers(struct story *s, const struct statement *st)
{
	for (size_t i = 1; i < st->count && i <= DNS_SERVERS_MAX; i++) {
		struct endpoint *e = &s->settings.servers[s->settings.server_count++];

		if (!endpoint_parse(e, st->words[i], 53))
			complain(s, "an address was expected, not \"%s\"", st->words[i]);
	}
}

/* Changes a setting. */
static void
do_set(struct story *s, const struct statement *st)
{
	const char *what = word(s, st, 1);

	if (strcmp(what, "timeout") == 0)
		s->settings.timeout_us = read_time(s, word(s, st, 2));
	else if (strcmp(what, "retry") == 0)
		s->settings.retry_us = read_time(s, word(s, st, 2));
	else if (strcmp(what, "longest") == 0)
		s->settings.longest_us = read_time(s, word(s, st, 2));
	else if (strcmp(what, "attempts") == 0)
		s->settings.attempts = (unsigned)read_number(s, word(s, st, 2));
	else if (strcmp(what, "tcp") == 0)
		s->settings.use_tcp = true;
	else if (strcmp(what, "no-edns") == 0)
		s->settings.edns = false;
	else if (strcmp(what, "dnssec") == 0)
		s->settings.dnssec = true;
	else if (strcmp(what, "whole") == 0)
		s->settings.whole = true;
	else if (strcmp(what, "iterative") == 0)
		s->settings.iterative = true;
	else if (strcmp(what, "mixed-case") == 0)
		s->settings.mix_case = true;
	else if (strcmp(what, "rotate") == 0)
		s->settings.rotate = true;
	else if (strcmp(what, "cookies") == 0)
		s->settings.cookies = true;
	else if (strcmp(what, "standings") == 0)
		s->settings.standings = s->standings;
	else
		complain(s, "there is nothing called \"%s\" to set", what);
}

/* Returns what is known of the server that the statement names. */
static struct dns_standing *
standing_of(struct story *s, const struct statement *st)
{
	size_t server = read_server(s, word(s, st, 1));

	return dns_standings_of(s->standings, &s->settings.servers[server], s->now_us);
}

/* Says what earlier lookups have told of a server. */
static void
do_known(struct story *s, const struct statement *st)
{
	struct dns_standing *standing = standing_of(s, st);
	const char *what = word(s, st, 2);

	if (strcmp(what, "rtt") == 0)
		dns_standing_measure(standing, read_time(s, word(s, st, 3)), 0);
	else if (strcmp(what, "failures") == 0)
		dns_standing_blame(standing, (unsigned)read_number(s, word(s, st, 3)), 0);
	else if (strcmp(what, "no-edns") == 0)
		standing->without_edns = true;
	else if (strcmp(what, "no-case") == 0)
		standing->without_case = true;
	else if (strcmp(what, "cookie") == 0)
		standing->cookie_length = 2 * DNS_COOKIE_CLIENT;
	else
		complain(s, "nothing called \"%s\" is known of a server", what);
}

/* Checks what further lookups are told of a server. */
static void
do_knows(struct story *s, const struct statement *st)
{
	const struct dns_standing *standing = standing_of(s, st);
	const struct {
		const char *word;
		bool holds;
	} facts[] = {
		{ "no-edns", standing->without_edns },
		{ "no-case", standing->without_case },
		{ "no-cookie", standing->without_cookie },
	};
	const char *what = word(s, st, 2);
	bool holds = false, any = false;

	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		any = any || facts[i].holds;
		holds = holds || (facts[i].holds && strcmp(what, facts[i].word) == 0);
	}
	if (strcmp(what, "nothing") == 0)
		holds = !any;
	else if (strcmp(what, "failures") == 0)
		holds = standing->failures == (unsigned)read_number(s, word(s, st, 3));
	else if (strcmp(what, "cookie") == 0)
		holds = standing->cookie_length == (size_t)read_number(s, word(s, st, 3));
	if (!holds)
		complain(s,
		    "that is not known of the server (%u failures, %zu octets of cookie)",
		    standing->failures, standing->cookie_length);
}

/* Starts the lookup. */
static void
do_ask(struct story *s, const struct statement *st)
{
	struct dns_question question = read_question(s, word(s, st, 1), word(s, st, 2));

	s->lookup = dns_lookup_new(&question, &s->settings, 0);
}

/* --- what the machine must do ------------------------------------------------- */

/* Lets time pass until the machine wants something else than to wait, `limit_us` at most. */
static struct dns_want
run_until(struct story *s, int64_t limit_us)
{
	struct dns_want want = dns_lookup_next(s->lookup, s->now_us);

	while (want.kind == DNS_WANT_WAIT && want.deadline_us <= limit_us) {
		if (want.deadline_us < s->now_us) {
			complain(s, "the machine wants to wait for the past");
			return want;
		}
		s->now_us = want.deadline_us;
		want = dns_lookup_next(s->lookup, s->now_us);
		if (want.kind == DNS_WANT_WAIT && want.deadline_us <= s->now_us) {
			complain(s, "the machine wants to wait for now");
			return want;
		}
	}
	return want;
}

/* Returns the time behind the word "at" of the statement, or now. */
static int64_t
time_of(struct story *s, const struct statement *st)
{
	for (size_t i = 1; i + 1 < st->count; i++) {
		if (strcmp(st->words[i], "at") == 0)
			return read_time(s, st->words[i + 1]);
	}
	return s->now_us;
}

/* True when the name has a letter of the given case. */
static bool
has_letter(const struct dns_name *name, char first, char last)
{
	for (size_t i = 0; i < name->length; i++) {
		if (name->wire[i] >= first && name->wire[i] <= last)
			return true;
	}
	return false;
}

/* True when the query has CD set (RFC 4035 3.2.2). */
static bool
asks_unchecked(const struct dns_want *want)
{
	return want->query[3] & 0x10;
}

/* Takes our own query apart. */
static struct dns_message
parse_query(struct story *s, const struct dns_want *want)
{
	struct dns_message message;
	const char *fault = dns_message_parse(&message, want->query, want->query_length);

	if (fault)
		complain(s, "the query does not hold: %s", fault);
	return message;
}

/* Returns how many octets the query's cookie has, 0 for none. */
static size_t
cookie_of(struct story *s, const struct dns_want *want)
{
	struct dns_message message = parse_query(s, want);
	size_t n = 0;

	if (!dns_message_option(&message, DNS_OPTION_COOKIE, NULL, &n))
		n = 0;
	dns_message_clear(&message);
	return n;
}

/* True when the query has an OPT record with DO set (RFC 3225 3). */
static bool
has_do(struct story *s, const struct dns_want *want)
{
	struct dns_message message = parse_query(s, want);
	bool set = message.has_edns && message.dnssec_ok;

	dns_message_clear(&message);
	return set;
}

/* Checks one word about a query; returns how many words it took. */
static size_t
check_query_word(struct story *s, const struct statement *st, size_t i,
    const struct dns_want *want, const struct sent *before)
{
	struct dns_question question = question_of(want->query, want->query_length);
	const char *text = st->words[i];
	bool edns = wire_get16(want->query + 10) == 1;
	bool same = before->length == want->query_length &&
	    memcmp(before->query, want->query, want->query_length) == 0;
	bool same_id = before->length && memcmp(before->query, want->query, 2) == 0;

	if (strcmp(text, "at") == 0)
		return 2;
	if (strcmp(text, "for") == 0) {
		struct dns_question wanted =
		    read_question(s, word(s, st, i + 1), word(s, st, i + 2));

		if (!dns_name_equal(&question.name, &wanted.name) ||
		    question.type != wanted.type)
			complain(s, "the query is not for %s", st->words[i + 1]);
		return 3;
	}
	if (strcmp(text, "cookie") == 0) {
		if (cookie_of(s, want) != (size_t)read_number(s, word(s, st, i + 1)))
			complain(s, "the query's cookie has %zu octets", cookie_of(s, want));
		return 2;
	}
	if (strcmp(text, "no-cookie") == 0 && cookie_of(s, want) > 0)
		complain(s, "the query has a cookie");
	if ((strcmp(text, "same") == 0 && !same) || (strcmp(text, "new") == 0 && same_id))
		complain(s, "the query is not the %s one", text);
	if ((strcmp(text, "edns") == 0 && !edns) || (strcmp(text, "no-edns") == 0 && edns))
		complain(s, "the query is not with %s", text);
	if ((strcmp(text, "do") == 0 && !(asks_unchecked(want) && has_do(s, want))) ||
	    (strcmp(text, "no-do") == 0 && (asks_unchecked(want) || has_do(s, want))))
		complain(s, "the query is not with %s", text);
	if ((strcmp(text, "rd") == 0 && !(want->query[2] & 1)) ||
	    (strcmp(text, "no-rd") == 0 && (want->query[2] & 1)))
		complain(s, "the query is not with %s", text);
	if (strcmp(text, "mixed") == 0 &&
	    !(has_letter(&question.name, 'A', 'Z') && has_letter(&question.name, 'a', 'z')))
		complain(s, "the case of the name is not mixed");
	if (strcmp(text, "plain") == 0 && has_letter(&question.name, 'A', 'Z'))
		complain(s, "the case of the name is mixed");
	return 1;
}

/* Waits for the machine to send, and looks at what it sends. */
static void
do_send(struct story *s, const struct statement *st)
{
	int transport = read_transport(s, word(s, st, 1));
	size_t server = read_server(s, word(s, st, 2));
	int64_t at_us = time_of(s, st);
	struct dns_want want = run_until(s, at_us);
	struct sent *sent = &s->sent[server][transport];

	if (want.kind != DNS_WANT_SEND || s->now_us != at_us) {
		complain(s, "the machine does not send at this time (kind %d at %lld us)",
		    (int)want.kind, (long long)s->now_us);
		return;
	}
	if (want.server != server || want.tcp != (transport == TCP))
		complain(s, "the machine sends to server %zu over %s", want.server,
		    want.tcp ? "tcp" : "udp");
	for (size_t i = 3; i < st->count && !s->failed;)
		i += check_query_word(s, st, i, &want, sent);
	memcpy(sent->query, want.query, want.query_length);
	sent->length = want.query_length;
}

/* Checks until when the machine wants to wait. */
static void
do_wait(struct story *s, const struct statement *st)
{
	int64_t until_us = read_time(s, word(s, st, 1));
	struct dns_want want = dns_lookup_next(s->lookup, s->now_us);

	if (want.kind != DNS_WANT_WAIT || want.deadline_us != until_us)
		complain(s, "the machine does not wait until then (kind %d, until %lld us)",
		    (int)want.kind, (long long)want.deadline_us);
}

/* Waits for the end and takes the result. */
static void
do_done(struct story *s, const struct statement *st)
{
	int64_t at_us = time_of(s, st);
	struct dns_want want = run_until(s, at_us);

	if (want.kind != DNS_WANT_DONE || s->now_us != at_us) {
		complain(s, "the lookup is not done at this time (kind %d at %lld us)",
		    (int)want.kind, (long long)s->now_us);
		return;
	}
	s->result = dns_lookup_take(s->lookup);
	if (strcmp(dns_outcome_name(s->result->outcome), word(s, st, 1)) != 0)
		complain(s, "the outcome is %s", dns_outcome_name(s->result->outcome));
}

/* --- what happens to it -------------------------------------------------------- */

/* Lets time pass in which nothing may happen. */
static void
do_at(struct story *s, const struct statement *st)
{
	int64_t at_us = read_time(s, word(s, st, 1));
	struct dns_want want = dns_lookup_next(s->lookup, s->now_us);

	if (want.kind != DNS_WANT_WAIT || want.deadline_us < at_us)
		complain(s, "the machine does not wait until then (kind %d, until %lld us)",
		    (int)want.kind, (long long)want.deadline_us);
	s->now_us = at_us;
}

/* Tells the machine that a socket failed. */
static void
do_failed(struct story *s, const struct statement *st)
{
	dns_lookup_failed(s->lookup, read_server(s, word(s, st, 1)),
	    read_transport(s, word(s, st, 2)) == TCP, rest_behind(st, 2), s->now_us);
}

/* --- telling ------------------------------------------------------------------- */

/* Which statements need a lookup that is under way, and which belong to an open reply. */
enum place {
	BEFORE,
	UNDER_WAY,
	IN_REPLY,
	AFTER,
};

static const struct {
	const char *word;
	enum place place;
	void (*run)(struct story *s, const struct statement *st);
} statements[] = {
	{ "servers", BEFORE, do_servers },
	{ "set", BEFORE, do_set },
	{ "known", BEFORE, do_known },
	{ "ask", BEFORE, do_ask },
	{ "send", UNDER_WAY, do_send },
	{ "wait", UNDER_WAY, do_wait },
	{ "done", UNDER_WAY, do_done },
	{ "at", UNDER_WAY, do_at },
	{ "reply", UNDER_WAY, do_reply },
	{ "failed", UNDER_WAY, do_failed },
	{ "answer", IN_REPLY, do_answer },
	{ "authority", IN_REPLY, do_authority },
	{ "additional", IN_REPLY, do_additional },
	{ "octets", IN_REPLY, do_octets },
	{ "cut", IN_REPLY, do_cut },
	{ "check", AFTER, do_check },
	{ "knows", AFTER, do_knows },
};

/* Cuts a line into words; `copy` is what the words point into. */
static struct statement
cut_words(char *copy, const char *line)
{
	struct statement st = { .rest = line + strcspn(line, " \t") };
	char *state = NULL;

	for (char *w = strtok_r(copy, " \t", &state); w && st.count < WORDS_MAX;
	     w = strtok_r(NULL, " \t", &state))
		st.words[st.count++] = w;
	return st;
}

/* Carries out one line. */
static void
run_line(struct story *s, const char *line)
{
	char *copy = mem_strdup(line);
	struct statement st = cut_words(copy, line);
	bool known = st.count == 0;

	for (size_t i = 0; st.count && i < sizeof statements / sizeof *statements; i++) {
		if (strcmp(st.words[0], statements[i].word) != 0)
			continue;
		known = true;
		if (statements[i].place != IN_REPLY)
			deliver_reply(s);
		if (statements[i].place == UNDER_WAY && (!s->lookup || s->result))
			complain(s, "there is no lookup under way");
		else
			statements[i].run(s, &st);
		break;
	}
	if (!known)
		complain(s, "there is no statement \"%s\"", st.words[0]);
	free(copy);
}

/* Tells the whole story in file; true when all went as told. */
static bool
tell(const char *file)
{
	struct story s = {
		.file = file,
		.settings = { .timeout_us = 8 * SPAN_SECOND, .attempts = 2, .edns = true },
	};
	FILE *in = fopen(file, "r");
	char line[2048];

	if (!in) {
		printf("%s: cannot be read\n", file);
		return false;
	}
	s.standings = dns_standings_new();
	rng_seed(&s.rng, 1);
	s.settings.random = story_random;
	s.settings.random_context = &s.rng;
	while (!s.failed && fgets(line, sizeof line, in)) {
		s.line++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != '#')
			run_line(&s, line);
	}
	if (!s.result)
		complain(&s, "the story ends before the lookup is done");
	fclose(in);
	clear_reply(&s);
	dns_result_release(s.result);
	dns_lookup_free(s.lookup);
	dns_standings_free(s.standings);
	return !s.failed;
}

int
main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed += !tell(argv[i]);
	printf("%d lookup stories, %d failed\n", argc - 1, failed);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
