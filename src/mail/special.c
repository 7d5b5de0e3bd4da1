/*
 * Which addresses public mail cannot reach: the IANA registries of special-purpose addresses
 * (RFC 6890 and what was added since) as one table. The first matching row decides, so that
 * exceptions stand before the block they lie in. Addresses that carry an IPv4 address (mapped,
 * NAT64, 6to4) are judged by it. Whether a special address is allowed here is the caller's
 * policy; what a special address means for the mail is left to plan.c.
 */
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "mail/special.h"

/* A row of the registries; kind NULL = reachable from everywhere, an exception. */
struct special_row {
	struct ip_prefix prefix;
	const char *kind;
};

/* An address form with an IPv4 address inside, and at which octet. */
struct carrier {
	struct ip_prefix prefix;
	size_t offset;
};

#define V4(a, b, c, d, bits) \
	{ \
		.ip = { .family = 4, .bytes = { a, b, c, d } }, .length = bits \
	}
#define V6(bits, ...) \
	{ \
		.ip = { .family = 6, .bytes = { __VA_ARGS__ } }, .length = bits \
	}

static const struct special_row rows[] = {
	{ V4(0, 0, 0, 0, 32), "unspecified" }, /* RFC 1122 */
	{ V4(0, 0, 0, 0, 8), "reserved" }, /* RFC 791 */
	{ V4(10, 0, 0, 0, 8), "private" }, /* RFC 1918 */
	{ V4(100, 64, 0, 0, 10), "shared" }, /* RFC 6598 */
	{ V4(127, 0, 0, 0, 8), "loopback" }, /* RFC 1122 */
	{ V4(169, 254, 0, 0, 16), "link-local" }, /* RFC 3927 */
	{ V4(172, 16, 0, 0, 12), "private" }, /* RFC 1918 */
	{ V4(192, 0, 0, 9, 32), NULL }, /* RFC 7723 */
	{ V4(192, 0, 0, 10, 32), NULL }, /* RFC 8155 */
	{ V4(192, 0, 0, 0, 24), "reserved" }, /* RFC 6890 */
	{ V4(192, 0, 2, 0, 24), "documentation" }, /* RFC 5737 */
	{ V4(192, 88, 99, 0, 24), "reserved" }, /* RFC 7526 */
	{ V4(192, 168, 0, 0, 16), "private" }, /* RFC 1918 */
	{ V4(198, 18, 0, 0, 15), "benchmark" }, /* RFC 2544 */
	{ V4(198, 51, 100, 0, 24), "documentation" }, /* RFC 5737 */
	{ V4(203, 0, 113, 0, 24), "documentation" }, /* RFC 5737 */
	{ V4(224, 0, 0, 0, 4), "multicast" }, /* RFC 1112 */
	{ V4(255, 255, 255, 255, 32), "broadcast" }, /* RFC 919 */
	{ V4(240, 0, 0, 0, 4), "reserved" }, /* RFC 1112 */

	{ V6(128, 0), "unspecified" }, /* RFC 4291 */
	/* RFC 4291 */
	{ V6(128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), "loopback" },
	{ V6(48, 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01), "private" }, /* RFC 8215 */
	{ V6(64, 0x01, 0x00), "discard" }, /* RFC 6666 */
	/* RFC 7723 */
	{ V6(128, 0x20, 0x01, 0x00, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), NULL },
	/* RFC 8155 */
	{ V6(128, 0x20, 0x01, 0x00, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2), NULL },
	{ V6(48, 0x20, 0x01, 0x00, 0x02), "benchmark" }, /* RFC 5180 */
	{ V6(32, 0x20, 0x01, 0x00, 0x03), NULL }, /* RFC 7450 */
	{ V6(48, 0x20, 0x01, 0x00, 0x04, 0x01, 0x12), NULL }, /* RFC 7535 */
	{ V6(28, 0x20, 0x01, 0x00, 0x20), "identifier" }, /* RFC 7343 */
	{ V6(28, 0x20, 0x01, 0x00, 0x30), "identifier" }, /* RFC 9374 */
	{ V6(23, 0x20, 0x01, 0x00, 0x00), "reserved" }, /* RFC 2928 */
	{ V6(32, 0x20, 0x01, 0x0d, 0xb8), "documentation" }, /* RFC 3849 */
	{ V6(20, 0x3f, 0xff, 0x00, 0x00), "documentation" }, /* RFC 9637 */
	{ V6(16, 0x5f, 0x00), "reserved" }, /* RFC 9602 */
	{ V6(7, 0xfc), "private" }, /* RFC 4193 */
	{ V6(10, 0xfe, 0x80), "link-local" }, /* RFC 4291 */
	{ V6(10, 0xfe, 0xc0), "private" }, /* RFC 3879 */
	{ V6(8, 0xff), "multicast" }, /* RFC 4291 */
	/* What is left outside 2000::/3 has been given to nobody. */
	{ V6(3, 0x20), NULL }, /* RFC 4291 */
	{ V6(0, 0), "reserved" }, /* RFC 4291 */
};

