/*
 * The laboratory: scenarios turned into servers.
 *
 * Decides which endpoint of the imagined world is played by which loopback socket: one for each
 * mail server, one that nobody listens on for all that refuse, none for those that are silent
 * or unreachable. All scenarios are up at the same time, in one name space. What each holds is
 * in src/lab/scenarios/, what the servers do in nameserver.c and mailserver.c.
 */
#include <stdlib.h>
#include <string.h>

#include <sys/socket.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"

#include "dns/dnssec.h"
#include "dns/idn.h"
#include "dns/reverse.h"
#include "dns/zone.h"

#include "net/dialler.h"

#include "lab/authority.h"
#include "lab/certificate.h"
#include "lab/lab.h"
#include "lab/loopback.h"
#include "lab/mailserver.h"
#include "lab/nameserver.h"
#include "lab/policyhost.h"
#include "lab/registry.h"
#include "lab/scenario.h"
#include "lab/script.h"

enum {
	PORT_DNS = 53,
	PORT_SMTP = 25,
	PORT_HTTPS = 443,
};

static const struct lab_scenario scenarios[] = {
#include "lab/scenarios.inc"
};

enum {
	SCENARIOS = sizeof scenarios / sizeof *scenarios
};

/* What the scenarios share: the zone around them and the default dialogue. */
static const struct {
	const char *name, *text;
} shared_texts[] = {
#include "lab/shared.inc"
};

struct lab {
	struct event_base *base;
	struct dialler *dialler;
	struct authority *authority;
	struct nameserver *nameserver; /* that resolves everything */
	struct registry *registry; /* those with authority */
	struct certifier *certifier;
	struct script usual; /* the default dialogue */
	struct scenario worlds[SCENARIOS]; /* the first `opened` of them are read */
	size_t opened;
	struct mailserver **servers;
	size_t server_count, server_capacity;
	struct policyhost **policyhosts;
	size_t policyhost_count, policyhost_capacity;
	int nobody; /* a bound socket that nobody listens on, or -1 */
	struct endpoint refusing; /* where that is */
};

/* --- the index -------------------------------------------------------------------- */

const struct lab_scenario *
lab_scenarios(size_t *count)
{
	*count = SCENARIOS;
	return scenarios;
}

/* True when both texts are the same domain, in U-labels or A-labels. */
static bool
is_same_domain(const char *a, const char *b)
{
	struct dns_name x, y;

	return !idn_to_name(a, &x) && !idn_to_name(b, &y) && dns_name_equal(&x, &y);
}

const struct lab_scenario *
lab_find(const char *name)
{
	for (size_t i = 0; i < SCENARIOS; i++) {
		if (strcmp(scenarios[i].name, name) == 0 ||
		    is_same_domain(scenarios[i].domain, name))
			return &scenarios[i];
	}
	return NULL;
}

/* --- reading ---------------------------------------------------------------------- */

/* Returns the shared text of this name. */
static const char *
shared_text(const char *name)
{
	for (size_t i = 0; i < sizeof shared_texts / sizeof *shared_texts; i++) {
		if (strcmp(shared_texts[i].name, name) == 0)
			return shared_texts[i].text;
	}
	return "";
}

/*
 * Returns the sentence for a fault in data that the program carries; frees the one it was
 * given.
 */
static char *
internal_error(const char *where, char *sentence)
{
	struct buf whole = BUF_INIT;

	buf_addf(&whole, "internal error in the laboratory's %s: %s", where, sentence);
	free(sentence);
	return buf_take(&whole);
}

/* The zones above those of the scenarios. */
static const struct {
	const char *apex;
	enum lab_signing signing;
} upper_zones[] = {
	{ ".", LAB_SIGNED },
	{ "example", LAB_SIGNED },
	{ "test", LAB_SIGNED_OPT_OUT },
	{ "in-addr.arpa", LAB_SIGNED },
	{ "ip6.arpa", LAB_SIGNED },
};

/* Opens the zones above those of the scenarios. */
static void
open_upper_zones(struct lab *lab)
{
	for (size_t i = 0; i < sizeof upper_zones / sizeof *upper_zones; i++) {
		struct dns_name apex;

		dns_name_parse(&apex, upper_zones[i].apex);
		authority_add_zone(lab->authority, &apex, upper_zones[i].signing);
	}
}

/* Reads what the scenarios share. Returns NULL or a sentence. */
static char *
read_shared(struct lab *lab)
{
	struct dns_records records = { 0 };
	char *sentence = dns_zone_parse(shared_text("world"), NULL, LAB_TTL, &records);

	if (sentence)
		return internal_error("world.zone", sentence);
	open_upper_zones(lab);
	authority_add_records(lab->authority, &records);
	dns_records_clear(&records);
	sentence = script_parse(&lab->usual, shared_text("mailserver"));
	return sentence ? internal_error("mailserver.script", sentence) : NULL;
}

/* True when the address is on the list. */
static bool
is_listed(const struct ip_addr *list, size_t count, const struct ip_addr *ip)
{
	for (size_t i = 0; i < count; i++) {
		if (ip_equal(&list[i], ip))
			return true;
	}
	return false;
}

