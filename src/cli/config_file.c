/*
 * The configuration file that --write-config makes: every setting with its default, the other commands
 * that belong to a start, and every key, from the tables that the program obeys. All of it stands
 * behind a '#', so that the file changes nothing until somebody takes one away, and a later
 * version's defaults are not hidden by it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/text.h"

#include "app/settings.h"
#include "cli/command.h"
#include "cli/config_file.h"
#include "cli/keys.h"
#include "cli/paths.h"
#include "cli/themes.h"

enum {
	COLUMNS = 100,
};

/* Adds a text as lines of a comment, broken at blanks. */
static void
add_comment(struct buf *out, const char *text)
{
	size_t column = 1;

	buf_addc(out, '#');
	while (*text != '\0') {
		size_t word = strcspn(text, " ");

		if (column > 1 && column + 1 + word > COLUMNS) {
			buf_adds(out, "\n#");
			column = 1;
		}
		buf_addc(out, ' ');
		buf_add(out, text, word);
		column += 1 + word;
		text += word + strspn(text + word, " ");
	}
	buf_addc(out, '\n');
}

static void
add_heading(struct buf *out, const char *text)
{
	buf_addf(out, "\n# --- %s ---\n", text);
}

static void
add_settings(struct buf *out)
{
	size_t count;
	const struct setting_row *rows = settings_table(&count);

	add_heading(out, "settings: `set` shows them all, `set NAME` explains one");
	for (size_t i = 0; i < count; i++) {
		struct buf comment = BUF_INIT;

		buf_addf(&comment, "%s; expects %s%s", rows[i].help, rows[i].expects,
		    rows[i].standard == NULL ? "; another at every start, unless set" : "");
		buf_addc(out, '\n');
		add_comment(out, buf_text(&comment));
		buf_addf(out, "#set %s %s\n", rows[i].name,
		    rows[i].standard == NULL ? "1" : rows[i].standard);
		buf_clear(&comment);
	}
}

/* Commands that say how the program starts, with what holds without them. */
static const struct {
	enum verb verb;
	const char *standard;
} commands[] = {
	{ VERB_THEME, "default" },
	{ VERB_SENDER, "rfc5321" },
	{ VERB_VANTAGE, "stranger" },
	{ VERB_SORT, "time" },
	{ VERB_MOUSE, "on" },
	{ VERB_NET, "on" },
};

/* Adds what the command may be given: its words, or the names of themes. */
static void
add_choices(struct buf *comment, const struct command_row *row)
{
	size_t count;
	const struct theme_row *themes = themes_table(&count);

	buf_addf(comment, "; expects %s", row->words == NULL ? row->grammar : "");
	for (size_t i = 0; row->verb == VERB_THEME && i < count; i++)
		buf_addf(comment, ", %s", themes[i].name);
	for (const struct command_word *w = row->words; w != NULL && w->word != NULL; w++)
		buf_addf(comment, "%s%s", w == row->words ? "" : ", ", w->word);
}

static void
add_commands(struct buf *out)
{
	add_heading(
	    out, "other commands of a start; any command can stand here, `help` lists all");
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		const struct command_row *row = command_row_of(commands[i].verb);
		struct buf comment = BUF_INIT;

		buf_adds(&comment, row->help);
		add_choices(&comment, row);
		buf_addc(out, '\n');
		add_comment(out, buf_text(&comment));
		buf_addf(out, "#%s %s\n", row->name, commands[i].standard);
		buf_clear(&comment);
	}
}

static void
add_keys(struct buf *out)
{
	size_t count;
	const struct binding *rows = keys_defaults(&count);

	add_heading(out, "keys: `unbind KEY` takes a command away");
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || strcmp(rows[i].help, rows[i - 1].help) != 0) {
			buf_addc(out, '\n');
			add_comment(out, rows[i].help);
		}
		buf_addf(out, "#bind %s %s\n", rows[i].key, rows[i].command);
	}
}

void
config_text(struct buf *out)
{
	buf_adds(out,
	    "# mxscope's start-up commands, one a line, as they are typed at the prompt; "
	    "mxscope(5)\n"
	    "# tells more. What stands behind a # without a blank is the default: take the # "
	    "away\n"
	    "# and change it. What the command line says counts more than this file.\n");
	add_settings(out);
	add_commands(out);
	add_keys(out);
}

/* The sentence for a file that is not written, with the reason. */
static char *
refused(const char *path, int error)
{
	struct buf sentence = BUF_INIT;

	text_printable(&sentence, path, strlen(path));
	if (error == EEXIST)
		buf_adds(&sentence,
		    " exists already and is left as it is; --write-config=- prints what would "
		    "be "
		    "written.");
	else
		buf_addf(&sentence, " cannot be written: %s.", strerror(error));
	return buf_take(&sentence);
}

/* Writes all of it: false, with errno set, when that cannot be done. */
static bool
write_all(int fd, const struct buf *text)
{
	size_t written = 0;

	while (written < text->length) {
		ssize_t n = write(fd, text->data + written, text->length - written);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		written += (size_t)n;
	}
	return true;
}

char *
config_write(const char *path)
{
	struct buf text = BUF_INIT;
	char *error = NULL;
	int fd;

	paths_make_parents(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return refused(path, errno);
	config_text(&text);
	if (!write_all(fd, &text))
		error = refused(path, errno);
	if (close(fd) != 0 && error == NULL)
		error = refused(path, errno);
	if (error != NULL)
		unlink(path);
	buf_clear(&text);
	return error;
}
