/*
 * The prober: smtp/session machines on real sockets. Decides which probe runs when - at most
 * `limit` at once, and one connection to an address at a time with a rest behind each, since mail
 * servers count the connections of a stranger - carries out what the
 * sessions want, and says good-bye for those that are cancelled. What is sent and what a
 * reply means is smtp/session's; bytes and TLS are stream.c's.
 *
 * A probe stands in the queue of its *place* (net/places.h). A probe is waiting, running, or leaving: QUIT is sent, nothing is reported any more, and the
 * place is still taken.
 */
#include <errno.h>
#include <stdlib.h>

#include <event2/event.h>

#include "util/log.h"
#include "util/mem.h"
#include "util/span.h"
#include "smtp/session.h"
#include "net/clock.h"
#include "net/list.h"
#include "net/places.h"
#include "net/prober.h"
#include "net/socket.h"
#include "net/stream.h"
#include "net/tls.h"

enum {
	LIMIT_DEFAULT = 16,
};

static const int64_t leaving_us = SPAN_SECOND; /* how long a server may take over QUIT */

/* What was reported last: a report is due when this changes. */
struct digest {
	enum smtp_stage stage;
	enum smtp_outcome outcome;
	size_t lines;
	smtp_violations violations;
	int64_t ended_us;
	bool any; /* there was a report */
};

struct probe {
	struct list all; /* in prober.probes or, when leaving, in prober.leaving */
	struct list queue; /* in place.waiting until it runs */
	struct prober *prober;
	struct place *place;
	uint64_t owner;
	uint32_t tag;
	struct endpoint target;
	char *host, *server_name, *mail_from, *rcpt;
	uint64_t size;
	bool entered; /* it was begun, and counts until it is freed */
	struct smtp_session *session; /* NULL while waiting, and when leaving */
	struct stream *stream; /* NULL when there is no connection */
	struct event *timer;
	struct digest reported;
};

struct prober {
	struct event_base *base;
	const struct dialler *dialler;
	struct tls_client *tls;
	struct prober_settings settings;
	prober_callback *callback;
	void *context;
	struct event *turn; /* made active when a probe may be able to start */
	struct list probes; /* waiting and running ones, oldest first */
	struct list leaving;
	size_t pending; /* how many there are in probes */
	size_t inside; /* how many were begun and are not gone, leaving ones included */
	struct places places;
};

/* Has the loop start what can be started. */
static void
wake(struct prober *prober)
{
	event_active(prober->turn, EV_TIMEOUT, 0);
}

/* A place can be entered. */
static void
on_ready(void *context)
{
	wake(context);
}

/* --- the end of a probe --------------------------------------------------- */

/* Takes the probe out of everything, closes its connection and frees it. */
static void
free_probe(struct probe *probe)
{
	struct place *place = probe->place;

	list_remove(&probe->all);
	list_remove(&probe->queue);
	if (place->inside == probe)
		place_leave(place);
	place_settle(place);
	if (probe->entered) {
		probe->prober->inside--;
		wake(probe->prober);
	}
	stream_close(probe->stream);
	if (probe->timer)
		event_free(probe->timer);
	smtp_session_free(probe->session);
	free(probe->host);
	free(probe->server_name);
	free(probe->mail_from);
	free(probe->rcpt);
	free(probe);
}

/* Takes a probe, waiting or running, off the list of those that reports come for. */
static void
withdraw(struct probe *probe)
{
	list_remove(&probe->all);
	probe->prober->pending--;
}

/* --- reports -------------------------------------------------------------- */

/* Returns what tells two states of the facts apart. */
static struct digest
digest_of(const struct smtp_facts *facts)
{
	return (struct digest){
		.stage = facts->stage,
		.outcome = facts->outcome,
		.lines = facts->transcript.count,
		.violations = facts->violations,
		.ended_us = facts->ended_us,
		.any = true,
	};
}

