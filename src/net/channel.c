/*
 * Lookups' ways to name servers.
 *
 * Decides which lookups share a socket. A UDP port is chosen by the kernel for each question while
 * there are few, and at random among a pool of sockets, each of which is soon replaced, when there
 * are many (RFC 5452 9.2); TCP connections are shared while they have room. Two questions with one
 * id never share a line: the later one takes another. How packets travel, and whose they are, is
 * net/line's.
 *
 * A *trunk* is all there is to one server over one transport; its *lines* are sockets, and the
 * channels on a line its *users*.
 */
#include <errno.h>
#include <stdlib.h>

#include <event2/event.h>

#include "util/mem.h"
#include "util/span.h"
#include "net/channel.h"
#include "net/clock.h"
#include "net/entropy.h"
#include "net/line.h"
#include "net/list.h"
#include "net/spares.h"

#define CROWD_LASTS_US (1 * SPAN_SECOND)

struct channels {
	struct line_site site;
	struct entropy entropy;
	struct list trunks;
	struct spares spares; /* for struct channel */
};

/* The lines to one server over one transport. */
struct trunk {
	struct list place;
	struct channels *channels;
	struct endpoint server;
	enum socket_kind kind;
	size_t users;
	int64_t crowded_us; /* when it last came to have fewer than CHANNELS_ALONE users */
	struct line *shared[CHANNELS_LINES_MAX]; /* NULL = a free place */
};

struct channel {
	struct channel_listener listener;
	bool moved; /* its TCP connection was closed under it once already */
	struct line_user user;
};

/* Returns the channel that this user of a line is. */
static struct channel *
channel_of(struct line_user *user)
{
	return LIST_ITEM(user, struct channel, user);
}

/* Returns the trunk of the line that the channel is on. */
static struct trunk *
trunk_of(const struct channel *channel)
{
	return channel->user.line->owner;
}

/* --- lines that end --------------------------------------------------------- */

