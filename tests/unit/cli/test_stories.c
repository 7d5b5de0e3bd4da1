/*
 * Stories of the model: commands and answers in, effects and what is shown out. A small world
 * answers the questions from zone text, so that a test reads as what a user does and sees.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/mem.h"
#include "util/span.h"
#include "dns/zone.h"

#include "app/update.h"
#include "cli/command.h"

static const char zone[] = "$TTL 300\n"
			   "example.net. MX 20 b.example.net.\n"
			   "example.net. MX 10 a.example.net.\n"
			   "a.example.net. A 192.0.2.1\n"
			   "a.example.net. AAAA 2001:db8::1\n"
			   "b.example.net. A 192.0.2.2\n"
			   "1.2.0.192.in-addr.arpa. PTR a.example.net.\n"
			   "2.2.0.192.in-addr.arpa. PTR other.example.\n"
			   "example.net. TXT \"v=spf1 mx -all\"\n"
			   "_dmarc.example.net. TXT \"v=DMARC1; p=reject\"\n"
			   "deep.sub.example.net. MX 10 a.example.net.\n"
			   "null.example. MX 0 .\n"
			   "other.example. MX 10 a.example.net.\n";

struct world {
	struct model model;
	struct effects effects; /* what is ordered and not yet carried out */
	struct dns_records records;
	struct moment now;
};

static int
set_up(void **state)
{
	struct world *world = mem_alloc(sizeof *world);
	const struct settings settings = {
		.network = true,
		.probing = true,
		.ipv4 = true,
		.ipv6 = true,
		.port = 25,
		.seed = 1,
		.special = { .allow_all = true },
	};

	model_init(&world->model, &settings);
	assert_null(dns_zone_parse(zone, NULL, 300, &world->records));
	world->now = (struct moment){ .us = 5 * SPAN_SECOND, .time = 1000000 };
	*state = world;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *world = *state;

	model_clear(&world->model);
	effects_clear(&world->effects);
	dns_records_clear(&world->records);
	free(world);
	return 0;
}

/* Lets the model see an event, and forgets the event. */
static void
happen(struct world *world, struct event *event)
{
	app_update(&world->model, event, world->now, &world->effects);
	event_clear(event);
}

/* Says a command line, as the prompt would. */
static void
say(struct world *world, const char *line)
{
	struct event event = { .kind = EVENT_COMMAND };
	bool empty;
	char *error = command_parse(line, &event.command, &empty);

	if (error != NULL)
		fail_msg("%s: %s", line, error);
	happen(world, &event);
}

/* The world's answer to a question. */
static const struct dns_result *
answer(const struct world *world, const struct dns_question *question)
{
	struct dns_result *result = dns_result_new(question);
	bool exists = false;

	for (size_t i = 0; i < world->records.count; i++) {
		const struct dns_record *record = &world->records.items[i];

		if (!dns_name_equal(&record->owner, &question->name))
			continue;
		exists = true;
		if (record->type == question->type)
			dns_records_copy(&result->answer, record);
	}
	result->outcome = result->answer.count > 0 ? DNS_ANSWER
	    : exists                               ? DNS_NODATA
						   : DNS_NXDOMAIN;
	result->ttl = 300;
	result->received_us = world->now.us;
	return result;
}

/* Carries out the first effect: answers a question, or ends a probe as accepting. */
static void
carry_out(struct world *world, const struct effect *effect)
{
	struct event event = { .ticket = effect->ticket, .tag = effect->tag };

	if (effect->kind == EFFECT_ASK) {
		event.kind = EVENT_DNS;
		event.result = answer(world, &effect->question);
		happen(world, &event);
	} else if (effect->kind == EFFECT_PROBE) {
		event.kind = EVENT_PROBE;
		event.probe = mem_alloc(sizeof *event.probe);
		smtp_facts_init(event.probe, world->now.us);
		event.probe->outcome = SMTP_ACCEPTING;
		event.probe->ended_us = world->now.us + SPAN_MS;
		happen(world, &event);
	}
}

/* Carries out effects until none is left, in order. Returns how many of this kind there were. */
static size_t
settle(struct world *world, enum effect_kind kind)
{
	size_t seen = 0;

	while (world->effects.count > 0) {
		struct effects now = world->effects;

		world->effects = (struct effects){ 0 };
		for (size_t i = 0; i < now.count; i++) {
			seen += now.items[i].kind == kind;
			carry_out(world, &now.items[i]);
		}
		effects_clear(&now);
	}
	return seen;
}

