/*
 * `view chain`: the chain of trust of an answer, link by link from the trust anchor down - who vouches
 * for the zone's keys, the keys, the signature and its dates - to the first link that is broken or
 * where trust ends, with the reason in words. What is told is dns/links.h's.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/span.h"
#include "dns/links.h"
#include "ui/mark.h"
#include "ui/overlay.h"

enum {
	INDENT = 4, /* of what is told of a link */
	LABEL = 11, /* columns of "DNSKEY" and the like before it */
	DATE = 10, /* of an RFC 3339 time: the day */
	DAY = 86400,
	ENTRY = 1, /* the flag of a secure entry point (RFC 4034 2.1.1) */
};

/* One chain being written. */
struct telling {
	struct paper *paper;
	const struct dns_links *links;
	const struct dns_links *before; /* of the chain above, or NULL */
	bool ended; /* a link above is broken, or trust ended there */
};

/* --- parts of sentences ------------------------------------------------------------ */

/* Appends "20326 RSASHA256". */
static void
add_key(struct buf *out, unsigned tag, uint8_t algorithm)
{
	char text[16];

	buf_addf(out, "%u %s", tag, dnssec_algorithm_text(algorithm, text));
}

/* Appends "2026-11-21 to 2026-12-05". */
static void
add_dates(struct buf *out, const struct dnssec_seal *seal)
{
	char from[SPAN_TEXT_MAX], to[SPAN_TEXT_MAX];

	buf_addf(out, "%.*s to %.*s", DATE, span_rfc3339(seal->inception, from), DATE,
	    span_rfc3339(seal->expiration, to));
}

/* Appends how the dates stand to the clock: "12d left", "expired 3d ago", "begins in 1d". */
static void
add_standing(struct buf *out, const struct dnssec_seal *seal, int64_t now)
{
	char span[SPAN_TEXT_MAX];

	if (now > seal->expiration)
		buf_addf(out, ", expired %s ago", span_age(now - seal->expiration, span));
	else if (now < seal->inception)
		buf_addf(out, ", begins in %s", span_age(seal->inception - now, span));
	else
		buf_addf(out, ", %s left", span_age(seal->expiration - now, span));
}

/* Appends a signature: by which key, from when to when. */
static void
add_seal(struct buf *out, const struct dnssec_seal *seal, int64_t now)
{
	if (seal->algorithm == 0) {
		buf_adds(out, "no signature");
		return;
	}
	buf_adds(out, "signed by ");
	add_key(out, seal->tag, seal->algorithm);
	buf_adds(out, ", ");
	add_dates(out, seal);
	add_standing(out, seal, now);
}

/* Appends what vouches for a zone's keys. */
static void
add_vouchers(struct buf *out, const struct dns_link_facts *facts)
{
	static const char *const digests[] = {
		[0] = "the key itself", [1] = "SHA-1", [2] = "SHA-256", [4] = "SHA-384"
	};

	for (size_t i = 0; i < facts->ds_count && i < DNS_LINK_KEYS_MAX; i++) {
		uint8_t digest = facts->ds[i].digest;

		buf_adds(out, i > 0 ? "; " : "");
		add_key(out, facts->ds[i].tag, facts->ds[i].algorithm);
		if (digest < sizeof digests / sizeof *digests && digests[digest] != NULL)
			buf_addf(out, " (%s)", digests[digest]);
		else
			buf_addf(out, " (digest %u)", (unsigned)digest);
	}
	if (facts->ds_count > DNS_LINK_KEYS_MAX)
		buf_addf(out, "; and %zu more", facts->ds_count - DNS_LINK_KEYS_MAX);
}

/* Appends the keys of a zone. */
static void
add_keys(struct buf *out, const struct dns_link_facts *facts)
{
	for (size_t i = 0; i < facts->key_count && i < DNS_LINK_KEYS_MAX; i++) {
		buf_adds(out, i > 0 ? "; " : "");
		add_key(out, facts->keys[i].tag, facts->keys[i].algorithm);
		if (facts->keys[i].flags & ENTRY)
			buf_adds(out, " (entry)");
	}
	if (facts->key_count > DNS_LINK_KEYS_MAX)
		buf_addf(out, "; and %zu more", facts->key_count - DNS_LINK_KEYS_MAX);
}

/* --- lines ---------------------------------------------------------------------------- */

/* Writes the head of a link: its mark and what it is. */
static void
write_head(struct telling *t, enum mark mark, const char *text)
{
	char gutter[16];

	snprintf(gutter, sizeof gutter, " %s ", mark_text(mark, t->paper->canvas->unicode, 0));
	paper_write(t->paper,
	    &(struct paragraph){
		.text = text, .lead = gutter, .lead_style = mark_style(mark), .hang = 2 });
}

