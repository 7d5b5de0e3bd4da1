/*
 * Any bytes from the terminal, in reads of any length and at any time: every key is one that the
 * program can take, what waits is bounded, and a moment comes when nothing waits for time.
 */
#include <stdlib.h>
#include <string.h>

#include "util/text.h"
#include "ui/decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program unless the key makes sense. */
static void
check(const struct key *key)
{
	char bytes[4];

	if (strlen(key->sequence) >= sizeof key->sequence || key->row < 0 || key->column < 0)
		abort();
	switch (key->kind) {
	case KEY_CHARACTER:
		if (text_encode(key->character, bytes) == 3 &&
		    memcmp(bytes, "\357\277\275", 3) == 0 && key->character != 0xFFFD)
			abort(); /* no character */
		if (key->character >= 0x80 && key->character < 0xA0)
			abort();
		break;
	case KEY_FUNCTION:
		if (key->name == NULL || *key->sequence != '\033')
			abort();
		break;
	case KEY_PASTE:
		if (key->length > DECODER_PASTE_MAX || strlen(key->text) > key->length)
			abort();
		break;
	case KEY_GROUND:
		if (key->rgb > 0xFFFFFF)
			abort();
		break;
	case KEY_ESCAPE:
	case KEY_MOUSE:
	case KEY_UNKNOWN:
		break;
	}
}

/* Takes all keys that are there. */
static void
drain(struct decoder *decoder, int64_t now)
{
	struct key key;

	while (decoder_next(decoder, &key, now))
		check(&key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct decoder *decoder = decoder_new();
	int64_t now = 0, deadline;

	/* A byte tells how many bytes one read gives, how late it comes, and whether the ground is asked. */
	for (size_t n; size > 1; data += n, size -= n) {
		n = 1 + data[0] % 64;
		if ((data[0] & 0x40) != 0)
			decoder_expect_ground(decoder);
		now += (data[0] & 0x80) != 0 ? DECODER_ESCAPE_US : 1;
		data++;
		size--;
		n = n < size ? n : size;
		decoder_push(decoder, (const char *)data, n, now);
		drain(decoder, now);
	}
	deadline = decoder_deadline(decoder);
	if (deadline != INT64_MAX) {
		drain(decoder, deadline);
		if (decoder_deadline(decoder) != INT64_MAX)
			abort();
	}
	decoder_free(decoder);
	return 0;
}
