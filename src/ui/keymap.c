/*
 * Which key says which command. The defaults are a table that help, hint line and manual page read;
 * `bind` and `unbind` change a copy. A key is known by its name, as decoder.h spells it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "ui/keymap.h"

enum {
	KEY_NAME_MAX = 24
};

static const struct binding rows[] = {
	{ "Tab", "focus next", "next pane", "pane" },
	{ "S-Tab", "focus previous", "previous pane", NULL },
	{ "Up", "move up", "up", NULL },
	{ "k", "move up", "up", NULL },
	{ "Down", "move down", "down", NULL },
	{ "j", "move down", "down", NULL },
	{ "Left", "move left", "pane to the left", NULL },
	{ "h", "move left", "pane to the left", NULL },
	{ "Right", "move right", "pane to the right", NULL },
	{ "l", "move right", "pane to the right", NULL },
	{ "PgUp", "move page-up", "a page up", NULL },
	{ "PgDn", "move page-down", "a page down", NULL },
	{ "Home", "move top", "first line", NULL },
	{ "g", "move top", "first line", NULL },
	{ "End", "move bottom", "last line", NULL },
	{ "G", "move bottom", "last line", NULL },
	{ "Enter", "open", "open, or drill in", "open" },
	{ ":", "focus prompt", "command line: type a domain or a command", "prompt" },
	{ "p", "probe", "probe the selected address again", "probe" },
	{ "P", "probe all", "probe every address again", NULL },
	{ "w", "walk", "go through the delivery step by step", "walk" },
	{ "Space", "next", "next step of walkthrough or lesson, next question", NULL },
	{ "n", "next", "next step of walkthrough or lesson, next question", NULL },
	{ "b", "back", "one step back in walkthrough or lesson", NULL },
	{ "1", "answer 1", "answer a question: 1 to 6", NULL },
	{ "2", "answer 2", "answer a question", NULL },
	{ "3", "answer 3", "answer a question", NULL },
	{ "4", "answer 4", "answer a question", NULL },
	{ "5", "answer 5", "answer a question", NULL },
	{ "6", "answer 6", "answer a question", NULL },
	{ "K", "explain", "explain what is under the cursor", NULL },
	{ "s", "sender", "the next sender profile", NULL },
	{ "x", "what-if", "pretend that the selected row is down, or no more", NULL },
	{ "X", "what-if clear", "pretend nothing any more", NULL },
	{ "T", "view transcript", "the whole dialogue with the server", NULL },
	{ "B", "view timeline", "the stages of every server, as bars", NULL },
	{ "M", "view capabilities", "what each exchange offers, and which differ", NULL },
	{ "C", "certificates", "the certificates of the server", NULL },
	{ "r", "reload", "ask again, past the cache", "reload" },
	{ "S", "stop", "stop what is in flight", NULL },
	{ "/", "focus prompt \"filter \"", "filter the domains", "filter" },
	{ "f", "view findings", "every finding, with what mends it", NULL },
	{ "c", "compare", "every name server of the domain, side by side", NULL },
	{ "t", "trace", "walk from the root to the domain's name servers", NULL },
	{ "d", "diff", "what changed since the last time", NULL },
	{ "z", "zoom", "this pane alone, and back", "zoom" },
	{ "y", "copy", "copy what is under the cursor, or the view", NULL },
	{ "m", "mouse", "mouse on or off", NULL },
	{ "?", "help", "keys and commands", "keys" },
	{ "F1", "help", "keys and commands", NULL },
	{ "C-l", "redraw", "draw the screen anew", NULL },
	{ "C-z", "suspend", "stop the program; fg brings it back", NULL },
	{ "Esc", "leave stay", "leave the innermost view", NULL },
	{ "q", "leave", "leave the innermost view, then the program", "quit" },
};

enum {
	ROWS = sizeof rows / sizeof *rows
};

/* A key in force, with strings of its own. */
struct entry {
	char *key, *command;
};

struct keymap {
	struct entry *entries;
	size_t count, capacity;
};

