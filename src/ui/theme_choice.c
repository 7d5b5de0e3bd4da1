/*
 * The choice of a theme: by name, or by the terminal's ground when "default" was asked for, and anew
 * when its file was written. A theme that is wrong is told of, and the one before stays in force.
 *
 * What a name means is in theme_file.c, what a ground is in ground.c; who draws with a theme is told.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "ui/ground.h"
#include "ui/input.h"
#include "ui/theme_choice.h"
#include "ui/theme_file.h"

struct theme_choice {
	struct loop *loop;
	void (*taken)(void *context, const struct theme *theme);
	void *context;
	struct theme theme;
	char *file; /* where it came from; NULL = built in */
	bool suits; /* the default theme: the terminal's ground chooses */
	enum theme_ground ground;
};

static void on_written(void *context);

/* Loads a theme by its name: NULL, or a sentence. A file of its own is watched from here on. */
static char *
load(struct theme_choice *choice, const char *name)
{
	struct theme theme;
	char *path, *error = theme_load(&theme, name, &path);

	if (error != NULL)
		return error;
	choice->theme = theme;
	loop_watch_file(choice->loop, path, on_written, choice);
	free(choice->file);
	choice->file = path;
	choice->taken(choice->context, &choice->theme);
	return NULL;
}

/* The theme's file was written: reads it, and tells what came of it. */
static void
on_written(void *context)
{
	struct theme_choice *choice = context;
	char *path = mem_strdup(choice->file), *error = load(choice, path);

	if (error != NULL)
		input_notice(choice->loop, MESSAGE_ERROR, error);
	else
		input_notice(
		    choice->loop, MESSAGE_INFO, mem_strdup("The theme was read anew."));
	free(path);
}

struct theme_choice *
theme_choice_new(struct loop *loop, const char *colorfgbg,
    void (*taken)(void *context, const struct theme *theme), void *context)
{
	struct theme_choice *choice = mem_alloc(sizeof *choice);

	choice->loop = loop;
	choice->taken = taken;
	choice->context = context;
	choice->ground = ground_told(colorfgbg);
	return choice;
}

void
theme_choice_free(struct theme_choice *choice)
{
	if (choice == NULL)
		return;
	loop_watch_file(choice->loop, NULL, NULL, NULL);
	free(choice->file);
	free(choice);
}

char *
theme_choice_take(struct theme_choice *choice, const char *name)
{
	choice->suits = strcmp(name, THEME_STANDARD) == 0;
	return load(choice, choice->suits ? theme_for(choice->ground) : name);
}

bool
theme_choice_wants_ground(const struct theme_choice *choice)
{
	return choice->suits;
}

void
theme_choice_ground(struct theme_choice *choice, uint32_t rgb)
{
	char *error;

	choice->ground = ground_of(rgb);
	if (!choice->suits)
		return;
	error = load(choice, theme_for(choice->ground));
	if (error != NULL)
		input_notice(choice->loop, MESSAGE_ERROR, error);
}
