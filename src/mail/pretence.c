/*
 * The list of pretences: how TARGET and STATE are read, which of them contradict the facts or
 * each other, and which pretence counts for a target or a question. What a pretended state makes
 * of the facts is imagine.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "util/text.h"
#include "dns/idn.h"

#include "mail/pretence.h"

NAMES_DEFINE(pretended_state, PRETENDED_STATES)

/* --- reading a target -------------------------------------------------------------------- */

/* Reads "pref:10": false for anything else. */
static bool
read_tier(struct pretence *pretence, const struct mail_facts *facts, const char *text)
{
	long preference;

	(void)facts;
	if (!text_prefix_nocase(text, "pref:") || !text_number(text + 5, 0, 65535, &preference))
		return false;
	pretence->scope = PRETENCE_TIER;
	pretence->preference = (uint16_t)preference;
	return true;
}

/* Reads "ipv4" or "ipv6": false for anything else. */
static bool
read_family(struct pretence *pretence, const struct mail_facts *facts, const char *text)
{
	(void)facts;
	if (!text_equal_nocase(text, "ipv4") && !text_equal_nocase(text, "ipv6"))
		return false;
	pretence->scope = PRETENCE_FAMILY;
	pretence->family = text[3] == '4' ? 4 : 6;
	return true;
}

/* Reads "nameserver", which means the domain's own, or "nameserver:ZONE". */
static bool
read_nameserver(struct pretence *pretence, const struct mail_facts *facts, const char *text)
{
	static const char word[] = "nameserver";

	if (!text_prefix_nocase(text, word))
		return false;
	text += sizeof word - 1;
	pretence->scope = PRETENCE_NAMESERVER;
	pretence->host = facts->subject.domain;
	return *text == '\0' ||
	    (*text == ':' && dns_name_parse(&pretence->host, text + 1) == DNS_NAME_OK);
}

/* Reads an address, with or without the brackets in which sentences show it. */
static bool
read_address(struct pretence *pretence, const struct mail_facts *facts, const char *text)
{
	size_t length = strlen(text);
	char inside[IP_TEXT_MAX];

	(void)facts;
	pretence->scope = PRETENCE_ADDRESS;
	if (text[0] != '[' || text[length - 1] != ']' || length - 2 >= sizeof inside)
		return ip_parse(&pretence->ip, text);
	memcpy(inside, text + 1, length - 2);
	inside[length - 2] = '\0';
	return ip_parse(&pretence->ip, inside);
}

/* Reads a host name, in letters beyond ASCII, too: false for anything else. */
static bool
read_host(struct pretence *pretence, const struct mail_facts *facts, const char *text)
{
	(void)facts;
	pretence->scope = PRETENCE_HOST;
	return idn_to_name(text, &pretence->host) == NULL;
}

/* Reads any of these. */
static bool
read_target(struct pretence *pretence, const struct mail_facts *facts, const char *text)
{
	static bool (*const readers[])(
	    struct pretence *, const struct mail_facts *, const char *) = {
		read_tier,
		read_family,
		read_nameserver,
		read_address,
		read_host,
	};

	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
		if (readers[i](pretence, facts, text))
			return true;
	}
	return false;
}

/* --- what a pretence is about -------------------------------------------------------------- */

/* True when the pretence is about connecting to this target. */
static bool
covers_target(const struct pretence *pretence, const struct mail_facts *facts,
    const struct mail_target *at)
{
	const struct mx_exchange *exchange = &facts->mx.exchanges[at->exchange];

	switch (pretence->scope) {
	case PRETENCE_NAMESERVER:
		break;
	case PRETENCE_FAMILY:
		return at->ip.family == pretence->family;
	case PRETENCE_TIER:
		return exchange->preference == pretence->preference;
	case PRETENCE_HOST:
		return dns_name_equal(&exchange->name, &pretence->host);
	case PRETENCE_ADDRESS:
		return ip_equal(&at->ip, &pretence->ip);
	}
	return false;
}

/* True when the pretence is about this question. */
static bool
covers_question(const struct pretence *pretence, const struct dns_question *question,
    const uint16_t *preference)
{
	switch (pretence->scope) {
	case PRETENCE_NAMESERVER:
		return dns_name_below(&question->name, &pretence->host);
	case PRETENCE_FAMILY:
		return question->type == (pretence->family == 4 ? DNS_TYPE_A : DNS_TYPE_AAAA);
	case PRETENCE_TIER:
		return preference && *preference == pretence->preference;
	case PRETENCE_HOST:
		return question->type != DNS_TYPE_MX &&
		    dns_name_equal(&question->name, &pretence->host);
	case PRETENCE_ADDRESS:
		break;
	}
	return false;
}

