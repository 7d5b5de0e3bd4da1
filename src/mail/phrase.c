/*
 * The words of the verdict, as tables: how an attempt failed, why a host is out of the
 * question, how well a connection is encrypted. Decides only what it is called. Where our own
 * impatience may be the reason it says so (RFC 5321 4.5.3.2 gives a server minutes).
 */
#include <stdlib.h>
#include <string.h>

#include "mail/judgement.h"
#include "mail/phrase.h"
#include "mail/policy.h"

/* How a failure is told: while it lasts, and when the mail found another way. */
struct failure_words {
	const char *now, *then;
};

static const struct failure_words failures[] = {
	[SMTP_IN_PROGRESS] = { "is being asked", "was being asked" },
	[SMTP_ACCEPTING] = { "accepts mail", "accepted mail" },
	[SMTP_DEFERRING] = { "puts mail off", "put it off" },
	[SMTP_REJECTING] = { "turns mail away", "turned it away" },
	[SMTP_REFUSED] = { "refuses connections", "refused the connection" },
	[SMTP_UNREACHABLE] = { "cannot be reached", "could not be reached" },
	[SMTP_TIMEOUT] = { "does not answer", "did not answer" },
	[SMTP_CLOSED] = { "closes the connection", "closed the connection" },
	[SMTP_RESET] = { "resets the connection", "reset the connection" },
	[SMTP_PROTOCOL_ERROR] = { "does not speak SMTP", "did not speak SMTP" },
	[SMTP_TLS_FAILED] = { "breaks off the TLS handshake", "broke off the TLS handshake" },
	[SMTP_SKIPPED] = { "was not probed", "was not probed" },
	[SMTP_INCONCLUSIVE] = { "could not be judged from here",
	    "could not be judged from here" },
};

/* A server that took the connection and then fell silent may only be slower than we wait. */
static const struct failure_words silence = {
	"is silent for longer than our patience",
	"was silent for longer than our patience",
};

/* A server that began as SMTP wants it. */
static const struct failure_words garbled = { "answers with what is not SMTP",
	"answered with what is not SMTP" };

/* The session ended since nobody could tell what came from whom (CVE-2011-0411). */
static const struct failure_words injected = {
	"has text in clear behind its reply to STARTTLS",
	"had text in clear behind its reply to STARTTLS",
};

/* Told of us, not of the server. */
static const struct failure_words no_route = {
	"is out of reach (no route from here)",
	"was out of reach (no route from here)",
};

static const struct failure_words family_silent = {
	"is out of reach (from here, nothing answers by such an address)",
	"was out of reach (from here, nothing answers by such an address)",
};

/* Nothing tells yet whether the network is to blame. */
static const struct failure_words unproven = {
	"does not answer (from here, nothing has on this port yet)",
	"did not answer (from here, nothing has on this port yet)",
};

static const struct failure_words family_unproven = {
	"does not answer (from here, nothing has by such an address yet)",
	"did not answer (from here, nothing has by such an address yet)",
};

/* A server that puts strangers off takes their mail later, and so does one that counts them. */
static const struct failure_words put_off[] = {
	[SMTP_DOUBT_NONE] = { "puts mail off", "put it off" },
	[SMTP_DOUBT_RATE_LIMITED] = { "limits connections from here",
	    "limited connections from here" },
	[SMTP_DOUBT_GREYLISTED] = { "puts strangers off", "put it off, as it does strangers" },
	[SMTP_DOUBT_LISTED] = { "turns us away by a list of addresses",
	    "turned us away by a list of addresses" },
	[SMTP_DOUBT_STRANGER] = { "turns us away for our address",
	    "turned us away for our address" },
	[SMTP_DOUBT_PORT_FILTERED] = { "puts mail off", "put it off" },
	[SMTP_DOUBT_PORT_UNPROVEN] = { "puts mail off", "put it off" },
	[SMTP_DOUBT_NO_ROUTE] = { "puts mail off", "put it off" },
	[SMTP_DOUBT_LOCAL] = { "puts mail off", "put it off" },
	[SMTP_DOUBT_FAMILY_SILENT] = { "puts mail off", "put it off" },
	[SMTP_DOUBT_FAMILY_UNPROVEN] = { "puts mail off", "put it off" },
};

