/*
 * The walk from the root to a name: first what it comes to, then zone by zone every server with what
 * it said. Decides words, marks and how many columns names and addresses get; what is lame or
 * different is decided by dns/trace.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/span.h"
#include "dns/message.h"
#include "ui/mark.h"
#include "ui/overlay.h"

enum {
	TABLE_FROM = 66, /* columns of the view from which a server takes one aligned line */
	NAME_MOST = 34,
	RCODE_SERVFAIL = 2,
	RCODE_REFUSED = 5,
};

/* What is being written. */
struct sheet {
	struct paper *paper;
	const struct model *model;
	const struct dns_trace *trace;
	bool busy;
	bool stopped; /* before all had answered */
};

/* Writes a line behind a mark. */
static void
write_marked(const struct sheet *sheet, enum mark mark, int indent, const char *text)
{
	char lead[8];

	snprintf(lead, sizeof lead, "%s ",
	    mark_text(mark, sheet->paper->canvas->unicode, sheet->model->spinner));
	paper_write(sheet->paper,
	    &(struct paragraph){ .lead = lead,
		.lead_style = mark_style(mark),
		.text = text,
		.indent = indent,
		.hang = 2 });
}

/* The mark of a state. */
static enum mark
mark_of(const struct sheet *sheet, enum trace_state state)
{
	static const enum mark marks[trace_state_count] = {
		[TRACE_UNASKED] = MARK_NOT_TRIED,
		[TRACE_PENDING] = MARK_PROGRESS,
		[TRACE_REFERS] = MARK_GOOD,
		[TRACE_ANSWERS] = MARK_GOOD,
		[TRACE_NODATA] = MARK_NONE,
		[TRACE_NXDOMAIN] = MARK_NONE,
		[TRACE_ALIAS] = MARK_GOOD,
		[TRACE_LAME] = MARK_BAD,
		[TRACE_FAILS] = MARK_BAD,
		[TRACE_SILENT] = MARK_BAD,
		[TRACE_CLOSED] = MARK_BAD,
		[TRACE_UNREACHABLE] = MARK_UNSURE,
		[TRACE_MALFORMED] = MARK_BAD,
	};

	return state == TRACE_PENDING && !sheet->busy ? MARK_NOT_TRIED : marks[state];
}

/* Says in a few words what came of a server. */
static void
say_state(const struct sheet *sheet, const struct trace_server *server, struct buf *out)
{
	char name[DNS_NAME_TEXT_MAX];

	buf_adds(out, trace_state_name(server->state));
	if (server->state == TRACE_REFERS)
		buf_addf(out, " to %s",
		    dns_name_text(&sheet->trace->zones[server->refers_to].apex, name));
	else if (server->state == TRACE_ALIAS)
		buf_addf(out, " of %s", dns_name_text(&server->target, name));
	else if (server->state == TRACE_LAME && server->target.length > 0)
		buf_addf(out, ": refers to %s instead", dns_name_text(&server->target, name));
	else if (server->state == TRACE_LAME && server->rcode == RCODE_REFUSED)
		buf_adds(out, ": REFUSED");
	else if (server->state == TRACE_LAME)
		buf_adds(out, ": no authority for the zone");
	else if (server->state == TRACE_FAILS && server->rcode == RCODE_SERVFAIL)
		buf_adds(out, ": SERVFAIL");
	else if (server->state == TRACE_FAILS)
		buf_addf(out, ": error %u", server->rcode);
	else if (server->state == TRACE_CLOSED)
		buf_adds(out, ": the connection is refused");
	if (!server->glue && server->state != TRACE_PENDING)
		buf_adds(out, ", address looked up");
}

/* The columns for names and addresses of the zone's servers. */
struct widths {
	int name, address;
};

