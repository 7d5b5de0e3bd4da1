/*
 * The palette: every command that can be said, found by some letters of it.
 */
#ifndef UI_PALETTE_H
#define UI_PALETTE_H

#include "app/model.h"
#include "cli/completion.h"

/*
 * Fills candidates (empty before; clear with candidates_clear()) with the commands that fit the
 * pattern, the best first, each with its key and help. One that takes an argument ends in a blank.
 */
void palette_find(
    const struct model *model, const char *pattern, struct candidates *candidates);

#endif
