/*
 * Scenario files: text into zones, hosts and faults.
 *
 * Decides what each directive means and says no to everything else, with the line. Which files
 * there are, and in what order, is left to the Makefile; title and lesson are put into the
 * index when the files are embedded (src/embed.awk), so here they only have to be there.
 * Serving what was read is left to nameserver.c and mailserver.c, the blocks of hosts and policy hosts to
 * scenario_host.c.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/lines.h"
#include "util/mem.h"
#include "util/text.h"

#include "dns/idn.h"
#include "dns/zone.h"

#include "lab/scenario.h"
#include "lab/scenario_read.h"

NAMES_DEFINE(lab_reach, LAB_REACHES)
NAMES_DEFINE(lab_conduct, LAB_CONDUCTS)

/* Returns a sentence that the caller frees. */
char *
scenario_complain(const char *sentence)
{
	return mem_strdup(sentence);
}

/* Takes the next word off *rest, which may be cut up. NULL when there is none. */
char *
scenario_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t");
	size_t length = strcspn(word, " \t");

	if (length == 0)
		return NULL;
	*rest = word + length;
	if (**rest != '\0')
		*(*rest)++ = '\0';
	return word;
}

/* Reads a domain name in U-labels or A-labels. Returns NULL or a sentence. */
char *
scenario_name(const char *word, struct dns_name *name)
{
	const char *sentence;

	if (!word)
		return scenario_complain("a domain name is expected here");
	sentence = idn_to_name(word, name);
	return sentence ? scenario_complain(sentence) : NULL;
}

/* --- the directives -------------------------------------------------------------- */

/* domain NAME */
static char *
begin_domain(
    struct scenario_reading *parse, const struct scenario_directive *directive, char *rest)
{
	(void)directive;
	return scenario_name(scenario_word(&rest), &parse->scenario->domain);
}

/* title TEXT and lesson TEXT: kept by the index, so only asked to be there. */
static char *
begin_text(
    struct scenario_reading *parse, const struct scenario_directive *directive, char *rest)
{
	(void)parse;
	(void)directive;
	return *rest ? NULL : scenario_complain("a sentence is expected here");
}

/* A lesson goes on. */
static char *
more_text(struct scenario_reading *parse, char *line)
{
	(void)parse;
	return *line ? NULL : scenario_complain("a sentence is expected here");
}

/* zone */
static char *
begin_zone(
    struct scenario_reading *parse, const struct scenario_directive *directive, char *rest)
{
	(void)parse;
	(void)directive;
	return *rest
	    ? scenario_complain("zone stands alone; its records follow on tabbed lines")
	    : NULL;
}

/* One line of zone text, at the place that it has in the file. */
static char *
more_zone(struct scenario_reading *parse, char *line)
{
	buf_fill(&parse->zone, '\n', parse->line - 1 - parse->zone_lines);
	buf_addf(&parse->zone, "%s\n", line);
	parse->zone_lines = parse->line;
	return NULL;
}

/* Adds the addresses to a list, at least one. Returns NULL or a sentence. */
char *
scenario_addresses(struct ip_addr **addresses, size_t *count, size_t *capacity, char *rest)
{
	char *word;

	while ((word = scenario_word(&rest)) != NULL) {
		*addresses = mem_grow(*addresses, *count, capacity, sizeof **addresses);
		if (!ip_parse(&(*addresses)[*count], word))
			return scenario_complain(
			    "an IPv4 or IPv6 address is expected behind the host");
		(*count)++;
	}
	return *count > 0 ? NULL : scenario_complain("a host has at least one address");
}

/* Adds a zone to the scenario. */
static void
add_zone(struct scenario *scenario, const struct dns_name *apex, enum lab_signing signing)
{
	scenario->zones = mem_grow(scenario->zones, scenario->zone_count,
	    &scenario->zone_capacity, sizeof *scenario->zones);
	scenario->zones[scenario->zone_count++] =
	    (struct lab_zone){ .apex = *apex, .signing = signing };
}

/* True when the scenario has made a zone of the name. */
static bool
has_zone(const struct scenario *scenario, const struct dns_name *apex)
{
	for (size_t i = 0; i < scenario->zone_count; i++) {
		if (dns_name_equal(&scenario->zones[i].apex, apex))
			return true;
	}
	return false;
}

