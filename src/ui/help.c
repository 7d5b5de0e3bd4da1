/*
 * The help. Decides only its shape: every line comes from the table that the program itself
 * obeys, so that help and behaviour cannot part.
 */
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"
#include "mail/sender.h"
#include "app/settings.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/themes.h"
#include "ui/help.h"
#include "ui/keymap.h"
#include "ui/mark.h"
#include "ui/style.h"

enum {
	KEY_COLUMNS = 12,
	COMMAND_COLUMNS = 30,
	STYLE_COLUMNS = 16,
	FINDING_COLUMNS = 24,
	NARROW = 70, /* columns: in fewer, what does not fit beside goes below */
};

/* Writes a heading, parted from what went before. */
static void
write_heading(struct paper *paper, const char *text)
{
	if (paper->lines > 0)
		paper_line(paper);
	paper_write(
	    paper, &(struct paragraph){ .text = text, .style = STYLE_ACCENT, .indent = 1 });
}

/* Writes a term in a column of this width, and behind (or below) it what it means. */
static void
write_term(
    struct paper *paper, const char *term, enum style style, int columns, const char *text)
{
	bool narrow = paper->window.columns < NARROW && columns > NARROW / 4;
	int width = canvas_width(paper->canvas, term);
	struct buf lead = BUF_INIT;

	if (narrow || width > columns - 2) {
		paper_write(
		    paper, &(struct paragraph){ .text = term, .style = style, .indent = 2 });
		paper_write(paper,
		    &(struct paragraph){ .text = text, .indent = narrow ? 4 : 2 + columns });
		return;
	}
	buf_adds(&lead, term);
	buf_fill(&lead, ' ', (size_t)(columns - width));
	paper_write(paper,
	    &(struct paragraph){
		.lead = lead.data, .lead_style = style, .text = text, .indent = 2 });
	buf_clear(&lead);
}

/* Appends the names of keys: of a run of three and more, such as digits, the first and the last. */
static void
add_keys(struct buf *out, const struct binding *bindings, size_t count)
{
	size_t run = 0;

	for (size_t i = 0; i < count; i++) {
		const char *key = bindings[i].key;
		bool follows = i > 0 && strlen(key) == 1 && strlen(bindings[i - 1].key) == 1 &&
		    key[0] == bindings[i - 1].key[0] + 1;

		run = follows ? run + 1 : 0;
		if (run > 1) {
			buf_truncate(out, out->length - 2);
			buf_addf(out, "-%s", key);
		} else {
			buf_addf(out, "%s%s", i > 0 ? " " : "", key);
		}
	}
}

/*
 * Writes one row: the keys from `first` on that do the same. Returns the next.
 */
static size_t
write_binding(struct paper *paper, const struct binding *bindings, size_t first, size_t count)
{
	const struct binding *binding = &bindings[first];
	struct buf keys = BUF_INIT;
	size_t i = first;

	while (i < count && strcmp(bindings[i].help, binding->help) == 0)
		i++;
	add_keys(&keys, binding, i - first);
	write_term(paper, keys.data, STYLE_ACCENT, KEY_COLUMNS, binding->help);
	buf_clear(&keys);
	return i;
}

/* Moves the keys that do something in this place to the front; returns how many those are. */
static size_t
part_keys(struct keys *keys, enum place place)
{
	struct keys parted = { .items = mem_calloc(keys->count, sizeof *keys->items) };
	size_t here;

	for (size_t i = 0; i < keys->count; i++) {
		if (keys_work_in(&keys->items[i], place))
			parted.items[parted.count++] = keys->items[i];
	}
	here = parted.count;
	for (size_t i = 0; i < keys->count; i++) {
		if (!keys_work_in(&keys->items[i], place))
			parted.items[parted.count++] = keys->items[i];
	}
	keys_clear(keys);
	*keys = parted;
	return here;
}

/* Writes these keys and what they do. */
static void
write_bindings(
    struct paper *paper, const char *heading, const struct binding *bindings, size_t count)
{
	if (count > 0)
		write_heading(paper, heading);
	for (size_t i = 0; i < count;)
		i = write_binding(paper, bindings, i, count);
}

/* Writes the keys of a prompt that is all there is, where no screen is drawn. */
static void
write_prompt_keys(struct paper *paper)
{
	write_heading(paper, "Keys");
	write_term(paper, "Enter", STYLE_ACCENT, KEY_COLUMNS, "carry the line out");
	write_term(paper, "Tab", STYLE_ACCENT, KEY_COLUMNS,
	    "complete the word, or tell what there is");
	write_term(paper, "Up Down", STYLE_ACCENT, KEY_COLUMNS, "earlier lines");
	write_term(paper, "C-r", STYLE_ACCENT, KEY_COLUMNS, "search earlier lines");
	write_term(
	    paper, "C-z", STYLE_ACCENT, KEY_COLUMNS, "stop the program; fg brings it back");
	write_term(
	    paper, "C-d", STYLE_ACCENT, KEY_COLUMNS, "on an empty line: leave the program");
}

