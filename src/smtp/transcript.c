/*
 * What was said on one connection. Decides how much is kept (SMTP_TRANSCRIPT_MAX entries, then
 * one that says so) and that only printable text gets in. Who speaks when is left to the
 * dialogue, how it looks to the pane.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "smtp/transcript.h"

/* Appends an entry whose printable text it takes over. */
static void
append(struct smtp_transcript *transcript, const struct smtp_line *line)
{
	transcript->lines = mem_grow(transcript->lines, transcript->count,
	    &transcript->capacity, sizeof *transcript->lines);
	transcript->lines[transcript->count++] = *line;
}

void
smtp_transcript_add(struct smtp_transcript *transcript, enum smtp_speaker speaker,
    bool encrypted, int64_t offset_us, const void *bytes, size_t n)
{
	static const char rest[] = "the rest of the dialogue is left out here";
	struct smtp_line line = {
		.speaker = speaker,
		.encrypted = encrypted,
		.offset_us = offset_us,
	};

	if (transcript->count > SMTP_TRANSCRIPT_MAX)
		return;
	if (transcript->count == SMTP_TRANSCRIPT_MAX) {
		line.speaker = SMTP_NOTE;
		bytes = rest;
		n = sizeof rest - 1;
	}
	line.text = text_printable_copy(bytes, n);
	append(transcript, &line);
}

void
smtp_transcript_copy(struct smtp_transcript *to, const struct smtp_transcript *from)
{
	struct smtp_transcript copy = { .count = from->count, .capacity = from->count };

	copy.lines = mem_calloc(from->count, sizeof *copy.lines);
	for (size_t i = 0; i < from->count; i++) {
		copy.lines[i] = from->lines[i];
		copy.lines[i].text = mem_strdup(from->lines[i].text);
	}
	smtp_transcript_clear(to);
	*to = copy;
}

void
smtp_transcript_clear(struct smtp_transcript *transcript)
{
	for (size_t i = 0; i < transcript->count; i++)
		free(transcript->lines[i].text);
	free(transcript->lines);
	*transcript = (struct smtp_transcript){ 0 };
}
