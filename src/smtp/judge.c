/*
 * What stops a dialogue, judged: a reply that is no success, silence, a lost connection, bytes
 * that are not SMTP.
 *
 * Decides the outcome and its sentence; when to ask, and what is said to the server afterwards,
 * is left to session.c. The rule behind the table: a host is called broken only where it says
 * so itself. Greylisting, rate limits and lists are aimed at us or strangers like us, so they decide
 * nothing about the host; and a time limit of ours is told as ours (RFC 5321 4.5.3.2 asks for minutes).
 */
#include <stdlib.h>

#include "util/buf.h"
#include "util/span.h"
#include "util/text.h"

#include "smtp/judge.h"

/* Words by which servers say that we come too often. */
static const char *const rate_words[] = { "too many connections", "too many concurrent",
	"too many simultaneous", "too many sessions", "rate limit", "rate-limit", "ratelimit",
	"throttl", "connection limit", "connection rate", "unusual rate", "slow down", NULL };

/* Words by which servers say that they defer strangers on purpose. */
static const char *const grey_words[] = { "greylist", "graylist", "grey list", "gray list",
	"grey-list", "gray-list", NULL };

/* Words by which servers say that they go by a list of addresses. */
static const char *const list_words[] = { "spamhaus", "blocklist", "block list", "blacklist",
	"black list", "dnsbl", "spamcop", "blocked using", "poor reputation", NULL };

/* Words by which servers say that they turn away who comes from an address, or by a name, like ours. */
static const char *const stranger_words[] = { "reverse dns", "reverse hostname",
	"reverse lookup", "rdns", "ptr record", "no ptr", "dynamic ip", "dynamic address",
	"dynamically assigned", "dial-up", "dialup", "residential", "client host rejected",
	"helo command rejected", NULL };

/* What a reply must be for a row to apply; what is left out is not asked for. */
struct rule {
	int first, last; /* the reply code lies in this range */
	int enhanced_subject, enhanced_detail; /* of the enhanced code */
	enum smtp_stage from; /* the stage, or a later one */
	const char *const *words; /* one of them stands in the text */
	enum smtp_outcome outcome;
	enum smtp_doubt doubt;
	const char *name; /* what to call it */
	const char *meaning;
};

static const char lets_in_later[] =
    "it defers strangers on purpose, and a sender that tries again is let in";
static const char speaks_of_us[] =
    "it limits how often we may come, which says nothing about its mail service";
static const char goes_by_a_list[] = "it goes by a list of addresses, and may welcome others";
static const char goes_by_the_name[] =
    "it judges clients by their address and its name, and may welcome others";

/*
 * The first row that applies decides. X.7.28 is "mail flood detected" in IANA's registry of
 * enhanced codes, X.7.25 "reverse DNS validation failed" (RFC 7372 3.3); any other X.7.Z is a
 * matter of policy (RFC 3463 3.8), as greylisting is (RFC 6647). Lists come before 521, which
 * gatekeepers send to the clients that they drop, too.
 */
static const struct rule rules[] = {
	{ .first = 400,
	    .last = 499,
	    .words = rate_words,
	    .outcome = SMTP_INCONCLUSIVE,
	    .doubt = SMTP_DOUBT_RATE_LIMITED,
	    .name = "rate limited",
	    .meaning = speaks_of_us },
	{ .first = 400,
	    .last = 499,
	    .enhanced_subject = 7,
	    .enhanced_detail = 28,
	    .outcome = SMTP_INCONCLUSIVE,
	    .doubt = SMTP_DOUBT_RATE_LIMITED,
	    .name = "rate limited",
	    .meaning = speaks_of_us },
	{ .first = 400,
	    .last = 499,
	    .words = grey_words,
	    .outcome = SMTP_INCONCLUSIVE,
	    .doubt = SMTP_DOUBT_GREYLISTED,
	    .name = "greylisted",
	    .meaning = lets_in_later },
	{ .first = 400,
	    .last = 599,
	    .enhanced_subject = 7,
	    .enhanced_detail = 25,
	    .outcome = SMTP_INCONCLUSIVE,
	    .doubt = SMTP_DOUBT_STRANGER,
	    .name = "turned away",
	    .meaning = goes_by_the_name },
	{ .first = 500,
	    .last = 599,
	    .words = list_words,
	    .outcome = SMTP_INCONCLUSIVE,
	    .doubt = SMTP_DOUBT_LISTED,
	    .name = "turned away",
	    .meaning = goes_by_a_list },
	{ .first = 400,
	    .last = 599,
	    .words = stranger_words,
	    .outcome = SMTP_INCONCLUSIVE,
	    .doubt = SMTP_DOUBT_STRANGER,
	    .name = "turned away",
	    .meaning = goes_by_the_name },
	{ .first = 450,
	    .last = 451,
	    .enhanced_subject = 7,
	    .from = SMTP_STAGE_MAIL,
	    .outcome = SMTP_INCONCLUSIVE,
	    .doubt = SMTP_DOUBT_GREYLISTED,
	    .name = "greylisted, it seems",
	    .meaning = lets_in_later },
	{ .first = 421,
	    .last = 421,
	    .outcome = SMTP_DEFERRING,
	    .name = "deferred",
	    .meaning =
		"the service is not available now (RFC 5321 3.8), and a sender tries again" },
	{ .first = 400,
	    .last = 499,
	    .outcome = SMTP_DEFERRING,
	    .name = "deferred",
	    .meaning = "a sender tries again later (RFC 5321 4.2.1)" },
	{ .first = 521,
	    .last = 521,
	    .outcome = SMTP_REJECTING,
	    .name = "rejected",
	    .meaning = "this host never accepts mail (RFC 7504 3)" },
	{ .first = 500,
	    .last = 599,
	    .from = SMTP_STAGE_MAIL,
	    .outcome = SMTP_REJECTING,
	    .name = "rejected",
	    .meaning = "a sender does not try this again (RFC 5321 4.2.1)" },
	{ .first = 500,
	    .last = 599,
	    .outcome = SMTP_REJECTING,
	    .name = "rejected",
	    .meaning = "the server gives us no service (RFC 5321 3.1)" },
	{ .first = 0,
	    .last = 999,
	    .outcome = SMTP_PROTOCOL_ERROR,
	    .name = "protocol error",
	    .meaning = "nothing that we say has such a reply (RFC 5321 4.3.2)" },
};

