/*
 * `save`, `certificates`, `record`, `replay` and `step`. What comes of them is told as a notice.
 */
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

#include "cli/command.h"
#include "cli/report.h"
#include "cli/session.h"

/* Puts a sentence on the status line; takes it. */
static void
notice(struct session *session, enum message_kind kind, char *sentence)
{
	const struct event event = { .kind = EVENT_NOTICE, .message = kind, .text = sentence };

	loop_post(session->loop, &event);
}

/* The form of a report by the ending of its file: Markdown, JSON, or else text. */
static enum report_format
format_of(const char *path)
{
	static const struct {
		const char *ending;
		enum report_format format;
	} endings[] = {
		{ ".md", REPORT_MARKDOWN },
		{ ".markdown", REPORT_MARKDOWN },
		{ ".json", REPORT_JSON },
		{ ".jsonl", REPORT_JSON },
	};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot != NULL && i < sizeof endings / sizeof *endings; i++) {
		if (text_equal_nocase(dot, endings[i].ending))
			return endings[i].format;
	}
	return REPORT_TEXT;
}

/* Writes the report of the selected domain to a file. */
static void
carry_save(struct session *session, const struct effect *effect, const struct model *model)
{
	const struct domain *domain = model_selected_domain(model);
	struct redactor redactor = { .key = session->mask_key };
	struct report_subject subject = {
		.now_us = model->now_us,
		.now_time = model->now_time,
		.port = model->settings.port,
	};
	struct buf contents = BUF_INIT;

	if (domain == NULL || domain->inquiry == NULL) {
		notice(session, MESSAGE_ERROR,
		    mem_strdup(
			"Expected a domain that is studied: only such a one can be saved."));
		return;
	}
	subject.name = domain->name;
	subject.inquiry = domain->inquiry;
	subject.finished = domain->inquiry->ended_us != 0;
	if (session->redact) {
		redactor_learn(&redactor, &domain->inquiry->facts);
		subject.redactor = &redactor;
	}
	report_entry(&contents, format_of(effect->text), &subject);
	loop_save(session->loop, effect->text,
	    what_if_any(&domain->inquiry->what_if) ? "report, without what is pretended,"
						   : "report",
	    &contents);
	redactor_clear(&redactor);
}

/* Writes certificates as PEM. */
static void
carry_certificates(
    struct session *session, const struct effect *effect, const struct model *model)
{
	struct buf contents = BUF_INIT;

	(void)model;
	buf_adds(&contents, effect->more);
	loop_save(session->loop, effect->text, "certificate chain", &contents);
}

static void
carry_record(struct session *session, const struct effect *effect, const struct model *model)
{
	char *error = loop_record(session->loop, effect->text);
	struct buf sentence = BUF_INIT;

	(void)model;
	if (error != NULL) {
		notice(session, MESSAGE_ERROR, error);
		return;
	}
	buf_adds(&sentence, "This session, from its beginning, is recorded in ");
	text_printable(&sentence, effect->text, strlen(effect->text));
	buf_addc(&sentence, '.');
	notice(session, MESSAGE_INFO, buf_take(&sentence));
}

/* Ends this session when there is a recording to play in its place. */
static void
carry_replay(struct session *session, const struct effect *effect, const struct model *model)
{
	char *error;
	struct recording *recording = recording_open(effect->text, command_is_complete, &error);

	(void)model;
	if (recording == NULL) {
		notice(session, MESSAGE_ERROR, error);
		return;
	}
	recording_free(recording);
	session->replay = mem_strdup(effect->text);
	loop_stop(session->loop, 0);
}

static void
carry_step(struct session *session, const struct effect *effect, const struct model *model)
{
	long events = 1;

	(void)model;
	if (loop_replayed(session->loop) == NULL)
		notice(session, MESSAGE_ERROR,
		    mem_strdup("There is no replay to step through: start one with "
			       "--replay FILE --pace step."));
	else if (effect->text != NULL && !text_number(effect->text, 1, 1000000, &events))
		notice(session, MESSAGE_ERROR,
		    mem_strdup("`step` expects a number of events, 1 to 1000000."));
	else
		loop_replay_step(session->loop, (unsigned)events);
}

bool
session_carry_out(
    struct session *session, const struct effect *effect, const struct model *model)
{
	static void (*const carry[])(
	    struct session *, const struct effect *, const struct model *) = {
		[EFFECT_REPORT] = carry_save,
		[EFFECT_CERTIFICATES] = carry_certificates,
		[EFFECT_RECORD] = carry_record,
		[EFFECT_REPLAY] = carry_replay,
		[EFFECT_STEP] = carry_step,
	};

	if (effect->kind >= sizeof carry / sizeof *carry || carry[effect->kind] == NULL)
		return false;
	carry[effect->kind](session, effect, model);
	return true;
}
