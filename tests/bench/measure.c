/*
 * Runs a command and says what it took, as fields for a script to read.
 *
 *	measure COUNT COMMAND [ARGUMENT ...]
 *
 * Standard input is the command's; its standard output and error go to /dev/null. Prints: COUNT a
 * second of wall clock, CPU microseconds for one of COUNT (user and system), the highest resident
 * memory in KiB. Exit status is the command's.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Seconds of the monotonic clock. */
static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Becomes the command, silently. */
static void
become(char *const command[])
{
	int nowhere = open("/dev/null", O_WRONLY);

	dup2(nowhere, STDOUT_FILENO);
	dup2(nowhere, STDERR_FILENO);
	execvp(command[0], command);
	_exit(127);
}

int
main(int argc, char *argv[])
{
	double count = argc > 2 ? atof(argv[1]) : 0, started = now(), wall, user, system;
	struct rusage usage;
	int status;
	pid_t child;

	if (count <= 0) {
		fprintf(stderr, "usage: measure COUNT COMMAND [ARGUMENT ...]\n");
		return 64;
	}
	child = fork();
	if (child == 0)
		become(argv + 2);
	if (child < 0 || wait4(child, &status, 0, &usage) != child)
		return EXIT_FAILURE;
	wall = now() - started;
	user = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
	system = (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
	printf("%.0f %.2f %.2f %ld\n", count / wall, user * 1e6 / count, system * 1e6 / count,
	    usage.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}
