/*
 * EHLO wants a fully qualified name (RFC 5321 2.3.5). The kernel often knows only the first label; the
 * rest usually stands in /etc/hosts, where installers put it.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "cli/host_name.h"

/* True when word is node with a domain behind it: "mail" and "mail.example.org". */
static bool
qualifies(const char *word, const char *node)
{
	size_t n = strlen(node);

	return text_prefix_nocase(word, node) && word[n] == '.' && word[n + 1] != '\0';
}

char *
host_name_qualified(const char *node, const char *hosts)
{
	char *copy, *line, *rest, *found = NULL;

	if (*node == '\0')
		return mem_strdup("[127.0.0.1]");
	if (strchr(node, '.') != NULL || text_equal_nocase(node, "localhost"))
		return mem_strdup(node);
	rest = copy = mem_strdup(hosts);
	while (found == NULL && (line = strsep(&rest, "\n")) != NULL) {
		char *word;

		line[strcspn(line, "#")] = '\0';
		while (found == NULL && (word = strsep(&line, " \t\r")) != NULL) {
			if (qualifies(word, node))
				found = mem_strdup(word);
		}
	}
	free(copy);
	return found != NULL ? found : mem_strdup(node);
}
