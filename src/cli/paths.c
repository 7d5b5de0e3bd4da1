/*
 * XDG directories. A relative path in an XDG variable is not valid and is passed over, as the
 * specification says.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/buf.h"
#include "util/mem.h"

#include "cli/paths.h"

/* "$VARIABLE/mxscope/NAME", or "$HOME/DEFAULT/mxscope/NAME". */
static char *
xdg_path(const char *variable, const char *standard, const char *name)
{
	const char *base = getenv(variable), *home = getenv("HOME");
	struct buf path = BUF_INIT;

	if (base != NULL && *base == '/')
		buf_addf(&path, "%s/mxscope/%s", base, name);
	else if (home != NULL && *home == '/')
		buf_addf(&path, "%s/%s/mxscope/%s", home, standard, name);
	else
		return NULL;
	return buf_take(&path);
}

char *
paths_state(const char *name)
{
	return xdg_path("XDG_STATE_HOME", ".local/state", name);
}

char *
paths_config(const char *name)
{
	return xdg_path("XDG_CONFIG_HOME", ".config", name);
}

char *
paths_expand(const char *path)
{
	const char *home = getenv("HOME");
	struct buf expanded = BUF_INIT;

	if (strncmp(path, "~/", 2) != 0 || home == NULL || *home != '/')
		return mem_strdup(path);
	buf_addf(&expanded, "%s%s", home, path + 1);
	return buf_take(&expanded);
}

void
paths_make_parents(const char *path)
{
	char *copy = mem_strdup(path);

	for (char *slash = strchr(copy + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(copy, 0700);
		*slash = '/';
	}
	free(copy);
}

char *
paths_read(const char *path, size_t limit)
{
	static const char mark[] = "\xef\xbb\xbf"; /* that some editors put before UTF-8 */
	FILE *file = fopen(path, "re");
	struct buf text = BUF_INIT;
	char block[4096];
	size_t n;
	int error = 0;

	if (file == NULL)
		return NULL;
	while (error == 0 && (n = fread(block, 1, sizeof block, file)) > 0) {
		buf_add(&text, block, n);
		if (text.length > limit)
			error = EFBIG;
	}
	if (ferror(file))
		error = errno;
	fclose(file);
	if (text.length >= strlen(mark) && memcmp(buf_text(&text), mark, strlen(mark)) == 0)
		buf_drop(&text, strlen(mark));
	if (error == 0)
		return buf_take(&text);
	buf_clear(&text);
	errno = error;
	return NULL;
}
