/*
 * The clipboard, as terminals have it: OSC 52 with the text in Base64 (RFC 4648 section 4). Decides what is
 * copied; whether the terminal takes it, it does not tell.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ui/clipboard.h"
#include "ui/overlay.h"
#include "ui/words.h"

void
clipboard_text(
    struct buf *out, const struct model *model, const char *what, bool unicode, int columns)
{
	if (what != NULL && strcmp(what, "report") == 0)
		words_study(out, model, model_selected_domain(model));
	else if (what != NULL && strcmp(what, "row") == 0)
		words_row(out, model);
	else if (model->view != VIEW_NONE)
		overlay_text(out, model, unicode, columns);
	else
		words_cell(out, model);
}

enum {
	PIECE = 240 /* octets that screen takes in one string */
};

/* Appends three octets as four characters; of fewer octets fewer characters, filled up with '='. */
static void
add_group(struct buf *out, const unsigned char *octets, size_t n)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t group = (uint32_t)octets[0] << 16;

	if (n > 1)
		group |= (uint32_t)octets[1] << 8;
	if (n > 2)
		group |= octets[2];
	for (size_t i = 0; i < 4; i++)
		buf_addc(out, i <= n ? alphabet[group >> (18 - 6 * i) & 63] : '=');
}

/* Appends the sequence in pieces that GNU screen hands on one by one: it holds no longer string. */
static void
add_wrapped(struct buf *out, const struct buf *sequence)
{
	for (size_t i = 0; i < sequence->length; i += PIECE) {
		size_t rest = sequence->length - i;

		buf_adds(out, "\033P");
		buf_add(out, sequence->data + i, rest < PIECE ? rest : PIECE);
		buf_adds(out, "\033\\");
	}
}

enum clipboard_carrier
clipboard_carrier_here(void)
{
	if (getenv("TMUX") != NULL)
		return CARRIER_TMUX;
	return getenv("STY") != NULL ? CARRIER_SCREEN : CARRIER_TERMINAL;
}

void
clipboard_sequence(struct buf *out, const char *text, enum clipboard_carrier carrier)
{
	const unsigned char *octets = (const unsigned char *)text;
	size_t n = strnlen(text, CLIPBOARD_MAX);
	struct buf sequence = BUF_INIT;

	buf_adds(&sequence, "\033]52;c;");
	for (size_t i = 0; i < n; i += 3)
		add_group(&sequence, octets + i, n - i < 3 ? n - i : 3);
	/* Within a wrapping string only BEL can end it, for ST ends the wrapping. */
	buf_adds(&sequence, carrier == CARRIER_SCREEN ? "\a" : "\033\\");
	if (carrier == CARRIER_SCREEN)
		add_wrapped(out, &sequence);
	else
		buf_add(out, sequence.data, sequence.length);
	buf_clear(&sequence);
}
