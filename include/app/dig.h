/*
 * `dig NAME [TYPE] [@SERVER]`: one question, asked of one server, with its reply whole.
 */
#ifndef APP_DIG_H
#define APP_DIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/lookup.h"
#include "dns/message.h"
#include "dns/result.h"
#include "util/ip.h"

struct dig {
	uint64_t ticket; /* of this question; a new one with each */
	struct dns_question question;
	struct dns_manner manner;
	bool hex; /* its octets are shown, too */
	struct endpoint server; /* family 0: those that are configured, or not known yet */
	struct dns_name server_name; /* length 0 unless the server was given by name */
	const struct dns_result *addresses[2]; /* of that name: A and AAAA; NULL while asked */
	size_t pending; /* questions in flight */
	const struct dns_result *result; /* NULL while it is awaited */
	bool parsed; /* message below is the reply */
	struct dns_message message;
	char *
	    error; /* why there is nothing to ask, or what is wrong with the reply; NULL = nothing */
};

/*
 * Reads the words of the command: a name (U-labels, an address for its PTR record), a type, @SERVER
 * and the options +dnssec +hex +norecurse +tcp, in any order. Returns NULL and a new *dig (free it
 * with dig_free()), or a sentence that says what was expected, which the caller frees.
 */
char *dig_parse(struct dig **dig, char *const *words, size_t count);

/* The options of a question, "+tcp", one after the other from 0, with what each does; NULL behind the last. */
const char *dig_option(size_t place, const char **help);

/* Takes the reply, or that there is none: its own reference. */
void dig_take(struct dig *dig, const struct dns_result *result);

/* NULL is fine. */
void dig_free(struct dig *dig);

#endif
