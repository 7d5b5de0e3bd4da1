/*
 * MTA-STS policies by HTTPS, with libevent's HTTP client.
 *
 * evhttp is given the address as a literal, as the dialler maps it, and a Host header of its own:
 * with a name it would call the blocking getaddrinfo(). Decides which of several addresses is
 * tried when (the next one where a connection or handshake fails; an answer of the server, whatever
 * it is, ends the matter), whose reason is told when none answers, what counts as a policy (status 200
 * and text/plain, RFC 8461 3.2 and 3.3; a redirect is an answer like others, and none that counts), and
 * how long and how large it may get. What the text says is mail/sts.c's.
 *
 * A callback of evhttp only notes what happened; connections are freed from an event of our own.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/span.h"
#include "util/text.h"
#include "net/clock.h"
#include "net/dialler.h"
#include "net/interim.h"
#include "net/list.h"
#include "net/policy_fetch.h"
#include "net/socket.h"
#include "net/tls.h"

enum {
	PORT_HTTPS = 443,
	HEADERS_MAX = 16384,
	STATUS_OK = 200,
	STATUS_REDIRECT = 300,
	STATUS_ERROR = 400,
	TYPE_SHOWN_MAX = 64, /* octets of a Content-Type that a reason quotes */
};

/* How far we have come with an address. */
enum reach {
	NO_WAY, /* nothing can be sent to it */
	TRIED, /* it was to be connected to */
	REACHED, /* somebody there has spoken TLS */
};

static const char path[] = "/.well-known/mta-sts.txt";
static const char media_type[] = "text/plain";

struct policy_fetcher {
	struct event_base *base;
	const struct dialler *dialler;
	struct tls_client *tls;
	int64_t patience_us, patience_each_us;
	policy_fetch_callback *callback;
	void *context;
	struct list fetches;
};

/* One policy on its way. */
struct fetch {
	struct list place;
	struct policy_fetcher *fetcher;
	uint64_t owner;
	uint32_t tag;
	char *host;
	struct ip_addr addresses[POLICY_FETCH_ADDRESSES_MAX];
	size_t count, next; /* the address that is tried next */
	int64_t deadline_us;
	struct evhttp_connection *connection; /* NULL between two addresses */
	struct event *timer; /* the patience with this address */
	struct event *turn; /* made active when there is something to be done */
	enum reach reach; /* of this address */
	int error; /* by which connecting to it failed; 0 = none is known */
	struct interim interim; /* what precedes its reply */
	bool answered; /* the server has said what it has to say */
	struct buf text; /* the policy, when it has answered and there is no reason */
	char *reason; /* why this address has none */
	char *told; /* the reason of the address that we came furthest with */
	enum reach told_reach;
	bufferevent_event_cb evhttp_opening; /* evhttp's own callback */
	void *evhttp_context;
};

/* --- reasons ------------------------------------------------------------------------ */

/* Sets the reason, which is taken; the first one of an address counts. */
static void
set_reason(struct fetch *fetch, char *reason)
{
	if (fetch->reason) {
		free(reason);
		return;
	}
	fetch->reason = reason;
}

/* Begins a reason with the address that is being tried. */
static void
begin_reason(const struct fetch *fetch, struct buf *reason)
{
	char ip[IP_TEXT_MAX];

	buf_addf(
	    reason, "%s [%s] ", fetch->host, ip_text(&fetch->addresses[fetch->next - 1], ip));
}

/* Sets "HOST [ADDRESS] what" as the reason. */
static void
say_reason(struct fetch *fetch, const char *what)
{
	struct buf reason = BUF_INIT;

	begin_reason(fetch, &reason);
	buf_adds(&reason, what);
	set_reason(fetch, buf_take(&reason));
}

/* Sets "HOST [ADDRESS] cannot be reached: why" as the reason, by the kernel's error. */
static void
say_unreachable(struct fetch *fetch, int error, enum socket_finder finder)
{
	const struct ip_addr *ip = &fetch->addresses[fetch->next - 1];
	struct buf what = BUF_INIT;

	buf_addf(
	    &what, "cannot be reached: %s", socket_fault(error, finder, ip->family).sentence);
	say_reason(fetch, buf_text(&what));
	buf_clear(&what);
}

/* There is no connection. */
static void
say_not_connected(struct fetch *fetch)
{
	if (fetch->error == 0)
		say_reason(fetch, "cannot be connected to");
	else if (fetch->error == ECONNREFUSED)
		say_reason(fetch, "refuses the connection");
	else
		say_unreachable(fetch, fetch->error, SOCKET_FOUND_THERE);
}

