/*
 * The consequence for mail of servers that disagree.
 *
 * A resolver that has nothing in its cache asks one of the servers, and which one is chance: of n
 * server addresses that answer, each gets an equal share of such cold lookups here. (Resolvers
 * prefer quick servers, each from its own place; seen over all senders equal shares are the best
 * guess.) Servers that do not answer take no share: the resolver goes on to another one, later.
 *
 * Decides where mail goes by the answers of one server (RFC 5321 5.1, RFC 7505), which servers send
 * it the same way, and what is said of each way. What resolvers differ in is told with the time
 * for which the difference may last.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/span.h"

#include "mail/divergence.h"

NAMES_DEFINE(divergence_kind, DIVERGENCE_KINDS)

enum {
	ROUTES_MAX = COMPARISON_SERVERS_MAX,
	CONTENT_MOST = 120, /* octets of an answer that a sentence repeats */
};

/* Where mail goes by what one server says. */
enum route_kind {
	ROUTE_UNKNOWN, /* it does not say */
	ROUTE_EXCHANGES,
	ROUTE_NULL,
	ROUTE_IMPLICIT,
	ROUTE_NONE, /* neither MX nor address */
	ROUTE_NO_DOMAIN,
	ROUTE_ALIAS,
};

/* One way that some of the servers send mail. */
struct route {
	enum route_kind kind;
	const char *content; /* the MX records, or the alias */
	size_t servers;
	size_t first; /* of them */
};

/* All ways, the most common first. */
struct routes {
	struct route items[ROUTES_MAX];
	size_t count;
	size_t answering; /* servers in all of them */
};

/* --- lines ---------------------------------------------------------------------------- */

static void add(struct divergence *divergence, enum divergence_kind kind, bool loses_mail,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Adds a sentence. */
static void
add(struct divergence *divergence, enum divergence_kind kind, bool loses_mail,
    const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list arguments;

	va_start(arguments, format);
	buf_addv(&text, format, arguments);
	va_end(arguments);
	divergence->lines = mem_grow(divergence->lines, divergence->count,
	    &divergence->capacity, sizeof *divergence->lines);
	divergence->lines[divergence->count++] =
	    (struct divergence_line){ kind, loses_mail, buf_take(&text) };
}

void
divergence_copy(struct divergence *to, const struct divergence *from)
{
	*to = (struct divergence){ 0 };
	for (size_t i = 0; i < from->count; i++)
		add(to, from->lines[i].kind, from->lines[i].loses_mail, "%s",
		    from->lines[i].text);
}

void
divergence_clear(struct divergence *divergence)
{
	for (size_t i = 0; i < divergence->count; i++)
		free(divergence->lines[i].text);
	free(divergence->lines);
	*divergence = (struct divergence){ 0 };
}

const char *
divergence_share(size_t part, size_t whole, char out[32])
{
	static const struct {
		size_t part, whole;
		const char *words;
	} shares[] = {
		{ 1, 1, "all" },
		{ 1, 2, "half" },
		{ 1, 3, "a third" },
		{ 2, 3, "two thirds" },
		{ 1, 4, "a quarter" },
		{ 3, 4, "three quarters" },
		{ 1, 5, "a fifth" },
	};

	for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
		if (part * shares[i].whole == whole * shares[i].part) {
			snprintf(out, 32, "%s", shares[i].words);
			return out;
		}
	}
	snprintf(out, 32, "about %zu%%", whole == 0 ? 0 : (part * 100 + whole / 2) / whole);
	return out;
}

/* --- routes ------------------------------------------------------------------------------ */

/* True for the MX records of a Null MX (RFC 7505 3). */
static bool
is_null(const struct comparison_cell *mx)
{
	struct dns_name exchange;
	uint16_t preference;

	return mx->result->answer.count == 1 &&
	    dns_record_mx(&mx->result->answer.items[0], &preference, &exchange) &&
	    dns_name_is_root(&exchange);
}

/* Where mail goes without MX records, by the addresses that the same server gives. */
static enum route_kind
route_without_mx(const struct comparison_server *server)
{
	const struct comparison_cell *a = &server->cells[COMPARE_A],
				     *aaaa = &server->cells[COMPARE_AAAA];

	if (a->state == CELL_ANSWER || aaaa->state == CELL_ANSWER)
		return ROUTE_IMPLICIT;
	return comparison_cell_says(a) && comparison_cell_says(aaaa) ? ROUTE_NONE
								     : ROUTE_UNKNOWN;
}

