/*
 * Names of keys. Decides how a key is spelled, and which spellings mean the same key: what terminals
 * send is what counts. Which key says what is keymap.c's.
 */
#include <stdio.h>
#include <string.h>

#include "util/text.h"

#include "ui/key_name.h"

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

bool
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
	case KEY_GROUND:
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

bool
key_name_normalise(const char *name, char out[KEY_NAME_MAX])
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
