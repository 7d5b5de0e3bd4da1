/*
 * Inside the room: a scenario file while it is read, and what the readers of its parts share.
 */
#ifndef LAB_SCENARIO_READ_H
#define LAB_SCENARIO_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/scenario.h"
#include "util/buf.h"

struct scenario_directive;

struct scenario_reading {
	struct scenario *scenario;
	unsigned line; /* of the file, counted from 1 */
	const struct scenario_directive
	    *block; /* the directive that tabbed lines belong to, or NULL */
	unsigned seen; /* directives so far, a bit each by their place in the table */
	struct buf
	    zone; /* zone text; as many lines as the file has before it, for its line numbers */
	unsigned zone_lines;
};

/*
 * One directive. Both functions return NULL or a sentence that the caller frees; begin takes
 * what follows the word, and may cut it up; more takes a tabbed line and is NULL where none
 * may be.
 */
struct scenario_directive {
	const char *word;
	char *(*begin)(struct scenario_reading *parse,
	    const struct scenario_directive *directive, char *rest);
	char *(*more)(struct scenario_reading *parse, char *line);
	enum lab_reach reach; /* of the host directives */
	enum lab_conduct conduct; /* of the name server directives */
	bool needed, once;
};

/* Returns a sentence that the caller frees. */
char *scenario_complain(const char *sentence);

/* Takes the next word off *rest, which may be cut up. NULL when there is none. */
char *scenario_word(char **rest);

/* Reads a domain name in U-labels or A-labels. Returns NULL or a sentence. */
char *scenario_name(const char *word, struct dns_name *name);

/* Adds the addresses in rest to the list. Returns NULL or a sentence. */
char *scenario_addresses(
    struct ip_addr **addresses, size_t *count, size_t *capacity, char *rest);

/* server, refused, silent, unreachable HOST ADDRESS..., and the lines of a server block. */
char *scenario_begin_host(
    struct scenario_reading *parse, const struct scenario_directive *directive, char *rest);
char *scenario_more_server(struct scenario_reading *parse, char *line);

/* policy HOST ADDRESS..., and the lines of its block. */
char *scenario_begin_policy(
    struct scenario_reading *parse, const struct scenario_directive *directive, char *rest);
char *scenario_more_policy(struct scenario_reading *parse, char *line);

/* Free what a host and a policy host hold. */
void scenario_clear_host(struct lab_host *host);
void scenario_clear_policy(struct lab_policy *policy);

#endif
