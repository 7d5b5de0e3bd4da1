/*
 * The MX pane: the plan of a sender, one row an attempt, in the order of delivery. Decides which
 * columns there are, what a cell says in few columns, and what stands in the frame; below the rows
 * come the findings, never between them (screens.md, principles 2, 7 and 8). Order and reasons are
 * the plan's (mail/plan.h).
 */
#include <string.h>

#include "util/buf.h"
#include "util/span.h"
#include "ui/columns.h"
#include "ui/findings.h"
#include "ui/mark.h"
#include "ui/paper.h"
#include "ui/pane.h"
#include "ui/timeline.h"

enum {
	EXCHANGE_LEAST = 12,
	EXCHANGE_MOST =
	    26, /* columns that a long name may claim before others are cut for it */
	SECONDS_FROM = 60, /* columns from which the seconds of a stage are worth theirs */
	SMTP_WORD = 11, /* "✓ accepting" */
	HEAD_FROM = 3, /* rows inside from which the columns have heads */
	ORDER_MAX = 9, /* places of the answer's order that the frame tells */
	FINDINGS_SHARE = 4, /* of the pane's lines, one in so many is the findings' at most */
};

/* A row of the plan with what it points at. */
struct entry {
	const struct model *model;
	const struct inquiry *inquiry;
	const struct plan_row *row;
	const struct mx_exchange *exchange;
	const struct mail_target *target; /* NULL = no address */
	bool repeats; /* the exchange above is the same one */
	bool unicode;
};

/* What a cell says. */
struct field {
	struct buf text;
	enum style style;
	enum mark mark;
	bool marked; /* the mark stands before the text */
	int width; /* columns for the text */
};

static void
field_try(const struct entry *entry, struct field *field)
{
	if (entry->row->attempt > 0)
		buf_addf(&field->text, "%u", entry->row->attempt);
	else
		buf_adds(&field->text,
		    mark_legend(
			entry->row->waiting ? MARK_NONE : MARK_NOT_TRIED, entry->unicode));
}

static void
field_preference(const struct entry *entry, struct field *field)
{
	buf_addf(&field->text, "%u", entry->exchange->preference);
	field->style = STYLE_DIM;
}

static void
field_exchange(const struct entry *entry, struct field *field)
{
	buf_adds(&field->text, entry->exchange->text);
	if (entry->repeats)
		field->style = STYLE_DIM;
}

static void
field_address(const struct entry *entry, struct field *field)
{
	char text[IP_TEXT_MAX];

	if (entry->target)
		buf_adds(&field->text, ip_text(&entry->target->ip, text));
}

/* The seconds for which the address may be kept, counting down. */
static void
field_ttl(const struct entry *entry, struct field *field)
{
	const struct exchange_addresses *addresses =
	    &entry->inquiry->facts.addresses[entry->row->exchange];
	const struct dns_result *result;
	char text[SPAN_TEXT_MAX];

	field->style = STYLE_DIM;
	if (!entry->target)
		return;
	result = entry->target->ip.family == 4 ? addresses->a : addresses->aaaa;
	if (result)
		buf_adds(&field->text,
		    span_countdown(dns_result_ttl_left(result, entry->model->now_us), text));
}

/* How the server answered, or why there is none to ask. */
static void
field_smtp(const struct entry *entry, struct field *field)
{
	enum plan_standing standing = entry->row->standing;
	const struct smtp_facts *probe = entry->target ? entry->target->probe : NULL;

	field->marked = true;
	if (standing != PLAN_ATTEMPT) {
		field->mark = mark_of_standing(standing);
		buf_adds(&field->text,
		    standing == PLAN_WAITING ? "looking up" : plan_standing_name(standing));
		return;
	}
	field->mark = mark_of_probe(probe);
	if (!probe)
		buf_adds(&field->text, "not probed");
	else
		timeline_state(probe, entry->model->now_us, field->width, &field->text);
}

/* A word for a wide column, and for a narrow one. */
struct word {
	const char *whole, *brief;
};

/* Puts a mark with as much of the word as the column has room for. */
static void
say_word(struct field *field, enum mark mark, const struct word *word)
{
	field->marked = true;
	field->mark = mark;
	buf_adds(
	    &field->text, (int)strlen(word->whole) <= field->width ? word->whole : word->brief);
}

