/*
 * The retry clock of a story: what one message meets over days.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"

#include "mail/clock.h"

#include "story.h"

/* Writes the events, one a line: the age in seconds, the mark, and what is said. */
static void
write_events(const struct clock_course *course, struct buf *out)
{
	for (size_t i = 0; i < course->count; i++)
		buf_addf(out, "%lld %s: %s\n", (long long)course->events[i].age,
		    clock_mark_name(course->events[i].mark), course->events[i].text);
}

/* Follows a message of the story's sender: clock TARGET FROM UNTIL, or nothing pretended. */
static void
follow(struct story *story, struct clock_course *course)
{
	bool *down = mem_calloc(story->facts.target_count, sizeof *down);
	struct clock_settings settings = { 0 };

	if (story->now->count > 3) {
		settings.down = down;
		settings.from = atoll(story->now->words[2]);
		settings.until = atoll(story->now->words[3]);
		if (clock_select(&story->facts, story->now->words[1], down) == 0)
			story_fail(story, "nothing is called %s", story->now->words[1]);
	}
	clock_make(course, &story->facts, &story->plan_settings, &settings);
	free(down);
}

void
check_clock(struct story *story)
{
	struct clock_course course;
	struct buf events = BUF_INIT;
	char *lines = mem_strdup(story->now->block), *save = NULL;
	const char *at;

	follow(story, &course);
	write_events(&course, &events);
	at = buf_text(&events);
	for (char *line = strtok_r(lines, "\n", &save); line && at;
	     line = strtok_r(NULL, "\n", &save)) {
		const char *found = strstr(at, line);

		story->checks++;
		if (!found || (found != buf_text(&events) && found[-1] != '\n'))
			story_fail(story, "no \"%s\" among\n%s", line, at);
		at = found ? found + strlen(line) : NULL;
	}
	free(lines);
	buf_clear(&events);
	clock_clear(&course);
}

void
check_course(struct story *story)
{
	const struct statement *now = story->now;
	struct statement clock = *now;
	struct clock_course course;
	char had[256], wanted[256];

	/* course END AGE ATTEMPTS HOST|none [TARGET FROM UNTIL] */
	clock.count = now->count > 7 ? 4 : 1;
	for (size_t i = 1; i < clock.count; i++)
		clock.words[i] = now->words[i + 4];
	story->now = &clock;
	follow(story, &course);
	story->now = now;
	snprintf(had, sizeof had, "%s %lld %u %s", clock_mark_name(course.end),
	    (long long)course.age, course.attempts, course.host ? course.host : "none");
	if (course.host)
		*strrchr(had, ' ') = '\0'; /* the address in brackets */
	snprintf(wanted, sizeof wanted, "%s %s %s %s", now->words[1], now->words[2],
	    now->words[3], now->words[4]);
	for (char *c = wanted; *c; c++)
		*c = *c == '_' ? ' ' : *c;
	story_expect(story, "course", had, wanted);
	clock_clear(&course);
}
