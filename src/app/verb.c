/*
 * Commands as values: what the parser made of a line, until app_update() has carried it out.
 */
#include <stdlib.h>

#include "app/verb.h"

void
command_clear(struct command *command)
{
	for (int i = 0; i < command->argument_count; i++)
		free(command->arguments[i]);
	*command = (struct command){ 0 };
}
