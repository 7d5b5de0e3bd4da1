/*
 * From what a server did to the outcome of a probe and the one sentence that explains it: pure
 * functions, asked by the dialogue when it cannot go on. They know RFC 5321's reply classes
 * (4.2.1), greetings that refuse (3.1), greylisting and rate limits by their usual words, and
 * that a time limit of ours is not the server's fault (4.5.3.2).
 *
 * `awaited` names what the dialogue waited for, as in "no GREETING within 10 s": "greeting",
 * "reply to EHLO", "TLS handshake".
 */
#ifndef SMTP_JUDGE_H
#define SMTP_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "smtp/facts.h"

struct smtp_judgement {
	enum smtp_outcome outcome;
	enum smtp_doubt doubt; /* NONE unless the outcome is inconclusive */
	char *sentence; /* printable; the caller frees it */
};

/* What a reply means that was no success at this stage. */
struct smtp_judgement smtp_judge_reply(
    enum smtp_stage stage, const char *awaited, const struct smtp_reply *reply);

/*
 * The time in microseconds that a sender gives a server at least at this stage (RFC 5321
 * 4.5.3.2); 0 where the standard names none.
 */
int64_t smtp_time_allowed(enum smtp_stage stage);

/*
 * The sentence for our patience running out at this stage; `begun` when a part of what was
 * awaited had come. The caller frees it.
 */
char *smtp_silence_sentence(
    enum smtp_stage stage, const char *awaited, bool begun, int64_t patience_us);

/*
 * The sentence for a connection that the server closed (SMTP_CLOSED) or reset, with a clause that says
 * why, or NULL; freed by the caller.
 */
char *smtp_loss_sentence(
    enum smtp_outcome outcome, const char *awaited, bool begun, const char *why);

/* The sentence for what cannot be read as SMTP, from the parser's own; freed by the caller. */
char *smtp_garbage_sentence(const char *awaited, const char *why);

#endif
