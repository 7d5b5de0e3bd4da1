/*
 * The grammar that prompt, keys, config file and scripts share: one table (command_table.c), one
 * parser. What each verb does is in app/update*.c; here is only how a line is read, and the sentence
 * when it cannot be.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "app/settings.h"
#include "cli/command.h"
#include "cli/paths.h"

enum {
	NAMES_TOLD = 12
};

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
	size_t count;
	const struct command_row *rows = command_table(&count);
	int matches = 0;

	word = full_form(word);
	for (size_t i = 0; i < count; i++) {
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
	size_t count;
	const struct command_row *rows = command_table(&count);
	struct buf sentence = BUF_INIT;
	const char *separator = "";

	buf_addf(&sentence, "\"%s\" could be ", word);
	for (size_t i = 0; i < count; i++) {
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

/* Appends what NAME may be, where the grammar says no more and that is not too much for a line. */
static void
add_names(struct buf *out, const struct command_row *row)
{
	size_t count = 0;

	if (row->words == NULL || strstr(row->grammar, "NAME") == NULL)
		return;
	while (row->words[count].word != NULL)
		count++;
	if (count > NAMES_TOLD) {
		buf_addf(out, "; `help %ss` lists every NAME", row->name);
		return;
	}
	for (size_t i = 0; i < count; i++)
		buf_addf(out, "%s%s",
		    i == 0               ? "; NAME is "
			: i + 1 == count ? " or "
					 : ", ",
		    row->words[i].word);
}

/* Returns the sentence that shows how the command is spelled. */
static char *
misused(const struct command_row *row)
{
	struct buf sentence = BUF_INIT;

	buf_addf(&sentence, "Expected `%s%s%s`: %s", row->name,
	    *row->grammar != '\0' ? " " : "", row->grammar, row->help);
	add_names(&sentence, row);
	buf_addc(&sentence, '.');
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

/* True for a command whose argument may be the path of a file. */
static bool
takes_file(const struct command_row *row)
{
	return row->completes == COMPLETES_FILE || row->completes == COMPLETES_THEME ||
	    row->completes == COMPLETES_LESSON;
}

/* Puts the home in place of the "~" that a path begins with. */
static void
expand(char **path)
{
	char *expanded = paths_expand(*path);

	free(*path);
	*path = expanded;
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
		if (takes_file(row))
			expand(&word);
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

/* True when the word may be a value of the setting, or - while it may go on - become one. */
static bool
may_be_value(const struct look *look, const struct setting_row *setting, const char *word)
{
	if (setting == NULL || setting->words == NULL)
		return setting == NULL || is_open(look) || settings_take(setting, word);
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
