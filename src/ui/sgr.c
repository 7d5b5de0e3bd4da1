/*
 * Joins SGR sequences. ncurses sets foreground, ground and attributes each by a sequence of its own; a
 * terminal takes them as the parameters of one, at most as many as the least of them keep.
 */
#include <string.h>

#include "ui/sgr.h"

enum {
	PARAMETERS_MOST = 16 /* of one sequence: what a VT100 and Linux' console take */
};

/*
 * Returns the length of the sequence "\033[N;N...m" that begins here, and counts its parameters; 0 when
 * another thing does, or one without a number.
 */
static size_t
sequence_length(const char *bytes, size_t n, int *parameters)
{
	size_t end;

	if (n < 4 || memcmp(bytes, "\033[", 2) != 0 || bytes[2] == ';')
		return 0;
	*parameters = 1;
	for (end = 2;
	     end < n && ((bytes[end] >= '0' && bytes[end] <= '9') || bytes[end] == ';'); end++)
		*parameters += bytes[end] == ';';
	return end > 2 && end < n && bytes[end] == 'm' ? end + 1 : 0;
}

void
sgr_join(struct buf *bytes)
{
	size_t to = 0, used;
	int open = 0; /* parameters of the sequence that ends at `to`; 0 = none does */

	for (size_t from = 0; from < bytes->length; from += used) {
		const char *at = bytes->data + from;
		int more = 0;

		used = sequence_length(at, bytes->length - from, &more);
		if (used > 0 && open > 0 && open + more <= PARAMETERS_MOST) {
			bytes->data[to - 1] = ';';
			memmove(bytes->data + to, at + 2, used - 2);
			to += used - 2;
			open += more;
		} else {
			size_t length = used > 0 ? used : 1;

			memmove(bytes->data + to, at, length);
			to += length;
			open = used > 0 ? more : 0;
			used = length;
		}
	}
	buf_truncate(bytes, to);
}
