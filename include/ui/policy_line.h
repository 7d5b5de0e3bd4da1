/*
 * What the TLS policies say of one address, in one line each, for the panes.
 */
#ifndef UI_POLICY_LINE_H
#define UI_POLICY_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "app/inquiry.h"
#include "mail/facts.h"
#include "ui/mark.h"
#include "ui/paper.h"
#include "util/buf.h"

/* A line: its mark, and its words without full stop. */
struct policy_line {
	enum mark mark;
	struct buf text;
};

/*
 * Fills the line of a sender that follows no policy ("opportunistic: encrypted, whatever the certificate"); the caller
 * clears the text. False, and nothing, while the dialogue has not come to STARTTLS.
 */
bool policy_line_opportunistic(const struct smtp_facts *probe, struct policy_line *line);

/*
 * Fills the line of DANE ("DANE 3 1 1 verified (base mx1.example.net)"), of MTA-STS ("MTA-STS
 * enforce, matches"); the caller clears the text. False, and nothing, where there is nothing to
 * tell: no records, no policy.
 */
bool policy_line_dane(const struct mail_facts *facts, size_t target, struct policy_line *line);
bool policy_line_sts(const struct mail_facts *facts, size_t target, struct policy_line *line);

/*
 * The policy whose word on the target is the last one, and its mark, for the tls column: "DANE",
 * "MTA-STS"; NULL where the certificate alone is to be told.
 */
const char *policy_line_word(const struct mail_facts *facts, size_t target, enum mark *mark);

/* Where the lines stand. */
struct policy_place {
	const char *gutter; /* before each line, or NULL */
	int indent;
	unsigned spinner;
};

/* Writes the lines that say something, and what follows when the sender's policy stops its message. */
void policy_lines_write(struct paper *paper, const struct inquiry *inquiry, size_t target,
    const struct policy_place *place);

#endif
