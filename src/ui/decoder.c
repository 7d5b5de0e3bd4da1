/*
 * Bytes from the terminal into keys, by a state machine whose state outlives each read: a character
 * split over two reads is whole again, and half a sequence waits for its rest. What is not a
 * key - C1 controls, invalid bytes, replies of the terminal - falls through without a trace.
 *
 * The sequences are those of xterm and what speaks like it: ECMA-48 CSI and SS3, mouse reports,
 * bracketed paste, modifyOtherKeys and CSI u. Only Escape alone, and what may be Alt with "[" or
 * "O", is told from the beginning of a sequence by time; everything else waits for its bytes
 * as long as a slow line takes.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "ui/decoder.h"
#include "ui/ground.h"

enum {
	ESCAPE = 0x1B,
	SEQUENCE_MAX = sizeof((struct key *)0)->sequence - 1,
	PARAMETERS_MAX = 4,
	PARAMETER_MAX = 0x10FFFF,
	PENDING_MAX = 65536, /* bytes not yet decoded: more are dropped */
	PASTE_SILENCE_US = 5000000, /* a paste whose end mark does not come ends then */
	X10_MOUSE_LENGTH = 6, /* CSI M and three bytes */
	ANSWER_MAX = 64, /* bytes of the answer to a question */
	ANSWER_SILENCE_US = 1000000, /* one that breaks off is not waited for any longer */
	CSI_MAX = 256, /* a longer one is not waited for */
};

static const char paste_begin[] = "\033[200~";
static const char paste_end[] = "\033[201~";