/* The number of effects of a kind that wait to be carried out. */
static size_t
ordered(const struct world *world, enum effect_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < world->effects.count; i++)
		n += world->effects.items[i].kind == kind;
	return n;
}

/* The number of questions for this type that wait to be answered. */
static size_t
asked(const struct world *world, uint16_t type)
{
	size_t n = 0;

	for (size_t i = 0; i < world->effects.count; i++) {
		const struct effect *effect = &world->effects.items[i];

		n += effect->kind == EFFECT_ASK && effect->question.type == type;
	}
	return n;
}

static void
a_domain_is_studied_to_its_verdict(void **state)
{
	struct world *world = *state;
	const struct inquiry *inquiry;

	say(world, "example.net");
	assert_int_equal(asked(world, DNS_TYPE_MX), 1);
	assert_int_equal(world->model.in_flight, ordered(world, EFFECT_ASK));
	assert_int_equal(settle(world, EFFECT_PROBE), 3);
	inquiry = model_selected_inquiry(&world->model);
	assert_int_equal(inquiry->verdict.kind, VERDICT_DELIVER);
	assert_int_equal(inquiry->plan.attempts, 3);
	assert_string_equal(
	    inquiry->facts.mx.exchanges[inquiry->plan.exchange_order[0]].text, "a.example.net");
	assert_true(inquiry->ended_us > 0);
	assert_int_equal(world->model.in_flight, 0);
}

static void
addresses_are_asked_for_as_soon_as_the_mx_is_known(void **state)
{
	struct world *world = *state;
	struct effects first;

	say(world, "example.net");
	first = world->effects;
	world->effects = (struct effects){ 0 };
	carry_out(world, &first.items[0]);
	assert_int_equal(asked(world, DNS_TYPE_A), 2);
	assert_int_equal(asked(world, DNS_TYPE_AAAA), 2);
	assert_int_equal(world->model.in_flight, first.count - 1 + 4);
	effects_clear(&first);
}

static void
the_names_of_each_address_are_asked_for_and_held_against_it(void **state)
{
	static const struct {
		const char *address;
		enum reverse_state state;
	} expected[] = {
		{ "192.0.2.1", REVERSE_CONFIRMED },
		{ "192.0.2.2", REVERSE_MISMATCH }, /* its name exists and has no address */
		{ "2001:db8::1", REVERSE_MISSING },
	};
	struct world *world = *state;
	const struct mail_facts *facts;

	say(world, "example.net");
	settle(world, EFFECT_ASK);
	facts = &model_selected_inquiry(&world->model)->facts;
	assert_int_equal(facts->target_count, 3);
	for (size_t i = 0; i < facts->target_count; i++) {
		const struct mail_target *target = &facts->targets[i];
		char text[IP_TEXT_MAX];
		size_t row = 0;

		while (strcmp(ip_text(&target->ip, text), expected[row].address) != 0)
			row++;
		assert_int_equal(
		    mail_reverse_state(&target->reverse, &target->ip), expected[row].state);
	}
}

static void
what_a_domain_says_in_txt_is_read_and_dmarc_looked_for_above(void **state)
{
	struct world *world = *state;
	const struct mail_facts *facts;

	say(world, "deep.sub.example.net");
	assert_int_equal(asked(world, DNS_TYPE_TXT), posture_kind_count);
	settle(world, EFFECT_ASK);
	facts = &model_selected_inquiry(&world->model)->facts;
	assert_int_equal(facts->posture[POSTURE_SPF].outcome, POSTURE_ABSENT);
	assert_int_equal(facts->posture[POSTURE_DMARC].outcome, POSTURE_PRESENT);
	assert_string_equal(facts->posture[POSTURE_DMARC].policy, "reject");
	assert_int_equal(facts->posture[POSTURE_TLSRPT].outcome, POSTURE_ABSENT);
	say(world, "example.net");
	settle(world, EFFECT_ASK);
	facts = &model_selected_inquiry(&world->model)->facts;
	assert_int_equal(facts->posture[POSTURE_SPF].outcome, POSTURE_PRESENT);
	assert_int_equal(facts->posture[POSTURE_SPF].all, '-');
}

static void
dmarc_is_never_looked_for_at_a_top_level_domain(void **state)
{
	struct world *world = *state;
	struct dns_name name;

	say(world, "null.example");
	assert_int_equal(settle(world, EFFECT_ASK), 1 + posture_kind_count);
	assert_false(
	    mail_facts_next_dmarc(&model_selected_inquiry(&world->model)->facts, &name));
}

