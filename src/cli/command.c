/*
 * The grammar that prompt, keys, config file and scripts share: one table, one parser. What each
 * verb does is in app/update*.c; here is only how it is spelled, and the sentence when it is not.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "mail/sender.h"
#include "app/settings.h"
#include "app/view.h"
#include "cli/command.h"

NAMES_DEFINE(topic, TOPICS)

#define WORD_OF(member, name, help) { name, help },

static const struct command_word reload_words[] = { { "all", "every domain" }, { 0 } };
static const struct command_word sort_words[] = {
	SORT_KEYS(WORD_OF){ "next", "the next of these orders" },
	{ 0 },
};
static const struct command_word resize_words[] = {
	{ "wider", "the focused pane" },
	{ "narrower", "the focused pane" },
	{ "taller", "the focused pane" },
	{ "shorter", "the focused pane" },
	EDGES(WORD_OF){ "reset", "all panes as they were" },
	{ 0 },
};
static const struct command_word next_words[] = {
	{ "page", "in a view, a page down" },
	{ 0 },
};
static const struct command_word match_words[] = {
	{ "next", "further down" },
	{ "previous", "further up" },
	{ 0 },
};
static const struct command_word focus_words[] = {
	PANES(WORD_OF){ "prompt", "the command line, with a text to begin with" },
	{ "next", "the pane behind this one" },
	{ "previous", "the pane before this one" },
	{ 0 },
};
static const struct command_word move_words[] = {
	{ "up", "a line; with a count, so many" },
	{ "down", "a line; with a count, so many" },
	{ "page-up", "a page" },
	{ "page-down", "a page" },
	{ "top", "the first line; with a count, that line" },
	{ "bottom", "the last line; with a count, that line" },
	{ "left", "the pane to the left" },
	{ "right", "the pane to the right" },
	{ 0 },
};
static const struct command_word copy_words[] = {
	{ "row", "the selected row" },
	{ "report", "the report of the selected domain" },
	{ 0 },
};
static const struct command_word back_words[] = {
	{ "stay", "but not out of the program" },
	{ 0 },
};
static const struct command_word view_words[] = { VIEWS(WORD_OF){ 0 } };
static const struct command_word sender_words[] = { SENDERS(WORD_OF){ 0 } };
static const struct command_word mouse_words[] = {
	{ "on", "the program's" },
	{ "off", "the terminal's" },
	{ 0 },
};
static const struct command_word net_words[] = {
	{ "on", "questions and probes go out" },
	{ "off", "nothing more is asked or probed" },
	{ 0 },
};

/* clang-format off */
static const struct command_row rows[] = {
	{ VERB_LOOKUP, "lookup", "[NAME]", "study a domain or address; in the laboratory, alone: list what there is to try",
	    COMPLETES_DOMAIN, NULL, 0, 1, true },
	{ VERB_RELOAD, "reload", "[all]", "ask again, past the cache", COMPLETES_WORD, reload_words, 0, 1, false },
	{ VERB_CLOSE, "close", "[NAME]", "drop the selected domain, or this one", COMPLETES_DOMAIN, NULL, 0, 1, true },
	{ VERB_PROBE, "probe", "[all|EXCHANGE|ADDRESS|HOST]", "probe again: the selected address, all, these, or a control host",
	    COMPLETES_EXCHANGE, NULL, 0, 1, false },
	{ VERB_STOP, "stop", "", "cancel what is in flight for the selected domain", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_RCPT, "rcpt", "ADDRESS", "ask the servers for this recipient: MAIL, RCPT, RSET; never a message",
	    COMPLETES_DOMAIN, NULL, 1, 1, true },
	{ VERB_CERTIFICATES, "certificates", "[FILE]", "those of the selected server; with FILE: write them as PEM",
	    COMPLETES_NOTHING, NULL, 0, 1, true },
	{ VERB_SENDER, "sender", "[NAME]", "sender profile whose plan and verdict are shown; alone: the next one",
	    COMPLETES_SENDER, sender_words, 0, 1, false },
	{ VERB_WHAT_IF, "what-if", "[clear|TARGET STATE]",
	    "pretend a state of a host, address, pref:N, ipv4, ipv6 or nameserver; alone: the selected row is down, or no more",
	    COMPLETES_WHAT_IF, NULL, 0, 2, false },
	{ VERB_MX, "mx", "add|remove|prefer|zone ...",
	    "edit a hypothetical MX set: add PREF HOST, remove HOST, prefer HOST PREF; zone: as text to paste",
	    COMPLETES_MX, NULL, 1, 3, false },
	{ VERB_VANTAGE, "vantage", "NAME|ADDRESS", "where the sender stands: stranger, ipv4-only, ipv6-only, no-dnssec, or the host that it is",
	    COMPLETES_VANTAGE, NULL, 1, 1, false },
	{ VERB_SEED, "seed", "N", "seed of the draw among equal preferences", COMPLETES_NOTHING, NULL, 1, 1, false },
	{ VERB_LAB, "lab", "[SCENARIO]", "open the laboratory, or one of its scenarios", COMPLETES_SCENARIO, NULL, 0, 1, false },
	{ VERB_COMPARE, "compare", "[NAME] [@RESOLVER ...]", "every authoritative server side by side, or these resolvers",
	    COMPLETES_DOMAIN, NULL, 0, 8, false },
	{ VERB_TRACE, "trace", "[NAME [TYPE]]", "walk from the root to the servers of NAME, or of the selected domain",
	    COMPLETES_DOMAIN, NULL, 0, 2, false },
	{ VERB_DIG, "dig", "NAME [TYPE] [@SERVER]", "one question in full; also +dnssec +hex +norecurse +tcp; +hex alone: octets on and off",
	    COMPLETES_DOMAIN, NULL, 1, 8, false },
	{ VERB_FILTER, "filter", "[TEXT]", "show only domains that hold TEXT; alone: all", COMPLETES_DOMAIN, NULL, 0, 1, true },
	{ VERB_SEARCH, "search", "[TEXT]", "find TEXT in the view or pane on top; alone: ask for it, or in the Domains and MX panes for a filter",
	    COMPLETES_NOTHING, NULL, 0, 1, true },
	{ VERB_MATCH, "match", "next|previous", "go to the next or previous match of the search", COMPLETES_WORD, match_words, 1, 1, false },
	{ VERB_COUNT, "count", "DIGIT", "a digit of a count for the next move; at a question: the answer", COMPLETES_NOTHING, NULL, 1, 1, false },
	{ VERB_PALETTE, "palette", "", "find a command, key or view by some letters of it", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_SORT, "sort", "time|name|verdict|next", "order of the domains", COMPLETES_WORD, sort_words, 1, 1, false },
	{ VERB_FOCUS, "focus", "PANE [TEXT]", "go to domains, mx, smtp, next, previous, or the prompt, with a text to begin with",
	    COMPLETES_WORD, focus_words, 1, 2, true },
	{ VERB_MOVE, "move", "WHERE [COUNT]", "move the selection: up, down, page-up, page-down, top, bottom, left, right; so often, or to this line",
	    COMPLETES_WORD, move_words, 1, 2, false },
	{ VERB_OPEN, "open", "", "open or drill into what is selected", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_WALK, "walk", "[ADDRESS]", "go through the delivery step by step: to the selected domain, or to this address",
	    COMPLETES_DOMAIN, NULL, 0, 1, true },
	{ VERB_NEXT, "next", "[page]", "the next step of the walkthrough or lesson, the next question or match; page: in a view, a page down",
	    COMPLETES_WORD, next_words, 0, 1, false },
	{ VERB_BACK, "back", "[stay]", "one step back in walkthrough or lesson; elsewhere the same as leave",
	    COMPLETES_WORD, back_words, 0, 1, false },
	{ VERB_LEAVE, "leave", "[stay]", "leave the innermost view; in the first pane the program, unless it is to stay",
	    COMPLETES_WORD, back_words, 0, 1, false },
	{ VERB_EXPLAIN, "explain", "[ID|CODE|\"log line\"]",
	    "explain a finding, rule, code, word or log line, offline; alone: what is under the cursor", COMPLETES_EXPLAINED, NULL, 0, 1, true },
	{ VERB_WHY, "why", "[TARGET]", "the reasons for an exchange, an address or pref:N; alone: for the selected row",
	    COMPLETES_EXCHANGE, NULL, 0, 1, false },
	{ VERB_LESSON, "lesson", "[NAME|NUMBER|FILE]", "begin a lesson; alone: choose from the list of them", COMPLETES_LESSON, NULL, 0, 1, true },
	{ VERB_QUIZ, "quiz", "", "questions about the selected domain, asked before the answer shows", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_ANSWER, "answer", "N", "answer the question that is open by number, or in its words", COMPLETES_NOTHING, NULL, 1, 1, true },
	{ VERB_VIEW, "view", "NAME", "lay a view over the panes, or take it away",
	    COMPLETES_VIEW, view_words, 1, 1, false },
	{ VERB_SIMULATE, "simulate", "[N]", "N deliveries (10000): which address takes how many, for every sender",
	    COMPLETES_NOTHING, NULL, 0, 1, false },
	{ VERB_CLOCK, "clock", "[+TIME|TARGET down FROM UNTIL [sent TIME]|clear]",
	    "the retry clock: when a message arrives, and where, as if TARGET were down from 09:00 to 15:00",
	    COMPLETES_EXCHANGE, NULL, 0, 6, false },
	{ VERB_RESIZE, "resize", "WHAT [N]",
	    "the focused pane wider, narrower, taller, shorter; move the side, upper or lower frame; or reset all",
	    COMPLETES_WORD, resize_words, 1, 2, false },
	{ VERB_ZOOM, "zoom", "", "the focused pane alone, and back", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_COPY, "copy", "[row|report]", "copy what is under the cursor, the view, the row, or a report of the domain",
	    COMPLETES_WORD, copy_words, 0, 1, false },
	{ VERB_MOUSE, "mouse", "[on|off]", "use the mouse, or give it back to the terminal", COMPLETES_WORD, mouse_words, 0, 1, false },
	{ VERB_SET, "set", "[OPTION [VALUE]]", "change a setting; without VALUE: explain it; alone: list all with their values",
	    COMPLETES_SETTING, NULL, 0, 2, false },
	{ VERB_BIND, "bind", "KEY COMMAND", "give a key a command", COMPLETES_KEY, NULL, 2, 2, true },
	{ VERB_UNBIND, "unbind", "KEY", "take a key's command away", COMPLETES_KEY, NULL, 1, 1, false },
	{ VERB_THEME, "theme", "NAME|FILE", "change the colours", COMPLETES_THEME, NULL, 1, 1, true },
	{ VERB_NET, "net", "on|off", "off: nothing more is asked or probed", COMPLETES_WORD, net_words, 1, 1, false },
	{ VERB_HELP, "help", "[TOPIC]", "keys and commands, or one command", COMPLETES_TOPIC, NULL, 0, 1, false },
	{ VERB_WAIT, "wait", "", "in scripts: wait until nothing is in flight", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_SCREEN, "screen", "FILE", "write the screen as text", COMPLETES_NOTHING, NULL, 1, 1, true },
	{ VERB_SOURCE, "source", "FILE", "run the commands in a file", COMPLETES_NOTHING, NULL, 1, 1, true },
	{ VERB_WATCH, "watch", "[INTERVAL|off]", "ask again when a TTL ends, or every 30s, 5m, 1h; ring when something of meaning changed",
	    COMPLETES_NOTHING, NULL, 0, 1, false },
	{ VERB_DIFF, "diff", "[A [B]]", "what changed: since the last snapshot, or between snapshots A and B (1 = newest, now)",
	    COMPLETES_NOTHING, NULL, 0, 2, false },
	{ VERB_NOTE, "note", "[TEXT]", "keep a note about the selected domain; alone: take it away", COMPLETES_NOTHING, NULL, 0, 1, true },
	{ VERB_PIN, "pin", "", "keep the selected domain above the others, or no more", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_SAVE, "save", "FILE", "write the report of the selected domain: Markdown (.md), JSON (.json) or text",
	    COMPLETES_NOTHING, NULL, 1, 1, true },
	{ VERB_RECORD, "record", "FILE", "record this session, from its beginning, for replay", COMPLETES_NOTHING, NULL, 1, 1, true },
	{ VERB_REPLAY, "replay", "FILE", "play a recording in place of this session; nothing is asked", COMPLETES_NOTHING, NULL, 1, 1, true },
	{ VERB_STEP, "step", "[N]", "in a replay by steps: the next event, or N of them", COMPLETES_NOTHING, NULL, 0, 1, false },
	{ VERB_REDRAW, "redraw", "", "draw the whole screen anew", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_SUSPEND, "suspend", "", "stop the program, as Ctrl-Z does", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_QUIT, "quit", "", "leave the program", COMPLETES_NOTHING, NULL, 0, 0, false },
};
/* clang-format on */

