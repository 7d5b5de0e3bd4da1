/*
 * Servers side by side: first what their differences mean for mail, then a grid with a row for each
 * address and a letter for each different answer, then what the letters stand for. Decides words,
 * marks and columns; who agrees with whom is dns/comparison's, what follows mail/divergence's.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/span.h"
#include "ui/columns.h"
#include "ui/mark.h"
#include "ui/overlay.h"

enum {
	GRID_FROM = 72, /* columns of the view from which a server is one row of the grid */
	SERVER_MOST = 40, /* columns that address and name may claim before less is shown */
	CELL_LEAST = 3, /* "✓ a" */
	SERIAL_COLUMNS = 12, /* "! 2026112101" */
	TIME_COLUMNS = 7, /* "1:00:00" */
};

/* What is being written. */
struct sheet {
	struct paper *paper;
	const struct model *model;
	const struct dns_comparison *comparison;
	bool busy;
	bool stopped; /* before all had answered */
};

/* The columns of the grid: the server, what it says, and for how long its MX answer may be kept. */
enum {
	COLUMN_SERVER,
	COLUMN_CELLS,
	COLUMN_TTL = COLUMN_CELLS + comparison_column_count,
	grid_column_count
};

/* Where they are. */
struct grid {
	struct column_place places[grid_column_count];
};

/* Writes a line behind a mark. */
static void
write_marked(const struct sheet *sheet, enum mark mark, const char *text)
{
	char lead[8];

	snprintf(lead, sizeof lead, "%s ",
	    mark_text(mark, sheet->paper->canvas->unicode, sheet->model->spinner));
	paper_write(sheet->paper,
	    &(struct paragraph){
		.lead = lead, .lead_style = mark_style(mark), .text = text, .indent = 1 });
}

/* Writes what the comparison came to. */
static void
write_divergence(const struct sheet *sheet, const struct divergence *divergence)
{
	static const enum mark marks[divergence_kind_count] = {
		[DIVERGENCE_UNKNOWN] = MARK_UNSURE,
		[DIVERGENCE_AGREE] = MARK_GOOD,
		[DIVERGENCE_LAME] = MARK_WARNING,
		[DIVERGENCE_MX] = MARK_WARNING,
		[DIVERGENCE_OTHER] = MARK_WARNING,
		[DIVERGENCE_SERIAL] = MARK_NONE,
	};

	for (size_t i = 0; i < divergence->count; i++) {
		const struct divergence_line *line = &divergence->lines[i];

		write_marked(
		    sheet, line->loses_mail ? MARK_BAD : marks[line->kind], line->text);
	}
}

/* The mark of a cell: an outlier is a warning, whatever it says. */
static enum mark
mark_of(const struct sheet *sheet, const struct comparison_cell *cell)
{
	if (comparison_cell_says(cell))
		return cell->group > 0 ? MARK_WARNING : MARK_GOOD;
	if (cell->state == CELL_PENDING || cell->state == CELL_UNASKED)
		return sheet->busy ? MARK_PROGRESS : MARK_NOT_TRIED;
	return cell->state == CELL_UNREACHABLE ? MARK_UNSURE : MARK_BAD;
}

/* Says what stands in a cell: the letter of its answer, a serial, or why there is none. */
static void
say_cell(const struct sheet *sheet, const struct comparison_cell *cell, size_t column,
    struct buf *out)
{
	buf_addf(out, "%s ",
	    mark_text(
		mark_of(sheet, cell), sheet->paper->canvas->unicode, sheet->model->spinner));
	if (column == COMPARE_SOA && cell->state == CELL_ANSWER)
		buf_adds(out, cell->content);
	else if (cell->state == CELL_UNREACHABLE)
		buf_adds(out, "no way");
	else if (comparison_cell_says(cell))
		buf_addc(out, (char)('a' + (cell->group < 26 ? cell->group : 25)));
	else if (cell->state != CELL_PENDING)
		buf_adds(out, cell_state_name(cell->state));
}

/* Says who a server is: its address, and its name where it is known. */
static void
say_server(const struct comparison_server *server, struct buf *out)
{
	char name[DNS_NAME_TEXT_MAX], at[ENDPOINT_TEXT_MAX];

	if (server->name.length > 0)
		buf_addf(out, "%s  %s", ip_text(&server->at.ip, at),
		    dns_name_text(&server->name, name));
	else
		buf_adds(out, endpoint_text(&server->at, at));
}

/* Says what stands in a column of the grid. */
static void
say_column(const struct sheet *sheet, const struct comparison_server *server, size_t column,
    struct buf *out)
{
	const struct comparison_cell *mx = &server->cells[COMPARE_MX];
	char text[SPAN_TEXT_MAX];

