/*
 * Reply codes (RFC 5321 4.2.3 and the extensions) and enhanced status codes (RFC 3463, the
 * registry of RFC 5248) in plain words. Which of them a sender reports is mail/status.c's.
 */
#include <string.h>

#include "mail/explain_tables.h"

static const struct explain_entry reply_codes[] = {
	{ "211", "System status, in answer to a question for it.", "RFC 5321 4.2.3" },
	{ "214", "Help for people who type SMTP by hand.", "RFC 5321 4.2.3" },
	{ "220", "The greeting: the server is ready. Behind STARTTLS: begin the handshake now.",
	    "RFC 5321 3.1" },
	{ "221", "The server says goodbye and closes the connection.", "RFC 5321 4.2.3" },
	{ "235", "Authentication succeeded; seen at submission, not between servers.",
	    "RFC 4954 6" },
	{ "250",
	    "Done. After EHLO: the list of what the server can do. After DATA and its dot: "
	    "the server has taken the message, and with it the duty to deliver or report.",
	    "RFC 5321 4.2.5" },
	{ "251", "The user is elsewhere; the server takes the message and forwards it.",
	    "RFC 5321 3.4" },
	{ "252", "The server will not say whether the user exists, but takes mail for it.",
	    "RFC 5321 3.5.3" },
	{ "334", "Go on with authentication; seen at submission.", "RFC 4954 4" },
	{ "354", "Send the message now, and end it with a line that holds a dot.",
	    "RFC 5321 4.2.3" },
	{ "421",
	    "Not now: the server is closing the connection. It may be too busy, or have "
	    "too many connections from this sender. The sender tries the next exchange, "
	    "then keeps the message.",
	    "RFC 5321 3.8" },
	{ "432", "A password has to be changed first; seen at submission.", "RFC 4954 6" },
	{ "450",
	    "The recipient cannot be served now: its mailbox is busy, or the server "
	    "greylists strangers. The sender comes again later.",
	    "RFC 5321 4.2.3" },
	{ "451",
	    "A failure on the server's side, or a policy such as greylisting: the message "
	    "is kept and tried again.",
	    "RFC 5321 4.2.3" },
	{ "452", "The server has no room now, or takes no further recipient in this message.",
	    "RFC 5321 4.2.3" },
	{ "454",
	    "Behind STARTTLS: TLS is not available now. The sender decides whether to go on "
	    "in clear.",
	    "RFC 3207 4" },
	{ "455", "A parameter of MAIL or RCPT cannot be served now.", "RFC 5321 4.2.3" },
	{ "500",
	    "The command was not understood. To EHLO: an old server; the sender goes on "
	    "with HELO.",
	    "RFC 5321 4.2.3" },
	{ "501", "The command's parameters were not understood.", "RFC 5321 4.2.3" },
	{ "502", "The command is not implemented here.", "RFC 5321 4.2.3" },
	{ "503", "The command comes at the wrong place, such as RCPT before MAIL.",
	    "RFC 5321 4.2.3" },
	{ "504", "A parameter is not implemented.", "RFC 5321 4.2.3" },
	{ "521", "The host takes no mail at all and says so in its greeting.", "RFC 7504 3" },
	{ "530",
	    "Something has to come first: STARTTLS, or authentication. A server of the "
	    "public MX must not ask for either.",
	    "RFC 3207 4" },
	{ "535", "Authentication failed; seen at submission.", "RFC 4954 6" },
	{ "550",
	    "Refused for good: no such mailbox, or not for this sender. The message goes "
	    "back, and no other exchange is asked.",
	    "RFC 5321 4.2.3" },
	{ "551", "The user is not here; the server says where, and does not forward.",
	    "RFC 5321 3.4" },
	{ "552", "Too much: the mailbox is full, or the message larger than SIZE allows.",
	    "RFC 1870 6.1" },
	{ "553", "The mailbox's name is not allowed, such as a local part that is malformed.",
	    "RFC 5321 4.2.3" },
	{ "554",
	    "As a greeting: no mail service for this client. After DATA: the message is "
	    "refused. Else: the transaction failed.",
	    "RFC 5321 3.1" },
	{ "555", "A parameter of MAIL or RCPT is not known here.", "RFC 5321 4.1.1.11" },
	{ "556", "The domain takes no mail: its Null MX says so.", "RFC 7504 4" },
};

