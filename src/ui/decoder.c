/*
 * Bytes from the terminal into keys, by a state machine whose state outlives each read: a character
 * split over two reads is whole again, and half a sequence waits for its rest. What is not a
 * key - C1 controls, invalid bytes, replies of the terminal - falls through without a trace.
 *
 * The sequences are those of xterm and what speaks like it (ECMA-48 CSI and SS3; SGR mouse reports;
 * bracketed paste). A lone Escape is one after which nothing came for DECODER_ESCAPE_US.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "ui/decoder.h"

enum {
	ESCAPE = 0x1B,
	SEQUENCE_MAX = sizeof((struct key *)0)->sequence - 1,
	PARAMETERS_MAX = 4,
	PENDING_MAX = 65536, /* bytes not yet decoded: more are dropped */
};

static const char paste_begin[] = "\033[200~";
static const char paste_end[] = "\033[201~";

struct decoder {
	struct buf pending; /* bytes not yet decoded */
	size_t at; /* the next of them */
	int64_t last_us; /* when the last byte came */
	bool pasting;
	struct buf paste;
	bool handed_out; /* paste holds what the last key told of */
};

struct decoder *
decoder_new(void)
{
	return mem_alloc(sizeof(struct decoder));
}

void
decoder_free(struct decoder *decoder)
{
	if (decoder == NULL)
		return;
	buf_clear(&decoder->pending);
	buf_clear(&decoder->paste);
	free(decoder);
}

void
decoder_push(struct decoder *decoder, const char *bytes, size_t n, int64_t now_us)
{
	buf_drop(&decoder->pending, decoder->at);
	decoder->at = 0;
	if (n > PENDING_MAX - decoder->pending.length)
		n = PENDING_MAX - decoder->pending.length;
	buf_add(&decoder->pending, bytes, n);
	decoder->last_us = now_us;
}

/* --- what is there ------------------------------------------------------------------------ */

static size_t
left(const struct decoder *decoder)
{
	return decoder->pending.length - decoder->at;
}

static const char *
here(const struct decoder *decoder)
{
	return decoder->pending.data + decoder->at;
}

/* True when nothing came for so long that half a sequence is all there will be. */
static bool
is_late(const struct decoder *decoder, int64_t now_us)
{
	return now_us - decoder->last_us >= DECODER_ESCAPE_US;
}

int64_t
decoder_deadline(const struct decoder *decoder)
{
	return left(decoder) > 0 ? decoder->last_us + DECODER_ESCAPE_US : INT64_MAX;
}

/* --- sequences ------------------------------------------------------------------------------- */

/* The last byte of a sequence, its first parameter, and the key: CSI A, CSI 5 ~, SS3 P. */
static const struct sequence_row {
	char final;
	int parameter; /* of CSI ... ~; -1 = whatever */
	const char *name;
} sequences[] = {
	{ 'A', -1, "Up" },
	{ 'B', -1, "Down" },
	{ 'C', -1, "Right" },
	{ 'D', -1, "Left" },
	{ 'H', -1, "Home" },
	{ 'F', -1, "End" },
	{ 'Z', -1, "S-Tab" },
	{ 'P', -1, "F1" },
	{ 'Q', -1, "F2" },
	{ 'R', -1, "F3" },
	{ 'S', -1, "F4" },
	{ '~', 1, "Home" },
	{ '~', 2, "Ins" },
	{ '~', 3, "Del" },
	{ '~', 4, "End" },
	{ '~', 5, "PgUp" },
	{ '~', 6, "PgDn" },
	{ '~', 7, "Home" },
	{ '~', 8, "End" },
	{ '~', 11, "F1" },
	{ '~', 12, "F2" },
	{ '~', 13, "F3" },
	{ '~', 14, "F4" },
	{ '~', 15, "F5" },
	{ '~', 17, "F6" },
	{ '~', 18, "F7" },
	{ '~', 19, "F8" },
	{ '~', 20, "F9" },
	{ '~', 21, "F10" },
	{ '~', 23, "F11" },
	{ '~', 24, "F12" },
};

/* Names with a modifier, by xterm's number (2 Shift, 3 Alt, 5 Control). */
static const struct {
	int modifier;
	const char *plain, *name;
} modified[] = {
	{ 2, "Up", "S-Up" },
	{ 2, "Down", "S-Down" },
	{ 2, "Left", "S-Left" },
	{ 2, "Right", "S-Right" },
	{ 3, "Up", "M-Up" },
	{ 3, "Down", "M-Down" },
	{ 3, "Left", "M-Left" },
	{ 3, "Right", "M-Right" },
	{ 5, "Up", "C-Up" },
	{ 5, "Down", "C-Down" },
	{ 5, "Left", "C-Left" },
	{ 5, "Right", "C-Right" },
	{ 5, "Home", "C-Home" },
	{ 5, "End", "C-End" },
};

