/*
 * The report as a front end of the loop: it keeps `jobs` names in the model, prints each that has
 * ended, closes it and looks the next one up. Memory stays bounded by the names in flight.
 * What an entry looks like is in report_text.c and report_json.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "cli/report.h"

enum {
	STATUS_INTERNAL = 70,
	STATUS_INTERRUPTED = 130
};

/* --- names --------------------------------------------------------------------------- */

/* Says why the text is no name, as a string that the caller frees; NULL when it is one. */
static char *
fault_of(const char *text)
{
	struct mail_subject subject;
	char *fault = mail_subject_parse(&subject, text);

	if (fault == NULL)
		mail_subject_clear(&subject);
	return fault;
}

/* Adds a name; takes the fault. */
static void
add_name(struct report_names *names, const char *text, char *fault)
{
	names->items =
	    mem_grow(names->items, names->count, &names->capacity, sizeof *names->items);
	names->items[names->count++] = (struct report_name){
		.text = mem_strdup(text),
		.fault = fault,
	};
}

void
report_names_add(struct report_names *names, const char *text)
{
	add_name(names, text, NULL);
}

/* Cuts blanks and the comment off a line of a list, in place. Returns where the name begins. */
static char *
trim_line(char *line)
{
	size_t n;

	line += strspn(line, " \t");
	if (*line == '#')
		*line = '\0';
	n = strlen(line);
	while (n > 0 && strchr(" \t\r\n", line[n - 1]) != NULL)
		line[--n] = '\0';
	for (size_t i = 1; i < n; i++) {
		if (line[i] == '#' && (line[i - 1] == ' ' || line[i - 1] == '\t')) {
			line[i] = '\0';
			return trim_line(line);
		}
	}
	return line;
}

/* Adds a line that holds a NUL, which no name does, as what it shows. */
static void
add_nul_line(struct report_names *names, const char *line, size_t n)
{
	char *shown = text_printable_copy(line, n - (line[n - 1] == '\n'));

	add_name(names, shown,
	    mem_strdup("Expected a domain or an address, not a line with a NUL."));
	free(shown);
}

/* Reads a list of names from an open file. */
static void
read_list(struct report_names *names, FILE *file)
{
	char *line = NULL;
	size_t capacity = 0;
	ssize_t n;

	while ((n = getline(&line, &capacity, file)) > 0) {
		const char *name;

		if (strlen(line) != (size_t)n) {
			add_nul_line(names, line, (size_t)n);
			continue;
		}
		name = trim_line(line);

		if (*name != '\0')
			add_name(names, name, fault_of(name));
	}
	free(line);
}

/* Returns the sentence for a list that cannot be read. */
static char *
unreadable(const char *path)
{
	struct buf sentence = BUF_INIT;
	int error = errno;

	buf_adds(&sentence, "The list ");
	text_printable(&sentence, path, strlen(path));
	buf_addf(&sentence, " cannot be read: %s.", strerror(error));
	return buf_take(&sentence);
}

/* Adds the names in a file: NULL, or a sentence. */
static char *
add_list(struct report_names *names, const char *path)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char *sentence = NULL;

	if (file == NULL)
		return unreadable(path);
	read_list(names, file);
	if (ferror(file))
		sentence = unreadable(path);
	if (file != stdin)
		fclose(file);
	return sentence;
}

char *
report_names_gather(struct report_names *names, char *const *words, int count)
{
	for (int i = 0; i < count; i++) {
		char *fault =
		    words[i][0] == '@' ? add_list(names, words[i] + 1) : fault_of(words[i]);

		if (fault != NULL)
			return fault;
		if (words[i][0] != '@')
			report_names_add(names, words[i]);
	}
	return NULL;
}

void
report_names_clear(struct report_names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		free(names->items[i].text);
		free(names->items[i].fault);
	}
	free(names->items);
	*names = (struct report_names){ 0 };
}

/* --- running ---------------------------------------------------------------------------- */

/* A name that is being studied. */
struct job {
	char *key; /* its canonical spelling; NULL = the slot is free */
	const struct report_name *name;
	bool printed; /* and asked to be closed */
};

struct report {
	struct loop *loop;
	const struct report_names *names;
	const struct report_settings *settings;
	struct job *jobs;
	size_t next; /* name to begin with */
	size_t running, done;
	int worst; /* exit status so far */
	bool over; /* interrupted, or nobody reads: nothing more is begun or printed */
	struct redactor redactor;
	int written; /* columns of the progress line now on the terminal */
};