/* Writes a line of what is known: a label, and the text beside it. */
static void
write_fact(struct telling *t, const char *label, const struct buf *text)
{
	char lead[LABEL + 1];

	snprintf(lead, sizeof lead, "%-*s", LABEL - 1, label);
	paper_write(t->paper,
	    &(struct paragraph){ .text = buf_text(text),
		.lead = lead,
		.lead_style = STYLE_DIM,
		.indent = INDENT });
}

/* Writes a signature as a line of its own. */
static void
write_seal(struct telling *t, const char *label, const struct dnssec_seal *seal)
{
	struct buf text = BUF_INIT;

	add_seal(&text, seal, t->links->wall_time);
	write_fact(t, label, &text);
	buf_clear(&text);
}

/* True when the dates of the signature are what it fails by. */
static bool
is_out_of_time(const struct dnssec_seal *seal, int64_t now)
{
	return seal->algorithm != 0 && (now > seal->expiration || now < seal->inception);
}

/* Writes why a link does not hold, or why trust ends there. */
static void
write_reason(struct telling *t, const struct dnssec_verdict *verdict)
{
	static const char *const labels[] = {
		[DNS_UNCHECKED] = "",
		[DNS_SECURE] = "",
		[DNS_INSECURE] = "ends here",
		[DNS_INDETERMINATE] = "unknown",
		[DNS_SECURITY_BOGUS] = "broken",
	};
	struct buf text = BUF_INIT;
	char now[SPAN_TEXT_MAX];

	buf_addf(&text, "%s.", verdict->reason);
	if (is_out_of_time(&verdict->seal, t->links->wall_time))
		buf_addf(&text,
		    " By the clock of this machine it is %s: where that is wrong, so is this.",
		    span_rfc3339(t->links->wall_time, now));
	write_fact(t, labels[verdict->security], &text);
	buf_clear(&text);
}

/* --- links ------------------------------------------------------------------------------ */

/* The mark of what was judged. */
static enum mark
mark_of(const struct dnssec_verdict *verdict)
{
	const struct dns_result judged = { .dnssec = verdict->security };

	return mark_of_security(&judged);
}

/* Writes what is known of a zone's keys. */
static void
write_keys(struct telling *t, const struct dns_link *link)
{
	const struct dns_link_facts *facts = &link->facts;
	struct buf text = BUF_INIT;

	if (facts->ds_count > 0) {
		add_vouchers(&text, facts);
		write_fact(t, link->kind == DNS_LINK_ANCHOR ? "anchor" : "DS", &text);
		if (link->kind == DNS_LINK_ZONE)
			write_seal(t, "", &facts->ds_seal);
	}
	buf_truncate(&text, 0);
	if (facts->key_count > 0) {
		add_keys(&text, facts);
		write_fact(t, "DNSKEY", &text);
		write_seal(t, "", &facts->keys_seal);
	}
	buf_clear(&text);
}

/* Writes a zone. */
static void
write_zone(struct telling *t, const struct dns_link *link)
{
	char name[DNS_NAME_TEXT_MAX];
	struct buf head = BUF_INIT;

	buf_addf(&head, "%s%s", dns_name_is_root(&link->name) ? "the root" : "zone ",
	    dns_name_is_root(&link->name) ? "" : dns_name_text(&link->name, name));
	if (link->kind == DNS_LINK_ANCHOR)
		buf_adds(&head, ", where trust begins");
	write_head(t, mark_of(&link->verdict), buf_text(&head));
	write_keys(t, link);
	if (link->verdict.security != DNS_SECURE) {
		write_reason(t, &link->verdict);
		t->ended = true;
	}
	buf_clear(&head);
}

/* Writes the answer, or one alias of it. */
static void
write_answer(struct telling *t, const struct dns_link *link)
{
	char name[DNS_NAME_TEXT_MAX], type[12];
	struct buf head = BUF_INIT;

	buf_addf(
	    &head, "%s %s", dns_name_text(&link->name, name), dns_type_text(link->type, type));
	if (link->target.length > 0)
		buf_addf(&head, " is an alias of %s", dns_name_text(&link->target, name));
	else
		buf_addf(&head, ": %s", dns_outcome_help(link->outcome));
	if (t->ended && link->verdict.security != DNS_SECURE)
		buf_adds(&head, "; nothing above vouches for it");
	write_head(t, mark_of(&link->verdict), buf_text(&head));
	if (link->verdict.seal.algorithm != 0 && !t->ended)
		write_seal(t, "", &link->verdict.seal);
	if (link->verdict.security != DNS_SECURE && !t->ended)
		write_reason(t, &link->verdict);
	buf_clear(&head);
}

