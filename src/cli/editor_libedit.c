/*
 * What libedit stands on. It wants a terminal and writes to it; what it writes nobody reads, as
 * the interface draws the line itself. So its streams go to /dev/null, and its descriptors are
 * a pseudo-terminal of our own: on a descriptor that is no terminal it would not edit at all, and
 * on the user's it would change modes under ncurses. All of this must be done before ncurses
 * starts: el_init_fd() replaces what ncurses knows of the terminal.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <histedit.h>

#include "util/mem.h"

#include "cli/editor.h"
#include "cli/editor_libedit.h"
#include "cli/prompt_history.h"

enum {
	PTY_ROWS = 64, /* room for the longest line */
	PTY_COLUMNS = 200,
	RESERVE = 4 * EDITOR_LINE_MAX, /* a line at its longest, and what one command may add */
};

/* Gives the private terminal the user's erase, kill and word-erase keys; libedit binds them. */
static void
copy_modes(int to)
{
	struct termios modes;
	int from = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (from < 0)
		return;
	if (tcgetattr(from, &modes) == 0)
		tcsetattr(to, TCSANOW, &modes);
	close(from);
}

/* Opens the private terminal. Both ends stay open: without its master it would be hung up. */
static bool
open_terminal(struct editor_libedit *libedit)
{
	const struct winsize size = { .ws_row = PTY_ROWS, .ws_col = PTY_COLUMNS };
	const char *name;

	libedit->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (libedit->master < 0 || grantpt(libedit->master) < 0 ||
	    unlockpt(libedit->master) < 0)
		return false;
	name = ptsname(libedit->master);
	if (name == NULL)
		return false;
	libedit->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (libedit->slave < 0 || ioctl(libedit->slave, TIOCSWINSZ, &size) < 0)
		return false;
	copy_modes(libedit->slave);
	return true;
}

/* Opens the streams. */
static bool
open_streams(struct editor_libedit *libedit)
{
	libedit->nowhere = fopen("/dev/null", "r+e");
	libedit->errors = open_memstream(&libedit->error_text, &libedit->error_length);
	return libedit->nowhere != NULL && libedit->errors != NULL;
}

/* Makes the history: the wide form, since the narrow one converts at each access. */
static bool
make_history(struct editor_libedit *libedit)
{
	HistoryW *past = history_winit();
	HistEventW event;

	libedit->past = past;
	if (past == NULL)
		return false;
	history_w(past, &event, H_SETSIZE, PROMPT_HISTORY_MAX);
	history_w(past, &event, H_SETUNIQUE, 1);
	return true;
}

/*
 * Makes the EditLine on a terminal called dumb: no padding, and no keys of a terminal that it
 * does not have. The name is set twice, as libedit keeps a pointer to it.
 */
static bool
make_editline(struct editor_libedit *libedit)
{
	char *term = mem_strdup(getenv("TERM"));

	setenv("TERM", "dumb", 1);
	libedit->el = el_init_fd("mxscope", libedit->nowhere, libedit->nowhere, libedit->errors,
	    libedit->slave, libedit->slave, libedit->slave);
	if (libedit->el != NULL)
		el_wset(libedit->el, EL_TERMINAL, "dumb");
	if (term != NULL)
		setenv("TERM", term, 1);
	else
		unsetenv("TERM");
	free(term);
	return libedit->el != NULL;
}

/*
 * Makes libedit's buffers large enough for ever: some of its commands (em-copy-prev-word) go on
 * with pointers into the old ones when they must grow.
 */
static void
enlarge_buffers(EditLine *el)
{
	wchar_t text[RESERVE + 1];

	wmemset(text, L' ', RESERVE);
	text[RESERVE] = L'\0';
	el_wreplacestr(el, text); /* el_wgets() begins with an empty line */
}

/* libedit draws no prompt. */
static wchar_t *
no_prompt(EditLine *el)
{
	static wchar_t prompt[] = L"";

	(void)el;
	return prompt;
}

bool
editor_libedit_open(struct editor_libedit *libedit)
{
	*libedit = (struct editor_libedit){ .master = -1, .slave = -1 };
	if (!open_streams(libedit) || !open_terminal(libedit) || !make_history(libedit) ||
	    !make_editline(libedit))
		return false;
	el_wset(libedit->el, EL_SIGNAL, 0); /* signals are the loop's */
	el_wset(libedit->el, EL_PROMPT, no_prompt);
	el_wset(libedit->el, EL_HIST, history_w, libedit->past);
	el_wset(libedit->el, EL_EDITOR, L"emacs");
	enlarge_buffers(libedit->el);
	return true;
}

void
editor_libedit_listen(struct editor_libedit *libedit)
{
	rewind(libedit->errors);
}

const char *
editor_libedit_said(struct editor_libedit *libedit)
{
	long n = ftell(libedit->errors);

	if (n <= 0 || fputc('\0', libedit->errors) == EOF || fflush(libedit->errors) == EOF)
		return "";
	if (libedit->error_text[n - 1] == '\n')
		libedit->error_text[n - 1] = '\0';
	return libedit->error_text;
}

/* Closes a stream that may not have been opened. */
static void
close_stream(FILE *stream)
{
	if (stream != NULL)
		fclose(stream);
}

/* Closes a descriptor that may not have been opened. */
static void
close_descriptor(int fd)
{
	if (fd >= 0)
		close(fd);
}

void
editor_libedit_close(struct editor_libedit *libedit)
{
	if (libedit->el != NULL) {
		el_wset(libedit->el, EL_EDITOR,
		    L"emacs"); /* frees macros, which el_end() does not */
		el_end(libedit->el); /* while its terminal is still there */
	}
	if (libedit->past != NULL)
		history_wend(libedit->past);
	close_stream(libedit->nowhere);
	close_stream(libedit->errors);
	free(libedit->error_text);
	close_descriptor(libedit->slave);
	close_descriptor(libedit->master);
	for (size_t i = 0; i < libedit->macro_count; i++)
		free(libedit->macros[i]);
}
