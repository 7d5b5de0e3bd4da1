/*
 * Lines: see the header.
 *
 * Decides how packets are read and sent (several a turn of the loop, but not for ever), whose a packet is, how TCP's
 * messages are put together, and when a line is broken or over. A connected UDP socket has the
 * kernel drop what comes from elsewhere. Whether a packet is the answer is decided by dns/lookup;
 * here its id and question only say who gets to see it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/wire.h"
#include "dns/message.h"
#include "net/line.h"
#include "net/list.h"
#include "net/stream.h"

enum {
	TCP_LENGTH_OCTETS = 2,
	IDS = 65536,
	ID_LISTS = 256,
	BURST_OCTETS =
	    1 << 20, /* that the kernel keeps for a shared socket, as far as it may */
};

/* How long an idle line is kept (RFC 7766 6.2.3: a few seconds). */
static const struct timeval idle_time = { .tv_sec = 5 };

/* --- lines that end --------------------------------------------------------- */

/* True when no further user may join the line. */
static bool
is_over(const struct line *line)
{
	return line->broken || !line->shared || line->uses >= LINE_USES_MAX;
}

/* Says that a line is over which nobody uses; a shared one that is whole waits for the next user. */
static void
settle(struct line *line)
{
	if (line->busy || line->user_count > 0)
		return;
	if (is_over(line))
		line->site->calls.over(line);
	else
		event_add(line->idle, &idle_time);
}

/* libevent: nobody has used the line for a while. */
static void
on_idle(evutil_socket_t fd, short what, void *context)
{
	struct line *line = context;

	(void)fd;
	(void)what;
	line->broken = true;
	settle(line);
}

/*
 * Ends a line. A server may close a TCP connection that it has served at any time, and a question
 * may cross its FIN (RFC 7766 6.2.4): such a one is lost, not refused.
 */
static void
break_line(struct line *line, struct socket_fault why, bool lost_on_the_way)
{
	line->broken = true;
	line->site->calls.broken(line, &why, lost_on_the_way && line->answered);
}

/* Ends a line on which the network has told of an error. */
static void
fail_line(struct line *line, int error)
{
	break_line(
	    line, socket_fault(error, SOCKET_FOUND_THERE, line->server.ip.family), false);
}

void
line_free(struct line *line)
{
	if (line->readable)
		event_free(line->readable);
	if (line->idle)
		event_free(line->idle);
	if (line->udp >= 0)
		close(line->udp);
	stream_close(line->tcp);
	list_remove(&line->unsent);
	buf_clear(&line->arrived);
	if (line->by_id != &line->alone)
		free(line->by_id);
	free(line->ids);
	free(line);
}

/* --- whose a packet is ------------------------------------------------------ */

/* True when the packet, of two octets at least, has the id of the user's query. */
static bool
has_id(const struct line_user *user, const uint8_t *wire)
{
	return user->query_length > 0 && wire_get16(wire) == wire_get16(user->query);
}

/* Returns the list of the users whose query has this id, among others. */
static struct list *
list_of_id(const struct line *line, const uint8_t *wire)
{
	return line->by_id == &line->alone ? line->by_id
					   : &line->by_id[wire_get16(wire) % ID_LISTS];
}

/* Returns the user whose answer this seems to be: by id and question, or by id alone; or NULL. */
static struct line_user *
addressee(const struct line *line, const uint8_t *wire, size_t n)
{
	struct line_user *by_id = NULL;
	struct list *list;

	if (n < 2)
		return NULL;
	list = list_of_id(line, wire);
	for (struct list *l = list->next; l != list; l = l->next) {
		struct line_user *user = LIST_ITEM(l, struct line_user, same_id);

		if (!has_id(user, wire))
			continue;
		if (dns_message_matches(wire, n, user->query, user->query_length) ||
		    dns_message_is_bare_error(wire, n, user->query))
			return user;
		by_id = user;
	}
	return by_id;
}

/* Returns a user that has not been told in this round yet, or NULL. */
static struct line_user *
next_to_tell(const struct line *line)
{
	for (struct list *l = line->users.next; l != &line->users; l = l->next) {
		struct line_user *user = LIST_ITEM(l, struct line_user, place);

		if (user->round != line->round)
			return user;
	}
	return NULL;
}

/* Tells every user of a packet that fits nobody's question: each counts it. */
static void
tell_all(struct line *line, const uint8_t *wire, size_t n)
{
	struct line_user *user;

	line->round++;
	while ((user = next_to_tell(line)) != NULL) {
		user->round = line->round;
		line->site->calls.received(user, wire, n);
	}
}

/* True for an id that was sent on the line, which is shared, before. */
static bool
was_sent(const struct line *line, unsigned id)
{
	return line->ids && line->ids[id / 8] >> (id % 8) & 1;
}

