/*
 * The command line, read by the table of options (options_table.c), and the text of --help. What does not
 * go together is refused here, with a sentence.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "cli/options.h"

enum {
	LONG_ONLY = 1000
};

/* The tables getopt_long() wants, made from ours. Each long option returns LONG_ONLY + its row. */
struct getopt_tables {
	struct option longs[OPTIONS_MAX + 1];
	char shorts[3 * OPTIONS_MAX + 2];
};

static void
getopt_fill(struct getopt_tables *tables)
{
	char *shorts = tables->shorts;
	struct option *next = tables->longs;
	size_t count;
	const struct option_row *rows = options_table(&count);

	*shorts++ = ':';
	for (size_t i = 0; i < count; i++) {
		const struct option_row *row = &rows[i];

		if (row->name != NULL)
			*next++ = (struct option){
				.name = row->name,
				.has_arg = row->argument == NULL ? no_argument
				    : row->optional              ? optional_argument
								 : required_argument,
				.val = LONG_ONLY + (int)i,
			};
		if (row->letter == 0)
			continue;
		*shorts++ = row->letter;
		if (row->argument != NULL && !row->optional)
			*shorts++ = ':';
	}
	*shorts = '\0';
	*next = (struct option){ 0 };
}

/* The row of what getopt_long() returned, or NULL. */
static const struct option_row *
row_of(int found)
{
	size_t count;
	const struct option_row *rows = options_table(&count);

	if (found >= LONG_ONLY)
		return &rows[found - LONG_ONLY];
	for (size_t i = 0; i < count; i++) {
		if (rows[i].letter != 0 && rows[i].letter == found)
			return &rows[i];
	}
	return NULL;
}

/* Returns the sentence for an option that is not known, or lacks or refuses an argument. */
static char *
misuse(int found, char *argv[])
{
	const struct option_row *row = row_of(optopt);
	const char *word = argv[optind - 1];
	struct buf sentence = BUF_INIT;

	if (row != NULL && found == ':')
		buf_addf(&sentence, "--%s expects an argument, %s.", row->name, row->argument);
	else if (row != NULL && optopt >= LONG_ONLY)
		buf_addf(&sentence, "--%s takes no argument.", row->name);
	else if (optopt != 0 && optopt < LONG_ONLY) {
		char letter[2] = { (char)optopt, '\0' };

		buf_adds(&sentence, "There is no option -");
		text_printable(&sentence, letter, 1);
		buf_adds(&sentence, "; --help lists all.");
	} else {
		buf_adds(&sentence, "There is no option ");
		text_printable(&sentence, word, strlen(word));
		buf_adds(&sentence, "; --help lists all.");
	}
	return buf_take(&sentence);
}

/* Applies an option: NULL, or a sentence. A file has a name. */
static char *
apply(struct options *options, const struct option_row *row, const char *argument)
{
	struct buf sentence = BUF_INIT;
	size_t count;

	options->given[row - options_table(&count)] = true;
	if (argument == NULL || *argument != '\0' || strstr(row->argument, "FILE") == NULL)
		return row->apply(options, argument);
	buf_addf(&sentence, "--%s expects an argument, %s.", row->name, row->argument);
	return buf_take(&sentence);
}

/* True when an option says how to look or whose plan to make, which a recording brings with it. */
static bool
sets_what_is_recorded(const struct options *options)
{
	static const char *const recorded[] = { "sender", "seed", "port", "probes", "ipv4",
		"ipv6", "from" };

	for (size_t i = 0; i < sizeof recorded / sizeof *recorded; i++) {
		if (options_settle(options, recorded[i]))
			return true;
	}
	return options->rcpt;
}

