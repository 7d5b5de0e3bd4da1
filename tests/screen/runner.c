/*
 * Screen stories: the real program on a real pseudo-terminal, keys in, a screen out.
 *
 *     runner PROGRAM STORY...
 *
 * A story is a text file, a command a line, words apart by blanks; "..." holds blanks together and
 * knows \" \\ \n \r \e \xNN. $DIR in a word is the story's own folder, which is also HOME, the XDG
 * folders and the working directory, $NAME the value that `each` gives NAME. `#` begins a comment. `runner` alone prints the commands. At
 * a story's end no stray byte may have reached the terminal (stray.h), and a program that has
 * ended must have restored it. Nothing sleeps: expectations come true or run out of patience
 * (MXSCOPE_PATIENCE seconds, 10).
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/mem.h"
#include "story.h"

/* Prints the screen, framed, for whoever reads the failure. */
static void
print_screen(const struct terminal *t)
{
	struct buf row = BUF_INIT;

	for (int i = 0; i < terminal_rows(t); i++) {
		terminal_row(t, i, &row);
		printf("  |%s\n", buf_text(&row));
	}
	buf_clear(&row);
}

void
story_fail(struct story *s, const char *format, ...)
{
	va_list arguments;

	if (s->failed)
		return;
	s->failed = true;
	printf("%s:%u: ", s->file, s->line);
	if (s->each.name)
		printf("%s=%s: ", s->each.name, s->each.values[s->each.next - 1]);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	if (s->terminal)
		print_screen(s->terminal);
}

void
story_set(struct story *s, const char *name, const char *value)
{
	size_t length = strlen(name);
	struct buf entry = BUF_INIT;
	int i = 0;

	while (s->environment[i] &&
	    (strncmp(s->environment[i], name, length) != 0 || s->environment[i][length] != '='))
		i++;
	if (!value) {
		free(s->environment[i]);
		for (; s->environment[i]; i++)
			s->environment[i] = s->environment[i + 1];
		return;
	}
	if (i >= STORY_ENVIRONMENT - 1) {
		story_fail(s, "too many variables");
		return;
	}
	buf_addf(&entry, "%s=%s", name, value);
	free(s->environment[i]);
	s->environment[i] = buf_take(&entry);
}

/* The environment every story starts with: nothing of the user's. */
static void
plain_environment(struct story *s)
{
	static const char *const kept[] = { "PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS",
		"LSAN_OPTIONS" };

	story_set(s, "HOME", s->folder);
	story_set(s, "XDG_CONFIG_HOME", s->folder);
	story_set(s, "XDG_STATE_HOME", s->folder);
	story_set(s, "TERM", "xterm-256color");
	story_set(s, "LC_ALL", "C.UTF-8");
	story_set(s, "TZ", "UTC");
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (getenv(kept[i]))
			story_set(s, kept[i], getenv(kept[i]));
}

/* Appends one escaped character of a quoted word; returns what is behind it. */
static const char *
unescape(struct buf *word, const char *at)
{
	char digits[3] = "";

	switch (*at) {
	case 'n':
		buf_addc(word, '\n');
		return at + 1;
	case 'r':
		buf_addc(word, '\r');
		return at + 1;
	case 'e':
		buf_addc(word, '\033');
		return at + 1;
	case 'x':
		memcpy(digits, at + 1, strnlen(at + 1, 2));
		buf_addc(word, (char)strtol(digits, NULL, 16));
		return at + 1 + strlen(digits);
	case '\0':
		return at;
	default:
		buf_addc(word, *at);
		return at + 1;
	}
}

/* The value of the variable that stands here: $DIR, or the one of `each`. NULL when none does. */
static const char *
variable(const struct story *s, const char *at, size_t *length)
{
	const char *name = s->each.name;

	*length = strlen("$DIR");
	if (strncmp(at, "$DIR", *length) == 0)
		return s->folder;
	if (*at != '$' || name == NULL || strncmp(at + 1, name, strlen(name)) != 0)
		return NULL;
	*length = 1 + strlen(name);
	return s->each.values[s->each.next - 1];
}

/* Takes the word at the line's start, variables replaced; returns what is behind it. */
static const char *
take_word(const struct story *s, const char *at, struct buf *word)
{
	bool quoted = *at == '"';

	for (at += quoted; *at && (quoted ? *at != '"' : !isspace((unsigned char)*at));) {
		size_t length;
		const char *value = variable(s, at, &length);

		if (quoted && *at == '\\')
			at = unescape(word, at + 1);
		else if (value != NULL) {
			buf_adds(word, value);
			at += length;
		} else
			buf_addc(word, *at++);
	}
	return at + (quoted && *at == '"');
}

