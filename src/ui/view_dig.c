/*
 * One question and its reply, section by section as it came. Decides the words for header and
 * sections; what a reply means for mail is not told here. `dig +hex` adds the octets.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/span.h"
#include "dns/ede.h"
#include "ui/mark.h"
#include "ui/overlay.h"

enum {
	OWNER_MOST = 40, /* columns for which owners of records are aligned */
	ALIGN_FROM = 70, /* columns of the view from which that is worth it */
	HEX_WIDE = 72, /* ... from which sixteen octets stand in a line */
	HEX_LINES_MAX = 4096,
};

/* Names of rcodes (RFC 6895 2.3), and whether the reply is an answer. */
static const struct {
	unsigned rcode;
	const char *name;
	enum mark mark;
} rcodes[] = {
	{ 0, "NOERROR", MARK_GOOD },
	{ 1, "FORMERR", MARK_BAD },
	{ 2, "SERVFAIL", MARK_BAD },
	{ 3, "NXDOMAIN", MARK_NONE },
	{ 4, "NOTIMP", MARK_BAD },
	{ 5, "REFUSED", MARK_BAD },
	{ 9, "NOTAUTH", MARK_BAD },
	{ 16, "BADVERS", MARK_BAD },
	{ 23, "BADCOOKIE", MARK_BAD },
};

/* Appends the name of the rcode; returns its mark. */
static enum mark
say_rcode(unsigned rcode, struct buf *out)
{
	for (size_t i = 0; i < sizeof rcodes / sizeof *rcodes; i++) {
		if (rcodes[i].rcode == rcode) {
			buf_adds(out, rcodes[i].name);
			return rcodes[i].mark;
		}
	}
	buf_addf(out, "RCODE %u", rcode);
	return MARK_BAD;
}

/* Appends the flags that are set, as dig(1) names them, and EDNS. */
static void
say_flags(const struct dns_message *message, struct buf *out)
{
	const struct {
		bool set;
		const char *name;
	} flags[] = {
		{ message->response, "qr" },
		{ message->authoritative, "aa" },
		{ message->truncated, "tc" },
		{ message->recursion_desired, "rd" },
		{ message->recursion_available, "ra" },
		{ message->authentic, "ad" },
		{ message->checking_disabled, "cd" },
	};

	buf_adds(out, "   flags");
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		if (flags[i].set)
			buf_addf(out, " %s", flags[i].name);
	}
	if (message->has_edns)
		buf_addf(out, "   EDNS %u%s", (unsigned)message->udp_size,
		    message->dnssec_ok ? " do" : "");
}

/* Writes a line behind a mark. */
static void
write_marked(struct paper *paper, const struct model *model, enum mark mark, const char *text)
{
	char lead[8];

	snprintf(
	    lead, sizeof lead, "%s ", mark_text(mark, paper->canvas->unicode, model->spinner));
	paper_write(paper,
	    &(struct paragraph){
		.lead = lead, .lead_style = mark_style(mark), .text = text, .indent = 1 });
}

/* Writes a dim line below a marked one. */
static void
write_dim(struct paper *paper, const char *text)
{
	paper_write(
	    paper, &(struct paragraph){ .text = text, .style = STYLE_DIM, .indent = 3 });
}

/* Writes what was asked. */
static void
write_question(struct paper *paper, const struct dig *dig)
{
	char name[DNS_NAME_TEXT_MAX], type[12];
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s  %s", dns_name_text(&dig->question.name, name),
	    dns_type_text(dig->question.type, type));
	paper_write(paper, &(struct paragraph){ .text = text.data, .indent = 1 });
	buf_clear(&text);
	overlay_unicode(paper, &dig->question.name);
}

/* Writes who answered, how and how quickly. */
static void
write_route(struct paper *paper, const struct dns_result *result)
{
	char server[ENDPOINT_TEXT_MAX], span[SPAN_TEXT_MAX];
	struct buf text = BUF_INIT;

	if (result->server.ip.family != 0)
		buf_addf(&text, "from %s over %s, ", endpoint_text(&result->server, server),
		    result->over_tcp ? "TCP" : "UDP");
	if (result->reply != NULL)
		buf_addf(&text, "%zu octets, ", result->reply_length);
	span_ms(result->elapsed_us, span);
	buf_addf(&text, "%s%s", span, strchr(span, 's') != NULL ? "" : " ms");
	if (result->tries > 1)
		buf_addf(&text, ", %u messages sent", result->tries);
	if (result->strays > 0)
		buf_addf(&text, ", %u replies that did not match", result->strays);
	write_dim(paper, text.data);
	buf_clear(&text);
}

