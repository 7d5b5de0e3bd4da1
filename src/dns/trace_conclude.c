/*
 * What a walk from the root comes to, in one or two sentences made of counts. Decides which
 * troubles are told, and in which order: whether anybody answers at all, who does not, and whether
 * the zone and the one above it name the same servers.
 */
#include "dns/trace.h"

/* What the servers of a zone do, counted. */
struct tally {
	size_t asked, useful, lame, silent, failing, unreachable, homeless;
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
		tally.homeless += zone->hosts[i].addresses == 0 && zone->hosts[i].lookups == 0;
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

void
dns_trace_conclude(const struct dns_trace *trace, struct buf *out)
{
	const struct trace_zone *zone = dns_trace_end(trace);
	const struct tally tally = count(zone);
	char name[DNS_NAME_TEXT_MAX];

	dns_name_text(&zone->apex, name);
	if (tally.useful == 0) {
		buf_addf(out, "No server of %s answers: resolvers fail (SERVFAIL)", name);
	} else if (tally.useful == tally.asked) {
		buf_addf(out, "%s of the servers of %s answer%s",
		    tally.asked == 1 ? "The only address" : "All addresses", name,
		    tally.asked == 1 ? "s" : "");
	} else {
		buf_addf(out, "%zu of %zu addresses of the servers of %s answer%s",
		    tally.useful, tally.asked, name, tally.useful == 1 ? "s" : "");
	}
	add_trouble(out, tally.lame, "is lame", "are lame");
	add_trouble(out, tally.silent, "is silent", "are silent");
	add_trouble(out, tally.failing, "fails", "fail");
	add_trouble(out, tally.unreachable, "cannot be reached from here",
	    "cannot be reached from here");
	add_trouble(out, tally.homeless, "server has no address", "servers have no address");
	buf_addc(out, '.');
	if (zone != &trace->zones[0] && dns_trace_child_known(zone) && is_disagreed(zone))
		buf_adds(
		    out, " The zone above and the zone itself do not name the same servers.");
	if (dns_trace_names_differ(zone))
		buf_adds(out, " Its servers do not agree on who they are.");
}
