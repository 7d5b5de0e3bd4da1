/*
 * Visits to a mail server: see the header.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "util/span.h"
#include "net/dialler.h"
#include "net/tls.h"
#include "lab/visits.h"

/* The callback: keeps the last facts of each tag. */
static void
on_report(void *context, uint64_t owner, uint32_t tag, const struct smtp_facts *facts)
{
	struct visits *v = context;
	struct seen *seen = &v->seen[tag];
	const char *stage = smtp_stage_name(facts->stage);

	assert_false(v->starting);
	if (!seen->facts || seen->facts->stage != facts->stage)
		buf_addf(&seen->stages, "%s ", stage);
	smtp_facts_free(seen->facts);
	seen->facts = smtp_facts_clone(facts);
	seen->reports++;
	seen->ends += facts->ended_us != 0;
	if (v->then)
		v->then(v, owner, tag);
}

void
visits_begin(struct visits *v, const struct fake_row *script)
{
	char *error;

	memset(v, 0, sizeof *v);
	bench_open(&v->bench);
	v->certificate = fake_certificate_make(&(const struct fake_wish){
	    .common_name = "mx.example.net", .names = "DNS:mx.example.net", .to_days = 30 });
	v->server_tls = fake_server_context(&v->certificate, NULL);
	fake_smtp_start(&v->server, &v->bench, script, v->server_tls);
	v->tls = tls_client_new(NULL, &error);
	assert_non_null(v->tls);
	v->settings.patience_us = 20 * SPAN_SECOND;
}

void
visits_open(struct visits *v)
{
	char helo[] = "probe.example";

	v->settings.helo = helo;
	v->prober =
	    prober_new(v->bench.base, v->bench.dialler, v->tls, &v->settings, on_report, v);
	memset(helo, 'x', sizeof helo - 1);
	v->settings.helo = NULL;
}

void
visits_end(struct visits *v)
{
	prober_free(v->prober);
	fake_smtp_stop(&v->server);
	tls_client_free(v->tls);
	SSL_CTX_free(v->server_tls);
	fake_certificate_clear(&v->certificate);
	for (size_t i = 0; i < VISITS_MAX; i++) {
		smtp_facts_free(v->seen[i].facts);
		buf_clear(&v->seen[i].stages);
	}
	bench_close(&v->bench);
}

struct endpoint
visits_address(struct visits *v, unsigned number)
{
	struct endpoint wanted;
	char text[32];

	snprintf(text, sizeof text, "192.0.2.%u@25", number);
	wanted = bench_endpoint(text);
	dialler_map(v->bench.dialler, &wanted, &v->server.endpoint);
	return wanted;
}

void
visits_probe(struct visits *v, uint64_t owner, uint32_t tag, struct endpoint target)
{
	char host[] = "mx.example.net";
	const struct probe_request request = {
		.owner = owner,
		.tag = tag,
		.target = target,
		.host = host,
		.mail_from = "",
	};

	v->starting = true;
	prober_start(v->prober, &request);
	v->starting = false;
	memset(host, 'x', sizeof host - 1);
}

bool
visits_are_over(const void *context)
{
	const struct visits *v = context;

	return prober_pending(v->prober) == 0;
}

bool
visits_are_closed(const void *context)
{
	const struct visits *v = context;

	return visits_are_over(context) && v->server.open == 0;
}

bool
visits_heard_ehlo(const void *context)
{
	const struct visits *v = context;

	return strstr(fake_smtp_heard(&v->server), "EHLO") != NULL;
}

bool
visits_are_open(const void *context)
{
	const struct visits *v = context;

	return v->server.open > 0;
}

const struct smtp_facts *
visits_once(struct visits *v)
{
	visits_open(v);
	visits_probe(v, 1, 0, visits_address(v, 1));
	assert_int_equal(prober_pending(v->prober), 1);
	assert_int_equal(v->seen[0].reports, 0);
	bench_run_until(&v->bench, visits_are_over, v);
	assert_int_equal(v->seen[0].ends, 1);
	return v->seen[0].facts;
}