struct decoder {
	struct buf pending; /* bytes not yet decoded */
	size_t at; /* the next of them */
	int64_t last_us; /* when the last byte came */
	bool pasting;
	bool asked; /* the terminal has not told its ground yet */
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

/* True for Escape, and Escape with "[" or "O": keys of their own if nothing follows soon. */
static bool
is_ambiguous(const struct decoder *decoder)
{
	const char *bytes = here(decoder);

	if (left(decoder) == 1)
		return bytes[0] == ESCAPE;
	return left(decoder) == 2 && bytes[0] == ESCAPE && (bytes[1] == '[' || bytes[1] == 'O');
}

/* True while the terminal's answer, or what may become it, has begun. */
static bool
is_answering(const struct decoder *decoder)
{
	return decoder->asked && left(decoder) > 1 && here(decoder)[0] == ESCAPE &&
	    here(decoder)[1] == ']';
}

void
decoder_expect_ground(struct decoder *decoder)
{
	decoder->asked = true;
}

int64_t
decoder_deadline(const struct decoder *decoder)
{
	if (decoder->pasting)
		return decoder->last_us + PASTE_SILENCE_US;
	if (is_answering(decoder))
		return decoder->last_us +
		    (left(decoder) == 2 ? DECODER_ESCAPE_US : ANSWER_SILENCE_US);
	if (left(decoder) > 0 && is_ambiguous(decoder))
		return decoder->last_us + DECODER_ESCAPE_US;
	return INT64_MAX;
}

/* True when what is there has waited its time. */
static bool
is_late(const struct decoder *decoder, int64_t now_us)
{
	return now_us >= decoder_deadline(decoder);
}

/* --- names ----------------------------------------------------------------------------------- */

enum {
	SHIFT = 1,
	ALT = 2,
	CONTROL = 4,
	MODIFIERS = 8 /* sets of them, by xterm's number less one */
};

#define NAMES(name) \
	{ \
		name, "S-" name, "M-" name, "M-S-" name, "C-" name, "C-S-" name, "C-M-" name, \
		    "C-M-S-" name \
	}

/* The last byte of a sequence, its first parameter, and the key: CSI A, CSI 5 ~, SS3 P. */
static const struct sequence_row {
	char final;
	int parameter; /* -1 = whatever */
	const char *names[MODIFIERS];
} sequences[] = {
	{ 'A', -1, NAMES("Up") },
	{ 'B', -1, NAMES("Down") },
	{ 'C', -1, NAMES("Right") },
	{ 'D', -1, NAMES("Left") },
	{ 'H', -1, NAMES("Home") },
	{ 'F', -1, NAMES("End") },
	{ 'P', -1, NAMES("F1") },
	{ 'Q', -1, NAMES("F2") },
	{ 'R', -1, NAMES("F3") },
	{ 'S', -1, NAMES("F4") },
	{ '~', 1, NAMES("Home") },
	{ '~', 2, NAMES("Ins") },
	{ '~', 3, NAMES("Del") },
	{ '~', 4, NAMES("End") },
	{ '~', 5, NAMES("PgUp") },
	{ '~', 6, NAMES("PgDn") },
	{ '~', 7, NAMES("Home") },
	{ '~', 8, NAMES("End") },
	{ '~', 11, NAMES("F1") },
	{ '~', 12, NAMES("F2") },
	{ '~', 13, NAMES("F3") },
	{ '~', 14, NAMES("F4") },
	{ '~', 15, NAMES("F5") },
	{ '~', 17, NAMES("F6") },
	{ '~', 18, NAMES("F7") },
	{ '~', 19, NAMES("F8") },
	{ '~', 20, NAMES("F9") },
	{ '~', 21, NAMES("F10") },
	{ '~', 23, NAMES("F11") },
	{ '~', 24, NAMES("F12") },
	{ 'Z', -1,
	    { "S-Tab", "S-Tab", "M-S-Tab", "M-S-Tab", "C-S-Tab", "C-S-Tab", "C-M-S-Tab",
		"C-M-S-Tab" } },
};

/* F1 to F5 of the Linux console: CSI [ and a letter. */
static const char *const console_keys[] = { "F1", "F2", "F3", "F4", "F5" };

/* The numbers of a control sequence: "1;5" gives 1 and 5. Absent ones are 0. */
struct parameters {
	int values[PARAMETERS_MAX];
	int count;
	char final;
};

/* Reads the numbers between start and the final byte; what stands behind a ':' is passed over. */
static void
read_parameters(struct parameters *parameters, const char *start, const char *final)
{
	bool more = false;

	*parameters = (struct parameters){ .final = *final };
	for (const char *s = start; s < final; s++) {
		int *value = &parameters->values[parameters->count];

		if (*s == ';') {
			more = parameters->count + 1 == PARAMETERS_MAX;
			parameters->count += !more;
		} else if (*s == ':') {
			more = true;
		} else if (!more && *s >= '0' && *s <= '9' && *value <= PARAMETER_MAX) {
			*value = *value * 10 + (*s - '0');
		}
	}
	parameters->count++;
}

/* The set of modifiers that xterm's number means: 2 is Shift, 3 Alt, 5 Control. */
static int
modifiers_of(int number)
{
	return number > 0 ? (number - 1) % MODIFIERS : 0;
}

/* The name of the key, or NULL. */
static const char *
name_of(const struct parameters *parameters, int modifiers)
{
	for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
		const struct sequence_row *row = &sequences[i];

		if (row->final == parameters->final &&
		    (row->parameter < 0 || row->parameter == parameters->values[0]))
			return row->names[modifiers];
	}
	return NULL;
}

/* --- whole sequences ---------------------------------------------------------------------------- */

enum taken {
	TAKEN_NOTHING,
	TAKEN_BYTES,
	TAKEN_KEY
};

/* Keeps a sequence of at most SEQUENCE_MAX bytes as it came. */
static void
keep_sequence(struct key *key, const char *bytes, size_t n)
{
	memcpy(key->sequence, bytes, n);
	key->sequence[n] = '\0';
}

/* Makes a function key, or an unknown one when name is NULL. */
static enum taken
make_function(struct key *key, const char *name)
{
	key->kind = name == NULL ? KEY_UNKNOWN : KEY_FUNCTION;
	key->name = name;
	return TAKEN_KEY;
}

