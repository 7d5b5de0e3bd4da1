/*
 * The names of a command line, one after another: words, and lists ("@FILE", "@-") that are read only as
 * far as names are taken from them, so that a list of a million lines needs no more memory than one of
 * ten. A list that is no plain file is never waited for: the caller watches its descriptor and
 * feeds what arrives.
 */
#ifndef CLI_NAMES_H
#define CLI_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One name to look up. */
struct name {
	char *text; /* as given */
	char *
	    fault; /* why it cannot be looked up: a line of a list that is no name; NULL = it can */
};

/* Frees what the name holds. */
void name_clear(struct name *name);

/* One part of a list that several machines share: every count-th name, from the index-th on. */
struct names_share {
	unsigned index, count; /* 1 of 1 is all */
};

enum {
	NAMES_LINE_MAX = 65536, /* octets; a longer line is no name */
	NAMES_SKIP_MAX = 1 << 20, /* octets; a line that is still longer ends the list */
	NAMES_SESSION_MAX = 5000, /* names that the interface is started with */
	NAMES_SHARES_MAX = 100000
};

struct names;
struct recording;

/*
 * Prepares the words; every list is opened once to see that it is there. NULL and a sentence (caller
 * frees) in *error for a word that is no name or a list that cannot be read. The words must stay.
 */
struct names *names_new(char *const *words, int count, struct names_share share, char **error);
/* The names of a recorded report. The recording must stay. */
struct names *names_recorded(const struct recording *recording);
void names_free(struct names *names);

enum names_state {
	NAMES_READY, /* *name is filled; clear it with name_clear() */
	NAMES_LATER, /* the list at hand has nothing yet: watch names_descriptor() */
	NAMES_END,
	NAMES_TROUBLE, /* a list cannot be read on: names_trouble() says why */
};

/* Takes the next name. */
enum names_state names_next(struct names *names, struct name *name);

/* The sentence for NAMES_TROUBLE; it lives as long as names. */
const char *names_trouble(const struct names *names);

/* The descriptor of the list at hand that is to be watched and fed from; -1 when there is none. */
int names_descriptor(const struct names *names);

/* Takes n octets that were read from it; n is 0 at its end. */
void names_feed(struct names *names, const char *bytes, size_t n);

/* True while enough is buffered: the descriptor need not be watched for now. */
bool names_full(const struct names *names);

/* How much of the whole has been taken, 0 to 1; below 0 when that cannot be known. */
double names_fraction(const struct names *names);

/* Reads "K/N": false when it is none, or K is not 1 to N. */
bool names_share_parse(struct names_share *share, const char *text);

#endif
