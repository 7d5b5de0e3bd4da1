/*
 * Scripts of mail servers: lines into rules.
 *
 * Decides what a line of a script means and which rule a command meets. Nothing here talks:
 * playing a script on a connection is left to mailserver.c.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "lab/script.h"

NAMES_DEFINE(script_verb, SCRIPT_VERBS)

/* What must follow each verb on its line. */
enum argument {
	ARGUMENT_NONE,
	ARGUMENT_TEXT,
	ARGUMENT_TIME,
	ARGUMENT_TIME_TEXT,
};

static const struct {
	enum argument argument;
	const char *line_end;
} forms[] = {
	[SCRIPT_SAY] = { ARGUMENT_TEXT, "\r\n" },
	[SCRIPT_RAW] = { ARGUMENT_TEXT, "" },
	[SCRIPT_DRIP] = { ARGUMENT_TIME_TEXT, "\r\n" },
	[SCRIPT_KEYWORDS] = { ARGUMENT_NONE, "" },
	[SCRIPT_ENDLESS] = { ARGUMENT_TEXT, "" },
	[SCRIPT_DELAY] = { ARGUMENT_TIME, "" },
	[SCRIPT_AWAIT] = { ARGUMENT_NONE, "" },
	[SCRIPT_STARTTLS] = { ARGUMENT_NONE, "" },
	[SCRIPT_SILENCE] = { ARGUMENT_NONE, "" },
	[SCRIPT_CLOSE] = { ARGUMENT_NONE, "" },
	[SCRIPT_RESET] = { ARGUMENT_NONE, "" },
};

/* Returns a sentence that the caller frees. */
static char *
complain(const char *sentence)
{
	return mem_strdup(sentence);
}

bool
script_time(const char *text, unsigned *ms)
{
	size_t digits = strspn(text, "0123456789");
	char *number = mem_strndup(text, digits);
	long scale = strcmp(text + digits, "s") == 0 ? 1000 : 1;
	bool unit = scale == 1000 || strcmp(text + digits, "ms") == 0;
	long value = 0;
	bool sound = unit && text_number(number, 0, SCRIPT_DELAY_MAX / scale, &value);

	free(number);
	if (sound)
		*ms = (unsigned)(value * scale);
	return sound;
}

/* The value of a hexadecimal digit, or -1. */
static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c != '\0' ? strchr(digits, text_lower(c)) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* Appends one escape that starts at s. Returns the characters it took, 0 when it is none. */
static size_t
add_escape(struct buf *out, const char *s)
{
	if (s[1] == '\\') {
		buf_addc(out, '\\');
		return 2;
	}
	if (s[1] != 'x' || hex_value(s[2]) < 0 || hex_value(s[3]) < 0)
		return 0;
	buf_addc(out, (char)(hex_value(s[2]) * 16 + hex_value(s[3])));
	return 4;
}

/* Appends the text with its escapes undone: false when one of them is none. */
static bool
add_unescaped(struct buf *out, const char *text)
{
	while (*text) {
		size_t taken = 1;

		if (*text == '\\')
			taken = add_escape(out, text);
		else
			buf_addc(out, *text);
		if (taken == 0)
			return false;
		text += taken;
	}
	return true;
}

/* Takes the time at the start of *text, and passes it and the blanks behind. */
static bool
take_time(const char **text, unsigned *ms)
{
	size_t length = strcspn(*text, " ");
	char *word = mem_strndup(*text, length);
	bool sound = script_time(word, ms);

	free(word);
	*text += length;
	*text += strspn(*text, " ");
	return sound;
}

/* Fills the step from what follows its verb. Returns NULL or a sentence. */
static char *
parse_argument(struct script_step *step, const char *text)
{
	enum argument argument = forms[step->verb].argument;
	struct buf said = BUF_INIT;

	if (argument == ARGUMENT_NONE)
		return *text ? complain("nothing is expected behind this verb") : NULL;
	if (argument != ARGUMENT_TEXT && !take_time(&text, &step->ms))
		return complain("a time such as 300ms or 2s is expected");
	if (argument == ARGUMENT_TIME)
		return *text ? complain("nothing is expected behind the time") : NULL;
	if (!add_unescaped(&said, text)) {
		buf_clear(&said);
		return complain("a backslash is written \\\\, a byte \\xNN");
	}
	buf_adds(&said, forms[step->verb].line_end);
	step->length = said.length;
	step->text = buf_take(&said);
	return NULL;
}

