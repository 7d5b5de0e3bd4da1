/*
 * Any text as a zone: parsed with an origin and without; what is taken can be printed.
 */
#include <stdlib.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"
#include "dns/message.h"
#include "dns/walk.h"
#include "dns/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/*
 * ldns forgets two octets of a CERT record whose algorithm it does not know. The library is named, not
 * its function, for machines that know no more; the tests of dns/zone watch over what it gives us.
 */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libldns.so\n";
}

/* Parses the text and looks at what came of it. */
static void
parse(const char *text, const struct dns_name *origin)
{
	struct dns_records records = { 0 };
	char *fault = dns_zone_parse(text, origin, 300, &records);

	if (fault && records.count > 0)
		abort();
	for (size_t i = 0; i < records.count; i++) {
		const struct dns_record *record = &records.items[i];
		struct buf line = BUF_INIT;

		if (dns_rdata_check(record->type, record->rdata, 0, record->length))
			abort();
		dns_record_text(record, &line);
		if (!text_is_printable(line.data, line.length))
			abort();
		buf_clear(&line);
	}
	free(fault);
	dns_records_clear(&records);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size);
	struct dns_name origin;

	dns_name_parse(&origin, "example.net");
	parse(text, &origin);
	parse(text, NULL);
	free(text);
	return 0;
}
