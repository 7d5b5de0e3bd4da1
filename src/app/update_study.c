/*
 * Inquiries: what is asked and probed, and when; what becomes of each answer. Every question
 * is asked at the first moment it can be: MX, then A and AAAA of each exchange as soon as the MX
 * answer names it, then a probe of each address as soon as it is known (RFC 5321 5.1).
 *
 * An answer whose ticket belongs to no inquiry - closed, stopped or asked anew since - is
 * dropped in find() below, and only there.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "app/update_parts.h"

/* Questions carry a tag: 0 for the MX, then two for each exchange. */
enum {
	TAG_MX = 0,
	TAG_FIRST = 1
};

static uint32_t
tag_of(size_t exchange, uint16_t type)
{
	return TAG_FIRST + (uint32_t)exchange * 2 + (type == DNS_TYPE_AAAA);
}

/* The domain whose inquiry has this ticket, or NULL: the one place where late results end. */
static struct domain *
find(struct model *model, uint64_t ticket)
{
	for (size_t i = 0; i < model->domain_count; i++) {
		struct domain *domain = &model->domains[i];

		if (domain->inquiry != NULL && domain->inquiry->ticket == ticket)
			return domain;
	}
	return NULL;
}

/* The selected domain, to be changed. */
static struct domain *
selected(struct model *model)
{
	size_t row = model->panes[PANE_DOMAINS].selected;

	return row < model->visible_count ? &model->domains[model->visible[row]] : NULL;
}

static struct review_settings
review_settings(const struct model *model)
{
	const struct settings *settings = &model->settings;

	return (struct review_settings){
		.plan = {
			.sender = settings->sender,
			.seed = settings->seed,
			.ipv4 = settings->ipv4,
			.ipv6 = settings->ipv6,
			.special = settings->special,
		},
		.probing = settings->network && settings->probing,
		.wall_time = model->now_time,
		.port = settings->port,
	};
}

/* --- asking and probing ------------------------------------------------------ */

static void
ask(struct update *update, struct inquiry *inquiry, uint32_t tag, const struct dns_name *name,
    uint16_t type, bool fresh)
{
	const struct effect effect = {
		.kind = EFFECT_ASK,
		.ticket = inquiry->ticket,
		.tag = tag,
		.question = { .name = *name, .type = type },
		.fresh = fresh,
	};

	effects_add(update->effects, &effect);
	inquiry->lookups++;
	update->model->in_flight++;
}

/* Writes down that the target is not probed, and why. */
static void
skip_probe(struct update *update, struct inquiry *inquiry, size_t target, const char *why)
{
	struct smtp_facts *facts = mem_alloc(sizeof *facts);

	smtp_facts_init(facts, update->now.us);
	facts->outcome = SMTP_SKIPPED;
	facts->ended_us = update->now.us;
	facts->error = mem_strdup(why);
	mail_facts_probe(&inquiry->facts, target, facts);
}

/* Why this address is not to be probed, as a sentence that the caller frees, or NULL. */
static char *
why_not_probe(const struct settings *settings, const struct ip_addr *ip)
{
	const char *kind = special_refused(ip, &settings->special);
	struct buf why = BUF_INIT;

	if (kind != NULL)
		buf_addf(&why,
		    "Not probed: %s address, where public mail cannot go (--allow-special "
		    "probes it).",
		    kind);
	else if (ip->family == 4 && !settings->ipv4)
		buf_adds(&why, "Not probed: IPv4 is switched off.");
	else if (ip->family == 6 && !settings->ipv6)
		buf_adds(&why, "Not probed: IPv6 is switched off.");
	else
		return NULL;
	return buf_take(&why);
}

/* Sends a probe to the target, or writes down why not. */
static void
probe_target(struct update *update, struct inquiry *inquiry, size_t target)
{
	const struct settings *settings = &update->model->settings;
	const struct mail_target *at = &inquiry->facts.targets[target];
	const struct mx_exchange *exchange = &inquiry->facts.mx.exchanges[at->exchange];
	char *why = why_not_probe(settings, &at->ip);
	struct smtp_facts *begun;

	if (why != NULL) {
		skip_probe(update, inquiry, target, why);
		free(why);
		return;
	}
	const struct effect effect = {
		.kind = EFFECT_PROBE,
		.ticket = inquiry->ticket,
		.tag = (uint32_t)target,
		.target = { .ip = at->ip, .port = settings->port },
		.host = exchange->name.length > 0 ? mem_strdup(exchange->text) : NULL,
	};
	effects_add(update->effects, &effect);
	begun = mem_alloc(sizeof *begun);
	smtp_facts_init(begun, update->now.us);
	mail_facts_probe(&inquiry->facts, target, begun);
	inquiry->probes++;
	update->model->in_flight++;
}

