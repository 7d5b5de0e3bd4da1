/*
 * What NSEC records prove (RFC 4034 4, RFC 4035 5.4).
 *
 * Decides which record steps over a name, that a name whose successor lies below it exists without
 * records (an empty non-terminal), and which wildcard has to be denied besides: the one at the closest
 * encloser, which the record that steps over the name shows.
 */
#include "dns/denial_parts.h"

struct denial_item *
denial_nsec_at(struct denial *d, const struct dns_name *name)
{
	for (size_t i = 0; i < d->count; i++) {
		struct denial_item *item = &d->items[i];

		if (item->record->type == DNS_TYPE_NSEC &&
		    dns_name_equal(&item->record->owner, name) && denial_holds(d, item))
			return item;
	}
	return NULL;
}

/* True when the name is strictly between owner and next; the last record leads to the apex. */
static bool
is_between(const struct denial *d, const struct denial_item *item, const struct dns_name *name)
{
	const struct dns_name *owner = &item->record->owner;

	if (!dns_name_below(name, &d->zone->apex) || dns_name_compare(owner, name) >= 0)
		return false;
	if (dns_name_equal(&item->next, &d->zone->apex))
		return true;
	return dns_name_compare(name, &item->next) < 0;
}

/* Returns the verified NSEC record that steps over the name, or NULL. */
static struct denial_item *
nsec_over(struct denial *d, const struct dns_name *name)
{
	for (size_t i = 0; i < d->count; i++) {
		struct denial_item *item = &d->items[i];

		if (item->record->type != DNS_TYPE_NSEC || !is_between(d, item, name))
			continue;
		if (dns_name_below(name, &item->record->owner) && denial_is_blind_below(item))
			continue;
		if (denial_holds(d, item))
			return item;
	}
	return NULL;
}

/* True when the name, which the record steps over, exists nevertheless: there are names below it. */
static bool
is_empty_nonterminal(const struct denial_item *over, const struct dns_name *name)
{
	return dns_name_below(&over->next, name);
}

/* Returns how many labels two names share at their ends. */
static unsigned
shared_labels(const struct dns_name *a, const struct dns_name *b)
{
	unsigned shared = dns_name_labels(a);
	struct dns_name end = *a;

	while (!dns_name_below(b, &end)) {
		end = dns_name_parent(&end);
		shared--;
	}
	return shared;
}

/*
 * Puts the wildcard at the closest encloser of the name into *wildcard: the longest ancestor
 * that the record that steps over the name shows to exist. False when the name is too long.
 */
static bool
nsec_wildcard(
    const struct denial_item *over, const struct dns_name *name, struct dns_name *wildcard)
{
	unsigned before = shared_labels(name, &over->record->owner);
	unsigned behind = shared_labels(name, &over->next);
	struct dns_name encloser = dns_name_ancestor(name, before > behind ? before : behind);

	return dns_name_prepend(wildcard, "*", &encloser);
}

enum denial_proof
denial_nsec_no_type(struct denial *d, const struct dns_name *name, uint16_t type)
{
	struct denial_item *item = denial_nsec_at(d, name);
	struct dns_name wildcard;

	if (item)
		return denial_lacks_type(item, name, type) ? PROOF_HOLDS : PROOF_NONE;
	item = nsec_over(d, name);
	if (!item)
		return PROOF_NONE;
	if (is_empty_nonterminal(item, name))
		return PROOF_HOLDS;
	if (!nsec_wildcard(item, name, &wildcard))
		return PROOF_NONE;
	item = denial_nsec_at(d, &wildcard);
	return item && denial_lacks_type(item, &wildcard, type) ? PROOF_HOLDS : PROOF_NONE;
}

enum denial_proof
denial_nsec_no_name(struct denial *d, const struct dns_name *name)
{
	struct denial_item *item = nsec_over(d, name);
	struct dns_name wildcard;

	if (!item || is_empty_nonterminal(item, name) || !nsec_wildcard(item, name, &wildcard))
		return PROOF_NONE;
	item = nsec_over(d, &wildcard);
	return item && !is_empty_nonterminal(item, &wildcard) ? PROOF_HOLDS : PROOF_NONE;
}

enum denial_proof
denial_nsec_no_closer(struct denial *d, const struct dns_name *closer)
{
	struct denial_item *item = nsec_over(d, closer);

	return item && !is_empty_nonterminal(item, closer) ? PROOF_HOLDS : PROOF_NONE;
}
