/*
 * Validates results: feeds a chain of trust (dns/chain) with the DS and DNSKEY records that it
 * asks for, by lookups of its own. Results that need the same records share them.
 */
#ifndef NET_VALIDATOR_H
#define NET_VALIDATOR_H

#include <stdbool.h>

#include "dns/lookup.h"
#include "dns/record.h"
#include "dns/result.h"

struct channels;
struct event_base;
struct validation;
struct validator;

/*
 * A validator on this loop, with copies of the trust anchors. The settings are borrowed, and
 * looked at anew for each lookup: they ask with DNSSEC, and outlive it. Free it with
 * validator_free() after its last validation.
 */
struct validator *validator_new(struct event_base *base, struct channels *channels,
    const struct dns_lookup_settings *settings, const struct dns_records *anchors);
void validator_free(struct validator *validator);

/* Says that a result about this name will come: what its chain needs is asked for already. */
void validator_expect(struct validator *validator, const struct dns_name *name);

/*
 * The result, judged: its dnssec is set and its evidence is gone; a bogus one has the outcome
 * DNS_BOGUS, the reason as its error, and no answer any more. A secure one lives no longer than its
 * proof. One that is to be explained has its links then. The callee takes its reference over.
 */
typedef void validator_callback(void *context, struct dns_result *result);

/*
 * Takes the result over and judges it when the answers are here. The callback comes from the
 * loop, never at once, and once; the validation is freed then, or from inside.
 */
struct validation *validator_wait(struct validator *validator, struct dns_result *result,
    validator_callback *callback, void *context);

/* Has the result of a validation told with its links. */
void validation_explain(struct validation *validation);

/* Drops a validation, and its result: no callback comes. NULL is fine. */
void validation_free(struct validation *validation);

/*
 * Forgets what is known and asks anew, for the servers have changed: whether the old ones
 * stripped signatures or failed says nothing about the new ones.
 */
void validator_reset(struct validator *validator);

/* Replaces the trust anchors, and forgets what was known by the old ones. */
void validator_set_anchors(struct validator *validator, const struct dns_records *anchors);

#endif