/* True when nothing has changed between the two. */
static bool
digests_equal(const struct digest *a, const struct digest *b)
{
	return a->stage == b->stage && a->outcome == b->outcome && a->lines == b->lines &&
	    a->violations == b->violations && a->ended_us == b->ended_us && a->any == b->any;
}

/*
 * Calls back with the facts if they have changed. The probe may be gone or leaving
 * afterwards.
 */
static void
report(struct probe *probe)
{
	const struct smtp_facts *facts = smtp_session_facts(probe->session);
	struct digest now = digest_of(facts);

	if (digests_equal(&now, &probe->reported))
		return;
	probe->reported = now;
	probe->prober->callback(probe->prober->context, probe->owner, probe->tag, facts);
}

/* Tells the log how far a probe is. */
static void
log_probe(const struct probe *probe, const char *how)
{
	char target[ENDPOINT_TEXT_MAX];

	if (log_on())
		log_line("net", "probe of %s: %s", endpoint_text(&probe->target, target), how);
}

/*
 * Reports for the last time and frees the probe; a cancel in the callback no longer finds it.
 */
static void
end(struct probe *probe)
{
	withdraw(probe);
	log_probe(probe, smtp_outcome_name(smtp_session_facts(probe->session)->outcome));
	report(probe);
	free_probe(probe);
}

/* --- what the session wants ----------------------------------------------- */

static void on_stream(void *context, enum stream_event event);

/* Tells the session why there is no connection. */
static void
not_connected(struct probe *probe, int error, enum socket_finder finder)
{
	struct socket_fault fault = socket_fault(error, finder, probe->target.ip.family);

	if (fault.doubt == SMTP_DOUBT_NONE)
		smtp_session_not_connected(
		    probe->session, fault.outcome, fault.sentence, clock_now_us());
	else
		smtp_session_not_attempted(
		    probe->session, fault.doubt, fault.sentence, clock_now_us());
}

/* Opens the connection. */
static void
connect_probe(struct probe *probe)
{
	const struct prober *prober = probe->prober;

	probe->stream =
	    stream_open(prober->base, prober->dialler, &probe->target, on_stream, probe);
	if (!probe->stream)
		not_connected(probe, errno, SOCKET_FOUND_HERE);
}

/*
 * Starts TLS. The exchange's name goes out as SNI, or what was asked for in its place; an address literal
 * has none.
 */
static void
start_handshake(struct probe *probe)
{
	if (!stream_secure(probe->stream, probe->prober->tls, probe->server_name))
		smtp_session_insecure(probe->session,
		    "this program could not start TLS: it is short of memory", clock_now_us());
}

/* Waits until the deadline, or until something arrives. */
static void
wait_until(struct probe *probe, int64_t deadline_us, int64_t now_us)
{
	struct timeval patience = clock_until(deadline_us, now_us);

	event_add(probe->timer, &patience);
}

/*
 * Carries out what the session wants until it waits or is over, and reports what has changed.
 */
static void
turn(struct probe *probe)
{
	for (;;) {
		int64_t now_us = clock_now_us();
		struct smtp_want want = smtp_session_next(probe->session, now_us);

		switch (want.kind) {
		case SMTP_WANT_CONNECT:
			connect_probe(probe);
			break;
		case SMTP_WANT_SEND:
			stream_write(probe->stream, want.bytes, want.length);
			break;
		case SMTP_WANT_HANDSHAKE:
			start_handshake(probe);
			break;
		case SMTP_WANT_WAIT:
			wait_until(probe, want.deadline_us, now_us);
			report(probe);
			return;
		case SMTP_WANT_CLOSE:
			end(probe);
			return;
		}
	}
}

/* --- what happens --------------------------------------------------------- */

/*
 * Gives the session all bytes that have arrived, before it is asked what it wants: so bytes
 * that follow the reply to STARTTLS in clear are seen for what they are.
 */
static void
take_bytes(struct probe *probe)
{
	char piece[4096];
	size_t n;

	while ((n = stream_read(probe->stream, piece, sizeof piece)) > 0)
		smtp_session_received(probe->session, piece, n, clock_now_us());
}

