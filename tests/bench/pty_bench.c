/*
 * Measures a full-screen program from outside, as its user meets it: through a pseudo-terminal.
 *
 *     pty_bench start RUNS PROGRAM...    time to the first whole screen (median), resident memory
 *     pty_bench keys COUNT OPEN CLEAR PROGRAM...
 *                                        time from a key written to its echo read: median, p99, max
 *     pty_bench answer RUNS TYPED TEXT PROGRAM...
 *                                        time from the last key of TYPED to TEXT read (median), each run
 *                                        with a new program
 *     pty_bench bytes COUNT THERE BACK PROGRAM...
 *                                        bytes written for one key, there and back: median, largest
 *     pty_bench idle SECONDS PROGRAM...  wake-ups while nothing happens, and system calls (strace)
 *
 * OPEN is what brings the program to a line where typed characters show, CLEAR what empties that line. The
 * same code measures every program, so that their figures can stand side by side.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util/mem.h"
#include "util/rng.h"

enum {
	ROWS = 24,
	COLUMNS = 80,
	SCREEN_BYTES = 200, /* less than this is no screen */
	SILENCE_MS = 5, /* this long without output: the screen is whole */
	SETTLED_US = 1000000, /* after this whatever the command line asked for has begun */
	PATIENCE_MS = 10000
};

struct program {
	pid_t pid;
	int pty;
};

