/*
 * What the outcome of one probe means to a sender that has a message for this address: one
 * sentence, by the chosen sender's profile (sender.h).
 */
#ifndef MAIL_CONSEQUENCE_H
#define MAIL_CONSEQUENCE_H

#include "mail/sender.h"
#include "smtp/facts.h"

/*
 * Returns a static sentence with its full stop, or NULL while the probe is under way and where
 * it was skipped.
 */
const char *mail_consequence(const struct smtp_facts *probe, enum sender sender);

#endif
