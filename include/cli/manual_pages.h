/*
 * The manual pages there are; ui/manual.h writes them.
 */
#ifndef CLI_MANUAL_PAGES_H
#define CLI_MANUAL_PAGES_H

#include "util/names.h"

/* The pages, by their section. */
#define MANUALS(X) \
	X(MANUAL_PROGRAM, "1", "the program: options, keys, commands, findings") \
	X(MANUAL_FILES, "5", "its files: configuration, keys, themes, lessons")
NAMES_DECLARE(manual, MANUALS)

#endif