/* Where mail goes by what the server says. */
static struct route
route_of(const struct comparison_server *server, size_t index)
{
	const struct comparison_cell *mx = &server->cells[COMPARE_MX];
	struct route route = { .content = mx->content, .servers = 1, .first = index };

	switch (mx->state) {
	case CELL_ANSWER:
		route.kind = is_null(mx) ? ROUTE_NULL : ROUTE_EXCHANGES;
		break;
	case CELL_ALIAS:
		route.kind = ROUTE_ALIAS;
		break;
	case CELL_NODATA:
		route.kind = route_without_mx(server);
		break;
	case CELL_NXDOMAIN:
		route.kind = ROUTE_NO_DOMAIN;
		break;
	case CELL_UNASKED:
	case CELL_PENDING:
	case CELL_LAME:
	case CELL_FAILS:
	case CELL_SILENT:
	case CELL_CLOSED:
	case CELL_UNREACHABLE:
		break;
	}
	return route;
}

/* Counts a server's route with the others. */
static void
count_route(struct routes *routes, const struct route *route)
{
	if (route->kind == ROUTE_UNKNOWN)
		return;
	routes->answering++;
	for (size_t i = 0; i < routes->count; i++) {
		struct route *known = &routes->items[i];

		if (known->kind == route->kind && strcmp(known->content, route->content) == 0) {
			known->servers++;
			return;
		}
	}
	routes->items[routes->count++] = *route;
}

/* Orders routes: the most common first, then as they came. */
static int
compare_routes(const void *a, const void *b)
{
	const struct route *x = a, *y = b;

	if (x->servers != y->servers)
		return x->servers > y->servers ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

/* Finds all ways that the servers send mail. */
static struct routes
find_routes(const struct dns_comparison *c)
{
	struct routes routes = { .count = 0 };

	for (size_t i = 0; i < c->server_count; i++) {
		struct route route = route_of(&c->servers[i], i);

		count_route(&routes, &route);
	}
	qsort(routes.items, routes.count, sizeof *routes.items, compare_routes);
	return routes;
}

/* True when mail that goes this way comes back, or nowhere. */
static bool
is_loss(enum route_kind kind)
{
	return kind == ROUTE_NULL || kind == ROUTE_NONE || kind == ROUTE_NO_DOMAIN;
}

/* Appends what the servers of a route say. */
static void
say_route(struct buf *out, const struct route *route)
{
	switch (route->kind) {
	case ROUTE_EXCHANGES:
	case ROUTE_ALIAS:
		buf_addf(out, "%.*s%s", CONTENT_MOST, route->content,
		    strlen(route->content) > CONTENT_MOST ? "..." : "");
		break;
	case ROUTE_NULL:
		buf_adds(out, "Null MX");
		break;
	case ROUTE_IMPLICIT:
	case ROUTE_NONE:
		buf_adds(out, "NODATA");
		break;
	case ROUTE_NO_DOMAIN:
		buf_adds(out, "NXDOMAIN");
		break;
	case ROUTE_UNKNOWN:
		break;
	}
}

/* What becomes of mail that goes this way. */
static const char *
consequence_of(enum route_kind kind)
{
	switch (kind) {
	case ROUTE_EXCHANGES:
		return "would send mail there";
	case ROUTE_ALIAS:
		return "would follow the alias";
	case ROUTE_NULL:
		return "would return the mail, for the domain takes none";
	case ROUTE_IMPLICIT:
		return "would use the implicit MX";
	case ROUTE_NONE:
		return "would return the mail, for there is neither MX nor address";
	case ROUTE_NO_DOMAIN:
		return "would return the mail, for there is no such domain";
	case ROUTE_UNKNOWN:
		break;
	}
	return "";
}

/* Tells where the ways part: each way with its share of lookups, the rarest last. */
static void
tell_routes(struct divergence *d, const struct dns_comparison *c, const struct routes *routes)
{
	for (size_t i = 0; i < routes->count; i++) {
		const struct route *route = &routes->items[routes->count - 1 - i];
		struct buf says = BUF_INIT;
		char share[32];

		say_route(&says, route);
		/* The most common way is no trouble; the others are. */
		add(d, i + 1 == routes->count ? DIVERGENCE_AGREE : DIVERGENCE_MX,
		    i + 1 < routes->count && is_loss(route->kind),
		    "%zu of %zu servers say%s %s: %s of cold lookups %s", route->servers,
		    c->server_count, route->servers == 1 ? "s" : "", buf_text(&says),
		    divergence_share(route->servers, routes->answering, share),
		    consequence_of(route->kind));
		buf_clear(&says);
	}
}

/* Tells what all say that say anything. */
static void
tell_agreement(
    struct divergence *d, const struct dns_comparison *c, const struct routes *routes)
{
	const char *who = c->resolvers ? "resolver" : "server address";
	const char *several = c->resolvers ? "resolvers" : "server addresses";
	struct buf says = BUF_INIT;

	say_route(&says, &routes->items[0]);
	if (routes->answering == 1)
		add(d, DIVERGENCE_AGREE, false, "the one %s that answers says %s", who,
		    buf_text(&says));
	else
		add(d, DIVERGENCE_AGREE, false, "all %zu %s that answer say the same: %s",
		    routes->answering, several, buf_text(&says));
	buf_clear(&says);
}

/* --- servers that do not answer -------------------------------------------------------------- */

/* How many servers are in this state when asked for the MX. */
static size_t
count_state(const struct dns_comparison *c, enum cell_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < c->server_count; i++)
		count += c->servers[i].cells[COMPARE_MX].state == state;
	return count;
}