static void
a_finished_inquiry_is_kept_once(void **state)
{
	struct world *world = *state;

	say(world, "null.example");
	assert_int_equal(settle(world, EFFECT_SAVE), 1);
	assert_int_equal(model_selected_inquiry(&world->model)->verdict.kind, VERDICT_BOUNCE);
}

static void
an_answer_to_an_older_question_changes_nothing(void **state)
{
	struct world *world = *state;
	struct effects old;

	say(world, "example.net");
	old = world->effects;
	world->effects = (struct effects){ 0 };
	say(world, "reload");
	assert_int_equal(ordered(world, EFFECT_DROP), 1);
	carry_out(world, &old.items[0]);
	effects_clear(&old);
	assert_false(model_selected_inquiry(&world->model)->facts.mx_known);
	assert_int_equal(world->model.in_flight, ordered(world, EFFECT_ASK));
	settle(world, EFFECT_ASK);
	assert_true(model_selected_inquiry(&world->model)->facts.mx_known);
	assert_int_equal(world->model.in_flight, 0);
}

static void
stop_ends_an_inquiry_without_keeping_it(void **state)
{
	struct world *world = *state;

	say(world, "example.net");
	say(world, "stop");
	assert_int_equal(world->model.in_flight, 0);
	assert_int_equal(ordered(world, EFFECT_DROP), 1);
	assert_int_equal(ordered(world, EFFECT_SAVE), 0);
	assert_int_not_equal(
	    model_selected_inquiry(&world->model)->verdict.kind, VERDICT_PENDING);
	say(world, "stop");
	assert_string_equal(world->model.message, "Nothing is in flight here.");
}

static void
stop_all_ends_whatever_is_in_flight(void **state)
{
	struct world *world = *state;

	say(world, "example.net");
	say(world, "other.example");
	say(world, "dig example.net");
	say(world, "compare example.net");
	say(world, "stop all");
	assert_int_equal(world->model.in_flight, 0);
	assert_int_equal(ordered(world, EFFECT_DROP), 4);
	assert_true(world->model.domains[0].inquiry->stopped);
	assert_true(world->model.domains[1].inquiry->stopped);
	assert_string_equal(world->model.dig->error, "stopped before a reply came");
	say(world, "stop all");
	assert_string_equal(world->model.message, "Nothing is in flight.");
	settle(world, EFFECT_ASK);
	settle(world, EFFECT_INSPECT);
	assert_int_equal(world->model.in_flight, 0);
}

/* What is asked in the view on top ends with `stop`, with the domain below it or without. */
static void
stop_ends_what_the_view_waits_for(void **state)
{
	static const char *const questions[] = { "dig example.net", "trace example.net",
		"compare example.net" };
	struct world *world = *state;

	assert_null(dns_zone_parse(". NS a.example.net.\na.example.net. A 192.0.2.1\n", NULL,
	    300, &world->model.settings.hints));
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		say(world, questions[i]);
		assert_true(world->model.in_flight > 0);
		say(world, "stop");
		assert_int_equal(world->model.in_flight, 0);
		assert_null(world->model.message);
		say(world, "stop");
		assert_string_equal(world->model.message, "Nothing is in flight here.");
	}
	say(world, "dig example.net");
	say(world, "example.net");
	say(world, "view dig");
	say(world, "stop");
	assert_int_equal(world->model.in_flight, 0);
	assert_true(model_selected_inquiry(&world->model)->stopped);
	assert_non_null(world->model.dig->error);
	say(world, "dig example.net");
	say(world, "back");
	say(world, "stop");
	assert_int_equal(world->model.in_flight, 1); /* it is not seen */
}

/* Answers questions, and leaves out these until they are dropped. */
static void
answer_but(struct world *world, uint16_t type)
{
	for (size_t i = 0; i < world->effects.count; i++) {
		struct effect *effect = &world->effects.items[i];

		if (effect->kind == EFFECT_ASK && effect->question.type != type) {
			const struct effect asked = *effect;

			effect->kind = EFFECT_BELL;
			carry_out(world, &asked);
		}
	}
}