/* The numbers of a control sequence: "1;5" gives 1 and 5. Absent ones are 0. */
struct parameters {
	int values[PARAMETERS_MAX];
	int count;
	char final;
};

/* Reads the numbers between start and the final byte; values stay below 10,000. */
static void
read_parameters(struct parameters *parameters, const char *start, const char *final)
{
	*parameters = (struct parameters){ .final = *final };
	for (const char *s = start; s < final; s++) {
		int *value = &parameters->values[parameters->count];

		if (*s == ';' && parameters->count + 1 < PARAMETERS_MAX)
			parameters->count++;
		else if (*s >= '0' && *s <= '9' && *value < 1000)
			*value = *value * 10 + (*s - '0');
	}
	parameters->count++;
}

/* The plain name of a sequence, or NULL. */
static const char *
plain_name(const struct parameters *parameters)
{
	for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
		const struct sequence_row *row = &sequences[i];

		if (row->final == parameters->final &&
		    (row->parameter < 0 || row->parameter == parameters->values[0]))
			return row->name;
	}
	return NULL;
}

/* The name with its modifier; a modifier without a name of its own is passed over. */
static const char *
name_of(const struct parameters *parameters)
{
	const char *plain = plain_name(parameters);

	if (plain == NULL || parameters->count < 2)
		return plain;
	for (size_t i = 0; i < sizeof modified / sizeof *modified; i++) {
		if (modified[i].modifier == parameters->values[1] &&
		    strcmp(modified[i].plain, plain) == 0)
			return modified[i].name;
	}
	return plain;
}

/* Keeps the first bytes of a sequence as they came. */
static void
keep_sequence(struct key *key, const char *bytes, size_t n)
{
	if (n > SEQUENCE_MAX)
		n = SEQUENCE_MAX;
	memcpy(key->sequence, bytes, n);
	key->sequence[n] = '\0';
}

/* Makes a key of a mouse report "<BUTTON;COLUMN;ROW" with M for pressed and m for released. */
static void
make_mouse(struct key *key, const struct parameters *parameters)
{
	enum {
		MODIFIERS = 4 | 8 | 16
	};

	key->kind = KEY_MOUSE;
	key->button = parameters->values[0] & ~MODIFIERS;
	key->column = parameters->values[1] - 1;
	key->row = parameters->values[2] - 1;
	key->pressed = parameters->final == 'M';
}

/* Makes a key of CSI u: a character's number, with its modifier (fixterms). */
static void
make_numbered(struct key *key, const struct parameters *parameters)
{
	uint32_t character = (uint32_t)parameters->values[0];
	int modifier = parameters->values[1] > 0 ? parameters->values[1] - 1 : 0;

	if (character == ESCAPE) {
		key->kind = KEY_ESCAPE;
		return;
	}
	key->kind = KEY_CHARACTER;
	key->alt = (modifier & 2) != 0;
	key->character = (modifier & 4) != 0 && character >= 'a' && character <= 'z'
	    ? character - 0x60
	    : character;
}

/* Makes a key of a whole control sequence of n bytes; its parameters begin at `start`. */
static void
make_sequence(struct key *key, const char *bytes, size_t n, size_t start)
{
	struct parameters parameters;
	bool mouse = bytes[start] == '<';

	read_parameters(&parameters, bytes + start + mouse, bytes + n - 1);
	keep_sequence(key, bytes, n);
	if (mouse && (parameters.final == 'M' || parameters.final == 'm')) {
		make_mouse(key, &parameters);
		return;
	}
	if (parameters.final == 'u') {
		make_numbered(key, &parameters);
		return;
	}
	key->name = name_of(&parameters);
	key->kind = key->name == NULL ? KEY_UNKNOWN : KEY_FUNCTION;
}

/* The length of the control sequence that begins here, 0 while its end is missing. */
static size_t
sequence_length(const struct decoder *decoder)
{
	const char *bytes = here(decoder);
	size_t n = left(decoder);

	if (n < 3)
		return 0;
	if (bytes[1] == 'O') /* SS3: one byte, or a modifier's digit before it */
		return bytes[2] >= '0' && bytes[2] <= '9' ? (n > 3 ? 4 : 0) : 3;
	for (size_t i = 2; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c >= 0x40 && c <= 0x7E)
			return i + 1;
		if (c < 0x20 || c > 0x7E || i >= SEQUENCE_MAX)
			return i; /* broken off: what is wrong begins anew */
	}
	return 0;
}

