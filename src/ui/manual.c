/*
 * The manual pages in mdoc. The prose is src/manual's: a line @LIST in it stands for a list, which is
 * made here of the table that the program obeys, and what follows up to @end says more of single
 * rows, each behind a line @of NAME. Nothing that a table holds is written by hand, and prose about
 * what no table holds is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "app/settings.h"
#include "cli/command.h"
#include "cli/keys.h"
#include "cli/options.h"
#include "cli/themes.h"
#include "ui/manual.h"
#include "ui/style.h"

enum {
	REMARKS_MAX = 64, /* to the rows of one list */
};

static const struct {
	const char *name, *text;
} pages[] = {
#include "ui/manuals.inc"
};

/* What the prose says more of a row. */
struct remark {
	const char *name, *text;
	size_t name_length, length;
	bool used;
};

/* A list that is being written. */
struct list {
	struct buf *out;
	struct remark remarks[REMARKS_MAX];
	size_t count;
};

/* --- words ------------------------------------------------------------------------------------- */

/* Adds a character as roff has it. */
static void
add_char(struct buf *out, char c)
{
	static const struct {
		char c;
		const char *roff;
	} special[] = {
		{ '\\', "\\e" },
		{ '"', "\\(dq" },
		{ '-', "\\-" },
		{ '`', "\\(ga" },
		{ '~', "\\(ti" },
		{ '^', "\\(ha" },
	};

	for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
		if (special[i].c == c) {
			buf_adds(out, special[i].roff);
			return;
		}
	}
	buf_addc(out, c);
}

/* Adds a word of a macro line: in quotes, so that blanks and punctuation are nothing special. */
static void
add_word(struct buf *out, const char *macro, const char *text)
{
	buf_addf(out, " %s \"\\&", macro);
	for (; *text != '\0'; text++)
		add_char(out, *text);
	buf_addc(out, '"');
}

/* True where a sentence ends: the next one begins on a line of its own. */
static bool
ends_sentence(const char *s)
{
	return *s == '.' && s[1] == ' ';
}

/* Adds a text as sentences: a capital at the beginning, a full stop at the end, `code` in bold. */
static void
add_sentences(struct buf *out, const char *text)
{
	bool code = false;

	buf_adds(out, "\\&");
	buf_addc(out, (char)(*text >= 'a' && *text <= 'z' ? *text - 'a' + 'A' : *text));
	for (const char *s = *text == '\0' ? text : text + 1; *s != '\0'; s++) {
		if (*s == '`') {
			code = !code;
			buf_adds(out, code ? "\\fB" : "\\fP");
		} else if (*s == '-') {
			buf_addc(out, '-');
		} else {
			add_char(out, *s);
		}
		if (ends_sentence(s) && s[2] != '\0') {
			buf_adds(out, "\n\\&");
			s++;
		}
	}
	buf_adds(out, *text != '\0' && text[strlen(text) - 1] == '.' ? "\n" : ".\n");
}

/* --- lists --------------------------------------------------------------------------------------- */

static void
begin(struct list *list)
{
	buf_adds(list->out, ".Bl -tag -width Ds -compact\n");
}

static void
end(struct list *list)
{
	buf_adds(list->out, ".El\n");
}

/* Ends a row: what it means, and what the prose says more of it. */
static void
add_meaning(struct list *list, const char *name, const char *text)
{
	add_sentences(list->out, text);
	for (size_t i = 0; name != NULL && i < list->count; i++) {
		struct remark *remark = &list->remarks[i];

		if (strlen(name) != remark->name_length ||
		    memcmp(name, remark->name, remark->name_length) != 0)
			continue;
		buf_add(list->out, remark->text, remark->length);
		remark->used = true;
	}
}

/* Adds a row that is known by its name alone. */
static void
add_row(struct list *list, const char *name, const char *text)
{
	buf_adds(list->out, ".It");
	add_word(list->out, "Li", name);
	buf_addc(list->out, '\n');
	add_meaning(list, name, text);
}

static void
list_options(struct list *list)
{
	size_t count;
	const struct option_row *rows = options_table(&count);

	for (size_t i = 0; i < count; i++) {
		const struct option_row *row = &rows[i];

		buf_adds(list->out, ".It");
		if (row->letter != 0)
			buf_addf(
			    list->out, " Fl %c%s", row->letter, row->name == NULL ? "" : " ,");
		if (row->name != NULL)
			buf_addf(list->out, " Fl -%s", row->name);
		if (row->argument != NULL && row->optional)
			buf_addf(list->out, " Ns Op = Ns Ar \"%s\"", row->argument);
		else if (row->argument != NULL)
			add_word(list->out, "Ar", row->argument);
		buf_addc(list->out, '\n');
		add_meaning(list, row->name, row->help);
	}
}

static void
list_commands(struct list *list)
{
	size_t count;
	const struct command_row *rows = command_table(&count);

	for (size_t i = 0; i < count; i++) {
		buf_addf(list->out, ".It Ic %s", rows[i].name);
		if (*rows[i].grammar != '\0')
			add_word(list->out, "Ar", rows[i].grammar);
		buf_addc(list->out, '\n');
		add_meaning(list, rows[i].name, rows[i].help);
	}
}

/* The keys, those that do the same in one row. */
static void
list_keys(struct list *list)
{
	size_t count;
	const struct binding *rows = keys_defaults(&count);

	for (size_t i = 0; i < count; i++) {
		if (i == 0 || strcmp(rows[i].help, rows[i - 1].help) != 0)
			buf_adds(list->out, ".It");
		add_word(list->out, "Li", rows[i].key);
		if (i + 1 < count && strcmp(rows[i].help, rows[i + 1].help) == 0) {
			buf_adds(list->out, " ,");
			continue;
		}
		buf_addc(list->out, '\n');
		add_meaning(list, NULL, rows[i].help);
	}
}

