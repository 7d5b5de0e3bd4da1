/*
 * The table of options, a row each: letter, name, argument, help and what it does. What is not expected
 * is one sentence that says what was; nothing is guessed. How a command line is read by it is options.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "app/settings.h"
#include "cli/options.h"

NAMES_DEFINE(manual, MANUALS)

/* Returns a sentence: "--port expects a port, 1 to 65535, not "x"." */
static char *
expected(const char *option, const char *what, const char *got)
{
	struct buf sentence = BUF_INIT;

	buf_addf(&sentence, "--%s expects %s, not \"", option, what);
	text_printable(&sentence, got, strlen(got));
	buf_adds(&sentence, "\".");
	return buf_take(&sentence);
}

/* Sets what the program is to do. Where help or the version is asked for, it is that. */
static void
choose_mode(struct options *options, enum run_mode mode)
{
	if (options->mode != RUN_HELP && options->mode != RUN_VERSION)
		options->mode = mode;
}

static char *
apply_report(struct options *options, const char *argument)
{
	static const struct {
		const char *name;
		enum report_format format;
	} formats[] = {
		{ "text", REPORT_TEXT },
		{ "json", REPORT_JSON },
		{ "markdown", REPORT_MARKDOWN },
	};

	choose_mode(options, RUN_REPORT);
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		if (strcmp(argument == NULL ? "text" : argument, formats[i].name) == 0) {
			options->format = formats[i].format;
			return NULL;
		}
	}
	return expected("report", "text or json or markdown", argument);
}

static char *
apply_brief(struct options *options, const char *argument)
{
	(void)argument;
	options->brief = true;
	return NULL;
}

static char *
apply_redact(struct options *options, const char *argument)
{
	(void)argument;
	options->redact = true;
	return NULL;
}

static char *
apply_resume(struct options *options, const char *argument)
{
	options->resume = argument;
	return NULL;
}

static char *
apply_record(struct options *options, const char *argument)
{
	options->record = argument;
	return NULL;
}

static char *
apply_replay(struct options *options, const char *argument)
{
	options->replay = argument;
	return NULL;
}

static char *
apply_pace(struct options *options, const char *argument)
{
	if (!replay_pace_parse(argument, &options->pace))
		return expected("pace", "once, real or step", argument);
	return NULL;
}

static char *
apply_expect(struct options *options, const char *argument)
{
	options->expect = argument;
	return NULL;
}

static char *
apply_shard(struct options *options, const char *argument)
{
	if (!names_share_parse(&options->share, argument))
		return expected("shard", "K/N, part K of N equal parts", argument);
	return NULL;
}

static char *
apply_server(struct options *options, const char *argument)
{
	if (options->server_count == DNS_SERVERS_MAX)
		return mem_strdup("--server can be given at most 8 times.");
	if (!endpoint_parse(&options->servers[options->server_count], argument, 53))
		return expected(
		    "server", "an IP address, with @PORT where it is not 53", argument);
	options->server_count++;
	return NULL;
}

static char *
apply_trust_anchor(struct options *options, const char *argument)
{
	options->trust_anchor = argument;
	return NULL;
}

static char *
apply_no_dnssec(struct options *options, const char *argument)
{
	(void)argument;
	options->validating = false;
	return NULL;
}

static char *
apply_no_probe(struct options *options, const char *argument)
{
	(void)argument;
	options->probing = false;
	return NULL;
}

static char *
apply_port(struct options *options, const char *argument)
{
	if (!text_number(argument, 1, 65535, &options->port))
		return expected("port", "a port, 1 to 65535", argument);
	return NULL;
}

static char *
apply_ipv4(struct options *options, const char *argument)
{
	(void)argument;
	options->ipv6 = false;
	return NULL;
}

static char *
apply_ipv6(struct options *options, const char *argument)
{
	(void)argument;
	options->ipv4 = false;
	return NULL;
}

/* True for what may stand behind EHLO: printable ASCII without blanks (RFC 5321 4.1.1.1). */
static bool
is_helo(const char *s)
{
	if (*s == '\0' || strlen(s) > 255)
		return false;
	for (; *s != '\0'; s++) {
		if (*s <= ' ' || *s > '~')
			return false;
	}
	return true;
}

static char *
apply_helo(struct options *options, const char *argument)
{
	if (!is_helo(argument))
		return expected("helo", "a host name or address literal in ASCII", argument);
	options->helo = argument;
	return NULL;
}

static char *
apply_from(struct options *options, const char *argument)
{
	char *mail_from = NULL;

	if (!settings_parse_sender(argument, &mail_from))
		return expected("from", "an address such as user@example.net, or <>", argument);
	free(mail_from);
	options->mail_from = argument;
	return NULL;
}

static char *
apply_rcpt(struct options *options, const char *argument)
{
	(void)argument;
	options->rcpt = true;
	return NULL;
}

static char *
apply_ca_file(struct options *options, const char *argument)
{
	options->ca_file = argument;
	return NULL;
}

static char *
apply_allow_special(struct options *options, const char *argument)
{
	return special_policy_parse(&options->special, argument);
}

