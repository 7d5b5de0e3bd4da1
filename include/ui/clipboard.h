/*
 * `copy`: text for the terminal's clipboard, carried by the terminal itself (OSC 52), so that it works
 * through ssh and tmux where these let it pass.
 */
#ifndef UI_CLIPBOARD_H
#define UI_CLIPBOARD_H

#include <stdbool.h>

#include "app/model.h"
#include "util/buf.h"

enum {
	CLIPBOARD_MAX = 48 * 1024 /* octets of text: what common terminals take */
};

/*
 * Appends what is to be copied: "row" and "report" are those of the selection; NULL is the view over the
 * panes, or else the one thing under the cursor. Nothing is appended where nothing is selected.
 */
void clipboard_text(
    struct buf *out, const struct model *model, const char *what, bool unicode, int columns);

/* What stands between the program and the terminal, and has a say in it. */
enum clipboard_carrier {
	CARRIER_TERMINAL, /* nothing */
	CARRIER_TMUX, /* takes the sequence itself, where set-clipboard is on */
	CARRIER_SCREEN, /* lets through what is wrapped for it */
};

/* Who that is, by what the environment says ($TMUX, screen's $STY). */
enum clipboard_carrier clipboard_carrier_here(void);

/* Appends the control sequence that gives the terminal this text, at most CLIPBOARD_MAX octets. */
void clipboard_sequence(struct buf *out, const char *text, enum clipboard_carrier carrier);

#endif