static const struct explain_entry classes[] = {
	{ "2", "Success", "RFC 3463 2" },
	{ "4", "Failed for now: the sender keeps the message and tries again", "RFC 3463 2" },
	{ "5", "Failed for good: the message goes back to its author", "RFC 3463 2" },
};

static const struct explain_entry details[] = {
	{ "0.0", "nothing more is said", "RFC 3463 3.1" },
	{ "1.0", "something about the address, not said what", "RFC 3463 3.2" },
	{ "1.1", "there is no such mailbox", "RFC 3463 3.2" },
	{ "1.2", "there is no such host: the domain or its exchange does not exist",
	    "RFC 3463 3.2" },
	{ "1.3", "the address is not well formed", "RFC 3463 3.2" },
	{ "1.4", "the address fits several mailboxes", "RFC 3463 3.2" },
	{ "1.5", "the address is valid", "RFC 3463 3.2" },
	{ "1.6", "the mailbox has moved, and nobody forwards", "RFC 3463 3.2" },
	{ "1.7", "the sender's address is not well formed", "RFC 3463 3.2" },
	{ "1.8", "the sender's domain cannot take a reply: it does not exist, or has no server",
	    "RFC 3463 3.2" },
	{ "1.9", "the message was passed to a system that cannot report its fate", "RFC 3886" },
	{ "1.10", "the recipient's domain has a Null MX: it takes no mail", "RFC 7505 4.1" },
	{ "2.0", "something about the mailbox, not said what", "RFC 3463 3.3" },
	{ "2.1", "the mailbox is switched off", "RFC 3463 3.3" },
	{ "2.2", "the mailbox is full", "RFC 3463 3.3" },
	{ "2.3", "the message is longer than this mailbox may have", "RFC 3463 3.3" },
	{ "2.4", "a mailing list could not be expanded", "RFC 3463 3.3" },
	{ "3.0", "something about the receiving system, not said what", "RFC 3463 3.4" },
	{ "3.1", "the receiving system has no room", "RFC 3463 3.4" },
	{ "3.2", "the receiving system takes no messages now, such as before it shuts down",
	    "RFC 3463 3.4" },
	{ "3.3", "the receiving system lacks something that this message needs",
	    "RFC 3463 3.4" },
	{ "3.4", "the message is too large for the receiving system", "RFC 3463 3.4" },
	{ "3.5",
	    "the receiving system is configured wrongly: it may find itself in the MX "
	    "list without knowing the domain",
	    "RFC 3463 3.4" },
	{ "3.6", "the requested priority was changed", "RFC 6710" },
	{ "4.0", "something about network or routing, not said what", "RFC 3463 3.5" },
	{ "4.1", "the host did not answer: it was down, silent, or out of reach",
	    "RFC 3463 3.5" },
	{ "4.2", "the connection broke: it was closed, reset, or timed out half-way",
	    "RFC 3463 3.5" },
	{ "4.3", "a directory failed: the DNS gave no answer", "RFC 3463 3.5" },
	{ "4.4", "no route was found: the DNS has no usable exchange or address",
	    "RFC 3463 3.5" },
	{ "4.5", "the mail system is congested", "RFC 3463 3.5" },
	{ "4.6",
	    "a loop: the message would go round, or the best exchange is the sender "
	    "itself",
	    "RFC 3463 3.5" },
	{ "4.7", "the delivery time expired: the sender tried for days and gives up",
	    "RFC 3463 3.5" },
	{ "5.0", "something about the protocol, not said what", "RFC 3463 3.6" },
	{ "5.1", "the command does not fit here", "RFC 3463 3.6" },
	{ "5.2", "the command was not understood", "RFC 3463 3.6" },
	{ "5.3", "too many recipients in one message", "RFC 3463 3.6" },
	{ "5.4", "a command has parameters that are not valid", "RFC 3463 3.6" },
	{ "5.5", "both sides speak different versions of the protocol", "RFC 3463 3.6" },
	{ "5.6", "an authentication exchange line is too long", "RFC 4954 6" },
	{ "6.0", "something about the content, not said what", "RFC 3463 3.7" },
	{ "6.1", "the content's type is not supported", "RFC 3463 3.7" },
	{ "6.2", "a conversion is needed and not allowed", "RFC 3463 3.7" },
	{ "6.3", "a conversion is needed and not possible", "RFC 3463 3.7" },
	{ "6.4", "the content was converted, with losses", "RFC 3463 3.7" },
	{ "6.5", "a conversion failed", "RFC 3463 3.7" },
	{ "6.6", "content that was referred to is not available", "RFC 4468" },
	{ "6.7", "the address has letters beyond ASCII, and the next server does not take them",
	    "RFC 6531" },
	{ "6.8", "a reply would need UTF-8, and the client did not ask for it", "RFC 6531" },
	{ "6.9", "a header has UTF-8 and cannot be passed on", "RFC 6531" },
	{ "7.0", "refused by a policy that is not told", "RFC 3463 3.8" },
	{ "7.1",
	    "refused by policy: this sender, host or message is not wanted; greylisting "
	    "often says 4.7.1",
	    "RFC 3463 3.8" },
	{ "7.2", "this sender may not write to the list", "RFC 3463 3.8" },
	{ "7.3", "a conversion for security is needed and not possible", "RFC 3463 3.8" },
	{ "7.4",
	    "a security feature is not supported: Postfix says so when TLS is required "
	    "and not offered",
	    "RFC 3463 3.8" },
	{ "7.5", "cryptography failed: a TLS handshake broke, or a certificate did not match",
	    "RFC 3463 3.8" },
	{ "7.6", "a cryptographic method is not supported", "RFC 3463 3.8" },
	{ "7.7", "the message was changed on its way", "RFC 3463 3.8" },
	{ "7.8", "authentication credentials are not valid", "RFC 4954 6" },
	{ "7.9", "the authentication method is too weak", "RFC 4954 6" },
	{ "7.10", "encryption is needed", "RFC 5248" },
	{ "7.11", "encryption is needed for this authentication", "RFC 4954 6" },
	{ "7.13", "the account is disabled", "RFC 5248" },
	{ "7.14", "a trust relationship with another server is needed", "RFC 5248" },
	{ "7.17", "the mailbox has changed its owner since the date that the sender named",
	    "RFC 7293" },
	{ "7.20", "no DKIM signature passed", "RFC 7372 3.1" },
	{ "7.21", "no DKIM signature is acceptable", "RFC 7372 3.1" },
	{ "7.22", "no DKIM signature fits the author's domain", "RFC 7372 3.1" },
	{ "7.23", "SPF failed: the sending host may not use this sender domain",
	    "RFC 7372 3.2" },
	{ "7.24", "SPF could not be judged", "RFC 7372 3.2" },
	{ "7.25", "the sending address has no name in the DNS that leads back to it",
	    "RFC 7372 3.3" },
	{ "7.26", "several authentication checks failed, as DMARC asks for", "RFC 7372 3.4" },
	{ "7.27", "the sender's domain has a Null MX: nobody could answer it", "RFC 7505 4.2" },
	{ "7.30", "the REQUIRETLS demand of the message could not be met", "RFC 8689" },
};

/* Searches a table. */
static const struct explain_entry *
search(const struct explain_entry *entries, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(entries[i].key, key) == 0)
			return &entries[i];
	}
	return NULL;
}

const struct explain_entry *
explain_reply_code(const char *code)
{
	return search(reply_codes, sizeof reply_codes / sizeof *reply_codes, code);
}

const struct explain_entry *
explain_class(char digit)
{
	const char key[] = { digit, '\0' };

	return search(classes, sizeof classes / sizeof *classes, key);
}

const struct explain_entry *
explain_detail(const char *subject_and_detail)
{
	return search(details, sizeof details / sizeof *details, subject_and_detail);
}