enum {
	ROWS = sizeof rows / sizeof *rows
};

const struct command_row *
command_table(size_t *count)
{
	*count = ROWS;
	return rows;
}

const struct command_row *
command_row_of(enum verb verb)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].verb == verb)
			return &rows[i];
	}
	return NULL;
}

bool
command_is_complete(const struct command *command)
{
	const struct command_row *row = command_row_of(command->verb);

	return row != NULL && command->argument_count >= row->minimum &&
	    command->argument_count <= row->maximum;
}

/* --- words ----------------------------------------------------------------------- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *
skip_blanks(const char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

/*
 * Takes one word off the line: up to a blank, or what stands in "quotes", where \" and \\ stand for
 * themselves. Returns the word (the caller frees it) and moves *line behind it, or NULL when a
 * quote is not closed.
 */
static char *
take_word(const char **line)
{
	struct buf word = BUF_INIT;
	const char *s = *line;
	bool quoted = *s == '"';

	if (quoted)
		s++;
	while (*s != '\0' && (quoted ? *s != '"' : !is_blank(*s))) {
		if (quoted && *s == '\\' && (s[1] == '"' || s[1] == '\\'))
			s++;
		buf_addc(&word, *s++);
	}
	if (quoted && *s != '"') {
		buf_clear(&word);
		return NULL;
	}
	*line = skip_blanks(quoted ? s + 1 : s);
	return buf_take(&word);
}

