/*
 * What a user typed, read as a domain, a mail address or an address literal.
 *
 * Decides what a local part may be (RFC 5321 4.1.2: dot-string or quoted string, at most 64
 * octets, UTF-8 by RFC 6531 3.3), which literals are known (4.1.3: IPv4 and IPv6), and that a
 * domain must be a host name, the underscore forgiven. U-labels are left to idn.c, length and
 * labels to name.c. Every refusal is one sentence that says what was expected.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"
#include "dns/idn.h"

#include "mail/address.h"

enum {
	LOCAL_PART_MAX = 64, /* octets, RFC 5321 4.5.3.1.1 */
	SUBJECT_MAX =
	    64 + 1 + 4 * 253, /* octets: local part, "@", the longest domain in UTF-8 */
	QUOTE_MAX = 60, /* columns of what was typed that a sentence repeats */
};

/* The typed text cut in two at its "@". */
struct parts {
	const char *local_part; /* NULL = there is no "@" */
	size_t local_length;
	const char *domain;
	size_t domain_length;
};

/* True for the blanks that a paste brings along. */
static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * Returns the sentence `Expected ..., not "typed".`, with what was typed cut where it is long.
 */
static char *
refusal(const char *expected, const char *typed, size_t n)
{
	struct buf sentence = BUF_INIT;
	char *shown = text_printable_copy(typed, n < SUBJECT_MAX ? n : SUBJECT_MAX);
	size_t fit = text_fit(shown, QUOTE_MAX);

	buf_addf(&sentence, "Expected %s, not \"", expected);
	buf_add(&sentence, shown, fit);
	buf_adds(&sentence, shown[fit] ? "...\"." : "\".");
	free(shown);
	return buf_take(&sentence);
}

/* True for an octet of an atom: RFC 5322 3.2.3 atext, or UTF-8 beyond ASCII (RFC 6532 3.2). */
static bool
is_atom_octet(char c)
{
	char lower = text_lower(c);

	return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
	    (unsigned char)c >= 0x80 || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

/* Returns the length of the quoted string at s (both quotes counted), or 0. */
static size_t
quoted_length(const char *s, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (s[i] == '"')
			return i + 1;
		if (s[i] == '\\')
			i++;
	}
	return 0;
}

/* Returns the length of the atoms and dots at s; an empty atom ends them. */
static size_t
dot_string_length(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && (is_atom_octet(s[i]) || (s[i] == '.' && i > 0 && s[i - 1] != '.')))
		i++;
	return i > 0 && s[i - 1] == '.' ? i - 1 : i;
}

/* Cuts at the "@" behind the local part; a quoted one may hold others. */
static struct parts
split(const char *text, size_t n)
{
	size_t quoted = n && text[0] == '"' ? quoted_length(text, n) : 0;
	const char *at = memchr(text + quoted, '@', n - quoted);

	if (!at)
		return (struct parts){ .domain = text, .domain_length = n };
	return (struct parts){
		.local_part = text,
		.local_length = (size_t)(at - text),
		.domain = at + 1,
		.domain_length = n - (size_t)(at - text) - 1,
	};
}

/* Says what is wrong with the local part, or NULL. */
static char *
check_local_part(const char *s, size_t n)
{
	size_t good;

	if (n == 0)
		return mem_strdup(
		    "Expected a local part before the \"@\", as in user@example.net.");
	if (n > LOCAL_PART_MAX)
		return refusal("a local part of at most 64 octets", s, n);
	good = s[0] == '"' ? quoted_length(s, n) : dot_string_length(s, n);
	if (good != n || !text_is_printable(s, n))
		return refusal("a local part of letters, digits, signs and single dots, "
			       "or a quoted string",
		    s, n);
	return NULL;
}

/* Reads "192.0.2.1", "IPv6:2001:db8::1" as they stand between the brackets. */
static bool
parse_literal(const char *text, struct ip_addr *ip)
{
	static const char tag[] = "IPv6:";
	bool tagged = text_prefix_nocase(text, tag);

	if (strchr(text, '%') || !ip_parse(ip, tagged ? text + strlen(tag) : text))
		return false;
	return ip->family == (tagged ? 6 : 4);
}

/* Takes "[...]" as the literal. */
static char *
read_literal(struct mail_subject *subject, const char *text, size_t n)
{
	char address[IP_TEXT_MAX], *inner;
	struct buf ascii = BUF_INIT;
	bool good;

	inner = text[n - 1] == ']' ? mem_strndup(text + 1, n - 2) : NULL;
	good = inner && parse_literal(inner, &subject->literal);
	free(inner);
	if (!good)
		return refusal(
		    "an address literal such as [192.0.2.1] or [IPv6:2001:db8::1]", text, n);
	buf_addf(&ascii, "[%s%s]", subject->literal.family == 6 ? "IPv6:" : "",
	    ip_text(&subject->literal, address));
	subject->ascii = buf_take(&ascii);
	subject->unicode = mem_strdup(subject->ascii);
	return NULL;
}

