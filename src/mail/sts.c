/*
 * MTA-STS policies (RFC 8461).
 *
 * Decides what a policy says: fields by their exact names in any order, of those that stand twice
 * the first (3.2), unknown ones passed over; version, mode and max_age must be there, and an
 * mx line unless the mode is none. Decides which exchanges it names (4.1), and tells apart
 * that there is no policy, that what there is cannot be read, and that it cannot be had.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "mail/sts.h"

NAMES_DEFINE(sts_mode, STS_MODES)
NAMES_DEFINE(sts_outcome, STS_OUTCOMES)

static const char wildcard[] = "*.";

enum {
	WILDCARD_LENGTH = sizeof wildcard - 1,
	QUOTED_MAX = 64, /* octets of a line that a sentence quotes */
};

/* --- the policy --------------------------------------------------------------------- */

/* A policy while it is read. */
struct reading {
	struct sts_policy *policy;
	unsigned seen; /* fields so far, a bit each by their place in the table */
	size_t capacity;
};

/* Returns `what "value" rest` as a sentence, the value printable and bounded. */
static char *
complain(const char *what, const char *value, const char *rest)
{
	size_t n = strlen(value);
	struct buf said = BUF_INIT;

	buf_addf(&said, "%s \"", what);
	text_printable(&said, value, n < QUOTED_MAX ? n : QUOTED_MAX);
	buf_addf(&said, "\" %s", rest);
	return buf_take(&said);
}

/* version: */
static char *
take_version(struct reading *reading, const char *value)
{
	(void)reading;
	if (strcmp(value, "STSv1") == 0)
		return NULL;
	return complain("the version", value, "is not STSv1");
}

/* mode: */
static char *
take_mode(struct reading *reading, const char *value)
{
	if (sts_mode_parse(value, &reading->policy->mode))
		return NULL;
	return complain("the mode", value, "is none of enforce, testing, none");
}

/* max_age: */
static char *
take_age(struct reading *reading, const char *value)
{
	if (text_number(value, 0, STS_AGE_MAX, &reading->policy->max_age))
		return NULL;
	return complain("the max_age", value, "is not a number of seconds up to 31557600");
}

/* True for a host name, or one behind "*.". */
static bool
is_pattern(const char *value)
{
	const char *host =
	    strncmp(value, wildcard, WILDCARD_LENGTH) == 0 ? value + WILDCARD_LENGTH : value;
	struct dns_name name;

	return dns_name_parse(&name, host) == DNS_NAME_OK && dns_name_is_hostname(&name);
}

/* mx:, which may stand any number of times. */
static char *
take_mx(struct reading *reading, const char *value)
{
	struct sts_policy *policy = reading->policy;
	char *pattern;

	if (!is_pattern(value))
		return complain("the mx", value, "is neither a host name nor *. before one");
	if (policy->mx_count == STS_MX_MAX)
		return NULL;
	pattern = mem_strdup(value);
	for (char *c = pattern; *c; c++)
		*c = text_lower(*c);
	policy->mx = mem_grow(policy->mx, policy->mx_count, &reading->capacity, sizeof(char *));
	policy->mx[policy->mx_count++] = pattern;
	return NULL;
}

/* The fields of a policy. The names are compared with regard to case (RFC 8461 3.2). */
static const struct field {
	const char *name;
	char *(*take)(struct reading *reading, const char *value);
	bool many; /* it may stand more than once */
} fields[] = {
	{ "version", take_version, false },
	{ "mode", take_mode, false },
	{ "max_age", take_age, false },
	{ "mx", take_mx, true },
};

enum {
	FIELDS = sizeof fields / sizeof *fields,
	FIELD_MX = FIELDS - 1,
};

/* True for a blank. */
static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Reads `name: value`, cut out of the line. */
static char *
read_field(struct reading *reading, const char *name, const char *value)
{
	for (unsigned i = 0; i < FIELDS; i++) {
		if (strcmp(fields[i].name, name) != 0)
			continue;
		if (reading->seen & 1u << i && !fields[i].many)
			return NULL;
		reading->seen |= 1u << i;
		return fields[i].take(reading, value);
	}
	return NULL;
}

/* Reads a line, which is cut up. */
static char *
read_line(struct reading *reading, char *line)
{
	size_t n = strlen(line);
	char *colon;

	while (n > 0 && (is_blank(line[n - 1]) || line[n - 1] == '\r'))
		line[--n] = '\0';
	if (n == 0)
		return NULL;
	colon = strchr(line, ':');
	if (!colon || colon == line)
		return complain("the line", line, "is not of the form name: value");
	*colon++ = '\0';
	while (is_blank(*colon))
		colon++;
	return read_field(reading, line, colon);
}