/* Takes the rest of the line as one word, without blanks at its end; quotes around it are taken off. */
static char *
take_rest(const char **line)
{
	size_t n = strlen(*line);
	const char *s = *line;

	if (*s == '"') {
		char *word = take_word(line);

		if (word == NULL || **line == '\0')
			return word;
		free(word); /* a quoted word and more: the rest as it stands */
		n = strlen(s);
	}
	while (n > 0 && is_blank(s[n - 1]))
		n--;
	*line = s + strlen(s);
	return mem_strndup(s, n);
}

/* --- which command ------------------------------------------------------------------- */

/* Words that are one command for ever, whatever other commands begin so. */
static const struct {
	const char *word, *name;
} short_forms[] = {
	{ "q", "quit" },
};

/* The command's name that the word stands for: mostly itself. */
static const char *
full_form(const char *word)
{
	for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++) {
		if (strcmp(short_forms[i].word, word) == 0)
			return short_forms[i].name;
	}
	return word;
}

/* The number of commands that begin with the word; *found is the last, or the exact one (then 1). */
static int
find_rows(const char *word, const struct command_row **found)
{
	int matches = 0;

	word = full_form(word);
	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].name, word) == 0) {
			*found = &rows[i];
			return 1;
		}
		if (strncmp(rows[i].name, word, strlen(word)) == 0) {
			*found = &rows[i];
			matches++;
		}
	}
	return matches;
}

