/*
 * Octets that nobody can guess. Decides only how many are fetched at once; each is handed out once
 * and wiped from the batch.
 */
#include "util/mem.h"
#include "util/platform.h"

#include "net/entropy.h"

void
entropy_fill(void *context, void *bytes, size_t n)
{
	struct entropy *entropy = context;
	uint8_t *out = bytes;

	while (n > 0) {
		if (entropy->left == 0) {
			if (!platform_random(entropy->octets, ENTROPY_BATCH))
				mem_end_for_want("the system gives no random numbers, "
						 "and without them ids could be guessed");
			entropy->left = ENTROPY_BATCH;
		}
		*out++ = entropy->octets[--entropy->left];
		entropy->octets[entropy->left] = 0;
		n--;
	}
}
