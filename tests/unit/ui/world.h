/*
 * A model with a small made-up world behind it, for tests of what the screen shows: zone text
 * answers its questions, and each address has a behaviour that a real smtp_session talks to.
 * Time passes only when the test says so.
 */
#ifndef TESTS_UI_WORLD_H
#define TESTS_UI_WORLD_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/span.h"
#include "dns/reverse.h"
#include "dns/zone.h"
#include "smtp/session.h"
#include "app/update.h"
#include "cli/command.h"
#include "ui/screen.h"

#define UNUSED __attribute__((unused))

enum {
	WALL_TIME = 1795298400 /* 2026-11-21 22:00 UTC */
};

enum behaviour {
	GOOD, /* STARTTLS with a trusted certificate */
	EXPIRED, /* a certificate that has expired */
	WRONG_NAME,
	PLAIN, /* no STARTTLS */
	CLOSED_PORT, /* connections are refused */
	TURNS_AWAY, /* a 554 greeting */
	SLOW_GREETING, /* connects, and says nothing yet */
	TALKATIVE, /* long lines, violations, hostile text */
	HELO_ONLY, /* refuses EHLO */
	NO_HELLO, /* refuses HELO, too */
	ACCENTED, /* a long line of letters with combining marks */
};

struct host {
	const char *address;
	enum behaviour behaviour;
};

struct world {
	struct model model;
	struct effects effects;
	struct moment now;
	struct dns_records zone;
	const struct host *hosts; /* ended by address NULL */
	bool dns_held; /* questions get no answer */
	int64_t step_us; /* that each step of a dialogue takes; 0 = 20 ms */
	size_t bells; /* rung so far */
};

/* Carries out all effects ordered, and those that follow. */
static void world_settle(struct world *world);

/* Applies an event. */
UNUSED static void
world_event(struct world *world, const struct event *event)
{
	app_update(&world->model, event, world->now, &world->effects);
}

/* Runs a prompt command, and whatever follows. */
UNUSED static void
world_command(struct world *world, const char *line)
{
	struct event event = { .kind = EVENT_COMMAND };
	bool empty;
	char *error = command_parse(line, &event.command, &empty);

	if (error)
		fail_msg("%s: %s", line, error);
	world_event(world, &event);
	event_clear(&event);
	world_settle(world);
}

/* True when the zone has anything at this name. */
static bool
zone_has(const struct dns_records *zone, const struct dns_name *name)
{
	for (size_t i = 0; i < zone->count; i++) {
		if (dns_name_equal(&zone->items[i].owner, name))
			return true;
	}
	return false;
}

/* Adds the names of an address: the owners of its A and AAAA records. */
static void
answer_reverse(const struct world *world, struct dns_result *result)
{
	for (size_t i = 0; i < world->zone.count; i++) {
		const struct dns_record *record = &world->zone.items[i];
		struct dns_record ptr = {
			.owner = result->question.name,
			.type = DNS_TYPE_PTR,
			.class = DNS_CLASS_IN,
			.ttl = 3600,
			.length = record->owner.length,
		};
		struct dns_name name;
		struct ip_addr ip;

		if (!dns_record_address(record, &ip))
			continue;
		name = dns_reverse_name(&ip);
		if (!dns_name_equal(&name, &result->question.name))
			continue;
		ptr.rdata = mem_dup(record->owner.wire, record->owner.length);
		dns_records_add(&result->answer, &ptr);
	}
}

/* Answers a question from the zone; aliases are followed once. */
static struct dns_result *
answer(const struct world *world, const struct dns_question *question)
{
	struct dns_result *result = dns_result_new(question);
	struct dns_name name = question->name;

	for (size_t i = 0; i < world->zone.count; i++) {
		const struct dns_record *record = &world->zone.items[i];

		if (record->type == DNS_TYPE_CNAME && dns_name_equal(&record->owner, &name)) {
			assert_true(dns_record_target(record, &name));
			result->alias = mem_dup(&name, sizeof name);
			result->alias_count = 1;
			break;
		}
	}
	result->ttl = 3600;
	for (size_t i = 0; i < world->zone.count; i++) {
		const struct dns_record *record = &world->zone.items[i];

		if (record->type != question->type || !dns_name_equal(&record->owner, &name))
			continue;
		dns_records_copy(&result->answer, record);
		result->ttl = record->ttl;
	}
	if (question->type == DNS_TYPE_PTR)
		answer_reverse(world, result);
	result->outcome = result->answer.count > 0 ? DNS_ANSWER
	    : zone_has(&world->zone, &name)        ? DNS_NODATA
						   : DNS_NXDOMAIN;
	result->received_us = world->now.us;
	assert_true(endpoint_parse(&result->server, "127.0.0.1", 53));
	return result;
}

