/*
 * Lookups' ways to name servers.
 *
 * Decides which lookups share a socket, how packets are read (several a wake-up, but not for
 * ever), whose a packet is, how TCP's messages are put together, and what ends a line. A
 * connected UDP socket has the kernel drop what comes from elsewhere; a port is chosen by the
 * kernel for each question while there are few, and at random among a pool of sockets, each of
 * which is soon replaced, when there are many (RFC 5452 9.2). Whether a packet is the answer is
 * decided by dns/lookup; here its id and question only say who gets to see it.
 *
 * A *trunk* is all there is to one server over one transport; its *lines* are sockets, and the
 * channels on a line its *users*.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/span.h"
#include "util/wire.h"
#include "dns/message.h"
#include "net/channel.h"
#include "net/clock.h"
#include "net/entropy.h"
#include "net/list.h"
#include "net/stream.h"

enum {
	DATAGRAM_MAX = 65535,
	DATAGRAMS_A_WAKE_UP =
	    16, /* of one socket: then the answers are handed out, and more is asked */
	TCP_LENGTH_OCTETS = 2,
	IDS = 65536,
};

/* How long an idle line is kept (RFC 7766 6.2.3: a few seconds). */
static const struct timeval idle_time = { .tv_sec = 5 };

#define CROWD_LASTS_US (1 * SPAN_SECOND)

struct channels {
	struct event_base *base;
	const struct dialler *dialler;
	struct entropy entropy;
	struct list trunks;
	uint8_t datagram[DATAGRAM_MAX];
};

/* The lines to one server over one transport. */
struct trunk {
	struct list place;
	struct channels *channels;
	struct endpoint server;
	enum socket_kind kind;
	size_t users;
	int64_t crowded_us; /* when it last had more than CHANNELS_ALONE users */
	struct line *shared[CHANNELS_LINES_MAX]; /* NULL = a free place */
};

/* One socket. */
struct line {
	struct trunk *trunk;
	struct list users;
	size_t user_count;
	unsigned uses; /* channels that it has ever had */
	unsigned round; /* counts deliveries to all: see struct channel */
	bool shared;
	bool busy; /* something is being delivered: it is not freed before that is over */
	bool broken; /* nobody may join, and it is freed with its last user */
	bool answered; /* TCP: the server has answered on it before */
	int udp; /* SOCKET_NONE when this is TCP, SOCKET_SILENT when nobody is there */
	struct event *readable; /* of the UDP socket */
	struct stream *tcp; /* NULL when this is UDP */
	struct buf arrived; /* TCP octets that are no whole message yet */
	struct event *idle; /* ends a shared line that nobody uses */
	uint8_t *ids; /* of a shared line: a bit for each id that was sent on it */
};

struct channel {
	struct list place; /* in line.users */
	struct line *line;
	struct channel_listener listener;
	unsigned round; /* the line's, when this user was last told of a packet for all */
	bool moved; /* its TCP connection was closed under it once already */
	uint8_t query[DNS_QUERY_MAX]; /* the last one sent */
	size_t query_length; /* 0 before */
};

/* --- lines that end --------------------------------------------------------- */

/* Takes the line out of its trunk's places, if it is there: nobody joins it any more. */
static void
retire(struct line *line)
{
	struct line **shared = line->trunk->shared;

	for (size_t i = 0; i < CHANNELS_LINES_MAX; i++) {
		if (shared[i] == line)
			shared[i] = NULL;
	}
}

/* Frees a trunk to which nobody is connected. */
static void
release_trunk(struct trunk *trunk)
{
	for (size_t i = 0; i < CHANNELS_LINES_MAX; i++) {
		if (trunk->shared[i])
			return;
	}
	if (trunk->users > 0)
		return;
	list_remove(&trunk->place);
	free(trunk);
}

/* Closes a line's socket and frees the line; its trunk stays. */
static void
free_line(struct line *line)
{
	retire(line);
	if (line->readable)
		event_free(line->readable);
	if (line->idle)
		event_free(line->idle);
	if (line->udp >= 0)
		close(line->udp);
	stream_close(line->tcp);
	buf_clear(&line->arrived);
	free(line->ids);
	free(line);
}

/* True when no further channel may use the line. */
static bool
is_over(const struct line *line)
{
	return line->broken || !line->shared || line->uses >= CHANNELS_LINE_USES;
}

/* Frees a line that nobody uses; a shared one that is whole waits a while for the next user. */
static void
release_line(struct line *line)
{
	struct trunk *trunk = line->trunk;

	if (line->busy || line->user_count > 0)
		return;
	if (!is_over(line)) {
		event_add(line->idle, &idle_time);
		return;
	}
	free_line(line);
	release_trunk(trunk);
}

