/*
 * The help, written from the tables that the program runs by: keys, commands, marks, styles.
 */
#ifndef UI_HELP_H
#define UI_HELP_H

#include "app/model.h"
#include "ui/paper.h"

/*
 * Writes the help on the model's topic: "keys", "commands", "marks", "styles", or the name of a command
 * (an abbreviation will do). NULL = keys, commands and marks. An unknown topic gets a sentence
 * that says what there is. Keys are those in force, first those of the place where help was asked for.
 */
void help_write(struct paper *paper, const struct model *model);

#endif
