/*
 * What Tab offers. The command table says what each word of a command completes to; one function
 * a kind gathers the candidates. The model is only read.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "app/settings.h"
#include "cli/command.h"
#include "cli/completion.h"
#include "cli/file_names.h"
#include "cli/keys.h"
#include "cli/lessons.h"
#include "cli/themes.h"

enum {
	TYPE_LAST = 300, /* among the types with a name, CAA is the last (257) */
};

/* One completion being gathered: what is typed of the word so far, and what fits. */
struct search {
	struct candidates *found;
	const struct model *model;
	const struct command_row *row; /* NULL for the first word */
	const char *typed;
	const char *before; /* the first argument, where this is not it */
	unsigned place; /* of the word: 1 for the first argument */
};

/* Adds the text when it begins with what is typed. */
static void
offer(struct search *search, const char *text, const char *help)
{
	struct candidates *found = search->found;

	if (found->count == COMPLETION_MAX || !text_prefix_nocase(text, search->typed))
		return;
	found->items =
	    mem_grow(found->items, found->count, &found->capacity, sizeof *found->items);
	found->items[found->count++] = (struct candidate){
		.text = mem_strdup(text),
		.help = mem_strdup(help),
	};
}

/* True when the text was offered already. */
static bool
is_offered(const struct search *search, const char *text)
{
	for (size_t i = 0; i < search->found->count; i++) {
		if (strcmp(search->found->items[i].text, text) == 0)
			return true;
	}
	return false;
}

static void
offer_commands(struct search *search)
{
	size_t count;
	const struct command_row *rows = command_table(&count);

	for (size_t i = 0; i < count; i++)
		offer(search, rows[i].name, rows[i].help);
}

/* What is known of a domain: the verdict, or the one that is remembered. */
static const char *
sentence_of(const struct domain *domain)
{
	const struct inquiry *inquiry = domain->inquiry;

	if (inquiry != NULL && inquiry->verdict.sentence != NULL)
		return inquiry->verdict.sentence;
	return domain->past_sentence != NULL ? domain->past_sentence : "one of the domains";
}

/* The rows of the domains pane. */
static void
offer_open(struct search *search)
{
	const struct model *model = search->model;

	for (size_t i = 0; i < model->domain_count; i++)
		offer(search, model->domains[i].name, sentence_of(&model->domains[i]));
}

static void
offer_domains(struct search *search)
{
	const struct model *model = search->model;

	offer_open(search);
	for (size_t i = 0; i < model->scenario_count; i++)
		offer(search, model->scenarios[i].domain, model->scenarios[i].title);
}

/* Addresses and domains; behind a local part the domains that are seen. */
static void
offer_addresses(struct search *search)
{
	const struct model *model = search->model;
	const char *at = strrchr(search->typed, '@');

	if (at == NULL) {
		offer_domains(search);
		return;
	}
	for (size_t i = 0; i < model->domain_count; i++) {
		const struct domain *domain = &model->domains[i];
		const char *local_part = strrchr(domain->name, '@');
		struct buf address = BUF_INIT;

		buf_add(&address, search->typed, (size_t)(at + 1 - search->typed));
		buf_adds(&address, local_part == NULL ? domain->name : local_part + 1);
		offer(search, buf_text(&address), sentence_of(domain));
		buf_clear(&address);
	}
}

static void
offer_intervals(struct search *search)
{
	offer(search, "off", "watch it no more");
	offer(search, "30s", "every half minute");
	offer(search, "5m", "every five minutes");
	offer(search, "1h", "every hour");
}

/* The types of records that have a name. */
static void
offer_types(struct search *search)
{
	char text[12];

	for (unsigned type = 1; type <= TYPE_LAST; type++) {
		if (strncmp(dns_type_text((uint16_t)type, text), "TYPE", 4) != 0)
			offer(search, text, "type of record");
	}
}

/* A name, and then types and, for `dig`, options. */
static void
offer_question(struct search *search)
{
	const char *help, *option;

	if (search->place == 1) {
		offer_domains(search);
		return;
	}
	offer_types(search);
	for (size_t i = 0;
	     search->row->verb == VERB_DIG && (option = dig_option(i, &help)) != NULL; i++)
		offer(search, option, help);
}

