/*
 * What the parts of the story teller share: the story, a statement cut into words, complaints.
 */
#ifndef LOOKUP_STORY_H
#define LOOKUP_STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/rng.h"
#include "dns/lookup.h"

enum {
	UDP,
	TCP,
	TRANSPORTS,
	WORDS_MAX = 24,
};

/* The last query that went to a server over one transport. */
struct sent {
	uint8_t query[DNS_QUERY_MAX];
	size_t length;
};

/* A reply that is being put together, line by line. */
struct reply {
	bool open;
	size_t server;
	int transport;
	struct dns_message message;
	bool wrong_id, wrong_case, wrong_type, echo;
	long times;
	struct buf behind; /* octets behind the message */
	unsigned counted; /* how many answers these are */
	long cut;
};

struct story {
	const char *file;
	unsigned line;
	bool failed;
	struct dns_lookup_settings settings;
	struct dns_standings *standings; /* in the settings once they are set */
	struct rng rng;
	struct dns_lookup *lookup;
	struct dns_result *result;
	int64_t now_us;
	struct sent sent[DNS_SERVERS_MAX][TRANSPORTS];
	struct reply reply;
};

/* A statement cut into words; `rest` is the line behind the first word. */
struct statement {
	char *words[WORDS_MAX];
	size_t count;
	const char *rest;
};

/* Says what is wrong with the story at this line; the first complaint ends it. */
void complain(struct story *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Returns word i of the statement, or "" and a complaint when it is too short. */
const char *word(struct story *s, const struct statement *st, size_t i);

/* Returns what stands behind the word that comes `skip` words after the first. */
const char *rest_behind(const struct statement *st, size_t skip);

/* Read one word of a story, and complain when it is not what was expected. */
int64_t read_time(struct story *s, const char *text);
long read_number(struct story *s, const char *text);
struct dns_name read_name(struct story *s, const char *text);
struct dns_question read_question(struct story *s, const char *name, const char *type);
size_t read_server(struct story *s, const char *text);
int read_transport(struct story *s, const char *text);

/* Reads the question of a query, whose name is not compressed. */
struct dns_question question_of(const uint8_t *query, size_t n);

/* The statements about replies, and the one that hands the open reply to the machine. */
void do_reply(struct story *s, const struct statement *st);
void do_answer(struct story *s, const struct statement *st);
void do_authority(struct story *s, const struct statement *st);
void do_additional(struct story *s, const struct statement *st);
void do_octets(struct story *s, const struct statement *st);
void do_cut(struct story *s, const struct statement *st);
void deliver_reply(struct story *s);
void clear_reply(struct story *s);

/* The statement about the result. */
void do_check(struct story *s, const struct statement *st);

#endif
