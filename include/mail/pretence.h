/*
 * What a user pretends: that a host, an address, a preference, a family or the name servers are
 * in some state. A list of such pretences is checked against the facts when one is added, and
 * laid over them by imagine.h. A pretence about something narrower counts before a wider one.
 */
#ifndef MAIL_PRETENCE_H
#define MAIL_PRETENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"
#include "mail/facts.h"
#include "util/buf.h"
#include "util/ip.h"
#include "util/names.h"

#define PRETENDED_STATES(X) \
	X(PRETENDED_DOWN, "down", "it refuses connections") \
	X(PRETENDED_TIMEOUT, "timeout", "it does not answer") \
	X(PRETENDED_421, "421", "it greets with 421: not now") \
	X(PRETENDED_554, "554", "it greets with 554: no mail here") \
	X(PRETENDED_NO_STARTTLS, "no-starttls", "it offers no STARTTLS") \
	X(PRETENDED_BAD_CERT, "bad-cert", "its certificate is worth nothing") \
	X(PRETENDED_SERVFAIL, "servfail", "questions about it end in SERVFAIL")
NAMES_DECLARE(pretended_state, PRETENDED_STATES)

/* What a pretence is about, the widest first. */
enum pretence_scope {
	PRETENCE_NAMESERVER, /* those of .host and all names below it */
	PRETENCE_FAMILY, /* .family, 4 or 6 */
	PRETENCE_TIER, /* .preference */
	PRETENCE_HOST, /* .host */
	PRETENCE_ADDRESS, /* .ip */
};

struct pretence {
	enum pretence_scope scope;
	enum pretended_state state;
	uint8_t family;
	uint16_t preference;
	struct dns_name host;
	struct ip_addr ip;
};

enum {
	PRETENCES_MAX = 64
};

/* Copied by assignment. */
struct pretences {
	struct pretence items[PRETENCES_MAX];
	size_t count;
};

/*
 * Reads TARGET - an exchange, an address of one, "pref:10", "ipv4", "ipv6", "nameserver" or
 * "nameserver:ZONE" - and STATE, and adds the pretence in place of one about the same
 * target. The facts are the real ones. Returns NULL, or a sentence that says why nothing was
 * changed, which the caller frees.
 */
char *pretences_add(struct pretences *pretences, const struct mail_facts *facts,
    const char *target, const char *state);

/*
 * Pretends that this address is down - or the host, where ip is NULL -, or takes that back.
 * Returns as pretences_add() does; *on says which of the two was done.
 */
char *pretences_toggle_down(struct pretences *pretences, const struct mail_facts *facts,
    const struct dns_name *host, const struct ip_addr *ip, bool *on);

/* The pretence about connecting to this target, or NULL. */
const struct pretence *pretences_of_target(
    const struct pretences *pretences, const struct mail_facts *facts, size_t target);

/* The pretence about asking for this name and type, which has this preference; or NULL. */
const struct pretence *pretences_of_question(const struct pretences *pretences,
    const struct dns_question *question, const uint16_t *preference);

/* Appends "mx1.example.net down", as it is typed. */
void pretence_write(struct buf *out, const struct pretence *pretence);

/* Appends all of them, "ipv6 down, mx1.example.net 421". */
void pretences_write(struct buf *out, const struct pretences *pretences);

#endif
