/*
 * Lessons played: what a front end does with the effects of `lesson` and of a step.
 */
#ifndef CLI_LESSON_PLAYER_H
#define CLI_LESSON_PLAYER_H

#include "app/loop.h"

/*
 * Queues the lesson of this name or in this file (EVENT_LESSON); when there is none, or it is
 * not valid, a notice that says so.
 */
void lesson_player_open(struct loop *loop, const char *name);

/* Queues the commands, a line each (NULL = none), and EVENT_RAN behind them. */
void lesson_player_run(struct loop *loop, const char *commands);

#endif