/* The connection or its TLS broke: why, as far as it can be known. */
static void
say_broken(struct fetch *fetch)
{
	struct bufferevent *secured = evhttp_connection_get_bufferevent(fetch->connection);
	char *fault = tls_https_fault(secured);

	if (fault) {
		fetch->reach = REACHED;
		say_reason(fetch, fault);
	} else if (fetch->interim.over) {
		say_reason(fetch, "closes the connection before its whole reply has come");
	} else if (fetch->reach == REACHED) {
		say_reason(fetch, "closes the connection without an answer");
	} else {
		say_not_connected(fetch);
	}
	free(fault);
}

/* Puts the reason of the address that was tried aside, if we came further than with those before. */
static void
put_reason_aside(struct fetch *fetch)
{
	if (fetch->reason && (!fetch->told || fetch->reach > fetch->told_reach)) {
		free(fetch->told);
		fetch->told = fetch->reason;
		fetch->told_reach = fetch->reach;
		fetch->reason = NULL;
	}
	free(fetch->reason);
	fetch->reason = NULL;
}

/* --- what the server says ------------------------------------------------------------- */

/* True for text/plain, whatever its parameters. */
static bool
is_plain_text(const char *type)
{
	size_t n = sizeof media_type - 1;

	return type && text_prefix_nocase(type, media_type) && strchr("; \t", type[n]) != NULL;
}

/* Refuses another media type: it may be a page that somebody else has put there. */
static void
refuse_type(struct fetch *fetch, const char *type)
{
	struct buf reason = BUF_INIT;
	size_t n = type ? strlen(type) : 0;

	begin_reason(fetch, &reason);
	buf_adds(&reason, "does not send the policy as text/plain, but ");
	if (type)
		text_printable(&reason, type, n < TYPE_SHOWN_MAX ? n : TYPE_SHOWN_MAX);
	else
		buf_adds(&reason, "without a type");
	set_reason(fetch, buf_take(&reason));
}

/* Refuses every status but 200. */
static void
refuse_status(struct fetch *fetch, int status)
{
	bool redirects = status >= STATUS_REDIRECT && status < STATUS_ERROR;
	struct buf reason = BUF_INIT;

	begin_reason(fetch, &reason);
	buf_addf(&reason, "answers with HTTP status %d%s", status,
	    redirects ? ", and redirects are not followed" : "");
	set_reason(fetch, buf_take(&reason));
}

/* Takes the whole reply: a policy, or the reason why it is none. */
static void
take_reply(struct fetch *fetch, struct evhttp_request *request)
{
	int status = evhttp_request_get_response_code(request);
	const char *type =
	    evhttp_find_header(evhttp_request_get_input_headers(request), "Content-Type");
	struct evbuffer *body = evhttp_request_get_input_buffer(request);
	size_t length = evbuffer_get_length(body);

	fetch->answered = true;
	if (status != STATUS_OK)
		refuse_status(fetch, status);
	else if (!is_plain_text(type))
		refuse_type(fetch, type);
	else if (!fetch->reason)
		buf_add(&fetch->text, evbuffer_pullup(body, -1), length);
}

/* evhttp: the head of a reply has come. An interim one is one too many. */
static int
on_head(struct evhttp_request *request, void *context)
{
	struct fetch *fetch = context;
	int status = evhttp_request_get_response_code(request);

	fetch->interim.over = true;
	if (status >= STATUS_OK)
		return 0;
	fetch->answered = true;
	refuse_status(fetch, status);
	return -1;
}

/* evhttp: the request has ended, with a reply or without. */
static void
on_reply(struct evhttp_request *request, void *context)
{
	struct fetch *fetch = context;

	if (request && evhttp_request_get_response_code(request) != 0)
		take_reply(fetch, request);
	else if (!fetch->answered)
		say_broken(fetch);
	event_active(fetch->turn, EV_TIMEOUT, 0);
}

/* evhttp: something is wrong with the reply; on_reply() may follow. */
static void
on_error(enum evhttp_request_error error, void *context)
{
	struct fetch *fetch = context;

	switch (error) {
	case EVREQ_HTTP_DATA_TOO_LONG:
		fetch->answered = true;
		say_reason(fetch, "sends more than the 64 KiB that a policy may have");
		break;
	case EVREQ_HTTP_INVALID_HEADER:
		fetch->answered = true;
		say_reason(fetch, "does not speak HTTP");
		break;
	case EVREQ_HTTP_TIMEOUT:
	case EVREQ_HTTP_EOF:
	case EVREQ_HTTP_BUFFER_ERROR:
	case EVREQ_HTTP_REQUEST_CANCEL:
		break;
	}
	event_active(fetch->turn, EV_TIMEOUT, 0);
}

/* --- from address to address ------------------------------------------------------------ */

/* Ends the connection, when there is one. */
static void
disconnect(struct fetch *fetch)
{
	if (fetch->connection)
		evhttp_connection_free(fetch->connection);
	fetch->connection = NULL;
	event_del(fetch->timer);
}