/* What a certificate is worth: *offered*, *handshake* and *trusted* are three facts. */
static void
say_certificate(const struct tls_facts *tls, struct field *field)
{
	static const struct word chains[tls_chain_count] = {
		[TLS_CHAIN_TRUSTED] = { "trusted", "trusted" },
		[TLS_CHAIN_EXPIRED] = { "expired", "expired" },
		[TLS_CHAIN_NOT_YET_VALID] = { "not yet valid", "not yet" },
		[TLS_CHAIN_SELF_SIGNED] = { "self-signed", "self" },
		[TLS_CHAIN_UNTRUSTED] = { "untrusted", "unknown" },
		[TLS_CHAIN_INCOMPLETE] = { "incomplete", "chain" },
	};
	static const struct word wrong_name = { "wrong name", "no name" };
	bool trusted = tls->chain == TLS_CHAIN_TRUSTED;

	say_word(field, trusted && tls->name_matches ? MARK_GOOD : MARK_WARNING,
	    trusted && !tls->name_matches ? &wrong_name : &chains[tls->chain]);
}

/* How far TLS has come in a probe under way: nothing is said before STARTTLS. */
static void
say_progress(enum smtp_stage stage, struct field *field)
{
	static const struct word offered = { "offered", "offered" },
				 handshake = { "handshake", "TLS" };

	if (stage == SMTP_STAGE_STARTTLS)
		say_word(field, MARK_PROGRESS, &offered);
	else if (stage == SMTP_STAGE_HANDSHAKE)
		say_word(field, MARK_PROGRESS, &handshake);
}

/* How far TLS came. */
static void
field_tls(const struct entry *entry, struct field *field)
{
	static const struct {
		enum mark mark;
		struct word word;
	} states[smtp_starttls_count] = {
		[SMTP_STARTTLS_NOT_TRIED] = { MARK_NOT_TRIED, { "", "" } },
		[SMTP_STARTTLS_OK] = { MARK_GOOD, { "handshake", "TLS" } },
		[SMTP_STARTTLS_NOT_OFFERED] = { MARK_NONE, { "none", "none" } },
		[SMTP_STARTTLS_REFUSED] = { MARK_BAD, { "refused", "refused" } },
		[SMTP_STARTTLS_FAILED] = { MARK_BAD, { "handshake", "failed" } },
		[SMTP_STARTTLS_INJECTED] = { MARK_BAD, { "injected", "inject" } },
	};
	const struct smtp_facts *probe = entry->target ? entry->target->probe : NULL;

	if (!probe || probe->outcome == SMTP_SKIPPED)
		return;
	if (probe->tls.present)
		say_certificate(&probe->tls, field);
	else if (probe->outcome == SMTP_IN_PROGRESS &&
	    probe->starttls == SMTP_STARTTLS_NOT_TRIED)
		say_progress(probe->stage, field);
	else
		say_word(field, states[probe->starttls].mark, &states[probe->starttls].word);
}

/* The milliseconds to the outcome. */
static void
field_ms(const struct entry *entry, struct field *field)
{
	const struct smtp_facts *probe = entry->target ? entry->target->probe : NULL;
	char text[SPAN_TEXT_MAX];

	field->style = STYLE_DIM;
	if (!probe || probe->outcome == SMTP_IN_PROGRESS || probe->outcome == SMTP_SKIPPED)
		return;
	buf_adds(&field->text, span_ms(timeline_elapsed(probe, 0), text));
}

enum {
	COLUMN_TRY,
	COLUMN_PREFERENCE,
	COLUMN_EXCHANGE,
	COLUMN_ADDRESS,
	COLUMN_TTL,
	COLUMN_SMTP,
	COLUMN_TLS,
	COLUMN_MS,
	column_count
};

/*
 * The columns, from left to right. They are cut as principle 8 says: ms, ttl, the words of tls, then
 * the address; the order of the rows stands for `try`, so that it goes before the preference.
 */
static const struct column columns[column_count] = {
	[COLUMN_TRY] = { "try", 3, 3, 0, 6, true },
	[COLUMN_PREFERENCE] = { "pref", 4, 5, 0, 7, true },
	[COLUMN_EXCHANGE] = { "exchange", EXCHANGE_LEAST, 0, EXCHANGE_LEAST, 5, false },
	[COLUMN_ADDRESS] = { "address", 15, 20, 0, 4, false },
	[COLUMN_TTL] = { "ttl", 5, 5, 0, 2, true },
	[COLUMN_SMTP] = { "smtp", 15, 17, 1, 8, false },
	[COLUMN_TLS] = { "tls", 9, 13, 1, 3, false },
	[COLUMN_MS] = { "ms", 5, 5, 0, 1, true },
};