/* True for a word that can only be a domain or address, never a command. */
static bool
looks_like_name(const char *word)
{
	for (; *word != '\0'; word++) {
		if (*word == '.' || *word == '@' || (unsigned char)*word >= 0x80)
			return true;
	}
	return false;
}

/* Returns the sentence for a word that abbreviates several commands. */
static char *
ambiguous(const char *word)
{
	struct buf sentence = BUF_INIT;
	const char *separator = "";

	buf_addf(&sentence, "\"%s\" could be ", word);
	for (size_t i = 0; i < ROWS; i++) {
		if (strncmp(rows[i].name, word, strlen(word)) != 0)
			continue;
		buf_addf(&sentence, "%s%s", separator, rows[i].name);
		separator = " or ";
	}
	buf_addc(&sentence, '.');
	return buf_take(&sentence);
}

/* Returns the sentence for a word that is no command. */
static char *
unknown(const char *word)
{
	struct buf sentence = BUF_INIT;

	buf_adds(&sentence, "There is no command \"");
	text_printable(&sentence, word, strlen(word));
	buf_adds(&sentence,
	    "\": expected a domain such as example.net, or a command (`help` lists them).");
	return buf_take(&sentence);
}

/* Returns the sentence that shows how the command is spelled. */
static char *
misused(const struct command_row *row)
{
	struct buf sentence = BUF_INIT;

	buf_addf(&sentence, "Expected `%s%s%s`: %s.", row->name,
	    *row->grammar != '\0' ? " " : "", row->grammar, row->help);
	return buf_take(&sentence);
}