/* The narrower of two pretences, of which the first may be NULL. */
static const struct pretence *
narrower(const struct pretence *before, const struct pretence *pretence)
{
	return before && before->scope >= pretence->scope ? before : pretence;
}

const struct pretence *
pretences_of_target(
    const struct pretences *pretences, const struct mail_facts *facts, size_t target)
{
	const struct pretence *found = NULL;

	for (size_t i = 0; i < pretences->count; i++) {
		const struct pretence *pretence = &pretences->items[i];

		if (pretence->state != PRETENDED_SERVFAIL &&
		    covers_target(pretence, facts, &facts->targets[target]))
			found = narrower(found, pretence);
	}
	return found;
}

const struct pretence *
pretences_of_question(const struct pretences *pretences, const struct dns_question *question,
    const uint16_t *preference)
{
	const struct pretence *found = NULL;

	for (size_t i = 0; i < pretences->count; i++) {
		const struct pretence *pretence = &pretences->items[i];
		bool asks = pretence->state == PRETENDED_SERVFAIL ||
		    pretence->scope == PRETENCE_NAMESERVER;

		if (asks && covers_question(pretence, question, preference))
			found = narrower(found, pretence);
	}
	return found;
}

/* --- what cannot be pretended ---------------------------------------------------------------- */

/* True when something that is known bears this target. */
static bool
has_target(const struct mail_facts *facts, const struct pretence *pretence)
{
	bool found = pretence->scope == PRETENCE_NAMESERVER;

	for (size_t i = 0; !found && i < facts->target_count; i++)
		found = covers_target(pretence, facts, &facts->targets[i]);
	for (size_t i = 0; !found && i < facts->mx.count; i++) {
		const struct mx_exchange *exchange = &facts->mx.exchanges[i];

		found = (pretence->scope == PRETENCE_TIER &&
			    exchange->preference == pretence->preference) ||
		    (pretence->scope == PRETENCE_HOST &&
			dns_name_equal(&exchange->name, &pretence->host));
	}
	return found;
}

/* True when the state fits this kind of target. */
static bool
fits_scope(const struct pretence *pretence)
{
	if (pretence->scope == PRETENCE_NAMESERVER)
		return pretence->state == PRETENDED_DOWN ||
		    pretence->state == PRETENDED_TIMEOUT ||
		    pretence->state == PRETENDED_SERVFAIL;
	return pretence->scope != PRETENCE_ADDRESS || pretence->state != PRETENDED_SERVFAIL;
}

/* True when a probe that has ended contradicts this state: there was no dialogue to change. */
static bool
is_contradicted(const struct smtp_facts *probe, enum pretended_state state)
{
	if (!probe || probe->outcome == SMTP_IN_PROGRESS || probe->outcome == SMTP_SKIPPED)
		return false;
	if (state == PRETENDED_NO_STARTTLS)
		return !probe->extensions_known;
	return state == PRETENDED_BAD_CERT && !probe->tls.present;
}

/* True when all that the pretence is about contradicts it. */
static bool
contradicts(const struct mail_facts *facts, const struct pretence *pretence)
{
	size_t covered = 0, contradicted = 0;

	for (size_t i = 0; i < facts->target_count; i++) {
		if (!covers_target(pretence, facts, &facts->targets[i]))
			continue;
		covered++;
		contradicted += is_contradicted(facts->targets[i].probe, pretence->state);
	}
	return covered > 0 && covered == contradicted;
}

/* True when both are about the same thing. */
static bool
same_target(const struct pretence *a, const struct pretence *b)
{
	if (a->scope != b->scope)
		return false;
	switch (a->scope) {
	case PRETENCE_NAMESERVER:
	case PRETENCE_HOST:
		return dns_name_equal(&a->host, &b->host);
	case PRETENCE_FAMILY:
		return a->family == b->family;
	case PRETENCE_TIER:
		return a->preference == b->preference;
	case PRETENCE_ADDRESS:
		return ip_equal(&a->ip, &b->ip);
	}
	return false;
}

/* The pretence about the same thing, or the end of the list. */
static size_t
find_same(const struct pretences *pretences, const struct pretence *pretence)
{
	size_t i = 0;

	while (i < pretences->count && !same_target(&pretences->items[i], pretence))
		i++;
	return i;
}

