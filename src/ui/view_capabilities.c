/*
 * What each exchange of the domain can do, beside each other: a row for each keyword of EHLO that
 * matters to a sender, a column for each exchange in delivery order. One that differs from most is
 * an outlier: what it lacks or limits decides by a draw whether a message gets through; below the
 * table each outlier has its rule.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "ui/mark.h"
#include "ui/overlay.h"

enum {
	KEYWORD = 12, /* columns of a keyword */
	CELL_LEAST = 11, /* of an exchange: "! 10240000" */
	CELL_MOST = 28,
};

/* The keywords, and why it matters that all exchanges agree. */
static const struct capability {
	const char *keyword, *rule;
	const char *why; /* NULL: it matters little */
} capabilities[] = {
	{ "SIZE", "RFC 1870 4", "a large message passes at one and bounces at another" },
	{ "SMTPUTF8", "RFC 6531 3.5",
	    "an address beyond ASCII can be delivered to one and not to another" },
	{ "8BITMIME", "RFC 6152 3", NULL },
	{ "CHUNKING", "RFC 3030 2", NULL },
	{ "PIPELINING", "RFC 2920 3", NULL },
	{ "STARTTLS", "RFC 3207 2", "mail goes in clear to the one that lacks it" },
	{ "DSN", "RFC 3461 4", NULL },
	{ "REQUIRETLS", "RFC 8689 4.2.1",
	    "a message that requires TLS cannot go to the one that lacks it" },
	{ "AUTH", "RFC 4954 3", NULL },
};

/* What one exchange says of a keyword. */
struct said {
	bool known; /* one of its addresses answered EHLO */
	bool mixed; /* two of its addresses differ */
	const char *value; /* behind the keyword, "" for none; NULL = not offered */
};

/*
 * What stands behind the keyword at this server, or NULL where it is not offered. STARTTLS is told
 * by what came of it: inside TLS it is not offered again.
 */
static const char *
value_of(const struct smtp_facts *probe, const struct capability *capability)
{
	if (strcmp(capability->keyword, "STARTTLS") == 0)
		return probe->starttls == SMTP_STARTTLS_NOT_OFFERED ? NULL : "";
	return smtp_extension(&probe->extensions, capability->keyword);
}

/* True when the values are the same; only of SIZE does the value count. */
static bool
same_value(const struct capability *capability, const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(capability->keyword, "SIZE") != 0 || text_equal_nocase(a, b);
}

/* Adds what one server says to what its exchange says. */
static void
add_said(struct said *said, const struct capability *capability, const char *value)
{
	said->mixed =
	    said->mixed || (said->known && !same_value(capability, said->value, value));
	if (!said->known)
		said->value = value;
	said->known = true;
}

/* Gathers what the addresses of each exchange say of the keyword; the caller frees it. */
static struct said *
gather(const struct mail_facts *facts, const struct capability *capability)
{
	struct said *said = mem_calloc(facts->mx.count, sizeof *said);

	for (size_t i = 0; i < facts->target_count; i++) {
		const struct mail_target *target = &facts->targets[i];

		if (target->probe != NULL && target->probe->extensions_known)
			add_said(&said[target->exchange], capability,
			    value_of(target->probe, capability));
	}
	return said;
}

/* What most of the exchanges say of a keyword. */
struct usual {
	bool agreed; /* false: no two say the same, and there are several */
	const char *value; /* the first where two values are as frequent */
};

/* Counts the exchanges that say the same as this one. */
static size_t
count_same(const struct said *said, size_t count, const struct capability *capability, size_t i)
{
	size_t same = 0;

	for (size_t n = 0; n < count; n++)
		same += said[n].known && same_value(capability, said[i].value, said[n].value);
	return same;
}

/* Finds what most of the exchanges say. */
static struct usual
usual_value(const struct said *said, size_t count, const struct capability *capability)
{
	struct usual usual = { .agreed = true };
	size_t most = 0, known = 0;

	for (size_t i = 0; i < count; i++) {
		size_t same = 0;

		known += said[i].known;
		if (said[i].known && most <= count / 2) /* no other can be said by more */
			same = count_same(said, count, capability, i);
		if (same > most) {
			most = same;
			usual.value = said[i].value;
		}
	}
	usual.agreed = most > 1 || known < 2;
	return usual;
}

/* True when the exchange differs from most, or within itself. */
static bool
is_outlier(
    const struct capability *capability, const struct said *said, const struct usual *usual)
{
	return said->known &&
	    (said->mixed || !usual->agreed ||
		!same_value(capability, said->value, usual->value));
}

/* --- the table ------------------------------------------------------------------------ */

/* Where the columns stand. */
struct grid {
	size_t count; /* exchanges that fit */
	int cell;
};

/* Divides the room among the exchanges. */
static struct grid
divide(const struct paper *paper, size_t exchanges)
{
	int room = paper->window.columns - 2 - KEYWORD;
	struct grid grid = { .count = exchanges, .cell = CELL_LEAST };

	if ((int)exchanges * CELL_LEAST > room)
		grid.count = (size_t)(room / CELL_LEAST);
	if (grid.count > 0)
		grid.cell =
		    room / (int)grid.count < CELL_MOST ? room / (int)grid.count : CELL_MOST;
	return grid;
}

/* The column on the canvas of the nth exchange. */
static int
column_of(const struct paper *paper, const struct grid *grid, size_t n)
{
	return paper->window.column + 1 + KEYWORD + (int)n * grid->cell;
}