/* libevent: nobody has used the line for a while. */
static void
on_idle(evutil_socket_t fd, short what, void *context)
{
	struct line *line = context;

	(void)fd;
	(void)what;
	line->broken = true;
	release_line(line);
}

static bool move_to_new_line(struct channel *channel);

/*
 * Ends a line: all users are told. A server may close a TCP connection that it has served at any
 * time; a question that crosses its FIN goes out again, once, over a new one (RFC 7766 6.2.4).
 */
static void
break_line(struct line *line, const char *reason, bool lost_on_the_way)
{
	struct list *first;

	line->broken = true;
	retire(line);
	while ((first = list_first(&line->users)) != NULL) {
		struct channel *channel = LIST_ITEM(first, struct channel, place);

		if (lost_on_the_way && line->answered && !channel->moved &&
		    move_to_new_line(channel))
			continue;
		channel->listener.failed(channel->listener.context, reason);
	}
}

/* --- whose a packet is ------------------------------------------------------ */

/* True when the packet has the id of the channel's query. */
static bool
has_id(const struct channel *channel, const uint8_t *wire, size_t n)
{
	return n >= 2 && channel->query_length > 0 &&
	    wire_get16(wire) == wire_get16(channel->query);
}

/* Returns the user whose answer this seems to be: by id and question, or by id alone; or NULL. */
static struct channel *
addressee(const struct line *line, const uint8_t *wire, size_t n)
{
	struct channel *by_id = NULL;

	for (struct list *l = line->users.next; l != &line->users; l = l->next) {
		struct channel *channel = LIST_ITEM(l, struct channel, place);

		if (!has_id(channel, wire, n))
			continue;
		if (dns_message_matches(wire, n, channel->query, channel->query_length) ||
		    dns_message_is_bare_error(wire, n, channel->query))
			return channel;
		by_id = channel;
	}
	return by_id;
}

/* Returns a user that has not been told in this round yet, or NULL. */
static struct channel *
next_to_tell(const struct line *line)
{
	for (struct list *l = line->users.next; l != &line->users; l = l->next) {
		struct channel *channel = LIST_ITEM(l, struct channel, place);

		if (channel->round != line->round)
			return channel;
	}
	return NULL;
}

/* Tells every user of a packet that fits nobody's question: each counts it. */
static void
tell_all(struct line *line, const uint8_t *wire, size_t n)
{
	struct channel *channel;

	line->round++;
	while ((channel = next_to_tell(line)) != NULL) {
		channel->round = line->round;
		channel->listener.received(channel->listener.context, wire, n);
	}
}

/* True for an id that was sent on the line before: a late answer, or a second one. */
static bool
was_sent(const struct line *line, const uint8_t *wire, size_t n)
{
	unsigned id = n >= 2 ? wire_get16(wire) : 0;

	return n >= 2 && line->ids && line->ids[id / 8] >> (id % 8) & 1;
}

/* Hands a packet to whom it concerns. */
static void
deliver(struct line *line, const uint8_t *wire, size_t n)
{
	struct channel *channel = addressee(line, wire, n);

	if (channel) {
		line->answered = true;
		channel->listener.received(channel->listener.context, wire, n);
	} else if (!was_sent(line, wire, n)) {
		tell_all(line, wire, n);
	}
}

/* --- what arrives ------------------------------------------------------------- */

/* Reads a datagram and hands it on; false when there is none, or the line is broken. */
static bool
read_datagram(struct line *line)
{
	struct channels *channels = line->trunk->channels;
	ssize_t n = recv(line->udp, channels->datagram, DATAGRAM_MAX, 0);

	if (n >= 0) {
		deliver(line, channels->datagram, (size_t)n);
		return true;
	}
	if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
		break_line(line,
		    socket_fault(errno, SOCKET_FOUND_THERE, line->trunk->server.ip.family)
			.sentence,
		    false);
	return false;
}

/* libevent: datagrams, or ICMP's answer to one of ours, have arrived. */
static void
on_datagrams(evutil_socket_t fd, short what, void *context)
{
	struct line *line = context;

	(void)fd;
	(void)what;
	line->busy = true;
	for (int i = 0; i < DATAGRAMS_A_WAKE_UP && read_datagram(line); i++) {
		if (line->user_count == 0)
			break;
	}
	line->busy = false;
	release_line(line);
}

