/*
 * A recording comes from anybody: whatever it holds is played through app_update(), as a replay does it,
 * and the model must bear it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#include "app/replay.h"
#include "app/update.h"
#include "cli/command.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Plays one event, and keeps the book of what the model asks for. */
static void
apply(struct model *model, struct replay *replay, struct event *event, struct moment moment)
{
	struct effects effects = { 0 };

	app_update(model, event, moment, &effects);
	for (size_t i = 0; i < effects.count; i++)
		replay_note(replay, &effects.items[i]);
	effects_clear(&effects);
	event_clear(event);
}

/* Plays the recording to its end. */
static void
play(struct recording *recording)
{
	const struct settings settings = recording_settings(recording);
	struct replay *replay;
	struct moment moment;
	struct model model;
	struct event event;

	model_init(&model, &settings);
	replay = replay_new(recording, REPLAY_ONCE, 0);
	while (!replay_is_over(replay)) {
		while (replay_next(replay, 0, &event, &moment) == RECORDING_EVENT)
			apply(&model, replay, &event, moment);
	}
	replay_free(replay);
	model_clear(&model);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *octets = mem_dup(data, size);
	struct recording *recording = recording_read(octets, size, command_is_complete);

	if (recording != NULL)
		play(recording);
	free(octets);
	return 0;
}
