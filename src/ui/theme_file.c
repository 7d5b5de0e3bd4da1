/*
 * Decides where a theme's name is looked for - the built-in ones first, then files as named, then
 * the user's folder.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "cli/paths.h"
#include "ui/theme_file.h"

enum {
	THEME_BYTES_MAX = 65536,
};

/* Begins the sentence about a theme that cannot be had. */
static void
begin_sentence(struct buf *sentence, const char *name)
{
	buf_adds(sentence, "The theme ");
	text_printable(sentence, name, strlen(name));
}

/* Loads the theme in a file: NULL, or a sentence. */
static char *
load_file(struct theme *theme, const char *path)
{
	char *text = paths_read(path, THEME_BYTES_MAX), *error;
	struct buf sentence = BUF_INIT;
	struct theme made;

	if (text == NULL) {
		begin_sentence(&sentence, path);
		buf_addf(&sentence, " is neither built in nor a file that can be read: %s.",
		    strerror(errno));
		return buf_take(&sentence);
	}
	theme_embedded(&made, "default");
	error = theme_parse(&made, text);
	free(text);
	if (error == NULL) {
		*theme = made;
		return NULL;
	}
	begin_sentence(&sentence, path);
	buf_addf(&sentence, " is not valid: %s", error);
	free(error);
	return buf_take(&sentence);
}

/* The file of a name: itself, or in the user's folder of themes if it is there. The caller frees it. */
static char *
file_of(const char *name)
{
	struct buf file = BUF_INIT;
	char *path;

	if (strchr(name, '/') != NULL || access(name, R_OK) == 0)
		return mem_strdup(name);
	buf_addf(&file, "themes/%s.theme", name);
	path = paths_config(buf_text(&file));
	buf_clear(&file);
	if (path != NULL && access(path, R_OK) == 0)
		return path;
	free(path);
	return mem_strdup(name);
}

char *
theme_load(struct theme *theme, const char *name, char **path)
{
	char *file, *error;

	if (theme_embedded(theme, name)) {
		*path = NULL;
		return NULL;
	}
	file = file_of(name);
	error = load_file(theme, file);
	if (error == NULL)
		*path = file;
	else
		free(file);
	return error;
}

const char *
theme_for(enum theme_ground ground)
{
	return ground == GROUND_LIGHT ? "light" : "dark";
}