static void (*const fields[column_count])(const struct entry *, struct field *) = {
	[COLUMN_TRY] = field_try,
	[COLUMN_PREFERENCE] = field_preference,
	[COLUMN_EXCHANGE] = field_exchange,
	[COLUMN_ADDRESS] = field_address,
	[COLUMN_TTL] = field_ttl,
	[COLUMN_SMTP] = field_smtp,
	[COLUMN_TLS] = field_tls,
	[COLUMN_MS] = field_ms,
};

/* A table being drawn: where its columns are. */
struct table {
	struct canvas *canvas;
	struct area area; /* header and rows; the first column is the pointer's */
	struct column_place places[column_count];
};

/* The columns that the contents of an inquiry ask for. */
struct wishes {
	int name, address, ttl;
};

/* Returns the columns of a TTL that counts down from so many seconds. */
static int
ttl_columns(uint32_t ttl)
{
	if (ttl < 3600)
		return 5; /* "59:59" */
	return ttl < 36000 ? 7 : 8; /* "9:59:59", "23:59:59" */
}

/* Measures the names of the set, and what is known of addresses. */
static struct wishes
measure(const struct mail_facts *facts)
{
	struct wishes wishes = { 0 };
	char text[IP_TEXT_MAX];

	for (size_t i = 0; i < facts->mx.count; i++) {
		int width = (int)strlen(facts->mx.exchanges[i].text);

		wishes.name = width > wishes.name ? width : wishes.name;
	}
	for (size_t i = 0; i < facts->target_count; i++) {
		int address = (int)strlen(ip_text(&facts->targets[i].ip, text));
		int ttl = ttl_columns(facts->targets[i].ttl);

		wishes.address = address > wishes.address ? address : wishes.address;
		wishes.ttl = ttl > wishes.ttl ? ttl : wishes.ttl;
	}
	return wishes;
}

/* Returns the greater of two numbers of columns. */
static int
at_least(int columns_wanted, int least)
{
	return columns_wanted > least ? columns_wanted : least;
}

/* Places the columns: a name is worth more than what is cut for it, up to a limit. */
static void
table_fit(struct table *table, const struct mail_facts *facts)
{
	const struct wishes wishes = measure(facts);
	int room = table->area.columns - 2;
	struct column wanted[column_count];
	struct column *exchange = &wanted[COLUMN_EXCHANGE], *address = &wanted[COLUMN_ADDRESS];
	struct column *ttl = &wanted[COLUMN_TTL], *smtp = &wanted[COLUMN_SMTP];

	memcpy(wanted, columns, sizeof wanted);
	exchange->minimum =
	    at_least(wishes.name < EXCHANGE_MOST ? wishes.name : EXCHANGE_MOST, EXCHANGE_LEAST);
	exchange->preferred = wishes.name;
	address->preferred = at_least(wishes.address, address->preferred);
	ttl->minimum = ttl->preferred = at_least(wishes.ttl, ttl->minimum);
	if (room < SECONDS_FROM)
		smtp->minimum = smtp->preferred = SMTP_WORD;
	columns_fit(wanted, column_count, room, table->places);
}

/* Draws the heads of the columns. */
static void
draw_head(const struct table *table)
{
	for (size_t i = 0; i < column_count; i++) {
		int at = table->area.column + 1 + table->places[i].offset;
		int width = table->places[i].width;

		if (width < (int)strlen(columns[i].title))
			continue;
		if (columns[i].right)
			canvas_put_right(table->canvas, table->area.row, at, width, STYLE_DIM,
			    columns[i].title);
		else
			canvas_put(table->canvas, table->area.row, at, width, STYLE_DIM,
			    columns[i].title);
	}
}

/* Draws one cell: a mark and behind it the text, or the text alone. */
static void
draw_field(const struct table *table, int row, size_t i, int width, const struct entry *entry)
{
	struct canvas *canvas = table->canvas;
	int at = table->area.column + 1 + table->places[i].offset;
	struct field field = { .text = BUF_INIT, .style = STYLE_TEXT, .width = width - 2 };

	buf_adds(&field.text, "");
	fields[i](entry, &field);
	if (field.marked) {
		canvas_put(canvas, row, at, 1, mark_style(field.mark),
		    mark_text(field.mark, canvas->unicode, entry->model->spinner));
		canvas_put(
		    canvas, row, at + 2, width - 2, mark_style(field.mark), field.text.data);
	} else if (columns[i].right) {
		canvas_put_right(canvas, row, at, width, field.style, field.text.data);
	} else {
		canvas_put(canvas, row, at, width, field.style, field.text.data);
	}
	buf_clear(&field.text);
}

