/*
 * `view map`: the whole route of a domain as a tree - the domain, its aliases, the tiers of equal
 * preference, their exchanges, the addresses and what each of them says - with the way that a message
 * takes now as a heavy line. Which way that is was decided by mail/verdict.h; until it has decided,
 * it is the first attempt that a sender would not have left yet. Rows stand where the plan has them, tier by
 * tier, so that nothing moves while answers arrive.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "ui/mark.h"
#include "ui/overlay.h"
#include "ui/policy_line.h"
#include "ui/timeline.h"

enum {
	DEPTH_MOST = 3, /* of a line below the domain's: tier, exchange, address */
	ROOMY_FROM = 50, /* columns from which a level takes three of them, */
	WORDY_FROM = 76, /* and from which states have their codes and seconds */
	STATE_BRIEF = 13, /* columns of "✓ accepting" and its like, */
	STATE_WHOLE = 20, /* and with code or seconds */
	POLICY = 14, /* of "✓ trusted" and its like */
	ADDRESS_LEAST = 10,
	NOTE_LEAST = 12, /* columns from which it is worth writing at the end of the way */
	EXTENT_LEAST = 18 /* columns from which a tier says how large it is */
};

/* How a line hangs on the one above it, for each level: a piece of the tree. */
enum limb {
	LIMB_GAP,
	LIMB_TRUNK,
	LIMB_TRUNK_WAY, /* the way goes on to a branch below */
	LIMB_BRANCH,
	LIMB_BRANCH_LAST,
	LIMB_BRANCH_PASSED, /* the way goes past it */
	LIMB_WAY, /* the way turns in here */
	LIMB_WAY_LAST,
	limb_count
};

static const struct {
	const char
	    *texts[2]; /* in ASCII, in Unicode: three columns; a narrow tree takes the first */
	const char *narrow[2];
	enum style style;
} limbs[limb_count] = {
	[LIMB_GAP] = { { "   ", "   " }, { "  ", "  " }, STYLE_DIM },
	[LIMB_TRUNK] = { { "|  ", "│  " }, { "| ", "│ " }, STYLE_DIM },
	[LIMB_TRUNK_WAY] = { { "#  ", "┃  " }, { "# ", "┃ " }, STYLE_ACCENT },
	[LIMB_BRANCH] = { { "|- ", "├─ " }, { "|-", "├─" }, STYLE_DIM },
	[LIMB_BRANCH_LAST] = { { "`- ", "└─ " }, { "`-", "└─" }, STYLE_DIM },
	[LIMB_BRANCH_PASSED] = { { "#- ", "┠─ " }, { "#-", "┠─" }, STYLE_ACCENT },
	[LIMB_WAY] = { { "#= ", "┡━ " }, { "#=", "┡━" }, STYLE_ACCENT },
	[LIMB_WAY_LAST] = { { "#= ", "┗━ " }, { "#=", "┗━" }, STYLE_ACCENT },
};

/* A row of the plan with its place in the tree. */
struct leaf {
	uint16_t preference;
	size_t rank; /* of the exchange, by its first attempt */
	size_t row; /* index into the plan */
};

/* A tree being drawn. */
struct tree {
	struct paper *paper;
	const struct model *model;
	const struct inquiry *inquiry;
	struct leaf *leaves; /* in the order of the tree */
	size_t count;
	size_t way; /* the leaf that the way ends at; SIZE_MAX = none */
	bool roomy;
	int state; /* columns of how a server stands */
	int number, address; /* columns of attempts and addresses */
	enum limb above[DEPTH_MOST]; /* of the levels that are open */
};

/* Leaves that hang together: those of one tier, of one exchange. */
struct group {
	size_t begin, end;
};

/* A line being written from left to right; row -1: it does not show. */
struct line {
	struct canvas *canvas;
	int row, column, end;
};

/* --- the order ------------------------------------------------------------------------- */

