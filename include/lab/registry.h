/*
 * The laboratory's name servers that have authority: those of the root, of the zones above the
 * scenarios', the two that serve most domains, and those that a scenario has of its own. Each
 * listens on its documentation addresses, mapped in the dialler, so that the way from the root
 * to a domain can be walked.
 */
#ifndef LAB_REGISTRY_H
#define LAB_REGISTRY_H

#include <stddef.h>

#include "dns/record.h"
#include "lab/authority.h"
#include "lab/scenario.h"

struct dialler;
struct event_base;
struct registry;

/*
 * Starts them on this loop. Authority and scenarios outlive it. Returns NULL and a sentence in
 * *error (the caller frees it) when there are no sockets for them. Free it with registry_close()
 * (NULL is fine).
 */
struct registry *registry_open(struct event_base *base, struct dialler *dialler,
    const struct authority *authority, const struct scenario *worlds, size_t count,
    char **error);
void registry_close(struct registry *registry);

/* Appends the root's NS records and the addresses of its servers, as a hints file has them. */
void registry_hints(const struct authority *authority, struct dns_records *hints);

#endif
