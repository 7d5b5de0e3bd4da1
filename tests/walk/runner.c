/*
 * The walkthrough of every scenario of the laboratory, told by the program itself and compared with
 * texts that were read and agreed with.
 *
 *	runner FOLDER
 *
 * FOLDER/SCENARIO.walk is the text by RFC 5321; SCENARIO@WORD.walk that of a variant of the table
 * below: another sender, another vantage, something pretended. With MXSCOPE_PICTURES=write the
 * texts are written in place of being compared. The laboratory runs once, and all are made of
 * its facts.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "mail/imagine.h"
#include "mail/walk.h"
#include "lab/lab.h"
#include "app/loop.h"
#include "cli/options.h"
#include "cli/paths.h"
#include "cli/startup.h"

enum {
	TEXT_MAX = 1 << 20
};

/* A text beside the one that every scenario has. */
struct variant {
	const char *scenario, *word;
	enum sender sender;
	const char *vantage; /* NULL = a stranger */
	const char *target, *state; /* pretended; NULL = nothing is */
};

static const struct variant variants[] = {
	{ "primary-down", "primary-only", SENDER_PRIMARY_ONLY, NULL, NULL, NULL },
	{ "greeting-554", "postfix", SENDER_POSTFIX, NULL, NULL, NULL },
	{ "greeting-554", "sendmail", SENDER_SENDMAIL, NULL, NULL, NULL },
	{ "greeting-554", "qmail", SENDER_QMAIL, NULL, NULL, NULL },
	{ "tls-broken", "postfix", SENDER_POSTFIX, NULL, NULL, NULL },
	{ "tls-broken", "exim", SENDER_EXIM, NULL, NULL, NULL },
	{ "tls-broken", "qmail", SENDER_QMAIL, NULL, NULL, NULL },
	{ "null-mx", "opensmtpd", SENDER_OPENSMTPD, NULL, NULL, NULL },
	{ "null-mx-mixed", "postfix", SENDER_POSTFIX, NULL, NULL, NULL },
	{ "equal-preference", "postfix", SENDER_POSTFIX, NULL, NULL, NULL },
	{ "equal-preference", "exim", SENDER_EXIM, NULL, NULL, NULL },
	{ "equal-preference", "opensmtpd", SENDER_OPENSMTPD, NULL, NULL, NULL },
	{ "localhost-mx", "postfix", SENDER_POSTFIX, NULL, NULL, NULL },
	{ "localhost-mx", "opensmtpd", SENDER_OPENSMTPD, NULL, NULL, NULL },
	{ "all-unresolvable", "opensmtpd", SENDER_OPENSMTPD, NULL, NULL, NULL },
	{ "dane-mismatch", "postfix", SENDER_POSTFIX, NULL, NULL, NULL },
	{ "sts-refused", "exim", SENDER_EXIM, NULL, NULL, NULL },
	{ "sts-backup", "down", SENDER_RFC5321, NULL, "mx1.sts-backup.example", "down" },
	{ "mx-literal", "postfix", SENDER_POSTFIX, NULL, NULL, NULL },
	{ "no-mail", "opensmtpd", SENDER_OPENSMTPD, NULL, NULL, NULL },
	{ "many", "exim", SENDER_EXIM, NULL, NULL, NULL },
	{ "many", "postfix", SENDER_POSTFIX, NULL, NULL, NULL },
	{ "dane-mismatch", "exim", SENDER_EXIM, NULL, NULL, NULL },
	{ "dane-mismatch", "no-dnssec", SENDER_EXIM, "no-dnssec", NULL, NULL },
	{ "three-mx", "self", SENDER_RFC5321, "mx2.three-mx.example", NULL, NULL },
	{ "three-mx", "self-down", SENDER_SENDMAIL, "mx2.three-mx.example",
	    "mx1.three-mx.example", "down" },
	{ "three-mx", "ipv6-only", SENDER_RFC5321, "ipv6-only", NULL, NULL },
	{ "three-mx", "down", SENDER_POSTFIX, NULL, "mx1.three-mx.example", "down" },
	{ "three-mx", "servfail", SENDER_RFC5321, NULL, "nameserver", "servfail" },
};

/* The run: what is awaited, and what came of it. */
struct run {
	struct loop *loop;
	const char *folder;
	bool begun;
	unsigned texts, failures;
};

