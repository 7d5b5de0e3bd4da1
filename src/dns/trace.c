/*
 * The way from the root to a name.
 *
 * Decides what a reply means at its place on the way (an answer, a referral downwards, or none of
 * both: then the delegation is lame, RFC 1912 2.8), which glue is believed (that of names at or
 * below the zone that refers), and what is asked next. Whether a difference matters is left to
 * those who read.
 */
#include <stdlib.h>

#include "util/mem.h"
#include "dns/message.h"
#include "dns/trace.h"

NAMES_DEFINE(trace_state, TRACE_STATES)

enum {
	PORT_DNS = 53,
	RCODE_NOERROR = 0,
	RCODE_NXDOMAIN = 3,
};

/* What one question is for. */
enum purpose {
	FOR_NAME, /* the question of the trace, to a server */
	FOR_SERVERS, /* the zone's NS records, to one of its servers */
	FOR_ADDRESS, /* the address of a host, to the resolver */
};

struct trace_ask {
	enum purpose purpose;
	size_t zone, index; /* of a server, or of a host */
	uint16_t type;
	bool answered;
};

/* --- asking --------------------------------------------------------------------------- */

/* Puts a question on the list; false when there are too many. */
static bool
add_ask(struct dns_trace *trace, const struct trace_ask *ask)
{
	if (trace->ask_count == TRACE_ASKS_MAX)
		return false;
	trace->asks[trace->ask_count++] = *ask;
	trace->pending++;
	return true;
}

/* How many addresses of the zone are asked. */
static size_t
asked_most(const struct trace_zone *zone)
{
	return dns_name_labels(&zone->apex) < 2 ? TRACE_UPPER_SERVERS : TRACE_SERVERS_MAX;
}

/* Asks a server for the name, and below the root for its zone's servers. */
static void
ask_server(struct dns_trace *trace, size_t z, size_t s)
{
	struct trace_zone *zone = &trace->zones[z];

	if (zone->asked == asked_most(zone) ||
	    !add_ask(trace, &(struct trace_ask){ .purpose = FOR_NAME, .zone = z, .index = s }))
		return;
	zone->asked++;
	zone->servers[s].state = TRACE_PENDING;
	if (z > 0)
		add_ask(trace,
		    &(struct trace_ask){ .purpose = FOR_SERVERS, .zone = z, .index = s });
}

/* Asks for the addresses of a host that came without. */
static void
ask_addresses(struct dns_trace *trace, size_t z, size_t h)
{
	static const uint16_t types[] = { DNS_TYPE_A, DNS_TYPE_AAAA };
	struct trace_host *host = &trace->zones[z].hosts[h];

	if (host->looked_up || host->addresses > 0)
		return;
	host->looked_up = true;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (add_ask(trace, &(struct trace_ask){ FOR_ADDRESS, z, h, types[i], false }))
			host->lookups++;
		else
			host->passed_over = true;
	}
}

bool
dns_trace_next(struct dns_trace *trace, struct dns_enquiry *want)
{
	const struct trace_ask *ask;
	const struct trace_zone *zone;

	if (trace->next_ask == trace->ask_count)
		return false;
	ask = &trace->asks[trace->next_ask];
	zone = &trace->zones[ask->zone];
	*want = (struct dns_enquiry){
		.tag = (uint32_t)trace->next_ask++,
		.resolve = ask->purpose == FOR_ADDRESS,
		.iterative = true,
	};
	switch (ask->purpose) {
	case FOR_NAME:
		want->question = trace->question;
		break;
	case FOR_SERVERS:
		want->question =
		    (struct dns_question){ .name = zone->apex, .type = DNS_TYPE_NS };
		break;
	case FOR_ADDRESS:
		want->question = (struct dns_question){ .name = zone->hosts[ask->index].name,
			.type = ask->type };
		return true;
	}
	want->server =
	    (struct endpoint){ .ip = zone->servers[ask->index].ip, .port = PORT_DNS };
	return true;
}

/* --- zones, hosts and addresses --------------------------------------------------------- */