/* The handshake is done: tells the session its facts. */
static void
secured(struct probe *probe)
{
	struct tls_facts facts;

	tls_client_facts(probe->prober->tls, stream_bufferevent(probe->stream), probe->host,
	    &probe->target.ip, &facts);
	smtp_session_secured(probe->session, &facts, clock_now_us());
	tls_facts_clear(&facts);
}

/* The handshake broke: tells the session why. */
static void
not_secured(struct probe *probe)
{
	char *sentence = tls_error(stream_bufferevent(probe->stream));

	smtp_session_insecure(probe->session, sentence, clock_now_us());
	free(sentence);
}

/* Tells the session what has happened to its connection. */
static void
tell(struct probe *probe, enum stream_event event)
{
	switch (event) {
	case STREAM_OPENED:
		smtp_session_connected(probe->session, clock_now_us());
		return;
	case STREAM_NOT_OPENED:
		not_connected(probe, stream_error(probe->stream), SOCKET_FOUND_THERE);
		return;
	case STREAM_READABLE:
		take_bytes(probe);
		return;
	case STREAM_SECURED:
		secured(probe);
		return;
	case STREAM_NOT_SECURED:
		not_secured(probe);
		return;
	case STREAM_CLOSED:
		smtp_session_lost(
		    probe->session, SMTP_CLOSED, stream_fault(probe->stream), clock_now_us());
		return;
	case STREAM_RESET:
		smtp_session_lost(probe->session, SMTP_RESET, NULL, clock_now_us());
		return;
	}
}

/* A leaving probe drops what still comes, and is gone when the connection ends. */
static void
leave_further(struct probe *probe, enum stream_event event)
{
	char dropped[4096];

	if (event != STREAM_READABLE) {
		free_probe(probe);
		return;
	}
	while (stream_read(probe->stream, dropped, sizeof dropped) > 0)
		;
}

/* The stream: something happened. */
static void
on_stream(void *context, enum stream_event event)
{
	struct probe *probe = context;

	if (!probe->session) {
		leave_further(probe, event);
		return;
	}
	tell(probe, event);
	turn(probe);
}

/* libevent: a deadline has come, of the session or of our good-bye. */
static void
on_deadline(evutil_socket_t fd, short what, void *context)
{
	struct probe *probe = context;

	(void)fd;
	(void)what;
	if (probe->session)
		turn(probe);
	else
		free_probe(probe);
}

/* --- starting ------------------------------------------------------------- */

/* Begins the probe, whose place is free. */
static void
start(struct probe *probe)
{
	struct prober *prober = probe->prober;
	struct smtp_session_settings settings = {
		.helo = prober->settings.helo,
		.mail_from = probe->mail_from,
		.rcpt = probe->rcpt,
		.size = probe->size,
		.patience_us = prober->settings.patience_us,
	};

	list_remove(&probe->queue);
	prober->inside++;
	probe->entered = true;
	place_enter(probe->place, probe);
	log_probe(probe, "begins");
	probe->session = smtp_session_new(&settings, clock_now_us());
	probe->timer = event_new(prober->base, -1, 0, on_deadline, probe);
	turn(probe);
}

/* The probe that would enter this place. */
static struct probe *
first_waiting(const struct place *place)
{
	return LIST_ITEM(list_first(&place->waiting), struct probe, queue);
}

/*
 * The place in line whose probe has the newest owner: what was asked for last is what somebody looks
 * at, and a long list of silent hosts asked for before must not keep them waiting. Within one owner the
 * order of the line holds.
 */
static struct place *
next_in_line(const struct prober *prober)
{
	struct place *next = LIST_ITEM(list_first(&prober->places.line), struct place, line);

	for (struct list *l = prober->places.line.next; l != &prober->places.line;
	     l = l->next) {
		struct place *place = LIST_ITEM(l, struct place, line);

		if (first_waiting(place)->owner > first_waiting(next)->owner)
			next = place;
	}
	return next;
}

/* Lets the next in line enter its place. */
static void
start_next(struct prober *prober)
{
	struct place *place = next_in_line(prober);

	start(first_waiting(place));
}

