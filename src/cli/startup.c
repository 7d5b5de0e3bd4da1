/*
 * From the command line to settings: what the options leave open is filled in from resolv.conf, the host's
 * own name, and the standard places. Files are read here, once, before the loop runs.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/platform.h"
#include "util/span.h"
#include "dns/anchor.h"
#include "dns/hints.h"
#include "dns/resolvconf.h"

#include "app/settings.h"
#include "cli/host_name.h"
#include "cli/paths.h"
#include "cli/startup.h"

enum {
	FILE_MAX = 65536,
	DNS_TIMEOUT_SECONDS = 8
};

/* Where to ask, and how patiently: the options over resolv.conf over our defaults. */
static void
lookup_settings(struct dns_lookup_settings *lookup, const struct options *options)
{
	char *text = paths_read("/etc/resolv.conf", FILE_MAX);
	struct resolvconf conf;

	resolvconf_parse(&conf, text == NULL ? "" : text);
	free(text);
	*lookup = (struct dns_lookup_settings){
		.timeout_us = DNS_TIMEOUT_SECONDS * SPAN_SECOND,
		.attempts = conf.attempts,
		.longest_us = conf.timeout * SPAN_SECOND,
		.use_tcp = conf.use_tcp,
		.edns = true,
		.mix_case = true,
		.rotate = conf.rotate,
		.cookies = true,
	};
	if (options->dns_timeout > 0)
		lookup->timeout_us = (int64_t)(options->dns_timeout * (double)SPAN_SECOND);
	lookup->server_count = options->server_count;
	memcpy(lookup->servers, options->servers, sizeof lookup->servers);
	if (lookup->server_count > 0)
		return;
	lookup->server_count = conf.server_count;
	memcpy(lookup->servers, conf.servers, conf.server_count * sizeof *conf.servers);
}

/* The servers as one line for the top of the screen; the caller frees it. */
static char *
server_label(const struct dns_lookup_settings *lookup)
{
	struct buf label = BUF_INIT;
	char text[ENDPOINT_TEXT_MAX];

	for (size_t i = 0; i < lookup->server_count; i++)
		buf_addf(&label, "%s%s", i > 0 ? ", " : "",
		    lookup->servers[i].port == 53 ? ip_text(&lookup->servers[i].ip, text)
						  : endpoint_text(&lookup->servers[i], text));
	return buf_take(&label);
}

/* Reads where a walk from the root begins: the system's file, or what we were built with. */
static void
find_hints(struct dns_records *hints)
{
	char *text = paths_read("/usr/share/dns/root.hints", FILE_MAX);

	if (text != NULL)
		free(dns_hints_parse(text, hints));
	if (hints->count == 0)
		dns_hints_builtin(hints);
	free(text);
}

/* What the history takes in. */
static enum keeping
keeping_of(const struct options *options, const struct engine_settings *engine)
{
	if (engine->history == NULL)
		return KEEPING_NOTHING;
	return options->lab ? KEEPING_LAB : KEEPING_STUDIES;
}

void
startup_model(struct settings *settings, const struct options *options,
    const struct engine_settings *engine)
{
	*settings = (struct settings){
		.network = true,
		.probing = options->probing,
		.ipv4 = options->ipv4,
		.ipv6 = options->ipv6,
		.port = (uint16_t)options->port,
		.rcpt = options->rcpt,
		.special = options->special,
		.sender = options->sender,
		.seed = options->seed,
		.mouse = options->mode == RUN_INTERFACE,
		.leave_summary = true,
		.keeping = keeping_of(options, engine),
		.server = server_label(&engine->lookup),
	};

	if (options->mail_from != NULL)
		settings_parse_sender(options->mail_from, &settings->mail_from);
	find_hints(&settings->hints);
	if (!options->seeded && !platform_random(&settings->seed, sizeof settings->seed))
		settings->seed = (uint64_t)getpid();
}