/* --- one text ------------------------------------------------------------------------ */

/* Writes the text to the file. */
static void
write_text(struct run *run, const char *path, const struct buf *text)
{
	FILE *file = fopen(path, "w");

	if (file == NULL || fwrite(text->data, 1, text->length, file) != text->length ||
	    fclose(file) != 0) {
		printf("%s: %s\n", path, strerror(errno));
		run->failures++;
	}
}

/* Prints the first line in which the texts differ. */
static void
print_difference(const char *path, const char *wanted, const char *had)
{
	unsigned line = 1;
	const char *a = wanted, *b = had;

	while (*a == *b && *a != '\0') {
		if (*a == '\n') {
			line++;
			wanted = a + 1;
			had = b + 1;
		}
		a++;
		b++;
	}
	printf("%s:%u: expected\n  %.*s\nbut it is\n  %.*s\n", path, line,
	    (int)strcspn(wanted, "\n"), wanted, (int)strcspn(had, "\n"), had);
}

/* The length of a key's number behind "key ", or of a time, at this place; 0 where there is none. */
static size_t
chance_at(const char *text, const char *at)
{
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
	size_t n = strspn(at, "0123456789");

	if (n > 0 && at - text >= 4 && memcmp(at - 4, "key ", 4) == 0)
		return n;
	for (n = 0; form[n] != '\0'; n++) {
		if (form[n] == 'd' ? at[n] < '0' || at[n] > '9' : at[n] != form[n])
			return 0;
	}
	return n;
}

/* Puts a sign in place of what is another one in every run: numbers of keys, times. */
static void
mask(struct buf *text)
{
	struct buf masked = BUF_INIT;

	for (const char *c = text->data; *c != '\0';) {
		size_t n = chance_at(text->data, c);

		buf_addc(&masked, n > 0 ? '#' : *c);
		c += n > 0 ? n : 1;
	}
	buf_clear(text);
	*text = masked;
}

/* Compares the text with the file, or writes that. */
static void
check_text(struct run *run, const char *name, const struct buf *text)
{
	const char *mode = getenv("MXSCOPE_PICTURES");
	struct buf path = BUF_INIT;
	char *wanted;

	buf_addf(&path, "%s/%s.walk", run->folder, name);
	run->texts++;
	if (mode != NULL && strcmp(mode, "write") == 0) {
		write_text(run, path.data, text);
	} else {
		wanted = paths_read(path.data, TEXT_MAX);
		if (wanted == NULL || strcmp(wanted, text->data) != 0) {
			run->failures++;
			print_difference(path.data, wanted == NULL ? "" : wanted, text->data);
		}
		free(wanted);
	}
	buf_clear(&path);
}

/* The facts with what the variant pretends. */
static void
make_facts(struct run *run, struct mail_facts *facts, const struct inquiry *inquiry,
    const struct variant *variant)
{
	struct what_if what_if = { .mx = { .edited = false } };
	char *sentence = NULL;

	if (variant->target != NULL)
		sentence = pretences_add(
		    &what_if.pretences, &inquiry->facts, variant->target, variant->state);
	if (sentence != NULL) {
		printf("%s@%s: %s\n", variant->scenario, variant->word, sentence);
		run->failures++;
	}
	free(sentence);
	imagine_facts(facts, &inquiry->facts, NULL, &what_if);
	if (sender_profile(variant->sender)->connects_to_literals)
		mail_facts_literals(facts);
}

/* Writes the walkthrough of the inquiry as the variant wants it. */
static void
tell(struct run *run, const struct inquiry *inquiry, const struct variant *variant)
{
	const struct settings *settings = &loop_model(run->loop)->settings;
	struct walk_settings walk_settings = {
		.plan = { .sender = variant->sender,
		    .seed = settings->seed,
		    .ipv4 = true,
		    .ipv6 = true,
		    .special = settings->special },
		.verdict = { .probing = true, .settled = true },
		.port = settings->port,
	};
	struct buf name = BUF_INIT, text = BUF_INIT;
	struct mail_facts facts;
	struct plan plan;
	struct verdict verdict;
	struct walk walk;

	if (variant->vantage != NULL)
		free(vantage_parse(&walk_settings.plan.vantage, variant->vantage));
	make_facts(run, &facts, inquiry, variant);
	plan_make(&plan, &facts, &walk_settings.plan);
	verdict_make(&verdict, &facts, &plan, &inquiry->findings, &walk_settings.verdict);
	walk_make(&walk, &facts, &plan, &verdict, &walk_settings);
	walk_write(&text, &walk);
	mask(&text);
	buf_adds(&name, variant->scenario);
	if (variant->word != NULL)
		buf_addf(&name, "@%s", variant->word);
	check_text(run, name.data, &text);
	walk_clear(&walk);
	verdict_clear(&verdict);
	plan_clear(&plan);
	mail_facts_clear(&facts);
	buf_clear(&name);
	buf_clear(&text);
}

