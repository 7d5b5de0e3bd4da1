/*
 * The parts of app_update(), private to the update*.c files: what they share is the moment, the
 * model they change and the effects they order.
 */
#ifndef APP_UPDATE_PARTS_H
#define APP_UPDATE_PARTS_H

#include "dns/enquiry.h"

#include "app/effect.h"
#include "app/event.h"
#include "app/model.h"
#include "app/update.h"

struct update {
	struct model *model;
	struct effects *effects;
	struct moment now;
	const char *where; /* the command stands in a file: "config line 3"; NULL = in none */
	bool startup; /* only what is wrong with it is told */
};

/*
 * Puts a sentence into the status line. What is wrong with a line of a file is told with its place, and no
 * other line of a file takes it away: the first such sentences are told, the rest is counted.
 */
void update_message(struct update *update, enum message_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Takes the last command's answer off the status line. */
void update_forget_message(struct update *update);

/* update_study.c: domains and their inquiries. */
void study_lookup(struct update *update, const struct command *command);
void study_reload(struct update *update, const struct command *command);
void study_close(struct update *update, const struct command *command);
void study_stop(struct update *update, const struct command *command);
/* rcpt ADDRESS: studies the address, or probes it again, as far as RCPT. */
void study_rcpt(struct update *update, const struct command *command);
/* Begins a study of what the row of the domains pane only remembers. */
void study_open(struct update *update, struct domain *domain);
/* Asks for the domain again, past the cache. */
void study_again(struct update *update, struct domain *domain);
/* The domain whose inquiry has this ticket, or NULL: the one place where late results end. */
struct domain *study_find(struct model *model, uint64_t ticket);
/* The selected domain, to be changed; NULL when there is none. */
struct domain *study_selected(struct model *model);
/* True when the network is on; otherwise says how to switch it on. */
bool study_network_on(struct update *update);
/* Begins again, showing no answer before it is judged: one that was shown is bogus. */
void study_begin_cautiously(struct update *update, struct domain *domain);
/* Reviews the inquiry after a fact arrived; ends it when that was the last one awaited. */
void study_review(struct update *update, struct domain *domain);
/* Makes plan and verdict of all inquiries anew after a setting changed. */
void study_review_all(struct update *update);
/* The same after the sender changed, who may connect to addresses that others do not. */
void study_sender_changed(struct update *update);

/* What a question is about. */
enum ask_kind {
	ASK_MX, /* the domain */
	ASK_ADDRESSES, /* the exchange with this index: A or AAAA */
	ASK_PTR, /* the target with this index */
	ASK_FORWARD, /* a name of a target: REVERSE_NAMES_MAX of them each */
	ASK_POSTURE, /* the enum posture_kind of this index */
	ASK_SPARE, /* a host of the edited MX set (update_spare.c): A or AAAA */
	ASK_SPARE_TLSA, /* likewise: TLSA, or on the way there CNAME */
	ASK_SPARE_PTR, /* an address of such a host */
	ASK_SPARE_FORWARD, /* a name of that: REVERSE_NAMES_MAX of them each */
	ASK_POLICY_HOST, /* the MTA-STS policy host: A or AAAA */
	ASK_TLSA, /* the exchange with this index: TLSA, or on the way there CNAME */
	ASK_CHAIN, /* the answer of this index whose chain of trust is shown */
	ask_kind_count
};

/* update_ask.c: questions and answers. */
/* Orders a question about the inquiry; its answer goes to the kind's function with the index. */
void ask_question(struct update *update, struct inquiry *inquiry, enum ask_kind kind,
    size_t index, const struct dns_question *question, bool fresh);
/* Asks for the MX records, with which every study of a domain begins. */
void ask_mx(struct update *update, struct inquiry *inquiry, bool fresh);
/* Asks what the domain says about its mail in TXT records. */
void ask_posture(struct update *update, struct inquiry *inquiry, bool fresh);
/* Asks for the names of every target from this index on. */
void ask_reverse(struct update *update, struct inquiry *inquiry, size_t first, bool fresh);
/* An answer came (EVENT_DNS). */
void ask_answered(struct update *update, const struct event *event);

/* update_enquiry.c: a question to a server is ordered, and counts as in flight. */
void enquiry_send(struct update *update, uint64_t ticket, const struct dns_enquiry *want);
/* Drops those of this ticket that are in flight. */
void enquiry_drop(struct update *update, uint64_t ticket, size_t pending);

/* update_compare.c: servers side by side. */
void compare_command(struct update *update, const struct command *command);
/* An answer came: false when it is to none of its questions. */
bool compare_answered(struct update *update, const struct event *event);
/* Ends it with what is known: false when it is not under way. */
bool compare_stop(struct update *update);

/* update_trace.c: the walk from the root. */
void trace_command(struct update *update, const struct command *command);
/* An answer came: false when it is to none of its questions. */
bool trace_answered(struct update *update, const struct event *event);
/* Ends it with what is known: false when it is not under way. */
bool trace_stop(struct update *update);

/* update_dig.c: one question in full. */
void dig_command(struct update *update, const struct command *command);
/* An answer came: false when it is to none of its questions. */
bool dig_answered(struct update *update, const struct event *event);
/* Waits for its answer no longer: false when it did not. */
bool dig_stop(struct update *update);

/* update_chain.c: what `view chain` shows. */
/* Asks for the chains of the selected row, while that view is open. */
void chain_refresh(struct update *update);
/* Such an answer came. */
void chain_take(struct update *update, struct inquiry *inquiry, size_t index,
    const struct dns_result *result);

/* update_probe.c: probes and their reports. */
void probe_command(struct update *update, const struct command *command);
/* certificates [FILE]: shows those of the selected server, or writes them as PEM. */
void probe_certificates(struct update *update, const struct command *command);
/* Probes every target of the domain's inquiry again, as far as RCPT; what is under way ends first. */
void probe_recipient(struct update *update, struct domain *domain);
/* The last report about a target of the inquiry came: counts it, and probes again where that is to be. */
void probe_ended(struct update *update, struct inquiry *inquiry, size_t target);
/* Probes every target from this index on, where probing is on. */
void probe_from(struct update *update, struct inquiry *inquiry, size_t first);
/* Probes the exchange's targets that waited for the answers about its TLSA records. */
void probe_delayed(struct update *update, struct inquiry *inquiry, size_t exchange);
/* Adds the addresses that stand as names, where the sender connects to such. */
void probe_literals(const struct model *model, struct inquiry *inquiry);
/* Begins the probe of a target that another inquiry gave up, for which this one waited. */
void probe_take_over(struct update *update, struct inquiry *inquiry, size_t target);
/* Why a target is not probed whose probe the user stopped. */
#define PROBE_STOPPED "Stopped before it was finished."
/* Writes down that the target is not probed, and why. */
void probe_skip(struct update *update, struct inquiry *inquiry, size_t target, const char *why);
/*
 * The tag of a target that stands only in the edited MX set: its probe and the check of its
 * certificates. The set may be edited while they are under way, so that it is made of host and
 * address; PROBE_TAG_SPARE tells it from the index of a real one.
 */
#define PROBE_TAG_SPARE UINT32_C(0x80000000)
uint32_t probe_spare_tag(const struct mail_facts *spare, size_t target);
/* Probes the hosts that stand only in the edited MX set and were not probed yet. */
void probe_spares(struct update *update, struct inquiry *inquiry);
/* A report came (EVENT_PROBE). */
void probe_reported(struct update *update, const struct event *event);

/* update_policy.c: DANE and MTA-STS. */
/* Asks what is to be asked next about the exchange's TLSA records, or uses them. */
void policy_ask_tlsa(
    struct update *update, struct inquiry *inquiry, size_t exchange, bool fresh);
/* The same for all exchanges: the MX records were judged. */
void policy_ask_all_tlsa(struct update *update, struct inquiry *inquiry, bool fresh);
/* Goes on from what the domain announces: asks for the policy host's addresses. */
void policy_begin_sts(struct update *update, struct inquiry *inquiry, bool fresh);
/* An answer about these came: with both the policy is fetched. */
void policy_sts_address(
    struct update *update, struct inquiry *inquiry, const struct dns_result *result);
/* The policy was fetched, or not (EVENT_POLICY). */
void policy_fetched(struct update *update, const struct event *event);
/* Sends what the target showed to be verified by TLSA records, when both are known. */
void policy_verify(struct update *update, struct inquiry *inquiry, size_t target);
/* The same for a target that stands only in the edited MX set. */
void policy_verify_spare(struct update *update, struct inquiry *inquiry, size_t target);
/* It was verified (EVENT_VERIFIED). */
void policy_verified(struct update *update, const struct event *event);

/* update_visit.c: probes that several inquiries share. */
/*
 * Gives the target another's result that is still fresh, unless it is to be made anew, or has it
 * wait for a visit under way. False: it is to be probed.
 */
bool visit_share(struct update *update, struct inquiry *inquiry, size_t target, bool anew);
/* A probe of the target was ordered, which others may share. */
void visit_begun(struct update *update, struct inquiry *inquiry, size_t target);
/* A report came of what may be a shared visit: passes it on. */
void visit_reported(
    struct update *update, const struct inquiry *inquiry, const struct event *event);
/* What was in flight for this ticket is given up: others take over what they wait for. */
void visit_dropped(struct update *update, uint64_t ticket);

/* update_domains.c: the rows of the domains pane. */
/* The index of the domain with this key, or SIZE_MAX. */
size_t domains_find(const struct model *model, const char *key);
/* Adds a row, which takes name and key. Returns its index. */
size_t domains_add(struct model *model, char *name, char *key, int64_t time);
/* Frees the row and closes the gap. */
void domains_remove(struct model *model, struct domain *domain);
/* Takes in what the history remembers, beside what is studied now. */
void domains_remember(struct update *update, const struct event *event);
/* Takes out the rows that are only remembered: real names are not there in the laboratory. */
void domains_forget(struct update *update);

/* update_watch.c: domains that are watched. */
void watch_command(struct update *update, const struct command *command);
/* The inquiry of the domain has ended: when it is watched, a round is over. */
void watch_ended(struct update *update, struct domain *domain);
/* It was stopped: when it is watched, the next round is asked in its time. */
void watch_stopped(struct update *update, struct domain *domain);
/* Asks again whatever is due. */
void watch_tick(struct update *update);

/* update_past.c: what is remembered. */
/* The facts of the domain's inquiry as a line of JSON, which the caller frees. */
char *past_facts(const struct model *model, const struct domain *domain);
/* Shows what is remembered of the domain. */
void past_open(struct update *update, const struct domain *domain);
/* An inquiry was kept: the history view takes it in when it shows that domain. */
void past_kept(struct update *update, const struct domain *domain);
/* Another domain is selected: the history view goes on with that one. */
void past_refresh(struct update *update);
void past_diff(struct update *update, const struct command *command);
void past_note(struct update *update, const struct command *command);
void past_pin(struct update *update, const struct command *command);
void past_snapshots(struct update *update, const struct event *event);

/* update_rows.c: the rows of the domains pane. */
void view_filter(struct update *update, const struct command *command);
void view_sort(struct update *update, const struct command *command);
/* Selects a row of the domains pane, or the last one; the other panes begin at their top. */
void view_select_row(struct model *model, size_t row);
/* Filters and sorts the domains pane anew, keeping the selected domain selected. */
void view_domains_changed(struct update *update);
/* The selected domain is gone: the one below it, or the last one, is selected. */
void view_domain_closed(struct update *update);
/* Selects the domain with this index, whatever row it has; a filter that hides it is lifted. */
void view_select_domain(struct update *update, size_t domain);

/* update_move.c: moving in lists, texts and frames. */
void view_move(struct update *update, const struct command *command);
/* Moves a frame between panes. */
void view_resize(struct update *update, const struct command *command);
/* A page down in the view. */
void view_page_down(struct update *update);
/* One more digit of a count; at a question, the answer. */
void view_count_digit(struct update *update, const struct command *command);
/* Puts a line of the view on top, or of the focused pane, where it is seen. */
void view_go_to_line(struct update *update, size_t line);
/* The last draw told how many lines there are, and how many show (EVENT_LAYOUT). */
void view_layout(struct update *update, const struct event *event);

/* update_view.c: what is seen, and where. */
/* Moves the focus to a pane; the prompt gives the keys back. */
void view_focus_pane(struct model *model, enum pane pane);
void view_focus(struct update *update, const struct command *command);
/* Gives the keys to the prompt, which begins with this text; NULL = as it was. */
void view_focus_prompt(struct update *update, const char *text);
void view_palette(struct update *update, const struct command *command);
void view_open(struct update *update, const struct command *command);
void view_leave(struct update *update, const struct command *command);
void view_zoom(struct update *update, const struct command *command);
void view_help_on(struct update *update, const struct command *command);
void view_help_on_topic(struct update *update, const char *topic); /* NULL = everything */
void view_command(struct update *update, const struct command *command);
void view_explain(struct update *update, const struct command *command);
void view_why(struct update *update, const struct command *command);
/* Opens the view at its top, over the panes and any other view. */
void view_show(struct update *update, enum view view);
void view_select(struct update *update, const struct event *event);
/* The facts of the selected inquiry changed: keeps its selection and scrolling within bounds. */
void view_facts_changed(struct update *update);

/* update_search.c: looking for a text. */
void search_command(struct update *update, const struct command *command);
void search_match(struct update *update, const struct command *command);
void search_next(struct update *update);
/* The front end looked (EVENT_FOUND). */
void search_found(struct update *update, const struct event *event);
/* Ends the search: false when there is none here. */
bool search_leave(struct update *update);

/* update_tutor.c: lessons and questions. */
void tutor_lesson(struct update *update, const struct command *command);
void tutor_quiz(struct update *update, const struct command *command);
void tutor_answer(struct update *update, const struct command *command);
/* A step on or back in the lesson; in a walkthrough, or without a lesson, there. */
void tutor_next(struct update *update, const struct command *command);
void tutor_back(struct update *update, const struct command *command);
/* A lesson was read (EVENT_LESSON). */
void tutor_begin(struct update *update, const struct event *event);
/* The commands of a step were queued (EVENT_RAN). */
void tutor_ran(struct update *update, const struct event *event);
/* Asks what is to be asked, as soon as the answers are there. */
void tutor_refresh(struct update *update);
/* Closes lesson or quiz: false when none is open. */
bool tutor_leave(struct update *update);

/* update_forecast.c: many deliveries, and one over days. */
void forecast_simulate(struct update *update, const struct command *command);
void forecast_clock(struct update *update, const struct command *command);
/* Makes what the open view shows of them anew, when the facts it was made of have changed. */
void forecast_refresh(struct update *update);
/* update_walk.c: the walkthrough. */
void walk_command(struct update *update, const struct command *command);
/* Closes the walkthrough: false when there is none. */
bool walk_leave(struct update *update);
void walk_next(struct update *update, const struct command *command);
/* A step back; without a walkthrough `back` is `leave`. */
void walk_back(struct update *update, const struct command *command);

/* update_what_if.c: what is pretended about the selected domain. */
void what_if_command(struct update *update, const struct command *command);
void what_if_mx(struct update *update, const struct command *command);

/* update_spare.c: hosts that stand only in the edited MX set. */
/* Keeps what is known of the edited set's hosts, in a place for each of them. */
void spare_make_room(struct inquiry *inquiry);
/* Asks for those of which nothing is known, where the set is edited. */
void spare_ask(struct update *update, struct inquiry *inquiry);
/* Answers about them came; the hash stands for host or address. */
void spare_take_addresses(struct update *update, struct inquiry *inquiry, size_t hash,
    const struct dns_result *result);
void spare_take_tlsa(struct update *update, struct inquiry *inquiry, size_t hash,
    const struct dns_result *result);
void spare_take_ptr(struct update *update, struct inquiry *inquiry, size_t hash,
    const struct dns_result *result);
void spare_take_forward(struct update *update, struct inquiry *inquiry, size_t index,
    const struct dns_result *result);

/* update_settings.c: what the user sets. */
void setting_sender(struct update *update, const struct command *command);
void setting_vantage(struct update *update, const struct command *command);
void setting_seed(struct update *update, const struct command *command);
void setting_set(struct update *update, const struct command *command);
void setting_net(struct update *update, const struct command *command);
void setting_mouse(struct update *update, const struct command *command);

#endif