/* Returns the behaviour of an address. */
static enum behaviour
behaviour_of(const struct world *world, const struct ip_addr *ip)
{
	char text[IP_TEXT_MAX];

	ip_text(ip, text);
	for (const struct host *host = world->hosts; host && host->address; host++) {
		if (strcmp(host->address, text) == 0)
			return host->behaviour;
	}
	return GOOD;
}

/* Letters with one mark, with four, with more than are shown; Thai and Devanagari; a blank with one. */
#define ACCENTS \
	"e\xCC\x81n\xCC\x83o\xCC\x88\xCC\x81\xCC\x83\xCC\x84u\xCC\x82\xCC\x83\xCC\x84\xCC\x85" \
	"\xCC\x86\xCC\x87 " \
	"\xE0\xB8\x99\xE0\xB8\xB5\xE0\xB9\x89\xE0\xA4\x95\xE0\xA5\x8D\xE0\xA4\xB7\xE0\xA4\xBF" \
	" \xCC\x81 \xE6\x97\xA5\xE3\x82\x99"

/* What a server says first. */
static const char *
greeting_of(enum behaviour behaviour)
{
	if (behaviour == TURNS_AWAY)
		return "554 5.7.1 No mail from strangers\r\n";
	if (behaviour == TALKATIVE)
		return "220-Welcome \033[2J\xC2\x9D to the longest greeting that anyone has "
		       "ever "
		       "read from a mail server, which goes on and on and on \xE4\xB8\xAD"
		       "\xE6\x96\x87 until the window ends\r\n220 \xE2\x80\xAE evil\n";
	if (behaviour == ACCENTED)
		return "220 mail.example.net " ACCENTS ACCENTS ACCENTS ACCENTS "\r\n";
	return "220 mail.example.net ESMTP Postfix\r\n";
}

/* What a server answers to a command. */
static const char *
reply_of(enum behaviour behaviour, bool secured, const char *command)
{
	if (behaviour == NO_HELLO ||
	    (behaviour == HELO_ONLY && strncmp(command, "EHLO", 4) == 0))
		return "502 5.5.1 Not known here\r\n";
	if (strncmp(command, "HELO", 4) == 0)
		return "250 mail.example.net\r\n";
	if (strncmp(command, "EHLO", 4) == 0 && behaviour == PLAIN)
		return "250-mail.example.net\r\n250-PIPELINING\r\n250 SIZE 10240000\r\n";
	if (strncmp(command, "EHLO", 4) == 0 && secured)
		return "250-mail.example.net\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n"
		       "250-8BITMIME\r\n250 SMTPUTF8\r\n";
	if (strncmp(command, "EHLO", 4) == 0)
		return "250-mail.example.net\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n"
		       "250-STARTTLS\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n";
	if (strncmp(command, "STARTTLS", 8) == 0)
		return "220 2.0.0 Ready to start TLS\r\n";
	return "221 2.0.0 Bye\r\n";
}

/* Tells the session of a handshake. */
static void
shake_hands(struct smtp_session *session, enum behaviour behaviour, int64_t now_us)
{
	char version[] = "TLSv1.3", cipher[] = "TLS_AES_256_GCM_SHA384";
	char subject[] = "CN=mail.example.net", issuer[] = "CN=Laboratory CA";
	char san[] = "mail.example.net", *sans[] = { san };
	struct tls_certificate leaf = {
		.subject = subject,
		.issuer = issuer,
		.sans = sans,
		.san_count = 1,
		.not_before = WALL_TIME - 86400,
		.not_after = WALL_TIME + 87 * 86400 + 60,
	};
	struct tls_facts tls = {
		.present = true,
		.version = version,
		.cipher = cipher,
		.chain = TLS_CHAIN_TRUSTED,
		.certificates = &leaf,
		.certificate_count = 1,
	};

	if (behaviour == EXPIRED) {
		tls.chain = TLS_CHAIN_EXPIRED;
		leaf.not_after = WALL_TIME - 3 * 86400 - 60;
		leaf.not_before = leaf.not_after - 90 * 86400;
	}
	tls.name_matches = behaviour != WRONG_NAME;
	smtp_session_secured(session, &tls, now_us);
}

