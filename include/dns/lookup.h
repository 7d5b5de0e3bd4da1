/*
 * One question to a set of recursive servers, as a step machine: it decides what to send to
 * whom and when, what an arriving packet means, and when to give up. It owns no socket and no
 * clock; the caller sends, waits and tells.
 *
 * Servers are asked in order - given, or by what is known of them (dns/standing) - the next one
 * as a hedge when the first is late (both are listened to); retransmissions to one server repeat the same id and case, so that a late answer still
 * counts; UDP first, TCP when an answer is truncated or too many strays came (RFC 7766, RFC
 * 5452 9); EDNS first, without it after FORMERR/NOTIMP; SERVFAIL, REFUSED and the like move on
 * to the next server at once and are told only when no server does better. A partial CNAME
 * chain is followed with further questions, at most DNS_ALIAS_MAX links.
 */
#ifndef DNS_LOOKUP_H
#define DNS_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/message.h"
#include "dns/result.h"
#include "dns/standing.h"

enum {
	DNS_ALIAS_MAX = 10,
	DNS_STRAYS_MAX = 10, /* replies that do not match before we turn to TCP */
};

/* How a question goes to a chosen server, for those who look at servers. */
struct dns_manner {
	bool iterative; /* without RD */
	bool dnssec; /* with DO and CD */
	bool tcp; /* over TCP from the start */
	bool as_typed; /* without mixing the case of the name */
	int64_t patience_us; /* 0 = as long as for any question */
};

struct dns_lookup_settings {
	size_t server_count; /* at least 1 */
	int64_t timeout_us; /* patience for the whole question */
	int64_t retry_us; /* first retransmission; doubles; 0 = 400 ms */
	int64_t longest_us; /* ... up to this (resolv.conf timeout); 0 = no bound */
	unsigned attempts; /* rounds over the servers, 1..5 */
	bool use_tcp; /* only TCP (resolv.conf use-vc) */
	bool edns;
	bool mix_case; /* 0x20 */
	/*
	 * The first sound reply settles it, whatever it says, and is kept whole (result.reply): for
	 * those who look at servers and not for answers. No alias is followed.
	 */
	bool whole;
	bool iterative; /* without RD: for authoritative servers */
	bool rotate; /* each lookup begins with the next server (resolv.conf rotate) */
	bool cookies; /* with EDNS and standings: DNS cookies (RFC 7873) */
	/*
	 * What lookups tell each other of the servers: borrowed. NULL = each one begins anew, and asks
	 * in the order given.
	 */
	struct dns_standings *standings;
	/* With EDNS: DO and CD, and everything that comes is kept as the result's evidence. */
	bool dnssec;
	/* Fills n bytes with unpredictable ones (the kernel's, or a test's own). */
	void (*random)(void *context, void *bytes, size_t n);
	void *random_context;
	struct endpoint servers[DNS_SERVERS_MAX];
};

enum dns_want_kind {
	DNS_WANT_SEND, /* send .query to server .server over .tcp or UDP, then ask again */
	DNS_WANT_WAIT, /* nothing until .deadline_us, unless something arrives */
	DNS_WANT_DONE, /* take the result */
};

struct dns_want {
	enum dns_want_kind kind;
	size_t server; /* index into settings.servers */
	bool tcp;
	const uint8_t
	    *query; /* valid until the next call; TCP's two length octets are not part of it */
	size_t query_length;
	int64_t deadline_us;
};

struct dns_lookup;

/* Starts on a question at now_us. The caller frees it with dns_lookup_free(). */
struct dns_lookup *dns_lookup_new(const struct dns_question *question,
    const struct dns_lookup_settings *settings, int64_t now_us);

/*
 * Starts on another question, with the same settings: the machine's memory is used once more. What
 * became of the question before is forgotten unless it was taken.
 */
void dns_lookup_renew(
    struct dns_lookup *lookup, const struct dns_question *question, int64_t now_us);

/* The server that is asked first: its index in the settings. */
size_t dns_lookup_first(const struct dns_lookup *lookup);

/* The server of this index, as the lookup was given it. */
const struct endpoint *dns_lookup_server(const struct dns_lookup *lookup, size_t server);

/*
 * Returns what the machine wants at now_us; call it after every other call and at the
 * deadline, again and again until it wants to wait or is done.
 */
struct dns_want dns_lookup_next(struct dns_lookup *lookup, int64_t now_us);

/* A packet from this server is about to be told of: has what that will take fetched (util/prefetch.h). */
void dns_lookup_expect(const struct dns_lookup *lookup, size_t server);

/* A packet (over TCP: a whole message) came from this server. */
void dns_lookup_received(struct dns_lookup *lookup, size_t server, bool tcp,
    const uint8_t *wire, size_t n, int64_t now_us);

/*
 * The socket to this server failed or was closed; reason is one sentence ("connection
 * refused").
 */
void dns_lookup_failed(
    struct dns_lookup *lookup, size_t server, bool tcp, const char *reason, int64_t now_us);

/* The same, where the server's host itself refused the connection: see dns_result_is_refused(). */
void dns_lookup_refused(
    struct dns_lookup *lookup, size_t server, bool tcp, const char *reason, int64_t now_us);

/*
 * Returns the finished result, with one reference for the caller. Only after DNS_WANT_DONE,
 * once.
 */
struct dns_result *dns_lookup_take(struct dns_lookup *lookup);

/* Frees the machine, finished or not. NULL is fine. */
void dns_lookup_free(struct dns_lookup *lookup);

#endif