static void
what_was_stopped_while_asked_is_probed_as_a_whole(void **state)
{
	static const char *const lines[] = { "probe all", "probe", "rcpt me@example.net" };
	struct world *world = *state;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		say(world, i < 2 ? "example.net" : "me@example.net");
		answer_but(world, DNS_TYPE_TXT);
		say(world, "stop");
		assert_int_equal(settle(world, EFFECT_SAVE), 0);
		say(world, lines[i]);
		assert_non_null(
		    strstr(world->model.message, "stopped before the DNS had answered"));
		assert_int_equal(asked(world, DNS_TYPE_MX), 1);
		assert_int_equal(asked(world, DNS_TYPE_TXT), posture_kind_count);
		assert_int_equal(settle(world, EFFECT_SAVE), 1);
		assert_int_equal(model_selected_inquiry(&world->model)->rcpt, i == 2);
		assert_int_equal(
		    model_selected_inquiry(&world->model)->facts.posture[POSTURE_SPF].outcome,
		    POSTURE_PRESENT);
		say(world, "close");
	}
}

static void
what_lacks_a_stopped_probe_is_not_kept(void **state)
{
	struct world *world = *state;

	say(world, "example.net");
	while (
	    asked(world, DNS_TYPE_A) + asked(world, DNS_TYPE_PTR) + asked(world, DNS_TYPE_TXT) >
	    0)
		answer_but(world, DNS_TYPE_ANY);
	assert_int_equal(world->model.in_flight, 3); /* probes */
	say(world, "stop");
	settle(world, EFFECT_BELL);
	say(world, "probe 192.0.2.2");
	assert_int_equal(settle(world, EFFECT_SAVE), 0);
	say(world, "probe all");
	assert_int_equal(ordered(world, EFFECT_ASK), 0);
	assert_int_equal(settle(world, EFFECT_SAVE), 1);
}

static void
only_connections_that_open_are_announced(void **state)
{
	struct world *world = *state;

	say(world, "example.net");
	settle(world, EFFECT_ASK);
	settle(world, EFFECT_PROBE);
	say(world, "set ipv4 off");
	say(world, "probe 192.0.2.2");
	assert_int_equal(ordered(world, EFFECT_PROBE), 0);
	assert_string_equal(world->model.message,
	    "No connection is opened: below each address stands why it is not probed.");
	say(world, "probe all");
	assert_int_equal(ordered(world, EFFECT_PROBE), 1);
	assert_non_null(strstr(world->model.message, "Opening 1 connection to port 25"));
}

static void
what_cannot_be_explained_changes_nothing(void **state)
{
	static const char *const lines[] = { "explain nonsense", "explain \"\"", "why foo" };
	struct world *world = *state;

	say(world, "example.net");
	settle(world, EFFECT_ASK);
	say(world, "explain 4.4.1");
	say(world, "view findings");
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		say(world, lines[i]);
		assert_int_equal(world->model.message_kind, MESSAGE_ERROR);
		assert_int_equal(world->model.view, VIEW_FINDINGS);
		assert_string_equal(world->model.explained, "4.4.1");
		assert_null(world->model.reasoned);
	}
	say(world, "why a.example.net");
	assert_int_equal(world->model.view, VIEW_WHY);
}

/* Tells of a line of a file that it is wrong. */
static void
tell_wrong_line(struct world *world, unsigned line, bool startup)
{
	struct event event = { .kind = EVENT_NOTICE, .message = MESSAGE_ERROR };
	char where[32];

	snprintf(where, sizeof where, "config line %u", line);
	event.startup = startup;
	event.name = mem_strdup(where);
	event.text = mem_strdup("There is no such thing as what stands there at all.");
	happen(world, &event);
}

static void
wrong_lines_of_a_file_stand_together(void **state)
{
	struct world *world = *state;

	world->model.rows = 24;
	for (int startup = 0; startup < 2; startup++) {
		struct event command = { .kind = EVENT_COMMAND,
			.command = { .verb = VERB_STOP } };

		for (unsigned line = 1; line <= 20; line++)
			tell_wrong_line(world, line, startup != 0);
		command.startup = startup != 0;
		command.name = mem_strdup("config line 21");
		happen(world, &command);
		assert_ptr_equal(
		    strstr(world->model.message, "config line 1: "), world->model.message);
		assert_non_null(strstr(world->model.message, "config line 4: "));
		assert_non_null(strstr(world->model.message, ". And 15 more."));
		say(world, "stop");
		assert_string_equal(world->model.message, "Nothing is in flight here.");
	}
}

static void
a_clock_of_two_spans_is_told_what_was_expected(void **state)
{
	struct world *world = *state;

	say(world, "example.net");
	settle(world, EFFECT_ASK);
	say(world, "clock +1h +1h");
	assert_non_null(strstr(world->model.message, "Expected a time such as +1h"));
}

static void
close_drops_what_is_in_flight(void **state)
{
	struct world *world = *state;

	say(world, "example.net");
	say(world, "close");
	assert_int_equal(world->model.domain_count, 0);
	assert_int_equal(world->model.in_flight, 0);
	assert_null(model_selected_domain(&world->model));
	say(world, "close");
	assert_int_equal(world->model.message_kind, MESSAGE_ERROR);
}