/* Draws the names of the exchanges above their columns. */
static void
draw_heads(struct paper *paper, const struct inquiry *inquiry, const struct grid *grid)
{
	int row = paper_line(paper);

	for (size_t i = 0; row >= 0 && i < grid->count; i++)
		canvas_put(paper->canvas, row, column_of(paper, grid, i), grid->cell - 1,
		    STYLE_DIM,
		    inquiry->facts.mx.exchanges[inquiry->plan.exchange_order[i]].text);
}

/* Draws one cell: a mark, and what there is to tell of the value. */
static void
draw_cell(struct canvas *canvas, int row, int column, int columns, const struct said *said,
    bool outlier)
{
	enum mark mark = outlier ? MARK_WARNING : said->value ? MARK_GOOD : MARK_NONE;
	bool bare = outlier && said->value && *said->value == '\0';
	const char *text = said->mixed ? "differs"
	    : outlier && !said->value  ? "none"
	    : bare                     ? "offered"
				       : said->value;

	if (!said->known)
		mark = MARK_NOT_TRIED;
	canvas_put(
	    canvas, row, column, 1, mark_style(mark), mark_legend(mark, canvas->unicode));
	if (text)
		canvas_put(canvas, row, column + 2, columns - 3, mark_style(mark), text);
}

/* Draws the row of one keyword. */
static void
draw_capability(struct paper *paper, const struct inquiry *inquiry, const struct grid *grid,
    const struct capability *capability)
{
	int row = paper_line(paper);
	struct said *said;
	struct usual usual;

	if (row < 0)
		return;
	said = gather(&inquiry->facts, capability);
	usual = usual_value(said, inquiry->facts.mx.count, capability);
	canvas_put(paper->canvas, row, paper->window.column + 1, KEYWORD - 1, STYLE_TEXT,
	    capability->keyword);
	for (size_t i = 0; i < grid->count; i++) {
		const struct said *one = &said[inquiry->plan.exchange_order[i]];

		draw_cell(paper->canvas, row, column_of(paper, grid, i), grid->cell, one,
		    is_outlier(capability, one, &usual));
	}
	free(said);
}

/* Draws the table. */
static void
draw_table(struct paper *paper, const struct inquiry *inquiry)
{
	const struct grid grid = divide(paper, inquiry->plan.exchange_count);
	struct buf rest = BUF_INIT;

	draw_heads(paper, inquiry, &grid);
	for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++)
		draw_capability(paper, inquiry, &grid, &capabilities[i]);
	if (grid.count < inquiry->plan.exchange_count) {
		buf_addf(&rest, "and %zu more, for which there is no room",
		    inquiry->plan.exchange_count - grid.count);
		overlay_empty(paper, rest.data);
		buf_clear(&rest);
	}
	paper_line(paper);
}

/* --- the outliers --------------------------------------------------------------------- */

/* Appends "mx2.example.net lacks it". */
static void
say_outlier(struct buf *out, const char *exchange, const struct said *said)
{
	buf_addf(out, "%s%s ", out->length > 0 ? ", " : "", exchange);
	if (said->mixed)
		buf_adds(out, "says so at one address and not at another");
	else if (!said->value)
		buf_adds(out, "lacks it");
	else
		buf_addf(out, "offers %s", *said->value ? said->value : "it");
}

/* Writes who differs in a keyword, with the rule; nothing where nobody does. */
static void
write_outliers(
    struct paper *paper, const struct inquiry *inquiry, const struct capability *capability)
{
	const struct mail_facts *facts = &inquiry->facts;
	struct said *said = gather(facts, capability);
	const struct usual usual = usual_value(said, facts->mx.count, capability);
	struct buf outliers = BUF_INIT, text = BUF_INIT;
	char lead[8];

	for (size_t i = 0; i < inquiry->plan.exchange_count; i++) {
		size_t exchange = inquiry->plan.exchange_order[i];

		if (is_outlier(capability, &said[exchange], &usual))
			say_outlier(
			    &outliers, facts->mx.exchanges[exchange].text, &said[exchange]);
	}
	if (outliers.length > 0) {
		snprintf(lead, sizeof lead, "%s ",
		    mark_legend(MARK_WARNING, paper->canvas->unicode));
		buf_addf(&text, "%s: %s%s%s", capability->keyword, outliers.data,
		    capability->why ? "; " : "", capability->why ? capability->why : "");
		paper_write(paper,
		    &(struct paragraph){ .lead = lead,
			.lead_style = mark_style(MARK_WARNING),
			.text = text.data,
			.indent = 1,
			.right = capability->rule });
	}
	buf_clear(&outliers);
	buf_clear(&text);
	free(said);
}

/* True when one server at least has answered EHLO. */
static bool
is_any_known(const struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->facts.target_count; i++) {
		const struct smtp_facts *probe = inquiry->facts.targets[i].probe;

		if (probe != NULL && probe->extensions_known)
			return true;
	}
	return false;
}

void
view_capabilities_write(struct paper *paper, const struct model *model)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);

	if (!inquiry || !is_any_known(inquiry)) {
		overlay_empty(paper,
		    inquiry ? "No server has said yet what it can do: `probe all` asks."
			    : "No domain is studied: type one and press Enter.");
		return;
	}
	draw_table(paper, inquiry);
	for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++)
		write_outliers(paper, inquiry, &capabilities[i]);
}