/* Names the servers in this state, each with its address. */
static void
tell_failing(struct divergence *d, const struct dns_comparison *c, enum cell_state state,
    const char *does)
{
	for (size_t i = 0; i < c->server_count; i++) {
		const struct comparison_server *server = &c->servers[i];
		char name[DNS_NAME_TEXT_MAX], ip[IP_TEXT_MAX];

		if (server->cells[COMPARE_MX].state != state)
			continue;
		if (server->name.length > 0)
			add(d, DIVERGENCE_LAME, false, "%s [%s] %s",
			    dns_name_text(&server->name, name), ip_text(&server->at.ip, ip),
			    does);
		else
			add(d, DIVERGENCE_LAME, false, "%s %s", ip_text(&server->at.ip, ip),
			    does);
	}
}

/* Tells that a server has no address, or that this could not be found out. */
static void
tell_homeless(struct divergence *d, const struct dns_comparison *c, size_t host)
{
	char name[DNS_NAME_TEXT_MAX];

	dns_name_text(&c->hosts[host], name);
	if (!c->has_address[host] && c->open[host] == 0)
		add(d, DIVERGENCE_LAME, false, "%s is named as a server and has no address",
		    name);
	else if (!c->has_address[host])
		add(d, DIVERGENCE_UNKNOWN, false,
		    "%s is named as a server and cannot be looked up now", name);
}

/* Tells who gives no answer, and what that costs. */
static void
tell_silence(struct divergence *d, const struct dns_comparison *c)
{
	tell_failing(
	    d, c, CELL_LAME, "does not hold the zone: resolvers go on to another server");
	tell_failing(
	    d, c, CELL_FAILS, "answers with an error: resolvers go on to another server");
	tell_failing(d, c, CELL_CLOSED,
	    c->resolvers
		? "refuses the connection"
		: "refuses the connection on port 53: resolvers go on to another server");
	tell_failing(
	    d, c, CELL_SILENT, "is silent: a lookup that begins there takes seconds longer");
	for (size_t i = 0; i < c->host_count; i++)
		tell_homeless(d, c, i);
}

/* --- other differences ------------------------------------------------------------------------ */

/* Tells that the addresses of the domain differ. */
static void
tell_addresses(struct divergence *d, const struct dns_comparison *c)
{
	static const enum comparison_column columns[] = { COMPARE_A, COMPARE_AAAA };

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		size_t groups = dns_comparison_groups(c, columns[i]);

		if (groups > 1)
			add(d, DIVERGENCE_OTHER, false,
			    "the servers give %zu different answers for the %s records of the "
			    "domain",
			    groups, comparison_column_name(columns[i]));
	}
}

/* Reads the serial that a server gives; false when it gives none. */
static bool
serial_of(const struct comparison_server *server, uint32_t *serial)
{
	const struct comparison_cell *cell = &server->cells[COMPARE_SOA];
	uint32_t minimum;

	return cell->state == CELL_ANSWER &&
	    dns_record_soa(&cell->result->answer.items[0], serial, &minimum);
}

