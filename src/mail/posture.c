/*
 * TXT records that tell of a domain's mail, read one at a time.
 *
 * Decides which of the strings at a name are meant for a policy (those that begin with its
 * version; others belong to somebody else and are passed over, but a near miss is told), that
 * two of them are as good as none (RFC 7208 4.5, 7489 6.6.3, 8460 3, 8461 3.1), and whether the
 * one that is left keeps its grammar. The terms of SPF are posture_spf.c's. What a receiver would
 * make of mail under such a policy is not decided here, nor anywhere in this program.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "mail/posture.h"
#include "mail/posture_spf.h"

NAMES_DEFINE(posture_outcome, POSTURE_OUTCOMES)
NAMES_DEFINE(posture_kind, POSTURE_KINDS)

enum {
	STS_ID_MAX = 32, /* RFC 8461 3.1 */
	TAG_VALUE_MAX = 4096,
};

/* One `name=value` of a tag list, blanks around both taken off. */
struct tag {
	char *name, *value;
};

/* Takes one tag into the record; returns what is wrong with it, or NULL. */
typedef char *take_tag(struct posture_record *record, const struct tag *tag);

static take_tag take_dmarc, take_sts, take_tlsrpt;

/* How a policy is published. */
struct policy {
	const char *prefix; /* labels before the domain; NULL = the domain itself */
	const char *version; /* what the record begins with */
	const char *near; /* what looks as if it were meant to, whatever its case */
	take_tag *take;
	const char *needs; /* the tag without which the record says nothing */
	bool roomy; /* blanks may stand around the "=" of the version */
};

static const struct policy policies[posture_kind_count] = {
	[POSTURE_SPF] = { NULL, "v=spf1", "v=spf", NULL, NULL, false },
	[POSTURE_DMARC] = { "_dmarc", "v=DMARC1", "v=dmarc", take_dmarc, "p", true },
	[POSTURE_STS] = { "_mta-sts", "v=STSv1", "v=sts", take_sts, "id", false },
	[POSTURE_TLSRPT] = { "_smtp._tls", "v=TLSRPTv1", "v=tlsrpt", take_tlsrpt, "rua",
	    false },
};

bool
posture_name(struct dns_name *name, enum posture_kind kind, const struct dns_name *domain)
{
	const char *prefix = policies[kind].prefix;

	*name = *domain;
	return prefix == NULL || dns_name_prepend(name, prefix, domain);
}

void
posture_clear(struct posture_record *record)
{
	dns_result_release(record->result);
	free(record->text);
	free(record->error);
	free(record->policy);
	free(record->id);
	for (size_t i = 0; i < record->uri_count; i++)
		free(record->uris[i]);
	*record = (struct posture_record){ 0 };
}

/* Returns `name=value what`, its value printable. */
static char *
fault(const char *name, const char *value, const char *what)
{
	struct buf said = BUF_INIT;

	buf_addf(&said, "%s=", name);
	text_printable(&said, value, strlen(value));
	buf_addf(&said, " %s", what);
	return buf_take(&said);
}

/* --- tag lists ------------------------------------------------------------------------ */

/* True for the blanks that may stand around a tag. */
static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Returns a copy of the n bytes at s without the blanks around them. */
static char *
trimmed(const char *s, size_t n)
{
	while (n > 0 && is_blank(*s)) {
		s++;
		n--;
	}
	while (n > 0 && is_blank(s[n - 1]))
		n--;
	return mem_strndup(s, n < TAG_VALUE_MAX ? n : TAG_VALUE_MAX);
}

/* Takes the next piece that is not blank off *list, up to a semicolon; NULL at the end. */
static char *
next_piece(const char **list)
{
	while (**list != '\0') {
		size_t n = strcspn(*list, ";");
		char *piece = trimmed(*list, n);

		*list += n + ((*list)[n] == ';');
		if (*piece != '\0')
			return piece;
		free(piece);
	}
	return NULL;
}

