/*
 * Walks text line by line for those who read the program's own small languages, scenarios and lessons,
 * and says where a fault is. What a line means is theirs.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/lines.h"
#include "util/mem.h"

char *
lines_locate(unsigned number, char *sentence)
{
	struct buf located = BUF_INIT;

	buf_addf(&located, "line %u: %s", number, sentence);
	free(sentence);
	return buf_take(&located);
}

char *
lines_read(const char *text, lines_take *take, void *context, unsigned *number)
{
	char *sentence = NULL;

	for (*number = 0; *text && !sentence; text += *text == '\n') {
		size_t length = strcspn(text, "\n");
		char *line = mem_strndup(text, length);

		++*number;
		sentence = take(context, line);
		free(line);
		text += length;
	}
	return sentence ? lines_locate(*number, sentence) : NULL;
}
