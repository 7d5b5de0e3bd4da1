/*
 * Writing down what a probe learns. Decides only how a fact is kept: network text made
 * printable, times as differences, a stage's clock stopped once. Which fact comes when is the
 * dialogue's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "smtp/recorder.h"

void
smtp_recorder_init(struct smtp_recorder *recorder, int64_t now_us)
{
	*recorder = (struct smtp_recorder){ .now_us = now_us };
	smtp_facts_init(&recorder->facts, now_us);
}

void
smtp_recorder_clear(struct smtp_recorder *recorder)
{
	smtp_facts_clear(&recorder->facts);
}

bool
smtp_record_undecided(const struct smtp_recorder *recorder)
{
	return recorder->facts.outcome == SMTP_IN_PROGRESS;
}

/* Stops the clock of the stage, once. */
static void
stop_clock(struct smtp_recorder *recorder)
{
	struct smtp_facts *facts = &recorder->facts;

	if (facts->stage_us[facts->stage] < 0)
		facts->stage_us[facts->stage] = recorder->now_us - facts->stage_started_us;
}

void
smtp_record_stage(struct smtp_recorder *recorder, enum smtp_stage stage)
{
	struct smtp_facts *facts = &recorder->facts;

	stop_clock(recorder);
	facts->stage = stage;
	facts->stage_started_us = recorder->now_us;
}

void
smtp_record_line(
    struct smtp_recorder *recorder, enum smtp_speaker speaker, const char *bytes, size_t n)
{
	smtp_transcript_add(&recorder->facts.transcript, speaker, recorder->encrypted,
	    recorder->now_us - recorder->facts.started_us, bytes, n);
}

void
smtp_record_remark(struct smtp_recorder *recorder, const char *text)
{
	smtp_record_line(recorder, SMTP_NOTE, text, strlen(text));
}

void
smtp_record_violation(struct smtp_recorder *recorder, enum smtp_violation violation)
{
	recorder->facts.violations |= UINT32_C(1) << violation;
}

/* Puts a printable copy of the text in the place of the old string. */
static void
replace(char **string, const char *text)
{
	free(*string);
	*string = text_printable_copy(text, strlen(text));
}

void
smtp_record_greeting(struct smtp_recorder *recorder, const struct smtp_reply *reply)
{
	struct smtp_facts *facts = &recorder->facts;
	const char *software = NULL;

	replace(&facts->greeting, reply->lines[0]);
	for (size_t i = 0; i < reply->line_count && !software; i++)
		software = smtp_software(reply->lines[i]);
	free(facts->software);
	facts->software = mem_strdup(software);
}

void
smtp_record_recipient(struct smtp_recorder *recorder, const struct smtp_reply *reply)
{
	struct smtp_facts *facts = &recorder->facts;

	facts->rcpt_code = reply->code;
	facts->rcpt_enhanced = reply->enhanced;
	replace(&facts->rcpt_text, smtp_reply_text(reply));
}

void
smtp_record_reply(struct smtp_recorder *recorder, const struct smtp_reply *reply)
{
	struct smtp_facts *facts = &recorder->facts;

	facts->code = reply->code;
	facts->enhanced = reply->enhanced;
	replace(&facts->reply_text, smtp_reply_text(reply));
}

void
smtp_record_no_reply(struct smtp_recorder *recorder)
{
	struct smtp_facts *facts = &recorder->facts;

	free(facts->reply_text);
	facts->reply_text = NULL;
	facts->code = 0;
	facts->enhanced = (struct smtp_enhanced){ 0 };
}

/* Puts the facts of the handshake into the transcript, in one line. */
static void
remark_tls(struct smtp_recorder *recorder)
{
	const struct tls_facts *tls = &recorder->facts.tls;
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s %s, chain %s, name %s", tls->version ? tls->version : "TLS",
	    tls->cipher ? tls->cipher : "of an unknown cipher", tls_chain_name(tls->chain),
	    tls->name_matches ? "matches" : "does not match");
	smtp_record_remark(recorder, line.data);
	buf_clear(&line);
}

void
smtp_record_tls(struct smtp_recorder *recorder, const struct tls_facts *tls)
{
	struct smtp_facts *facts = &recorder->facts;

	recorder->encrypted = true;
	facts->starttls = SMTP_STARTTLS_OK;
	tls_facts_copy(&facts->tls, tls);
	smtp_extensions_clear(&facts->extensions);
	facts->extensions_known = false;
	remark_tls(recorder);
}

void
smtp_record_outcome(struct smtp_recorder *recorder, enum smtp_outcome outcome, char *sentence)
{
	stop_clock(recorder);
	recorder->facts.outcome = outcome;
	recorder->facts.error = sentence;
	if (sentence)
		smtp_record_remark(recorder, sentence);
}

void
smtp_record_end(struct smtp_recorder *recorder)
{
	stop_clock(recorder);
	recorder->facts.ended_us = recorder->now_us;
}
