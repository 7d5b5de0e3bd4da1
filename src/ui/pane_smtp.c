/*
 * The SMTP pane: the probe of the selected row - stages as bars, what was said, the facts of
 * TLS at the place where they became known. Decides how the transcript reads: the server's
 * words in their own style, ours behind "‹", what went through TLS along its line, and what
 * this program says in none of these, so that no server can speak in its name (screens.md,
 * principle 6). The lines of a reply to EHLO are joined unless the pane is zoomed. The stages
 * stay in view; the transcript below them scrolls. A row without a probe says why.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/span.h"
#include "util/text.h"

#include "mail/consequence.h"
#include "mail/policy.h"

#include "ui/mark.h"
#include "ui/paper.h"
#include "ui/policy_line.h"
#include "ui/pane.h"
#include "ui/timeline.h"
#include "ui/tls_lines.h"

enum {
	TALL_FROM_ROWS = 16, /* rows and columns inside from which each stage has its line */
	TALL_FROM_COLUMNS = 44,
	FLAT_FROM_ROWS = 3, /* from which they have one line together */
	GUTTER = 3, /* columns before what was said: the line of TLS stands in it */
	HANG = 4, /* columns before the further lines of a reply: those behind its code */
	NAMES_SHOWN = 12, /* of a certificate */
};

/* What is being written, and where. */
struct page {
	struct paper *paper;
	const struct model *model;
	const struct plan_row *row;
	const struct mail_target *target;
	const struct smtp_facts *probe;
};

/* Writes a sentence of ours with its mark and, at the right, its rule. */
static void
write_marked(const struct page *page, enum mark mark, const char *text, const char *right)
{
	char lead[8];

	snprintf(lead, sizeof lead, "%s ",
	    mark_text(mark, page->paper->canvas->unicode, page->model->spinner));
	paper_write(page->paper,
	    &(struct paragraph){
		.lead = lead,
		.lead_style = mark_style(mark),
		.text = text,
		.indent = 1,
		.right = right,
	    });
}

/* --- TLS ---------------------------------------------------------------- */

/* Draws a mark and a word behind it. Returns the columns used, two blanks behind counted. */
static int
put_fact(
    struct canvas *canvas, int row, int column, int columns, enum mark mark, const char *text)
{
	int used;

	if (columns < 3)
		return 0;
	canvas_put(
	    canvas, row, column, 1, mark_style(mark), mark_legend(mark, canvas->unicode));
	used = canvas_put(canvas, row, column + 2, columns - 2, mark_style(mark), text);
	return used + 4;
}

/* The gutter before what went through TLS. */
static const char *
tunnel(const struct page *page)
{
	return glyph_text(GLYPH_SECRET, page->paper->canvas->unicode);
}

/* Writes the three judgements of the certificate side by side: chain, name, dates. */
static void
write_judgements(const struct page *page, const struct tls_facts *tls)
{
	struct canvas *canvas = page->paper->canvas;
	struct area window = page->paper->window;
	int row = paper_line(page->paper), at = window.column + GUTTER;
	int end = window.column + window.columns;
	bool trusted = tls->chain == TLS_CHAIN_TRUSTED;
	struct buf text = BUF_INIT;
	enum mark mark;

	if (row < 0)
		return;
	canvas_put(canvas, row, window.column, GUTTER, STYLE_SECRET, tunnel(page));
	buf_addf(&text, "chain %s", tls_chain_name(tls->chain));
	at +=
	    put_fact(canvas, row, at, end - at, trusted ? MARK_GOOD : MARK_WARNING, text.data);
	at += put_fact(canvas, row, at, end - at, tls->name_matches ? MARK_GOOD : MARK_WARNING,
	    tls->name_matches ? "name matches" : "name does not match");
	buf_truncate(&text, 0);
	mark = tls_lines_days(tls_facts_leaf(tls), page->model->now_time, &text);
	put_fact(canvas, row, at, end - at, mark, text.data);
	buf_clear(&text);
}

/* Writes a line of the certificate: what it is, dim, and its text. */
static void
write_certificate_line(const struct page *page, const char *label, const char *text)
{
	char lead[32];

	if (!text || !*text)
		return;
	snprintf(lead, sizeof lead, "%-8s", label);
	paper_write(page->paper,
	    &(struct paragraph){
		.gutter = tunnel(page),
		.gutter_style = STYLE_SECRET,
		.lead = lead,
		.lead_style = STYLE_DIM,
		.text = text,
		.style = STYLE_QUOTED,
		.indent = GUTTER,
	    });
}

