/*
 * What comes from the terminal: bytes become keys, keys become commands - or text for the prompt,
 * whose lines become commands. Whatever is said is posted to the loop as an event.
 */
#ifndef UI_INPUT_H
#define UI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/loop.h"
#include "cli/editor.h"
#include "ui/screen.h"

struct input;

/*
 * Input for this loop; screen tells what a click hits; NULL is for lines alone, where the prompt
 * always has the keys. The prompt's history is kept in a file, or
 * with NULL not at all. NULL when the system gives no pseudo-terminal. Must come before the
 * tty is opened: libedit and ncurses share what they know of the terminal.
 */
struct input *input_new(struct loop *loop, const struct screen *screen, const char *history);
void input_free(struct input *input);

/*
 * Takes n bytes (0: only time went by) and does what the keys among them mean. False when no event came
 * of it: then at most the prompt looks different.
 */
bool input_take(struct input *input, const char *bytes, size_t n);

/* When to call input_take() again though no byte came; INT64_MAX = only with bytes. */
int64_t input_deadline(const struct input *input);

/* The prompt as it is to be drawn; valid until the next call. */
struct editor_view input_prompt(struct input *input);

/* Sets the prompt's line. */
void input_set_prompt(struct input *input, const char *text);

/* Opens the palette of commands over the prompt. */
void input_palette(struct input *input);

/*
 * Binds a key, or with command NULL unbinds it, by an event to the loop. NULL, or a sentence that
 * the caller frees for what is no key or no command.
 */
char *input_bind(struct loop *loop, const char *key, const char *command);

/* Puts a sentence on the status line; the loop takes it. */
void input_notice(struct loop *loop, enum message_kind kind, char *sentence);

/* The terminal was asked for the colour of its ground (0xrrggbb): calls back when it answers. */
void input_expect_ground(
    struct input *input, void (*told)(void *context, uint32_t rgb), void *context);

#endif
