/*
 * Any text as a domain or mail address: it is refused with one printable sentence, or what was
 * understood, written down plainly, is understood as the same again.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"
#include "mail/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	SENTENCE_COLUMNS_MAX = 300
};

/* Ends the run when something does not hold. */
static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* Both NULL, or equal. */
static bool
is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* A refusal is one short printable sentence. */
static void
check_sentence(const char *sentence)
{
	require(*sentence != '\0');
	require(text_is_printable(sentence, strlen(sentence)));
	require(text_width(sentence) <= SENTENCE_COLUMNS_MAX);
}

/* Everything of a subject may be shown, and exactly one of domain and literal is set. */
static void
check_subject(const struct mail_subject *subject)
{
	require(text_is_printable(subject->typed, strlen(subject->typed)));
	require(text_is_printable(subject->ascii, strlen(subject->ascii)));
	require(text_is_printable(subject->unicode, strlen(subject->unicode)));
	require((subject->domain.length == 0) == (subject->literal.family != 0));
	if (subject->literal.family)
		require(subject->ascii[0] == '[');
	else
		require(dns_name_is_hostname(&subject->domain));
	if (subject->local_part)
		require(text_is_printable(subject->local_part, strlen(subject->local_part)));
}

/* What was understood is understood as the same again. */
static void
read_again(const struct mail_subject *subject)
{
	struct mail_subject back;
	struct buf text = BUF_INIT;

	if (subject->local_part)
		buf_addf(&text, "%s@", subject->local_part);
	buf_adds(&text, subject->ascii);
	require(mail_subject_parse(&back, text.data) == NULL);
	require(is_same(subject->ascii, back.ascii));
	require(is_same(subject->local_part, back.local_part));
	require(is_same(subject->unicode, back.unicode));
	mail_subject_clear(&back);
	buf_clear(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *typed = mem_strndup((const char *)data, size);
	struct mail_subject subject;
	char *sentence = mail_subject_parse(&subject, typed);

	if (sentence) {
		check_sentence(sentence);
	} else {
		check_subject(&subject);
		read_again(&subject);
		mail_subject_clear(&subject);
	}
	free(sentence);
	free(typed);
	return 0;
}
