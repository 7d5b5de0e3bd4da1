/*
 * A prompt on a stage: a line editor with a small language to complete and a home of its own, driven
 * by scripts of keys. A script is text with keys in angle brackets: "lo<Tab>", "<C-a>x<Left>".
 * Expected lines show the cursor as '|'.
 */
#ifndef PROMPT_STAGE_H
#define PROMPT_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "cli/editor.h"

/* --- the stage ------------------------------------------------------------------------------- */

struct stage {
	struct editor *editor;
	struct buf complaints; /* one a line */
	char directory[64];
};

/* Completes words of a small language; words that end in '/' are directories. */
static void
complete(void *context, const char *line, size_t cursor, struct candidates *candidates)
{
	static const char *const words[] = { "b\303\274cher.example", "example.net",
		"example.org", "lab", "lookup", "probe", "source/" };
	size_t begin = cursor;

	(void)context;
	while (begin > 0 && line[begin - 1] != ' ')
		begin--;
	candidates->word = begin;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strncmp(words[i], line + begin, cursor - begin) != 0)
			continue;
		candidates->items = mem_grow(candidates->items, candidates->count,
		    &candidates->capacity, sizeof *candidates->items);
		candidates->items[candidates->count++] =
		    (struct candidate){ .text = mem_strdup(words[i]) };
	}
}

static void
complain(void *context, const char *sentence)
{
	struct stage *stage = context;

	buf_addf(&stage->complaints, "%s\n", sentence);
}

/* Opens a prompt whose ~/.editrc is this text (NULL = there is none), and which remembers in a file. */
static void
open_prompt(struct stage *stage, const char *editrc, const char *history)
{
	const struct editor_settings settings = {
		.complete = complete,
		.complain = complain,
		.context = stage,
		.history = history,
	};
	char path[128];
	FILE *file;

	*stage = (struct stage){ .directory = "/tmp/mxscope-editor-XXXXXX" };
	assert_non_null(mkdtemp(stage->directory));
	setenv("HOME", stage->directory, 1);
	unsetenv("EDITRC");
	snprintf(path, sizeof path, "%s/.editrc", stage->directory);
	if (editrc != NULL) {
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(editrc, file);
		fclose(file);
	}
	stage->editor = editor_new(&settings);
	assert_non_null(stage->editor);
	unlink(path);
	rmdir(stage->directory);
}

static void
close_prompt(struct stage *stage)
{
	editor_free(stage->editor);
	buf_clear(&stage->complaints);
}

/* --- scripts ---------------------------------------------------------------------------------- */

enum press {
	PRESS_CHARACTER,
	PRESS_SEQUENCE,
	PRESS_ESCAPE
};

static const struct key_row {
	const char *name;
	enum press press;
	uint32_t character;
	const char *sequence;
} keys[] = {
	{ "Esc", PRESS_ESCAPE, 0, NULL },
	{ "Enter", PRESS_CHARACTER, '\r', NULL },
	{ "Tab", PRESS_CHARACTER, '\t', NULL },
	{ "Backspace", PRESS_CHARACTER, 127, NULL },
	{ "Up", PRESS_SEQUENCE, 0, "\033[A" },
	{ "Down", PRESS_SEQUENCE, 0, "\033[B" },
	{ "Right", PRESS_SEQUENCE, 0, "\033[C" },
	{ "Left", PRESS_SEQUENCE, 0, "\033[D" },
	{ "Home", PRESS_SEQUENCE, 0, "\033[1~" },
	{ "End", PRESS_SEQUENCE, 0, "\033[4~" },
	{ "Del", PRESS_SEQUENCE, 0, "\033[3~" },
	{ "S-Tab", PRESS_SEQUENCE, 0, "\033[Z" },
	{ "PgUp", PRESS_SEQUENCE, 0, "\033[5~" },
	{ "PgDn", PRESS_SEQUENCE, 0, "\033[6~" },
	{ "C-Left", PRESS_SEQUENCE, 0, "\033[1;5D" },
	{ "C-Right", PRESS_SEQUENCE, 0, "\033[1;5C" },
	{ "F5", PRESS_SEQUENCE, 0, "\033[15~" },
	{ "lt", PRESS_CHARACTER, '<', NULL },
};

/* Presses the key of this name: one of the table, "C-x" or "M-x". */
static enum editor_event
press_named(struct editor *editor, const char *name, size_t n)
{
	char alt[] = "\033x";

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (strlen(keys[i].name) != n || strncmp(keys[i].name, name, n) != 0)
			continue;
		switch (keys[i].press) {
		case PRESS_CHARACTER:
			return editor_key(editor, keys[i].character);
		case PRESS_SEQUENCE:
			return editor_sequence(editor, keys[i].sequence);
		case PRESS_ESCAPE:
			return editor_escape(editor);
		}
	}
	assert_int_equal(n, 3);
	assert_int_equal(name[1], '-');
	if (name[0] == 'C')
		return editor_key(editor, (uint32_t)name[2] & 0x1f);
	alt[1] = name[2];
	return editor_sequence(editor, alt);
}

/* Types a script; returns what came of its last key. A line that Enter makes is remembered. */
static enum editor_event
type(struct editor *editor, const char *script)
{
	enum editor_event event = EDITOR_NOTHING;
	uint32_t character;

	while (*script != '\0') {
		const char *end = *script == '<' ? strchr(script, '>') : NULL;

		if (end != NULL) {
			event = press_named(editor, script + 1, (size_t)(end - script - 1));
			script = end + 1;
		} else {
			script += text_decode(script, strlen(script), &character);
			event = editor_key(editor, character);
		}
		if (event == EDITOR_LINE) {
			char *line = editor_line(editor);

			editor_remember(editor, line);
			free(line);
		}
	}
	return event;
}

/* The line as it is shown, with the cursor as '|'; the caller frees it. */
static char *
shown(struct editor *editor)
{
	struct editor_view view = editor_view(editor);
	struct buf text = BUF_INIT;

	buf_add(&text, view.line, view.cursor);
	buf_addc(&text, '|');
	buf_adds(&text, view.line + view.cursor);
	return buf_take(&text);
}

/* Fails unless the line is shown so. */
static void
expect(struct stage *stage, const char *script, const char *expected)
{
	char *line = shown(stage->editor);

	if (strcmp(line, expected) != 0)
		fail_msg("after \"%s\": expected \"%s\", not \"%s\"", script, expected, line);
	free(line);
}

struct case_row {
	const char *script, *line;
	enum editor_event event;
};

/* Runs each script in a prompt of its own. */
static void
run_cases(const char *editrc, const struct case_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct stage stage;
		enum editor_event event;

		open_prompt(&stage, editrc, NULL);
		event = type(stage.editor, rows[i].script);
		expect(&stage, rows[i].script, rows[i].line);
		if (event != rows[i].event)
			fail_msg("after \"%s\": expected event %d, not %d", rows[i].script,
			    rows[i].event, event);
		assert_string_equal(buf_text(&stage.complaints), "");
		close_prompt(&stage);
	}
}

#define CASES(editrc, rows) run_cases(editrc, rows, sizeof(rows) / sizeof *(rows))

#endif
