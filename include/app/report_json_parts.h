/*
 * Inside the report: what the halves of the JSON form share.
 */
#ifndef APP_REPORT_JSON_PARTS_H
#define APP_REPORT_JSON_PARTS_H

#include <stdint.h>

#include <jansson.h>

#include "smtp/facts.h"
#include "mail/sender.h"

/* Adds a string field, unless the value is NULL or "". */
void report_put_text(json_t *object, const char *key, const char *value);
void report_put_number(json_t *object, const char *key, int64_t value);

/* Adds a duration in milliseconds with three decimals. */
void report_put_ms(json_t *object, const char *key, int64_t us);

/* Adds a time of the wall clock, in seconds, as RFC 3339 has it. */
void report_put_time(json_t *object, const char *key, int64_t wall_time);

/* Adds an enhanced status code, unless there is none. */
void report_put_enhanced(json_t *object, const char *key, struct smtp_enhanced enhanced);

/* The probe as an object that the caller owns; `sender` is whose consequence it tells. */
json_t *report_probe(const struct smtp_facts *probe, enum sender sender);

#endif
