/*
 * The walkthrough, from the address to the MX records (RFC 5321 2.3.5, 5.1; RFC 7505), and the
 * whole as text. Decides which steps there are and in what words; what the facts mean was
 * decided by plan.c and verdict.c, which it never contradicts because it is made of them. Order
 * and addresses are walk_order.c's, the attempts walk_attempt.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "mail/walk_parts.h"

NAMES_DEFINE(walk_mark, WALK_MARKS)
NAMES_DEFINE(walk_source, WALK_SOURCES)

struct walk_step *
walk_add(struct walker *w, enum walk_mark mark, enum walk_source source, enum rule_id rule)
{
	struct walk *walk = w->walk;
	struct walk_step *step;

	walk->steps = mem_grow(walk->steps, walk->count, &walk->capacity, sizeof *walk->steps);
	step = &walk->steps[walk->count++];
	*step = (struct walk_step){
		.mark = mark, .source = source, .rule = rule_of(rule), .row = SIZE_MAX
	};
	return step;
}

enum walk_source
walk_source_of(const struct dns_result *result)
{
	return result && result->pretended ? WALK_PRETENDED : WALK_DNS;
}

void
walk_capital(struct buf *out, const char *text)
{
	size_t at = out->length, word = strcspn(text, " ");

	buf_adds(out, text);
	if (!memchr(text, '.', word) && !memchr(text, ':', word) && text[0] >= 'a' &&
	    text[0] <= 'z')
		out->data[at] = (char)(text[0] - 'a' + 'A');
}

const char *
walk_domain(const struct walker *w)
{
	return w->facts->subject.unicode;
}

/* --- the address ------------------------------------------------------------------- */

/* Which part of the address decides. */
static void
tell_address(struct walker *w)
{
	const struct mail_subject *subject = &w->facts->subject;
	struct walk_step *step;

	if (subject->literal.family) {
		step = walk_add(w, WALK_DONE, WALK_TYPED, RULE_ADDRESS_LITERAL);
		buf_addf(&step->sentence,
		    "The address names the server itself: %s. There is no MX lookup.",
		    subject->ascii);
		buf_adds(&step->not_taken,
		    "Behind a domain the MX records would have been asked for.");
		walk_others_end(&step->others, w->plan->sender, SENDER_END_ADDRESS_LITERAL);
		return;
	}
	step = walk_add(w, WALK_DONE, WALK_TYPED, RULE_FULL_NAME);
	buf_addf(&step->sentence, "The domain of the address is %s.", walk_domain(w));
	buf_adds(&step->not_taken,
	    "What stands before the @ decides nothing yet: only the server that takes the "
	    "message looks at it.");
}

/* A domain of one label. */
static void
tell_dotless(struct walker *w)
{
	struct walk_step *step;

	if (w->facts->subject.literal.family || dns_name_labels(&w->facts->subject.domain) > 1)
		return;
	step = walk_add(w, WALK_WARNED, WALK_TYPED, RULE_DOTLESS);
	buf_addf(&step->sentence,
	    "%s is a top-level domain: many senders refuse such an address.", walk_domain(w));
}

/* The spelling that the DNS knows. */
static void
tell_idn(struct walker *w)
{
	const struct mail_subject *subject = &w->facts->subject;
	struct walk_step *step;

	if (strcmp(subject->ascii, subject->unicode) == 0)
		return;
	step = walk_add(w, WALK_DONE, WALK_RULE, RULE_IDN);
	buf_addf(
	    &step->sentence, "In the DNS %s is spelled %s.", subject->unicode, subject->ascii);
	buf_adds(&step->not_taken, "The DNS is never asked for the other spelling.");
}

/* --- the MX records --------------------------------------------------------------------- */

