#!/bin/sh
# 500 probes at once of servers that drip their replies: does the interface still answer every key at once,
# and what does it cost?
#   probes.sh MXSCOPE PTY_BENCH CROWD [KEYS]
set -eu
program=$(realpath "$1") bench=$(realpath "$2") crowd=$(realpath "$3") keys=${4:-2000}
work=$(mktemp -d)
cd "$work"
export HOME="$work" XDG_CONFIG_HOME="$work" XDG_STATE_HOME="$work"
mkfifo stop
"$crowd" 50 200 <stop >told &
served=$!
exec 9>stop
trap 'exec 9>&-; wait $served; rm -rf "$work"' EXIT
while [ ! -s told ]; do sleep 0.05; done
read -r dns smtp <told
for n in $(seq 0 49); do
	echo "d$n.crowd.example"
done >names
echo "500 probes at once, a byte every 200 ms from each server: $keys keys, 3 to 15 ms apart"
"$bench" keys "$keys" : "$(printf '\025')" "" "$program" --server "127.0.0.1@$dns" --port "$smtp" \
    --allow-special --no-dnssec --no-history --no-config --timeout 120 --connections 512 @names
exec 9>&-
wait $served
trap 'rm -rf "$work"' EXIT
echo "of the servers: $(tail -1 told)"
