/*
 * Mail servers of the laboratory: scripts played on connections.
 *
 * Decides how the steps of a rule become bytes, pauses, handshakes and ends; what is said and
 * when is the script's part, who the certificate names certificate.c's. A connection takes
 * one command at a time: while a rule is being played, what the client sends waits in its
 * buffer, bounded. STARTTLS discards what waited in clear (CVE-2011-0411) and is not offered
 * again inside TLS (RFC 3207 4.2). A server without connections has no timers.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "net/list.h"

#include "lab/loopback.h"
#include "lab/mailserver.h"

enum {
	INPUT_MAX = 4096, /* octets of a client that wait to be read */
	REPEAT_MIN = 8192, /* octets that are said at once of what has no end */
	IDLE_SECONDS = 300, /* RFC 5321 4.5.3.2.7 */
	CONNECTIONS_MAX = 64, /* of one server */
};

/* The EHLO keywords of a host that names none. */
static const char *const usual_offers[] = { "PIPELINING", "SIZE 10240000", "ETRN", "STARTTLS",
	"ENHANCEDSTATUSCODES", "8BITMIME", "DSN", "SMTPUTF8", "CHUNKING" };

/* What a connection is waiting for. */
enum connection_state {
	CONNECTION_READY, /* for a command */
	CONNECTION_PAUSED, /* for its timer; a rule is being played */
	CONNECTION_FLUSHING, /* for its output to be gone; a rule is being played */
	CONNECTION_HANDSHAKING, /* for TLS */
	CONNECTION_AWAITING, /* for anything from the client; a rule is being played */
	CONNECTION_SILENT, /* for the client to give up */
};

struct connection {
	struct list link; /* in the server's connections */
	struct mailserver *server;
	struct bufferevent *stream;
	struct event *timer;
	enum connection_state state;
	bool encrypted;
	const struct script_rule *rule; /* being played, or NULL */
	size_t step; /* of the rule: the next one to play */
	size_t dripped; /* bytes of a drip that are out */
	struct buf dripping; /* the text of a drip, names filled in */
};

struct mailserver {
	struct list connections;
	size_t connection_count;
	struct event_base *base;
	const struct lab_host *host;
	const struct script *usual;
	struct certifier *certifier;
	struct identity *identity; /* made at the first handshake */
	struct loopback_door *door;
	struct endpoint endpoint;
};

/* What a step leaves behind. */
enum progress {
	PROGRESS_ON, /* go on with the next step */
	PROGRESS_WAIT, /* until something happens */
	PROGRESS_GONE, /* there is no connection any more */
};

static void play(struct connection *connection);

/* --- the end of a connection -------------------------------------------------------- */

/* Closes the connection without another word, and frees it. */
static void
connection_drop(struct connection *connection)
{
	struct ssl_st *session = bufferevent_openssl_get_ssl(connection->stream);
	evutil_socket_t fd = bufferevent_getfd(connection->stream);

	list_remove(&connection->link);
	connection->server->connection_count--;
	bufferevent_free(connection->stream);
	if (!session)
		close(fd); /* inside TLS the stream owns it */
	event_free(connection->timer);
	buf_clear(&connection->dripping);
	free(connection);
}

/* Closes the connection, with a TLS close notification where there is TLS, and frees it. */
static void
connection_free(struct connection *connection)
{
	struct ssl_st *session = bufferevent_openssl_get_ssl(connection->stream);

	if (session)
		identity_farewell(session);
	connection_drop(connection);
}

/* --- what is said ------------------------------------------------------------------- */

/* Appends the text with the host's name for each %h. */
static void
fill_in(const struct mailserver *server, const char *text, size_t length, struct buf *out)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '%' && i + 1 < length && text[i + 1] == 'h') {
			buf_adds(out, server->host->name);
			i++;
		} else {
			buf_addc(out, text[i]);
		}
	}
}

/* Copies the EHLO keywords that the server offers now: all, but inside TLS not STARTTLS. */
static size_t
offers_now(const struct connection *connection, const char *offers[LAB_OFFERS_MAX])
{
	const struct lab_host *host = connection->server->host;
	size_t usual = sizeof usual_offers / sizeof *usual_offers;
	size_t all = host->offer_count > 0 ? host->offer_count : usual, count = 0;

	for (size_t i = 0; i < all; i++) {
		const char *keyword = host->offer_count > 0 ? host->offers[i] : usual_offers[i];

		if (!connection->encrypted || strcmp(keyword, "STARTTLS") != 0)
			offers[count++] = keyword;
	}
	return count;
}