/* dnssec HOW [NAME] */
static char *
begin_dnssec(
    struct scenario_reading *parse, const struct scenario_directive *directive, char *rest)
{
	struct dns_name apex = parse->scenario->domain;
	const char *how = scenario_word(&rest), *name = scenario_word(&rest);
	enum lab_signing signing;
	char *sentence = name ? scenario_name(name, &apex) : NULL;

	(void)directive;
	if (sentence)
		return sentence;
	if (!how || !lab_signing_parse(how, &signing))
		return scenario_complain(
		    "dnssec is secure, nsec3, opt-out, unsigned, unknown-algorithm, "
		    "expired, not-yet-valid, wrong-key or ds-mismatch");
	if (apex.length == 0 || has_zone(parse->scenario, &apex))
		return scenario_complain("dnssec stands behind domain, once for each zone");
	add_zone(parse->scenario, &apex, signing);
	return NULL;
}

/* nameserver, lame, mute HOST ADDRESS... */
static char *
begin_nameserver(
    struct scenario_reading *parse, const struct scenario_directive *directive, char *rest)
{
	struct scenario *scenario = parse->scenario;
	struct lab_nameserver *server;
	struct dns_name name;
	char *sentence = scenario_name(scenario_word(&rest), &name);

	if (sentence)
		return sentence;
	scenario->nameservers = mem_grow(scenario->nameservers, scenario->nameserver_count,
	    &scenario->nameserver_capacity, sizeof *scenario->nameservers);
	server = &scenario->nameservers[scenario->nameserver_count++];
	*server = (struct lab_nameserver){ .name = name, .conduct = directive->conduct };
	return scenario_addresses(
	    &server->addresses, &server->address_count, &server->address_capacity, rest);
}

/* lacks NAME TYPE, in the block of a name server; NAME may be @. */
static char *
read_lack(const struct scenario *scenario, struct lab_nameserver *server, char *rest)
{
	struct dns_question lack = { .name = scenario->domain };
	const char *name = scenario_word(&rest), *type = scenario_word(&rest);
	char *sentence =
	    name && strcmp(name, "@") == 0 ? NULL : scenario_name(name, &lack.name);

	if (sentence)
		return sentence;
	if (!type || !dns_type_parse(type, &lack.type))
		return scenario_complain(
		    "lacks names the type of the records that are missing");
	server->lacks = mem_grow(
	    server->lacks, server->lack_count, &server->lack_capacity, sizeof *server->lacks);
	server->lacks[server->lack_count++] = lack;
	return NULL;
}

/* One line of a name server's block: what it lacks, or a record that it has otherwise. */
static char *
more_nameserver(struct scenario_reading *parse, char *line)
{
	struct scenario *scenario = parse->scenario;
	struct lab_nameserver *server = &scenario->nameservers[scenario->nameserver_count - 1];
	static const char lacks[] = "lacks ";

	if (strncmp(line, lacks, strlen(lacks)) == 0)
		return read_lack(scenario, server, line + strlen(lacks));
	return dns_zone_parse(line, &scenario->domain, LAB_TTL, &server->own);
}

/* delegation HOST... */
static char *
begin_delegation(
    struct scenario_reading *parse, const struct scenario_directive *directive, char *rest)
{
	struct scenario *scenario = parse->scenario;
	char *word, *sentence = NULL;

	(void)directive;
	while (!sentence && (word = scenario_word(&rest)) != NULL) {
		struct buf line = BUF_INIT;

		buf_addf(&line, "@ NS %s.\n", word);
		sentence = dns_zone_parse(
		    buf_text(&line), &scenario->domain, LAB_TTL, &scenario->delegation);
		buf_clear(&line);
	}
	if (!sentence && scenario->delegation.count == 0)
		return scenario_complain(
		    "delegation names the servers that the zone above has");
	return sentence;
}

/* nameless ADDRESS... */
static char *
begin_nameless(
    struct scenario_reading *parse, const struct scenario_directive *directive, char *rest)
{
	struct scenario *scenario = parse->scenario;

	(void)directive;
	return scenario_addresses(
	    &scenario->nameless, &scenario->nameless_count, &scenario->nameless_capacity, rest);
}

