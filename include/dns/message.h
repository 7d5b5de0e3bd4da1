/*
 * DNS messages (RFC 1035 4, EDNS RFC 6891): questions built by hand, answers taken apart.
 *
 * A packet is walked over whole: names (pointers only backwards, at most 127 hops, 255 octets),
 * section counts, RDLENGTHs, the shape of each known type, one OPT at most, nothing behind the end.
 * No byte of it reaches ldns, which only prints records that have passed, one at a time, bounded to
 * their own octets.
 */
#ifndef DNS_MESSAGE_H
#define DNS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/ede.h"
#include "dns/name.h"
#include "dns/record.h"
#include "dns/result.h"
#include "util/buf.h"

enum {
	DNS_UDP_SIZE = 1232, /* what our EDNS offers: fits any path (DNS flag day 2020) */
	DNS_COOKIE_CLIENT = 8, /* octets of the client's part of a cookie (RFC 7873 4) */
	DNS_COOKIE_MAX = 40, /* of both parts */
	DNS_QUERY_MAX = 12 + 255 + 4 + 11 + 4 + DNS_COOKIE_MAX,
	DNS_MESSAGE_MAX = 65535,
	DNS_RECORDS_MAX = 4096, /* more records in one message are malformed */
};

/* EDNS options that are understood here. */
enum dns_option {
	DNS_OPTION_COOKIE = 10, /* RFC 7873 */
	DNS_OPTION_EDE = 15, /* RFC 8914 */
};

/* What a question carries beside its name and type. */
struct dns_query_options {
	bool edns; /* with an OPT record of DNS_UDP_SIZE */
	bool dnssec_ok; /* DO and CD: give us signatures, do not judge them */
	bool recursion; /* RD */
	const uint8_t *cookie; /* with EDNS: the COOKIE option's octets, or NULL */
	size_t cookie_length; /* at most DNS_COOKIE_MAX */
};

/*
 * Writes a query with this id. The name's case goes out as it stands (the caller mixes it,
 * 0x20). Returns its length, at most DNS_QUERY_MAX.
 */
size_t dns_message_query(uint8_t out[DNS_QUERY_MAX], uint16_t id,
    const struct dns_question *question, const struct dns_query_options *options);

struct dns_message {
	uint16_t id;
	bool response, authoritative, truncated, recursion_desired, recursion_available;
	bool authentic, checking_disabled;
	unsigned opcode;
	unsigned rcode; /* 12 bits, with the extension from OPT */
	bool has_question;
	struct dns_question question; /* case as it came */
	bool has_edns;
	uint16_t udp_size;
	bool dnssec_ok;
	uint8_t *options; /* the OPT record's data: whole options, one behind the other */
	uint16_t options_length;
	bool refers; /* there are NS records in the authority section */
	struct dns_records answer, authority, additional; /* OPT is not among them */
};

/*
 * Walks the packet and says whether it is sound. Returns NULL, or a static sentence
 * that names the first fault ("a record is longer than its message").
 */
const char *dns_message_check(const uint8_t *wire, size_t n);

/*
 * Takes the packet apart, with what dns_message_check() checks. Returns NULL and fills *message (clear
 * it with dns_message_clear()), or a static sentence and leaves nothing to clear.
 */
const char *dns_message_parse(struct dns_message *message, const uint8_t *wire, size_t n);

/*
 * The same without the records of the additional section and the NS records of the authority section,
 * for whoever would not believe them (RFC 2181 5.4.1): they are walked, and only OPT is taken. Half the
 * work of many replies.
 */
const char *dns_message_parse_lean(struct dns_message *message, const uint8_t *wire, size_t n);

void dns_message_clear(struct dns_message *message);

/*
 * Finds the message's option of this code, the first one when `after` is NULL, else the one
 * behind that. Returns its octets, which belong to the message, and their number in *n; NULL when
 * there is none.
 */
const uint8_t *dns_message_option(
    const struct dns_message *message, enum dns_option code, const uint8_t *after, size_t *n);

/*
 * Takes the extended errors out of the message's options (RFC 8914), DNS_EDE_MAX at most. Returns
 * how many, and in *list the list, which the caller frees with dns_ede_free(); NULL for none.
 */
size_t dns_message_ede(const struct dns_message *message, struct dns_ede **list);

/*
 * True when the packet answers the query: a response, same opcode and id, and its question
 * is byte for byte ours. Reads only header and question; nothing else needs to be sound.
 */
bool dns_message_matches(
    const uint8_t *wire, size_t n, const uint8_t *query, size_t query_length);

/*
 * True when the packet would match the query if ASCII case did not count: the server, or a
 * forger who guessed the id, did not keep the case of the question.
 */
bool dns_message_matches_nocase(
    const uint8_t *wire, size_t n, const uint8_t *query, size_t query_length);

/*
 * True for an error with the id of the query, without a question and without records: so do
 * servers turn down what they cannot read, EDNS above all. NXDOMAIN is not among them, for it
 * is an answer: a forger who guessed the id gains no more by such an error than by silence.
 */
bool dns_message_is_bare_error(const uint8_t *wire, size_t n, const uint8_t *query);

/*
 * Appends the record's rdata in presentation form: by ldns for the types that it prints safely,
 * all others as RFC 3597 `\# length hex`. Always printable ASCII.
 */
void dns_record_text(const struct dns_record *record, struct buf *out);

/*
 * Writes a message in wire form (names compressed), for the laboratory and tests. At most
 * limit octets: what does not fit leaves TC set and the sections empty. Appends to out.
 */
void dns_message_write(const struct dns_message *message, size_t limit, struct buf *out);

#endif