/* Orders leaves by tier, exchange and attempt. */
static int
compare_leaves(const void *one, const void *other)
{
	const struct leaf *a = one, *b = other;

	if (a->preference != b->preference)
		return a->preference < b->preference ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

/* Hangs the plan's rows into the tree. */
static void
hang_leaves(struct tree *tree)
{
	const struct plan *plan = &tree->inquiry->plan;
	const struct mx_set *mx = &tree->inquiry->facts.mx;
	size_t *ranks = mem_calloc(mx->count, sizeof *ranks);

	for (size_t i = 0; i < plan->exchange_count; i++)
		ranks[plan->exchange_order[i]] = i;
	tree->count = plan->count;
	tree->leaves = mem_calloc(plan->count, sizeof *tree->leaves);
	for (size_t i = 0; i < plan->count; i++) {
		size_t exchange = plan->rows[i].exchange;

		tree->leaves[i] =
		    (struct leaf){ mx->exchanges[exchange].preference, ranks[exchange], i };
	}
	qsort(tree->leaves, tree->count, sizeof *tree->leaves, compare_leaves);
	free(ranks);
}

/* The probe of a row of the plan; NULL when there is none. */
static const struct smtp_facts *
probe_of(const struct inquiry *inquiry, const struct plan_row *row)
{
	return row->target == SIZE_MAX ? NULL : inquiry->facts.targets[row->target].probe;
}

/* The row of the plan at which a message stands: the verdict's, or the first that is not left. */
static size_t
row_of_way(const struct inquiry *inquiry)
{
	const struct plan *plan = &inquiry->plan;

	if (inquiry->verdict.row < plan->count)
		return inquiry->verdict.row;
	for (size_t i = 0; i < plan->count; i++) {
		const struct smtp_facts *probe = probe_of(inquiry, &plan->rows[i]);

		if (plan->rows[i].attempt > 0 && (probe == NULL || !verdict_moves_on(probe)))
			return i;
	}
	return SIZE_MAX;
}

/* Measures what stands in columns, and finds the end of the way. */
static void
measure(struct tree *tree)
{
	const struct inquiry *inquiry = tree->inquiry;
	size_t row = row_of_way(inquiry);
	char text[IP_TEXT_MAX];

	tree->way = SIZE_MAX;
	for (size_t i = 0; i < tree->count; i++) {
		if (tree->leaves[i].row == row)
			tree->way = i;
	}
	for (size_t i = 0; i < inquiry->facts.target_count; i++) {
		int width = (int)strlen(ip_text(&inquiry->facts.targets[i].ip, text));

		tree->address = width > tree->address ? width : tree->address;
	}
	tree->number = snprintf(text, sizeof text, "%zu", inquiry->plan.attempts);
}

/* The leaves from `begin` on that hang together with it, by preference or by exchange too. */
static struct group
tier_from(const struct tree *tree, size_t begin)
{
	struct group group = { begin, begin };

	while (group.end < tree->count &&
	    tree->leaves[group.end].preference == tree->leaves[begin].preference)
		group.end++;
	return group;
}

static struct group
exchange_from(const struct tree *tree, size_t begin)
{
	struct group group = tier_from(tree, begin);
	size_t end = begin;

	while (end < group.end && tree->leaves[end].rank == tree->leaves[begin].rank)
		end++;
	group.end = end;
	return group;
}

/* --- lines ------------------------------------------------------------------------------- */

/* Puts a text behind what the line has. */
static void
put(struct line *line, enum style style, const char *text)
{
	if (line->row >= 0 && line->column < line->end)
		line->column += canvas_put(line->canvas, line->row, line->column,
		    line->end - line->column, style, text);
}

/* Puts a text into a field of so many columns. */
static void
put_field(struct line *line, int columns, enum style style, const char *text)
{
	int end = line->column + columns < line->end ? line->column + columns : line->end;

	if (line->row >= 0 && line->column < end)
		canvas_put(
		    line->canvas, line->row, line->column, end - line->column, style, text);
	line->column = end;
}

/* Begins a line that hangs on so many levels. */
static struct line
begin_line(struct tree *tree, int depth)
{
	struct canvas *canvas = tree->paper->canvas;
	const struct area *window = &tree->paper->window;
	struct line line = { canvas, paper_line(tree->paper), window->column + 1,
		window->column + window->columns };

	for (int i = 0; i < depth; i++) {
		enum limb limb = tree->above[i];

		put(&line, limbs[limb].style,
		    tree->roomy ? limbs[limb].texts[canvas->unicode]
				: limbs[limb].narrow[canvas->unicode]);
	}
	return line;
}

/* Puts a mark and words in its style. */
static void
put_marked(struct line *line, const struct tree *tree, enum mark mark, const char *words)
{
	put(line, mark_style(mark),
	    mark_text(mark, line->canvas->unicode, tree->model->spinner));
	put(line, STYLE_TEXT, " ");
	put(line, mark_style(mark), words);
}

/* The limb on which a group hangs that ends where its parent does, or before. */
static enum limb
branch_of(const struct tree *tree, const struct group *group, size_t parent_end)
{
	bool last = group->end == parent_end;

	if (tree->way >= group->begin && tree->way < group->end)
		return last ? LIMB_WAY_LAST : LIMB_WAY;
	if (tree->way >= group->end && tree->way < parent_end)
		return LIMB_BRANCH_PASSED;
	return last ? LIMB_BRANCH_LAST : LIMB_BRANCH;
}

/* What goes on beside the lines below a branch. */
static enum limb
below(enum limb branch)
{
	static const enum limb trunks[limb_count] = {
		[LIMB_BRANCH] = LIMB_TRUNK,
		[LIMB_BRANCH_PASSED] = LIMB_TRUNK_WAY,
		[LIMB_WAY] = LIMB_TRUNK,
	};

	return trunks[branch];
}

/* --- addresses ------------------------------------------------------------------------------ */

/* Puts how the server stands, with as many words as there is room for. */
static void
put_state(struct line *line, const struct tree *tree, const struct plan_row *row)
{
	const struct smtp_facts *probe = probe_of(tree->inquiry, row);
	enum mark mark = mark_of_probe(probe);
	int columns = tree->state, start = line->column;
	struct buf words = BUF_INIT;

	if (row->standing != PLAN_ATTEMPT) {
		mark = mark_of_standing(row->standing);
		buf_adds(&words, plan_standing_name(row->standing));
	} else if (probe == NULL) {
		buf_adds(&words, "not probed");
	} else if (probe->pretended != NULL) {
		buf_addf(&words, "if %s", probe->pretended);
	} else {
		timeline_state(probe, tree->model->now_us, columns - 3, &words);
	}
	put_marked(line, tree, mark, buf_text(&words));
	if (line->column < start + columns)
		put_field(line, start + columns - line->column, STYLE_TEXT, "");
	else
		put(line, STYLE_TEXT, " ");
	buf_clear(&words);
}

/* Puts what TLS is worth there, in one word. */
static void
put_policy(struct line *line, const struct tree *tree, const struct plan_row *row)
{
	const struct smtp_facts *probe = probe_of(tree->inquiry, row);
	const char *word;
	enum mark mark;
	int start = line->column;

	if (probe == NULL || row->standing != PLAN_ATTEMPT)
		return;
	word = policy_line_word(&tree->inquiry->facts, row->target, &mark);
	if (word == NULL && probe->tls.present) {
		bool trusted = probe->tls.chain == TLS_CHAIN_TRUSTED && probe->tls.name_matches;

		mark = trusted ? MARK_GOOD : MARK_WARNING;
		word = trusted ? "trusted" : "not trusted";
	} else if (word == NULL && probe->starttls == SMTP_STARTTLS_NOT_OFFERED) {
		mark = MARK_NONE;
		word = "no TLS";
	}
	if (word == NULL)
		return;
	put_marked(line, tree, mark, word);
	if (line->column < start + POLICY)
		put_field(line, start + POLICY - line->column, STYLE_TEXT, "");
}

/* What becomes of the message at the end of its way, in full and where room is short. */
static const struct {
	const char *whole, *brief;
} ends[verdict_kind_count] = {
	[VERDICT_DELIVER] = { "mail goes here", "mail" },
	[VERDICT_WARN] = { "mail goes here", "mail" },
	[VERDICT_INCONCLUSIVE] = { "waits here", "waits" },
	[VERDICT_BOUNCE] = { "ends here", "ends" },
	[VERDICT_REFUSE] = { "stops here", "stops" },
	[VERDICT_PENDING] = { "under way", "..." },
};

/* Puts what becomes of the message at the end of its way. */
static void
put_end(struct line *line, const struct tree *tree)
{
	enum verdict_kind kind = tree->inquiry->verdict.kind;
	int room = line->end - line->column - 2;

	if (room + 2 < NOTE_LEAST)
		return;
	put(line, STYLE_ACCENT, line->canvas->unicode ? "◀ " : "< ");
	put(line, STYLE_ACCENT,
	    canvas_width(line->canvas, ends[kind].whole) <= room ? ends[kind].whole
								 : ends[kind].brief);
}

/* Puts an address into a field of so many columns. */
static void
put_address(struct line *line, int columns, const struct ip_addr *ip)
{
	char text[IP_TEXT_MAX];

	if (line->row >= 0)
		canvas_put_ends(line->canvas, line->row, line->column, columns, STYLE_TEXT,
		    ip_text(ip, text));
	line->column += columns;
}

/* Writes the line of an address. */
static void
write_address(struct tree *tree, size_t leaf)
{
	const struct plan_row *row = &tree->inquiry->plan.rows[tree->leaves[leaf].row];
	struct line line = begin_line(tree, DEPTH_MOST);
	int room = line.end - line.column - tree->number - 3 - tree->state;
	char text[IP_TEXT_MAX];

	if (row->attempt > 0)
		snprintf(text, sizeof text, "%u", row->attempt);
	put_field(&line, tree->number + 1, STYLE_DIM,
	    row->attempt > 0 ? text : mark_legend(MARK_NOT_TRIED, line.canvas->unicode));
	if (room > tree->address)
		room = tree->address;
	put_address(&line, room > ADDRESS_LEAST ? room : ADDRESS_LEAST,
	    &tree->inquiry->facts.targets[row->target].ip);
	put(&line, STYLE_TEXT, "  ");
	put_state(&line, tree, row);
	put_policy(&line, tree, row);
	if (leaf == tree->way)
		put_end(&line, tree);
}

/* --- exchanges, tiers ------------------------------------------------------------------------- */

/* Puts the end of the alias that a name is, if it is one. */
static void
put_alias(struct line *line, const struct dns_result *result)
{
	char name[DNS_NAME_TEXT_MAX];

	if (result == NULL || result->alias_count == 0)
		return;
	put(line, STYLE_DIM, "  alias of ");
	put(line, STYLE_DIM, dns_name_text(dns_result_owner(result), name));
}

/* Writes the line of an exchange, and those of its addresses. */
static void
write_exchange(struct tree *tree, const struct group *group)
{
	const struct inquiry *inquiry = tree->inquiry;
	const struct plan_row *row = &inquiry->plan.rows[tree->leaves[group->begin].row];
	struct line line = begin_line(tree, DEPTH_MOST - 1);

	put(&line, STYLE_TEXT, inquiry->facts.mx.exchanges[row->exchange].text);
	if (row->target == SIZE_MAX) {
		put(&line, STYLE_TEXT, "  ");
		put_marked(&line, tree, mark_of_standing(row->standing),
		    row->standing == PLAN_WAITING ? "looking up"
						  : plan_standing_name(row->standing));
		return;
	}
	put_alias(&line, inquiry->facts.addresses[row->exchange].a);
	tree->above[DEPTH_MOST - 2] = below(tree->above[DEPTH_MOST - 2]);
	for (size_t i = group->begin; i < group->end; i++) {
		const struct group leaf = { i, i + 1 };

		tree->above[DEPTH_MOST - 1] = branch_of(tree, &leaf, group->end);
		write_address(tree, i);
	}
}

/* Counts the exchanges of a tier. */
static size_t
count_exchanges(const struct tree *tree, const struct group *tier)
{
	size_t count = 0;

	for (size_t i = tier->begin; i < tier->end; i = exchange_from(tree, i).end)
		count++;
	return count;
}

/* Writes the line of a tier, and what hangs on it. */
static void
write_tier(struct tree *tree, const struct group *tier)
{
	struct line line = begin_line(tree, 1);
	size_t count = count_exchanges(tree, tier);
	struct buf text = BUF_INIT;

	if (tree->inquiry->facts.mx.kind == MX_IMPLICIT)
		buf_adds(&text, "no MX: its own addresses");
	else
		buf_addf(&text, "preference %u", tree->leaves[tier->begin].preference);
	put(&line, STYLE_TITLE, buf_text(&text));
	buf_truncate(&text, 0);
	buf_addf(&text, "  %zu exchanges, by lot", count);
	if (count > 1 && line.end - line.column >= EXTENT_LEAST)
		put(&line, STYLE_DIM, buf_text(&text));
	buf_clear(&text);
	tree->above[0] = below(tree->above[0]);
	for (size_t i = tier->begin; i < tier->end;) {
		const struct group exchange = exchange_from(tree, i);

		tree->above[1] = branch_of(tree, &exchange, tier->end);
		write_exchange(tree, &exchange);
		i = exchange.end;
	}
}

/* --- the domain ---------------------------------------------------------------------------------- */

/* Writes the domain, with what vouches for its answer, and the aliases behind it. */
static void
write_domain(struct tree *tree)
{
	const struct dns_result *result = tree->inquiry->facts.mx_result;
	struct line line = begin_line(tree, 0);
	char name[DNS_NAME_TEXT_MAX];

	put(&line, STYLE_ACCENT, tree->inquiry->facts.subject.ascii);
	if (result == NULL)
		return;
	put(&line, STYLE_TEXT, "  ");
	put_marked(&line, tree, mark_of_security(result), dns_security_name(result->dnssec));
	tree->above[0] = tree->way == SIZE_MAX ? LIMB_TRUNK : LIMB_TRUNK_WAY;
	for (size_t i = 0; i < result->alias_count; i++) {
		line = begin_line(tree, 1);
		put(&line, STYLE_DIM, "alias of ");
		put(&line, STYLE_TEXT, dns_name_text(&result->alias[i], name));
	}
}

/* Writes why no tier hangs on the domain. */
static void
write_bare(struct tree *tree)
{
	const struct mail_facts *facts = &tree->inquiry->facts;
	struct line line;

	tree->above[0] = LIMB_BRANCH_LAST;
	line = begin_line(tree, 1);
	if (!facts->mx_known) {
		put_marked(&line, tree, MARK_PROGRESS, "its MX records are asked for");
		return;
	}
	switch (facts->mx.kind) {
	case MX_NULL:
		put_marked(&line, tree, MARK_REFUSED, "Null MX: it takes no mail");
		break;
	case MX_ERROR:
		put_marked(&line, tree, MARK_UNSURE, dns_result_reason(facts->mx_result));
		break;
	case MX_NONE:
	case MX_IMPLICIT:
	case MX_EXPLICIT:
		put_marked(&line, tree, MARK_BAD, "nothing takes its mail");
		break;
	}
}

/* Says what the heavy line means. */
static void
write_legend(struct tree *tree)
{
	paper_line(tree->paper);
	paper_write(tree->paper,
	    &(struct paragraph){ .text = tree->paper->canvas->unicode
		    ? "The heavy line is the way of a message now."
		    : "The line of # and = is the way of a message now.",
		.style = STYLE_DIM,
		.indent = 1 });
}

void
view_map_write(struct paper *paper, const struct model *model)
{
	const struct inquiry *inquiry = model_selected_inquiry(model);
	struct tree tree = {
		.paper = paper,
		.model = model,
		.inquiry = inquiry,
		.roomy = paper->window.columns >= ROOMY_FROM,
		.state = paper->window.columns >= WORDY_FROM ? STATE_WHOLE : STATE_BRIEF,
	};

	if (inquiry == NULL) {
		overlay_empty(paper, "No domain is studied: type one and press Enter.");
		return;
	}
	hang_leaves(&tree);
	measure(&tree);
	write_domain(&tree);
	for (size_t i = 0; i < tree.count;) {
		const struct group tier = tier_from(&tree, i);

		tree.above[0] = branch_of(&tree, &tier, tree.count);
		write_tier(&tree, &tier);
		i = tier.end;
	}
	if (tree.count == 0)
		write_bare(&tree);
	if (tree.way != SIZE_MAX)
		write_legend(&tree);
	free(tree.leaves);
}