/* What does not go together, as a sentence, or NULL. */
static char *
contradiction(const struct options *options)
{
	if (options->mode == RUN_HELP || options->mode == RUN_VERSION)
		return NULL;
	if (!options->ipv4 && !options->ipv6)
		return mem_strdup("-4 and -6 exclude each other.");
	if (options->lab && options->server_count > 0)
		return mem_strdup("--lab asks its own nameserver: --server cannot go with it.");
	if (options->brief && (options->mode != RUN_REPORT || options->format != REPORT_TEXT))
		return mem_strdup(
		    "--brief is a form of the text report: it expects --report=text.");
	if (options->resume != NULL &&
	    (options->mode != RUN_REPORT || options->format != REPORT_JSON || options->redact))
		return mem_strdup("--resume goes on with a report that can be read: it expects "
				  "--report=json, "
				  "without --redact.");
	if (options->replay != NULL &&
	    (options->record != NULL || options->lab || options->name_count > 0 ||
		options->server_count > 0))
		return mem_strdup(
		    "--replay plays what was recorded: no names, --record, --lab or "
		    "--server can go with it.");
	if (options->replay != NULL && sets_what_is_recorded(options))
		return mem_strdup(
		    "--replay plays a recording with its own settings: no --sender, --seed, "
		    "--port, --no-probe, -4, -6, --from or --rcpt can go with it.");
	if (options->mode == RUN_REPORT &&
	    (options->script != NULL || options->config != NULL ||
		options_settle(options, "theme")))
		return mem_strdup("--script, --config and --theme are for the interface: none "
				  "of them can go with --report.");
	if (options->expect != NULL && options->mode != RUN_REPORT)
		return mem_strdup("--expect compares a report: it expects --report.");
	if (options->mode == RUN_REPORT && options->name_count == 0 && !options->lab &&
	    options->replay == NULL)
		return mem_strdup(
		    "--report expects at least one domain, address or @FILE to report on.");
	return NULL;
}

char *
options_parse(struct options *options, int argc, char *argv[])
{
	struct getopt_tables tables;
	int found;

	*options = (struct options){
		.validating = true,
		.probing = true,
		.ipv4 = true,
		.ipv6 = true,
		.port = 25,
		.timeout = 10,
		.connections = 16,
		.jobs = 64,
		.share = { 1, 1 },
		.keep_history = true,
		.theme = "default",
		.use_config = true,
		.confined = true,
	};
	getopt_fill(&tables);
	opterr = 0;
	optind = 0;
	while ((found = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
		const struct option_row *row = row_of(found);
		char *sentence =
		    row == NULL ? misuse(found, argv) : apply(options, row, optarg);

		if (sentence != NULL)
			return sentence;
	}
	options->names = argv + optind;
	options->name_count = argc - optind;
	return contradiction(options);
}

void
options_usage(struct buf *out, const struct option_row *row)
{
	if (row->letter != 0)
		buf_addf(out, "-%c", row->letter);
	if (row->letter != 0 && row->name != NULL)
		buf_adds(out, ", ");
	if (row->name != NULL)
		buf_addf(out, "--%s", row->name);
	if (row->argument != NULL)
		buf_addf(out, row->optional ? "[=%s]" : " %s", row->argument);
}

char *
options_help(void)
{
	struct buf out = BUF_INIT;
	size_t count;
	const struct option_row *rows = options_table(&count);

	buf_adds(&out,
	    "Usage: mxscope [OPTIONS] [DOMAIN | ADDRESS | @FILE ...]\n\n"
	    "Explore where mail goes: MX records in delivery order, the addresses of each\n"
	    "exchange, a live SMTP probe of each address. @FILE is a list of names, one a "
	    "line\n"
	    "(@- reads standard input).\n\n");
	for (size_t i = 0; i < count; i++) {
		size_t start = out.length;

		buf_adds(&out, rows[i].letter != 0 ? "  " : "      ");
		options_usage(&out, &rows[i]);
		if (out.length - start < 34)
			buf_fill(&out, ' ', 34 - (out.length - start));
		buf_addf(&out, " %s\n", rows[i].help);
	}
	buf_adds(&out,
	    "\nExit status of --report: 0 deliverable, 1 with warnings, 2 inconclusive,\n"
	    "3 undeliverable, 4 refused by policy, 64 usage error, 70 internal error;\n"
	    "with --expect: 0 as expected, 5 changed.\n");
	return buf_take(&out);
}