/* Parts a line into words, which the caller frees; returns how many. */
static int
split(const struct story *s, const char *at, char *words[STORY_WORDS])
{
	int count = 0;

	for (;;) {
		struct buf word = BUF_INIT;

		while (isspace((unsigned char)*at))
			at++;
		if (*at == '\0' || *at == '#' || count == STORY_WORDS)
			return count;
		at = take_word(s, at, &word);
		words[count++] = buf_take(&word);
	}
}

/* Carries out one line. */
static void
play_line(struct story *s, const char *line)
{
	char *words[STORY_WORDS];
	int count = split(s, line, words);
	const struct story_command *command;

	if (count > 0) {
		command = story_command_find(words[0]);
		if (!command)
			story_fail(s, "no command is called \"%s\"", words[0]);
		else if (count - 1 < command->least || count - 1 > command->most)
			story_fail(s, "%s %s", command->name, command->help);
		else
			command->run(s, count - 1, words);
	}
	while (count > 0)
		free(words[--count]);
}

/* What must hold at every story's end. */
static void
check_end(struct story *s)
{
	int number;

	if (!s->terminal || s->failed)
		return;
	while (terminal_read(s->terminal, 0))
		;
	if (terminal_stray(s->terminal)[0])
		story_fail(s, "stray output: %s", terminal_stray(s->terminal));
	if (terminal_state(s->terminal, &number) == TERMINAL_EXITED &&
	    terminal_not_restored(s->terminal))
		story_fail(s, "left behind: %s", terminal_not_restored(s->terminal));
}

/* Plays the lines up to the end of the file. */
static void
play_lines(struct story *s)
{
	char line[4096];

	while (!s->failed && fgets(line, sizeof line, s->input)) {
		s->line++;
		play_line(s, line);
	}
	check_end(s);
	terminal_free(s->terminal);
	s->terminal = NULL;
}

/* Tells what is behind `each` once more with every other value, on a terminal of its own. */
static void
play_again(struct story *s)
{
	while (!s->failed && s->each.next < s->each.count) {
		story_set(s, s->each.name, s->each.values[s->each.next++]);
		fseek(s->input, s->each.begin, SEEK_SET);
		s->line = s->each.line;
		play_lines(s);
	}
	for (int i = 0; i < s->each.count; i++)
		free(s->each.values[i]);
	free(s->each.values);
	free(s->each.name);
}

/* Removes a folder of files (and of folders of files). */
static void
remove_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		struct buf name = BUF_INIT;

		buf_addf(&name, "%s/%s", path, entry->d_name);
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    unlink(buf_text(&name)) < 0)
			remove_folder(buf_text(&name));
		buf_clear(&name);
	}
	if (folder)
		closedir(folder);
	rmdir(path);
}

/* Plays one story; true when it came out as told. */
static bool
play(const char *program, const char *file)
{
	struct story s = { .program = program,
		.file = file,
		.rows = 24,
		.columns = 80,
		.folder = "/tmp/mxscope-story-XXXXXX" };
	const char *patience = getenv("MXSCOPE_PATIENCE");
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	s.patience_us = (patience ? atol(patience) : 10) * INT64_C(1000000);
	s.input = fopen(file, "r");
	if (!s.input || !mkdtemp(s.folder) || chdir(s.folder) < 0) {
		perror(file);
		return false;
	}
	plain_environment(&s);
	play_lines(&s);
	play_again(&s);
	fclose(s.input);
	for (int i = 0; s.environment[i]; i++)
		free(s.environment[i]);
	remove_folder(s.folder);
	if (fchdir(here) < 0)
		perror("back to the first folder");
	close(here);
	return !s.failed;
}

int
main(int argc, char *argv[])
{
	char *program = argc > 1 ? realpath(argv[1], NULL) : NULL;
	int failed = 0;

	if (argc < 3 || !program) {
		printf("usage: runner PROGRAM STORY...\nCommands of a story:\n");
		story_commands_print();
		return 64;
	}
	for (int i = 2; i < argc; i++)
		if (!play(program, argv[i]))
			failed++;
	printf("%d screen stories passed, %d failed\n", argc - 2 - failed, failed);
	free(program);
	return failed > 0;
}
