/*
 * What is known of name servers, shared by all lookups: how fast each one answers (smoothed as RFC
 * 6298 2 does), whether it fails, what it does not understand, and its cookie (RFC 7873). Time is
 * an argument.
 */
#ifndef DNS_STANDING_H
#define DNS_STANDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/message.h"
#include "util/ip.h"

enum {
	DNS_SERVERS_MAX = 8, /* that one question can be asked of */
};

/* How much a failure weighs: at DNS_STANDING_AVOIDED in a row a server is left aside for a while. */
enum {
	DNS_STANDING_LATE = 1, /* silent for longer than it usually is, or SERVFAIL */
	DNS_STANDING_BROKEN = 2, /* not reachable, refusing, or talking nonsense */
	DNS_STANDING_AVOIDED = 2,
};

struct dns_standing {
	struct endpoint server;
	int64_t rtt_us, deviation_us; /* smoothed; 0 = not measured, or too long ago */
	int64_t measured_us; /* when last */
	unsigned failures; /* in a row, weighted */
	int64_t avoided_until_us;
	bool without_cookie, without_edns, without_case; /* what it does not understand */
	int64_t learned_us; /* when that was seen; it is forgotten after a quarter of an hour */
	uint8_t cookie[DNS_COOKIE_MAX]; /* ours, then the server's */
	size_t cookie_length; /* 0 = none made yet, DNS_COOKIE_CLIENT = it gave us none */
};

struct dns_standings;

/* An empty book. Free it with dns_standings_free(), after the last lookup that uses it. */
struct dns_standings *dns_standings_new(void);
void dns_standings_free(struct dns_standings *standings);

/*
 * Returns what is known of this server, nothing for a new one; what is too old is forgotten first.
 * Valid until the next call.
 */
struct dns_standing *dns_standings_of(
    struct dns_standings *standings, const struct endpoint *server, int64_t now_us);

/* The server answered a query so long after it had been sent. */
void dns_standing_measure(struct dns_standing *standing, int64_t rtt_us, int64_t now_us);

/* It was of use: its failures are forgiven. */
void dns_standing_praise(struct dns_standing *standing);

/*
 * It failed, which weighs so much. Once avoided it gets a chance after 4 seconds, and after
 * twice the time each time it fails again, a minute at most.
 */
void dns_standing_blame(struct dns_standing *standing, unsigned weight, int64_t now_us);

/*
 * How long to wait for its answer before somebody else is asked too: by its measured latency, a
 * half to eight times of the usual interval, which holds for one that was not measured.
 */
int64_t dns_standing_interval(const struct dns_standing *standing, int64_t usual_us);

/*
 * Writes the indexes of the servers into order, the one to ask first first: as resolv.conf(5)
 * lists them, each time beginning with the next one when `rotate` is on; but behind the others
 * those that are measured to be much slower than the fastest, and last those that are avoided.
 * An avoided one whose time has come takes its old place for this one call. At most
 * DNS_SERVERS_MAX of them.
 */
void dns_standings_order(struct dns_standings *standings, const struct endpoint *servers,
    size_t count, bool rotate, int64_t now_us, size_t *order);

#endif