/* True when the server offers STARTTLS on this connection now. */
static bool
offers_starttls(const struct connection *connection)
{
	const char *offers[LAB_OFFERS_MAX];
	size_t count = offers_now(connection, offers);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(offers[i], "STARTTLS") == 0)
			return true;
	}
	return false;
}

/* Writes the reply to EHLO: the host's name, then a line a keyword (RFC 5321 4.1.1.1). */
static void
say_keywords(struct connection *connection)
{
	const char *offers[LAB_OFFERS_MAX];
	size_t count = offers_now(connection, offers);
	struct evbuffer *output = bufferevent_get_output(connection->stream);

	evbuffer_add_printf(
	    output, "250%c%s\r\n", count > 0 ? '-' : ' ', connection->server->host->name);
	for (size_t i = 0; i < count; i++)
		evbuffer_add_printf(
		    output, "250%c%s\r\n", i + 1 < count ? '-' : ' ', offers[i]);
}

/* --- waiting ------------------------------------------------------------------------ */

/* Waits so many milliseconds before the rule goes on. */
static enum progress
pause_for(struct connection *connection, unsigned ms)
{
	struct timeval span = { .tv_sec = (time_t)(ms / 1000),
		.tv_usec = (suseconds_t)(ms % 1000) * 1000 };

	connection->state = CONNECTION_PAUSED;
	evtimer_add(connection->timer, &span);
	return PROGRESS_WAIT;
}

/* True when all that was said is on its way. */
static bool
is_flushed(const struct connection *connection)
{
	return evbuffer_get_length(bufferevent_get_output(connection->stream)) == 0;
}

/* Waits until all that was said is on its way; the step is played again then. */
static enum progress
flush_first(struct connection *connection)
{
	connection->state = CONNECTION_FLUSHING;
	connection->step--;
	return PROGRESS_WAIT;
}

/* --- callbacks of the loop -------------------------------------------------------- */

/* A pause is over. */
static void
on_timer(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	play(context);
}

/* The output is gone. */
static void
on_written(struct bufferevent *stream, void *context)
{
	struct connection *connection = context;

	(void)stream;
	if (connection->state == CONNECTION_FLUSHING && is_flushed(connection))
		play(connection);
}

/* The client has sent something: it is read when the server is ready for it. */
static void
on_readable(struct bufferevent *stream, void *context)
{
	struct connection *connection = context;
	struct evbuffer *input = bufferevent_get_input(stream);

	if (connection->state == CONNECTION_SILENT || connection->state == CONNECTION_AWAITING)
		evbuffer_drain(input, evbuffer_get_length(input));
	if (connection->state == CONNECTION_READY || connection->state == CONNECTION_AWAITING)
		play(connection);
}

/* The handshake succeeded, or the connection is over in one way or another. */
static void
on_event(struct bufferevent *stream, short what, void *context)
{
	struct connection *connection = context;

	(void)stream;
	if (!(what & BEV_EVENT_CONNECTED)) {
		connection_free(connection);
		return;
	}
	connection->encrypted = true;
	play(connection);
}

/* Gives the stream our callbacks and its limits. */
static void
prepare_stream(struct connection *connection)
{
	static const struct timeval idle = { .tv_sec = IDLE_SECONDS };

	bufferevent_setcb(connection->stream, on_readable, on_written, on_event, connection);
	bufferevent_setwatermark(connection->stream, EV_READ, 0, INPUT_MAX);
	bufferevent_set_timeouts(connection->stream, &idle, &idle);
	bufferevent_enable(connection->stream, EV_READ | EV_WRITE);
}

/* --- steps ------------------------------------------------------------------------ */

