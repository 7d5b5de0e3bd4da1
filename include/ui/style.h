/*
 * Style by meaning: what a cell is, never what colour it has. Themes give each its colours.
 */
#ifndef UI_STYLE_H
#define UI_STYLE_H

#include "util/names.h"

#define STYLES(X) \
	X(STYLE_TEXT, "text", "plain text") \
	X(STYLE_DIM, "dim", "what matters less: units, hints, table heads") \
	X(STYLE_TITLE, "title", "titles of panes and the top line") \
	X(STYLE_FRAME, "frame", "frames of panes") \
	X(STYLE_FRAME_FOCUSED, "frame-focused", "frame of the focused pane") \
	X(STYLE_ACCENT, "accent", "the one accent: focused title, key names") \
	X(STYLE_SELECTION, "selection", "the selected row of the focused pane") \
	X(STYLE_SELECTION_DIM, "selection-dim", "the selected row of another pane") \
	X(STYLE_GOOD, "good", "good: accepting, trusted, secure") \
	X(STYLE_WARNING, "warning", "works, but not as it should") \
	X(STYLE_BAD, "bad", "fails") \
	X(STYLE_UNSURE, "unsure", "inconclusive") \
	X(STYLE_REFUSED, "refused", "refuses mail on purpose") \
	X(STYLE_PROGRESS, "progress", "in progress") \
	X(STYLE_QUOTED, "quoted", "what a server said") \
	X(STYLE_OURS, "ours", "what we said to a server") \
	X(STYLE_SECRET, "secret", "what went through TLS") \
	X(STYLE_BAR, "bar", "bars of the timeline") \
	X(STYLE_STATUS, "status", "the verdict line") \
	X(STYLE_ERROR, "error", "the program's own error messages") \
	X(STYLE_PROMPT, "prompt", "the command line") \
	X(STYLE_MENU, "menu", "pop-ups: completion") \
	X(STYLE_MENU_CHOSEN, "menu-chosen", "the chosen line of a pop-up") \
	X(STYLE_MATCH, "match", "what a search found") \
	X(STYLE_MATCH_HERE, "match-here", "the match of a search where one is") \
	X(STYLE_HINT, "hint", "the bottom line")
NAMES_DECLARE(style, STYLES)

#endif