/* Makes a key of a mouse report, with row and column counted from 1. */
static enum taken
make_mouse(struct key *key, int button, int column, int row, bool pressed)
{
	enum {
		MOUSE_MODIFIERS = 4 | 8 | 16,
		MOUSE_MOTION = 32
	};

	if (column < 1 || row < 1)
		return TAKEN_BYTES;
	key->kind = KEY_MOUSE;
	key->moved = (button & MOUSE_MOTION) != 0;
	key->button = button & ~(MOUSE_MODIFIERS | MOUSE_MOTION);
	key->column = column - 1;
	key->row = row - 1;
	key->pressed = pressed;
	return TAKEN_KEY;
}

/* True for a character that a key can stand for; private ones are function keys of some terminals. */
static bool
is_typed(uint32_t character)
{
	return character <= 0x10FFFF && !(character >= 0x80 && character < 0xA0) &&
	    !(character >= 0xD800 && character <= 0xF8FF);
}

/* Makes a key of a character's number and its modifiers (CSI u, modifyOtherKeys). */
static enum taken
make_numbered(struct key *key, uint32_t character, int modifiers)
{
	bool letter = character >= 'a' && character <= 'z';

	if (!is_typed(character))
		return TAKEN_BYTES;
	if (character == ESCAPE) {
		key->kind = KEY_ESCAPE;
		return TAKEN_KEY;
	}
	if (character == '\t' && modifiers == SHIFT) {
		keep_sequence(key, "\033[Z", 3);
		return make_function(key, "S-Tab");
	}
	if ((modifiers & CONTROL) != 0 && (letter || (character >= '@' && character <= '_')))
		character &= 0x1F;
	else if ((modifiers & SHIFT) != 0 && letter)
		character -= 'a' - 'A';
	key->kind = KEY_CHARACTER;
	key->alt = (modifiers & ALT) != 0;
	key->character = character;
	return TAKEN_KEY;
}

/* Makes a key of a whole CSI sequence of n bytes. */
static enum taken
make_csi(struct key *key, const char *bytes, size_t n)
{
	struct parameters parameters;
	const int *values = parameters.values;
	bool mouse = bytes[2] == '<';

	if (bytes[2] == 'M')
		return make_mouse(key, (unsigned char)bytes[3] - 32,
		    (unsigned char)bytes[4] - 32, (unsigned char)bytes[5] - 32,
		    (bytes[3] & 3) != 3);
	if (bytes[2] == '[')
		return make_function(key,
		    bytes[3] >= 'A' && bytes[3] <= 'E' ? console_keys[bytes[3] - 'A'] : NULL);
	read_parameters(&parameters, bytes + 2 + mouse, bytes + n - 1);
	if (mouse)
		return make_mouse(
		    key, values[0], values[1], values[2], parameters.final == 'M');
	if (strchr("=>?", bytes[2]) != NULL)
		return TAKEN_BYTES; /* the terminal's answer to a question */
	if (parameters.final == 'u')
		return make_numbered(key, (uint32_t)values[0], modifiers_of(values[1]));
	if (parameters.final == '~' && values[0] == 27 && parameters.count == 3)
		return make_numbered(key, (uint32_t)values[2], modifiers_of(values[1]));
	return make_function(key, name_of(&parameters, modifiers_of(values[1])));
}

/* Makes a key of a whole SS3 sequence of n bytes; a modifier stands where it can. */
static enum taken
make_ss3(struct key *key, const char *bytes, size_t n)
{
	struct parameters parameters;

	read_parameters(&parameters, bytes + 2, bytes + n - 1);
	return make_function(key, name_of(&parameters, modifiers_of(parameters.values[0])));
}

/* --- where a sequence ends --------------------------------------------------------------------------- */

