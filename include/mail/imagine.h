/*
 * Imagined facts: the real ones with what somebody pretends laid over them. They are facts like
 * any others - plan, findings, verdict and walkthrough are made of them in the same way - but
 * whatever is pretended in them says so (smtp_facts.pretended, dns_result.pretended).
 */
#ifndef MAIL_IMAGINE_H
#define MAIL_IMAGINE_H

#include <stdbool.h>

#include "mail/facts.h"
#include "mail/mx_draft.h"
#include "mail/pretence.h"

/* What is pretended about one domain. Copied by assignment; zeroed, it is nothing. */
struct what_if {
	struct pretences pretences;
	struct mx_draft mx;
};

/* True when anything is pretended. */
bool what_if_any(const struct what_if *what_if);

/* Appends what is pretended: "mx1.example.net down, MX 5 mx9.example.net added". Real facts. */
void what_if_write(
    struct buf *out, const struct what_if *what_if, const struct mail_facts *facts);

/*
 * Makes the imagined facts of the real ones, and of what is known of hosts that stand only in
 * the edited MX set; spare may be NULL. Clear with mail_facts_clear().
 */
void imagine_facts(struct mail_facts *facts, const struct mail_facts *real,
    const struct mail_facts *spare, const struct what_if *what_if);

/*
 * Makes the facts in which what is learned of the hosts of the edited MX set is kept: what
 * `before`, which may be NULL, knows of them is taken over.
 */
void imagine_spare(struct mail_facts *facts, const struct mail_facts *real,
    const struct mail_facts *before, const struct what_if *what_if);

#endif
