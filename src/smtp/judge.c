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
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
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
static const char *const list_words[] = { "blocklist", "block list", "blacklist", "black list",
	"blocked using", "poor reputation", NULL };

/* Whose lists they are, which a host's name or a link may tell as well. */
static const char *const list_names[] = { "spamhaus", "spamcop", "dnsbl", NULL };

/* Words by which servers say that they turn away who comes from an address, or by a name, like ours. */
static const char *const stranger_words[] = { "reverse dns", "reverse hostname",
	"reverse lookup", "rdns", "ptr record", "no ptr", "find your hostname", "dynamic ip",
	"dynamic address", "dynamically assigned", "dial-up", "dialup", "residential",
	"helo command rejected", NULL };

/* What a refusal comes to. */
struct ruling {
	enum smtp_outcome outcome;
	enum smtp_doubt doubt;
	const char *name; /* what to call it */
	const char *meaning;
};

static const struct ruling rate_limited = { SMTP_INCONCLUSIVE, SMTP_DOUBT_RATE_LIMITED,
	"rate limited",
	"it limits how often we may come, which says nothing about its mail service" };
static const struct ruling greylisted = { SMTP_INCONCLUSIVE, SMTP_DOUBT_GREYLISTED,
	"greylisted",
	"it defers strangers on purpose, and a sender that tries again is let in" };
static const struct ruling seems_greylisted = { SMTP_INCONCLUSIVE, SMTP_DOUBT_GREYLISTED,
	"greylisted, it seems",
	"it defers strangers on purpose, and a sender that tries again is let in" };
static const struct ruling is_listed = { SMTP_INCONCLUSIVE, SMTP_DOUBT_LISTED, "turned away",
	"it goes by a list of addresses, and may welcome others" };
static const struct ruling is_stranger = { SMTP_INCONCLUSIVE, SMTP_DOUBT_STRANGER,
	"turned away",
	"it judges clients by their address and its name, and may welcome others" };
static const struct ruling not_available = { SMTP_DEFERRING, SMTP_DOUBT_NONE, "deferred",
	"the service is not available now (RFC 5321 3.8), and a sender tries again" };
static const struct ruling deferred = { SMTP_DEFERRING, SMTP_DOUBT_NONE, "deferred",
	"a sender tries again later (RFC 5321 4.2.1)" };
static const struct ruling takes_no_mail = { SMTP_REJECTING, SMTP_DOUBT_NONE, "rejected",
	"this host never accepts mail (RFC 7504 3)" };
static const struct ruling rejected = { SMTP_REJECTING, SMTP_DOUBT_NONE, "rejected",
	"a sender does not try this again (RFC 5321 4.2.1)" };
static const struct ruling no_service = { SMTP_REJECTING, SMTP_DOUBT_NONE, "rejected",
	"the server gives us no service (RFC 5321 3.1)" };
static const struct ruling no_such_reply = { SMTP_PROTOCOL_ERROR, SMTP_DOUBT_NONE,
	"protocol error", "nothing that we say has such a reply (RFC 5321 4.3.2)" };

/* What a reply must be for a row to apply; what is left out is not asked for. */
struct rule {
	int codes[2]; /* the first and the last that the row is about */
	const struct ruling *ruling;
	const char *const *words; /* one of them stands in the text, outside of all names */
	const char *const *names; /* or one of these, which may be a part of a host's name */
	int subject, detail; /* of the enhanced code */
	enum smtp_stage from; /* the stage, or a later one */
};

/*
 * The first row that applies decides. X.7.28 is "mail flood detected" in IANA's registry of
 * enhanced codes, X.7.25 "reverse DNS validation failed" (RFC 7372 3.3); any other X.7.Z is a
 * matter of policy (RFC 3463 3.8), as greylisting is (RFC 6647). Lists come before 521, which
 * gatekeepers send to the clients that they drop, too.
 */
static const struct rule rules[] = {
	{ .codes = { 400, 499 }, .ruling = &rate_limited, .words = rate_words },
	{ .codes = { 400, 499 }, .ruling = &rate_limited, .subject = 7, .detail = 28 },
	{ .codes = { 400, 499 }, .ruling = &greylisted, .words = grey_words },
	{ .codes = { 400, 599 }, .ruling = &is_stranger, .subject = 7, .detail = 25 },
	{ .codes = { 500, 599 },
	    .ruling = &is_listed,
	    .words = list_words,
	    .names = list_names },
	{ .codes = { 400, 599 }, .ruling = &is_stranger, .words = stranger_words },
	{ .codes = { 450, 451 },
	    .ruling = &seems_greylisted,
	    .subject = 7,
	    .from = SMTP_STAGE_MAIL },
	{ .codes = { 421, 421 }, .ruling = &not_available },
	{ .codes = { 400, 499 }, .ruling = &deferred },
	{ .codes = { 521, 521 }, .ruling = &takes_no_mail },
	{ .codes = { 500, 599 }, .ruling = &rejected, .from = SMTP_STAGE_MAIL },
	{ .codes = { 500, 599 }, .ruling = &no_service },
	{ .codes = { 0, 999 }, .ruling = &no_such_reply },
};

