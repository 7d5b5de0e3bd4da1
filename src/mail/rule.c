/*
 * The mail-routing rules as data. This file decides only which clause says what, in our own
 * words; plan.c, verdict.c and the findings decide when a rule applies. When a new RFC
 * replaces an old one, the clauses are changed here and nowhere else. What no RFC says, but
 * every sender does, has the clause "practice".
 */
#include <string.h>

#include "mail/rule.h"

static const struct rule rules[rule_count] = {
	/* Locating the host. */
	[RULE_MX_FIRST] = { "mx-first", "RFC 5321 5.1",
	    "A sender asks for the MX records of the domain before anything else." },
	[RULE_DOMAIN_ALIAS] = { "domain-alias", "RFC 5321 5.1",
	    "When the domain is an alias, its target is looked up as if it had been the domain "
	    "from the start." },
	[RULE_NO_SUCH_DOMAIN] = { "no-such-domain", "RFC 5321 5.1",
	    "A domain that does not exist takes no mail: the message goes back, and no address "
	    "is tried." },
	[RULE_DNS_TEMPORARY] = { "dns-temporary", "RFC 5321 5.1",
	    "A DNS error that may pass means waiting: the message is queued, and no answer is "
	    "never taken for \"no MX\"." },
	[RULE_IMPLICIT_MX] = { "implicit-mx", "RFC 5321 5.1",
	    "A domain without MX records is its own exchange, with preference 0." },
	[RULE_MX_ONLY] = { "mx-only", "RFC 5321 5.1",
	    "Where MX records exist, the domain's own addresses take no mail." },
	[RULE_MX_NONE_USABLE] = { "mx-none-usable", "RFC 5321 5.1",
	    "When MX records exist and none of them can be used, that is an error: the message "
	    "goes back." },
	[RULE_MX_HOST] = { "mx-host", "RFC 5321 5.1",
	    "An exchange is a host name that has an address of its own." },
	[RULE_MX_NO_ALIAS] = { "mx-no-alias", "RFC 2181 10.3",
	    "An exchange must not be an alias; senders follow it all the same." },
	[RULE_MX_LITERAL] = { "mx-literal", "RFC 5321 5.1",
	    "The exchange field holds a host name; an address written there is no name that "
	    "resolves." },
	[RULE_ADDRESS_LITERAL] = { "address-literal", "RFC 5321 4.1.3",
	    "An address literal names the server itself: there is no MX lookup." },

	/* Order. */
	[RULE_PREFERENCE] = { "preference", "RFC 5321 5.1",
	    "Exchanges are tried by preference, the lowest number first." },
	[RULE_DRAW] = { "draw", "RFC 5321 5.1",
	    "Exchanges of equal preference are tried in a random order, so that they share the "
	    "load." },
	[RULE_ADDRESS_ORDER] = { "address-order", "RFC 5321 5.1",
	    "The addresses of one exchange are tried in the order in which the resolver gives "
	    "them." },
	[RULE_NEXT_ADDRESS] = { "next-address", "RFC 5321 5.1",
	    "When one address does not take the message the next one is tried, and at least "
	    "two should be." },
	[RULE_FAMILY] = { "family", "RFC 5321 5.2",
	    "Which of IPv4 and IPv6 a sender uses, and first, depends on its own network." },
	[RULE_DUPLICATE] = { "duplicate", "practice",
	    "An exchange listed twice is one exchange: its lowest preference counts." },

	/* Special shapes. */
	[RULE_NULL_MX] = { "null-mx", "RFC 7505 3",
	    "A single MX record with the exchange \".\" says that the domain takes no mail." },
	[RULE_NULL_MX_ALONE] = { "null-mx-alone", "RFC 7505 3",
	    "A Null MX must be the only MX record; \".\" beside real exchanges is not one, and "
	    "no host." },
	[RULE_LOCALHOST] = { "localhost", "RFC 6761 6.3",
	    "localhost, and every name below it, is the machine that asks: a sender would "
	    "connect to itself." },
	[RULE_LOOP] = { "loop", "RFC 5321 6.3",
	    "A sender must not hand mail back to itself: such loops are detected and the "
	    "message goes back." },
	[RULE_SPECIAL_ADDRESS] = { "special-address", "RFC 6890 2",
	    "Special-purpose addresses are not for the public Internet: mail from elsewhere "
	    "cannot reach them." },

	/* Talking to the server. */
	[RULE_ACCEPTED] = { "accepted", "RFC 5321 4.2.1",
	    "A server that answers 2yz to a command has done what was asked." },
	[RULE_TRANSIENT] = { "transient", "RFC 5321 4.2.1",
	    "4yz is a refusal for now: the message is kept and tried again." },
	[RULE_PERMANENT] = { "permanent", "RFC 5321 4.2.1",
	    "5yz is a refusal for good: the same request is not repeated, and the message goes "
	    "back." },
	[RULE_GREETING_REFUSAL] = { "greeting-refusal", "RFC 5321 3.1",
	    "A server may refuse all service in its greeting: senders then try the next "
	    "exchange, and without one Exim and Sendmail return the message while Postfix and "
	    "OpenSMTPD keep it." },
	[RULE_RETRY] = { "retry", "RFC 5321 4.5.4.1",
	    "What cannot be delivered now is tried again, at least every few hours, for four "
	    "to five days." },
	[RULE_LOST_CONNECTION] = { "lost-connection", "RFC 5321 3.8",
	    "A connection that breaks counts as a refusal for now." },
	[RULE_PATIENCE] = { "patience", "RFC 5321 4.5.3.2",
	    "A sender waits minutes for each reply; a probe has less patience, so its silence "
	    "decides nothing." },
	[RULE_SMTP_SYNTAX] = { "smtp-syntax", "RFC 5321 4.2",
	    "Replies are lines of three digits and text in ASCII, ended by CR LF." },
	[RULE_STARTTLS_FAILED] = { "starttls-failed", "RFC 3207 4.1",
	    "When the handshake breaks the sender decides: Postfix and Sendmail keep the "
	    "message, Exim and OpenSMTPD deliver it in clear." },
	[RULE_STARTTLS_AGAIN] = { "starttls-again", "RFC 3207 4.2",
	    "Whatever was said before the TLS handshake is forgotten after it." },
	[RULE_OPPORTUNISTIC] = { "opportunistic", "RFC 7435 3",
	    "Without a policy, encryption is used where it is offered, and a bad "
	    "certificate stops nothing." },
	[RULE_CERTIFICATE_DATES] = { "certificate-dates", "RFC 5280 4.1.2.5",
	    "A certificate counts from its first to its last day." },
	[RULE_CERTIFICATE_NAME] = { "certificate-name", "RFC 9525 6.3",
	    "A certificate vouches only for the names that it lists." },
	[RULE_SIZE] = { "size", "RFC 1870 4",
	    "The number behind SIZE is the largest message that the server takes." },
	[RULE_SMTPUTF8] = { "smtputf8", "RFC 6531 3.7.2",
	    "Either all exchanges of a domain should offer SMTPUTF8, or none." },
	[RULE_GREYLISTING] = { "greylisting", "RFC 6647 2",
	    "Greylisting refuses a stranger's first try with 4yz and takes the mail when it "
	    "comes again." },

	/* DNS. */
	[RULE_TTL] = { "ttl", "RFC 1035 3.2.1",
	    "The TTL says for how many seconds an answer may be kept before the DNS is asked "
	    "again." },
	[RULE_SPF_MX_LIMIT] = { "spf-mx-limit", "RFC 7208 4.6.4",
	    "An SPF record with \"mx\" fails when the domain has more than ten exchanges." },
};

const struct rule *
rule_of(enum rule_id id)
{
	return &rules[id];
}

const struct rule *
rule_find(const char *id)
{
	for (size_t i = 0; i < rule_count; i++) {
		if (strcmp(rules[i].id, id) == 0)
			return &rules[i];
	}
	return NULL;
}

const struct rule *
rule_all(size_t *count)
{
	*count = rule_count;
	return rules;
}
