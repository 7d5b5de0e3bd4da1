/*
 * Completions for bash, zsh and fish. Decides how each shell is told; which options there are, what they
 * take and what they mean stands in the table of options, and is never written a second time.
 */
#include <string.h>

#include "cli/options.h"
#include "cli/shell_completion.h"
#include "cli/themes.h"

NAMES_DEFINE(shell, SHELLS)

/* The names of an enumeration, parted by blanks. */
#define WORD(member, name, help) name " "

/* What an argument may be, where it is one of a few words. */
static const struct {
	const char *option, *words;
} values[] = {
	{ "report", "text json markdown " },
	{ "pace", "once real step " },
	{ "sender", SENDERS(WORD) },
	{ "completion", SHELLS(WORD) },
	{ "manual", MANUALS(WORD) },
};

/* What is written, and what the laboratory offers. */
struct writing {
	struct buf *out;
	const struct scenario_row *scenarios;
	size_t scenario_count;
};

/* Appends the words that the option's argument may be, parted by blanks: false when there are none. */
static bool
add_words(struct buf *out, const struct writing *writing, const struct option_row *row)
{
	const char *name = row->name == NULL ? "" : row->name;
	size_t count, before = out->length;
	const struct theme_row *themes = themes_table(&count);

	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		if (strcmp(name, values[i].option) == 0)
			buf_adds(out, values[i].words);
	}
	for (size_t i = 0; strcmp(name, "theme") == 0 && i < count; i++)
		buf_addf(out, "%s ", themes[i].name);
	for (size_t i = 0; strcmp(name, "lab") == 0 && i < writing->scenario_count; i++)
		buf_addf(out, "%s ", writing->scenarios[i].name);
	if (out->length == before)
		return false;
	buf_truncate(out, out->length - 1);
	return true;
}

/* True for an option whose argument may be a file. */
static bool
takes_file(const struct option_row *row)
{
	return row->argument != NULL && strstr(row->argument, "FILE") != NULL;
}

/* --- bash ------------------------------------------------------------------------------------ */

/* Appends "-s|--server", as a pattern or with another separator. */
static void
add_spellings(struct buf *out, const struct option_row *row, const char *separator)
{
	if (row->letter != 0)
		buf_addf(out, "-%c", row->letter);
	if (row->letter != 0 && row->name != NULL)
		buf_adds(out, separator);
	if (row->name != NULL)
		buf_addf(out, "--%s", row->name);
}

/* Appends the case of an option that takes an argument: what may stand behind it, or behind its =. */
static void
add_bash_case(const struct writing *writing, const struct option_row *row)
{
	struct buf *out = writing->out;
	struct buf words = BUF_INIT;

	buf_adds(out, "\t");
	if (!row->optional) {
		add_spellings(out, row, "|");
		buf_addc(out, '|');
	}
	buf_addf(out, "--%s=", row->name);
	buf_adds(out, ")\n");
	if (add_words(&words, writing, row))
		buf_addf(out, "\t\tCOMPREPLY+=($(compgen -W '%s' -- \"$word\"))\n", words.data);
	if (takes_file(row))
		buf_adds(out, "\t\tCOMPREPLY+=($(compgen -f -- \"$word\"))\n");
	buf_adds(out, "\t\treturn ;;\n");
	buf_clear(&words);
}

static void
write_bash(const struct writing *writing, const struct option_row *rows, size_t count)
{
	struct buf *out = writing->out;

	buf_adds(out,
	    "# completions of mxscope for bash\n"
	    "_mxscope()\n{\n"
	    "\tlocal word=$2 before=$3\n"
	    "\tCOMPREPLY=()\n"
	    "\tif [ \"$before\" = = ]; then\n"
	    "\t\tbefore=${COMP_WORDS[COMP_CWORD-2]}=\n"
	    "\telif [ \"$word\" = = ]; then\n"
	    "\t\tword= before=$before=\n"
	    "\tfi\n"
	    "\tcase $before in\n");
	for (size_t i = 0; i < count; i++) {
		if (rows[i].argument != NULL)
			add_bash_case(writing, &rows[i]);
	}
	buf_adds(out, "\tesac\n\tcase $word in\n\t-*)\n\t\tCOMPREPLY=($(compgen -W '");
	for (size_t i = 0; i < count; i++) {
		add_spellings(out, &rows[i], " ");
		buf_adds(out, i + 1 < count ? " " : "");
	}
	buf_adds(out,
	    "' -- \"$word\")) ;;\n"
	    "\t@*)\n\t\tCOMPREPLY=($(compgen -P @ -f -- \"${word#@}\")) ;;\n"
	    "\tesac\n}\n"
	    "complete -F _mxscope mxscope\n");
}

