/*
 * Memory: what is kept of an inquiry, the snapshots of a domain and what changed between two, notes and
 * pins; all by the domain's key, however it is typed. The file itself is history/store.h's; what a change means, history/diff.h's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "app/report_json.h"
#include "app/update_parts.h"

/* Forgets the snapshots. */
static void
clear_entries(struct past *past)
{
	for (size_t i = 0; i < past->count; i++)
		history_entry_clear(&past->entries[i]);
	free(past->entries);
}

void
past_clear(struct past *past)
{
	clear_entries(past);
	free(past->key);
	free(past->now);
	diff_clear(&past->diff);
	*past = (struct past){ 0 };
}

char *
past_facts(const struct model *model, const struct domain *domain)
{
	const struct report_subject subject = {
		.name = domain->name,
		.inquiry = domain->inquiry,
		.finished = true,
		.now_us = model->now_us,
		.now_time = model->now_time,
		.port = model->settings.port,
	};
	struct buf line = BUF_INIT;

	report_json(&line, &subject);
	return buf_take(&line);
}

/* --- comparing ----------------------------------------------------------------------- */

/* The facts with this number: 0 = now; NULL when there are none. */
static const char *
facts_of(const struct past *past, size_t number)
{
	if (number == 0)
		return past->now;
	return number <= past->count ? past->entries[number - 1].facts : NULL;
}

/* Takes the last two that there are to compare, unless the user chose. */
static void
choose(struct past *past)
{
	bool newest_is_now = past->now != NULL && past->count > 0 &&
	    past->entries[0].facts != NULL && strcmp(past->entries[0].facts, past->now) == 0;

	if (past->chosen)
		return;
	past->after = past->now != NULL ? 0 : 1;
	past->before = past->after + 1 + (past->now != NULL && newest_is_now);
}

/* Compares what is chosen. */
static void
compare(struct past *past)
{
	struct snapshot before, after;
	const char *then, *now;

	diff_clear(&past->diff);
	past->compared = false;
	choose(past);
	then = facts_of(past, past->before);
	now = facts_of(past, past->after);
	if (then == NULL || now == NULL || !snapshot_read(&before, then, strlen(then)))
		return;
	if (snapshot_read(&after, now, strlen(now))) {
		diff_make(&past->diff, &before, &after);
		past->compared = true;
		snapshot_clear(&after);
	}
	snapshot_clear(&before);
}

/* --- the view --------------------------------------------------------------------------- */

/* Asks for the snapshots of a domain. */
static void
recall(struct update *update, const struct domain *domain)
{
	struct past *past = &update->model->past;
	const struct effect effect = {
		.kind = EFFECT_RECALL,
		.text = mem_strdup(domain->key),
	};

	past_clear(past);
	past->key = mem_strdup(domain->key);
	if (domain->inquiry != NULL && domain->inquiry->ended_us != 0)
		past->now = past_facts(update->model, domain);
	effects_add(update->effects, &effect);
}

void
past_open(struct update *update, const struct domain *domain)
{
	recall(update, domain);
	view_show(update, VIEW_HISTORY);
}

void
past_refresh(struct update *update)
{
	const struct domain *domain = model_selected_domain(update->model);
	struct past *past = &update->model->past;

	if (update->model->view != VIEW_HISTORY)
		return;
	if (domain == NULL)
		past_clear(past);
	else if (past->key == NULL || strcmp(past->key, domain->key) != 0)
		recall(update, domain);
}

void
past_kept(struct update *update, const struct domain *domain)
{
	struct past *past = &update->model->past;
	const struct past chosen = *past;

	if (update->model->view != VIEW_HISTORY || past->key == NULL ||
	    strcmp(past->key, domain->key) != 0)
		return;
	recall(update, domain);
	past->before = chosen.before;
	past->after = chosen.after;
	past->chosen = chosen.chosen;
}

/* Reads "now", or the number of a snapshot. */
static bool
parse_number(const char *text, size_t *number)
{
	long value = 0;

	if (strcmp(text, "now") != 0 && !text_number(text, 1, HISTORY_RECALL_MAX, &value))
		return false;
	*number = (size_t)value;
	return true;
}

