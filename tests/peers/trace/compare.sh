#!/bin/sh
# Inside a network namespace: a root, a top-level domain and zones below it, each on an nsd of its own; the
# root's stand at the addresses of the hints that everybody has. `trace` walks to each name, and `dig +trace`
# does. Prints a line a zone on the way with the servers that are named for it, and one for the answer; ends
# with status 1 when they differ.
#   compare.sh MXSCOPE WORK
set -eu
program=$1 work=$2
export HOME="$work" LC_ALL=C.UTF-8 TERM=dumb
roots='198.41.0.4 170.247.170.2 192.33.4.12 199.7.91.13 192.203.230.10 192.5.5.241 192.112.36.4 198.97.190.53
192.36.148.17 192.58.128.30 193.0.14.129 199.7.83.42 202.12.27.33'
top='192.0.2.2 192.0.2.5' first=192.0.2.3 second=192.0.2.4

# zone NAME FILE: a zone file of what comes on standard input.
zone()
{
	{
		# shellcheck disable=SC2016
		printf '$ORIGIN %s\n$TTL 3600\n@ SOA ns.one.example. nobody.example. 1 3600 600 864000 60\n' "$1"
		cat
	} >"$work/$2.zone"
}

# serve SERVER ADDRESSES ZONE...: an nsd with these zones, each in the file of its first label.
serve()
{
	server=$1 addresses=$2
	shift 2
	{
		printf 'server:\n\tzonesdir: "%s"\n\tdatabase: ""\n\tpidfile: ""\n\tusername: ""\n' "$work"
		printf '\tzonelistfile: "%s/%s.list"\n\txfrdfile: ""\n\tserver-count: 1\n' "$work" "$server"
		# shellcheck disable=SC2086
		printf '\tip-address: %s\n' $addresses
		printf 'remote-control:\n\tcontrol-enable: no\n'
		for name in "$@"; do
			file=${name%%.*}
			printf 'zone:\n\tname: "%s"\n\tzonefile: "%s.zone"\n' "$name" "${file:-root}"
		done
	} >"$work/$server.conf"
	nsd -d -c "$work/$server.conf" >>"$work/log" 2>&1 &
}

ip link set lo up
for address in $roots $top $first $second; do
	ip address add "$address/32" dev lo
done
set -- a b c d e f g h i j k l m
for address in $roots; do
	printf '. NS %s.root-servers.net.\n%s.root-servers.net. A %s\n' "$1" "$1" "$address"
	shift
done >"$work/servers"
# shellcheck disable=SC2086
printf 'example. NS ns1.nic.example.\nexample. NS ns2.nic.example.\nns1.nic.example. A %s\nns2.nic.example. A %s\n' \
    $top | cat "$work/servers" - | zone . root
printf '%s\n' '@ NS ns1.nic' '@ NS ns2.nic' "ns1.nic A ${top% *}" "ns2.nic A ${top#* }" 'one NS ns.one' "ns.one A $first" \
    'two NS ns1.two' 'two NS ns2.two' "ns1.two A $first" "ns2.two A $second" |
    zone example. example
printf '%s\n' '@ NS ns' "ns A $first" '@ MX 10 mx' '@ MX 20 mx.two.example.' "mx A 192.0.2.25" 'deep NS ns.deep' \
    "ns.deep A $second" 'www CNAME mx' | zone one.example. one
printf '%s\n' '@ NS ns1' '@ NS ns2' "ns1 A $first" "ns2 A $second" '@ MX 10 mx' 'mx A 192.0.2.26' | zone two.example. two
printf '%s\n' '@ NS ns' "ns A $second" '@ MX 10 mx' 'mx A 192.0.2.27' 'a.b MX 5 mx' | zone deep.one.example. deep
serve root "$roots" .
serve top "$top" example
serve first $first one.example two.example
serve second $second two.example deep.one.example
for at in 198.41.0.4/. 192.0.2.2/example $first/one.example $second/two.example; do
	address=${at%/*} tries=100
	until drill -Q "@$address" "${at#*/}" SOA >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || { echo "trace: $address does not answer:"; tail "$work/log"; exit 1; }
		sleep 0.1
	done
done
# dig asks the system for the addresses of the servers that it is told
awk '$2 == "A" { name = $1 ~ /[.]$/ ? $1 : $1 "." origin; sub("[.]$", "", name); print $3, name }
    $1 == "$ORIGIN" { origin = $2 }' "$work"/*.zone >"$work/hosts"
mount --bind "$work/hosts" /etc/hosts

# --- the same walk twice -----------------------------------------------------------------------------

# Lines "ZONE COUNT SERVER..." (below the root) in the order of the way, then "answer ...", from either text.
by_dig()
{
	dig +trace +nodnssec @198.41.0.4 "$1" MX | awk -v name="$1." '
		$4 == "NS" { if (!($1 in count)) order[++zones] = $1
			if (!(($1, $5) in seen)) { count[$1]++; hosts[$1] = hosts[$1] "\n" $5 }
			seen[$1, $5] = 1 }
		$1 == name && $4 == "MX" { answer = answer " MX " $5 " " $6 }
		$1 == name && $4 == "CNAME" { answer = answer " CNAME " $5 }
		END { for (i = 1; i <= zones; i++) print order[i], count[order[i]] (order[i] == "." ? "" : hosts[order[i]])
			print "answer" answer }'
}
by_us()
{
	printf 'trace %s MX\nwait\nquit\n' "$1" >"$work/script"
	"$program" --plain --no-history --no-config --no-dnssec --server 192.0.2.2 --script "$work/script" </dev/null | awk '
		/^ [^ ].* servers?$/ { zone = $1 == "." ? "." : $1 "."; print zone, $(NF - 1) }
		/^   [^ ]+ [a-z0-9.-]+ +[0-9.]+ / && zone != "." && !((zone, $2) in seen) { print $2 "."; seen[zone, $2] = 1 }
		/ alias of / { answer = " CNAME " $NF "." }
		$2 == "MX" { answer = answer " MX " $3 " " $4 }
		END { print "answer" answer }'
}

rows=0 differ=0
for name in one.example www.one.example none.one.example two.example mx.two.example \
    deep.one.example a.b.deep.one.example gone.example; do
	by_dig "$name" >"$work/theirs"
	by_us "$name" >"$work/ours"
	rows=$((rows + 1))
	if cmp -s "$work/theirs" "$work/ours"; then
		printf '%-24s = dig +trace: %s\n' "$name" "$(tr '\n' ' ' <"$work/ours")"
	else
		differ=$((differ + 1))
		printf '%-24s DIFFERS from dig +trace:\n' "$name"
		diff "$work/theirs" "$work/ours" || :
	fi
done
echo "trace: $((rows - differ)) of $rows walks from the root are those of dig +trace"
[ $differ -eq 0 ]