/* Draws one row. What a row without an address says may use the columns behind it. */
static void
draw_entry(const struct table *table, int row, const struct entry *entry)
{
	for (size_t i = 0; i < column_count; i++) {
		int width = table->places[i].width;

		if (width == 0)
			continue;
		if (i == COLUMN_SMTP && !entry->target)
			width = table->area.columns - 2 - table->places[i].offset;
		draw_field(table, row, i, width, entry);
	}
}

/* Gathers what the row at this index of the plan points at. */
static struct entry
entry_at(const struct pane_drawing *drawing, const struct inquiry *inquiry, size_t index)
{
	const struct plan_row *row = &inquiry->plan.rows[index];

	return (struct entry){
		.model = drawing->model,
		.unicode = drawing->canvas->unicode,
		.inquiry = inquiry,
		.row = row,
		.exchange = &inquiry->facts.mx.exchanges[row->exchange],
		.target = row->target == SIZE_MAX ? NULL : &inquiry->facts.targets[row->target],
		.repeats = index > 0 && inquiry->plan.rows[index - 1].exchange == row->exchange,
	};
}

/* Draws the visible rows of the plan. */
static void
draw_rows(
    struct pane_drawing *drawing, const struct table *table, const struct inquiry *inquiry)
{
	size_t selected = drawing->model->panes[PANE_MX].selected;

	for (size_t i = 0; i < drawing->rows && drawing->top + i < inquiry->plan.count; i++) {
		struct entry entry = entry_at(drawing, inquiry, drawing->top + i);
		int row = drawing->list.row + (int)i;

		draw_entry(table, row, &entry);
		if (drawing->top + i == selected)
			pane_select_row(drawing, row);
	}
}

/* Says why there are no rows: the MX is awaited, or there is no exchange at all. */
static void
write_absence(struct paper *paper, const struct model *model, const struct inquiry *inquiry)
{
	static const enum mark kind_marks[mx_kind_count] = {
		[MX_EXPLICIT] = MARK_NONE,
		[MX_IMPLICIT] = MARK_NONE,
		[MX_NULL] = MARK_REFUSED,
		[MX_NONE] = MARK_BAD,
		[MX_ERROR] = MARK_UNSURE,
	};
	const struct mail_facts *facts = &inquiry->facts;
	enum mark mark = facts->mx_known ? kind_marks[facts->mx.kind] : MARK_PROGRESS;
	struct buf lead = BUF_INIT, text = BUF_INIT;

	if (!facts->mx_known && !inquiry_busy(inquiry))
		mark = MARK_NOT_TRIED;
	buf_addf(&lead, "%s ", mark_text(mark, paper->canvas->unicode, model->spinner));
	if (!facts->mx_known)
		buf_addf(&text, "the MX records of %s are %s", facts->subject.ascii,
		    mark == MARK_PROGRESS ? "being asked for" : "not known");
	else if (facts->mx.kind == MX_ERROR && facts->mx_result)
		buf_adds(&text, dns_outcome_help(facts->mx_result->outcome));
	else
		buf_adds(&text, mx_kind_help(facts->mx.kind));
	paper_write(paper,
	    &(struct paragraph){
		.lead = lead.data,
		.lead_style = mark_style(mark),
		.text = text.data,
		.indent = 1,
		.right = inquiry->verdict.rule ? inquiry->verdict.rule->clause : NULL,
	    });
	buf_clear(&lead);
	buf_clear(&text);
}

