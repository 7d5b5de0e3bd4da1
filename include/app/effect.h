/*
 * What app_update() wants done in the world, as values. The engine carries out those about DNS, SMTP and
 * history; the front end (interface, report) those about the screen.
 */
#ifndef APP_EFFECT_H
#define APP_EFFECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/lookup.h"
#include "dns/result.h"
#include "history/store.h"
#include "smtp/tls_facts.h"
#include "util/ip.h"

enum effect_kind {
	EFFECT_ASK, /* .ticket .tag .question .fresh .early .explained */
	EFFECT_PROBE, /* .ticket .tag .target .host .server_name .mail_from .rcpt .size */
	EFFECT_INSPECT, /* .ticket .tag .question .target, whose family may be 0, .manner */
	EFFECT_DROP, /* .ticket: forget its lookups and probes */
	EFFECT_VERIFY, /* .ticket .tag .tls .result .names .name_count: by TLSA records */
	EFFECT_FETCH, /* .ticket .host .addresses .address_count: an MTA-STS policy */
	EFFECT_SAVE, /* .entry */
	EFFECT_RECALL, /* .text name, whose snapshots are wanted */
	EFFECT_NOTE, /* .text name .more note */
	EFFECT_PIN, /* .text name .fresh: on */
	EFFECT_BOUND, /* .history: how much is kept */
	EFFECT_LAB, /* start the laboratory; .text names a domain to look up then, or NULL */
	EFFECT_QUIT,
	EFFECT_THEME, /* .text */
	EFFECT_BIND, /* .text key, .more command; .more NULL = unbind */
	EFFECT_SCREEN, /* .text file */
	EFFECT_CERTIFICATES, /* .text file, .more what to write */
	EFFECT_SOURCE, /* .text file */
	EFFECT_REPORT, /* .text file that the report goes to */
	EFFECT_RECORD, /* .text file */
	EFFECT_REPLAY, /* .text file */
	EFFECT_STEP, /* .text number of events, or NULL */
	EFFECT_COPY, /* .text: "row", "report", or NULL = what is under the cursor */
	EFFECT_MOUSE, /* .fresh: on */
	EFFECT_BELL, /* something that is watched changed */
	EFFECT_SEARCH, /* .fresh: from here, not behind it; .backwards; .repeat times */
	EFFECT_PALETTE, /* let a command be chosen */
	EFFECT_PROMPT, /* .text to begin the prompt's line with */
	EFFECT_REDRAW, /* draw the whole screen anew */
	EFFECT_SUSPEND, /* give the terminal back and stop until continued */
	EFFECT_NOTICE, /* .text: trouble outside any command; the interface has it on its status line */
	EFFECT_LESSON, /* begin the lesson .text, of this name or in this file */
	EFFECT_RUN, /* carry out the commands in .text, a line each (NULL = none), then EVENT_RAN */
	EFFECT_WAIT, /* hold back further script commands until nothing is in flight */
};

enum {
	EFFECT_NAMES_MAX = 3,
	EFFECT_ADDRESSES_MAX = 8
};

struct effect {
	enum effect_kind kind;
	uint64_t ticket;
	uint32_t tag;
	struct dns_question question;
	bool fresh;
	bool explained; /* with its chain of trust: see resolver_ask_explained() */
	bool backwards;
	size_t repeat;
	bool early; /* also before the answer is validated: see resolver_ask_early() */
	struct endpoint target;
	struct dns_manner manner;
	char *host;
	char *server_name; /* for SNI, where it is not the host */
	char *mail_from, *rcpt; /* of PROBE; rcpt NULL = it stops before MAIL */
	uint64_t size; /* of PROBE: octets of the message; 0 = not told */
	struct history_entry entry;
	struct history_bounds history;
	char *text, *more;
	struct tls_facts *tls; /* what a handshake showed */
	const struct dns_result *result; /* a reference */
	char *names[EFFECT_NAMES_MAX];
	size_t name_count;
	struct ip_addr addresses[EFFECT_ADDRESSES_MAX];
	size_t address_count;
};

struct effects {
	struct effect *items;
	size_t count, capacity;
};

/* Appends the effect; the list takes what it holds. */
void effects_add(struct effects *effects, const struct effect *effect);

/* Frees all effects and what they hold; the list is empty and usable. */
void effects_clear(struct effects *effects);

#endif