/* Writes the names that the certificate vouches for. */
static void
write_names(const struct page *page, const struct tls_certificate *leaf)
{
	struct buf names = BUF_INIT;

	buf_adds(&names, "");
	for (size_t i = 0; i < leaf->san_count && i < NAMES_SHOWN; i++)
		buf_addf(&names, "%s%s", i > 0 ? "  " : "", leaf->sans[i]);
	if (leaf->san_count > NAMES_SHOWN)
		buf_addf(&names, "  and %zu more", leaf->san_count - NAMES_SHOWN);
	write_certificate_line(page, "names", names.data);
	buf_clear(&names);
}

/* Writes what the policies say of the address. */
static void
write_policies(const struct page *page)
{
	policy_lines_write(page->paper, model_selected_inquiry(page->model), page->row->target,
	    &(const struct policy_place){
		.gutter = page->probe->tls.present ? tunnel(page) : NULL,
		.indent = GUTTER,
		.spinner = page->model->spinner,
	    });
}

/* Writes all that the handshake showed. */
static void
write_tls(const struct page *page, const struct tls_facts *tls)
{
	const struct tls_certificate *leaf = tls_facts_leaf(tls);
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s  %s", tls->version ? tls->version : "TLS",
	    tls->cipher ? tls->cipher : "");
	if (!tls_lines_facts(page->paper, tunnel(page), GUTTER, page->probe, text.data))
		paper_write(page->paper,
		    &(struct paragraph){
			.gutter = tunnel(page),
			.gutter_style = STYLE_SECRET,
			.text = text.data,
			.style = STYLE_SECRET,
			.indent = GUTTER,
		    });
	buf_clear(&text);
	write_judgements(page, tls);
	write_policies(page);
	write_certificate_line(page, "subject", leaf->subject);
	write_certificate_line(page, "issuer", leaf->issuer);
	write_names(page, leaf);
}

/* --- transcript ------------------------------------------------------------ */

/* Writes one quoted line. */
static void
write_quoted(const struct page *page, const struct smtp_line *line, const char *text)
{
	bool unicode = page->paper->canvas->unicode, ours = line->speaker == SMTP_CLIENT;
	char lead[8];

	snprintf(lead, sizeof lead, "%s ", glyph_text(GLYPH_OURS, unicode));
	paper_write(page->paper,
	    &(struct paragraph){
		.gutter = line->encrypted ? tunnel(page) : NULL,
		.gutter_style = STYLE_SECRET,
		.lead = ours ? lead : NULL,
		.lead_style = STYLE_OURS,
		.text = text,
		.style = ours ? STYLE_OURS : STYLE_QUOTED,
		.indent = GUTTER,
		.hang = ours ? 0 : HANG,
	    });
}

/* True when the line is part of a reply that goes on in the next line. */
static bool
goes_on(const struct smtp_line *line)
{
	return line->speaker == SMTP_SERVER && strlen(line->text) > 3 && line->text[3] == '-';
}

/* True when line i begins a reply to our EHLO. */
static bool
answers_ehlo(const struct smtp_transcript *transcript, size_t i)
{
	return i > 0 && transcript->lines[i - 1].speaker == SMTP_CLIENT &&
	    text_prefix_nocase(transcript->lines[i - 1].text, "EHLO ");
}

/* Writes a reply of several lines as one text. Returns the index of the line behind it. */
static size_t
write_joined(const struct page *page, const struct smtp_transcript *transcript, size_t first)
{
	const struct smtp_line *line = &transcript->lines[first];
	struct buf text = BUF_INIT;
	size_t i = first;

	buf_add(&text, line->text, strnlen(line->text, 3));
	for (;; i++) {
		line = &transcript->lines[i];
		buf_addf(&text, "%s%s", i == first ? " " : "  ",
		    strlen(line->text) > 4 ? line->text + 4 : "");
		if (!goes_on(line) || i + 1 == transcript->count ||
		    transcript->lines[i + 1].speaker != SMTP_SERVER)
			break;
	}
	write_quoted(page, &transcript->lines[first], text.data);
	buf_clear(&text);
	return i + 1;
}

