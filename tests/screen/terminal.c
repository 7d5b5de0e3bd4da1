/*
 * The pseudo-terminal. Between us and the program stands a process of ours, the session's leader, as
 * a shell stands between a terminal and what it runs: when the program ends or is killed, the
 * terminal lives on and can be looked at. It reports every change of the program's state
 * through a pipe and continues it on request.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "util/mem.h"
#include "util/text.h"
#include "stray.h"
#include "terminal.h"

struct terminal {
	int master, reports, orders; /* the pty; pipe from the leader; pipe to it */
	pid_t leader, program;
	int status; /* of waitpid(); -1 while running */
	struct termios modes_before;
	VTerm *vterm;
	VTermScreen *screen;
	struct stray stray;
	bool cursor_hidden;
	int rows, columns;
};

/* Ends the test run: the machine, not the program, is at fault. */
static void
give_up(const char *what)
{
	fprintf(stderr, "screen: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* The leader's child: becomes the program, in a foreground process group of its own. */
static void
become_program(char *const argv[], char *const environment[])
{
	setpgid(0, 0);
	tcsetpgrp(STDIN_FILENO, getpid());
	signal(SIGTTOU, SIG_DFL);
	execve(argv[0], argv, environment);
	_exit(127);
}

/* The leader: starts the program once told to, reports what becomes of it, waits to be let go. */
static void
lead(char *const argv[], char *const environment[], int reports, int orders)
{
	pid_t program;
	int status;
	char order;

	signal(SIGTTOU, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	if (read(orders, &order, 1) != 1)
		_exit(1);
	program = fork();
	if (program == 0)
		become_program(argv, environment);
	if (write(reports, &program, sizeof program) < 0)
		_exit(1);
	while (waitpid(program, &status, WUNTRACED) == program) {
		if (write(reports, &status, sizeof status) < 0)
			break;
		if (!WIFSTOPPED(status) || read(orders, &order, 1) != 1)
			break;
		tcsetpgrp(STDIN_FILENO, program);
		kill(-program, SIGCONT);
	}
	while (read(orders, &order, 1) > 0)
		;
	kill(-program, SIGKILL);
	_exit(0);
}

/* libvterm tells that a property of the terminal changed: the cursor's visibility is one. */
static int
on_property(VTermProp property, VTermValue *value, void *context)
{
	struct terminal *t = context;

	if (property == VTERM_PROP_CURSORVISIBLE)
		t->cursor_hidden = !value->boolean;
	return 1;
}

/* libvterm answers a question of the program. */
static void
on_answer(const char *bytes, size_t n, void *context)
{
	terminal_type(context, bytes, n);
}

/* Makes the screen that will show the output. */
static void
make_screen(struct terminal *t, bool utf8)
{
	static const VTermScreenCallbacks callbacks = { .settermprop = on_property };

	t->vterm = vterm_new(t->rows, t->columns);
	vterm_set_utf8(t->vterm, utf8);
	vterm_output_set_callback(t->vterm, on_answer, t);
	t->screen = vterm_obtain_screen(t->vterm);
	vterm_screen_enable_altscreen(t->screen, 1);
	vterm_screen_set_callbacks(t->screen, &callbacks, t);
	vterm_screen_reset(t->screen, 1);
	stray_init(&t->stray, utf8);
}

struct terminal *
terminal_start(char *const argv[], char *const environment[], int rows, int columns, bool utf8)
{
	struct terminal *t = mem_alloc(sizeof *t);
	struct winsize size = { .ws_row = (unsigned short)rows,
		.ws_col = (unsigned short)columns };
	int reports[2], orders[2];

	t->rows = rows;
	t->columns = columns;
	t->status = -1;
	make_screen(t, utf8);
	if (pipe2(reports, O_CLOEXEC) < 0 || pipe2(orders, O_CLOEXEC) < 0)
		give_up("pipe");
	t->leader = forkpty(&t->master, NULL, NULL, &size);
	if (t->leader < 0)
		give_up("pseudo-terminal");
	if (t->leader == 0) {
		close(reports[0]);
		close(orders[1]);
		lead(argv, environment, reports[1], orders[0]);
	}
	close(reports[1]);
	close(orders[0]);
	t->reports = reports[0];
	t->orders = orders[1];
	fcntl(t->master, F_SETFD, FD_CLOEXEC);
	/* The modes are looked at before the program, which changes them, begins. */
	tcgetattr(t->master, &t->modes_before);
	if (write(t->orders, "", 1) != 1)
		give_up("start");
	if (read(t->reports, &t->program, sizeof t->program) != sizeof t->program)
		give_up("start");
	return t;
}

void
terminal_free(struct terminal *t)
{
	if (!t)
		return;
	close(t->orders);
	close(t->master);
	waitpid(t->leader, NULL, 0);
	close(t->reports);
	vterm_free(t->vterm);
	free(t);
}

/* Takes one piece of output, if there is one now. */
static bool
take_output(struct terminal *t)
{
	char bytes[65536];
	ssize_t n = read(t->master, bytes, sizeof bytes);

	if (n <= 0)
		return false;
	stray_push(&t->stray, bytes, (size_t)n);
	vterm_input_write(t->vterm, bytes, (size_t)n);
	return true;
}

bool
terminal_read(struct terminal *t, int timeout_ms)
{
	struct pollfd events[2] = { { .fd = t->master, .events = POLLIN },
		{ .fd = t->reports, .events = POLLIN } };

	if (poll(events, 2, timeout_ms) <= 0)
		return false;
	if (events[0].revents & POLLIN && take_output(t))
		return true;
	if (events[1].revents & POLLIN)
		return read(t->reports, &t->status, sizeof t->status) == sizeof t->status;
	if (events[1].revents & POLLHUP) /* all is told: do not spin */
		poll(events, 1, timeout_ms);
	return false;
}

void
terminal_type(struct terminal *t, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t sent = write(t->master, bytes, n);

		if (sent < 0 && errno != EINTR)
			return;
		if (sent > 0) {
			bytes += sent;
			n -= (size_t)sent;
		}
	}
}

void
terminal_resize(struct terminal *t, int rows, int columns)
{
	static const char erase[] = "\033[2J";
	struct winsize size = { .ws_row = (unsigned short)rows,
		.ws_col = (unsigned short)columns };

	if (rows == t->rows && columns == t->columns)
		return;
	while (terminal_read(t, 0))
		;
	t->rows = rows;
	t->columns = columns;
	vterm_set_size(t->vterm, rows, columns);
	vterm_input_write(t->vterm, erase, sizeof erase - 1);
	ioctl(t->master, TIOCSWINSZ, &size);
}

void
terminal_signal(struct terminal *t, int signal)
{
	kill(t->program, signal);
}

enum terminal_state
terminal_state(const struct terminal *t, int *number)
{
	if (t->status == -1)
		return TERMINAL_RUNNING;
	if (WIFSTOPPED(t->status)) {
		*number = WSTOPSIG(t->status);
		return TERMINAL_STOPPED;
	}
	*number = WIFEXITED(t->status) ? WEXITSTATUS(t->status) : WTERMSIG(t->status);
	return WIFEXITED(t->status) ? TERMINAL_EXITED : TERMINAL_KILLED;
}

void
terminal_continue(struct terminal *t)
{
	t->status = -1;
	if (write(t->orders, "", 1) != 1)
		give_up("continue");
}

int
terminal_rows(const struct terminal *t)
{
	return t->rows;
}

int
terminal_columns(const struct terminal *t)
{
	return t->columns;
}

VTermScreen *
terminal_screen(const struct terminal *t)
{
	return t->screen;
}

void
terminal_row(const struct terminal *t, int row, struct buf *out)
{
	VTermScreenCell cell;
	char bytes[4];

	buf_truncate(out, 0);
	for (int column = 0; column < t->columns; column++) {
		vterm_screen_get_cell(
		    t->screen, (VTermPos){ .row = row, .col = column }, &cell);
		if (cell.chars[0] == (uint32_t)-1) /* the right half of a wide character */
			continue;
		if (cell.chars[0] == 0)
			buf_addc(out, ' ');
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
			buf_add(out, bytes, text_encode(cell.chars[i], bytes));
	}
	while (out->length > 0 && out->data[out->length - 1] == ' ')
		buf_truncate(out, out->length - 1);
}

bool
terminal_cursor(const struct terminal *t, int *row, int *column)
{
	VTermPos at;

	vterm_state_get_cursorpos(vterm_obtain_state(t->vterm), &at);
	*row = at.row;
	*column = at.col;
	return !t->cursor_hidden;
}

const char *
terminal_not_restored(struct terminal *t)
{
	struct termios now;

	if (stray_left_on(&t->stray))
		return stray_left_on(&t->stray);
	if (tcgetattr(t->master, &now) < 0)
		return "terminal gone";
	if (now.c_lflag != t->modes_before.c_lflag)
		return "local modes (echo, line editing)";
	if (now.c_iflag != t->modes_before.c_iflag || now.c_oflag != t->modes_before.c_oflag)
		return "input or output modes";
	if (memcmp(now.c_cc, t->modes_before.c_cc, sizeof now.c_cc) != 0)
		return "control characters";
	return NULL;
}

size_t
terminal_orders(const struct terminal *t)
{
	return t->stray.orders;
}

const char *
terminal_stray(const struct terminal *t)
{
	return t->stray.found;
}
