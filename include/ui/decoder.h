/*
 * Bytes from the terminal into keys: UTF-8, escape sequences, mouse (SGR), bracketed paste.
 * State persists between reads; a lone Escape is told from a sequence by time alone, which is an
 * argument. No terminal library.
 */
#ifndef UI_DECODER_H
#define UI_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_kind {
	KEY_CHARACTER, /* .character: printable or a control character; .alt */
	KEY_ESCAPE, /* Escape alone */
	KEY_FUNCTION, /* .name: "Up", "PgDn", "F1", "S-Tab", "C-Left"; .sequence as it came */
	KEY_PASTE, /* .text .length */
	KEY_MOUSE, /* .button .row .column .pressed .moved */
	KEY_GROUND, /* no key: the terminal's answer to decoder_expect_ground(); .rgb */
	KEY_UNKNOWN, /* a sequence that we do not name; .sequence */
};

struct key {
	enum key_kind kind;
	uint32_t character;
	bool alt;
	const char *name; /* static */
	char sequence[32];
	const char *text; /* valid until the next decoder call */
	size_t length;
	int button, row,
	    column; /* 0 left, 1 middle, 2 right, 64 wheel up, 65 wheel down; from 0 */
	bool pressed;
	bool moved; /* the mouse went here with the button held */
	uint32_t rgb; /* 0xrrggbb */
};

struct decoder;

enum {
	DECODER_ESCAPE_US = 25000, /* patience for the rest of a sequence */
	DECODER_PASTE_MAX = 65536, /* bytes of one paste: the rest is dropped */
};

struct decoder *decoder_new(void);
void decoder_free(struct decoder *decoder);

/* Takes n bytes that arrived at now_us. */
void decoder_push(struct decoder *decoder, const char *bytes, size_t n, int64_t now_us);

/*
 * The terminal was asked for the colour of its ground: from here on its answer is one, whenever it comes
 * and in however many pieces, and until then Alt-] is no key that "1" may follow at once.
 */
void decoder_expect_ground(struct decoder *decoder);

/* Takes the next key: false when there is none (yet). */
bool decoder_next(struct decoder *decoder, struct key *key, int64_t now_us);

/* When to ask again though no byte came; INT64_MAX = only after bytes. */
int64_t decoder_deadline(const struct decoder *decoder);

#endif