/* Measures them. */
static struct widths
measure(const struct trace_zone *zone)
{
	struct widths widths = { 0 };

	for (size_t i = 0; i < zone->server_count; i++) {
		const struct trace_server *server = &zone->servers[i];
		char name[DNS_NAME_TEXT_MAX], ip[IP_TEXT_MAX];
		int columns = (int)strlen(dns_name_text(&zone->hosts[server->host].name, name));

		if (columns > widths.name)
			widths.name = columns < NAME_MOST ? columns : NAME_MOST;
		columns = (int)strlen(ip_text(&server->ip, ip));
		widths.address = columns > widths.address ? columns : widths.address;
	}
	return widths;
}

/* Writes one server: in a line of the table, or where that is too narrow, wrapped. */
static void
write_server(const struct sheet *sheet, const struct trace_zone *zone,
    const struct trace_server *server, struct widths widths)
{
	bool table = sheet->paper->window.columns >= TABLE_FROM;
	char name[DNS_NAME_TEXT_MAX], ip[IP_TEXT_MAX], span[SPAN_TEXT_MAX];
	struct buf text = BUF_INIT;

	buf_addf(&text, "%-*s  %-*s  ", table ? widths.name : 0,
	    dns_name_text(&zone->hosts[server->host].name, name), table ? widths.address : 0,
	    ip_text(&server->ip, ip));
	if (server->result != NULL && server->result->reply != NULL)
		buf_addf(
		    &text, table ? "%5s ms  " : "%s ms  ", span_ms(server->elapsed_us, span));
	else if (table)
		buf_adds(&text, "          ");
	say_state(sheet, server, &text);
	write_marked(sheet, mark_of(sheet, server->state), 3, buf_text(&text));
	buf_clear(&text);
}

/* Writes the servers that were asked, and how many were not. */
static void
write_servers(const struct sheet *sheet, const struct trace_zone *zone)
{
	struct widths widths = measure(zone);
	size_t unasked = zone->servers_left_out;
	char text[64];

	for (size_t i = 0; i < zone->server_count; i++) {
		if (zone->servers[i].state == TRACE_UNASKED)
			unasked++;
		else
			write_server(sheet, zone, &zone->servers[i], widths);
	}
	if (unasked == 0)
		return;
	snprintf(text, sizeof text, "%zu more address%s, not asked", unasked,
	    unasked == 1 ? "" : "es");
	write_marked(sheet, MARK_NOT_TRIED, 3, text);
}

/* Writes what is wrong with a name among the zone's servers, if anything is. */
static void
write_host(
    const struct sheet *sheet, const struct trace_zone *zone, const struct trace_host *host)
{
	static const char *const homes[] = {
		[TRACE_HOME_NONE] = "has no address",
		[TRACE_HOME_FAILED] = "cannot be looked up now",
		[TRACE_HOME_UNASKED] = "was not looked up: there are too many servers",
		[TRACE_HOME_PENDING] = NULL,
	};
	bool compared =
	    zone != sheet->trace->zones && dns_trace_child_known(zone) && !sheet->stopped;
	const char *home = homes[dns_trace_home(host)];
	char name[DNS_NAME_TEXT_MAX];
	struct buf text = BUF_INIT;

	dns_name_text(&host->name, name);
	if (home != NULL && !sheet->busy)
		buf_addf(&text, "%s %s", name, home);
	if (compared && host->by_parent && !host->by_child)
		buf_addf(&text, "%s%s is named by the zone above, not by the zone itself",
		    text.length > 0 ? "; " : "", name);
	else if (compared && host->by_child && !host->by_parent)
		buf_addf(&text, "%s%s is named by the zone itself, not by the zone above",
		    text.length > 0 ? "; " : "", name);
	if (text.length > 0)
		write_marked(sheet, MARK_WARNING, 3, text.data);
	buf_clear(&text);
}

