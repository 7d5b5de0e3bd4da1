/*
 * The schema of the report's JSON beside the program's own lists of names: whatever value may stand in a
 * field is in the schema, and nothing else is. A new outcome must be told there, and so to those who read
 * reports by program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <jansson.h>

#include "smtp/facts.h"
#include "mail/dane.h"
#include "mail/facts.h"
#include "mail/finding.h"
#include "mail/posture.h"
#include "mail/sts.h"
#include "mail/verdict.h"

#define LENGTH(a) (sizeof(a) / sizeof *(a))

/* A list of names as a function by number, whatever enumeration is behind it. */
#define NAMER(kind) \
	static const char *name_of_##kind(size_t i) \
	{ \
		return kind##_name((enum kind)i); \
	}
NAMER(dane_standing)
NAMER(dane_verdict)
NAMER(dns_outcome)
NAMER(dns_security)
NAMER(finding_severity)
NAMER(mx_kind)
NAMER(posture_outcome)
NAMER(smtp_doubt)
NAMER(smtp_outcome)
NAMER(smtp_stage)
NAMER(smtp_starttls)
NAMER(sts_mode)
NAMER(sts_outcome)
NAMER(tls_chain)
NAMER(verdict_kind)

#define NAMES(kind) name_of_##kind, kind##_count

/* An enumeration in the schema: the names of a list but those left out, and perhaps others. */
static const struct row {
	const char *path; /* keys down from the top, parted by blanks */
	const char *(*name)(size_t i);
	size_t count;
	const char *left_out; /* names that never come into a report, each between blanks */
	const char *besides; /* what else may stand there */
} rows[] = {
	{ "properties verdict", NAMES(verdict_kind), " pending ", "" },
	{ "$defs mx properties kind", NAMES(mx_kind), "", "" },
	{ "$defs outcome", NAMES(dns_outcome), "", "" },
	{ "$defs exchange properties outcome", NAMES(dns_outcome), "",
	    " literal null localhost invalid " },
	{ "$defs security", NAMES(dns_security), "", "" },
	{ "$defs exchange properties tlsa properties standing", NAMES(dane_standing), "", "" },
	{ "$defs probe properties outcome", NAMES(smtp_outcome), " in-progress ", "" },
	{ "$defs probe properties stage", NAMES(smtp_stage), "", "" },
	{ "$defs probe properties doubt", NAMES(smtp_doubt), " none ", "" },
	{ "$defs probe properties starttls", NAMES(smtp_starttls), "", "" },
	{ "$defs probe properties dane", NAMES(dane_verdict), "", "" },
	{ "$defs tls properties chain", NAMES(tls_chain), "", "" },
	{ "properties sts properties outcome", NAMES(sts_outcome),
	    " unasked pending unfetched ", "" },
	{ "properties sts properties mode", NAMES(sts_mode), "", "" },
	{ "$defs posture properties outcome", NAMES(posture_outcome), " unasked pending ",
	    " not-finished " },
	{ "$defs finding properties severity", NAMES(finding_severity), "", "" },
};

/* True when the word stands in the list, between blanks. */
static bool
is_listed(const char *list, const char *word)
{
	const char *at = strstr(list, word);

	return at && at > list && at[-1] == ' ' && at[strlen(word)] == ' ';
}

/* True when one of the texts of the array is the word. */
static bool
holds(const json_t *array, const char *word)
{
	const json_t *item;
	size_t i;

	json_array_foreach(array, i, item)
	{
		if (strcmp(json_string_value(item), word) == 0)
			return true;
	}
	return false;
}

/* The "enum" at the end of the path. */
static const json_t *
find(const json_t *schema, const char *path)
{
	char key[32];
	size_t n;

	for (const char *at = path; *at && schema; at += n + strspn(at + n, " ")) {
		n = strcspn(at, " ");
		assert_true(n < sizeof key);
		memcpy(key, at, n);
		key[n] = '\0';
		schema = json_object_get(schema, key);
	}
	return json_object_get(schema, "enum");
}

/* How many words stand in a list. */
static size_t
count_words(const char *list)
{
	size_t count = 0;

	for (const char *at = list + strspn(list, " "); *at; count++) {
		at += strcspn(at, " ");
		at += strspn(at, " ");
	}
	return count;
}

/* Checks one enumeration in both directions. */
static void
check(const json_t *schema, const struct row *row)
{
	const json_t *words = find(schema, row->path);
	size_t expected = count_words(row->besides);

	if (!words)
		fail_msg("%s is not in the schema", row->path);
	for (size_t i = 0; i < row->count; i++) {
		const char *name = row->name(i);
		bool left_out = is_listed(row->left_out, name);

		expected += !left_out;
		if (holds(words, name) == left_out)
			fail_msg("%s: %s is %s", row->path, name,
			    left_out ? "in the schema, but never in a report"
				     : "not in the schema");
	}
	if (json_array_size(words) != expected)
		fail_msg("%s: %zu names in the schema, %zu in the program", row->path,
		    json_array_size(words), expected);
}

/* Each enumeration of the schema is the program's. */
static void
names_every_value(void **state)
{
	json_error_t error;
	json_t *schema = json_load_file("tests/report/schema.json", 0, &error);

	(void)state;
	if (!schema)
		fail_msg("line %d: %s", error.line, error.text);
	for (size_t i = 0; i < LENGTH(rows); i++)
		check(schema, &rows[i]);
	json_decref(schema);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_every_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