static void
close_selects_the_domain_below(void **state)
{
	struct world *world = *state;

	say(world, "example.net");
	say(world, "null.example");
	say(world, "other.example");
	settle(world, EFFECT_ASK);
	assert_string_equal(model_selected_domain(&world->model)->name, "other.example");
	say(world, "close");
	assert_string_equal(model_selected_domain(&world->model)->name, "null.example");
	say(world, "close example.net");
	assert_int_equal(world->model.domain_count, 1);
	assert_string_equal(model_selected_domain(&world->model)->name, "null.example");
}

static void
the_same_name_twice_is_one_row(void **state)
{
	struct world *world = *state;

	say(world, "example.net");
	settle(world, EFFECT_ASK);
	say(world, "Example.NET.");
	assert_int_equal(world->model.domain_count, 1);
	assert_int_equal(ordered(world, EFFECT_ASK), 0);
	assert_int_equal(world->model.message_kind, MESSAGE_INFO);
}

static void
a_probe_under_way_is_not_started_twice(void **state)
{
	struct world *world = *state;

	say(world, "example.net");
	settle(world, EFFECT_ASK);
	say(world, "probe");
	assert_int_equal(ordered(world, EFFECT_PROBE), 1);
	say(world, "probe");
	assert_int_equal(ordered(world, EFFECT_PROBE), 1);
	say(world, "probe all");
	assert_int_equal(ordered(world, EFFECT_PROBE), 3);
	assert_int_equal(world->model.in_flight, 3);
	settle(world, EFFECT_PROBE);
	assert_int_equal(world->model.in_flight, 0);
	say(world, "probe 192.0.2.2");
	assert_int_equal(ordered(world, EFFECT_PROBE), 1);
	say(world, "probe nowhere");
	assert_int_equal(world->model.message_kind, MESSAGE_ERROR);
	say(world, "probe nowhere.example");
	assert_int_equal(world->model.message_kind, MESSAGE_INFO);
	assert_int_equal(world->model.domain_count, 2);
}

static void
without_probes_no_server_is_asked(void **state)
{
	struct world *world = *state;

	say(world, "set probes off");
	say(world, "example.net");
	assert_int_equal(settle(world, EFFECT_PROBE), 0);
	assert_int_equal(model_selected_inquiry(&world->model)->verdict.kind, VERDICT_DELIVER);
	assert_false(model_selected_inquiry(&world->model)->verdict.probed);
}

static void
special_addresses_are_not_probed_unless_allowed(void **state)
{
	struct world *world = *state;

	world->model.settings.special.allow_all = false;
	say(world, "example.net");
	assert_int_equal(settle(world, EFFECT_PROBE), 0);
	assert_int_equal(model_selected_inquiry(&world->model)->facts.targets[0].probe->outcome,
	    SMTP_SKIPPED);
}

static void
with_the_network_off_nothing_goes_out(void **state)
{
	struct world *world = *state;

	say(world, "net off");
	say(world, "example.net");
	assert_int_equal(world->effects.count, 0);
	assert_int_equal(world->model.message_kind, MESSAGE_ERROR);
	say(world, "net on");
	say(world, "example.net");
	assert_int_equal(asked(world, DNS_TYPE_MX), 1);
}

static void
bad_names_are_answered_and_change_nothing(void **state)
{
	struct world *world = *state;

	say(world, "lookup a..b");
	assert_int_equal(world->model.domain_count, 0);
	assert_int_equal(world->model.message_kind, MESSAGE_ERROR);
	assert_non_null(world->model.message);
	say(world, "lookup");
	assert_int_equal(world->model.message_kind, MESSAGE_ERROR);
}

static void
the_filter_keeps_the_selection_where_it_can(void **state)
{
	struct world *world = *state;

	say(world, "example.net");
	say(world, "null.example");
	settle(world, EFFECT_ASK);
	say(world, "filter null");
	assert_int_equal(world->model.visible_count, 1);
	assert_string_equal(model_selected_domain(&world->model)->name, "null.example");
	say(world, "filter nothing-like-this");
	assert_int_equal(world->model.visible_count, 0);
	assert_null(model_selected_domain(&world->model));
	say(world, "filter");
	assert_int_equal(world->model.visible_count, 2);
	say(world, "sort name");
	assert_string_equal(world->model.domains[world->model.visible[0]].name, "example.net");
	say(world, "sort verdict");
	assert_string_equal(world->model.domains[world->model.visible[0]].name, "null.example");
}

