/*
 * What Postfix, Exim, Sendmail and OpenSMTPD write into their logs and bounces when routing or
 * delivery goes wrong, and what remote servers commonly say: the part of the line by which it is
 * known, and what it tells. Codes and hosts in the line are explain.c's.
 */
#include <string.h>

#include "util/text.h"

#include "mail/explain_tables.h"

static const struct explain_phrase phrases[] = {
	/* Postfix */
	{ "Postfix", "type=MX: Host not found, try again",
	    "The MX question got no answer: SERVFAIL, a timeout, or an answer that DNSSEC "
	    "rejects. The message is kept.",
	    RULE_DNS_TEMPORARY },
	{ "Postfix", "Host not found, try again",
	    "A name could not be looked up now. The message is kept.", RULE_DNS_TEMPORARY },
	{ "Postfix", "type=MX: Host not found",
	    "The domain does not exist, or has neither MX nor address.", RULE_NO_SUCH_DOMAIN },
	{ "Postfix", "Host not found",
	    "The name has no address: the domain or its exchange does not exist.",
	    RULE_MX_HOST },
	{ "Postfix", "Host found but no data record of requested type",
	    "The name exists, but has no address. The message goes back.", RULE_MX_HOST },
	{ "Postfix", "type=MX: Malformed or unexpected name server reply",
	    "The MX records lead nowhere that can be used.", RULE_MX_NONE_USABLE },
	{ "Postfix", "does not accept mail (nullMX)",
	    "The domain has a Null MX: it takes no mail.", RULE_NULL_MX },
	{ "Postfix", "loops back to myself",
	    "The best exchange is this Postfix itself, by address, and it does not know the "
	    "domain as its own.",
	    RULE_LOOP },
	{ "Postfix", "unable to find primary relay",
	    "Postfix finds itself among the exchanges, and a better one could not be looked "
	    "up.",
	    RULE_LOOP },
	{ "Postfix", "numeric domain name in resource data",
	    "The MX record holds an address where a host name belongs.", RULE_MX_LITERAL },
	{ "Postfix", "refused to talk to me",
	    "The greeting was not 220: its code says whether for now or for good. Postfix "
	    "tries "
	    "the next exchange.",
	    RULE_GREETING_REFUSAL },
	{ "Postfix", "while receiving the initial server greeting",
	    "The connection stood, but no greeting came.", RULE_LOST_CONNECTION },
	{ "Postfix", "while performing the EHLO handshake", "The connection broke at EHLO.",
	    RULE_LOST_CONNECTION },
	{ "Postfix", "TLS is required, but was not offered",
	    "A policy of the sender asks for TLS, and the server offered no STARTTLS.",
	    RULE_OPPORTUNISTIC },
	{ "Postfix", "Cannot start TLS",
	    "The handshake broke. Postfix tries the next exchange rather than send in clear.",
	    RULE_STARTTLS_FAILED },
	{ "Postfix", "Server certificate not trusted",
	    "A policy asks for a trusted certificate, and this one is not.",
	    RULE_CERTIFICATE_NAME },
	{ "Postfix", "Server certificate not verified",
	    "A policy asks for a verified certificate: by DANE, or by name.",
	    RULE_CERTIFICATE_NAME },
	{ "Postfix", "TLSA lookup error",
	    "The TLSA question got no answer: for DANE the host counts as unreachable.",
	    RULE_DNS_TEMPORARY },
	{ "Postfix", "delivery temporarily suspended",
	    "Postfix gave up on this host for a while after earlier failures; this message was "
	    "not even tried.",
	    RULE_RETRY },
	{ "Postfix", "status=expired", "The message was tried for days and goes back now.",
	    RULE_RETRY },

	/* Exim */
	{ "Exim", "indicated no SMTP service", "The domain has a Null MX, or \".\" as an MX.",
	    RULE_NULL_MX },
	{ "Exim", "all relevant MX records point to non-existent hosts",
	    "None of the exchanges exists. The message goes back.", RULE_MX_NONE_USABLE },
	{ "Exim", "lowest numbered MX record points to local host",
	    "The best exchange is this Exim itself, by address, and it does not know the "
	    "domain "
	    "as its own.",
	    RULE_LOOP },
	{ "Exim", "remote host address is the local host",
	    "The domain leads to this Exim itself without an MX record, and it does not know "
	    "the domain as its own. The message is frozen.",
	    RULE_LOOP },
	{ "Exim", "Message is frozen",
	    "Exim does not try this message again until somebody looks at it: `exim -Mt` "
	    "thaws it, `exim -Mvl` shows why it was frozen.",
	    RULE_RETRY },
	{ "Exim", "Remote host closed connection in response to initial connection",
	    "The connection stood, but no greeting came.", RULE_LOST_CONNECTION },
	{ "Exim", "Unrouteable address",
	    "No router could find a way: often the domain does not "
	    "exist.",
	    RULE_NO_SUCH_DOMAIN },
	{ "Exim", "Unrouteable mail domain", "The domain does not exist, or has no exchange.",
	    RULE_NO_SUCH_DOMAIN },
	{ "Exim", "host lookup did not complete",
	    "The DNS did not answer. The message is kept.", RULE_DNS_TEMPORARY },
	{ "Exim", "have been failing for a long time",
	    "All hosts of the domain have failed until the retry rule ran out: the message "
	    "goes "
	    "back.",
	    RULE_RETRY },
	{ "Exim", "retry timeout exceeded", "The retry rule ran out: the message goes back.",
	    RULE_RETRY },
	{ "Exim", "retry time not reached",
	    "Exim remembers that these hosts failed, and it is not yet time to try them again.",
	    RULE_RETRY },
	{ "Exim", "after initial connection",
	    "The greeting was not 220: its code says whether for now or for good.",
	    RULE_GREETING_REFUSAL },
	{ "Exim", "after RCPT TO", "The server refused this recipient: the code says how.",
	    RULE_PERMANENT },
	{ "Exim", "after end of data", "The server refused the message itself.",
	    RULE_PERMANENT },
	{ "Exim", "DANE attempt failed",
	    "The server's TLS did not fit its TLSA records: nothing is sent.",
	    RULE_STARTTLS_FAILED },
	{ "Exim", "a TLS session is required",
	    "A policy of the sender asks for TLS, and it did not come about.",
	    RULE_OPPORTUNISTIC },

	/* Sendmail */
	{ "Sendmail", "host name lookup failure",
	    "The DNS did not answer. The message is kept.", RULE_DNS_TEMPORARY },
	{ "Sendmail", "Name server: ", "The DNS did not lead to a host.", RULE_MX_HOST },
	{ "Sendmail", "Host unknown", "The domain or its exchange does not exist.",
	    RULE_NO_SUCH_DOMAIN },
	{ "Sendmail", "points back to",
	    "The best exchange is this Sendmail itself, by name, and it does not know the "
	    "domain as its own.",
	    RULE_LOOP },
	{ "Sendmail", "mail loops back to me",
	    "Sendmail saw its own name in the greeting: the message would go round.",
	    RULE_LOOP },
	{ "Sendmail", "stat=Deferred", "The message is kept and tried again.", RULE_RETRY },
	{ "Sendmail", "stat=Service unavailable", "The message goes back.", RULE_PERMANENT },

	/* OpenSMTPD */
	{ "OpenSMTPD", "No MX found for domain",
	    "None of the MX records leads to an address. OpenSMTPD keeps the message.",
	    RULE_MX_NONE_USABLE },
	{ "OpenSMTPD", "Invalid domain name",
	    "The name server refused the MX question or did not understand it. OpenSMTPD "
	    "returns the message.",
	    RULE_DNS_TEMPORARY },
	{ "OpenSMTPD", "Domain does not exist", "The DNS says NXDOMAIN.", RULE_NO_SUCH_DOMAIN },
	{ "OpenSMTPD", "Domain does not accept mail", "The domain has a Null MX.",
	    RULE_NULL_MX },
	{ "OpenSMTPD", "Network error on destination MXs",
	    "No connection to any of the exchanges came about.", RULE_RETRY },
	{ "OpenSMTPD", "Destination seem to reject all mails",
	    "Every exchange refused in its greeting or at EHLO.", RULE_GREETING_REFUSAL },
	{ "OpenSMTPD", "result=\"TempFail\"", "The message is kept and tried again.",
	    RULE_RETRY },
	{ "OpenSMTPD", "result=\"PermFail\"", "The message goes back.", RULE_PERMANENT },

	/* anybody */
	{ NULL, "does not accept mail", "The domain has a Null MX: it takes no mail.",
	    RULE_NULL_MX },
	{ NULL, "Connection refused", "Nobody listens on the server's port 25.", RULE_RETRY },
	{ NULL, "Connection timed out",
	    "Nobody answered: the host is down, or something on the way drops port 25.",
	    RULE_RETRY },
	{ NULL, "Network is unreachable",
	    "The sender has no route to this address: often no IPv6.", RULE_FAMILY },
	{ NULL, "No route to host", "The network says that the host cannot be reached.",
	    RULE_RETRY },
	{ NULL, "lost connection", "The connection broke: it counts as a refusal for now.",
	    RULE_LOST_CONNECTION },
	{ NULL, "Connection reset", "The connection broke: it counts as a refusal for now.",
	    RULE_LOST_CONNECTION },
	{ NULL, "timed out", "The server was silent for longer than the sender's patience.",
	    RULE_PATIENCE },
	{ NULL, "greylist", "The server greylists: come again later.", RULE_GREYLISTING },
	{ NULL, "try again later", "The server asks to come again later.", RULE_TRANSIENT },
	{ NULL, "relay access denied",
	    "The server does not take mail for this domain from strangers: the MX record "
	    "points "
	    "at a host that does not know the domain.",
	    RULE_PERMANENT },
	{ NULL, "relaying denied",
	    "The server does not take mail for this domain from strangers: the MX record "
	    "points "
	    "at a host that does not know the domain.",
	    RULE_PERMANENT },
	{ NULL, "user unknown", "There is no such mailbox.", RULE_PERMANENT },
	{ NULL, "no such user", "There is no such mailbox.", RULE_PERMANENT },
	{ NULL, "mailbox full", "The mailbox has no room.", RULE_PERMANENT },
	{ NULL, "over quota", "The mailbox has no room.", RULE_PERMANENT },
	{ NULL, "too many connections", "The server limits how many connections a sender has.",
	    RULE_TRANSIENT },
	{ NULL, "rate limit", "The server limits how often a sender comes.", RULE_TRANSIENT },
	{ NULL, "blocked using", "The sender's address is on a list of unwanted hosts.",
	    RULE_PERMANENT },
	{ NULL, "reverse dns", "The server wants the sender's address to have a name.",
	    RULE_PERMANENT },
	{ NULL, "message size exceeds", "The message is larger than SIZE allows.", RULE_SIZE },
	{ NULL, "certificate has expired", "The server's certificate is out of date.",
	    RULE_CERTIFICATE_DATES },
	{ NULL, "certificate verification failed", "The certificate did not satisfy a policy.",
	    RULE_CERTIFICATE_NAME },
};

/* True when the line is by all signs another program's. */
static bool
is_of_another(const char *line, const char *program)
{
	static const struct {
		const char *sign, *program;
	} signs[] = {
		{ "postfix/", "Postfix" },
		{ "status=", "Postfix" },
		{ " == ", "Exim" },
		{ " ** ", "Exim" },
		{ "T=remote_smtp", "Exim" },
		{ ", stat=", "Sendmail" },
		{ "sm-mta", "Sendmail" },
		{ "smtpd[", "OpenSMTPD" },
		{ "evpid=", "OpenSMTPD" },
	};

	for (size_t i = 0; program && i < sizeof signs / sizeof *signs; i++) {
		if (text_find_nocase(line, signs[i].sign))
			return strcmp(signs[i].program, program) != 0;
	}
	return false;
}

const struct explain_phrase *
explain_line(const char *line)
{
	for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
		if (text_find_nocase(line, phrases[i].part) &&
		    !is_of_another(line, phrases[i].program))
			return &phrases[i];
	}
	return NULL;
}