/* --- zsh ------------------------------------------------------------------------------------- */

/* Appends help for _arguments, where brackets and colons have a meaning, quoted for the shell. */
static void
add_zsh_help(struct buf *out, const char *help)
{
	for (; *help != '\0'; help++) {
		if (strchr("[]:\\", *help) != NULL)
			buf_addc(out, '\\');
		if (*help == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, *help);
	}
}

/* Appends what an argument is completed by: words, files, both or nothing. */
static void
add_zsh_action(const struct writing *writing, const struct option_row *row)
{
	struct buf *out = writing->out;
	struct buf words = BUF_INIT;
	bool few = add_words(&words, writing, row);

	if (few && takes_file(row))
		buf_addf(out, "{compadd %s; _files}", words.data);
	else if (few)
		buf_addf(out, "(%s)", words.data);
	else if (takes_file(row))
		buf_adds(out, "_files");
	buf_clear(&words);
}

/* Appends one spelling of an option with its help; behind `joined`, what it takes. */
static void
add_zsh_spelling(const struct writing *writing, const struct option_row *row,
    const char *spelling, const char *joined)
{
	struct buf *out = writing->out;

	buf_addf(out, "\t'%s%s[", spelling, joined);
	add_zsh_help(out, row->help);
	buf_adds(out, "]");
	if (*joined != '\0') {
		buf_adds(out, row->optional ? "::" : ":");
		add_zsh_help(out, row->argument);
		buf_adds(out, ":");
		add_zsh_action(writing, row);
	}
	buf_adds(out, "' \\\n");
}

static void
write_zsh(const struct writing *writing, const struct option_row *rows, size_t count)
{
	struct buf *out = writing->out;

	buf_adds(out,
	    "#compdef mxscope\n"
	    "# completions of mxscope for zsh\n"
	    "_arguments -s -S \\\n");
	for (size_t i = 0; i < count; i++) {
		const struct option_row *row = &rows[i];
		struct buf spelling = BUF_INIT;

		buf_addf(&spelling, "-%c", row->letter);
		if (row->letter != 0)
			add_zsh_spelling(writing, row, spelling.data,
			    row->argument != NULL && !row->optional ? "+" : "");
		buf_truncate(&spelling, 0);
		buf_addf(&spelling, "--%s", row->name == NULL ? "" : row->name);
		if (row->name != NULL)
			add_zsh_spelling(writing, row, spelling.data,
			    row->argument == NULL ? ""
				: row->optional   ? "=-"
						  : "=");
		buf_clear(&spelling);
	}
	buf_adds(out, "\t'*:domain, address or @file:_files -P @'\n");
}

/* --- fish ------------------------------------------------------------------------------------ */

/* Appends the text between single quotes. */
static void
add_fish_quoted(struct buf *out, const char *text)
{
	buf_addc(out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '\'' || *text == '\\')
			buf_addc(out, '\\');
		buf_addc(out, *text);
	}
	buf_addc(out, '\'');
}

static void
write_fish(const struct writing *writing, const struct option_row *rows, size_t count)
{
	struct buf *out = writing->out;

	buf_adds(out, "# completions of mxscope for fish\ncomplete -c mxscope -f\n");
	for (size_t i = 0; i < count; i++) {
		const struct option_row *row = &rows[i];
		struct buf words = BUF_INIT;

		buf_adds(out, "complete -c mxscope");
		if (row->letter != 0)
			buf_addf(out, " -s %c", row->letter);
		if (row->name != NULL)
			buf_addf(out, " -l %s", row->name);
		if (row->argument != NULL && !row->optional)
			buf_adds(out, " -r");
		if (add_words(&words, writing, row))
			buf_addf(out, " -a '%s'", words.data);
		buf_clear(&words);
		if (takes_file(row))
			buf_adds(out, " -F");
		buf_adds(out, " -d ");
		add_fish_quoted(out, row->help);
		buf_addc(out, '\n');
	}
}

void
shell_completion(struct buf *out, enum shell shell, const struct scenario_row *scenarios,
    size_t scenario_count)
{
	static void (*const writers[])(
	    const struct writing *, const struct option_row *, size_t) = {
		[SHELL_BASH] = write_bash,
		[SHELL_ZSH] = write_zsh,
		[SHELL_FISH] = write_fish,
	};
	const struct writing writing = { out, scenarios, scenario_count };
	size_t count;
	const struct option_row *rows = options_table(&count);

	writers[shell](&writing, rows, count);
}
