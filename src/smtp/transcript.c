/*
 * What was said on one connection. Decides how much is kept (SMTP_TRANSCRIPT_MAX entries, then
 * one that says so) and that every text is printable; octets that it shows otherwise are kept
 * beside it, for a dump in hex. Who speaks when is left to the
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

/* Keeps the octets beside the text when that shows them otherwise. */
static void
keep_octets(struct smtp_line *line, const void *bytes, size_t n)
{
	if (n == 0 || (strlen(line->text) == n && memcmp(line->text, bytes, n) == 0))
		return;
	line->raw = mem_dup(bytes, n);
	line->raw_length = n;
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
	keep_octets(&line, bytes, n);
	append(transcript, &line);
}

size_t
smtp_line_octets(const struct smtp_line *line, const unsigned char **bytes)
{
	if (line->raw) {
		*bytes = line->raw;
		return line->raw_length;
	}
	*bytes = (const unsigned char *)line->text;
	return strlen(line->text);
}

void
smtp_transcript_copy(struct smtp_transcript *to, const struct smtp_transcript *from)
{
	struct smtp_transcript copy = { .count = from->count, .capacity = from->count };

	copy.lines = mem_calloc(from->count, sizeof *copy.lines);
	for (size_t i = 0; i < from->count; i++) {
		copy.lines[i] = from->lines[i];
		copy.lines[i].text = mem_strdup(from->lines[i].text);
		copy.lines[i].raw = from->lines[i].raw
		    ? mem_dup(from->lines[i].raw, from->lines[i].raw_length)
		    : NULL;
	}
	smtp_transcript_clear(to);
	*to = copy;
}

void
smtp_transcript_clear(struct smtp_transcript *transcript)
{
	for (size_t i = 0; i < transcript->count; i++) {
		free(transcript->lines[i].text);
		free(transcript->lines[i].raw);
	}
	free(transcript->lines);
	*transcript = (struct smtp_transcript){ 0 };
}
