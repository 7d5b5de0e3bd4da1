/*
 * Explanations of whatever somebody pastes: something is said of it, in printable text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "mail/explain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct explain_world nothing = { 0 };
	char *query = mem_strndup((const char *)data, size);
	struct explanation explanation;

	explain_query(&explanation, query, &nothing);
	if (explanation.count == 0)
		abort();
	for (size_t i = 0; i < explanation.count; i++) {
		const struct explain_item *item = &explanation.items[i];

		if (!text_is_printable(item->title, strlen(item->title)) ||
		    !text_is_printable(item->text, strlen(item->text)) || *item->text == '\0')
			abort();
	}
	explanation_clear(&explanation);
	free(query);
	return 0;
}
