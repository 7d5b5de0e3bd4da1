/*
 * Enumerations whose names can never part from their members.
 *
 * A list macro holds the rows, here is how one row looks:
 *
 *	#define DNS_OUTCOMES(X)                                    \
 *		X(DNS_ANSWER, "answer", "records of the type asked for") \
 *		X(DNS_NODATA, "nodata", "the name exists, not with this type")
 *
 *	NAMES_DECLARE(dns_outcome, DNS_OUTCOMES)   in the header
 *	NAMES_DEFINE(dns_outcome, DNS_OUTCOMES)    in one source
 *
 * gives `enum dns_outcome`, `dns_outcome_name(v)`, `dns_outcome_help(v)`,
 * `dns_outcome_parse("nodata", &v)` and `dns_outcome_count`.
 */
#ifndef UTIL_NAMES_H
#define UTIL_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define NAMES_MEMBER(member, name, help) member,
#define NAMES_ONE(member, name, help)    +1
#define NAMES_TEXT(member, name, help)   [member] = name,
#define NAMES_HELP(member, name, help)   [member] = help,

#define NAMES_DECLARE(kind, LIST) \
	enum kind { \
		LIST(NAMES_MEMBER) \
	}; \
	enum { \
		kind##_count = 0 LIST(NAMES_ONE) \
	}; \
	const char *kind##_name(enum kind value); \
	const char *kind##_help(enum kind value); \
	bool kind##_parse(const char *text, enum kind *value);

#define NAMES_DEFINE(kind, LIST) \
	static const char *const kind##_names[] = { LIST(NAMES_TEXT) }; \
	static const char *const kind##_helps[] = { LIST(NAMES_HELP) }; \
	const char *kind##_name(enum kind value) \
	{ \
		return kind##_names[value]; \
	} \
	const char *kind##_help(enum kind value) \
	{ \
		return kind##_helps[value]; \
	} \
	bool kind##_parse(const char *text, enum kind *value) \
	{ \
		for (size_t i = 0; i < kind##_count; i++) { \
			if (strcmp(text, kind##_names[i]) == 0) { \
				*value = (enum kind)i; \
				return true; \
			} \
		} \
		return false; \
	}

#endif
