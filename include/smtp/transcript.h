/*
 * What was said on one connection, both sides, in order and with the moment of each line.
 * Bounded: after SMTP_TRANSCRIPT_MAX entries a last one says that the rest was left out.
 */
#ifndef SMTP_TRANSCRIPT_H
#define SMTP_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SMTP_TRANSCRIPT_MAX = 1200
};

enum smtp_speaker {
	SMTP_SERVER, /* quoted: what the server said */
	SMTP_CLIENT, /* quoted: what we said */
	SMTP_NOTE, /* ours: "connected", "TLSv1.3, ...": never server text */
};

struct smtp_line {
	enum smtp_speaker speaker;
	bool encrypted; /* went through TLS */
	int64_t offset_us; /* since the probe began */
	char *text; /* printable, without the line end */
	unsigned char
	    *raw; /* the octets, where text shows them otherwise; NULL = it does not */
	size_t raw_length;
};

struct smtp_transcript {
	struct smtp_line *lines;
	size_t count;
	size_t capacity;
};

/* Appends a line; n raw bytes are made printable. */
void smtp_transcript_add(struct smtp_transcript *transcript, enum smtp_speaker speaker,
    bool encrypted, int64_t offset_us, const void *bytes, size_t n);

/* The octets of a line, without its line end; *bytes lives as long as the line. */
size_t smtp_line_octets(const struct smtp_line *line, const unsigned char **bytes);

/* Makes *to a deep copy; what it held is freed. */
void smtp_transcript_copy(struct smtp_transcript *to, const struct smtp_transcript *from);

/* Frees the lines and leaves none. */
void smtp_transcript_clear(struct smtp_transcript *transcript);

#endif