/* Queues a command about a name. */
static void
post(struct report *report, enum verb verb, const char *name)
{
	struct event event = { .kind = EVENT_COMMAND, .command = { .verb = verb } };

	event.command.arguments[0] = mem_strdup(name);
	event.command.argument_count = 1;
	loop_post(report->loop, &event);
}

/* Takes the progress line off the terminal. */
static void
erase_progress(struct report *report)
{
	if (report->settings->progress == NULL || report->written == 0)
		return;
	fprintf(report->settings->progress, "\r%*s\r", report->written, "");
	fflush(report->settings->progress);
	report->written = 0;
}

static void
show_progress(struct report *report)
{
	if (report->settings->progress == NULL || report->names->count < 2)
		return;
	erase_progress(report);
	report->written = fprintf(report->settings->progress, "%zu of %zu done, %zu under way",
	    report->done, report->names->count, report->running);
	fflush(report->settings->progress);
}

/* Stops because the report cannot be written; a reader that left knows it (as after `| head`). */
static void
give_up(struct report *report)
{
	if (errno != EPIPE)
		fprintf(
		    stderr, "mxscope: The report cannot be written: %s.\n", strerror(errno));
	report->over = true;
	loop_stop(report->loop, STATUS_INTERNAL);
}

void
report_entry(struct buf *out, enum report_format format, const struct report_subject *subject)
{
	static void (*const writers[])(struct buf *, const struct report_subject *) = {
		[REPORT_TEXT] = report_text,
		[REPORT_JSON] = report_json,
		[REPORT_MARKDOWN] = report_markdown,
		[REPORT_BRIEF] = report_brief,
	};

	writers[format](out, subject);
}

/* Writes one entry, masked when it is to be shared. */
static void
print(struct report *report, struct report_subject *subject)
{
	struct buf out = BUF_INIT;

	if (report->settings->redact) {
		subject->redactor = &report->redactor;
		if (subject->inquiry != NULL)
			redactor_learn(&report->redactor, &subject->inquiry->facts);
	}

	erase_progress(report);
	report_entry(&out, report->settings->format, subject);
	if (!report->over &&
	    (fwrite(out.data, 1, out.length, report->settings->out) != out.length ||
		fflush(report->settings->out) != 0))
		give_up(report);
	buf_clear(&out);
}

/* Raises the exit status to this verdict's. */
static void
count_verdict(struct report *report, enum verdict_kind kind)
{
	int status = kind == VERDICT_PENDING ? VERDICT_INCONCLUSIVE : (int)kind;

	if (status > report->worst)
		report->worst = status;
	report->done++;
}

/* Prints a line of a list that is no name. */
static void
print_fault(struct report *report, const struct report_name *name)
{
	char *text = text_printable_copy(name->text, strlen(name->text));
	struct report_subject subject = {
		.name = text,
		.fault = name->fault,
		.finished = true,
		.now_time = loop_model(report->loop)->now_time,
	};

	print(report, &subject);
	count_verdict(report, VERDICT_BOUNCE);
	free(text);
}

/* Prints a name that was not begun. */
static void
print_unbegun(struct report *report, const struct report_name *name)
{
	char *text = text_printable_copy(name->text, strlen(name->text));
	struct report_subject subject = {
		.name = text,
		.fault = name->fault,
		.now_time = loop_model(report->loop)->now_time,
	};

	print(report, &subject);
	free(text);
}

/* Prints what is known of an inquiry, finished or not. */
static void
print_inquiry(struct report *report, const struct domain *domain, bool finished)
{
	const struct model *model = loop_model(report->loop);
	struct report_subject subject = {
		.name = domain->name,
		.inquiry = domain->inquiry,
		.finished = finished,
		.now_us = model->now_us,
		.now_time = model->now_time,
		.port = model->settings.port,
	};

	print(report, &subject);
}

/* The domain a job studies, or NULL before it has begun and after it was closed. */
static const struct domain *
domain_of(const struct model *model, const struct job *job)
{
	for (size_t i = 0; i < model->domain_count; i++) {
		if (strcmp(model->domains[i].key, job->key) == 0)
			return &model->domains[i];
	}
	return NULL;
}

/* True while the same name, in whatever spelling, is under way: this one must wait its turn. */
static bool
under_way(const struct report *report, const char *key)
{
	for (size_t i = 0; i < report->settings->jobs; i++) {
		if (report->jobs[i].key != NULL && strcmp(report->jobs[i].key, key) == 0)
			return true;
	}
	return false;
}

/* A slot that no name uses, or NULL. */
static struct job *
free_job(struct report *report)
{
	for (size_t i = 0; i < report->settings->jobs; i++) {
		if (report->jobs[i].key == NULL)
			return &report->jobs[i];
	}
	return NULL;
}

