/*
 * What a mail server of the laboratory says and does, as data. Pure: text in, rules out.
 *
 * A script is a list of rules. A rule opens with what the client is expected to send and goes
 * on with what the server then does, one step a line:
 *
 *	S: 220 %h ESMTP Postfix          before the first C: - on connecting
 *	C: RCPT TO:*                     a command, whatever its case; * = whatever follows
 *	T: EHLO *                        the same, only inside TLS
 *	delay 300ms                      wait
 *	S: 450 4.7.1 Please come back    say this line
 *
 * In what is said %h is the host's name, \\ a backslash and \xNN a byte. The first rule that
 * matches counts; a command that no rule of the server matches is looked up in the default
 * dialogue (src/lab/mailserver.script), a script like any other.
 */
#ifndef LAB_SCRIPT_H
#define LAB_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "util/names.h"

#define SCRIPT_VERBS(X) \
	X(SCRIPT_SAY, "S:", "say the line") \
	X(SCRIPT_RAW, "raw", "say the text, without a line end") \
	X(SCRIPT_DRIP, "drip", "say the line, one byte every so many milliseconds") \
	X(SCRIPT_KEYWORDS, "keywords", "answer EHLO with 250 and the server's keywords") \
	X(SCRIPT_ENDLESS, "endless", "say the text again and again, without a line end") \
	X(SCRIPT_DELAY, "delay", "wait") \
	X(SCRIPT_AWAIT, "await", "wait until the client sends something, and throw it away") \
	X(SCRIPT_STARTTLS, "starttls", "start the TLS handshake") \
	X(SCRIPT_SILENCE, "silence", "say nothing any more, whatever the client sends") \
	X(SCRIPT_CLOSE, "close", "close the connection") \
	X(SCRIPT_RESET, "reset", "reset the connection")
NAMES_DECLARE(script_verb, SCRIPT_VERBS)

enum {
	SCRIPT_DELAY_MAX = 600000, /* milliseconds */
};

struct script_step {
	enum script_verb verb;
	unsigned ms; /* of DELAY, and between the bytes of DRIP */
	char *
	    text; /* of SAY, RAW, DRIP and ENDLESS: escapes undone, with its line end; %h still in it */
	size_t length;
};

struct script_rule {
	char *pattern; /* what the client sends; NULL = it has just connected */
	bool encrypted; /* only inside TLS */
	struct script_step *steps;
	size_t count, capacity;
};

struct script {
	struct script_rule *rules;
	size_t count, capacity;
};

/*
 * Adds one line, without its line end. Returns NULL, or a sentence that the caller frees and
 * that says what was expected.
 */
char *script_add(struct script *script, const char *line);

/* Adds each line of a text but empty ones and comments (#). Returns as script_add() does. */
char *script_parse(struct script *script, const char *text);

void script_clear(struct script *script);

/*
 * The first rule for what the client sent (NULL: it has just connected), in clear or inside TLS;
 * NULL when there is none.
 */
const struct script_rule *script_find(
    const struct script *script, const char *command, bool encrypted);

/* Reads "300ms" or "2s", at most SCRIPT_DELAY_MAX: false for anything else. */
bool script_time(const char *text, unsigned *ms);

#endif