/* Tells that copies of the zone are of different age. */
static void
tell_serials(struct divergence *d, const struct dns_comparison *c)
{
	uint32_t newest = 0, serial;
	size_t older = 0, known = 0;

	for (size_t i = 0; i < c->server_count; i++) {
		if (serial_of(&c->servers[i], &serial) &&
		    (known++ == 0 || dns_serial_compare(serial, newest) > 0))
			newest = serial;
	}
	for (size_t i = 0; i < c->server_count; i++)
		older += serial_of(&c->servers[i], &serial) && serial != newest;
	if (older > 0)
		add(d, DIVERGENCE_SERIAL, false,
		    "the newest copy of the zone is serial %u; %zu of %zu servers %s an older "
		    "one",
		    (unsigned)newest, older, known, older == 1 ? "has" : "have");
}

/* --- resolvers ---------------------------------------------------------------------------------- */

/* The longest TTL of those that do not say what most say. */
static uint32_t
longest_minority(const struct dns_comparison *c)
{
	uint32_t longest = 0;

	for (size_t i = 0; i < c->server_count; i++) {
		const struct comparison_cell *cell = &c->servers[i].cells[COMPARE_MX];

		if (cell->content != NULL && cell->group != 0 && cell->ttl > longest)
			longest = cell->ttl;
	}
	return longest;
}

/* Tells what resolvers differ in: their users' mail takes different ways until caches run out. */
static void
tell_resolvers(
    struct divergence *d, const struct dns_comparison *c, const struct routes *routes)
{
	char span[SPAN_TEXT_MAX];

	for (size_t i = 0; i < routes->count; i++) {
		const struct route *route = &routes->items[i];
		struct buf says = BUF_INIT;

		say_route(&says, route);
		add(d, i == 0 ? DIVERGENCE_AGREE : DIVERGENCE_MX, i > 0 && is_loss(route->kind),
		    "%zu of %zu resolvers say%s %s: senders behind %s %s", route->servers,
		    c->server_count, route->servers == 1 ? "s" : "", buf_text(&says),
		    route->servers == 1 ? "it" : "them", consequence_of(route->kind));
		buf_clear(&says);
	}
	add(d, DIVERGENCE_OTHER, false,
	    "what only some of them say may be kept for %s yet, until all ask again",
	    span_countdown(longest_minority(c), span));
}

/* How many servers answer, but without authority, as whoever stands in for them would. */
static size_t
count_stand_ins(const struct dns_comparison *c)
{
	size_t count = 0;

	for (size_t i = 0; i < c->server_count; i++) {
		const struct comparison_cell *mx = &c->servers[i].cells[COMPARE_MX];

		count += mx->state == CELL_LAME && mx->rcode == 0;
	}
	return count;
}

/* Tells that no server says where mail goes; whether that is their fault, or this network's. */
static void
tell_nothing(struct divergence *d, const struct dns_comparison *c)
{
	size_t away = count_state(c, CELL_SILENT) + count_state(c, CELL_UNREACHABLE);
	size_t closed = count_state(c, CELL_CLOSED);

	if (closed > 0 && away + closed == c->server_count)
		add(d, DIVERGENCE_UNKNOWN, false,
		    "no server answers from here: %zu of %zu %s the connection on port 53, or "
		    "something on the way does so in their place",
		    closed, c->server_count, closed == 1 ? "refuses" : "refuse");
	else if (away == c->server_count)
		add(d, DIVERGENCE_UNKNOWN, false,
		    "no server answers from here: nothing can be told (is port 53 let out?)");
	else if (away + count_stand_ins(c) == c->server_count)
		add(d, DIVERGENCE_UNKNOWN, false,
		    "every server answers without authority: something on the way seems to "
		    "answer in their place, and nothing can be told");
	else if (away > 0)
		add(d, DIVERGENCE_UNKNOWN, false,
		    "no server that can be asked from here says where mail goes");
	else
		add(d, DIVERGENCE_LAME, true,
		    "no server says where mail goes: senders queue it, and return it in the "
		    "end");
}

void
divergence_make(struct divergence *d, const struct dns_comparison *c)
{
	struct routes routes = find_routes(c);

	*d = (struct divergence){ 0 };
	if (c->server_count == 0)
		return;
	if (routes.count == 0)
		tell_nothing(d, c);
	else if (routes.count == 1)
		tell_agreement(d, c, &routes);
	else if (c->resolvers)
		tell_resolvers(d, c, &routes);
	else
		tell_routes(d, c, &routes);
	if (routes.count == 0 && d->lines[0].kind == DIVERGENCE_UNKNOWN)
		return;
	tell_silence(d, c);
	if (c->resolvers)
		return;
	tell_addresses(d, c);
	tell_serials(d, c);
}
