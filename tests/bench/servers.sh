# The servers of a bench of the DNS: an nsd with a zone of mail domains, an unbound before it. To be
# sourced, with $program, $engine (resolve_bench), $measure, $cache, $rounds and $names set; it goes on
# in a network namespace of its own where that is allowed. A file of this shell: it runs nothing by itself.

# The servers, and the libraries that they bring.
nsd=${NSD:-$(command -v nsd || true)} unbound=${UNBOUND:-$(command -v unbound || true)}
if [ -z "$nsd" ] || [ -z "$unbound" ]; then
	why=$(sh "$here/../peers/fetch.sh" "$cache" nsd unbound) || {
		echo "skipped: $why"
		exit 0
	}
	nsd=$cache/roots/nsd/usr/sbin/nsd unbound=$cache/roots/unbound/usr/sbin/unbound
	LD_LIBRARY_PATH=$(find "$cache/roots" -type d -path '*/usr/lib/*-linux-gnu' | tr '\n' ':')
	export LD_LIBRARY_PATH
fi
export NSD="$nsd" UNBOUND="$unbound"

# Once more, inside a namespace in which port 53 is ours (adnshost knows no other).
if [ -z "${BULK_PORT:-}" ]; then
	BULK_PORT=5399
	export BULK_PORT
	spaces=--net
	[ "$(id -u)" -eq 0 ] || spaces='--user --map-root-user --net'
	# shellcheck disable=SC2086
	if unshare $spaces ip link set lo up 2>/dev/null; then
		BULK_PORT=53
		exec unshare $spaces sh -c 'ip link set lo up; exec sh "$@"' - \
		    "$here/$(basename "$0")" "$program" "$engine" "$measure" "$cache" "$rounds" "$names"
	fi
fi
port=$BULK_PORT
work=$(mktemp -d)
massdns=${MASSDNS:-$(command -v massdns || true)}
servers=

# Ends the servers of this run.
stop_servers()
{
	for pid in $servers; do
		kill "$pid" 2>/dev/null || true
	done
	wait 2>/dev/null || true
	servers=
}
trap 'stop_servers; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Servers run on one core and clients on another, where there are two; before all else on the machine
# where that is allowed, for other work would be measured with them; unless nice was asked for.
on_server= on_client=
if [ "$(nproc)" -gt 1 ] && command -v taskset >/dev/null; then
	on_server='taskset -c 1' on_client='taskset -c 0'
fi
if [ "$(nice)" -eq 0 ] && chrt -r 5 true 2>/dev/null; then
	on_server="chrt -r 5 $on_server" on_client="chrt -r 5 $on_client"
fi

# A zone of so many mail domains, the questions about them, and the same names without types.
awk -v n="$names" -v work="$work" 'BEGIN {
	zone = work "/bench.zone"
	print "$ORIGIN bench.test.\n$TTL 3600\n@ SOA ns admin 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1" >zone
	for (i = 0; i < n; i++) {
		printf "d%d MX 10 mx1.d%d\nd%d MX 20 mx2.d%d\nd%d A 192.0.2.%d\nmx1.d%d A 198.51.100.%d\nmx2.d%d A 203.0.113.%d\n",
		    i, i, i, i, i, i % 250, i, i % 250, i, i % 250 >zone
		printf "d%d.bench.test MX\nmx1.d%d.bench.test A\nmx2.d%d.bench.test A\n", i, i, i >(work "/questions")
		printf "d%d.bench.test\nmx1.d%d.bench.test\nmx2.d%d.bench.test\n", i, i, i >(work "/names")
		printf "d%d.bench.test\n", i >(work "/domains")
	}
}'
sed 's/ .*/ A/' "$work/questions" >"$work/addresses"
head -3000 "$work/addresses" >"$work/some"
head -3000 "$work/names" >"$work/some-names"
head -1 "$work/questions" >"$work/one"
count=$((3 * names))

cat >"$work/nsd.conf" <<END
server:
	ip-address: 127.0.0.1@$port
	username: ""
	chroot: ""
	zonesdir: "$work"
	pidfile: "$work/nsd.pid"
	database: ""
	logfile: "$work/nsd.log"
	xfrdfile: ""
	zonelistfile: "$work/nsd.zones"
	server-count: 1
	receive-buffer-size: 4194304
	rrl-ratelimit: 0
remote-control:
	control-enable: no
zone:
	name: bench.test
	zonefile: bench.zone
END
cat >"$work/unbound.conf" <<END
server:
	interface: 127.0.0.2@$port
	chroot: ""
	username: ""
	directory: "$work"
	pidfile: "$work/unbound.pid"
	use-syslog: no
	logfile: "$work/unbound.log"
	do-not-query-localhost: no
	module-config: "iterator"
	num-threads: 1
	so-rcvbuf: 4m
	num-queries-per-thread: 4096
	outgoing-range: 8192
	msg-cache-size: 256m
	rrset-cache-size: 256m
	access-control: 127.0.0.0/8 allow
	local-zone: "test." nodefault
remote-control:
	control-enable: no
stub-zone:
	name: bench.test
	stub-addr: 127.0.0.1@$port
END

# await ADDRESS: until it answers.
await()
{
	tries=0
	until "$engine" "$1@$port" 1 "$work/one" | grep -q 'answered 1 of 1'; do
		tries=$((tries + 1))
		if [ "$tries" -gt 2000 ]; then
			echo "skipped: no server answers at $1@$port"
			exit 0
		fi
	done
}

start_nsd()
{
	$on_server "$nsd" -d -c "$work/nsd.conf" >/dev/null 2>&1 &
	servers="$servers $!"
	await 127.0.0.1
}

start_unbound()
{
	$on_server "$unbound" -d -c "$work/unbound.conf" >/dev/null 2>&1 &
	resolver=$!
	servers="$servers $resolver"
	await 127.0.0.2
}

# A cold cache is one of a new process.
restart_unbound()
{
	kill "$resolver"
	wait "$resolver" 2>/dev/null || true
	start_unbound
}

# row NAME COUNT FILE COMMAND...: measures it, adds "NAME RATE USER SYSTEM RSS" to the rows.
row()
{
	name=$1 questions=$2 input=$3
	shift 3
	# shellcheck disable=SC2086
	status=0
	figures=$("$measure" "$questions" $on_client "$@" <"$input") || status=$?
	if [ "$status" -lt 64 ]; then
		echo "$name $figures" >>"$work/rows"
	else
		echo "  $name ended with status $status"
	fi
}

