/*
 * The mail-routing rules as data. This file decides only which clause says what, in our own
 * words; plan.c, verdict.c and the findings decide when a rule applies. When a new RFC
 * replaces an old one, the clauses are changed here and nowhere else: how far such a document has
 * come decides nothing for a sender, and has no row. What no RFC says, but every sender does,
 * has the clause "practice".
 */
#include <string.h>

#include "mail/rule.h"

static const struct rule rules[rule_count] = {
	/* Locating the host. */
	[RULE_FULL_NAME] = { "full-name", "RFC 5321 2.3.5",
	    "The domain of an address is a full name: a sender adds no suffix of its own to "
	    "it." },
	[RULE_DOTLESS] = { "dotless", "RFC 5321 2.3.5",
	    "A top-level domain alone may stand in an address, but few senders and forms let "
	    "it through." },
	[RULE_IDN] = { "idn", "RFC 5890 2.3.2.1",
	    "The DNS is asked for the A-label of an internationalised domain: xn-- and "
	    "ASCII." },
	[RULE_MX_FIRST] = { "mx-first", "RFC 5321 5.1",
	    "A sender asks for the MX records of the domain before anything else." },
	[RULE_DOMAIN_ALIAS] = { "domain-alias", "RFC 5321 5.1",
	    "When the domain is an alias, its target is looked up as if it had been the domain "
	    "from the start." },
	[RULE_ALIAS_LOOP] = { "alias-loop", "RFC 1034 5.2.2",
	    "A chain of aliases that loops, or grows too long, is an error that decides "
	    "nothing." },
	[RULE_NO_SUCH_DOMAIN] = { "no-such-domain", "RFC 5321 5.1",
	    "A domain that does not exist takes no mail: the message goes back, and no address "
	    "is tried." },
	[RULE_DNS_TEMPORARY] = { "dns-temporary", "RFC 5321 5.1",
	    "A DNS error that may pass means waiting: the message is queued, and no answer is "
	    "never taken for \"no MX\"." },
	[RULE_DNS_BOGUS] = { "dns-bogus", "RFC 4035 5.5",
	    "An answer whose signatures do not hold must not be used: a resolver that "
	    "validates "
	    "answers SERVFAIL, so a sender behind one waits, and never takes it for \"no "
	    "MX\"." },
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
	[RULE_ONE_BY_ONE] = { "one-by-one", "practice",
	    "Senders of mail try addresses one after another; they do not race them as "
	    "browsers do." },
	[RULE_ADDRESS_LIMIT] = { "address-limit", "RFC 5321 5.1",
	    "A sender may limit how many addresses it tries; it should try at least two." },
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
	[RULE_NULL_MX_CODE] = { "null-mx-code", "RFC 7505 4.1",
	    "Mail to a domain with a Null MX is returned with 5.1.10." },
	[RULE_NULL_MX_SENDER] = { "null-mx-sender", "RFC 7505 4.2",
	    "A domain that takes no mail should not be used as a sender either: 550 5.7.27." },
	[RULE_LOCALHOST] = { "localhost", "RFC 6761 6.3",
	    "localhost, and every name below it, is the machine that asks: a sender would "
	    "connect to itself." },
	[RULE_SELF] = { "self", "RFC 5321 5.1",
	    "A sender that is itself among the exchanges drops its own preference and all "
	    "higher numbers; when none is left, the message goes back." },
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
	[RULE_STARTTLS_OPTIONAL] = { "starttls-optional", "RFC 3207 4",
	    "A public mail server must not demand STARTTLS before it takes mail for its own "
	    "users." },
	[RULE_STARTTLS_REFUSED] = { "starttls-refused", "RFC 3207 4.1",
	    "A server that answers STARTTLS with 454 has no TLS now: the sender decides "
	    "whether to go on in clear." },
	[RULE_STARTTLS_FAILED] = { "starttls-failed", "RFC 3207 4.1",
	    "When the handshake breaks the sender decides: Postfix and Sendmail go on to the "
	    "next server and else keep the message, Exim and OpenSMTPD deliver it in clear." },
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
	[RULE_EHLO_NAME] = { "ehlo-name", "RFC 5321 4.1.4",
	    "The name behind EHLO is ASCII, and should be a name that resolves." },
	[RULE_SUBMISSION] = { "submission", "RFC 8314 3.3",
	    "Ports 465 and 587 are for a user's own program: mail between domains goes to port "
	    "25." },
	[RULE_GREYLISTING] = { "greylisting", "RFC 6647 2",
	    "Greylisting refuses a stranger's first try with 4yz and takes the mail when it "
	    "comes again." },

	/* DANE. */
	[RULE_DANE_PREFERENCE] = { "dane-preference", "RFC 7672 2.2.1",
	    "Preference comes before security: a host with TLSA records does not overtake a "
	    "better preference without." },
	[RULE_DANE_REQUIRED] = { "dane-required", "RFC 7672 2.2",
	    "A host with usable TLSA records that DNSSEC vouches for gets mail only through "
	    "TLS that they authenticate." },
	[RULE_DANE_UNUSABLE] = { "dane-unusable", "RFC 7672 2.2",
	    "Where DNSSEC vouches for TLSA records and none is usable, TLS is a must, but "
	    "authenticates nobody." },
	[RULE_DANE_NONE] = { "dane-none", "RFC 7672 2.2",
	    "Without TLSA records, or without DNSSEC, encryption is a matter of what is "
	    "offered." },
	[RULE_DANE_ERROR] = { "dane-error", "RFC 7672 2.1.2",
	    "A host whose TLSA question fails counts as unreachable." },
	[RULE_DANE_USAGE] = { "dane-usage", "RFC 7672 3.1.3",
	    "For mail the usages are DANE-TA(2) and DANE-EE(3); the others may be taken for "
	    "unusable." },
	[RULE_DANE_INSECURE_MX] = { "dane-insecure-mx", "RFC 7672 2.2.1",
	    "TLSA records behind MX records without DNSSEC protect little: whoever forges the "
	    "MX names another host." },
	[RULE_DANE_ADDRESS_FIRST] = { "dane-address-first", "RFC 7672 2.2.2",
	    "The addresses are asked for first: where they have no DNSSEC, TLSA is not asked "
	    "for." },
	[RULE_DANE_BASE] = { "dane-base", "RFC 7672 2.2.2",
	    "TLSA records stand below the name at the end of the exchange's aliases when "
	    "DNSSEC vouches for all of them, else below the exchange's own." },
	[RULE_DANE_NAMES] = { "dane-names", "RFC 7672 3.2.2",
	    "DANE-TA checks the certificate's name, DANE-EE neither name nor dates." },
	[RULE_DANE_ROLLOVER] = { "dane-rollover", "RFC 7671 8.1",
	    "While a key changes, TLSA records for the old and the new one stand side by "
	    "side." },
	[RULE_DANE_SENDERS] = { "dane-senders", "practice",
	    "Exim does DANE by default, Postfix when it is set to, Sendmail when it is built "
	    "and set to, OpenSMTPD and qmail never." },

	/* MTA-STS and TLSRPT. */
	[RULE_STS_POLICY] = { "sts-policy", "RFC 8461 3.3",
	    "The policy comes by HTTPS from mta-sts and the domain, with a certificate for "
	    "that name and without redirects; without a policy mail goes as if there were "
	    "none." },
	[RULE_STS_MATCH] = { "sts-match", "RFC 8461 4.1",
	    "The exchange as it stands in the MX record must match an mx line of the policy." },
	[RULE_STS_CERTIFICATE] = { "sts-certificate", "RFC 8461 4.2",
	    "The server's certificate must lead to a trusted root, name the exchange, and be "
	    "in date." },
	[RULE_STS_ENFORCE] = { "sts-enforce", "RFC 8461 5",
	    "In enforce mode a host that fails the policy counts as unreachable, and the next "
	    "one is tried." },
	[RULE_STS_BELOW_DANE] = { "sts-below-dane", "RFC 8461 2",
	    "MTA-STS never overrides DANE: a host that fails DANE stays failed." },
	[RULE_STS_NEXT_HOP] = { "sts-next-hop", "RFC 8461 3.4",
	    "A policy is for its own domain, not for those below it; address literals have "
	    "none." },
	[RULE_TLSRPT] = { "tlsrpt", "RFC 8460 3",
	    "One TXT record at _smtp._tls and the domain says where reports on failed TLS "
	    "go." },

	/* DNS. */
	[RULE_TTL] = { "ttl", "RFC 1035 3.2.1",
	    "The TTL says for how many seconds an answer may be kept before the DNS is asked "
	    "again." },
	[RULE_NEGATIVE_TTL] = { "negative-ttl", "RFC 2308 5",
	    "That there is no record may be kept too: for the smaller of the SOA record's TTL "
	    "and its minimum." },
	[RULE_SERVERS_AGREE] = { "servers-agree", "RFC 1034 4.3.5",
	    "All name servers of a zone serve the same records; where they differ, mail is "
	    "routed by chance." },
	[RULE_LAME] = { "lame", "RFC 1912 2.8",
	    "A server that a zone's NS records name holds the zone: one that does not is "
	    "lame." },
	[RULE_FORWARD_REVERSE] = { "forward-reverse", "practice",
	    "Many servers look with suspicion on a sender whose address has no name, or whose "
	    "name lacks the address." },
	[RULE_BLOCK_LIST] = { "block-list", "RFC 5782 2.1",
	    "A block list is asked by the octets of the address in reverse; an answer in "
	    "127.0.0.0/8 means listed." },
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
