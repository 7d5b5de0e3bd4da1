/*
 * What a shell needs to complete a command line of mxscope, written from the table of options.
 */
#ifndef CLI_SHELL_COMPLETION_H
#define CLI_SHELL_COMPLETION_H

#include "util/buf.h"
#include "util/names.h"
#include "app/model.h"

#define SHELLS(X) \
	X(SHELL_BASH, "bash", "GNU bash, with bash-completion or without") \
	X(SHELL_ZSH, "zsh", "zsh, as a function for compinit") \
	X(SHELL_FISH, "fish", "fish")
NAMES_DECLARE(shell, SHELLS)

/*
 * Appends the completions for this shell, with the scenarios that the laboratory offers: a file that it
 * reads by itself where `make install` puts it.
 */
void shell_completion(struct buf *out, enum shell shell, const struct scenario_row *scenarios,
    size_t scenario_count);

#endif
