/*
 * The report as a front end of the loop: it keeps `jobs` names in the model, prints each that has
 * ended, closes it and takes the next one. Memory stays bounded by the names in flight, however
 * long the list: nothing is read before there is room for it. What an entry looks like is in
 * report_text.c, report_markdown.c, report_brief.c and app/report_json.c.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/span.h"
#include "util/text.h"
#include "mail/redact.h"

#include "cli/report.h"

enum {
	PROGRESS_US = 100000,
	NAMES_A_TURN = 1000, /* looked at before the loop gets its turn */
	STATUS_INTERNAL = 70,
	STATUS_INTERRUPTED = 130
};

/* --- running ---------------------------------------------------------------------------- */

/* A name that is being studied. */
struct job {
	char *key; /* its canonical spelling; NULL = the slot is free */
	struct name name;
	bool printed; /* and asked to be closed */
};

struct report {
	struct loop *loop;
	struct names *names;
	const struct report_settings *settings;
	struct job *jobs;
	struct name next; /* taken, and not begun yet; .text NULL = none */
	bool ended; /* no name is left to take */
	int watched; /* descriptor of a list that arrives by itself; -1 = none */
	size_t running, done, skipped;
	int worst; /* exit status so far */
	bool different; /* something is not as it was expected */
	bool finished; /* all names were told of */
	bool over; /* interrupted, or nobody reads: nothing more is begun or printed */
	struct redactor redactor;
	int64_t begun_us, shown_us;
	int written; /* columns of the progress line now on the terminal */
};

