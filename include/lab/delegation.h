/*
 * What a name server answers that has authority for some zones of the laboratory, and no more: its
 * zones' own records with AA, referrals to the servers of the zones below (RFC 1034 4.3.2), and
 * REFUSED for everything else. No socket, no clock.
 */
#ifndef LAB_DELEGATION_H
#define LAB_DELEGATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/message.h"
#include "lab/authority.h"

/* What one server holds. It owns nothing. */
struct lab_role {
	const struct dns_name *zones; /* their apexes */
	size_t zone_count;
	const struct dns_records *own; /* RRsets in place of the zones', or NULL */
	const struct dns_question *lacks; /* RRsets of the zones that it has not got */
	size_t lack_count;
};

/*
 * Fills *reply (clear it with dns_message_clear()) as authority_answer() does, but as this server
 * does, which offers no recursion.
 */
void delegation_answer(const struct authority *authority, const struct lab_role *role,
    const struct dns_message *query, int64_t time, struct dns_message *reply);

#endif
