/*
 * The table of commands, a row each: how it is spelled, what it does in a few words, and what Tab offers
 * behind it. How a line is read by it is command.c's, what a verb does app/update*.c's.
 */
#include <stddef.h>

#include "mail/sender.h"
#include "app/model.h"
#include "app/view.h"
#include "cli/command.h"

NAMES_DEFINE(topic, TOPICS)

#define WORD_OF(member, name, help) { name, help },

static const struct command_word reload_words[] = { { "all", "every domain" }, { 0 } };
static const struct command_word stop_words[] = { { "all", "whatever is in flight" }, { 0 } };
static const struct command_word sort_words[] = {
	SORT_KEYS(WORD_OF){ "next", "the next of these orders" },
	{ 0 },
};
static const struct command_word resize_words[] = {
	{ "wider", "the focused pane" },
	{ "narrower", "the focused pane" },
	{ "taller", "the focused pane" },
	{ "shorter", "the focused pane" },
	EDGES(WORD_OF){ "reset", "all panes as they were" },
	{ 0 },
};
static const struct command_word next_words[] = {
	{ "page", "in a view, a page down" },
	{ 0 },
};
static const struct command_word match_words[] = {
	{ "next", "further down" },
	{ "previous", "further up" },
	{ 0 },
};
static const struct command_word focus_words[] = {
	PANES(WORD_OF){ "prompt", "the command line, with a text to begin with" },
	{ "next", "the pane behind this one" },
	{ "previous", "the pane before this one" },
	{ 0 },
};
static const struct command_word move_words[] = {
	{ "up", "a line; with a count, so many" },
	{ "down", "a line; with a count, so many" },
	{ "page-up", "a page" },
	{ "page-down", "a page" },
	{ "top", "the first line; with a count, that line" },
	{ "bottom", "the last line; with a count, that line" },
	{ "left", "the pane to the left" },
	{ "right", "the pane to the right" },
	{ 0 },
};
static const struct command_word copy_words[] = {
	{ "row", "the selected row" },
	{ "report", "the report of the selected domain" },
	{ 0 },
};
static const struct command_word back_words[] = {
	{ "stay", "but not out of the program" },
	{ 0 },
};
static const struct command_word view_words[] = { VIEWS(WORD_OF){ 0 } };
static const struct command_word sender_words[] = { SENDERS(WORD_OF){ 0 } };
static const struct command_word mouse_words[] = {
	{ "on", "the program's" },
	{ "off", "the terminal's" },
	{ 0 },
};
static const struct command_word net_words[] = {
	{ "on", "questions and probes go out" },
	{ "off", "nothing more is asked or probed" },
	{ 0 },
};

