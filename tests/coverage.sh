#!/bin/sh
# Lines and branches that the tests of a build with --coverage ran, room by room.
#   coverage.sh BUILD
# gcov reads what the runs left beside the objects. A branch counts when it was taken at least once; the branches that
# the compiler adds for calls that may end the program are not counted.
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$(dirname "$0")/.."
for room in util dns smtp mail history net lab app cli ui; do
	for data in "$build/$room"/*.gcda; do
		[ -e "$data" ] || continue
		(cd "$work" && gcov -b -o "$build/$room" "$data" 2>/dev/null) |
			awk -v room="$room" -v own="src/$room/$(basename "$data" .gcda).c" '
				/^Creating / { mine = 0 }
				/^File / { mine = index($0, own) > 0 }
				mine && /^Lines executed/ { split($2, a, "[:%]"); lines = a[2] / 100 * $4 }
				mine && /^Lines executed/ { total = $4 }
				mine && /^Taken at least once/ { split($4, a, "[:%]"); print "branches", room, a[2] / 100 * $6, $6 }
				mine && /^Lines executed/ { print "lines", room, lines, total, own }'
	done
done >"$work/counts"
awk -v order="util dns smtp mail history net lab app cli ui" '
	{ hit[$1, $2] += $3; all[$1, $2] += $4 }
	function share(kind, room) { return all[kind, room] ? 100 * hit[kind, room] / all[kind, room] : 0 }
	function row(name, kind1) {
		printf "  %-22s %7d lines %6.1f %%  %7d branches %6.1f %%\n", name, all["lines", kind1], share("lines", kind1), all["branches", kind1], share("branches", kind1)
	}
	END {
		n = split(order, rooms, " ")
		for (i = 1; i <= n; i++) {
			row(rooms[i], rooms[i])
			for (k = 1; k <= 2; k++) {
				kind = k == 1 ? "lines" : "branches"
				hit[kind, "all"] += hit[kind, rooms[i]]
				all[kind, "all"] += all[kind, rooms[i]]
				if (i <= 5) {
					hit[kind, "low"] += hit[kind, rooms[i]]
					all[kind, "low"] += all[kind, rooms[i]]
				}
			}
		}
		row("layers 0 to 2", "low")
		row("all", "all")
	}' "$work/counts"
echo 'the files of layers 0 to 2 with the fewest lines run:'
grep -E '^lines (util|dns|smtp|mail|history) ' "$work/counts" | awk '{ printf "  %5.1f %% of %4d  %s\n", 100 * $3 / $4, $4, $5 }' | sort -n | head -12
