/*
 * Any text as a domain name: what is taken prints, and reads back as the same name; the same
 * for what libidn2 makes of it, and for any octets made printable.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "dns/idn.h"
#include "dns/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run when something does not hold. */
static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* Prints the name and reads it back. */
static void
print_and_read(const struct dns_name *name)
{
	char text[DNS_NAME_TEXT_MAX];
	struct dns_name back;

	require(dns_name_parse(&back, dns_name_text(name, text)) == DNS_NAME_OK);
	require(dns_name_equal(name, &back));
	require(dns_name_hash(name) == dns_name_hash(&back));
	require(dns_name_below(name, &back));
}

/*
 * Shows the name as U-labels: if that is a name, which a bad A-label in it may prevent, it is
 * the same.
 */
static void
show_and_read(const struct dns_name *name)
{
	char *unicode = idn_to_unicode(name);
	struct dns_name back;

	require(text_is_printable(unicode, strlen(unicode)));
	if (!strchr(unicode, '\\') && !idn_to_name(unicode, &back))
		require(dns_name_equal(name, &back));
	free(unicode);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size);
	char *printable = text_printable_copy(data, size);
	struct dns_name name;

	require(text_is_printable(printable, strlen(printable)));
	require(text_fit(printable, text_width(printable)) == strlen(printable));
	if (dns_name_parse(&name, text) == DNS_NAME_OK)
		print_and_read(&name);
	if (!idn_to_name(text, &name))
		show_and_read(&name);
	if (dns_name_from_wire(&name, data, size))
		print_and_read(&name);
	free(printable);
	free(text);
	return 0;
}
