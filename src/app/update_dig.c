/*
 * One question in full: whom to ask, and what came back. A server that was given by name is looked
 * up first, A and AAAA at once; IPv4 is preferred because it is reachable more often.
 */
#include <stdlib.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#include "app/dig.h"
#include "app/update_parts.h"

enum tag {
	TAG_QUESTION,
	TAG_A,
	TAG_AAAA,
};

/* Counts one more question in flight. */
static void
count(struct update *update, struct dig *dig)
{
	dig->pending++;
	update->model->in_flight++;
}

/* Orders the question itself. */
static void
inspect(struct update *update, struct dig *dig)
{
	const struct effect effect = {
		.kind = EFFECT_INSPECT,
		.ticket = dig->ticket,
		.tag = TAG_QUESTION,
		.question = dig->question,
		.target = dig->server,
		.manner = dig->manner,
	};

	effects_add(update->effects, &effect);
	count(update, dig);
}

/* Orders the addresses of the server. */
static void
look_up_server(struct update *update, struct dig *dig)
{
	static const uint16_t types[] = { DNS_TYPE_A, DNS_TYPE_AAAA };

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		const struct effect effect = {
			.kind = EFFECT_ASK,
			.ticket = dig->ticket,
			.tag = TAG_A + (uint32_t)i,
			.question = { .name = dig->server_name, .type = types[i] },
		};

		effects_add(update->effects, &effect);
		count(update, dig);
	}
}

/* Drops what is in flight for the question. */
static void
drop(struct update *update, struct dig *dig)
{
	enquiry_drop(update, dig->ticket, dig->pending);
	dig->pending = 0;
}

/* Takes an older question out of the model, and what is in flight for it. */
static void
forget(struct update *update)
{
	struct dig *dig = update->model->dig;

	if (dig == NULL)
		return;
	drop(update, dig);
	dig_free(dig);
	update->model->dig = NULL;
}

bool
dig_stop(struct update *update)
{
	struct dig *dig = update->model->dig;

	if (dig == NULL || dig->pending == 0)
		return false;
	drop(update, dig);
	dig->ticket = update->model->next_ticket++;
	dig->error = mem_strdup("stopped before a reply came");
	return true;
}

/* True for the command that only shows or hides the octets of the last reply. */
static bool
is_hex_alone(const struct command *command)
{
	return command->argument_count == 1 && text_equal_nocase(command->arguments[0], "+hex");
}

void
dig_command(struct update *update, const struct command *command)
{
	struct model *model = update->model;
	struct dig *dig;
	char *error;

	if (is_hex_alone(command) && model->dig != NULL) {
		model->dig->hex = !model->dig->hex;
		view_show(update, VIEW_DIG);
		return;
	}
	error = dig_parse(&dig, command->arguments, (size_t)command->argument_count);
	if (error != NULL || !study_network_on(update)) {
		if (error != NULL)
			update_message(update, MESSAGE_ERROR, "%s", error);
		else
			dig_free(dig);
		free(error);
		return;
	}
	forget(update);
	dig->ticket = model->next_ticket++;
	model->dig = dig;
	if (dig->server_name.length > 0)
		look_up_server(update, dig);
	else
		inspect(update, dig);
	view_show(update, VIEW_DIG);
}

/* Takes the first address of an answer. */
static bool
first_address(const struct dns_result *result, struct ip_addr *ip)
{
	for (size_t i = 0; result->outcome == DNS_ANSWER && i < result->answer.count; i++) {
		if (dns_record_address(&result->answer.items[i], ip))
			return true;
	}
	return false;
}

/* Chooses the server's address once both answers are here, and asks it. */
static void
choose_server(struct update *update, struct dig *dig)
{
	char name[DNS_NAME_TEXT_MAX];
	struct buf error = BUF_INIT;

	if (dig->addresses[0] == NULL || dig->addresses[1] == NULL)
		return;
	if (first_address(dig->addresses[0], &dig->server.ip) ||
	    first_address(dig->addresses[1], &dig->server.ip)) {
		inspect(update, dig);
		return;
	}
	buf_addf(&error, "no address of the name server %s was found: %s",
	    dns_name_text(&dig->server_name, name),
	    dns_outcome_help(dig->addresses[0]->outcome));
	dig->error = buf_take(&error);
}

bool
dig_answered(struct update *update, const struct event *event)
{
	struct dig *dig = update->model->dig;

	if (dig == NULL || dig->ticket != event->ticket)
		return false;
	dig->pending--;
	update->model->in_flight--;
	if (event->tag == TAG_QUESTION) {
		dig_take(dig, event->result);
	} else {
		dig->addresses[event->tag - TAG_A] = dns_result_hold(event->result);
		choose_server(update, dig);
	}
	return true;
}