/* Parts a piece at its "="; returns what is wrong with it, or NULL with both strings set. */
static char *
read_tag(const char *piece, struct tag *tag)
{
	const char *equals = strchr(piece, '=');
	struct buf said = BUF_INIT;

	if (equals != NULL) {
		tag->name = trimmed(piece, (size_t)(equals - piece));
		tag->value = trimmed(equals + 1, strlen(equals + 1));
		return NULL;
	}
	buf_adds(&said, "\"");
	text_printable(&said, piece, strlen(piece));
	buf_adds(&said, "\" is not of the form tag=value");
	return buf_take(&said);
}

/* Keeps the reporting addresses of a list: each a mailto: or https: URI. */
static char *
take_uris(struct posture_record *record, const struct tag *tag)
{
	const char *s = tag->value;

	while (*s != '\0') {
		size_t n = strcspn(s, ",");
		char *uri = trimmed(s, n);
		bool known =
		    text_prefix_nocase(uri, "mailto:") || text_prefix_nocase(uri, "https:");

		s += n + (s[n] == ',');
		if (!known) {
			char *why = fault("rua", uri, "is neither a mailto: nor an https: URI");

			free(uri);
			return why;
		}
		if (record->uri_count < POSTURE_URIS_MAX)
			record->uris[record->uri_count++] =
			    text_printable_copy(uri, strlen(uri));
		free(uri);
	}
	return record->uri_count == 0 ? mem_strdup("rua= names no address") : NULL;
}

/* True when the value is one of the words, whatever its case. */
static bool
is_one_of(const char *value, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (text_equal_nocase(value, *words))
			return true;
	}
	return false;
}

/* Keeps p=, in lower case. */
static void
keep_policy(struct posture_record *record, const char *value)
{
	free(record->policy);
	record->policy = mem_strdup(value);
	for (char *c = record->policy; *c != '\0'; c++)
		*c = text_lower(*c);
}

/* DMARC (RFC 7489 6.3): tags that are not known are passed over. */
static char *
take_dmarc(struct posture_record *record, const struct tag *tag)
{
	static const char *const dispositions[] = { "none", "quarantine", "reject", NULL };
	static const char *const alignments[] = { "r", "s", NULL };
	static const char expected[] = "is none of none, quarantine, reject";
	long percent;

	if (strcmp(tag->name, "p") == 0) {
		if (!is_one_of(tag->value, dispositions))
			return fault("p", tag->value, expected);
		keep_policy(record, tag->value);
	} else if (strcmp(tag->name, "sp") == 0 && !is_one_of(tag->value, dispositions)) {
		return fault("sp", tag->value, expected);
	} else if ((strcmp(tag->name, "adkim") == 0 || strcmp(tag->name, "aspf") == 0) &&
	    !is_one_of(tag->value, alignments)) {
		return fault(tag->name, tag->value, "is neither r nor s");
	} else if (strcmp(tag->name, "pct") == 0 &&
	    !text_number(tag->value, 0, 100, &percent)) {
		return fault("pct", tag->value, "is no percentage");
	} else if (strcmp(tag->name, "rua") == 0) {
		return take_uris(record, tag);
	}
	return NULL;
}

/* MTA-STS (RFC 8461 3.1): an id of letters and digits. */
static char *
take_sts(struct posture_record *record, const struct tag *tag)
{
	size_t n = strlen(tag->value);

	if (strcmp(tag->name, "id") != 0)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		char c = text_lower(tag->value[i]);

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
			return fault("id", tag->value, "holds more than letters and digits");
	}
	if (n == 0 || n > STS_ID_MAX)
		return fault("id", tag->value, "is not of 1 to 32 characters");
	free(record->id);
	record->id = mem_strdup(tag->value);
	return NULL;
}

/* TLS reporting (RFC 8460 3): where to. */
static char *
take_tlsrpt(struct posture_record *record, const struct tag *tag)
{
	return strcmp(tag->name, "rua") == 0 ? take_uris(record, tag) : NULL;
}

