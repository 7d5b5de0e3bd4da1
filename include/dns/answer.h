/*
 * What a reply says about a question: answer, alias, no data, no such name, or nothing usable.
 */
#ifndef DNS_ANSWER_H
#define DNS_ANSWER_H

#include "dns/message.h"
#include "dns/result.h"

enum dns_reading_kind {
	DNS_READING_FINAL, /* the question is settled; outcome says how */
	DNS_READING_ALIAS, /* the chain goes on: ask again, for the last alias target */
	DNS_READING_FAILED, /* this server does not help; outcome and sentence say why */
};

struct dns_reading {
	enum dns_reading_kind kind;
	enum dns_outcome outcome;
	const char *sentence; /* static; only with DNS_READING_FAILED */
};

/*
 * Reads a parsed reply to the question whose name is dns_result_owner(result), and adds what it
 * says to the result: alias targets, records, and the TTL, which only ever gets smaller, except
 * that a negative answer without SOA makes it 0. The caller starts it at its own upper bound.
 * Names are lower-cased. With DNS_READING_FAILED the result is as before, and so is the message;
 * else the records that are taken have moved from there to the result.
 *
 * Only records whose owner is the name asked for, or is reached from it by the CNAME chain in
 * this reply, are taken (RFC 2181 5.4.1); a SOA counts only at or above the last name of the
 * chain.
 */
struct dns_reading dns_answer_read(struct dns_result *result, struct dns_message *message);

#endif
