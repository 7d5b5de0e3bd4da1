/*
 * Keys by their names, and the bytes that an xterm sends for them in application mode (what the
 * terminfo entry promises is what a program may rely on).
 */
#include <stdio.h>
#include <string.h>

#include "story.h"

static const struct {
	const char *name, *bytes;
} keys[] = {
	{ "Enter", "\r" },
	{ "Tab", "\t" },
	{ "S-Tab", "\033[Z" },
	{ "Esc", "\033" },
	{ "Space", " " },
	{ "Backspace", "\177" },
	{ "Delete", "\033[3~" },
	{ "Insert", "\033[2~" },
	{ "Up", "\033OA" },
	{ "Down", "\033OB" },
	{ "Right", "\033OC" },
	{ "Left", "\033OD" },
	{ "Home", "\033OH" },
	{ "End", "\033OF" },
	{ "PgUp", "\033[5~" },
	{ "PgDn", "\033[6~" },
	{ "F1", "\033OP" },
	{ "F2", "\033OQ" },
	{ "F10", "\033[21~" },
};

const char *
key_bytes(const char *name, char room[8])
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!strcmp(name, keys[i].name))
			return keys[i].bytes;
	if (!strncmp(name, "C-", 2) && name[2] && !name[3])
		snprintf(room, 8, "%c", name[2] & 0x1f);
	else if (!strncmp(name, "M-", 2) && name[2] && !name[3])
		snprintf(room, 8, "\033%c", name[2]);
	else if (name[0] && !name[1])
		snprintf(room, 8, "%c", name[0]);
	else
		return NULL;
	return room;
}
