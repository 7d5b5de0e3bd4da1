/*
 * Masking by what a word looks like, so that nothing slips through because somebody forgot to mark it: a text
 * is cut into words, and each word that is an address, a mail address or a domain name is replaced.
 * Words of strangers that look like nothing (a greeting, an organisation in a certificate) are known
 * only from the facts: redactor_learn() collects them.
 *
 * A little too much is masked rather than too little: "resolv.conf" looks like a name, and becomes one.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/ip.h"
#include "util/mem.h"
#include "util/text.h"

#include "dns/idn.h"
#include "dns/name.h"

#include "mail/facts.h"
#include "mail/redact.h"

enum {
	SECRET_MIN = 4, /* shorter ones would mask half of every sentence */
	LABEL_LETTERS = 5,
	LOCAL_LETTERS = 4,
	LOCAL_MAX = 64, /* octets of a local part, RFC 5321 4.5.3.1.1 */
	PATH_MAX_OCTETS = 256, /* RFC 5321 4.5.3.1.3 */
};

#define MASK_ENDING ".masked"
#define MASK_USER   "user-"

/* What a mask is made of; the first of its letters is one of the first MASK_FIRST. */
static const char mask_letters[] = "abcdefghijkmnpqrstuvwxyz23456789";

enum {
	MASK_FIRST = 24,
	MASK_ALL = 32
};

/* Words before a ":" that a mail address follows, and that are no part of it. */
static const char *const openers[] = { "mailto", "to", "from", "cc", "bcc", "smtp", "sip",
	"acct" };

/* --- words ---------------------------------------------------------------------------- */

/* True for the escape of an octet or a dot, as a name's text has it (RFC 1035 5.1). */
static bool
is_escape(const char *s)
{
	return *s == '\\' && (s[1] == '.' || strspn(s + 1, "0123456789") >= 3);
}