/* Says the next byte of a drip, and waits before the one after it. */
static enum progress
drip(struct connection *connection, const struct script_step *step)
{
	struct buf *text = &connection->dripping;

	if (connection->dripped == 0)
		fill_in(connection->server, step->text, step->length, text);
	bufferevent_write(connection->stream, text->data + connection->dripped++, 1);
	if (connection->dripped < text->length) {
		connection->step--;
		return pause_for(connection, step->ms);
	}
	buf_clear(text);
	connection->dripped = 0;
	return PROGRESS_ON;
}

/* Says the step's text. */
static enum progress
say(struct connection *connection, const struct script_step *step)
{
	struct buf text = BUF_INIT;

	fill_in(connection->server, step->text, step->length, &text);
	bufferevent_write(connection->stream, text.data, text.length);
	buf_clear(&text);
	return PROGRESS_ON;
}

/* Takes over the connection's socket with TLS; what the client sent in clear is thrown away. */
static enum progress
start_tls(struct connection *connection)
{
	struct mailserver *server = connection->server;
	const struct lab_host *host = server->host;
	evutil_socket_t fd = bufferevent_getfd(connection->stream);
	struct bufferevent *secured = NULL;
	struct ssl_st *session;

	if (!is_flushed(connection))
		return flush_first(connection);
	if (!server->identity)
		server->identity =
		    identity_new(server->certifier, host->name, host->certificate, host->tls);
	session = identity_session(server->identity);
	if (session)
		secured = bufferevent_openssl_socket_new(server->base, fd, session,
		    BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	if (!secured) {
		connection_free(connection);
		return PROGRESS_GONE;
	}
	bufferevent_free(connection->stream);
	connection->stream = secured;
	connection->state = CONNECTION_HANDSHAKING;
	bufferevent_openssl_set_allow_dirty_shutdown(secured, 1);
	prepare_stream(connection);
	return PROGRESS_WAIT;
}

/* Closes once everything said is on its way. */
static enum progress
end(struct connection *connection)
{
	if (!is_flushed(connection))
		return flush_first(connection);
	connection_free(connection);
	return PROGRESS_GONE;
}

/* Says nothing any more; only that the client goes away is still noticed. */
static enum progress
fall_silent(struct connection *connection)
{
	struct evbuffer *input = bufferevent_get_input(connection->stream);

	evbuffer_drain(input, evbuffer_get_length(input));
	connection->state = CONNECTION_SILENT;
	return PROGRESS_WAIT;
}

/* Waits until the client has sent something, which is thrown away. */
static enum progress
await(struct connection *connection)
{
	struct evbuffer *input = bufferevent_get_input(connection->stream);
	size_t length = evbuffer_get_length(input);

	evbuffer_drain(input, length);
	if (length > 0)
		return PROGRESS_ON;
	connection->state = CONNECTION_AWAITING;
	return PROGRESS_WAIT;
}

/* Says the step's text, again whenever what was said is gone. */
static enum progress
repeat(struct connection *connection, const struct script_step *step)
{
	struct evbuffer *output = bufferevent_get_output(connection->stream);

	while (step->length > 0 && evbuffer_get_length(output) < REPEAT_MIN)
		say(connection, step);
	return flush_first(connection);
}

/* Ends the connection so that the client sees a reset, behind everything said. */
static enum progress
reset(struct connection *connection)
{
	static const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	if (!is_flushed(connection))
		return flush_first(connection);
	setsockopt(bufferevent_getfd(connection->stream), SOL_SOCKET, SO_LINGER, &at_once,
	    sizeof at_once);
	connection_drop(connection);
	return PROGRESS_GONE;
}

/* Plays one step. */
static enum progress
play_step(struct connection *connection, const struct script_step *step)
{
	switch (step->verb) {
	case SCRIPT_SAY:
	case SCRIPT_RAW:
		return say(connection, step);
	case SCRIPT_DRIP:
		return drip(connection, step);
	case SCRIPT_KEYWORDS:
		say_keywords(connection);
		return PROGRESS_ON;
	case SCRIPT_ENDLESS:
		return repeat(connection, step);
	case SCRIPT_AWAIT:
		return await(connection);
	case SCRIPT_DELAY:
		return pause_for(connection, step->ms);
	case SCRIPT_STARTTLS:
		return start_tls(connection);
	case SCRIPT_SILENCE:
		return fall_silent(connection);
	case SCRIPT_CLOSE:
		return end(connection);
	case SCRIPT_RESET:
		return reset(connection);
	}
	return PROGRESS_ON;
}

/* --- rules ------------------------------------------------------------------------ */

/*
 * Finds the rule for a command (NULL: the client has just connected): the host's own, or a
 * usual one.
 */
static const struct script_rule *
find_rule(const struct connection *connection, const char *command)
{
	const struct mailserver *server = connection->server;
	const struct script_rule *rule =
	    script_find(&server->host->script, command, connection->encrypted);

	if (rule)
		return rule;
	if (command && text_equal_nocase(command, "STARTTLS") && !offers_starttls(connection))
		command = "";
	return script_find(server->usual, command, connection->encrypted);
}

/*
 * Takes the next command off the input. Returns it, to be freed, or NULL when there is no
 * whole one.
 */
static char *
next_command(struct connection *connection)
{
	struct evbuffer *input = bufferevent_get_input(connection->stream);
	char *line = evbuffer_readln(input, NULL, EVBUFFER_EOL_CRLF);

	if (!line && evbuffer_get_length(input) >= INPUT_MAX) {
		evbuffer_drain(input, evbuffer_get_length(input));
		line = mem_strdup(""); /* no command is that long: as unknown as any other */
	}
	return line;
}

/* Begins with a rule, after the time that the server takes to think. */
static enum progress
begin_rule(struct connection *connection, const struct script_rule *rule)
{
	unsigned ms = connection->server->host->latency_ms;

	connection->rule = rule;
	connection->step = 0;
	return ms > 0 ? pause_for(connection, ms) : PROGRESS_ON;
}

/* Begins with the rule for the next command, when there is one. */
static enum progress
begin_command(struct connection *connection)
{
	const struct script_rule *rule;
	char *command;

	connection->state = CONNECTION_READY;
	command = next_command(connection);
	if (!command)
		return PROGRESS_WAIT;
	rule = find_rule(connection, command);
	free(command);
	return begin_rule(connection, rule);
}

/* Goes on with one step of the rule being played, or with the next command. */
static enum progress
advance(struct connection *connection)
{
	const struct script_rule *rule = connection->rule;

	if (rule && connection->step < rule->count)
		return play_step(connection, &rule->steps[connection->step++]);
	connection->rule = NULL;
	return begin_command(connection);
}

/* Plays until there is something to wait for, or no connection any more. */
static void
play(struct connection *connection)
{
	while (advance(connection) == PROGRESS_ON)
		continue;
}

/* --- the server ------------------------------------------------------------------- */

/* Somebody has connected: the server opens with its greeting. */
static void
on_connection(void *context, int fd)
{
	static const int on = 1;
	struct mailserver *server = context;
	struct connection *connection;

	if (server->connection_count >= CONNECTIONS_MAX) {
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	connection = mem_alloc(sizeof *connection);
	connection->server = server;
	list_init(&connection->link);
	connection->stream = bufferevent_socket_new(server->base, fd, 0);
	connection->timer = evtimer_new(server->base, on_timer, connection);
	list_append(&server->connections, &connection->link);
	server->connection_count++;
	prepare_stream(connection);
	if (begin_rule(connection, find_rule(connection, NULL)) == PROGRESS_ON)
		play(connection);
}

struct mailserver *
mailserver_new(struct event_base *base, const struct lab_host *host, const struct script *usual,
    struct certifier *certifier, char **error)
{
	struct mailserver *server = mem_alloc(sizeof *server);
	int fd = loopback_bind(SOCK_STREAM, 0, &server->endpoint);

	server->base = base;
	server->host = host;
	server->usual = usual;
	server->certifier = certifier;
	list_init(&server->connections);
	if (fd >= 0)
		server->door = loopback_open(base, fd, on_connection, server);
	if (server->door)
		return server;
	*error = loopback_error();
	mailserver_free(server);
	return NULL;
}

void
mailserver_free(struct mailserver *server)
{
	struct list *link;

	if (!server)
		return;
	while ((link = list_first(&server->connections)) != NULL)
		connection_free(LIST_ITEM(link, struct connection, link));
	loopback_shut(server->door);
	identity_free(server->identity);
	free(server);
}

struct endpoint
mailserver_endpoint(const struct mailserver *server)
{
	return server->endpoint;
}
