/*
 * The lessons that come with the program, and those that a teacher wrote: found by name or file,
 * checked against the grammar of commands before they begin.
 */
#ifndef CLI_LESSONS_H
#define CLI_LESSONS_H

#include <stddef.h>

#include "app/tutor.h"

/* All lessons that come with the program, in the order of the course. */
const struct lesson_row *lessons_table(size_t *count);

/*
 * Looks at a command of a lesson: NULL when it may be run, or a sentence (caller frees).
 * Lessons only look: what writes files, changes keys or leaves the program is refused.
 */
char *lessons_check(const char *command);

/*
 * The lesson that comes with the program by this name, or by its number in the course, "3"; NULL
 * when there is none.
 */
const struct lesson_row *lessons_find(const char *name);

#endif
