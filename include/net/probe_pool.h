/*
 * Probes that several inquiries share: many domains have the same exchanges, and each of those need be
 * visited once. A report that studies a list uses it; whoever asks for the same probe gets the
 * same facts, at once when they are there.
 */
#ifndef NET_PROBE_POOL_H
#define NET_PROBE_POOL_H

#include "net/prober.h"

struct probe_pool;

/*
 * A pool over a prober of its own, with the arguments of prober_new(). What a probe found is given out
 * for fresh_us from its end on; who asks later has the address visited anew. The callback may
 * not call back into the pool.
 */
struct probe_pool *probe_pool_new(struct event_base *base, const struct dialler *dialler,
    struct tls_client *tls, const struct prober_settings *settings, int64_t fresh_us,
    prober_callback *callback, void *context);
void probe_pool_free(struct probe_pool *pool);

/* As prober_start() and prober_cancel(). The callback may come at once, from inside the call. */
void probe_pool_start(struct probe_pool *pool, const struct probe_request *request);
void probe_pool_cancel(struct probe_pool *pool, uint64_t owner);

#endif
