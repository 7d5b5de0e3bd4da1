/*
 * The table of sender profiles. Order, caps, steps and codes of Postfix, Exim, Sendmail and
 * OpenSMTPD were measured with the versions of Debian 12 in their default configuration; what
 * was only read in a source, or concluded from it, says so in its row. The profile of qmail is
 * what the source of qmail-remote does. What a profile leads to is worked out by plan.c
 * (order, caps, what is left out) and verdict.c (steps and ends); rfc5321 (5.1, 4.2.1, 4.5.4.1)
 * is the row from which the others differ. Where an MTA reports no enhanced code, the row has the
 * one of RFC 3463 3 that says the same.
 */
#include "mail/sender.h"

NAMES_DEFINE(sender, SENDERS)
NAMES_DEFINE(evidence, EVIDENCES)

static const struct sender_profile profiles[sender_count] = {
	[SENDER_RFC5321] = {
		.title = "RFC 5321",
		.order = SENDER_ORDER_NAMES,
		.families = SENDER_IPV4_FIRST,
		.duplicates = SENDER_DROPS_NAMES,
		.follows_dane = true,
		.follows_sts = true,
		.draw = "the draw put",
	},
	[SENDER_POSTFIX] = {
		.title = "Postfix",
		.order = SENDER_ORDER_POOLED,
		.families = SENDER_IPV4_FIRST,
		.duplicates = SENDER_KEEPS_DUPLICATES,
		.cap = SENDER_CAP_BALANCED,
		.addresses = 5,
		.sessions = 2,
		.self = SENDER_SELF_BY_ADDRESS,
		.connects_to_literals = true,
		.draw = "Postfix draws among addresses, not among exchanges (measured)",
		.limit = "Postfix tries 5 addresses, and lets no family crowd out the other "
			 "(smtp_mx_address_limit, measured)",
		.keeps = "Postfix gives up for now after two sessions "
			 "(smtp_mx_session_limit, measured)",
		.endings = {
			[SENDER_END_NULL] = { "5.1.0", "Postfix returns it at once",
			    EVIDENCE_MEASURED },
			[SENDER_END_NULL_PREFERENCE] = { "5.1.0",
			    "Postfix takes a \".\" of any preference for a Null MX and returns "
			    "the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_NULL_MIXED] = { "5.1.0",
			    "Postfix takes that for a Null MX and returns the message, though "
			    "there are real exchanges",
			    EVIDENCE_MEASURED },
			[SENDER_END_NO_DOMAIN] = { "5.4.4",
			    "Postfix asks for the domain's addresses all the same, then "
			    "returns the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_FORMERR] = { "5.4.3", "Postfix returns the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_LOOP] = { "5.4.6",
			    "Postfix finds its own address, drops every exchange that is not "
			    "better, and returns the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_LOOP_BEHIND] = { "4.4.4",
			    "Postfix finds itself behind a better exchange whose address it "
			    "cannot find, and keeps the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_GREETING_TEMPORARY] = { "4", "Postfix keeps the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_GREETING_REFUSAL] = { "4",
			    "Postfix keeps the message all the same", EVIDENCE_MEASURED },
			[SENDER_END_HANDSHAKE] = { "4.7.5",
			    "Postfix keeps the message rather than send it in clear",
			    EVIDENCE_MEASURED },
		},
	},
	[SENDER_EXIM] = {
		.title = "Exim",
		.order = SENDER_ORDER_FLOATED,
		.families = SENDER_IPV6_FIRST_DRAWN,
		.duplicates = SENDER_DROPS_ADDRESSES,
		.cap = SENDER_CAP_EACH_PREFERENCE,
		.addresses = 5,
		.self = SENDER_SELF_BY_IPV6,
		.freezes = true,
		.follows_dane = true,
		.draw = "Exim draws among exchanges, then moves IPv6 before IPv4 in one pass "
			"(measured)",
		.limit = "Exim tries 5 addresses, and one of each further preference "
			 "(hosts_max_try, measured)",
		.steps = { [SENDER_MET_HANDSHAKE] = SENDER_STEP_CLEAR },
		.endings = {
			[SENDER_END_NULL_PREFERENCE] = { "5.1.10",
			    "Exim takes a \".\" of any preference for a Null MX and returns "
			    "the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_LOOP] = { "4.4.6",
			    "Exim finds its own address and freezes the message until somebody "
			    "looks at it; with only 127.0.0.0/8 it returns it",
			    EVIDENCE_MEASURED },
			[SENDER_END_ADDRESS_LITERAL] = { "5.1.3",
			    "Exim takes no address literals unless allow_domain_literals is "
			    "set, and returns the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_GREETING_REFUSAL] = { "5", "Exim returns the message",
			    EVIDENCE_MEASURED },
		},
	},
	[SENDER_SENDMAIL] = {
		.title = "Sendmail",
		.order = SENDER_ORDER_NAMES,
		.families = SENDER_IPV6_FIRST,
		.duplicates = SENDER_DROPS_NAMES,
		.self = SENDER_SELF_BY_NAME,
		.connects_to_literals = true,
		.draw = "Sendmail's draw, which is the same for all messages of one process "
			"(measured), put",
		.steps = {
			[SENDER_MET_GREETING_TEMPORARY] = SENDER_STEP_EXCHANGE,
			[SENDER_MET_GREETING_REFUSAL] = SENDER_STEP_EXCHANGE,
			[SENDER_MET_BROKEN] = SENDER_STEP_EXCHANGE,
			[SENDER_MET_HANDSHAKE] = SENDER_STEP_EXCHANGE,
			[SENDER_MET_ENVELOPE_TEMPORARY] = SENDER_STEP_EXCHANGE,
			[SENDER_MET_ENVELOPE_LOST] = SENDER_STEP_EXCHANGE,
		},
		.endings = {
			[SENDER_END_NULL_PREFERENCE] = { "5.1.2",
			    "Sendmail takes it for a host that does not exist and returns the "
			    "message",
			    EVIDENCE_MEASURED },
			[SENDER_END_NO_DOMAIN] = { "5.1.2",
			    "Sendmail tries the domain's own address all the same, then "
			    "returns the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_NO_ADDRESS] = { "5.1.2", "Sendmail returns the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_FORMERR] = { "4.0.0",
			    "Sendmail goes on as if there were no MX, to the domain's own "
			    "addresses, which were not asked for",
			    EVIDENCE_MEASURED },
			[SENDER_END_UNUSABLE] = { "5.1.2", "Sendmail returns the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_LOOP] = { "5.3.5",
			    "Sendmail finds its own name, as an exchange or in the greeting "
			    "when it connects to itself, and returns the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_GREETING_TEMPORARY] = { "4.5.0",
			    "Sendmail keeps the message", EVIDENCE_MEASURED },
			[SENDER_END_GREETING_REFUSAL] = { "5.5.0",
			    "Sendmail returns the message", EVIDENCE_MEASURED },
			[SENDER_END_HANDSHAKE] = { "4.7.0",
			    "Sendmail keeps the message rather than send it in clear",
			    EVIDENCE_MEASURED },
		},
	},
	[SENDER_OPENSMTPD] = {
		.title = "OpenSMTPD",
		.order = SENDER_ORDER_BACKWARDS,
		.families = SENDER_IPV6_FIRST,
		.duplicates = SENDER_DROPS_ADDRESSES,
		.cap = SENDER_CAP_STUCK,
		.addresses = 8,
		.self = SENDER_SELF_UNNOTICED,
		.connects_to_literals = true,
		.draw = "OpenSMTPD draws nothing: the first of the answer, then the others from "
			"its end (measured; with nothing cached, by the speed of the lookups; "
			"while it has other connections open, where the fewest are)",
		.limit = "OpenSMTPD opens a connection every 2 s and begins anew after 15 s, so "
			 "that it comes no further than 8 addresses (measured)",
		.steps = {
			[SENDER_MET_HANDSHAKE] = SENDER_STEP_CLEAR,
			[SENDER_MET_ENVELOPE_TEMPORARY] = SENDER_STEP_KEEP,
			[SENDER_MET_ENVELOPE_LOST] = SENDER_STEP_KEEP,
		},
		.keeps = "OpenSMTPD asks no other exchange after MAIL, and keeps the message "
			 "(measured)",
		.endings = {
			[SENDER_END_NULL] = { "4.4.4",
			    "OpenSMTPD 6.8 finds no MX and keeps the message; 7.8 returns it "
			    "by its source",
			    EVIDENCE_MEASURED },
			[SENDER_END_NULL_PREFERENCE] = { "4.4.4",
			    "OpenSMTPD finds no address and keeps the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_NO_ADDRESS] = { "4.4.4", "OpenSMTPD keeps the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_FORMERR] = { "5.4.3", "OpenSMTPD returns the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_REFUSED] = { "5.4.3", "OpenSMTPD returns the message",
			    EVIDENCE_MEASURED },
			[SENDER_END_NOTIMP] = { "5.4.3",
			    "OpenSMTPD 6.8 returns the message; 7.8 goes on as if there were "
			    "no MX by its source",
			    EVIDENCE_MEASURED },
			[SENDER_END_UNUSABLE] = { "4.4.4",
			    "OpenSMTPD finds no MX and keeps the message", EVIDENCE_MEASURED },
			[SENDER_END_LOOP] = { "5.4.6",
			    "OpenSMTPD 6.8 connects to itself until the message has gone round "
			    "a hundred times; for localhost 7.8 returns it by its source",
			    EVIDENCE_UNVERIFIED },
			[SENDER_END_GREETING_REFUSAL] = { "4",
			    "OpenSMTPD keeps the message all the same", EVIDENCE_MEASURED },
		},
	},
	[SENDER_QMAIL] = {
		.title = "qmail",
		.order = SENDER_ORDER_NAMES,
		.families = SENDER_IPV4_ONLY,
		.duplicates = SENDER_KEEPS_DUPLICATES,
		.self = SENDER_SELF_BY_ADDRESS,
		.connects_to_literals = true,
		.never_encrypts = true,
		.draw = "qmail's draw among exchanges (by its source, not measured) put",
		.steps = {
			[SENDER_MET_GREETING_TEMPORARY] = SENDER_STEP_KEEP,
			[SENDER_MET_GREETING_REFUSAL] = SENDER_STEP_KEEP,
			[SENDER_MET_BROKEN] = SENDER_STEP_KEEP,
			[SENDER_MET_HANDSHAKE] = SENDER_STEP_CLEAR,
			[SENDER_MET_ENVELOPE_TEMPORARY] = SENDER_STEP_KEEP,
			[SENDER_MET_ENVELOPE_LOST] = SENDER_STEP_KEEP,
		},
		.keeps = "qmail asks no other exchange once a connection was made, and keeps "
			 "the message (by its source)",
		.endings = {
			[SENDER_END_NULL] = { "5.4.4",
			    "qmail finds no host of that name and returns the message",
			    EVIDENCE_UNVERIFIED },
			[SENDER_END_NULL_PREFERENCE] = { "5.4.4",
			    "qmail finds no host of that name and returns the message",
			    EVIDENCE_UNVERIFIED },
			[SENDER_END_NO_DOMAIN] = { "5.1.2",
			    "qmail asks for the domain's address all the same, then returns "
			    "the message",
			    EVIDENCE_SOURCE },
			[SENDER_END_NO_ADDRESS] = { "5.1.2", "qmail returns the message",
			    EVIDENCE_SOURCE },
			[SENDER_END_FORMERR] = { "4.0.0",
			    "qmail goes on as if there were no MX, to the domain's own "
			    "addresses, which were not asked for",
			    EVIDENCE_UNVERIFIED },
			[SENDER_END_LOOP] = { "5.4.6",
			    "qmail finds its own address, drops every exchange that is not "
			    "better, and returns the message",
			    EVIDENCE_SOURCE },
		},
	},
	[SENDER_PRIMARY_ONLY] = {
		.title = "a sender without patience",
		.order = SENDER_ORDER_NAMES,
		.families = SENDER_IPV4_FIRST,
		.duplicates = SENDER_DROPS_NAMES,
		.follows_dane = true,
		.follows_sts = true,
		.primary_only = true,
		.draw = "the draw put",
	},
};

const struct sender_profile *
sender_profile(enum sender sender)
{
	return &profiles[sender];
}

enum sender
sender_next(enum sender sender)
{
	return (enum sender)(((unsigned)sender + 1) % sender_count);
}
