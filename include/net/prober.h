/*
 * The SMTP prober: smtp/session machines on real sockets. Probes queue up, those of the
 * highest owner number first; at most `limit` connections are open at once, never two to one
 * address, and behind each visit the address has its rest. Each change is reported through the callback,
 * from the event loop; the last report of a probe has .ended_us set.
 */
#ifndef NET_PROBER_H
#define NET_PROBER_H

#include <stddef.h>
#include <stdint.h>

#include "smtp/facts.h"
#include "util/ip.h"

struct event_base;
struct dialler;
struct tls_client;
struct prober;

struct prober_settings {
	char *helo; /* copied */
	int64_t patience_us; /* of one step */
	size_t limit; /* connections at once; 0 = 16 */
	int64_t spacing_us; /* between the end of a visit to an address and the next one */
};

/* What one probe is for. */
struct probe_request {
	uint64_t owner; /* the inquiry: all its probes can be cancelled at once */
	uint32_t tag; /* comes back with each report */
	struct endpoint target;
	const char *host; /* the exchange, for SNI and name match; NULL = a literal; copied */
	const char *server_name; /* for SNI; NULL = the host; copied */
	const char *mail_from; /* "" = null sender; copied */
	const char *rcpt; /* NULL = stop before MAIL; copied */
	uint64_t size; /* octets of the message, told in MAIL where SIZE is offered; 0 = none */
};

/* The facts belong to the prober and change with the next report: copy what is to be kept. */
typedef void prober_callback(
    void *context, uint64_t owner, uint32_t tag, const struct smtp_facts *facts);

/*
 * A prober on this loop; the callback may start and cancel probes. Settings are copied. Free
 * it with prober_free(), not from inside the callback and before dialler, TLS client and
 * base. The process must ignore SIGPIPE.
 */
struct prober *prober_new(struct event_base *base, const struct dialler *dialler,
    struct tls_client *tls, const struct prober_settings *settings, prober_callback *callback,
    void *context);

/*
 * Ends all probes at once (QUIT is sent where a dialogue is open, without waiting) and frees.
 */
void prober_free(struct prober *prober);

/*
 * Queues a probe. The first report comes when it is under way; until then it waits for its
 * turn and for its address. First come, first served, except that who waits for an address lets
 * others pass.
 */
void prober_start(struct prober *prober, const struct probe_request *request);

/*
 * Cancels all probes of the owner, queued or running; no report comes for them any more.
 * Where a dialogue is open QUIT is said, and the address stays taken until the server has
 * closed the connection, at most a second.
 */
void prober_cancel(struct prober *prober, uint64_t owner);

/* How many probes are queued or running (those saying QUIT after a cancel are not counted). */
size_t prober_pending(const struct prober *prober);

#endif
