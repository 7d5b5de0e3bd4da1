/*
 * Whether a terminal is dark or light: from the colour of its ground, which it tells when it is asked
 * (xterm's OSC 11), and from what some put into COLORFGBG.
 */
#ifndef UI_GROUND_H
#define UI_GROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/theme.h"

/* The ground that a colour makes, 0xrrggbb. */
enum theme_ground ground_of(uint32_t rgb);

/* The ground that COLORFGBG's value tells ("15;0", "0;default;15"; may be NULL): dark if it tells none. */
enum theme_ground ground_told(const char *colorfgbg);

/* Reads the colour from the n bytes of an answer to OSC 11 without its end: false when it is another. */
bool ground_answer(const char *bytes, size_t n, uint32_t *rgb);

#endif