/* Hands on the whole messages that have arrived. */
static void
deliver_messages(struct line *line)
{
	while (!line->broken && line->arrived.length >= TCP_LENGTH_OCTETS) {
		const uint8_t *octets = (const uint8_t *)line->arrived.data;
		size_t n = (size_t)octets[0] << 8 | octets[1];

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
		break_line(line,
		    socket_fault(stream_error(line->tcp), SOCKET_FOUND_THERE,
			line->trunk->server.ip.family)
			.sentence,
		    false);
		break;
	case STREAM_CLOSED:
		break_line(line,
		    line->arrived.length
			? "the name server closed the TCP connection inside a message"
			: "the name server closed the TCP connection",
		    line->arrived.length == 0);
		break;
	case STREAM_RESET:
		break_line(line, "the name server reset the TCP connection", true);
		break;
	}
	line->busy = false;
	release_line(line);
}

/* --- lines that begin ----------------------------------------------------------- */

/* Opens the UDP socket and listens; false and errno. */
static bool
open_udp(struct line *line)
{
	const struct trunk *trunk = line->trunk;

	line->udp = socket_dial(trunk->channels->dialler, SOCKET_UDP, &trunk->server);
	if (line->udp == SOCKET_NONE)
		return false;
	if (line->udp == SOCKET_SILENT)
		return true;
	line->readable = event_new(
	    trunk->channels->base, line->udp, EV_READ | EV_PERSIST, on_datagrams, line);
	event_add(line->readable, NULL);
	return true;
}

/* Begins to open the TCP connection; false and errno. */
static bool
open_tcp(struct line *line)
{
	const struct channels *channels = line->trunk->channels;

	line->udp = SOCKET_NONE;
	line->tcp = stream_open(
	    channels->base, channels->dialler, &line->trunk->server, on_stream, line);
	return line->tcp != NULL;
}

/* Gives a line what it takes to be used by many. */
static void
prepare_sharing(struct line *line)
{
	line->shared = true;
	line->ids = mem_alloc(IDS / 8);
	line->idle = event_new(line->trunk->channels->base, -1, 0, on_idle, line);
}

/* Returns a new line, shared or for one channel alone; NULL and errno. */
static struct line *
new_line(struct trunk *trunk, bool shared)
{
	struct line *line = mem_alloc(sizeof *line);
	int error;

	line->trunk = trunk;
	list_init(&line->users);
	if (trunk->kind == SOCKET_UDP ? open_udp(line) : open_tcp(line)) {
		if (shared)
			prepare_sharing(line);
		return line;
	}
	error = errno;
	free(line);
	errno = error;
	return NULL;
}

/* Returns a random place among the shared UDP lines, for the source port to be a guess. */
static size_t
random_place(struct channels *channels)
{
	uint8_t octet;

	entropy_fill(&channels->entropy, &octet, 1);
	return octet % CHANNELS_PORTS;
}

/* True when one more channel may use the line. */
static bool
has_room(const struct line *line)
{
	return line && !is_over(line) &&
	    (!line->tcp || line->user_count < CHANNELS_PIPELINE_MAX);
}

/* Returns any shared line with room, beginning with this place; NULL when there is none. */
static struct line *
any_line(const struct trunk *trunk, size_t first)
{
	for (size_t i = 0; i < CHANNELS_LINES_MAX; i++) {
		struct line *line = trunk->shared[(first + i) % CHANNELS_LINES_MAX];

		if (has_room(line))
			return line;
	}
	return NULL;
}

/*
 * Returns the shared line at a place, a new one in place of none or of one that is worn out. When
 * there are no descriptors for it, any other will do.
 */
static struct line *
line_at(struct trunk *trunk, size_t place)
{
	struct line *line = trunk->shared[place];

	if (has_room(line))
		return line;
	line = new_line(trunk, true);
	if (!line)
		return any_line(trunk, place);
	trunk->shared[place] = line;
	return line;
}

/* True when very many use the trunk, or did just now: a list is not asked for evenly. */
static bool
is_crowded(struct trunk *trunk)
{
	int64_t now_us = clock_now_us();

	if (trunk->users >= CHANNELS_ALONE)
		trunk->crowded_us = now_us;
	return trunk->crowded_us && now_us - trunk->crowded_us < CROWD_LASTS_US;
}

/* Returns the UDP line for one more channel: its own, or one of many when they are many. */
static struct line *
choose_udp(struct trunk *trunk)
{
	struct line *line = NULL;

	if (!is_crowded(trunk))
		line = new_line(trunk, false);
	return line ? line : line_at(trunk, random_place(trunk->channels));
}

/* Returns the TCP line for one more channel: a connection that is there, if it has room. */
static struct line *
choose_tcp(struct trunk *trunk)
{
	struct line *line = any_line(trunk, 0);
	size_t place = 0;

	if (line)
		return line;
	while (place + 1 < CHANNELS_LINES_MAX && trunk->shared[place])
		place++;
	return line_at(trunk, place);
}

