/*
 * One TCP connection on the loop: opened, plain at first, then perhaps inside TLS. It
 * reports what happens and hands bytes over; it knows no protocol and no patience - the caller
 * sets the timers and closes the stream when it has waited enough.
 */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "util/ip.h"

struct bufferevent;
struct dialler;
struct event_base;
struct tls_client;
struct stream;

/* What happened. The stream may be closed from inside the callback. */
enum stream_event {
	STREAM_OPENED, /* the connection is up */
	STREAM_NOT_OPENED, /* it is not: stream_error() says why */
	STREAM_READABLE, /* take all bytes with stream_read(): what is left is told again */
	STREAM_SECURED, /* the TLS handshake is done */
	STREAM_NOT_SECURED, /* it broke: tls_error(stream_bufferevent()) says why */
	STREAM_CLOSED, /* the peer closed; what it sent before was told before */
	STREAM_RESET, /* the connection was reset, or broke in another way */
};

typedef void stream_callback(void *context, enum stream_event event);

/*
 * Begins to connect to the endpoint; STREAM_OPENED or STREAM_NOT_OPENED follows from the loop
 * (neither where the dialler wants silence). Returns NULL and sets errno when that failed at
 * once. Close it with stream_close().
 */
struct stream *stream_open(struct event_base *base, const struct dialler *dialler,
    const struct endpoint *peer, stream_callback *callback, void *context);

/*
 * Closes politely, without waiting: what was written and close_notify are sent as far as the
 * kernel takes them, what has arrived is read and dropped (a close with unread bytes would
 * reset the connection and could destroy our last line on its way), then the connection is
 * closed. NULL is fine.
 */
void stream_close(struct stream *stream);

/* Sends n bytes, inside TLS when it is up; before STREAM_OPENED they wait. */
void stream_write(struct stream *stream, const void *bytes, size_t n);

/*
 * Moves at most size received bytes into buffer; returns how many, 0 when there are none
 * left.
 */
size_t stream_read(struct stream *stream, void *buffer, size_t size);

/*
 * Starts TLS with this SNI (or none, NULL); STREAM_SECURED or STREAM_NOT_SECURED follows. Plain
 * bytes not yet taken with stream_read() are lost. False when TLS could not be started at all.
 */
bool stream_secure(struct stream *stream, struct tls_client *tls, const char *server_name);

/*
 * The bufferevent that bytes go through, for the functions of net/tls.h; NULL for a silent
 * one.
 */
struct bufferevent *stream_bufferevent(const struct stream *stream);

/* What in TLS ended the connection, a printable clause; NULL when TLS did not. */
const char *stream_fault(const struct stream *stream);

/* The errno that kept the stream from opening; 0 before STREAM_NOT_OPENED. */
int stream_error(const struct stream *stream);

#endif