/* What the selected inquiry knows: its exchanges and addresses. */
static void
offer_hosts(struct search *search)
{
	const struct inquiry *inquiry = model_selected_inquiry(search->model);
	char ip[IP_TEXT_MAX];

	if (inquiry == NULL)
		return;
	for (size_t i = 0; i < inquiry->facts.mx.count; i++)
		offer(search, inquiry->facts.mx.exchanges[i].text, "exchange");
	for (size_t i = 0; i < inquiry->facts.target_count; i++) {
		const struct mail_target *target = &inquiry->facts.targets[i];

		offer(search, ip_text(&target->ip, ip),
		    inquiry->facts.mx.exchanges[target->exchange].text);
	}
}

static void
offer_exchanges(struct search *search)
{
	offer(search, "all", "every address");
	offer_hosts(search);
}

static void
offer_vantages(struct search *search)
{
	for (unsigned i = 0; i < VANTAGE_HOST; i++)
		offer(search, vantage_kind_name((enum vantage_kind)i),
		    vantage_kind_help((enum vantage_kind)i));
	offer_hosts(search);
}

/* Targets of a pretence, and then its states. */
static void
offer_what_if(struct search *search)
{
	static const struct command_word targets[] = {
		{ "clear", "nothing is pretended any more" },
		{ "ipv4", "all IPv4 addresses" },
		{ "ipv6", "all IPv6 addresses" },
		{ "nameserver", "the name servers of the domain" },
		{ "pref:", "the exchanges of a preference, such as pref:10" },
	};

	if (search->place > 1) {
		for (unsigned i = 0; i < pretended_state_count; i++)
			offer(search, pretended_state_name((enum pretended_state)i),
			    pretended_state_help((enum pretended_state)i));
		return;
	}
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
		offer(search, targets[i].word, targets[i].help);
	offer_hosts(search);
}

/* Kinds of edit, and then exchanges. */
static void
offer_mx(struct search *search)
{
	if (search->place > 1) {
		offer_hosts(search);
		return;
	}
	offer(search, "add", "PREF HOST: one more MX record");
	offer(search, "remove", "HOST: one less");
	offer(search, "prefer", "HOST PREF: another preference");
	offer(search, "zone", "the records as zone text");
}

static void
offer_scenarios(struct search *search)
{
	for (size_t i = 0; i < search->model->scenario_count; i++)
		offer(search, search->model->scenarios[i].name,
		    search->model->scenarios[i].title);
}

/* Offers a value of a setting with what it does: "off" is what the help says, not done. */
static void
offer_value(struct search *search, const struct setting_row *row, const char *value)
{
	bool off = row->words != NULL && strcmp(value, "off") == 0;
	bool standard = row->standard != NULL && strcmp(value, row->standard) == 0;
	struct buf help = BUF_INIT;

	buf_addf(&help, "%s%s%s", off ? "do not " : "", row->help,
	    standard                 ? " (the default)"
		: row->words == NULL ? " (as it is)"
				     : "");
	offer(search, value, help.data);
	buf_clear(&help);
}

/* The values of a setting: those that there are, or the default and the one that it has. */
static void
offer_values(struct search *search, const char *name)
{
	const struct setting_row *row = settings_find(name);
	struct buf value = BUF_INIT;

	if (row == NULL)
		return;
	for (const char *const *word = row->words; word != NULL && *word != NULL; word++)
		offer_value(search, row, *word);
	if (row->words == NULL && row->standard != NULL)
		offer_value(search, row, row->standard);
	row->tell(&search->model->settings, &value);
	if (row->words == NULL && !is_offered(search, buf_text(&value)))
		offer_value(search, row, buf_text(&value));
	buf_clear(&value);
}

/* Settings, and then the values of the one that was named. */
static void
offer_settings(struct search *search)
{
	size_t count;
	const struct setting_row *rows = settings_table(&count);

	if (search->place > 1)
		offer_values(search, search->before);
	for (size_t i = 0; search->place == 1 && i < count; i++)
		offer(search, rows[i].name, rows[i].help);
}