/* absent HOST... */
static char *
begin_absent(
    struct scenario_reading *parse, const struct scenario_directive *directive, char *rest)
{
	struct scenario *scenario = parse->scenario;
	char *word = scenario_word(&rest);
	char *sentence = NULL;

	(void)directive;
	do {
		scenario->absent = mem_grow(scenario->absent, scenario->absent_count,
		    &scenario->absent_capacity, sizeof *scenario->absent);
		sentence = scenario_name(word, &scenario->absent[scenario->absent_count]);
		if (!sentence)
			scenario->absent_count++;
		word = scenario_word(&rest);
	} while (word && !sentence);
	return sentence;
}

/* Reads the time that a delay must have, and no other fault. Returns NULL or a sentence. */
static char *
read_fault_time(struct lab_fault *fault, const char *word)
{
	if (fault->kind != LAB_FAULT_DELAY)
		return word ? scenario_complain("only the fault delay has a time") : NULL;
	if (!word || !script_time(word, &fault->delay_ms))
		return scenario_complain("the fault delay has a time such as 600ms");
	return NULL;
}

/* fault KIND NAME TYPE [TIME] */
static char *
begin_fault(
    struct scenario_reading *parse, const struct scenario_directive *directive, char *rest)
{
	struct scenario *scenario = parse->scenario;
	struct lab_fault fault = { .type = DNS_TYPE_ANY };
	const char *kind = scenario_word(&rest), *name = scenario_word(&rest),
		   *type = scenario_word(&rest);
	char *sentence;

	(void)directive;
	if (!kind || !lab_fault_kind_parse(kind, &fault.kind))
		return scenario_complain(
		    "a fault is servfail, refused, drop, delay, truncate, malformed, stripped, "
		    "altered, denied, smuggled, pointers, short, strings or forged");
	sentence = scenario_name(name, &fault.name);
	if (sentence)
		return sentence;
	if (!type || (strcmp(type, "*") != 0 && !dns_type_parse(type, &fault.type)))
		return scenario_complain("a fault names the type of the question, or *");
	sentence = read_fault_time(&fault, scenario_word(&rest));
	if (sentence)
		return sentence;
	scenario->faults = mem_grow(scenario->faults, scenario->fault_count,
	    &scenario->fault_capacity, sizeof *scenario->faults);
	scenario->faults[scenario->fault_count++] = fault;
	return NULL;
}

static const struct scenario_directive directives[] = {
	{ .word = "domain", .begin = begin_domain, .needed = true, .once = true },
	{ .word = "title", .begin = begin_text, .needed = true, .once = true },
	{ .word = "lesson",
	    .begin = begin_text,
	    .more = more_text,
	    .needed = true,
	    .once = true },
	{ .word = "zone",
	    .begin = begin_zone,
	    .more = more_zone,
	    .needed = true,
	    .once = true },
	{ .word = "server",
	    .begin = scenario_begin_host,
	    .more = scenario_more_server,
	    .reach = LAB_SERVED },
	{ .word = "policy", .begin = scenario_begin_policy, .more = scenario_more_policy },
	{ .word = "refused", .begin = scenario_begin_host, .reach = LAB_REFUSED },
	{ .word = "silent", .begin = scenario_begin_host, .reach = LAB_SILENT },
	{ .word = "unreachable", .begin = scenario_begin_host, .reach = LAB_UNREACHABLE },
	{ .word = "absent", .begin = begin_absent },
	{ .word = "nameserver",
	    .begin = begin_nameserver,
	    .more = more_nameserver,
	    .conduct = LAB_ANSWERS },
	{ .word = "lame", .begin = begin_nameserver, .conduct = LAB_LAME },
	{ .word = "mute", .begin = begin_nameserver, .conduct = LAB_MUTE },
	{ .word = "delegation", .begin = begin_delegation, .once = true },
	{ .word = "nameless", .begin = begin_nameless },
	{ .word = "fault", .begin = begin_fault },
	{ .word = "dnssec", .begin = begin_dnssec },
};

enum {
	DIRECTIVES = sizeof directives / sizeof *directives
};

/* --- lines ------------------------------------------------------------------------ */

