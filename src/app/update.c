/*
 * app_update(): each event to the function that knows what it means. This file holds the two
 * tables - events, verbs - and the verbs that only pass something on to the front end; the rest
 * is in update_study.c (inquiries), update_ask.c (questions), update_probe.c (probes), update_view.c
 * (what is seen) and update_settings.c.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"

#include "app/update.h"
#include "app/update_parts.h"

enum {
	JOINED_MAX =
	    300, /* octets of sentences about a file behind which others are only counted */
};

/* True when the status line tells what is wrong with lines of a file: nothing else of that takes its place. */
static bool
is_kept(const struct update *update)
{
	const struct model *model = update->model;

	return (update->startup || update->where != NULL) && model->rows > 0 &&
	    model->message != NULL && model->message_of_file;
}

/* Puts the sentence in place of what is told; takes it. */
static void
replace(struct update *update, enum message_kind kind, char *sentence)
{
	struct model *model = update->model;

	update_forget_message(update);
	model->message = sentence;
	model->message_kind = kind;
	model->message_of_file =
	    kind == MESSAGE_ERROR && (update->startup || update->where != NULL);
	model->message_kept = strlen(sentence);
}

/* Puts the sentence behind what is told, or counts it where that is long; takes it. */
static void
append(struct update *update, char *sentence)
{
	struct model *model = update->model;
	struct buf text = BUF_INIT;

	buf_add(&text, model->message, model->message_kept);
	if (model->message_more == 0 && model->message_kept < JOINED_MAX) {
		buf_addf(&text, " %s", sentence);
		model->message_kept = text.length;
	} else {
		buf_addf(&text, " And %zu more.", ++model->message_more);
	}
	free(sentence);
	free(model->message);
	model->message = buf_take(&text);
}

void
update_message(struct update *update, enum message_kind kind, const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list arguments;

	if (kind != MESSAGE_ERROR && (update->startup || is_kept(update)))
		return;
	if (update->where != NULL && kind == MESSAGE_ERROR)
		buf_addf(&text, "%s: ", update->where);
	va_start(arguments, format);
	buf_addv(&text, format, arguments);
	va_end(arguments);
	if (is_kept(update))
		append(update, buf_take(&text));
	else
		replace(update, kind, buf_take(&text));
	update->model->answers++;
}

void
update_forget_message(struct update *update)
{
	struct model *model = update->model;

	free(model->message);
	model->message = NULL;
	model->message_kind = MESSAGE_NONE;
	model->message_of_file = false;
	model->message_kept = model->message_more = 0;
}

/* Returns a copy of the command's argument, NULL when it has none at this place. */
static char *
argument(const struct command *command, int i)
{
	return i < command->argument_count ? mem_strdup(command->arguments[i]) : NULL;
}

/* Orders an effect that carries the command's arguments to the front end or the engine. */
static void
pass_on(struct update *update, enum effect_kind kind, const struct command *command)
{
	const struct effect effect = {
		.kind = kind,
		.text = argument(command, 0),
		.more = argument(command, 1),
	};

	effects_add(update->effects, &effect);
}

/* Looks up the domain of a scenario, where the laboratory is on: false when it is not. */
static bool
look_up_scenario(struct update *update, const char *name)
{
	const struct model *model = update->model;

	for (size_t i = 0; i < model->scenario_count; i++) {
		struct command lookup = { .verb = VERB_LOOKUP, .argument_count = 1 };

		if (strcmp(model->scenarios[i].name, name) != 0)
			continue;
		lookup.arguments[0] = mem_strdup(model->scenarios[i].domain);
		study_lookup(update, &lookup);
		command_clear(&lookup);
		return true;
	}
	return false;
}

static void
pass_lab(struct update *update, const struct command *command)
{
	if (command->argument_count > 0 && look_up_scenario(update, command->arguments[0]))
		return;
	pass_on(update, EFFECT_LAB, command);
}

static void
pass_bind(struct update *update, const struct command *command)
{
	pass_on(update, EFFECT_BIND, command);
}

static void
pass_theme(struct update *update, const struct command *command)
{
	pass_on(update, EFFECT_THEME, command);
}

static void
pass_screen(struct update *update, const struct command *command)
{
	pass_on(update, EFFECT_SCREEN, command);
}

static void
pass_source(struct update *update, const struct command *command)
{
	pass_on(update, EFFECT_SOURCE, command);
}

static void
pass_save(struct update *update, const struct command *command)
{
	pass_on(update, EFFECT_REPORT, command);
}