/* True when the scenario says itself which name the address has. */
static bool
is_named(const struct scenario *world, const struct dns_name *reverse)
{
	return dnssec_has(&world->records, reverse, DNS_TYPE_PTR);
}

/* Gives the address the name of its host (RFC 1035 3.5). */
static void
name_address(struct lab *lab, const struct scenario *world, const struct lab_host *host,
    const struct ip_addr *ip)
{
	const struct dns_name reverse = dns_reverse_name(ip);
	struct dns_records records = { 0 };
	struct buf line = BUF_INIT;

	if (is_listed(world->nameless, world->nameless_count, ip) || is_named(world, &reverse))
		return;
	buf_addf(&line, "@ PTR %s.\n", host->name);
	free(dns_zone_parse(buf_text(&line), &reverse, LAB_TTL, &records));
	authority_add_records(lab->authority, &records);
	dns_records_clear(&records);
	buf_clear(&line);
}

/* Gives the addresses of all hosts of the scenario their names. */
static void
name_addresses(struct lab *lab, const struct scenario *world)
{
	for (size_t i = 0; i < world->host_count; i++) {
		const struct lab_host *host = &world->hosts[i];

		for (size_t j = 0; j < host->address_count; j++)
			name_address(lab, world, host, &host->addresses[j]);
	}
}

/* Publishes one TLSA record of the host. Returns NULL or a sentence. */
static char *
publish_tlsa(struct lab *lab, const struct lab_host *host, const struct lab_tlsa *tlsa)
{
	uint8_t digest[CERTIFIER_DIGEST_MAX];
	size_t n = certifier_host_key(lab->certifier, tlsa->matching, digest);
	struct dns_records records = { 0 };
	struct buf text = BUF_INIT;
	char *sentence;

	buf_addf(&text, "_%d._tcp.%s. TLSA 3 1 %u ", PORT_SMTP, host->name, tlsa->matching);
	for (size_t i = 0; i < n; i++)
		buf_addf(&text, "%02x", tlsa->old ? digest[i] ^ 0xff : digest[i]);
	sentence = dns_zone_parse(buf_text(&text), NULL, LAB_TTL, &records);
	authority_add_records(lab->authority, &records);
	dns_records_clear(&records);
	buf_clear(&text);
	return sentence;
}

/* Publishes the TLSA records of a scenario's hosts. Returns NULL or a sentence. */
static char *
publish_keys(struct lab *lab, const struct scenario *world)
{
	char *sentence = NULL;

	for (size_t i = 0; i < world->host_count; i++) {
		const struct lab_host *host = &world->hosts[i];

		for (size_t j = 0; j < host->tlsa_count && !sentence; j++)
			sentence = publish_tlsa(lab, host, &host->tlsa[j]);
	}
	return sentence;
}

/* Reads all scenarios into the name space. Returns NULL or a sentence. */
static char *
read_scenarios(struct lab *lab)
{
	for (size_t i = 0; i < SCENARIOS; i++) {
		struct scenario *world = &lab->worlds[i];
		char *sentence = scenario_parse(world, scenarios[i].text);

		if (sentence)
			return internal_error(scenarios[i].name, sentence);
		lab->opened++;
		authority_add_records(lab->authority, &world->records);
		authority_add_delegation(lab->authority, &world->delegation);
		name_addresses(lab, world);
		sentence = publish_keys(lab, world);
		if (sentence)
			return internal_error(scenarios[i].name, sentence);
		for (size_t j = 0; j < world->zone_count; j++)
			authority_add_zone(
			    lab->authority, &world->zones[j].apex, world->zones[j].signing);
		for (size_t j = 0; j < world->fault_count; j++)
			authority_add_fault(lab->authority, &world->faults[j]);
	}
	authority_seal(lab->authority);
	return NULL;
}

/* --- serving ---------------------------------------------------------------------- */

/* Maps a port of all addresses to a loopback endpoint. */
static void
map_addresses(struct lab *lab, const struct ip_addr *addresses, size_t count, uint16_t port,
    const struct endpoint *real)
{
	for (size_t i = 0; i < count; i++) {
		struct endpoint wanted = { .ip = addresses[i], .port = port };

		dialler_map(lab->dialler, &wanted, real);
	}
}

/* Maps port 25 of all addresses of the host to a loopback endpoint. */
static void
map_host(struct lab *lab, const struct lab_host *host, const struct endpoint *real)
{
	map_addresses(lab, host->addresses, host->address_count, PORT_SMTP, real);
}

/* Lets all addresses of the host swallow what is sent to them. */
static void
silence_host(struct lab *lab, const struct lab_host *host)
{
	for (size_t i = 0; i < host->address_count; i++) {
		struct endpoint wanted = { .ip = host->addresses[i], .port = PORT_SMTP };

		dialler_map_silent(lab->dialler, &wanted);
	}
}