/* What an answer with records says. */
static void
tell_records(struct walker *w, struct walk_step *step)
{
	const struct dns_result *result = w->facts->mx_result;
	size_t count = result->answer.count;
	char owner[DNS_NAME_TEXT_MAX];

	buf_addf(&step->sentence, "MX records? The DNS answered with %zu", count);
	if (result->pretended)
		buf_adds(&step->sentence, ", as edited.");
	else if (result->dnssec == DNS_SECURE)
		buf_addf(
		    &step->sentence, ", and DNSSEC vouches for %s.", count > 1 ? "them" : "it");
	else
		buf_adds(&step->sentence, ".");
	if (w->facts->mx.count > 1)
		walk_answer_order(&step->aside, w);
	buf_addf(&step->not_taken,
	    "Without MX records %s itself would have been the exchange. Had the name servers "
	    "failed, the message would have been kept: a failure is never \"no MX\" (4.4.3).",
	    result->alias_count > 0 ? dns_name_text(dns_result_owner(result), owner)
				    : walk_domain(w));
}

/* What an answer without records says. */
static void
tell_absence(struct walker *w, struct walk_step *step)
{
	static const enum sender_end ends[] = {
		[DNS_NXDOMAIN] = SENDER_END_NO_DOMAIN,
		[DNS_REFUSED] = SENDER_END_REFUSED,
		[DNS_FORMERR] = SENDER_END_FORMERR,
		[DNS_NOTIMP] = SENDER_END_NOTIMP,
	};
	const struct dns_result *result = w->facts->mx_result;
	size_t outcome = (size_t)result->outcome;

	step->mark = result->outcome == DNS_NXDOMAIN ? WALK_FAILED : WALK_UNDECIDED;
	buf_adds(&step->sentence, "MX records? ");
	walk_capital(&step->sentence, dns_result_reason(result));
	buf_addc(&step->sentence, '.');
	buf_adds(&step->not_taken,
	    result->outcome == DNS_NXDOMAIN
		? "Had the name existed without MX records, its own address would have been "
		  "tried."
		: "Had the DNS said that there is no MX record, the domain's own address would "
		  "have been tried; a failure does not say that.");
	if (outcome < sizeof ends / sizeof *ends && ends[outcome] != SENDER_END_NULL)
		walk_others_end(&step->others, w->plan->sender, ends[outcome]);
}

/* The rule behind each way in which the MX question ends. */
static enum rule_id
rule_of_answer(const struct dns_result *result)
{
	if (!result || result->outcome == DNS_ANSWER)
		return RULE_MX_FIRST;
	if (result->outcome == DNS_NXDOMAIN)
		return RULE_NO_SUCH_DOMAIN;
	if (result->outcome == DNS_BOGUS)
		return RULE_DNS_BOGUS;
	if (result->outcome == DNS_ALIAS_LOOP)
		return RULE_ALIAS_LOOP;
	return result->outcome == DNS_NODATA ? RULE_MX_FIRST : RULE_DNS_TEMPORARY;
}

/* The MX question: false while it is open. */
static bool
tell_question(struct walker *w)
{
	const struct dns_result *result = w->facts->mx_result;
	enum walk_mark mark = WALK_DONE;
	struct walk_step *step;

	if (!w->facts->mx_known)
		mark = w->settings->verdict.settled ? WALK_UNDECIDED : WALK_UNDER_WAY;
	step = walk_add(w, mark, walk_source_of(result), rule_of_answer(result));
	buf_addf(&step->line, "%s. IN MX ?\n", w->facts->subject.ascii);
	if (!w->facts->mx_known) {
		buf_adds(&step->sentence, "MX records? The DNS is being asked.");
		return false;
	}
	if (result->outcome == DNS_ANSWER)
		tell_records(w, step);
	else if (result->outcome == DNS_NODATA)
		buf_adds(&step->sentence, "MX records? The name exists, but has none.");
	else
		tell_absence(w, step);
	return true;
}

