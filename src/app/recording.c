/*
 * The file of a recording: its head, its frames, and what is said when it is none, is another
 * version's, is damaged or is cut off. What is in a frame is recorded.c's table. Written by appending whole
 * frames, so that a program that is killed leaves a recording that ends early.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/mem.h"
#include "util/text.h"

#include "app/recorded.h"
#include "app/recording.h"

enum {
	FORMAT = 1,
	FRAME_MAX = 16 << 20,
	HEAD_LENGTH = 8 + 1 + 8 + 1,
	NAMES_MAX = 10000000
};

enum frame {
	FRAME_START = 1,
	FRAME_NAME,
	FRAME_EVENT,
	FRAME_TURN,
	FRAME_END
};

static const uint8_t magic[8] = { 'M', 'X', 'S', 'C', 'O', 'P', 'E', 0x1a };

/* The shape of all that is recorded, as eight octets. */
static void
add_shape(struct buf *out)
{
	uint64_t shape = fields_shape(
	    recorded_start, fields_shape(recorded_name, fields_shape(recorded_event, FORMAT)));

	for (int i = 0; i < 8; i++)
		buf_addc(out, (char)(shape >> (8 * i)));
}

/* The sentence "The recording PATH ...", which the caller frees. */
static char *
sentence(const char *path, const char *what)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, "The recording ");
	text_printable(&text, path, strlen(path));
	buf_addf(&text, " %s.", what);
	return buf_take(&text);
}

/* --- writing ----------------------------------------------------------------------- */

struct recorder {
	int file; /* -1 = kept in memory */
	char *path;
	struct buf pending;
	struct redactor redactor;
	bool masked, lost; /* lost: it grew too long, or could not be written */
	int64_t last_us; /* of the event before */
};

/* Appends a frame with this content. */
static void
add_frame(struct recorder *recorder, enum frame kind, const struct buf *content)
{
	if (recorder->lost)
		return;
	fields_put(&recorder->pending, kind);
	fields_put(&recorder->pending, content->length);
	buf_add(&recorder->pending, buf_text(content), content->length);
	if (recorder->file < 0 && recorder->pending.length > RECORDER_MEMORY_MAX) {
		recorder->lost = true;
		buf_clear(&recorder->pending);
	}
}

/* What masks, or NULL. */
static const struct redactor *
mask_of(const struct recorder *recorder)
{
	return recorder->masked ? &recorder->redactor : NULL;
}

struct recorder *
recorder_new(const struct recording_start *start, const struct hash_key *mask)
{
	struct recorder *recorder = mem_alloc(sizeof *recorder);
	struct buf content = BUF_INIT;

	recorder->file = -1;
	recorder->masked = mask != NULL;
	if (mask != NULL)
		recorder->redactor.key = *mask;
	recorder->last_us = start->moment.us;
	buf_add(&recorder->pending, magic, sizeof magic);
	buf_addc(&recorder->pending, FORMAT);
	add_shape(&recorder->pending);
	buf_addc(&recorder->pending, recorder->masked ? 1 : 0);
	fields_encode(&content, recorded_start, start, mask_of(recorder));
	add_frame(recorder, FRAME_START, &content);
	buf_clear(&content);
	return recorder;
}

void
recorder_free(struct recorder *recorder)
{
	const struct buf nothing = BUF_INIT;

	if (recorder == NULL)
		return;
	if (recorder->file >= 0) {
		add_frame(recorder, FRAME_END, &nothing);
		free(recorder_turn(recorder));
		if (recorder->file >= 0)
			close(recorder->file);
	}
	buf_clear(&recorder->pending);
	free(recorder->path);
	free(recorder);
}

void
recorder_name(struct recorder *recorder, const char *text, const char *fault)
{
	const bool refused = recorder->masked && fault != NULL;
	struct recorded_name name = {
		.text = mem_strdup(refused ? REDACT_MASK : text),
		.fault = refused ? redact_refusal(fault) : mem_strdup(fault),
	};
	struct buf content = BUF_INIT;

	fields_encode(&content, recorded_name, &name, mask_of(recorder));
	add_frame(recorder, FRAME_NAME, &content);
	buf_clear(&content);
	free(name.text);
	free(name.fault);
}

void
recorder_event(
    struct recorder *recorder, const struct event *event, const struct moment *moment)
{
	struct buf content = BUF_INIT;

