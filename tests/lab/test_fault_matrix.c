/*
 * The fault matrix: every stage of the dialogue against every way of going wrong there, each a
 * script of the laboratory's mail server on a real socket, many of them at once on one loop. For
 * each cell the table says outcome, stage and what came of STARTTLS; all must end, and nothing -
 * descriptor or byte - may be left behind.
 *
 * `make fault-matrix` prints the table with the time that each decision took.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <dirent.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/span.h"
#include "util/text.h"
#include "net/dialler.h"
#include "net/prober.h"
#include "net/tls.h"
#include "lab/mailserver.h"
#include "lab/scenario.h"

#include "lab/bench.h"

enum {
	PATIENCE_MS = 2000, /* of one step, with a server that falls silent there */
	UNHURRIED_MS = 120000, /* with any other: a busy machine may take its time */
	LATE_MS = 500, /* what a decision may take beyond it */
	AT_ONCE = 64,
	CELLS_MAX = 256,
	CELLS_MIN = 120,
};

/* A place in the dialogue: which line of the client the fault answers. */
static const struct place {
	const char *name, *rule; /* the script up to the fault */
	const char *good; /* a reply that would be right here */
	enum smtp_stage stage; /* that a fault ends at */
	bool rcpt; /* the dialogue goes on to RCPT */
} places[] = {
	{ "greeting", "", "220 mx.example ESMTP", SMTP_STAGE_GREETING, false },
	{ "ehlo", "C: EHLO *\n", "250 mx.example", SMTP_STAGE_EHLO, false },
	{ "helo", "C: EHLO *\nS: 502 5.5.1 No\nC: HELO *\n", "250 mx.example", SMTP_STAGE_EHLO,
	    false },
	{ "starttls", "C: STARTTLS\n", "220 Go", SMTP_STAGE_STARTTLS, false },
	{ "ehlo-tls", "T: EHLO *\n", "250 mx.example", SMTP_STAGE_EHLO_TLS, false },
	{ "mail", "C: MAIL FROM:*\n", "250 Ok", SMTP_STAGE_MAIL, true },
	{ "rcpt", "C: RCPT TO:*\n", "250 Ok", SMTP_STAGE_RCPT, true },
	{ "rset", "C: RSET\n", "250 Ok", SMTP_STAGE_QUIT, true },
	{ "quit", "C: QUIT\n", "221 Bye", SMTP_STAGE_QUIT, false },
};

/* A way of going wrong; in the script @ stands for the good reply. */
static const struct fault {
	const char *name, *script;
	enum smtp_outcome outcome; /* of a reply that decides */
} faults[] = {
	{ "silent", "silence\n", SMTP_TIMEOUT },
	{ "slow drip", "drip 300ms @\nsilence\n", SMTP_TIMEOUT },
	{ "half, silent", "raw 2\nsilence\n", SMTP_TIMEOUT },
	{ "closed", "close\n", SMTP_CLOSED },
	{ "half, closed", "raw 25\nclose\n", SMTP_CLOSED },
	/* After a moment: a reset at once may come before we know that we are connected. */
	{ "reset", "delay 20ms\nreset\n", SMTP_RESET },
	{ "4yz", "S: 451 4.3.0 Later\n", SMTP_DEFERRING },
	{ "421, closed", "S: 421 4.3.2 Shutting down\nclose\n", SMTP_DEFERRING },
	{ "5yz", "S: 554 5.3.2 Never\n", SMTP_REJECTING },
	{ "garbage", "S: HTTP/1.1 400 Bad Request\n", SMTP_PROTOCOL_ERROR },
	{ "binary", "raw \\x00\\xff\\x1b[2J\\x9b\\x0d\\x0a\n", SMTP_PROTOCOL_ERROR },
	{ "endless line", "endless 250 all work and no play makes a dull server \n",
	    SMTP_PROTOCOL_ERROR },
	{ "endless reply", "endless 250-and another thing\\x0d\\x0a\n", SMTP_PROTOCOL_ERROR },
	{ "wrong class", "S: 354 Go ahead\n", SMTP_PROTOCOL_ERROR },
	{ "wrong code", "S: 299 As you like\n", SMTP_ACCEPTING },
	{ "bare LF", "raw @\\x0a\n", SMTP_ACCEPTING },
	{ "early talk", "S: @\nS: 250 And while I am at it\n", SMTP_ACCEPTING },
};

