/*
 * The facts of one probe as a value: set to nothing, copied, freed; and the guess which MTA a
 * greeting names. Decides nothing about mail: the dialogue fills the facts, the delivery engine
 * judges them.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "smtp/facts.h"

NAMES_DEFINE(smtp_stage, SMTP_STAGES)
NAMES_DEFINE(smtp_outcome, SMTP_OUTCOMES)
NAMES_DEFINE(smtp_doubt, SMTP_DOUBTS)
NAMES_DEFINE(smtp_starttls, SMTP_STARTTLS_STATES)

/* Words that name an MTA in its own greeting; the first row that is found wins. */
static const struct {
	const char *word, *software;
} greeters[] = {
	{ "Postcow", "mailcow" }, /* mailcow's Postfix */
	{ "Zimbra", "Zimbra" },
	{ "Postfix", "Postfix" },
	{ "Exim", "Exim" },
	{ "Sendmail", "Sendmail" },
	{ "OpenSMTPD", "OpenSMTPD" },
	{ "notqmail", "notqmail" },
	{ "netqmail", "netqmail" },
	{ "s/qmail", "s/qmail" },
	{ "qmail", "qmail" },
	{ "Microsoft ESMTP MAIL Service", "Microsoft Exchange" },
	{ "Microsoft Exchange", "Microsoft Exchange" },
	{ "gsmtp", "Gmail" },
	{ "Haraka", "Haraka" },
	{ "chasquid", "chasquid" },
	{ "Stalwart", "Stalwart" },
	{ "maddy", "maddy" },
	{ "mox", "mox" },
	{ "hMailServer", "hMailServer" },
	{ "MailEnable", "MailEnable" },
	{ "MDaemon", "MDaemon" },
	{ "IceWarp", "IceWarp" },
	{ "Kerio", "Kerio Connect" },
	{ "CommuniGate", "CommuniGate Pro" },
	{ "Domino", "HCL Domino" },
	{ "GroupWise", "GroupWise" },
	{ "Courier", "Courier" },
	{ "JAMES", "Apache James" },
	{ "PowerMTA", "PowerMTA" },
	{ "ecelerity", "Momentum" },
	{ "ZoneMTA", "ZoneMTA" },
	{ "WildDuck", "WildDuck" },
	{ "Python SMTP", "aiosmtpd" },
	{ "smtp-sink", "smtp-sink" },
};

/* True for an ASCII letter, whatever the locale. */
static bool
is_letter(char c)
{
	char lower = text_lower(c);

	return lower >= 'a' && lower <= 'z';
}

/* True for an ASCII letter or digit. */
static bool
is_letter_or_digit(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

/* True when text holds the word on its own; a version may follow at once ("Exim4"). */
static bool
names(const char *text, const char *word)
{
	const char *place = text;

	while ((place = text_find_nocase(place, word)) != NULL) {
		bool begins = place == text || !is_letter_or_digit(place[-1]);

		if (begins && !is_letter(place[strlen(word)]))
			return true;
		place++;
	}
	return false;
}

/* The host name comes first (RFC 5321 4.2) and may be called anything: it is passed over. */
const char *
smtp_software(const char *greeting)
{
	const char *text = strchr(greeting, ' ');

	if (!text)
		return NULL;
	for (size_t i = 0; i < sizeof greeters / sizeof *greeters; i++) {
		if (names(text, greeters[i].word))
			return greeters[i].software;
	}
	return NULL;
}

void
smtp_facts_init(struct smtp_facts *facts, int64_t now_us)
{
	*facts = (struct smtp_facts){
		.stage = SMTP_STAGE_CONNECT,
		.outcome = SMTP_IN_PROGRESS,
		.starttls = SMTP_STARTTLS_NOT_TRIED,
		.started_us = now_us,
		.stage_started_us = now_us,
	};
	for (size_t i = 0; i < smtp_stage_count; i++)
		facts->stage_us[i] = -1;
}

struct smtp_facts *
smtp_facts_clone(const struct smtp_facts *facts)
{
	struct smtp_facts *clone = mem_dup(facts, sizeof *facts);

	clone->reply_text = mem_strdup(facts->reply_text);
	clone->greeting = mem_strdup(facts->greeting);
	clone->software = mem_strdup(facts->software);
	clone->rcpt_text = mem_strdup(facts->rcpt_text);
	clone->error = mem_strdup(facts->error);
	clone->extensions = (struct smtp_extensions){ 0 };
	smtp_extensions_copy(&clone->extensions, &facts->extensions);
	clone->tls = (struct tls_facts){ 0 };
	tls_facts_copy(&clone->tls, &facts->tls);
	clone->transcript = (struct smtp_transcript){ 0 };
	smtp_transcript_copy(&clone->transcript, &facts->transcript);
	return clone;
}

void
smtp_facts_free(struct smtp_facts *facts)
{
	if (!facts)
		return;
	smtp_facts_clear(facts);
	free(facts);
}

void
smtp_facts_clear(struct smtp_facts *facts)
{
	free(facts->reply_text);
	free(facts->greeting);
	free(facts->software);
	free(facts->rcpt_text);
	free(facts->error);
	smtp_extensions_clear(&facts->extensions);
	tls_facts_clear(&facts->tls);
	smtp_transcript_clear(&facts->transcript);
	*facts = (struct smtp_facts){ 0 };
}