static void
pass_record(struct update *update, const struct command *command)
{
	pass_on(update, EFFECT_RECORD, command);
}

static void
pass_replay(struct update *update, const struct command *command)
{
	pass_on(update, EFFECT_REPLAY, command);
}

static void
pass_step(struct update *update, const struct command *command)
{
	pass_on(update, EFFECT_STEP, command);
}

static void
pass_copy(struct update *update, const struct command *command)
{
	pass_on(update, EFFECT_COPY, command);
}

static void
pass_wait(struct update *update, const struct command *command)
{
	pass_on(update, EFFECT_WAIT, command);
}

static void
pass_redraw(struct update *update, const struct command *command)
{
	pass_on(update, EFFECT_REDRAW, command);
}

static void
pass_suspend(struct update *update, const struct command *command)
{
	pass_on(update, EFFECT_SUSPEND, command);
}

static void
quit(struct update *update, const struct command *command)
{
	update->model->quitting = true;
	pass_on(update, EFFECT_QUIT, command);
}

static void (*const verbs[verb_count])(struct update *, const struct command *) = {
	[VERB_LOOKUP] = study_lookup,
	[VERB_RELOAD] = study_reload,
	[VERB_CLOSE] = study_close,
	[VERB_PROBE] = probe_command,
	[VERB_STOP] = study_stop,
	[VERB_RCPT] = study_rcpt,
	[VERB_CERTIFICATES] = probe_certificates,
	[VERB_SENDER] = setting_sender,
	[VERB_WHAT_IF] = what_if_command,
	[VERB_MX] = what_if_mx,
	[VERB_VANTAGE] = setting_vantage,
	[VERB_SEED] = setting_seed,
	[VERB_LAB] = pass_lab,
	[VERB_DIG] = dig_command,
	[VERB_COMPARE] = compare_command,
	[VERB_TRACE] = trace_command,
	[VERB_FILTER] = view_filter,
	[VERB_SEARCH] = search_command,
	[VERB_MATCH] = search_match,
	[VERB_COUNT] = view_count_digit,
	[VERB_PALETTE] = view_palette,
	[VERB_SORT] = view_sort,
	[VERB_FOCUS] = view_focus,
	[VERB_MOVE] = view_move,
	[VERB_OPEN] = view_open,
	[VERB_WALK] = walk_command,
	[VERB_NEXT] = tutor_next,
	[VERB_BACK] = tutor_back,
	[VERB_LEAVE] = view_leave,
	[VERB_VIEW] = view_command,
	[VERB_SIMULATE] = forecast_simulate,
	[VERB_CLOCK] = forecast_clock,
	[VERB_EXPLAIN] = view_explain,
	[VERB_WHY] = view_why,
	[VERB_LESSON] = tutor_lesson,
	[VERB_QUIZ] = tutor_quiz,
	[VERB_ANSWER] = tutor_answer,
	[VERB_RESIZE] = view_resize,
	[VERB_ZOOM] = view_zoom,
	[VERB_COPY] = pass_copy,
	[VERB_MOUSE] = setting_mouse,
	[VERB_SET] = setting_set,
	[VERB_BIND] = pass_bind,
	[VERB_UNBIND] = pass_bind,
	[VERB_THEME] = pass_theme,
	[VERB_NET] = setting_net,
	[VERB_HELP] = view_help_on,
	[VERB_WAIT] = pass_wait,
	[VERB_SCREEN] = pass_screen,
	[VERB_SOURCE] = pass_source,
	[VERB_WATCH] = watch_command,
	[VERB_DIFF] = past_diff,
	[VERB_NOTE] = past_note,
	[VERB_PIN] = past_pin,
	[VERB_SAVE] = pass_save,
	[VERB_RECORD] = pass_record,
	[VERB_REPLAY] = pass_replay,
	[VERB_STEP] = pass_step,
	[VERB_REDRAW] = pass_redraw,
	[VERB_SUSPEND] = pass_suspend,
	[VERB_QUIT] = quit,
};

static void
on_command(struct update *update, const struct event *event)
{
	if (!event->startup && !is_kept(update))
		update_forget_message(update);
	verbs[event->command.verb](update, &event->command);
	if (event->command.verb != VERB_COUNT)
		update->model->count = 0; /* it was for this one */
}

static void
on_notice(struct update *update, const struct event *event)
{
	struct effect effect = { .kind = EFFECT_NOTICE };

	update_message(update, event->message, "%s", event->text);
	if (event->message != MESSAGE_ERROR)
		return;
	effect.text = mem_strdup(event->text);
	effects_add(update->effects, &effect);
}