static void
moving_stays_within_the_rows(void **state)
{
	struct world *world = *state;

	say(world, "example.net");
	settle(world, EFFECT_ASK);
	say(world, "focus mx");
	say(world, "move bottom");
	assert_int_equal(world->model.panes[PANE_MX].selected, 2);
	say(world, "move down");
	assert_int_equal(world->model.panes[PANE_MX].selected, 2);
	say(world, "move top");
	say(world, "move up");
	assert_int_equal(world->model.panes[PANE_MX].selected, 0);
	say(world, "move right");
	assert_int_equal(world->model.focus, PANE_SMTP);
	say(world, "move right");
	assert_int_equal(world->model.focus, PANE_SMTP);
	say(world, "move left");
	say(world, "move left");
	say(world, "move left");
	assert_int_equal(world->model.focus, PANE_DOMAINS);
}

static void
back_leaves_one_thing_at_a_time_then_quits(void **state)
{
	struct world *world = *state;

	say(world, "example.net");
	say(world, "focus mx");
	say(world, "zoom");
	say(world, "help");
	say(world, "back");
	assert_int_equal(world->model.view, VIEW_NONE);
	assert_true(world->model.zoomed);
	say(world, "back");
	assert_false(world->model.zoomed);
	say(world, "back");
	assert_int_equal(world->model.focus, PANE_DOMAINS);
	assert_false(world->model.quitting);
	say(world, "back");
	assert_true(world->model.quitting);
	assert_int_equal(ordered(world, EFFECT_QUIT), 1);
}

static void
what_is_remembered_stands_beside_what_is_live(void **state)
{
	struct world *world = *state;
	struct event event = { .kind = EVENT_HISTORY, .entry_count = 2 };

	say(world, "example.net");
	event.entries = mem_calloc(2, sizeof *event.entries);
	event.entries[0] = (struct history_entry){ .name = mem_strdup("EXAMPLE.net"),
		.time = 999000,
		.kind = VERDICT_WARN,
		.status = mem_strdup("2.0.0"),
		.sentence = mem_strdup("It went there.") };
	event.entries[1] = (struct history_entry){ .name = mem_strdup("old.example"),
		.time = 900000,
		.kind = VERDICT_BOUNCE,
		.status = mem_strdup("5.4.4"),
		.sentence = mem_strdup("It is gone.") };
	happen(world, &event);
	assert_int_equal(world->model.domain_count, 2);
	assert_string_equal(world->model.domains[0].past_sentence, "It went there.");
	assert_null(world->model.domains[1].inquiry);
	say(world, "focus domains");
	say(world, "move down");
	say(world, "open"); /* what is remembered comes first; r asks anew */
	assert_int_equal(world->model.view, VIEW_HISTORY);
	assert_null(model_selected_inquiry(&world->model));
	say(world, "reload");
	assert_non_null(model_selected_inquiry(&world->model));
	assert_string_equal(model_selected_domain(&world->model)->name, "old.example");
}

/* A history that is read late takes nothing from what was found and noted meanwhile, and adds the rest. */
static void
what_is_remembered_late_is_added(void **state)
{
	struct world *world = *state;
	struct event event = { .kind = EVENT_HISTORY, .entry_count = 2 };

	say(world, "example.net");
	settle(world, EFFECT_ASK);
	say(world, "null.example");
	settle(world, EFFECT_ASK);
	say(world, "note of today");
	event.entries = mem_calloc(2, sizeof *event.entries);
	for (size_t i = 0; i < 2; i++)
		event.entries[i] = (struct history_entry){
			.name = mem_strdup(i == 0 ? "example.net" : "null.example"),
			.time = 999000,
			.kind = VERDICT_WARN,
			.status = mem_strdup("2.0.0"),
			.sentence = mem_strdup("It went there."),
			.changed = i == 0,
			.pinned = i == 0,
			.note = mem_strdup("of yesterday"),
		};
	happen(world, &event);
	assert_string_equal(world->model.domains[0].note, "of yesterday");
	assert_true(world->model.domains[0].pinned && world->model.domains[0].changed);
	assert_string_not_equal(world->model.domains[0].past_sentence, "It went there.");
	assert_string_equal(world->model.domains[1].note, "of today");
	assert_false(world->model.domains[1].pinned || world->model.domains[1].changed);
}