/* What stands against a host or address that is not attempted; NULL = nothing to tell. */
static const char *const obstacles[] = {
	[PLAN_ATTEMPT] = NULL,
	[PLAN_WAITING] = "could not be looked up",
	[PLAN_NO_SUCH_NAME] = "does not exist",
	[PLAN_NO_ADDRESS] = "has no address",
	[PLAN_DNS_TROUBLE] = "cannot be looked up now",
	[PLAN_SPECIAL] = "has the",
	[PLAN_LOOPBACK] = "has the",
	[PLAN_NO_FAMILY] = "has only addresses of a family that this sender does not use",
	[PLAN_DUPLICATE] = NULL,
	[PLAN_NULL] = "is no host",
	[PLAN_LITERAL] = "is not a host name",
	[PLAN_LOCALHOST] = "is the sender itself",
	[PLAN_INVALID] = "is not a host name",
	[PLAN_SELF] = "is the sender itself",
	[PLAN_CUT] = NULL,
	[PLAN_BACKUP] = "is a backup, which is never tried",
	[PLAN_CAPPED] = "is beyond the sender's limit",
};

/* What a certificate chain that is not trusted suffers from. */
static const char *const chain_words[] = {
	[TLS_CHAIN_TRUSTED] = "",
	[TLS_CHAIN_EXPIRED] = "the certificate has expired",
	[TLS_CHAIN_NOT_YET_VALID] = "the certificate is not valid yet",
	[TLS_CHAIN_SELF_SIGNED] = "the certificate is self-signed",
	[TLS_CHAIN_UNTRUSTED] = "the certificate's authority is not trusted here",
	[TLS_CHAIN_INCOMPLETE] = "the certificate's chain is incomplete",
};

void
phrase_host(struct buf *out, const struct mail_facts *facts, const struct plan_row *row)
{
	const struct mx_exchange *exchange = &facts->mx.exchanges[row->exchange];
	char text[IP_TEXT_MAX];

	buf_adds(out, exchange->text);
	if (row->target != SIZE_MAX && exchange->name.length > 0 &&
	    exchange->form != EXCHANGE_LITERAL)
		buf_addf(out, " [%s]", ip_text(&facts->targets[row->target].ip, text));
}

/* Chooses the words for a failed probe. */
static const struct failure_words *
words_for(const struct smtp_facts *probe)
{
	static const struct failure_words *const by_doubt[smtp_doubt_count] = {
		[SMTP_DOUBT_NO_ROUTE] = &no_route,
		[SMTP_DOUBT_PORT_UNPROVEN] = &unproven,
		[SMTP_DOUBT_FAMILY_SILENT] = &family_silent,
		[SMTP_DOUBT_FAMILY_UNPROVEN] = &family_unproven,
	};

	if (by_doubt[probe->doubt])
		return by_doubt[probe->doubt];
	if (probe->outcome == SMTP_TIMEOUT && probe->stage != SMTP_STAGE_CONNECT)
		return &silence;
	if (probe->outcome == SMTP_PROTOCOL_ERROR && probe->starttls == SMTP_STARTTLS_INJECTED)
		return &injected;
	if (probe->outcome == SMTP_PROTOCOL_ERROR && probe->stage > SMTP_STAGE_GREETING)
		return &garbled;
	if (probe->outcome == SMTP_INCONCLUSIVE && probe->code)
		return &put_off[probe->doubt];
	return &failures[probe->outcome];
}

/* Appends the codes of the reply that decided, " (554 5.7.1)", where one did. */
static void
add_codes(struct buf *out, const struct smtp_facts *probe)
{
	bool decided = probe->outcome == SMTP_DEFERRING || probe->outcome == SMTP_REJECTING ||
	    probe->outcome == SMTP_INCONCLUSIVE;
	char enhanced[16];

	if (!decided || probe->code == 0)
		return;
	buf_addf(out, " (%d", probe->code);
	if (probe->enhanced.class)
		buf_addf(out, " %s", smtp_enhanced_text(probe->enhanced, enhanced));
	buf_addc(out, ')');
}

void
phrase_pretended(struct buf *out, const char *pretended)
{
	buf_adds(out, pretended ? " (pretended)" : "");
}

void
phrase_failed(struct buf *out, const struct smtp_facts *probe)
{
	buf_adds(out, words_for(probe)->then);
	add_codes(out, probe);
	phrase_pretended(out, probe->pretended);
}

/* Appends " private address 10.0.0.1" for an address that is set aside. */
static void
add_special(struct buf *out, const struct ip_addr *ip)
{
	char text[IP_TEXT_MAX];

	buf_addf(out, " %s address %s", special_kind(ip), ip_text(ip, text));
}

