/*
 * The command line: what each option sets, and the sentence for each mistake.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/mem.h"

#include "cli/options.h"

enum {
	WORDS_MAX = 24
};

/* Splits a line at blanks and parses it as a command line. The words live until the next call. */
static char *
parse(struct options *options, const char *line)
{
	static char copy[1024];
	static char *words[WORDS_MAX + 1];
	int n = 0;

	strcpy(copy, line);
	for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
		words[n++] = word;
	words[n] = NULL;
	return options_parse(options, n, words);
}

static void
defaults_are_those_of_the_manual(void **state)
{
	struct options options;

	(void)state;
	assert_null(parse(&options, "mxscope"));
	assert_int_equal(options.mode, RUN_INTERFACE);
	assert_true(options.probing && options.ipv4 && options.ipv6 && options.keep_history);
	assert_int_equal(options.port, 25);
	assert_int_equal(options.jobs, 64);
	assert_true(options.timeout == 10);
	assert_int_equal(options.server_count, 0);
	assert_string_equal(options.theme, "default");
}

static void
options_set_what_they_say(void **state)
{
	struct options options;

	(void)state;
	assert_null(parse(&options,
	    "mxscope --report=json -s 127.0.0.1@5353 -s ::1 -n -p 2525 -4 -j 7 example.net "
	    "a@b.c"));
	assert_int_equal(options.mode, RUN_REPORT);
	assert_int_equal(options.format, REPORT_JSON);
	assert_int_equal(options.server_count, 2);
	assert_int_equal(options.servers[0].port, 5353);
	assert_int_equal(options.servers[1].port, 53);
	assert_int_equal(options.servers[1].ip.family, 6);
	assert_false(options.probing);
	assert_true(options.ipv4);
	assert_false(options.ipv6);
	assert_int_equal(options.port, 2525);
	assert_int_equal(options.jobs, 7);
	assert_int_equal(options.name_count, 2);
	assert_string_equal(options.names[1], "a@b.c");
}

static void
options_may_follow_names_and_end_with_two_hyphens(void **state)
{
	struct options options;

	(void)state;
	assert_null(parse(&options, "mxscope example.net -r --timeout 2.5 -- -odd"));
	assert_int_equal(options.mode, RUN_REPORT);
	assert_true(options.timeout == 2.5);
	assert_int_equal(options.name_count, 2);
	assert_null(parse(&options, "mxscope --lab=three-mx --seed 18446744073709551615"));
	assert_true(options.lab && options.seeded);
	assert_string_equal(options.scenario, "three-mx");
	assert_true(options.seed == UINT64_MAX);
	assert_int_equal(options.sender, SENDER_RFC5321);
	assert_null(parse(&options, "mxscope --sender opensmtpd a.b"));
	assert_int_equal(options.sender, SENDER_OPENSMTPD);
	assert_null(
	    parse(&options, "mxscope --allow-special=10.0.0.0/8,::1 --history h --lab"));
	assert_int_equal(options.special.allowed_count, 2);
	assert_null(parse(&options, "mxscope --allow-special"));
	assert_true(options.special.allow_all);
}

/* Seconds have any number of decimals. */
static void
seconds_have_decimals(void **state)
{
	static const struct {
		const char *line;
		double seconds;
	} rows[] = {
		{ "mxscope --timeout 0.1", 0.1 },
		{ "mxscope --timeout 1.25", 1.25 },
		{ "mxscope --timeout 0.25", 0.25 },
		{ "mxscope --timeout .5", 0.5 },
		{ "mxscope --timeout 1.00", 1 },
		{ "mxscope --timeout 0003600.000", 3600 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct options options;

		assert_null(parse(&options, rows[i].line));
		assert_true(options.timeout == rows[i].seconds);
	}
}

/* Who asks for help or the version gets it, whatever else stands there and lacks something. */
static void
help_and_version_go_before_the_rest(void **state)
{
	static const struct {
		const char *line;
		enum run_mode mode;
	} rows[] = {
		{ "mxscope --help --report", RUN_HELP },
		{ "mxscope --report --help", RUN_HELP },
		{ "mxscope --brief -h", RUN_HELP },
		{ "mxscope -h --completion bash", RUN_HELP },
		{ "mxscope a.example -4 -6 -h", RUN_HELP },
		{ "mxscope --version --report", RUN_VERSION },
		{ "mxscope --report=json -V --resume out --redact", RUN_VERSION },
		{ "mxscope -V --manual 1", RUN_VERSION },
	};
	struct options options;
	char *sentence;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_null(parse(&options, rows[i].line));
		assert_int_equal(options.mode, rows[i].mode);
	}
	assert_null(parse(&options, "mxscope --report -- --help"));
	assert_int_equal(options.mode, RUN_REPORT);
	sentence = parse(&options, "mxscope --help --frob");
	assert_non_null(sentence);
	free(sentence);
}