/* --- names ------------------------------------------------------------------------------- */

/* Characters whose key has a name of its own. */
static const struct {
	uint32_t character;
	const char *name;
} named_characters[] = {
	{ '\t', "Tab" },
	{ '\r', "Enter" },
	{ '\n', "Enter" },
	{ ' ', "Space" },
	{ 0x7F, "Backspace" },
	{ 0x08, "Backspace" },
};

/* Names of keys that are no characters, and may have any modifiers. */
static const char *const function_keys[] = { "Up", "Down", "Left", "Right", "Home", "End",
	"PgUp", "PgDn", "Ins", "Del", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9",
	"F10", "F11", "F12" };

/* Other ways to spell a key: what terminals send is the same. */
static const struct {
	const char *name, *canonical;
} spellings[] = {
	{ "C-i", "Tab" },
	{ "C-m", "Enter" },
	{ "C-j", "Enter" },
	{ "C-h", "Backspace" },
	{ "C-[", "Esc" },
	{ "C-Space", "C-@" },
	{ "Return", "Enter" },
	{ "Escape", "Esc" },
	{ "PageUp", "PgUp" },
	{ "PageDown", "PgDn" },
	{ "Insert", "Ins" },
	{ "Delete", "Del" },
};

/* The name of this character's key, NULL when it is the character itself. */
static const char *
character_name(uint32_t character)
{
	for (size_t i = 0; i < sizeof named_characters / sizeof *named_characters; i++) {
		if (named_characters[i].character == character)
			return named_characters[i].name;
	}
	return NULL;
}

/* Writes the name of a character's key: "a", "C-l", "M-x", "C-M-x", "Space". */
static void
write_character(const struct key *key, char out[KEY_NAME_MAX])
{
	const char *name = character_name(key->character);
	bool control = name == NULL && key->character < 0x20;
	uint32_t base = control ? key->character + 0x40 : key->character;
	char text[5] = "";

	if (control && base >= 'A' && base <= 'Z')
		base += 'a' - 'A';
	if (name == NULL)
		text[text_encode(base, text)] = '\0';
	snprintf(out, KEY_NAME_MAX, "%s%s%s", control ? "C-" : "", key->alt ? "M-" : "",
	    name != NULL ? name : text);
}

/* Writes the key's name; false for what has none. */
static bool
key_name(const struct key *key, char out[KEY_NAME_MAX])
{
	switch (key->kind) {
	case KEY_CHARACTER:
		write_character(key, out);
		return true;
	case KEY_ESCAPE:
		snprintf(out, KEY_NAME_MAX, "Esc");
		return true;
	case KEY_FUNCTION:
		snprintf(out, KEY_NAME_MAX, "%s", key->name);
		return true;
	case KEY_PASTE:
	case KEY_MOUSE:
	case KEY_UNKNOWN:
		return false;
	}
	return false;
}

/* True for the name of a key that is no character. */
static bool
is_function_name(const char *name)
{
	for (size_t i = 0; i < sizeof function_keys / sizeof *function_keys; i++) {
		if (strcmp(function_keys[i], name) == 0)
			return true;
	}
	return strcmp(name, "Tab") == 0;
}

/* True for one printable character, or the name of one. */
static bool
is_character_name(const char *name)
{
	uint32_t character;
	size_t n = strlen(name);

	if (n > 0 && text_decode(name, n, &character) == n && character > ' ')
		return true;
	for (size_t i = 0; i < sizeof named_characters / sizeof *named_characters; i++) {
		if (strcmp(named_characters[i].name, name) == 0)
			return true;
	}
	return false;
}

/* True for a character that Control goes with. */
static bool
takes_control(const char *name)
{
	return name[1] == '\0' && name[0] >= '@' && name[0] <= 'z' && name[0] != '`';
}