/* Takes the line out of its trunk's places, if it is there: nobody joins it any more. */
static void
retire(struct line *line)
{
	struct trunk *trunk = line->owner;

	for (size_t i = 0; i < CHANNELS_LINES_MAX; i++) {
		if (trunk->shared[i] == line)
			trunk->shared[i] = NULL;
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

/* The line: nobody uses it, and nobody will. */
static void
on_over(struct line *line)
{
	struct trunk *trunk = line->owner;

	retire(line);
	line_free(line);
	release_trunk(trunk);
}

/* --- lines that begin ----------------------------------------------------------- */

/* Returns a new line of the trunk for one channel alone; NULL and errno. */
static struct line *
own_line(struct trunk *trunk)
{
	return line_new(&trunk->channels->site, trunk->kind, &trunk->server, trunk);
}

/* Returns a random place among the shared UDP lines, for the source port to be a guess. */
static size_t
random_place(struct channels *channels)
{
	uint8_t octet;

	entropy_fill(&channels->entropy, &octet, 1);
	return octet % CHANNELS_PORTS;
}

/* Returns any shared line with room, beginning with this place; NULL when there is none. */
static struct line *
any_line(const struct trunk *trunk, size_t first)
{
	for (size_t i = 0; i < CHANNELS_LINES_MAX; i++) {
		struct line *line = trunk->shared[(first + i) % CHANNELS_LINES_MAX];

		if (line_has_room(line))
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

	if (line_has_room(line))
		return line;
	line = own_line(trunk);
	if (!line)
		return any_line(trunk, place);
	line_share(line);
	if (trunk->shared[place])
		line_unshare(trunk->shared[place]);
	trunk->shared[place] = line;
	return line;
}

/* True when very many use the trunk, or did just now: a list is not asked for evenly. */
static bool
is_crowded(const struct trunk *trunk)
{
	return trunk->users >= CHANNELS_ALONE ||
	    (trunk->crowded_us && clock_now_us() - trunk->crowded_us < CROWD_LASTS_US);
}

/* Returns the UDP line for one more channel: its own, or one of many when they are many. */
static struct line *
choose_udp(struct trunk *trunk)
{
	struct line *line = NULL;

	if (!is_crowded(trunk))
		line = own_line(trunk);
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

/* --- channels on lines ----------------------------------------------------------- */

/* Puts a channel on a line. */
static void
join(struct channel *channel, struct line *line)
{
	struct trunk *trunk = line->owner;

	trunk->users++;
	line_join(line, &channel->user);
}

/* Takes a channel off its line. */
static void
leave(struct channel *channel)
{
	struct trunk *trunk = trunk_of(channel);

	if (trunk->users-- == CHANNELS_ALONE)
		trunk->crowded_us = clock_now_us();
	line_leave(&channel->user);
}

/* Moves a channel to another line of its trunk. */
static void
move(struct channel *channel, struct line *line)
{
	trunk_of(channel)->users++; /* so that the trunk outlives the old line */
	leave(channel);
	line_join(line, &channel->user);
}

/* Sends a channel's query over another TCP connection. False when there is none. */
static bool
send_elsewhere(struct channel *channel)
{
	struct line *line = choose_tcp(trunk_of(channel));

	if (!line)
		return false;
	move(channel, line);
	channel->moved = true;
	return channel_send(channel, channel->user.query, channel->user.query_length);
}

/* The line: a packet is about to come. */
static void
on_expected(struct line_user *user)
{
	const struct channel_listener *listener = &channel_of(user)->listener;

	listener->expected(listener->context);
}

/* The line: a packet came. */
static void
on_received(struct line_user *user, const uint8_t *wire, size_t n)
{
	const struct channel_listener *listener = &channel_of(user)->listener;

	listener->received(listener->context, wire, n);
}

/* The line: it is broken. All are told but those whose query was lost: it goes out again, once. */
static void
on_broken(struct line *line, const struct socket_fault *why, bool lost)
{
	struct list *first;

	retire(line);
	while ((first = list_first(&line->users)) != NULL) {
		struct channel *channel = channel_of(LIST_ITEM(first, struct line_user, place));

		if (lost && !channel->moved && send_elsewhere(channel))
			continue;
		channel->listener.failed(channel->listener.context, why);
	}
}

/* --- the interface ------------------------------------------------------------------ */

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

struct channels *
channels_new(struct event_base *base, const struct dialler *dialler)
{
	struct channels *channels = mem_alloc(sizeof *channels);

	line_site_init(&channels->site, base, dialler,
	    &(struct line_calls){ on_expected, on_received, on_broken, on_over });
	list_init(&channels->trunks);
	return channels;
}

/* Frees a trunk with its idle lines. */
static void
free_trunk(struct trunk *trunk)
{
	for (size_t i = 0; i < CHANNELS_LINES_MAX; i++) {
		if (trunk->shared[i])
			line_free(trunk->shared[i]);
		trunk->shared[i] = NULL;
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
	line_site_clear(&channels->site);
	spares_clear(&channels->spares);
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
	channel = spares_take(&channels->spares, sizeof *channel);
	channel->listener = *listener;
	channel->moved = false;
	channel->user.query_length = 0;
	join(channel, line);
	return channel;
}

void
channel_close(struct channel *channel)
{
	struct channels *channels;

	if (!channel)
		return;
	channels = trunk_of(channel)->channels;
	leave(channel);
	spares_give(&channels->spares, channel);
}

/* Returns a shared line on which nobody has used the query's id, any of them; NULL when there is none. */
static struct line *
line_without(const struct trunk *trunk, const uint8_t *query)
{
	size_t first = random_place(trunk->channels);

	for (size_t i = 0; i < CHANNELS_LINES_MAX; i++) {
		struct line *line = trunk->shared[(first + i) % CHANNELS_LINES_MAX];

		if (line_has_room(line) && !line_has_seen(line, query))
			return line;
	}
	return NULL;
}

/*
 * Gives a channel another line, of its own if need be, when its query could be taken for another's on
 * the one where it is. False and errno when there is none, which only TCP minds: over UDP a late answer to the other
 * query would at worst be counted as suspicious.
 */
static bool
keep_apart(struct channel *channel, const uint8_t *query)
{
	struct line *line;

	if (!line_would_confuse(&channel->user, query))
		return true;
	line = line_without(trunk_of(channel), query);
	if (!line)
		line = own_line(trunk_of(channel));
	if (line)
		move(channel, line);
	return line || !channel->user.line->tcp;
}

bool
channel_send(struct channel *channel, const uint8_t *query, size_t n)
{
	return keep_apart(channel, query) && line_send(&channel->user, query, n);
}
