/*
 * Findings of a comparison of the authoritative servers: what mail/divergence.h made of it, each
 * sentence under its kind. Without a comparison there is nothing to find.
 */
#include "mail/detect.h"
#include "mail/divergence.h"

/* Reports the sentences of this kind; those by which mail is lost are errors. */
static void
report_kind(struct sight *sight, enum divergence_kind kind)
{
	const struct divergence *divergence = &sight->facts->divergence;

	for (size_t i = 0; i < divergence->count; i++) {
		const struct divergence_line *line = &divergence->lines[i];

		if (line->kind != kind)
			continue;
		if (line->loses_mail)
			detect_report_as(sight, FINDING_ERROR, DETECT_DOMAIN, "%s", line->text);
		else
			detect_report(sight, DETECT_DOMAIN, "%s", line->text);
	}
}

void
detect_ns_lame(struct sight *sight)
{
	report_kind(sight, DIVERGENCE_LAME);
}

void
detect_mx_inconsistent(struct sight *sight)
{
	report_kind(sight, DIVERGENCE_MX);
}

void
detect_ns_inconsistent(struct sight *sight)
{
	report_kind(sight, DIVERGENCE_OTHER);
}

void
detect_ns_serial(struct sight *sight)
{
	report_kind(sight, DIVERGENCE_SERIAL);
}
