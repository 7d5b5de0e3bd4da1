/*
 * What must hold of a probe's facts after every single call, whatever the server did. Used by
 * the dialogue stories and by the fuzzer of the session.
 */
#ifndef TESTS_DIALOGUE_INVARIANTS_H
#define TESTS_DIALOGUE_INVARIANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smtp/session.h"

/* What was seen at the last look; begin with zeroes. */
struct invariants {
	enum smtp_stage stage;
	enum smtp_outcome outcome;
	size_t lines; /* of the transcript */
	int64_t offset_us; /* of the last of them */
	size_t commands; /* sent so far */
	bool ended;
};

/*
 * Looks at the facts and at what the session wants now. Returns NULL when all is well, else a
 * static sentence that says what is broken.
 */
const char *invariants_broken(struct invariants *seen, const struct smtp_facts *facts,
    const struct smtp_want *want, int64_t now_us);

#endif