	if (column == COLUMN_SERVER)
		say_server(server, out);
	else if (column < COLUMN_TTL)
		say_cell(
		    sheet, &server->cells[column - COLUMN_CELLS], column - COLUMN_CELLS, out);
	else if (comparison_cell_says(mx))
		/* of a resolver what is left of it */
		buf_adds(out,
		    span_countdown(sheet->comparison->resolvers
			    ? dns_result_ttl_left(mx->result, sheet->model->now_us)
			    : mx->ttl,
			text));
	else
		buf_adds(out, "");
}

/* The head of a column. */
static const char *
head_of(const struct sheet *sheet, size_t column)
{
	if (column == COLUMN_SERVER)
		return sheet->comparison->resolvers ? "resolver" : "server";
	return column == COLUMN_TTL
	    ? "MX ttl"
	    : comparison_column_name((enum comparison_column)(column - COLUMN_CELLS));
}

/* Returns the columns that what the servers say takes, or its head, behind a mark in the cells. */
static int
measure(const struct sheet *sheet, size_t column)
{
	bool marked = column != COLUMN_SERVER && column != COLUMN_TTL;
	int most = canvas_width(sheet->paper->canvas, head_of(sheet, column)) + 2 * marked;

	for (size_t i = 0; i < sheet->comparison->server_count; i++) {
		struct buf text = BUF_INIT;
		int width;

		say_column(sheet, &sheet->comparison->servers[i], column, &text);
		width = canvas_width(sheet->paper->canvas, text.data);
		most = width > most ? width : most;
		buf_clear(&text);
	}
	return most;
}

/* What each column claims at least, and when it is given up: the server last. */
static const struct {
	int least, rank;
} claims[grid_column_count] = {
	[COLUMN_SERVER] = { SERVER_MOST, 9 },
	[COLUMN_CELLS + COMPARE_MX] = { CELL_LEAST, 5 },
	[COLUMN_CELLS + COMPARE_A] = { CELL_LEAST, 3 },
	[COLUMN_CELLS + COMPARE_AAAA] = { CELL_LEAST, 2 },
	[COLUMN_CELLS + COMPARE_SOA] = { SERIAL_COLUMNS, 4 },
	[COLUMN_TTL] = { TIME_COLUMNS, 1 },
};

/* Places the columns. Room is held for what is still to come; of the server's name some may be cut. */
static struct grid
place(const struct sheet *sheet)
{
	struct column columns[grid_column_count];
	struct grid grid = { 0 };

	for (size_t i = 0; i < grid_column_count; i++) {
		int wanted = measure(sheet, i), least = claims[i].least;

		if (i == COLUMN_SERVER ? wanted < least : wanted > least)
			least = wanted;
		columns[i] = (struct column){ .minimum = least,
			.preferred = wanted > least ? wanted : least,
			.rank = claims[i].rank,
			.right = i == COLUMN_TTL };
	}
	columns_fit(columns, grid_column_count, sheet->paper->window.columns - 2, grid.places);
	return grid;
}

/* Puts a text into a column of the grid. */
static void
put_column(const struct sheet *sheet, const struct grid *grid, int row, size_t column,
    enum style style, const char *text)
{
	const struct column_place *at = &grid->places[column];
	int left = sheet->paper->window.column + 1 + at->offset;

	if (column == COLUMN_TTL)
		canvas_put_right(sheet->paper->canvas, row, left, at->width, style, text);
	else
		canvas_put(sheet->paper->canvas, row, left, at->width, style, text);
}

/* Writes the heads of the columns. */
static void
write_heads(const struct sheet *sheet, const struct grid *grid)
{
	int row = paper_line(sheet->paper);

	for (size_t i = 0; row >= 0 && i < grid_column_count; i++) {
		bool marked = i != COLUMN_SERVER && i != COLUMN_TTL;
		char head[32];

		snprintf(head, sizeof head, "%s%s", marked ? "  " : "", head_of(sheet, i));
		put_column(sheet, grid, row, i, STYLE_DIM, head);
	}
}

/* The style of what stands in a column. */
static enum style
style_of(const struct sheet *sheet, const struct comparison_server *server, size_t column)
{
	if (column == COLUMN_SERVER)
		return STYLE_TEXT;
	return column == COLUMN_TTL
	    ? STYLE_DIM
	    : mark_style(mark_of(sheet, &server->cells[column - COLUMN_CELLS]));
}

/* Writes a server as a row of the grid. */
static void
write_row(
    const struct sheet *sheet, const struct grid *grid, const struct comparison_server *server)
{
	int row = paper_line(sheet->paper);

	for (size_t i = 0; row >= 0 && i < grid_column_count; i++) {
		struct buf text = BUF_INIT;

		say_column(sheet, server, i, &text);
		put_column(sheet, grid, row, i, style_of(sheet, server, i), text.data);
		buf_clear(&text);
	}
}