/* The time that RFC 5321 4.5.3.2 lets a server take, where it names one. */
static const int minutes_allowed[] = {
	[SMTP_STAGE_GREETING] = 5,
	[SMTP_STAGE_MAIL] = 5,
	[SMTP_STAGE_RCPT] = 5,
	[smtp_stage_count] = 0,
};

/* True for a letter or a digit. */
static bool
is_alphanumeric(char c)
{
	char lower = text_lower(c);

	return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

/* True for a dot within a name, and false for one behind which a sentence begins without a blank. */
static bool
joins(const char *dot)
{
	bool begins = text_lower(dot[1]) != dot[1] && text_lower(dot[-1]) == dot[-1];

	return *dot == '.' && is_alphanumeric(dot[-1]) && is_alphanumeric(dot[1]) && !begins;
}

/* True for a word with a mailbox. */
static bool
is_mailbox(const char *word, size_t length)
{
	return memchr(word, '@', length) != NULL;
}

/* True for a word with a mailbox, a host's name, an address or a link. */
static bool
is_name(const char *word, size_t length)
{
	for (size_t i = 1; i + 1 < length; i++) {
		if (joins(word + i))
			return true;
	}
	return is_mailbox(word, length);
}

/* Copies a line, such words struck out. The caller frees it. */
static char *
strike(const char *line, bool (*is_struck)(const char *word, size_t length))
{
	static const char separators[] = " \t:;,()<>[]=";
	char *copy = mem_strdup(line), *word = copy;

	while (*word) {
		size_t length = strcspn(word, separators);

		if (is_struck(word, length))
			memset(word, '?', length);
		word += length;
		word += strspn(word, separators);
	}
	return copy;
}

/* True when one of the words stands in the line, in any case, those that are struck out aside. */
static bool
line_says(const char *line, const char *const *words,
    bool (*is_struck)(const char *word, size_t length))
{
	char *text = strike(line, is_struck);
	bool found = false;

	for (; *words && !found; words++)
		found = text_find_nocase(text, *words) != NULL;
	free(text);
	return found;
}

/*
 * True when the reply says what the rule asks for. What only names somebody tells nothing: a server
 * may be called anything, and many replies repeat the recipient.
 */
static bool
says(const struct smtp_reply *reply, const struct rule *rule)
{
	for (size_t i = 0; i < reply->line_count; i++) {
		if (line_says(reply->lines[i], rule->words, is_name) ||
		    (rule->names && line_says(reply->lines[i], rule->names, is_mailbox)))
			return true;
	}
	return false;
}

/* True when the enhanced code is what the rule asks for; 0 asks for nothing. */
static bool
enhanced_fits(const struct rule *rule, struct smtp_enhanced enhanced)
{
	if (rule->subject != 0 && (enhanced.class == 0 || enhanced.subject != rule->subject))
		return false;
	return rule->detail == 0 || enhanced.detail == rule->detail;
}

/* True when the rule is about such a reply at such a stage. */
static bool
applies(const struct rule *rule, enum smtp_stage stage, const struct smtp_reply *reply)
{
	if (reply->code < rule->codes[0] || reply->code > rule->codes[1] || stage < rule->from)
		return false;
	if (!enhanced_fits(rule, reply->enhanced))
		return false;
	return !rule->words || says(reply, rule);
}

/* Returns what the first row that applies says; the last row is about every reply. */
static const struct ruling *
ruling_on(enum smtp_stage stage, const struct smtp_reply *reply)
{
	const struct rule *rule = rules;

	while (!applies(rule, stage, reply))
		rule++;
	return rule->ruling;
}

struct smtp_judgement
smtp_judge_reply(enum smtp_stage stage, const char *awaited, const struct smtp_reply *reply)
{
	const struct ruling *ruling = ruling_on(stage, reply);
	struct buf sentence = BUF_INIT;
	char enhanced[16];

	buf_addf(&sentence, "%s: the %s was %03d", ruling->name, awaited, reply->code);
	if (reply->enhanced.class != 0)
		buf_addf(&sentence, " %s", smtp_enhanced_text(reply->enhanced, enhanced));
	buf_addf(&sentence, "; %s", ruling->meaning);
	return (struct smtp_judgement){ ruling->outcome, ruling->doubt, buf_take(&sentence) };
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
