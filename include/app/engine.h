/*
 * The engines under one roof: resolver, prober, history store and laboratory. It carries out
 * effects and turns what comes back into events; it never sees the model.
 */
#ifndef APP_ENGINE_H
#define APP_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

#include "app/effect.h"
#include "app/event.h"
#include "dns/lookup.h"

struct event_base;
struct engine;

struct engine_settings {
	struct dns_lookup_settings lookup; /* servers and patience */
	char *helo;
	int64_t patience_us; /* of one probe step */
	size_t connections; /* to mail servers at once, one to each address */
	const char *ca_file; /* NULL = system store */
	bool validating; /* with DNSSEC; the laboratory brings its own trust anchor */
	struct dns_records anchors; /* trust anchors; none = nothing can be validated */
	char *
	    history; /* path; NULL = none; what the laboratory makes up goes there if it starts with it */
	bool lab; /* start with the laboratory */
	bool shared; /* names share their probes: those of a report, which asks for each once */
};

/* Starts the engines; events go to queue. NULL and a sentence (caller frees) when they cannot start. */
struct engine *engine_new(struct event_base *base, const struct engine_settings *settings,
    struct event_queue *queue, char **error);

/* Stops everything at once; what was to be saved is saved. */
void engine_free(struct engine *engine);

/*
 * Carries out the effect: false when it is none of the engine's. Without an engine (NULL) nothing is
 * carried out.
 */
bool engine_carry_out(struct engine *engine, const struct effect *effect);

/* What the laboratory offers: rows in a list that the caller frees. */
struct scenario_row *engine_scenarios(size_t *count);

#endif