/* Writes one zone. */
static void
write_zone(const struct sheet *sheet, size_t z)
{
	const struct trace_zone *zone = &sheet->trace->zones[z];
	char name[DNS_NAME_TEXT_MAX], note[64];

	paper_line(sheet->paper);
	snprintf(note, sizeof note, "%zu server%s", zone->host_count + zone->hosts_left_out,
	    zone->host_count == 1 ? "" : "s");
	paper_write(sheet->paper,
	    &(struct paragraph){
		.text = z == 0 ? ". (the root)" : dns_name_text(&zone->apex, name),
		.style = STYLE_ACCENT,
		.indent = 1,
		.right = note });
	write_servers(sheet, zone);
	for (size_t i = 0; i < zone->host_count; i++)
		write_host(sheet, zone, &zone->hosts[i]);
	if (dns_trace_parents_differ(sheet->trace, z))
		write_marked(sheet, MARK_WARNING, 3,
		    "the servers of the zone above name different servers for it");
	if (dns_trace_names_differ(zone))
		write_marked(sheet, MARK_WARNING, 3,
		    "its servers give different NS records for their own zone");
}

/* Returns the first server that has the records. */
static const struct trace_server *
answering(const struct dns_trace *trace)
{
	const struct trace_zone *zone = dns_trace_end(trace);

	for (size_t i = 0; i < zone->server_count; i++) {
		if (zone->servers[i].state == TRACE_ANSWERS)
			return &zone->servers[i];
	}
	return NULL;
}

/* Writes the answer that stands at the end of the way. */
static void
write_answer(const struct sheet *sheet)
{
	const struct trace_server *server = answering(sheet->trace);

	if (server == NULL)
		return;
	paper_line(sheet->paper);
	paper_write(sheet->paper,
	    &(struct paragraph){ .text = "Answer", .style = STYLE_ACCENT, .indent = 1 });
	for (size_t i = 0; i < server->result->answer.count; i++) {
		const struct dns_record *record = &server->result->answer.items[i];
		char type[12];
		struct buf text = BUF_INIT;

		buf_addf(&text, "%u  %s  ", (unsigned)record->ttl,
		    dns_type_text(record->type, type));
		dns_record_text(record, &text);
		paper_write(sheet->paper,
		    &(struct paragraph){
			.text = text.data, .style = STYLE_QUOTED, .indent = 3, .hang = 2 });
		buf_clear(&text);
	}
}

/* The mark of the whole walk: by what the servers at its end are worth. */
static enum mark
mark_of_end(const struct sheet *sheet, const char *conclusion)
{
	const struct trace_zone *end = dns_trace_end(sheet->trace);
	bool clean = strchr(conclusion, ';') == NULL && strstr(conclusion, ". ") == NULL;
	size_t useful = 0, unreachable = 0;

	for (size_t i = 0; i < end->server_count; i++) {
		enum mark mark = mark_of(sheet, end->servers[i].state);

		useful += mark == MARK_GOOD || mark == MARK_NONE;
		unreachable += mark == MARK_UNSURE;
	}
	if (sheet->stopped)
		return MARK_UNSURE;
	if (useful > 0)
		return clean ? MARK_GOOD : MARK_WARNING;
	return unreachable == end->asked || end == sheet->trace->zones ? MARK_UNSURE : MARK_BAD;
}

/* Writes what the walk comes to, or that it goes on. */
static void
write_conclusion(const struct sheet *sheet)
{
	struct buf text = BUF_INIT;

	if (sheet->busy) {
		write_marked(sheet, MARK_PROGRESS, 1, "on the way");
		return;
	}
	dns_trace_conclude(sheet->trace, &text);
	write_marked(sheet, mark_of_end(sheet, text.data), 1, text.data);
	buf_clear(&text);
}

void
view_trace_write(struct paper *paper, const struct model *model)
{
	const struct trace_run *run = model->trace;
	struct sheet sheet;

	if (run == NULL) {
		overlay_empty(
		    paper, "No way was traced: `:trace example.net`, or t on a domain.");
		return;
	}
	sheet = (struct sheet){ paper, model, run->machine, .busy = run->pending > 0 };
	sheet.stopped = !sheet.busy && !dns_trace_is_done(run->machine);
	overlay_unicode(paper, &run->machine->question.name);
	write_conclusion(&sheet);
	for (size_t i = 0; i < run->machine->zone_count; i++)
		write_zone(&sheet, i);
	write_answer(&sheet);
}
