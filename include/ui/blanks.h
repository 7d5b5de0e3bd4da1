/*
 * Which style a blank is given to the terminal in, so that few changes of colour are written.
 */
#ifndef UI_BLANKS_H
#define UI_BLANKS_H

#include "ui/canvas.h"

/*
 * Returns the style in which the cell is written: its own, or for a blank between two words of other styles
 * that of the word before it, when it looks the same there. `unseen` tells of each style whether blanks in it show nothing.
 */
enum style blanks_style(
    const struct canvas *canvas, int row, int column, const bool unseen[style_count]);

#endif