/* Where a place answers a fault in a way of its own. */
static const struct exception {
	const char *place, *fault; /* NULL = every one */
	enum smtp_outcome outcome;
	enum smtp_stage stage;
} exceptions[] = {
	/* EHLO refused for good: HELO. STARTTLS refused: on in clear (RFC 3207 4). */
	{ "ehlo", "5yz", SMTP_ACCEPTING, SMTP_STAGE_QUIT },
	{ "ehlo-tls", "5yz", SMTP_ACCEPTING, SMTP_STAGE_QUIT },
	{ "starttls", "4yz", SMTP_ACCEPTING, SMTP_STAGE_QUIT },
	{ "starttls", "5yz", SMTP_ACCEPTING, SMTP_STAGE_QUIT },
	/* After 299 the client shakes hands with a server that does not. */
	{ "starttls", "wrong code", SMTP_TLS_FAILED, SMTP_STAGE_HANDSHAKE },
	{ "starttls", "bare LF", SMTP_TLS_FAILED, SMTP_STAGE_HANDSHAKE },
	/* Octets in clear behind the reply to STARTTLS (CVE-2011-0411). */
	{ "starttls", "early talk", SMTP_PROTOCOL_ERROR, SMTP_STAGE_STARTTLS },
	/* Decided before: what comes of RSET and QUIT changes nothing. Where nobody listens any
	 * more, or nothing can be understood, QUIT is not said. */
	{ "rset", "closed", SMTP_ACCEPTING, SMTP_STAGE_RCPT },
	{ "rset", "half, closed", SMTP_ACCEPTING, SMTP_STAGE_RCPT },
	{ "rset", "reset", SMTP_ACCEPTING, SMTP_STAGE_RCPT },
	{ "rset", "garbage", SMTP_ACCEPTING, SMTP_STAGE_RCPT },
	{ "rset", "binary", SMTP_ACCEPTING, SMTP_STAGE_RCPT },
	{ "rset", "endless line", SMTP_ACCEPTING, SMTP_STAGE_RCPT },
	{ "rset", "endless reply", SMTP_ACCEPTING, SMTP_STAGE_RCPT },
	{ "rset", NULL, SMTP_ACCEPTING, SMTP_STAGE_QUIT },
	{ "quit", NULL, SMTP_ACCEPTING, SMTP_STAGE_QUIT },
};