/* The time that RFC 5321 4.5.3.2 lets a server take, where it names one. */
static const int minutes_allowed[] = {
	[SMTP_STAGE_GREETING] = 5,
	[SMTP_STAGE_MAIL] = 5,
	[SMTP_STAGE_RCPT] = 5,
	[smtp_stage_count] = 0,
};

/* True when one of the words stands anywhere in the reply, in any case. */
static bool
says_one_of(const struct smtp_reply *reply, const char *const *words)
{
	for (; *words; words++) {
		for (size_t i = 0; i < reply->line_count; i++) {
			if (text_find_nocase(reply->lines[i], *words))
				return true;
		}
	}
	return false;
}

/* True when the enhanced code is what the rule asks for; 0 asks for nothing. */
static bool
enhanced_fits(const struct rule *rule, struct smtp_enhanced enhanced)
{
	if (rule->enhanced_subject != 0 &&
	    (enhanced.class == 0 || enhanced.subject != rule->enhanced_subject))
		return false;
	return rule->enhanced_detail == 0 || enhanced.detail == rule->enhanced_detail;
}

/* True when the rule is about such a reply at such a stage. */
static bool
applies(const struct rule *rule, enum smtp_stage stage, const struct smtp_reply *reply)
{
	if (reply->code < rule->first || reply->code > rule->last || stage < rule->from)
		return false;
	if (!enhanced_fits(rule, reply->enhanced))
		return false;
	return !rule->words || says_one_of(reply, rule->words);
}

/* Returns the first rule that applies; the last row is about every reply. */
static const struct rule *
rule_for(enum smtp_stage stage, const struct smtp_reply *reply)
{
	const struct rule *rule = rules;

	while (!applies(rule, stage, reply))
		rule++;
	return rule;
}

struct smtp_judgement
smtp_judge_reply(enum smtp_stage stage, const char *awaited, const struct smtp_reply *reply)
{
	const struct rule *rule = rule_for(stage, reply);
	struct buf sentence = BUF_INIT;
	char enhanced[16];

	buf_addf(&sentence, "%s: the %s was %03d", rule->name, awaited, reply->code);
	if (reply->enhanced.class != 0)
		buf_addf(&sentence, " %s", smtp_enhanced_text(reply->enhanced, enhanced));
	buf_addf(&sentence, "; %s", rule->meaning);
	return (struct smtp_judgement){ rule->outcome, rule->doubt, buf_take(&sentence) };
}

/* Appends our patience as a reader says it: "10 s", "2.5 s", "400 ms". */
static void
add_patience(struct buf *out, int64_t us)
{
	long long ms = us / 1000;

	if (ms < 1000)
		buf_addf(out, "%lld ms", ms);
	else if (ms % 1000 < 100)
		buf_addf(out, "%lld s", ms / 1000);
	else
		buf_addf(out, "%lld.%lld s", ms / 1000, ms % 1000 / 100);
}

int64_t
smtp_time_allowed(enum smtp_stage stage)
{
	return minutes_allowed[stage] * 60 * SPAN_SECOND;
}

char *
smtp_silence_sentence(
    enum smtp_stage stage, const char *awaited, bool begun, int64_t patience_us)
{
	struct buf sentence = BUF_INIT;

	buf_addf(&sentence, begun ? "the %s did not end within " : "no %s within ", awaited);
	add_patience(&sentence, patience_us);
	buf_adds(&sentence, " (our patience");
	if (minutes_allowed[stage] > 0)
		buf_addf(&sentence, "; RFC 5321 4.5.3.2 lets a server take %d minutes",
		    minutes_allowed[stage]);
	buf_addc(&sentence, ')');
	return buf_take(&sentence);
}

char *
smtp_loss_sentence(enum smtp_outcome outcome, const char *awaited, bool begun, const char *why)
{
	struct buf sentence = BUF_INIT;

	buf_addf(&sentence, "the server %s the connection %s its %s",
	    outcome == SMTP_RESET ? "reset" : "closed", begun ? "in the middle of" : "before",
	    awaited);
	if (why)
		buf_addf(&sentence, ": %s", why);
	return buf_take(&sentence);
}

char *
smtp_garbage_sentence(const char *awaited, const char *why)
{
	struct buf sentence = BUF_INIT;

	buf_addf(&sentence, "the %s cannot be read: %s", awaited, why);
	return buf_take(&sentence);
}
