/*
 * Findings about TLS policies: TLSA records that stop mail or protect nothing (RFC 7672), an
 * MTA-STS policy that cannot be had or that an exchange fails (RFC 8461). Backups are looked at like
 * all others: theirs are the mistakes that nobody sees until the primary is down (RFC 8461 8.4).
 * How bad each is stands in finding.c's table, what it does to the mail says policy.c.
 */
#include "dns/tlsa.h"
#include "util/buf.h"

#include "mail/dane.h"
#include "mail/detect.h"
#include "mail/policy.h"

/* --- DANE ------------------------------------------------------------------------- */

/* Reports each exchange whose DANE stands so. */
static void
report_standing(struct sight *sight, enum dane_standing standing,
    void (*report)(struct sight *sight, size_t exchange, const struct dane_host *host))
{
	for (size_t i = 0; i < sight->facts->mx.count; i++) {
		struct dane_host host = dane_host_of(sight->facts, i);

		if (host.standing == standing)
			report(sight, i, &host);
	}
}

void
detect_dane_mismatch(struct sight *sight)
{
	char ip[IP_TEXT_MAX];

	for (size_t i = 0; i < sight->facts->target_count; i++) {
		const struct mail_target *target = &sight->facts->targets[i];
		struct ruling ruling = policy_dane(sight->facts, i);

		if (ruling.answer != POLICY_FAILED)
			continue;
		detect_report(sight, (long)target->exchange, "%s [%s] %s",
		    sight->facts->mx.exchanges[target->exchange].text, ip_text(&target->ip, ip),
		    ruling.why);
	}
}

/* Reports why none of the records can be used, each reason once. */
static void
report_unusable(struct sight *sight, size_t exchange, const struct dane_host *host)
{
	struct buf why = BUF_INIT;
	unsigned seen = 0;
	struct tlsa tlsa;

	for (size_t i = 0; i < host->result->answer.count; i++) {
		enum tlsa_use use;

		if (!dns_record_tlsa(&host->result->answer.items[i], &tlsa))
			continue;
		use = tlsa_use(&tlsa);
		if (!(seen & 1u << use))
			buf_addf(&why, "%s%s", seen ? ", " : "", tlsa_use_help(use));
		seen |= 1u << use;
	}
	detect_report(sight, (long)exchange, "none of %s's TLSA records can be used: %s",
	    sight->facts->mx.exchanges[exchange].text, buf_text(&why));
	buf_clear(&why);
}

void
detect_dane_unusable(struct sight *sight)
{
	report_standing(sight, DANE_UNUSABLE, report_unusable);
}

/* Reports what is not signed on the way to the TLSA records. */
static void
report_insecure(struct sight *sight, size_t exchange, const struct dane_host *host)
{
	bool mx = sight->facts->mx_result->dnssec != DNS_SECURE;

	if (dane_loss(host)) {
		detect_report(sight, (long)exchange,
		    "the TLSA records of %s cannot be looked up (%s); the MX records that lead "
		    "to it are not signed, so nothing depends on it",
		    sight->facts->mx.exchanges[exchange].text, dane_loss(host));
		return;
	}
	detect_report(sight, (long)exchange,
	    "%s has TLSA records, but %s not signed, so they vouch for nothing",
	    sight->facts->mx.exchanges[exchange].text,
	    mx ? "the MX records that lead to it are" : "these are");
}

void
detect_dane_insecure_mx(struct sight *sight)
{
	report_standing(sight, DANE_INSECURE, report_insecure);
}

/* Reports how the lookup ended. */
static void
report_lookup(struct sight *sight, size_t exchange, const struct dane_host *host)
{
	detect_report(sight, (long)exchange,
	    "the TLSA records of %s cannot be looked up (%s): senders that do DANE pass it "
	    "over",
	    sight->facts->mx.exchanges[exchange].text, dane_loss(host));
}

void
detect_dane_lookup(struct sight *sight)
{
	report_standing(sight, DANE_ERROR, report_lookup);
}

/* --- MTA-STS ------------------------------------------------------------------------ */

/* The lowest preference of all exchanges. */
static uint16_t
best_preference(const struct mx_set *mx)
{
	uint16_t best = UINT16_MAX;

	for (size_t i = 0; i < mx->count; i++) {
		if (mx->exchanges[i].preference < best)
			best = mx->exchanges[i].preference;
	}
	return best;
}

/* Reports the target, in testing mode as a warning only. */
static void
report_sts(struct sight *sight, const struct mail_target *target, const char *why)
{
	const char *host = sight->facts->mx.exchanges[target->exchange].text;
	bool enforced = sight->facts->sts.policy.mode == STS_ENFORCE;

	if (enforced)
		detect_report(sight, (long)target->exchange,
		    "%s %s: senders that do MTA-STS pass it over", host, why);
	else
		detect_report_as(sight, FINDING_WARNING, (long)target->exchange,
		    "%s %s, which the policy's testing mode lets pass", host, why);
}

/* Reports the targets that fail the policy and are backups, or those that are none. */
static void
report_failing(struct sight *sight, bool backup)
{
	const struct mail_facts *facts = sight->facts;
	uint16_t best = best_preference(&facts->mx);

	for (size_t i = 0; i < facts->target_count; i++) {
		const struct mail_target *target = &facts->targets[i];
		struct ruling ruling = policy_sts(facts, i);

		if (ruling.answer == POLICY_FAILED &&
		    backup == (facts->mx.exchanges[target->exchange].preference > best))
			report_sts(sight, target, ruling.why);
	}
}

void
detect_sts_mismatch(struct sight *sight)
{
	report_failing(sight, false);
}

void
detect_sts_backup_mismatch(struct sight *sight)
{
	report_failing(sight, true);
}

void
detect_sts_invalid(struct sight *sight)
{
	if (sight->facts->sts.outcome == STS_INVALID)
		detect_report(sight, DETECT_DOMAIN, "the MTA-STS policy cannot be used: %s",
		    sight->facts->sts.error);
}

void
detect_sts_unreachable(struct sight *sight)
{
	const struct sts_facts *sts = &sight->facts->sts;

	if (sts->outcome == STS_UNREACHABLE)
		detect_report(
		    sight, DETECT_DOMAIN, "the MTA-STS policy cannot be had: %s", sts->error);
	else if (sts->outcome == STS_VALID && sts->stale)
		detect_report(sight, DETECT_DOMAIN,
		    "the MTA-STS policy is an older one, kept until it expires: %s",
		    sts->error);
}