/* Writes the keys in force: what they do where help was asked for, and then the others. */
static void
write_screen_keys(struct paper *paper, const struct model *model)
{
	enum place place = keymap_place(model, model->help_over);
	struct keys keys = keys_in_force(&model->bindings);
	size_t here = part_keys(&keys, place);
	struct buf heading = BUF_INIT;

	buf_addf(&heading, "Keys %s", place_help(place));
	write_bindings(paper, heading.data, keys.items, here);
	write_bindings(paper, "Keys elsewhere", keys.items + here, keys.count - here);
	buf_clear(&heading);
	keys_clear(&keys);
}

/* Writes the keys that there are. */
static void
write_keys(struct paper *paper, const struct model *model)
{
	if (model->rows == 0)
		write_prompt_keys(paper);
	else
		write_screen_keys(paper, model);
}

/* Writes a command with its grammar, and what it does. */
static void
write_command(struct paper *paper, const struct command_row *row)
{
	struct buf term = BUF_INIT;

	buf_addf(&term, "%s %s", row->name, row->grammar);
	if (term.length > 0 && term.data[term.length - 1] == ' ')
		buf_truncate(&term, term.length - 1);
	write_term(paper, term.data, STYLE_ACCENT, COMMAND_COLUMNS, row->help);
	buf_clear(&term);
}

/* Writes all commands. */
static void
write_commands(struct paper *paper, const struct model *model)
{
	size_t count;
	const struct command_row *rows = command_table(&count);

	(void)model;
	write_heading(paper, "Commands");
	for (size_t i = 0; i < count; i++)
		write_command(paper, &rows[i]);
}

/* Writes what the marks mean. */
static void
write_marks(struct paper *paper, const struct model *model)
{
	(void)model;
	write_heading(paper, "Marks");
	for (size_t i = 0; i < mark_count; i++)
		write_term(paper, mark_legend((enum mark)i, paper->canvas->unicode),
		    mark_style((enum mark)i), 4, mark_help((enum mark)i));
	write_term(paper, glyph_text(GLYPH_OURS, paper->canvas->unicode), STYLE_OURS, 4,
	    "what we said to a server");
	write_term(paper, glyph_text(GLYPH_SECRET, paper->canvas->unicode) + 1, STYLE_SECRET, 4,
	    "went through TLS");
}

/* Writes the styles that a theme can set, each looking as it does. */
static void
write_styles(struct paper *paper, const struct model *model)
{
	(void)model;
	write_heading(paper, "Styles of a theme");
	for (size_t i = 0; i < style_count; i++)
		write_term(paper, style_name((enum style)i), (enum style)i, STYLE_COLUMNS,
		    style_help((enum style)i));
}

/* Writes the sender profiles, each with its version and evidence. */
static void
write_senders(struct paper *paper, const struct model *model)
{
	(void)model;
	write_heading(paper, "Senders");
	for (size_t i = 0; i < sender_count; i++)
		write_term(paper, sender_name((enum sender)i), STYLE_ACCENT, STYLE_COLUMNS,
		    sender_help((enum sender)i));
}

/* Writes the settings with what they are now. */
static void
write_settings(struct paper *paper, const struct model *model)
{
	size_t count;
	const struct setting_row *rows = settings_table(&count);

	write_heading(paper, "Settings");
	for (size_t i = 0; i < count; i++) {
		struct buf term = BUF_INIT, text = BUF_INIT;

		buf_addf(&term, "%s ", rows[i].name);
		rows[i].tell(&model->settings, &term);
		buf_addf(&text, "%s: %s", rows[i].help, rows[i].expects);
		if (rows[i].standard != NULL)
			buf_addf(&text, " (default %s)", rows[i].standard);
		write_term(paper, term.data, STYLE_ACCENT, COMMAND_COLUMNS, text.data);
		buf_clear(&term);
		buf_clear(&text);
	}
}

/* Writes the options of the command line. */
static void
write_options(struct paper *paper, const struct model *model)
{
	size_t count;
	const struct option_row *rows = options_table(&count);

	(void)model;
	write_heading(paper, "Options of the command line");
	for (size_t i = 0; i < count; i++) {
		struct buf term = BUF_INIT;

		options_usage(&term, &rows[i]);
		write_term(paper, term.data, STYLE_ACCENT, COMMAND_COLUMNS, rows[i].help);
		buf_clear(&term);
	}
}

/* How a finding of this severity looks. */
static const enum style severity_styles[finding_severity_count] = {
	[FINDING_ERROR] = STYLE_BAD,
	[FINDING_WARNING] = STYLE_WARNING,
	[FINDING_INFO] = STYLE_ACCENT,
};