/* Takes one tag, noting in *found the one that the policy needs. Returns what is wrong, or NULL. */
static char *
take(struct posture_record *record, const struct policy *policy, const struct tag *tag,
    bool *found)
{
	bool needed = strcmp(tag->name, policy->needs) == 0;

	if (needed && *found)
		return fault(tag->name, tag->value, "stands there a second time");
	*found = *found || needed;
	return policy->take(record, tag);
}

/*
 * Says that the needed tag is not there. A DMARC record that names where to report to counts as
 * p=none all the same (RFC 7489 6.6.3, step 6).
 */
static char *
needless(struct posture_record *record, const struct policy *policy)
{
	struct buf said = BUF_INIT;

	buf_addf(&said, "there is no %s= in it", policy->needs);
	if (policy->take == take_dmarc && record->uri_count > 0) {
		record->outcome = POSTURE_PRESENT;
		keep_policy(record, "none");
		buf_adds(&said, ": as it has rua=, receivers take it for p=none");
	}
	return buf_take(&said);
}

/* Returns what is wrong with a tag list behind its version, or NULL; fills the record. */
static char *
read_tags(struct posture_record *record, const struct policy *policy, const char *list)
{
	bool found = false;
	char *piece, *error = NULL;

	while (error == NULL && (piece = next_piece(&list)) != NULL) {
		struct tag tag = { 0 };

		error = read_tag(piece, &tag);
		if (error == NULL)
			error = take(record, policy, &tag, &found);
		free(tag.name);
		free(tag.value);
		free(piece);
	}
	return error == NULL && !found ? needless(record, policy) : error;
}

/* --- choosing the record ----------------------------------------------------------------- */

/* How a string at the name relates to the policy. */
enum claim {
	CLAIM_NONE, /* somebody else's */
	CLAIM_NEAR, /* it looks as if it were meant to be one */
	CLAIM_VALID, /* it begins with the version */
};

/* Passes over the blanks that may stand around the "=" of the version. */
static const char *
skip_room(const struct policy *policy, const char *text)
{
	return policy->roomy ? text + strspn(text, " \t") : text;
}

/* Returns what stands behind a version, whatever its case; NULL when the text begins otherwise. */
static const char *
behind(const struct policy *policy, const char *version, const char *text)
{
	for (; *version != '\0'; version++) {
		bool equals = *version == '=';

		if (equals)
			text = skip_room(policy, text);
		if (text_lower(*text) != text_lower(*version))
			return NULL;
		text++;
		if (equals)
			text = skip_room(policy, text);
	}
	return text;
}

/* True when the version that ends here is of the right case: that of a tag list has one. */
static bool
is_exact(const struct policy *policy, const char *text, const char *end)
{
	const char *value = strchr(policy->version, '=') + 1;
	size_t n = strlen(value);

	return *text == *policy->version && strncmp(end - n, value, n) == 0;
}

/*
 * Says how the string relates to the policy: its version stands first, and ends there: before a
 * blank or the end for SPF, before a semicolon for tag lists.
 */
static enum claim
claim_of(const struct policy *policy, const char *text)
{
	const char *end = behind(policy, policy->version, text);
	bool spf = policy->take == NULL;

	if (end != NULL && spf && (*end == ' ' || *end == '\0'))
		return CLAIM_VALID;
	if (end != NULL && !spf && is_exact(policy, text, end) &&
	    end[strspn(end, " \t")] == ';')
		return CLAIM_VALID;
	return behind(policy, policy->near, text) != NULL ? CLAIM_NEAR : CLAIM_NONE;
}

/* What was found among the strings at the name. */
struct choice {
	char *valid, *near; /* the first of each */
	size_t count; /* of the valid ones */
};

