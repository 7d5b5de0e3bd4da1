/*
 * Watches every byte that goes to the terminal. Outside the program's own escape sequences there
 * may be printable characters and the few controls that move the cursor; anything else - other
 * C0, DEL, C1 in either form, bidi controls, zero-width characters, bytes that are no UTF-8 -
 * came from a stranger and got through. It also keeps account of the modes that must be switched
 * back before the program leaves (DEC private modes of xterm's control sequences).
 */
#include <stdio.h>
#include <string.h>

#include "util/text.h"
#include "stray.h"

enum {
	GROUND,
	ESCAPE, /* after ESC */
	ESCAPE_TWO, /* after ESC and an intermediate byte: one more follows */
	CSI, /* after ESC [ */
	OSC, /* after ESC ], until BEL or ESC \ */
	OSC_ESCAPE
};

void
stray_init(struct stray *s, bool utf8)
{
	*s = (struct stray){ .utf8 = utf8 };
}

/* Remembers the first thing found. */
static void
found(struct stray *s, const char *what, unsigned value)
{
	if (s->found[0] == '\0')
		snprintf(s->found, sizeof s->found, "%s %02X", what, value);
}

/* Switches the modes named in a finished "CSI ? number ; ... h" or "l". */
static void
private_modes(struct stray *s, bool on)
{
	char *at = s->sequence + 1;

	for (char *word = strtok_r(at, ";", &at); word; word = strtok_r(NULL, ";", &at)) {
		if (!strcmp(word, "1"))
			s->cursor_keys = on;
		else if (!strcmp(word, "25"))
			s->hidden_cursor = !on;
		else if (!strcmp(word, "1049") || !strcmp(word, "1047") || !strcmp(word, "47"))
			s->alternate = on;
		else if (!strcmp(word, "2004"))
			s->paste = on;
		else if (!strncmp(word, "100", 3))
			s->mouse = on;
	}
}

/* A whole CSI sequence has come: its parameters are in sequence, its last byte is final. */
static void
finish_csi(struct stray *s, char final)
{
	s->sequence[s->length] = '\0';
	if (s->sequence[0] == '?' && (final == 'h' || final == 'l'))
		private_modes(s, final == 'h');
	s->state = GROUND;
}

/* One byte of an escape sequence. */
static void
push_sequence(struct stray *s, char c)
{
	switch (s->state) {
	case ESCAPE:
		s->length = 0;
		s->state = c == '['          ? CSI
		    : c == ']'               ? OSC
		    : memchr("()*+#%", c, 6) ? ESCAPE_TWO
					     : GROUND;
		if (c == '=' || c == '>')
			s->keypad = c == '=';
		break;
	case ESCAPE_TWO:
		s->state = GROUND;
		break;
	case CSI:
		if (c >= 0x40 && c <= 0x7e)
			finish_csi(s, c);
		else if (c < 0x20 || s->length + 2 > sizeof s->sequence)
			found(s, "inside an escape sequence, byte", (unsigned char)c);
		else
			s->sequence[s->length++] = c;
		break;
	case OSC:
		if (c == '\007')
			s->state = GROUND;
		else if (c == '\033')
			s->state = OSC_ESCAPE;
		else if ((unsigned char)c < 0x20 || c == 0x7f)
			found(s, "inside a title, byte", (unsigned char)c);
		break;
	case OSC_ESCAPE:
		s->state = GROUND;
		break;
	}
}

/* True for what must never be shown: C1, bidi controls, zero-width characters. */
static bool
deceptive(uint32_t character)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = { { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x61c, 0x61c }, { 0x200b, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xe000, 0xf8ff },
		{ 0xe0000, 0xe0fff } };

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (character >= ranges[i].first && character <= ranges[i].last)
			return true;
	return false;
}

/* True for a character that is cut short by what gives the terminal back: a fatal signal awaits no frame's end. */
static bool
cut_by_signal(const char *bytes, size_t n)
{
	static const char restore[] = "\033[?2026l\033[?2004l";
	size_t at = 1;

	while (at < 3 && at < n && ((unsigned char)bytes[at] & 0xc0) == 0x80)
		at++;
	return (unsigned char)bytes[0] >= 0xc2 && n - at >= sizeof restore - 1 &&
	    memcmp(bytes + at, restore, sizeof restore - 1) == 0;
}

/* Takes one character of plain output; returns its bytes, 0 when the rest of it has not come. */
static size_t
push_plain(struct stray *s, const char *bytes, size_t n)
{
	unsigned char c = (unsigned char)bytes[0];
	uint32_t character;
	size_t length;

	if (c == '\033') {
		s->state = ESCAPE;
		s->orders++;
		return 1;
	}
	if (c < 0x20 && !memchr("\r\n\b\016\017", c, 5))
		found(s, "control byte", c);
	if (c < 0x7f)
		return 1;
	if (!s->utf8) {
		found(s, "in an ASCII locale, byte", c);
		return 1;
	}
	length = text_decode(bytes, n, &character);
	if (length == 0 && n < 4 && c >= 0xc2)
		return 0;
	if (length == 0 && cut_by_signal(bytes, n))
		return strcspn(bytes, "\033");
	if (length == 0)
		found(s, "not UTF-8, byte", c);
	else if (deceptive(character))
		found(s, "character U+", character);
	return length ? length : 1;
}

void
stray_push(struct stray *s, const char *bytes, size_t n)
{
	char whole[8192];
	size_t have = 0;

	if (s->state == GROUND && s->length > 0 && s->length < 4) { /* a character cut in two */
		memcpy(whole, s->sequence, s->length);
		have = s->length;
		s->length = 0;
	}
	while (n > 0 || have > 0) {
		size_t part = n < sizeof whole - have ? n : sizeof whole - have, at = 0, used;

		memcpy(whole + have, bytes, part);
		have += part;
		bytes += part;
		n -= part;
		while (at < have) {
			if (s->state != GROUND) {
				push_sequence(s, whole[at++]);
				if (s->state == GROUND)
					s->length = 0;
				continue;
			}
			used = push_plain(s, whole + at, have - at);
			if (used == 0)
				break;
			at += used;
		}
		have -= at;
		memmove(whole, whole + at, have);
		if (n == 0) {
			memcpy(s->sequence, whole, have);
			if (have > 0)
				s->length = have;
			return;
		}
	}
}

const char *
stray_left_on(const struct stray *s)
{
	const struct {
		bool on;
		const char *name;
	} modes[] = { { s->alternate, "alternate screen" },
		{ s->hidden_cursor, "hidden cursor" }, { s->keypad, "application keypad" },
		{ s->cursor_keys, "application cursor keys" }, { s->mouse, "mouse reports" },
		{ s->paste, "bracketed paste" } };

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (modes[i].on)
			return modes[i].name;
	return NULL;
}