/* Probes every target from this index on. */
static void
probe_from(struct update *update, struct inquiry *inquiry, size_t first)
{
	if (!update->model->settings.network || !update->model->settings.probing)
		return;
	for (size_t i = first; i < inquiry->facts.target_count; i++)
		probe_target(update, inquiry, i);
}

/* Adds the addresses that stand as names, where the sender connects to such. */
static void
add_literals(const struct model *model, struct inquiry *inquiry)
{
	if (sender_profile(model->settings.sender)->connects_to_literals)
		mail_facts_literals(&inquiry->facts);
}

/* Asks for the addresses of each exchange that is worth asking for, A and AAAA at once. */
static void
ask_addresses(struct update *update, struct inquiry *inquiry, bool fresh)
{
	const struct mail_facts *facts = &inquiry->facts;

	for (size_t i = 0; i < facts->mx.count; i++) {
		const struct dns_name *name = &facts->mx.exchanges[i].name;

		if (facts->addresses[i].a_asked)
			ask(update, inquiry, tag_of(i, DNS_TYPE_A), name, DNS_TYPE_A, fresh);
		if (facts->addresses[i].aaaa_asked)
			ask(update, inquiry, tag_of(i, DNS_TYPE_AAAA), name, DNS_TYPE_AAAA,
			    fresh);
	}
}

/* --- the end of an inquiry ----------------------------------------------------- */

/* Orders the finished inquiry to be kept in the history, and remembers it in its row. */
static void
keep(struct update *update, struct domain *domain)
{
	const struct verdict *verdict = &domain->inquiry->verdict;
	struct effect effect = { .kind = EFFECT_SAVE };

	effect.entry = (struct history_entry){
		.name = mem_strdup(domain->name),
		.time = domain->inquiry->asked_time,
		.kind = verdict->kind,
		.status = mem_strdup(verdict->status),
		.sentence = mem_strdup(verdict->sentence),
	};
	effects_add(update->effects, &effect);
	free(domain->past_status);
	free(domain->past_sentence);
	domain->past_status = mem_strdup(verdict->status);
	domain->past_sentence = mem_strdup(verdict->sentence);
	domain->past_kind = verdict->kind;
}

/* Reviews the inquiry after a fact arrived; ends it when that was the last one awaited. */
static void
review(struct update *update, struct domain *domain)
{
	struct inquiry *inquiry = domain->inquiry;
	const struct review_settings settings = review_settings(update->model);

	inquiry_review(inquiry, &settings);
	if (!inquiry_busy(inquiry) && inquiry->ended_us == 0) {
		inquiry->ended_us = update->now.us;
		if (!inquiry->stopped)
			keep(update, domain);
		if (update->model->sort == SORT_VERDICT)
			view_domains_changed(update);
	}
	if (inquiry == model_selected_inquiry(update->model))
		view_facts_changed(update);
}

/* Takes what is in flight for this inquiry out of the count, and orders it forgotten. */
static void
drop(struct update *update, struct inquiry *inquiry)
{
	const struct effect effect = { .kind = EFFECT_DROP, .ticket = inquiry->ticket };

	if (!inquiry_busy(inquiry))
		return;
	effects_add(update->effects, &effect);
	update->model->in_flight -= inquiry->lookups + inquiry->probes;
	inquiry->lookups = inquiry->probes = 0;
}

/* --- beginning ----------------------------------------------------------------- */

/* Begins a study of the subject in this row, in place of an older one. */
static void
begin(struct update *update, struct domain *domain, const struct mail_subject *subject,
    bool fresh)
{
	struct model *model = update->model;
	struct inquiry *inquiry =
	    inquiry_new(subject, model->next_ticket++, update->now.us, update->now.time);

	if (domain->inquiry != NULL)
		drop(update, domain->inquiry);
	inquiry_free(domain->inquiry);
	domain->inquiry = inquiry;
	domain->time = update->now.time;
	if (subject->literal.family != 0) {
		mail_facts_mx(&inquiry->facts, NULL);
		probe_from(update, inquiry, 0);
	} else {
		ask(update, inquiry, TAG_MX, &subject->domain, DNS_TYPE_MX, fresh);
	}
	review(update, domain);
}

/* True when the network is on; otherwise says how to switch it on. */
static bool
network_on(struct update *update)
{
	if (update->model->settings.network)
		return true;
	update_message(update, MESSAGE_ERROR,
	    "The network is off: `net on` lets questions and probes out again.");
	return false;
}

