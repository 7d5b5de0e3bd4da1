/*
 * `simulate` and `clock`: what the user asks of them, and when their answers are made anew.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/span.h"
#include "util/text.h"

#include "app/update_parts.h"

enum {
	DAY = 24 * 60 * 60,
	HAND_MOST = 7 * DAY, /* the most patient sender gives up after as long */
};

void
forecast_refresh(struct update *update)
{
	struct model *model = update->model;
	const struct inquiry *inquiry = model_selected_inquiry(model);
	struct forecast *forecast = &model->forecast;

	if (model->view != VIEW_SIMULATE && model->view != VIEW_CLOCK)
		return;
	if (model->view == VIEW_SIMULATE && forecast->deliveries == 0) {
		forecast->deliveries = SIMULATE_DELIVERIES;
		forecast_forget(forecast);
	}
	if (!inquiry || !inquiry->facts.mx_known || inquiry_busy(inquiry)) {
		forecast_forget(forecast);
		return;
	}
	if (forecast->ticket != inquiry->ticket || forecast->reviews != inquiry->reviews) {
		const struct plan_settings settings = model_plan_settings(model);

		forecast_make(forecast, inquiry, &settings);
	}
}

void
forecast_simulate(struct update *update, const struct command *command)
{
	long deliveries = SIMULATE_DELIVERIES;

	if (command->argument_count > 0 &&
	    !text_number(command->arguments[0], 1, SIMULATE_DELIVERIES_MOST, &deliveries)) {
		update_message(update, MESSAGE_ERROR,
		    "Expected a number of deliveries, 1 to %d.", SIMULATE_DELIVERIES_MOST);
		return;
	}
	update->model->forecast.deliveries = (uint32_t)deliveries;
	forecast_forget(&update->model->forecast);
	view_show(update, VIEW_SIMULATE);
}

/* --- clock ------------------------------------------------------------------------ */

/* Moves the hand: "+1h", "-30m". False for anything else. */
static bool
move_hand(struct forecast *forecast, const char *word)
{
	int64_t seconds;

	if ((*word != '+' && *word != '-') || !span_parse(word + 1, &seconds))
		return false;
	forecast->hand += *word == '+' ? seconds : -seconds;
	if (forecast->hand < 0)
		forecast->hand = 0;
	if (forecast->hand > HAND_MOST)
		forecast->hand = HAND_MOST;
	return true;
}

/* Forgets the outage and sets the hand to the first attempt. */
static void
clear_clock(struct forecast *forecast)
{
	free(forecast->outage.target);
	forecast->outage = (struct outage){ 0 };
	forecast->sent = FORECAST_SENT;
	forecast->hand = 0;
}

/* Reads "TARGET down FROM UNTIL [sent TIME]" into the forecast; false leaves it as it was. */
static bool
read_outage(struct forecast *forecast, const struct command *command)
{
	char *const *words = command->arguments;
	struct outage outage = { 0 };
	int64_t sent;

	if (command->argument_count < 4 || strcmp(words[1], "down") != 0 ||
	    !span_parse_of_day(words[2], &outage.from) ||
	    !span_parse_of_day(words[3], &outage.until))
		return false;
	sent = outage.from;
	if (command->argument_count > 4 &&
	    (command->argument_count != 6 || strcmp(words[4], "sent") != 0 ||
		!span_parse_of_day(words[5], &sent)))
		return false;
	if (outage.until <= outage.from)
		outage.until += DAY;
	clear_clock(forecast);
	outage.target = mem_strdup(words[0]);
	forecast->outage = outage;
	forecast->sent = sent;
	return true;
}

/* True when the selected domain has a server that the word names; otherwise says so. */
static bool
has_server(struct update *update, const char *word)
{
	const struct inquiry *inquiry = model_selected_inquiry(update->model);
	bool *down;
	size_t count;

	if (!inquiry) {
		update_message(update, MESSAGE_ERROR,
		    "No domain is studied: look one up, then ask for its clock.");
		return false;
	}
	down = mem_calloc(inquiry->facts.target_count, sizeof *down);
	count = clock_select(&inquiry->facts, word, down);
	free(down);
	if (count == 0)
		update_message(update, MESSAGE_ERROR,
		    "%s has no address that \"%s\" names: expected an exchange, an address, "
		    "pref:10, primary or all.",
		    inquiry->facts.subject.unicode, word);
	return count > 0;
}

void
forecast_clock(struct update *update, const struct command *command)
{
	struct forecast *forecast = &update->model->forecast;
	const char *word = command->argument_count > 0 ? command->arguments[0] : NULL;

	if (word && command->argument_count == 1 && strcmp(word, "clear") == 0) {
		clear_clock(forecast);
	} else if (command->argument_count > 1 && strcmp(command->arguments[1], "down") == 0) {
		if (!has_server(update, word))
			return;
		if (!read_outage(forecast, command)) {
			update_message(update, MESSAGE_ERROR,
			    "Expected `clock %s down 09:00 15:00`, with `sent 10:30` behind it "
			    "for a message of another time.",
			    word);
			return;
		}
	} else if (word && (command->argument_count > 1 || !move_hand(forecast, word))) {
		update_message(update, MESSAGE_ERROR,
		    "Expected a time such as +1h or -30m, `clear`, or an outage such as "
		    "`primary down 09:00 15:00`.");
		return;
	}
	forecast->ticket = 0;
	view_show(update, VIEW_CLOCK);
}
