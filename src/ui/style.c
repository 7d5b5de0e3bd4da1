/*
 * The names of the styles, for themes and their errors. What each looks like is the theme's.
 */
#include "ui/style.h"

NAMES_DEFINE(style, STYLES)
