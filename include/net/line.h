/*
 * Lines: sockets to name servers, over UDP or over TCP with length-framed messages (RFC 1035
 * 4.2.2), and whose the packets are that arrive on them. Inside the room: which users share a
 * line, and when there is a new one, net/channel says.
 */
#ifndef NET_LINE_H
#define NET_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/message.h"
#include "net/datagrams.h"
#include "net/list.h"
#include "net/socket.h"
#include "util/buf.h"
#include "util/ip.h"

struct dialler;
struct event;
struct event_base;
struct line;
struct line_user;
struct stream;

enum {
	LINE_USES_MAX = 1000, /* users until a shared line is replaced */
	LINE_PIPELINE_MAX = 100, /* users at once of one TCP connection */
};

/* What a line tells its owner, from the loop only. */
struct line_calls {
	/* A packet for this user is about to be told of, among others: see util/prefetch.h. */
	void (*expected)(struct line_user *user);
	/* A packet for this user, or one that fits nobody's question: the user may leave. */
	void (*received)(struct line_user *user, const uint8_t *wire, size_t n);
	/*
	 * The line is of no more use, for this reason: every user has to leave it. Lost = the
	 * server closed a connection on which it had answered before.
	 */
	void (*broken)(struct line *line, const struct socket_fault *why, bool lost);
	/* Nobody uses the line and nobody will: free it. */
	void (*over)(struct line *line);
};

/* What all lines have in common. */
struct line_site {
	struct event_base *base;
	const struct dialler *dialler;
	struct line_calls calls;
	struct event *turn; /* made active when there is something to send */
	struct list unsent; /* lines with outgoing users */
	struct datagrams arrived; /* those of one line, while they are delivered */
};

/* One who sends on a line. */
struct line_user {
	struct list place; /* in line.users */
	struct list same_id; /* in line.by_id, once it has sent something there */
	struct list outgoing; /* in line.outgoing, while its query waits to be sent */
	struct line *line;
	unsigned round; /* the line's, when this user was last told of a packet for all */
	bool noted; /* the query was sent on this line */
	size_t query_length; /* 0 before anything is sent */
	uint8_t query[DNS_QUERY_MAX]; /* the last one sent */
};

/* One socket. */
struct line {
	struct line_site *site;
	struct endpoint server;
	void *owner; /* of whom the calls know */
	struct list users;
	struct list
	    *by_id; /* the users that have sent, by their query's id: one list, or many */
	struct list alone; /* .by_id of a line for one */
	struct list outgoing; /* users whose queries go out together when the loop has turned */
	struct list unsent; /* in site.unsent, while there are such */
	size_t user_count;
	unsigned uses; /* users that it has ever had */
	unsigned round; /* counts deliveries to all: see struct line_user */
	bool shared;
	bool busy; /* something is being delivered: it is not over before that is */
	bool broken; /* nobody may join, and it is over with its last user */
	bool answered; /* the server has answered on it before */
	int udp; /* SOCKET_NONE when this is TCP, SOCKET_SILENT when nobody is there */
	struct event *readable; /* of the UDP socket */
	struct stream *tcp; /* NULL when this is UDP */
	struct buf arrived; /* TCP octets that are no whole message yet */
	struct event *idle; /* ends a shared line that nobody uses */
	uint8_t *ids; /* of a shared line: a bit for each id that was sent on it */
};

/* Fills in what lines have in common. Clear it with line_site_clear(), after the last line. */
void line_site_init(struct line_site *site, struct event_base *base,
    const struct dialler *dialler, const struct line_calls *calls);
void line_site_clear(struct line_site *site);

/* Returns a new line to the server, for one user alone; NULL and errno. Free it with line_free(). */
struct line *line_new(
    struct line_site *site, enum socket_kind kind, const struct endpoint *server, void *owner);

/* Makes a line that nobody has used one for many. */
void line_share(struct line *line);

/* Has nobody join any more: the line is over with its last user. */
void line_unshare(struct line *line);

/* Closes the socket. Nobody uses the line any more, or nobody who will know. */
void line_free(struct line *line);

/* True when one more user may join. NULL is fine. */
bool line_has_room(const struct line *line);

/* Puts a user, who is on no line, on this one. */
void line_join(struct line *line, struct line_user *user);

/* Takes a user off the line, which may be over with that. */
void line_leave(struct line_user *user);

/* True when a query with this query's id was sent on the line, which is shared. */
bool line_has_seen(const struct line *line, const uint8_t *query);

/*
 * True when another user has sent a query with this query's id on the same line: with its late
 * answer nobody could tell whose it is, and over TCP no two may have one (RFC 7766 6.2.1).
 */
bool line_would_confuse(const struct line_user *user, const uint8_t *query);

/*
 * Sends a query of at most DNS_QUERY_MAX octets; or queues it until TCP is connected, or on a UDP
 * line for many until the loop has turned, for them to go out together. False and errno.
 */
bool line_send(struct line_user *user, const uint8_t *query, size_t n);

#endif
