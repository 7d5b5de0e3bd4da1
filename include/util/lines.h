/*
 * Files of lines, read one by one up to the first that is wrong, which is told with its number.
 */
#ifndef UTIL_LINES_H
#define UTIL_LINES_H

/* Takes a line, without its end, that may be cut up. Returns NULL, or a sentence that is then freed. */
typedef char *lines_take(void *context, char *line);

/*
 * Gives all lines of the text to `take`, counting them in *number from 1. Returns NULL, or the sentence
 * that one was answered with, that line's number before it; the caller frees it.
 */
char *lines_read(const char *text, lines_take *take, void *context, unsigned *number);

/* "line 3: SENTENCE", which the caller frees; frees the sentence. */
char *lines_locate(unsigned number, char *sentence);

#endif
