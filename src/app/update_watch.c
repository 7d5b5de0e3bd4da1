/*
 * `watch`: a domain is asked again when its time has come, and what it finds is held against the time
 * before. Only a change of meaning is told, and rings.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/span.h"
#include "util/text.h"

#include "app/update_parts.h"

/* Reads "30", "30s", "5m", "2h" as seconds. */
static bool
parse_interval(const char *text, int64_t *seconds)
{
	static const struct {
		char unit;
		long seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 } };
	size_t n = strlen(text);
	long value, factor = 1;
	char *digits;
	bool ok;

	for (size_t i = 0; n > 0 && i < sizeof units / sizeof *units; i++) {
		if (text[n - 1] == units[i].unit) {
			factor = units[i].seconds;
			n--;
			break;
		}
	}
	digits = mem_strndup(text, n);
	ok = text_number(digits, 1, WATCH_LONGEST_S, &value);
	free(digits);
	*seconds = value * factor;
	return ok && *seconds >= WATCH_SHORTEST_S && *seconds <= WATCH_LONGEST_S;
}

/* Says when the watched domain is asked next. */
static void
schedule(struct update *update, struct domain *domain)
{
	struct watch *watch = domain->watch;
	int64_t wait = watch->interval_us > 0
	    ? watch->interval_us
	    : watch_ttl(&domain->inquiry->facts) * SPAN_SECOND;

	watch->next_us = update->now.us + wait;
}

/* Begins the watch of a domain, or gives it another interval. */
static void
begin(struct update *update, struct domain *domain, int64_t interval_us)
{
	if (domain->watch == NULL)
		domain->watch = watch_new(interval_us, INT64_MAX);
	domain->watch->interval_us = interval_us;
	if (domain->inquiry == NULL)
		study_open(update, domain);
	else if (domain->inquiry->stopped)
		watch_stopped(update, domain);
	else if (domain->inquiry->ended_us != 0)
		watch_ended(update, domain);
	view_show(update, VIEW_WATCH);
}

void
watch_command(struct update *update, const struct command *command)
{
	struct domain *domain = study_selected(update->model);
	const char *word = command->argument_count > 0 ? command->arguments[0] : NULL;
	int64_t seconds = 0;

	if (domain == NULL) {
		update_message(update, MESSAGE_ERROR, "There is no domain to watch.");
		return;
	}
	if (word != NULL && strcmp(word, "off") == 0) {
		update_message(update, MESSAGE_INFO,
		    domain->watch == NULL ? "%s is not watched." : "%s is watched no more.",
		    domain->name);
		watch_free(domain->watch);
		domain->watch = NULL;
		return;
	}
	if (word != NULL && !parse_interval(word, &seconds)) {
		update_message(update, MESSAGE_ERROR,
		    "`watch` expects an interval from 10s to 24h, such as 30s, 5m or 1h; or "
		    "off.");
		return;
	}
	if (study_network_on(update))
		begin(update, domain, seconds * SPAN_SECOND);
}

/* Tells what changed since the time before, and rings. */
static void
tell(struct update *update, struct domain *domain, const struct diff *diff)
{
	const struct effect bell = { .kind = EFFECT_BELL };

	domain->changed = true;
	for (size_t i = 0; i < diff->meanings; i++)
		watch_note_change(domain->watch, diff->changes[i].text, update->now.time);
	effects_add(update->effects, &bell);
	if (diff->meanings > 1)
		update_message(update, MESSAGE_INFO, "%s changed: %s; and %zu more.",
		    domain->name, diff->changes[0].text, diff->meanings - 1);
	else
		update_message(update, MESSAGE_INFO, "%s changed: %s.", domain->name,
		    diff->changes[0].text);
}

/* Holds what was found against the time before. */
static void
compare(struct update *update, struct domain *domain, const char *facts)
{
	const char *earlier = domain->watch->facts;
	struct snapshot before = { 0 }, after = { 0 };
	struct diff diff;

	if (earlier == NULL)
		return;
	if (snapshot_read(&before, earlier, strlen(earlier)) &&
	    snapshot_read(&after, facts, strlen(facts))) {
		diff_make(&diff, &before, &after);
		if (diff.meanings > 0)
			tell(update, domain, &diff);
		diff_clear(&diff);
	} else {
		update_message(update, MESSAGE_ERROR,
		    "What was found of %s, now or the time before, takes more than %d octets: "
		    "it is not compared.",
		    domain->name, (int)SNAPSHOT_LINE_MAX);
	}
	snapshot_clear(&after);
	snapshot_clear(&before);
}

void
watch_ended(struct update *update, struct domain *domain)
{
	char *facts;

	if (domain->watch == NULL)
		return;
	facts = past_facts(update->model, domain);
	compare(update, domain, facts);
	free(domain->watch->facts);
	domain->watch->facts = facts;
	watch_note(domain->watch, &domain->inquiry->facts, update->now.time);
	schedule(update, domain);
}

void
watch_stopped(struct update *update, struct domain *domain)
{
	if (domain->watch != NULL)
		schedule(update, domain);
}

void
watch_tick(struct update *update)
{
	struct model *model = update->model;

	for (size_t i = 0; i < model->domain_count; i++) {
		struct domain *domain = &model->domains[i];

		if (domain->watch == NULL || domain->watch->next_us > update->now.us ||
		    !model->settings.network)
			continue;
		domain->watch->next_us = INT64_MAX;
		study_again(update, domain);
	}
}
