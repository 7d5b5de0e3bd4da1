/*
 * Decides from which brightness on a ground counts as light, and reads the two ways in which terminals
 * tell it. When they are asked, and what is made of it, is interface.c's.
 */
#include <string.h>

#include "util/text.h"
#include "ui/ground.h"

enum {
	LIGHT = 128000 /* of 255000: from here on black text stands out more than white */
};

enum theme_ground
ground_of(uint32_t rgb)
{
	uint32_t light =
	    299 * (rgb >> 16 & 0xFF) + 587 * (rgb >> 8 & 0xFF) + 114 * (rgb & 0xFF);

	return light >= LIGHT ? GROUND_LIGHT : GROUND_DARK;
}

enum theme_ground
ground_told(const char *colorfgbg)
{
	const char *last = colorfgbg == NULL ? NULL : strrchr(colorfgbg, ';');
	long number;

	if (last == NULL || !text_number(last + 1, 0, 15, &number))
		return GROUND_DARK;
	return ground_of(colour_rgb((int32_t)number));
}

/* The value of a hexadecimal digit; -1 when it is none. */
static int
digit_value(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char lower = (char)(digit >= 'A' && digit <= 'F' ? digit + 'a' - 'A' : digit);
	const char *found = lower == '\0' ? NULL : strchr(digits, lower);

	return found == NULL ? -1 : (int)(found - digits);
}

/* Reads a part of a colour, 1 to 4 digits, as 0..255 behind those before: false when there is none. */
static bool
read_part(const char **at, const char *end, uint32_t *rgb)
{
	uint32_t value = 0, most = 0;

	for (; *at < end && most < 0xFFFF && digit_value(**at) >= 0; (*at)++) {
		value = value << 4 | (uint32_t)digit_value(**at);
		most = most << 4 | 0xF;
	}
	if (most == 0)
		return false;
	*rgb = *rgb << 8 | value * 255 / most;
	return true;
}

bool
ground_answer(const char *bytes, size_t n, uint32_t *rgb)
{
	static const char lead[] = "\033]11;rgb";
	const char *at = bytes + sizeof lead - 1, *end = bytes + n;

	*rgb = 0;
	if (n < sizeof lead || memcmp(bytes, lead, sizeof lead - 1) != 0)
		return false;
	at += *at == 'a'; /* rgba: a fourth part follows, which is passed over */
	for (const char *before = "://"; *before != '\0'; before++) {
		if (at >= end || *at++ != *before || !read_part(&at, end, rgb))
			return false;
	}
	return true;
}
