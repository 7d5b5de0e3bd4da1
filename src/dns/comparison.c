/*
 * The same questions to many servers.
 *
 * Decides whose answers are compared (those of the servers that the zone's NS records name; the
 * zone is found by asking for NS at the domain and then above it), what of an answer is compared -
 * the records in a canonical order without their TTLs, of a SOA record the serial -, and which
 * content is the common one. What a difference means for mail is mail/divergence.c's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "dns/comparison.h"
#include "dns/message.h"

NAMES_DEFINE(comparison_column, COMPARISON_COLUMNS)
NAMES_DEFINE(cell_state, CELL_STATES)

enum {
	PORT_DNS = 53,
	RCODE_NXDOMAIN = 3,
};

static const uint16_t column_types[comparison_column_count] = {
	[COMPARE_MX] = DNS_TYPE_MX,
	[COMPARE_A] = DNS_TYPE_A,
	[COMPARE_AAAA] = DNS_TYPE_AAAA,
	[COMPARE_SOA] = DNS_TYPE_SOA,
};

/* What one question is for. */
enum purpose {
	FOR_ZONE, /* NS records at the name, to the resolver */
	FOR_ADDRESS, /* the address of a host, likewise */
	FOR_CELL, /* to a server */
};

struct comparison_ask {
	enum purpose purpose;
	struct dns_name name; /* FOR_ZONE */
	size_t index; /* of a host or a server */
	enum comparison_column column; /* FOR_CELL */
	uint16_t type; /* FOR_ADDRESS */
	bool answered;
};

/* --- asking --------------------------------------------------------------------------- */

/* Puts a question on the list. */
static void
add_ask(struct dns_comparison *c, const struct comparison_ask *ask)
{
	c->asks = mem_grow(c->asks, c->ask_count, &c->ask_capacity, sizeof *c->asks);
	c->asks[c->ask_count++] = *ask;
	c->pending++;
}

/* Adds a server and asks it everything; the SOA only of the zone, which a resolver is not asked. */
static void
add_server(struct dns_comparison *c, const struct dns_name *name, const struct endpoint *at)
{
	struct comparison_server *server;

	for (size_t i = 0; i < c->server_count; i++) {
		if (ip_equal(&c->servers[i].at.ip, &at->ip) &&
		    c->servers[i].at.port == at->port)
			return;
	}
	if (c->server_count == COMPARISON_SERVERS_MAX) {
		c->servers_left_out++;
		return;
	}
	server = &c->servers[c->server_count];
	*server = (struct comparison_server){ .at = *at };
	if (name != NULL)
		server->name = *name;
	for (int i = 0; i < comparison_column_count; i++) {
		server->cells[i].state = CELL_PENDING;
		add_ask(c,
		    &(struct comparison_ask){ .purpose = FOR_CELL,
			.index = c->server_count,
			.column = (enum comparison_column)i });
	}
	c->server_count++;
}

/* Asks which servers the zone at this name has, if it is one. */
static void
ask_zone(struct dns_comparison *c, const struct dns_name *name)
{
	add_ask(c, &(struct comparison_ask){ .purpose = FOR_ZONE, .name = *name });
}

bool
dns_comparison_next(struct dns_comparison *c, struct dns_enquiry *enquiry)
{
	const struct comparison_ask *ask;

	if (c->next_ask == c->ask_count)
		return false;
	ask = &c->asks[c->next_ask];
	*enquiry = (struct dns_enquiry){
		.tag = (uint32_t)c->next_ask++,
		.resolve = ask->purpose != FOR_CELL,
		.iterative = !c->resolvers,
	};
	switch (ask->purpose) {
	case FOR_ZONE:
		enquiry->question =
		    (struct dns_question){ .name = ask->name, .type = DNS_TYPE_NS };
		break;
	case FOR_ADDRESS:
		enquiry->question =
		    (struct dns_question){ .name = c->hosts[ask->index], .type = ask->type };
		break;
	case FOR_CELL:
		enquiry->question = (struct dns_question){
			.name = ask->column == COMPARE_SOA && c->zone.length > 0 ? c->zone
										 : c->domain,
			.type = column_types[ask->column],
		};
		enquiry->server = c->servers[ask->index].at;
		break;
	}
	return true;
}

/* --- who is asked ------------------------------------------------------------------------ */

/* Adds the zone's name servers and asks for their addresses, both families at once. */
static void
add_hosts(struct dns_comparison *c, const struct dns_records *answer)
{
	static const uint16_t types[] = { DNS_TYPE_A, DNS_TYPE_AAAA };

	for (size_t i = 0; i < answer->count; i++) {
		struct dns_name name;

		if (!dns_record_target(&answer->items[i], &name))
			continue;
		if (c->host_count == COMPARISON_HOSTS_MAX) {
			c->hosts_left_out++;
			continue;
		}
		for (size_t j = 0; j < sizeof types / sizeof *types; j++)
			add_ask(c,
			    &(struct comparison_ask){ .purpose = FOR_ADDRESS,
				.index = c->host_count,
				.type = types[j] });
		c->open[c->host_count] = sizeof types / sizeof *types;
		c->hosts[c->host_count++] = name;
	}
}