/* clang-format off */
static const struct command_row rows[] = {
	{ VERB_LOOKUP, "lookup", "[NAME]", "study a domain or address; in the laboratory, alone: list what there is to try",
	    COMPLETES_DOMAIN, NULL, 0, 1, true },
	{ VERB_RELOAD, "reload", "[all]", "ask again, past the cache", COMPLETES_WORD, reload_words, 0, 1, false },
	{ VERB_CLOSE, "close", "[NAME]", "drop the selected domain, or this one", COMPLETES_OPEN, NULL, 0, 1, true },
	{ VERB_PROBE, "probe", "[all|EXCHANGE|ADDRESS|HOST]", "probe again: the selected address, all, these, or a control host",
	    COMPLETES_EXCHANGE, NULL, 0, 1, false },
	{ VERB_STOP, "stop", "[all]", "cancel what is in flight for this domain and view, or everything",
	    COMPLETES_WORD, stop_words, 0, 1, false },
	{ VERB_RCPT, "rcpt", "ADDRESS", "ask the servers for this recipient: MAIL, RCPT, RSET; never a message",
	    COMPLETES_ADDRESS, NULL, 1, 1, true },
	{ VERB_CERTIFICATES, "certificates", "[FILE]", "those of the selected server; with FILE: write them as PEM",
	    COMPLETES_FILE, NULL, 0, 1, true },
	{ VERB_SENDER, "sender", "[NAME]", "sender profile whose plan and verdict are shown; alone: the next one",
	    COMPLETES_SENDER, sender_words, 0, 1, false },
	{ VERB_WHAT_IF, "what-if", "[clear|TARGET STATE]",
	    "pretend a state of a host, address, pref:N, ipv4, ipv6 or nameserver; alone: the selected row is down, or no more",
	    COMPLETES_WHAT_IF, NULL, 0, 2, false },
	{ VERB_MX, "mx", "add|remove|prefer|zone ...",
	    "edit a hypothetical MX set: add PREF HOST, remove HOST, prefer HOST PREF; zone: as text to paste",
	    COMPLETES_MX, NULL, 1, 3, false },
	{ VERB_VANTAGE, "vantage", "NAME|ADDRESS", "where the sender stands: stranger, ipv4-only, ipv6-only, no-dnssec, or the host that it is",
	    COMPLETES_VANTAGE, NULL, 1, 1, false },
	{ VERB_SEED, "seed", "N", "seed of the draw among equal preferences", COMPLETES_NOTHING, NULL, 1, 1, false },
	{ VERB_LAB, "lab", "[SCENARIO]", "open the laboratory, or one of its scenarios", COMPLETES_SCENARIO, NULL, 0, 1, false },
	{ VERB_COMPARE, "compare", "[NAME] [@RESOLVER ...]", "every authoritative server side by side, or these resolvers",
	    COMPLETES_DOMAIN, NULL, 0, 8, false },
	{ VERB_TRACE, "trace", "[NAME [TYPE]]", "walk from the root to the servers of NAME, or of the selected domain",
	    COMPLETES_QUESTION, NULL, 0, 2, false },
	{ VERB_DIG, "dig", "NAME [TYPE] [@SERVER]", "one question in full; also +dnssec +hex +norecurse +tcp; +hex alone: octets on and off",
	    COMPLETES_QUESTION, NULL, 1, 8, false },
	{ VERB_FILTER, "filter", "[TEXT]", "show only domains that hold TEXT; alone: all", COMPLETES_DOMAIN, NULL, 0, 1, true },
	{ VERB_SEARCH, "search", "[TEXT]", "find TEXT in the view or pane on top; alone: ask for it, or in the Domains and MX panes for a filter",
	    COMPLETES_NOTHING, NULL, 0, 1, true },
	{ VERB_MATCH, "match", "next|previous", "go to the next or previous match of the search", COMPLETES_WORD, match_words, 1, 1, false },
	{ VERB_COUNT, "count", "DIGIT", "a digit of a count for the next move; at a question: the answer", COMPLETES_NOTHING, NULL, 1, 1, false },
	{ VERB_PALETTE, "palette", "", "find a command, key or view by some letters of it", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_SORT, "sort", "time|name|verdict|next", "order of the domains", COMPLETES_WORD, sort_words, 1, 1, false },
	{ VERB_FOCUS, "focus", "PANE [TEXT]", "go to domains, mx, smtp, next, previous, or the prompt, with a text to begin with",
	    COMPLETES_WORD, focus_words, 1, 2, true },
	{ VERB_MOVE, "move", "WHERE [COUNT]", "move the selection: up, down, page-up, page-down, top, bottom, left, right; so often, or to this line",
	    COMPLETES_WORD, move_words, 1, 2, false },
	{ VERB_OPEN, "open", "", "open or drill into what is selected", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_WALK, "walk", "[ADDRESS]", "go through the delivery step by step: to the selected domain, or to this address",
	    COMPLETES_ADDRESS, NULL, 0, 1, true },
	{ VERB_NEXT, "next", "[page]", "the next step of the walkthrough or lesson, the next question or match; page: in a view, a page down",
	    COMPLETES_WORD, next_words, 0, 1, false },
	{ VERB_BACK, "back", "[stay]", "one step back in walkthrough or lesson; elsewhere the same as leave",
	    COMPLETES_WORD, back_words, 0, 1, false },
	{ VERB_LEAVE, "leave", "[stay]", "leave the innermost view; in the first pane the program, unless it is to stay",
	    COMPLETES_WORD, back_words, 0, 1, false },
	{ VERB_EXPLAIN, "explain", "[ID|CODE|\"log line\"]",
	    "explain a finding, rule, code, word or log line, offline; alone: what is under the cursor", COMPLETES_EXPLAINED, NULL, 0, 1, true },
	{ VERB_WHY, "why", "[TARGET]", "the reasons for an exchange, an address or pref:N; alone: for the selected row",
	    COMPLETES_EXCHANGE, NULL, 0, 1, false },
	{ VERB_LESSON, "lesson", "[NAME|NUMBER|FILE]", "begin a lesson; alone: choose from the list of them", COMPLETES_LESSON, NULL, 0, 1, true },
	{ VERB_QUIZ, "quiz", "", "questions about the selected domain, asked before the answer shows", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_ANSWER, "answer", "N", "answer the question that is open by number, or in its words", COMPLETES_NOTHING, NULL, 1, 1, true },
	{ VERB_VIEW, "view", "NAME", "lay a view over the panes, or take it away",
	    COMPLETES_VIEW, view_words, 1, 1, false },
	{ VERB_SIMULATE, "simulate", "[N]", "N deliveries (10000): which address takes how many, for every sender",
	    COMPLETES_NOTHING, NULL, 0, 1, false },
	{ VERB_CLOCK, "clock", "[+TIME|TARGET down FROM UNTIL [sent TIME]|clear]",
	    "the retry clock: when a message arrives, and where, as if TARGET were down from 09:00 to 15:00",
	    COMPLETES_EXCHANGE, NULL, 0, 6, false },
	{ VERB_RESIZE, "resize", "WHAT [N]",
	    "the focused pane wider, narrower, taller, shorter; move the side, upper or lower frame; or reset all",
	    COMPLETES_WORD, resize_words, 1, 2, false },
	{ VERB_ZOOM, "zoom", "", "the focused pane alone, and back", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_COPY, "copy", "[row|report]", "copy what is under the cursor, the view, the row, or a report of the domain",
	    COMPLETES_WORD, copy_words, 0, 1, false },
	{ VERB_MOUSE, "mouse", "[on|off]", "use the mouse, or give it back to the terminal", COMPLETES_WORD, mouse_words, 0, 1, false },
	{ VERB_SET, "set", "[OPTION [VALUE]]", "change a setting; without VALUE: explain it; alone: list all with their values",
	    COMPLETES_SETTING, NULL, 0, 2, false },
	{ VERB_BIND, "bind", "KEY COMMAND", "give a key a command", COMPLETES_KEY, NULL, 2, 2, true },
	{ VERB_UNBIND, "unbind", "KEY", "take a key's command away", COMPLETES_KEY, NULL, 1, 1, false },
	{ VERB_THEME, "theme", "NAME|FILE", "change the colours", COMPLETES_THEME, NULL, 1, 1, true },
	{ VERB_NET, "net", "on|off", "off: nothing more is asked or probed", COMPLETES_WORD, net_words, 1, 1, false },
	{ VERB_HELP, "help", "[TOPIC]", "keys and commands, or one command", COMPLETES_TOPIC, NULL, 0, 1, false },
	{ VERB_WAIT, "wait", "", "in scripts: wait until nothing is in flight", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_SCREEN, "screen", "FILE", "write the screen as text", COMPLETES_FILE, NULL, 1, 1, true },
	{ VERB_SOURCE, "source", "FILE", "run the commands in a file", COMPLETES_FILE, NULL, 1, 1, true },
	{ VERB_WATCH, "watch", "[INTERVAL|off]", "ask again when a TTL ends, or every 30s, 5m, 1h; ring when something of meaning changed",
	    COMPLETES_INTERVAL, NULL, 0, 1, false },
	{ VERB_DIFF, "diff", "[A [B]]", "what changed: since the last snapshot, or between snapshots A and B (1 = newest, now)",
	    COMPLETES_NOTHING, NULL, 0, 2, false },
	{ VERB_NOTE, "note", "[TEXT]", "keep a note about the selected domain; alone: take it away", COMPLETES_NOTHING, NULL, 0, 1, true },
	{ VERB_PIN, "pin", "", "keep the selected domain above the others, or no more", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_SAVE, "save", "FILE", "write the report of the selected domain: Markdown (.md), JSON (.json) or text",
	    COMPLETES_FILE, NULL, 1, 1, true },
	{ VERB_RECORD, "record", "FILE", "record this session, from its beginning, for replay", COMPLETES_FILE, NULL, 1, 1, true },
	{ VERB_REPLAY, "replay", "FILE", "play a recording in place of this session; nothing is asked", COMPLETES_FILE, NULL, 1, 1, true },
	{ VERB_STEP, "step", "[N]", "in a replay by steps: the next event, or N of them", COMPLETES_NOTHING, NULL, 0, 1, false },
	{ VERB_REDRAW, "redraw", "", "draw the whole screen anew", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_SUSPEND, "suspend", "", "stop the program, as Ctrl-Z does", COMPLETES_NOTHING, NULL, 0, 0, false },
	{ VERB_QUIT, "quit", "", "leave the program", COMPLETES_NOTHING, NULL, 0, 0, false },
};
/* clang-format on */

enum {
	ROWS = sizeof rows / sizeof *rows
};

const struct command_row *
command_table(size_t *count)
{
	*count = ROWS;
	return rows;
}

const struct command_row *
command_row_of(enum verb verb)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].verb == verb)
			return &rows[i];
	}
	return NULL;
}

bool
command_is_complete(const struct command *command)
{
	const struct command_row *row = command_row_of(command->verb);

	return row != NULL && command->argument_count >= row->minimum &&
	    command->argument_count <= row->maximum;
}
