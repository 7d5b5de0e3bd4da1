/*
 * Which enhanced status code a failed probe amounts to. The server's own code wins when its
 * class agrees with the reply code (RFC 2034 4); without one the meanings of RFC 3463 3 are
 * laid over the reply codes of RFC 5321 4.2.3, RFC 7504 and RFC 3207, which differ before and
 * after MAIL. A connection that fails has the codes that senders were seen to log. What the
 * code leads to is left to verdict.c.
 */
#include <stdio.h>
#include <string.h>

#include "mail/status.h"

/* The meaning of a reply code, without its class: about the host, and about the envelope. */
struct code_row {
	int code;
	const char *host; /* in the greeting, or to EHLO */
	const char *envelope; /* to MAIL or RCPT */
};

static const struct code_row codes[] = {
	{ 421, "3.2", "3.2" }, /* service not available, closing */
	{ 450, "7.1", "2.0" }, /* not now by policy; mailbox busy */
	{ 451, "3.0", "3.0" }, /* local error */
	{ 452, "3.1", "3.1" }, /* no room */
	{ 454, "7.0", "7.0" }, /* TLS not available for now */
	{ 455, "5.4", "5.4" }, /* cannot accommodate the parameters */
	{ 500, "5.2", "5.2" }, /* syntax error */
	{ 501, "5.4", "5.4" }, /* syntax error in the parameters */
	{ 502, "5.1", "5.1" }, /* not implemented */
	{ 503, "5.1", "5.1" }, /* bad sequence */
	{ 504, "5.4", "5.4" }, /* parameter not implemented */
	{ 521, "3.2", "3.2" }, /* the host takes no mail */
	{ 530, "7.0", "7.0" }, /* authentication or STARTTLS wanted first */
	{ 550, "7.1", "1.1" }, /* not by policy; no such mailbox */
	{ 551, "7.1", "1.6" }, /* the mailbox has moved */
	{ 552, "3.4", "2.2" }, /* too big; mailbox full */
	{ 553, "7.1", "1.3" }, /* mailbox name not allowed */
	{ 554, "3.2", "0.0" }, /* no SMTP service here; transaction failed */
	{ 555, "5.4", "5.4" }, /* parameters not recognised */
	{ 556, "1.10", "1.10" }, /* the domain takes no mail */
};

/* What a sender reports of a connection that did not lead to a refusal. */
static const char *const connection_codes[] = {
	[SMTP_IN_PROGRESS] = "4.0.0",
	[SMTP_ACCEPTING] = "2.0.0",
	[SMTP_DEFERRING] = "4.0.0",
	[SMTP_REJECTING] = "5.0.0",
	[SMTP_REFUSED] = "4.4.1",
	[SMTP_UNREACHABLE] = "4.4.1",
	[SMTP_TIMEOUT] = "4.4.1",
	[SMTP_CLOSED] = "4.4.2",
	[SMTP_RESET] = "4.4.2",
	[SMTP_PROTOCOL_ERROR] = "4.5.0",
	[SMTP_TLS_FAILED] = "4.7.5",
	[SMTP_SKIPPED] = "4.0.0",
	[SMTP_INCONCLUSIVE] = "4.4.0",
};

bool
mail_status_is_envelope(const struct smtp_facts *probe)
{
	return probe->stage == SMTP_STAGE_MAIL || probe->stage == SMTP_STAGE_RCPT;
}

bool
mail_status_is_of_tls(const struct smtp_facts *probe)
{
	return probe->stage == SMTP_STAGE_STARTTLS || probe->stage == SMTP_STAGE_HANDSHAKE ||
	    probe->stage == SMTP_STAGE_EHLO_TLS;
}

/* Writes the code for a 4yz or 5yz reply. */
static const char *
reply_status(const struct smtp_facts *probe, unsigned class, char out[MAIL_STATUS_MAX])
{
	bool envelope = mail_status_is_envelope(probe);

	if (probe->enhanced.class == class)
		return smtp_enhanced_text(probe->enhanced, out);
	snprintf(out, MAIL_STATUS_MAX, "%u.0.0", class);
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		if (codes[i].code == probe->code)
			snprintf(out, MAIL_STATUS_MAX, "%u.%s", class,
			    envelope ? codes[i].envelope : codes[i].host);
	}
	return out;
}

const char *
mail_status(const struct smtp_facts *probe, char out[MAIL_STATUS_MAX])
{
	bool silent_later =
	    probe->outcome == SMTP_TIMEOUT && probe->stage != SMTP_STAGE_CONNECT;

	if (probe->doubt == SMTP_DOUBT_LISTED || probe->doubt == SMTP_DOUBT_STRANGER)
		return strcpy(out, "4.7.1"); /* a 5yz for us, which others need not get */
	if (probe->outcome == SMTP_DEFERRING ||
	    (probe->outcome == SMTP_INCONCLUSIVE && probe->code))
		return reply_status(probe, 4, out);
	if (probe->outcome == SMTP_REJECTING)
		return reply_status(probe, 5, out);
	strcpy(out, silent_later ? "4.4.2" : connection_codes[probe->outcome]);
	return out;
}
