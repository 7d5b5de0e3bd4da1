/*
 * What other senders do where this one does something: their profiles side by side, in groups that
 * do alike. Only the words are decided here; the profiles are sender.c's. The bare RFC is no
 * sender one meets, and the sender that never tries backups is told of only where it differs
 * by that.
 */
#include "mail/walk_parts.h"

/* Text for each sender; those with the same one do the same. NULL leaves a sender out. */
struct customs {
	const char *texts[sender_count];
};

/* True for a sender that stands in the list at all. */
static bool
is_met(const struct customs *customs, unsigned sender)
{
	return sender != SENDER_RFC5321 && sender != SENDER_PRIMARY_ONLY &&
	    customs->texts[sender] != NULL;
}

/* Appends the titles of all others that have this text: "Exim, Sendmail and qmail". */
static unsigned
add_titles(struct buf *out, const struct customs *customs, unsigned self, const char *text)
{
	unsigned count = 0, told = 0;

	for (unsigned i = 0; i < sender_count; i++)
		count += i != self && is_met(customs, i) && customs->texts[i] == text;
	for (unsigned i = 0; i < sender_count; i++) {
		if (i == self || !is_met(customs, i) || customs->texts[i] != text)
			continue;
		if (told > 0)
			buf_adds(out, told + 1 == count ? " and " : ", ");
		buf_adds(out, sender_profile((enum sender)i)->title);
		told++;
	}
	return count;
}

/* True when a sender before this one has the same text. */
static bool
is_told(const struct customs *customs, unsigned self, unsigned sender)
{
	if (customs->texts[sender] == customs->texts[self])
		return true;
	for (unsigned i = 0; i < sender; i++) {
		if (i != self && is_met(customs, i) &&
		    customs->texts[i] == customs->texts[sender])
			return true;
	}
	return false;
}

/* Appends who does the same, and then the other groups. */
static void
write_groups(struct buf *out, const struct customs *customs, enum sender self)
{
	struct buf titles = BUF_INIT;
	unsigned same = add_titles(&titles, customs, self, customs->texts[self]);

	if (same > 0)
		buf_addf(out, "%s %s the same.", titles.data, same > 1 ? "do" : "does");
	for (unsigned i = 0; i < sender_count; i++) {
		if (i == self || !is_met(customs, i) || is_told(customs, self, i))
			continue;
		buf_adds(out, out->length > 0 && out->data[out->length - 1] != ' ' ? " " : "");
		add_titles(out, customs, self, customs->texts[i]);
		buf_addf(out, ": %s.", customs->texts[i]);
	}
	buf_clear(&titles);
}

void
walk_others_draw(struct buf *out, enum sender sender)
{
	static const char *const orders[] = {
		[SENDER_ORDER_NAMES] = "a draw among exchanges",
		[SENDER_ORDER_POOLED] = "a draw among all addresses of the preference",
		[SENDER_ORDER_FLOATED] = "a draw among exchanges, then IPv6 moves forward",
		[SENDER_ORDER_BACKWARDS] =
		    "no draw, but the first of the answer, then the others from its end",
	};
	struct customs customs = { { NULL } };

	for (unsigned i = 0; i < sender_count; i++)
		customs.texts[i] = orders[sender_profile((enum sender)i)->order];
	write_groups(out, &customs, sender);
}

void
walk_others_met(struct buf *out, enum sender sender, enum sender_met met)
{
	static const char *const steps[] = {
		[SENDER_STEP_ADDRESS] = "on to the next address",
		[SENDER_STEP_EXCHANGE] =
		    "on to the next exchange, past the other addresses of this one",
		[SENDER_STEP_KEEP] = "no other server is asked, the message is kept",
		[SENDER_STEP_CLEAR] = "again to the same address, in clear",
	};
	struct customs customs = { { NULL } };

	for (unsigned i = 0; i < sender_count; i++)
		customs.texts[i] = steps[sender_profile((enum sender)i)->steps[met]];
	if (met == SENDER_MET_HANDSHAKE)
		customs.texts[SENDER_QMAIL] = NULL; /* it never begins one */
	write_groups(out, &customs, sender);
}

/* How sure it is, behind what a sender does. */
static const char *const evidence_words[evidence_count] = {
	[EVIDENCE_MEASURED] = "",
	[EVIDENCE_SOURCE] = " (by its source)",
	[EVIDENCE_UNVERIFIED] = " (not verified)",
};

