/*
 * Runs the dialogue stories: smtp/session against what a server might say, with virtual time
 * and no socket. Each story is told twice, the server's segments whole and octet by octet; the
 * facts must be the same. After every call the invariants are checked.
 *
 * A story is a file of lines. "#" begins a comment.
 *
 *	helo NAME		settings, before anything else; the defaults are
 *	from ADDRESS		probe.example.org, the null sender, no recipient
 *	rcpt ADDRESS		and 10 s
 *	patience TIME
 *
 *	connected		the connection is up
 *	refused SENTENCE	or could not be opened
 *	unreachable SENTENCE
 *	S: TEXT			the server sends TEXT and CRLF
 *	S- TEXT			the server sends TEXT alone. Successive S lines arrive as one
 *				segment. \r \n \t \\ \xNN, and \R600:a for 600 times a
 *	S* N TEXT		N times the same line, each with CRLF
 *	--			between S lines: what follows is another segment
 *	C: TEXT			the client has sent just this line by now
 *	T: TIME			time passes ("1500ms", "10s"); deadlines on the way are kept
 *	handshake VERSION CIPHER CHAIN match|mismatch	TLS is up
 *	handshake-failed SENTENCE
 *	closed | reset		the server ends the connection
 *	cancel			the user gives up
 *
 *	expect			from here on the facts at the end, in any order:
 *	FACT VALUE		a row of the table in facts_text.c; "none" for what is not
 *				there. `error` need only contain VALUE, others must be equal.
 *	said WHO TEXT		the transcript has this line behind that of the last `said`;
 *				WHO is S, C or N (a note), with a * when it went through TLS
 *
 * Every story names at least outcome and stage. Without a row for it a story expects no
 * violations, and every outcome but accepting must name its error. Whatever the client sends
 * must stand in a C line; every story but those that end "in-progress" must end wanting to
 * close.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"

#include "smtp/session.h"

#include "facts_text.h"
#include "invariants.h"
#include "notation.h"

/* How the server's octets are cut. */
enum delivery {
	WHOLE_SEGMENTS,
	SINGLE_OCTETS,
	DELIVERIES
};

static const char *const delivery_names[] = {
	[WHOLE_SEGMENTS] = "whole segments",
	[SINGLE_OCTETS] = "single octets",
};

struct story {
	const char *path;
	size_t line; /* being told */
	enum delivery delivery;
	struct smtp_session_settings settings;
	char *helo, *from, *rcpt;
	struct smtp_session *session; /* NULL until the first event */
	struct invariants seen;
	struct smtp_want want; /* the last one that was no SEND */
	struct buf segment; /* what the server sends, not delivered yet */
	struct buf said; /* what the client sent, not matched yet */
	int64_t now_us;
	bool wanted_connection, wanted_handshake;
	bool expecting;
	struct buf named; /* the facts that it names, each between spaces */
	size_t transcript_place;
	bool failed;
};

