/*
 * The model: all that the program knows and shows. Only app_update() changes it; panes,
 * reports and the prompt read it as const.
 */
#ifndef APP_MODEL_H
#define APP_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/bindings.h"
#include "app/forecast.h"
#include "app/compare_run.h"
#include "app/dig.h"
#include "app/inquiry.h"
#include "app/past.h"
#include "app/trace_run.h"
#include "app/visits.h"
#include "app/tutor.h"
#include "app/view.h"
#include "app/watch.h"
#include "mail/gate.h"
#include "mail/special.h"
#include "mail/vantage.h"
#include "mail/verdict.h"
#include "mail/walk.h"
#include "util/names.h"

#define PANES(X) \
	X(PANE_DOMAINS, "domains", "domains studied, now and before") \
	X(PANE_MX, "mx", "exchanges and addresses in delivery order") \
	X(PANE_SMTP, "smtp", "the probe of the selected address")
NAMES_DECLARE(pane, PANES)

#define SORT_KEYS(X) \
	X(SORT_TIME, "time", "newest first") \
	X(SORT_NAME, "name", "by name") \
	X(SORT_VERDICT, "verdict", "worst first")
NAMES_DECLARE(sort_key, SORT_KEYS)

/* What the user set, from options, config file and `set`. */
struct settings {
	bool network; /* off by `net off`: nothing is asked, nothing probed */
	bool probing; /* off by --no-probe and `set probes off` */
	bool ipv4, ipv6; /* families probed */
	uint16_t port;
	struct special_policy special;
	uint64_t seed;
	enum sender sender; /* whose plan is made */
	struct vantage vantage; /* where that sender stands */
	bool mouse;
	bool leave_summary; /* what was studied is printed when the interface is left */
	bool show_commands; /* each key shows the command that it stands for */
	bool lab; /* the laboratory is on */
	bool rcpt; /* probes about an address go on to RCPT */
	char *mail_from; /* the sender they name; NULL = the null sender */
	uint64_t size; /* octets of the message they speak of; 0 = not told */
	char *server; /* "127.0.0.1@53, ...": for the top line */
	struct dns_records hints; /* of the root: where a trace begins */
	struct history_bounds history; /* how much is kept */
	enum keeping keeping; /* whether anything is */
};

/* A row of the domains pane: a live inquiry, or what the history remembers, or both. */
struct domain {
	char *name; /* as typed, printable */
	char *key; /* its one canonical spelling: "user@xn--bcher-kva.example" */
	struct inquiry *inquiry; /* NULL = only remembered */
	int64_t time; /* wall-clock of the newest inquiry */
	enum verdict_kind past_kind; /* of the remembered one */
	char *past_status; /* its enhanced code: "5.1.10" */
	char *past_sentence; /* NULL = nothing remembered */
	bool changed; /* something of meaning, since the time before */
	char *note; /* what somebody wrote about it; NULL = nothing */
	bool pinned; /* stands above the others */
	struct watch *watch; /* NULL = not watched */
};

/* Something the laboratory offers. */
struct scenario_row {
	const char *name, *domain, *title, *lesson;
};

enum message_kind {
	MESSAGE_NONE,
	MESSAGE_INFO,
	MESSAGE_ERROR
};

/* The frames between panes that can be moved. */
#define EDGES(X) \
	X(EDGE_SIDE, "side", "between the domains and the panes to the right") \
	X(EDGE_UPPER, "upper", "between the domains and the exchanges below") \
	X(EDGE_LOWER, "lower", "between the exchanges and the probe below")
NAMES_DECLARE(edge, EDGES)

/* What was searched for last, in the view or pane where that was. */
struct text_search {
	char *text; /* NULL = nothing */
	enum view view;
	enum pane pane; /* without a view */
	size_t line; /* of it, where the current match is; SIZE_MAX = none */
};

/* The last key that was pressed, and the command that it stands for. */
struct pressed {
	char *key, *command; /* NULL = it is not told */
};

struct pane_view {
	size_t
	    selected; /* row: of the visible domains, of the plan's rows; the top line in PANE_SMTP */
	size_t rows,
	    total; /* lines visible and lines there are, as last drawn (EVENT_LAYOUT) */
};

struct model {
	struct settings settings;
	struct domain *domains;
	size_t domain_count, domain_capacity;
	size_t *
	    visible; /* indexes into domains, filtered and sorted: the rows of the domains pane */
	size_t visible_count;
	const struct scenario_row *scenarios; /* NULL without the laboratory */
	size_t scenario_count;