/* What goes wrong behind a STARTTLS that was agreed to. */
static const struct shake {
	const char *name, *script;
	enum lab_tls tls;
	enum lab_certificate certificate;
	enum smtp_outcome outcome;
	enum smtp_stage stage;
	enum smtp_starttls starttls;
} shakes[] = {
	{ "stalls", "S: 220 Go\nsilence\n", 0, 0, SMTP_TIMEOUT, SMTP_STAGE_HANDSHAKE,
	    SMTP_STARTTLS_FAILED },
	{ "slow drip", "S: 220 Go\nawait\ndrip 300ms \\x16\\x03\\x03\\x00\\x40\\x02\\x00\n", 0,
	    0, SMTP_TIMEOUT, SMTP_STAGE_HANDSHAKE, SMTP_STARTTLS_FAILED },
	{ "closed", "S: 220 Go\nawait\nclose\n", 0, 0, SMTP_TLS_FAILED, SMTP_STAGE_HANDSHAKE,
	    SMTP_STARTTLS_FAILED },
	{ "closed at once", "S: 220 Go\nclose\n", 0, 0, SMTP_TLS_FAILED, SMTP_STAGE_HANDSHAKE,
	    SMTP_STARTTLS_FAILED },
	{ "reset", "S: 220 Go\nawait\nreset\n", 0, 0, SMTP_TLS_FAILED, SMTP_STAGE_HANDSHAKE,
	    SMTP_STARTTLS_FAILED },
	{ "text", "S: 220 Go\nawait\nS: 250 What TLS?\n", 0, 0, SMTP_TLS_FAILED,
	    SMTP_STAGE_HANDSHAKE, SMTP_STARTTLS_FAILED },
	{ "garbage", "S: 220 Go\nawait\nraw \\x00\\xff\\xfe\\x80\\x01\\x02\\x03\\x04\n", 0, 0,
	    SMTP_TLS_FAILED, SMTP_STAGE_HANDSHAKE, SMTP_STARTTLS_FAILED },
	{ "endless hello",
	    "S: 220 Go\nawait\nendless \\x16\\x03\\x03\\x00\\x04\\x00\\x00\\x00\\x00\n", 0, 0,
	    SMTP_TIMEOUT, SMTP_STAGE_HANDSHAKE, SMTP_STARTTLS_FAILED },
	{ "injection", "S: 220 Go\nS: 250 mx.example\n", 0, 0, SMTP_PROTOCOL_ERROR,
	    SMTP_STAGE_STARTTLS, SMTP_STARTTLS_INJECTED },
	{ "half injection", "S: 220 Go\nraw 250\n", 0, 0, SMTP_PROTOCOL_ERROR,
	    SMTP_STAGE_STARTTLS, SMTP_STARTTLS_INJECTED },
	{ "injection, TLS", "raw 220 Go\\x0d\\x0aXCLIENT\\x0d\\x0a\nstarttls\n", 0, 0,
	    SMTP_PROTOCOL_ERROR, SMTP_STAGE_STARTTLS, SMTP_STARTTLS_INJECTED },
	{ "alert 40", "S: 220 Go\nawait\nraw \\x15\\x03\\x03\\x00\\x02\\x02\\x28\n", 0, 0,
	    SMTP_TLS_FAILED, SMTP_STAGE_HANDSHAKE, SMTP_STARTTLS_FAILED },
	{ "alert 80", "S: 220 Go\nawait\nraw \\x15\\x03\\x03\\x00\\x02\\x02\\x50\n", 0, 0,
	    SMTP_TLS_FAILED, SMTP_STAGE_HANDSHAKE, SMTP_STARTTLS_FAILED },
	{ "no certificate", "S: 220 Go\nstarttls\n", 0, LAB_CERTIFICATE_NONE, SMTP_TLS_FAILED,
	    SMTP_STAGE_HANDSHAKE, SMTP_STARTTLS_FAILED },
	{ "SSL 3.0",
	    "S: 220 Go\nawait\nraw \\x16\\x03\\x00\\x00\\x2a\\x02\\x00\\x00\\x26\\x03\\x00"
	    "0123456789abcdef0123456789abcdef\\x00\\x00\\x2f\\x00\n",
	    0, 0, SMTP_TLS_FAILED, SMTP_STAGE_HANDSHAKE, SMTP_STARTTLS_FAILED },
	{ "TLS 1.0", "S: 220 Go\nstarttls\n", LAB_TLS_1_0, 0, SMTP_ACCEPTING, SMTP_STAGE_QUIT,
	    SMTP_STARTTLS_OK },
	{ "TLS 1.1", "S: 220 Go\nstarttls\n", LAB_TLS_1_1, 0, SMTP_ACCEPTING, SMTP_STAGE_QUIT,
	    SMTP_STARTTLS_OK },
	{ "TLS 1.2", "S: 220 Go\nstarttls\n", LAB_TLS_1_2, 0, SMTP_ACCEPTING, SMTP_STAGE_QUIT,
	    SMTP_STARTTLS_OK },
	{ "bare LF", "raw 220 Go\\x0a\nstarttls\n", 0, 0, SMTP_ACCEPTING, SMTP_STAGE_QUIT,
	    SMTP_STARTTLS_OK },
	{ "wrong code", "S: 250 Go\nstarttls\n", 0, 0, SMTP_ACCEPTING, SMTP_STAGE_QUIT,
	    SMTP_STARTTLS_OK },
};

