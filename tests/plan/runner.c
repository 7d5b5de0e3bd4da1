/*
 * Tells stories of a delivery: facts as zone text and probe outcomes, and what plan, verdict and
 * findings make of them.
 *
 *	runner [--whole] tests/plan/NAME.plan ...
 *
 * With --whole every rule and every cell of the table of senders must be met by some story.
 *
 * A file holds stories; each begins with `story TITLE`, and nothing stays from the one before. A
 * statement is one line; the indented lines below belong to it; '#' starts a comment line. After
 * every statement plan, findings and verdict are made anew and what must always hold is
 * checked (checks.c). Documentation addresses count as public unless `special` says otherwise.
 *
 * The stage:
 *	subject TEXT			what is studied, as typed
 *	seed N				of the draw
 *	sender NAME			whose plan and verdict: rfc5321 at the start
 *	no-ipv4, no-ipv6		the sender lacks this family
 *	special none|all|PREFIX,...	which special addresses count as public
 *	port N				that is probed
 *	vantage NAME|ADDRESS		where the sender stands: "stranger" at the start
 *	no-probing			the DNS alone is judged
 *	in-flight, settled		more may come (or, as at the start: nothing more will)
 *
 * What the world says:
 *	zone				records, as zone text with absolute names, on the lines below
 *	answer				the zone answers every question that is still open
 *	answer NAME TYPE [strays=N] [ede=N]
 *					... this one; with so many replies passed over before, with
 *					an extended error beside it
 *	fail NAME TYPE OUTCOME		the question ends so: servfail, timeout, nxdomain, ...
 *	probe ADDRESS OUTCOME [STAGE] [WORD ...]
 *					a probe ended so, or is in progress; "*" is every address
 *					that was not probed yet. Accepting means: with STARTTLS, a
 *					trusted certificate of the right name, 90 days left
 *		code=N, enhanced=C	the reply that decided
 *		chain=CHAIN, mismatch	the certificate: expired, self-signed ...; another name
 *		days=N			... its days left
 *		known			EHLO was answered
 *		starttls=STATE		not-offered, refused, injected ...: no TLS then
 *		offers=KEYWORD[,NUMBER]	an EHLO keyword
 *		violation=NAME		bare-lf ...
 *		text=WORDS		the reply's text, to the end of the line
 *
 * What is pretended:
 *	what-if TARGET STATE, what-if clear
 *	mx add PREF HOST, mx remove HOST, mx prefer HOST PREF
 *					the edited set; hosts that are new answer from the zone
 *	refused WORDS: TEXT		what-if WORDS, or mx WORDS, is not taken, and the sentence
 *					holds the text
 *
 *	dnssec SECURITY			from here on answers are secure, insecure, ... : unchecked at
 *					the start
 *	dane ADDRESS verified|failed	what came of holding the certificates shown there against
 *					the TLSA records; "*" is every address that waits for that
 *	sts MODE NAME ...		the MTA-STS policy: enforce, testing, none; what it names
 *	sts OUTCOME			... or pending, unreachable, invalid
 *
 * What must come out:
 *	zone-text			of the MX set, on the lines below
 *	pretends TEXT			all that is pretended, in words
 *	walks TEXT, walks-not TEXT	the walkthrough holds the text, or does not
 *	rows				all rows in order, on the lines below: TRY PREFERENCE
 *					EXCHANGE ADDRESS, with "-" as TRY and the standing behind
 *					for what is left out ("no such name" ...)
 *	because N TEXT			the Nth row's reason holds the text
 *	row-rule N ID			... and its rule is this one
 *	order NAME ...			all exchanges in delivery order
 *	kind KIND			of the MX set
 *	verdict KIND [STATUS]
 *	says TEXT			the verdict's sentence holds the text
 *	by ID				the rule that decided
 *	at N				the row that decided
 *	findings SEVERITY:ID ...	all findings in order; "none"
 *	finding ID SUBJECT TEXT		one that is about this and whose text holds that
 *	share ADDRESS|none PERCENT	what the address takes, what none takes, of many deliveries
 *	clock [TARGET FROM UNTIL]	events of the retry clock that begin so, in order, on the
 *					lines below; with servers down between these ages
 *	course END AGE ATTEMPTS EXCHANGE|none [TARGET FROM UNTIL]
 *					how it ends ("_" is a blank)
 *	quiz KIND CHOICE | =CHOICE ...	the choices of this question, the right one marked; "none"
 *	explains QUERY: TEXT		what is explained of it holds the text
 *	simulate			for every sender many deliveries are what many plans say
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "story.h"

/* The addresses that count as public in a story. */
static const char documentation[] = "192.0.2.0/24,198.51.100.0/24,203.0.113.0/24,2001:db8::/32";

