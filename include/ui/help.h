/*
 * The help, written from the tables that the program runs by: keys, commands, marks, styles.
 */
#ifndef UI_HELP_H
#define UI_HELP_H

#include "ui/paper.h"

/*
 * Writes the help on a topic: "keys", "commands", "marks", "styles", or the name of a command
 * (an abbreviation will do). NULL = keys, commands and marks. An unknown topic gets a sentence
 * that says what there is.
 */
void help_write(struct paper *paper, const char *topic);

#endif