/* Looks the subject up in a row of its own, old or new, and selects it. */
static void
look_up(struct update *update, const struct mail_subject *subject)
{
	struct model *model = update->model;
	char *key = model_key(subject);
	size_t i = domains_find(model, key);

	if (i != SIZE_MAX && model->domains[i].inquiry != NULL) {
		free(key);
		view_select_domain(update, i);
		update_message(update, MESSAGE_INFO,
		    "%s is here already; `reload` (r) asks again.", model->domains[i].name);
		return;
	}
	if (i == SIZE_MAX)
		i = domains_add(model, mem_strdup(subject->typed), key, update->now.time);
	else
		free(key);
	begin(update, &model->domains[i], subject, false);
	view_domains_changed(update);
	view_select_domain(update, i);
}

void
study_lookup(struct update *update, const struct command *command)
{
	struct mail_subject subject;
	char *error;

	if (command->argument_count == 0) {
		if (update->model->scenarios != NULL)
			view_scenarios(update);
		else
			update_message(update, MESSAGE_ERROR,
			    "Expected a domain or an address: `lookup example.net`.");
		return;
	}
	if (!network_on(update))
		return;
	error = mail_subject_parse(&subject, command->arguments[0]);
	if (error != NULL) {
		update_message(update, MESSAGE_ERROR, "%s", error);
		free(error);
		return;
	}
	look_up(update, &subject);
	mail_subject_clear(&subject);
}

void
study_open(struct update *update, struct domain *domain)
{
	struct mail_subject subject;
	char *error;

	if (!network_on(update))
		return;
	error = mail_subject_parse(&subject, domain->name);
	if (error != NULL) {
		update_message(update, MESSAGE_ERROR, "%s", error);
		free(error);
		return;
	}
	begin(update, domain, &subject, false);
	mail_subject_clear(&subject);
	view_domains_changed(update);
}

/* Asks one domain again, past the cache. */
static void
reload(struct update *update, struct domain *domain)
{
	struct mail_subject subject;

	if (domain->inquiry == NULL) {
		study_open(update, domain);
		return;
	}
	mail_subject_copy(&subject, &domain->inquiry->facts.subject);
	begin(update, domain, &subject, true);
	mail_subject_clear(&subject);
}

void
study_reload(struct update *update, const struct command *command)
{
	struct model *model = update->model;
	struct domain *domain = selected(model);

	if (!network_on(update))
		return;
	if (command->argument_count > 0) {
		for (size_t i = 0; i < model->domain_count; i++) {
			if (model->domains[i].inquiry != NULL)
				reload(update, &model->domains[i]);
		}
	} else if (domain != NULL) {
		reload(update, domain);
	} else {
		update_message(update, MESSAGE_ERROR, "There is no domain to ask for again.");
	}
	view_domains_changed(update);
}

/* The domain that the command names, or the selected one; NULL when there is none such. */
static struct domain *
named(struct model *model, const struct command *command)
{
	struct mail_subject subject;
	char *error, *key;
	size_t i;

	if (command->argument_count == 0)
		return selected(model);
	error = mail_subject_parse(&subject, command->arguments[0]);
	if (error != NULL) {
		free(error);
		return NULL;
	}
	key = model_key(&subject);
	mail_subject_clear(&subject);
	i = domains_find(model, key);
	free(key);
	return i == SIZE_MAX ? NULL : &model->domains[i];
}

void
study_close(struct update *update, const struct command *command)
{
	struct model *model = update->model;
	struct domain *domain = named(model, command);

	if (domain == NULL) {
		update_message(update, MESSAGE_ERROR, "There is no such domain to close.");
		return;
	}
	if (domain->inquiry != NULL)
		drop(update, domain->inquiry);
	domains_remove(model, domain);
	view_domain_closed(update);
}

void
study_stop(struct update *update, const struct command *command)
{
	struct domain *domain = selected(update->model);
	struct inquiry *inquiry = domain == NULL ? NULL : domain->inquiry;

	(void)command;
	if (inquiry == NULL || !inquiry_busy(inquiry)) {
		update_message(update, MESSAGE_INFO, "Nothing is in flight here.");
		return;
	}
	drop(update, inquiry);
	inquiry->ticket = update->model->next_ticket++;
	inquiry->stopped = true;
	for (size_t i = 0; i < inquiry->facts.target_count; i++) {
		const struct smtp_facts *probe = inquiry->facts.targets[i].probe;

		if (probe != NULL && probe->outcome == SMTP_IN_PROGRESS)
			skip_probe(update, inquiry, i, "Stopped before it was finished.");
	}
	review(update, domain);
}

/* --- probing again ---------------------------------------------------------------- */

