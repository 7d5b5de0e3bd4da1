/*
 * The engines: what an effect asks for is carried out by resolver, prober, store and laboratory; what
 * they report goes back as events. Nothing here decides anything about mail.
 */
#include <stdio.h>
#include <stdlib.h>

#include <event2/event.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/span.h"

#include "history/store.h"
#include "lab/lab.h"
#include "net/dialler.h"
#include "net/inspector.h"
#include "net/policy_fetch.h"
#include "net/probe_pool.h"
#include "net/prober.h"
#include "net/resolver.h"
#include "net/tls.h"

#include "app/engine.h"
#include "app/visits.h"

/* Where the laboratory's mail servers are. */
#define LAB_PORT 25

/* The rest that a mail server has between two visits of ours. */
#define SPACING_US SPAN_SECOND

struct engine {
	struct event_base *base;
	struct event_queue *queue;
	struct dialler *dialler;
	struct resolver *resolver;
	struct inspector *inspector;
	struct tls_client *tls;
	struct prober *prober; /* of a session in which each probe is asked for by itself */
	struct probe_pool *pool; /* of a report, whose names share their probes; NULL = none */
	struct policy_fetcher *policies;
	struct history_store *history;
	struct event *history_ready;
	bool remembered; /* something was given to the history to keep */
	bool keeps_lab; /* also what the laboratory makes up */
	struct lab *lab;
	struct scenario_row *scenarios;
	bool validating;
};

/* --- from the engines to the queue ------------------------------------------------ */

static void
on_result(void *context, resolver_owner owner, uint32_t tag, const struct dns_result *result)
{
	struct engine *engine = context;
	const struct event event = {
		.kind = EVENT_DNS,
		.ticket = owner,
		.tag = tag,
		.result = dns_result_hold(result),
	};

	event_queue_push(engine->queue, &event);
}

static void
on_probe(void *context, uint64_t owner, uint32_t tag, const struct smtp_facts *facts)
{
	struct engine *engine = context;
	const struct event event = {
		.kind = EVENT_PROBE,
		.ticket = owner,
		.tag = tag,
		.probe = smtp_facts_clone(facts),
	};

	event_queue_push(engine->queue, &event);
}

static void
on_policy(void *context, uint64_t owner, uint32_t tag, const struct policy_answer *answer)
{
	struct engine *engine = context;
	struct event event = { .kind = EVENT_POLICY, .ticket = owner, .tag = tag };

	if (answer->text == NULL) {
		event.message = MESSAGE_ERROR;
		event.text = mem_strdup(answer->reason);
	} else {
		event.text = mem_strndup(answer->text, answer->length);
		event.length = answer->length;
	}
	event_queue_push(engine->queue, &event);
}

/* Puts a sentence on the status line; takes it. */
static void
notice(struct engine *engine, enum message_kind kind, char *sentence)
{
	const struct event event = { .kind = EVENT_NOTICE, .message = kind, .text = sentence };

	event_queue_push(engine->queue, &event);
}

/* True while the history is of what is studied: what the laboratory makes up is kept apart from it. */
static bool
remembers(const struct engine *engine)
{
	return engine->history != NULL && (engine->lab == NULL || engine->keeps_lab);
}

/* Tells what is remembered, or forgets it where it is not wanted any more. Takes the entries and the name. */
static void
tell_memories(struct engine *engine, const struct history_news *news, enum event_kind kind)
{
	struct event event = {
		.kind = kind,
		.entries = news->entries,
		.entry_count = news->count,
		.text = news->name,
	};

	if (remembers(engine))
		event_queue_push(engine->queue, &event);
	else
		event_clear(&event);
}

/* Tells that nothing is kept from here on; takes the sentence. */
static void
tell_loss(struct engine *engine, char *sentence)
{
	const struct event event = {
		.kind = EVENT_HISTORY,
		.message = MESSAGE_ERROR,
		.text = sentence,
	};

	event_queue_push(engine->queue, &event);
}

