/*
 * What is known of name servers.
 *
 * Decides who is asked first and how long is long: servers of about the same speed count as equal,
 * so that the administrator's order (resolv.conf(5)) holds among them; one that fails is left
 * aside for a time that doubles, and then tried by a single lookup. What makes a failure, and
 * what is sent when, is lookup.c's. A book holds 256 servers; when a walk through the whole tree
 * meets more, it begins anew, which costs a measurement and no answer.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/span.h"
#include "dns/standing.h"

enum {
	SLOTS = 512, /* twice of what is used: a power of two */
	SERVERS_MAX = 256,
	GAIN = 8, /* of a new sample: 1/8, and 1/4 for the deviation (RFC 6298 2.3) */
	DOUBLINGS_MAX = 4,
};

#define MEASURE_FADES_US (60 * SPAN_SECOND)
#define LESSON_FADES_US  (15 * 60 * SPAN_SECOND)
#define AVOID_US         (4 * SPAN_SECOND)
#define AVOID_MAX_US     (60 * SPAN_SECOND)
#define SAME_SPEED_US    (20 * SPAN_MS) /* what may lie between servers that count as equal */

struct dns_standings {
	struct dns_standing slots[SLOTS]; /* open addressing; family 0 = free */
	size_t count;
	size_t turn; /* for `rotate` */
};

struct dns_standings *
dns_standings_new(void)
{
	return mem_alloc(sizeof(struct dns_standings));
}

void
dns_standings_free(struct dns_standings *standings)
{
	free(standings);
}