/* Puts a channel on a line. */
static void
join(struct channel *channel, struct line *line)
{
	channel->line = line;
	channel->round = line->round;
	list_append(&line->users, &channel->place);
	line->user_count++;
	line->trunk->users++;
	line->uses++;
	if (line->idle)
		event_del(line->idle);
}

/* Takes a channel off its line. */
static void
leave(struct channel *channel)
{
	struct line *line = channel->line;

	list_remove(&channel->place);
	line->user_count--;
	line->trunk->users--;
	channel->line = NULL;
	release_line(line);
}

/* Sends a channel's query over another TCP connection. False when there is none. */
static bool
move_to_new_line(struct channel *channel)
{
	struct line *line = choose_tcp(channel->line->trunk);

	if (!line)
		return false;
	list_remove(&channel->place);
	channel->line->user_count--;
	channel->line->trunk->users--;
	join(channel, line);
	channel->moved = true;
	return channel_send(channel, channel->query, channel->query_length);
}

/* Returns the trunk to this server, a new one if need be. */
static struct trunk *
get_trunk(struct channels *channels, enum socket_kind kind, const struct endpoint *server)
{
	struct trunk *trunk;

	for (struct list *l = channels->trunks.next; l != &channels->trunks; l = l->next) {
		trunk = LIST_ITEM(l, struct trunk, place);
		if (trunk->kind == kind && trunk->server.port == server->port &&
		    ip_equal(&trunk->server.ip, &server->ip))
			return trunk;
	}
	trunk = mem_alloc(sizeof *trunk);
	trunk->channels = channels;
	trunk->server = *server;
	trunk->kind = kind;
	list_append(&channels->trunks, &trunk->place);
	return trunk;
}

/* --- the interface ------------------------------------------------------------------ */

struct channels *
channels_new(struct event_base *base, const struct dialler *dialler)
{
	struct channels *channels = mem_alloc(sizeof *channels);

	channels->base = base;
	channels->dialler = dialler;
	list_init(&channels->trunks);
	return channels;
}

/* Frees a trunk with its idle lines. */
static void
free_trunk(struct trunk *trunk)
{
	for (size_t i = 0; i < CHANNELS_LINES_MAX; i++) {
		if (trunk->shared[i])
			free_line(trunk->shared[i]);
	}
	release_trunk(trunk);
}

void
channels_free(struct channels *channels)
{
	struct list *first;

	if (!channels)
		return;
	while ((first = list_first(&channels->trunks)) != NULL)
		free_trunk(LIST_ITEM(first, struct trunk, place));
	free(channels);
}

struct channel *
channel_open(struct channels *channels, enum socket_kind kind, const struct endpoint *server,
    const struct channel_listener *listener)
{
	struct trunk *trunk = get_trunk(channels, kind, server);
	struct line *line = kind == SOCKET_UDP ? choose_udp(trunk) : choose_tcp(trunk);
	struct channel *channel;
	int error = errno;

	if (!line) {
		release_trunk(trunk);
		errno = error;
		return NULL;
	}
	channel = mem_alloc(sizeof *channel);
	channel->listener = *listener;
	join(channel, line);
	return channel;
}

void
channel_close(struct channel *channel)
{
	if (!channel)
		return;
	leave(channel);
	free(channel);
}

/*
 * Sends one datagram. A full socket buffer is as good as a packet lost on the way: it will be
 * sent again. Other errors belong to an earlier packet, and nothing was sent.
 */
static bool
send_datagram(int fd, const uint8_t *query, size_t n)
{
	return send(fd, query, n, 0) >= 0 || errno == EAGAIN || errno == EWOULDBLOCK ||
	    errno == ENOBUFS || errno == EINTR;
}

/* Notes what was sent: whose answer comes is seen by it. */
static void
note_query(struct channel *channel, const uint8_t *query, size_t n)
{
	unsigned id = wire_get16(query);

	if (query != channel->query)
		memcpy(channel->query, query, n);
	channel->query_length = n;
	if (channel->line->ids)
		channel->line->ids[id / 8] |= (uint8_t)(1u << (id % 8));
}

bool
channel_send(struct channel *channel, const uint8_t *query, size_t n)
{
	const uint8_t length[TCP_LENGTH_OCTETS] = { (uint8_t)(n >> 8), (uint8_t)n };
	struct line *line = channel->line;

	note_query(channel, query, n);
	if (line->udp >= 0)
		return send_datagram(line->udp, query, n);
	if (line->tcp) {
		stream_write(line->tcp, length, sizeof length);
		stream_write(line->tcp, query, n);
	}
	return true;
}
