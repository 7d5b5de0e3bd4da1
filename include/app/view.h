/*
 * What can lie over the panes, one at a time: `view NAME`. What each shows is ui/view_NAME.c's; how
 * it is opened, scrolled and left is the same for all.
 */
#ifndef APP_VIEW_H
#define APP_VIEW_H

#include "util/names.h"

#define VIEWS(X) \
	X(VIEW_NONE, "panes", "the three panes") \
	X(VIEW_HELP, "help", "keys, commands, marks") \
	X(VIEW_SCENARIOS, "scenarios", "what the laboratory offers") \
	X(VIEW_MAP, "map", "the whole route as a tree, with the way of a message") \
	X(VIEW_POSTURE, "posture", \
	    "SPF, DMARC, MTA-STS and TLSRPT records; names of addresses") \
	X(VIEW_COMPARE, "compare", "name servers or resolvers side by side") \
	X(VIEW_TRACE, "trace", "the walk from the root to a name") \
	X(VIEW_DIG, "dig", "one question and its reply, whole") \
	X(VIEW_WATCH, "watch", "latency and outages of a domain that is watched") \
	X(VIEW_HISTORY, "history", "what is remembered of the domain, and what changed") \
	X(VIEW_FINDINGS, "findings", "every finding with its rule and what mends it") \
	X(VIEW_TRANSCRIPT, "transcript", "the whole dialogue with the selected server") \
	X(VIEW_HEX, "hex", "the same as octets") \
	X(VIEW_TIMELINE, "timeline", "the stages of every address, to one scale") \
	X(VIEW_CAPABILITIES, "capabilities", "what each server offers, and which differ") \
	X(VIEW_CERTIFICATES, "certificates", \
	    "the certificates that the selected server showed") \
	X(VIEW_CHAIN, "chain", "the DNSSEC chain of trust, link by link") \
	X(VIEW_SENDERS, "senders", "what senders do differently for this domain") \
	X(VIEW_WHAT_IF, "what-if", "what is pretended: its plan beside the real one") \
	X(VIEW_ZONE, "zone", "the MX records as zone text to paste") \
	X(VIEW_SIMULATE, "simulate", "the share of each address over many deliveries") \
	X(VIEW_EXPLAIN, "explain", \
	    "the rule behind what is under the cursor, a code, a log line") \
	X(VIEW_WHY, "why", "the reasons for a host or address of the plan") \
	X(VIEW_LESSONS, "lessons", "the lessons there are") \
	X(VIEW_CLOCK, "clock", "one message over days, by every sender's retry schedule")
NAMES_DECLARE(view, VIEWS)

/* True for a view that is a list with a selected row. */
bool view_is_list(enum view view);

#endif
