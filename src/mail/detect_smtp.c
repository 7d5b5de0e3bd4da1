/*
 * Findings from the probes: TLS and its certificates, refusals that are aimed at us, what
 * servers of one domain do differently. One finding for each exchange, however many addresses
 * it has. Decides only what is worth a remark; how bad it is stands in finding.c's table, what
 * a refusal means for the mail in verdict.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "dns/tlsa.h"
#include "mail/detect.h"
#include "mail/policy.h"

enum {
	DAY = 24 * 60 * 60
};

/* A question about one probe. */
typedef bool probe_test(const struct sight *sight, const struct mail_target *target);

/* Returns the first target whose probe passes the test, or NULL. */
static const struct mail_target *
find_target(const struct sight *sight, probe_test *test)
{
	for (size_t i = 0; i < sight->facts->target_count; i++) {
		const struct mail_target *target = &sight->facts->targets[i];

		if (target->probe && test(sight, target))
			return target;
	}
	return NULL;
}

/* Tells how a finding about one target reads. */
typedef void probe_report(
    struct sight *sight, const struct mail_target *target, const char *text);

/* Reports, for each exchange, the first of its targets whose probe passes the test. */
static void
report_each(struct sight *sight, probe_test *test, probe_report *report, const char *text)
{
	const struct mail_facts *facts = sight->facts;
	bool *done = mem_calloc(facts->mx.count, sizeof *done);

	for (size_t i = 0; i < facts->target_count; i++) {
		const struct mail_target *target = &facts->targets[i];

		if (!target->probe || done[target->exchange] || !test(sight, target))
			continue;
		done[target->exchange] = true;
		report(sight, target, text);
	}
	free(done);
}

/* Reports "host [address] text". */
static void
say(struct sight *sight, const struct mail_target *target, const char *text)
{
	char ip[IP_TEXT_MAX];

	detect_report(sight, (long)target->exchange, "%s [%s] %s",
	    sight->facts->mx.exchanges[target->exchange].text, ip_text(&target->ip, ip), text);
}

/* --- TLS ------------------------------------------------------------------------ */

/* Clear octets stood behind the reply to STARTTLS. */
static bool
injects(const struct sight *sight, const struct mail_target *target)
{
	(void)sight;
	return target->probe->starttls == SMTP_STARTTLS_INJECTED;
}

/* STARTTLS was not in the reply to EHLO. */
static bool
lacks_starttls(const struct sight *sight, const struct mail_target *target)
{
	(void)sight;
	return target->probe->starttls == SMTP_STARTTLS_NOT_OFFERED;
}

/* STARTTLS was offered, whatever came of it. */
static bool
offers_starttls(const struct sight *sight, const struct mail_target *target)
{
	return target->probe->starttls != SMTP_STARTTLS_NOT_TRIED &&
	    !lacks_starttls(sight, target);
}

/*
 * A TLSA record vouches for the server's own key: then its certificate's names and dates count for nothing
 * (RFC 7672 section 3.1.1), unless senders that follow MTA-STS are told to look at them.
 */
static bool
is_vouched_for(const struct sight *sight, const struct mail_target *target)
{
	const struct mail_facts *facts = sight->facts;
	size_t index = (size_t)(target - facts->targets);

	return target->dane.usage == TLSA_DANE_EE &&
	    policy_dane(facts, index).answer == POLICY_PASSED &&
	    !(facts->sts.outcome == STS_VALID && facts->sts.policy.mode == STS_ENFORCE);
}

/* The end of the certificate's last day; 0 = not known. */
static int64_t
last_day(const struct tls_facts *tls)
{
	return tls_facts_leaf(tls)->not_after;
}

/* The certificate, or one in its chain, is past its last day. */
static bool
has_expired(const struct sight *sight, const struct mail_target *target)
{
	const struct tls_facts *tls = &target->probe->tls;

	return tls->present && !is_vouched_for(sight, target) &&
	    (tls->chain == TLS_CHAIN_EXPIRED ||
		(sight->settings->wall_time > 0 && last_day(tls) > 0 &&
		    last_day(tls) < sight->settings->wall_time));
}

/* The certificate's last day is near. */
static bool
expires_soon(const struct sight *sight, const struct mail_target *target)
{
	const struct tls_facts *tls = &target->probe->tls;

	return tls->present && !is_vouched_for(sight, target) && !has_expired(sight, target) &&
	    sight->settings->wall_time > 0 && last_day(tls) > 0 &&
	    (last_day(tls) - sight->settings->wall_time) / DAY < DETECT_EXPIRING;
}

/* The certificate does not list the exchange's name; an address literal has none. */
static bool
mismatches(const struct sight *sight, const struct mail_target *target)
{
	return target->probe->tls.present && !target->probe->tls.name_matches &&
	    !is_vouched_for(sight, target) &&
	    sight->facts->mx.exchanges[target->exchange].name.length > 0;
}

void
detect_starttls_injection(struct sight *sight)
{
	report_each(sight, injects, say,
	    "sent text in clear behind its reply to STARTTLS, which could pass for encrypted");
}

void
detect_starttls_missing(struct sight *sight)
{
	if (find_target(sight, offers_starttls))
		report_each(sight, lacks_starttls, say,
		    "does not offer STARTTLS, though other servers of the domain do");
}

void
detect_tls_expired(struct sight *sight)
{
	report_each(sight, has_expired, say, "shows a certificate that has expired");
}

void
detect_tls_mismatch(struct sight *sight)
{
	report_each(sight, mismatches, say, "shows a certificate that does not list its name");
}