void
story_fail(struct story *story, const char *format, ...)
{
	va_list arguments;

	story->failures++;
	printf("%s:%u: %s: ", story->now->file, story->now->line, story->title);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

void
story_expect(struct story *story, const char *what, const char *had, const char *wanted)
{
	story->checks++;
	if (strcmp(had, wanted) != 0)
		story_fail(story, "the %s is\n    %s\nnot\n    %s", what, had, wanted);
}

void
story_expect_part(struct story *story, const char *what, const char *text, const char *part)
{
	story->checks++;
	if (!strstr(text, part))
		story_fail(story, "the %s is\n    %s\nwithout\n    %s", what, text, part);
}

/* Frees what was made of the facts. */
static void
drop_review(struct story *story)
{
	verdict_clear(&story->verdict);
	findings_clear(&story->findings);
	plan_clear(&story->plan);
}

void
story_review(struct story *story)
{
	struct plan_settings rfc = story->plan_settings;
	struct plan reference;

	drop_review(story);
	if (story->port == GATE_PORT)
		gate_judge_facts(NULL, &story->facts);
	rfc.sender = SENDER_RFC5321;
	if (sender_profile(story->plan_settings.sender)->connects_to_literals)
		mail_facts_literals(&story->facts);
	pretend_imagine(story);
	plan_make(&story->plan, &story->imagined, &story->plan_settings);
	plan_make(&reference, &story->imagined, &rfc);
	findings_make(&story->findings, &story->imagined, &reference, &story->finding_settings);
	plan_clear(&reference);
	verdict_make(&story->verdict, &story->imagined, &story->plan, &story->findings,
	    &story->verdict_settings);
	check_invariants(story);
	walks_review(story);
	senders_review(story);
}

/* Frees all of a story but its counts, and sets the stage for the next one. */
static void
reset(struct story *story)
{
	drop_review(story);
	senders_forget(story);
	pretend_forget(story);
	mail_facts_clear(&story->facts);
	dns_records_clear(&story->zone);
	free(story->title);
	*story = (struct story){
		.checks = story->checks,
		.failures = story->failures,
		.now = story->now,
		.plan_settings = { .ipv4 = true, .ipv6 = true },
		.port = GATE_PORT,
		.finding_settings = { .wall_time = STORY_NOW },
		.verdict_settings = { .probing = true, .settled = true },
	};
}

/* Sets the policy for special addresses. */
static void
set_special(struct story *story, const char *text)
{
	struct special_policy policy = { 0 };
	char *sentence = strcmp(text, "none") == 0 ? NULL : special_policy_parse(&policy, text);

	if (sentence)
		story_fail(story, "%s", sentence);
	free(sentence);
	story->plan_settings.special = policy;
}

/* story TITLE */
static void
begin(struct story *story)
{
	reset(story);
	story->open = true;
	story->title = mem_strdup(story->now->rest);
	set_special(story, documentation);
}

/* subject TEXT */
static void
set_subject(struct story *story)
{
	struct mail_subject subject;
	char *sentence = mail_subject_parse(&subject, story->now->rest);

	if (sentence) {
		story_fail(story, "%s", sentence);
		free(sentence);
		return;
	}
	mail_facts_clear(&story->facts);
	mail_facts_init(&story->facts, &subject);
	story->facts.port = story->port;
	if (subject.literal.family)
		mail_facts_mx(&story->facts, NULL);
	mail_subject_clear(&subject);
}

/* seed N */
static void
set_seed(struct story *story)
{
	story->plan_settings.seed = strtoull(story->now->rest, NULL, 10);
}

/* sender NAME */
static void
set_sender(struct story *story)
{
	if (!sender_parse(story->now->rest, &story->plan_settings.sender))
		story_fail(story, "there is no such sender");
}

/* vantage NAME|ADDRESS */
static void
set_vantage(struct story *story)
{
	char *sentence = vantage_parse(&story->plan_settings.vantage, story->now->rest);

	if (sentence)
		story_fail(story, "%s", sentence);
	free(sentence);
}

/* no-ipv4 */
static void
lose_ipv4(struct story *story)
{
	story->plan_settings.ipv4 = false;
}

/* no-ipv6 */
static void
lose_ipv6(struct story *story)
{
	story->plan_settings.ipv6 = false;
}

/* special none|all|PREFIX,... */
static void
set_special_statement(struct story *story)
{
	set_special(story, story->now->rest);
}

/* port N */
static void
set_port(struct story *story)
{
	story->port = (uint16_t)atoi(story->now->rest);
	story->facts.port = story->port;
}

/* no-probing */
static void
stop_probing(struct story *story)
{
	story->verdict_settings.probing = false;
}

/* in-flight */
static void
unsettle(struct story *story)
{
	story->verdict_settings.settled = false;
}

/* settled */
static void
settle(struct story *story)
{
	story->verdict_settings.settled = true;
}

static const struct {
	const char *word;
	void (*carry_out)(struct story *story);
} statements[] = {
	{ "story", begin },
	{ "subject", set_subject },
	{ "seed", set_seed },
	{ "sender", set_sender },
	{ "vantage", set_vantage },
	{ "no-ipv4", lose_ipv4 },
	{ "no-ipv6", lose_ipv6 },
	{ "special", set_special_statement },
	{ "port", set_port },
	{ "no-probing", stop_probing },
	{ "in-flight", unsettle },
	{ "settled", settle },
	{ "zone", world_zone },
	{ "answer", world_answer },
	{ "fail", world_fail },
	{ "probe", world_probe },
	{ "what-if", pretend_what_if },
	{ "mx", pretend_mx },
	{ "refused", pretend_refused },
	{ "zone-text", check_zone_text },
	{ "pretends", check_pretends },
	{ "dnssec", world_dnssec },
	{ "dane", world_dane },
	{ "sts", world_sts },
	{ "walks", check_walks },
	{ "walks-not", check_walks_not },
	{ "explains", check_explains },
	{ "rows", check_rows },
	{ "because", check_because },
	{ "row-rule", check_row_rule },
	{ "order", check_order },
	{ "kind", check_kind },
	{ "verdict", check_verdict },
	{ "says", check_says },
	{ "by", check_by },
	{ "at", check_at },
	{ "findings", check_findings },
	{ "finding", check_finding },
	{ "simulate", check_simulate },
	{ "share", check_share },
	{ "quiz", check_quiz },
	{ "clock", check_clock },
	{ "course", check_course },
};

/* Carries out one statement. */
static void
carry_out(struct story *story, const struct statement *statement)
{
	unsigned checks = story->checks;

	story->now = statement;
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
		if (strcmp(statement->words[0], statements[i].word) != 0)
			continue;
		statements[i].carry_out(story);
		if (story->checks > checks)
			coverage_note(story);
		if (story->facts.subject.ascii)
			story_review(story);
		return;
	}
	story_fail(story, "there is no statement \"%s\"", statement->words[0]);
}

