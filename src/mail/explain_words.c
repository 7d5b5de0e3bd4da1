/*
 * The words of the field, and what each finding means to its reader. What is found, how grave it
 * is and what mends it stands in finding.c's table; here is why it matters.
 */
#include "util/text.h"

#include "mail/explain_tables.h"

static const struct explain_entry words[] = {
	{ "mx",
	    "A DNS record that names a host which takes mail for a domain, with a "
	    "preference. It names a host, never an address.",
	    "RFC 5321 5.1" },
	{ "exchange", "The host that an MX record names.", "RFC 5321 5.1" },
	{ "preference",
	    "The number in an MX record. The lowest is tried first; only the order "
	    "counts. Often, and misleadingly, called a priority.",
	    "RFC 5321 5.1" },
	{ "priority",
	    "A common name for the preference of an MX record, and a misleading one: the "
	    "\"highest priority\" has the lowest number.",
	    "RFC 5321 5.1" },
	{ "weight",
	    "MX records have none: exchanges of equal preference share the mail, each as "
	    "likely as the other. SRV records have weights; mail transfer does not use them.",
	    "RFC 5321 5.1" },
	{ "propagation",
	    "Nothing spreads by itself: each resolver keeps the old answer until its TTL has "
	    "passed, and \"no such record\" for the negative TTL, and asks again then.",
	    "RFC 1034 3.6, RFC 2308 5" },
	{ "tier",
	    "Our word for all exchanges of one preference: a sender chooses among them at "
	    "random.",
	    "RFC 5321 5.1" },
	{ "backup",
	    "An exchange with a higher preference number. It sees mail when a sender got "
	    "nowhere with the lower ones; nothing switches over.",
	    "RFC 5321 5.1" },
	{ "implicit mx", "A domain without MX records is its own exchange, with preference 0.",
	    "RFC 5321 5.1" },
	{ "null mx", "A single record \"MX 0 .\": the domain takes no mail.", "RFC 7505 3" },
	{ "nxdomain", "The DNS says that the name does not exist, with any type of record.",
	    "RFC 2308 2.1" },
	{ "nodata", "The name exists, but has no record of the type asked for.",
	    "RFC 2308 2.2" },
	{ "servfail",
	    "The name server could not find out. That is no answer: the sender keeps "
	    "the message.",
	    "RFC 5321 5.1" },
	{ "refused",
	    "Of a name server: it will not answer this question to us. Of a mail "
	    "server: nobody listens on the port, or a firewall says no.",
	    NULL },
	{ "ttl",
	    "For how many seconds an answer may be kept. A change is seen by everybody "
	    "when the old answer's TTL has passed.",
	    "RFC 1035 3.2.1" },
	{ "defer", "To keep a message in the queue and try again.", "RFC 5321 4.5.4.1" },
	{ "bounce", "A report to the author that a message could not be delivered.",
	    "RFC 5321 6.1" },
	{ "greylisting", "Refusing a stranger's first try with 4yz. A real sender comes again.",
	    "RFC 6647 2" },
	{ "starttls",
	    "The command that turns a plain SMTP connection into a TLS session. "
	    "Without a policy nobody checks the certificate.",
	    "RFC 3207" },
	{ "opportunistic",
	    "Encrypting where it is offered, and going on without where it is "
	    "not.",
	    "RFC 7435 3" },
	{ "dane",
	    "The DNS, signed by DNSSEC, says which key or certificate a server must show.",
	    "RFC 7672" },
	{ "tlsa",
	    "The DNS record of DANE: usage, selector, matching type and the digest of a "
	    "key or certificate, at _25._tcp before the exchange's name.",
	    "RFC 6698" },
	{ "3 1 1",
	    "TLSA: the server's own key (DANE-EE), as a SHA-256 digest. Issuer, dates and "
	    "name are not checked. The form to publish first.",
	    "RFC 7672 3.1.1" },
	{ "2 0 1",
	    "TLSA: a certificate authority (DANE-TA), by the SHA-256 digest of its whole "
	    "certificate, which must be in the handshake. The name is checked.",
	    "RFC 7672 3.1.2" },
	{ "dane-ee", "TLSA usage 3: the record speaks of the server's own certificate or key.",
	    "RFC 7672 3.1.1" },
	{ "dane-ta", "TLSA usage 2: the record speaks of an authority in the server's chain.",
	    "RFC 7672 3.1.2" },
	{ "mta-sts",
	    "A policy by HTTPS: which exchanges are right, and that they must show a "
	    "trusted certificate.",
	    "RFC 8461" },
	{ "tlsrpt", "A TXT record that says where senders report TLS failures.", "RFC 8460 3" },
	{ "enforce", "MTA-STS: a sender does not deliver to a host that fails the policy.",
	    "RFC 8461 5" },
	{ "testing", "MTA-STS: failures are reported, and mail goes all the same.",
	    "RFC 8461 5" },
	{ "starttls-not-supported", "TLSRPT: the exchange offered no STARTTLS.",
	    "RFC 8460 4.3.1" },
	{ "certificate-host-mismatch", "TLSRPT: the certificate does not name the exchange.",
	    "RFC 8460 4.3.1" },
	{ "certificate-expired", "TLSRPT: the certificate is out of date.", "RFC 8460 4.3.1" },
	{ "certificate-not-trusted",
	    "TLSRPT: no trusted authority vouches for the certificate.", "RFC 8460 4.3.1" },
	{ "validation-failure", "TLSRPT: a failure that fits none of the other words.",
	    "RFC 8460 4.3.1" },
	{ "tlsa-invalid", "TLSRPT: no TLSA record could be used for the certificate.",
	    "RFC 8460 4.3.2.1" },
	{ "dnssec-invalid", "TLSRPT: the resolver found no valid signatures.",
	    "RFC 8460 4.3.2.1" },
	{ "dane-required",
	    "TLSRPT: the sender wants DANE here, and there are no usable records.",
	    "RFC 8460 4.3.2.1" },
	{ "sts-policy-fetch-error", "TLSRPT: the MTA-STS policy could not be fetched.",
	    "RFC 8460 4.3.2.2" },
	{ "sts-policy-invalid", "TLSRPT: the MTA-STS policy could not be read.",
	    "RFC 8460 4.3.2.2" },
	{ "sts-webpki-invalid", "TLSRPT: the policy host's own certificate is not valid.",
	    "RFC 8460 4.3.2.2" },
	{ "chain", "The certificates from the server's own to an authority that we trust.",
	    "RFC 5280 6" },
	{ "self-signed",
	    "A certificate that vouches for itself: encryption, but no proof whose.",
	    "RFC 5280 3.2" },
	{ "sni",
	    "The name that the client gives in the handshake, so that the server can show "
	    "the right certificate.",
	    "RFC 6066 3" },
	{ "secure", "DNSSEC: the answer's signatures hold, up to a trust anchor.",
	    "RFC 4035 4.3" },
	{ "insecure", "DNSSEC: the zone is provably not signed.", "RFC 4035 4.3" },
	{ "bogus",
	    "DNSSEC: the zone is signed and the answer is not as it should be. Senders "
	    "treat it as a lookup error.",
	    "RFC 4035 4.3" },
	{ "indeterminate", "DNSSEC: no trust anchor says whether the zone is signed.",
	    "RFC 4035 4.3" },
	{ "ehlo", "The client's first command. Its name should lead to its address.",
	    "RFC 5321 4.1.1.1" },
	{ "ptr", "The record that leads from an address to a name.", "RFC 1035 3.3.12" },
	{ "fcrdns", "The name of an address leads back to the address.", NULL },
	{ "spf", "A TXT record that says which hosts may send for a domain.", "RFC 7208" },
	{ "dkim", "A signature in the message by a domain.", "RFC 6376" },
	{ "dmarc",
	    "A TXT record that says what to do with mail that passes neither SPF nor "
	    "DKIM for the author's domain.",
	    NULL },
};

