/*
 * What the kernel is told. Four parts, each of which stands alone, because kernels differ in what they
 * have: files (Landlock, Linux 5.13), system calls (seccomp, by libseccomp where it was found), privileges and
 * memory. A system call that is not in the table below is answered by "there is no such call", which the C library
 * takes for an old kernel: nothing ends the program. OpenBSD has unveil(2) and pledge(2) for the same.
 *
 * Root without a word about users stays user 0, because history, configuration and the folder at hand are
 * root's, but without root's powers: of all capabilities only the one that opens other users' files is kept, and the
 * rules for files bound that.
 *
 * Under sanitizers, valgrind and in builds that measure coverage nothing is done: they write files and trace
 * processes at the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/platform.h"

#ifdef PLATFORM_LINUX
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#define WITH_LANDLOCK
#endif
#endif
#ifdef WITH_SECCOMP
#include <seccomp.h>
#endif

#include "util/buf.h"
#include "util/confine.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/text.h"

/* clang says by __has_feature what gcc says by macros. */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || \
    __has_feature(thread_sanitizer) || defined(MXSCOPE_MEASURED)
#define INSTRUMENTED true
#else
#define INSTRUMENTED false
#endif

void
confine_add(struct confine_settings *settings, const char *path, enum confine_right right)
{
	if (path == NULL || *path == '\0')
		return;
	settings->places = mem_grow(
	    settings->places, settings->count, &settings->capacity, sizeof *settings->places);
	settings->places[settings->count++] =
	    (struct confine_place){ .path = mem_strdup(path), .right = right };
}

void
confine_clear(struct confine_settings *settings)
{
	for (size_t i = 0; i < settings->count; i++)
		free(settings->places[i].path);
	free(settings->places);
	*settings = (struct confine_settings){ 0 };
}

/* --- who we are ------------------------------------------------------------------------- */

/* Takes on a user and groups; false with errno set. */
static bool
take_on(const struct passwd *user)
{
	return initgroups(user->pw_name, user->pw_gid) == 0 && setgid(user->pw_gid) == 0 &&
	    setuid(user->pw_uid) == 0;
}

/* Makes the environment that user's: files are kept in their home. */
static void
move_home(const struct passwd *user)
{
	setenv("HOME", user->pw_dir, 1);
	setenv("USER", user->pw_name, 1);
	setenv("LOGNAME", user->pw_name, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
}

char *
confine_become(const char *user)
{
	const struct passwd *entry = getpwnam(user);
	struct buf sentence = BUF_INIT;

	buf_adds(&sentence, "--user expects ");
	if (geteuid() != 0)
		buf_adds(&sentence, "to be given by root, who alone can become another.");
	else if (entry == NULL) {
		buf_adds(&sentence, "a user of this system, not \"");
		text_printable(&sentence, user, strlen(user));
		buf_adds(&sentence, "\".");
	} else if (!take_on(entry)) {
		buf_addf(&sentence, "a user that we can become: %s.", strerror(errno));
	} else {
		move_home(entry);
		buf_clear(&sentence);
		return NULL;
	}
	return buf_take(&sentence);
}

/* Goes on as nobody, when we are root and the system lets us. */
static void
become_nobody(void)
{
	const struct passwd *nobody = getpwnam("nobody");

	if (geteuid() != 0)
		return;
	if (nobody != NULL && nobody->pw_uid != 0 && take_on(nobody))
		log_line("confine", "user: nobody in place of root, for no file was named");
	else
		log_line("confine", "user: root, because nobody cannot be taken on");
}

/* --- memory ------------------------------------------------------------------------------ */

/* No core dumps: the keys of TLS sessions and what servers said are in memory. */
static void
keep_memory(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
#ifdef PLATFORM_LINUX
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
	log_line("confine", "memory: no core dumps, and no other process may look into it");
}

#ifdef PLATFORM_LINUX

/* --- privileges ------------------------------------------------------------------------------ */

/* Drops every capability but the one to open others' files, and the way to new privileges. */
static void
drop_privileges(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = { 0 };
	const uint32_t kept = 1u << CAP_DAC_OVERRIDE;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		log_line("confine", "privileges: not in force: %s", strerror(errno));
		return;
	}
	if (syscall(SYS_capget, &header, sets) == 0) {
		sets[0].permitted &= kept;
		sets[0].effective &= kept;
		sets[1] = (struct __user_cap_data_struct){ 0 };
		sets[0].inheritable = 0;
		syscall(SYS_capset, &header, sets);
	}
	log_line("confine", "privileges: no new ones; capabilities: %s",
	    sets[0].permitted != 0 ? "only to open other users' files" : "none");
}

/* --- files ----------------------------------------------------------------------------------- */

#ifdef WITH_LANDLOCK

/* Rights that headers older than the kernel may lack. */
enum {
	RIGHT_REFER = 1 << 13, /* version 2 */
	RIGHT_TRUNCATE = 1 << 14 /* version 3 */
};