/* The length of the CSI sequence of these n bytes or more, 0 while its end is missing. */
static size_t
csi_length(const char *bytes, size_t n)
{
	if (n > 2 && bytes[2] == 'M')
		return n < X10_MOUSE_LENGTH ? 0 : X10_MOUSE_LENGTH;
	if (n > 2 && bytes[2] == '[')
		return n < 4 ? 0 : 4;
	for (size_t i = 2; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c >= 0x40 && c <= 0x7E)
			return i + 1;
		if (c < 0x20 || c > 0x7E || i >= CSI_MAX)
			return i; /* broken off: what is wrong begins anew */
	}
	return 0;
}

/* The length of the SS3 sequence: one byte, or a modifier's digit before it. */
static size_t
ss3_length(const char *bytes, size_t n)
{
	size_t length = n > 2 && bytes[2] >= '0' && bytes[2] <= '9' ? 4 : 3;

	return n < length ? 0 : length;
}

/* True when the n bytes are a whole sequence, not one that broke off or is none of any key. */
static bool
is_whole(const char *bytes, size_t n)
{
	char last = bytes[n - 1];

	if (n < 3 || n > SEQUENCE_MAX)
		return false;
	if (bytes[1] == '[' && bytes[2] == 'M')
		return true;
	return last >= (bytes[1] == 'O' ? 0x20 : 0x40) && last <= 0x7E;
}

/* --- paste ------------------------------------------------------------------------------------------- */

/* Takes pasted bytes up to the end mark: true when it has come. Half an end mark waits. */
static bool
take_pasted(struct decoder *decoder)
{
	while (left(decoder) > 0) {
		size_t mark = sizeof paste_end - 1,
		       n = left(decoder) < mark ? left(decoder) : mark;

		if (memcmp(here(decoder), paste_end, n) == 0) {
			if (n < mark)
				return false;
			decoder->at += mark;
			return true;
		}
		if (decoder->paste.length < DECODER_PASTE_MAX)
			buf_addc(&decoder->paste, *here(decoder));
		decoder->at++;
	}
	return false;
}

/* Takes a paste, when its end has come or is not to be expected any more. */
static enum taken
take_paste(struct decoder *decoder, struct key *key, bool late)
{
	if (!take_pasted(decoder)) {
		if (!late)
			return TAKEN_NOTHING;
		decoder->at = decoder->pending.length; /* half an end mark */
	}
	decoder->pasting = false;
	decoder->handed_out = true;
	key->kind = KEY_PASTE;
	key->text = buf_text(&decoder->paste);
	key->length = decoder->paste.length;
	return TAKEN_KEY;
}

/* --- keys ---------------------------------------------------------------------------------------------- */

/* True when the n bytes may be the beginning of a UTF-8 character. */
static bool
may_become_character(const char *bytes, size_t n)
{
	unsigned char first = (unsigned char)bytes[0];
	size_t length = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

	if (first > 0xF4 || n >= length)
		return false;
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)bytes[i] & 0xC0) != 0x80)
			return false;
	}
	return true;
}

/* Takes one character, `skip` bytes from here. Invalid bytes and C1 controls are dropped. */
static enum taken
take_character(struct decoder *decoder, struct key *key, size_t skip)
{
	const char *bytes = here(decoder) + skip;
	size_t n = left(decoder) - skip, length;
	uint32_t character;

	length = text_decode(bytes, n, &character);
	if (length == 0 && may_become_character(bytes, n))
		return TAKEN_NOTHING;
	decoder->at += skip + (length == 0 ? 1 : length);
	if (length == 0 || (character >= 0x80 && character < 0xA0))
		return TAKEN_BYTES;
	key->kind = KEY_CHARACTER;
	key->alt = skip > 0;
	key->character = character;
	return TAKEN_KEY;
}

/* Takes Escape alone. */
static enum taken
take_lone_escape(struct decoder *decoder, struct key *key)
{
	decoder->at++;
	key->kind = KEY_ESCAPE;
	return TAKEN_KEY;
}

