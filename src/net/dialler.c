/*
 * Decides where a connection really goes: a short table from the endpoints that DNS told to
 * loopback ports, and whether anything outside the table may be reached at all. Opens no
 * socket and asks no names; connecting, and what an error means, is left to socket.c.
 */
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "net/dialler.h"

/* One row: what is wanted, and what takes its place. */
struct mapping {
	struct endpoint wanted;
	struct endpoint real; /* family 0: nobody answers there */
};

struct dialler {
	struct mapping *mappings;
	size_t count;
	size_t capacity;
	bool closed; /* only mapped endpoints can be reached */
};

struct dialler *
dialler_new(void)
{
	return mem_alloc(sizeof(struct dialler));
}

void
dialler_free(struct dialler *dialler)
{
	if (!dialler)
		return;
	free(dialler->mappings);
	free(dialler);
}

/* Returns the row for an endpoint, NULL when there is none. */
static struct mapping *
find(const struct dialler *dialler, const struct endpoint *wanted)
{
	for (size_t i = 0; i < dialler->count; i++) {
		struct mapping *mapping = &dialler->mappings[i];

		if (mapping->wanted.port == wanted->port &&
		    ip_equal(&mapping->wanted.ip, &wanted->ip))
			return mapping;
	}
	return NULL;
}

void
dialler_map(struct dialler *dialler, const struct endpoint *wanted, const struct endpoint *real)
{
	struct mapping *mapping = find(dialler, wanted);

	if (!mapping) {
		dialler->mappings = mem_grow(dialler->mappings, dialler->count,
		    &dialler->capacity, sizeof *dialler->mappings);
		mapping = &dialler->mappings[dialler->count++];
	}
	*mapping = (struct mapping){ .wanted = *wanted, .real = *real };
}

void
dialler_map_silent(struct dialler *dialler, const struct endpoint *wanted)
{
	dialler_map(dialler, wanted, &(const struct endpoint){ .port = 0 });
}

void
dialler_close_world(struct dialler *dialler)
{
	dialler->closed = true;
}

/* Writes an IPv4 or IPv6 endpoint as a socket address and returns the length. */
static socklen_t
to_sockaddr(struct sockaddr_storage *address, const struct endpoint *endpoint)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(endpoint->port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(endpoint->port),
		.sin6_scope_id = endpoint->ip.scope };

	memset(address, 0, sizeof *address);
	if (endpoint->ip.family == 4) {
		memcpy(&v4.sin_addr, endpoint->ip.bytes, 4);
		memcpy(address, &v4, sizeof v4);
		return sizeof v4;
	}
	memcpy(&v6.sin6_addr, endpoint->ip.bytes, 16);
	memcpy(address, &v6, sizeof v6);
	return sizeof v6;
}

enum dialler_way
dialler_address(const struct dialler *dialler, const struct endpoint *wanted,
    struct sockaddr_storage *address, socklen_t *length)
{
	const struct mapping *mapping = find(dialler, wanted);
	const struct endpoint *real = mapping ? &mapping->real : wanted;

	if (mapping && real->ip.family == 0)
		return DIALLER_SILENT;
	if (real->ip.family == 0 || (dialler->closed && !mapping))
		return DIALLER_NO_ROUTE;
	*length = to_sockaddr(address, real);
	return DIALLER_GO;
}
