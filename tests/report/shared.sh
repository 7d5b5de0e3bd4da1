#!/bin/sh
# Many domains whose mail goes to a few exchanges: a report visits each address once, and the servers say so.
#   shared.sh MXSCOPE CROWD [DOMAINS [EXCHANGES]]
set -eu
program=$1 crowd=$2 domains=${3:-1000} exchanges=${4:-50}
work=$(mktemp -d)
mkfifo "$work/stop"
"$crowd" "$domains" 1 "$exchanges" <"$work/stop" >"$work/told" &
served=$!
exec 9>"$work/stop"
trap 'exec 9>&-; wait $served; rm -rf "$work"' EXIT
# the ports come as soon as the servers listen
while [ ! -s "$work/told" ]; do kill -0 $served; done
read -r dns smtp <"$work/told"
i=0
while [ $i -lt "$domains" ]; do
	echo "d$i.crowd.example"
	i=$((i + 1))
done >"$work/names"
"$program" --report=json --server "127.0.0.1@$dns" --port "$smtp" --allow-special --no-dnssec --no-history \
	"@$work/names" >"$work/report" 2>"$work/err" || :
exec 9>&-
wait $served
trap 'rm -rf "$work"' EXIT
accepted=$(sed -n 's/.*accepted //p' "$work/told")
probed=$(jq -r '.exchanges[].addresses[].probe.outcome' "$work/report" | grep -c accepting)
[ "$(wc -l <"$work/report")" -eq "$domains" ] || { echo "FAIL $(wc -l <"$work/report") names told of"; exit 1; }
[ "$probed" -eq $((domains * 2)) ] || { echo "FAIL $probed probes told of"; exit 1; }
[ "$accepted" -eq "$exchanges" ] || { echo "FAIL $accepted connections to $exchanges addresses"; exit 1; }
echo "shared exchanges: $domains names, $probed probes told of, $accepted connections to $exchanges addresses"
