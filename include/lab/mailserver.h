/*
 * A mail server of the laboratory: one listening loopback socket that plays a script
 * (lab/script.h) to everybody who connects, STARTTLS included. It takes no mail.
 */
#ifndef LAB_MAILSERVER_H
#define LAB_MAILSERVER_H

#include "lab/certificate.h"
#include "lab/scenario.h"
#include "util/ip.h"

struct event_base;
struct mailserver;

/*
 * Starts a server for the host on this loop. `usual` is the default dialogue. Host, usual and
 * certifier must outlive the server. Returns NULL and a sentence in *error (the caller frees
 * it) when there is no socket for it. Free it with mailserver_free() (NULL is fine): open
 * connections are closed.
 */
struct mailserver *mailserver_new(struct event_base *base, const struct lab_host *host,
    const struct script *usual, struct certifier *certifier, char **error);
void mailserver_free(struct mailserver *server);

/* Where it listens. */
struct endpoint mailserver_endpoint(const struct mailserver *server);

#endif