/* Offers a path. */
static void
offer_path(void *context, const char *path, bool folder)
{
	offer(context, path, folder ? "folder" : "file");
}

/* The files that the word may become. */
static void
offer_files(struct search *search)
{
	file_names_each(search->typed, offer_path, search);
}

/* Files beside names of our own, once a path is typed: `./` for those of this folder. */
static void
offer_files_by_path(struct search *search)
{
	if (strchr(search->typed, '/') != NULL)
		offer_files(search);
}

static void
offer_themes(struct search *search)
{
	size_t count;
	const struct theme_row *rows = themes_table(&count);

	for (size_t i = 0; i < count; i++)
		offer(search, rows[i].name, rows[i].title);
	offer_files_by_path(search);
}

/* The keys in force, each with what it does. */
static void
offer_keys(struct search *search)
{
	struct keys keys = keys_in_force(&search->model->bindings);

	for (size_t i = 0; i < keys.count; i++)
		offer(search, keys.items[i].key, keys.items[i].help);
	keys_clear(&keys);
}

static void
offer_senders(struct search *search)
{
	for (unsigned i = 0; i < sender_count; i++)
		offer(search, sender_name((enum sender)i), sender_help((enum sender)i));
}

static void
offer_views(struct search *search)
{
	for (unsigned i = 0; i < view_count; i++)
		offer(search, view_name((enum view)i), view_help((enum view)i));
}

static void
offer_lessons(struct search *search)
{
	size_t count;
	const struct lesson_row *rows = lessons_table(&count);

	for (size_t i = 0; i < count; i++)
		offer(search, rows[i].name, rows[i].title);
	offer_files_by_path(search);
}

/* What `explain` knows: what was found about the selected domain, all findings, the rules. */
static void
offer_explained(struct search *search)
{
	const struct inquiry *inquiry = model_selected_inquiry(search->model);
	struct finding_kind kind;
	size_t count;
	const struct rule *rules = rule_all(&count);

	for (size_t i = 0; inquiry != NULL && i < inquiry->findings.count; i++)
		offer(search, inquiry->findings.items[i].id, inquiry->findings.items[i].text);
	for (size_t i = 0; finding_kind_at(i, &kind); i++) {
		if (!is_offered(search, kind.id))
			offer(search, kind.id, kind.meaning);
	}
	for (size_t i = 0; i < count; i++)
		offer(search, rules[i].id, rules[i].clause);
}

static void
offer_words(struct search *search)
{
	for (const struct command_word *w = search->row->words; w->word != NULL; w++)
		offer(search, w->word, w->help);
}

static void
offer_topics(struct search *search)
{
	for (unsigned i = 0; i < topic_count; i++)
		offer(search, topic_name((enum topic)i), topic_help((enum topic)i));
	offer_commands(search);
}

static void
offer_nothing(struct search *search)
{
	(void)search;
}

static void (*const offers[])(struct search *) = {
	[COMPLETES_NOTHING] = offer_nothing,
	[COMPLETES_DOMAIN] = offer_domains,
	[COMPLETES_OPEN] = offer_open,
	[COMPLETES_ADDRESS] = offer_addresses,
	[COMPLETES_INTERVAL] = offer_intervals,
	[COMPLETES_QUESTION] = offer_question,
	[COMPLETES_EXCHANGE] = offer_exchanges,
	[COMPLETES_SCENARIO] = offer_scenarios,
	[COMPLETES_SETTING] = offer_settings,
	[COMPLETES_THEME] = offer_themes,
	[COMPLETES_KEY] = offer_keys,
	[COMPLETES_SENDER] = offer_senders,
	[COMPLETES_VIEW] = offer_views,
	[COMPLETES_WHAT_IF] = offer_what_if,
	[COMPLETES_MX] = offer_mx,
	[COMPLETES_VANTAGE] = offer_vantages,
	[COMPLETES_LESSON] = offer_lessons,
	[COMPLETES_EXPLAINED] = offer_explained,
	[COMPLETES_WORD] = offer_words,
	[COMPLETES_TOPIC] = offer_topics,
	[COMPLETES_FILE] = offer_files,
};

