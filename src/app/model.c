/*
 * The model's life, and the questions that panes and reports ask it. It is changed in app/update*.c
 * and nowhere else.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/span.h"

#include "app/model.h"

NAMES_DEFINE(pane, PANES)
NAMES_DEFINE(view, VIEWS)
NAMES_DEFINE(sort_key, SORT_KEYS)
NAMES_DEFINE(edge, EDGES)

enum {
	SPINNER_US = 125000, /* a spinner turns eight times a second */
	TTL_STEP_US = 5 * SPAN_SECOND, /* between pictures of a TTL, to let the machine sleep */
};

bool
view_is_list(enum view view)
{
	return view == VIEW_SCENARIOS || view == VIEW_LESSONS;
}

void
model_init(struct model *model, const struct settings *settings)
{
	*model = (struct model){
		.settings = *settings,
		.prompt = true,
		.next_ticket = 1,
		.dirty = true,
	};
	forecast_init(&model->forecast);
}

void
model_clear(struct model *model)
{
	for (size_t i = 0; i < model->domain_count; i++) {
		struct domain *domain = &model->domains[i];

		inquiry_free(domain->inquiry);
		free(domain->name);
		free(domain->key);
		free(domain->past_status);
		free(domain->past_sentence);
		free(domain->note);
		watch_free(domain->watch);
	}
	visits_clear(&model->visits);
	free(model->domains);
	free(model->visible);
	forecast_clear(&model->forecast);
	past_clear(&model->past);
	dig_free(model->dig);
	compare_run_free(model->comparison);
	trace_run_free(model->trace);
	tutor_clear(&model->tutor);
	free(model->explained);
	free(model->reasoned);
	free(model->help_topic);
	free(model->filter);
	free(model->search.text);
	free(model->pressed.key);
	free(model->pressed.command);
	bindings_clear(&model->bindings);
	free(model->message);
	free(model->settings.mail_from);
	free(model->settings.server);
	dns_records_clear(&model->settings.hints);
	*model = (struct model){ 0 };
}

char *
model_key(const struct mail_subject *subject)
{
	struct buf key = BUF_INIT;

	if (subject->local_part != NULL)
		buf_addf(&key, "%s@", subject->local_part);
	buf_adds(&key, subject->ascii);
	return buf_take(&key);
}

const char *
model_forgets(const struct model *model)
{
	switch (model->settings.keeping) {
	case KEEPING_LAB:
		return NULL;
	case KEEPING_BROKEN:
		return "the history file cannot be used";
	case KEEPING_STUDIES:
	case KEEPING_NOTHING:
		break;
	}
	if (model->settings.lab)
		return "the laboratory keeps no history, unless it is started with a file "
		       "for it (--lab --history FILE)";
	return model->settings.keeping == KEEPING_NOTHING
	    ? "there is no history in this session"
	    : NULL;
}

bool
model_is_recalling(const struct model *model)
{
	return model->view == VIEW_HISTORY && model->past.key != NULL && !model->past.loaded &&
	    model_forgets(model) == NULL;
}

const struct domain *
model_selected_domain(const struct model *model)
{
	size_t selected = model->panes[PANE_DOMAINS].selected;

	if (selected >= model->visible_count)
		return NULL;
	return &model->domains[model->visible[selected]];
}

const struct inquiry *
model_selected_inquiry(const struct model *model)
{
	const struct domain *domain = model_selected_domain(model);

	if (domain == NULL || domain->inquiry == NULL || domain->inquiry->imagined == NULL)
		return domain == NULL ? NULL : domain->inquiry;
	return domain->inquiry->imagined;
}

const struct plan_row *
model_selected_row(const struct model *model)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	size_t selected = model->panes[PANE_MX].selected;

	if (inquiry == NULL || selected >= inquiry->plan.count)
		return NULL;
	return &inquiry->plan.rows[selected];
}

const struct mail_target *
model_selected_target(const struct model *model)
{
	const struct plan_row *row = model_selected_row(model);

	if (row == NULL || row->target == SIZE_MAX)
		return NULL;
	return &model_selected_inquiry(model)->facts.targets[row->target];
}

size_t
model_selected_real_target(const struct model *model)
{
	const struct domain *domain = model_selected_domain(model);
	const struct mail_target *target = model_selected_target(model);
	const struct mail_facts *facts;
	const char *host;

	if (target == NULL)
		return SIZE_MAX;
	facts = &domain->inquiry->facts;
	host = model_selected_inquiry(model)->facts.mx.exchanges[target->exchange].text;
	for (size_t i = 0; i < facts->target_count; i++) {
		if (ip_equal(&facts->targets[i].ip, &target->ip) &&
		    strcmp(facts->mx.exchanges[facts->targets[i].exchange].text, host) == 0)
			return i;
	}
	return SIZE_MAX;
}

