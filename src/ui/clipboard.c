/*
 * The clipboard, as terminals have it: OSC 52 with the text in Base64 (RFC 4648 section 4). Decides what is
 * copied; whether the terminal takes it, it does not tell.
 */
#include <stdint.h>
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

void
clipboard_sequence(struct buf *out, const char *text)
{
	const unsigned char *octets = (const unsigned char *)text;
	size_t n = strnlen(text, CLIPBOARD_MAX);

	buf_adds(out, "\033]52;c;");
	for (size_t i = 0; i < n; i += 3)
		add_group(out, octets + i, n - i < 3 ? n - i : 3);
	buf_adds(out, "\033\\");
}