/* Whatever is kept is kept by the one spelling, and shown in letters that people read. */
static void
what_is_kept_is_found_however_it_is_typed(void **state)
{
	static const struct {
		const char *typed, *key, *shown;
	} rows[] = {
		{ "Example.NET.", "example.net", "example.net" },
		{ "bücher.example", "xn--bcher-kva.example", "bücher.example" },
		{ "Me@BÜCHER.example", "Me@xn--bcher-kva.example", "Me@bücher.example" },
	};
	struct world *world = *state;

	say(world, "set probes off");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct event event = { .kind = EVENT_HISTORY, .entry_count = 1 };
		size_t named = 0;

		say(world, rows[i].typed);
		while (world->model.in_flight > 0)
			answer_but(world, DNS_TYPE_ANY);
		say(world, "note hello");
		say(world, "pin");
		say(world, "diff");
		for (size_t j = 0; j < world->effects.count; j++) {
			const struct effect *effect = &world->effects.items[j];
			const char *name =
			    effect->kind == EFFECT_SAVE ? effect->entry.name : effect->text;

			if (effect->kind != EFFECT_SAVE && effect->kind != EFFECT_NOTE &&
			    effect->kind != EFFECT_PIN && effect->kind != EFFECT_RECALL)
				continue;
			assert_string_equal(name, rows[i].key);
			named++;
		}
		assert_int_equal(named, 4);
		effects_clear(&world->effects);
		say(world, "back");
		say(world, "close");
		event.entries = mem_calloc(1, sizeof *event.entries);
		event.entries[0] = (struct history_entry){ .name = mem_strdup(rows[i].key) };
		happen(world, &event);
		assert_string_equal(world->model.domains[0].key, rows[i].key);
		assert_string_equal(world->model.domains[0].name, rows[i].shown);
		say(world, "close");
		assert_int_equal(world->model.domain_count, 0);
	}
}

/* Snapshots are waited for while they are looked for, and taken whichever domain is selected by then. */
static void
snapshots_may_come_late(void **state)
{
	struct world *world = *state;
	struct event event = { .kind = EVENT_SNAPSHOTS };

	world->model.settings.keeping = KEEPING_STUDIES;
	say(world, "example.net");
	say(world, "diff");
	assert_true(model_is_recalling(&world->model));
	say(world, "back");
	assert_false(model_is_recalling(&world->model));
	say(world, "null.example");
	event.text = mem_strdup("example.net");
	happen(world, &event);
	assert_true(world->model.past.loaded);
}

/* Lets the clock tick. */
static void
tick(struct world *world)
{
	struct event event = { .kind = EVENT_TICK };

	happen(world, &event);
}

/* A watched domain is asked again when its time has come; only a change of meaning rings. */
static void
a_watch_rings_when_something_of_meaning_changes(void **state)
{
	struct world *world = *state;

	say(world, "example.net");
	settle(world, EFFECT_ASK);
	say(world, "watch 30s");
	assert_int_equal(ordered(world, EFFECT_ASK), 0);
	tick(world);
	assert_int_equal(ordered(world, EFFECT_ASK), 0);
	world->now.us += 31 * SPAN_SECOND;
	world->now.time += 31;
	tick(world);
	assert_true(ordered(world, EFFECT_ASK) > 0);
	assert_int_equal(settle(world, EFFECT_BELL), 0); /* all is as it was */
	dns_records_clear(&world->records);
	assert_null(dns_zone_parse("example.net. MX 0 .\n", NULL, 300, &world->records));
	world->now.us += 31 * SPAN_SECOND;
	tick(world);
	assert_int_equal(settle(world, EFFECT_BELL), 1);
	assert_true(model_selected_domain(&world->model)->changed);
	assert_non_null(strstr(world->model.message, "example.net changed: "));
	say(world, "watch off");
	world->now.us += 3600 * SPAN_SECOND;
	tick(world);
	assert_int_equal(ordered(world, EFFECT_ASK), 0);
}

/* A round that is stopped, by whichever word, does not end the watch. */
static void
a_watch_goes_on_after_a_round_that_was_stopped(void **state)
{
	static const char *const words[] = { "stop", "stop all" };
	struct world *world = *state;

	say(world, "example.net");
	say(world, "watch 30s");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		say(world, words[i]);
		settle(world, EFFECT_ASK);
		assert_true(
		    world->model.domains[0].watch->next_us == world->now.us + 30 * SPAN_SECOND);
		world->now.us += 31 * SPAN_SECOND;
		tick(world);
		assert_int_equal(asked(world, DNS_TYPE_MX), 1);
	}
}

