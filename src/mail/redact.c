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
	TXT_MAX = 16000, /* octets of a TXT record that are kept */
	TYPE_PRIVATE = 65280, /* RFC 6895 3.1 */
};

#define MASK_ENDING ".masked"

/* --- words ---------------------------------------------------------------------------- */

/* True for what may stand in a name or an address, so that a word goes on. */
static bool
is_inside(const char *s)
{
	return (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
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

/* True for an octet of an atom (RFC 5322 3.2.3 atext, UTF-8 by RFC 6532 3.2), or a dot between two. */
static bool
is_atom(const char *s)
{
	return *s != ':' && *s != '@' && (is_inside(s) || strchr("#$&'/?^`{|}~", *s) != NULL);
}

/* The length of the quoted string that begins here, or more than a local part has. */
static size_t
quoted_length(const char *text)
{
	size_t n = 1;

	while (n <= LOCAL_MAX && text[n] != '\0' && text[n] != '"')
		n += text[n] == '\\' && text[n + 1] != '\0' ? 2 : 1;
	return n <= LOCAL_MAX && text[n] == '"' ? n + 1 : LOCAL_MAX + 1;
}

/*
 * The length of the local part that begins here and is no word, as the "@" behind it shows: a quoted string, or
 * atoms with signs that words do not have. 0 = there is none.
 */
static size_t
odd_local_length(const char *text)
{
	size_t n = 0;

	if (*text == '"')
		n = quoted_length(text);
	while (*text != '"' && n <= LOCAL_MAX && text[n] != '\0' && is_atom(&text[n]))
		n++;
	return n <= LOCAL_MAX && text[n] == '@' && word_length(text) < n ? n : 0;
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
	static const char digits[] = "abcdefghijkmnpqrstuvwxyz23456789";
	uint64_t hash = hash_bytes(&redactor->key, bytes, n);

	buf_addc(out, digits[hash % 24]);
	for (hash /= 24; --letters > 0; hash /= 32)
		buf_addc(out, digits[hash % 32]);
}

/*
 * Appends a name's mask: every label by what it and all behind it are, so that names below one
 * domain stay below one mask. Labels that a protocol prescribes ("_25", "*") stay.
 */
static void
add_name(const struct redactor *redactor, struct buf *out, struct dns_name name)
{
	dns_name_lower(&name);
	while (dns_name_labels(&name) > 1) {
		const char first = (char)name.wire[1];

		if (first == '_' || first == '*')
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

/* Appends the mask of a word that is a domain name of two labels or more: false when it is none. */
static bool
mask_name(const struct redactor *redactor, struct buf *out, const char *word)
{
	struct dns_name name, top;

	if (strchr(word, '.') == NULL || strlen(word) > DNS_NAME_TEXT_MAX ||
	    idn_to_name(word, &name) != NULL || dns_name_labels(&name) < 2)
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
	buf_adds(out, "user-");
	add_letters(redactor, out, local, n, LOCAL_LETTERS);
}

static void mask_word(const struct redactor *redactor, struct buf *out, const char *word);

/* Appends the mask of "LEFT@RIGHT": a server with its port, or a mail address. */
static void
mask_pair(const struct redactor *redactor, struct buf *out, const char *word, const char *at)
{
	char *left = mem_strndup(word, (size_t)(at - word));

	if (!mask_ip(redactor, out, left) && *left != '\0')
		mask_local(redactor, out, left, strlen(left));
	buf_addc(out, '@');
	mask_word(redactor, out, at + 1);
	free(left);
}

/* Appends the part of a word behind "mailto:" or "CN=" and the like, with what stands before it. */
static bool
mask_behind(const struct redactor *redactor, struct buf *out, const char *word)
{
	const char *mark = strpbrk(word, ":=");

	if (mark == NULL)
		return false;
	buf_add(out, word, (size_t)(mark + 1 - word));
	mask_word(redactor, out, mark + 1);
	return true;
}

/* Appends one word, masked when it is an address, a mail address or a name. */
static void
mask_word(const struct redactor *redactor, struct buf *out, const char *word)
{
	const char *at = strrchr(word, '@');

	if (*word == '\0' || mask_ip(redactor, out, word))
		return;
	if (strncmp(word, "mailto:", 7) == 0) {
		mask_behind(redactor, out, word);
		return;
	}
	if (at != NULL) {
		mask_pair(redactor, out, word, at);
		return;
	}
	if (!mask_name(redactor, out, word) && !mask_behind(redactor, out, word))
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
			mask_local(redactor, out, text, local);
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

/* Puts other octets into a record; the first `kept` stay. */
static void
replace_rdata(struct dns_record *record, size_t kept, const void *octets, size_t n)
{
	uint8_t *rdata = mem_alloc(kept + n);

	memcpy(rdata, record->rdata, kept);
	memcpy(rdata + kept, octets, n);
	free(record->rdata);
	record->rdata = rdata;
	record->length = (uint16_t)(kept + n);
}

/* Masks the name that rdata ends in, behind so many octets. */
static void
redact_last_name(const struct redactor *redactor, struct dns_record *record, size_t before)
{
	struct dns_name name;

	if (record->length <= before ||
	    dns_name_from_wire(&name, record->rdata + before, record->length - before) == 0)
		return;
	redact_name(redactor, &name);
	replace_rdata(record, before, name.wire, name.length);
}

/* Masks the text of a TXT record, which becomes one of strings of 255 octets. */
static void
redact_txt(const struct redactor *redactor, struct dns_record *record)
{
	struct buf raw = BUF_INIT, shown = BUF_INIT, masked = BUF_INIT, strings = BUF_INIT;

	dns_record_txt(record, &raw);
	text_printable(&shown, buf_text(&raw), raw.length);
	redact_text(redactor, &masked, buf_text(&shown));
	buf_truncate(&masked, TXT_MAX);
	for (size_t at = 0; at == 0 || at < masked.length; at += 255) {
		size_t n = masked.length - at < 255 ? masked.length - at : 255;

		buf_addc(&strings, (char)n);
		buf_add(&strings, buf_text(&masked) + at, n);
	}
	replace_rdata(record, 0, strings.data, strings.length);
	buf_clear(&raw);
	buf_clear(&shown);
	buf_clear(&masked);
	buf_clear(&strings);
}

/* Replaces every octet behind the first `kept`: of a hash, a key, a signature nothing is left. */
static void
redact_octets(const struct redactor *redactor, struct dns_record *record, size_t kept)
{
	uint64_t hash = hash_bytes(&redactor->key, record->rdata, record->length);

	for (size_t i = kept; i < record->length; i++)
		record->rdata[i] = (uint8_t)(hash >> (8 * (i % 8)));
}

void
redact_record(const struct redactor *redactor, struct dns_record *record)
{
	struct ip_addr ip;

	redact_name(redactor, &record->owner);
	switch (record->type) {
	case DNS_TYPE_A:
	case DNS_TYPE_AAAA:
		if (dns_record_address(record, &ip)) {
			redact_address(redactor, &ip);
			replace_rdata(record, 0, ip.bytes, record->length);
		}
		return;
	case DNS_TYPE_MX:
		redact_last_name(redactor, record, 2);
		return;
	case DNS_TYPE_NS:
	case DNS_TYPE_CNAME:
	case DNS_TYPE_PTR:
	case DNS_TYPE_DNAME:
		redact_last_name(redactor, record, 0);
		return;
	case DNS_TYPE_TXT:
		redact_txt(redactor, record);
		return;
	case DNS_TYPE_TLSA:
		redact_octets(redactor, record, 3);
		return;
	default:
		/* No type that matters here: the record stays, as an unknown one of no octets. */
		record->type = TYPE_PRIVATE;
		replace_rdata(record, 0, "", 0);
	}
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
