/*
 * The consequence of a probe's outcome, as tables: by the doubt about it where there is one, else
 * by the outcome where that says all, else by where the profile says that the sender goes from
 * such a failure (RFC 5321 4.2.1, 4.5.4.1, 5.1). What the whole plan leads to is verdict.c's.
 */
#include <stddef.h>

#include "mail/consequence.h"
#include "mail/judgement.h"
#include "mail/status.h"

/* Where something speaks against blaming the host. */
static const char *const by_doubt[] = {
	[SMTP_DOUBT_NONE] = NULL,
	[SMTP_DOUBT_RATE_LIMITED] =
	    "A sender keeps its pace, tries again later, and is let in then.",
	[SMTP_DOUBT_GREYLISTED] =
	    "A sender keeps the message, and is let in when it comes again some minutes later.",
	[SMTP_DOUBT_LISTED] = "Nothing follows for a sender whose address is on no such list.",
	[SMTP_DOUBT_STRANGER] =
	    "Nothing follows for a sender whose address has a name that fits.",
	[SMTP_DOUBT_PORT_FILTERED] =
	    "Nothing follows for a sender elsewhere: this network, not "
	    "the host, is what was seen.",
	[SMTP_DOUBT_PORT_UNPROVEN] = "A sender tries the next address; but this network may "
				     "let nothing out to the port: "
				     "`probe HOST` with a host that you know to be up tells.",
	[SMTP_DOUBT_NO_ROUTE] = "Nothing follows for a sender that has such a route.",
	[SMTP_DOUBT_LOCAL] = "Nothing follows for a sender elsewhere.",
	[SMTP_DOUBT_FAMILY_SILENT] =
	    "Nothing follows for a sender elsewhere: this network, not the host, is what was "
	    "seen.",
	[SMTP_DOUBT_FAMILY_UNPROVEN] =
	    "A sender tries the next address; but this network may lose everything of the "
	    "family: `probe HOST` with a host that you know to be up tells.",
};

/* Where a sender goes from a failure. */
static const char *const by_step[] = {
	[SENDER_STEP_ADDRESS] =
	    "A sender tries the next address; behind the last it keeps the message and begins "
	    "anew later.",
	[SENDER_STEP_EXCHANGE] = "This sender goes to the next exchange, passing over other "
				 "addresses of this one; behind the last it keeps the message.",
	[SENDER_STEP_KEEP] =
	    "This sender asks no other server: it keeps the message and begins anew later.",
	[SENDER_STEP_CLEAR] = "This sender connects again and sends the message in clear.",
};

/* What follows from a dialogue that went well. */
static const char *
accepted(const struct smtp_facts *probe, enum sender sender)
{
	if (probe->rcpt_code != 0)
		return "A sender hands its message for this recipient over here.";
	if (probe->tls.present && !sender_profile(sender)->never_encrypts)
		return "A sender hands its message over here, encrypted.";
	return "A sender hands its message over here, in clear.";
}

/* What follows from a greeting that turns mail away for good, where the sender goes on. */
static const char *
turned_away(const struct sender_profile *profile, enum sender_step step)
{
	const char *end = profile->endings[SENDER_END_GREETING_REFUSAL].status;

	if (end && end[0] == '4')
		return by_step[step];
	if (step == SENDER_STEP_EXCHANGE)
		return "This sender goes to the next exchange, passing over other addresses of "
		       "this one; when every server turns it away, the message goes back.";
	return "A sender tries the next address; when every server turns it away, the message "
	       "goes back.";
}

const char *
mail_consequence(const struct smtp_facts *probe, enum sender sender)
{
	const struct sender_profile *profile = sender_profile(sender);
	enum sender_step step;

	if (probe->outcome == SMTP_IN_PROGRESS || probe->outcome == SMTP_SKIPPED)
		return NULL;
	if (by_doubt[probe->doubt])
		return by_doubt[probe->doubt];
	if (probe->outcome == SMTP_ACCEPTING)
		return accepted(probe, sender);
	if (probe->outcome == SMTP_REJECTING && mail_status_is_envelope(probe))
		return "The message goes back to its sender at once; no other server is asked.";
	step = profile->steps[judgement_met(probe, profile)];
	if (probe->outcome == SMTP_REJECTING && step != SENDER_STEP_KEEP)
		return turned_away(profile, step);
	return by_step[step];
}
