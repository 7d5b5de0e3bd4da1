/*
 * What follows from a setting that is changed or asked for; the settings themselves are rows of
 * settings.c. A change re-makes the plans at once; probes are sent anew only on request.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/text.h"

#include "app/settings.h"
#include "app/update_parts.h"

/* Says what is wrong; takes the sentence. */
static void
refuse(struct update *update, char *sentence)
{
	update_message(update, MESSAGE_ERROR, "%s", sentence);
	free(sentence);
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

/* Says what an option is now, what it does, what it takes and what its default is. */
static void
explain_option(struct update *update, const struct setting_row *row)
{
	struct buf value = BUF_INIT;

	row->tell(&update->model->settings, &value);
	update_message(update, MESSAGE_INFO, "%s is %s: %s. It takes %s; the default is %s.",
	    row->name, buf_text(&value), row->help, row->expects,
	    row->standard == NULL ? "another at every start" : row->standard);
	buf_clear(&value);
}

/* Gives an option a value, and does what follows from it. */
static void
change_option(struct update *update, const struct setting_row *row, const char *value)
{
	struct settings *settings = &update->model->settings;
	const struct history_bounds before = settings->history;
	char *printable;

	if (!row->set(settings, value)) {
		refuse(update, settings_refused(row, value));
		return;
	}
	printable = text_printable_copy(value, strlen(value));
	update_message(update, MESSAGE_INFO, "%s is now %s.", row->name, printable);
	free(printable);
	if (settings->history.keep != before.keep || settings->history.mib != before.mib)
		bound_history(update);
	study_review_all(update);
}

void
setting_set(struct update *update, const struct command *command)
{
	const struct setting_row *row;

	if (command->argument_count == 0) {
		view_help_on_topic(update, "settings");
		return;
	}
	row = settings_find(command->arguments[0]);
	if (row == NULL)
		refuse(update, settings_unknown(command->arguments[0]));
	else if (command->argument_count == 1)
		explain_option(update, row);
	else
		change_option(update, row, command->arguments[1]);
}

void
setting_seed(struct update *update, const struct command *command)
{
	if (!settings_parse_seed(command->arguments[0], &update->model->settings.seed)) {
		update_message(update, MESSAGE_ERROR, "`seed` expects " SETTINGS_SEED ".");
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
	settings_parse_switch(command->arguments[0], &update->model->settings.network);
	update_message(update, MESSAGE_INFO,
	    update->model->settings.network
		? "The network is on."
		: "The network is off: nothing more is asked or probed.");
	study_review_all(update);
}

void
setting_mouse(struct update *update, const struct command *command)
{
	bool *mouse = &update->model->settings.mouse;
	struct effect effect = { .kind = EFFECT_MOUSE };

	if (command->argument_count == 0)
		*mouse = !*mouse;
	else
		settings_parse_switch(command->arguments[0], mouse);
	effect.fresh = *mouse;
	effects_add(update->effects, &effect);
	update_message(update, MESSAGE_INFO,
	    *mouse ? "The mouse works in the program (m gives it back to the terminal)."
		   : "The mouse belongs to the terminal again.");
}
