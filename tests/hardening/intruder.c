/*
 * What would an intruder reach? A library that is preloaded into the program: at its first connect(2),
 * when start-up is over, it tries what nobody but an intruder wants, says on standard error what came of
 * each attempt, and lets the program go on. The files to try come in INTRUDER_READ and INTRUDER_WRITE,
 * with colons between them.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Says what came of an attempt, whose result was negative if it failed. */
static void
tell(const char *kind, const char *what, long result)
{
	if (result < 0)
		dprintf(STDERR_FILENO, "refused %s %s: %s\n", kind, what, strerror(errno));
	else
		dprintf(STDERR_FILENO, "ALLOWED %s %s\n", kind, what);
}

/* System calls with arguments that do no harm where they are allowed. */
static const struct {
	const char *name;
	long number, arguments[4];
} calls[] = {
	{ "execve of nothing", SYS_execve, { 0 } },
	{ "execveat", SYS_execveat, { -1 } },
	{ "ptrace", SYS_ptrace, { PTRACE_PEEKDATA, 1 } },
	{ "process_vm_readv", SYS_process_vm_readv, { 1 } },
	{ "mount", SYS_mount, { 0 } },
	{ "init_module", SYS_init_module, { 0 } },
	{ "finit_module", SYS_finit_module, { -1 } },
	{ "kexec_load", SYS_kexec_load, { 0 } },
	{ "bpf", SYS_bpf, { -1 } },
	{ "perf_event_open", SYS_perf_event_open, { 0 } },
	{ "keyctl", SYS_keyctl, { 0 } },
	{ "io_uring_setup", SYS_io_uring_setup, { 0 } },
	{ "userfaultfd", SYS_userfaultfd, { -1 } },
	{ "unshare", SYS_unshare, { 0 } },
	{ "setns", SYS_setns, { -1 } },
	{ "chroot", SYS_chroot, { 0 } },
	{ "setuid", SYS_setuid, { -1 } },
	{ "capset", SYS_capset, { 0 } },
	{ "symlink", SYS_symlink, { 0 } },
	{ "mknod", SYS_mknod, { 0 } },
	{ "kill of another", SYS_kill, { 1, 0 } },
	{ "a socket of the machine (AF_UNIX)", SYS_socket, { AF_UNIX, SOCK_STREAM } },
	{ "a socket to the kernel (AF_NETLINK)", SYS_socket, { AF_NETLINK, SOCK_RAW } },
	{ "a raw socket (AF_PACKET)", SYS_socket, { AF_PACKET, SOCK_RAW } },
	{ "dumpable again", SYS_prctl, { PR_SET_DUMPABLE, 1 } },
};

/* A call counts as refused when the kernel does not know it; other errors come from our arguments. */
static void
try_calls(void)
{
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		const long *a = calls[i].arguments;
		long result = syscall(calls[i].number, a[0], a[1], a[2], a[3], 0, 0);

		if (result < 0 && errno != ENOSYS)
			result = 0;
		tell("call", calls[i].name, result);
	}
}

/* Tries to open each file of a list with these flags. */
static void
try_files(const char *variable, const char *kind, int flags)
{
	char *list = getenv(variable) == NULL ? NULL : strdup(getenv(variable)), *rest = NULL;

	for (char *path = list == NULL ? NULL : strtok_r(list, ":", &rest); path != NULL;
	     path = strtok_r(NULL, ":", &rest)) {
		int fd = open(path, flags | O_CLOEXEC, 0600);

		tell(kind, path, fd);
		if (fd >= 0)
			close(fd);
	}
	free(list);
}

/* Tells what a dump of memory would hold. */
static void
tell_memory(void)
{
	struct rlimit core;

	getrlimit(RLIMIT_CORE, &core);
	errno = EPERM;
	tell("memory", "core dump", core.rlim_max == 0 && prctl(PR_GET_DUMPABLE) != 1 ? -1 : 0);
}

int
connect(int fd, const struct sockaddr *address, socklen_t length)
{
	static bool tried;

	if (!tried) {
		tried = true;
		try_calls();
		try_files("INTRUDER_READ", "read", O_RDONLY);
		try_files("INTRUDER_WRITE", "write", O_WRONLY | O_CREAT);
		tell_memory();
	}
	return (int)syscall(SYS_connect, fd, address, length);
}