/* Says what is wrong with the name, typed as text, as a mail domain, or NULL. */
static char *
check_domain(const char *text, const struct dns_name *name)
{
	char ascii[DNS_NAME_TEXT_MAX];
	struct ip_addr ip;

	if (dns_name_is_root(name))
		return mem_strdup("Expected a domain such as example.net, not the root.");
	if (ip_parse(&ip, text) || ip_parse(&ip, dns_name_text(name, ascii)))
		return refusal("a domain (an address goes in brackets: user@[192.0.2.1])", text,
		    strlen(text));
	if (!dns_name_is_hostname(name))
		return refusal("a domain of letters, digits, hyphens and dots, with no hyphen "
			       "at the end of a label",
		    text, strlen(text));
	return NULL;
}

/* Appends why a name was refused to what was expected. */
static char *
name_refusal(const char *why, const char *typed, size_t n)
{
	struct buf expected = BUF_INIT;
	char *sentence;

	buf_addf(&expected, "a domain such as example.net (%s)", why);
	sentence = refusal(expected.data, typed, n);
	buf_clear(&expected);
	return sentence;
}

/* Takes a domain name, U-labels or A-labels. */
static char *
read_domain(struct mail_subject *subject, const char *text, size_t n)
{
	char ascii[DNS_NAME_TEXT_MAX];
	char *domain = mem_strndup(text, n);
	const char *why = idn_to_name(domain, &subject->domain);
	char *sentence =
	    why ? name_refusal(why, text, n) : check_domain(domain, &subject->domain);

	free(domain);
	if (sentence)
		return sentence;
	dns_name_lower(&subject->domain);
	subject->ascii = mem_strdup(dns_name_text(&subject->domain, ascii));
	subject->unicode = idn_to_unicode(&subject->domain);
	return NULL;
}

/* Reads both parts into the subject; on a refusal the subject is partly filled. */
static char *
read_parts(struct mail_subject *subject, const struct parts *parts)
{
	char *sentence = NULL;

	if (parts->local_part)
		sentence = check_local_part(parts->local_part, parts->local_length);
	if (sentence)
		return sentence;
	if (parts->domain_length == 0)
		return mem_strdup(parts->local_part
			? "Expected a domain behind the \"@\", as in user@example.net."
			: "Expected a domain such as example.net, or an address such as "
			  "user@example.net.");
	if (parts->local_part)
		subject->local_part = mem_strndup(parts->local_part, parts->local_length);
	if (parts->domain[0] == '[')
		return read_literal(subject, parts->domain, parts->domain_length);
	return read_domain(subject, parts->domain, parts->domain_length);
}

char *
mail_subject_parse(struct mail_subject *subject, const char *typed)
{
	struct mail_subject read = { 0 };
	struct parts parts;
	char *sentence;
	size_t n;

	while (is_blank(*typed))
		typed++;
	n = strlen(typed);
	while (n > 0 && is_blank(typed[n - 1]))
		n--;
	if (n > SUBJECT_MAX)
		return refusal("a domain name of at most 253 characters", typed, n);
	parts = split(typed, n);
	sentence = read_parts(&read, &parts);
	if (sentence) {
		mail_subject_clear(&read);
		return sentence;
	}
	read.typed = text_printable_copy(typed, n);
	*subject = read;
	return NULL;
}

void
mail_subject_show_ascii(struct mail_subject *subject)
{
	free(subject->unicode);
	subject->unicode = mem_strdup(subject->ascii);
}

char *
mail_subject_unicode(const struct mail_subject *subject)
{
	if (subject->literal.family != 0)
		return mem_strdup(subject->ascii);
	return idn_to_unicode(&subject->domain);
}

void
mail_subject_copy(struct mail_subject *to, const struct mail_subject *from)
{
	*to = *from;
	to->typed = mem_strdup(from->typed);
	to->local_part = mem_strdup(from->local_part);
	to->ascii = mem_strdup(from->ascii);
	to->unicode = mem_strdup(from->unicode);
}

void
mail_subject_clear(struct mail_subject *subject)
{
	free(subject->typed);
	free(subject->local_part);
	free(subject->ascii);
	free(subject->unicode);
	*subject = (struct mail_subject){ 0 };
}
