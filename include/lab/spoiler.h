/*
 * Replies that no honest name server sends, octet by octet: what resolvers have been attacked with.
 */
#ifndef LAB_SPOILER_H
#define LAB_SPOILER_H

#include <stdbool.h>

#include "lab/authority.h"
#include "util/buf.h"

/* True for a fault that spoils the octets of a reply. */
bool spoiler_has(enum lab_fault_kind kind);

/* Writes such a reply, whatever the answer would be, into wire: the query's header and question, and a
 * hostile record behind them. */
void spoiler_write(enum lab_fault_kind kind, const struct dns_message *query, struct buf *wire);

#endif
