/*
 * Many questions through net/resolver and nothing else: what the program's DNS engine takes, without
 * plan, verdict and report.
 *
 *	resolve_bench SERVER WINDOW FILE	questions "NAME TYPE", one a line, from FILE
 *
 * Prints one line: questions a second, CPU microseconds a question (user + system), how many
 * were answered, and the highest resident memory. Twice the window is asked for at a time, so
 * that a list of any length takes the same memory.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <event2/event.h>

#include "util/span.h"
#include "net/clock.h"
#include "net/dialler.h"
#include "net/resolver.h"

/* The questions, and how far they are. */
struct run {
	struct resolver *resolver;
	FILE *questions; /* "NAME TYPE" lines */
	size_t asked, ended, answered;
	uint64_t tries;
};

/* Reads the next question; false when there is none left. Lines that are none are passed over. */
static bool
read_question(FILE *in, struct dns_question *question)
{
	char line[512], *type;

	while (fgets(line, sizeof line, in)) {
		line[strcspn(line, "\r\n")] = '\0';
		type = strchr(line, ' ');
		if (!type)
			continue;
		*type++ = '\0';
		if (dns_name_parse(&question->name, line) == DNS_NAME_OK &&
		    dns_type_parse(type, &question->type))
			return true;
	}
	return false;
}

/* Asks the next question, if there is one left. */
static void
ask_next(struct run *run)
{
	struct dns_question question;

	if (!read_question(run->questions, &question))
		return;
	resolver_ask(run->resolver, 1, 0, &question, RESOLVER_CACHED);
	run->asked++;
}

/* The resolver: one question has ended. */
static void
on_result(void *context, resolver_owner owner, uint32_t tag, const struct dns_result *result)
{
	struct run *run = context;

	(void)owner;
	(void)tag;
	run->ended++;
	run->answered += dns_result_is_final(result);
	run->tries += result->tries;
	ask_next(run);
}

/* Seconds of a timeval. */
static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Says what it took since the start. */
static void
print_result(const struct run *run, int64_t started_us)
{
	double wall = (double)(clock_now_us() - started_us) / 1e6, n = (double)run->ended;
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	printf("%.0f questions/s  cpu %.2f + %.2f us  answered %zu of %zu  sent %llu  rss %ld "
	       "KiB\n",
	    n / wall, seconds(usage.ru_utime) * 1e6 / n, seconds(usage.ru_stime) * 1e6 / n,
	    run->answered, run->ended, (unsigned long long)run->tries, usage.ru_maxrss);
}

int
main(int argc, char *argv[])
{
	struct resolver_settings settings = {
		.lookup = { .server_count = 1,
		    .timeout_us = 8 * SPAN_SECOND,
		    .attempts = 5,
		    .edns = true,
		    .mix_case = true,
		    .cookies = true },
	};
	struct event_config *config = event_config_new();
	struct event_base *base;
	struct dialler *dialler;
	struct run run = { 0 };
	int64_t started_us;

	if (argc != 4 || !endpoint_parse(&settings.lookup.servers[0], argv[1], 53)) {
		fprintf(stderr, "usage: resolve_bench SERVER@PORT WINDOW FILE\n");
		return 64;
	}
	signal(SIGPIPE, SIG_IGN);
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	base = event_base_new_with_config(config);
	event_config_free(config);
	dialler = dialler_new();
	settings.window = (size_t)strtoul(argv[2], NULL, 10);
	run.questions = fopen(argv[3], "r");
	if (!run.questions) {
		perror(argv[3]);
		return EXIT_FAILURE;
	}
	run.resolver = resolver_new(base, dialler, &settings, on_result, &run);
	started_us = clock_now_us();
	for (size_t i = 0; i < 2 * settings.window; i++)
		ask_next(&run);
	while (run.ended < run.asked)
		event_base_loop(base, EVLOOP_ONCE);
	print_result(&run, started_us);
	resolver_free(run.resolver);
	dialler_free(dialler);
	event_base_free(base);
	fclose(run.questions);
	return EXIT_SUCCESS;
}