/* What is remembered; or it is known now that nothing will be. */
static void
on_history(struct update *update, const struct event *event)
{
	if (event->text == NULL) {
		domains_remember(update, event);
		return;
	}
	update->model->settings.keeping = KEEPING_BROKEN;
	on_notice(update, event);
}

/* An answer, to whoever asked. */
static void
on_dns(struct update *update, const struct event *event)
{
	if (!dig_answered(update, event) && !trace_answered(update, event) &&
	    !compare_answered(update, event))
		ask_answered(update, event);
}

static void
on_resize(struct update *update, const struct event *event)
{
	update->model->rows = event->rows;
	update->model->columns = event->columns;
}

static void
on_tick(struct update *update, const struct event *event)
{
	(void)event;
	update->model->spinner++;
	watch_tick(update);
}

static void
on_bound(struct update *update, const struct event *event)
{
	bindings_set(&update->model->bindings, event->name, event->text);
}

/* A key was pressed: what it says is shown beside it. */
static void
on_key(struct update *update, const struct event *event)
{
	struct pressed *pressed = &update->model->pressed;

	free(pressed->key);
	free(pressed->command);
	pressed->key = event->name == NULL ? NULL : mem_strdup(event->name);
	pressed->command = event->text == NULL ? NULL : mem_strdup(event->text);
}

/* Somebody types in the prompt: the last answer gives way to what is said of the new line. */
static void
on_typing(struct update *update, const struct event *event)
{
	(void)event;
	update_forget_message(update);
}

/* The laboratory is on: its documentation addresses count as public from here on. */
static void
on_lab(struct update *update, const struct event *event)
{
	static const char *const documentation[] = { "192.0.2.0/24", "198.51.100.0/24",
		"203.0.113.0/24", "2001:db8::/32" };
	struct model *model = update->model;
	struct special_policy *special = &model->settings.special;

	model->settings.lab = true;
	model->scenarios = event->scenarios;
	model->scenario_count = event->scenario_count;
	free(model->settings.server);
	model->settings.server = mem_strdup(event->text);
	dns_records_clear(&model->settings.hints);
	for (size_t i = 0; i < event->hints.count; i++)
		dns_records_copy(&model->settings.hints, &event->hints.items[i]);
	for (size_t i = 0; i < sizeof documentation / sizeof *documentation; i++) {
		if (special->allowed_count < SPECIAL_PREFIXES_MAX &&
		    ip_prefix_parse(
			&special->allowed[special->allowed_count], documentation[i]))
			special->allowed_count++;
	}
	domains_forget(update);
	if (model->domain_count == 0)
		view_show(update, VIEW_SCENARIOS);
	update_message(update, MESSAGE_INFO,
	    "The laboratory is on: every server is made up, and no packet leaves this "
	    "machine.");
}

static void (*const events[])(struct update *, const struct event *) = {
	[EVENT_COMMAND] = on_command,
	[EVENT_DNS] = on_dns,
	[EVENT_PROBE] = probe_reported,
	[EVENT_VERIFIED] = policy_verified,
	[EVENT_POLICY] = policy_fetched,
	[EVENT_HISTORY] = on_history,
	[EVENT_SNAPSHOTS] = past_snapshots,
	[EVENT_NOTICE] = on_notice,
	[EVENT_RESIZE] = on_resize,
	[EVENT_LAYOUT] = view_layout,
	[EVENT_SELECT] = view_select,
	[EVENT_FOUND] = search_found,
	[EVENT_BOUND] = on_bound,
	[EVENT_TYPING] = on_typing,
	[EVENT_KEY] = on_key,
	[EVENT_LAB] = on_lab,
	[EVENT_LESSON] = tutor_begin,
	[EVENT_RAN] = tutor_ran,
	[EVENT_TICK] = on_tick,
};

void
app_update(
    struct model *model, const struct event *event, struct moment now, struct effects *effects)
{
	struct update update = {
		.model = model,
		.effects = effects,
		.now = now,
		.where = event->kind == EVENT_COMMAND || event->kind == EVENT_NOTICE
		    ? event->name
		    : NULL,
		.startup = event->startup,
	};
	bool held;

	model->now_us = now.us;
	model->now_time = now.time;
	model->dirty = true;
	held = model->prompt && model->typing && !event->typed;
	events[event->kind](&update, event);
	model->prompt = model->prompt || held;
	if (event->typed)
		model->typing = model->prompt;
	tutor_refresh(&update);
	forecast_refresh(&update);
	past_refresh(&update);
	chain_refresh(&update);
}