/* Frees the fetch, wherever it is. */
static void
free_fetch(struct fetch *fetch)
{
	disconnect(fetch);
	list_remove(&fetch->place);
	event_free(fetch->timer);
	event_free(fetch->turn);
	buf_clear(&fetch->text);
	free(fetch->reason);
	free(fetch->told);
	free(fetch->host);
	free(fetch);
}

/* Reports and frees. */
static void
end(struct fetch *fetch)
{
	struct policy_fetcher *fetcher = fetch->fetcher;
	struct policy_answer answer = { .reason = fetch->reason };

	if (!fetch->answered) {
		put_reason_aside(fetch);
		answer.reason = fetch->told;
	} else if (!fetch->reason) {
		answer.text = buf_text(&fetch->text);
		answer.length = fetch->text.length;
	}
	list_remove(&fetch->place);
	fetcher->callback(fetcher->context, fetch->owner, fetch->tag, &answer);
	free_fetch(fetch);
}

/* Sends the request over the connection. */
static void
send_request(struct fetch *fetch)
{
	struct evhttp_request *request = evhttp_request_new(on_reply, fetch);
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request);

	evhttp_request_set_error_cb(request, on_error);
	evhttp_request_set_header_cb(request, on_head);
	evhttp_add_header(headers, "Host", fetch->host);
	evhttp_add_header(headers, "User-Agent", "mxscope");
	evhttp_add_header(headers, "Connection", "close");
	evhttp_make_request(fetch->connection, request, EVHTTP_REQ_GET, path);
}

/* libevent: there is a connection with TLS, or there is none: notes it before evhttp hears of it. */
static void
on_opening(struct bufferevent *secured, short what, void *context)
{
	struct fetch *fetch = context;

	if (what & BEV_EVENT_CONNECTED)
		fetch->reach = REACHED;
	else if (what & BEV_EVENT_ERROR)
		fetch->error = errno;
	fetch->evhttp_opening(secured, what, fetch->evhttp_context);
}

/* Has us told about the connection, which is being opened, before evhttp is. */
static void
watch_opening(struct fetch *fetch)
{
	struct bufferevent *secured = evhttp_connection_get_bufferevent(fetch->connection);
	bufferevent_data_cb on_read, on_write;

	bufferevent_getcb(
	    secured, &on_read, &on_write, &fetch->evhttp_opening, &fetch->evhttp_context);
	bufferevent_setcb(secured, NULL, NULL, on_opening, fetch);
	interim_skip(&fetch->interim, bufferevent_get_input(secured));
}

/* Writes where a socket address leads: the literal, and the port. */
static uint16_t
literal_of(const struct sockaddr_storage *address, char literal[INET6_ADDRSTRLEN])
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (address->ss_family == AF_INET) {
		memcpy(&v4, address, sizeof v4);
		evutil_inet_ntop(AF_INET, &v4.sin_addr, literal, INET6_ADDRSTRLEN);
		return ntohs(v4.sin_port);
	}
	memcpy(&v6, address, sizeof v6);
	evutil_inet_ntop(AF_INET6, &v6.sin6_addr, literal, INET6_ADDRSTRLEN);
	return ntohs(v6.sin6_port);
}

/* Connects to where the dialler leads: false when there is no memory for TLS. */
static bool
connect_to(struct fetch *fetch, const struct sockaddr_storage *address)
{
	struct policy_fetcher *fetcher = fetch->fetcher;
	struct bufferevent *secured =
	    tls_client_https(fetcher->tls, fetcher->base, fetch->host);
	char literal[INET6_ADDRSTRLEN];
	uint16_t port = literal_of(address, literal);

	if (!secured)
		return false;
	fetch->connection =
	    evhttp_connection_base_bufferevent_new(fetcher->base, NULL, secured, literal, port);
	if (!fetch->connection) {
		bufferevent_free(secured);
		return false;
	}
	evhttp_connection_set_retries(fetch->connection, 0);
	evhttp_connection_set_max_body_size(fetch->connection, POLICY_FETCH_MAX);
	evhttp_connection_set_max_headers_size(fetch->connection, HEADERS_MAX);
	send_request(fetch);
	if (!fetch->reason)
		watch_opening(fetch);
	return true;
}

/*
 * True when this machine has a way to the address; false, and the reason, when it has none. To connect a
 * UDP socket sends nothing, and tells the error, which evhttp does not.
 */
static bool
has_way(struct fetch *fetch, const struct endpoint *wanted)
{
	int fd = socket_dial(fetch->fetcher->dialler, SOCKET_UDP, wanted);

	if (fd == SOCKET_NONE)
		say_unreachable(fetch, errno, SOCKET_FOUND_HERE);
	else if (fd != SOCKET_SILENT)
		close(fd);
	return fd != SOCKET_NONE;
}

