/*
 * Which keys do what inside libedit: our defaults, and the guards against what would crash or
 * freeze it.
 */
#ifndef CLI_EDITOR_KEYS_H
#define CLI_EDITOR_KEYS_H

#include <stdbool.h>
#include <wchar.h>

#include "cli/editor_libedit.h"

/*
 * Private keys: C1 controls, which no terminal is let send (the decoder drops them), bound to
 * functions of ours in both key maps. See editor_keys_codes() for those that stand for function keys.
 */
enum private_key {
	PRIVATE_APPLY = 0x81, /* put in the line that waits */
	PRIVATE_COMMAND_MODE = 0x82, /* vi: Escape, without libedit waiting for more */
	PRIVATE_TO_END = 0x83, /* libedit's own ed-move-to-end, behind its guard */
	PRIVATE_COUNT =
	    0x84, /* and a digit: libedit's own ed-argument-digit, behind its guard */
	PRIVATE_NOTHING = 0x85, /* gives up what waits for a key */
	PRIVATE_MACRO =
	    0x87, /* and a key from EDITOR_MACRO_FIRST on: types a macro of ~/.editrc */
};

/* Binds our defaults and guards in the mode (emacs, vi) that libedit is in. */
void editor_keys_defaults(struct editor_libedit *libedit);

/* Binds them again if a command (`bind -v`, `bind -e`) wiped every binding. */
void editor_keys_restore(struct editor_libedit *libedit);

/* Binds the private keys anew, whatever was bound to them. */
void editor_keys_private(struct editor_libedit *libedit);

/* True in vi mode. */
bool editor_keys_vi(const struct editor_libedit *libedit);

/* True when libedit has a binding for this sequence, which begins with Escape. */
bool editor_keys_bound(struct editor_libedit *libedit, const char *sequence);

/* The private keys that do what the function key of this sequence should, or NULL. */
const wchar_t *editor_keys_codes(const char *sequence);

/* The function to bind in the place of this one: itself, or one that does no harm in this mode. */
const wchar_t *editor_keys_harmless(
    const struct editor_libedit *libedit, const wchar_t *function);

#endif
