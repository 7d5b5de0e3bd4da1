/*
 * A recording: an append-only log of every event that reached app_update(), with its moment - DNS
 * messages, lines of dialogues, facts about TLS, times - and of the user's commands. Since
 * app_update() is a function of model, event and moment, playing the events back gives the same
 * model, and the same screens and reports, without the network.
 *
 * The file: eight octets of magic, the format, the shape of the recorded structures, flags; then
 * frames, each a kind, a length and a content (fields.h). It may end anywhere: what is whole is
 * played.
 */
#ifndef APP_RECORDING_H
#define APP_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/event.h"
#include "app/model.h"
#include "app/update.h"
#include "mail/redact.h"

/* --- writing --- */

struct recorder;

/* What is to be known before the first event. */
struct recording_start {
	struct settings settings;
	struct moment moment;
	size_t jobs; /* names at once, of a report; 0 = the interface */
};

enum {
	RECORDER_MEMORY_MAX = 16 << 20 /* octets kept before a file is named */
};

/*
 * Begins a recording in memory. It goes to a file as soon as recorder_open() names one; until then
 * it is bounded, and given up when it grows beyond. With a key everything is masked.
 */
struct recorder *recorder_new(const struct recording_start *start, const struct hash_key *mask);
/* Ends the recording; what is pending is written. NULL is fine. */
void recorder_free(struct recorder *recorder);

/* Writes what is recorded so far to a new file (0600), and goes on there. NULL, or a sentence. */
char *recorder_open(struct recorder *recorder, const char *path);

/* A name that a report took from its list, and an event at its moment. */
void recorder_name(struct recorder *recorder, const char *text, const char *fault);
void recorder_event(
    struct recorder *recorder, const struct event *event, const struct moment *moment);

/* The model was shown: what was recorded since goes to the file. NULL, or a sentence, once. */
char *recorder_turn(struct recorder *recorder);

/* --- reading --- */

struct recording;

/* Whether a command has the arguments that its grammar asks for (cli/command.h knows). */
typedef bool command_check(const struct command *command);

/* Opens a recording: NULL and a sentence in *error when it is none. */
struct recording *recording_open(const char *path, command_check *valid, char **error);
void recording_free(struct recording *recording);

/* What was known before the first event. */
const struct recording_start *recording_start(const struct recording *recording);

/* A copy of its settings, for a model that takes them over. */
struct settings recording_settings(const struct recording *recording);

/* The names of a recorded report, in order. */
struct recorded_name {
	char *text, *fault;
};
const struct recorded_name *recording_names(const struct recording *recording, size_t *count);

enum recording_state {
	RECORDING_EVENT, /* *event, which the caller clears, and *moment are filled */
	RECORDING_TURN, /* the model was shown here */
	RECORDING_END
};

/* Takes the next frame. */
enum recording_state recording_next(
    struct recording *recording, struct event *event, struct moment *moment);

/* Why a recording ended before its end - it is cut off, or damaged - as a sentence; NULL = it did not. */
const char *recording_trouble(const struct recording *recording);

/*
 * The same for a recording of n octets in memory, which must stay there: NULL when it is none.
 */
struct recording *recording_read(void *octets, size_t n, command_check *valid);

#endif