/* Says which field is missing, or NULL. */
static char *
find_missing(const struct reading *reading)
{
	for (unsigned i = 0; i < FIELDS; i++) {
		bool spared = i == FIELD_MX && reading->policy->mode == STS_MODE_NONE;

		if (!(reading->seen & 1u << i) && !spared)
			return complain("the field", fields[i].name, "is missing");
	}
	return NULL;
}

/* Reads all lines of the text, which is cut up. */
static char *
read_lines(struct reading *reading, char *text)
{
	char *sentence = NULL;

	while (text && !sentence) {
		char *end = strchr(text, '\n');

		if (end)
			*end++ = '\0';
		sentence = read_line(reading, text);
		text = end;
	}
	return sentence ? sentence : find_missing(reading);
}

char *
sts_policy_parse(struct sts_policy *policy, const char *text, size_t n)
{
	struct reading reading = { .policy = policy };
	char *copy, *sentence;

	*policy = (struct sts_policy){ 0 };
	if (n > STS_POLICY_MAX)
		return mem_strdup("the policy is longer than 64 KiB");
	if (memchr(text, '\0', n))
		return mem_strdup("the policy holds a NUL octet");
	copy = mem_strndup(text, n);
	sentence = read_lines(&reading, copy);
	free(copy);
	if (sentence)
		sts_policy_clear(policy);
	return sentence;
}

void
sts_policy_clear(struct sts_policy *policy)
{
	for (size_t i = 0; i < policy->mx_count; i++)
		free(policy->mx[i]);
	free(policy->mx);
	*policy = (struct sts_policy){ 0 };
}

/* True when the pattern is the name, or a wildcard for it. */
static bool
matches(const char *pattern, const struct dns_name *exchange)
{
	struct dns_name host = *exchange, name;

	if (strncmp(pattern, wildcard, WILDCARD_LENGTH) == 0) {
		pattern += WILDCARD_LENGTH;
		host = dns_name_parent(exchange);
	}
	return dns_name_parse(&name, pattern) == DNS_NAME_OK && dns_name_equal(&name, &host);
}

bool
sts_policy_matches(const struct sts_policy *policy, const struct dns_name *exchange)
{
	for (size_t i = 0; i < policy->mx_count; i++) {
		if (matches(policy->mx[i], exchange))
			return true;
	}
	return false;
}

/* --- what is known of it ------------------------------------------------------------- */

void
sts_facts_clear(struct sts_facts *sts)
{
	sts_policy_clear(&sts->policy);
	sts_policy_clear(&sts->kept);
	free(sts->error);
	dns_result_release(sts->a);
	dns_result_release(sts->aaaa);
	*sts = (struct sts_facts){ 0 };
}

/* Makes *to a copy of the policy, in place of whatever bits are there. */
static void
copy_policy(struct sts_policy *to, const struct sts_policy *from)
{
	*to = *from;
	to->mx = mem_calloc(from->mx_count, sizeof(char *));
	for (size_t i = 0; i < from->mx_count; i++)
		to->mx[i] = mem_strdup(from->mx[i]);
}

void
sts_facts_copy(struct sts_facts *to, const struct sts_facts *from)
{
	*to = *from;
	dns_result_hold(to->a);
	dns_result_hold(to->aaaa);
	to->error = mem_strdup(from->error);
	copy_policy(&to->policy, &from->policy);
	copy_policy(&to->kept, &from->kept);
}

void
sts_facts_keep(struct sts_facts *sts, const struct sts_facts *before, int64_t now_time)
{
	bool valid = before->outcome == STS_VALID;
	int64_t until = valid ? before->until : before->kept_until;

	if ((!valid && !before->keeps) || until <= now_time)
		return;
	sts->keeps = true;
	sts->kept_until = until;
	copy_policy(&sts->kept, valid ? &before->policy : &before->kept);
}

/* Has the kept policy apply, since there is no better one. */
static void
fall_back(struct sts_facts *sts)
{
	sts->outcome = STS_VALID;
	sts->stale = true;
	sts->keeps = false;
	sts->until = sts->kept_until;
	sts_policy_clear(&sts->policy);
	sts->policy = sts->kept;
	sts->kept = (struct sts_policy){ 0 };
}

