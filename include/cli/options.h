/*
 * The command line: one table of options that --help, the manual page and the completions read too.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

#include "app/replay.h"
#include "cli/manual_pages.h"
#include "cli/names.h"
#include "cli/shell_completion.h"
#include "dns/lookup.h"
#include "mail/sender.h"
#include "mail/special.h"

enum {
	OPTIONS_MAX = 64,
	EXIT_DIFFERENT = 5, /* --expect: something is not as it was */
	EXIT_USAGE = 64,
	EXIT_INTERNAL = 70
};

enum run_mode {
	RUN_INTERFACE,
	RUN_REPORT,
	RUN_HELP,
	RUN_VERSION,
	RUN_COMPLETION, /* .shell */
	RUN_WRITE_CONFIG, /* .written */
	RUN_MANUAL /* .manual */
};

enum report_format {
	REPORT_TEXT,
	REPORT_JSON,
	REPORT_MARKDOWN,
	REPORT_BRIEF
};

struct options {
	enum run_mode mode;
	enum report_format format;
	enum shell shell;
	enum manual manual;
	bool brief, redact;
	const char *record, *replay; /* NULL = none */
	enum replay_pace pace; /* of the replay */
	const char *resume, *expect; /* an earlier output; NULL = none */
	bool plain; /* --plain, or a terminal that can do no more */
	struct names_share share; /* of the names given */
	struct endpoint servers[DNS_SERVERS_MAX];
	size_t server_count; /* 0 = those of resolv.conf */
	bool validating;
	const char *trust_anchor; /* NULL = the system's */
	bool probing;
	bool ipv4, ipv6;
	long port;
	const char *helo; /* NULL = this host's name */
	const char *mail_from; /* NULL = the null sender */
	bool rcpt;
	const char *ca_file;
	struct special_policy special;
	double timeout,
	    dns_timeout; /* seconds; dns_timeout 0 = by resolv.conf and our default */
	long jobs;
	long connections; /* to mail servers at once */
	bool lab;
	const char *scenario; /* of --lab=SCENARIO */
	const char *history; /* NULL = the usual place */
	bool keep_history;
	enum sender sender;
	bool seeded;
	uint64_t seed;
	const char *theme;
	const char *config; /* NULL = the usual place */
	bool use_config;
	const char
	    *written; /* by --write-config; NULL = the usual place, "-" = standard output */
	const char *script;
	const char *trace;
	const char *user; /* to become; NULL = stay who we are */
	bool confined; /* false with --no-confine */
	char **names; /* what is left: domains, addresses, @files; they belong to argv */
	int name_count;
	bool given[OPTIONS_MAX]; /* by row of the table: it stands on the command line */
};

struct option_row {
	char letter; /* 0 = none */
	const char *name; /* NULL for -4 and -6 */
	const char *argument; /* "FILE"; NULL = takes none */
	bool optional; /* the argument may be left out */
	const char *help;
	/* Applies the option: NULL, or a sentence that the caller frees. */
	char *(*apply)(struct options *options, const char *argument);
};

/* All options, in the order of the help. */
const struct option_row *options_table(size_t *count);

/*
 * Reads the command line. Returns NULL and fills *options, or a sentence that says what was
 * expected, which the caller frees.
 */
char *options_parse(struct options *options, int argc, char *argv[]);

/* True when the command line decided this setting, or command such as "theme", for good. */
bool options_settle(const struct options *options, const char *setting);

/* Appends the option as it is typed: "-p, --port N". */
void options_usage(struct buf *out, const struct option_row *row);

/* Returns the text of --help, which the caller frees. */
char *options_help(void);

#endif
