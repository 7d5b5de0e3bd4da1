/*
 * Settings that can be changed while the program runs: one row each, with the sentence that says
 * what is expected. A change re-makes the plans at once; probes are sent anew only on request.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/text.h"

#include "app/settings.h"
#include "app/update_parts.h"

/* Reads "on" or "off": false for anything else. */
static bool
parse_switch(const char *text, bool *value)
{
	if (strcmp(text, "on") != 0 && strcmp(text, "off") != 0)
		return false;
	*value = strcmp(text, "on") == 0;
	return true;
}

static bool
set_probes(struct settings *settings, const char *value)
{
	return parse_switch(value, &settings->probing);
}

static bool
set_ipv4(struct settings *settings, const char *value)
{
	return parse_switch(value, &settings->ipv4);
}

static bool
set_ipv6(struct settings *settings, const char *value)
{
	return parse_switch(value, &settings->ipv6);
}

static bool
set_port(struct settings *settings, const char *value)
{
	long port;

	if (!text_number(value, 1, 65535, &port))
		return false;
	settings->port = (uint16_t)port;
	return true;
}

static bool
set_from(struct settings *settings, const char *value)
{
	return settings_parse_sender(value, &settings->mail_from);
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

static bool
set_leave_summary(struct settings *settings, const char *value)
{
	return parse_switch(value, &settings->leave_summary);
}

static bool
set_show_commands(struct settings *settings, const char *value)
{
	return parse_switch(value, &settings->show_commands);
}

static bool
set_seed(struct settings *settings, const char *value)
{
	return settings_parse_seed(value, &settings->seed);
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

static bool
set_history_size(struct settings *settings, const char *value)
{
	long mib;

	if (!text_number(value, 1, HISTORY_MIB_MAX, &mib))
		return false;
	settings->history.mib = (unsigned)mib;
	return true;
}

static const struct setting_row rows[] = {
	{ "probes", "on or off", "probe mail servers as soon as their addresses are known",
	    set_probes },
	{ "ipv4", "on or off", "probe IPv4 addresses", set_ipv4 },
	{ "ipv6", "on or off", "probe IPv6 addresses", set_ipv6 },
	{ "port", "a port, 1 to 65535", "SMTP port of probes", set_port },
	{ "from", "an address, or <>", "sender in MAIL, where probes go on to RCPT", set_from },
	{ "size", "octets, or 0", "size of the message in MAIL, where SIZE is offered",
	    set_size },
	{ "leave-summary", "on or off",
	    "leave the verdicts in the terminal when the program ends", set_leave_summary },
	{ "show-commands", "on or off", "show the command that each key stands for",
	    set_show_commands },
	{ "seed", "a whole number", "seed of the draw among equal preferences", set_seed },
	{ "history-keep", "a number of snapshots, 10 to 200",
	    "newest snapshots kept of a domain (100); of older ones, one a month",
	    set_history_keep },
	{ "history-size", "MiB, 1 to 1048576",
	    "size of the history (256): beyond it the oldest snapshots go", set_history_size },
};

const struct setting_row *
settings_table(size_t *count)
{
	*count = sizeof rows / sizeof *rows;
	return rows;
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

/* Says which options there are. */
static void
refuse_option(struct update *update, const char *name)
{
	size_t last = sizeof rows / sizeof *rows - 1;
	struct buf names = BUF_INIT;

	for (size_t i = 0; i <= last; i++)
		buf_addf(&names, "%s%s", i == 0 ? "" : i == last ? " or " : ", ", rows[i].name);
	update_message(
	    update, MESSAGE_ERROR, "There is no option \"%s\": expected %s.", name, names.data);
	buf_clear(&names);
}

/* Tells the history how much of it is kept now. */
static void
bound_history(struct update *update)
{
	const struct effect effect = {
		.kind = EFFECT_BOUND,
		.history = update->model->settings.history,
	};

	effects_add(update->effects, &effect);
}

void
setting_set(struct update *update, const struct command *command)
{
	const char *name = command->arguments[0], *value = command->arguments[1];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (strcmp(rows[i].name, name) != 0)
			continue;
		if (!rows[i].set(&update->model->settings, value)) {
			update_message(update, MESSAGE_ERROR, "`set %s` expects %s.", name,
			    rows[i].expects);
			return;
		}
		update_message(update, MESSAGE_INFO, "%s is now %s.", name, value);
		if (rows[i].set == set_history_keep || rows[i].set == set_history_size)
			bound_history(update);
		study_review_all(update);
		return;
	}
	refuse_option(update, name);
}

void
setting_seed(struct update *update, const struct command *command)
{
	if (!settings_parse_seed(command->arguments[0], &update->model->settings.seed)) {
		update_message(update, MESSAGE_ERROR, "`seed` expects a whole number.");
		return;
	}
	study_review_all(update);
}

void
setting_vantage(struct update *update, const struct command *command)
{
	struct vantage *vantage = &update->model->settings.vantage;
	char *error = vantage_parse(vantage, command->arguments[0]);
	char text[VANTAGE_TEXT_MAX];

	if (error != NULL) {
		update_message(update, MESSAGE_ERROR, "%s", error);
		free(error);
		return;
	}
	update_message(update, MESSAGE_INFO, "The sender is now %s.",
	    vantage->kind == VANTAGE_HOST || vantage->kind == VANTAGE_ADDRESS
		? vantage_text(vantage, text)
		: vantage_kind_help(vantage->kind));
	study_review_all(update);
}

void
setting_sender(struct update *update, const struct command *command)
{
	enum sender *sender = &update->model->settings.sender;

	if (command->argument_count == 0)
		*sender = sender_next(*sender);
	else
		sender_parse(command->arguments[0], sender);
	update_message(update, MESSAGE_INFO, "The sender is now %s: %s.", sender_name(*sender),
	    sender_help(*sender));
	study_sender_changed(update);
}

void
setting_net(struct update *update, const struct command *command)
{
	parse_switch(command->arguments[0], &update->model->settings.network);
	update_message(update, MESSAGE_INFO,
	    update->model->settings.network
		? "The network is on."
		: "The network is off: nothing more is asked or probed.");
}

void
setting_mouse(struct update *update, const struct command *command)
{
	bool *mouse = &update->model->settings.mouse;
	struct effect effect = { .kind = EFFECT_MOUSE };

	if (command->argument_count == 0)
		*mouse = !*mouse;
	else
		parse_switch(command->arguments[0], mouse);
	effect.fresh = *mouse;
	effects_add(update->effects, &effect);
	update_message(update, MESSAGE_INFO,
	    *mouse ? "The mouse works in the program (m gives it back to the terminal)."
		   : "The mouse belongs to the terminal again.");
}
