/*
 * The stages of every address of the domain, drawn to one scale in the order of the attempts, so
 * that a slow server is seen beside quick ones; with the time that RFC 5321 4.5.3.2 lets a server
 * take at least. The bars are timeline.c's.
 */
#include "util/buf.h"

#include "ui/mark.h"
#include "ui/overlay.h"
#include "ui/timeline.h"

/* How long the lookups took that led to the address: MX, then its own family; -1 = not known. */
static int64_t
lookup_us(const struct mail_facts *facts, const struct mail_target *target)
{
	const struct exchange_addresses *addresses = &facts->addresses[target->exchange];
	const struct dns_result *result =
	    target->ip.family == 4 ? addresses->a : addresses->aaaa;
	const struct dns_result *mx = facts->mx_result;

	if (!result || !mx)
		return -1;
	return (result->from_cache ? 0 : result->elapsed_us) +
	    (mx->from_cache ? 0 : mx->elapsed_us);
}

/* True when there is something to draw for the row. */
static bool
is_drawn(const struct inquiry *inquiry, const struct plan_row *row)
{
	const struct smtp_facts *probe =
	    row->target == SIZE_MAX ? NULL : inquiry->facts.targets[row->target].probe;

	return probe && probe->outcome != SMTP_SKIPPED;
}

/* The scale that the longest of all needs. */
static int64_t
common_scale(const struct inquiry *inquiry, int64_t now_us)
{
	int64_t longest = 0;

	for (size_t i = 0; i < inquiry->plan.count; i++) {
		const struct mail_target *target;
		int64_t dns, length;

		if (!is_drawn(inquiry, &inquiry->plan.rows[i]))
			continue;
		target = &inquiry->facts.targets[inquiry->plan.rows[i].target];
		dns = lookup_us(&inquiry->facts, target);
		length = timeline_length(target->probe, now_us) + (dns > 0 ? dns : 0);
		longest = length > longest ? length : longest;
	}
	return timeline_scale(longest);
}

/* Writes the stages of one address below its name. */
static void
write_row(struct paper *paper, const struct model *model, const struct mail_target *target,
    int64_t scale_us)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	struct buf head = BUF_INIT, state = BUF_INIT;
	char ip[IP_TEXT_MAX];

	buf_addf(&head, "%s  %s", inquiry->facts.mx.exchanges[target->exchange].text,
	    ip_text(&target->ip, ip));
	timeline_state(target->probe, model->now_us, paper->window.columns, &state);
	paper_write(paper,
	    &(struct paragraph){
		.text = head.data, .style = STYLE_TITLE, .indent = 1, .right = state.data });
	timeline_write(paper,
	    &(const struct timeline){
		.probe = target->probe,
		.dns_us = lookup_us(&inquiry->facts, target),
		.now_us = model->now_us,
		.scale_us = scale_us,
		.spinner = model->spinner,
		.limits = true,
	    });
	paper_line(paper);
	buf_clear(&head);
	buf_clear(&state);
}

void
view_timeline_write(struct paper *paper, const struct model *model)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	int64_t scale_us;
	size_t written = 0;

	if (!inquiry) {
		overlay_empty(paper, "No domain is studied: type one and press Enter.");
		return;
	}
	scale_us = common_scale(inquiry, model->now_us);
	for (size_t i = 0; i < inquiry->plan.count; i++) {
		const struct plan_row *row = &inquiry->plan.rows[i];

		if (!is_drawn(inquiry, row))
			continue;
		write_row(paper, model, &inquiry->facts.targets[row->target], scale_us);
		written++;
	}
	if (written == 0)
		overlay_empty(paper, "No server was probed: `probe all` does it.");
}