/* Talks to a server until the session ends, or waits for what does not come. */
static struct smtp_facts *
talk(enum behaviour behaviour, int64_t now_us, int64_t step_us)
{
	const struct smtp_session_settings settings = { .helo = "probe.example.org",
		.patience_us = 10 * SPAN_SECOND };
	struct smtp_session *session = smtp_session_new(&settings, now_us);
	struct smtp_facts *facts;
	const char *say = greeting_of(behaviour);
	struct smtp_want want;

	for (;;) {
		want = smtp_session_next(session, now_us);
		now_us += step_us > 0 ? step_us : 20 * SPAN_MS;
		if (want.kind == SMTP_WANT_CLOSE)
			break;
		if (want.kind == SMTP_WANT_CONNECT && behaviour == CLOSED_PORT)
			smtp_session_not_connected(session, SMTP_REFUSED,
			    "The connection was refused: nobody listens at this port.", now_us);
		else if (want.kind == SMTP_WANT_CONNECT)
			smtp_session_connected(session, now_us);
		else if (want.kind == SMTP_WANT_SEND)
			say = reply_of(
			    behaviour, smtp_session_facts(session)->tls.present, want.bytes);
		else if (want.kind == SMTP_WANT_HANDSHAKE)
			shake_hands(session, behaviour, now_us + 30 * SPAN_MS);
		else if (behaviour == SLOW_GREETING)
			break;
		else
			smtp_session_received(session, say, strlen(say), now_us);
	}
	facts = smtp_facts_clone(smtp_session_facts(session));
	smtp_session_free(session);
	return facts;
}

/* Carries out one effect. */
static void
carry_out(struct world *world, const struct effect *effect)
{
	struct event event = { .ticket = effect->ticket, .tag = effect->tag };

	if (effect->kind == EFFECT_ASK && !world->dns_held) {
		event.kind = EVENT_DNS;
		event.result = answer(world, &effect->question);
	} else if (effect->kind == EFFECT_PROBE) {
		event.kind = EVENT_PROBE;
		event.probe = talk(
		    behaviour_of(world, &effect->target.ip), world->now.us, world->step_us);
	} else {
		world->bells += effect->kind == EFFECT_BELL;
		return;
	}
	world_event(world, &event);
	event_clear(&event);
}

static void
world_settle(struct world *world)
{
	while (world->effects.count > 0) {
		struct effects effects = world->effects;

		world->effects = (struct effects){ 0 };
		for (size_t i = 0; i < effects.count; i++)
			carry_out(world, &effects.items[i]);
		effects_clear(&effects);
	}
}

/* Lets time pass. */
UNUSED static void
world_pass(struct world *world, int64_t us)
{
	const struct event tick = { .kind = EVENT_TICK };

	world->now.us += us;
	world->now.time = WALL_TIME + (world->now.us - 100 * SPAN_SECOND) / SPAN_SECOND;
	world_event(world, &tick);
}

/* Begins a world with this zone text (absolute names) and these hosts. */
UNUSED static void
world_init(struct world *world, const char *zone, const struct host *hosts)
{
	const struct settings settings = {
		.network = true,
		.probing = true,
		.ipv4 = true,
		.ipv6 = true,
		.port = 25,
		.special = { .allow_all = true },
		.seed = 1,
		.server = mem_strdup("127.0.0.1@53"),
	};
	char *error;

	*world = (struct world){ .hosts = hosts,
		.now = { .us = 100 * SPAN_SECOND, .time = WALL_TIME } };
	error = dns_zone_parse(zone, NULL, 3600, &world->zone);
	if (error)
		fail_msg("zone: %s", error);
	model_init(&world->model, &settings);
	world->model.now_us = world->now.us;
	world->model.now_time = world->now.time;
	world->model.prompt = false;
}

UNUSED static void
world_clear(struct world *world)
{
	effects_clear(&world->effects);
	dns_records_clear(&world->zone);
	model_clear(&world->model);
}

/*
 * Draws the model at this size, tells it the layout as the interface does, and returns the
 * text.
 */
UNUSED static char *
world_picture(
    struct world *world, int rows, int columns, bool unicode, const struct editor_view *editor)
{
	struct canvas canvas;
	struct screen *screen = screen_new();
	struct buf text = BUF_INIT;
	struct event event;

	canvas_init(&canvas, unicode);
	canvas_resize(&canvas, rows, columns);
	screen_draw(screen, &world->model, editor, &canvas);
	if (screen_layout_event(screen, &world->model, &event)) {
		world_event(world, &event);
		screen_draw(screen, &world->model, editor, &canvas);
	}
	canvas_text(&canvas, &text);
	canvas_clear(&canvas);
	screen_free(screen);
	return buf_take(&text);
}

#endif