/* True when the word names this target: its exchange, its address, or "all". */
static bool
target_named(const struct inquiry *inquiry, size_t target, const char *word)
{
	const struct mail_target *at = &inquiry->facts.targets[target];
	const char *exchange = inquiry->facts.mx.exchanges[at->exchange].text;
	char ip[IP_TEXT_MAX];

	return strcmp(word, "all") == 0 || text_equal_nocase(word, exchange) ||
	    strcmp(word, ip_text(&at->ip, ip)) == 0;
}

/* Probes the target again unless that is being done: 1 when it is. */
static size_t
probe_again(struct update *update, struct inquiry *inquiry, size_t target)
{
	const struct smtp_facts *probe = inquiry->facts.targets[target].probe;

	if (probe != NULL && probe->outcome == SMTP_IN_PROGRESS)
		return 0;
	probe_target(update, inquiry, target);
	return 1;
}

/* Probes all targets that the word names; says so when there are none. */
static size_t
probe_named(struct update *update, struct inquiry *inquiry, const char *word)
{
	size_t named = 0, begun = 0;

	for (size_t i = 0; i < inquiry->facts.target_count; i++) {
		if (target_named(inquiry, i, word)) {
			named++;
			begun += probe_again(update, inquiry, i);
		}
	}
	if (named == 0)
		update_message(update, MESSAGE_ERROR,
		    "Expected `all`, or an exchange or address of %s: nothing here is called "
		    "\"%s\".",
		    inquiry->facts.subject.ascii, word);
	else if (begun == 0)
		update_message(update, MESSAGE_INFO, "That probe is under way already.");
	return begun;
}

void
study_probe(struct update *update, const struct command *command)
{
	struct model *model = update->model;
	struct domain *domain = selected(model);
	const struct plan_row *row = model_selected_row(model);
	struct inquiry *inquiry = domain == NULL ? NULL : domain->inquiry;
	size_t begun = 0;

	if (!network_on(update))
		return;
	if (inquiry == NULL || inquiry->facts.target_count == 0) {
		update_message(update, MESSAGE_ERROR, "There is no address to probe here.");
		return;
	}
	if (command->argument_count > 0)
		begun = probe_named(update, inquiry, command->arguments[0]);
	else if (row == NULL || row->target == SIZE_MAX)
		update_message(update, MESSAGE_ERROR, "This exchange has no address to probe.");
	else if ((begun = probe_again(update, inquiry, row->target)) == 0)
		update_message(update, MESSAGE_INFO, "That probe is under way already.");
	if (begun == 0)
		return;
	inquiry->ended_us = 0;
	inquiry->stopped = false;
	review(update, domain);
}

/* --- what comes back --------------------------------------------------------------- */

void
study_dns(struct update *update, const struct event *event)
{
	struct domain *domain = find(update->model, event->ticket);
	struct inquiry *inquiry;
	size_t targets;

	if (domain == NULL)
		return;
	inquiry = domain->inquiry;
	inquiry->lookups--;
	update->model->in_flight--;
	targets = inquiry->facts.target_count;
	if (event->tag == TAG_MX) {
		mail_facts_mx(&inquiry->facts, event->result);
		ask_addresses(update, inquiry, !event->result->from_cache);
		add_literals(update->model, inquiry);
	} else {
		mail_facts_addresses(
		    &inquiry->facts, (event->tag - TAG_FIRST) / 2, event->result);
	}
	probe_from(update, inquiry, targets);
	review(update, domain);
}

void
study_probed(struct update *update, const struct event *event)
{
	struct domain *domain = find(update->model, event->ticket);
	struct inquiry *inquiry;

	if (domain == NULL)
		return;
	inquiry = domain->inquiry;
	mail_facts_probe(&inquiry->facts, event->tag, smtp_facts_clone(event->probe));
	if (event->probe->ended_us != 0) {
		inquiry->probes--;
		update->model->in_flight--;
	}
	review(update, domain);
}

void
study_review_all(struct update *update)
{
	struct model *model = update->model;

	for (size_t i = 0; i < model->domain_count; i++) {
		struct inquiry *inquiry = model->domains[i].inquiry;
		const struct review_settings settings = review_settings(model);

		if (inquiry != NULL)
			inquiry_review(inquiry, &settings);
	}
	view_facts_changed(update);
}

void
study_sender_changed(struct update *update)
{
	struct model *model = update->model;

	for (size_t i = 0; i < model->domain_count; i++) {
		struct inquiry *inquiry = model->domains[i].inquiry;
		size_t targets = inquiry == NULL ? 0 : inquiry->facts.target_count;

		if (inquiry == NULL || inquiry->stopped)
			continue;
		add_literals(model, inquiry);
		probe_from(update, inquiry, targets);
		if (inquiry_busy(inquiry))
			inquiry->ended_us = 0;
	}
	study_review_all(update);
}