/* An alias at the domain. */
static void
tell_alias(struct walker *w)
{
	const struct dns_result *result = w->facts->mx_result;
	char owner[DNS_NAME_TEXT_MAX];
	struct walk_step *step;

	if (result->alias_count == 0)
		return;
	step = walk_add(w, WALK_DONE, WALK_DNS, RULE_DOMAIN_ALIAS);
	buf_addf(&step->sentence,
	    "%s is an alias of %s, which is looked up as if it had been the domain.",
	    walk_domain(w), dns_name_text(dns_result_owner(result), owner));
	buf_addf(&step->line, "%s. IN CNAME %s.\n", w->facts->subject.ascii, owner);
	buf_adds(&step->not_taken,
	    "The recipient's address stays as it was written: only Sendmail rewrites it to the "
	    "name at the alias's end.");
}

/* True when the sender takes the set for a Null MX. */
static bool
is_null(const struct walker *w)
{
	return w->facts->mx.kind == MX_NULL ||
	    (w->facts->mx.null_mixed && w->profile->endings[SENDER_END_NULL_MIXED].status);
}

/* The end that a set with "." leads to. */
static enum sender_end
null_end(const struct mx_set *mx)
{
	if (mx->null_mixed)
		return SENDER_END_NULL_MIXED;
	return mx->null_preference ? SENDER_END_NULL_PREFERENCE : SENDER_END_NULL;
}

/* Whether the domain takes mail at all: false when it does not. */
static bool
tell_null(struct walker *w)
{
	const struct mx_set *mx = &w->facts->mx;
	bool null = is_null(w), odd = mx->kind == MX_NULL || mx->null_mixed;
	struct walk_step *step;

	if (mx->kind != MX_EXPLICIT && mx->kind != MX_NULL)
		return true;
	step = walk_add(w,
	    null      ? WALK_REFUSED
		: odd ? WALK_WARNED
		      : WALK_DONE,
	    walk_source_of(w->facts->mx_result),
	    mx->null_mixed ? RULE_NULL_MX_ALONE : RULE_NULL_MX);
	if (mx->null_mixed)
		buf_addf(&step->sentence,
		    "There is a \".\" beside real exchanges: that is no Null MX%s.",
		    null ? ", but this sender takes it for one" : ", and it is passed over");
	else if (null)
		buf_addf(&step->sentence, "The one exchange is \".\": %s takes no mail%s.",
		    walk_domain(w), mx->null_preference ? ", with an odd preference" : "");
	else
		buf_adds(&step->sentence, "Not a Null MX: the exchange is not \".\".");
	if (odd)
		walk_others_end(&step->others, w->plan->sender, null_end(mx));
	else
		buf_adds(&step->not_taken,
		    "A lone \".\" would have sent the message back at once (5.1.10).");
	return !null;
}

/* The domain as its own exchange. */
static void
tell_implicit(struct walker *w)
{
	struct walk_step *step;

	if (!w->facts->mx_result || w->facts->mx_result->outcome != DNS_NODATA)
		return;
	step = walk_add(w, WALK_DONE, WALK_RULE, RULE_IMPLICIT_MX);
	buf_addf(&step->sentence, "Without MX records %s is its own exchange, preference 0.",
	    w->facts->mx.exchanges[0].text);
	buf_adds(&step->not_taken,
	    "With a single MX record the domain's own address would not have counted at all.");
}

/* --- the whole ------------------------------------------------------------------------------ */

/* Whose eyes these are: "a stranger", "mx2.example.net". */
static const char *
vantage_words(const struct vantage *vantage, char text[VANTAGE_TEXT_MAX])
{
	static const char *const words[] = {
		[VANTAGE_STRANGER] = "a stranger",
		[VANTAGE_IPV4_ONLY] = "a host without IPv6",
		[VANTAGE_IPV6_ONLY] = "a host without IPv4",
		[VANTAGE_NO_DNSSEC] = "a host without DNSSEC",
		[VANTAGE_HOST] = NULL,
		[VANTAGE_ADDRESS] = NULL,
	};

	return words[vantage->kind] ? words[vantage->kind] : vantage_text(vantage, text);
}

