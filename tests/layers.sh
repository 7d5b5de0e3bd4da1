#!/bin/sh
# Proves the house: a folder is a layer, and a permission.
#   layers.sh BUILD
# Two looks. At the sources: which rooms a file includes, and which third-party headers. At the objects
# below BUILD: which symbols of libevent, OpenSSL, ncurses, libedit, the sockets and the clocks
# they lean on, whatever the includes say. Prints one line a trespass; exit status 1 when there is one.
set -euf
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

# Who may include whom: a file of the room (or one file of it), and the rooms it may look into.
cat >"$work/rooms" <<'END'
util     util
dns      util dns
smtp     util smtp
mail     util dns smtp mail
history  util dns smtp mail history
net      util dns smtp net
lab      util dns smtp mail net lab
app      util dns smtp mail history app
app/engine  util dns smtp mail history net lab app
app/loop    util dns smtp mail history net lab app
cli      util dns smtp mail history app cli
ui       util dns smtp mail history app cli ui
main     util dns smtp mail history net lab app cli ui
END

# Third-party doors: header (as a pattern), library (as a pattern), and the objects that may use it.
cat >"$work/doors" <<'END'
ldns/        libldns              dns/message dns/zone dns/crypto
idn2         libidn2              dns/idn
sqlite3      libsqlite3           history/database history/database_*
event2/      libevent             net/* lab/* app/loop app/loop_* app/engine app/writer app/file_watch
openssl/     libssl|libcrypto     net/tls net/tls_* net/certificate lab/certificate lab/mailserver lab/zone_signer
jansson      libjansson           app/report_json app/report_json_* history/snapshot
histedit     libedit              cli/editor cli/editor_*
seccomp      libseccomp           util/confine
n?curses|term\.h  libncurses|libtinfo  ui/tty
END

# What the C library offers besides and only these rooms may use.
cat >"$work/system" <<'END'
sockets  net/* lab/*  socket connect bind listen accept accept4 send sendto sendmsg sendmmsg recv recvfrom recvmsg recvmmsg getaddrinfo getnameinfo gethostbyname setsockopt getsockopt getsockname getpeername shutdown
clocks   app/loop net/clock history/store main  clock_gettime gettimeofday time nanosleep clock_nanosleep sleep usleep alarm setitimer timer_create timerfd_create
waiting  app/loop app/writer history/store cli/editor* ui/tty_modes  poll ppoll select pselect epoll_wait epoll_create1
END

# --- the sources ---
find src include -name '*.[ch]' | xargs grep -nE '^[[:space:]]*#[[:space:]]*include' |
    sed -E 's/^([^:]*):([0-9]+):[^"<]*(["<][^">]*[">]).*/\1 \2 \3/' >"$work/includes"

awk -v rooms="$work/rooms" -v doors="$work/doors" '
# The permission row of a file: its own (stem or stem_*), else its room.
function row_of(stem,   room, key) {
	room = stem
	sub("/.*", "", room)
	for (key in may)
		if (index(key, "/") && (stem == key || index(stem, key "_") == 1))
			return key
	return room
}
# Is this stem among the words (each may end in a star)?
function among(stem, words,   n, i, list, word) {
	n = split(words, list, " ")
	for (i = 1; i <= n; i++) {
		word = list[i]
		if (stem == word)
			return 1
		if (word ~ /\*$/ && index(stem, substr(word, 1, length(word) - 1)) == 1)
			return 1
	}
	return 0
}
BEGIN {
	while ((getline line < rooms) > 0) {
		split(line, field, " ")
		key = field[1]
		sub("^[^ ]* *", "", line)
		may[key] = " " line " "
	}
	while ((getline line < doors) > 0) {
		split(line, field, " ")
		pattern[++door_count] = field[1]
		sub("^[^ ]* *[^ ]* *", "", line)
		allowed[door_count] = line
	}
}
{
	stem = $1
	sub("^(src|include)/", "", stem)
	sub("\\.[ch]$", "", stem)
	name = substr($3, 2, length($3) - 2)
	if ($3 ~ /^"/) {
		target = name
		sub("/.*", "", target)
		if (name ~ /\// && index(may[row_of(stem)], " " target " ") == 0) {
			print $1 ":" $2 ": may not include " name
			bad = 1
		}
		next
	}
	for (i = 1; i <= door_count; i++)
		if (name ~ "^(" pattern[i] ")" && !among(stem, allowed[i])) {
			print $1 ":" $2 ": <" name "> is for " allowed[i] " only"
			bad = 1
		}
}
END { exit bad }' "$work/includes" || bad=1

# --- the objects ---
# An object whose source is gone is left over from an older tree.
objects=$(cd "$build" && find util dns smtp mail history net lab app cli ui main.o -name '*.o' 2>/dev/null |
    while read -r object; do [ -e "$OLDPWD/src/${object%.o}.c" ] && echo "$object"; done || :)
[ -n "$objects" ] || { echo "layers: no objects below $build: build first"; exit 1; }
for object in $objects; do
	nm -u "$build/$object" | awk -v stem="${object%.o}" '{ sub("@.*", "", $2); print stem, $2 }'
done >"$work/undefined"
for object in $objects; do
	nm --defined-only -g "$build/$object" 2>/dev/null | awk 'NF == 3 { print $3 }'
done | sort -u >"$work/ours"

# Every symbol that one of the libraries offers, with the objects that may use it.
ldd "$build/mxscope" | awk '$3 ~ "^/" { print $3 }' >"$work/libraries"
{
	while read -r _ library allowed; do
		for file in $(grep -E "/($library)[-._0-9a-z]*\.so" "$work/libraries" || :); do
			nm -D --defined-only "$file" | awk -v library="$(basename "$file")" -v allowed="$allowed" '
				NF == 3 && $2 ~ /[TWBDRV]/ {
					sub("@.*", "", $3)
					if ($3 !~ /^_/)
						print $3, library, allowed
				}'
		done
	done <"$work/doors"
	while read -r kind rest; do
		# shellcheck disable=SC2086
		set -- $rest
		allowed=
		while case $1 in */* | main) true ;; *) false ;; esac do
			allowed="$allowed $1"
			shift
		done
		for symbol in "$@"; do
			echo "$symbol $kind$allowed"
		done
	done <"$work/system"
} >"$work/offered"

awk -v ours="$work/ours" -v offered="$work/offered" '
function among(stem, words,   n, i, list, word) {
	n = split(words, list, " ")
	for (i = 1; i <= n; i++) {
		word = list[i]
		if (stem == word)
			return 1
		if (word ~ /\*$/ && index(stem, substr(word, 1, length(word) - 1)) == 1)
			return 1
	}
	return 0
}
BEGIN {
	while ((getline line < ours) > 0)
		own[line] = 1
	while ((getline line < offered) > 0) {
		split(line, field, " ")
		if (field[1] in own)
			continue
		from[field[1]] = field[2]
		sub("^[^ ]* *[^ ]* *", "", line)
		allowed[field[1]] = line
	}
}
($2 in from) && !among($1, allowed[$2]) {
	print $1 ".o: uses " $2 " (" from[$2] "), which is for " allowed[$2] " only"
	bad = 1
}
END { exit bad }' "$work/undefined" || bad=1

[ -z "${bad:-}" ] || exit 1
echo "layers: $(wc -l <"$work/includes") includes and $(wc -l <"$work/undefined") symbols of $(echo "$objects" | wc -l) objects keep to their rooms"