/* The monotonic clock, in microseconds. */
static int64_t
clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* Starts the program on a pseudo-terminal of 80x24. */
static struct program
start(char *argv[])
{
	struct winsize size = { .ws_row = ROWS, .ws_col = COLUMNS };
	struct program p;

	p.pid = forkpty(&p.pty, NULL, NULL, &size);
	if (p.pid < 0) {
		perror("pseudo-terminal");
		exit(1);
	}
	if (p.pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	return p;
}

/* Ends the program. */
static void
stop(const struct program *p)
{
	kill(p->pid, SIGTERM);
	close(p->pty);
	waitpid(p->pid, NULL, 0);
}

/* Reads what comes within the time into bytes; 0 when nothing came, -1 when the program has gone. */
static ssize_t
read_some(const struct program *p, char *bytes, size_t room, int timeout_ms)
{
	struct pollfd event = { .fd = p->pty, .events = POLLIN };
	ssize_t n;

	if (poll(&event, 1, timeout_ms) <= 0)
		return 0;
	n = read(p->pty, bytes, room);
	return n > 0 ? n : -1;
}

/* Reads until a screen has come and silence after it; returns when its last byte came. */
static int64_t
first_screen(const struct program *p)
{
	char bytes[65536];
	size_t total = 0;
	int64_t last = clock_us(), give_up = last + PATIENCE_MS * INT64_C(1000);

	while (clock_us() < give_up) {
		ssize_t n = read_some(p, bytes, sizeof bytes, SILENCE_MS);

		if (n < 0)
			break;
		if (n == 0 && total >= SCREEN_BYTES)
			return last;
		if (n > 0) {
			total += (size_t)n;
			last = clock_us();
		}
	}
	fprintf(stderr, "pty_bench: no screen came\n");
	exit(1);
}

/* Reads and drops output for so long. */
static void
drain(const struct program *p, int64_t us)
{
	char bytes[65536];
	int64_t until = clock_us() + us, left;

	while ((left = until - clock_us()) > 0)
		if (read_some(p, bytes, sizeof bytes, (int)(left / 1000) + 1) < 0)
			return;
}

/* A number from a line of /proc/PID/status; -1 when there is none. */
static long
status_number(pid_t pid, const char *name)
{
	char path[64], line[256];
	long value = -1;
	FILE *in;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	in = fopen(path, "r");
	while (in && fgets(line, sizeof line, in))
		if (!strncmp(line, name, strlen(name)) && line[strlen(name)] == ':')
			value = atol(line + strlen(name) + 1);
	if (in)
		fclose(in);
	return value;
}

/* For qsort(). */
static int
by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The value below which so many thousandths of the sorted times lie, in milliseconds. */
static double
quantile(const int64_t *times, long count, long thousandths)
{
	return (double)times[(count - 1) * thousandths / 1000] / 1000;
}

/* The processor time that the process has used, in ticks of the system's clock. */
static long
ticks_used(pid_t pid)
{
	char path[64], line[1024];
	long user = 0, system = 0;
	const char *behind;
	FILE *in;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	in = fopen(path, "r");
	if (in && fgets(line, sizeof line, in) && (behind = strrchr(line, ')')) != NULL)
		sscanf(behind + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld",
		    &user, &system);
	if (in)
		fclose(in);
	return user + system;
}

/* Start-up and memory. */
static int
bench_start(long runs, char *argv[])
{
	int64_t *times = mem_calloc((size_t)runs, sizeof *times);
	long memory = 0;

	for (long i = 0; i < runs; i++) {
		int64_t begun = clock_us();
		struct program p = start(argv);

		times[i] = first_screen(&p) - begun;
		drain(&p, 200000);
		memory = status_number(p.pid, "VmRSS");
		stop(&p);
	}
	qsort(times, (size_t)runs, sizeof *times, by_time);
	printf("first screen %6.1f ms   resident %5.1f MiB\n", quantile(times, runs, 500),
	    (double)memory / 1024);
	free(times);
	return 0;
}

/* Writes a key and waits for its echo; returns how long it took, -1 when it did not come. */
static int64_t
echo_time(const struct program *p, char key)
{
	char bytes[65536];
	int64_t begun = clock_us();

	if (write(p->pty, &key, 1) != 1)
		return -1;
	while (clock_us() - begun < 1000000) {
		ssize_t n = read_some(p, bytes, sizeof bytes, 1000);

		if (n < 0)
			return -1;
		if (n > 0 && memchr(bytes, key, (size_t)n))
			return clock_us() - begun;
	}
	return -1;
}

/*
 * Key to screen. The characters are ones that no screen shows by itself. What is to be typed after
 * them (`finish`) may ask the program what it was doing all the while.
 */
static int
bench_keys(long count, const char *open, const char *clear, const char *finish, char *argv[])
{
	static const char keys[] = "{^}`";
	struct program p = start(argv);
	int64_t *times = mem_calloc((size_t)count, sizeof *times);
	struct rng rng;
	long lost = 0, at = 0, ticks;
	int64_t begun;

	rng_seed(&rng, 1);
	first_screen(&p);
	drain(&p, SETTLED_US);
	if (write(p.pty, open, strlen(open)) < 0)
		return 1;
	drain(&p, 100000);
	ticks = ticks_used(p.pid);
	begun = clock_us();
	for (long i = 0; i < count; i++) {
		int64_t time = echo_time(&p, keys[i % 4]);

		if (time < 0)
			lost++;
		else
			times[at++] = time;
		drain(&p, 3000 + rng_below(&rng, 12000));
		if (i % 20 == 19 && write(p.pty, clear, strlen(clear)) > 0)
			drain(&p, 20000);
	}
	ticks = ticks_used(p.pid) - ticks;
	begun = clock_us() - begun;
	if (write(p.pty, finish, strlen(finish)) > 0)
		drain(&p, 500000);
	stop(&p);
	if (at == 0) {
		printf("no key showed\n");
		return 1;
	}
	qsort(times, (size_t)at, sizeof *times, by_time);
	printf("key to screen: median %.2f ms   p99 %.2f ms   max %.1f ms   (%ld keys, %ld "
	       "lost; %.0f %% of a processor)\n",
	    quantile(times, at, 500), quantile(times, at, 990), quantile(times, at, 1000), at,
	    lost, (double)ticks * 1e8 / (double)sysconf(_SC_CLK_TCK) / (double)begun);
	free(times);
	return lost > 0;
}

/* Reads until the text has come; returns when that was, 0 when it does not come. */
static int64_t
await_text(const struct program *p, const char *text)
{
	static char seen[1 << 20];
	int64_t give_up = clock_us() + PATIENCE_MS * INT64_C(1000);
	size_t total = 0;

	while (clock_us() < give_up && total < sizeof seen - 1) {
		ssize_t n = read_some(p, seen + total, sizeof seen - 1 - total, 100);

		if (n < 0)
			return 0;
		total += (size_t)n;
		seen[total] = '\0';
		for (char *nul; (nul = memchr(seen, '\0', total)) != NULL;)
			*nul = ' ';
		if (strstr(seen, text))
			return clock_us();
	}
	return 0;
}

/* Types, and measures from the last key to the text, in one new program for each run. */
static int
bench_answer(long runs, const char *typed, const char *text, char *argv[])
{
	int64_t *times = mem_calloc((size_t)runs, sizeof *times);
	size_t length = strlen(typed);

	for (long i = 0; i < runs; i++) {
		struct program p = start(argv);
		int64_t begun, ended;

		first_screen(&p);
		if (write(p.pty, typed, length - 1) < 0)
			return 1;
		drain(&p, 100000);
		begun = clock_us();
		if (write(p.pty, typed + length - 1, 1) < 0)
			return 1;
		ended = await_text(&p, text);
		stop(&p);
		if (ended == 0) {
			fprintf(stderr, "pty_bench: \"%s\" did not come\n", text);
			return 1;
		}
		times[i] = ended - begun;
	}
	qsort(times, (size_t)runs, sizeof *times, by_time);
	printf("%.1f\n", quantile(times, runs, 500));
	free(times);
	return 0;
}

/* Writes a key and counts the bytes of its answer, which a silence ends. */
static int64_t
answer_bytes(const struct program *p, const char *key)
{
	char bytes[65536];
	int64_t total = 0;
	ssize_t n;

	if (write(p->pty, key, strlen(key)) < 0)
		return 0;
	while ((n = read_some(p, bytes, sizeof bytes, 4 * SILENCE_MS)) > 0)
		total += n;
	return total;
}

/* Bytes a key. */
static int
bench_bytes(long count, const char *there, const char *back, char *argv[])
{
	int64_t *sizes = mem_calloc((size_t)count, sizeof *sizes);
	struct program p = start(argv);

	first_screen(&p);
	drain(&p, SETTLED_US);
	for (long i = 0; i < count; i++)
		sizes[i] = answer_bytes(&p, i % 2 == 0 ? there : back);
	stop(&p);
	qsort(sizes, (size_t)count, sizeof *sizes, by_time);
	printf("median %lld bytes, largest %lld (%ld keys)\n", (long long)sizes[count / 2],
	    (long long)sizes[count - 1], count);
	free(sizes);
	return 0;
}

/* Attaches strace, which counts into the file; returns its pid, -1 when there is no strace. */
static pid_t
attach_strace(pid_t pid, const char *file)
{
	char number[16];
	pid_t child;

	snprintf(number, sizeof number, "%d", (int)pid);
	child = fork();
	if (child == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDERR_FILENO);
		execlp("strace", "strace", "-c", "-f", "-o", file, "-p", number, (char *)NULL);
		_exit(127);
	}
	return child;
}

