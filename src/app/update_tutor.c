/*
 * `lesson`, `quiz`, `answer`, `next` and `back`. Decides when a step is entered, when a
 * question is asked - when its commands are carried out and nothing is in flight any more - and
 * what a lesson leaves behind: the user's sender, seed and vantage as they were, nothing
 * pretended. What a question is comes from mail/quiz.h, what the commands do from their verbs.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "app/update_parts.h"

enum {
	/*
	 * Rounds of the queue until a step's commands are done: `lab NAME` queues a lookup of its
	 * own, behind the first.
	 */
	ROUNDS = 2,
};

/* --- settings that a lesson may change -------------------------------------------- */

/* Keeps the user's settings. */
static void
save_settings(struct model *model)
{
	model->tutor.saved = (struct tutor_settings){
		.sender = model->settings.sender,
		.seed = model->settings.seed,
		.vantage = model->settings.vantage,
	};
}

/* Gives them back. */
static void
restore_settings(struct update *update)
{
	struct model *model = update->model;
	const struct tutor_settings *saved = &model->tutor.saved;

	model->settings.sender = saved->sender;
	model->settings.seed = saved->seed;
	model->settings.vantage = saved->vantage;
	study_sender_changed(update);
}

/* --- steps ---------------------------------------------------------------------------- */

/* Takes the open question away. */
static void
drop_question(struct tutor *tutor)
{
	quiz_clear(&tutor->quiz);
	tutor->asked = tutor->answered = false;
	tutor->pending = false;
	tutor->top = 0;
}

/* Orders the commands, one a line, to be run; EVENT_RAN comes behind them. */
static void
run(struct update *update, struct buf *commands)
{
	const struct effect effect = { .kind = EFFECT_RUN, .text = buf_take(commands) };

	update->model->tutor.running = ROUNDS;
	effects_add(update->effects, &effect);
}

/* Appends the commands of a step. */
static void
add_commands(struct buf *commands, const struct lesson_step *step)
{
	for (size_t i = 0; i < step->command_count; i++)
		buf_addf(commands, "%s\n", step->commands[i]);
}

/* Takes back what is pretended about the selected domain, without a word. */
static void
clear_pretence(struct update *update)
{
	static char clear[] = "clear";
	const struct command command = {
		.verb = VERB_WHAT_IF,
		.arguments = { clear },
		.argument_count = 1,
	};

	if (model_selected_inquiry(update->model))
		what_if_command(update, &command);
	update_forget_message(update);
}

/* Enters the step that is set, by way of the steps from `first` on. */
static void
enter(struct update *update, size_t first)
{
	struct model *model = update->model;
	struct tutor *tutor = &model->tutor;
	struct buf commands = BUF_INIT;

	drop_question(tutor);
	model->view = VIEW_NONE;
	model->zoomed = false;
	for (size_t i = first; i <= tutor->step; i++)
		add_commands(&commands, &tutor->lesson.steps[i]);
	tutor->pending = tutor_step(tutor)->asks;
	run(update, &commands);
}

/* Closes lesson or quiz. */
static void
leave(struct update *update)
{
	struct tutor *tutor = &update->model->tutor;

	if (tutor->lesson.count > 0) {
		clear_pretence(update);
		restore_settings(update);
		update->model->view = VIEW_NONE;
	}
	if (tutor->questions > 0)
		update_message(update, MESSAGE_INFO, "%u of %u answers were right.",
		    tutor->right, tutor->questions);
	tutor_clear(tutor);
}

void
tutor_lesson(struct update *update, const struct command *command)
{
	struct effect effect = { .kind = EFFECT_LESSON };

	if (command->argument_count == 0) {
		view_show(update, VIEW_LESSONS);
		return;
	}
	effect.text = mem_strdup(command->arguments[0]);
	effects_add(update->effects, &effect);
}

void
tutor_begin(struct update *update, const struct event *event)
{
	struct tutor *tutor = &update->model->tutor;
	struct lesson lesson;
	char *error = lesson_parse(&lesson, event->name, event->text, NULL);

	if (error) { /* the front end has looked before */
		update_message(update, MESSAGE_ERROR, "%s", error);
		free(error);
		return;
	}
	if (tutor->open)
		leave(update);
	save_settings(update->model);
	tutor->lesson = lesson;
	tutor->open = true;
	update->model->prompt = false;
	walk_leave(update); /* the keys that step are the lesson's now */
	enter(update, 0);
}

/* --- questions --------------------------------------------------------------------------- */

/* What can be asked of the selected inquiry; false while its answers are still to come. */
static bool
find_world(const struct model *model, struct quiz_world *world, struct plan_settings *settings)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);

	if (!inquiry || inquiry_busy(inquiry) || !inquiry->facts.mx_known)
		return false;
	*settings = model_plan_settings(model);
	*world = (struct quiz_world){
		.facts = &inquiry->facts,
		.plan = &inquiry->plan,
		.verdict = &inquiry->verdict,
		.settings = settings,
	};
	return true;
}

/* Asks the question of the lesson's step. */
static void
ask_of_step(struct tutor *tutor, const struct quiz_world *world)
{
	tutor->asked = quiz_make(&tutor->quiz, tutor_step(tutor)->question, world);
}

/* Asks the next question that makes sense. */
static void
ask_of_quiz(struct update *update, const struct quiz_world *world)
{
	struct tutor *tutor = &update->model->tutor;

	for (unsigned tries = 0; tries < quiz_kind_count && !tutor->asked; tries++) {
		unsigned kind = tutor->round++ % quiz_kind_count;

		tutor->asked = quiz_make(&tutor->quiz, (enum quiz_kind)kind, world);
	}
	if (!tutor->asked) {
		leave(update);
		update_message(
		    update, MESSAGE_INFO, "There is nothing to ask about this domain.");
	}
}

