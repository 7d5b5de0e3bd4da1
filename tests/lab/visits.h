/*
 * Visits to a mail server, as the tests make them: a prober on its bench, one scripted server
 * with STARTTLS behind any number of addresses, and a record of all that was reported.
 */
#ifndef TESTS_LAB_VISITS_H
#define TESTS_LAB_VISITS_H

#include "util/buf.h"
#include "net/prober.h"
#include "lab/bench.h"
#include "lab/fake_certificates.h"
#include "lab/fake_smtp.h"

enum {
	VISITS_MAX = 64, /* tags are below */
};

/* What is known of one probe. */
struct seen {
	struct smtp_facts *facts; /* of the last report; NULL = none yet */
	unsigned reports;
	unsigned ends; /* reports with ended_us */
	struct buf stages; /* names of the stages, in order, with a space behind each */
};

struct visits {
	struct bench bench;
	struct fake_smtp server;
	struct fake_certificate certificate;
	SSL_CTX *server_tls;
	struct tls_client *tls;
	struct prober *prober;
	struct prober_settings settings;
	struct seen seen[VISITS_MAX]; /* by tag */
	void (*then)(struct visits *v, uint64_t owner, uint32_t tag); /* at each report */
	bool starting; /* prober_start() is running */
};

/* Begins with a server that plays the script; its certificate is self-signed. */
void visits_begin(struct visits *v, const struct fake_row *script);

/* Opens the prober, once the settings are as the test wants them. */
void visits_open(struct visits *v);

/* Ends and frees all of it. */
void visits_end(struct visits *v);

/* Returns 192.0.2.number with port 25, which leads to the server. */
struct endpoint visits_address(struct visits *v, unsigned number);

/* Starts a probe of a target, as mx.example.net. */
void visits_probe(struct visits *v, uint64_t owner, uint32_t tag, struct endpoint target);

/* Opens the prober, probes the server once, waits for the end, and returns the facts. */
const struct smtp_facts *visits_once(struct visits *v);

/* For bench_run_until(): no probe is queued or running. */
bool visits_are_over(const void *context);

/* For bench_run_until(): and the server has no connection left. */
bool visits_are_closed(const void *context);

/* For bench_run_until(): EHLO has been heard. */
bool visits_heard_ehlo(const void *context);

/* For bench_run_until(): there is a connection. */
bool visits_are_open(const void *context);

#endif