	if (recorder->lost)
		return;
	fields_put(&content, (uint64_t)(moment->us - recorder->last_us));
	fields_put(&content, (uint64_t)moment->time);
	recorder->last_us = moment->us;
	fields_encode(&content, recorded_event, event, mask_of(recorder));
	add_frame(recorder, FRAME_EVENT, &content);
	buf_clear(&content);
}

/* Writes what is pending: NULL, or a sentence, and nothing more is recorded. */
static char *
flush(struct recorder *recorder)
{
	const char *at = recorder->pending.data;
	size_t left = recorder->pending.length;

	while (left > 0) {
		ssize_t n = write(recorder->file, at, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			struct buf what = BUF_INIT;
			char *text;

			buf_addf(
			    &what, "cannot be written (%s): it ends here", strerror(errno));
			text = sentence(recorder->path, what.data);
			buf_clear(&what);
			close(recorder->file);
			recorder->file = -1;
			recorder->lost = true;
			return text;
		}
		at += n;
		left -= (size_t)n;
	}
	buf_truncate(&recorder->pending, 0);
	return NULL;
}

char *
recorder_turn(struct recorder *recorder)
{
	const struct buf nothing = BUF_INIT;

	add_frame(recorder, FRAME_TURN, &nothing);
	return recorder->file >= 0 ? flush(recorder) : NULL;
}

char *
recorder_open(struct recorder *recorder, const char *path)
{
	struct buf what = BUF_INIT;
	char *text;

	if (recorder->file >= 0)
		return sentence(recorder->path, "is being written already");
	if (recorder->lost)
		return mem_strdup("This session is too long to be recorded from its beginning: "
				  "start mxscope with --record FILE.");
	recorder->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (recorder->file < 0) {
		buf_addf(&what, "cannot be written: %s", strerror(errno));
		text = sentence(path, what.data);
		buf_clear(&what);
		return text;
	}
	free(recorder->path);
	recorder->path = mem_strdup(path);
	return flush(recorder);
}

/* --- reading ------------------------------------------------------------------------- */

struct recording {
	FILE *file;
	char *path;
	command_check *valid;
	bool masked;
	struct recording_start start;
	struct moment moment; /* of the last event */
	struct recorded_name *names;
	size_t name_count, name_capacity;
	uint8_t *content; /* of the frame at hand */
	size_t length;
	bool over;
	char *trouble;
};

/* What became of reading a frame. */
enum reading {
	READING_FRAME,
	READING_CUT, /* the file ends within it, or before the last one */
	READING_DAMAGED
};

/* Reads a number from the file, octet by octet. */
static enum reading
read_number(FILE *file, uint64_t *number)
{
	uint8_t octets[10];
	struct cursor cursor = { octets, octets };

	for (size_t n = 0; n < sizeof octets; n++) {
		int c = getc(file);

		if (c == EOF)
			return READING_CUT;
		octets[n] = (uint8_t)c;
		if ((c & 0x80) != 0)
			continue;
		cursor.end = octets + n + 1;
		return fields_get(&cursor, number) ? READING_FRAME : READING_DAMAGED;
	}
	return READING_DAMAGED;
}

/* Reads the next frame's kind and content. */
static enum reading
read_frame(struct recording *recording, uint64_t *kind)
{
	uint64_t length;
	enum reading reading = read_number(recording->file, kind);

	if (reading == READING_FRAME)
		reading = read_number(recording->file, &length);
	if (reading != READING_FRAME)
		return reading;
	if (length > FRAME_MAX)
		return READING_DAMAGED;
	recording->content = mem_realloc(recording->content, length + 1, 1);
	recording->length = length;
	return fread(recording->content, 1, length, recording->file) == length ? READING_FRAME
									       : READING_CUT;
}

/* A cursor over the content of the frame at hand. */
static struct cursor
content_of(const struct recording *recording)
{
	return (struct cursor){ recording->content, recording->content + recording->length };
}

/* Says why the recording ends here. */
static void
end(struct recording *recording, enum reading reading)
{
	recording->over = true;
	if (recording->trouble == NULL)
		recording->trouble = sentence(recording->path,
		    reading == READING_CUT ? "is cut off: what is whole of it was played"
					   : "is damaged: what stands before was played");
}