/* Takes a CSI or SS3 sequence: a key, the beginning of a paste, or something to pass over. */
static enum taken
take_sequence(struct decoder *decoder, struct key *key, bool late)
{
	const char *bytes = here(decoder);
	bool csi = bytes[1] == '[';
	size_t n = csi ? csi_length(bytes, left(decoder)) : ss3_length(bytes, left(decoder));

	if (n == 0)
		return late ? take_character(decoder, key, 1) : TAKEN_NOTHING;
	decoder->at += n;
	if (!is_whole(bytes, n))
		return TAKEN_BYTES;
	if (n == sizeof paste_begin - 1 && memcmp(bytes, paste_begin, n) == 0) {
		decoder->pasting = true;
		return TAKEN_BYTES;
	}
	keep_sequence(key, bytes, n);
	return csi ? make_csi(key, bytes, n) : make_ss3(key, bytes, n);
}

/* The bytes of an answer before its end, BEL or Escape and '\'; 0 while that is missing. */
static size_t
answer_length(const char *bytes, size_t n)
{
	for (size_t i = 2; i < n; i++) {
		bool escape = bytes[i] == ESCAPE;

		if (escape && i + 1 == n)
			return 0;
		if ((unsigned char)bytes[i] < 0x20 || i >= ANSWER_MAX)
			return i;
	}
	return 0;
}

/* Takes the answer to the question for the ground. What breaks off, or comes too late, is dropped. */
static enum taken
take_answer(struct decoder *decoder, struct key *key, bool late)
{
	const char *bytes = here(decoder);
	size_t n = answer_length(bytes, left(decoder));

	if (left(decoder) == 2 || bytes[2] != '1')
		return left(decoder) == 2 && !late ? TAKEN_NOTHING
						   : take_character(decoder, key, 1);
	if (n == 0 && !late)
		return TAKEN_NOTHING;
	if (n == 0) {
		decoder->at = decoder->pending.length;
		return TAKEN_BYTES;
	}
	decoder->at += n;
	if (bytes[n] == '\a')
		decoder->at++;
	else if (bytes[n] == ESCAPE && bytes[n + 1] == '\\')
		decoder->at += 2;
	if (!ground_answer(bytes, n, &key->rgb))
		return TAKEN_BYTES;
	decoder->asked = false;
	key->kind = KEY_GROUND;
	return TAKEN_KEY;
}

/* Takes what begins with Escape: a sequence, Alt and a character, or Escape alone. */
static enum taken
take_escape(struct decoder *decoder, struct key *key, bool late)
{
	const char *bytes = here(decoder);

	if (left(decoder) == 1)
		return late ? take_lone_escape(decoder, key) : TAKEN_NOTHING;
	if (bytes[1] == ESCAPE)
		return take_lone_escape(decoder, key);
	if (bytes[1] == '[' || bytes[1] == 'O')
		return take_sequence(decoder, key, late);
	if (is_answering(decoder))
		return take_answer(decoder, key, late);
	return take_character(decoder, key, 1);
}

/* Takes one step: a key, bytes that are none, or nothing while more must come. */
static enum taken
take(struct decoder *decoder, struct key *key, bool late)
{
	if (decoder->pasting)
		return take_paste(decoder, key, late);
	if (left(decoder) == 0)
		return TAKEN_NOTHING;
	if (*here(decoder) == ESCAPE)
		return take_escape(decoder, key, late);
	return take_character(decoder, key, 0);
}

bool
decoder_next(struct decoder *decoder, struct key *key, int64_t now_us)
{
	enum taken taken;

	if (decoder->handed_out) {
		buf_truncate(&decoder->paste, 0);
		decoder->handed_out = false;
	}
	do {
		*key = (struct key){ .kind = KEY_UNKNOWN };
		taken = take(decoder, key, is_late(decoder, now_us));
	} while (taken == TAKEN_BYTES);
	return taken == TAKEN_KEY;
}
