/*
 * Snapshots come from files: two lines of whatever it be, read and compared, must leave printable
 * sentences and nothing lost.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

#include "history/diff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size == 0 ? NULL : memchr(data, '\n', size);
	size_t first = end == NULL ? size : (size_t)(end - data);
	struct snapshot before, after;
	struct diff diff;

	if (!snapshot_read(&before, (const char *)data, first))
		return 0;
	if (!snapshot_read(&after, (const char *)data + first, size - first))
		after = (struct snapshot){ 0 };
	diff_make(&diff, &before, &after);
	for (size_t i = 0; i < diff.count; i++) {
		if (!text_is_printable(diff.changes[i].text, strlen(diff.changes[i].text)))
			abort();
	}
	diff_clear(&diff);
	diff_make(&diff, &before, &before);
	if (diff.count != 0)
		abort();
	diff_clear(&diff);
	snapshot_clear(&before);
	snapshot_clear(&after);
	return 0;
}
