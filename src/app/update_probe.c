/*
 * Probes: which address is connected to, and when - each as soon as it is known - and what
 * becomes of the reports. An address that is not probed gets the reason in its place.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/span.h"
#include "util/text.h"

#include "mail/dane.h"

#include "app/update_parts.h"

/* A tag is the index of a target, or with this bit stands for a host of the edited MX set. */

void
probe_skip(struct update *update, struct inquiry *inquiry, size_t target, const char *why)
{
	struct smtp_facts *facts = mem_alloc(sizeof *facts);

	smtp_facts_init(facts, update->now.us);
	facts->outcome = SMTP_SKIPPED;
	facts->ended_us = update->now.us;
	facts->error = mem_strdup(why);
	mail_facts_probe(&inquiry->facts, target, facts);
	inquiry->facts.targets[target].port = 0;
}

/*
 * Seconds for which the address is left alone, because it asked us to come later; the
 * laboratory's servers bear any number of visits.
 */
static long long
rest_of(const struct update *update, const struct ip_addr *ip)
{
	const struct model *model = update->model;
	int64_t us = model->settings.lab ? 0 : visits_rest(&model->visits, ip, update->now.us);

	return (long long)((us + SPAN_SECOND - 1) / SPAN_SECOND);
}

/* Why this address is not to be probed, as a sentence that the caller frees, or NULL. */
static char *
why_not_probe(const struct update *update, const struct ip_addr *ip)
{
	const struct settings *settings = &update->model->settings;
	const char *kind = special_refused(ip, &settings->special);
	long long rest = rest_of(update, ip);
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
	else if (rest > 0)
		buf_addf(&why,
		    "Not probed: this address asked us to come later (421), and is left alone "
		    "for %lld s more.",
		    rest);
	else
		return NULL;
	return buf_take(&why);
}

/* Orders a probe of a target of these facts, whose reports bear the tag. */
static void
order_probe(struct update *update, struct inquiry *inquiry, struct mail_facts *facts,
    size_t target, uint32_t tag)
{
	const struct settings *settings = &update->model->settings;
	const struct mail_target *at = &facts->targets[target];
	const struct mx_exchange *exchange = &facts->mx.exchanges[at->exchange];
	struct smtp_facts *begun;
	struct dns_name base;
	char text[DNS_NAME_TEXT_MAX];
	bool named = dane_server_name(facts, at->exchange, &base);
	const struct effect effect = {
		.kind = EFFECT_PROBE,
		.ticket = inquiry->ticket,
		.tag = tag,
		.target = { .ip = at->ip, .port = settings->port },
		.host = exchange->name.length > 0 ? mem_strdup(exchange->text) : NULL,
		.server_name = named ? mem_strdup(dns_name_text(&base, text)) : NULL,
		.mail_from = mem_strdup(settings->mail_from ? settings->mail_from : ""),
		.rcpt = inquiry->rcpt ? model_key(&inquiry->facts.subject) : NULL,
		.size = settings->size,
	};
	effects_add(update->effects, &effect);
	begun = mem_alloc(sizeof *begun);
	smtp_facts_init(begun, update->now.us);
	begun->waiting = true;
	mail_facts_probe(facts, target, begun);
	facts->targets[target].repeat = false;
	facts->targets[target].port = settings->port;
	inquiry->probes++;
	update->model->in_flight++;
}

/* Orders a probe of a target that others may share. */
static void
order_visit(struct update *update, struct inquiry *inquiry, size_t target)
{
	order_probe(update, inquiry, &inquiry->facts, target, (uint32_t)target);
	visit_begun(update, inquiry, target);
}

void
probe_take_over(struct update *update, struct inquiry *inquiry, size_t target)
{
	inquiry->probes--; /* it waited, and is counted again */
	update->model->in_flight--;
	order_visit(update, inquiry, target);
}

/* What became of the wish to probe an address. */
enum fate {
	FATE_LEFT, /* a probe is under way, or the address is left alone */
	FATE_SHARED, /* with another inquiry's probe */
	FATE_SKIPPED, /* and the reason stands in its place */
	FATE_OPENED,
	fate_count
};

/* Sends a probe to the target, shares another's, or writes down why neither. */
static enum fate
probe_target(struct update *update, struct inquiry *inquiry, size_t target, bool anew)
{
	char *why;

	if (visit_share(update, inquiry, target, anew))
		return FATE_SHARED;
	why = why_not_probe(update, &inquiry->facts.targets[target].ip);
	if (why == NULL) {
		order_visit(update, inquiry, target);
		return FATE_OPENED;
	}
	probe_skip(update, inquiry, target, why);
	free(why);
	return FATE_SKIPPED;
}