/* Returns the slot where the search for a server begins (multipliers: Knuth 6.4). */
static size_t
slot_of(const struct endpoint *server)
{
	uint64_t high, low;

	memcpy(&high, server->ip.bytes, sizeof high);
	memcpy(&low, server->ip.bytes + sizeof high, sizeof low);
	high = (high ^ server->port) * UINT64_C(0x9E3779B97F4A7C15);
	return ((high ^ low) * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (SLOTS - 1);
}

/* True for the same server: ip_equal() compares in order, which takes longer. */
static bool
is_of(const struct dns_standing *s, const struct endpoint *server)
{
	return s->server.port == server->port && s->server.ip.family == server->ip.family &&
	    s->server.ip.scope == server->ip.scope &&
	    memcmp(s->server.ip.bytes, server->ip.bytes, sizeof server->ip.bytes) == 0;
}

/* Returns the server's slot, or the free one that would be its own. */
static struct dns_standing *
find(struct dns_standings *standings, const struct endpoint *server)
{
	for (size_t i = slot_of(server);; i = (i + 1) & (SLOTS - 1)) {
		struct dns_standing *s = &standings->slots[i];

		if (s->server.ip.family == 0 || is_of(s, server))
			return s;
	}
}

/* Forgets what is too old to be believed. */
static void
fade(struct dns_standing *s, int64_t now_us)
{
	if (s->rtt_us && now_us - s->measured_us > MEASURE_FADES_US)
		s->rtt_us = s->deviation_us = 0;
	if (s->learned_us && now_us - s->learned_us > LESSON_FADES_US) {
		s->without_cookie = s->without_edns = s->without_case = false;
		s->learned_us = 0;
	}
}

struct dns_standing *
dns_standings_of(struct dns_standings *standings, const struct endpoint *server, int64_t now_us)
{
	struct dns_standing *s = find(standings, server);

	if (s->server.ip.family == 0) {
		if (standings->count == SERVERS_MAX) {
			memset(standings, 0, sizeof *standings);
			s = find(standings, server);
		}
		s->server = *server;
		standings->count++;
	}
	fade(s, now_us);
	return s;
}

void
dns_standing_measure(struct dns_standing *s, int64_t rtt_us, int64_t now_us)
{
	int64_t off = s->rtt_us > rtt_us ? s->rtt_us - rtt_us : rtt_us - s->rtt_us;

	s->measured_us = now_us;
	if (s->rtt_us == 0) {
		s->rtt_us = rtt_us > 0 ? rtt_us : 1;
		s->deviation_us = rtt_us / 2;
		return;
	}
	s->deviation_us += (off - s->deviation_us) / (GAIN / 2);
	s->rtt_us += (rtt_us - s->rtt_us) / GAIN;
}

void
dns_standing_praise(struct dns_standing *s)
{
	s->failures = 0;
	s->avoided_until_us = 0;
}

/* Returns for how long a server with so many failures is left aside. */
static int64_t
time_aside(unsigned failures)
{
	unsigned doublings = (failures - DNS_STANDING_AVOIDED) / DNS_STANDING_AVOIDED;
	int64_t aside_us = AVOID_US << (doublings < DOUBLINGS_MAX ? doublings : DOUBLINGS_MAX);

	return aside_us < AVOID_MAX_US ? aside_us : AVOID_MAX_US;
}

/* Failures of lookups that were under way when it was set aside tell nothing new. */
void
dns_standing_blame(struct dns_standing *s, unsigned weight, int64_t now_us)
{
	if (s->failures >= DNS_STANDING_AVOIDED && now_us < s->avoided_until_us - AVOID_US / 2)
		return;
	s->failures += weight;
	if (s->failures >= DNS_STANDING_AVOIDED)
		s->avoided_until_us = now_us + time_aside(s->failures);
}

int64_t
dns_standing_interval(const struct dns_standing *s, int64_t usual_us)
{
	int64_t wait_us = s->rtt_us + 4 * s->deviation_us;

	if (s->rtt_us == 0)
		return usual_us;
	if (wait_us < usual_us / 2)
		return usual_us / 2;
	return wait_us < 8 * usual_us ? wait_us : 8 * usual_us;
}

/* What a server is worth in the order: the lower the earlier. */
enum rank {
	RANK_GOOD,
	RANK_SLOW,
	RANK_AVOIDED,
	RANKS
};

/* Returns the latency of the fastest server that is not avoided, or 0. */
static int64_t
fastest(struct dns_standings *standings, const struct endpoint *servers, size_t count,
    int64_t now_us)
{
	int64_t best = 0;

	for (size_t i = 0; i < count; i++) {
		const struct dns_standing *s = dns_standings_of(standings, &servers[i], now_us);

		if (s->rtt_us && s->failures < DNS_STANDING_AVOIDED &&
		    (best == 0 || s->rtt_us < best))
			best = s->rtt_us;
	}
	return best;
}

/*
 * Ranks a server. One whose time aside is over is ranked as others are, once: until it has
 * answered, the lookups that follow leave it aside again.
 */
static enum rank
rank_of(struct dns_standing *s, int64_t best_us, int64_t now_us)
{
	if (s->failures >= DNS_STANDING_AVOIDED) {
		if (now_us < s->avoided_until_us)
			return RANK_AVOIDED;
		s->avoided_until_us = now_us + AVOID_US / 2;
		return RANK_GOOD;
	}
	return s->rtt_us > 2 * best_us + SAME_SPEED_US ? RANK_SLOW : RANK_GOOD;
}

void
dns_standings_order(struct dns_standings *standings, const struct endpoint *servers,
    size_t count, bool rotate, int64_t now_us, size_t *order)
{
	int64_t best_us = fastest(standings, servers, count, now_us);
	size_t first = rotate && count > 0 ? standings->turn++ % count : 0, placed = 0;
	enum rank ranks[DNS_SERVERS_MAX];

	for (size_t i = 0; i < count; i++)
		ranks[i] =
		    rank_of(dns_standings_of(standings, &servers[i], now_us), best_us, now_us);
	for (enum rank rank = RANK_GOOD; rank < RANKS; rank++) {
		for (size_t i = 0; i < count; i++) {
			size_t server = (first + i) % count;

			if (ranks[server] == rank)
				order[placed++] = server;
		}
	}
}