/* Tells once what went wrong, and where. */
static void __attribute__((format(printf, 2, 3)))
fail(struct story *story, const char *format, ...)
{
	va_list arguments;

	if (story->failed)
		return;
	story->failed = true;
	fprintf(
	    stderr, "%s:%zu: (%s) ", story->path, story->line, delivery_names[story->delivery]);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

/* --- the client's turn ---------------------------------------------------------- */

/* Asks for the next want, and checks the invariants. */
static struct smtp_want
next_want(struct story *story)
{
	struct smtp_want want = smtp_session_next(story->session, story->now_us);
	const char *broken = invariants_broken(
	    &story->seen, smtp_session_facts(story->session), &want, story->now_us);

	if (broken)
		fail(story, "%s", broken);
	return want;
}

/* Carries out what the session wants until it waits or closes. */
static void
take_turn(struct story *story)
{
	for (int turns = 0; turns < 20; turns++) {
		struct smtp_want want = next_want(story);

		switch (want.kind) {
		case SMTP_WANT_SEND:
			buf_add(&story->said, want.bytes, want.length);
			break;
		case SMTP_WANT_CONNECT:
			story->wanted_connection = true;
			break;
		case SMTP_WANT_HANDSHAKE:
			story->wanted_handshake = true;
			break;
		case SMTP_WANT_WAIT:
		case SMTP_WANT_CLOSE:
			story->want = want;
			return;
		}
	}
	fail(story, "the session never waits");
}

/* Opens the session with the settings told so far, once. */
static void
begin(struct story *story)
{
	if (story->session)
		return;
	story->settings.helo = story->helo;
	story->settings.mail_from = story->from;
	story->settings.rcpt = story->rcpt;
	story->session = smtp_session_new(&story->settings, story->now_us);
	take_turn(story);
	if (!story->wanted_connection)
		fail(story, "the session does not want to connect");
}

/* Hands the pending segment to the session, and lets it have its turn. */
static void
deliver(struct story *story)
{
	size_t step = story->delivery == SINGLE_OCTETS ? 1 : story->segment.length;

	if (story->segment.length == 0)
		return;
	for (size_t i = 0; i < story->segment.length; i += step)
		smtp_session_received(
		    story->session, story->segment.data + i, step, story->now_us);
	buf_truncate(&story->segment, 0);
	take_turn(story);
}

/* Before something else happens: the segment is delivered, and all that was said is matched. */
static void
settle(struct story *story)
{
	begin(story);
	deliver(story);
	if (story->said.length > 0)
		fail(story, "the client said, unexpected: %s", buf_text(&story->said));
}

/* --- what can happen -------------------------------------------------------------- */

/* Reads a time, or fails the story. */
static int64_t
time_of(struct story *story, const char *text)
{
	int64_t us = 0;

	if (!read_time(text, &us))
		fail(story, "expected a time like 10s or 1500ms, not \"%s\"", text);
	return us;
}

/* Appends the text, its escapes resolved, to the segment. */
static void
add_to_segment(struct story *story, const char *text)
{
	if (story->said.length > 0)
		fail(story, "the client said, unexpected: %s", buf_text(&story->said));
	begin(story);
	add_unescaped(&story->segment, text);
}

/* Sets the name for EHLO. */
static void
do_helo(struct story *story, const char *text)
{
	free(story->helo);
	story->helo = mem_strdup(text);
}

/* Sets the sender. */
static void
do_from(struct story *story, const char *text)
{
	free(story->from);
	story->from = mem_strdup(text);
}

/* Sets the recipient, and with it that the dialogue goes that far. */
static void
do_rcpt(struct story *story, const char *text)
{
	free(story->rcpt);
	story->rcpt = mem_strdup(text);
}

/* Sets the size of the message, in octets. */
static void
do_size(struct story *story, const char *text)
{
	story->settings.size = strtoull(text, NULL, 10);
}

/* Sets the patience of one step. */
static void
do_patience(struct story *story, const char *text)
{
	story->settings.patience_us = time_of(story, text);
}

/* The connection is up. */
static void
do_connected(struct story *story, const char *text)
{
	(void)text;
	settle(story);
	smtp_session_connected(story->session, story->now_us);
	take_turn(story);
}

/* The connection could not be opened. */
static void
not_connected(struct story *story, enum smtp_outcome outcome, const char *sentence)
{
	settle(story);
	smtp_session_not_connected(story->session, outcome, sentence, story->now_us);
	take_turn(story);
}

/* The connection was refused. */
static void
do_refused(struct story *story, const char *text)
{
	not_connected(story, SMTP_REFUSED, text);
}

/* There is no way to the server. */
static void
do_unreachable(struct story *story, const char *text)
{
	not_connected(story, SMTP_UNREACHABLE, text);
}

/* The server sends a line. */
static void
do_server_line(struct story *story, const char *text)
{
	add_to_segment(story, text);
	buf_adds(&story->segment, "\r\n");
}

/* The server sends less than a line. */
static void
do_server_text(struct story *story, const char *text)
{
	add_to_segment(story, text);
}

/* The server sends one line many times. */
static void
do_server_lines(struct story *story, const char *text)
{
	char *rest;
	long n = strtol(text, &rest, 10);

	for (long i = 0; i < n; i++)
		do_server_line(story, rest + 1);
}

/* What the server sent so far arrives. */
static void
do_next_segment(struct story *story, const char *text)
{
	(void)text;
	deliver(story);
}

/* The client must have said this line. */
static void
do_client_line(struct story *story, const char *text)
{
	size_t n = strlen(text);
	const char *said;

	begin(story);
	deliver(story);
	said = buf_text(&story->said);
	if (strncmp(said, text, n) != 0 || strncmp(said + n, "\r\n", 2) != 0)
		fail(story, "expected the client to say \"%s\", not \"%s\"", text, said);
	buf_drop(&story->said, n + 2);
}

/* Time passes, and each deadline on the way is kept. */
static void
do_time(struct story *story, const char *text)
{
	int64_t until = story->now_us + time_of(story, text);

	settle(story);
	while (story->want.kind == SMTP_WANT_WAIT && story->want.deadline_us <= until) {
		story->now_us = story->want.deadline_us;
		take_turn(story);
	}
	story->now_us = until;
	take_turn(story);
}

/* The TLS handshake succeeds. */
static void
do_handshake(struct story *story, const char *text)
{
	char version[32] = "", cipher[64] = "", chain[32] = "", name[32] = "";
	struct tls_facts tls = { .present = true, .version = version, .cipher = cipher };

	settle(story);
	if (!story->wanted_handshake)
		fail(story, "the session does not want a handshake");
	if (sscanf(text, "%31s %63s %31s %31s", version, cipher, chain, name) != 4 ||
	    !tls_chain_parse(chain, &tls.chain))
		fail(story, "expected: handshake VERSION CIPHER CHAIN match|mismatch");
	tls.name_matches = strcmp(name, "match") == 0;
	smtp_session_secured(story->session, &tls, story->now_us);
	take_turn(story);
}

/* The TLS handshake breaks. */
static void
do_handshake_failed(struct story *story, const char *text)
{
	settle(story);
	if (!story->wanted_handshake)
		fail(story, "the session does not want a handshake");
	smtp_session_insecure(story->session, text, story->now_us);
	take_turn(story);
}

/* The connection is lost. Undelivered octets come first, in the same turn. */
static void
lose(struct story *story, enum smtp_outcome outcome)
{
	begin(story);
	deliver(story);
	smtp_session_lost(story->session, outcome, NULL, story->now_us);
	take_turn(story);
}

/* The server closes the connection. */
static void
do_closed(struct story *story, const char *text)
{
	(void)text;
	lose(story, SMTP_CLOSED);
}

/* The server resets the connection. */
static void
do_reset(struct story *story, const char *text)
{
	(void)text;
	lose(story, SMTP_RESET);
}

/* The user gives up. */
static void
do_cancel(struct story *story, const char *text)
{
	(void)text;
	settle(story);
	smtp_session_cancel(story->session, story->now_us);
	take_turn(story);
}

/* From here on facts are named. */
static void
do_expect(struct story *story, const char *text)
{
	bool in_progress;

	(void)text;
	settle(story);
	in_progress = smtp_session_facts(story->session)->outcome == SMTP_IN_PROGRESS;
	if (!in_progress && story->want.kind != SMTP_WANT_CLOSE)
		fail(story, "the session has not ended");
	story->expecting = true;
}

static const struct {
	const char *word;
	void (*tell)(struct story *story, const char *text);
} events[] = {
	{ "helo", do_helo },
	{ "from", do_from },
	{ "rcpt", do_rcpt },
	{ "size", do_size },
	{ "patience", do_patience },
	{ "connected", do_connected },
	{ "refused", do_refused },
	{ "unreachable", do_unreachable },
	{ "S:", do_server_line },
	{ "S-", do_server_text },
	{ "S*", do_server_lines },
	{ "--", do_next_segment },
	{ "C:", do_client_line },
	{ "T:", do_time },
	{ "handshake", do_handshake },
	{ "handshake-failed", do_handshake_failed },
	{ "closed", do_closed },
	{ "reset", do_reset },
	{ "cancel", do_cancel },
	{ "expect", do_expect },
};

/* --- expectations --------------------------------------------------------------------- */

/* True when the line of the transcript is said by `who` ("S", "C*") and reads so. */
static bool
line_is(const struct smtp_line *line, const char *who, const char *text)
{
	static const char letters[] = {
		[SMTP_SERVER] = 'S',
		[SMTP_CLIENT] = 'C',
		[SMTP_NOTE] = 'N',
	};

	return who[0] == letters[line->speaker] && (who[1] == '*') == line->encrypted &&
	    strcmp(line->text, text) == 0;
}

/* Looks for the line in the transcript, behind the last one that was found. */
static void
expect_said(struct story *story, const char *what)
{
	const struct smtp_transcript *transcript =
	    &smtp_session_facts(story->session)->transcript;
	const char *text = strchr(what, ' ');

	if (!text) {
		fail(story, "expected: said WHO TEXT");
		return;
	}
	for (size_t i = story->transcript_place; i < transcript->count; i++) {
		if (line_is(&transcript->lines[i], what, text + 1)) {
			story->transcript_place = i + 1;
			return;
		}
	}
	fail(story, "the transcript does not go on with \"%s\"", what);
	for (size_t i = 0; i < transcript->count && i < 40; i++)
		fprintf(stderr, "\t%s\n", transcript->lines[i].text);
}

/* Reads one expectation: what the transcript says, or a fact and its value. */
static void
expect(struct story *story, const char *word, const char *text)
{
	const struct smtp_facts *facts = smtp_session_facts(story->session);
	bool is_error = strcmp(word, "error") == 0;
	struct buf shown = BUF_INIT;

	if (strcmp(word, "said") == 0) {
		expect_said(story, text);
		return;
	}
	if (!facts_text(&shown, facts, word))
		fail(story, "\"%s\" is no fact", word);
	else if (is_error ? !strstr(shown.data, text) : strcmp(shown.data, text) != 0)
		fail(story, "expected %s %s, got %s", word, text, shown.data);
	buf_addf(&story->named, " %s ", word);
	buf_clear(&shown);
}

/* True when the story names this fact. */
static bool
is_named(const struct story *story, const char *word)
{
	return strstr(buf_text(&story->named), word) != NULL;
}

/* Nothing that must be said of an ending was left out. */
static void
check_named(struct story *story)
{
	const struct smtp_facts *facts;

	if (!story->expecting) {
		fail(story, "the story expects nothing");
		return;
	}
	facts = smtp_session_facts(story->session);
	if (!is_named(story, " outcome ") || !is_named(story, " stage "))
		fail(story, "every story names its outcome and stage");
	if (facts->error && !is_named(story, " error "))
		fail(story, "this story must name its error: %s", facts->error);
	if (facts->violations && !is_named(story, " violations "))
		fail(story, "violations were found that the story does not name");
}

/* A clone of the facts reads the same, and outlives the session. */
static void
check_clone(struct story *story)
{
	struct smtp_facts *clone = smtp_facts_clone(smtp_session_facts(story->session));
	struct buf original = BUF_INIT, copy = BUF_INIT;

	facts_text_all(&original, smtp_session_facts(story->session));
	smtp_session_free(story->session);
	story->session = NULL;
	facts_text_all(&copy, clone);
	if (strcmp(original.data, copy.data) != 0)
		fail(story, "a clone of the facts differs");
	smtp_facts_free(clone);
	buf_clear(&original);
	buf_clear(&copy);
}

/* --- stories --------------------------------------------------------------------------- */

/* Tells one line: a word, and what stands behind it. */
static void
tell(struct story *story, char *line)
{
	size_t n = strcspn(line, " ");
	const char *text = line[n] ? line + n + 1 : "";

	if (line[0] == '\0' || line[0] == '#')
		return;
	line[n] = '\0';
	if (story->expecting) {
		expect(story, line, text);
		return;
	}
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		if (strcmp(line, events[i].word) == 0) {
			events[i].tell(story, text);
			return;
		}
	}
	fail(story, "\"%s\" is no event", line);
}