/* Writes a remark of this program; the one that tells the outcome carries its mark. */
static void
write_note(const struct page *page, const char *text)
{
	if (page->probe->error && strcmp(text, page->probe->error) == 0)
		write_marked(page, mark_of_probe(page->probe), text, NULL);
	else
		paper_write(page->paper,
		    &(struct paragraph){ .text = text, .style = STYLE_DIM, .indent = GUTTER });
}

/* True for the remark that the connection is open: unless zoomed, the stages tell it. */
static bool
told_by_stages(const struct page *page, size_t i)
{
	return i == 0 && page->probe->stage > SMTP_STAGE_CONNECT && !page->model->zoomed;
}

/* Writes what was said; the facts of TLS come before the first line that went through it. */
static void
write_transcript(const struct page *page)
{
	const struct smtp_transcript *transcript = &page->probe->transcript;
	bool told = !page->probe->tls.present;

	for (size_t i = 0; i < transcript->count;) {
		const struct smtp_line *line = &transcript->lines[i];
		bool first_secret = line->encrypted && !told;

		if (first_secret) {
			write_tls(page, &page->probe->tls);
			told = true;
		}
		if (!page->model->zoomed && goes_on(line) && answers_ehlo(transcript, i)) {
			i = write_joined(page, transcript, i);
			continue;
		}
		if (line->speaker != SMTP_NOTE)
			write_quoted(page, line, line->text);
		else if (!first_secret && !told_by_stages(page, i))
			write_note(page, line->text); /* in TLS it tells what we just told */
		i++;
	}
	if (!told)
		write_tls(page, &page->probe->tls);
	if (!page->probe->tls.present)
		write_policies(page);
}

/* --- the whole page ---------------------------------------------------------- */

/* True when the transcript holds the sentence of the outcome. */
static bool
error_told(const struct smtp_facts *probe)
{
	for (size_t i = 0; i < probe->transcript.count; i++) {
		const struct smtp_line *line = &probe->transcript.lines[i];

		if (line->speaker == SMTP_NOTE && strcmp(line->text, probe->error) == 0)
			return true;
	}
	return false;
}

/* Writes what speaks against blaming the host, and what a sender makes of a failure. */
static void
write_worth(const struct page *page)
{
	const struct smtp_facts *probe = page->probe;
	const struct inquiry *inquiry = model_selected_inquiry(page->model);
	struct ruling ruling = policy_rule(&inquiry->facts, page->row->target, &inquiry->plan);
	const char *consequence = mail_consequence(probe, page->model->settings.sender);
	bool network = probe->doubt == SMTP_DOUBT_PORT_FILTERED ||
	    probe->doubt == SMTP_DOUBT_PORT_UNPROVEN ||
	    probe->doubt == SMTP_DOUBT_FAMILY_SILENT ||
	    probe->doubt == SMTP_DOUBT_FAMILY_UNPROVEN;

	if (network)
		write_marked(page, MARK_UNSURE, smtp_doubt_help(probe->doubt), NULL);
	if (consequence && !policy_consequence(&ruling) && probe->outcome != SMTP_ACCEPTING)
		paper_write(page->paper,
		    &(struct paragraph){
			.text = consequence, .style = STYLE_DIM, .indent = GUTTER });
}

/* Writes how old a result is that was made for another domain. */
static void
write_age(const struct page *page)
{
	int64_t seconds = (page->model->now_us - page->probe->ended_us) / SPAN_SECOND;
	struct buf text = BUF_INIT;
	char age[SPAN_TEXT_MAX];

	buf_addf(&text, "Seen %s%s for another domain; `probe` asks anew.",
	    seconds < 1 ? "just now" : span_age(seconds, age), seconds < 1 ? "" : " ago");
	paper_write(page->paper,
	    &(struct paragraph){ .text = text.data, .style = STYLE_DIM, .indent = GUTTER });
	buf_clear(&text);
}

/*
 * Writes what is remarkable about the server: its software, and where it broke the standards.
 */