/* NS records at a name: its zone, or none; then the name above is asked. */
static void
take_zone(
    struct dns_comparison *c, const struct comparison_ask *ask, const struct dns_result *result)
{
	unsigned above = dns_name_labels(&c->domain) - dns_name_labels(&ask->name);
	struct dns_name parent = dns_name_parent(&ask->name);

	if (result->outcome == DNS_ANSWER && result->alias_count == 0) {
		c->zone = ask->name;
		add_hosts(c, &result->answer);
	} else if (dns_result_is_final(result) && above < COMPARISON_CLIMB_MAX &&
	    !dns_name_is_root(&ask->name)) {
		ask_zone(c, &parent);
	} else {
		c->trouble = dns_result_hold(result);
	}
}

/* Addresses of a host. A lookup that failed says nothing, and so stays open. */
static void
take_address(
    struct dns_comparison *c, const struct comparison_ask *ask, const struct dns_result *result)
{
	c->open[ask->index] -= dns_result_is_final(result);
	for (size_t i = 0; result->outcome == DNS_ANSWER && i < result->answer.count; i++) {
		struct endpoint at = { .port = PORT_DNS };

		if (!dns_record_address(&result->answer.items[i], &at.ip))
			continue;
		c->has_address[ask->index] = true;
		add_server(c, &c->hosts[ask->index], &at);
	}
}

/* --- what they say -------------------------------------------------------------------------- */

/* Orders texts. */
static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Returns the text by which a record is compared; the caller frees it. */
static char *
text_of(const struct dns_record *record)
{
	struct buf text = BUF_INIT;
	uint32_t serial, minimum;

	if (dns_record_soa(record, &serial, &minimum))
		buf_addf(&text, "%u", (unsigned)serial);
	else
		dns_record_text(record, &text);
	return buf_take(&text);
}

/* Returns the records as one text in a canonical order; the caller frees it. */
static char *
content_of(const struct dns_records *answer)
{
	char **texts = mem_calloc(answer->count, sizeof *texts);
	struct buf content = BUF_INIT;

	for (size_t i = 0; i < answer->count; i++)
		texts[i] = text_of(&answer->items[i]);
	qsort(texts, answer->count, sizeof *texts, compare_texts);
	for (size_t i = 0; i < answer->count; i++) {
		buf_addf(&content, "%s%s", i > 0 ? ", " : "", texts[i]);
		free(texts[i]);
	}
	free(texts);
	return buf_take(&content);
}

/* What a sound reply of a server says; one that is authoritative must say so (RFC 1034 4.3.1). */
static enum cell_state
read_reply(const struct dns_comparison *c, const struct dns_message *m,
    const struct dns_result *result)
{
	if (!c->resolvers && !m->authoritative)
		return CELL_LAME;
	if (result->answer.count > 0)
		return CELL_ANSWER;
	if (result->alias_count > 0)
		return CELL_ALIAS;
	return m->rcode == RCODE_NXDOMAIN ? CELL_NXDOMAIN : CELL_NODATA;
}

/* What came of asking a server. A resolver that refuses is not lame: it holds no zone. */
static enum cell_state
read_end(const struct dns_comparison *c, enum dns_enquiry_end end, const struct dns_message *m,
    const struct dns_result *result)
{
	switch (end) {
	case ENQUIRY_SOUND:
		return read_reply(c, m, result);
	case ENQUIRY_DISCLAIMED:
		return c->resolvers ? CELL_FAILS : CELL_LAME;
	case ENQUIRY_FAILED:
	case ENQUIRY_MALFORMED:
		break;
	case ENQUIRY_SILENT:
		return CELL_SILENT;
	case ENQUIRY_CLOSED:
		return CELL_CLOSED;
	case ENQUIRY_UNREACHABLE:
		return CELL_UNREACHABLE;
	}
	return CELL_FAILS;
}

/* Returns what the cell says as text; the caller frees it. NULL = nothing that can be compared. */
static char *
say(const struct comparison_cell *cell)
{
	char name[DNS_NAME_TEXT_MAX];
	struct buf text = BUF_INIT;

	switch (cell->state) {
	case CELL_ANSWER:
		return content_of(&cell->result->answer);
	case CELL_ALIAS:
		buf_addf(&text, "alias of %s", dns_name_text(&cell->result->alias[0], name));
		return buf_take(&text);
	case CELL_NODATA:
	case CELL_NXDOMAIN:
		return mem_strdup(cell_state_name(cell->state));
	case CELL_UNASKED:
	case CELL_PENDING:
	case CELL_LAME:
	case CELL_FAILS:
	case CELL_SILENT:
	case CELL_CLOSED:
	case CELL_UNREACHABLE:
		break;
	}
	return NULL;
}