/* Appends what stands against one row: false, and nothing, when nothing does. */
static bool
add_obstacle(struct buf *out, const struct mail_facts *facts, const struct plan_row *row,
    const struct plan *plan)
{
	const struct mail_target *target =
	    row->target == SIZE_MAX ? NULL : &facts->targets[row->target];
	const char *obstacle = obstacles[row->standing];
	bool attempted = row->standing == PLAN_ATTEMPT;
	const char *forbidden = attempted ? policy_rule(facts, row->target, plan).why : NULL;

	if (attempted ? !target || (!target->probe && !forbidden) : !obstacle)
		return false;
	buf_addf(out, "%s ", facts->mx.exchanges[row->exchange].text);
	if (forbidden) {
		buf_adds(out, forbidden);
		return true;
	}
	if (row->standing == PLAN_NO_FAMILY && mail_facts_trouble(facts, row->exchange))
		obstacle =
		    obstacles[PLAN_DNS_TROUBLE]; /* of the other family nothing is known */
	if (attempted) {
		buf_adds(out, words_for(target->probe)->now);
		add_codes(out, target->probe);
		phrase_pretended(out, target->probe->pretended);
		return true;
	}
	buf_adds(out, obstacle);
	if (row->standing == PLAN_SPECIAL || row->standing == PLAN_LOOPBACK)
		add_special(out, &target->ip);
	return true;
}

/* True when the sender goes from this attempt past the other addresses of its exchange. */
static bool
leaves_exchange(const struct mail_facts *facts, const struct plan_row *row,
    const struct sender_profile *profile)
{
	const struct smtp_facts *probe =
	    row->standing == PLAN_ATTEMPT ? facts->targets[row->target].probe : NULL;

	return probe && verdict_moves_on(probe) &&
	    profile->steps[judgement_met(probe, profile)] == SENDER_STEP_EXCHANGE;
}

/* True when the message goes round here, so that what stands behind is never tried. */
static bool
goes_round(const struct plan_row *row, const struct sender_profile *profile)
{
	return profile->self == SENDER_SELF_UNNOTICED &&
	    (row->standing == PLAN_SELF || row->standing == PLAN_LOOPBACK ||
		row->standing == PLAN_LOCALHOST);
}

void
phrase_failures(struct buf *out, const struct mail_facts *facts, const struct plan *plan)
{
	const struct sender_profile *profile = sender_profile(plan->sender);
	struct buf last = BUF_INIT, piece = BUF_INIT;
	size_t count = 0, passed = SIZE_MAX;
	bool over = false;

	for (size_t i = 0; i < plan->count && !over; i++) {
		const struct plan_row *row = &plan->rows[i];

		if (row->exchange == passed && row->standing == PLAN_ATTEMPT)
			continue;
		if (leaves_exchange(facts, row, profile))
			passed = row->exchange;
		over = goes_round(row, profile);
		buf_truncate(&piece, 0);
		if (!add_obstacle(&piece, facts, row, plan) ||
		    strcmp(buf_text(&piece), buf_text(&last)) == 0)
			continue;
		if (++count <= PHRASE_HOSTS_MAX)
			buf_addf(out, "%s%s", count > 1 ? ", " : "", piece.data);
		buf_truncate(&last, 0);
		buf_adds(&last, piece.data);
	}
	if (count > PHRASE_HOSTS_MAX)
		buf_addf(out, ", and %zu more", count - PHRASE_HOSTS_MAX);
	buf_clear(&last);
	buf_clear(&piece);
}

/* Appends how good the certificate of an encrypted connection is. */
static void
add_certificate(struct buf *out, const struct tls_facts *tls, bool named)
{
	if (tls->chain != TLS_CHAIN_TRUSTED)
		buf_addf(out, " (%s: opportunistic senders go on)", chain_words[tls->chain]);
	else if (named && !tls->name_matches)
		buf_adds(
		    out, " (the certificate is for another name: opportunistic senders go on)");
	else
		buf_adds(out, " with a trusted certificate");
}

void
phrase_encryption(
    struct buf *out, const struct mail_facts *facts, const struct mail_target *target)
{
	bool named = facts->mx.exchanges[target->exchange].name.length > 0;

	if (target->probe->tls.present) {
		buf_adds(out, "encrypted");
		add_certificate(out, &target->probe->tls, named);
		phrase_pretended(out, target->probe->pretended);
		return;
	}
	buf_adds(out, "in clear");
	if (target->probe->starttls == SMTP_STARTTLS_REFUSED)
		buf_adds(out, " (STARTTLS is offered, then refused)");
	else if (target->probe->starttls == SMTP_STARTTLS_NOT_OFFERED)
		buf_adds(out, " (STARTTLS is not offered)");
	phrase_pretended(out, target->probe->pretended);
}