/* Begins the directive that the line opens with. Returns NULL or a sentence. */
static char *
begin_directive(struct scenario_reading *parse, char *line)
{
	const char *word = scenario_word(&line);

	line += strspn(line, " \t");
	for (size_t i = 0; word && i < DIRECTIVES; i++) {
		const struct scenario_directive *directive = &directives[i];

		if (strcmp(directive->word, word) != 0)
			continue;
		if (directive->once && (parse->seen & 1u << i))
			return scenario_complain("this directive may stand only once");
		parse->seen |= 1u << i;
		parse->block = directive;
		return directive->begin(parse, directive, line);
	}
	return scenario_complain(
	    "a line starts with domain, title, lesson, zone, server, refused, silent, "
	    "unreachable, absent, fault, dnssec, nameserver, lame, mute, delegation or "
	    "nameless, or with a tab");
}

/* Reads one line, which may be cut up. Returns NULL or a sentence. */
static char *
read_line(void *context, char *line)
{
	struct scenario_reading *parse = context;

	if (*line == '\0' || *line == '#')
		return NULL;
	if (*line != '\t')
		return begin_directive(parse, line);
	if (!parse->block || !parse->block->more)
		return scenario_complain("no tabbed line is expected here");
	return parse->block->more(parse, line + 1);
}

/* Asks that everything needed was there. Returns NULL or a sentence. */
static char *
check_whole(const struct scenario_reading *parse)
{
	struct buf missing = BUF_INIT;

	for (size_t i = 0; i < DIRECTIVES; i++) {
		if (!directives[i].needed || (parse->seen & 1u << i))
			continue;
		buf_addf(&missing, "a scenario has a %s", directives[i].word);
		return buf_take(&missing);
	}
	return NULL;
}

/* True when a zone can begin at the domain: it has records, and is no alias (RFC 1034 3.6.2). */
static bool
is_zone_by_itself(const struct scenario *scenario)
{
	bool has_records = false;

	for (size_t i = 0; i < scenario->records.count; i++) {
		const struct dns_record *record = &scenario->records.items[i];

		if (!dns_name_equal(&record->owner, &scenario->domain))
			continue;
		if (record->type == DNS_TYPE_CNAME)
			return false;
		has_records = true;
	}
	return has_records;
}

/* Reads the zone text, once all lines are read. Returns NULL or a sentence. */
static char *
finish(struct scenario_reading *parse)
{
	struct scenario *scenario = parse->scenario;
	char *sentence = check_whole(parse);

	if (!sentence)
		sentence = dns_zone_parse(
		    buf_text(&parse->zone), &scenario->domain, LAB_TTL, &scenario->records);
	if (!sentence && !has_zone(scenario, &scenario->domain) && is_zone_by_itself(scenario))
		add_zone(scenario, &scenario->domain, LAB_SIGNED);
	return sentence;
}

char *
scenario_parse(struct scenario *scenario, const char *text)
{
	struct scenario_reading parse = { .scenario = scenario };
	char *sentence;

	*scenario = (struct scenario){ 0 };
	sentence = lines_read(text, read_line, &parse, &parse.line);
	if (!sentence)
		sentence = finish(&parse);
	buf_clear(&parse.zone);
	if (sentence)
		scenario_clear(scenario);
	return sentence;
}

/* Frees what a name server holds. */
static void
clear_nameserver(struct lab_nameserver *server)
{
	free(server->addresses);
	free(server->lacks);
	dns_records_clear(&server->own);
}

void
scenario_clear(struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->host_count; i++)
		scenario_clear_host(&scenario->hosts[i]);
	free(scenario->hosts);
	for (size_t i = 0; i < scenario->policy_count; i++)
		scenario_clear_policy(&scenario->policies[i]);
	free(scenario->policies);
	free(scenario->faults);
	free(scenario->zones);
	free(scenario->absent);
	for (size_t i = 0; i < scenario->nameserver_count; i++)
		clear_nameserver(&scenario->nameservers[i]);
	free(scenario->nameservers);
	free(scenario->nameless);
	dns_records_clear(&scenario->delegation);
	dns_records_clear(&scenario->records);
	*scenario = (struct scenario){ 0 };
}
