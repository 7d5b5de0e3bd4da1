/*
 * The two TLS policies of a domain, and which of them decides.
 *
 * DANE comes first (RFC 8461 2: MTA-STS must not override it): where TLSA records can be used
 * they alone decide about a host, whatever the MTA-STS policy says of it. Where none is usable,
 * TLS is a must and an enforced MTA-STS policy may ask for more. Testing mode
 * reports, and stops nothing (5). Senders that follow neither go on as RFC 7435 says; which do
 * is in their profiles.
 */
#include "mail/dane.h"
#include "mail/policy.h"

NAMES_DEFINE(policy, POLICIES)
NAMES_DEFINE(policy_answer, POLICY_ANSWERS)

/* --- what the dialogue says ------------------------------------------------------------ */

/* Words for a server without TLS, by what became of STARTTLS; NULL = it has TLS, or who knows. */
static const char *const without_tls[] = {
	[SMTP_STARTTLS_NOT_TRIED] = NULL,
	[SMTP_STARTTLS_OK] = NULL,
	[SMTP_STARTTLS_NOT_OFFERED] = "does not offer the TLS that is demanded",
	[SMTP_STARTTLS_REFUSED] = "refuses the TLS that is demanded",
	[SMTP_STARTTLS_FAILED] = "breaks off the TLS that is demanded",
	[SMTP_STARTTLS_INJECTED] = "speaks in clear behind its reply to STARTTLS",
};

/* Why the target has no TLS, or NULL. */
static const char *
lacks_tls(const struct mail_target *target)
{
	return target->probe ? without_tls[target->probe->starttls] : NULL;
}

/* True when the dialogue came to a finished handshake. */
static bool
has_tls(const struct mail_target *target)
{
	return target->probe && target->probe->tls.present;
}

/* Fails for want of TLS (RFC 3463 3.8: X.7.4, security features not supported). */
static struct ruling
fail_tls(enum policy policy, enum rule_id rule, const char *why)
{
	return (struct ruling){ policy, POLICY_FAILED, rule, why, "4.7.4" };
}

/* --- DANE -------------------------------------------------------------------------------- */

/* Usable TLSA records: they must vouch for the server. */
static struct ruling
rule_usable(const struct mail_target *target)
{
	struct ruling ruling = { POLICY_DANE, POLICY_SILENT, RULE_DANE_REQUIRED, NULL, NULL };

	if (lacks_tls(target))
		return fail_tls(POLICY_DANE, RULE_DANE_REQUIRED, lacks_tls(target));
	if (!has_tls(target))
		return ruling;
	ruling.answer = POLICY_OPEN;
	if (!target->dane.checked)
		return ruling;
	ruling.answer = target->dane.verified ? POLICY_PASSED : POLICY_FAILED;
	if (target->dane.verified)
		return ruling;
	ruling.why = "shows a certificate that its TLSA records do not vouch for";
	ruling.status = "4.7.5";
	return ruling;
}

/* TLSA records, and none is usable: TLS all the same. */
static struct ruling
rule_unusable(const struct mail_target *target)
{
	if (lacks_tls(target))
		return fail_tls(POLICY_DANE, RULE_DANE_UNUSABLE, lacks_tls(target));
	return (struct ruling){
		.policy = POLICY_DANE,
		.answer = has_tls(target) ? POLICY_PASSED : POLICY_SILENT,
		.rule = RULE_DANE_UNUSABLE,
	};
}

struct ruling
policy_dane(const struct mail_facts *facts, size_t target)
{
	const struct mail_target *at = &facts->targets[target];
	struct ruling ruling = { POLICY_DANE, POLICY_SILENT, RULE_DANE_NONE, NULL, NULL };

	switch (dane_host_of(facts, at->exchange).standing) {
	case DANE_UNCHECKED:
	case DANE_UNSIGNED:
	case DANE_NONE:
	case DANE_INSECURE:
		return ruling;
	case DANE_PENDING:
		ruling.answer = POLICY_OPEN;
		return ruling;
	case DANE_UNUSABLE:
		return rule_unusable(at);
	case DANE_USABLE:
		return at->dane.unusable ? rule_unusable(at) : rule_usable(at);
	case DANE_ERROR:
		break;
	}
	return (struct ruling){ POLICY_DANE, POLICY_LOST, RULE_DANE_ERROR,
		"may have TLSA records, which cannot be looked up now", "4.7.5" };
}

