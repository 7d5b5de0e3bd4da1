/*
 * `simulate`: the share of each address over many deliveries, a bar each, sender by sender. What
 * is drawn and counted is mail/simulate.h's; here it is put in lines, the chosen sender first.
 */
#include <stdio.h>

#include "util/buf.h"
#include "mail/sender.h"
#include "ui/mark.h"
#include "ui/overlay.h"

enum {
	PERCENT = 8, /* columns of " 100.0 %" */
	PREFERENCE = 6,
	NAMES_FROM = 64, /* columns from which exchanges are named beside addresses */
	WIDE_FROM = 90, /* columns from which bars may be long */
	BAR_LEAST = 8,
	IDLE_NAMED = 3, /* addresses that take nothing, by name */
};

/* How each order is drawn, in a few words. */
static const char *const orders[] = {
	[SENDER_ORDER_NAMES] = "draws among names",
	[SENDER_ORDER_POOLED] = "draws among addresses",
	[SENDER_ORDER_FLOATED] = "draws among names, IPv6 moves forward",
	[SENDER_ORDER_BACKWARDS] = "draws nothing",
};

/* What the figures teach. */
static const char *const lessons[] = {
	"What equal preference does: each message has a draw of its own, and servers of one "
	"preference share the mail. Who draws among names gives each name the same, whatever "
	"addresses it has; who draws among addresses gives more to a name with more of them.",
	"What it does not do: an MX record has no weight, so that no server can ask for a "
	"larger "
	"part, and no port, for mail goes to port 25. (SRV records have both; mail transfer "
	"does not use them.) A higher number takes nothing while a lower one takes mail.",
};

/* Returns the columns of the bar: a third of what there is, less where names are to be read beside it. */
static int
bar_columns(const struct paper *paper)
{
	int columns = paper->window.columns / (paper->window.columns < WIDE_FROM ? 5 : 3);

	return columns > BAR_LEAST ? columns : BAR_LEAST;
}

/* Puts exchange and address, of which a long name is cut, and where there is no room dropped. */
static void
put_server(const struct paper *paper, int row, struct area field, const char *name,
    const struct ip_addr *ip)
{
	char text[IP_TEXT_MAX], address[IP_TEXT_MAX + 3];
	int used = 0;

	ip_text(ip, text);
	if (paper->window.columns >= NAMES_FROM) {
		snprintf(address, sizeof address, " [%s]", text);
		used = canvas_put(paper->canvas, row, field.column,
		    field.columns - canvas_width(paper->canvas, address), STYLE_TEXT, name);
	} else {
		snprintf(address, sizeof address, "%s", text);
	}
	canvas_put(
	    paper->canvas, row, field.column + used, field.columns - used, STYLE_TEXT, address);
}

/* Puts the bar: at least one column, so that a small share is seen. */
static void
put_bar(const struct paper *paper, int row, struct area field, double share)
{
	int filled = (int)(share * field.columns + 0.5);

	for (int i = 0; i < (filled > 0 ? filled : 1); i++)
		canvas_put(paper->canvas, row, field.column + i, 1, STYLE_BAR,
		    glyph_text(GLYPH_BAR, paper->canvas->unicode));
}

/* Writes a share: preference, exchange and address, percent, bar. */
static void
write_share(struct paper *paper, const struct mail_facts *facts,
    const struct simulated_share *share, uint32_t deliveries)
{
	const struct mx_exchange *exchange = &facts->mx.exchanges[share->exchange];
	const struct area window = paper->window;
	int row = paper_line(paper), bar = bar_columns(paper);
	struct area name,
	    server = { .column = window.column + 1 + PREFERENCE,
		    .columns = window.columns - 2 - PREFERENCE - PERCENT - bar };
	double part = (double)share->deliveries / deliveries;
	char number[16];

	if (row < 0)
		return;
	snprintf(number, sizeof number, "%u", exchange->preference);
	canvas_put_right(
	    paper->canvas, row, window.column + 1, PREFERENCE - 1, STYLE_DIM, number);
	name = server;
	name.columns--; /* for a blank before "100.0 %" */
	put_server(paper, row, name, exchange->text, &facts->targets[share->target].ip);
	snprintf(number, sizeof number, "%.1f %%", 100 * part);
	canvas_put_right(paper->canvas, row, server.column + server.columns, PERCENT - 1,
	    STYLE_TEXT, number);
	put_bar(paper, row,
	    (struct area){ .column = server.column + server.columns + PERCENT, .columns = bar },
	    part);
}

