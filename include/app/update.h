/*
 * The one place that changes the model: an event in, effects out. No sockets, no clock, no
 * screen: the event's moment is an argument.
 */
#ifndef APP_UPDATE_H
#define APP_UPDATE_H

#include "app/effect.h"
#include "app/event.h"
#include "app/model.h"

/* A moment as the loop reads it: both clocks at once. */
struct moment {
	int64_t us; /* monotonic microseconds */
	int64_t time; /* wall-clock seconds */
};

/* Applies the event at this moment; what is to be done is appended to effects. */
void app_update(
    struct model *model, const struct event *event, struct moment now, struct effects *effects);

#endif