/* True for what may stand in a name or an address, so that a word goes on. */
static bool
is_inside(const char *s)
{
	return is_escape(s) || (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
	    (*s >= '0' && *s <= '9') || (*s & 0x80) != 0 || strchr("-_.:@%+=*!", *s) != NULL;
}

/* The length of the word at text without the marks at its end that belong to the sentence. */
static size_t
word_length(const char *text)
{
	size_t n = 0;

	while (text[n] != '\0' && is_inside(&text[n]))
		n++;
	/* "2001:db8::" ends in colons, but a sentence's colon is one alone. */
	while (n > 0 && strchr(".:!=+", text[n - 1]) != NULL &&
	    !(n > 1 && text[n - 1] == ':' && text[n - 2] == ':'))
		n--;
	return n;
}

/*
 * True for an octet of an atom (RFC 5322 3.2.3 atext, UTF-8 by RFC 6532 3.2), a dot between two, or the ":"
 * of an opener.
 */
static bool
is_atom(const char *s)
{
	return *s != '@' && (is_inside(s) || strchr("#$&'/?^`{|}~", *s) != NULL);
}

/* The length of the quoted string that begins here; 0 when it is longer than a local part. */
static size_t
quoted_length(const char *text)
{
	size_t n = 1;

	while (n <= LOCAL_MAX && text[n] != '\0' && text[n] != '"')
		n += text[n] == '\\' && text[n + 1] != '\0' ? 2 : 1;
	return n <= LOCAL_MAX && text[n] == '"' ? n + 1 : 0;
}

/* True when the n octets end in an opener that stands alone. */
static bool
ends_in_opener(const char *text, size_t n)
{
	for (size_t i = 0; i < sizeof openers / sizeof *openers; i++) {
		const size_t length = strlen(openers[i]);

		if (n >= length && text_prefix_nocase(text + n - length, openers[i]) &&
		    (n == length || strchr(":=", text[n - length - 1]) != NULL))
			return true;
	}
	return false;
}

/* How many of the n octets before an "@" are openers ("rua=mailto:"), and not the local part. */
static size_t
openers_length(const char *text, size_t n)
{
	while (n > 0 && !(text[n - 1] == ':' && ends_in_opener(text, n - 1)))
		n--;
	return n;
}

/*
 * The length of the local part that begins here and is no word, as the "@" behind it shows: a quoted string, or
 * atoms with signs that words do not have, openers before them included. 0 = there is none.
 */
static size_t
odd_local_length(const char *text)
{
	size_t n = 0;

	if (*text == '"')
		n = quoted_length(text);
	while (*text != '"' && n <= PATH_MAX_OCTETS && text[n] != '\0' && is_atom(&text[n]))
		n++;
	return n <= PATH_MAX_OCTETS && text[n] == '@' && word_length(text) < n ? n : 0;
}

/* --- secrets ------------------------------------------------------------------------ */

void
redactor_clear(struct redactor *redactor)
{
	for (size_t i = 0; i < redactor->secret_count; i++)
		free(redactor->secrets[i]);
	redactor->secret_count = 0;
}

/* Adds a text of any length. */
static void
add_secret(struct redactor *redactor, const char *secret)
{
	size_t at = redactor->secret_count;

	if (at == REDACT_SECRETS_MAX)
		return;
	/* The longest first: one may be part of another. */
	while (at > 0 && strlen(redactor->secrets[at - 1]) < strlen(secret)) {
		redactor->secrets[at] = redactor->secrets[at - 1];
		at--;
	}
	redactor->secrets[at] = mem_strdup(secret);
	redactor->secret_count++;
}

void
redactor_add(struct redactor *redactor, const char *secret)
{
	if (secret != NULL && strlen(secret) >= SECRET_MIN)
		add_secret(redactor, secret);
}

/* Learns whose a certificate is, and the certificate itself. */
static void
learn_certificate(struct redactor *redactor, const struct tls_certificate *certificate)
{
	redactor_add(redactor, certificate->subject);
	redactor_add(redactor, certificate->issuer);
	redactor_add(redactor, certificate->sha256);
	redactor_add(redactor, certificate->pem);
}

void
redactor_learn(struct redactor *redactor, const struct mail_facts *facts)
{
	const char *local = facts->subject.local_part;

	redactor_clear(redactor);
	/* An odd local part may stand without its "@", too, as no word that anything else is. */
	if (local != NULL && word_length(local) != strlen(local))
		add_secret(redactor, local);
	for (size_t i = 0; i < posture_kind_count; i++) {
		redactor_add(redactor, facts->posture[i].text);
		redactor_add(redactor, facts->posture[i].error);
	}
	for (size_t i = 0; i < facts->target_count; i++) {
		const struct smtp_facts *probe = facts->targets[i].probe;

		if (probe == NULL)
			continue;
		redactor_add(redactor, probe->greeting);
		redactor_add(redactor, probe->reply_text);
		redactor_add(redactor, probe->rcpt_text);
		for (size_t c = 0; c < probe->tls.certificate_count; c++)
			learn_certificate(redactor, &probe->tls.certificates[c]);
	}
}

/* The longest secret that the text begins with, or NULL. */
static const char *
secret_at(const struct redactor *redactor, const char *text)
{
	for (size_t i = 0; i < redactor->secret_count; i++) {
		if (strncmp(text, redactor->secrets[i], strlen(redactor->secrets[i])) == 0)
			return redactor->secrets[i];
	}
	return NULL;
}

/* --- masks ---------------------------------------------------------------------------- */

/* Appends letters and digits that stand for these bytes; the first is a letter. */
static void
add_letters(
    const struct redactor *redactor, struct buf *out, const void *bytes, size_t n, int letters)
{
	uint64_t hash = hash_bytes(&redactor->key, bytes, n);

	buf_addc(out, mask_letters[hash % MASK_FIRST]);
	for (hash /= MASK_FIRST; --letters > 0; hash /= MASK_ALL)
		buf_addc(out, mask_letters[hash % MASK_ALL]);
}

/* True when these octets are what add_letters() makes of anything. */
static bool
are_letters(const void *octets, size_t n, size_t letters)
{
	const char *at = octets;

	if (n != letters || memchr(mask_letters, at[0], MASK_FIRST) == NULL)
		return false;
	while (n > 0 && memchr(mask_letters, at[n - 1], MASK_ALL) != NULL)
		n--;
	return n == 0;
}

/* True for a label that a protocol prescribes. */
static bool
is_prescribed(const uint8_t *label)
{
	return label[0] > 0 && (label[1] == '_' || label[1] == '*');
}

/* True for a name that is a mask already, so that what was masked once is masked no further. */
static bool
is_masked(struct dns_name name)
{
	while (dns_name_labels(&name) > 1) {
		if (!is_prescribed(name.wire) &&
		    !are_letters(&name.wire[1], name.wire[0], LABEL_LETTERS))
			return false;
		name = dns_name_parent(&name);
	}
	return name.wire[0] == sizeof MASK_ENDING - 2 &&
	    memcmp(&name.wire[1], &MASK_ENDING[1], name.wire[0]) == 0;
}

/*
 * Appends a name's mask: every label by what it and all behind it are, so that names below one
 * domain stay below one mask. Labels that a protocol prescribes ("_25", "*") stay.
 */
static void
add_name(const struct redactor *redactor, struct buf *out, struct dns_name name)
{
	const bool masked = is_masked(name);

	dns_name_lower(&name);
	while (dns_name_labels(&name) > 1) {
		if (masked || is_prescribed(name.wire))
			buf_add(out, &name.wire[1], name.wire[0]);
		else
			add_letters(redactor, out, name.wire, name.length, LABEL_LETTERS);
		name = dns_name_parent(&name);
		if (dns_name_labels(&name) > 1)
			buf_addc(out, '.');
	}
	buf_adds(out, MASK_ENDING);
}

/* Ranges whose kind a reader should still see: so many of their leading bits are kept. */
static const char *const kept_ranges[] = { "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10",
	"127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4",
	"240.0.0.0/4", "::/127", "3fff::/20", "fe80::/10", "fc00::/7", "ff00::/8" };

/* Ranges whose addresses are told as they are: they say nothing of anybody, or are masks already. */
static const char *const open_ranges[] = { "0.0.0.0/8", "127.0.0.0/8", "240.0.0.0/4", "::/127",
	"3fff::/20" };

/* The first of the ranges that holds the address: false when none does. */
static bool
find_range(
    const char *const *ranges, size_t count, const struct ip_addr *ip, struct ip_prefix *range)
{
	for (size_t i = 0; i < count; i++) {
		if (ip_prefix_parse(range, ranges[i]) && ip_in_prefix(ip, range))
			return true;
	}
	return false;
}

/* The mask of an address. */
static struct ip_addr
mask_address(const struct redactor *redactor, const struct ip_addr *ip)
{
	struct ip_prefix range;
	struct ip_addr mask;
	uint64_t hash = hash_bytes(&redactor->key, ip->bytes, sizeof ip->bytes);
	size_t size = ip->family == 4 ? 4 : 16;

	if (find_range(open_ranges, sizeof open_ranges / sizeof *open_ranges, ip, &range))
		return *ip;
	if (!find_range(kept_ranges, sizeof kept_ranges / sizeof *kept_ranges, ip, &range))
		ip_prefix_parse(&range, ip->family == 4 ? "240.0.0.0/4" : "3fff::/20");
	mask = range.ip;
	for (size_t bit = range.length; bit < size * 8; bit++) {
		if (hash >> (bit % 64) & 1)
			mask.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	}
	return mask;
}

/* --- masking ----------------------------------------------------------------------------- */

/* Appends the mask of a word that is an address: false when it is none. */
static bool
mask_ip(const struct redactor *redactor, struct buf *out, const char *word)
{
	struct ip_addr ip, mask;
	char text[IP_TEXT_MAX];

	if (!ip_parse(&ip, word))
		return false;
	mask = mask_address(redactor, &ip);
	buf_adds(out, ip_text(&mask, text));
	return true;
}

/* True for a last label that a name may end in: letters, or an A-label, two of them at least. */
static bool
is_top_label(const uint8_t *label)
{
	if (label[0] < 2)
		return false;
	if (label[0] > 4 && memcmp(label + 1, "xn--", 4) == 0)
		return true;
	for (unsigned i = 1; i <= label[0]; i++) {
		if (text_lower((char)label[i]) < 'a' || text_lower((char)label[i]) > 'z')
			return false;
	}
	return true;
}

/* Appends the mask of a domain name of two labels or more: false for what is none, or has a keyword before it. */
static bool
mask_name(const struct redactor *redactor, struct buf *out, const char *word)
{
	struct dns_name name, top;

	if (strchr(word, '.') == NULL || strpbrk(word, ":=") != NULL ||
	    strlen(word) > DNS_NAME_TEXT_MAX || idn_to_name(word, &name) != NULL ||
	    dns_name_labels(&name) < 2)
		return false;
	top = dns_name_ancestor(&name, 1);
	if (!is_top_label(top.wire))
		return false;
	add_name(redactor, out, name);
	return true;
}

/* Appends the mask of a local part. */
static void
mask_local(const struct redactor *redactor, struct buf *out, const char *local, size_t n)
{
	buf_adds(out, MASK_USER);
	add_letters(redactor, out, local, n, LOCAL_LETTERS);
}

/* True for what mask_local() makes of anything. */
static bool
is_masked_local(const char *local)
{
	const size_t before = sizeof MASK_USER - 1;

	return strncmp(local, MASK_USER, before) == 0 &&
	    are_letters(local + before, strlen(local + before), LOCAL_LETTERS);
}

static void mask_word(const struct redactor *redactor, struct buf *out, const char *word);

/* Appends the first octets of a word, masked as a word of their own. */
static void
mask_front(const struct redactor *redactor, struct buf *out, const char *word, size_t n)
{
	char *front = mem_strndup(word, n);

	mask_word(redactor, out, front);
	free(front);
}

/* Appends what stands before an "@", openers as they are: a local part, or a server's address. */
static void
mask_left(const struct redactor *redactor, struct buf *out, const char *left)
{
	const size_t before = openers_length(left, strlen(left));

	if (*left == '\0' || mask_ip(redactor, out, left))
		return;
	mask_front(redactor, out, left, before);
	mask_local(redactor, out, left + before, strlen(left + before));
}

/*
 * Appends the mask of "LEFT@RIGHT": a server with its port, or a mail address. A local part is a mask already
 * only before a name that is one: else it may be somebody's.
 */
static void
mask_pair(const struct redactor *redactor, struct buf *out, const char *word, const char *at,
    size_t at_length)
{
	char *left = mem_strndup(word, (size_t)(at - word));
	const char *local = left + openers_length(left, strlen(left));
	struct buf right = BUF_INIT;

	mask_word(redactor, &right, at + at_length);
	if (is_masked_local(local) && strcmp(buf_text(&right), at + at_length) == 0 &&
	    strstr(at, MASK_ENDING) != NULL)
		buf_adds(out, left);
	else
		mask_left(redactor, out, left);
	buf_add(out, at, at_length);
	buf_add(out, buf_text(&right), right.length);
	buf_clear(&right);
	free(left);
}

/* Appends an address with its port behind a "." or a ":": false when it is none. */
static bool
mask_port(const struct redactor *redactor, struct buf *out, const char *word)
{
	const size_t length = strlen(word);
	size_t n = length;
	char *address;
	bool masked;

	while (n > 0 && word[n - 1] >= '0' && word[n - 1] <= '9')
		n--;
	if (n < 2 || n == length || strchr(".:", word[n - 1]) == NULL)
		return false;
	address = mem_strndup(word, n - 1);
	masked = mask_ip(redactor, out, address);
	if (masked)
		buf_adds(out, word + n - 1);
	free(address);
	return masked;
}

/*
 * Appends both sides of a word that a mark divides: "CN=mx.example", "example.net:443", "example.net!10m". Marks
 * that no address has inside it divide first.
 */
static bool
mask_divided(const struct redactor *redactor, struct buf *out, const char *word)
{
	static const char *const marks[] = { "=!", "%", ":", "+" };
	const char *mark = NULL;

	for (size_t i = 0; mark == NULL && i < sizeof marks / sizeof *marks; i++)
		mark = strpbrk(word, marks[i]);
	if (mark == NULL)
		return false;
	mask_front(redactor, out, word, (size_t)(mark - word));
	buf_addc(out, *mark);
	mask_word(redactor, out, mark + 1);
	return true;
}

/* True for an octet that a word of some language may have. */
static bool
is_letter(char c)
{
	return (c & 0x80) != 0 || (text_lower(c) >= 'a' && text_lower(c) <= 'z');
}

/*
 * Appends the mask of a word that no name can be and that yet shows one, such as one in a stranger's quotation
 * marks, one too long or with an empty label: a dot with two letters behind it. False for others.
 */
static bool
mask_likeness(const struct redactor *redactor, struct buf *out, const char *word)
{
	const char *dot = strchr(word, '.');

	while (dot != NULL && !(is_letter(dot[1]) && is_letter(dot[2])))
		dot = strchr(dot + 1, '.');
	if (dot == NULL)
		return false;
	add_letters(redactor, out, word, strlen(word), LABEL_LETTERS);
	buf_adds(out, MASK_ENDING);
	return true;
}

/* Appends one word, masked when it is an address, a mail address or a name. */
static void
mask_word(const struct redactor *redactor, struct buf *out, const char *word)
{
	const char *at = strrchr(word, '@'), *escaped = strstr(word, "%40");

	for (; *word == '.'; word++)
		buf_addc(out, '.');
	if (*word == '\0' || mask_ip(redactor, out, word) || mask_port(redactor, out, word))
		return;
	if (at != NULL)
		mask_pair(redactor, out, word, at, 1);
	else if (escaped != NULL)
		mask_pair(redactor, out, word, escaped, 3);
	else if (!mask_name(redactor, out, word) && !mask_divided(redactor, out, word) &&
	    !mask_likeness(redactor, out, word))
		buf_adds(out, word);
}

/*
 * Appends one word of a sentence. The two words behind "RFC" are a number and a clause, which may look
 * like an address: *clause counts them down.
 */
static void
add_sentence_word(
    const struct redactor *redactor, struct buf *out, const char *text, size_t n, int *clause)
{
	char *word = mem_strndup(text, n);

	if (*clause > 0) {
		buf_adds(out, word);
		--*clause;
	} else {
		mask_word(redactor, out, word);
		*clause = strcmp(word, "RFC") == 0 ? 2 : 0;
	}
	free(word);
}

void
redact_text(const struct redactor *redactor, struct buf *out, const char *text)
{
	int clause = 0;

	while (*text != '\0') {
		const char *secret = secret_at(redactor, text);
		size_t n = word_length(text), local = odd_local_length(text);

		if (secret != NULL) {
			buf_adds(out, REDACT_MASK);
			text += strlen(secret);
		} else if (local > 0) {
			n = openers_length(text, local);
			mask_front(redactor, out, text, n);
			mask_local(redactor, out, text + n, local - n);
			text += local;
		} else if (n == 0) {
			if (*text != ' ')
				clause = 0;
			buf_addc(out, *text++);
		} else {
			add_sentence_word(redactor, out, text, n, &clause);
			text += n;
		}
	}
}

void
redact_name(const struct redactor *redactor, struct dns_name *name)
{
	struct buf mask = BUF_INIT;

	if (dns_name_labels(name) < 2)
		return; /* the root, a registry, localhost: nobody's */
	add_name(redactor, &mask, *name);
	dns_name_parse(name, mask.data);
	buf_clear(&mask);
}

void
redact_address(const struct redactor *redactor, struct ip_addr *ip)
{
	*ip = mask_address(redactor, ip);
}

char *
redact_refusal(const char *fault)
{
	static const char said[] = ", not \"";
	const char *quote = strstr(fault, said);
	struct buf out = BUF_INIT;

	if (quote == NULL)
		return mem_strdup(fault);
	buf_add(&out, fault, (size_t)(quote - fault));
	buf_addf(&out, "%s%s\".", said, REDACT_MASK);
	return buf_take(&out);
}

char *
redact_copy(const struct redactor *redactor, const char *text)
{
	struct buf out = BUF_INIT;

	if (redactor == NULL)
		return mem_strdup(text);
	redact_text(redactor, &out, text);
	return buf_take(&out);
}