static void
write_remarks(const struct page *page)
{
	const struct smtp_facts *probe = page->probe;
	struct buf text = BUF_INIT;

	if (probe->error && !error_told(probe))
		write_marked(page, mark_of_probe(probe), probe->error, NULL);
	if (!probe->tls.present && probe->starttls != SMTP_STARTTLS_NOT_TRIED)
		tls_lines_facts(page->paper, NULL, 1, probe, "");
	write_worth(page);
	for (size_t i = 0; i < smtp_violation_count; i++) {
		if (probe->violations & UINT32_C(1) << i)
			write_marked(page, MARK_WARNING,
			    smtp_violation_help((enum smtp_violation)i), NULL);
	}
	if (page->target->shared && probe->ended_us != 0)
		write_age(page);
	if (probe->software) {
		buf_addf(&text, "The greeting names %s.", probe->software);
		paper_write(page->paper,
		    &(struct paragraph){
			.text = text.data, .style = STYLE_DIM, .indent = GUTTER });
		buf_clear(&text);
	}
}

/* Writes why the row stands where it stands, or why no attempt is made. */
static void
write_reason(const struct page *page)
{
	const struct rule *rule = page->row->rule;

	write_marked(page, mark_of_standing(page->row->standing), page->row->because,
	    rule ? rule->clause : NULL);
	if (rule)
		paper_write(page->paper,
		    &(struct paragraph){
			.text = rule->sentence,
			.style = STYLE_DIM,
			.indent = GUTTER,
		    });
}

/* Writes the page of a row that was not probed. */
static void
write_unprobed(const struct page *page)
{
	const struct settings *settings = &page->model->settings;
	bool attempt = page->row->standing == PLAN_ATTEMPT;

	if (page->probe && page->probe->error)
		write_marked(page, MARK_NOT_TRIED, page->probe->error, NULL);
	else if (attempt && (!settings->network || !settings->probing))
		write_marked(
		    page, MARK_NOT_TRIED, "Probes are off: only the DNS is asked.", NULL);
	write_reason(page);
}

/* Writes what will be opened, before it is. */
static void
write_intent(const struct page *page, const struct inquiry *inquiry)
{
	const struct settings *settings = &page->model->settings;
	struct buf text = BUF_INIT;

	if (!settings->probing || !settings->network)
		return;
	buf_addf(&text,
	    "Each address found will be connected to, once, on port %u: greeting, EHLO, "
	    "STARTTLS, "
	    "EHLO, %sQUIT; never a message. `set probes off` asks the DNS alone.",
	    settings->port, inquiry->rcpt ? "MAIL, RCPT, RSET, " : "");
	paper_write(page->paper,
	    &(struct paragraph){ .text = text.data, .style = STYLE_DIM, .indent = GUTTER });
	buf_clear(&text);
}

/* Writes the page of a domain that has no row at all: by which rule nobody is asked. */
static void
write_nobody(const struct page *page)
{
	const struct inquiry *inquiry = model_selected_inquiry(page->model);

	if (inquiry && inquiry->facts.mx_known && inquiry->verdict.rule)
		write_marked(page, MARK_NONE, inquiry->verdict.rule->sentence,
		    inquiry->verdict.rule->clause);
	else if (inquiry && inquiry_busy(inquiry))
		write_intent(page, inquiry);
}

/* True when the row was probed, or is being. */
static bool
is_probed(const struct page *page)
{
	return page->probe && page->probe->outcome != SMTP_SKIPPED;
}

/* Writes all that there is to say of the row, the stages aside. */
static void
write_page(const struct page *page)
{
	if (is_probed(page)) {
		write_transcript(page);
		write_remarks(page);
	} else if (page->row) {
		write_unprobed(page);
	} else {
		write_nobody(page);
	}
}

/*
 * Draws the stages at the upper end, where they stay while the rest scrolls; returns their
 * rows.
 */
static int
draw_stages(const struct page *page, struct canvas *canvas, struct area text)
{
	const struct model *model = page->model;
	struct paper paper = paper_open(canvas, text, 0);

	if (!is_probed(page) || text.rows < FLAT_FROM_ROWS)
		return 0;
	if (text.rows >= TALL_FROM_ROWS && text.columns >= TALL_FROM_COLUMNS) {
		timeline_write_tall(&paper, page->probe, model->now_us, model->spinner);
		paper_line(&paper);
	} else {
		timeline_write_flat(&paper, page->probe, model->now_us);
	}
	return (int)paper.lines;
}

/* Appends the address as an endpoint: "192.0.2.10:25", "[2001:db8::10]:25". */
static void
add_endpoint(const struct ip_addr *ip, uint16_t port, struct buf *title)
{
	char text[IP_TEXT_MAX];

	ip_text(ip, text);
	buf_addf(title, ip->family == 6 ? "  [%s]:%u" : "  %s:%u", text, port);
}