struct hash_key
startup_mask_key(void)
{
	struct hash_key key;

	if (!platform_random(&key, sizeof key))
		key = (struct hash_key){ (uint64_t)getpid(), (uint64_t)getppid() };
	return key;
}

/* This host's name for EHLO; the caller frees it. */
static char *
helo_name(const struct options *options)
{
	struct utsname host;
	char *hosts, *name;

	if (options->helo != NULL)
		return mem_strdup(options->helo);
	hosts = paths_read("/etc/hosts", FILE_MAX);
	name = host_name_qualified(
	    uname(&host) == 0 ? host.nodename : "", hosts == NULL ? "" : hosts);
	free(hosts);
	return name;
}

/* Where the history is kept: not at all in a report, unless a file was named. The caller frees it. */
static char *
history_path(const struct options *options)
{
	char *path;

	if (!options->keep_history)
		return NULL;
	if (options->history != NULL)
		return mem_strdup(options->history);
	if (options->mode != RUN_INTERFACE || options->lab)
		return NULL;
	path = paths_state("history.db");
	if (path != NULL)
		paths_make_parents(path);
	return path;
}

/* Reads the trust anchors from a file; a sentence (the caller frees it) when it holds none. */
static char *
read_anchors(struct dns_records *anchors, const char *path)
{
	char *text = paths_read(path, FILE_MAX), *fault;
	struct buf sentence = BUF_INIT;

	fault = text == NULL ? mem_strdup("the file cannot be read")
			     : dns_anchors_parse(text, anchors);
	free(text);
	if (fault == NULL)
		return NULL;
	buf_addf(&sentence, "--trust-anchor %s: %s.", path, fault);
	free(fault);
	return buf_take(&sentence);
}

/* Where systems keep the root's trust anchors: Debian's dns-root-data first, then unbound's. */
static const char *const anchor_files[] = {
	"/usr/share/dns/root.key",
	"/var/lib/unbound/root.key",
	"/etc/unbound/root.key",
};

/* Reads the root's trust anchors from the first of the system's files that has any. */
static void
read_system_anchors(struct dns_records *anchors)
{
	for (size_t i = 0;
	     anchors->count == 0 && i < sizeof anchor_files / sizeof *anchor_files; i++)
		free(read_anchors(anchors, anchor_files[i]));
}

/*
 * The trust anchors: those of a file, or without --trust-anchor the system's for the root; with the word
 * `root` also those that we were built with, which may be old. The laboratory has one of its own.
 */
static char *
find_anchors(struct dns_records *anchors, const struct options *options)
{
	bool root = options->trust_anchor != NULL && strcmp(options->trust_anchor, "root") == 0;

	if (!options->validating || options->lab)
		return NULL;
	if (options->trust_anchor != NULL && !root)
		return read_anchors(anchors, options->trust_anchor);
	read_system_anchors(anchors);
	if (anchors->count == 0 && root)
		dns_anchors_builtin(anchors);
	return NULL;
}

char *
startup_engine(struct engine_settings *engine, const struct options *options)
{
	*engine = (struct engine_settings){
		.helo = helo_name(options),
		.connections = (size_t)options->connections,
		.patience_us = (int64_t)(options->timeout * (double)SPAN_SECOND),
		.ca_file = options->ca_file,
		.history = history_path(options),
		.validating = options->validating,
		.lab = options->lab,
		.shared = options->mode == RUN_REPORT,
	};
	lookup_settings(&engine->lookup, options);
	return find_anchors(&engine->anchors, options);
}

void
startup_clear(struct engine_settings *engine)
{
	free(engine->helo);
	free(engine->history);
	dns_records_clear(&engine->anchors);
}

char *
startup_config(const struct options *options, bool *named)
{
	const char *path = options->config != NULL ? options->config : getenv("MXSCOPE_CONFIG");

	*named = path != NULL;
	return path == NULL ? paths_config("config") : mem_strdup(path);
}