/* Returns the zone with this apex, a new one below the parent if need be; SIZE_MAX = too many. */
static size_t
zone_of(struct dns_trace *trace, size_t parent, const struct dns_name *apex)
{
	for (size_t i = 0; i < trace->zone_count; i++) {
		if (dns_name_equal(&trace->zones[i].apex, apex))
			return i;
	}
	if (trace->zone_count == TRACE_ZONES_MAX)
		return SIZE_MAX;
	trace->zones[trace->zone_count].apex = *apex;
	dns_name_lower(&trace->zones[trace->zone_count].apex);
	trace->zones[trace->zone_count].parent = parent;
	return trace->zone_count++;
}

/* Returns the host of this name in the zone, a new one if need be; SIZE_MAX = too many. */
static size_t
host_of(struct trace_zone *zone, const struct dns_name *name)
{
	struct trace_host *host;

	for (size_t i = 0; i < zone->host_count; i++) {
		if (dns_name_equal(&zone->hosts[i].name, name))
			return i;
	}
	if (zone->host_count == TRACE_HOSTS_MAX) {
		zone->hosts_left_out++;
		return SIZE_MAX;
	}
	host = &zone->hosts[zone->host_count];
	*host = (struct trace_host){ .name = *name };
	dns_name_lower(&host->name);
	return zone->host_count++;
}

/* Adds an address of a host, once, and asks it. */
static void
add_address(struct dns_trace *trace, size_t z, size_t h, const struct ip_addr *ip, bool glue)
{
	struct trace_zone *zone = &trace->zones[z];

	for (size_t i = 0; i < zone->server_count; i++) {
		if (zone->servers[i].host == h && ip_equal(&zone->servers[i].ip, ip))
			return;
	}
	zone->hosts[h].addresses++;
	if (zone->server_count == TRACE_SERVERS_MAX) {
		zone->servers_left_out++;
		return;
	}
	zone->servers[zone->server_count] =
	    (struct trace_server){ .host = h, .ip = *ip, .glue = glue };
	ask_server(trace, z, zone->server_count++);
}

/* Adds the addresses that records give a host. */
static void
add_addresses(
    struct dns_trace *trace, size_t z, size_t h, const struct dns_records *records, bool glue)
{
	for (size_t i = 0; i < records->count; i++) {
		struct ip_addr ip;

		if (dns_record_address(&records->items[i], &ip) &&
		    (!glue ||
			dns_name_equal(
			    &records->items[i].owner, &trace->zones[z].hosts[h].name)))
			add_address(trace, z, h, &ip, glue);
	}
}

/*
 * Takes the NS records of a zone, and the addresses beside them where those are to be believed: below
 * `bailiwick`. Returns a bit for each host named.
 */
static uint32_t
take_servers(struct dns_trace *trace, size_t z, const struct dns_records *servers,
    const struct dns_records *glue, const struct dns_name *bailiwick, bool by_child)
{
	uint32_t names = 0;

	for (size_t i = 0; i < servers->count; i++) {
		struct trace_zone *zone = &trace->zones[z];
		struct dns_name name;
		size_t h;

		if (servers->items[i].type != DNS_TYPE_NS ||
		    !dns_name_equal(&servers->items[i].owner, &zone->apex) ||
		    !dns_record_target(&servers->items[i], &name) ||
		    (h = host_of(zone, &name)) == SIZE_MAX)
			continue;
		names |= UINT32_C(1) << h;
		*(by_child ? &zone->hosts[h].by_child : &zone->hosts[h].by_parent) = true;
		if (dns_name_below(&name, bailiwick))
			add_addresses(trace, z, h, glue, true);
		ask_addresses(trace, z, h);
	}
	return names;
}

/* --- replies ---------------------------------------------------------------------------- */

/* Returns the first record of the type in the section, at the name or wherever (NULL). */
static const struct dns_record *
find(const struct dns_records *section, const struct dns_name *name, uint16_t type)
{
	for (size_t i = 0; i < section->count; i++) {
		if (section->items[i].type == type &&
		    (name == NULL || dns_name_equal(&section->items[i].owner, name)))
			return &section->items[i];
	}
	return NULL;
}