/* Reads a number of seconds, 0.1 to 3600, with a decimal point, whatever the locale. */
static bool
parse_seconds(const char *text, double *seconds)
{
	size_t whole = strspn(text, "0123456789"), n = whole;
	double value = 0, worth = 1;

	if (text[n] == '.')
		n += 1 + strspn(text + n + 1, "0123456789");
	if (n == 0 || text[n - 1] == '.' || text[n] != '\0')
		return false;
	for (size_t i = 0; i < whole; i++)
		value = value * 10 + (text[i] - '0');
	for (size_t i = whole + 1; i < n; i++) {
		worth /= 10;
		value += worth * (text[i] - '0');
	}
	*seconds = value;
	return value >= 0.1 && value <= 3600;
}

static char *
apply_timeout(struct options *options, const char *argument)
{
	if (!parse_seconds(argument, &options->timeout))
		return expected("timeout", "seconds, 0.1 to 3600", argument);
	return NULL;
}

static char *
apply_dns_timeout(struct options *options, const char *argument)
{
	if (!parse_seconds(argument, &options->dns_timeout))
		return expected("dns-timeout", "seconds, 0.1 to 3600", argument);
	return NULL;
}

static char *
apply_jobs(struct options *options, const char *argument)
{
	if (!text_number(argument, 1, 1000, &options->jobs))
		return expected("jobs", "a number, 1 to 1000", argument);
	return NULL;
}

static char *
apply_connections(struct options *options, const char *argument)
{
	if (!text_number(argument, 1, 512, &options->connections))
		return expected("connections", "a number, 1 to 512", argument);
	return NULL;
}

static char *
apply_lab(struct options *options, const char *argument)
{
	options->lab = true;
	options->scenario = argument;
	return NULL;
}

static char *
apply_history(struct options *options, const char *argument)
{
	options->history = argument;
	options->keep_history = true;
	return NULL;
}

static char *
apply_no_history(struct options *options, const char *argument)
{
	(void)argument;
	options->keep_history = false;
	return NULL;
}

static char *
apply_sender(struct options *options, const char *argument)
{
	if (!sender_parse(argument, &options->sender))
		return expected("sender",
		    "rfc5321, postfix, exim, sendmail, opensmtpd, qmail or primary-only",
		    argument);
	return NULL;
}

static char *
apply_seed(struct options *options, const char *argument)
{
	options->seeded = true;
	if (!settings_parse_seed(argument, &options->seed))
		return expected("seed", SETTINGS_SEED, argument);
	return NULL;
}

static char *
apply_theme(struct options *options, const char *argument)
{
	options->theme = argument;
	return NULL;
}

static char *
apply_config(struct options *options, const char *argument)
{
	options->config = argument;
	options->use_config = true;
	return NULL;
}

static char *
apply_no_config(struct options *options, const char *argument)
{
	(void)argument;
	options->use_config = false;
	return NULL;
}

static char *
apply_write_config(struct options *options, const char *argument)
{
	choose_mode(options, RUN_WRITE_CONFIG);
	options->written = argument;
	return NULL;
}

static char *
apply_script(struct options *options, const char *argument)
{
	options->script = argument;
	return NULL;
}

static char *
apply_trace(struct options *options, const char *argument)
{
	options->trace = argument;
	return NULL;
}

static char *
apply_user(struct options *options, const char *argument)
{
	options->user = argument;
	return NULL;
}

static char *
apply_no_confine(struct options *options, const char *argument)
{
	(void)argument;
	options->confined = false;
	return NULL;
}

static char *
apply_plain(struct options *options, const char *argument)
{
	(void)argument;
	options->plain = true;
	return NULL;
}

static char *
apply_help(struct options *options, const char *argument)
{
	(void)argument;
	options->mode = RUN_HELP;
	return NULL;
}

static char *
apply_version(struct options *options, const char *argument)
{
	(void)argument;
	options->mode = RUN_VERSION;
	return NULL;
}

static char *
apply_completion(struct options *options, const char *argument)
{
	choose_mode(options, RUN_COMPLETION);
	if (!shell_parse(argument, &options->shell))
		return expected("completion", "bash, zsh or fish", argument);
	return NULL;
}

static char *
apply_manual(struct options *options, const char *argument)
{
	choose_mode(options, RUN_MANUAL);
	if (!manual_parse(argument, &options->manual))
		return expected("manual", "1 or 5", argument);
	return NULL;
}

