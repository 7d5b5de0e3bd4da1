/*
 * The rows of the domains pane: found by their canonical spelling, added, removed, and filled with what
 * the history remembers. What is studied in a row is update_study.c's; which rows show, and in
 * what order, is update_view.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"

#include "app/update_parts.h"

size_t
domains_find(const struct model *model, const char *key)
{
	for (size_t i = 0; i < model->domain_count; i++) {
		if (strcmp(model->domains[i].key, key) == 0)
			return i;
	}
	return SIZE_MAX;
}

size_t
domains_add(struct model *model, char *name, char *key, int64_t time)
{
	model->domains = mem_grow(model->domains, model->domain_count, &model->domain_capacity,
	    sizeof *model->domains);
	model->domains[model->domain_count] = (struct domain){
		.name = name,
		.key = key,
		.time = time,
	};
	return model->domain_count++;
}

/* Frees what the row holds. */
static void
clear_row(struct domain *domain)
{
	inquiry_free(domain->inquiry);
	free(domain->name);
	free(domain->key);
	free(domain->past_status);
	free(domain->past_sentence);
	free(domain->note);
	watch_free(domain->watch);
}

void
domains_remove(struct model *model, struct domain *domain)
{
	size_t behind = (size_t)(model->domains + model->domain_count - domain) - 1;

	clear_row(domain);
	memmove(domain, domain + 1, behind * sizeof *domain);
	model->domain_count--;
}

/* --- what the history remembers --------------------------------------------------- */

/*
 * True for a domain that is spelled canonically beyond doubt: of ten thousand remembered names nearly all,
 * and they need not be taken apart to show the pane.
 */
static bool
is_canonical(const char *name)
{
	struct dns_name parsed;
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.");
	const char *last = strrchr(name, '.');

	return name[n] == '\0' && last != NULL && last[1] >= 'a' &&
	    strstr(name, "--") == NULL && dns_name_parse(&parsed, name) == DNS_NAME_OK &&
	    dns_name_is_hostname(&parsed);
}

/* A remembered entry, its key, and the name that is shown, while the history is taken in. */
struct memory {
	const struct history_entry *entry;
	char *key, *name;
};

/* The subject as it is shown where nobody has typed it. */
static char *
shown_name(const struct mail_subject *subject)
{
	char *domain = mail_subject_unicode(subject);
	struct buf name = BUF_INIT;

	if (subject->local_part != NULL)
		buf_addf(&name, "%s@", subject->local_part);
	buf_adds(&name, domain);
	free(domain);
	return buf_take(&name);
}

/* Reads the name of a remembered entry: false for what is no name, for the history is a file. */
static bool
read_memory(struct memory *memory, const struct history_entry *entry)
{
	struct mail_subject subject;
	char *error;

	*memory = (struct memory){ .entry = entry };
	if (is_canonical(entry->name)) {
		memory->key = mem_strdup(entry->name);
		memory->name = mem_strdup(entry->name);
		return true;
	}
	error = mail_subject_parse(&subject, entry->name);
	if (error != NULL) {
		free(error);
		return false;
	}
	memory->key = model_key(&subject);
	memory->name = shown_name(&subject);
	mail_subject_clear(&subject);
	return true;
}

/* By key, the newest first. */
static int
compare_memories(const void *a, const void *b)
{
	const struct memory *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order != 0
	    ? order
	    : (x->entry->time < y->entry->time) - (x->entry->time > y->entry->time);
}

/*
 * Adds one memory to the row with its key, which is among the first `live` ones, or to a new row. What was
 * found, noted or pinned in this session meanwhile stays.
 */
static void
remember(struct model *model, size_t live, struct memory *memory)
{
	const struct history_entry *entry = memory->entry;
	struct domain *domain = NULL;

	for (size_t i = 0; i < live && domain == NULL; i++) {
		if (strcmp(model->domains[i].key, memory->key) == 0)
			domain = &model->domains[i];
	}
	if (domain == NULL) {
		size_t i = domains_add(model, memory->name, memory->key, entry->time);

		domain = &model->domains[i];
		memory->key = memory->name = NULL;
	}
	if (domain->past_sentence == NULL) {
		domain->past_sentence = mem_strdup(entry->sentence);
		domain->past_status = mem_strdup(entry->status);
		domain->past_kind = entry->kind;
	}
	domain->changed = domain->changed || entry->changed;
	domain->pinned = domain->pinned || entry->pinned;
	if (domain->note == NULL)
		domain->note = mem_strdup(entry->note);
}

void
domains_remember(struct update *update, const struct event *event)
{
	struct memory *memories = mem_calloc(event->entry_count, sizeof *memories);
	size_t count = 0, live = update->model->domain_count;

	for (size_t i = 0; i < event->entry_count; i++) {
		if (read_memory(&memories[count], &event->entries[i]))
			count++;
	}
	qsort(memories, count, sizeof *memories, compare_memories);
	for (size_t i = count; i-- > 0;) { /* from the end: keys before it are still there */
		if (i == 0 || strcmp(memories[i].key, memories[i - 1].key) != 0)
			remember(update->model, live, &memories[i]);
		free(memories[i].key);
		free(memories[i].name);
	}
	free(memories);
	view_domains_changed(update);
}

void
domains_forget(struct update *update)
{
	struct model *model = update->model;
	const struct domain *selected = model_selected_domain(model);
	size_t kept = 0, stays = SIZE_MAX;

	for (size_t i = 0; i < model->domain_count; i++) {
		struct domain *domain = &model->domains[i];

		if (domain->inquiry == NULL) {
			clear_row(domain);
			continue;
		}
		if (domain == selected)
			stays = kept;
		model->domains[kept++] = *domain;
	}
	past_clear(&model->past);
	if (kept == model->domain_count)
		return;
	model->domain_count = kept;
	view_domain_closed(update);
	if (stays != SIZE_MAX)
		view_select_domain(update, stays);
}
