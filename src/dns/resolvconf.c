/*
 * resolv.conf(5) as text into settings.
 *
 * Decides what of it counts here: nameserver lines and the options on patience and transport,
 * with the limits of glibc (3 servers, timeout at most 30 s, 5 attempts). search, domain,
 * sortlist and ndots are known and read over. One bad line spoils nothing but itself. Reading
 * the file, and reading it again when it changes, is left to the caller.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "dns/resolvconf.h"

enum {
	PORT_DOMAIN = 53,
	TIMEOUT_DEFAULT = 5,
	TIMEOUT_MAX = 30,
	ATTEMPTS_DEFAULT = 5, /* not glibc's 2: lookup.c begins with 0.4 s, not with 5 s */
	ATTEMPTS_MAX = 5,
};

static const char blanks[] = " \t\r\f\v";

/* Cuts the next word off *rest, NULL at the end of the line or at a comment. */
static char *
next_word(char **rest)
{
	char *word = *rest + strspn(*rest, blanks);
	size_t n = strcspn(word, blanks);

	if (n == 0 || *word == '#' || *word == ';')
		return NULL;
	*rest = word + n;
	if (**rest)
		*(*rest)++ = '\0';
	return word;
}

/* Takes "nameserver ADDRESS". */
static bool
take_nameserver(struct resolvconf *conf, char *rest)
{
	const char *address = next_word(&rest);
	struct endpoint e = { .port = PORT_DOMAIN };

	if (!address || !ip_parse(&e.ip, address))
		return false;
	if (conf->server_count < RESOLVCONF_SERVERS_MAX)
		conf->servers[conf->server_count++] = e;
	return true;
}

/* Reads the number of "name:number" within 1..highest; a larger one counts as the highest. */
static void
take_number(const char *text, unsigned highest, unsigned *value)
{
	long number;

	if (text_number(text, 0, INT32_MAX, &number))
		*value = number < 1 ? 1 : number > highest ? highest : (unsigned)number;
}

/* Takes one option; those that do not concern us are read over, as resolv.conf(5) wants. */
static void
take_option(struct resolvconf *conf, const char *option)
{
	if (text_prefix_nocase(option, "timeout:"))
		take_number(option + strlen("timeout:"), TIMEOUT_MAX, &conf->timeout);
	else if (text_prefix_nocase(option, "attempts:"))
		take_number(option + strlen("attempts:"), ATTEMPTS_MAX, &conf->attempts);
	else if (text_equal_nocase(option, "rotate"))
		conf->rotate = true;
	else if (text_equal_nocase(option, "use-vc"))
		conf->use_tcp = true;
	else if (text_equal_nocase(option, "edns0"))
		conf->edns = true;
}

/* Takes "options OPTION ...". */
static bool
take_options(struct resolvconf *conf, char *rest)
{
	const char *option;

	while ((option = next_word(&rest)))
		take_option(conf, option);
	return true;
}

/* Reads over a line that is right and does not concern us. */
static bool
take_nothing(struct resolvconf *conf, char *rest)
{
	(void)conf;
	(void)rest;
	return true;
}

static const struct {
	const char *keyword;
	bool (*take)(struct resolvconf *conf, char *rest);
} keywords[] = {
	{ "nameserver", take_nameserver },
	{ "options", take_options },
	{ "search", take_nothing },
	{ "domain", take_nothing },
	{ "sortlist", take_nothing },
};

/* Takes one line; false when it is not understood. */
static bool
take_line(struct resolvconf *conf, char *line)
{
	const char *keyword = next_word(&line);

	if (!keyword)
		return true;
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
		if (strcmp(keyword, keywords[i].keyword) == 0)
			return keywords[i].take(conf, line);
	}
	return false;
}

void
resolvconf_parse(struct resolvconf *conf, const char *text)
{
	*conf = (struct resolvconf){ .timeout = TIMEOUT_DEFAULT, .attempts = ATTEMPTS_DEFAULT };
	while (*text) {
		size_t n = strcspn(text, "\n");
		char *line = mem_strndup(text, n);

		if (!take_line(conf, line))
			conf->bad_lines++;
		free(line);
		text += n + (text[n] == '\n');
	}
	if (conf->server_count == 0) {
		endpoint_parse(&conf->servers[0], "127.0.0.1", PORT_DOMAIN);
		conf->server_count = 1;
	}
}
