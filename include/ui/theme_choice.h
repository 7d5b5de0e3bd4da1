/*
 * Which theme is in force: the one that was named, or, for "default", the one that suits the ground
 * of the terminal. A theme that came from a file is read anew whenever that is written.
 */
#ifndef UI_THEME_CHOICE_H
#define UI_THEME_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "app/loop.h"
#include "ui/theme.h"

struct theme_choice;

/*
 * A choice for a terminal whose ground COLORFGBG's value tells (NULL: dark until
 * theme_choice_ground()), before any theme is taken. taken() is called with each theme that comes
 * into force, which lives until the next one does. What is wrong with a file that was written, or
 * that it was read, is told on the loop's status line. Free it before the loop.
 */
struct theme_choice *theme_choice_new(struct loop *loop, const char *colorfgbg,
    void (*taken)(void *context, const struct theme *theme), void *context);
void theme_choice_free(struct theme_choice *choice);

/*
 * Takes the theme of this name or file. NULL, or a sentence that the caller frees; the theme in
 * force then stays.
 */
char *theme_choice_take(struct theme_choice *choice, const char *name);

/* True when the terminal's ground decides: then it is worth asking for. */
bool theme_choice_wants_ground(const struct theme_choice *choice);

/* The terminal told the colour of its ground, 0xrrggbb: takes the theme that suits it if that decides. */
void theme_choice_ground(struct theme_choice *choice, uint32_t rgb);

#endif
