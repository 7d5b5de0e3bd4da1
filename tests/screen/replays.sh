#!/bin/sh
# Every scenario of the laboratory, recorded on a terminal and played back on another: the same screens.
# usage: replays.sh RUNNER PROGRAM
set -u
runner=$1
program=$2
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT

# story NAME: the session with one domain, seen as panes, by its findings and as a map; then its recording, seen the same way
story()
{
	cat <<END
# The recording of $1 shows what the session showed.
size 100x30
file \$DIR/then
lookup $1
wait
focus mx
move down
focus smtp
move down
view findings
screen findings.txt
view findings
view map
screen map.txt
view map
screen panes.txt
quit
end
file \$DIR/now
wait
screen panes-now.txt
view findings
screen findings-now.txt
view findings
view map
screen map-now.txt
quit
end
start --lab --seed 1 --timeout 1 --no-config --no-history --record \$DIR/session --script \$DIR/then
exit 0
start --no-config --no-history --replay \$DIR/session --script \$DIR/now
exit 0
file-same \$DIR/panes.txt \$DIR/panes-now.txt
file-same \$DIR/findings.txt \$DIR/findings-now.txt
file-same \$DIR/map.txt \$DIR/map-now.txt
END
}

"$program" --lab --seed 1 --timeout 1 --no-history --no-config --report=json 2>/dev/null |
	sed -n 's/^{[^{]*"domain":"\([^"]*\)".*/\1/p' >"$out/names"
[ "$(wc -l <"$out/names")" -ge 60 ] || {
	echo "the laboratory has only $(wc -l <"$out/names") scenarios"
	exit 1
}
while read -r name; do
	story "$name" >"$out/$name.test"
done <"$out/names"
"$runner" "$program" "$out"/*.test
