/*
 * From a key that was pressed to the command that it says, and where the model is as far as keys are
 * concerned. Which keys there are is cli/keys.c's; a key is known by its name, as key_name.h spells
 * it.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/text.h"

#include "ui/keymap.h"

/* --- places -------------------------------------------------------------------------------- */

/* Where one is in the panes. */
static enum place
place_of_focus(const struct model *model)
{
	switch (model->focus) {
	case PANE_DOMAINS:
		return PLACE_DOMAINS;
	case PANE_MX:
		return PLACE_MX;
	case PANE_SMTP:
		break;
	}
	return PLACE_SMTP;
}

enum place
keymap_place(const struct model *model, enum view view)
{
	if (view == VIEW_SCENARIOS)
		return PLACE_SCENARIOS;
	if (view == VIEW_LESSONS)
		return PLACE_LESSONS;
	if (view != VIEW_NONE)
		return PLACE_VIEW;
	if (model->walking)
		return PLACE_WALK;
	if (tutor_is_asking(&model->tutor))
		return PLACE_QUESTION;
	return model->tutor.open ? PLACE_LESSON : place_of_focus(model);
}

/* --- keys by their names ----------------------------------------------------------------------- */

const char *
keymap_command(const struct bindings *bindings, const struct key *key)
{
	char name[KEY_NAME_MAX];
	const struct bound_key *bound;
	const struct binding *row;

	if (!key_name(key, name))
		return NULL;
	bound = bindings_find(bindings, name);
	if (bound != NULL)
		return bound->command;
	row = keys_default(name);
	return row == NULL ? NULL : row->command;
}

char *
keymap_name(const char *key, char name[KEY_NAME_MAX])
{
	struct buf sentence = BUF_INIT;

	if (key_name_normalise(key, name))
		return NULL;
	buf_adds(&sentence, "There is no key \"");
	text_printable(&sentence, key, strlen(key));
	buf_adds(
	    &sentence, "\": expected a character, or a name such as F5, PgUp, Space or C-l.");
	return buf_take(&sentence);
}
