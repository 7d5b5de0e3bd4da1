/*
 * The laboratory's nameserver: UDP and TCP on one loopback port (RFC 7766), answering from an
 * authority, with the faults that it names. EDNS as RFC 6891 says, answers over UDP at most
 * 1232 octets.
 */
#ifndef LAB_NAMESERVER_H
#define LAB_NAMESERVER_H

#include "util/ip.h"

struct event_base;
struct authority;
struct lab_role;
struct nameserver;

/*
 * Starts a nameserver on this loop that answers from the authority, everything like a recursive
 * one, or as the role says when that is not NULL; both must outlive it. Returns NULL and a
 * sentence in *error (the caller frees it) when there are no sockets for it. Free it with
 * nameserver_free() (NULL is fine).
 */
struct nameserver *nameserver_new(struct event_base *base, const struct authority *authority,
    const struct lab_role *role, char **error);
void nameserver_free(struct nameserver *server);

/* Where it listens, for UDP and TCP alike. */
struct endpoint nameserver_endpoint(const struct nameserver *server);

#endif