/* One run: a server with its fault, and what the probe of it must find. */
struct cell {
	const char *place, *fault;
	struct lab_host host;
	struct mailserver *server; /* NULL: nobody listens */
	struct endpoint target;
	bool rcpt;
	bool silent; /* it ends, or QUIT does, when patience does */
	enum smtp_outcome outcome;
	enum smtp_stage stage;
	enum smtp_starttls starttls;
	bool any_starttls; /* the row does not say what comes of it */
	struct smtp_facts *facts; /* the last report */
};

struct matrix {
	struct bench bench;
	struct certifier *certifier;
	struct script usual;
	struct tls_client *tls;
	struct cell cells[CELLS_MAX];
	size_t count, begun, ended;
};

static const char usual_text[] = "S: 220 %h ESMTP\n"
				 "T: EHLO *\nS: 250 %h\n"
				 "C: EHLO *\nS: 250-%h\nS: 250 STARTTLS\n"
				 "C: HELO *\nS: 250 %h\n"
				 "C: STARTTLS\nS: 220 Go\nstarttls\n"
				 "C: MAIL FROM:*\nS: 250 Ok\n"
				 "C: RCPT TO:*\nS: 250 Ok\n"
				 "C: RSET\nS: 250 Ok\n"
				 "C: QUIT\nS: 221 Bye\nclose\n"
				 "C: *\nS: 502 What?\n";

/* --- cells ------------------------------------------------------------------------ */

/* Adds a cell with a documentation address of its own. */
static struct cell *
add_cell(struct matrix *m, const char *place, const char *fault)
{
	struct cell *cell = &m->cells[m->count];
	char address[32];

	assert_true(m->count < CELLS_MAX);
	snprintf(address, sizeof address, "203.0.113.%zu@25", m->count++);
	*cell = (struct cell){ .place = place, .fault = fault };
	cell->target = bench_endpoint(address);
	return cell;
}

/* Starts the cell's server with this script, and leads its address there. */
static void
serve(struct matrix *m, struct cell *cell, const char *script)
{
	static char name[] = "mx.example";
	struct endpoint real;
	char *error = NULL;
	char *sentence = script_parse(&cell->host.script, script);

	if (sentence)
		fail_msg("%s: %s", script, sentence);
	cell->host.name = name;
	cell->server =
	    mailserver_new(m->bench.base, &cell->host, &m->usual, m->certifier, &error);
	if (!cell->server)
		fail_msg("%s", error);
	real = mailserver_endpoint(cell->server);
	dialler_map(m->bench.dialler, &cell->target, &real);
}

/* Appends the script of a fault, with the good reply for each @. */
static void
add_fault(struct buf *script, const struct fault *fault, const char *good)
{
	for (const char *s = fault->script; *s; s++) {
		if (*s == '@')
			buf_adds(script, good);
		else
			buf_addc(script, *s);
	}
}

/* True when the row is about this cell. */
static bool
excepts(const struct exception *row, const struct place *place, const struct fault *fault)
{
	return strcmp(row->place, place->name) == 0 &&
	    (!row->fault || strcmp(row->fault, fault->name) == 0);
}

/* Fills in what a fault at this place must come to. */
static void
expect(struct cell *cell, const struct place *place, const struct fault *fault)
{
	cell->outcome = fault->outcome;
	cell->silent = fault->outcome == SMTP_TIMEOUT;
	cell->stage = fault->outcome == SMTP_ACCEPTING ? SMTP_STAGE_QUIT : place->stage;
	cell->any_starttls = true;
	for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++) {
		if (excepts(&exceptions[i], place, fault)) {
			cell->outcome = exceptions[i].outcome;
			cell->stage = exceptions[i].stage;
			return;
		}
	}
}