/* Writes a key that has these modifiers, as key_name() would; false when no terminal sends it. */
static bool
write_modified(bool control, bool alt, bool shift, const char *base, char out[KEY_NAME_MAX])
{
	char letter[] = { text_lower(base[0]), '\0' };

	if (is_function_name(base) && (shift || !is_character_name(base))) {
		snprintf(out, KEY_NAME_MAX, "%s%s%s%s", control ? "C-" : "", alt ? "M-" : "",
		    shift ? "S-" : "", base);
		return true;
	}
	if (strcmp(base, "Esc") == 0 && !control && !alt && !shift) {
		snprintf(out, KEY_NAME_MAX, "Esc");
		return true;
	}
	if (shift || !is_character_name(base) || (control && !takes_control(base)))
		return false;
	snprintf(out, KEY_NAME_MAX, "%s%s%s", control ? "C-" : "", alt ? "M-" : "",
	    control ? letter : base);
	return true;
}

/* Writes a key's name as key_name() spells it: false for what is no key. */
static bool
normalise(const char *name, char out[KEY_NAME_MAX])
{
	bool control = false, alt = false, shift = false;

	if (strlen(name) >= KEY_NAME_MAX)
		return false;
	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
		if (text_equal_nocase(spellings[i].name, name))
			name = spellings[i].canonical;
	}
	for (; name[0] != '\0' && name[1] == '-' && name[2] != '\0'; name += 2) {
		control = control || name[0] == 'C';
		alt = alt || name[0] == 'M';
		shift = shift || name[0] == 'S';
		if (strchr("CMS", name[0]) == NULL)
			return false;
	}
	return write_modified(control, alt, shift, name, out);
}

/* --- the map -------------------------------------------------------------------------------- */

static void
add(struct keymap *keymap, const char *key, const char *command)
{
	keymap->entries = mem_grow(
	    keymap->entries, keymap->count, &keymap->capacity, sizeof *keymap->entries);
	keymap->entries[keymap->count++] = (struct entry){
		.key = mem_strdup(key),
		.command = mem_strdup(command),
	};
}

struct keymap *
keymap_new(void)
{
	struct keymap *keymap = mem_alloc(sizeof *keymap);

	for (size_t i = 0; i < ROWS; i++)
		add(keymap, rows[i].key, rows[i].command);
	return keymap;
}

void
keymap_free(struct keymap *keymap)
{
	if (keymap == NULL)
		return;
	for (size_t i = 0; i < keymap->count; i++) {
		free(keymap->entries[i].key);
		free(keymap->entries[i].command);
	}
	free(keymap->entries);
	free(keymap);
}

/* The entry of the key with this name, or NULL. */
static struct entry *
find(const struct keymap *keymap, const char *name)
{
	for (size_t i = 0; i < keymap->count; i++) {
		if (strcmp(keymap->entries[i].key, name) == 0)
			return &keymap->entries[i];
	}
	return NULL;
}

const char *
keymap_command(const struct keymap *keymap, const struct key *key)
{
	char name[KEY_NAME_MAX];
	const struct entry *entry;

	if (!key_name(key, name))
		return NULL;
	entry = find(keymap, name);
	return entry == NULL ? NULL : entry->command;
}

/* Takes the entry out; the last one comes in its place. */
static void
take_out(struct keymap *keymap, struct entry *entry)
{
	free(entry->key);
	free(entry->command);
	*entry = keymap->entries[--keymap->count];
}

/* Returns the sentence for what is no key. */
static char *
no_key(const char *name)
{
	struct buf sentence = BUF_INIT;

	buf_adds(&sentence, "There is no key \"");
	text_printable(&sentence, name, strlen(name));
	buf_adds(
	    &sentence, "\": expected a character, or a name such as F5, PgUp, Space or C-l.");
	return buf_take(&sentence);
}

char *
keymap_bind(struct keymap *keymap, const char *key, const char *command)
{
	char name[KEY_NAME_MAX];
	struct entry *entry;

	if (!normalise(key, name))
		return no_key(key);
	entry = find(keymap, name);
	if (entry != NULL)
		take_out(keymap, entry);
	if (command != NULL)
		add(keymap, name, command);
	return NULL;
}

const struct binding *
keymap_defaults(size_t *count)
{
	*count = ROWS;
	return rows;
}