static const struct {
	const char *line, *says;
} mistakes[] = {
	{ "mxscope --frob", "There is no option --frob" },
	{ "mxscope -x", "There is no option -x" },
	{ "mxscope --port", "--port expects an argument" },
	{ "mxscope -p", "--port expects an argument" },
	{ "mxscope --port 0", "--port expects a port, 1 to 65535, not \"0\"." },
	{ "mxscope --port 25x", "--port expects a port" },
	{ "mxscope --no-probe=1", "--no-probe takes no argument" },
	{ "mxscope --server ns.example", "--server expects an IP address" },
	{ "mxscope --server 127.0.0.1@99999", "--server expects an IP address" },
	{ "mxscope --report=xml example.net", "--report expects text or json or markdown" },
	{ "mxscope --report=json --shard 0/3 a.example", "--shard expects K/N" },
	{ "mxscope --report=json --shard 4/3 a.example", "--shard expects K/N" },
	{ "mxscope --report=json --shard 3 a.example", "--shard expects K/N" },
	{ "mxscope --report --resume out a.example", "--resume goes on" },
	{ "mxscope --report=json --redact --resume out a.example", "--resume goes on" },
	{ "mxscope --brief example.net", "--brief is a form of the text report" },
	{ "mxscope --report=json --brief example.net", "--brief is a form of the text report" },
	{ "mxscope --report", "--report expects at least one domain" },
	{ "mxscope --timeout 0 a.b", "--timeout expects seconds" },
	{ "mxscope --timeout 1e3 a.b", "--timeout expects seconds" },
	{ "mxscope --timeout 3600.1 a.b", "--timeout expects seconds, 0.1 to 3600" },
	{ "mxscope --timeout 0.0999 a.b", "--timeout expects seconds" },
	{ "mxscope --timeout 1. a.b", "--timeout expects seconds" },
	{ "mxscope --timeout . a.b", "--timeout expects seconds" },
	{ "mxscope --timeout 1,5 a.b", "--timeout expects seconds" },
	{ "mxscope --timeout 1.5.5 a.b", "--timeout expects seconds" },
	{ "mxscope --dns-timeout -1 a.b", "--dns-timeout expects seconds" },
	{ "mxscope --jobs 0", "--jobs expects a number" },
	{ "mxscope --sender courier", "--sender expects rfc5321, postfix, exim" },
	{ "mxscope --seed x", "--seed expects a whole number" },
	{ "mxscope --seed 18446744073709551616",
	    "--seed expects a whole number, 0 to 18446744073709551615, not" },
	{ "mxscope --seed -1",
	    "--seed expects a whole number, 0 to 18446744073709551615, not" },
	{ "mxscope --brief --manual 1", "--brief is a form of the text report" },
	{ "mxscope -4 -6", "-4 and -6 exclude each other" },
	{ "mxscope --replay file --sender exim", "--replay plays a recording with its own" },
	{ "mxscope --seed 7 --replay file", "--replay plays a recording with its own" },
	{ "mxscope -4 --replay file", "--replay plays a recording with its own" },
	{ "mxscope --rcpt --replay file", "--replay plays a recording with its own" },
	{ "mxscope --report --script s a.example", "none of them can go with --report" },
	{ "mxscope --theme light --report a.example", "none of them can go with --report" },
	{ "mxscope --config c --report=json a.example", "none of them can go with --report" },
	{ "mxscope --lab -s 127.0.0.1", "--lab asks its own nameserver" },
	{ "mxscope --helo b\xc3\xbc", "--helo expects" },
	{ "mxscope --allow-special=10.0.0.0/99", "10.0.0.0/99" },
};

static void
mistakes_get_a_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		struct options options;
		char *sentence = parse(&options, mistakes[i].line);

		if (sentence == NULL)
			fail_msg("%s: accepted", mistakes[i].line);
		if (strstr(sentence, mistakes[i].says) == NULL)
			fail_msg("%s: %s", mistakes[i].line, sentence);
		assert_null(strchr(sentence, '\n'));
		free(sentence);
	}
}

/* --help names every row, and its lines fit a terminal. */
static void
help_is_whole(void **state)
{
	char *help = options_help();
	size_t count;
	const struct option_row *rows = options_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		if (rows[i].name != NULL)
			assert_non_null(strstr(help, rows[i].name));
		assert_non_null(strstr(help, rows[i].help));
	}
	for (char *line = strtok(help, "\n"); line != NULL; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 100);
	free(help);
}

/* What stands on the command line is not for a config file to change. */
static void
given_options_settle_their_settings(void **state)
{
	static const struct {
		const char *line, *settles, *leaves;
	} rows[] = {
		{ "mxscope", NULL, "port" },
		{ "mxscope --no-probe", "probes", "port" },
		{ "mxscope -4", "ipv6", "probes" },
		{ "mxscope -4", "ipv4", "from" },
		{ "mxscope -6", "ipv4", "theme" },
		{ "mxscope -p 26", "port", "size" },
		{ "mxscope --theme light", "theme", "sender" },
		{ "mxscope --seed 1", "seed", "see" },
		{ "mxscope --sender exim", "sender", "set" },
		{ "mxscope --from <>", "from", "fro" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct options options;

		assert_null(parse(&options, rows[i].line));
		assert_true(
		    rows[i].settles == NULL || options_settle(&options, rows[i].settles));
		assert_false(options_settle(&options, rows[i].leaves));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_manual),
		cmocka_unit_test(options_set_what_they_say),
		cmocka_unit_test(options_may_follow_names_and_end_with_two_hyphens),
		cmocka_unit_test(seconds_have_decimals),
		cmocka_unit_test(help_and_version_go_before_the_rest),
		cmocka_unit_test(mistakes_get_a_sentence),
		cmocka_unit_test(help_is_whole),
		cmocka_unit_test(given_options_settle_their_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