/* Appends the outcome with its mark, or the stage under way. */
static void
say_state(const struct page *page, const struct canvas *canvas, struct buf *fact)
{
	buf_addf(fact, "%s ",
	    mark_text(mark_of_probe(page->probe), canvas->unicode, page->model->spinner));
	timeline_state(page->probe, page->model->now_us, canvas->columns, fact);
}

/* Appends how long it took to the outcome: "141 ms", "12.3 s". */
static void
say_elapsed(const struct smtp_facts *probe, struct buf *fact)
{
	int64_t elapsed = timeline_elapsed(probe, 0);

	if (probe->outcome == SMTP_IN_PROGRESS)
		return;
	if (elapsed < 10 * SPAN_SECOND)
		buf_addf(fact, "%lld ms", (long long)(elapsed / SPAN_MS));
	else
		buf_addf(fact, "%lld.%lld s", (long long)(elapsed / SPAN_SECOND),
		    (long long)(elapsed / (SPAN_SECOND / 10) % 10));
}

/* The port that the target was probed at, or would be now. */
static uint16_t
port_of(const struct model *model, const struct mail_target *target)
{
	return target->port != 0 ? target->port : model->settings.port;
}

/* Draws the frame: whom the probe asks, and how far it came. Returns the area inside. */
static struct area
draw_frame(struct pane_drawing *drawing, const struct page *page)
{
	const struct model *model = drawing->model;
	const struct inquiry *inquiry = model_selected_inquiry(model);
	struct buf title = BUF_INIT, outcome = BUF_INIT, elapsed = BUF_INIT;
	struct area inside;

	buf_adds(&title, "SMTP");
	if (page->row)
		buf_addf(&title, "  %s", inquiry->facts.mx.exchanges[page->row->exchange].text);
	if (page->target)
		add_endpoint(&page->target->ip, port_of(model, page->target), &title);
	if (is_probed(page)) {
		say_state(page, drawing->canvas, &outcome);
		say_elapsed(page->probe, &elapsed);
	}
	inside = pane_frame(drawing, title.data,
	    (const char *const[]){ buf_text(&outcome), buf_text(&elapsed), NULL });
	buf_clear(&title);
	buf_clear(&outcome);
	buf_clear(&elapsed);
	return inside;
}

/* Sets the first line to show: where the user scrolled to, or the end while following. */
static void
scroll_page(struct pane_drawing *drawing, struct area text, size_t lines)
{
	const struct model *model = drawing->model;
	size_t last;

	drawing->list = text;
	drawing->rows = (size_t)text.rows;
	drawing->total = lines;
	last = lines > drawing->rows ? lines - drawing->rows : 0;
	drawing->top = model->panes[PANE_SMTP].selected;
	if (model->follow || drawing->top > last)
		drawing->top = last;
}

/* Tells in the frame which lines show, when not all do. */
static void
draw_position(const struct pane_drawing *drawing)
{
	char text[64];

	if (drawing->total <= drawing->rows)
		return;
	snprintf(text, sizeof text, "%zu-%zu of %zu", drawing->top + 1,
	    drawing->top + drawing->rows, drawing->total);
	canvas_frame_foot(drawing->canvas, drawing->area, text);
}

void
pane_smtp_draw(struct pane_drawing *drawing)
{
	struct page page = { .model = drawing->model,
		.row = model_selected_row(drawing->model),
		.target = model_selected_target(drawing->model) };
	struct paper paper;
	struct area inside, text;
	int stages;

	page.probe = page.target ? page.target->probe : NULL;
	inside = draw_frame(drawing, &page);
	text = (struct area){ inside.row, inside.column, inside.rows, inside.columns - 1 };
	drawing->list = inside;
	drawing->rows = drawing->total = 0;
	if (inside.rows <= 0 || text.columns <= GUTTER)
		return;
	if (!model_selected_domain(drawing->model))
		pane_purpose(drawing, inside);
	stages = draw_stages(&page, drawing->canvas, text);
	text.row += stages;
	text.rows -= stages;
	paper = paper_count(drawing->canvas, text);
	page.paper = &paper;
	write_page(&page);
	scroll_page(drawing, text, paper.lines);
	paper = paper_open(drawing->canvas, text, drawing->top);
	write_page(&page);
	draw_position(drawing);
}