/* --- hosts of the edited MX set ---------------------------------------------------- */

uint32_t
probe_spare_tag(const struct mail_facts *spare, size_t target)
{
	const struct mail_target *at = &spare->targets[target];
	uint32_t hash = dns_name_hash(&spare->mx.exchanges[at->exchange].name);
	char text[IP_TEXT_MAX];

	for (const char *c = ip_text(&at->ip, text); *c != '\0'; c++)
		hash = (hash ^ (unsigned char)*c) * UINT32_C(16777619);
	return PROBE_TAG_SPARE | hash;
}

void
probe_spares(struct update *update, struct inquiry *inquiry)
{
	const struct settings *settings = &update->model->settings;
	struct mail_facts *spare = &inquiry->spare;

	if (!settings->network || !settings->probing)
		return;
	for (size_t i = 0; i < spare->target_count; i++) {
		char *why = why_not_probe(update, &spare->targets[i].ip);

		if (why == NULL && spare->targets[i].probe == NULL &&
		    !dane_delays_probe(spare, spare->targets[i].exchange))
			order_probe(update, inquiry, spare, i, probe_spare_tag(spare, i));
		free(why);
	}
}

/* A report about a host of the edited MX set came; it may have been edited away since. */
static void
spare_reported(struct update *update, struct inquiry *inquiry, const struct event *event)
{
	struct mail_facts *spare = &inquiry->spare;

	if (event->probe->ended_us != 0) {
		inquiry->probes--;
		update->model->in_flight--;
	}
	for (size_t i = 0; i < spare->target_count; i++) {
		if (probe_spare_tag(spare, i) != event->tag)
			continue;
		mail_facts_probe(spare, i, smtp_facts_clone(event->probe));
		policy_verify_spare(update, inquiry, i);
	}
}

void
probe_from(struct update *update, struct inquiry *inquiry, size_t first)
{
	if (!update->model->settings.network || !update->model->settings.probing)
		return;
	for (size_t i = first; i < inquiry->facts.target_count; i++) {
		const struct mail_target *at = &inquiry->facts.targets[i];

		if (at->probe == NULL && !dane_delays_probe(&inquiry->facts, at->exchange))
			probe_target(update, inquiry, i, inquiry->anew);
	}
}

void
probe_delayed(struct update *update, struct inquiry *inquiry, size_t exchange)
{
	const struct mail_facts *facts = &inquiry->facts;

	if (!update->model->settings.network || !update->model->settings.probing)
		return;
	for (size_t i = 0; i < facts->target_count; i++) {
		if (facts->targets[i].exchange == exchange && facts->targets[i].probe == NULL)
			probe_target(update, inquiry, i, inquiry->anew);
	}
}

void
probe_literals(const struct model *model, struct inquiry *inquiry)
{
	if (sender_profile(model->settings.sender)->connects_to_literals)
		mail_facts_literals(&inquiry->facts);
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

/* Probes the target again unless that is being done, or its rest is not over. */
static enum fate
probe_again(struct update *update, struct inquiry *inquiry, size_t target)
{
	const struct mail_target *at = &inquiry->facts.targets[target];
	long long rest = rest_of(update, &at->ip);
	char ip[IP_TEXT_MAX];

	if (at->probe != NULL && at->probe->outcome == SMTP_IN_PROGRESS)
		return FATE_LEFT;
	if (rest > 0) {
		update_message(update, MESSAGE_INFO,
		    "%s asked us to come later (421): it is left alone for %lld s more.",
		    ip_text(&at->ip, ip), rest);
		return FATE_LEFT;
	}
	return probe_target(update, inquiry, target, true);
}

/*
 * Probes a host that is none of the domain's, such as one that is known to be up: it is studied by
 * itself, as the name of a domain without MX records is (RFC 5321 5.1), an address as a literal.
 */
static void
probe_control(struct update *update, const char *word)
{
	struct command lookup = { .verb = VERB_LOOKUP, .argument_count = 1 };
	struct buf name = BUF_INIT;
	struct ip_addr ip;

	if (ip_parse(&ip, word))
		buf_addf(
		    &name, ip.family == 6 ? "postmaster@[IPv6:%s]" : "postmaster@[%s]", word);
	else
		buf_adds(&name, word);
	lookup.arguments[0] = buf_take(&name);
	study_lookup(update, &lookup);
	command_clear(&lookup);
	if (update->model->message == NULL)
		update_message(update, MESSAGE_INFO,
		    "%s is none of that domain's: it is probed by itself, as a control.", word);
}

/* True for a word that names a host or an address, and no command's keyword. */
static bool
looks_like_host(const char *word)
{
	struct ip_addr ip;

	return strchr(word, '.') != NULL || ip_parse(&ip, word);
}

/* Probes all targets that the word names, and counts their fates; says so when there are none. */
static void
probe_named(struct update *update, struct inquiry *inquiry, const char *word,
    size_t fates[static fate_count])
{
	size_t named = 0;

	for (size_t i = 0; i < inquiry->facts.target_count; i++) {
		if (target_named(inquiry, i, word)) {
			named++;
			fates[probe_again(update, inquiry, i)]++;
		}
	}
	if (named == 0)
		update_message(update, MESSAGE_ERROR,
		    "Expected `all`, or an exchange or address of %s: nothing here is called "
		    "\"%s\".",
		    inquiry->facts.subject.ascii, word);
}

/* True while a probe that the user stopped is missing. */
static bool
lacks_probe(const struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->facts.target_count; i++) {
		const struct smtp_facts *probe = inquiry->facts.targets[i].probe;

		if (probe != NULL && probe->outcome == SMTP_SKIPPED &&
		    strcmp(probe->error, PROBE_STOPPED) == 0)
			return true;
	}
	return false;
}

