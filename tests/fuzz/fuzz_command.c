/*
 * Any octets as commands, a line each, as they come from the prompt, the configuration, scripts and key bindings:
 * refused with one printable sentence, or read into a command within its bounds. What Tab would offer at
 * every place of the line is text that can be typed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "cli/command.h"
#include "cli/completion.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PLACES = 4 /* of the cursor in a line */
};

/* Ends the run when something does not hold. */
static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* A command has as many arguments as its row allows. */
static void
check_command(const char *line)
{
	struct command command = { 0 };
	bool empty = false;
	char *sentence = command_parse(line, &command, &empty);

	if (sentence != NULL)
		require(text_is_printable(sentence, strlen(sentence)));
	else if (!empty) {
		const struct command_row *row = command_row_of(command.verb);

		require(command.argument_count <= row->maximum);
		for (int i = 0; i < command.argument_count; i++)
			require(command.arguments[i] != NULL);
		command_is_complete(&command);
		command_clear(&command);
	}
	free(sentence);
}

/* What is offered begins inside the line. */
static void
check_completion(const struct model *model, const char *line)
{
	size_t n = strlen(line);

	for (size_t place = 0; place <= PLACES; place++) {
		struct candidates candidates = { 0 };

		completion_find(&candidates, model, line, n * place / PLACES);
		require(candidates.count <= COMPLETION_MAX && candidates.word <= n);
		for (size_t i = 0; i < candidates.count; i++)
			require(text_is_printable(
			    candidates.items[i].text, strlen(candidates.items[i].text)));
		candidates_common(&candidates);
		candidates_clear(&candidates);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size), *rest = NULL;
	struct settings settings = { 0 };
	struct model model;

	model_init(&model, &settings);
	for (char *line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		check_command(line);
		check_completion(&model, line);
	}
	model_clear(&model);
	free(text);
	return 0;
}