static int
compare(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return strcmp(x->text, y->text);
}

/* Sorts the candidates and drops those that stand twice. */
static void
tidy(struct candidates *candidates)
{
	size_t kept = 0;

	if (candidates->count == 0)
		return;
	qsort(candidates->items, candidates->count, sizeof *candidates->items, compare);
	for (size_t i = 1; i < candidates->count; i++) {
		struct candidate *item = &candidates->items[i];

		if (strcmp(candidates->items[kept].text, item->text) != 0) {
			candidates->items[++kept] = *item;
		} else {
			free(item->text);
			free(item->help);
		}
	}
	candidates->count = kept + 1;
}

/* The command that the line begins with, or NULL. */
static const struct command_row *
command_of(const char *line)
{
	size_t n = strcspn(line, " \t"), count;
	const struct command_row *rows = command_table(&count);

	for (size_t i = 0; i < count; i++) {
		if (strlen(rows[i].name) == n && strncmp(rows[i].name, line, n) == 0)
			return &rows[i];
	}
	return NULL;
}

/* The number of words between two places of a line. */
static unsigned
words_before(const char *from, const char *to)
{
	unsigned count = 0;

	while (from < to) {
		from += strcspn(from, " \t");
		from += strspn(from, " \t");
		count++;
	}
	return count;
}

/* The octets of the line's first so many words, with the blanks behind them. */
static size_t
skip_words(const char *line, unsigned count)
{
	size_t n = strspn(line, " \t");

	for (; count > 0; count--) {
		n += strcspn(line + n, " \t");
		n += strspn(line + n, " \t");
	}
	return n;
}

/* Where the command begins that is completed: behind `bind KEY ` there is one of its own. */
static size_t
begin_of_command(const char *line)
{
	size_t begin = skip_words(line, 0), key = skip_words(line, 1),
	       behind = skip_words(line, 2);
	const struct command_row *row = command_of(line + begin);
	bool binds = row != NULL && row->verb == VERB_BIND;

	return binds && behind > key && strchr(" \t", line[behind - 1]) != NULL ? behind
										: begin;
}

/* Offers what fits a word: the first is a command or a domain, behind it the command decides. */
static void
offer_word(struct search *search, const char *command)
{
	size_t first;
	char *before;

	if (search->place == 0) {
		offer_commands(search);
		offer_domains(search);
		return;
	}
	search->row = command_of(command);
	if (search->row == NULL)
		return;
	first = skip_words(command, 1);
	before = mem_strndup(command + first, strcspn(command + first, " \t"));
	search->before = before;
	offers[search->row->completes](search);
	free(before);
}

void
completion_find(
    struct candidates *candidates, const struct model *model, const char *line, size_t cursor)
{
	char *head = mem_strndup(line, cursor);
	size_t begin = begin_of_command(head), word = cursor;
	struct search search = { .found = candidates, .model = model };

	*candidates = (struct candidates){ 0 };
	while (word > begin && head[word - 1] != ' ' && head[word - 1] != '\t')
		word--;
	candidates->word = word;
	search.typed = head + word;
	search.place = words_before(head + begin, head + word);
	offer_word(&search, head + begin);
	tidy(candidates);
	free(head);
}

void
candidates_clear(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++) {
		free(candidates->items[i].text);
		free(candidates->items[i].help);
		free(candidates->items[i].key);
	}
	free(candidates->items);
	*candidates = (struct candidates){ 0 };
}

/* The bytes that two strings share at their beginning, never half a character. */
static size_t
shared(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] != '\0' && a[n] == b[n])
		n++;
	while (n > 0 && ((unsigned char)a[n] & 0xC0) == 0x80)
		n--;
	return n;
}

size_t
candidates_common(const struct candidates *candidates)
{
	size_t common;

	if (candidates->count == 0)
		return 0;
	common = strlen(candidates->items[0].text);
	for (size_t i = 1; i < candidates->count; i++) {
		size_t n = shared(candidates->items[0].text, candidates->items[i].text);

		if (n < common)
			common = n;
	}
	return common;
}