/* Probes of an inquiry have begun anew: one that was stopped is whole once none is missing. */
static void
reopen(struct update *update, struct domain *domain)
{
	domain->inquiry->ended_us = 0;
	domain->inquiry->stopped = domain->inquiry->stopped && lacks_probe(domain->inquiry);
	study_review(update, domain);
}

/* Begins a study again that was stopped before the DNS had answered: what to probe is not known. */
static void
study_whole(struct update *update, struct domain *domain)
{
	study_again(update, domain);
	update_message(update, MESSAGE_INFO,
	    "%s was stopped before the DNS had answered: it is asked and probed as a whole.",
	    domain->name);
}

/* True when the word names one of the inquiry's targets. */
static bool
is_known(const struct inquiry *inquiry, const char *word)
{
	for (size_t i = 0; inquiry != NULL && i < inquiry->facts.target_count; i++) {
		if (target_named(inquiry, i, word))
			return true;
	}
	return false;
}

/* Tells what will be opened, before it is, or why nothing is. */
static void
announce(
    struct update *update, const struct inquiry *inquiry, const size_t fates[static fate_count])
{
	size_t count = fates[FATE_OPENED];

	if (update->model->message != NULL)
		return;
	if (count > 0)
		update_message(update, MESSAGE_INFO,
		    "Opening %zu connection%s to port %u: greeting, EHLO, STARTTLS, EHLO, "
		    "%sQUIT.",
		    count, count == 1 ? "" : "s", update->model->settings.port,
		    inquiry->rcpt ? "MAIL, RCPT, RSET, " : "");
	else if (fates[FATE_SKIPPED] > 0)
		update_message(update, MESSAGE_INFO,
		    "No connection is opened: below each address stands why it is not probed.");
	else
		update_message(update, MESSAGE_INFO, "That probe is under way already.");
}

void
probe_command(struct update *update, const struct command *command)
{
	struct model *model = update->model;
	struct domain *domain = study_selected(model);
	struct inquiry *inquiry = domain == NULL ? NULL : domain->inquiry;
	size_t target = model_selected_real_target(model), fates[fate_count] = { 0 };

	if (!study_network_on(update))
		return;
	if (command->argument_count > 0 && looks_like_host(command->arguments[0]) &&
	    !is_known(inquiry, command->arguments[0])) {
		probe_control(update, command->arguments[0]);
		return;
	}
	if (inquiry != NULL && inquiry->unanswered) {
		study_whole(update, domain);
		return;
	}
	if (inquiry == NULL || inquiry->facts.target_count == 0) {
		update_message(update, MESSAGE_ERROR, "There is no address to probe here.");
		return;
	}
	if (command->argument_count > 0)
		probe_named(update, inquiry, command->arguments[0], fates);
	else if (target == SIZE_MAX)
		update_message(update, MESSAGE_ERROR, "This exchange has no address to probe.");
	else
		fates[probe_again(update, inquiry, target)]++;
	announce(update, inquiry, fates);
	if (fates[FATE_OPENED] + fates[FATE_SHARED] + fates[FATE_SKIPPED] > 0)
		reopen(update, domain);
}

/*
 * Asks the server for the recipient: now, or as soon as a probe that was begun without it has left
 * the address, which gets one connection at a time.
 */
