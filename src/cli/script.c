/*
 * A stack of files being read: the last one pushed is read first. Files are small and read whole, so
 * that no line waits for a disk later.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "cli/paths.h"
#include "cli/script.h"

enum {
	DEPTH_MAX = 16,
	SCRIPT_BYTES_MAX = 1 << 20
};

struct source {
	char *what;
	char *text, *rest; /* NULL rest = at its end */
	unsigned line;
};

struct script {
	struct source sources[DEPTH_MAX];
	size_t depth;
	struct buf where;
};

struct script *
script_new(void)
{
	return mem_alloc(sizeof(struct script));
}

/* Drops the file that is read now. */
static void
pop(struct script *script)
{
	struct source *source = &script->sources[--script->depth];

	free(source->what);
	free(source->text);
}

void
script_free(struct script *script)
{
	if (script == NULL)
		return;
	while (script->depth > 0)
		pop(script);
	buf_clear(&script->where);
	free(script);
}

/* Returns the sentence for a file that is not read, with the reason behind it. */
static char *
refused(const char *path, const char *reason)
{
	struct buf sentence = BUF_INIT;

	buf_adds(&sentence, "The commands in ");
	text_printable(&sentence, path, strlen(path));
	buf_addf(&sentence, " cannot be read: %s.", reason);
	return buf_take(&sentence);
}

char *
script_push(struct script *script, const char *what, const char *path)
{
	char *text;

	if (script->depth == DEPTH_MAX)
		return refused(path, "16 files source each other, and that is the limit");
	text = paths_read(path, SCRIPT_BYTES_MAX);
	if (text == NULL)
		return refused(path, strerror(errno));
	script->sources[script->depth++] = (struct source){
		.what = text_printable_copy(what, strlen(what)),
		.text = text,
		.rest = text,
	};
	return NULL;
}

const char *
script_next(struct script *script, const char **where)
{
	struct source *source;
	char *line;

	while (script->depth > 0 && script->sources[script->depth - 1].rest == NULL)
		pop(script);
	if (script->depth == 0)
		return NULL;
	source = &script->sources[script->depth - 1];
	line = strsep(&source->rest, "\n");
	line[strcspn(line, "\r")] = '\0';
	source->line++;
	buf_truncate(&script->where, 0);
	buf_addf(&script->where, "%s line %u", source->what, source->line);
	*where = buf_text(&script->where);
	return line;
}
