/*
 * What an inquiry found, read back from the line of JSON that tells it (contract.md section 2): a list
 * of plain facts, each about a subject - the domain, an exchange, an address, a finding. The
 * history keeps such lines as snapshots, --expect compares with one, diff.h tells two apart.
 *
 * What is read, and what its change means, is one table: a fact more is a row more.
 */
#ifndef HISTORY_SNAPSHOT_H
#define HISTORY_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/verdict.h"

/* What a fact is about. */
enum snapshot_scope {
	SNAPSHOT_DOMAIN,
	SNAPSHOT_EXCHANGE, /* subject: its name */
	SNAPSHOT_ADDRESS, /* subject: "mx1.example.net [192.0.2.1]" */
	SNAPSHOT_FINDING, /* subject: "mx-alias mx1.example.net" */
};

/* How values compare, and how their change is told. */
enum snapshot_kind {
	SNAPSHOT_WORD,
	SNAPSHOT_LIST, /* members sorted, '\n' behind each */
	SNAPSHOT_LIST_OR_NONE, /* the same; absent where it could stand, it is empty */
	SNAPSHOT_DATE, /* RFC 3339 */
	SNAPSHOT_DURATION, /* milliseconds */
};

/* What its change means: a bell and an exit status, a line for the curious, or nothing. */
enum snapshot_weight {
	SNAPSHOT_QUIET,
	SNAPSHOT_MINOR,
	SNAPSHOT_MEANING
};

struct snapshot_field {
	enum snapshot_scope scope;
	const char *path; /* below the subject's object: "probe.tls.chain" */
	const char *label; /* "certificate chain" */
	enum snapshot_kind kind;
	enum snapshot_weight weight;
};

struct snapshot_fact {
	const struct snapshot_field *field; /* NULL: the subject is there */
	enum snapshot_scope scope;
	char *subject; /* "" for the domain */
	char *value;
};

struct snapshot {
	char *name; /* as typed */
	int64_t time; /* wall-clock; 0 = not told */
	enum verdict_kind kind;
	char *sentence;
	struct snapshot_fact *facts; /* in the order of the line: subject by subject */
	size_t count, capacity;
};

enum {
	SNAPSHOT_LINE_MAX = 1 << 20 /* octets of one line */
};

/*
 * Reads a line of JSON, which may be anything: false when it is no such report, and nothing is to be
 * cleared. Strings are made printable; nothing is trusted to be complete.
 */
bool snapshot_read(struct snapshot *snapshot, const char *line, size_t n);
void snapshot_clear(struct snapshot *snapshot);

/* The value of a fact, or NULL. */
const char *snapshot_value(const struct snapshot *snapshot, enum snapshot_scope scope,
    const char *subject, const char *path);

/* True when the subject is there. */
bool snapshot_has(
    const struct snapshot *snapshot, enum snapshot_scope scope, const char *subject);

#endif
