/*
 * Servers side by side: first what their differences mean for mail, then a grid with a row for each
 * address and a letter for each different answer, then what the letters stand for. Decides words,
 * marks and columns; who agrees with whom is dns/comparison's, what follows mail/divergence's.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/span.h"
#include "ui/mark.h"
#include "ui/overlay.h"

enum {
	GRID_FROM = 72, /* columns of the view from which a server is one row of the grid */
	CELL_COLUMNS = 9, /* "✗ silent" */
	SERIAL_COLUMNS = 13, /* "! 2026112101" */
	TIME_COLUMNS = 9,
};

/* What is being written. */
struct sheet {
	struct paper *paper;
	const struct model *model;
	const struct dns_comparison *comparison;
	bool busy;
};

/* Where the columns of the grid begin. */
struct grid {
	int server, cells[comparison_column_count], ttl, end;
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

/* The name of a server. */
static const char *
name_of(const struct comparison_server *server, char out[DNS_NAME_TEXT_MAX])
{
	if (server->name.length == 0)
		return "";
	return dns_name_text(&server->name, out);
}

/* Places the columns: what the servers' names leave goes to their addresses. */
static struct grid
place(const struct sheet *sheet)
{
	struct grid grid = { .server = 1, .end = sheet->paper->window.columns };
	int at = grid.end - TIME_COLUMNS - SERIAL_COLUMNS -
	    CELL_COLUMNS * (comparison_column_count - 1);

	for (size_t i = 0; i < comparison_column_count; i++) {
		grid.cells[i] = at;
		at += i == COMPARE_SOA ? SERIAL_COLUMNS : CELL_COLUMNS;
	}
	grid.ttl = at;
	return grid;
}

/* Writes the heads of the columns. */
static void
write_heads(const struct sheet *sheet, const struct grid *grid)
{
	int row = paper_line(sheet->paper), left = sheet->paper->window.column;

	if (row < 0)
		return;
	canvas_put(sheet->paper->canvas, row, left + grid->server, grid->cells[0] - 2,
	    STYLE_DIM, sheet->comparison->resolvers ? "resolver" : "server");
	for (size_t i = 0; i < comparison_column_count; i++)
		canvas_put(sheet->paper->canvas, row, left + grid->cells[i] + 2, CELL_COLUMNS,
		    STYLE_DIM, comparison_column_name((enum comparison_column)i));
	canvas_put_right(
	    sheet->paper->canvas, row, left + grid->ttl, TIME_COLUMNS - 1, STYLE_DIM, "MX ttl");
}

/* Puts the time for which the server's MX answer may be kept; of a resolver what is left of it. */
static void
put_ttl(const struct sheet *sheet, const struct grid *grid, int row,
    const struct comparison_cell *mx)
{
	char text[SPAN_TEXT_MAX];

	if (!comparison_cell_says(mx))
		return;
	canvas_put_right(sheet->paper->canvas, row, sheet->paper->window.column + grid->ttl,
	    TIME_COLUMNS - 1, STYLE_DIM,
	    span_countdown(sheet->comparison->resolvers
		    ? dns_result_ttl_left(mx->result, sheet->model->now_us)
		    : mx->ttl,
		text));
}

/* Writes a server as a row of the grid. */
static void
write_row(
    const struct sheet *sheet, const struct grid *grid, const struct comparison_server *server)
{
	struct canvas *canvas = sheet->paper->canvas;
	int row = paper_line(sheet->paper), left = sheet->paper->window.column;
	char name[DNS_NAME_TEXT_MAX], at[ENDPOINT_TEXT_MAX];
	struct buf text = BUF_INIT;

	if (row < 0)
		return;
	if (server->name.length > 0)
		buf_addf(&text, "%s  %s", ip_text(&server->at.ip, at), name_of(server, name));
	else
		buf_adds(&text, endpoint_text(&server->at, at));
	canvas_put(canvas, row, left + grid->server, grid->cells[0] - grid->server - 1,
	    STYLE_TEXT, buf_text(&text));
	buf_clear(&text);
	for (size_t i = 0; i < comparison_column_count; i++) {
		buf_truncate(&text, 0);
		say_cell(sheet, &server->cells[i], i, &text);
		canvas_put(canvas, row, left + grid->cells[i],
		    i == COMPARE_SOA ? SERIAL_COLUMNS - 1 : CELL_COLUMNS - 1,
		    mark_style(mark_of(sheet, &server->cells[i])), text.data);
	}
	put_ttl(sheet, grid, row, &server->cells[COMPARE_MX]);
	buf_clear(&text);
}

/* Writes a server in the few columns of a narrow view: its name, and below it the cells. */
static void
write_narrow(const struct sheet *sheet, const struct comparison_server *server)
{
	char name[DNS_NAME_TEXT_MAX], at[ENDPOINT_TEXT_MAX];
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s  %s",
	    server->name.length > 0 ? ip_text(&server->at.ip, at)
				    : endpoint_text(&server->at, at),
	    name_of(server, name));
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
	sheet = (struct sheet){ paper, model, run->machine, run->pending > 0 };
	overlay_unicode(paper, &run->machine->domain);
	if (run->machine->server_count == 0) {
		write_absence(&sheet);
		return;
	}
	if (sheet.busy)
		write_marked(&sheet, MARK_PROGRESS, "asking");
	write_divergence(&sheet, &run->divergence);
	write_servers(&sheet);
	paper_line(paper);
	for (size_t i = 0; i < comparison_column_count; i++)
		write_letters(&sheet, (enum comparison_column)i);
}