/* Adds every fault at every place. */
static void
add_replies(struct matrix *m)
{
	for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
		for (size_t f = 0; f < sizeof faults / sizeof *faults; f++) {
			struct cell *cell = add_cell(m, places[p].name, faults[f].name);
			struct buf script = BUF_INIT;

			buf_adds(&script, places[p].rule);
			add_fault(&script, &faults[f], places[p].good);
			cell->rcpt = places[p].rcpt;
			expect(cell, &places[p], &faults[f]);
			serve(m, cell, script.data);
			buf_clear(&script);
		}
	}
}

/* Adds the faults of the handshake. */
static void
add_handshakes(struct matrix *m)
{
	for (size_t i = 0; i < sizeof shakes / sizeof *shakes; i++) {
		const struct shake *shake = &shakes[i];
		struct cell *cell = add_cell(m, "handshake", shake->name);
		struct buf script = BUF_INIT;

		buf_addf(&script, "C: STARTTLS\n%s", shake->script);
		cell->host.tls = shake->tls;
		cell->host.certificate = shake->certificate;
		cell->outcome = shake->outcome;
		cell->silent = shake->outcome == SMTP_TIMEOUT;
		cell->stage = shake->stage;
		cell->starttls = shake->starttls;
		serve(m, cell, script.data);
		buf_clear(&script);
	}
}

/* Adds the faults of the connection, for which no server is needed. */
static void
add_connections(struct matrix *m)
{
	struct endpoint nobody = bench_closed_port();
	struct cell *refused = add_cell(m, "connect", "refused");
	struct cell *silent = add_cell(m, "connect", "silent");
	struct cell *unreachable = add_cell(m, "connect", "unreachable");

	refused->outcome = SMTP_REFUSED;
	dialler_map(m->bench.dialler, &refused->target, &nobody);
	silent->outcome = SMTP_TIMEOUT;
	silent->silent = true;
	dialler_map_silent(m->bench.dialler, &silent->target);
	unreachable->outcome = SMTP_UNREACHABLE;
}

/* --- running ------------------------------------------------------------------------ */

/* The callback: keeps the last facts of each cell. */
static void
on_report(void *context, uint64_t owner, uint32_t tag, const struct smtp_facts *facts)
{
	struct matrix *m = context;
	struct cell *cell = &m->cells[tag];

	(void)owner;
	smtp_facts_free(cell->facts);
	cell->facts = smtp_facts_clone(facts);
	m->ended += facts->ended_us != 0;
}

/* A loop's end: every probe that was begun has ended. */
static bool
all_ended(const void *context)
{
	const struct matrix *m = context;

	return m->ended == m->begun;
}

/* Probes the cell. */
static void
start(struct matrix *m, struct prober *prober, size_t i)
{
	prober_start(prober,
	    &(const struct probe_request){ .owner = 1,
		.tag = (uint32_t)i,
		.target = m->cells[i].target,
		.host = "mx.example",
		.mail_from = "",
		.rcpt = m->cells[i].rcpt ? "bob@mx.example" : NULL });
}

/* Probes the cells that fall silent, or the others, with this patience; waits for the last. */
static void
run(struct matrix *m, bool silent, int64_t patience_ms)
{
	char helo[] = "probe.example";
	const struct prober_settings settings = {
		.helo = helo, .patience_us = patience_ms * SPAN_MS, .limit = CELLS_MAX
	};
	struct prober *prober =
	    prober_new(m->bench.base, m->bench.dialler, m->tls, &settings, on_report, m);

	for (size_t i = 0; i < m->count; i++) {
		if (m->cells[i].silent != silent)
			continue;
		m->begun++;
		start(m, prober, i);
	}
	bench_run_until(&m->bench, all_ended, m);
	assert_int_equal(prober_pending(prober), 0);
	prober_free(prober);
}