void
past_diff(struct update *update, const struct command *command)
{
	const struct domain *domain = model_selected_domain(update->model);
	struct past *past = &update->model->past;
	size_t before = 0, after = 0;

	if (domain == NULL) {
		update_message(update, MESSAGE_ERROR, "There is no domain to compare.");
		return;
	}
	if (command->argument_count > 0 &&
	    (!parse_number(command->arguments[0], &before) ||
		(command->argument_count > 1 &&
		    !parse_number(command->arguments[1], &after)))) {
		update_message(update, MESSAGE_ERROR,
		    "`diff` expects the numbers of two snapshots, 1 being the newest, or "
		    "`now`: "
		    "`diff 3 1`.");
		return;
	}
	past_open(update, domain);
	if (command->argument_count > 0) {
		past->before = before;
		past->after = after;
		past->chosen = true;
	}
}

/* Takes the snapshots that were asked for. When they were asked for again meanwhile, the last answer stays. */
void
past_snapshots(struct update *update, const struct event *event)
{
	struct past *past = &update->model->past;

	if (past->key == NULL || strcmp(past->key, event->text) != 0)
		return;
	clear_entries(past);
	past->entries = mem_calloc(event->entry_count, sizeof *past->entries);
	past->count = event->entry_count;
	for (size_t i = 0; i < past->count; i++) {
		const struct history_entry *entry = &event->entries[i];

		past->entries[i] = *entry;
		past->entries[i].name = mem_strdup(entry->name);
		past->entries[i].status = mem_strdup(entry->status);
		past->entries[i].sentence = mem_strdup(entry->sentence);
		past->entries[i].facts = mem_strdup(entry->facts);
		past->entries[i].note = mem_strdup(entry->note);
	}
	past->loaded = true;
	compare(past);
}

/* --- notes and pins ------------------------------------------------------------------------ */

/* For how long a note or a pin holds, where that must be said; the caller frees it. */
static char *
how_long(const struct model *model)
{
	const char *reason = model_forgets(model);
	struct buf text = BUF_INIT;

	if (reason != NULL)
		buf_addf(&text, " until the program ends, for %s", reason);
	return buf_take(&text);
}

void
past_note(struct update *update, const struct command *command)
{
	const struct domain *selected = model_selected_domain(update->model);
	struct domain *domain = study_selected(update->model);
	const char *note = command->argument_count > 0 ? command->arguments[0] : "";
	struct effect effect = { .kind = EFFECT_NOTE };
	char *limit;

	if (selected == NULL || strlen(note) > HISTORY_NOTE_MAX) {
		update_message(update, MESSAGE_ERROR, "%s",
		    selected == NULL ? "There is no domain to write a note about."
				     : "A note has at most 1000 octets.");
		return;
	}
	free(domain->note);
	domain->note = *note == '\0' ? NULL : text_printable_copy(note, strlen(note));
	effect.text = mem_strdup(domain->key);
	effect.more = mem_strdup(domain->note == NULL ? "" : domain->note);
	effects_add(update->effects, &effect);
	limit = how_long(update->model);
	if (domain->note == NULL)
		update_message(update, MESSAGE_INFO, "%s has no note now.", domain->name);
	else
		update_message(
		    update, MESSAGE_INFO, "The note about %s is kept%s.", domain->name, limit);
	free(limit);
}

void
past_pin(struct update *update, const struct command *command)
{
	struct domain *domain = study_selected(update->model);
	struct effect effect = { .kind = EFFECT_PIN };
	char *limit;

	(void)command;
	if (domain == NULL) {
		update_message(update, MESSAGE_ERROR, "There is no domain to pin.");
		return;
	}
	domain->pinned = !domain->pinned;
	effect.text = mem_strdup(domain->key);
	effect.fresh = domain->pinned;
	effects_add(update->effects, &effect);
	limit = how_long(update->model);
	update_message(update, MESSAGE_INFO,
	    domain->pinned ? "%s is pinned%s: it stands above the others."
			   : "%s is not pinned any more.",
	    domain->name, limit);
	free(limit);
	view_domains_changed(update);
}
