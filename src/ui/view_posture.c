/*
 * What a domain says about its mail in TXT records, whole, and the names of its servers' addresses:
 * what the marks of the MX pane stand for. Decides words only; what a record amounts to is
 * mail/posture.h's, whether a name leads back mail/reverse.h's.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "ui/mark.h"
#include "ui/overlay.h"
#include "ui/posture_line.h"

/* What is being written. */
struct sheet {
	struct paper *paper;
	const struct model *model;
	const struct inquiry *inquiry;
};

/* Writes a line behind a mark. */
static void
write_marked(const struct sheet *sheet, enum mark mark, const char *text, const char *right)
{
	char lead[8];

	snprintf(lead, sizeof lead, "%s ",
	    mark_text(mark, sheet->paper->canvas->unicode, sheet->model->spinner));
	paper_write(sheet->paper,
	    &(struct paragraph){ .lead = lead,
		.lead_style = mark_style(mark),
		.text = text,
		.indent = 1,
		.right = right });
}

/* Writes a line below a marked one. */
static void
write_below(const struct sheet *sheet, enum style style, const char *text)
{
	paper_write(
	    sheet->paper, &(struct paragraph){ .text = text, .style = style, .indent = 3 });
}

/* Writes a heading. */
static void
write_heading(const struct sheet *sheet, const char *text)
{
	if (sheet->paper->lines > 0)
		paper_line(sheet->paper);
	paper_write(sheet->paper,
	    &(struct paragraph){ .text = text, .style = STYLE_ACCENT, .indent = 1 });
}

/* Says at which name a record stands, when that is not the first where it was looked for. */
static void
write_owner(
    const struct sheet *sheet, const struct posture_record *record, enum posture_kind kind)
{
	const struct dns_name *domain = &sheet->inquiry->facts.subject.domain;
	struct dns_name usual;
	char name[DNS_NAME_TEXT_MAX];
	struct buf text = BUF_INIT;

	if (record->result == NULL || !posture_name(&usual, kind, domain))
		return;
	buf_addf(&text, "%s; at %s", posture_kind_help(kind),
	    dns_name_text(&record->result->question.name, name));
	if (!dns_name_equal(&usual, &record->result->question.name))
		buf_adds(&text,
		    record->outcome == POSTURE_PRESENT
			? ", a name above the domain, for want of a record of its own"
			: ", and at the names below it");
	write_below(sheet, STYLE_DIM, text.data);
	buf_clear(&text);
}

/* Writes one policy: what it is, what was found, what is wrong with it, the record itself. */
static void
write_record(const struct sheet *sheet, enum posture_kind kind)
{
	static const char *const rules[posture_kind_count] = {
		[POSTURE_SPF] = "RFC 7208",
		[POSTURE_DMARC] = "RFC 7489",
		[POSTURE_STS] = "RFC 8461",
		[POSTURE_TLSRPT] = "RFC 8460",
	};
	const struct posture_record *record = &sheet->inquiry->facts.posture[kind];
	struct buf text = BUF_INIT, word = BUF_INIT;

	buf_addf(&text, "%s: %s", posture_title(kind), posture_outcome_name(record->outcome));
	if (record->outcome == POSTURE_PRESENT)
		posture_word(record, kind, &word);
	if (word.length > 0)
		buf_addf(&text, " (%s)", word.data);
	write_marked(
	    sheet, posture_mark(record, inquiry_busy(sheet->inquiry)), text.data, rules[kind]);
	if (record->error != NULL)
		write_below(sheet, STYLE_BAD, record->error);
	if (record->text != NULL)
		write_below(sheet, STYLE_QUOTED, record->text);
	write_owner(sheet, record, kind);
	buf_clear(&text);
	buf_clear(&word);
}

/* Writes the names of one address. */
static void
write_address(const struct sheet *sheet, const struct mail_target *target)
{
	static const enum mark marks[reverse_state_count] = {
		[REVERSE_UNASKED] = MARK_NOT_TRIED,
		[REVERSE_PENDING] = MARK_PROGRESS,
		[REVERSE_CONFIRMED] = MARK_GOOD,
		[REVERSE_MISMATCH] = MARK_WARNING,
		[REVERSE_MISSING] = MARK_NONE,
		[REVERSE_ERROR] = MARK_UNSURE,
	};
	enum reverse_state state = mail_reverse_state(&target->reverse, &target->ip);
	struct dns_name names[REVERSE_NAMES_MAX];
	size_t count = mail_reverse_names(&target->reverse, names);
	char ip[IP_TEXT_MAX], name[DNS_NAME_TEXT_MAX];
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s  ", ip_text(&target->ip, ip));
	for (size_t i = 0; i < count; i++)
		buf_addf(&text, "%s%s", i > 0 ? ", " : "", dns_name_text(&names[i], name));
	buf_addf(&text, "%s%s", count > 0 ? ": " : "", reverse_state_help(state));
	write_marked(sheet, marks[state], text.data, NULL);
	buf_clear(&text);
}

void
view_posture_write(struct paper *paper, const struct model *model)
{
	const struct sheet sheet = { paper, model, model_selected_inquiry(model) };
	const struct mail_facts *facts;

	if (sheet.inquiry == NULL) {
		overlay_empty(paper, "No domain is studied: type one and press Enter.");
		return;
	}
	facts = &sheet.inquiry->facts;
	if (facts->subject.domain.length > 0) {
		write_heading(&sheet, "What the domain says in TXT records");
		for (int i = 0; i < posture_kind_count; i++)
			write_record(&sheet, (enum posture_kind)i);
	}
	if (facts->target_count == 0)
		return;
	write_heading(&sheet, "Names of the addresses");
	for (size_t i = 0; i < facts->target_count; i++)
		write_address(&sheet, &facts->targets[i]);
}
