/*
 * The name this host gives itself in EHLO, found without asking the DNS: nothing may wait for it.
 */
#ifndef CLI_HOST_NAME_H
#define CLI_HOST_NAME_H

/*
 * Returns the fully qualified form of `node` (what the kernel calls this host) from the text of a
 * hosts(5) file, or node itself when it is qualified already or the file knows none; "localhost"
 * and its like do not count. An empty node gives the address literal "[127.0.0.1]" (RFC 5321
 * 4.1.1.1). The caller frees it.
 */
char *host_name_qualified(const char *node, const char *hosts);

#endif