/* clang-format off */
static const struct option_row rows[] = {
	{ 'r', "report", "FORMAT", true,
	    "no interface: print each name as text, json or markdown", apply_report },
	{ 0, "brief", NULL, false, "with --report: one line a name, for monitoring", apply_brief },
	{ 0, "resume", "FILE", false, "pass over names that this JSON report holds", apply_resume },
	{ 0, "expect", "FILE", false, "compare with this JSON report; exit 5 on a change", apply_expect },
	{ 0, "shard", "K/N", false, "of all names take only part K of N", apply_shard },
	{ 0, "record", "FILE", false, "record everything that is received", apply_record },
	{ 0, "replay", "FILE", false, "play a recording back; nothing is asked", apply_replay },
	{ 0, "pace", "PACE", false, "of the replay: once, real or step (once)", apply_pace },
	{ 0, "redact", NULL, false, "mask names, addresses, local parts and replies", apply_redact },
	{ 0, "plain", NULL, false, "lines and a prompt, nothing drawn (by TERM=dumb too)",
	    apply_plain },
	{ 's', "server", "ADDR[@PORT]", false,
	    "ask this nameserver (repeatable, in order)", apply_server },
	{ 0, "trust-anchor", "FILE", false,
	    "validate from these DS or DNSKEY records (the system's)", apply_trust_anchor },
	{ 0, "no-dnssec", NULL, false, "do not validate; every status is unchecked", apply_no_dnssec },
	{ 'n', "no-probe", NULL, false, "DNS only: no connection to any mail server", apply_no_probe },
	{ 'p', "port", "N", false, "SMTP port (25)", apply_port },
	{ '4', NULL, NULL, false, "probe IPv4 addresses only", apply_ipv4 },
	{ '6', NULL, NULL, false, "probe IPv6 addresses only", apply_ipv6 },
	{ 0, "helo", "NAME", false, "name given in EHLO (this host's)", apply_helo },
	{ 0, "from", "ADDR", false, "sender named in MAIL, with --rcpt (<>)", apply_from },
	{ 0, "rcpt", NULL, false, "for an ADDRESS go on to MAIL and RCPT; never a message", apply_rcpt },
	{ 0, "ca-file", "FILE", false, "PEM trust store for TLS (the system's)", apply_ca_file },
	{ 0, "allow-special", "PREFIX,...", true,
	    "probe special-purpose addresses too: all, or these prefixes", apply_allow_special },
	{ 0, "timeout", "SECONDS", false, "patience of one probe step (10)", apply_timeout },
	{ 0, "dns-timeout", "SECONDS", false, "patience for one question (8)", apply_dns_timeout },
	{ 'j', "jobs", "N", false, "names studied at once in a report (64)", apply_jobs },
	{ 0, "connections", "N", false, "mail servers connected to at once (16)", apply_connections },
	{ 0, "lab", "SCENARIO", true,
	    "the built-in laboratory, and only it: no packet leaves", apply_lab },
	{ 0, "history", "FILE", false, "where inquiries are kept", apply_history },
	{ 0, "no-history", NULL, false, "keep no inquiries", apply_no_history },
	{ 0, "sender", "NAME", false, "whose plan: postfix, exim, sendmail, ... (rfc5321)", apply_sender },
	{ 0, "seed", "N", false, "seed of the equal-preference draw (random)", apply_seed },
	{ 0, "theme", "NAME|FILE", false, "theme (default)", apply_theme },
	{ 0, "config", "FILE", false, "start-up commands", apply_config },
	{ 0, "no-config", NULL, false, "no start-up commands", apply_no_config },
	{ 0, "write-config", "FILE", true, "write a file of start-up commands with every default, and exit",
	    apply_write_config },
	{ 0, "script", "FILE", false, "run prompt commands from a file", apply_script },
	{ 0, "trace", "FILE", false, "write a debug log", apply_trace },
	{ 0, "user", "NAME", false, "started by root: become this user first", apply_user },
	{ 0, "no-confine", NULL, false, "do not confine the program, for debugging", apply_no_confine },
	{ 0, "completion", "SHELL", false, "print completions for bash, zsh or fish and exit",
	    apply_completion },
	{ 0, "manual", "SECTION", false, "print the manual page, 1 or 5, as mdoc and exit",
	    apply_manual },
	{ 'h', "help", NULL, false, "print this and exit", apply_help },
	{ 'V', "version", NULL, false, "print the version and exit", apply_version },
};
/* clang-format on */

enum {
	ROWS = sizeof rows / sizeof *rows
};

const struct option_row *
options_table(size_t *count)
{
	*count = ROWS;
	return rows;
}

_Static_assert((int)ROWS <= (int)OPTIONS_MAX, "options.given has a place for every row");

/* What an option settles, so that no config file changes it: a setting, or a command of that name. */
static const struct {
	char *(*apply)(struct options *options, const char *argument);
	const char *setting;
} settled[] = {
	{ apply_no_probe, "probes" },
	{ apply_ipv4, "ipv4" },
	{ apply_ipv4, "ipv6" },
	{ apply_ipv6, "ipv4" },
	{ apply_ipv6, "ipv6" },
	{ apply_port, "port" },
	{ apply_from, "from" },
	{ apply_seed, "seed" },
	{ apply_sender, "sender" },
	{ apply_theme, "theme" },
};

/* True when an option that is applied so stands on the command line. */
static bool
is_given(const struct options *options, char *(*apply)(struct options *, const char *))
{
	for (int i = 0; i < ROWS; i++) {
		if (options->given[i] && rows[i].apply == apply)
			return true;
	}
	return false;
}

bool
options_settle(const struct options *options, const char *setting)
{
	for (size_t i = 0; i < sizeof settled / sizeof *settled; i++) {
		if (strcmp(settled[i].setting, setting) == 0 &&
		    is_given(options, settled[i].apply))
			return true;
	}
	return false;
}
