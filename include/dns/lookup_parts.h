/*
 * Inside the room: the lookup machine's own state, which three files work on. lookup.c sends and
 * waits, lookup_reply.c takes what comes, lookup_end.c ends and says why.
 */
#ifndef DNS_LOOKUP_PARTS_H
#define DNS_LOOKUP_PARTS_H

#include "dns/lookup.h"

/* How things stand with one server for the question under way. */
struct path {
	bool asked; /* a query is out and may be answered */
	bool due; /* a query is to go out at the next step */
	bool settled; /* it has failed us: not asked again for this question */
	bool over_tcp;
	bool without_edns, without_case,
	    without_cookie; /* learned, kept for further questions */
	bool bad_cookie; /* it has refused our cookie once (BADCOOKIE) */
	unsigned case_misses, strays;
	unsigned copies; /* how often .query has been sent */
	int64_t sent_us; /* when first */
	const char *why_tcp; /* why we left UDP, or NULL */
	size_t query_length; /* 0 until one is composed */
	size_t cookie_length; /* 0 = none */
	uint8_t cookie[DNS_COOKIE_MAX]; /* that went out with .query */
	uint8_t query[DNS_QUERY_MAX];
};

/* The failure to tell when no server does better. */
struct failure {
	bool present;
	enum dns_outcome outcome;
	unsigned rcode;
	size_t server;
	bool over_tcp;
	bool by_host; /* DNS_UNREACHABLE: its host refused the connection */
	struct dns_ede *ede;
	size_t ede_count;
	char *sentence;
};

/* What is used together stands together: of thousands of these, each is far from the processor. */
struct dns_lookup {
	struct dns_result *result; /* under construction */
	int64_t started_us, deadline_us;
	int64_t next_turn_us; /* when the next server has its turn; NEVER when all had theirs */
	size_t first; /* the place in .order that comes first */
	size_t turn; /* how many turns of all rounds have been taken */
	size_t latest; /* the server asked last */
	bool done;
	struct failure failure;
	size_t order[DNS_SERVERS_MAX]; /* in which the servers are asked */
	struct dns_lookup_settings settings;
	struct dns_question current; /* the question under way: changes along a CNAME chain */
	struct path paths[]; /* one for each server */
};

#define LOOKUP_NEVER INT64_MAX

/* Starts on the current question with the given server; what was learned of servers stays. */
void lookup_begin(struct dns_lookup *l, size_t server, int64_t now_us);

/* Asks the server anew at the next step: with another query than before. */
void lookup_ask_anew(struct path *path);

/* Returns what is known of the server, or NULL without standings. */
struct dns_standing *lookup_standing(const struct dns_lookup *l, size_t server, int64_t now_us);

/* True when queries to this server go out in mixed case: over TCP there is nothing to guess. */
bool lookup_is_mixed(const struct dns_lookup *l, const struct path *path);

/* True while an answer may still come. */
bool lookup_is_anyone_asked(const struct dns_lookup *l);

/* Ends the lookup with this outcome. */
void lookup_finish(struct dns_lookup *l, enum dns_outcome outcome, int64_t now_us);

/* Ends the lookup with the failure that was kept. */
void lookup_finish_failed(struct dns_lookup *l, int64_t now_us);

/* Ends the lookup at its deadline: a server that spoke says more than one that was silent. */
void lookup_finish_late(struct dns_lookup *l, int64_t now_us);

/* Forgets the failure that was kept. */
void lookup_forget_failure(struct dns_lookup *l);

/* A server's failure: what it is, and in what words. */
struct fault {
	enum dns_outcome outcome;
	unsigned rcode;
	const char *why;
	bool by_host; /* DNS_UNREACHABLE: the host refused the connection */
	const struct dns_message *message; /* that said so, or NULL */
};

/*
 * Passes the server over for the rest of this question. The next one has its turn at once,
 * unless it has been asked already, as a hedge.
 */
void lookup_give_up_on(
    struct dns_lookup *l, size_t server, const struct fault *fault, int64_t now_us);

#endif
