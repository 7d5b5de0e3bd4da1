/*
 * Shorter bytes for the same picture: colours and attributes that are set one after the other, with
 * nothing between, are set by one sequence (ECMA-48 8.3.117, SGR).
 */
#ifndef UI_SGR_H
#define UI_SGR_H

#include "util/buf.h"

/*
 * Joins neighbouring sequences in what is for the terminal, in place: "\033[1m\033[38;5;7m" becomes
 * "\033[1;38;5;7m". One without a number, which resets everything, stays alone.
 */
void sgr_join(struct buf *bytes);

#endif
