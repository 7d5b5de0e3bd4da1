/*
 * An MTA-STS policy host of the laboratory (RFC 8461 3.3): a web server on a loopback socket that
 * knows one file.
 */
#ifndef LAB_POLICYHOST_H
#define LAB_POLICYHOST_H

#include "lab/certificate.h"
#include "lab/scenario.h"
#include "util/ip.h"

struct event_base;
struct policyhost;

/*
 * Starts it on this loop. Policy and certifier must outlive it. Returns NULL and a sentence in
 * *error (the caller frees it) when there is no socket for it. Free it with policyhost_free() (NULL
 * is fine): open connections are closed.
 */
struct policyhost *policyhost_new(struct event_base *base, const struct lab_policy *policy,
    struct certifier *certifier, char **error);
void policyhost_free(struct policyhost *host);

/* Where it listens. */
struct endpoint policyhost_endpoint(const struct policyhost *host);

#endif
