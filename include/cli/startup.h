/*
 * What the program starts with: the settings of model and engines for a command line.
 */
#ifndef CLI_STARTUP_H
#define CLI_STARTUP_H

#include "app/engine.h"
#include "app/model.h"
#include "cli/options.h"
#include "util/hash.h"

/*
 * Fills the engines' settings; clear them with startup_clear(), also after a fault, once the
 * engines have started. Returns NULL, or a sentence that the caller frees.
 */
char *startup_engine(struct engine_settings *engine, const struct options *options);
void startup_clear(struct engine_settings *engine);

/* Fills the model's settings, whose strings the model takes over. */
void startup_model(struct settings *settings, const struct options *options,
    const struct engine_settings *engine);

/* A new random key for masks (mail/redact.h). */
struct hash_key startup_mask_key(void);

/* The file of start-up commands, which the caller frees; NULL without a home. *named: somebody named it. */
char *startup_config(const struct options *options, bool *named);

#endif