static void
ask_for_recipient(struct update *update, struct inquiry *inquiry, size_t target)
{
	struct mail_target *at = &inquiry->facts.targets[target];

	if (at->probe != NULL && at->probe->outcome == SMTP_IN_PROGRESS)
		at->repeat = true;
	else
		probe_again(update, inquiry, target);
}

void
probe_recipient(struct update *update, struct domain *domain)
{
	struct inquiry *inquiry = domain->inquiry;
	bool asked_before = inquiry->rcpt;

	inquiry->rcpt = true;
	if (inquiry->unanswered) {
		study_whole(update, domain);
		return;
	}
	for (size_t i = 0; i < inquiry->facts.target_count; i++) {
		if (asked_before)
			probe_again(update, inquiry, i);
		else
			ask_for_recipient(update, inquiry, i);
	}
	reopen(update, domain);
}

/* Orders the certificates of a handshake to be written to the file. */
static void
write_certificates(struct update *update, const struct tls_facts *tls, const char *file)
{
	struct effect effect = { .kind = EFFECT_CERTIFICATES, .text = mem_strdup(file) };
	struct buf pem = BUF_INIT;

	for (size_t i = 0; i < tls->certificate_count; i++)
		buf_adds(&pem, tls->certificates[i].pem ? tls->certificates[i].pem : "");
	effect.more = mem_strdup(buf_text(&pem));
	buf_clear(&pem);
	effects_add(update->effects, &effect);
}

void
probe_certificates(struct update *update, const struct command *command)
{
	const struct mail_target *target = model_selected_target(update->model);

	if (command->argument_count == 0)
		view_show(update, VIEW_CERTIFICATES);
	else if (target == NULL || target->probe == NULL || !target->probe->tls.present)
		update_message(update, MESSAGE_ERROR,
		    "The selected server has shown no certificate: there is nothing to write.");
	else
		write_certificates(update, &target->probe->tls, command->arguments[0]);
}

/* --- what comes back --------------------------------------------------------------- */

/* Remembers, and says once, that this machine has no route for the family of the address. */
static void
note_route(struct update *update, const struct ip_addr *ip, const struct smtp_facts *probe)
{
	struct model *model = update->model;
	bool *missing = ip->family == 6 ? &model->no_ipv6 : &model->no_ipv4;

	if (probe->doubt != SMTP_DOUBT_NO_ROUTE) {
		*missing = *missing && probe->stage == SMTP_STAGE_CONNECT;
		return;
	}
	if (!*missing)
		update_message(update, MESSAGE_INFO,
		    "This machine has no IPv%u route: its probes decide nothing about such "
		    "addresses.",
		    ip->family);
	*missing = true;
}

/* What a probe of port 25 says of the network may change how all of them are to be read. */
static void
note_gate(struct update *update, const struct ip_addr *ip, const struct smtp_facts *probe)
{
	struct model *model = update->model;
	unsigned silent, before = gate_silent_family(&model->gate);

	if (model->settings.lab || model->settings.port != GATE_PORT ||
	    !gate_note(&model->gate, ip, probe))
		return;
	silent = gate_silent_family(&model->gate);
	if (silent != 0 && silent != before)
		update_message(update, MESSAGE_INFO,
		    "From here nothing answers on port %u over IPv%u: such probes decide "
		    "nothing "
		    "about their hosts.",
		    GATE_PORT, silent);
	study_review_all(update);
}

void
probe_ended(struct update *update, struct inquiry *inquiry, size_t target)
{
	struct mail_target *at = &inquiry->facts.targets[target];

	inquiry->probes--;
	update->model->in_flight--;
	if (!at->repeat)
		return;
	at->repeat = false;
	probe_again(update, inquiry, target);
}

/* A report about an address of the inquiry came. */
static void
target_reported(struct update *update, struct inquiry *inquiry, const struct event *event)
{
	const struct ip_addr *ip = &inquiry->facts.targets[event->tag].ip;

	mail_facts_probe(&inquiry->facts, event->tag, smtp_facts_clone(event->probe));
	policy_verify(update, inquiry, event->tag);
	note_route(update, ip, event->probe);
	note_gate(update, ip, event->probe);
}

void
probe_reported(struct update *update, const struct event *event)
{
	struct domain *domain = study_find(update->model, event->ticket);
	struct inquiry *inquiry;

	if (domain == NULL)
		return;
	inquiry = domain->inquiry;
	if (event->tag & PROBE_TAG_SPARE) {
		spare_reported(update, inquiry, event);
	} else {
		target_reported(update, inquiry, event);
		visit_reported(update, inquiry, event);
		if (event->probe->ended_us != 0)
			probe_ended(update, inquiry, event->tag);
	}
	study_review(update, domain);
}