/* What a reply with authority says. */
static enum trace_state
read_authority(const struct dns_trace *trace, struct trace_server *server,
    const struct dns_message *message)
{
	const struct dns_question *q = &trace->question;
	const struct dns_record *alias;

	if (find(&message->answer, &q->name, q->type) != NULL)
		return TRACE_ANSWERS;
	alias = find(&message->answer, &q->name, DNS_TYPE_CNAME);
	if (alias != NULL && dns_record_target(alias, &server->target))
		return TRACE_ALIAS;
	return message->rcode == RCODE_NXDOMAIN ? TRACE_NXDOMAIN : TRACE_NODATA;
}

/* True for a zone that is below this one and at or above the name. */
static bool
leads_down(const struct dns_trace *trace, size_t z, const struct dns_name *apex)
{
	const struct dns_name *from = &trace->zones[z].apex;

	return dns_name_below(apex, from) && !dns_name_equal(apex, from) &&
	    dns_name_below(&trace->question.name, apex);
}

/*
 * True for a reply that goes on to a zone below. Some servers give a referral with authority: it is
 * told from NODATA by NS records without a SOA record (RFC 2308 2.2).
 */
static bool
is_referral(const struct dns_trace *trace, size_t z, const struct dns_message *message)
{
	const struct dns_record *ns = find(&message->authority, NULL, DNS_TYPE_NS);

	return ns != NULL && message->rcode == RCODE_NOERROR && message->answer.count == 0 &&
	    find(&message->authority, NULL, DNS_TYPE_SOA) == NULL &&
	    leads_down(trace, z, &ns->owner);
}

/* What a reply without authority says: where the way goes on, or nothing that helps. */
static enum trace_state
read_referral(struct dns_trace *trace, size_t z, struct trace_server *server,
    const struct dns_message *message)
{
	const struct dns_record *ns = find(&message->authority, NULL, DNS_TYPE_NS);
	const struct dns_name *from = &trace->zones[z].apex;
	size_t below;

	if (ns == NULL || message->answer.count > 0)
		return TRACE_LAME;
	if (!leads_down(trace, z, &ns->owner)) {
		server->target = ns->owner;
		return TRACE_LAME;
	}
	below = zone_of(trace, z, &ns->owner);
	if (below == SIZE_MAX)
		return TRACE_LAME;
	server->refers_to = below;
	server->referred =
	    take_servers(trace, below, &message->authority, &message->additional, from, false);
	return TRACE_REFERS;
}

/* What came of asking a server the question of the trace. */
static enum trace_state
read_end(struct dns_trace *trace, size_t z, struct trace_server *server,
    enum dns_enquiry_end end, const struct dns_message *message)
{
	switch (end) {
	case ENQUIRY_SOUND:
		return message->authoritative && !is_referral(trace, z, message)
		    ? read_authority(trace, server, message)
		    : read_referral(trace, z, server, message);
	case ENQUIRY_DISCLAIMED:
		return TRACE_LAME;
	case ENQUIRY_FAILED:
		return TRACE_FAILS;
	case ENQUIRY_SILENT:
		return TRACE_SILENT;
	case ENQUIRY_CLOSED:
		return TRACE_CLOSED;
	case ENQUIRY_UNREACHABLE:
		return TRACE_UNREACHABLE;
	case ENQUIRY_MALFORMED:
		break;
	}
	return TRACE_MALFORMED;
}

/* A server's reply to the question of the trace. */
static void
take_name(struct dns_trace *trace, const struct trace_ask *ask, const struct dns_result *result)
{
	struct trace_server *server = &trace->zones[ask->zone].servers[ask->index];
	struct dns_message message;
	enum dns_enquiry_end end = dns_enquiry_read(result, &message);

	server->result = dns_result_hold(result);
	server->elapsed_us = result->elapsed_us;
	server->rcode = message.rcode;
	server->state = read_end(trace, ask->zone, server, end, &message);
	dns_message_clear(&message);
}

/* A server's reply to the question for its zone's servers: only what has authority counts. */
static void
take_names(
    struct dns_trace *trace, const struct trace_ask *ask, const struct dns_result *result)
{
	struct trace_zone *zone = &trace->zones[ask->zone];
	struct trace_server *server = &zone->servers[ask->index];
	struct dns_message message;

	if (dns_enquiry_read(result, &message) == ENQUIRY_SOUND && message.authoritative &&
	    message.rcode == RCODE_NOERROR &&
	    find(&message.answer, &zone->apex, DNS_TYPE_NS) != NULL) {
		server->names_known = true;
		server->names = take_servers(
		    trace, ask->zone, &message.answer, &message.additional, &zone->apex, true);
	}
	dns_message_clear(&message);
}

