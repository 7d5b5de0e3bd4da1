/*
 * Runs a fuzz target over inputs kept as files: every finding of the past is a plain test.
 *
 *     replay FILE-OR-FOLDER...
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads a whole file; false when it is none. */
static bool
read_file(const char *path, struct buf *out)
{
	char bytes[65536];
	FILE *in = fopen(path, "rb");
	size_t n;

	if (!in)
		return false;
	while ((n = fread(bytes, 1, sizeof bytes, in)) > 0)
		buf_add(out, bytes, n);
	fclose(in);
	return true;
}

/* Feeds one file to the target, in memory of exactly its size; returns 1, 0 when it cannot be read. */
static unsigned
replay_file(const char *path)
{
	struct buf bytes = BUF_INIT;
	uint8_t *exact;
	bool there = read_file(path, &bytes);

	if (there) {
		exact = malloc(bytes.length + !bytes.length);
		if (exact && bytes.length > 0)
			memcpy(exact, bytes.data, bytes.length);
		LLVMFuzzerTestOneInput(exact, bytes.length);
		free(exact);
	}
	buf_clear(&bytes);
	return there;
}

/* Feeds every file of a folder; returns how many. */
static unsigned
replay_folder(DIR *folder, const char *path)
{
	struct dirent *entry;
	unsigned count = 0;

	while ((entry = readdir(folder))) {
		struct buf name = BUF_INIT;

		buf_addf(&name, "%s/%s", path, entry->d_name);
		if (entry->d_name[0] != '.')
			count += replay_file(buf_text(&name));
		buf_clear(&name);
	}
	closedir(folder);
	return count;
}

int
main(int argc, char *argv[])
{
	unsigned count = 0;

	for (int i = 1; i < argc; i++) {
		DIR *folder = opendir(argv[i]);

		count += folder ? replay_folder(folder, argv[i]) : replay_file(argv[i]);
	}
	printf("%s: %u inputs replayed\n",
	    strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0], count);
	return count == 0;
}