/* Hands a packet to whom it concerns: a late answer, or a second one, to nobody. */
static void
deliver(struct line *line, const uint8_t *wire, size_t n)
{
	struct line_user *user = addressee(line, wire, n);

	if (user) {
		line->answered = true;
		line->site->calls.received(user, wire, n);
	} else if (n < 2 || !was_sent(line, wire_get16(wire))) {
		tell_all(line, wire, n);
	}
}

/* --- what arrives ------------------------------------------------------------- */

/* Tells the users to whom the datagrams will go, all before the first of them has its own. */
static void
announce(const struct line *line, const struct datagrams *arrived, int count)
{
	for (int i = 0; i < count; i++) {
		struct line_user *user =
		    addressee(line, arrived->octets[i], arrived->lengths[i]);

		if (user)
			line->site->calls.expected(user);
	}
}

/* libevent: datagrams, or ICMP's answer to one of ours, have arrived. */
static void
on_datagrams(evutil_socket_t fd, short what, void *context)
{
	struct line *line = context;
	struct datagrams *arrived = &line->site->arrived;
	int count = datagrams_receive(fd, arrived);

	(void)what;
	line->busy = true;
	if (count < 0)
		fail_line(line, errno);
	if (count > 1)
		announce(line, arrived, count);
	for (int i = 0; i < count; i++)
		deliver(line, arrived->octets[i], arrived->lengths[i]);
	line->busy = false;
	settle(line);
}

/* Hands on the whole messages that have arrived. */
static void
deliver_messages(struct line *line)
{
	while (!line->broken && line->arrived.length >= TCP_LENGTH_OCTETS) {
		const uint8_t *octets = (const uint8_t *)line->arrived.data;
		size_t n = wire_get16(octets);

		if (line->arrived.length < TCP_LENGTH_OCTETS + n)
			return;
		deliver(line, octets + TCP_LENGTH_OCTETS, n);
		buf_drop(&line->arrived, TCP_LENGTH_OCTETS + n);
	}
}

/* Takes what TCP has brought, at most a piece at a time, so that a flood is never stored. */
static void
take_octets(struct line *line)
{
	uint8_t piece[4096];
	size_t n;

	while ((n = stream_read(line->tcp, piece, sizeof piece)) > 0) {
		buf_add(&line->arrived, piece, n);
		deliver_messages(line);
	}
}

/* The stream: something happened to the TCP connection. */
static void
on_stream(void *context, enum stream_event event)
{
	static const struct socket_fault closed = { .outcome = SMTP_RESET,
		.sentence = "the name server closed the TCP connection" };
	static const struct socket_fault inside = { .outcome = SMTP_RESET,
		.sentence = "the name server closed the TCP connection inside a message" };
	static const struct socket_fault reset = { .outcome = SMTP_RESET,
		.sentence = "the name server reset the TCP connection" };
	struct line *line = context;

	line->busy = true;
	switch (event) {
	case STREAM_OPENED:
	case STREAM_SECURED:
	case STREAM_NOT_SECURED:
		break;
	case STREAM_READABLE:
		take_octets(line);
		break;
	case STREAM_NOT_OPENED:
		fail_line(line, stream_error(line->tcp));
		break;
	case STREAM_CLOSED:
		break_line(
		    line, line->arrived.length ? inside : closed, line->arrived.length == 0);
		break;
	case STREAM_RESET:
		break_line(line, reset, true);
		break;
	}
	line->busy = false;
	settle(line);
}

/* --- lines that begin ----------------------------------------------------------- */

/* Opens the UDP socket and listens; false and errno. */
static bool
open_udp(struct line *line)
{
	line->udp = socket_dial(line->site->dialler, SOCKET_UDP, &line->server);
	if (line->udp == SOCKET_NONE)
		return false;
	if (line->udp == SOCKET_SILENT)
		return true;
	line->readable =
	    event_new(line->site->base, line->udp, EV_READ | EV_PERSIST, on_datagrams, line);
	event_add(line->readable, NULL);
	return true;
}

/* Begins to open the TCP connection; false and errno. */
static bool
open_tcp(struct line *line)
{
	line->udp = SOCKET_NONE;
	line->tcp =
	    stream_open(line->site->base, line->site->dialler, &line->server, on_stream, line);
	return line->tcp != NULL;
}

struct line *
line_new(
    struct line_site *site, enum socket_kind kind, const struct endpoint *server, void *owner)
{
	struct line *line = mem_alloc(sizeof *line);
	int error;

	line->site = site;
	line->server = *server;
	line->owner = owner;
	list_init(&line->users);
	list_init(&line->alone);
	list_init(&line->outgoing);
	list_init(&line->unsent);
	line->by_id = &line->alone;
	if (kind == SOCKET_UDP ? open_udp(line) : open_tcp(line))
		return line;
	error = errno;
	free(line);
	errno = error;
	return NULL;
}

/*
 * Gives a UDP socket room for a burst of answers: one that finds none costs its question, and a list
 * its end, a retry's wait.
 */
static void
widen(int fd)
{
	int octets = BURST_OCTETS;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets);
}