/* Begins with another address, of which nothing is known. */
static void
begin_address(struct fetch *fetch)
{
	put_reason_aside(fetch);
	fetch->reach = NO_WAY;
	fetch->error = 0;
	fetch->interim = (struct interim){ .passed = 0 };
}

/* Sets the patience with this address: the last one gets all that is left. */
static void
start_timer(struct fetch *fetch)
{
	int64_t now_us = clock_now_us(), deadline_us = fetch->deadline_us;
	int64_t each_us = now_us + fetch->fetcher->patience_each_us;
	struct timeval patience;

	if (fetch->next < fetch->count && each_us < deadline_us)
		deadline_us = each_us;
	patience = clock_until(deadline_us, now_us);
	event_add(fetch->timer, &patience);
}

/* Tries the next address: false when that has failed already. */
static bool
try_next(struct fetch *fetch)
{
	const struct endpoint wanted = {
		.ip = fetch->addresses[fetch->next++],
		.port = PORT_HTTPS,
	};
	struct sockaddr_storage address;
	socklen_t length;

	begin_address(fetch);
	if (!has_way(fetch, &wanted))
		return false;
	fetch->reach = TRIED;
	if (dialler_address(fetch->fetcher->dialler, &wanted, &address, &length) ==
		DIALLER_GO &&
	    !connect_to(fetch, &address)) {
		say_reason(fetch, "cannot be asked: this program is short of memory");
		return false;
	}
	start_timer(fetch);
	return true;
}

/* libevent: goes on with the next address, or ends. */
static void
on_turn(evutil_socket_t fd, short what, void *context)
{
	struct fetch *fetch = context;

	(void)fd;
	(void)what;
	disconnect(fetch);
	while (!fetch->answered && fetch->next < fetch->count &&
	    (fetch->next == 0 || clock_now_us() < fetch->deadline_us)) {
		if (try_next(fetch))
			return;
	}
	end(fetch);
}

/* libevent: the patience with this address has ended. */
static void
on_timer(evutil_socket_t fd, short what, void *context)
{
	struct fetch *fetch = context;

	say_reason(fetch, "does not answer in time");
	on_turn(fd, what, fetch);
}

/* --- the fetcher -------------------------------------------------------------------------- */

struct policy_fetcher *
policy_fetcher_new(struct event_base *base, const struct dialler *dialler,
    struct tls_client *tls, const struct policy_fetch_settings *settings,
    policy_fetch_callback *callback, void *context)
{
	struct policy_fetcher *fetcher = mem_alloc(sizeof *fetcher);

	*fetcher = (struct policy_fetcher){
		.base = base,
		.dialler = dialler,
		.tls = tls,
		.patience_us = settings->patience_us ? settings->patience_us : 60 * SPAN_SECOND,
		.patience_each_us =
		    settings->patience_each_us ? settings->patience_each_us : 20 * SPAN_SECOND,
		.callback = callback,
		.context = context,
	};
	list_init(&fetcher->fetches);
	return fetcher;
}

void
policy_fetcher_free(struct policy_fetcher *fetcher)
{
	struct list *first;

	if (!fetcher)
		return;
	while ((first = list_first(&fetcher->fetches)) != NULL)
		free_fetch(LIST_ITEM(first, struct fetch, place));
	free(fetcher);
}

void
policy_fetch(struct policy_fetcher *fetcher, const struct policy_request *request)
{
	struct fetch *fetch = mem_alloc(sizeof *fetch);

	fetch->fetcher = fetcher;
	fetch->owner = request->owner;
	fetch->tag = request->tag;
	fetch->host = mem_strdup(request->host);
	fetch->deadline_us = clock_now_us() + fetcher->patience_us;
	for (size_t i = 0; i < request->count && i < POLICY_FETCH_ADDRESSES_MAX; i++)
		fetch->addresses[fetch->count++] = request->addresses[i];
	fetch->timer = evtimer_new(fetcher->base, on_timer, fetch);
	fetch->turn = event_new(fetcher->base, -1, 0, on_turn, fetch);
	list_append(&fetcher->fetches, &fetch->place);
	if (fetch->count == 0)
		fetch->reason = mem_strdup("the policy host has no address");
	event_active(fetch->turn, EV_TIMEOUT, 0);
}

void
policy_fetch_cancel(struct policy_fetcher *fetcher, uint64_t owner)
{
	struct list *next;

	for (struct list *l = fetcher->fetches.next; l != &fetcher->fetches; l = next) {
		struct fetch *fetch = LIST_ITEM(l, struct fetch, place);

		next = l->next;
		if (fetch->owner == owner)
			free_fetch(fetch);
	}
}