/* The keys as the lines that bind them. */
static void
list_bindings(struct list *list)
{
	size_t count;
	const struct binding *rows = keys_defaults(&count);

	for (size_t i = 0; i < count; i++) {
		buf_adds(list->out, ".It Ic bind");
		add_word(list->out, "Li", rows[i].key);
		add_word(list->out, "Li", rows[i].command);
		buf_addc(list->out, '\n');
	}
}

static void
list_settings(struct list *list)
{
	size_t count;
	const struct setting_row *rows = settings_table(&count);

	for (size_t i = 0; i < count; i++) {
		struct buf text = BUF_INIT;

		buf_addf(&text, "%s: %s. ", rows[i].help, rows[i].expects);
		if (rows[i].standard != NULL)
			buf_addf(&text, "The default is %s.", rows[i].standard);
		else
			buf_adds(&text, "Without it, another at every start.");
		add_row(list, rows[i].name, buf_text(&text));
		buf_clear(&text);
	}
}

static void
list_findings(struct list *list)
{
	struct finding_kind kind;

	for (size_t i = 0; finding_kind_at(i, &kind); i++) {
		struct buf text = BUF_INIT;

		buf_addf(&text, "%s", finding_severity_name(kind.severity));
		if (kind.rule != NULL)
			buf_addf(&text, ", %s", kind.rule->clause);
		buf_addf(&text, ". %s", kind.meaning);
		if (kind.fix != NULL)
			buf_addf(&text, " %s", kind.fix);
		add_row(list, kind.id, buf_text(&text));
		buf_clear(&text);
	}
}

static void
list_views(struct list *list)
{
	for (size_t i = 0; i < view_count; i++)
		add_row(list, view_name((enum view)i), view_help((enum view)i));
}

static void
list_themes(struct list *list)
{
	size_t count;
	const struct theme_row *rows = themes_table(&count);

	for (size_t i = 0; i < count; i++)
		add_row(list, rows[i].name, rows[i].title);
}

static void
list_styles(struct list *list)
{
	for (size_t i = 0; i < style_count; i++)
		add_row(list, style_name((enum style)i), style_help((enum style)i));
}

static const struct {
	const char *name;
	void (*write)(struct list *list);
} lists[] = {
	{ "options", list_options },
	{ "commands", list_commands },
	{ "keys", list_keys },
	{ "bindings", list_bindings },
	{ "settings", list_settings },
	{ "findings", list_findings },
	{ "views", list_views },
	{ "themes", list_themes },
	{ "styles", list_styles },
};

/* --- the page ------------------------------------------------------------------------------------ */

/* The line behind this one. */
static const char *
next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line == '\n' ? line + 1 : line;
}

/* Takes the remarks that follow a list. Returns the line behind them. */
static const char *
take_remarks(struct list *list, const char *line)
{
	static const char of[] = "@of ", over[] = "@end";
	const size_t behind = sizeof of - 1;

	while (strncmp(line, of, behind) == 0 && list->count < REMARKS_MAX) {
		struct remark *remark = &list->remarks[list->count++];

		remark->name = line + behind;
		remark->name_length = strcspn(remark->name, "\n");
		remark->text = line = next_line(line);
		while (*line != '@' && *line != '\0')
			line = next_line(line);
		remark->length = (size_t)(line - remark->text);
	}
	return strncmp(line, over, sizeof over - 1) == 0 ? next_line(line) : line;
}

/* The sentence for a remark about what is not in the list; NULL when there is none. */
static char *
unused_remark(const struct list *list, const char *name)
{
	struct buf sentence = BUF_INIT;

	for (size_t i = 0; i < list->count; i++) {
		const struct remark *remark = &list->remarks[i];

		if (remark->used)
			continue;
		buf_addf(&sentence, "The prose speaks of \"%.*s\", which is none of the %s.",
		    (int)remark->name_length, remark->name, name);
		return buf_take(&sentence);
	}
	return NULL;
}

/* Writes the list that the line asks for, and moves behind its remarks: NULL, or a sentence. */
static char *
write_list(struct buf *out, const char **line)
{
	const char *name = *line + 1;
	size_t length = strcspn(name, "\n");
	struct buf sentence = BUF_INIT;

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct list list = { .out = out };

		if (strlen(lists[i].name) != length || memcmp(lists[i].name, name, length) != 0)
			continue;
		*line = take_remarks(&list, next_line(*line));
		begin(&list);
		lists[i].write(&list);
		end(&list);
		return unused_remark(&list, lists[i].name);
	}
	buf_addf(
	    &sentence, "The prose asks for \"%.*s\", which is no list.", (int)length, name);
	return buf_take(&sentence);
}

const char *
manual_prose(enum manual page)
{
	static const char *const names[] = {
		[MANUAL_PROGRAM] = "program",
		[MANUAL_FILES] = "files",
	};

	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		if (strcmp(pages[i].name, names[page]) == 0)
			return pages[i].text;
	}
	return "";
}

char *
manual_write(struct buf *out, enum manual page)
{
	const char *line = manual_prose(page);
	char *error = NULL;

	while (*line != '\0' && error == NULL) {
		const char *next = next_line(line);

		if (*line == '@') {
			error = write_list(out, &line);
			continue;
		}
		buf_add(out, line, (size_t)(next - line));
		line = next;
	}
	return error;
}