/* Reads the head: NULL, or what is wrong with it. */
static const char *
read_head(struct recording *recording)
{
	uint8_t head[HEAD_LENGTH];
	struct buf shape = BUF_INIT;
	bool same;

	if (fread(head, 1, sizeof head, recording->file) != sizeof head)
		return ferror(recording->file) ? "cannot be read"
					       : "is no recording, or is cut off";
	if (memcmp(head, magic, sizeof magic) != 0)
		return "is no recording of mxscope";
	add_shape(&shape);
	same = head[8] == FORMAT && memcmp(head + 9, shape.data, 8) == 0;
	buf_clear(&shape);
	recording->masked = head[17] == 1;
	return same ? NULL : "was made by another version of mxscope";
}

/* Counts masks as public addresses, as the addresses were that they stand for. */
static void
allow_masks(struct special_policy *special)
{
	static const char *const ranges[] = { "240.0.0.0/4", "3fff::/20" };

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		if (special->allowed_count < SPECIAL_PREFIXES_MAX &&
		    ip_prefix_parse(&special->allowed[special->allowed_count], ranges[i]))
			special->allowed_count++;
	}
}

/* Reads the first frame: NULL, or what is wrong. */
static const char *
read_start(struct recording *recording)
{
	enum reading reading;
	uint64_t kind;
	struct cursor cursor;

	reading = read_frame(recording, &kind);
	if (reading == READING_CUT) {
		end(recording, reading);
		return NULL;
	}
	if (reading != READING_FRAME || kind != FRAME_START)
		return "is damaged";
	cursor = content_of(recording);
	if (!fields_decode(&cursor, recorded_start, &recording->start) ||
	    cursor.at != cursor.end || recording->start.jobs > 1000 ||
	    recording->start.moment.us < 0 || recording->start.moment.time < 0)
		return "is damaged";
	if (recording->masked)
		allow_masks(&recording->start.settings.special);
	recording->moment = recording->start.moment;
	return NULL;
}

/* Takes a name out of its frame. */
static bool
take_name(struct recording *recording)
{
	struct cursor cursor = content_of(recording);
	struct recorded_name name = { 0 };

	if (!fields_decode(&cursor, recorded_name, &name) || cursor.at != cursor.end ||
	    name.text == NULL || recording->name_count == NAMES_MAX) {
		free(name.text);
		free(name.fault);
		return false;
	}
	recording->names = mem_grow(recording->names, recording->name_count,
	    &recording->name_capacity, sizeof *recording->names);
	recording->names[recording->name_count++] = name;
	return true;
}

/* Reads all names, which a report wants before the events; then goes back. */
static void
read_names(struct recording *recording)
{
	off_t events = ftello(recording->file);
	uint64_t kind;

	while (read_frame(recording, &kind) == READING_FRAME) {
		if (kind == FRAME_NAME && !take_name(recording))
			break;
	}
	fseeko(recording->file, events, SEEK_SET);
}

/* Reads what comes before the events: NULL, or a sentence. */
static char *
begin(struct recording *recording)
{
	const char *fault = read_head(recording);

	if (fault == NULL)
		fault = read_start(recording);
	if (fault != NULL)
		return sentence(recording->path, fault);
	if (recording->start.jobs > 0)
		read_names(recording);
	return NULL;
}

/* A recording of this file. */
static struct recording *
new_recording(FILE *file, const char *path, command_check *valid)
{
	struct recording *recording = mem_alloc(sizeof *recording);

	recording->file = file;
	recording->path = mem_strdup(path);
	recording->valid = valid;
	return recording;
}

struct recording *
recording_open(const char *path, command_check *valid, char **error)
{
	FILE *file = fopen(path, "re");
	struct recording *recording;
	struct buf what = BUF_INIT;

	if (file == NULL) {
		buf_addf(&what, "cannot be read: %s", strerror(errno));
		*error = sentence(path, what.data);
		buf_clear(&what);
		return NULL;
	}
	recording = new_recording(file, path, valid);
	*error = begin(recording);
	if (*error == NULL)
		return recording;
	recording_free(recording);
	return NULL;
}