/* Writes why a pretence cannot be, and returns the sentence; NULL when it can. */
static char *
object(const struct pretences *pretences, const struct mail_facts *facts,
    const struct pretence *pretence)
{
	size_t same = find_same(pretences, pretence);
	struct buf sentence = BUF_INIT;

	if (!has_target(facts, pretence))
		buf_addf(&sentence,
		    "Nothing of %s is called so: expected an exchange or address of it, "
		    "pref:N, ipv4, ipv6 or nameserver.",
		    facts->subject.ascii);
	else if (!fits_scope(pretence))
		buf_addf(&sentence, "%s cannot be \"%s\": expected %s.",
		    pretence->scope == PRETENCE_ADDRESS ? "An address" : "A name server",
		    pretended_state_name(pretence->state),
		    pretence->scope == PRETENCE_ADDRESS
			? "a state of a server; names have SERVFAIL"
			: "down, timeout or servfail");
	else if (contradicts(facts, pretence))
		buf_addf(&sentence,
		    "That contradicts what was seen: %s, so that \"%s\" changes nothing.",
		    pretence->state == PRETENDED_BAD_CERT ? "no certificate was shown there"
							  : "no server said EHLO there",
		    pretended_state_name(pretence->state));
	else if (same < pretences->count && pretences->items[same].state == pretence->state)
		buf_adds(&sentence, "That is pretended already; `what-if clear` ends it.");
	else if (same == PRETENCES_MAX)
		buf_addf(&sentence, "No more than %d things can be pretended at once.",
		    PRETENCES_MAX);
	else
		return NULL;
	return buf_take(&sentence);
}

/* --- changing the list ------------------------------------------------------------------------- */

/* Adds the pretence unless something speaks against it. */
static char *
add(struct pretences *pretences, const struct mail_facts *facts,
    const struct pretence *pretence)
{
	char *sentence = object(pretences, facts, pretence);
	size_t at = find_same(pretences, pretence);

	if (sentence)
		return sentence;
	pretences->items[at] = *pretence;
	if (at == pretences->count)
		pretences->count++;
	return NULL;
}

/* The sentence for a word that is not what was expected. */
static char *
expected(const char *what, const char *word)
{
	struct buf sentence = BUF_INIT;

	buf_addf(&sentence, "`what-if` expects %s: \"", what);
	text_printable(&sentence, word, strlen(word));
	buf_adds(&sentence, "\" is none of these.");
	return buf_take(&sentence);
}

char *
pretences_add(struct pretences *pretences, const struct mail_facts *facts, const char *target,
    const char *state)
{
	struct pretence pretence = { .state = PRETENDED_DOWN };

	if (!read_target(&pretence, facts, target))
		return expected(
		    "an exchange or address, pref:N, ipv4, ipv6 or nameserver", target);
	if (!pretended_state_parse(state, &pretence.state))
		return expected(
		    "down, timeout, 421, 554, no-starttls, bad-cert or servfail", state);
	return add(pretences, facts, &pretence);
}

/* Takes the pretence at this place out of the list. */
static void
drop(struct pretences *pretences, size_t at)
{
	pretences->count--;
	memmove(&pretences->items[at], &pretences->items[at + 1],
	    (pretences->count - at) * sizeof *pretences->items);
}

char *
pretences_toggle_down(struct pretences *pretences, const struct mail_facts *facts,
    const struct dns_name *host, const struct ip_addr *ip, bool *on)
{
	struct pretence pretence = { .scope = PRETENCE_HOST, .state = PRETENDED_DOWN };
	size_t at;

	pretence.host = *host;
	if (ip) {
		pretence.scope = PRETENCE_ADDRESS;
		pretence.ip = *ip;
	}
	at = find_same(pretences, &pretence);
	*on = at == pretences->count;
	if (*on)
		return add(pretences, facts, &pretence);
	drop(pretences, at);
	return NULL;
}

/* --- words ---------------------------------------------------------------------------------------- */

void
pretence_write(struct buf *out, const struct pretence *pretence)
{
	char name[DNS_NAME_TEXT_MAX], ip[IP_TEXT_MAX];

	switch (pretence->scope) {
	case PRETENCE_NAMESERVER:
		buf_addf(out, "nameserver:%s", dns_name_text(&pretence->host, name));
		break;
	case PRETENCE_FAMILY:
		buf_addf(out, "ipv%u", pretence->family);
		break;
	case PRETENCE_TIER:
		buf_addf(out, "pref:%u", pretence->preference);
		break;
	case PRETENCE_HOST:
		buf_adds(out, dns_name_text(&pretence->host, name));
		break;
	case PRETENCE_ADDRESS:
		buf_adds(out, ip_text(&pretence->ip, ip));
		break;
	}
	buf_addf(out, " %s", pretended_state_name(pretence->state));
}

void
pretences_write(struct buf *out, const struct pretences *pretences)
{
	for (size_t i = 0; i < pretences->count; i++) {
		buf_adds(out, i > 0 ? ", " : "");
		pretence_write(out, &pretences->items[i]);
	}
}
