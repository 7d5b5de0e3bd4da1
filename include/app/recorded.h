/*
 * Inside the room: the tables of what is recorded (fields.h).
 */
#ifndef APP_RECORDED_H
#define APP_RECORDED_H

#include "app/fields.h"

/* Of struct recording_start, struct event, struct recorded_name. */
extern const struct field recorded_start[], recorded_event[], recorded_name[];

#endif
