/*
 * Which files stay within reach once the program has started (util/confine.h carries it out).
 */
#ifndef CLI_REACH_H
#define CLI_REACH_H

#include "util/confine.h"

#include "cli/options.h"

/*
 * Fills the settings for these options; clear them with confine_clear(). A report reaches the files that
 * its command line names and the system's that it reads; the interface also what a command may name: the
 * home, the folder at hand, and every folder at the root of the file system that is not the system's.
 */
void reach_of(struct confine_settings *settings, const struct options *options);

#endif