enum {
	RIGHTS_READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	RIGHTS_WRITE = RIGHTS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | RIGHT_TRUNCATE |
	    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
	    LANDLOCK_ACCESS_FS_REMOVE_FILE | RIGHT_REFER,
	RIGHTS_OF_FILES =
	    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | RIGHT_TRUNCATE,
	RIGHTS_FIRST = (1 << 13) - 1 /* all of version 1 */
};

/* The rights that this version of Landlock can take away. */
static uint64_t
rights_known(long version)
{
	uint64_t rights = RIGHTS_FIRST;

	if (version >= 2)
		rights |= RIGHT_REFER;
	if (version >= 3)
		rights |= RIGHT_TRUNCATE;
	return rights;
}

/*
 * Opens a place, or for writing the nearest folder above it that is there: a state folder may not have
 * been made yet. -1 when there is nothing to open.
 */
static int
open_place(const struct confine_place *place)
{
	char *path = mem_strdup(place->path), *slash;
	int fd = open(path, O_PATH | O_CLOEXEC);

	while (fd < 0 && place->right == CONFINE_WRITE &&
	    (slash = strrchr(path, '/')) != NULL && slash != path) {
		*slash = '\0';
		fd = open(path, O_PATH | O_CLOEXEC);
	}
	free(path);
	return fd;
}

/* Adds the rule for one place; one that is not there needs none. */
static void
allow_place(int rules, const struct confine_place *place, uint64_t known)
{
	struct landlock_path_beneath_attr rule = { .parent_fd = open_place(place) };
	struct stat status;

	if (rule.parent_fd < 0)
		return;
	rule.allowed_access = place->right == CONFINE_WRITE ? RIGHTS_WRITE : RIGHTS_READ;
	if (fstat(rule.parent_fd, &status) == 0 && !S_ISDIR(status.st_mode))
		rule.allowed_access &= RIGHTS_OF_FILES;
	rule.allowed_access &= known;
	if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0)
		log_line("confine", "files: %s %s",
		    place->right == CONFINE_WRITE ? "write" : "read", place->path);
	close(rule.parent_fd);
}

/* Takes all files away but the places. */
static void
confine_files(const struct confine_settings *settings)
{
	long version =
	    syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_ruleset_attr wanted = { .handled_access_fs = rights_known(version) };
	int rules = -1;

	if (version > 0)
		rules = (int)syscall(SYS_landlock_create_ruleset, &wanted, sizeof wanted, 0);
	if (rules < 0) {
		log_line("confine", "files: not in force: Landlock: %s", strerror(errno));
		return;
	}
	for (size_t i = 0; i < settings->count; i++)
		allow_place(rules, &settings->places[i], wanted.handled_access_fs);
	if (syscall(SYS_landlock_restrict_self, rules, 0) == 0)
		log_line("confine", "files: Landlock version %ld, nothing else and no program",
		    version);
	else
		log_line("confine", "files: not in force: Landlock: %s", strerror(errno));
	close(rules);
}

#else

/* Built where Landlock is not known. */
static void
confine_files(const struct confine_settings *settings)
{
	(void)settings;
	log_line("confine", "files: not in force: built without Landlock");
}

#endif

/* --- system calls --------------------------------------------------------------------------- */

#ifdef WITH_SECCOMP

/* What the program and its libraries ask of the kernel; names that this machine lacks are passed over. */
static const char *const calls_allowed[] = {
	/* memory */
	"brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise", "mincore",
	"membarrier", "memfd_create",
	/* threads and the end */
	"clone", "clone3", "set_robust_list", "get_robust_list", "rseq", "set_tid_address",
	"futex", "futex_time64", "sched_yield", "sched_getaffinity", "sched_getparam",
	"sched_getscheduler", "exit", "exit_group", "restart_syscall", "arch_prctl",
	"set_thread_area", "map_shadow_stack",
	/* signals */
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigsuspend", "rt_sigpending",
	"rt_sigtimedwait", "rt_sigtimedwait_time64", "sigaltstack", "sigreturn", "tgkill",
	"pause",
	/* descriptors */
	"read", "readv", "pread64", "preadv", "write", "writev", "pwrite64", "pwritev", "lseek",
	"_llseek", "close", "close_range", "dup", "dup2", "dup3", "fcntl", "fcntl64", "ioctl",
	"inotify_init1", "inotify_add_watch", "pipe", "pipe2", "eventfd2", "sendfile",
	"copy_file_range",
	/* files, within the rules for files */
	"open", "openat", "openat2", "creat", "access", "faccessat", "faccessat2", "stat",
	"stat64", "lstat", "lstat64", "fstat", "fstat64", "newfstatat", "fstatat64", "statx",
	"statfs", "statfs64", "fstatfs", "fstatfs64", "getdents", "getdents64", "readlink",
	"readlinkat", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "unlink",
	"unlinkat", "rmdir", "ftruncate", "ftruncate64", "fallocate", "fsync", "fdatasync",
	"sync_file_range", "flock", "chmod", "fchmod", "fchmodat", "fchown", "fchown32",
	"utimensat", "umask", "getcwd", "chdir", "fadvise64", "fadvise64_64",
	/* waiting and clocks */
	"epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait",
	"epoll_pwait2", "poll", "ppoll", "ppoll_time64", "select", "_newselect", "pselect6",
	"pselect6_time64", "timerfd_create", "timerfd_settime", "timerfd_gettime", "nanosleep",
	"clock_nanosleep", "clock_nanosleep_time64", "clock_gettime", "clock_gettime64",
	"clock_getres", "clock_getres_time64", "gettimeofday", "time", "times",
	/* sockets; which families, is told below */
	"connect", "bind", "getsockname", "getpeername", "setsockopt", "getsockopt", "shutdown",
	"send", "sendto", "sendmsg", "sendmmsg", "recv", "recvfrom", "recvmsg", "recvmmsg",
	"recvmmsg_time64", "socketpair",
	/* who and where we are */
	"getpid", "gettid", "getppid", "getpgrp", "getpgid", "getsid", "getuid", "getuid32",
	"geteuid", "geteuid32", "getgid", "getgid32", "getegid", "getegid32", "getgroups",
	"getgroups32", "uname", "sysinfo", "getrandom", "getrlimit", "ugetrlimit", "getrusage",
	"getcpu"
};

