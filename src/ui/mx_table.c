/*
 * The rows of the MX pane as a table. Decides which columns there are, what is cut first where
 * room is short (screens.md, principle 8), and what a cell says in few columns. The order of
 * the rows and their reasons are the plan's (mail/plan.h); the widths' arithmetic is
 * columns.c's.
 */
#include <string.h>

#include "util/buf.h"
#include "util/span.h"
#include "ui/mark.h"
#include "ui/mx_table.h"
#include "ui/policy_line.h"
#include "ui/timeline.h"

enum {
	EXCHANGE_LEAST = 12,
	EXCHANGE_MOST = 40, /* columns that a name may claim before others are cut for it */
	EXCHANGE_FAIR = 26, /* where the address would be lost for that */
	ADDRESS_LEAST = 15, /* of any IPv4 address */
	ADDRESS_MOST = 26, /* that an address may claim before less is shown beside it */
	SECONDS_FROM = 60, /* columns from which the seconds of a stage are worth theirs */
	SMTP_WORD = 11, /* "✓ accepting" */
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
	int width; /* columns for text behind a mark */
};

/* The place among the attempts, or that there is none. */
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

/* The preference: a lower number is tried first. */
static void
field_preference(const struct entry *entry, struct field *field)
{
	buf_addf(&field->text, "%u", entry->exchange->preference);
	field->style = STYLE_DIM;
}

/* The exchange's name, dim where it stands above already. */
static void
field_exchange(const struct entry *entry, struct field *field)
{
	buf_adds(&field->text, entry->exchange->text);
	if (entry->repeats)
		field->style = STYLE_DIM;
}

/* The address, in its canonical form. */
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

/* Whether the address has a name that leads back to it. */
static void
field_ptr(const struct entry *entry, struct field *field)
{
	static const enum mark marks[reverse_state_count] = {
		[REVERSE_UNASKED] = MARK_NOT_TRIED,
		[REVERSE_PENDING] = MARK_PROGRESS,
		[REVERSE_CONFIRMED] = MARK_GOOD,
		[REVERSE_MISMATCH] = MARK_WARNING,
		[REVERSE_MISSING] = MARK_NONE,
		[REVERSE_ERROR] = MARK_UNSURE,
	};
	enum reverse_state state;

	if (!entry->target)
		return;
	state = mail_reverse_state(&entry->target->reverse, &entry->target->ip);
	if (state == REVERSE_PENDING && !inquiry_busy(entry->inquiry))
		state = REVERSE_UNASKED;
	field->marked = true;
	field->mark = marks[state];
}

/* Says what is pretended: in few columns with one word for the other. */
static void
say_pretended(struct field *field, const char *pretended)
{
	buf_addf(&field->text, "pretended %s", pretended);
	if ((int)field->text.length <= field->width)
		return;
	buf_truncate(&field->text, 0);
	buf_addf(&field->text, "if %s", pretended);
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
	if (probe && probe->pretended)
		say_pretended(field, probe->pretended);
	else if (!probe)
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
	const char *policy;
	enum mark mark;

	if (!probe || probe->outcome == SMTP_SKIPPED)
		return;
	policy = policy_line_word(&entry->inquiry->facts, entry->row->target, &mark);
	if (policy)
		say_word(field, mark, &(const struct word){ policy, policy });
	else if (probe->tls.present)
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
	if (!probe || probe->outcome == SMTP_IN_PROGRESS || probe->outcome == SMTP_SKIPPED ||
	    probe->pretended)
		return;
	buf_adds(&field->text, span_ms(timeline_elapsed(probe, 0), text));
}

enum {
	COLUMN_TRY,
	COLUMN_PREFERENCE,
	COLUMN_EXCHANGE,
	COLUMN_ADDRESS,
	COLUMN_TTL,
	COLUMN_PTR,
	COLUMN_SMTP,
	COLUMN_TLS,
	COLUMN_MS,
	column_count
};