/* An inquiry that was stopped is no round: what it lacks is not gone. */
static void
a_watch_takes_no_stopped_inquiry_for_a_round(void **state)
{
	struct world *world = *state;

	say(world, "example.net");
	settle(world, EFFECT_BELL);
	say(world, "watch 30s");
	say(world, "reload");
	say(world, "stop");
	say(world, "watch 60s");
	assert_int_equal(settle(world, EFFECT_BELL), 0);
	assert_false(world->model.domains[0].changed);
	assert_int_equal(world->model.domains[0].watch->rounds, 1);
	assert_true(world->model.domains[0].watch->next_us == world->now.us + 60 * SPAN_SECOND);
}

/* What was found the time before was too much to be compared: that is said, and nothing rings. */
static void
a_watch_says_what_it_cannot_compare(void **state)
{
	struct world *world = *state;
	char *facts = mem_alloc(SNAPSHOT_LINE_MAX + 2);

	say(world, "example.net");
	settle(world, EFFECT_ASK);
	say(world, "watch 30s");
	memset(facts, ' ', SNAPSHOT_LINE_MAX + 1);
	free(world->model.domains[0].watch->facts);
	world->model.domains[0].watch->facts = facts;
	world->now.us += 31 * SPAN_SECOND;
	tick(world);
	assert_int_equal(settle(world, EFFECT_BELL), 0);
	assert_non_null(strstr(world->model.message, "more than 1048576 octets"));
	world->now.us += 31 * SPAN_SECOND;
	tick(world);
	assert_int_equal(settle(world, EFFECT_BELL), 0);
}

static void
the_program_wakes_only_while_something_ages(void **state)
{
	struct world *world = *state;

	assert_true(model_next_tick(&world->model) == INT64_MAX);
	say(world, "example.net");
	assert_true(model_next_tick(&world->model) < world->now.us + SPAN_SECOND / 4);
	settle(world, EFFECT_ASK);
	assert_true(model_next_tick(&world->model) == world->now.us + 5 * SPAN_SECOND);
	world->now.us += 301 * SPAN_SECOND;
	world->now.time += 86400 * 2;
	say(world, "focus mx");
	assert_true(model_next_tick(&world->model) == INT64_MAX);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest stories[] = {
		STORY(a_domain_is_studied_to_its_verdict),
		STORY(addresses_are_asked_for_as_soon_as_the_mx_is_known),
		STORY(the_names_of_each_address_are_asked_for_and_held_against_it),
		STORY(what_a_domain_says_in_txt_is_read_and_dmarc_looked_for_above),
		STORY(dmarc_is_never_looked_for_at_a_top_level_domain),
		STORY(a_finished_inquiry_is_kept_once),
		STORY(an_answer_to_an_older_question_changes_nothing),
		STORY(stop_ends_an_inquiry_without_keeping_it),
		STORY(stop_all_ends_whatever_is_in_flight),
		STORY(stop_ends_what_the_view_waits_for),
		STORY(what_was_stopped_while_asked_is_probed_as_a_whole),
		STORY(what_lacks_a_stopped_probe_is_not_kept),
		STORY(only_connections_that_open_are_announced),
		STORY(what_cannot_be_explained_changes_nothing),
		STORY(wrong_lines_of_a_file_stand_together),
		STORY(a_clock_of_two_spans_is_told_what_was_expected),
		STORY(close_drops_what_is_in_flight),
		STORY(close_selects_the_domain_below),
		STORY(the_same_name_twice_is_one_row),
		STORY(a_probe_under_way_is_not_started_twice),
		STORY(without_probes_no_server_is_asked),
		STORY(special_addresses_are_not_probed_unless_allowed),
		STORY(with_the_network_off_nothing_goes_out),
		STORY(bad_names_are_answered_and_change_nothing),
		STORY(the_filter_keeps_the_selection_where_it_can),
		STORY(moving_stays_within_the_rows),
		STORY(back_leaves_one_thing_at_a_time_then_quits),
		STORY(what_is_remembered_stands_beside_what_is_live),
		STORY(what_is_remembered_late_is_added),
		STORY(what_is_kept_is_found_however_it_is_typed),
		STORY(snapshots_may_come_late),
		STORY(a_watch_takes_no_stopped_inquiry_for_a_round),
		STORY(a_watch_rings_when_something_of_meaning_changes),
		STORY(a_watch_goes_on_after_a_round_that_was_stopped),
		STORY(a_watch_says_what_it_cannot_compare),
		STORY(the_program_wakes_only_while_something_ages),
	};

	return cmocka_run_group_tests(stories, NULL, NULL);
}
