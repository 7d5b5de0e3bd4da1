/*
 * Any text as resolv.conf: the settings stay within their bounds.
 */
#include <stdlib.h>

#include "util/mem.h"
#include "dns/resolvconf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size);
	struct resolvconf conf;

	resolvconf_parse(&conf, text);
	if (conf.server_count < 1 || conf.server_count > RESOLVCONF_SERVERS_MAX ||
	    conf.timeout < 1 || conf.timeout > 30 || conf.attempts < 1 || conf.attempts > 5)
		abort();
	for (size_t i = 0; i < conf.server_count; i++) {
		if (conf.servers[i].ip.family == 0 || conf.servers[i].port != 53)
			abort();
	}
	free(text);
	return 0;
}