/* Cuts the line into words and carries out the statement. */
static void
tell(struct story *story, const char *file, unsigned line, const char *text, const char *block)
{
	struct statement statement = { .file = file, .line = line, .block = block };
	char *words = mem_strdup(text), *save = NULL, *word;

	statement.rest = text + strcspn(text, " \t");
	statement.rest += strspn(statement.rest, " \t");
	for (word = strtok_r(words, " \t", &save); word && statement.count < STORY_WORDS_MAX;
	     word = strtok_r(NULL, " \t", &save))
		statement.words[statement.count++] = word;
	if (statement.count > 0)
		carry_out(story, &statement);
	free(words);
}

/* Reads one line without its end: false at the end of the file. */
static bool
read_line(FILE *file, char **line, size_t *room)
{
	ssize_t n = getline(line, room, file);

	if (n < 0)
		return false;
	if (n > 0 && (*line)[n - 1] == '\n')
		(*line)[n - 1] = '\0';
	return true;
}

/* True for a line that belongs to the statement above it. */
static bool
is_indented(const char *line)
{
	return line[0] == '\t' || line[0] == ' ';
}

/* Tells all stories of a file: a statement is carried out when the next one begins. */
static void
tell_file(struct story *story, FILE *file, const char *name)
{
	struct buf text = BUF_INIT, block = BUF_INIT;
	char *line = NULL;
	size_t room = 0;
	unsigned number = 0, first = 0;

	while (read_line(file, &line, &room)) {
		number++;
		if (line[0] == '#' || line[0] == '\0')
			continue;
		if (is_indented(line)) {
			buf_addf(&block, "%s\n", line + strspn(line, " \t"));
			continue;
		}
		tell(story, name, first, buf_text(&text), buf_text(&block));
		buf_truncate(&text, 0);
		buf_truncate(&block, 0);
		buf_adds(&text, line);
		first = number;
	}
	tell(story, name, first, buf_text(&text), buf_text(&block));
	buf_clear(&text);
	buf_clear(&block);
	free(line);
}

/* Tells the stories of one file by name. */
static void
open_and_tell(struct story *story, const char *name)
{
	FILE *file = fopen(name, "r");

	if (!file) {
		perror(name);
		story->failures++;
		return;
	}
	tell_file(story, file, name);
	reset(story);
	fclose(file);
}

/* Counts the stories of a file for the summary. */
static unsigned
count_stories(const char *name)
{
	FILE *file = fopen(name, "r");
	char *line = NULL;
	size_t room = 0;
	unsigned count = 0;

	while (file && read_line(file, &line, &room))
		count += strncmp(line, "story ", 6) == 0;
	free(line);
	if (file)
		fclose(file);
	return count;
}

int
main(int argc, char **argv)
{
	bool whole = argc > 1 && strcmp(argv[1], "--whole") == 0;
	struct story story = { 0 };
	unsigned stories = 0;

	for (int i = whole ? 2 : 1; i < argc; i++) {
		open_and_tell(&story, argv[i]);
		stories += count_stories(argv[i]);
	}
	if (stories == 0 || story.checks == 0) {
		puts("no story was told");
		return 1;
	}
	if (whole)
		story.failures += coverage_tell();
	printf(
	    "plan: %u stories, %u checks, %u failed\n", stories, story.checks, story.failures);
	return story.failures > 0;
}