bool
comparison_cell_says(const struct comparison_cell *cell)
{
	return cell->content != NULL;
}

/* How many cells of the column have the content of this server's. */
static size_t
count_same(const struct dns_comparison *c, size_t column, const char *content)
{
	size_t count = 0;

	for (size_t i = 0; i < c->server_count; i++) {
		const char *other = c->servers[i].cells[column].content;

		count += other != NULL && strcmp(other, content) == 0;
	}
	return count;
}

/* Returns the server whose content is the most common one not yet in a group, or SIZE_MAX. */
static size_t
find_next_group(const struct dns_comparison *c, size_t column)
{
	size_t best = SIZE_MAX, most = 0;

	for (size_t i = 0; i < c->server_count; i++) {
		const struct comparison_cell *cell = &c->servers[i].cells[column];
		size_t count;

		if (cell->content == NULL || cell->group != SIZE_MAX)
			continue;
		count = count_same(c, column, cell->content);
		if (count > most) {
			most = count;
			best = i;
		}
	}
	return best;
}

/* Puts the cells of a column into groups of the same content, the most common one first. */
static void
group_column(struct dns_comparison *c, size_t column)
{
	size_t next;

	for (size_t i = 0; i < c->server_count; i++)
		c->servers[i].cells[column].group = SIZE_MAX;
	for (size_t group = 0; (next = find_next_group(c, column)) != SIZE_MAX; group++) {
		const char *content = c->servers[next].cells[column].content;

		for (size_t i = 0; i < c->server_count; i++) {
			struct comparison_cell *cell = &c->servers[i].cells[column];

			if (cell->content != NULL && strcmp(cell->content, content) == 0)
				cell->group = group;
		}
	}
}

/* A server's reply. */
static void
take_cell(
    struct dns_comparison *c, const struct comparison_ask *ask, const struct dns_result *result)
{
	struct comparison_cell *cell = &c->servers[ask->index].cells[ask->column];
	struct dns_message message;
	enum dns_enquiry_end end = dns_enquiry_read(result, &message);

	cell->result = dns_result_hold(result);
	cell->ttl = result->ttl;
	cell->rcode = message.rcode;
	cell->state = read_end(c, end, &message, result);
	cell->content = say(cell);
	dns_message_clear(&message);
	group_column(c, ask->column);
}

void
dns_comparison_take(struct dns_comparison *c, uint32_t tag, const struct dns_result *result)
{
	static void (*const takers[])(struct dns_comparison *, const struct comparison_ask *,
	    const struct dns_result *) = {
		[FOR_ZONE] = take_zone,
		[FOR_ADDRESS] = take_address,
		[FOR_CELL] = take_cell,
	};
	struct comparison_ask ask;

	if (tag >= c->next_ask || c->asks[tag].answered)
		return;
	c->asks[tag].answered = true;
	c->pending--;
	ask = c->asks[tag];
	takers[ask.purpose](c, &ask, result);
}

bool
dns_comparison_is_done(const struct dns_comparison *c)
{
	return c->pending == 0;
}

size_t
dns_comparison_groups(const struct dns_comparison *c, enum comparison_column column)
{
	size_t groups = 0;

	for (size_t i = 0; i < c->server_count; i++) {
		const struct comparison_cell *cell = &c->servers[i].cells[column];

		if (cell->content != NULL && cell->group + 1 > groups)
			groups = cell->group + 1;
	}
	return groups;
}

int
dns_serial_compare(uint32_t a, uint32_t b)
{
	if (a == b)
		return 0;
	return a - b < UINT32_C(0x80000000) ? 1 : -1;
}

/* --- life ------------------------------------------------------------------------------------ */

/* A comparison with nobody to ask yet. */
static struct dns_comparison *
create(const struct dns_name *domain, bool resolvers)
{
	struct dns_comparison *c = mem_alloc(sizeof *c);

	c->resolvers = resolvers;
	c->domain = *domain;
	dns_name_lower(&c->domain);
	c->servers = mem_calloc(COMPARISON_SERVERS_MAX, sizeof *c->servers);
	return c;
}

struct dns_comparison *
dns_comparison_new(const struct dns_name *domain)
{
	struct dns_comparison *c = create(domain, false);

	ask_zone(c, &c->domain);
	return c;
}

struct dns_comparison *
dns_comparison_of(const struct dns_name *domain, const struct endpoint *resolvers, size_t count)
{
	struct dns_comparison *c = create(domain, true);

	for (size_t i = 0; i < count; i++)
		add_server(c, NULL, &resolvers[i]);
	return c;
}

void
dns_comparison_free(struct dns_comparison *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->server_count; i++) {
		for (size_t j = 0; j < comparison_column_count; j++) {
			dns_result_release(c->servers[i].cells[j].result);
			free(c->servers[i].cells[j].content);
		}
	}
	dns_result_release(c->trouble);
	free(c->servers);
	free(c->asks);
	free(c);
}