/* True when the row leaves its first argument free, or lists this one. */
static bool
word_allowed(const struct command_row *row, const char *word)
{
	if (row->words == NULL)
		return true;
	for (const struct command_word *w = row->words; w->word != NULL; w++) {
		if (strcmp(w->word, word) == 0)
			return true;
	}
	return false;
}

/* Reads the arguments of a command. Returns NULL, or a sentence. */
static char *
take_arguments(const struct command_row *row, const char *line, struct command *command)
{
	while (*line != '\0') {
		int n = command->argument_count;
		char *word;

		if (n == row->maximum)
			return misused(row);
		word = row->rest && n + 1 == row->maximum ? take_rest(&line) : take_word(&line);
		if (word == NULL)
			return mem_strdup("A quote (\") is not closed.");
		command->arguments[command->argument_count++] = word;
		if (n == 0 && !word_allowed(row, word))
			return misused(row);
	}
	return command->argument_count < row->minimum ? misused(row) : NULL;
}

/* Finds the command for the first word; a bare name is a lookup. NULL with a sentence in *error. */
static const struct command_row *
choose_row(const char **line, char **error)
{
	const struct command_row *row = NULL;
	const char *behind = *line;
	char *word = take_word(&behind);
	int matches;

	if (word == NULL) {
		*error = mem_strdup("A quote (\") is not closed.");
		return NULL;
	}
	if (looks_like_name(word)) {
		free(word);
		return command_row_of(VERB_LOOKUP); /* the whole line is the name */
	}
	matches = find_rows(word, &row);
	if (matches != 1)
		*error = matches == 0 ? unknown(word) : ambiguous(word);
	free(word);
	*line = behind;
	return matches == 1 ? row : NULL;
}

char *
command_parse(const char *line, struct command *command, bool *is_empty)
{
	const struct command_row *row;
	char *error = NULL;

	*command = (struct command){ 0 };
	line = skip_blanks(line);
	*is_empty = *line == '\0' || *line == '#';
	if (*is_empty)
		return NULL;
	row = choose_row(&line, &error);
	if (row == NULL)
		return error;
	command->verb = row->verb;
	error = take_arguments(row, line, command);
	if (error != NULL)
		command_clear(command);
	return error;
}

/* --- while it is typed ------------------------------------------------------------------- */

/* A line being looked at. */
struct look {
	const char *line;
	const char *word; /* the first octet of the word */
	const char *end; /* behind it: at a blank, or at the end of the line */
	const struct setting_row *setting; /* that the line is about, or NULL */
};

/* True while the word may go on. */
static bool
is_open(const struct look *look)
{
	return *look->end == '\0';
}

/* Says that the word is wrong; takes the sentence. */
static struct line_check
wrong(const struct look *look, char *sentence)
{
	return (struct line_check){
		.wrong = (size_t)(look->word - look->line),
		.end = (size_t)(look->end - look->line),
		.sentence = sentence,
	};
}

/* Says something of a line in which nothing is wrong; takes the sentence. */
static struct line_check
fine(char *sentence)
{
	return (struct line_check){ .wrong = SIZE_MAX, .sentence = sentence };
}

/* Says how the command is spelled and what it does. */
static struct line_check
usage(const struct command_row *row)
{
	struct buf sentence = BUF_INIT;

	buf_addf(&sentence, "%s%s%s: %s", row->name, *row->grammar != '\0' ? " " : "",
	    row->grammar, row->help);
	return fine(buf_take(&sentence));
}

/* Says what a setting takes and does. */
static struct line_check
setting_usage(const struct setting_row *setting)
{
	struct buf sentence = BUF_INIT;

	buf_addf(&sentence, "set %s: %s; expects %s", setting->name, setting->help,
	    setting->expects);
	if (setting->standard != NULL)
		buf_addf(&sentence, " (default %s)", setting->standard);
	return fine(buf_take(&sentence));
}

/* Looks at a first word that is no command yet: it may become a domain, or one of several commands. */
static struct line_check
check_name(const struct look *look, const char *word, int matches)
{
	struct buf sentence = BUF_INIT;

	if (!is_open(look))
		return wrong(look, matches == 0 ? unknown(word) : ambiguous(word));
	if (matches > 0)
		return fine(ambiguous(word));
	buf_adds(&sentence, "No command begins with \"");
	text_printable(&sentence, word, strlen(word));
	buf_adds(&sentence, "\": a domain, such as example.net?");
	return fine(buf_take(&sentence));
}