/* What the laboratory's servers need besides. */
static const char *const calls_of_servers[] = { "listen", "accept", "accept4" };

/* Allows a list of calls; says how many this machine knows. */
static int
allow_calls(scmp_filter_ctx filter, const char *const *names, size_t count)
{
	int allowed = 0;

	for (size_t i = 0; i < count; i++) {
		int call = seccomp_syscall_resolve_name(names[i]);

		if (call >= 0 && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0)
			allowed++;
	}
	return allowed;
}

/* Calls with an argument, by its place, that they are allowed with alone. */
static const struct {
	const char *name;
	struct scmp_arg_cmp argument;
} forms_allowed[] = {
	{ "socket", { 0, SCMP_CMP_EQ, AF_INET, 0 } },
	{ "socket", { 0, SCMP_CMP_EQ, AF_INET6, 0 } },
	{ "kill", { 0, SCMP_CMP_MASKED_EQ, UINT32_MAX, 0 } }, /* `suspend` stops our group */
	{ "prlimit64", { 2, SCMP_CMP_EQ, 0, 0 } }, /* to read a limit */
	{ "prctl", { 0, SCMP_CMP_EQ, PR_SET_NAME, 0 } },
};

/* Allows these calls in their forms, and in no other. */
static void
allow_forms(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < sizeof forms_allowed / sizeof *forms_allowed; i++)
		seccomp_rule_add_array(filter, SCMP_ACT_ALLOW,
		    seccomp_syscall_resolve_name(forms_allowed[i].name), 1,
		    &forms_allowed[i].argument);
}

/* Takes all system calls away but those of the tables. */
static void
confine_calls(const struct confine_settings *settings)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int allowed, error;

	if (filter == NULL) {
		log_line("confine", "calls: not in force: no filter could be made");
		return;
	}
	allowed =
	    allow_calls(filter, calls_allowed, sizeof calls_allowed / sizeof *calls_allowed);
	if (settings->listens)
		allowed += allow_calls(filter, calls_of_servers,
		    sizeof calls_of_servers / sizeof *calls_of_servers);
	allow_forms(filter);
	error = seccomp_load(filter);
	if (error == 0)
		log_line("confine", "calls: seccomp, %d system calls and no others%s", allowed,
		    settings->listens ? "" : "; none that listens");
	else
		log_line("confine", "calls: not in force: %s", strerror(-error));
	seccomp_release(filter);
}

#else

/* Built without libseccomp. */
static void
confine_calls(const struct confine_settings *settings)
{
	(void)settings;
	log_line("confine", "calls: not in force: built without libseccomp");
}

#endif

/* True below valgrind, which shares our system calls and needs more of them. */
static bool
is_watched(void)
{
	const char *preloaded = getenv("LD_PRELOAD");

	return preloaded != NULL && strstr(preloaded, "/vgpreload_") != NULL;
}

void
confine(const struct confine_settings *settings)
{
	if (INSTRUMENTED || is_watched()) {
		log_line("confine", "not in force: an instrumented run needs what it forbids");
		return;
	}
	if (settings->as_nobody)
		become_nobody();
	keep_memory();
	drop_privileges();
	confine_files(settings);
	confine_calls(settings);
}

#elif defined(__OpenBSD__)

void
confine(const struct confine_settings *settings)
{
	if (settings->as_nobody)
		become_nobody();
	keep_memory();
	for (size_t i = 0; i < settings->count; i++)
		unveil(settings->places[i].path,
		    settings->places[i].right == CONFINE_WRITE ? "rwc" : "r");
	if (pledge("stdio rpath wpath cpath fattr flock inet tty proc", NULL) == 0)
		log_line("confine", "files by unveil(2), system calls by pledge(2)");
	else
		log_line("confine", "not in force: %s", strerror(errno));
}

#else

void
confine(const struct confine_settings *settings)
{
	if (settings->as_nobody)
		become_nobody();
	keep_memory();
	log_line("confine", "files and system calls: not in force: this system has no means");
}

#endif