void
line_share(struct line *line)
{
	if (line->udp >= 0)
		widen(line->udp);
	line->shared = true;
	line->ids = mem_alloc(IDS / 8);
	line->by_id = mem_calloc(ID_LISTS, sizeof *line->by_id);
	for (size_t i = 0; i < ID_LISTS; i++)
		list_init(&line->by_id[i]);
	line->idle = event_new(line->site->base, -1, 0, on_idle, line);
}

void
line_unshare(struct line *line)
{
	line->shared = false;
}

/* --- users ------------------------------------------------------------------------ */

bool
line_has_room(const struct line *line)
{
	return line && !is_over(line) && (!line->tcp || line->user_count < LINE_PIPELINE_MAX);
}

void
line_join(struct line *line, struct line_user *user)
{
	user->line = line;
	user->round = line->round;
	user->noted = false;
	list_init(&user->same_id);
	list_init(&user->outgoing);
	list_append(&line->users, &user->place);
	if (line->idle && line->user_count == 0)
		event_del(line->idle);
	line->user_count++;
	line->uses++;
}

void
line_leave(struct line_user *user)
{
	struct line *line = user->line;

	list_remove(&user->place);
	list_remove(&user->same_id);
	list_remove(&user->outgoing);
	line->user_count--;
	user->line = NULL;
	settle(line);
}

bool
line_has_seen(const struct line *line, const uint8_t *query)
{
	return was_sent(line, wire_get16(query));
}

bool
line_would_confuse(const struct line_user *user, const uint8_t *query)
{
	if (user->noted && wire_get16(user->query) == wire_get16(query))
		return false;
	return line_has_seen(user->line, query);
}

/* Notes what is sent: whose answer comes is seen by it. */
static void
note_query(struct line_user *user, const uint8_t *query, size_t n)
{
	unsigned id = wire_get16(query);

	if (query != user->query)
		memcpy(user->query, query, n);
	user->query_length = n;
	user->noted = true;
	list_move(list_of_id(user->line, query), &user->same_id);
	if (user->line->ids)
		user->line->ids[id / 8] |= (uint8_t)(1u << (id % 8));
}

/* Takes the queries that wait to be sent out of the queue, as many as go together. */
static size_t
take_outgoing(struct line *line, struct datagram list[DATAGRAMS_MAX])
{
	struct list *first;
	size_t n = 0;

	while (n < DATAGRAMS_MAX && (first = list_first(&line->outgoing)) != NULL) {
		const struct line_user *user = LIST_ITEM(first, struct line_user, outgoing);

		list[n++] = (struct datagram){ user->query, user->query_length };
		list_remove(first);
	}
	return n;
}

/*
 * Sends what waits. An error belongs to an earlier packet, or to this machine: the users are told,
 * and those whose queries went out before ask elsewhere, too.
 */
static void
send_outgoing(struct line *line)
{
	struct datagram list[DATAGRAMS_MAX];
	size_t n;

	while ((n = take_outgoing(line, list)) > 0) {
		if (datagrams_send(line->udp, list, n) == 0)
			continue;
		line->busy = true;
		break_line(line, socket_fault(errno, SOCKET_FOUND_HERE, line->server.ip.family),
		    false);
		line->busy = false;
		settle(line);
		return;
	}
}

/* libevent: the loop has turned since there was something to send. */
static void
on_turn(evutil_socket_t fd, short what, void *context)
{
	struct line_site *site = context;
	struct list *first;

	(void)fd;
	(void)what;
	while ((first = list_first(&site->unsent)) != NULL) {
		list_remove(first);
		send_outgoing(LIST_ITEM(first, struct line, unsent));
	}
}

void
line_site_init(struct line_site *site, struct event_base *base, const struct dialler *dialler,
    const struct line_calls *calls)
{
	site->base = base;
	site->dialler = dialler;
	site->calls = *calls;
	site->turn = event_new(base, -1, 0, on_turn, site);
	list_init(&site->unsent);
}

void
line_site_clear(struct line_site *site)
{
	event_free(site->turn);
}

/* Has a query go out with the others of its line, when the loop has turned. */
static void
send_together(struct line_user *user)
{
	struct line *line = user->line;

	list_move(&line->outgoing, &user->outgoing);
	list_move(&line->site->unsent, &line->unsent);
	event_active(line->site->turn, EV_TIMEOUT, 0);
}

bool
line_send(struct line_user *user, const uint8_t *query, size_t n)
{
	const uint8_t length[TCP_LENGTH_OCTETS] = { (uint8_t)(n >> 8), (uint8_t)n };
	struct line *line = user->line;

	note_query(user, query, n);
	if (line->udp >= 0 && line->ids)
		send_together(user);
	else if (line->udp >= 0)
		return datagrams_send(line->udp, &(struct datagram){ query, n }, 1) == 0;
	if (line->tcp) {
		stream_write(line->tcp, length, sizeof length);
		stream_write(line->tcp, query, n);
	}
	return true;
}
