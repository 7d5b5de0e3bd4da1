/*
 * The modes of the terminal: raw while the program has it, and as they were from wherever it ends. The
 * terminal is restored by one string and one tcsetattr(): when it is closed or the program
 * suspended, by a fatal signal, or when memory runs out. These two, and the descriptor, are state outside
 * any object, for a signal handler can be given nothing else.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "ui/tty_modes.h"

enum {
	RESTORE_MS = 500 /* patience with a terminal that takes no bytes at the end */
};

static const int fatal_signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGQUIT };

/* What a signal handler needs to give the terminal back. */
static struct {
	volatile sig_atomic_t active;
	int fd;
	const char *enter; /* what takes the terminal, after each suspension again */
	const char *restore; /* what undoes that */
	struct termios user;
} held;

/* --- giving it back ----------------------------------------------------------------------- */

/* Writes all bytes, waiting a little for a terminal that takes none; gives up on the second other error. */
static void
write_patiently(int fd, const char *bytes, size_t n)
{
	bool failed = false;

	while (n > 0) {
		ssize_t written = write(fd, bytes, n);
		struct pollfd ready = { .fd = fd, .events = POLLOUT };

		if (written > 0) {
			bytes += written;
			n -= (size_t)written;
		} else if (written < 0 && errno == EINTR) {
			continue;
		} else if (errno != EAGAIN && !failed) {
			failed = true;
		} else if (errno != EAGAIN || poll(&ready, 1, RESTORE_MS) <= 0) {
			return;
		}
	}
}

/* Sets the modes as they were; a job in the background is not stopped for it at its end. */
static void
restore_modes(void)
{
	sigset_t blocked, before;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTTOU);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	tcsetattr(held.fd, TCSANOW, &held.user);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

void
tty_modes_restore(void)
{
	if (!held.active)
		return;
	held.active = 0;
	write_patiently(held.fd, held.restore, strlen(held.restore));
	restore_modes();
}

/* A fatal signal: the terminal first, then the end that the signal means. */
static void
on_fatal_signal(int signal)
{
	tty_modes_restore();
	raise(signal); /* its handler was reset when this one was entered */
}

/* Has fatal signals restore the terminal, on a stack of their own. */
static void
catch_fatal_signals(void)
{
	static char stack[65536];
	const stack_t alternate = { .ss_sp = stack, .ss_size = sizeof stack };
	struct sigaction action = {
		.sa_handler = on_fatal_signal,
		.sa_flags = (int)(SA_RESETHAND | SA_NODEFER | SA_ONSTACK),
	};

	sigaltstack(&alternate, NULL);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof fatal_signals / sizeof *fatal_signals; i++)
		sigaction(fatal_signals[i], &action, NULL);
}

/* --- taking it ------------------------------------------------------------------------------ */

bool
tty_modes_learn(int fd)
{
	return tcgetattr(fd, &held.user) == 0;
}

/* Sets raw mode: every key and byte comes as it is typed, and none is written but ours. */
static void
set_raw(void)
{
	struct termios raw = held.user;

	cfmakeraw(&raw);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(held.fd, TCSANOW, &raw);
	held.active = 1;
}

void
tty_modes_take_again(void)
{
	set_raw();
	write_patiently(held.fd, held.enter, strlen(held.enter));
}

void
tty_modes_take(int fd, const char *enter, const char *restore)
{
	held.fd = fd;
	held.enter = enter;
	held.restore = restore;
	catch_fatal_signals();
	tty_modes_take_again();
}
