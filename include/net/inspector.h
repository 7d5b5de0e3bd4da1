/*
 * Questions to chosen servers, whose replies are kept whole: for looking at servers, where the
 * resolver looks for answers. Nothing is cached, shared or validated.
 */
#ifndef NET_INSPECTOR_H
#define NET_INSPECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/lookup.h"
#include "dns/result.h"

struct dialler;
struct event_base;
struct inspector;

enum {
	INSPECTOR_WINDOW = 64, /* questions in flight at once; the others wait their turn */
};

/* The result has .reply when one came; the callee takes a reference to keep it. */
typedef void inspector_callback(
    void *context, uint64_t owner, uint32_t tag, const struct dns_result *result);

/*
 * An inspector on this loop; the settings' patience, attempts and EDNS hold for its questions, too,
 * and their servers for those that name none. The callback runs from the loop. Free it with
 * inspector_free(), not from inside the callback, and before the dialler and the base.
 */
struct inspector *inspector_new(struct event_base *base, const struct dialler *dialler,
    const struct dns_lookup_settings *settings, inspector_callback *callback, void *context);
void inspector_free(struct inspector *inspector);

/* Replaces the servers of questions that name none. */
void inspector_set_servers(
    struct inspector *inspector, const struct endpoint *servers, size_t count);

/*
 * Asks this server, or with family 0 those of the settings in turn; the result comes later, exactly
 * once unless dropped.
 */
void inspector_ask(struct inspector *inspector, uint64_t owner, uint32_t tag,
    const struct endpoint *server, const struct dns_question *question,
    const struct dns_manner *manner);

/* Drops all questions of this owner: no callback comes for them any more. */
void inspector_drop(struct inspector *inspector, uint64_t owner);

#endif
