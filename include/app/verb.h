/*
 * What can be done: one verb for every command, whoever says it - the prompt, a key, the config
 * file, a script. cli/command.h gives each its grammar and help; app/update.c carries it out.
 */
#ifndef APP_VERB_H
#define APP_VERB_H

enum verb {
	VERB_LOOKUP, /* [NAME] */
	VERB_RELOAD, /* [all] */
	VERB_CLOSE,
	VERB_PROBE, /* [all|EXCHANGE|ADDRESS|HOST] */
	VERB_STOP,
	VERB_RCPT, /* ADDRESS */
	VERB_CERTIFICATES, /* [FILE] */
	VERB_SENDER, /* [NAME] */
	VERB_WHAT_IF, /* [clear|TARGET STATE] */
	VERB_MX, /* add PREF HOST|remove HOST|prefer HOST PREF|zone */
	VERB_VANTAGE, /* NAME|ADDRESS */
	VERB_SEED, /* N */
	VERB_LAB, /* [SCENARIO] */
	VERB_DIG, /* NAME [TYPE] [@SERVER] [+OPTION ...] */
	VERB_COMPARE, /* [NAME] [@RESOLVER @RESOLVER ...] */
	VERB_TRACE, /* [NAME [TYPE]] */
	VERB_FILTER, /* [TEXT] */
	VERB_SEARCH, /* [TEXT] */
	VERB_MATCH, /* next|previous */
	VERB_COUNT, /* N: one digit */
	VERB_PALETTE,
	VERB_SORT, /* name|time|verdict */
	VERB_FOCUS, /* domains|mx|smtp|prompt|next|previous [TEXT for the prompt] */
	VERB_MOVE, /* up|down|page-up|page-down|top|bottom|left|right [COUNT] */
	VERB_OPEN,
	VERB_WALK, /* [ADDRESS] */
	VERB_NEXT, /* [page] */
	VERB_BACK, /* [stay]: one step back in walkthrough or lesson, else as VERB_LEAVE */
	VERB_LEAVE, /* [stay]: close the view, leave zoom, go one pane back, then quit */
	VERB_VIEW, /* NAME */
	VERB_SIMULATE, /* [N] */
	VERB_EXPLAIN, /* [ID|CODE|WORD|"log line"] */
	VERB_WHY, /* [TARGET] */
	VERB_LESSON, /* [NAME|FILE] */
	VERB_QUIZ,
	VERB_ANSWER, /* N */
	VERB_CLOCK, /* [+TIME|TARGET down FROM UNTIL [sent TIME]|clear] */
	VERB_RESIZE, /* wider|narrower|taller|shorter|side|upper|lower|reset [N] */
	VERB_ZOOM,
	VERB_COPY, /* [row|report] */
	VERB_MOUSE, /* on|off, or turned */
	VERB_SET, /* OPTION VALUE */
	VERB_BIND, /* KEY COMMAND */
	VERB_UNBIND, /* KEY */
	VERB_THEME, /* NAME|FILE */
	VERB_NET, /* on|off */
	VERB_HELP, /* [TOPIC] */
	VERB_WAIT,
	VERB_SCREEN, /* FILE */
	VERB_SOURCE, /* FILE */
	VERB_WATCH, /* [INTERVAL|off] */
	VERB_DIFF, /* [A [B]] */
	VERB_NOTE, /* [TEXT] */
	VERB_PIN,
	VERB_SAVE, /* FILE */
	VERB_RECORD, /* FILE */
	VERB_REPLAY, /* FILE */
	VERB_STEP, /* [N] */
	VERB_REDRAW,
	VERB_SUSPEND,
	VERB_QUIT,
	verb_count
};

enum {
	COMMAND_ARGUMENTS_MAX = 8
};

/* A parsed command line. Owned strings. */
struct command {
	enum verb verb;
	char *arguments[COMMAND_ARGUMENTS_MAX];
	int argument_count;
};

void command_clear(struct command *command);

#endif
