/*
 * Keeps the facts of one probe current while its dialogue runs: stages and their times, the
 * transcript, the reply that is shown, the outcome. Each function writes one fact, so that the
 * facts can be drawn at any moment. It decides nothing.
 */
#ifndef SMTP_RECORDER_H
#define SMTP_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smtp/facts.h"

struct smtp_recorder {
	struct smtp_facts facts;
	int64_t now_us; /* the moment that is written down; the owner keeps it current */
	bool encrypted; /* what is said now goes through TLS */
};

/* Begins with nothing known, at now_us. */
void smtp_recorder_init(struct smtp_recorder *recorder, int64_t now_us);
void smtp_recorder_clear(struct smtp_recorder *recorder);

/* True until smtp_record_outcome() was called. */
bool smtp_record_undecided(const struct smtp_recorder *recorder);

/* A stage begins, and the clock of the one before stops. */
void smtp_record_stage(struct smtp_recorder *recorder, enum smtp_stage stage);

/* A line was said: n raw octets without the line end. */
void smtp_record_line(
    struct smtp_recorder *recorder, enum smtp_speaker speaker, const char *bytes, size_t n);

/* A remark of ours for the transcript. */
void smtp_record_remark(struct smtp_recorder *recorder, const char *text);

/* The server offended against the standards. */
void smtp_record_violation(struct smtp_recorder *recorder, enum smtp_violation violation);

/* The greeting: its first line, and the software that one of its lines names. */
void smtp_record_greeting(struct smtp_recorder *recorder, const struct smtp_reply *reply);

/* The answer to RCPT. */
void smtp_record_recipient(struct smtp_recorder *recorder, const struct smtp_reply *reply);

/* The reply that the facts show from now on, or that they show none. */
void smtp_record_reply(struct smtp_recorder *recorder, const struct smtp_reply *reply);
void smtp_record_no_reply(struct smtp_recorder *recorder);

/* TLS is up: its facts are copied, and what EHLO said in clear is forgotten (RFC 3207 4.2). */
void smtp_record_tls(struct smtp_recorder *recorder, const struct tls_facts *tls);

/* The outcome is decided, once; the sentence (NULL when accepting) is taken over. */
void smtp_record_outcome(
    struct smtp_recorder *recorder, enum smtp_outcome outcome, char *sentence);

/* The probe has ended. */
void smtp_record_end(struct smtp_recorder *recorder);

#endif
