/*
 * The words of a delivery plan: why an attempt comes when it comes, and why there is none. Every
 * sentence has the row's own names and numbers, and names the sender's way where it is not
 * that of RFC 5321. Only the wording is decided here.
 */
#include <stdio.h>

#include "mail/draft.h"
#include "mail/special.h"

/* The rule behind each way to be left out. */
static const enum rule_id standing_rules[] = {
	[PLAN_ATTEMPT] = RULE_PREFERENCE,
	[PLAN_WAITING] = RULE_MX_HOST,
	[PLAN_NO_SUCH_NAME] = RULE_MX_HOST,
	[PLAN_NO_ADDRESS] = RULE_MX_HOST,
	[PLAN_DNS_TROUBLE] = RULE_DNS_TEMPORARY,
	[PLAN_SPECIAL] = RULE_SPECIAL_ADDRESS,
	[PLAN_LOOPBACK] = RULE_LOOP,
	[PLAN_NO_FAMILY] = RULE_FAMILY,
	[PLAN_DUPLICATE] = RULE_DUPLICATE,
	[PLAN_NULL] = RULE_NULL_MX_ALONE,
	[PLAN_LITERAL] = RULE_MX_LITERAL,
	[PLAN_LOCALHOST] = RULE_LOCALHOST,
	[PLAN_INVALID] = RULE_MX_HOST,
	[PLAN_SELF] = RULE_SELF,
	[PLAN_CUT] = RULE_SELF,
	[PLAN_BACKUP] = RULE_PREFERENCE,
	[PLAN_CAPPED] = RULE_ADDRESS_LIMIT,
};

/* The exchange of a turn. */
static const struct mx_exchange *
exchange_of(const struct draft *draft, const struct turn *turn)
{
	return &draft->facts->mx.exchanges[draft->places[turn->place].exchange];
}

/* --- what is left out -------------------------------------------------------------- */

/* Where an exchange's alias leads, in out; NULL when it is none. */
static const char *
alias_end(const struct exchange_addresses *addresses, char out[DNS_NAME_TEXT_MAX])
{
	const struct dns_result *result = addresses->a ? addresses->a : addresses->aaaa;

	if (!result || result->alias_count == 0)
		return NULL;
	return dns_name_text(dns_result_owner(result), out);
}

/*
 * Begins a sentence about a name that DNS says no to: "mx2.example.net", or whose alias it is.
 */
static void
add_name(struct buf *because, const char *name, const struct exchange_addresses *addresses)
{
	char text[DNS_NAME_TEXT_MAX];
	const char *end = alias_end(addresses, text);

	buf_adds(because, name);
	if (end)
		buf_addf(because, ", an alias of %s,", end);
}

/* Says why an exchange has no attempt. */
static char *
exchange_because(const struct mail_facts *facts, size_t index, enum plan_standing standing)
{
	static const char *const endings[] = {
		[PLAN_ATTEMPT] = "",
		[PLAN_WAITING] = " is being looked up",
		[PLAN_NO_SUCH_NAME] = " does not exist: no mail reaches it",
		[PLAN_NO_ADDRESS] = " has no address: no mail reaches it",
		[PLAN_DNS_TROUBLE] = " cannot be looked up now",
		[PLAN_SPECIAL] = "",
		[PLAN_LOOPBACK] = "",
		[PLAN_NO_FAMILY] = "",
		[PLAN_DUPLICATE] = " is listed more than once: its lowest preference counts",
		[PLAN_NULL] = " is no host, and beside other exchanges no Null MX either",
		[PLAN_LITERAL] =
		    " is an address where a host name belongs, so it is not looked up",
		[PLAN_LOCALHOST] = " is the sender itself: mail would come back",
		[PLAN_INVALID] = " is not a host name",
		[PLAN_SELF] = "",
		[PLAN_CUT] = "",
		[PLAN_BACKUP] = " is a backup, which this sender never tries",
		[PLAN_CAPPED] = "",
	};
	const struct exchange_addresses *addresses = &facts->addresses[index];
	const struct dns_result *trouble = mail_facts_trouble(facts, index);
	struct buf because = BUF_INIT;

	add_name(&because, facts->mx.exchanges[index].text, addresses);
	buf_adds(&because, endings[standing]);
	if (standing == PLAN_DNS_TROUBLE && trouble)
		buf_addf(&because, ": %s%s", dns_result_reason(trouble),
		    trouble->pretended ? " (pretended)" : "");
	return buf_take(&because);
}

/* Writes "1st", "2nd", "3rd", "11th" and returns out. */
static const char *
ordinal(size_t n, char out[24])
{
	static const char *const endings[] = { "th", "st", "nd", "rd" };
	bool teen = n % 100 / 10 == 1;
	size_t digit = n % 10;

	snprintf(out, 24, "%zu%s", n, endings[!teen && digit < 4 ? digit : 0]);
	return out;
}