/* The time of the longest stage in milliseconds, QUIT aside: it is the one that went wrong. */
static long
longest_ms(const struct smtp_facts *facts)
{
	int64_t longest = 0;

	for (size_t i = 0; i < SMTP_STAGE_QUIT; i++)
		longest = facts->stage_us[i] > longest ? facts->stage_us[i] : longest;
	return (long)(longest / SPAN_MS);
}

/* True when the probe of the cell found what it must. */
static bool
is_as_expected(const struct cell *cell)
{
	const struct smtp_facts *facts = cell->facts;

	return facts->outcome == cell->outcome && facts->stage == cell->stage &&
	    (cell->any_starttls || facts->starttls == cell->starttls ||
		cell->stage == SMTP_STAGE_CONNECT);
}

/* Prints the table, one line a cell. */
static void
print_table(const struct matrix *m)
{
	size_t late = 0;

	for (size_t i = 0; i < m->count; i++) {
		const struct cell *cell = &m->cells[i];
		long ms = longest_ms(cell->facts);

		late += ms > PATIENCE_MS + LATE_MS;
		printf("%-10s %-15s %-15s %-10s %-12s %4ld ms  %s\n", cell->place, cell->fault,
		    smtp_outcome_name(cell->facts->outcome),
		    smtp_stage_name(cell->facts->stage),
		    smtp_starttls_name(cell->facts->starttls), ms,
		    cell->facts->error ? cell->facts->error : "");
	}
	printf("%zu cells; in %zu of them a stage took longer than patience (%d ms) + %d ms\n",
	    m->count, late, PATIENCE_MS, LATE_MS);
}

/* Frees what the cells hold. */
static void
clear_cells(struct matrix *m)
{
	for (size_t i = 0; i < m->count; i++) {
		mailserver_free(m->cells[i].server);
		script_clear(&m->cells[i].host.script);
		smtp_facts_free(m->cells[i].facts);
	}
}

/* How many descriptors this process has. */
static size_t
count_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	size_t count = 0;

	assert_non_null(directory);
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

/* Checks what each cell came to, and that whatever it kept is printable. */
static void
check(const struct matrix *m)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct cell *cell = &m->cells[i];
		const struct smtp_transcript *said = &cell->facts->transcript;

		if (!is_as_expected(cell))
			fail_msg("%s, %s: %s at %s, STARTTLS %s (%s)", cell->place, cell->fault,
			    smtp_outcome_name(cell->facts->outcome),
			    smtp_stage_name(cell->facts->stage),
			    smtp_starttls_name(cell->facts->starttls),
			    cell->facts->error ? cell->facts->error : "no error");
		for (size_t n = 0; n < said->count; n++)
			assert_true(text_is_printable(
			    said->lines[n].text, strlen(said->lines[n].text)));
	}
}

/* Every cell of the matrix ends as its row says, and leaves nothing behind. */
static void
every_fault_at_every_stage(void **state)
{
	struct matrix *m = mem_alloc(sizeof *m);
	size_t before = count_descriptors();
	char *error;

	(void)state;
	bench_open(&m->bench);
	assert_null(script_parse(&m->usual, usual_text));
	m->certifier = certifier_new();
	m->tls = tls_client_new(NULL, &error);
	tls_client_trust(m->tls, certifier_root(m->certifier));
	dialler_close_world(m->bench.dialler);
	add_replies(m);
	add_handshakes(m);
	add_connections(m);
	assert_true(m->count >= CELLS_MIN);
	run(m, false, UNHURRIED_MS);
	run(m, true, PATIENCE_MS);
	if (getenv("FAULT_TABLE"))
		print_table(m);
	check(m);
	clear_cells(m);
	tls_client_free(m->tls);
	certifier_free(m->certifier);
	script_clear(&m->usual);
	bench_close(&m->bench);
	assert_int_equal(count_descriptors(), before);
	free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_at_every_stage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