/*
 * libevent: starts probes while there is room, but not for ever when each of them ends at
 * once.
 */
static void
on_turn(evutil_socket_t fd, short what, void *context)
{
	struct prober *prober = context;

	(void)fd;
	(void)what;
	for (size_t n = 0; n < prober->settings.limit; n++) {
		if (prober->inside >= prober->settings.limit ||
		    list_is_empty(&prober->places.line))
			return;
		start_next(prober);
	}
	wake(prober);
}

/* --- the interface -------------------------------------------------------- */

struct prober *
prober_new(struct event_base *base, const struct dialler *dialler, struct tls_client *tls,
    const struct prober_settings *settings, prober_callback *callback, void *context)
{
	struct prober *prober = mem_alloc(sizeof *prober);

	prober->base = base;
	prober->dialler = dialler;
	prober->tls = tls;
	prober->settings = *settings;
	prober->settings.helo = mem_strdup(settings->helo);
	prober->settings.limit = settings->limit ? settings->limit : LIMIT_DEFAULT;
	prober->callback = callback;
	prober->context = context;
	prober->turn = event_new(base, -1, 0, on_turn, prober);
	places_init(&prober->places, base, settings->spacing_us, on_ready, prober);
	list_init(&prober->probes);
	list_init(&prober->leaving);
	return prober;
}

void
prober_start(struct prober *prober, const struct probe_request *request)
{
	struct probe *probe = mem_alloc(sizeof *probe);

	probe->prober = prober;
	probe->owner = request->owner;
	probe->tag = request->tag;
	probe->target = request->target;
	probe->host = mem_strdup(request->host);
	probe->server_name =
	    mem_strdup(request->server_name ? request->server_name : request->host);
	probe->mail_from = mem_strdup(request->mail_from ? request->mail_from : "");
	probe->rcpt = mem_strdup(request->rcpt);
	probe->size = request->size;
	probe->place = places_get(&prober->places, &request->target.ip);
	list_append(&probe->place->waiting, &probe->queue);
	list_append(&prober->probes, &probe->all);
	prober->pending++;
	place_settle(probe->place);
}

/* Ends the dialogue of a running probe; true when QUIT was said and an answer may come. */
static bool
say_goodbye(struct probe *probe)
{
	struct smtp_want want;
	bool said = false;

	smtp_session_cancel(probe->session, clock_now_us());
	for (;;) {
		want = smtp_session_next(probe->session, clock_now_us());
		if (want.kind != SMTP_WANT_SEND)
			break;
		stream_write(probe->stream, want.bytes, want.length);
		said = true;
	}
	smtp_session_free(probe->session);
	probe->session = NULL;
	return said;
}

/* Cancels a probe: it leaves politely where there is somebody to take leave of. */
static void
cancel(struct probe *probe)
{
	int64_t now_us = clock_now_us();

	withdraw(probe);
	log_probe(probe, "cancelled");
	if (!probe->session || !say_goodbye(probe)) {
		free_probe(probe);
		return;
	}
	list_append(&probe->prober->leaving, &probe->all);
	wait_until(probe, now_us + leaving_us, now_us);
}

void
prober_cancel(struct prober *prober, uint64_t owner)
{
	for (struct list *l = prober->probes.next, *next; l != &prober->probes; l = next) {
		struct probe *probe = LIST_ITEM(l, struct probe, all);

		next = l->next;
		if (probe->owner == owner)
			cancel(probe);
	}
}

void
prober_free(struct prober *prober)
{
	struct list *first;

	if (!prober)
		return;
	while ((first = list_first(&prober->probes)) != NULL)
		cancel(LIST_ITEM(first, struct probe, all));
	while ((first = list_first(&prober->leaving)) != NULL)
		free_probe(LIST_ITEM(first, struct probe, all));
	places_clear(&prober->places);
	event_free(prober->turn);
	free(prober->settings.helo);
	free(prober);
}

size_t
prober_pending(const struct prober *prober)
{
	return prober->pending;
}
