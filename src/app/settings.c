/*
 * What can be set while the program runs, a row a setting: its name, what it takes, what it changes, its
 * default, and how it is read and told. `set`, completion, help, manual page and the configuration
 * file that --write-config makes all read these rows; what follows from a change is
 * update_settings.c's.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

#include "app/settings.h"

static const char *const switch_words[] = { "on", "off", NULL };

bool
settings_parse_switch(const char *text, bool *value)
{
	if (strcmp(text, "on") != 0 && strcmp(text, "off") != 0)
		return false;
	*value = strcmp(text, "on") == 0;
	return true;
}

bool
settings_parse_sender(const char *text, char **mail_from)
{
	struct mail_subject subject;
	char *error, *path = NULL;

	if (*text != '\0' && strcmp(text, "<>") != 0) {
		error = mail_subject_parse(&subject, text);
		free(error);
		if (error != NULL)
			return false;
		if (subject.local_part != NULL)
			path = model_key(&subject);
		mail_subject_clear(&subject);
		if (path == NULL)
			return false;
	}
	free(*mail_from);
	*mail_from = path;
	return true;
}

bool
settings_parse_seed(const char *text, uint64_t *seed)
{
	uint64_t value = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		unsigned digit = (unsigned)(*text - '0');

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*seed = value;
	return true;
}

/* --- switches ------------------------------------------------------------------------------ */

/* The switch of a row, to be read and changed. */
#define SWITCH(member) \
	static bool set_##member(struct settings *settings, const char *value) \
	{ \
		return settings_parse_switch(value, &settings->member); \
	} \
	static void tell_##member(const struct settings *settings, struct buf *out) \
	{ \
		buf_adds(out, settings->member ? "on" : "off"); \
	}

SWITCH(probing)
SWITCH(ipv4)
SWITCH(ipv6)
SWITCH(leave_summary)
SWITCH(show_commands)

/* --- numbers and names ---------------------------------------------------------------------- */

static bool
set_port(struct settings *settings, const char *value)
{
	long port;

	if (!text_number(value, 1, 65535, &port))
		return false;
	settings->port = (uint16_t)port;
	return true;
}

static void
tell_port(const struct settings *settings, struct buf *out)
{
	buf_addf(out, "%u", settings->port);
}

static bool
set_from(struct settings *settings, const char *value)
{
	return settings_parse_sender(value, &settings->mail_from);
}

static void
tell_from(const struct settings *settings, struct buf *out)
{
	buf_adds(out, settings->mail_from == NULL ? "<>" : settings->mail_from);
}

static bool
set_size(struct settings *settings, const char *value)
{
	long size;

	if (!text_number(value, 0, LONG_MAX, &size))
		return false;
	settings->size = (uint64_t)size;
	return true;
}

static void
tell_size(const struct settings *settings, struct buf *out)
{
	buf_addf(out, "%llu", (unsigned long long)settings->size);
}

static bool
set_seed(struct settings *settings, const char *value)
{
	return settings_parse_seed(value, &settings->seed);
}

static void
tell_seed(const struct settings *settings, struct buf *out)
{
	buf_addf(out, "%llu", (unsigned long long)settings->seed);
}

static bool
set_history_keep(struct settings *settings, const char *value)
{
	long keep;

	if (!text_number(value, HISTORY_KEEP_MIN, HISTORY_KEEP_MAX, &keep))
		return false;
	settings->history.keep = (unsigned)keep;
	return true;
}

static void
tell_history_keep(const struct settings *settings, struct buf *out)
{
	buf_addf(
	    out, "%u", settings->history.keep == 0 ? HISTORY_KEEP : settings->history.keep);
}

static bool
set_history_size(struct settings *settings, const char *value)
{
	long mib;

	if (!text_number(value, 1, HISTORY_MIB_MAX, &mib))
		return false;
	settings->history.mib = (unsigned)mib;
	return true;
}

static void
tell_history_size(const struct settings *settings, struct buf *out)
{
	buf_addf(out, "%u", settings->history.mib == 0 ? HISTORY_MIB : settings->history.mib);
}

/* --- the table -------------------------------------------------------------------------------- */

/* clang-format off */
static const struct setting_row rows[] = {
	{ "probes", "on or off", "probe mail servers as soon as their addresses are known",
	    "on", switch_words, set_probing, tell_probing },
	{ "ipv4", "on or off", "probe IPv4 addresses", "on", switch_words, set_ipv4, tell_ipv4 },
	{ "ipv6", "on or off", "probe IPv6 addresses", "on", switch_words, set_ipv6, tell_ipv6 },
	{ "port", "a port, 1 to 65535", "SMTP port of probes", "25", NULL, set_port, tell_port },
	{ "from", "an address, or <>", "sender in MAIL, where probes go on to RCPT",
	    "<>", NULL, set_from, tell_from },
	{ "size", "octets, or 0", "size of the message in MAIL, where SIZE is offered",
	    "0", NULL, set_size, tell_size },
	{ "leave-summary", "on or off", "leave the verdicts in the terminal when the program ends",
	    "on", switch_words, set_leave_summary, tell_leave_summary },
	{ "show-commands", "on or off", "show the command that each key stands for",
	    "off", switch_words, set_show_commands, tell_show_commands },
	{ "seed", SETTINGS_SEED, "seed of the draw among equal preferences",
	    NULL, NULL, set_seed, tell_seed },
	{ "history-keep", "a number of snapshots, 10 to 200",
	    "newest snapshots kept of a domain; of older ones, one a month",
	    "100", NULL, set_history_keep, tell_history_keep },
	{ "history-size", "MiB, 1 to 1048576",
	    "size of the history: beyond it the oldest snapshots go",
	    "256", NULL, set_history_size, tell_history_size },
};
/* clang-format on */

enum {
	ROWS = sizeof rows / sizeof *rows
};

const struct setting_row *
settings_table(size_t *count)
{
	*count = ROWS;
	return rows;
}

const struct setting_row *
settings_find(const char *name)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	}
	return NULL;
}

bool
settings_take(const struct setting_row *row, const char *value)
{
	struct settings scratch = { 0 };
	bool taken = row->set(&scratch, value);

	free(scratch.mail_from);
	return taken;
}

char *
settings_unknown(const char *name)
{
	struct buf sentence = BUF_INIT;

	buf_adds(&sentence, "There is no option \"");
	text_printable(&sentence, name, strlen(name));
	buf_adds(&sentence, "\": expected ");
	for (size_t i = 0; i < ROWS; i++)
		buf_addf(&sentence, "%s%s", rows[i].name,
		    i + 2 < ROWS        ? ", "
			: i + 2 == ROWS ? " or "
					: ".");
	return buf_take(&sentence);
}

char *
settings_refused(const struct setting_row *row, const char *value)
{
	struct buf sentence = BUF_INIT;

	buf_addf(&sentence, "`set %s` expects %s, not \"", row->name, row->expects);
	text_printable(&sentence, value, strlen(value));
	buf_adds(&sentence, "\".");
	return buf_take(&sentence);
}
