/*
 * The invariants of a probe. Each function looks at one side of the facts: that time and stages
 * only go forward, that an outcome stays, that text is printable, that nothing but SMTP
 * commands is sent and nothing before the greeting.
 */
#include <string.h>

#include "util/text.h"

#include "invariants.h"

enum {
	COMMANDS_MAX = 9 /* EHLO HELO STARTTLS EHLO HELO MAIL RCPT RSET QUIT */
};

/* True for no string or a printable one. */
static bool
printable(const char *s)
{
	return !s || text_is_printable(s, strlen(s));
}

/* All strings of the facts are printable. */
static const char *
check_text(const struct smtp_facts *facts)
{
	if (!printable(facts->reply_text) || !printable(facts->greeting) ||
	    !printable(facts->software) || !printable(facts->rcpt_text) ||
	    !printable(facts->error))
		return "a string of the facts is not printable";
	for (size_t i = 0; i < facts->extensions.count; i++) {
		if (!printable(facts->extensions.items[i]))
			return "an extension is not printable";
	}
	return NULL;
}

/* The transcript only grows, in order of time, within its bound. */
static const char *
check_transcript(struct invariants *seen, const struct smtp_transcript *transcript)
{
	if (transcript->count < seen->lines || transcript->count > SMTP_TRANSCRIPT_MAX + 1)
		return "the transcript shrank, or is longer than its bound";
	for (; seen->lines < transcript->count; seen->lines++) {
		const struct smtp_line *line = &transcript->lines[seen->lines];

		if (!printable(line->text))
			return "a line of the transcript is not printable";
		if (line->offset_us < seen->offset_us)
			return "the transcript goes back in time";
		seen->offset_us = line->offset_us;
	}
	return NULL;
}

/* Stages go forward; those entered have times, those ahead have none. */
static const char *
check_stages(struct invariants *seen, const struct smtp_facts *facts)
{
	if (facts->stage < seen->stage)
		return "the stage went back";
	seen->stage = facts->stage;
	for (size_t i = 0; i < smtp_stage_count; i++) {
		if (facts->stage_us[i] < -1)
			return "a stage took negative time";
		if (i > facts->stage && facts->stage_us[i] != -1)
			return "a stage that was not entered has a time";
	}
	return NULL;
}

/* The outcome is decided once, with a sentence unless the server accepts. */
static const char *
check_outcome(struct invariants *seen, const struct smtp_facts *facts)
{
	bool silent = facts->outcome == SMTP_IN_PROGRESS || facts->outcome == SMTP_ACCEPTING;

	if (seen->outcome != SMTP_IN_PROGRESS && facts->outcome != seen->outcome)
		return "the outcome changed after it was decided";
	seen->outcome = facts->outcome;
	if (silent != (facts->error == NULL))
		return "an error sentence is missing, or is there without an error";
	if (facts->ended_us != 0 && facts->outcome == SMTP_IN_PROGRESS)
		return "the probe ended without an outcome";
	if (facts->outcome == SMTP_ACCEPTING && (facts->code < 200 || facts->code > 299))
		return "accepting, but not by a 2yz greeting";
	return NULL;
}

/* What is sent are whole commands, few of them, none before the greeting and none with DATA. */
static const char *
check_send(
    struct invariants *seen, const struct smtp_facts *facts, const struct smtp_want *want)
{
	static const char *const verbs[] = { "EHLO ", "HELO ", "STARTTLS\r\n", "MAIL FROM:<",
		"RCPT TO:<", "RSET\r\n", "QUIT\r\n" };
	bool known = false;

	if (!facts->greeting)
		return "something is sent before the greeting";
	if (want->length < 6 || memcmp(want->bytes + want->length - 2, "\r\n", 2) != 0)
		return "what is sent does not end with CRLF";
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (strncmp(want->bytes, verbs[i], strlen(verbs[i])) == 0)
			known = true;
	}
	if (!known)
		return "what is sent is no command that a probe may use";
	if (++seen->commands > COMMANDS_MAX)
		return "more commands than a dialogue can have";
	return NULL;
}

/* The want fits the facts: CLOSE at the end and for good, deadlines that lie ahead. */
static const char *
check_want(struct invariants *seen, const struct smtp_facts *facts,
    const struct smtp_want *want, int64_t now_us)
{
	switch (want->kind) {
	case SMTP_WANT_SEND:
		return check_send(seen, facts, want);
	case SMTP_WANT_CLOSE:
		seen->ended = true;
		return facts->ended_us == 0 ? "closing before the end" : NULL;
	case SMTP_WANT_CONNECT:
	case SMTP_WANT_HANDSHAKE:
	case SMTP_WANT_WAIT:
		if (seen->ended || facts->ended_us != 0)
			return "something is wanted behind the end";
		return want->deadline_us <= now_us ? "the deadline is already over" : NULL;
	}
	return "an unknown want";
}

const char *
invariants_broken(struct invariants *seen, const struct smtp_facts *facts,
    const struct smtp_want *want, int64_t now_us)
{
	const char *broken = check_text(facts);

	if (!broken)
		broken = check_transcript(seen, &facts->transcript);
	if (!broken)
		broken = check_stages(seen, facts);
	if (!broken)
		broken = check_outcome(seen, facts);
	if (!broken)
		broken = check_want(seen, facts, want, now_us);
	return broken;
}