/* The canonical spelling of a name that is known to be one; the caller frees it. */
static char *
key_of(const char *text)
{
	struct mail_subject subject;
	char *fault = mail_subject_parse(&subject, text), *key;

	if (fault != NULL) {
		free(fault);
		return mem_strdup("");
	}
	key = model_key(&subject);
	mail_subject_clear(&subject);
	return key;
}

/* Begins the next name: false when it must wait for a slot, or for the same name to end. */
static bool
begin_next(struct report *report)
{
	const struct report_name *name = &report->names->items[report->next];
	struct job *job = free_job(report);
	char *key;

	if (name->fault != NULL) {
		print_fault(report, name);
		report->next++;
		return true;
	}
	if (job == NULL)
		return false;
	key = key_of(name->text);
	if (under_way(report, key)) {
		free(key);
		return false;
	}
	*job = (struct job){ .key = key, .name = name };
	post(report, VERB_LOOKUP, name->text);
	report->next++;
	report->running++;
	return true;
}

/* Looks at one job after the model changed: prints it when it has ended, frees it when it is closed. */
static void
visit(struct report *report, struct job *job)
{
	const struct domain *domain = domain_of(loop_model(report->loop), job);

	if (job->printed && domain == NULL) {
		free(job->key);
		*job = (struct job){ 0 };
		return;
	}
	if (job->printed || domain == NULL || domain->inquiry == NULL ||
	    domain->inquiry->ended_us == 0)
		return;
	print_inquiry(report, domain, true);
	count_verdict(report, domain->inquiry->verdict.kind);
	job->printed = true;
	report->running--;
	post(report, VERB_CLOSE, job->key);
}

/* The front end's one duty: print what has ended, begin what can begin, stop at the end. */
static void
on_changed(void *context, const struct model *model)
{
	struct report *report = context;

	(void)model;
	if (report->over)
		return;
	for (size_t i = 0; i < report->settings->jobs; i++) {
		if (report->jobs[i].key != NULL)
			visit(report, &report->jobs[i]);
	}
	while (report->next < report->names->count && begin_next(report))
		;
	if (report->over)
		return;
	if (report->done == report->names->count)
		loop_stop(report->loop, report->worst);
	else
		show_progress(report);
}

/* Trouble that no name is to blame for, such as a history that cannot be written: one line, beside the report. */
static void
on_effect(void *context, const struct effect *effect, const struct model *model)
{
	struct report *report = context;

	(void)model;
	if (effect->kind != EFFECT_NOTICE)
		return;
	erase_progress(report);
	fprintf(stderr, "mxscope: %s\n", effect->text);
}

/* Prints what is known of a job's name; it may have ended, or not be in the model yet. */
static void
print_interrupted(struct report *report, const struct job *job)
{
	const struct domain *domain = domain_of(loop_model(report->loop), job);

	if (domain == NULL || domain->inquiry == NULL)
		print_unbegun(report, job->name);
	else
		print_inquiry(report, domain, domain->inquiry->ended_us != 0);
}

/* SIGINT and the like: prints what is known, marks the rest, and ends with 130. */
static bool
on_signal(void *context, int signal)
{
	struct report *report = context;

	(void)signal;
	if (report->over)
		return true;
	for (size_t i = 0; i < report->settings->jobs; i++) {
		const struct job *job = &report->jobs[i];

		if (job->key != NULL && !job->printed)
			print_interrupted(report, job);
	}
	for (; report->next < report->names->count; report->next++)
		print_unbegun(report, &report->names->items[report->next]);
	report->over = true;
	loop_stop(report->loop, STATUS_INTERRUPTED);
	return true;
}

int
report_run(
    struct loop *loop, const struct report_names *names, const struct report_settings *settings)
{
	struct report report = {
		.loop = loop,
		.names = names,
		.settings = settings,
		.jobs = mem_calloc(settings->jobs, sizeof *report.jobs),
		.redactor = { .key = settings->mask_key },
	};
	const struct front_end front_end = {
		.context = &report,
		.changed = on_changed,
		.effect = on_effect,
		.signalled = on_signal,
	};
	const struct event begin = { .kind = EVENT_TICK };
	int status;

	loop_post(loop, &begin);
	status = loop_run(loop, &front_end);
	erase_progress(&report);
	redactor_clear(&report.redactor);
	for (size_t i = 0; i < settings->jobs; i++)
		free(report.jobs[i].key);
	free(report.jobs);
	return status;
}
