/*
 * The laboratory's policy host, with libevent's HTTP server inside TLS. Decides nothing: status,
 * media type and text stand in the scenario, and whoever asks for another file gets 404. What
 * is wrong with its certificate is certificate.c's.
 */
#include <stdlib.h>
#include <string.h>

#include <sys/socket.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/http.h>

#include "util/mem.h"

#include "lab/loopback.h"
#include "lab/policyhost.h"

enum {
	BACKLOG = 16,
	STATUS_NOT_FOUND = 404,
	STATUS_REDIRECT = 300,
	STATUS_ERROR = 400,
};

static const char path[] = "/.well-known/mta-sts.txt";

struct policyhost {
	const struct lab_policy *policy;
	struct certifier *certifier;
	struct identity *identity; /* made at the first connection */
	struct evhttp *http;
	struct endpoint endpoint;
};

/* evhttp: a connection comes, which begins with a handshake. */
static struct bufferevent *
on_connection(struct event_base *base, void *context)
{
	struct policyhost *host = context;
	const struct lab_policy *policy = host->policy;

	if (!host->identity)
		host->identity = identity_new(
		    host->certifier, policy->name, policy->certificate, LAB_TLS_1_3);
	return bufferevent_openssl_socket_new(base, -1, identity_session(host->identity),
	    BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
}

/* evhttp: somebody asks for a file. */
static void
on_request(struct evhttp_request *request, void *context)
{
	const struct policyhost *host = context;
	const struct lab_policy *policy = host->policy;
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
	struct evbuffer *body = evbuffer_new();

	if (strcmp(evhttp_request_get_uri(request), path) != 0) {
		evhttp_send_reply(request, STATUS_NOT_FOUND, "Not Found", body);
	} else {
		evhttp_add_header(headers, "Content-Type", policy->type);
		if (policy->status >= STATUS_REDIRECT && policy->status < STATUS_ERROR)
			evhttp_add_header(headers, "Location", path);
		evbuffer_add(body, policy->text.data, policy->text.length);
		evhttp_send_reply(request, (int)policy->status, "As the scenario says", body);
	}
	evbuffer_free(body);
}

struct policyhost *
policyhost_new(struct event_base *base, const struct lab_policy *policy,
    struct certifier *certifier, char **error)
{
	struct policyhost *host = mem_alloc(sizeof *host);
	int fd = loopback_bind(SOCK_STREAM, 0, &host->endpoint);

	host->policy = policy;
	host->certifier = certifier;
	host->http = evhttp_new(base);
	evhttp_set_bevcb(host->http, on_connection, host);
	evhttp_set_gencb(host->http, on_request, host);
	if (fd >= 0 && listen(fd, BACKLOG) == 0 && evhttp_accept_socket(host->http, fd) == 0)
		return host;
	*error = loopback_error();
	if (fd >= 0)
		close(fd);
	policyhost_free(host);
	return NULL;
}

void
policyhost_free(struct policyhost *host)
{
	if (!host)
		return;
	evhttp_free(host->http);
	identity_free(host->identity);
	free(host);
}

struct endpoint
policyhost_endpoint(const struct policyhost *host)
{
	return host->endpoint;
}
