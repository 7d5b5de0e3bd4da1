/*
 * Where the sender stands (RFC 5321 5.1, 5.2). Decides what a user may call a vantage, and which
 * exchanges and addresses of a domain are the sender's own: "names or addresses" by which it is
 * known. What a sender makes of finding itself is its profile's and plan_limits.c's.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/text.h"

#include "mail/vantage.h"

NAMES_DEFINE(vantage_kind, VANTAGES)

/* Reads one of the words that stand for themselves: false for another. */
static bool
parse_word(struct vantage *vantage, const char *text)
{
	enum vantage_kind kind;

	if (!vantage_kind_parse(text, &kind) || kind == VANTAGE_HOST || kind == VANTAGE_ADDRESS)
		return false;
	vantage->kind = kind;
	return true;
}

/* Reads a host name of two labels or more: false for anything else, also what is all numbers. */
static bool
parse_host(struct vantage *vantage, const char *text)
{
	if (dns_name_parse(&vantage->name, text) != DNS_NAME_OK ||
	    !dns_name_is_hostname(&vantage->name) || dns_name_labels(&vantage->name) < 2 ||
	    strspn(text, "0123456789.") == strlen(text))
		return false;
	dns_name_lower(&vantage->name);
	vantage->kind = VANTAGE_HOST;
	return true;
}

char *
vantage_parse(struct vantage *vantage, const char *text)
{
	struct vantage read = { .kind = VANTAGE_STRANGER };
	struct buf sentence = BUF_INIT;

	if (ip_parse(&read.ip, text)) {
		read.kind = VANTAGE_ADDRESS;
	} else if (!parse_word(&read, text) && !parse_host(&read, text)) {
		buf_adds(&sentence,
		    "`vantage` expects stranger, ipv4-only, ipv6-only, no-dnssec, or the name "
		    "or address of the host that is sending: \"");
		text_printable(&sentence, text, strlen(text));
		buf_adds(&sentence, "\" is none of these.");
		return buf_take(&sentence);
	}
	*vantage = read;
	return NULL;
}

const char *
vantage_text(const struct vantage *vantage, char out[VANTAGE_TEXT_MAX])
{
	if (vantage->kind == VANTAGE_HOST)
		return dns_name_text(&vantage->name, out);
	if (vantage->kind == VANTAGE_ADDRESS)
		return ip_text(&vantage->ip, out);
	snprintf(out, VANTAGE_TEXT_MAX, "%s", vantage_kind_name(vantage->kind));
	return out;
}

bool
vantage_has_family(const struct vantage *vantage, uint8_t family)
{
	if (vantage->kind == VANTAGE_IPV4_ONLY)
		return family == 4;
	return vantage->kind != VANTAGE_IPV6_ONLY || family == 6;
}

/* True when the exchange has this address, by what is known so far. */
static bool
exchange_has(const struct mail_facts *facts, size_t exchange, const struct ip_addr *ip)
{
	return mail_facts_find_target(facts, exchange, ip) != SIZE_MAX;
}

bool
vantage_is_exchange(
    const struct vantage *vantage, const struct mail_facts *facts, size_t exchange)
{
	if (vantage->kind == VANTAGE_HOST)
		return dns_name_equal(&facts->mx.exchanges[exchange].name, &vantage->name);
	return vantage->kind == VANTAGE_ADDRESS && exchange_has(facts, exchange, &vantage->ip);
}

bool
vantage_is_target(const struct vantage *vantage, const struct mail_facts *facts, size_t target)
{
	const struct ip_addr *ip = &facts->targets[target].ip;

	if (vantage->kind == VANTAGE_ADDRESS)
		return ip_equal(ip, &vantage->ip);
	if (vantage->kind != VANTAGE_HOST)
		return false;
	for (size_t i = 0; i < facts->mx.count; i++) {
		if (dns_name_equal(&facts->mx.exchanges[i].name, &vantage->name) &&
		    exchange_has(facts, i, ip))
			return true;
	}
	return false;
}