/* Writes the extended errors: advice of the server. */
static void
write_ede(struct paper *paper, const struct dns_result *result)
{
	for (size_t i = 0; i < result->ede_count; i++) {
		struct buf text = BUF_INIT;

		dns_ede_text(&result->ede[i], &text);
		paper_write(paper,
		    &(struct paragraph){
			.text = text.data, .style = STYLE_QUOTED, .indent = 3 });
		buf_clear(&text);
	}
}

/* Returns the columns in which the owners of a section are aligned; 0 = they are not. */
static int
owner_columns(const struct paper *paper, const struct dns_records *section)
{
	int columns = 0;

	if (paper->window.columns < ALIGN_FROM)
		return 0;
	for (size_t i = 0; i < section->count; i++) {
		char text[DNS_NAME_TEXT_MAX];
		int width = (int)strlen(dns_name_text(&section->items[i].owner, text));

		if (width > columns)
			columns = width < OWNER_MOST ? width : OWNER_MOST;
	}
	return columns;
}

/* Writes one record. */
static void
write_record(struct paper *paper, const struct dns_record *record, int columns)
{
	char owner[DNS_NAME_TEXT_MAX], type[12];
	struct buf text = BUF_INIT;

	buf_addf(&text, "%-*s  %7u  %-5s  ", columns, dns_name_text(&record->owner, owner),
	    (unsigned)record->ttl, dns_type_text(record->type, type));
	dns_record_text(record, &text);
	paper_write(paper,
	    &(struct paragraph){
		.text = text.data, .style = STYLE_QUOTED, .indent = 3, .hang = 4 });
	buf_clear(&text);
}

/* Writes a section with its title; nothing of an empty one. */
static void
write_section(struct paper *paper, const char *title, const struct dns_records *section)
{
	int columns = owner_columns(paper, section);
	char heading[48];

	if (section->count == 0)
		return;
	paper_line(paper);
	snprintf(heading, sizeof heading, "%s  %zu", title, section->count);
	paper_write(
	    paper, &(struct paragraph){ .text = heading, .style = STYLE_ACCENT, .indent = 1 });
	for (size_t i = 0; i < section->count; i++)
		write_record(paper, &section->items[i], columns);
}

/* Writes the octets, so many in a line. */
static void
write_octets(struct paper *paper, const uint8_t *octets, size_t n)
{
	size_t line = paper->window.columns >= HEX_WIDE ? 16 : 8;

	paper_line(paper);
	paper_write(
	    paper, &(struct paragraph){ .text = "Octets", .style = STYLE_ACCENT, .indent = 1 });
	for (size_t at = 0; at < n && at / line < HEX_LINES_MAX; at += line) {
		struct buf text = BUF_INIT;

		buf_addf(&text, "%04zx ", at);
		for (size_t i = at; i < at + line; i++) {
			if (i < n)
				buf_addf(&text, " %02x", octets[i]);
			else
				buf_adds(&text, "   ");
		}
		buf_adds(&text, "  ");
		for (size_t i = at; i < at + line && i < n; i++)
			buf_addc(&text,
			    (char)(octets[i] > ' ' && octets[i] <= '~' ? octets[i] : '.'));
		paper_write(paper,
		    &(struct paragraph){ .text = text.data,
			.style = STYLE_QUOTED,
			.indent = paper->window.columns >= HEX_WIDE ? 3 : 0,
			.lines_max = 1 });
		buf_clear(&text);
	}
}

/* Writes a reply that was understood. */
static void
write_reply(struct paper *paper, const struct model *model, const struct dig *dig)
{
	const struct dns_message *message = &dig->message;
	struct buf text = BUF_INIT;
	enum mark mark = say_rcode(message->rcode, &text);

	say_flags(message, &text);
	write_marked(paper, model, mark, text.data);
	buf_clear(&text);
	write_route(paper, dig->result);
	write_ede(paper, dig->result);
	write_section(paper, "Answer", &message->answer);
	write_section(paper, "Authority", &message->authority);
	write_section(paper, "Additional", &message->additional);
	if (message->answer.count == 0 && message->rcode == 0) {
		paper_line(paper);
		write_dim(paper,
		    message->authoritative || message->recursion_available
			? "The name has no record of this type."
			: "No answer, but other servers to ask: a referral.");
	}
}

void
view_dig_write(struct paper *paper, const struct model *model)
{
	const struct dig *dig = model->dig;

	if (dig == NULL) {
		overlay_empty(paper, "No question was asked: `:dig example.net MX`.");
		return;
	}
	write_question(paper, dig);
	if (dig->parsed)
		write_reply(paper, model, dig);
	else if (dig->error != NULL)
		write_marked(paper, model, MARK_BAD, dig->error);
	else
		write_marked(paper, model, MARK_PROGRESS, "asked; a reply is awaited");
	if (dig->result != NULL && !dig->parsed)
		write_route(paper, dig->result);
	if (dig->result != NULL && dig->result->reply != NULL && dig->hex)
		write_octets(paper, dig->result->reply, dig->result->reply_length);
}