/* --- MTA-STS ------------------------------------------------------------------------------- */

/* Words for a certificate that does not do (RFC 8461 4.2), by its chain. */
static const char *const chain_words[] = {
	[TLS_CHAIN_TRUSTED] = NULL,
	[TLS_CHAIN_EXPIRED] = "shows a certificate that has expired",
	[TLS_CHAIN_NOT_YET_VALID] = "shows a certificate that is not valid yet",
	[TLS_CHAIN_SELF_SIGNED] = "shows a certificate that is self-signed",
	[TLS_CHAIN_UNTRUSTED] = "shows a certificate of an authority that is not trusted",
	[TLS_CHAIN_INCOMPLETE] = "shows a certificate whose chain is incomplete",
};

bool
policy_sts_names(const struct mail_facts *facts, size_t exchange)
{
	return facts->sts.outcome == STS_VALID &&
	    sts_policy_matches(&facts->sts.policy, &facts->mx.exchanges[exchange].name);
}

/* The exchange is named: its server must be what it says. */
static struct ruling
rule_server(const struct mail_target *target)
{
	struct ruling ruling = { POLICY_STS, POLICY_SILENT, RULE_STS_CERTIFICATE, NULL, NULL };
	const struct tls_facts *tls;

	if (lacks_tls(target))
		return fail_tls(POLICY_STS, RULE_STS_ENFORCE, lacks_tls(target));
	if (!has_tls(target))
		return ruling;
	tls = &target->probe->tls;
	ruling.why = chain_words[tls->chain];
	if (!ruling.why && !tls->name_matches)
		ruling.why = "shows a certificate for another name";
	ruling.answer = ruling.why ? POLICY_FAILED : POLICY_PASSED;
	ruling.status = ruling.why ? "4.7.5" : NULL;
	return ruling;
}

struct ruling
policy_sts(const struct mail_facts *facts, size_t target)
{
	const struct mail_target *at = &facts->targets[target];
	struct ruling ruling = { POLICY_STS, POLICY_SILENT, RULE_STS_POLICY, NULL, NULL };

	if (facts->sts.outcome == STS_PENDING)
		ruling.answer = POLICY_OPEN;
	if (facts->sts.outcome != STS_VALID || facts->sts.policy.mode == STS_MODE_NONE)
		return ruling;
	if (!policy_sts_names(facts, at->exchange))
		return (struct ruling){ POLICY_STS, POLICY_FAILED, RULE_STS_MATCH,
			"is not named by the MTA-STS policy", "4.7.0" };
	return rule_server(at);
}

/* --- who decides ----------------------------------------------------------------------------- */

/* True when the policy, once it is known, may stop a message. */
static bool
is_binding(const struct sts_facts *sts)
{
	return sts->outcome == STS_PENDING ||
	    (sts->outcome == STS_VALID && sts->policy.mode == STS_ENFORCE);
}

struct ruling
policy_rule(const struct mail_facts *facts, size_t target, const struct plan *plan)
{
	const struct sender_profile *profile = sender_profile(plan->sender);
	struct ruling ruling = { POLICY_OPPORTUNISTIC, POLICY_SILENT, RULE_OPPORTUNISTIC, NULL,
		NULL };

	if (profile->follows_dane && plan->vantage.kind != VANTAGE_NO_DNSSEC) {
		struct ruling dane = policy_dane(facts, target);

		if (dane.rule == RULE_DANE_REQUIRED || dane.answer == POLICY_FAILED ||
		    dane.answer == POLICY_LOST || dane.answer == POLICY_OPEN)
			return dane;
	}
	if (profile->follows_sts && facts->mx_result && is_binding(&facts->sts))
		return policy_sts(facts, target);
	return ruling;
}

const char *
policy_consequence(const struct ruling *ruling)
{
	static const char *const failed[policy_count] = {
		[POLICY_STS] =
		    "A sender that follows MTA-STS goes past this address; behind the "
		    "last one it keeps the message.",
		[POLICY_DANE] = "A sender that follows DANE goes past this address; behind the "
				"last one it keeps the message.",
	};
	static const char lost[] =
	    "A sender that follows DANE takes this host for unreachable: it "
	    "tries the next one, and asks the DNS again later.";

	if (ruling->answer == POLICY_LOST)
		return lost;
	return ruling->answer == POLICY_FAILED ? failed[ruling->policy] : NULL;
}