static const struct explain_entry findings[] = {
	{ "mx-alias",
	    "The exchange is an alias (CNAME). Senders follow it, but need not; and "
	    "DANE and loop detection by name may miss it.",
	    NULL },
	{ "mx-literal",
	    "The MX record holds digits where a host name belongs. Exim passes over "
	    "it; others try it, some with a warning.",
	    NULL },
	{ "mx-unresolvable",
	    "The exchange has no address, so no mail gets there. While another "
	    "exchange works nobody notices.",
	    NULL },
	{ "mx-special-address",
	    "The address is private, or otherwise not for the Internet: mail "
	    "from outside cannot reach it, and senders lose time trying.",
	    NULL },
	{ "mx-duplicate", "The same exchange is listed twice: some senders try it twice.",
	    NULL },
	{ "mx-null-mixed",
	    "\".\" stands beside real exchanges. Postfix takes that for a Null MX "
	    "and returns all mail; others use the real ones.",
	    NULL },
	{ "mx-null-preference",
	    "A lone \".\" with a preference other than 0: meant as a Null MX, "
	    "and not taken for one by every sender.",
	    NULL },
	{ "mx-implicit",
	    "There is no MX record, so mail goes to the domain's own addresses - "
	    "often a web server.",
	    NULL },
	{ "mx-none", "Neither MX record nor address: mail to the domain goes back.", NULL },
	{ "mx-localhost",
	    "The exchange is the sender's own machine: the mail loops or goes "
	    "back.",
	    NULL },
	{ "mx-many",
	    "So many exchanges that senders come to the first few only, and SPF's "
	    "\"mx\" may fail.",
	    NULL },
	{ "mx-single", "One exchange: while it is down mail waits at its senders.", NULL },
	{ "mx-single-address", "One address: while it is down mail waits at its senders.",
	    NULL },
	{ "mx-inconsistent",
	    "The zone's name servers give different MX records: mail goes here "
	    "or there by chance.",
	    NULL },
	{ "mx-ttl",
	    "The answer is kept for so short a time that each delivery asks the DNS "
	    "again.",
	    NULL },
	{ "dns-bogus",
	    "DNSSEC signatures do not hold. Senders that validate keep the mail; the "
	    "others notice nothing.",
	    NULL },
	{ "dns-suspicious",
	    "Answers came that nobody asked for, as a forger sends them: only the "
	    "fitting one counted.",
	    NULL },
	{ "dns-remark", "The name server said more than its answer: a remark that it attached.",
	    NULL },
	{ "dane-lookup-failed",
	    "The TLSA question got no answer, or none that DNSSEC can prove: senders that do "
	    "DANE treat the host as unreachable.",
	    NULL },
	{ "dns-temporary",
	    "A question got no answer. Mail is kept, and may still be delivered "
	    "later.",
	    NULL },
	{ "ns-lame", "A name server does not answer for the zone that it is named for.", NULL },
	{ "ns-inconsistent", "Parent and zone name different servers.", NULL },
	{ "ns-serial", "The name servers hold different versions of the zone.", NULL },
	{ "port-25-filtered",
	    "No server at all answers on port 25: probably this network keeps "
	    "it shut, so the probes say nothing about the servers.",
	    NULL },
	{ "starttls-missing-some",
	    "One exchange offers no STARTTLS: whoever keeps senders from "
	    "the others reads the mail.",
	    NULL },
	{ "starttls-injection",
	    "The server acts on what was said in clear before TLS began: "
	    "somebody on the way can slip in commands.",
	    NULL },
	{ "tls-expired",
	    "The certificate is out of date. Opportunistic senders deliver all the "
	    "same; MTA-STS does not.",
	    NULL },
	{ "tls-expiring", "The certificate runs out soon.", NULL },
	{ "tls-mismatch",
	    "The certificate names another host. MTA-STS does not deliver; "
	    "opportunistic senders do.",
	    NULL },
	{ "dane-mismatch",
	    "The TLSA records do not fit what the server shows: senders that do "
	    "DANE keep the mail.",
	    NULL },
	{ "dane-unusable",
	    "There are TLSA records, and none that SMTP can use: TLS becomes "
	    "mandatory, without authentication.",
	    NULL },
	{ "dane-insecure-mx",
	    "The exchange has DANE, but the MX records that lead there are "
	    "not signed.",
	    NULL },
	{ "sts-mismatch", "The policy does not name an exchange that the DNS does.", NULL },
	{ "sts-invalid",
	    "The MTA-STS policy cannot be read: senders act as if there were none.", NULL },
	{ "sts-unreachable",
	    "The MTA-STS policy cannot be fetched: new senders act as if there "
	    "were none.",
	    NULL },
	{ "sts-backup-mismatch",
	    "A backup fails the MTA-STS policy. It shows on the day on "
	    "which the primary is down.",
	    NULL },
	{ "smtputf8-some",
	    "Some exchanges take addresses beyond ASCII and some do not: such "
	    "mail arrives by luck.",
	    NULL },
	{ "size-differs",
	    "The exchanges take messages of different sizes: a large one passes "
	    "or bounces by which is drawn.",
	    NULL },
	{ "smtp-violation", "What the server says is not quite SMTP.", NULL },
	{ "rate-limited", "The server puts off those who come often.", NULL },
	{ "greylisted", "The server refuses strangers at first and takes their mail later.",
	    NULL },
	{ "ptr-missing", "The address has no name. That matters where mail is sent from it.",
	    NULL },
	{ "domain-dotless",
	    "The domain is a name without a dot, a top-level domain. Many senders and "
	    "forms refuse such an address, or take the name for one of their own network.",
	    NULL },
	{ "ptr-mismatch",
	    "The name of the address does not lead back to it. That matters where "
	    "mail is sent from it.",
	    NULL },
	{ "domain-alias", "The domain is an alias: the MX records of the name behind it count.",
	    NULL },
};

/* Searches a table, whatever the case. */
static const struct explain_entry *
search(const struct explain_entry *entries, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++) {
		if (text_equal_nocase(entries[i].key, key))
			return &entries[i];
	}
	return NULL;
}

const struct explain_entry *
explain_word(const char *word)
{
	return search(words, sizeof words / sizeof *words, word);
}

const struct explain_entry *
explain_finding(const char *id)
{
	return search(findings, sizeof findings / sizeof *findings, id);
}
