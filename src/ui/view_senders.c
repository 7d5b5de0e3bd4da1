/*
 * The senders side by side: only what they do differently for the selected domain. The comparison
 * is mail/contrast.h's; the chosen sender's groups are marked.
 */
#include "util/buf.h"
#include "mail/contrast.h"
#include "ui/mark.h"
#include "ui/overlay.h"

/* Writes one group: what they do, and who. */
static void
write_group(struct paper *paper, const struct contrast_group *group)
{
	struct buf lead = BUF_INIT, text = BUF_INIT;

	buf_addf(&lead, "%s ",
	    group->own ? glyph_text(GLYPH_SELECTED, paper->canvas->unicode) : " ");
	buf_addf(&text, "%s: %s",
	    group->text.length > 0 ? group->text.data : "nothing of the kind",
	    group->senders.data);
	paper_write(paper,
	    &(struct paragraph){ .lead = lead.data,
		.lead_style = STYLE_ACCENT,
		.text = text.data,
		.style = STYLE_TEXT,
		.indent = 1,
		.hang = 2 });
	buf_clear(&lead);
	buf_clear(&text);
}

/* Writes all groups, aspect by aspect. */
static void
write_contrast(struct paper *paper, const struct contrast *contrast)
{
	for (size_t i = 0; i < contrast->count; i++) {
		const struct contrast_group *group = &contrast->groups[i];

		if (i == 0 || contrast->groups[i - 1].aspect != group->aspect) {
			if (i > 0)
				paper_write(paper, &(struct paragraph){ .text = "" });
			paper_write(paper,
			    &(struct paragraph){ .text = contrast_aspect_help(group->aspect),
				.style = STYLE_ACCENT,
				.indent = 1 });
		}
		write_group(paper, group);
	}
}

void
view_senders_write(struct paper *paper, const struct model *model)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	const struct plan_settings settings = model_plan_settings(model);
	struct contrast contrast;

	if (inquiry == NULL || !inquiry->facts.mx_known) {
		overlay_empty(paper,
		    "Nothing is known of a domain yet: type one and press Enter. `help "
		    "senders` "
		    "tells who is compared.");
		return;
	}
	contrast_make(&contrast, &inquiry->facts, &settings,
	    &(struct verdict_settings){
		.probing = model->settings.network && model->settings.probing,
		.settled = !inquiry_busy(inquiry) });
	if (contrast.count == 0)
		overlay_empty(paper, "All senders do the same here.");
	else
		write_contrast(paper, &contrast);
	contrast_clear(&contrast);
}