/* Says why an address is out for what it is. */
static void
add_special(struct buf *because, const struct ip_addr *ip, enum plan_standing standing)
{
	const char *kind = special_kind(ip);
	char text[IP_TEXT_MAX];

	buf_addf(because, "%s is %s %s address: %s", ip_text(ip, text), special_article(kind),
	    kind,
	    standing == PLAN_LOOPBACK ? "the sender would connect to itself"
				      : "public mail cannot reach it");
}

/* Says why an address is out for its family. */
static void
add_no_family(struct buf *because, const struct draft *draft, const struct ip_addr *ip)
{
	char text[IP_TEXT_MAX];

	if (draft->profile->families == SENDER_IPV4_ONLY && ip->family == 6)
		buf_addf(because, "IPv6 is unknown to %s, so %s is not tried",
		    draft->profile->title, ip_text(ip, text));
	else
		buf_addf(because, "this sender does not use IPv%u, so %s is not tried",
		    ip->family, ip_text(ip, text));
}

/* Says what the sender makes of its own address. */
static void
add_self(struct buf *because, const struct draft *draft, const struct turn *turn)
{
	char text[IP_TEXT_MAX];

	buf_addf(because, "%s [%s] is the sender itself", exchange_of(draft, turn)->text,
	    ip_text(draft_ip(draft, turn), text));
	if (draft->profile->self == SENDER_SELF_UNNOTICED)
		buf_addf(because,
		    ", which %s does not notice: it connects, and the message goes round",
		    draft->profile->title);
}

/* Says by which habit of the sender an address is left out. */
static void
add_habit(struct buf *because, const struct draft *draft, const struct turn *turn)
{
	const struct sender_profile *profile = draft->profile;
	char text[IP_TEXT_MAX];

	ip_text(draft_ip(draft, turn), text);
	if (turn->standing == PLAN_WAITING)
		buf_addf(because, "%s has its turn once all addresses are known", text);
	else if (turn->standing == PLAN_DUPLICATE)
		buf_addf(because, "%s tries an address once, and %s stands further up",
		    profile->title, text);
	else if (turn->standing == PLAN_SELF)
		add_self(because, draft, turn);
	else if (turn->standing == PLAN_CUT)
		buf_addf(because,
		    "%s [%s] is not better than the sender itself, and is dropped",
		    exchange_of(draft, turn)->text, text);
	else if (turn->standing == PLAN_BACKUP)
		buf_addf(because, "preference %u is a backup, which this sender never tries",
		    draft_preference(draft, turn));
	else if (turn->standing == PLAN_LITERAL)
		buf_adds(because, profile->endings[SENDER_END_ADDRESS_LITERAL].sentence);
	else
		buf_addf(because, "%s: %s is beyond that", profile->limit, text);
}

/* Says why a turn is left out that has an address. */
static char *
address_because(const struct draft *draft, const struct turn *turn)
{
	const struct ip_addr *ip = draft_ip(draft, turn);
	struct buf because = BUF_INIT;

	if (turn->standing == PLAN_NO_FAMILY)
		add_no_family(&because, draft, ip);
	else if (turn->standing == PLAN_SPECIAL || turn->standing == PLAN_LOOPBACK)
		add_special(&because, ip, turn->standing);
	else
		add_habit(&because, draft, turn);
	return buf_take(&because);
}

/* Says that a "." among the exchanges counts as a Null MX to this sender. */
static char *
null_because(const struct draft *draft, const struct turn *turn)
{
	struct buf because = BUF_INIT;

	buf_addf(&because, "%s takes the \".\" in this set for a Null MX, so %s is not tried",
	    draft->profile->title, exchange_of(draft, turn)->text);
	return buf_take(&because);
}

/* --- what is tried ----------------------------------------------------------------- */

/* Says which place the draw gave the exchange among those of its preference. */
static void
add_draw(struct buf *because, const struct draft *draft, const struct place *place)
{
	const char *name = draft->facts->mx.exchanges[place->exchange].text;
	char nth[24];

	buf_addf(because, "preference %u is shared by %u exchanges: ", place->preference,
	    place->tier_size);
	ordinal(place->tier_place, nth);
	if (draft->profile->order == SENDER_ORDER_BACKWARDS)
		buf_addf(because, "%s; %s comes %s", draft->profile->draw, name, nth);
	else
		buf_addf(because, "%s %s %s", draft->profile->draw, name, nth);
}

