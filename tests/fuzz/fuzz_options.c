/*
 * Any words as a command line, NULs between them: refused with one printable sentence, or read into
 * options within their bounds.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "cli/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	WORDS_MAX = 32
};

/* Ends the run when something does not hold. */
static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* Options that were accepted keep to what their help says. */
static void
check_bounds(const struct options *options)
{
	require(options->port >= 1 && options->port <= 65535);
	require(options->timeout >= 0.1 && options->timeout <= 3600);
	require(options->dns_timeout == 0 ||
	    (options->dns_timeout >= 0.1 && options->dns_timeout <= 3600));
	require(options->jobs >= 1 && options->jobs <= 1000);
	require(options->connections >= 1 && options->connections <= 512);
	require(options->server_count <= DNS_SERVERS_MAX);
	require(options->share.index >= 1 && options->share.index <= options->share.count);
	require(options->name_count >= 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size), *words[WORDS_MAX + 2];
	char program[] = "mxscope", *sentence;
	struct options options;
	int count = 1;

	words[0] = program;
	for (size_t at = 0; at < size && count <= WORDS_MAX; at += strlen(text + at) + 1)
		words[count++] = text + at;
	words[count] = NULL;
	sentence = options_parse(&options, count, words);
	if (sentence != NULL)
		require(text_is_printable(sentence, strlen(sentence)));
	else
		check_bounds(&options);
	free(sentence);
	free(text);
	return 0;
}