/* The number of calls in strace's summary, which is empty when there were none. */
static long
calls_counted(const char *file)
{
	char line[256];
	long calls = 0, value;
	FILE *in = fopen(file, "r");

	while (in && fgets(line, sizeof line, in))
		if (strstr(line, "total") && sscanf(line, "%*f %*f %*d %ld", &value) == 1)
			calls = value;
	if (in)
		fclose(in);
	return calls;
}

/* Wake-ups and system calls while idle. */
static int
bench_idle(long seconds, char *argv[])
{
	char file[] = "/tmp/pty_bench-XXXXXX";
	struct program p = start(argv);
	long switches;
	pid_t strace;
	int status;

	close(mkstemp(file));
	first_screen(&p);
	drain(&p, 1000000);
	switches = status_number(p.pid, "voluntary_ctxt_switches");
	drain(&p, seconds * INT64_C(1000000));
	switches = status_number(p.pid, "voluntary_ctxt_switches") - switches;
	strace = attach_strace(p.pid, file);
	drain(&p, seconds * INT64_C(1000000));
	kill(strace, SIGINT);
	waitpid(strace, &status, 0);
	printf("idle %ld s: %ld wake-ups, ", seconds, switches);
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
		printf("system calls not counted (strace is missing or not allowed)\n");
	else
		printf("%ld system calls\n", calls_counted(file));
	unlink(file);
	stop(&p);
	return 0;
}

int
main(int argc, char *argv[])
{
	if (argc > 3 && !strcmp(argv[1], "start"))
		return bench_start(atol(argv[2]), argv + 3);
	if (argc > 6 && !strcmp(argv[1], "keys"))
		return bench_keys(atol(argv[2]), argv[3], argv[4], argv[5], argv + 6);
	if (argc > 5 && !strcmp(argv[1], "answer"))
		return bench_answer(atol(argv[2]), argv[3], argv[4], argv + 5);
	if (argc > 5 && !strcmp(argv[1], "bytes"))
		return bench_bytes(atol(argv[2]), argv[3], argv[4], argv + 5);
	if (argc > 3 && !strcmp(argv[1], "idle"))
		return bench_idle(atol(argv[2]), argv + 3);
	fprintf(stderr,
	    "usage: pty_bench start RUNS|keys COUNT OPEN CLEAR FINISH|answer RUNS TYPED "
	    "TEXT|bytes COUNT THERE BACK|idle SECONDS "
	    "PROGRAM...\n");
	return 64;
}