bool
model_is_searching(const struct model *model)
{
	const struct text_search *search = &model->search;

	return search->text != NULL && search->view == model->view &&
	    (model->view != VIEW_NONE || search->pane == model->focus);
}

struct plan_settings
model_plan_settings(const struct model *model)
{
	const struct settings *settings = &model->settings;

	return (struct plan_settings){
		.sender = settings->sender,
		.seed = settings->seed,
		.ipv4 = settings->ipv4,
		.ipv6 = settings->ipv6,
		.special = settings->special,
		.vantage = settings->vantage,
	};
}

void
model_walk(const struct model *model, struct walk *walk)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	const struct settings *settings = &model->settings;

	*walk = (struct walk){ .count = 0 };
	if (inquiry == NULL)
		return;
	const struct walk_settings walk_settings = {
		.plan = model_plan_settings(model),
		.verdict = { .probing = settings->network && settings->probing,
		    .settled = !inquiry_busy(inquiry) },
		.port = settings->port,
	};
	walk_make(walk, &inquiry->facts, &inquiry->plan, &inquiry->verdict, &walk_settings);
}

const struct inquiry *
model_find_inquiry(const struct model *model, uint64_t ticket)
{
	for (size_t i = 0; i < model->domain_count; i++) {
		const struct inquiry *inquiry = model->domains[i].inquiry;

		if (inquiry != NULL && inquiry->ticket == ticket)
			return inquiry;
	}
	return NULL;
}

/* True while the result's TTL counts down. */
static bool
ttl_counts(const struct dns_result *result, int64_t now_us)
{
	return result != NULL && dns_result_ttl_left(result, now_us) > 0;
}

/* The first of the MX pane's answers whose TTL counts down, or NULL. */
static const struct dns_result *
counting(const struct inquiry *inquiry, int64_t now_us)
{
	const struct mail_facts *facts = &inquiry->facts;

	if (ttl_counts(facts->mx_result, now_us))
		return facts->mx_result;
	for (size_t i = 0; i < facts->mx.count; i++) {
		if (ttl_counts(facts->addresses[i].a, now_us))
			return facts->addresses[i].a;
		if (ttl_counts(facts->addresses[i].aaaa, now_us))
			return facts->addresses[i].aaaa;
	}
	return NULL;
}

/* The first answer of the resolvers that are compared on screen whose TTL counts down, or NULL. */
static const struct dns_result *
counting_compared(const struct model *model)
{
	const struct compare_run *run = model->comparison;

	if (model->view != VIEW_COMPARE || run == NULL || !run->machine->resolvers)
		return NULL;
	for (size_t i = 0; i < run->machine->server_count; i++) {
		const struct comparison_cell *cell =
		    &run->machine->servers[i].cells[COMPARE_MX];

		if (ttl_counts(cell->result, model->now_us))
			return cell->result;
	}
	return NULL;
}

/*
 * The next moment at which the TTL is a whole number of steps: all TTLs on screen are drawn anew
 * then, not each at its own time.
 */
static int64_t
tick_of_ttl(const struct dns_result *result, int64_t now_us)
{
	int64_t left = result->received_us + result->ttl * SPAN_SECOND - now_us;

	return now_us + (left - 1) % TTL_STEP_US + 1;
}

/*
 * The next moment at which an age in the domains pane reads differently. Ages of a day and more are
 * not waited for: they are right again with the next redraw.
 */
static int64_t
tick_of_ages(const struct model *model)
{
	int64_t soonest = INT64_MAX;

	for (size_t i = 0; i < model->visible_count; i++) {
		int64_t age = model->now_time - model->domains[model->visible[i]].time;
		int64_t unit = age < 3600 ? 60 : 3600;
		int64_t left = (age / unit + 1) * unit - age;

		if (age < 86400 && left < soonest)
			soonest = left;
	}
	return soonest == INT64_MAX ? INT64_MAX : model->now_us + soonest * SPAN_SECOND;
}

/* When the next watched domain is to be asked again. */
static int64_t
tick_of_watches(const struct model *model)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < model->domain_count; i++) {
		const struct watch *watch = model->domains[i].watch;

		if (watch != NULL && watch->next_us < next)
			next = watch->next_us;
	}
	return next;
}

int64_t
model_next_tick(const struct model *model)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	const struct dns_result *result;
	int64_t aging, watched = tick_of_watches(model);

	if (model->in_flight > 0)
		return model->now_us + SPINNER_US;
	result = inquiry == NULL ? NULL : counting(inquiry, model->now_us);
	if (result == NULL)
		result = counting_compared(model);
	aging = result != NULL ? tick_of_ttl(result, model->now_us) : tick_of_ages(model);
	if (model->view == VIEW_WATCH && watched != INT64_MAX)
		aging = model->now_us + SPAN_SECOND; /* it counts down */
	return aging < watched ? aging : watched;
}