/* Names the addresses that take nothing. */
static void
write_idle(
    struct paper *paper, const struct mail_facts *facts, const struct simulation *simulation)
{
	struct buf text = BUF_INIT;
	size_t idle = 0;

	for (size_t i = 0; i < simulation->count; i++) {
		const struct simulated_share *share = &simulation->shares[i];
		char address[IP_TEXT_MAX];

		if (share->deliveries > 0 || ++idle > IDLE_NAMED)
			continue;
		buf_addf(&text, "%s%s [%s]", idle == 1 ? "nothing for " : ", ",
		    facts->mx.exchanges[share->exchange].text,
		    ip_text(&facts->targets[share->target].ip, address));
	}
	if (idle > IDLE_NAMED)
		buf_addf(&text, " and %zu more", idle - IDLE_NAMED);
	if (idle > 0)
		paper_write(paper,
		    &(struct paragraph){ .text = buf_text(&text),
			.style = STYLE_DIM,
			.indent = 1 + PREFERENCE });
	buf_clear(&text);
}

/* Writes what no address takes. */
static void
write_untaken(struct paper *paper, const struct simulation *simulation)
{
	char text[80];

	if (simulation->untaken == 0)
		return;
	snprintf(text, sizeof text, "%.1f %% find no server: they are kept, or go back",
	    100.0 * simulation->untaken / simulation->deliveries);
	paper_write(paper,
	    &(struct paragraph){ .lead = mark_text(MARK_BAD, paper->canvas->unicode, 0),
		.lead_style = STYLE_BAD,
		.text = text,
		.indent = PREFERENCE - 1,
		.hang = 1 });
}

/* Writes the shares of one sender. */
static void
write_sender(struct paper *paper, const struct model *model, const struct inquiry *inquiry,
    enum sender sender)
{
	const struct simulation *simulation = &model->forecast.simulations[sender];
	bool chosen = sender == model->settings.sender;

	paper_line(paper);
	paper_write(paper,
	    &(struct paragraph){
		.text = sender_name(sender),
		.style = chosen ? STYLE_ACCENT : STYLE_TITLE,
		.gutter = chosen ? glyph_text(GLYPH_SELECTED, paper->canvas->unicode) : NULL,
		.gutter_style = STYLE_ACCENT,
		.indent = 1,
		.right = sender == SENDER_SENDMAIL ? "draws among names, once for each process"
						   : orders[sender_profile(sender)->order],
	    });
	for (size_t i = 0; i < simulation->count; i++) {
		if (simulation->shares[i].deliveries > 0)
			write_share(paper, &inquiry->facts, &simulation->shares[i],
			    simulation->deliveries);
	}
	write_untaken(paper, simulation);
	write_idle(paper, &inquiry->facts, simulation);
}

/* Writes what was simulated, and what is only assumed. */
static void
write_head(struct paper *paper, const struct model *model)
{
	const struct simulation *simulation =
	    &model->forecast.simulations[model->settings.sender];
	struct buf text = BUF_INIT;

	buf_addf(&text, "%u %s a draw of its own, from seed %llu.", model->forecast.deliveries,
	    model->forecast.deliveries == 1 ? "delivery with" : "deliveries, each with",
	    (unsigned long long)model->settings.seed);
	if (simulation->assumed > 0)
		buf_addf(&text, " %zu address%s not probed and count%s as accepting.",
		    simulation->assumed, simulation->assumed == 1 ? " was" : "es were",
		    simulation->assumed == 1 ? "s" : "");
	paper_write(paper, &(struct paragraph){ .text = buf_text(&text), .indent = 1 });
	buf_clear(&text);
}

void
view_simulate_write(struct paper *paper, const struct model *model)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);

	if (inquiry == NULL) {
		overlay_empty(paper, "No domain is studied: type one and press Enter.");
		return;
	}
	if (model->forecast.ticket != inquiry->ticket) {
		overlay_empty(paper, "Not all answers have come yet.");
		return;
	}
	if (model->forecast.simulations[model->settings.sender].count == 0) {
		overlay_empty(paper, "There is no address that could share anything:");
		overlay_empty(paper, inquiry->verdict.sentence);
		return;
	}
	write_head(paper, model);
	write_sender(paper, model, inquiry, model->settings.sender);
	for (unsigned sender = 0; sender < sender_count; sender++) {
		if (sender != model->settings.sender)
			write_sender(paper, model, inquiry, (enum sender)sender);
	}
	for (size_t i = 0; i < sizeof lessons / sizeof *lessons; i++) {
		paper_line(paper);
		paper_write(paper, &(struct paragraph){ .text = lessons[i], .indent = 1 });
	}
}
