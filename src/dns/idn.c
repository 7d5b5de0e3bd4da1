/*
 * Internationalised names, by libidn2 alone.
 *
 * Decides that typed names are read by UTS 46, non-transitional (so that a sharp s stays one),
 * and that libidn2's result is judged again by dns_name_parse(): the mapping turns full-width
 * forms into ASCII, "@" and dots among them, and lets empty labels pass. On the way back it
 * decides per label: a U-label is shown only when it is printable and reads back as the same
 * A-label.
 */
#include <stdlib.h>
#include <string.h>

#include <idn2.h>

#include "util/buf.h"
#include "util/text.h"
#include "dns/idn.h"

/* True when every byte is ASCII: then there is nothing for IDNA to do but check A-labels. */
static bool
is_ascii(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text >= 0x80)
			return false;
	}
	return true;
}

/*
 * True when every octet is one that an ASCII domain name may hold as typed, backslash excluded.
 */
static bool
is_ldh(const char *text)
{
	for (; *text; text++) {
		char c = text_lower(*text);

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
			c == '_' || c == '.'))
			return false;
	}
	return true;
}

/* Parses an ASCII name and says what is wrong with it. */
static const char *
parse_ascii(const char *text, struct dns_name *name)
{
	enum dns_name_error error = dns_name_parse(name, text);

	return error ? dns_name_error_text(error) : NULL;
}

/* Returns the sentence for a failure of libidn2. */
static const char *
idn_error_text(int status)
{
	switch (status) {
	case IDN2_ENCODING_ERROR:
	case IDN2_ICONV_FAIL:
		return "a domain name is expected as UTF-8 text";
	case IDN2_TOO_BIG_LABEL:
		return dns_name_error_text(DNS_NAME_LABEL_TOO_LONG);
	case IDN2_TOO_BIG_DOMAIN:
		return dns_name_error_text(DNS_NAME_TOO_LONG);
	}
	return "an internationalised domain name holds only letters, digits and hyphens (IDNA "
	       "2008)";
}

const char *
idn_to_name(const char *typed, struct dns_name *name)
{
	const char *wrong;
	char *ascii;
	int status;

	if (is_ascii(typed))
		return parse_ascii(typed, name);
	status = idn2_to_ascii_8z(typed, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
	if (status != IDN2_OK)
		return idn_error_text(status);
	wrong = is_ldh(ascii) ? parse_ascii(ascii, name)
			      : "a domain name holds letters, digits, hyphens and dots";
	idn2_free(ascii);
	return wrong;
}

/* True when the U-label may be shown for this A-label: printable, and it maps back. */
static bool
shows_same(const char *unicode, const char *ascii)
{
	char *back;
	bool same;

	if (!text_is_printable(unicode, strlen(unicode)) || strpbrk(unicode, ".\\"))
		return false;
	if (idn2_to_ascii_8z(unicode, &back, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK)
		return false;
	same = text_equal_nocase(back, ascii);
	idn2_free(back);
	return same;
}

/* Appends one label (ASCII, n bytes at label), as a U-label when it decodes to one. */
static void
add_label(struct buf *out, const char *label, size_t n)
{
	struct buf ascii = BUF_INIT;
	char *unicode = NULL;

	buf_add(&ascii, label, n);
	if (text_prefix_nocase(ascii.data, "xn--") &&
	    idn2_to_unicode_8z8z(ascii.data, &unicode, IDN2_NONTRANSITIONAL) == IDN2_OK &&
	    shows_same(unicode, ascii.data))
		buf_adds(out, unicode);
	else
		buf_adds(out, ascii.data);
	idn2_free(unicode);
	buf_clear(&ascii);
}

char *
idn_to_unicode(const struct dns_name *name)
{
	char text[DNS_NAME_TEXT_MAX];
	const char *label = dns_name_text(name, text);
	struct buf out = BUF_INIT;

	buf_add(&out, "", 0);
	while (*label) {
		size_t n = strcspn(label, ".");

		add_label(&out, label, n);
		label += n;
		if (*label == '.') {
			buf_addc(&out, '.');
			label++;
		}
	}
	return buf_take(&out);
}