void
recording_free(struct recording *recording)
{
	if (recording == NULL)
		return;
	for (size_t i = 0; i < recording->name_count; i++) {
		free(recording->names[i].text);
		free(recording->names[i].fault);
	}
	free(recording->names);
	free(recording->start.settings.mail_from);
	free(recording->start.settings.server);
	dns_records_clear(&recording->start.settings.hints);
	free(recording->content);
	free(recording->trouble);
	free(recording->path);
	if (recording->file != NULL)
		fclose(recording->file);
	free(recording);
}

const struct recording_start *
recording_start(const struct recording *recording)
{
	return &recording->start;
}

struct settings
recording_settings(const struct recording *recording)
{
	const struct settings *recorded = &recording->start.settings;
	struct settings settings = *recorded;

	settings.mail_from = mem_strdup(recorded->mail_from);
	settings.server = mem_strdup(recorded->server);
	settings.hints = (struct dns_records){ 0 };
	for (size_t i = 0; i < recorded->hints.count; i++)
		dns_records_copy(&settings.hints, &recorded->hints.items[i]);
	return settings;
}

const struct recorded_name *
recording_names(const struct recording *recording, size_t *count)
{
	*count = recording->name_count;
	return recording->names;
}

const char *
recording_trouble(const struct recording *recording)
{
	return recording->trouble;
}

/* True when the event has what its kind is never without. */
static bool
is_whole(const struct recording *recording, const struct event *event)
{
	switch (event->kind) {
	case EVENT_COMMAND:
		return recording->valid(&event->command);
	case EVENT_DNS:
		return event->result != NULL;
	case EVENT_PROBE:
		return event->probe != NULL;
	case EVENT_NOTICE:
	case EVENT_LAB:
	case EVENT_POLICY:
		return event->text != NULL;
	case EVENT_SNAPSHOTS:
		if (event->text == NULL)
			return false;
		/* fall through */
	case EVENT_HISTORY:
		for (size_t i = 0; i < event->entry_count; i++) {
			if (event->entries[i].name == NULL ||
			    event->entries[i].status == NULL ||
			    event->entries[i].sentence == NULL)
				return false;
		}
		return true;
	case EVENT_LESSON:
		return event->text != NULL && event->name != NULL;
	case EVENT_RAN:
	case EVENT_VERIFIED:
	case EVENT_RESIZE:
	case EVENT_LAYOUT:
	case EVENT_SELECT:
	case EVENT_FOUND:
	case EVENT_BOUND:
	case EVENT_TYPING:
	case EVENT_KEY:
	case EVENT_TICK:
		return true;
	}
	return false;
}

/* Makes the event out of its frame. */
static bool
take_event(struct recording *recording, struct event *event, struct moment *moment)
{
	struct cursor cursor = content_of(recording);
	uint64_t delta, time;
	bool whole;

	*event = (struct event){ 0 };
	if (!fields_get(&cursor, &delta) || !fields_get(&cursor, &time) ||
	    delta > (uint64_t)(INT64_MAX - recording->moment.us) || time > INT64_MAX)
		return false;
	whole = fields_decode(&cursor, recorded_event, event) && cursor.at == cursor.end &&
	    is_whole(recording, event);
	if (event->result != NULL)
		event->result = dns_result_hold(event->result); /* its first reference */
	if (!whole) {
		event_clear(event);
		return false;
	}
	recording->moment.us += (int64_t)delta;
	recording->moment.time = (int64_t)time;
	*moment = recording->moment;
	return true;
}

enum recording_state
recording_next(struct recording *recording, struct event *event, struct moment *moment)
{
	uint64_t kind;

	while (!recording->over) {
		enum reading reading = read_frame(recording, &kind);

		if (reading != READING_FRAME) {
			end(recording, reading);
			break;
		}
		if (kind == FRAME_TURN)
			return RECORDING_TURN;
		if (kind == FRAME_END)
			recording->over = true;
		else if (kind == FRAME_EVENT && take_event(recording, event, moment))
			return RECORDING_EVENT;
		else if (kind != FRAME_NAME)
			end(recording, READING_DAMAGED);
	}
	return RECORDING_END;
}

struct recording *
recording_read(void *octets, size_t n, command_check *valid)
{
	FILE *file = n == 0 ? NULL : fmemopen(octets, n, "r");
	struct recording *recording;
	char *error;

	if (file == NULL)
		return NULL;
	recording = new_recording(file, "in memory", valid);
	error = begin(recording);
	if (error == NULL)
		return recording;
	free(error);
	recording_free(recording);
	return NULL;
}