/* --- the run ----------------------------------------------------------------------------- */

/* The inquiry about this scenario. */
static const struct inquiry *
inquiry_of(const struct model *model, const struct lab_scenario *scenario)
{
	for (size_t i = 0; i < model->domain_count; i++) {
		if (strcmp(model->domains[i].name, scenario->domain) == 0)
			return model->domains[i].inquiry;
	}
	return NULL;
}

/* Tells all texts of a scenario. */
static void
tell_scenario(struct run *run, const struct lab_scenario *scenario)
{
	const struct variant plain = { .scenario = scenario->name, .sender = SENDER_RFC5321 };
	const struct inquiry *inquiry = inquiry_of(loop_model(run->loop), scenario);

	if (inquiry == NULL) {
		printf("%s: was not looked up\n", scenario->name);
		run->failures++;
		return;
	}
	tell(run, inquiry, &plain);
	for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
		if (strcmp(variants[i].scenario, scenario->name) == 0)
			tell(run, inquiry, &variants[i]);
	}
}

/* Looks all scenarios up. */
static void
begin(struct run *run)
{
	size_t count;
	const struct lab_scenario *scenarios = lab_scenarios(&count);

	run->begun = true;
	for (size_t i = 0; i < count; i++) {
		struct event lookup = { .kind = EVENT_COMMAND };

		lookup.command.verb = VERB_LOOKUP;
		lookup.command.argument_count = 1;
		lookup.command.arguments[0] = mem_strdup(scenarios[i].domain);
		loop_post(run->loop, &lookup);
	}
}

/* The model changed: begins once the laboratory is on, and tells all when nothing is in flight. */
static void
on_changed(void *context, const struct model *model)
{
	struct run *run = context;
	size_t count;
	const struct lab_scenario *scenarios = lab_scenarios(&count);

	if (!run->begun && model->scenarios != NULL) {
		begin(run);
		return;
	}
	if (!run->begun || model->domain_count < count || model->in_flight > 0)
		return;
	for (size_t i = 0; i < count; i++)
		tell_scenario(run, &scenarios[i]);
	loop_stop(run->loop, run->failures > 0);
}

/* Starts the laboratory and everything around it: NULL after saying why not. */
static struct loop *
start(void)
{
	static char name[] = "mxscope", lab[] = "--lab", history[] = "--no-history",
		    config[] = "--no-config", seed[] = "--seed", one[] = "1",
		    timeout[] = "--timeout", three[] = "3";
	char *words[] = { name, lab, history, config, seed, one, timeout, three };
	struct options options;
	struct engine_settings engine;
	struct settings settings;
	struct loop *loop = NULL;
	char *error = options_parse(&options, sizeof words / sizeof *words, words);

	if (error == NULL)
		error = startup_engine(&engine, &options);
	if (error == NULL) {
		startup_model(&settings, &options, &engine);
		loop = loop_new(&settings, &engine, &error);
		startup_clear(&engine);
	}
	if (loop == NULL)
		puts(error);
	free(error);
	return loop;
}

int
main(int argc, char **argv)
{
	struct run run = { .folder = argc > 1 ? argv[1] : "tests/walk" };
	const struct front_end front_end = { .context = &run, .changed = on_changed };
	const struct event tick = { .kind = EVENT_TICK };
	int status;

	signal(SIGPIPE, SIG_IGN);
	run.loop = start();
	if (run.loop == NULL)
		return 1;
	loop_post(run.loop, &tick);
	status = loop_run(run.loop, &front_end);
	loop_free(run.loop);
	printf("walk: %u texts, %u failed\n", run.texts, run.failures);
	return run.texts > 0 ? status : 1;
}
