/*
 * From options to the files within reach. A report is told everything on its command line, so what it does not
 * name it never needs. In the interface `save`, `record`, `screen`, `source`, `theme`, `lesson` and `replay` take any
 * path: there the rule is turned round, and what belongs to the system is left out: programs, /etc, /var,
 * devices, /proc and /sys can be neither read nor written, but for the few files named here.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"

#include "cli/paths.h"
#include "cli/reach.h"

/* What the program and its libraries read of the system. */
static const char *const system_files[] = { "/usr/share", "/usr/local/share", "/usr/lib",
	"/usr/lib64", "/usr/local/lib", "/usr/local/ssl", "/lib", "/lib64", "/etc/ssl",
	"/etc/pki", "/etc/ca-certificates", "/etc/resolv.conf", "/run/systemd/resolve",
	"/run/resolvconf", "/run/NetworkManager/resolv.conf", "/etc/hosts", "/etc/terminfo",
	"/lib/terminfo", "/etc/localtime", "/etc/locale.alias", "/etc/nsswitch.conf",
	"/etc/passwd", "/etc/gai.conf", "/etc/ld.so.cache", "/etc/ld.so.preload",
	"/etc/unbound/root.key", "/var/lib/unbound/root.key", "/etc/mxscope", "/dev/urandom",
	"/dev/random", "/proc/self", "/proc/sys/vm/overcommit_memory",
	"/sys/devices/system/cpu" };

/* Terminals and the sink. */
static const char *const devices[] = { "/dev/null", "/dev/tty", "/dev/ptmx", "/dev/pts",
	"/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/fd", "/dev/console" };

/* Folders at the root of the file system that no command may name a file in. */
static const char *const system_folders[] = { "bin", "boot", "dev", "etc", "lib", "lib32",
	"lib64", "libx32", "lost+found", "nix", "proc", "root", "run", "sbin", "snap", "sys",
	"usr", "var", ".", ".." };

/* Where temporary files are made, SQLite's among them. */
static const char *const temporary_folders[] = { "/tmp", "/var/tmp" };

/* Adds a list of paths. */
static void
add_all(struct confine_settings *settings, const char *const *paths, size_t count,
    enum confine_right right)
{
	for (size_t i = 0; i < count; i++)
		confine_add(settings, paths[i], right);
}

/* Adds the folder that a file is in, for writing: files beside it are made and renamed. */
static void
add_folder_of(struct confine_settings *settings, const char *path)
{
	const char *slash = path == NULL ? NULL : strrchr(path, '/');
	char *folder;

	if (path == NULL)
		return;
	folder = slash == NULL ? mem_strdup(".") : mem_strndup(path, (size_t)(slash - path));
	confine_add(settings, *folder == '\0' ? "/" : folder, CONFINE_WRITE);
	free(folder);
}

/* Adds the folder of a file that the program keeps, by a path that is freed. */
static void
add_own(struct confine_settings *settings, char *path)
{
	add_folder_of(settings, path);
	free(path);
}

static void
add_temporary(struct confine_settings *settings)
{
	confine_add(settings, getenv("TMPDIR"), CONFINE_WRITE);
	confine_add(settings, getenv("SQLITE_TMPDIR"), CONFINE_WRITE);
	add_all(settings, temporary_folders,
	    sizeof temporary_folders / sizeof *temporary_folders, CONFINE_WRITE);
}

/* Adds the files that the command line and the environment name. */
static void
add_named(struct confine_settings *settings, const struct options *options)
{
	const char *const read[] = { options->replay, options->resume, options->expect,
		options->trust_anchor, options->ca_file, options->theme, options->config,
		options->script, getenv("MXSCOPE_CONFIG"), getenv("SSL_CERT_FILE"),
		getenv("SSL_CERT_DIR"), getenv("TERMINFO"), getenv("EDITRC") };

	add_all(settings, read, sizeof read / sizeof *read, CONFINE_READ);
	for (int i = 0; i < options->name_count; i++) {
		if (options->names[i][0] == '@')
			confine_add(settings, options->names[i] + 1, CONFINE_READ);
	}
	add_folder_of(settings, options->record);
	add_folder_of(settings, options->history);
	if (options->history != NULL)
		add_temporary(settings);
}

/* True for a name at the root that is not the system's. */
static bool
is_open_folder(const char *name)
{
	for (size_t i = 0; i < sizeof system_folders / sizeof *system_folders; i++) {
		if (strcmp(name, system_folders[i]) == 0)
			return false;
	}
	return true;
}

/* Adds the folders at the root of the file system that people keep their things in. */
static void
add_open_folders(struct confine_settings *settings)
{
	DIR *root = opendir("/");
	const struct dirent *entry;
	struct buf path = BUF_INIT;

	while (root != NULL && (entry = readdir(root)) != NULL) {
		if (!is_open_folder(entry->d_name))
			continue;
		path.length = 0;
		buf_addf(&path, "/%s", entry->d_name);
		confine_add(settings, buf_text(&path), CONFINE_WRITE);
	}
	if (root != NULL)
		closedir(root);
	buf_clear(&path);
}

/* Adds a folder and all below it, unless it is the root, which would be everything. */
static void
add_below_root(struct confine_settings *settings, const char *path)
{
	if (path != NULL && strcmp(path, "/") != 0)
		confine_add(settings, path, CONFINE_WRITE);
}

/* Adds what commands of the interface may name. */
static void
add_for_commands(struct confine_settings *settings)
{
	char here[4096];

	add_below_root(settings, getenv("HOME"));
	add_below_root(settings, getcwd(here, sizeof here));
	add_own(settings, paths_state("history.db"));
	add_own(settings, paths_config("config"));
	add_open_folders(settings);
	add_temporary(settings);
}

/* True when nothing on the command line names a file: then nothing needs root's files. */
static bool
names_no_file(const struct options *options)
{
	for (int i = 0; i < options->name_count; i++) {
		if (options->names[i][0] == '@' && strcmp(options->names[i], "@-") != 0)
			return false;
	}
	return options->record == NULL && options->replay == NULL && options->resume == NULL &&
	    options->expect == NULL && options->history == NULL && options->ca_file == NULL &&
	    options->trust_anchor == NULL && getenv("SSL_CERT_FILE") == NULL &&
	    getenv("SSL_CERT_DIR") == NULL;
}

void
reach_of(struct confine_settings *settings, const struct options *options)
{
	*settings = (struct confine_settings){
		.listens = options->lab || options->mode == RUN_INTERFACE,
		.as_nobody = options->mode == RUN_REPORT && names_no_file(options),
	};
	add_all(
	    settings, system_files, sizeof system_files / sizeof *system_files, CONFINE_READ);
	add_all(settings, devices, sizeof devices / sizeof *devices, CONFINE_WRITE);
	add_named(settings, options);
	if (options->mode == RUN_INTERFACE)
		add_for_commands(settings);
}
