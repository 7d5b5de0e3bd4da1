/*
 * Reverse and forward, held against each other.
 *
 * Decides that one name that leads back is enough, that a question which nobody answered is no
 * mismatch, and that the names are those of the answer, an alias of the reverse zone followed
 * (RFC 2317). What it is worth is the receivers' to say; findings word it.
 */
#include "mail/reverse.h"

NAMES_DEFINE(reverse_state, REVERSE_STATES)

/* Puts a reference into the place of another. */
static void
replace(const struct dns_result **place, const struct dns_result *result)
{
	dns_result_hold(result);
	dns_result_release(*place);
	*place = result;
}

void
mail_reverse_ptr(struct mail_reverse *reverse, const struct dns_result *result)
{
	reverse->asked = true;
	replace(&reverse->ptr, result);
}

void
mail_reverse_forward(struct mail_reverse *reverse, size_t i, const struct dns_result *result)
{
	replace(&reverse->forward[i], result);
}

void
mail_reverse_clear(struct mail_reverse *reverse)
{
	dns_result_release(reverse->ptr);
	for (size_t i = 0; i < REVERSE_NAMES_MAX; i++)
		dns_result_release(reverse->forward[i]);
	*reverse = (struct mail_reverse){ 0 };
}

/* True when the name is among the first n. */
static bool
stands_there(const struct dns_name *names, size_t n, const struct dns_name *name)
{
	for (size_t i = 0; i < n; i++) {
		if (dns_name_equal(&names[i], name))
			return true;
	}
	return false;
}

size_t
mail_reverse_names(const struct mail_reverse *reverse, struct dns_name names[REVERSE_NAMES_MAX])
{
	const struct dns_records *answer;
	size_t count = 0;

	if (reverse->ptr == NULL || reverse->ptr->outcome != DNS_ANSWER)
		return 0;
	answer = &reverse->ptr->answer;
	for (size_t i = 0; i < answer->count && count < REVERSE_NAMES_MAX; i++) {
		if (dns_record_target(&answer->items[i], &names[count]) &&
		    !dns_name_is_root(&names[count]) &&
		    !stands_there(names, count, &names[count]))
			count++;
	}
	return count;
}

/* True when the answer holds the address. */
static bool
holds(const struct dns_result *forward, const struct ip_addr *ip)
{
	struct ip_addr there;

	for (size_t i = 0; forward->outcome == DNS_ANSWER && i < forward->answer.count; i++) {
		if (dns_record_address(&forward->answer.items[i], &there) &&
		    ip_equal(&there, ip))
			return true;
	}
	return false;
}

/* How the address stands by its names, of which there are so many. */
static enum reverse_state
state_of_names(const struct mail_reverse *reverse, size_t count, const struct ip_addr *ip)
{
	enum reverse_state state = REVERSE_MISMATCH;

	for (size_t i = 0; i < count; i++) {
		const struct dns_result *forward = reverse->forward[i];

		if (forward != NULL && holds(forward, ip))
			return REVERSE_CONFIRMED;
		if (forward == NULL)
			state = REVERSE_PENDING;
		else if (state != REVERSE_PENDING && !dns_result_is_final(forward))
			state = REVERSE_ERROR;
	}
	return state;
}

enum reverse_state
mail_reverse_state(const struct mail_reverse *reverse, const struct ip_addr *ip)
{
	struct dns_name names[REVERSE_NAMES_MAX];
	size_t count;

	if (!reverse->asked)
		return REVERSE_UNASKED;
	if (reverse->ptr == NULL)
		return REVERSE_PENDING;
	if (!dns_result_is_final(reverse->ptr))
		return REVERSE_ERROR;
	count = mail_reverse_names(reverse, names);
	return count == 0 ? REVERSE_MISSING : state_of_names(reverse, count, ip);
}