/* Writes the findings that there can be. */
static void
write_findings(struct paper *paper, const struct model *model)
{
	struct finding_kind kind;

	(void)model;
	write_heading(paper, "Findings");
	for (size_t i = 0; finding_kind_at(i, &kind); i++)
		write_term(paper, kind.id, severity_styles[kind.severity], FINDING_COLUMNS,
		    kind.meaning);
}

/* Writes the views that can lie over the panes. */
static void
write_views(struct paper *paper, const struct model *model)
{
	(void)model;
	write_heading(paper, "Views");
	for (size_t i = 0; i < view_count; i++)
		write_term(paper, view_name((enum view)i), STYLE_ACCENT, STYLE_COLUMNS,
		    view_help((enum view)i));
}

/* Writes the themes that come with the program. */
static void
write_themes(struct paper *paper, const struct model *model)
{
	size_t count;
	const struct theme_row *rows = themes_table(&count);

	(void)model;
	write_heading(paper, "Themes");
	for (size_t i = 0; i < count; i++)
		write_term(paper, rows[i].name, STYLE_ACCENT, FINDING_COLUMNS, rows[i].title);
}

/* The parts of the help. */
static const struct part {
	void (*write)(struct paper *, const struct model *);
	bool always; /* also without a topic */
} parts[topic_count] = {
	[TOPIC_KEYS] = { write_keys, true },
	[TOPIC_COMMANDS] = { write_commands, true },
	[TOPIC_MARKS] = { write_marks, true },
	[TOPIC_SETTINGS] = { write_settings, false },
	[TOPIC_OPTIONS] = { write_options, false },
	[TOPIC_FINDINGS] = { write_findings, false },
	[TOPIC_VIEWS] = { write_views, false },
	[TOPIC_SENDERS] = { write_senders, false },
	[TOPIC_THEMES] = { write_themes, false },
	[TOPIC_STYLES] = { write_styles, false },
};

/* Writes which topics there are beside the commands. */
static void
write_topics(struct paper *paper)
{
	write_heading(paper, "More: `help TOPIC`");
	for (size_t i = 0; i < topic_count; i++)
		write_term(paper, topic_name((enum topic)i), STYLE_ACCENT, KEY_COLUMNS,
		    topic_help((enum topic)i));
}

/*
 * Returns the command of this name, or the first one that begins so; NULL when there is none.
 */
static const struct command_row *
find_command(const char *name)
{
	const struct command_row *found = NULL;
	size_t count;
	const struct command_row *rows = command_table(&count);

	for (size_t i = 0; i < count; i++) {
		if (text_equal_nocase(rows[i].name, name))
			return &rows[i];
		if (!found && text_prefix_nocase(rows[i].name, name))
			found = &rows[i];
	}
	return found;
}

/* True when the binding's command line begins with this command. */
static bool
is_bound_to(const struct binding *binding, const char *name)
{
	size_t length = strlen(name);

	return strncmp(binding->command, name, length) == 0 &&
	    (binding->command[length] == ' ' || binding->command[length] == '\0');
}

/* Writes the words that a command takes. */
static void
write_words(struct paper *paper, const struct command_word *words)
{
	write_heading(paper, "Its words");
	for (; words->word != NULL; words++)
		write_term(paper, words->word, STYLE_ACCENT, STYLE_COLUMNS, words->help);
}

/* Writes all about one command: grammar, what it does, the words it takes, its keys. */
static void
write_one_command(struct paper *paper, const struct model *model, const struct command_row *row)
{
	struct keys keys = keys_in_force(&model->bindings);
	bool any = false;

	write_heading(paper, row->name);
	write_command(paper, row);
	if (row->words)
		write_words(paper, row->words);
	if (row->verb == VERB_SET)
		write_settings(paper, model);
	for (size_t i = 0; i < keys.count;) {
		if (!is_bound_to(&keys.items[i], row->name)) {
			i++;
			continue;
		}
		if (!any)
			write_heading(paper, "Its keys");
		any = true;
		i = write_binding(paper, keys.items, i, keys.count);
	}
	keys_clear(&keys);
}

/* Says that there is no such topic, and what there is. */
static void
write_unknown(struct paper *paper, const char *topic)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "There is no help on \"%s\": expected ", topic);
	for (size_t i = 0; i < topic_count; i++)
		buf_addf(&text, "%s, ", topic_name((enum topic)i));
	buf_adds(&text, "or a command.");
	paper_write(paper, &(struct paragraph){ .text = text.data, .indent = 1 });
	buf_clear(&text);
}

void
help_write(struct paper *paper, const struct model *model)
{
	const char *topic = model->help_topic;
	const struct command_row *row;

	for (size_t i = 0; i < topic_count; i++) {
		if (!topic && parts[i].always)
			parts[i].write(paper, model);
		if (topic && text_equal_nocase(topic_name((enum topic)i), topic)) {
			parts[i].write(paper, model);
			return;
		}
	}
	if (!topic) {
		write_topics(paper);
		return;
	}
	row = find_command(topic);
	if (row)
		write_one_command(paper, model, row);
	else
		write_unknown(paper, topic);
}