/* Finds the verb that the line starts with, and stores what follows it. */
static bool
find_verb(const char *line, enum script_verb *verb, const char **rest)
{
	size_t length = strcspn(line, " ");
	char *word = mem_strndup(line, length);
	bool known = script_verb_parse(word, verb);

	free(word);
	*rest = line + length;
	if (**rest == ' ')
		(*rest)++;
	return known;
}

/* Opens a new rule; the pattern becomes its own. */
static struct script_rule *
add_rule(struct script *script, char *pattern)
{
	struct script_rule *rule;

	script->rules =
	    mem_grow(script->rules, script->count, &script->capacity, sizeof *script->rules);
	rule = &script->rules[script->count++];
	*rule = (struct script_rule){ .pattern = pattern };
	return rule;
}

/* Opens the rule of a C: or T: line. Returns NULL or a sentence. */
static char *
add_pattern(struct script *script, const char *pattern, bool encrypted)
{
	const char *star = strchr(pattern, '*');

	if (*pattern == '\0')
		return complain("C: is followed by the command that the client sends");
	if (star && star[1] != '\0')
		return complain("* may only stand at the end of a command");
	add_rule(script, mem_strdup(pattern))->encrypted = encrypted;
	return NULL;
}

char *
script_add(struct script *script, const char *line)
{
	struct script_step step = { 0 };
	struct script_rule *rule;
	const char *rest;
	char *sentence;

	if (strncmp(line, "C: ", 3) == 0 || strncmp(line, "T: ", 3) == 0)
		return add_pattern(script, line + 3, *line == 'T');
	if (!find_verb(line, &step.verb, &rest))
		return complain(
		    "a line of a script starts with C:, T:, S:, raw, drip, keywords, endless, "
		    "delay, await, starttls, silence, close or reset");
	sentence = parse_argument(&step, rest);
	if (sentence)
		return sentence;
	rule = script->count > 0 ? &script->rules[script->count - 1] : add_rule(script, NULL);
	rule->steps = mem_grow(rule->steps, rule->count, &rule->capacity, sizeof *rule->steps);
	rule->steps[rule->count++] = step;
	return NULL;
}

char *
script_parse(struct script *script, const char *text)
{
	char *sentence = NULL;

	while (*text && !sentence) {
		size_t length = strcspn(text, "\n");
		char *line = mem_strndup(text, length);

		if (*line && *line != '#')
			sentence = script_add(script, line);
		free(line);
		text += length;
		text += *text == '\n';
	}
	return sentence;
}

/* Frees what a rule holds. */
static void
clear_rule(struct script_rule *rule)
{
	for (size_t i = 0; i < rule->count; i++)
		free(rule->steps[i].text);
	free(rule->steps);
	free(rule->pattern);
}

void
script_clear(struct script *script)
{
	for (size_t i = 0; i < script->count; i++)
		clear_rule(&script->rules[i]);
	free(script->rules);
	*script = (struct script){ 0 };
}

/* True when the command is what the pattern expects. */
static bool
matches(const char *pattern, const char *command)
{
	size_t fixed = strcspn(pattern, "*");
	char *prefix;
	bool same;

	if (pattern[fixed] == '\0')
		return text_equal_nocase(pattern, command);
	prefix = mem_strndup(pattern, fixed);
	same = text_prefix_nocase(command, prefix);
	free(prefix);
	return same;
}

const struct script_rule *
script_find(const struct script *script, const char *command, bool encrypted)
{
	for (size_t i = 0; i < script->count; i++) {
		const struct script_rule *rule = &script->rules[i];

		if (!command && !rule->pattern)
			return rule;
		if (command && rule->pattern && (encrypted || !rule->encrypted) &&
		    matches(rule->pattern, command))
			return rule;
	}
	return NULL;
}