/* True when a sender does not come to this end: it keeps the message before, or goes on in clear. */
static bool
is_spared(const struct sender_profile *profile, enum sender_end end)
{
	static const struct {
		enum sender_end end;
		enum sender_met met;
	} ways[] = {
		{ SENDER_END_GREETING_TEMPORARY, SENDER_MET_GREETING_TEMPORARY },
		{ SENDER_END_GREETING_REFUSAL, SENDER_MET_GREETING_REFUSAL },
		{ SENDER_END_HANDSHAKE, SENDER_MET_HANDSHAKE },
	};

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		enum sender_step step = profile->steps[ways[i].met];

		if (ways[i].end == end)
			return step == SENDER_STEP_KEEP || step == SENDER_STEP_CLEAR;
	}
	return false;
}

/* Names those that end as the RFC says, where this sender does not. */
static void
add_faithful(struct buf *out, enum sender sender, enum sender_end end)
{
	static const char faithful[] = "as RFC 5321 says";
	struct customs customs = { { NULL } };
	struct buf titles = BUF_INIT;

	for (unsigned i = 0; i < sender_count; i++) {
		const struct sender_profile *profile = sender_profile((enum sender)i);

		if (!profile->endings[end].status && !is_spared(profile, end))
			customs.texts[i] = faithful;
	}
	if (add_titles(&titles, &customs, sender, faithful) > 0)
		buf_addf(out, "%s: %s.", titles.data, faithful);
	buf_clear(&titles);
}

void
walk_others_end(struct buf *out, enum sender sender, enum sender_end end)
{
	if (sender_profile(sender)->endings[end].status)
		add_faithful(out, sender, end);
	for (unsigned i = 0; i < sender_count; i++) {
		const struct sender_ending *ending =
		    &sender_profile((enum sender)i)->endings[end];

		if (i == sender || !ending->status)
			continue;
		buf_adds(out, out->length > 0 ? " " : "");
		if (ending->status[1] != '\0')
			buf_addf(out, "%s: ", ending->status);
		buf_addf(out, "%s%s.", ending->sentence, evidence_words[ending->evidence]);
	}
}

void
walk_others_self(struct buf *out, enum sender sender)
{
	static const char *const selves[] = {
		[SENDER_SELF_SKIPPED] = "own names and addresses count",
		[SENDER_SELF_BY_ADDRESS] = "own addresses count",
		[SENDER_SELF_BY_IPV6] = "own addresses count",
		[SENDER_SELF_BY_NAME] = "own names count",
		[SENDER_SELF_UNNOTICED] = "nothing is noticed, it connects to itself",
	};
	struct customs customs = { { NULL } };

	/* One text for one custom, so that two senders with it are in one group. */
	for (unsigned i = 0; i < sender_count; i++) {
		enum sender_self self = sender_profile((enum sender)i)->self;

		if (self == SENDER_SELF_BY_IPV6)
			self = SENDER_SELF_BY_ADDRESS;
		customs.texts[i] = selves[self];
	}
	write_groups(out, &customs, sender);
}

void
walk_others_dane(struct buf *out, enum sender sender)
{
	static const char follows[] = "it is followed", ignores[] = "no DANE as they come";
	struct customs customs = { { NULL } };

	for (unsigned i = 0; i < sender_count; i++)
		customs.texts[i] =
		    sender_profile((enum sender)i)->follows_dane ? follows : ignores;
	write_groups(out, &customs, sender);
}

void
walk_others_sts(struct buf *out, enum sender sender)
{
	static const char follows[] = "it is followed", ignores[] = "no MTA-STS as they come";
	struct customs customs = { { NULL } };

	for (unsigned i = 0; i < sender_count; i++)
		customs.texts[i] =
		    sender_profile((enum sender)i)->follows_sts ? follows : ignores;
	write_groups(out, &customs, sender);
}

void
walk_others_literals(struct buf *out, enum sender sender)
{
	static const char connects[] = "it is connected to all the same",
			  refuses[] = "it is passed over";
	struct customs customs = { { NULL } };

	for (unsigned i = 0; i < sender_count; i++)
		customs.texts[i] =
		    sender_profile((enum sender)i)->connects_to_literals ? connects : refuses;
	write_groups(out, &customs, sender);
}

void
walk_others_families(struct buf *out, enum sender sender)
{
	static const char *const families[] = {
		[SENDER_IPV4_FIRST] = "IPv4 first",
		[SENDER_IPV6_FIRST] = "IPv6 first",
		[SENDER_IPV6_FIRST_DRAWN] = "IPv6 first, each family in a drawn order",
		[SENDER_IPV4_ONLY] = "IPv4 alone",
	};
	static const char pooled[] = "whichever the draw brings";
	struct customs customs = { { NULL } };

	for (unsigned i = 0; i < sender_count; i++) {
		const struct sender_profile *profile = sender_profile((enum sender)i);

		customs.texts[i] = profile->order == SENDER_ORDER_POOLED
		    ? pooled
		    : families[profile->families];
	}
	write_groups(out, &customs, sender);
}