/* Queues a command about a name. */
static void
post(struct report *report, enum verb verb, const char *name)
{
	struct event event = { .kind = EVENT_COMMAND, .command = { .verb = verb } };

	if (loop_replayed(report->loop) != NULL)
		return; /* the recording has that command */
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

/* Appends the time that is left when the rest goes on as the names so far did. */
static void
add_time_left(const struct report *report, struct buf *line, int64_t elapsed_us)
{
	double part = names_fraction(report->names);
	size_t begun = report->done + report->running;
	char text[SPAN_TEXT_MAX];

	if (part <= 0 || report->done == 0)
		return;
	part *= (double)report->done / (double)begun;
	buf_addf(line, ", %s left",
	    span_countdown(
		(int64_t)((double)elapsed_us * (1 - part) / part / (double)SPAN_SECOND), text));
}

/* Shows how far the report is, at most ten times a second. */
static void
show_progress(struct report *report)
{
	int64_t now = loop_model(report->loop)->now_us, elapsed = now - report->begun_us;
	struct buf line = BUF_INIT;

	if (report->settings->progress == NULL || report->done + report->running < 2 ||
	    (report->shown_us != 0 && now - report->shown_us < PROGRESS_US))
		return;
	erase_progress(report);
	buf_addf(&line, "%zu done, %zu under way", report->done, report->running);
	if (report->skipped > 0)
		buf_addf(&line, ", %zu held already", report->skipped);
	if (elapsed >= SPAN_SECOND)
		buf_addf(&line, ", %.0f/s",
		    (double)report->done * (double)SPAN_SECOND / (double)elapsed);
	add_time_left(report, &line, elapsed);
	report->written = (int)line.length;
	fputs(buf_text(&line), report->settings->progress);
	fflush(report->settings->progress);
	report->shown_us = now;
	buf_clear(&line);
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

/* Tells why a line of so many octets is not compared. */
static void
note_unread(struct diff *diff, const char *which, size_t n)
{
	struct buf text = BUF_INIT;

	if (n > SNAPSHOT_LINE_MAX)
		buf_addf(&text, "%s takes more than %d octets, and is not compared", which,
		    (int)SNAPSHOT_LINE_MAX);
	else
		buf_addf(&text, "%s cannot be read", which);
	diff_note(diff, text.data);
	buf_clear(&text);
}

/* Tells what is not as it was expected. */
static void
compare_line(
    struct diff *diff, const char *expected, size_t n, const struct report_subject *subject)
{
	struct buf line = BUF_INIT;
	struct snapshot before, after;

	report_json(&line, subject);
	if (!snapshot_read(&before, expected, n)) {
		note_unread(diff, "what was expected", n);
	} else if (!snapshot_read(&after, line.data, line.length)) {
		note_unread(diff, "what was found", line.length);
		snapshot_clear(&before);
	} else {
		diff_make(diff, &before, &after);
		snapshot_clear(&after);
		snapshot_clear(&before);
	}
	buf_clear(&line);
}

/* Compares with what was expected, and raises the exit status when something of meaning changed. */
static void
compare(struct report *report, struct report_subject *subject, struct diff *diff)
{
	size_t n;
	char *line = held_line(report->settings->expected, subject->name, &n);

	if (line == NULL)
		diff_note(diff, "nothing was expected of this name");
	else
		compare_line(diff, line, n, subject);
	free(line);
	subject->differences = diff;
	if (diff->meanings > 0)
		report->different = true;
}

/* Has everything masked. Returns the fault that the subject has now, for the caller to free. */
static char *
prepare_masks(struct report *report, struct report_subject *subject)
{
	char *fault = subject->fault == NULL ? NULL : redact_refusal(subject->fault);

	subject->redactor = &report->redactor;
	if (subject->inquiry != NULL)
		redactor_learn(&report->redactor, &subject->inquiry->facts);
	if (fault != NULL)
		subject->name = REDACT_MASK;
	subject->fault = fault;
	return fault;
}

/* Writes one entry, masked when it is to be shared. */
static void
print(struct report *report, struct report_subject *subject)
{
	struct buf out = BUF_INIT;
	struct diff diff = { 0 };
	char *fault = NULL;

	if (report->settings->expected != NULL)
		compare(report, subject, &diff);
	if (report->settings->redact)
		fault = prepare_masks(report, subject);

	erase_progress(report);
	report_entry(&out, report->settings->format, subject);
	if (!report->over &&
	    (fwrite(out.data, 1, out.length, report->settings->out) != out.length ||
		fflush(report->settings->out) != 0))
		give_up(report);
	diff_clear(&diff);
	buf_clear(&out);
	free(fault);
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
print_fault(struct report *report, const struct name *name)
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
print_unbegun(struct report *report, const struct name *name)
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

/* Begins the name that was taken: false when it must wait for a slot, or for the same name to end. */
static bool
begin_next(struct report *report)
{
	struct job *job = free_job(report);
	char *key;

	if (report->next.fault != NULL) {
		print_fault(report, &report->next);
		name_clear(&report->next);
		return true;
	}
	if (job == NULL)
		return false;
	key = key_of(report->next.text);
	if (under_way(report, key)) {
		free(key);
		return false;
	}
	*job = (struct job){ .key = key, .name = report->next };
	report->next = (struct name){ 0 };
	post(report, VERB_LOOKUP, job->name.text);
	report->running++;
	return true;
}

static void fill(struct report *report);

/* More of a list has arrived. */
static void
on_list(void *context, const char *bytes, size_t n)
{
	struct report *report = context;

	names_feed(report->names, bytes, n);
	if (names_full(report->names))
		loop_hold_input(report->loop);
	if (!report->over)
		fill(report);
}

/* Watches the list at hand, which gives its names when it likes, unless enough of it is here. */
static void
watch_list(struct report *report)
{
	int fd = names_descriptor(report->names);

	if (fd >= 0 && fd != report->watched)
		loop_watch_input(report->loop, fd, on_list, report);
	else if (fd >= 0 && !names_full(report->names))
		loop_release_input(report->loop);
	report->watched = fd;
}

/* A list that cannot be read on: says why; what is under way is finished. */
static void
lose_list(struct report *report)
{
	erase_progress(report);
	fprintf(stderr, "mxscope: %s\n", names_trouble(report->names));
	report->worst = STATUS_INTERNAL;
	report->ended = true;
}

/* Takes the next name that is to be asked: false when there is none now. */
static bool
take_next(struct report *report)
{
	switch (names_next(report->names, &report->next)) {
	case NAMES_READY:
		if (held_has(report->settings->held, report->next.text)) {
			name_clear(&report->next);
			report->skipped++;
		} else {
			loop_note_name(report->loop, report->next.text, report->next.fault);
		}
		return true;
	case NAMES_LATER:
		watch_list(report);
		return false;
	case NAMES_END:
		report->ended = true;
		return false;
	case NAMES_TROUBLE:
		lose_list(report);
		return false;
	}
	return false;
}

/* The exit status of a report that came to its end. */
static int
final_status(const struct report *report)
{
	if (report->settings->expected == NULL || report->worst == STATUS_INTERNAL)
		return report->worst;
	return report->different ? EXIT_DIFFERENT : 0;
}

/* Begins what there is room for; ends the loop when nothing is left. */
static void
fill(struct report *report)
{
	const struct event again = { .kind = EVENT_TICK };
	int taken = 0;

	while (!report->over && taken++ < NAMES_A_TURN) {
		if (report->next.text != NULL && !begin_next(report))
			break;
		if (report->next.text == NULL && (report->ended || !take_next(report)))
			break;
	}
	if (taken > NAMES_A_TURN)
		loop_post(report->loop, &again);
	if (report->over)
		return;
	if (report->ended && report->next.text == NULL && report->running == 0) {
		report->finished = true;
		loop_stop(report->loop, final_status(report));
	} else {
		show_progress(report);
	}
}

/* Frees the slot. */
static void
free_job_name(struct job *job)
{
	free(job->key);
	name_clear(&job->name);
	*job = (struct job){ 0 };
}

/* Looks at one job after the model changed: prints it when it has ended, frees it when it is closed. */
static void
visit(struct report *report, struct job *job)
{
	const struct domain *domain = domain_of(loop_model(report->loop), job);

	if (job->printed && domain == NULL) {
		free_job_name(job);
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
	fill(report);
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
		print_unbegun(report, &job->name);
	else
		print_inquiry(report, domain, domain->inquiry->ended_us != 0);
}

/* Prints what no one has begun, as far as it is here. */
static void
print_rest(struct report *report)
{
	do {
		if (report->next.text != NULL)
			print_unbegun(report, &report->next);
		name_clear(&report->next);
	} while (!report->over && !report->ended && take_next(report));
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
	print_rest(report);
	report->over = true;
	loop_stop(report->loop, STATUS_INTERRUPTED);
	return true;
}

/* A recording has been played: what it did not come to an end with is told of as it was then. */
static void
on_replayed(void *context)
{
	struct report *report = context;

	if (!report->over && !report->finished)
		on_signal(report, SIGINT);
}

int
report_run(struct loop *loop, struct names *names, const struct report_settings *settings)
{
	struct report report = {
		.loop = loop,
		.names = names,
		.settings = settings,
		.jobs = mem_calloc(settings->jobs, sizeof *report.jobs),
		.redactor = { .key = settings->mask_key },
		.watched = -1,
		.begun_us = loop_now(loop),
	};
	const struct front_end front_end = {
		.context = &report,
		.changed = on_changed,
		.effect = on_effect,
		.signalled = on_signal,
		.replayed = on_replayed,
	};
	const struct event begin = { .kind = EVENT_TICK };
	int status;

	loop_post(loop, &begin);
	status = loop_run(loop, &front_end);
	erase_progress(&report);
	redactor_clear(&report.redactor);
	for (size_t i = 0; i < settings->jobs; i++)
		free_job_name(&report.jobs[i]);
	name_clear(&report.next);
	free(report.jobs);
	return status;
}
