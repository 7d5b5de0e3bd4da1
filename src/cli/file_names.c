/*
 * One folder read for Tab. Reads it at once, as a file that is sourced is read at once: so many entries and no
 * more, so that a huge folder does not hold up the loop. What is done with the paths is
 * completion.c's.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "cli/file_names.h"
#include "cli/paths.h"

/* True for a name that may stand for what is typed, as a word of a command. */
static bool
fits(const char *name, const char *typed)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	if (strncmp(name, typed, strlen(typed)) != 0 || (*name == '.' && *typed != '.'))
		return false;
	return strpbrk(name, " \t\"'\\") == NULL && text_is_printable(name, strlen(name));
}

/* Gives the path of this name in the folder, which ends in a slash or is empty. */
static void
give(const char *folder, const char *name, file_names_take *take, void *context)
{
	struct buf path = BUF_INIT;
	struct stat status;
	bool is_folder;
	char *real;

	buf_addf(&path, "%s%s", folder, name);
	real = paths_expand(buf_text(&path));
	is_folder = stat(real, &status) == 0 && S_ISDIR(status.st_mode);
	free(real);
	if (is_folder)
		buf_addc(&path, '/');
	take(context, buf_text(&path), is_folder);
	buf_clear(&path);
}

void
file_names_each(const char *typed, file_names_take *take, void *context)
{
	const char *slash = strrchr(typed, '/');
	char *folder = mem_strndup(typed, slash == NULL ? 0 : (size_t)(slash + 1 - typed));
	char *read = paths_expand(*folder == '\0' ? "." : folder);
	DIR *open = opendir(read);
	const struct dirent *entry;

	for (int i = 0; open != NULL && i < FILE_NAMES_LOOKED_AT; i++) {
		entry = readdir(open);
		if (entry == NULL)
			break;
		if (fits(entry->d_name, typed + strlen(folder)))
			give(folder, entry->d_name, take, context);
	}
	if (open != NULL)
		closedir(open);
	free(read);
	free(folder);
}