/* Turns one piece of news of the history into an event. False when there is no more. */
static bool
take_history_news(struct engine *engine)
{
	const struct history_news news = history_next(engine->history);

	switch (news.kind) {
	case HISTORY_NOTHING:
		return false;
	case HISTORY_ENTRIES:
		tell_memories(engine, &news, EVENT_HISTORY);
		return true;
	case HISTORY_SNAPSHOTS:
		tell_memories(engine, &news, EVENT_SNAPSHOTS);
		return true;
	case HISTORY_SAVED:
		return true;
	case HISTORY_TROUBLE:
		tell_loss(engine, news.sentence);
		return true;
	}
	return false;
}

static void
on_history(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	while (take_history_news(context))
		;
}

/* --- the laboratory ------------------------------------------------------------------ */

struct scenario_row *
engine_scenarios(size_t *count)
{
	const struct lab_scenario *scenarios = lab_scenarios(count);
	struct scenario_row *rows = mem_calloc(*count, sizeof *rows);

	for (size_t i = 0; i < *count; i++)
		rows[i] = (struct scenario_row){
			.name = scenarios[i].name,
			.domain = scenarios[i].domain,
			.title = scenarios[i].title,
			.lesson = scenarios[i].lesson,
		};
	return rows;
}

/* Tells the model what the laboratory offers. */
static void
announce_lab(struct engine *engine, const struct endpoint *server)
{
	char text[ENDPOINT_TEXT_MAX];
	size_t count;
	struct event event = { .kind = EVENT_LAB };

	engine->scenarios = engine_scenarios(&count);
	event.scenario_count = count;
	event.scenarios = engine->scenarios;
	lab_root_hints(engine->lab, &event.hints);
	event.text = mem_strdup(endpoint_text(server, text));
	event_queue_push(engine->queue, &event);
}

/* Has the laboratory's answers validated from its own root. */
static void
trust_lab(struct engine *engine)
{
	struct dns_records anchors = { 0 };

	if (engine->validating)
		lab_trust_anchors(engine->lab, &anchors);
	resolver_set_anchors(engine->resolver, &anchors);
	dns_records_clear(&anchors);
}

/* Starts the laboratory, once. False, with a sentence in *error, when it cannot start. */
static bool
start_lab(struct engine *engine, char **error)
{
	struct endpoint server;

	if (engine->lab != NULL)
		return true;
	engine->lab = lab_start(engine->base, engine->dialler, error);
	if (engine->lab == NULL)
		return false;
	server = lab_nameserver(engine->lab);
	trust_lab(engine);
	resolver_set_servers(engine->resolver, &server, 1);
	inspector_set_servers(engine->inspector, &server, 1);
	tls_client_trust(engine->tls, lab_root_certificate(engine->lab));
	announce_lab(engine, &server);
	return true;
}

/* Queues `lookup NAME`; without a name it lists what there is to try. */
static void
queue_lookup(struct engine *engine, const char *name)
{
	struct event event = { .kind = EVENT_COMMAND, .command = { .verb = VERB_LOOKUP } };

	if (name != NULL) {
		event.command.arguments[0] = mem_strdup(name);
		event.command.argument_count = 1;
	}
	event_queue_push(engine->queue, &event);
}

/* `lab [SCENARIO]`: the laboratory, or one of its scenarios. */
static void
open_lab(struct engine *engine, const char *name)
{
	const struct lab_scenario *scenario = name == NULL ? NULL : lab_find(name);
	struct buf sentence = BUF_INIT;
	char *error = NULL;

	if (name != NULL && scenario == NULL) {
		buf_addf(&sentence,
		    "The laboratory has no scenario \"%s\": `lab` alone lists what there is.",
		    name);
		notice(engine, MESSAGE_ERROR, buf_take(&sentence));
		return;
	}
	if (!start_lab(engine, &error)) {
		notice(engine, MESSAGE_ERROR, error);
		return;
	}
	queue_lookup(engine, scenario == NULL ? NULL : scenario->domain);
}

/* --- effects -------------------------------------------------------------------------- */

