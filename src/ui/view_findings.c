/*
 * Every finding about the selected domain, whole: the sentence, the rule, what mends it. What is
 * found is mail/finding.h's, how one is written ui/findings.h's.
 */
#include "ui/findings.h"
#include "ui/overlay.h"

void
view_findings_write(struct paper *paper, const struct model *model)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);

	if (inquiry == NULL)
		overlay_empty(paper, "No domain is studied: type one and press Enter.");
	else if (inquiry->findings.count == 0 && inquiry_busy(inquiry))
		overlay_empty(paper, "Nothing is found so far; the study goes on.");
	else if (inquiry->findings.count == 0)
		overlay_empty(paper, "Nothing is found that would need mending.");
	else
		findings_write(paper, &inquiry->findings);
}