/* The line above the steps. */
static void
write_title(struct walker *w)
{
	const struct mail_subject *subject = &w->facts->subject;
	struct buf *title = &w->walk->title;
	char text[VANTAGE_TEXT_MAX];

	buf_addf(title, "%s delivers to ",
	    w->plan->sender == SENDER_PRIMARY_ONLY  ? "A sender without patience"
		: w->plan->sender == SENDER_RFC5321 ? "A sender by RFC 5321"
						    : w->profile->title);
	if (subject->local_part)
		buf_addf(title, "%s@", subject->local_part);
	buf_addf(title, "%s, seen from %s, draw %llu", subject->unicode,
	    vantage_words(&w->settings->plan.vantage, text),
	    (unsigned long long)w->settings->plan.seed);
}

/* The steps behind the MX answer. */
static void
tell_delivery(struct walker *w)
{
	if (w->facts->mx_result)
		tell_alias(w);
	if (!tell_null(w))
		return;
	tell_implicit(w);
	walk_order(w);
	walk_attempts(w);
}

void
walk_make(struct walk *walk, const struct mail_facts *facts, const struct plan *plan,
    const struct verdict *verdict, const struct walk_settings *settings)
{
	struct walker w = {
		.walk = walk,
		.facts = facts,
		.plan = plan,
		.verdict = verdict,
		.settings = settings,
		.profile = sender_profile(plan->sender),
	};

	*walk = (struct walk){ .count = 0 };
	write_title(&w);
	tell_address(&w);
	tell_dotless(&w);
	tell_idn(&w);
	if (facts->subject.literal.family)
		walk_attempts(&w);
	else if (tell_question(&w))
		tell_delivery(&w);
	walk_end(&w);
}

void
walk_clear(struct walk *walk)
{
	for (size_t i = 0; i < walk->count; i++) {
		struct walk_step *step = &walk->steps[i];

		buf_clear(&step->sentence);
		buf_clear(&step->aside);
		buf_clear(&step->reason);
		buf_clear(&step->line);
		buf_clear(&step->report);
		buf_clear(&step->not_taken);
		buf_clear(&step->others);
	}
	free(walk->steps);
	buf_clear(&walk->title);
	*walk = (struct walk){ .count = 0 };
}

/* Appends text of several lines, each behind blanks; the first one behind the label. */
static void
write_lines(struct buf *out, const char *label, const struct buf *text)
{
	const char *line = buf_text(text), *end;

	for (; *line != '\0'; line = *end == '\0' ? end : end + 1) {
		end = line + strcspn(line, "\n");
		buf_addf(out, "      %-10s %.*s\n", label, (int)(end - line), line);
		label = "";
	}
}

/* Appends one step. */
static void
write_step(struct buf *out, const struct walk_step *step, size_t number)
{
	buf_addf(out, "\n%3zu  %s [%s, %s]\n", number, step->sentence.data,
	    walk_mark_name(step->mark), walk_source_name(step->source));
	write_lines(out, "Order", &step->aside);
	write_lines(out, "Why", &step->reason);
	write_lines(out, "Wire", &step->line);
	write_lines(out, "Report", &step->report);
	if (step->rule)
		buf_addf(out, "      %-10s %s (%s)\n", "Rule", step->rule->sentence,
		    step->rule->clause);
	write_lines(out, "Not taken", &step->not_taken);
	write_lines(out, "Others", &step->others);
}

void
walk_write_one(struct buf *out, const struct walk *walk, size_t step)
{
	if (step == 0)
		buf_addf(out, "%s\n", walk->title.data);
	buf_addf(out, "Step %zu of %zu", step + 1, walk->count);
	write_step(out, &walk->steps[step], step + 1);
}

void
walk_write(struct buf *out, const struct walk *walk)
{
	buf_addf(out, "%s\n", walk->title.data);
	for (size_t i = 0; i < walk->count; i++)
		write_step(out, &walk->steps[i], i + 1);
}