static void
carry_ask(struct engine *engine, const struct effect *effect)
{
	enum resolver_freshness freshness = effect->fresh ? RESOLVER_FRESH : RESOLVER_CACHED;

	if (effect->explained)
		resolver_ask_explained(
		    engine->resolver, effect->ticket, effect->tag, &effect->question);
	else if (effect->early)
		resolver_ask_early(engine->resolver, effect->ticket, effect->tag,
		    &effect->question, freshness);
	else
		resolver_ask(engine->resolver, effect->ticket, effect->tag, &effect->question,
		    freshness);
}

static void
carry_inspect(struct engine *engine, const struct effect *effect)
{
	inspector_ask(engine->inspector, effect->ticket, effect->tag, &effect->target,
	    &effect->question, &effect->manner);
}

/* Where a probe goes: the laboratory's servers answer whatever port is asked for by the one they have. */
static struct endpoint
target_of(const struct engine *engine, const struct effect *effect)
{
	struct endpoint target = effect->target;

	if (engine->lab != NULL)
		target.port = LAB_PORT;
	return target;
}

static void
carry_probe(struct engine *engine, const struct effect *effect)
{
	const struct probe_request request = {
		.owner = effect->ticket,
		.tag = effect->tag,
		.target = target_of(engine, effect),
		.host = effect->host,
		.server_name = effect->server_name,
		.mail_from = effect->mail_from,
		.rcpt = effect->rcpt,
		.size = effect->size,
	};

	if (engine->pool != NULL)
		probe_pool_start(engine->pool, &request);
	else
		prober_start(engine->prober, &request);
}

static void
carry_verify(struct engine *engine, const struct effect *effect)
{
	const char *names[EFFECT_NAMES_MAX];
	struct event event = {
		.kind = EVENT_VERIFIED,
		.ticket = effect->ticket,
		.tag = effect->tag,
	};

	for (size_t i = 0; i < effect->name_count; i++)
		names[i] = effect->names[i];
	tls_client_dane(engine->tls, effect->tls, &effect->result->answer, names,
	    effect->name_count, &event.dane);
	event_queue_push(engine->queue, &event);
}

static void
carry_fetch(struct engine *engine, const struct effect *effect)
{
	const struct policy_request request = {
		.owner = effect->ticket,
		.host = effect->host,
		.addresses = effect->addresses,
		.count = effect->address_count,
	};

	policy_fetch(engine->policies, &request);
}

static void
carry_drop(struct engine *engine, const struct effect *effect)
{
	resolver_drop(engine->resolver, effect->ticket);
	inspector_drop(engine->inspector, effect->ticket);
	if (engine->pool != NULL)
		probe_pool_cancel(engine->pool, effect->ticket);
	else
		prober_cancel(engine->prober, effect->ticket);
	policy_fetch_cancel(engine->policies, effect->ticket);
}

static void
carry_save(struct engine *engine, const struct effect *effect)
{
	if (!remembers(engine))
		return;
	history_save(engine->history, &effect->entry);
	engine->remembered = true;
}

static void
carry_recall(struct engine *engine, const struct effect *effect)
{
	if (remembers(engine))
		history_recall(engine->history, effect->text);
}

static void
carry_note(struct engine *engine, const struct effect *effect)
{
	if (!remembers(engine))
		return;
	history_note(engine->history, effect->text, effect->more);
	engine->remembered = true;
}

static void
carry_pin(struct engine *engine, const struct effect *effect)
{
	if (!remembers(engine))
		return;
	history_pin(engine->history, effect->text, effect->fresh);
	engine->remembered = true;
}

static void
carry_bound(struct engine *engine, const struct effect *effect)
{
	if (engine->history != NULL)
		history_bound(engine->history, &effect->history);
}

static void
carry_lab(struct engine *engine, const struct effect *effect)
{
	open_lab(engine, effect->text);
}

