/*
 * The command table: name, grammar, help and completion of every command, in one row each. The prompt,
 * keys, config file and scripts speak this grammar; help, completion and manual page read it.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "app/verb.h"
#include "util/names.h"

/* The parts of the help; any other topic is a command. */
#define TOPICS(X) \
	X(TOPIC_KEYS, "keys", "what each key does") \
	X(TOPIC_COMMANDS, "commands", "what each command does") \
	X(TOPIC_MARKS, "marks", "what each mark means") \
	X(TOPIC_SETTINGS, "settings", "what can be set, and what it is now") \
	X(TOPIC_OPTIONS, "options", "the options of the command line") \
	X(TOPIC_FINDINGS, "findings", "what there can be to find") \
	X(TOPIC_VIEWS, "views", "what can lie over the panes") \
	X(TOPIC_SENDERS, "senders", "the sender profiles, each with its evidence") \
	X(TOPIC_THEMES, "themes", "the themes that come with the program") \
	X(TOPIC_STYLES, "styles", "what a theme gives colours to")
NAMES_DECLARE(topic, TOPICS)

/* What a word at some place of a command completes to. */
enum completes {
	COMPLETES_NOTHING,
	COMPLETES_DOMAIN, /* domains seen, and the laboratory's */
	COMPLETES_OPEN, /* domains seen */
	COMPLETES_ADDRESS, /* domains, and behind an @ those seen */
	COMPLETES_INTERVAL, /* a span of time, or off */
	COMPLETES_QUESTION, /* domains, and then types and options */
	COMPLETES_EXCHANGE, /* exchanges and addresses of the selected inquiry */
	COMPLETES_SCENARIO,
	COMPLETES_SETTING, /* settings, and then their values */
	COMPLETES_THEME,
	COMPLETES_KEY, /* keys, and then a command line of its own */
	COMPLETES_SENDER,
	COMPLETES_VIEW,
	COMPLETES_WHAT_IF, /* targets and states */
	COMPLETES_MX, /* kinds of edit, and exchanges */
	COMPLETES_VANTAGE, /* kinds of vantage, exchanges and addresses */
	COMPLETES_WORD, /* one of .words */
	COMPLETES_LESSON,
	COMPLETES_EXPLAINED, /* findings of the selected inquiry, and rules */
	COMPLETES_TOPIC, /* topics of the help, and commands */
	COMPLETES_FILE, /* files and folders */
};

/* A word that a command takes, and what it does there. */
struct command_word {
	const char *word, *help;
};

struct command_row {
	enum verb verb;
	const char *name; /* "lookup" */
	const char *grammar; /* "[NAME]" */
	const char *help; /* "study a domain or address" */
	enum completes completes;
	const struct command_word
	    *words; /* the only ones allowed, up to one without a word; NULL = any */
	int minimum, maximum; /* arguments */
	bool rest; /* the last argument takes the rest of the line */
};

/* All rows, in the order of the help. */
const struct command_row *command_table(size_t *count);

/* The row of this verb. */
const struct command_row *command_row_of(enum verb verb);

/*
 * Parses a line: a command with its arguments, unambiguous abbreviations allowed, or just a
 * name to look up; "quoted words" are one argument. Returns NULL and fills *command (clear
 * it with command_clear()), or a sentence that says what was expected, which the caller frees.
 * An empty line or a '#' comment gives NULL with *is_empty set.
 */
char *command_parse(const char *line, struct command *command, bool *is_empty);

/* What there is to say of a line while it is typed. */
struct line_check {
	size_t wrong, end; /* the octets that cannot be right; wrong SIZE_MAX = none so far */
	char *
	    sentence; /* what is wrong; or else how the command goes on; NULL = nothing to say */
};

/*
 * Looks at a line that may still grow: only what no further letter can mend is wrong. Free the
 * sentence.
 */
struct line_check command_check_line(const char *line);

/* True when the command, wherever it comes from, has the arguments that its grammar asks for. */
bool command_is_complete(const struct command *command);

#endif
