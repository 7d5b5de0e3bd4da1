/*
 * The configuration file that --write-config makes.
 */
#ifndef CLI_CONFIG_FILE_H
#define CLI_CONFIG_FILE_H

#include "util/buf.h"

/* Appends its text: comments, and every default behind a '#'. */
void config_text(struct buf *out);

/* Writes it, and the folders above, unless it is there: NULL, or a sentence that the caller frees. */
char *config_write(const char *path);

#endif