/* --- paste ------------------------------------------------------------------------------------- */

/* Takes pasted bytes up to the end mark: true when it has come. Half an end mark waits. */
static bool
take_paste(struct decoder *decoder)
{
	while (left(decoder) > 0) {
		size_t mark = sizeof paste_end - 1,
		       n = left(decoder) < mark ? left(decoder) : mark;

		if (memcmp(here(decoder), paste_end, n) == 0) {
			if (n < mark)
				return false;
			decoder->at += mark;
			decoder->pasting = false;
			return true;
		}
		if (decoder->paste.length < DECODER_PASTE_MAX)
			buf_addc(&decoder->paste, *here(decoder));
		decoder->at++;
	}
	return false;
}

/* --- keys --------------------------------------------------------------------------------------- */

enum taken {
	TAKEN_NOTHING,
	TAKEN_BYTES,
	TAKEN_KEY
};

/* Takes one character. Invalid bytes and C1 controls are dropped. */
static enum taken
take_character(struct decoder *decoder, struct key *key, bool late)
{
	uint32_t character;
	size_t n = text_decode(here(decoder), left(decoder), &character);
	unsigned char first = (unsigned char)*here(decoder);

	if (n == 0) {
		if (!late && first >= 0xC2 && first <= 0xF4 && left(decoder) < 4)
			return TAKEN_NOTHING; /* perhaps the rest is still to come */
		decoder->at++;
		return TAKEN_BYTES;
	}
	decoder->at += n;
	if (character >= 0x80 && character < 0xA0)
		return TAKEN_BYTES;
	key->kind = KEY_CHARACTER;
	key->character = character;
	return TAKEN_KEY;
}

/* Takes what begins with Escape: a sequence, Alt and a character, or Escape alone. */
static enum taken
take_escape(struct decoder *decoder, struct key *key, bool late)
{
	const char *bytes = here(decoder);
	size_t n;

	if (left(decoder) == 1 || bytes[1] == ESCAPE) {
		if (left(decoder) == 1 && !late)
			return TAKEN_NOTHING;
		decoder->at++;
		key->kind = KEY_ESCAPE;
		return TAKEN_KEY;
	}
	if (bytes[1] != '[' && bytes[1] != 'O') {
		decoder->at++;
		key->alt = true;
		return take_character(decoder, key, late);
	}
	n = sequence_length(decoder);
	if (n == 0 && !late)
		return TAKEN_NOTHING;
	if (n == 0 && left(decoder) == 2) { /* Alt and "[" or "O" */
		decoder->at++;
		key->alt = true;
		return take_character(decoder, key, late);
	}
	if (n == 0) {
		decoder->at = decoder->pending.length;
		return TAKEN_BYTES;
	}
	decoder->at += n;
	if (n == sizeof paste_begin - 1 && memcmp(bytes, paste_begin, n) == 0) {
		decoder->pasting = true;
		return TAKEN_BYTES;
	}
	make_sequence(key, bytes, n, 2);
	return TAKEN_KEY;
}

/* Takes one step: a key, bytes that are none, or nothing while more must come. */
static enum taken
take(struct decoder *decoder, struct key *key, int64_t now_us)
{
	bool late = is_late(decoder, now_us);

	if (decoder->pasting) {
		if (!take_paste(decoder))
			return TAKEN_NOTHING;
		key->kind = KEY_PASTE;
		key->text = buf_text(&decoder->paste);
		key->length = decoder->paste.length;
		decoder->handed_out = true;
		return TAKEN_KEY;
	}
	if (*here(decoder) == ESCAPE)
		return take_escape(decoder, key, late);
	return take_character(decoder, key, late);
}

bool
decoder_next(struct decoder *decoder, struct key *key, int64_t now_us)
{
	if (decoder->handed_out) {
		buf_truncate(&decoder->paste, 0);
		decoder->handed_out = false;
	}
	while (left(decoder) > 0) {
		*key = (struct key){ .kind = KEY_UNKNOWN };
		switch (take(decoder, key, now_us)) {
		case TAKEN_NOTHING:
			return false;
		case TAKEN_BYTES:
			break;
		case TAKEN_KEY:
			return true;
		}
	}
	return false;
}
