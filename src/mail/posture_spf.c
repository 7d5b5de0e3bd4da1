/*
 * The terms of an SPF record.
 *
 * Decides whether each term keeps the grammar of RFC 7208 12, as far as it can be told without
 * asking the DNS: its name, what follows it, prefix lengths, and that `redirect` and `exp` stand
 * once. The limit of ten terms that cause questions (4.6.4) is held against this record alone;
 * what it includes may add to them. Whether a mail passes is not decided here.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/ip.h"
#include "util/mem.h"
#include "util/text.h"

#include "mail/posture_spf.h"

enum {
	QUESTIONS_MAX = 10, /* RFC 7208 4.6.4 */
	TERM_MAX = 512, /* octets of one term; longer ones are cut, and do not hold then */
};

/* What stands behind the name of a mechanism. */
enum argument {
	ARGUMENT_NONE,
	ARGUMENT_DOMAIN, /* ":" and a domain */
	ARGUMENT_MAYBE_DOMAIN, /* the same, or nothing */
	ARGUMENT_MAYBE_HOST, /* the same, and prefix lengths perhaps */
	ARGUMENT_IPV4,
	ARGUMENT_IPV6,
};

/* The mechanisms (RFC 7208 5). */
static const struct mechanism {
	const char *name;
	enum argument argument;
	bool asks; /* the DNS, so that it counts */
} mechanisms[] = {
	{ "all", ARGUMENT_NONE, false },
	{ "include", ARGUMENT_DOMAIN, true },
	{ "a", ARGUMENT_MAYBE_HOST, true },
	{ "mx", ARGUMENT_MAYBE_HOST, true },
	{ "ptr", ARGUMENT_MAYBE_DOMAIN, true },
	{ "ip4", ARGUMENT_IPV4, false },
	{ "ip6", ARGUMENT_IPV6, false },
	{ "exists", ARGUMENT_DOMAIN, true },
};

/* What has been seen of a record so far. */
struct progress {
	struct posture_record *record;
	unsigned questions, redirects, explanations;
};

/* Returns `"term" what`, the term printable. */
static char *
fault(const char *term, const char *what)
{
	struct buf said = BUF_INIT;

	buf_addc(&said, '"');
	text_printable(&said, term, strlen(term));
	buf_addf(&said, "\" %s", what);
	return buf_take(&said);
}

/* The octets of a name of a term: letters, digits, "-", "_" and "." behind the first (12). */
static size_t
name_length(const char *term)
{
	size_t n = 0;

	for (;; n++) {
		char c = text_lower(term[n]);
		bool letter = c >= 'a' && c <= 'z';
		bool digit = c >= '0' && c <= '9';

		if (!letter && !(n > 0 && (digit || c == '-' || c == '_' || c == '.')))
			return n;
	}
}

/* True for "/24", "//64" or "/24//64" (or nothing): the prefix lengths of `a` and `mx`. */
static bool
are_lengths(const char *s)
{
	static const long most[] = { 32, 128 };
	char *copy = mem_strdup(s), *six = strstr(copy, "//");
	long value;
	bool good = true;

	if (six != NULL) {
		*six = '\0';
		good = text_number(six + 2, 0, most[1], &value);
	}
	if (*copy != '\0')
		good = good && *copy == '/' && text_number(copy + 1, 0, most[0], &value);
	free(copy);
	return good;
}

/* True for ":" and a domain of printable octets, macros (7) among them; rest = behind it. */
static bool
is_domain(const char *s, const char **rest)
{
	size_t n = strcspn(s, "/");

	*rest = s + n;
	return *s == ':' && n > 1;
}

/* True when the prefix is of this family and written as SPF does: no zone, no bare slash. */
static bool
is_network(const char *s, uint8_t family)
{
	struct ip_prefix prefix;

	return *s == ':' && strchr(s, '%') == NULL && ip_prefix_parse(&prefix, s + 1) &&
	    prefix.ip.family == family;
}

/* True when what stands behind a mechanism's name is what belongs there. */
static bool
argument_holds(enum argument argument, const char *s)
{
	const char *rest = s;

	switch (argument) {
	case ARGUMENT_NONE:
		return *s == '\0';
	case ARGUMENT_DOMAIN: /* a macro may hold a slash */
		return *s == ':' && s[1] != '\0';
	case ARGUMENT_MAYBE_DOMAIN:
		return *s == '\0' || (*s == ':' && s[1] != '\0');
	case ARGUMENT_MAYBE_HOST:
		return (*s != ':' || is_domain(s, &rest)) && are_lengths(rest);
	case ARGUMENT_IPV4:
		return is_network(s, 4);
	case ARGUMENT_IPV6:
		return is_network(s, 6);
	}
	return false;
}

/* Takes a `name=value`: redirect and exp once each, others as they come (6). */
static char *
take_modifier(struct progress *progress, const char *term, size_t name)
{
	bool redirect = name == strlen("redirect") && text_prefix_nocase(term, "redirect");
	bool explanation = name == strlen("exp") && text_prefix_nocase(term, "exp");

	if (!redirect && !explanation)
		return NULL;
	if (term[name + 1] == '\0')
		return fault(term, "names no domain");
	if ((redirect ? progress->redirects++ : progress->explanations++) > 0)
		return fault(term, "stands there a second time");
	progress->questions += redirect;
	progress->record->redirect = progress->record->redirect || redirect;
	return NULL;
}

/* Returns the mechanism whose name has these octets, or NULL. */
static const struct mechanism *
find_mechanism(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++) {
		if (strlen(mechanisms[i].name) == n &&
		    text_prefix_nocase(name, mechanisms[i].name))
			return &mechanisms[i];
	}
	return NULL;
}

/* Takes one term. Returns what is wrong with it, or NULL. */
static char *
take_term(struct progress *progress, const char *term)
{
	bool qualified = *term != '\0' && strchr("+-~?", *term) != NULL;
	const char *name = term + qualified;
	size_t n = name_length(name);
	const struct mechanism *mechanism;

	if (!qualified && n > 0 && name[n] == '=')
		return take_modifier(progress, term, n);
	mechanism = find_mechanism(name, n);
	if (mechanism == NULL)
		return fault(term, "is no mechanism of SPF");
	if (!argument_holds(mechanism->argument, name + n))
		return fault(term, "does not hold what belongs behind its name");
	progress->questions += mechanism->asks;
	if (mechanism->argument == ARGUMENT_NONE && progress->record->all == 0)
		progress->record->all = qualified ? *term : '+';
	return NULL;
}

char *
posture_spf_read(struct posture_record *record, const char *terms)
{
	struct progress progress = { .record = record };
	char *error = NULL;

	while (error == NULL && *(terms += strspn(terms, " ")) != '\0') {
		size_t n = strcspn(terms, " ");
		char *term = mem_strndup(terms, n < TERM_MAX ? n : TERM_MAX);

		error = take_term(&progress, term);
		free(term);
		terms += n;
	}
	if (error == NULL && progress.questions > QUESTIONS_MAX) {
		struct buf said = BUF_INIT;

		buf_addf(&said, "%u terms ask the DNS, at most %d may", progress.questions,
		    QUESTIONS_MAX);
		error = buf_take(&said);
	}
	if (record->all != 0)
		record->redirect = false; /* it is passed over then (6.1) */
	return error;
}