static const struct carrier carriers[] = {
	{ V6(96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff), 12 }, /* mapped, RFC 4291 2.5.5.2 */
	{ V6(96, 0x00, 0x64, 0xff, 0x9b), 12 }, /* NAT64, RFC 6052 2.1 */
	{ V6(16, 0x20, 0x02), 2 }, /* 6to4, RFC 3056 2 */
};

/* Returns the IPv4 address that an IPv6 one carries, or the address itself. */
static struct ip_addr
unwrapped(const struct ip_addr *ip)
{
	for (size_t i = 0; i < sizeof carriers / sizeof *carriers; i++) {
		if (ip_in_prefix(ip, &carriers[i].prefix))
			return ip_from_bytes(ip->bytes + carriers[i].offset, 4);
	}
	return *ip;
}

const char *
special_kind(const struct ip_addr *ip)
{
	struct ip_addr inner = unwrapped(ip);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (ip_in_prefix(&inner, &rows[i].prefix))
			return rows[i].kind;
	}
	return NULL;
}

const char *
special_article(const char *kind)
{
	return strchr("aeiou", kind[0]) ? "an" : "a";
}

bool
special_is_self(const char *kind)
{
	return strcmp(kind, "loopback") == 0 || strcmp(kind, "unspecified") == 0;
}

/* True when the policy allows the address itself or the one that it carries. */
static bool
is_allowed(const struct ip_addr *ip, const struct special_policy *policy)
{
	struct ip_addr inner = unwrapped(ip);

	for (size_t i = 0; i < policy->allowed_count; i++) {
		if (ip_in_prefix(ip, &policy->allowed[i]) ||
		    ip_in_prefix(&inner, &policy->allowed[i]))
			return true;
	}
	return policy->allow_all;
}

const char *
special_refused(const struct ip_addr *ip, const struct special_policy *policy)
{
	const char *kind = special_kind(ip);

	return kind && is_allowed(ip, policy) ? NULL : kind;
}

/* Appends one prefix of n bytes at text to the policy: NULL, or a sentence. */
static char *
add_prefix(struct special_policy *policy, const char *text, size_t n)
{
	struct buf sentence = BUF_INIT;
	char *prefix = mem_strndup(text, n);
	bool room = policy->allowed_count < SPECIAL_PREFIXES_MAX;

	if (room && ip_prefix_parse(&policy->allowed[policy->allowed_count], prefix)) {
		policy->allowed_count++;
		free(prefix);
		return NULL;
	}
	free(prefix);
	if (!room) {
		buf_addf(&sentence, "Expected at most %d prefixes.", SPECIAL_PREFIXES_MAX);
		return buf_take(&sentence);
	}
	buf_adds(&sentence, "Expected address prefixes such as 10.0.0.0/8,fd00::/8, not \"");
	text_printable(&sentence, text, n < 64 ? n : 64);
	buf_adds(&sentence, "\".");
	return buf_take(&sentence);
}

char *
special_policy_parse(struct special_policy *policy, const char *text)
{
	struct special_policy parsed = { .allow_all = !text || strcmp(text, "all") == 0 };

	while (text && !parsed.allow_all) {
		size_t n = strcspn(text, ",");
		char *sentence = add_prefix(&parsed, text, n);

		if (sentence)
			return sentence;
		text = text[n] ? text + n + 1 : NULL;
	}
	*policy = parsed;
	return NULL;
}