/* Writes a server in the few columns of a narrow view: its name, and below it the cells. */
static void
write_narrow(const struct sheet *sheet, const struct comparison_server *server)
{
	struct buf text = BUF_INIT;

	say_server(server, &text);
	paper_write(sheet->paper, &(struct paragraph){ .text = text.data, .indent = 1 });
	buf_clear(&text);
	for (size_t i = 0; i < comparison_column_count; i++) {
		buf_addf(&text, "%s%s ", i > 0 ? "  " : "",
		    comparison_column_name((enum comparison_column)i));
		say_cell(sheet, &server->cells[i], i, &text);
	}
	paper_write(sheet->paper,
	    &(struct paragraph){ .text = text.data,
		.style = mark_style(mark_of(sheet, &server->cells[COMPARE_MX])),
		.indent = 3 });
	buf_clear(&text);
}

/* Writes all servers. */
static void
write_servers(const struct sheet *sheet)
{
	const struct dns_comparison *c = sheet->comparison;
	const struct grid grid = place(sheet);
	bool table = sheet->paper->window.columns >= GRID_FROM;
	char text[64];

	paper_line(sheet->paper);
	if (table)
		write_heads(sheet, &grid);
	for (size_t i = 0; i < c->server_count; i++) {
		if (table)
			write_row(sheet, &grid, &c->servers[i]);
		else
			write_narrow(sheet, &c->servers[i]);
	}
	if (c->servers_left_out + c->hosts_left_out == 0)
		return;
	snprintf(
	    text, sizeof text, "%zu more, not asked", c->servers_left_out + c->hosts_left_out);
	write_marked(sheet, MARK_NOT_TRIED, text);
}

/* Returns how many servers gave the answer of a group, and one of them. */
static const struct comparison_cell *
find_group(const struct dns_comparison *c, size_t column, size_t group, size_t *count)
{
	const struct comparison_cell *found = NULL;

	*count = 0;
	for (size_t i = 0; i < c->server_count; i++) {
		const struct comparison_cell *cell = &c->servers[i].cells[column];

		if (!comparison_cell_says(cell) || cell->group != group)
			continue;
		found = cell;
		++*count;
	}
	return found;
}

/* Writes what the letters of a column stand for; a serial stands for itself. */
static void
write_letters(const struct sheet *sheet, enum comparison_column column)
{
	size_t groups = dns_comparison_groups(sheet->comparison, column);

	for (size_t group = 0; group < groups && column != COMPARE_SOA; group++) {
		size_t count;
		const struct comparison_cell *cell =
		    find_group(sheet->comparison, column, group, &count);
		char lead[16], right[32];

		snprintf(lead, sizeof lead, "%-4s %c  ",
		    group == 0 ? comparison_column_name(column) : "",
		    (char)('a' + (group < 26 ? group : 25)));
		snprintf(
		    right, sizeof right, "%zu of %zu", count, sheet->comparison->server_count);
		paper_write(sheet->paper,
		    &(struct paragraph){ .lead = lead,
			.lead_style = group == 0 ? STYLE_ACCENT : STYLE_WARNING,
			.text = cell->content,
			.style = STYLE_QUOTED,
			.indent = 1,
			.right = right });
	}
}

/* Writes why there is nothing to compare, or that it is being found out. */
static void
write_absence(const struct sheet *sheet)
{
	struct buf text = BUF_INIT;
	char name[DNS_NAME_TEXT_MAX];

	if (sheet->busy) {
		write_marked(sheet, MARK_PROGRESS, "looking for the name servers");
		return;
	}
	if (sheet->stopped) {
		write_marked(sheet, MARK_UNSURE, "stopped before its name servers were known");
		return;
	}
	buf_addf(&text, "the name servers of %s were not found",
	    dns_name_text(&sheet->comparison->domain, name));
	if (sheet->comparison->trouble != NULL)
		buf_addf(&text, ": %s", dns_outcome_help(sheet->comparison->trouble->outcome));
	buf_adds(&text, "; `trace` walks there from the root");
	write_marked(sheet, MARK_UNSURE, text.data);
	buf_clear(&text);
}

void
view_compare_write(struct paper *paper, const struct model *model)
{
	const struct compare_run *run = model->comparison;
	struct sheet sheet;

	if (run == NULL) {
		overlay_empty(paper,
		    "Nothing was compared: c on a domain, or `:compare @192.0.2.1 @192.0.2.2` "
		    "for resolvers.");
		return;
	}
	sheet = (struct sheet){ paper, model, run->machine, .busy = run->pending > 0 };
	sheet.stopped = !sheet.busy && !dns_comparison_is_done(run->machine);
	overlay_unicode(paper, &run->machine->domain);
	if (run->machine->server_count == 0) {
		write_absence(&sheet);
		return;
	}
	if (sheet.busy)
		write_marked(&sheet, MARK_PROGRESS, "asking");
	if (sheet.stopped)
		write_marked(&sheet, MARK_UNSURE, "stopped before every server had answered");
	write_divergence(&sheet, &run->divergence);
	write_servers(&sheet);
	paper_line(paper);
	for (size_t i = 0; i < comparison_column_count; i++)
		write_letters(&sheet, (enum comparison_column)i);
}