/* Files one string, which it takes. */
static void
sort_out(struct choice *choice, const struct policy *policy, char *text)
{
	char **place = NULL;

	switch (claim_of(policy, text)) {
	case CLAIM_NONE:
		break;
	case CLAIM_NEAR:
		place = &choice->near;
		break;
	case CLAIM_VALID:
		place = &choice->valid;
		choice->count++;
		break;
	}
	if (place != NULL && *place == NULL)
		*place = text;
	else
		free(text);
}

/* Looks through the answer. A zero octet ends a string: no policy may hold one. */
static struct choice
choose(const struct policy *policy, const struct dns_records *answer)
{
	struct choice choice = { 0 };

	for (size_t i = 0; i < answer->count; i++) {
		struct buf text = BUF_INIT;

		if (dns_record_txt(&answer->items[i], &text))
			sort_out(&choice, policy, buf_take(&text));
		buf_clear(&text);
	}
	return choice;
}

/* Reads the one valid record. Returns what is wrong with it, or NULL. */
static char *
read_record(struct posture_record *record, const struct policy *policy, const char *text)
{
	const char *terms = behind(policy, policy->version, text);

	return policy->take == NULL ? posture_spf_read(record, terms)
				    : read_tags(record, policy, terms);
}

/* Reads an answer that has records. */
static void
read_answer(struct posture_record *record, const struct policy *policy)
{
	struct choice choice = choose(policy, &record->result->answer);
	const char *text = choice.valid != NULL ? choice.valid : choice.near;
	struct buf said = BUF_INIT;

	record->outcome = POSTURE_ABSENT;
	if (text != NULL)
		record->text = text_printable_copy(text, strlen(text));
	if (choice.count > 1) {
		record->outcome = POSTURE_MULTIPLE;
		buf_addf(&said, "%zu records begin with %s: receivers use none of them",
		    choice.count, policy->version);
		record->error = buf_take(&said);
	} else if (choice.count == 1) {
		record->outcome = POSTURE_MALFORMED;
		record->error = read_record(record, policy, text);
		if (record->error == NULL)
			record->outcome = POSTURE_PRESENT;
	} else if (text != NULL) {
		record->outcome = POSTURE_MALFORMED;
		buf_addf(&said, "it does not begin with %s%s", policy->version,
		    policy->take == NULL ? " and a blank" : ";");
		record->error = buf_take(&said);
	}
	free(choice.valid);
	free(choice.near);
}

void
posture_read(
    struct posture_record *record, enum posture_kind kind, const struct dns_result *result)
{
	dns_result_hold(result); /* it may be the one that the record holds */
	posture_clear(record);
	record->result = result;
	if (result->outcome == DNS_ANSWER)
		read_answer(record, &policies[kind]);
	else if (dns_result_is_final(result))
		record->outcome = POSTURE_ABSENT;
	else {
		record->outcome = POSTURE_ERROR;
		record->error = mem_strdup(
		    result->error != NULL ? result->error : dns_outcome_help(result->outcome));
	}
}

/* --- words ------------------------------------------------------------------------------ */

const char *
posture_title(enum posture_kind kind)
{
	static const char *const titles[posture_kind_count] = {
		[POSTURE_SPF] = "SPF",
		[POSTURE_DMARC] = "DMARC",
		[POSTURE_STS] = "MTA-STS",
		[POSTURE_TLSRPT] = "TLSRPT",
	};

	return titles[kind];
}

void
posture_word(const struct posture_record *record, enum posture_kind kind, struct buf *out)
{
	if (record->outcome == POSTURE_MALFORMED || record->outcome == POSTURE_MULTIPLE)
		buf_adds(out, posture_outcome_name(record->outcome));
	if (record->outcome != POSTURE_PRESENT)
		return;
	if (kind == POSTURE_SPF && record->all != 0)
		buf_addf(out, "%call", record->all);
	else if (kind == POSTURE_SPF && record->redirect)
		buf_adds(out, "redirect");
	else if (kind == POSTURE_DMARC && record->policy != NULL)
		buf_adds(out, record->policy);
}