/*
 * The columns, from left to right. They are cut as principle 8 says: ptr, ms, ttl, the words of tls,
 * then the address; the order of the rows stands for `try`, so that it goes before the
 * preference.
 */
static const struct column columns[column_count] = {
	[COLUMN_TRY] = { "try", 3, 3, 0, 7, true },
	[COLUMN_PREFERENCE] = { "pref", 4, 5, 0, 8, true },
	[COLUMN_EXCHANGE] = { "exchange", EXCHANGE_LEAST, 0, EXCHANGE_LEAST, 6, false },
	[COLUMN_ADDRESS] = { "address", ADDRESS_LEAST, 20, 0, 5, false },
	[COLUMN_TTL] = { "ttl", 5, 5, 0, 3, true },
	[COLUMN_PTR] = { "ptr", 3, 3, 0, 1, false },
	[COLUMN_SMTP] = { "smtp", 15, 17, 1, 9, false },
	[COLUMN_TLS] = { "tls", 9, 13, 1, 4, false },
	[COLUMN_MS] = { "ms", 5, 5, 0, 2, true },
};

static void (*const fields[column_count])(const struct entry *, struct field *) = {
	[COLUMN_TRY] = field_try,
	[COLUMN_PREFERENCE] = field_preference,
	[COLUMN_EXCHANGE] = field_exchange,
	[COLUMN_ADDRESS] = field_address,
	[COLUMN_TTL] = field_ttl,
	[COLUMN_PTR] = field_ptr,
	[COLUMN_SMTP] = field_smtp,
	[COLUMN_TLS] = field_tls,
	[COLUMN_MS] = field_ms,
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

/* Returns what is wanted, but at least and at most so many columns. */
static int
within(int wanted, int least, int most)
{
	if (wanted > most)
		wanted = most;
	return wanted < least ? least : wanted;
}

/* Returns the greater of two numbers of columns. */
static int
at_least(int columns_wanted, int least)
{
	return columns_wanted > least ? columns_wanted : least;
}

/* Returns what the columns ask for by what is to stand in them. */
static void
ask(const struct mail_facts *facts, int room, struct column wanted[column_count])
{
	const struct wishes wishes = measure(facts);
	struct column *exchange = &wanted[COLUMN_EXCHANGE], *address = &wanted[COLUMN_ADDRESS];
	struct column *ttl = &wanted[COLUMN_TTL], *smtp = &wanted[COLUMN_SMTP];

	memcpy(wanted, columns, sizeof columns);
	exchange->preferred = wishes.name;
	address->preferred = at_least(wishes.address, ADDRESS_LEAST);
	ttl->minimum = ttl->preferred = at_least(wishes.ttl, ttl->minimum);
	if (room < SECONDS_FROM)
		smtp->minimum = smtp->preferred = SMTP_WORD;
}

/* What exchange and address may claim before less is shown beside them: what is tried in turn. */
static const struct claim {
	int exchange, address;
} claims[] = {
	{ EXCHANGE_MOST, ADDRESS_MOST },
	{ EXCHANGE_FAIR, ADDRESS_MOST },
	{ EXCHANGE_FAIR, ADDRESS_LEAST },
};

/* Fits the columns with what these two claim: true when both got it. */
static bool
fit_claim(struct mx_table *table, struct column wanted[column_count], const struct claim *claim)
{
	struct column *exchange = &wanted[COLUMN_EXCHANGE], *address = &wanted[COLUMN_ADDRESS];

	exchange->minimum = within(exchange->preferred, EXCHANGE_LEAST, claim->exchange);
	address->minimum = within(address->preferred, ADDRESS_LEAST, claim->address);
	columns_fit(wanted, column_count, table->area.columns - 2, table->places);
	return table->places[COLUMN_EXCHANGE].width >= exchange->minimum &&
	    table->places[COLUMN_ADDRESS].width >= address->minimum;
}

void
mx_table_fit(struct mx_table *table)
{
	struct column wanted[column_count];
	size_t i = 0;

	ask(&table->inquiry->facts, table->area.columns - 2, wanted);
	while (!fit_claim(table, wanted, &claims[i]) && i + 1 < sizeof claims / sizeof *claims)
		i++;
}

/* Puts text into a column: numbers at its right end. */
static void
put_cell(const struct mx_table *table, int row, size_t i, enum style style, const char *text)
{
	int at = table->area.column + 1 + table->places[i].offset;

	if (columns[i].right)
		canvas_put_right(table->canvas, row, at, table->places[i].width, style, text);
	else
		canvas_put(table->canvas, row, at, table->places[i].width, style, text);
}

/* Puts a title that is wider than its column: before its end, where the titles on the left leave room. */
static int
put_long_title(const struct mx_table *table, int row, size_t i, int taken)
{
	int end = table->places[i].offset + table->places[i].width;
	int width = (int)strlen(columns[i].title);

	if (table->places[i].width == 0 || end - width <= taken)
		return taken;
	canvas_put(table->canvas, row, table->area.column + 1 + end - width, width, STYLE_DIM,
	    columns[i].title);
	return end;
}

void
mx_table_head(const struct mx_table *table, int row)
{
	int taken = 0;

	for (size_t i = 0; i < column_count; i++) {
		int width = (int)strlen(columns[i].title);

		if (table->places[i].width < width) {
			taken = put_long_title(table, row, i, taken);
			continue;
		}
		put_cell(table, row, i, STYLE_DIM, columns[i].title);
		taken = table->places[i].offset +
		    (columns[i].right ? table->places[i].width : width);
	}
}

/* Puts a mark and the words behind it, `width` columns together. */
static void
put_marked(
    const struct mx_table *table, int row, size_t i, int width, const struct field *field)
{
	struct canvas *canvas = table->canvas;
	int at = table->area.column + 1 + table->places[i].offset;

	canvas_put(canvas, row, at, 1, mark_style(field->mark),
	    mark_text(field->mark, canvas->unicode, table->model->spinner));
	canvas_put(canvas, row, at + 2, width - 2, mark_style(field->mark), field->text.data);
}

/* Draws one cell. What a row without an address says may use the columns behind it, too. */
static void
draw_cell(const struct mx_table *table, int row, size_t i, const struct entry *entry)
{
	int width = table->places[i].width;
	struct field field = { .text = BUF_INIT, .style = STYLE_TEXT };

	if (i == COLUMN_SMTP && !entry->target)
		width = table->area.columns - 2 - table->places[i].offset;
	field.width = width - 2;
	buf_adds(&field.text, "");
	fields[i](entry, &field);
	if (field.marked)
		put_marked(table, row, i, width, &field);
	else
		put_cell(table, row, i, field.style, field.text.data);
	buf_clear(&field.text);
}

/* Gathers what the row at this index of the plan points at. */
static struct entry
entry_at(const struct mx_table *table, size_t index)
{
	const struct inquiry *inquiry = table->inquiry;
	const struct plan_row *row = &inquiry->plan.rows[index];

	return (struct entry){
		.model = table->model,
		.unicode = table->canvas->unicode,
		.inquiry = inquiry,
		.row = row,
		.exchange = &inquiry->facts.mx.exchanges[row->exchange],
		.target = row->target == SIZE_MAX ? NULL : &inquiry->facts.targets[row->target],
		.repeats = index > 0 && inquiry->plan.rows[index - 1].exchange == row->exchange,
	};
}

void
mx_table_row(const struct mx_table *table, int row, size_t index)
{
	const struct entry entry = entry_at(table, index);

	for (size_t i = 0; i < column_count; i++) {
		if (table->places[i].width > 0)
			draw_cell(table, row, i, &entry);
	}
}