/* Starts the host's mail server. Returns NULL or a sentence. */
static char *
serve_host(struct lab *lab, const struct lab_host *host)
{
	struct mailserver *server;
	struct endpoint real;
	char *sentence = NULL;

	server = mailserver_new(lab->base, host, &lab->usual, lab->certifier, &sentence);
	if (!server)
		return sentence;
	lab->servers = mem_grow(lab->servers, lab->server_count, &lab->server_capacity,
	    sizeof(struct mailserver *));
	lab->servers[lab->server_count++] = server;
	real = mailserver_endpoint(server);
	map_host(lab, host, &real);
	return NULL;
}

/* Makes the host what the scenario says it is. Returns NULL or a sentence. */
static char *
open_host(struct lab *lab, const struct lab_host *host)
{
	switch (host->reach) {
	case LAB_SERVED:
		return serve_host(lab, host);
	case LAB_REFUSED:
		map_host(lab, host, &lab->refusing);
		break;
	case LAB_SILENT:
		silence_host(lab, host);
		break;
	case LAB_UNREACHABLE: /* not mapped: the closed world has no route to it */
		break;
	}
	return NULL;
}

/* Starts a policy host. Returns NULL or a sentence. */
static char *
open_policy(struct lab *lab, const struct lab_policy *policy)
{
	char *sentence = NULL;
	struct policyhost *host = policyhost_new(lab->base, policy, lab->certifier, &sentence);
	struct endpoint real;

	if (!host)
		return sentence;
	lab->policyhosts = mem_grow(lab->policyhosts, lab->policyhost_count,
	    &lab->policyhost_capacity, sizeof(struct policyhost *));
	lab->policyhosts[lab->policyhost_count++] = host;
	real = policyhost_endpoint(host);
	map_addresses(lab, policy->addresses, policy->address_count, PORT_HTTPS, &real);
	return NULL;
}

/* Opens the hosts of all scenarios. Returns NULL or a sentence. */
static char *
open_hosts(struct lab *lab)
{
	char *sentence = NULL;

	lab->nobody = loopback_bind(SOCK_STREAM, 0, &lab->refusing);
	if (lab->nobody < 0)
		return loopback_error();
	for (size_t i = 0; i < lab->opened && !sentence; i++) {
		const struct scenario *world = &lab->worlds[i];

		for (size_t j = 0; j < world->host_count && !sentence; j++)
			sentence = open_host(lab, &world->hosts[j]);
		for (size_t j = 0; j < world->policy_count && !sentence; j++)
			sentence = open_policy(lab, &world->policies[j]);
	}
	return sentence;
}

struct endpoint
lab_nameserver(const struct lab *lab)
{
	static const uint8_t address[4] = { 192, 0, 2, 53 };

	(void)lab;
	return (struct endpoint){ .ip = ip_from_bytes(address, 4), .port = PORT_DNS };
}

/* Opens the name servers. Returns NULL or a sentence. */
static char *
open_nameserver(struct lab *lab)
{
	struct endpoint wanted = lab_nameserver(lab), real;
	char *sentence = NULL;

	lab->nameserver = nameserver_new(lab->base, lab->authority, NULL, &sentence);
	if (!lab->nameserver)
		return sentence;
	real = nameserver_endpoint(lab->nameserver);
	dialler_map(lab->dialler, &wanted, &real);
	lab->registry = registry_open(
	    lab->base, lab->dialler, lab->authority, lab->worlds, lab->opened, &sentence);
	return sentence;
}

struct lab *
lab_start(struct event_base *base, struct dialler *dialler, char **error)
{
	struct lab *lab = mem_alloc(sizeof *lab);

	lab->base = base;
	lab->dialler = dialler;
	lab->nobody = -1;
	lab->authority = authority_new();
	lab->certifier = certifier_new();
	dialler_close_world(dialler);
	*error = read_shared(lab);
	if (!*error)
		*error = read_scenarios(lab);
	if (!*error)
		*error = open_nameserver(lab);
	if (!*error)
		*error = open_hosts(lab);
	if (!*error)
		return lab;
	lab_stop(lab);
	return NULL;
}

void
lab_stop(struct lab *lab)
{
	if (!lab)
		return;
	for (size_t i = 0; i < lab->server_count; i++)
		mailserver_free(lab->servers[i]);
	free(lab->servers);
	for (size_t i = 0; i < lab->policyhost_count; i++)
		policyhost_free(lab->policyhosts[i]);
	free(lab->policyhosts);
	nameserver_free(lab->nameserver);
	registry_close(lab->registry);
	certifier_free(lab->certifier);
	authority_free(lab->authority);
	if (lab->nobody >= 0)
		close(lab->nobody);
	script_clear(&lab->usual);
	for (size_t i = 0; i < lab->opened; i++)
		scenario_clear(&lab->worlds[i]);
	free(lab);
}

void
lab_trust_anchors(const struct lab *lab, struct dns_records *anchors)
{
	authority_trust_anchors(lab->authority, anchors);
}

const char *
lab_root_certificate(const struct lab *lab)
{
	return certifier_root(lab->certifier);
}

void
lab_root_hints(const struct lab *lab, struct dns_records *hints)
{
	registry_hints(lab->authority, hints);
}