/* Says why the exchange at this place comes when it comes, and names the rule. */
static enum rule_id
add_place(struct buf *because, const struct draft *draft, size_t at)
{
	const struct mail_facts *facts = draft->facts;
	const struct place *place = &draft->places[at];
	const char *name = facts->mx.exchanges[place->exchange].text;

	if (!facts->mx_result) {
		buf_adds(
		    because, "an address literal names the server itself: no MX is asked for");
		return RULE_ADDRESS_LITERAL;
	}
	if (facts->mx.kind != MX_EXPLICIT) {
		buf_addf(
		    because, "%s has no MX records, so its own address takes its mail", name);
		return RULE_IMPLICIT_MX;
	}
	if (place->tier_size > 1) {
		add_draw(because, draft, place);
		return RULE_DRAW;
	}
	if (at == 0)
		buf_addf(because, "preference %u is %s: %s is tried first", place->preference,
		    facts->mx.count > 1 ? "the lowest number" : "the only one", name);
	else
		buf_addf(because, "preference %u comes after %u", place->preference,
		    draft->places[at - 1].preference);
	return RULE_PREFERENCE;
}

/* Says which place the draw gave an address among all of its preference. */
static enum rule_id
add_pooled(struct buf *because, const struct draft *draft, const struct turn *turn)
{
	char nth[24];

	buf_addf(because, "preference %u has %u addresses: %s; this one, of %s, came %s",
	    draft_preference(draft, turn), turn->pool_size, draft->profile->draw,
	    exchange_of(draft, turn)->text, ordinal(turn->pool_place, nth));
	return draft->places[turn->place].tier_size > 1 ? RULE_DRAW : RULE_ADDRESS_ORDER;
}

/* True when the sender orders the addresses of a preference, not its exchanges. */
static bool
is_pooled(const struct draft *draft, const struct turn *turn)
{
	const struct place *place = &draft->places[turn->place];

	if (turn->pool_size < 2)
		return false;
	return draft->profile->order == SENDER_ORDER_POOLED ||
	    (draft->profile->order == SENDER_ORDER_FLOATED && place->tier_size > 1);
}

/* Adds what is unusual about the exchange that is tried all the same. */
static void
add_oddity(struct buf *because, const struct draft *draft, const struct turn *turn)
{
	const struct place *place = &draft->places[turn->place];
	char alias[DNS_NAME_TEXT_MAX];
	const char *end = alias_end(&draft->facts->addresses[place->source], alias);

	if (end && draft->facts->mx.kind == MX_EXPLICIT)
		buf_addf(
		    because, "; it is an alias of %s, which senders follow all the same", end);
	if (exchange_of(draft, turn)->form == EXCHANGE_LITERAL)
		buf_addf(because,
		    "; it is an address where a host name belongs, to which %s connects all "
		    "the same",
		    draft->profile->title);
}

/* Says why this address is tried when it is, and names the rule. */
static enum rule_id
add_attempt(struct buf *because, const struct draft *draft, const struct turn *turn)
{
	static const char *const orders[] = {
		[SENDER_IPV4_FIRST] = "in the resolver's order, IPv4 before IPv6",
		[SENDER_IPV6_FIRST] = "in the resolver's order, IPv6 before IPv4",
		[SENDER_IPV6_FIRST_DRAWN] = "IPv6 before IPv4, each family in a drawn order",
		[SENDER_IPV4_ONLY] = "in the resolver's order",
	};
	char text[24];
	enum rule_id rule;

	if (is_pooled(draft, turn)) {
		rule = add_pooled(because, draft, turn);
	} else if (turn->nth > 1) {
		buf_addf(because, "%s address of %s, %s", ordinal(turn->nth, text),
		    exchange_of(draft, turn)->text, orders[draft->profile->families]);
		return RULE_ADDRESS_ORDER;
	} else {
		rule = add_place(because, draft, turn->place);
	}
	add_oddity(because, draft, turn);
	return rule;
}

/* True when the addresses of an exchange are out for signatures that do not hold. */
static bool
is_bogus(const struct mail_facts *facts, size_t exchange)
{
	const struct dns_result *trouble = mail_facts_trouble(facts, exchange);

	return trouble && trouble->outcome == DNS_BOGUS;
}

char *
draft_because(const struct draft *draft, const struct turn *turn, enum rule_id *rule)
{
	const struct place *place = &draft->places[turn->place];
	struct buf because = BUF_INIT;

	*rule = standing_rules[turn->standing];
	if (turn->standing == PLAN_DNS_TROUBLE && is_bogus(draft->facts, place->exchange))
		*rule = RULE_DNS_BOGUS;
	if (turn->standing == PLAN_NULL && exchange_of(draft, turn)->form != EXCHANGE_ROOT)
		return null_because(draft, turn);
	if (turn->target == SIZE_MAX)
		return exchange_because(draft->facts, place->exchange, turn->standing);
	if (turn->standing != PLAN_ATTEMPT)
		return address_because(draft, turn);
	*rule = add_attempt(&because, draft, turn);
	return buf_take(&because);
}
