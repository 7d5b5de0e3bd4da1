/*
 * Policies in the words of a report. Decides only what is worth a word; what a policy says is mail/dane's
 * and mail/policy's.
 */
#include "mail/dane.h"
#include "mail/policy.h"

#include "app/report_policy.h"

/* Words for what the MTA-STS policy makes of a server. */
static const char *const sts_words[policy_answer_count] = {
	[POLICY_SILENT] = "not judged",
	[POLICY_OPEN] = "not judged",
	[POLICY_PASSED] = "matches",
	[POLICY_FAILED] = "fails",
	[POLICY_LOST] = "not judged",
};

void
report_policy_words(struct buf *out, const struct mail_facts *facts, size_t target)
{
	const struct sts_facts *sts = &facts->sts;
	enum dane_verdict verdict;

	if (dane_judge(facts, target, &verdict) && verdict != DANE_VERDICT_NONE)
		buf_addf(out, ", DANE %s", dane_verdict_name(verdict));
	if (sts->outcome == STS_VALID && sts->policy.mode != STS_MODE_NONE)
		buf_addf(out, ", MTA-STS %s", sts_words[policy_sts(facts, target).answer]);
}