bool
engine_carry_out(struct engine *engine, const struct effect *effect)
{
	static void (*const carry[])(struct engine *, const struct effect *) = {
		[EFFECT_ASK] = carry_ask,
		[EFFECT_INSPECT] = carry_inspect,
		[EFFECT_PROBE] = carry_probe,
		[EFFECT_VERIFY] = carry_verify,
		[EFFECT_FETCH] = carry_fetch,
		[EFFECT_DROP] = carry_drop,
		[EFFECT_SAVE] = carry_save,
		[EFFECT_RECALL] = carry_recall,
		[EFFECT_NOTE] = carry_note,
		[EFFECT_PIN] = carry_pin,
		[EFFECT_BOUND] = carry_bound,
		[EFFECT_LAB] = carry_lab,
	};

	if (effect->kind >= sizeof carry / sizeof *carry || carry[effect->kind] == NULL)
		return false;
	if (engine != NULL)
		carry[effect->kind](engine, effect);
	return true;
}

/* Says, once, that nothing can be validated for want of a trust anchor. */
static void
miss_anchors(struct engine *engine, const struct engine_settings *settings)
{
	if (!settings->validating || settings->lab || settings->anchors.count > 0)
		return;
	notice(engine, MESSAGE_ERROR,
	    mem_strdup(
		"No DNSSEC trust anchor was found (package dns-root-data has it): answers "
		"are not validated; --trust-anchor FILE names one, --no-dnssec asks for "
		"none."));
}

/* --- life ------------------------------------------------------------------------------- */

static void
start_history(struct engine *engine, const char *path)
{
	if (path == NULL)
		return;
	engine->history = history_open(path);
	engine->keeps_lab = engine->lab != NULL;
	engine->history_ready = event_new(engine->base, history_descriptor(engine->history),
	    EV_READ | EV_PERSIST, on_history, engine);
	event_add(engine->history_ready, NULL);
}

struct engine *
engine_new(struct event_base *base, const struct engine_settings *settings,
    struct event_queue *queue, char **error)
{
	struct engine *engine = mem_alloc(sizeof *engine);
	const struct resolver_settings resolver = { .lookup = settings->lookup,
		.anchors = &settings->anchors };
	const struct prober_settings prober = {
		.helo = settings->helo,
		.patience_us = settings->patience_us,
		.limit = settings->connections,
		.spacing_us = SPACING_US,
	};

	engine->base = base;
	engine->queue = queue;
	engine->validating = settings->validating;
	engine->dialler = dialler_new();
	engine->tls = tls_client_new(settings->ca_file, error);
	if (engine->tls == NULL)
		goto fail;
	engine->resolver = resolver_new(base, engine->dialler, &resolver, on_result, engine);
	engine->inspector =
	    inspector_new(base, engine->dialler, &settings->lookup, on_result, engine);
	if (settings->shared)
		engine->pool = probe_pool_new(base, engine->dialler, engine->tls, &prober,
		    VISITS_FRESH_US, on_probe, engine);
	else
		engine->prober =
		    prober_new(base, engine->dialler, engine->tls, &prober, on_probe, engine);
	engine->policies = policy_fetcher_new(base, engine->dialler, engine->tls,
	    &(const struct policy_fetch_settings){ 0 }, on_policy, engine);
	if (settings->lab && !start_lab(engine, error))
		goto fail;
	start_history(engine, settings->history);
	miss_anchors(engine, settings);
	return engine;
fail:
	engine_free(engine);
	return NULL;
}

/*
 * Closes the history; what went wrong with it too late for the model is told on standard error, unless
 * there was nothing to keep.
 */
static void
close_history(struct engine *engine)
{
	char *trouble;

	if (engine->history == NULL)
		return;
	trouble = history_finish(engine->history);
	if (trouble != NULL && engine->remembered)
		fprintf(stderr, "mxscope: %s\n", trouble);
	free(trouble);
	history_close(engine->history);
}

void
engine_free(struct engine *engine)
{
	if (engine == NULL)
		return;
	policy_fetcher_free(engine->policies);
	prober_free(engine->prober);
	probe_pool_free(engine->pool);
	resolver_free(engine->resolver);
	inspector_free(engine->inspector);
	tls_client_free(engine->tls);
	lab_stop(engine->lab);
	dialler_free(engine->dialler);
	if (engine->history_ready != NULL)
		event_free(engine->history_ready);
	close_history(engine);
	free(engine->scenarios);
	free(engine);
}
