/*
 * Who answers for which zone in the laboratory.
 *
 * Decides which sockets play which servers: one for each group of servers that hold the same zones,
 * one for each server of a scenario. The addresses are those that the zone text gives their names;
 * what they answer is delegation.c's.
 */
#include <stdlib.h>

#include "util/mem.h"

#include "net/dialler.h"

#include "lab/catalog.h"
#include "lab/delegation.h"
#include "lab/nameserver.h"
#include "lab/registry.h"

enum {
	PORT_DNS = 53,
	GROUP_ZONES_MAX = 4,
	GROUP_SERVERS = 2,
};

/* Servers of the zones that no scenario brings along. */
static const struct group {
	const char *zones[GROUP_ZONES_MAX + 1]; /* none = those of the scenarios */
	const char *servers[GROUP_SERVERS];
} groups[] = {
	{ { "." }, { "a.root.lab.example", "b.root.lab.example" } },
	{ { "example", "test", "in-addr.arpa", "ip6.arpa" },
	    { "a.nic.lab.example", "b.nic.lab.example" } },
	{ { NULL }, { "ns1.lab.example", "ns2.lab.example" } },
};

/* One server, under however many addresses. */
struct keeper {
	struct dns_name *zones;
	size_t zone_count, zone_capacity;
	struct lab_role role;
	struct nameserver *server;
};

struct registry {
	struct event_base *base;
	struct dialler *dialler;
	const struct authority *authority;
	struct keeper **keepers;
	size_t count, capacity;
};

/* Adds a server that holds nothing yet. */
static struct keeper *
add_keeper(struct registry *registry)
{
	struct keeper *keeper = mem_alloc(sizeof *keeper);

	registry->keepers = mem_grow(
	    registry->keepers, registry->count, &registry->capacity, sizeof(struct keeper *));
	registry->keepers[registry->count++] = keeper;
	return keeper;
}

/* Lets the server hold a zone. */
static void
add_zone(struct keeper *keeper, const struct dns_name *apex)
{
	keeper->zones = mem_grow(
	    keeper->zones, keeper->zone_count, &keeper->zone_capacity, sizeof *keeper->zones);
	keeper->zones[keeper->zone_count++] = *apex;
	keeper->role.zones = keeper->zones;
	keeper->role.zone_count = keeper->zone_count;
}

/* Lets the server hold the zones of a scenario. */
static void
add_world(struct keeper *keeper, const struct scenario *world)
{
	for (size_t i = 0; i < world->zone_count; i++)
		add_zone(keeper, &world->zones[i].apex);
}

/* Opens the server's sockets. Returns NULL or a sentence. */
static char *
open_keeper(struct registry *registry, struct keeper *keeper)
{
	char *error = NULL;

	keeper->server =
	    nameserver_new(registry->base, registry->authority, &keeper->role, &error);
	return error;
}

/* Maps an address to the server. */
static void
map(struct registry *registry, const struct keeper *keeper, const struct ip_addr *ip)
{
	const struct endpoint wanted = { .ip = *ip, .port = PORT_DNS };
	const struct endpoint real = nameserver_endpoint(keeper->server);

	dialler_map(registry->dialler, &wanted, &real);
}

/* Maps all addresses that the zone text gives a name. */
static void
map_name(struct registry *registry, const struct keeper *keeper, const char *text)
{
	const struct catalog *catalog = authority_catalog(registry->authority);
	struct catalog_node node;
	struct dns_name name;
	struct ip_addr ip;

	dns_name_parse(&name, text);
	node = catalog_find(catalog, &name);
	for (size_t i = 0; i < node.count; i++) {
		if (dns_record_address(catalog_record(catalog, &node, i), &ip))
			map(registry, keeper, &ip);
	}
}