/* True when the word is this one, or - while it may go on - the beginning of it. */
static bool
may_be(const struct look *look, const char *word, const char *whole)
{
	return is_open(look) ? strncmp(whole, word, strlen(word)) == 0
			     : strcmp(whole, word) == 0;
}

/* True when the word may be one of those that the command takes. */
static bool
may_be_word(const struct look *look, const struct command_word *words, const char *word)
{
	for (; words->word != NULL; words++) {
		if (may_be(look, word, words->word))
			return true;
	}
	return false;
}

/* True when the word may be the name of a setting. */
static bool
may_be_setting(const struct look *look, const char *word)
{
	size_t count;
	const struct setting_row *settings = settings_table(&count);

	for (size_t i = 0; i < count; i++) {
		if (may_be(look, word, settings[i].name))
			return true;
	}
	return false;
}

/* True when the word may be a value of the setting: any, where it does not take one of a few. */
static bool
may_be_value(const struct look *look, const struct setting_row *setting, const char *word)
{
	if (setting == NULL || setting->words == NULL)
		return true;
	for (const char *const *value = setting->words; *value != NULL; value++) {
		if (may_be(look, word, *value))
			return true;
	}
	return false;
}

/* True when the word may be the argument at this place, of which 0 is the first. */
static bool
may_be_argument(
    const struct look *look, const struct command_row *row, int place, const char *word)
{
	if (row->completes == COMPLETES_SETTING)
		return place == 0 ? may_be_setting(look, word)
				  : may_be_value(look, look->setting, word);
	return place > 0 || row->words == NULL || may_be_word(look, row->words, word);
}

/* Returns the sentence for a word that cannot be the argument at this place. */
static char *
misplaced(const struct look *look, const struct command_row *row, int place, const char *word)
{
	if (row->completes == COMPLETES_SETTING && place == 0)
		return settings_unknown(word);
	if (row->completes == COMPLETES_SETTING && place == 1)
		return settings_refused(look->setting, word);
	return misused(row);
}

/* Looks at the command that a key is to say, which begins at look->word. */
static struct line_check
check_bound(const struct look *look, const struct command_row *row)
{
	struct line_check check;
	size_t shift = (size_t)(look->word - look->line);

	if (*look->word == '"')
		return usage(row);
	check = command_check_line(look->word);
	if (check.sentence == NULL)
		return usage(row);
	check.end += shift;
	if (check.wrong != SIZE_MAX)
		check.wrong += shift;
	return check;
}

/* Looks at the arguments, the first of which begins at look->word. */
static struct line_check
check_arguments(struct look *look, const struct command_row *row)
{
	for (int n = 0; *look->word != '\0'; n++) {
		const char *behind = look->word;
		char *word = take_word(&behind);
		char *trouble = NULL;

		if (word == NULL || (row->rest && n + 1 == row->maximum)) {
			free(word); /* a quote that is still open, or the rest of the line */
			break;
		}
		look->end = behind;
		while (look->end > look->word && is_blank(look->end[-1]))
			look->end--;
		if (n == row->maximum || !may_be_argument(look, row, n, word))
			trouble = misplaced(look, row, n, word);
		if (n == 0 && row->completes == COMPLETES_SETTING)
			look->setting = settings_find(word);
		free(word);
		if (trouble != NULL)
			return wrong(look, trouble);
		look->word = behind;
		if (n == 0 && row->verb == VERB_BIND)
			return check_bound(look, row);
	}
	return look->setting == NULL ? usage(row) : setting_usage(look->setting);
}

struct line_check
command_check_line(const char *line)
{
	struct look look = { .line = line, .word = skip_blanks(line) };
	const struct command_row *row = NULL;
	const char *behind = look.word;
	struct line_check check;
	char *word;
	int matches;

	if (*look.word == '\0' || *look.word == '#')
		return fine(NULL);
	word = take_word(&behind);
	if (word == NULL || looks_like_name(word)) {
		free(word);
		return fine(NULL);
	}
	look.end = look.word + strcspn(look.word, " \t");
	matches = find_rows(word, &row);
	check = matches == 1 ? fine(NULL) : check_name(&look, word, matches);
	free(word);
	if (matches != 1)
		return check;
	look.word = behind;
	return check_arguments(&look, row);
}