/* Draws rows and findings of an inquiry into the pane. */
static void
draw_inquiry(struct pane_drawing *drawing, struct area inside, const struct inquiry *inquiry)
{
	struct table table = { .canvas = drawing->canvas, .area = inside };
	size_t rows = inquiry->plan.count;
	int head = rows > 0 && inside.rows >= HEAD_FROM ? 1 : 0;
	struct area list = { inside.row + head, inside.column, inside.rows - head,
		inside.columns };
	int least = list.rows / FINDINGS_SHARE, wanted, spare;

	if (rows == 0) {
		struct area text = { inside.row, inside.column, inside.rows,
			inside.columns - 1 };
		struct paper paper = paper_open(drawing->canvas, text, 0);

		write_absence(&paper, drawing->model, inquiry);
		rows = paper.lines;
	} else {
		table_fit(&table, &inquiry->facts);
		if (head > 0)
			draw_head(&table);
	}
	spare = list.rows - (rows < (size_t)list.rows ? (int)rows : list.rows);
	wanted = findings_room(
	    drawing->canvas, inside.columns, &inquiry->findings, spare > least ? spare : least);
	list.rows -= wanted;
	findings_draw(drawing->canvas,
	    (struct area){ list.row + list.rows, inside.column, wanted, inside.columns },
	    &inquiry->findings);
	if (inquiry->plan.count == 0)
		return;
	pane_scroll(drawing, list, rows, drawing->model->panes[PANE_MX].selected);
	draw_rows(drawing, &table, inquiry);
	pane_position(drawing, drawing->model->panes[PANE_MX].selected);
}

/* Appends the places in the delivery order of the exchanges as they stood in the answer. */
static void
add_answer_order(const struct plan *plan, struct buf *note)
{
	if (plan->exchange_count < 2)
		return;
	buf_adds(note, "answered");
	for (size_t i = 0; i < plan->exchange_count && i < ORDER_MAX; i++) {
		for (size_t place = 0; place < plan->exchange_count; place++) {
			if (plan->exchange_order[place] == i)
				buf_addf(note, " %zu", place + 1);
		}
	}
	buf_adds(note, plan->exchange_count > ORDER_MAX ? " ..." : "");
}

/* Appends the kind of the set, and how many records it has. */
static void
add_kind(const struct mail_facts *facts, struct buf *note)
{
	static const char *const kinds[mx_kind_count] = {
		[MX_EXPLICIT] = "",
		[MX_IMPLICIT] = "no MX: implicit",
		[MX_NULL] = "Null MX",
		[MX_NONE] = "no exchange",
		[MX_ERROR] = "no answer",
	};

	if (!facts->mx_result)
		buf_adds(note, "address literal");
	else if (facts->mx.kind == MX_EXPLICIT)
		buf_addf(
		    note, "%zu record%s", facts->mx.count, facts->mx.count == 1 ? "" : "s");
	else
		buf_adds(note, kinds[facts->mx.kind]);
}

/* Says in the frame what the answer was: its kind, its order, its remaining TTL. */
static void
add_note(const struct pane_drawing *drawing, const struct inquiry *inquiry, struct buf *note)
{
	const struct mail_facts *facts = &inquiry->facts;
	const char *separator = glyph_text(GLYPH_SEPARATOR, drawing->canvas->unicode);
	char ttl[SPAN_TEXT_MAX];
	size_t length;

	if (!facts->mx_known)
		return;
	add_kind(facts, note);
	length = note->length;
	buf_adds(note, separator);
	add_answer_order(&inquiry->plan, note);
	if (note->length == length + strlen(separator))
		buf_truncate(note, length);
	if (facts->mx_result && dns_result_is_final(facts->mx_result))
		buf_addf(note, "%sTTL %s", separator,
		    span_countdown(
			dns_result_ttl_left(facts->mx_result, drawing->model->now_us), ttl));
}

void
pane_mx_draw(struct pane_drawing *drawing)
{
	const struct domain *domain = model_selected_domain(drawing->model);
	const struct inquiry *inquiry = domain ? domain->inquiry : NULL;
	struct buf title = BUF_INIT, note = BUF_INIT;
	struct area inside;

	buf_adds(&title, "MX");
	buf_adds(&note, "");
	if (domain)
		buf_addf(&title, "  %s", pane_domain(drawing->canvas, domain));
	if (inquiry)
		add_note(drawing, inquiry, &note);
	inside = pane_frame(drawing, title.data, note.data);
	buf_clear(&title);
	buf_clear(&note);
	drawing->list = inside;
	drawing->rows = inside.rows > 0 ? (size_t)inside.rows : 0;
	drawing->total = 0;
	if (inside.rows <= 0)
		return;
	if (inquiry)
		draw_inquiry(drawing, inside, inquiry);
	else if (domain)
		canvas_put(drawing->canvas, inside.row, inside.column + 1, inside.columns - 2,
		    STYLE_DIM, "Remembered from before; Enter looks it up again.");
	else
		pane_purpose(drawing, inside);
}