/* True when the zone of the link is told in the chain above, and holds. */
static bool
is_told(const struct telling *t, const struct dns_link *link)
{
	for (size_t i = 0; t->before != NULL && i < t->before->count; i++) {
		const struct dns_link *other = &t->before->items[i];

		if (other->kind == link->kind && dns_name_equal(&other->name, &link->name))
			return link->verdict.security == DNS_SECURE;
	}
	return false;
}

/* Writes that the chain begins as the one above, with so many zones. */
static void
write_told(struct telling *t, size_t zones)
{
	char text[64];

	if (zones == 0)
		return;
	snprintf(
	    text, sizeof text, "the first %zu zone%s as above", zones, zones == 1 ? "" : "s");
	write_head(t, MARK_GOOD, text);
}

/* Writes the links, without the zones at the beginning that are told already. */
static void
write_links(struct telling *t)
{
	size_t told = 0;

	while (told < t->links->count && t->links->items[told].kind != DNS_LINK_ANSWER &&
	    is_told(t, &t->links->items[told]))
		told++;
	write_told(t, told);
	for (size_t i = told; i < t->links->count; i++) {
		if (t->links->items[i].kind == DNS_LINK_ANSWER)
			write_answer(t, &t->links->items[i]);
		else
			write_zone(t, &t->links->items[i]);
	}
}

/* Writes the heading of a chain: the question, and what came of it. */
static void
write_heading(struct paper *paper, const struct inquiry_chain *chain)
{
	char name[DNS_NAME_TEXT_MAX], type[12];
	enum mark mark =
	    chain->result != NULL ? mark_of_security(chain->result) : MARK_PROGRESS;
	struct buf text = BUF_INIT;
	char lead[8];

	snprintf(lead, sizeof lead, "%s ", mark_legend(mark, paper->canvas->unicode));
	buf_addf(&text, "%s %s", dns_name_text(&chain->question.name, name),
	    dns_type_text(chain->question.type, type));
	if (chain->result != NULL)
		buf_addf(&text, " is %s: %s", dns_security_name(chain->result->dnssec),
		    dns_security_help(chain->result->dnssec));
	paper_write(paper,
	    &(struct paragraph){ .lead = lead,
		.lead_style = mark_style(mark),
		.text = buf_text(&text),
		.style = STYLE_ACCENT,
		.indent = 1 });
	buf_clear(&text);
}

/* Writes why there are no links to show. */
static void
write_without_links(struct paper *paper, const struct dns_result *result)
{
	struct buf text = BUF_INIT;

	if (result == NULL)
		buf_adds(&text, "Asking, and following the chain ...");
	else if (result->dnssec == DNS_UNCHECKED)
		buf_adds(&text,
		    "Nothing is validated: --no-dnssec was given, or no trust anchor found.");
	else
		buf_addf(&text, "%s.",
		    result->dnssec_why != NULL ? result->dnssec_why
					       : dns_result_reason(result));
	overlay_empty(paper, buf_text(&text));
	buf_clear(&text);
}

/* Writes one chain; before is the one above it, or NULL. */
static void
write_chain(
    struct paper *paper, const struct inquiry_chain *chain, const struct inquiry_chain *before)
{
	struct telling t = { .paper = paper };

	write_heading(paper, chain);
	if (chain->result == NULL || chain->result->links == NULL ||
	    chain->result->links->count == 0) {
		write_without_links(paper, chain->result);
		return;
	}
	t.links = chain->result->links;
	t.before = before != NULL && before->result != NULL ? before->result->links : NULL;
	write_links(&t);
}

void
view_chain_write(struct paper *paper, const struct model *model)
{
	const struct domain *domain = model_selected_domain(model);
	const struct inquiry *inquiry = domain == NULL ? NULL : domain->inquiry;

	if (inquiry == NULL)
		overlay_empty(paper, "No domain is studied: type one and press Enter.");
	else if (inquiry->chain_count == 0 && inquiry->facts.mx_known &&
	    inquiry->facts.mx_result == NULL)
		overlay_empty(paper, "An address literal is not looked up: there is no chain.");
	else if (inquiry->chain_count == 0 && !model->settings.network)
		overlay_empty(paper, "The network is off: `net on` lets questions out again.");
	else if (inquiry->chain_count == 0)
		overlay_empty(paper, "The chain is asked for when the study has ended.");
	for (size_t i = 0; inquiry != NULL && i < inquiry->chain_count; i++) {
		if (i > 0)
			paper_line(paper);
		write_chain(paper, &inquiry->chains[i], i > 0 ? &inquiry->chains[i - 1] : NULL);
	}
}