/* Begins a story with the default settings. */
static void
story_init(struct story *story, const char *path, enum delivery delivery)
{
	*story = (struct story){ .path = path, .delivery = delivery };
	story->helo = mem_strdup("probe.example.org");
	story->from = mem_strdup("");
	story->settings.patience_us = 10000000;
	story->now_us = 1000000000;
}

/* Frees what the story holds. */
static void
story_clear(struct story *story)
{
	smtp_session_free(story->session);
	free(story->helo);
	free(story->from);
	free(story->rcpt);
	buf_clear(&story->segment);
	buf_clear(&story->said);
	buf_clear(&story->named);
}

/* Tells a whole file one way. Returns true when all came as expected. */
static bool
story_told(const char *path, FILE *file, enum delivery delivery)
{
	struct story story;
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	story_init(&story, path, delivery);
	rewind(file);
	while (!story.failed && (n = getline(&line, &room, file)) >= 0) {
		story.line++;
		line[strcspn(line, "\n")] = '\0';
		tell(&story, line);
	}
	if (!story.failed)
		check_named(&story);
	if (!story.failed)
		check_clone(&story);
	free(line);
	story_clear(&story);
	return !story.failed;
}

/* Tells one file every way. */
static bool
story_holds(const char *path)
{
	FILE *file = fopen(path, "r");
	bool holds = true;

	if (!file) {
		perror(path);
		return false;
	}
	for (int delivery = 0; delivery < DELIVERIES; delivery++)
		holds = story_told(path, file, (enum delivery)delivery) && holds;
	fclose(file);
	return holds;
}

/* Every argument is a story; the exit status is 0 when all of them hold. */
int
main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed += !story_holds(argv[i]);
	printf("dialogue: %d stories, %d failed\n", argc - 1, failed);
	return failed || argc < 2;
}
