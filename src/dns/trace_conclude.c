/*
 * What a walk from the root comes to, in one or two sentences made of counts. Decides which
 * troubles are told, and in which order: whether anybody answers at all, who does not, and whether
 * the zone and the one above it name the same servers. Of a walk that was stopped nothing is told:
 * what is still open might change all of it.
 */
#include "dns/trace.h"

/* What the servers of a zone do, counted. */
struct tally {
	size_t asked, useful, lame, silent, failing, closed, unreachable;
	size_t homes[TRACE_HOME_UNASKED + 1]; /* of its hosts */
};

/* Where each state counts. */
static size_t *
place_of(struct tally *tally, enum trace_state state)
{
	switch (state) {
	case TRACE_REFERS:
	case TRACE_ANSWERS:
	case TRACE_NODATA:
	case TRACE_NXDOMAIN:
	case TRACE_ALIAS:
		return &tally->useful;
	case TRACE_LAME:
		return &tally->lame;
	case TRACE_SILENT:
		return &tally->silent;
	case TRACE_FAILS:
	case TRACE_MALFORMED:
		return &tally->failing;
	case TRACE_CLOSED:
		return &tally->closed;
	case TRACE_UNREACHABLE:
		return &tally->unreachable;
	case TRACE_UNASKED:
	case TRACE_PENDING:
		break;
	}
	return NULL;
}

/* Counts. */
static struct tally
count(const struct trace_zone *zone)
{
	struct tally tally = { .asked = zone->asked };

	for (size_t i = 0; i < zone->server_count; i++) {
		size_t *place = place_of(&tally, zone->servers[i].state);

		if (place != NULL)
			++*place;
	}
	for (size_t i = 0; i < zone->host_count; i++)
		tally.homes[dns_trace_home(&zone->hosts[i])]++;
	return tally;
}

/* Appends "; 2 are silent" for what there is of a trouble. */
static void
add_trouble(struct buf *out, size_t n, const char *one, const char *several)
{
	if (n > 0)
		buf_addf(out, "; %zu %s", n, n == 1 ? one : several);
}

/* True when one of zone above and zone itself names a server that the other does not. */
static bool
is_disagreed(const struct trace_zone *zone)
{
	for (size_t i = 0; i < zone->host_count; i++) {
		if (zone->hosts[i].by_parent != zone->hosts[i].by_child)
			return true;
	}
	return false;
}

/*
 * Appends what it means that no server of the root is of use: that tells of this network, and of no
 * zone, for the root's servers always answer, and with authority.
 */
static void
add_root(struct buf *out, const struct tally *tally)
{
	if (tally->lame + tally->failing > 0)
		buf_adds(out,
		    "Something on the way answers in place of the root's servers: port 53 is "
		    "intercepted here, and nothing can be told.");
	else if (tally->closed > 0)
		buf_adds(out,
		    "Something on the way refuses the connection in place of the root's "
		    "servers: nothing can be told.");
	else if (tally->silent > 0)
		buf_adds(out, "No server of the root answers from here: is port 53 let out?");
	else
		buf_adds(out,
		    "No server of the root can be reached from here: nothing can be told.");
}

/* Appends how many of the addresses that can be reached from here are of use. */
static void
add_servers(struct buf *out, const struct tally *tally, const char *zone)
{
	size_t reached = tally->asked - tally->unreachable;

	if (tally->asked == 0)
		buf_addf(out, "No server of %s was asked: nothing can be told", zone);
	else if (reached == 0)
		buf_addf(
		    out, "No server of %s can be reached from here: nothing can be told", zone);
	else if (tally->useful == 0)
		buf_addf(out, "No server of %s answers: resolvers fail (SERVFAIL)", zone);
	else if (tally->useful < reached)
		buf_addf(out, "%zu of %zu addresses of the servers of %s answer%s",
		    tally->useful, reached, zone, tally->useful == 1 ? "s" : "");
	else
		buf_addf(out, "%s of the servers of %s answer%s",
		    reached == 1 ? "The only address" : "All addresses", zone,
		    reached == 1 ? "s" : "");
	if (reached > 0 && tally->unreachable > 0)
		buf_addf(out, " (%zu more cannot be reached from here)", tally->unreachable);
}

/* Appends how many hosts have no address, or perhaps none. */
static void
add_homes(struct buf *out, const struct tally *tally)
{
	add_trouble(out, tally->homes[TRACE_HOME_NONE], "server has no address",
	    "servers have no address");
	add_trouble(out, tally->homes[TRACE_HOME_FAILED], "server cannot be looked up now",
	    "servers cannot be looked up now");
	add_trouble(out, tally->homes[TRACE_HOME_UNASKED], "server was not looked up",
	    "servers were not looked up");
}

void
dns_trace_conclude(const struct dns_trace *trace, struct buf *out)
{
	const struct trace_zone *zone = dns_trace_end(trace);
	const struct tally tally = count(zone);
	char name[DNS_NAME_TEXT_MAX];

	if (!dns_trace_is_done(trace)) {
		buf_adds(out, "Stopped before every server had answered.");
		return;
	}
	if (zone == &trace->zones[0] && tally.useful == 0) {
		add_root(out, &tally);
		return;
	}
	add_servers(out, &tally, dns_name_text(&zone->apex, name));
	add_trouble(out, tally.lame, "is lame", "are lame");
	add_trouble(out, tally.silent, "is silent", "are silent");
	add_trouble(out, tally.closed, "refuses the connection on port 53",
	    "refuse the connection on port 53");
	add_trouble(out, tally.failing, "fails", "fail");
	add_homes(out, &tally);
	buf_addc(out, '.');
	if (zone != &trace->zones[0] && dns_trace_child_known(zone) && is_disagreed(zone))
		buf_adds(
		    out, " The zone above and the zone itself do not name the same servers.");
	if (dns_trace_names_differ(zone))
		buf_adds(out, " Its servers do not agree on who they are.");
}