/* True when another domain is selected than the one that was asked about. */
static bool
is_elsewhere(const struct model *model)
{
	const struct domain *domain = model_selected_domain(model);
	const char *about = model->tutor.about;

	return about != NULL && (domain == NULL || strcmp(domain->key, about) != 0);
}

/* Notes which domain the question is about. */
static void
note_domain(struct model *model)
{
	free(model->tutor.about);
	model->tutor.about = mem_strdup(model_selected_domain(model)->key);
}

/* Takes away a question whose domain is no longer selected, so that one about this comes. */
static void
follow_selection(struct model *model)
{
	struct tutor *tutor = &model->tutor;
	const struct lesson_step *step = tutor_step(tutor);

	if (!is_elsewhere(model))
		return;
	drop_question(tutor);
	tutor->pending = step == NULL || step->asks;
}

void
tutor_refresh(struct update *update)
{
	struct model *model = update->model;
	struct tutor *tutor = &model->tutor;
	struct plan_settings settings;
	struct quiz_world world;

	follow_selection(model);
	if (!tutor->pending || tutor->running > 0 || !find_world(model, &world, &settings))
		return;
	tutor->pending = false;
	note_domain(model);
	if (tutor->lesson.count > 0)
		ask_of_step(tutor, &world);
	else
		ask_of_quiz(update, &world);
}

void
tutor_ran(struct update *update, const struct event *event)
{
	struct tutor *tutor = &update->model->tutor;
	const struct effect again = { .kind = EFFECT_RUN };

	(void)event;
	if (tutor->running > 0 && --tutor->running > 0)
		effects_add(update->effects, &again);
}

void
tutor_quiz(struct update *update, const struct command *command)
{
	struct tutor *tutor = &update->model->tutor;

	(void)command;
	if (!model_selected_inquiry(update->model)) {
		update_message(update, MESSAGE_ERROR,
		    "No domain is studied: look one up, then begin the quiz.");
		return;
	}
	if (tutor->open)
		leave(update);
	walk_leave(update);
	tutor->open = tutor->pending = true;
	update->model->view = VIEW_NONE;
	update->model->prompt = false;
}

/* The index of the choice that a word means, by number or by its text; SIZE_MAX for none. */
static size_t
choice_of(const struct quiz *quiz, const char *word)
{
	long number;

	if (text_number(word, 1, (long)quiz->count, &number))
		return (size_t)number - 1;
	for (size_t i = 0; i < quiz->count; i++) {
		if (text_equal_nocase(word, quiz->choices[i]))
			return i;
	}
	return SIZE_MAX;
}

void
tutor_answer(struct update *update, const struct command *command)
{
	struct tutor *tutor = &update->model->tutor;
	size_t choice;

	if (!tutor_is_asking(tutor)) {
		update_message(update, MESSAGE_ERROR,
		    "No question is open: `quiz` asks one about the selected domain.");
		return;
	}
	choice = choice_of(&tutor->quiz, command->arguments[0]);
	if (choice == SIZE_MAX) {
		update_message(
		    update, MESSAGE_ERROR, "Expected a number, 1 to %zu.", tutor->quiz.count);
		return;
	}
	tutor->chosen = choice;
	tutor->answered = true;
	tutor->questions++;
	tutor->right += choice == tutor->quiz.right;
	update->model->focus = PANE_MX;
	tutor->top = 0;
}

/* --- next and back -------------------------------------------------------------------------- */

/* Shows the next lines of a strip that does not hold all: false when all have shown. */
static bool
turn_page(struct tutor *tutor)
{
	if (tutor->rows == 0 || tutor->top + tutor->rows >= tutor->total)
		return false;
	tutor->top += tutor->rows;
	return true;
}

/* Goes to the next step, or ends the lesson behind the last. */
static void
next_step(struct update *update)
{
	struct tutor *tutor = &update->model->tutor;

	if (tutor->step + 1 < tutor->lesson.count) {
		tutor->step++;
		enter(update, tutor->step);
	} else {
		leave(update);
	}
}

void
tutor_next(struct update *update, const struct command *command)
{
	struct tutor *tutor = &update->model->tutor;

	bool in_view = update->model->view != VIEW_NONE && !tutor->open;

	if (in_view && command->argument_count > 0) {
		view_page_down(update);
	} else if (in_view || model_is_searching(update->model)) {
		search_next(update);
	} else if (!tutor->open || update->model->walking) {
		walk_next(update, command);
	} else if (tutor_is_asking(tutor)) {
		if (!turn_page(tutor))
			update_message(update, MESSAGE_INFO,
			    "Answer first: a number from 1 to %zu.", tutor->quiz.count);
	} else if (!turn_page(tutor)) {
		if (tutor->lesson.count > 0) {
			next_step(update);
		} else {
			drop_question(tutor);
			tutor->pending = true;
		}
	}
}

void
tutor_back(struct update *update, const struct command *command)
{
	struct tutor *tutor = &update->model->tutor;

	if (!tutor->open || update->model->walking || update->model->prompt) {
		walk_back(update, command);
	} else if (tutor->top > 0) {
		tutor->top = tutor->top > tutor->rows ? tutor->top - tutor->rows : 0;
	} else if (tutor->lesson.count > 0 && tutor->step > 0) {
		clear_pretence(update);
		restore_settings(update);
		tutor->step--;
		enter(update, 0);
	}
}

bool
tutor_leave(struct update *update)
{
	bool was = update->model->tutor.open;

	if (was)
		leave(update);
	return was;
}