/* Reports "host [address] text N days". */
static void
say_days(struct sight *sight, const struct mail_target *target, const char *text)
{
	int days = (int)((last_day(&target->probe->tls) - sight->settings->wall_time) / DAY);
	char ip[IP_TEXT_MAX], left[32] = "less than a day";

	if (days > 0)
		snprintf(left, sizeof left, "%d day%s", days, days == 1 ? "" : "s");
	detect_report(sight, (long)target->exchange, "%s [%s] %s %s",
	    sight->facts->mx.exchanges[target->exchange].text, ip_text(&target->ip, ip), text,
	    left);
}

void
detect_tls_expiring(struct sight *sight)
{
	report_each(sight, expires_soon, say_days, "shows a certificate that expires in");
}

/* --- refusals that are aimed at us ------------------------------------------------- */

/* The server limits how often we may come. */
static bool
limits_rate(const struct sight *sight, const struct mail_target *target)
{
	(void)sight;
	return target->probe->doubt == SMTP_DOUBT_RATE_LIMITED;
}

/* The server puts strangers off until they come again. */
static bool
greylists(const struct sight *sight, const struct mail_target *target)
{
	(void)sight;
	return target->probe->doubt == SMTP_DOUBT_GREYLISTED;
}

void
detect_rate_limited(struct sight *sight)
{
	report_each(sight, limits_rate, say,
	    "limits how often we may come, so the probe decides nothing");
}

void
detect_greylisted(struct sight *sight)
{
	report_each(
	    sight, greylists, say, "puts strangers off: a sender that tries again is let in");
}

/* True when the attempt met a silence that is the network's, it seems (gate.h). */
static bool
is_filtered(const struct sight *sight, const struct plan_row *row)
{
	const struct smtp_facts *probe = sight->facts->targets[row->target].probe;

	return probe && probe->doubt == SMTP_DOUBT_PORT_FILTERED;
}

/* Not one attempt was answered, and nothing else on this port: the network is to blame. */
void
detect_port_25_filtered(struct sight *sight)
{
	const struct plan *plan = sight->plan;

	if (plan->attempts == 0 || !mail_facts_dns_known(sight->facts))
		return;
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->rows[i].standing == PLAN_ATTEMPT &&
		    !is_filtered(sight, &plan->rows[i]))
			return;
	}
	detect_report(sight, DETECT_DOMAIN,
	    "nothing answers on port 25, neither here (%zu address%s) nor elsewhere: this "
	    "network probably filters it",
	    plan->attempts, plan->attempts == 1 ? "" : "es");
}

/* --- what servers say about themselves ----------------------------------------------- */

/* Returns the violations that the probes of each exchange noted; the caller frees them. */
static smtp_violations *
violations_by_exchange(const struct mail_facts *facts)
{
	smtp_violations *all = mem_calloc(facts->mx.count, sizeof *all);

	for (size_t i = 0; i < facts->target_count; i++) {
		if (facts->targets[i].probe)
			all[facts->targets[i].exchange] |= facts->targets[i].probe->violations;
	}
	return all;
}

/* Appends what each violation of a set is. */
static void
add_violations(struct buf *out, smtp_violations all)
{
	for (size_t bit = 0; bit < smtp_violation_count; bit++) {
		if (all & (UINT32_C(1) << bit))
			buf_addf(out, "%s%s", out->length ? "; " : "",
			    smtp_violation_help((enum smtp_violation)bit));
	}
}

void
detect_smtp_violation(struct sight *sight)
{
	smtp_violations *all = violations_by_exchange(sight->facts);

	for (size_t i = 0; i < sight->facts->mx.count; i++) {
		struct buf list = BUF_INIT;

		add_violations(&list, all[i]);
		if (list.length > 0)
			detect_report(sight, (long)i, "%s breaks the rules of SMTP: %s",
			    sight->facts->mx.exchanges[i].text, list.data);
		buf_clear(&list);
	}
	free(all);
}

/* The server offers SMTPUTF8. */
static bool
offers_smtputf8(const struct sight *sight, const struct mail_target *target)
{
	(void)sight;
	return target->probe->extensions_known &&
	    smtp_extension(&target->probe->extensions, "SMTPUTF8");
}

/* The server's keywords are known, and SMTPUTF8 is not among them. */
static bool
lacks_smtputf8(const struct sight *sight, const struct mail_target *target)
{
	return target->probe->extensions_known && !offers_smtputf8(sight, target);
}

void
detect_smtputf8_some(struct sight *sight)
{
	if (find_target(sight, offers_smtputf8))
		report_each(sight, lacks_smtputf8, say,
		    "does not offer SMTPUTF8, though other servers of the domain do");
}

/* The size limit of a server that names one: false when it does not; 0 = no limit. */
static bool
size_limit(const struct mail_target *target, uint64_t *octets)
{
	return target->probe && target->probe->extensions_known &&
	    smtp_extension_size(&target->probe->extensions, octets);
}

/* The first two servers that name different limits are told. */
void
detect_size_differs(struct sight *sight)
{
	const struct mail_facts *facts = sight->facts;
	const struct mail_target *first = NULL;
	uint64_t limit = 0, octets = 0;

	for (size_t i = 0; i < facts->target_count; i++) {
		const struct mail_target *target = &facts->targets[i];

		if (!size_limit(target, &octets))
			continue;
		if (!first) {
			first = target;
			limit = octets;
		} else if (octets != limit) {
			detect_report(sight, DETECT_DOMAIN,
			    "%s takes messages of %llu octets, %s of %llu (0 is no limit)",
			    facts->mx.exchanges[first->exchange].text,
			    (unsigned long long)limit,
			    facts->mx.exchanges[target->exchange].text,
			    (unsigned long long)octets);
			return;
		}
	}
}