/* Ends with this outcome and the reason, which is copied; NULL = none. */
static void
end(struct sts_facts *sts, enum sts_outcome outcome, const char *reason)
{
	char *error = mem_strdup(reason);
	bool lacking =
	    outcome == STS_NONE || outcome == STS_INVALID || outcome == STS_UNREACHABLE;

	if (!error && outcome == STS_NONE && sts->keeps)
		error = mem_strdup("the domain announces no policy any more");
	free(sts->error);
	sts->error = error;
	sts->outcome = outcome;
	sts->stale = false;
	if (lacking && sts->keeps)
		fall_back(sts);
}

/* Forgets what was asked, but not what is kept. */
static void
restart(struct sts_facts *sts)
{
	struct sts_facts fresh = {
		.keeps = sts->keeps, .kept = sts->kept, .kept_until = sts->kept_until
	};

	sts->kept = (struct sts_policy){ 0 };
	sts_facts_clear(sts);
	*sts = fresh;
}

bool
sts_facts_begin(struct sts_facts *sts, const struct posture_record *announced,
    const struct dns_name *domain)
{
	static const enum sts_outcome outcomes[] = {
		[POSTURE_UNASKED] = STS_UNASKED,
		[POSTURE_PENDING] = STS_PENDING,
		[POSTURE_PRESENT] = STS_PENDING,
		[POSTURE_ABSENT] = STS_NONE,
		[POSTURE_MALFORMED] = STS_INVALID,
		[POSTURE_MULTIPLE] = STS_INVALID,
		[POSTURE_ERROR] = STS_UNREACHABLE,
	};

	restart(sts);
	end(sts, outcomes[announced->outcome], announced->error);
	if (announced->outcome != POSTURE_PRESENT)
		return false;
	if (dns_name_prepend(&sts->host, "mta-sts", domain))
		return true;
	end(sts, STS_UNREACHABLE, "the name of the policy host would be too long");
	return false;
}

/* Says why the policy host has no address. */
static void
tell_no_address(struct sts_facts *sts)
{
	const struct dns_result *result = dns_result_is_final(sts->a) ? sts->aaaa : sts->a;
	char name[DNS_NAME_TEXT_MAX];
	struct buf said = BUF_INIT;

	buf_addf(&said, "the policy host %s ", dns_name_text(&sts->host, name));
	if (!dns_result_is_final(result))
		buf_addf(&said, "cannot be looked up: %s", dns_outcome_help(result->outcome));
	else if (sts->a->outcome == DNS_NXDOMAIN)
		buf_adds(&said, "does not exist");
	else
		buf_adds(&said, "has no address");
	end(sts, STS_UNREACHABLE, buf_text(&said));
	buf_clear(&said);
}

bool
sts_facts_address(struct sts_facts *sts, const struct dns_result *result)
{
	const struct dns_result **place =
	    result->question.type == DNS_TYPE_A ? &sts->a : &sts->aaaa;
	struct ip_addr addresses[STS_ADDRESSES_MAX];

	dns_result_hold(result);
	dns_result_release(*place);
	*place = result;
	if (!sts->a || !sts->aaaa)
		return false;
	if (sts_facts_addresses(sts, addresses) > 0)
		return true;
	tell_no_address(sts);
	return false;
}

/* Adds the addresses of one answer, as many as there is room for; returns how many there are. */
static size_t
add_addresses(
    const struct dns_result *result, struct ip_addr addresses[STS_ADDRESSES_MAX], size_t count)
{
	for (size_t i = 0; result && i < result->answer.count; i++) {
		if (count < STS_ADDRESSES_MAX &&
		    dns_record_address(&result->answer.items[i], &addresses[count]))
			count++;
	}
	return count;
}

size_t
sts_facts_addresses(const struct sts_facts *sts, struct ip_addr addresses[STS_ADDRESSES_MAX])
{
	return add_addresses(sts->aaaa, addresses, add_addresses(sts->a, addresses, 0));
}

void
sts_facts_leave(struct sts_facts *sts)
{
	end(sts, STS_UNFETCHED, NULL);
}

void
sts_facts_lost(struct sts_facts *sts, const char *reason)
{
	end(sts, STS_UNREACHABLE, reason);
}

void
sts_facts_fetched(struct sts_facts *sts, const char *text, size_t n, int64_t now_time)
{
	char *wrong;

	sts_policy_clear(&sts->policy);
	wrong = sts_policy_parse(&sts->policy, text, n);
	sts->until = now_time + sts->policy.max_age;
	end(sts, wrong ? STS_INVALID : STS_VALID, wrong);
	free(wrong);
}