/* Opens one group. Returns NULL or a sentence. */
static char *
open_group(struct registry *registry, const struct group *group, const struct scenario *worlds,
    size_t count)
{
	struct keeper *keeper = add_keeper(registry);
	struct dns_name apex;
	char *error;

	for (size_t i = 0; group->zones[i]; i++) {
		dns_name_parse(&apex, group->zones[i]);
		add_zone(keeper, &apex);
	}
	for (size_t i = 0; !group->zones[0] && i < count; i++) {
		if (worlds[i].nameserver_count == 0)
			add_world(keeper, &worlds[i]);
	}
	error = open_keeper(registry, keeper);
	for (size_t i = 0; !error && i < GROUP_SERVERS; i++)
		map_name(registry, keeper, group->servers[i]);
	return error;
}

/* Lets nobody answer at the server's addresses. */
static void
silence(struct registry *registry, const struct lab_nameserver *server)
{
	for (size_t i = 0; i < server->address_count; i++) {
		const struct endpoint wanted = { .ip = server->addresses[i], .port = PORT_DNS };

		dialler_map_silent(registry->dialler, &wanted);
	}
}

/* Opens a server of a scenario. Returns NULL or a sentence. */
static char *
open_own(struct registry *registry, const struct scenario *world,
    const struct lab_nameserver *server)
{
	struct keeper *keeper;
	char *error;

	if (server->conduct == LAB_MUTE) {
		silence(registry, server);
		return NULL;
	}
	keeper = add_keeper(registry);
	if (server->conduct == LAB_ANSWERS)
		add_world(keeper, world);
	keeper->role.own = &server->own;
	keeper->role.lacks = server->lacks;
	keeper->role.lack_count = server->lack_count;
	error = open_keeper(registry, keeper);
	for (size_t i = 0; !error && i < server->address_count; i++)
		map(registry, keeper, &server->addresses[i]);
	return error;
}

struct registry *
registry_open(struct event_base *base, struct dialler *dialler,
    const struct authority *authority, const struct scenario *worlds, size_t count,
    char **error)
{
	struct registry *registry = mem_alloc(sizeof *registry);

	*registry =
	    (struct registry){ .base = base, .dialler = dialler, .authority = authority };
	*error = NULL;
	for (size_t i = 0; !*error && i < sizeof groups / sizeof *groups; i++)
		*error = open_group(registry, &groups[i], worlds, count);
	for (size_t i = 0; !*error && i < count; i++) {
		for (size_t j = 0; !*error && j < worlds[i].nameserver_count; j++)
			*error = open_own(registry, &worlds[i], &worlds[i].nameservers[j]);
	}
	if (!*error)
		return registry;
	registry_close(registry);
	return NULL;
}

void
registry_close(struct registry *registry)
{
	if (!registry)
		return;
	for (size_t i = 0; i < registry->count; i++) {
		nameserver_free(registry->keepers[i]->server);
		free(registry->keepers[i]->zones);
		free(registry->keepers[i]);
	}
	free(registry->keepers);
	free(registry);
}

/* Appends the records at a name that are NS, or addresses. */
static void
add_hints(const struct catalog *catalog, const struct dns_name *name, bool servers,
    struct dns_records *hints)
{
	struct catalog_node node = catalog_find(catalog, name);
	struct ip_addr ip;

	for (size_t i = 0; i < node.count; i++) {
		const struct dns_record *record = catalog_record(catalog, &node, i);

		if (servers ? record->type == DNS_TYPE_NS : dns_record_address(record, &ip))
			dns_records_copy(hints, record);
	}
}

void
registry_hints(const struct authority *authority, struct dns_records *hints)
{
	const struct catalog *catalog = authority_catalog(authority);
	const struct dns_name root = { .length = 1 };
	size_t count;

	add_hints(catalog, &root, true, hints);
	count = hints->count;
	for (size_t i = 0; i < count; i++) {
		struct dns_name name;

		if (dns_record_target(&hints->items[i], &name))
			add_hints(catalog, &name, false, hints);
	}
}