/* The addresses of a host. */
static void
take_addresses(
    struct dns_trace *trace, const struct trace_ask *ask, const struct dns_result *result)
{
	struct trace_host *host = &trace->zones[ask->zone].hosts[ask->index];

	host->lookups--;
	host->failed += !dns_result_is_final(result);
	if (result->outcome == DNS_ANSWER)
		add_addresses(trace, ask->zone, ask->index, &result->answer, false);
}

void
dns_trace_take(struct dns_trace *trace, uint32_t tag, const struct dns_result *result)
{
	static void (*const takers[])(
	    struct dns_trace *, const struct trace_ask *, const struct dns_result *) = {
		[FOR_NAME] = take_name,
		[FOR_SERVERS] = take_names,
		[FOR_ADDRESS] = take_addresses,
	};
	struct trace_ask ask;

	if (tag >= trace->next_ask || trace->asks[tag].answered)
		return;
	trace->asks[tag].answered = true;
	trace->pending--;
	ask = trace->asks[tag];
	takers[ask.purpose](trace, &ask, result);
}

/* --- life, and what is asked of it -------------------------------------------------------- */

struct dns_trace *
dns_trace_new(const struct dns_question *question, const struct dns_records *hints)
{
	const struct dns_name root = { .length = 1 };
	struct dns_trace *trace = mem_alloc(sizeof *trace);

	trace->question = *question;
	dns_name_lower(&trace->question.name);
	trace->zones = mem_calloc(TRACE_ZONES_MAX, sizeof *trace->zones);
	trace->asks = mem_calloc(TRACE_ASKS_MAX, sizeof *trace->asks);
	zone_of(trace, 0, &root);
	take_servers(trace, 0, hints, hints, &root, false);
	return trace;
}

void
dns_trace_free(struct dns_trace *trace)
{
	if (trace == NULL)
		return;
	for (size_t z = 0; z < trace->zone_count; z++) {
		for (size_t s = 0; s < trace->zones[z].server_count; s++)
			dns_result_release(trace->zones[z].servers[s].result);
	}
	free(trace->zones);
	free(trace->asks);
	free(trace);
}

bool
dns_trace_is_done(const struct dns_trace *trace)
{
	return trace->pending == 0;
}

enum trace_home
dns_trace_home(const struct trace_host *host)
{
	if (host->addresses > 0)
		return TRACE_HOME_KNOWN;
	if (host->lookups > 0)
		return TRACE_HOME_PENDING;
	if (host->failed > 0)
		return TRACE_HOME_FAILED;
	return host->passed_over ? TRACE_HOME_UNASKED : TRACE_HOME_NONE;
}

const struct trace_zone *
dns_trace_end(const struct dns_trace *trace)
{
	const struct trace_zone *end = &trace->zones[0];

	for (size_t i = 1; i < trace->zone_count; i++) {
		if (dns_name_labels(&trace->zones[i].apex) > dns_name_labels(&end->apex))
			end = &trace->zones[i];
	}
	return end;
}

bool
dns_trace_child_known(const struct trace_zone *zone)
{
	for (size_t i = 0; i < zone->server_count; i++) {
		if (zone->servers[i].names_known)
			return true;
	}
	return false;
}

bool
dns_trace_parents_differ(const struct dns_trace *trace, size_t zone)
{
	const struct trace_zone *parent = &trace->zones[trace->zones[zone].parent];
	const struct trace_server *first = NULL;

	for (size_t i = 0; i < parent->server_count; i++) {
		const struct trace_server *server = &parent->servers[i];

		if (server->state != TRACE_REFERS || server->refers_to != zone)
			continue;
		if (first != NULL && server->referred != first->referred)
			return true;
		first = server;
	}
	return false;
}

bool
dns_trace_names_differ(const struct trace_zone *zone)
{
	const struct trace_server *first = NULL;

	for (size_t i = 0; i < zone->server_count; i++) {
		const struct trace_server *server = &zone->servers[i];

		if (!server->names_known)
			continue;
		if (first != NULL && server->names != first->names)
			return true;
		first = server;
	}
	return false;
}