	enum pane focus;
	bool prompt; /* keys go to the prompt */
	bool
	    ascii_names; /* domains are shown in A-labels: who reads has no letters for others */
	bool typing; /* somebody uses it: only what he types takes it away */
	bool zoomed; /* the focused pane fills the screen */
	bool walking; /* the walkthrough lies over the lower pane */
	size_t walk_step; /* of it, 0 first */
	enum view view; /* what lies over the panes */
	size_t view_selected; /* a row of it, or its top line */
	size_t view_rows, view_total; /* lines visible and lines there are, as last drawn */
	enum view help_over; /* the view that help was asked in, and its top line */
	size_t help_selected;
	char *explained; /* what `explain` is asked; NULL = what is under the cursor */
	char *reasoned; /* whose reasons `why` shows; NULL = the selected row's */
	struct tutor tutor; /* the lesson or quiz that is open */
	struct forecast forecast; /* what `simulate` and `clock` show */
	char *help_topic; /* NULL = everything */
	struct pane_view panes[pane_count];
	bool
	    follow; /* scrolled to its end, the SMTP pane keeps to it while the transcript grows */
	char *filter; /* of the domains pane; NULL = none */
	enum sort_key sort;
	struct text_search search;
	size_t count; /* typed before a move; 0 = none */
	struct pressed pressed;
	struct bindings bindings; /* the user's keys */
	int edges[edge_count]; /* columns or rows that each was moved to the right or down */
	bool has_edge[edge_count]; /* which frames between panes the last draw had */
	enum message_kind message_kind;
	char *message; /* the status line's answer to the last command; NULL = none */
	unsigned answers; /* counts them */
	bool message_of_file; /* a line of a file is wrong: others of it are told behind it */
	size_t message_kept; /* octets of such sentences before "and N more" */
	size_t message_more; /* of them that are only counted */
	unsigned shown; /* counts how often a view was opened */

	struct compare_run *comparison; /* the last one of servers; NULL = none */
	struct trace_run *trace; /* the last walk from the root; NULL = none */
	struct past past; /* what the history view shows */
	struct dig *dig; /* the last question asked in full; NULL = none */

	int rows, columns; /* of the terminal; 0 without one */
	int64_t now_us; /* of the last event */
	int64_t now_time; /* wall-clock, seconds */
	uint64_t next_ticket;
	size_t in_flight; /* lookups and probes of all inquiries */
	struct visits visits; /* probes that inquiries share */
	struct gate gate; /* what probes of port 25 have met, outside the laboratory */
	bool no_ipv4, no_ipv6; /* a probe found no route here for this family */
	unsigned spinner; /* counts ticks while something is in flight */
	bool quitting;
	bool dirty; /* something visible changed since the last draw */
};

/* Sets an empty model with the settings, whose strings it takes; clear it with model_clear(). */
void model_init(struct model *model, const struct settings *settings);
void model_clear(struct model *model);

/* The one canonical spelling of a subject, domain.key; the caller frees it. */
char *model_key(const struct mail_subject *subject);

/* Why nothing of what is studied is kept, as a clause without its full stop; NULL when it is kept. */
const char *model_forgets(const struct model *model);

/* True while the view on top waits for what the history remembers. */
bool model_is_recalling(const struct model *model);

/* The row of the domains pane that is selected, or NULL when it is empty. */
const struct domain *model_selected_domain(const struct model *model);

/* Its inquiry, with what is pretended about it; NULL when it is only remembered. */
const struct inquiry *model_selected_inquiry(const struct model *model);

/* The plan row selected in the MX pane, or NULL. */
const struct plan_row *model_selected_row(const struct model *model);

/* The target of that row, or NULL when it has no address. */
const struct mail_target *model_selected_target(const struct model *model);

/*
 * The index of that address among the targets of the inquiry as it is, without what is pretended;
 * SIZE_MAX when there is none.
 */
size_t model_selected_real_target(const struct model *model);

/* True when something was searched for in the view on top, or in the focused pane. */
bool model_is_searching(const struct model *model);

/* What plans are made with, by the settings. */
struct plan_settings model_plan_settings(const struct model *model);

/* Makes the walkthrough of the selected inquiry; without steps when there is none. */
void model_walk(const struct model *model, struct walk *walk);

/* The inquiry with this ticket, or NULL when it is gone or has been asked anew. */
const struct inquiry *model_find_inquiry(const struct model *model, uint64_t ticket);

/*
 * The next moment at which something on screen ages by itself - a spinner, elapsed seconds, a
 * TTL, an age in minutes - or INT64_MAX when nothing does: the loop sleeps until then.
 */
int64_t model_next_tick(const struct model *model);

#endif
