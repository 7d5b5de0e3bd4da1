/*
 * Effects: a list of what is to be done, filled by app_update() and emptied by the loop.
 */
#include <stdlib.h>

#include "util/mem.h"

#include "app/effect.h"

void
effects_add(struct effects *effects, const struct effect *effect)
{
	effects->items =
	    mem_grow(effects->items, effects->count, &effects->capacity, sizeof *effect);
	effects->items[effects->count++] = *effect;
}

void
effects_clear(struct effects *effects)
{
	for (size_t i = 0; i < effects->count; i++) {
		struct effect *effect = &effects->items[i];

		free(effect->host);
		free(effect->server_name);
		free(effect->mail_from);
		free(effect->rcpt);
		free(effect->text);
		free(effect->more);
		history_entry_clear(&effect->entry);
		if (effect->tls != NULL)
			tls_facts_clear(effect->tls);
		free(effect->tls);
		dns_result_release(effect->result);
		for (size_t j = 0; j < effect->name_count; j++)
			free(effect->names[j]);
	}
	free(effects->items);
	*effects = (struct effects){ 0 };
}
