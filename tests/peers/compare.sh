#!/bin/sh
# Inside the peers' world: one report of mxscope over all its domains, and beside every fact what
# another program says of the same server: drill of the DNS, posttls-finger and swaks of the mail
# servers. Prints a table, a row a fact; exit status 1 when a row differs.
#   compare.sh MXSCOPE
set -eu
program=$1
work=/etc/peers/compare
mkdir -p $work
export MAIL_CONFIG=/etc/peers LC_ALL=C HOME=$work
resolver=198.51.100.54
report=$work/report.json
rows=0 differ=0

domains='post.example exim.example open.example expired.example self.example wrong.example
plain.example older.example stranger.example refuses.example broken.example all.example
equal.example down.example implicit.example null.example nomail.example gone.example
alias.example holds.example many.example'

# row SUBJECT FACT OURS TOOL THEIRS: one line of the table.
row()
{
	rows=$((rows + 1))
	if [ "$3" = "$5" ]; then
		printf '%-18s %-16s %-44s = %s\n' "$1" "$2" "$3" "$4"
	else
		differ=$((differ + 1))
		printf '%-18s %-16s %-44s DIFFERS: %s says %s\n' "$1" "$2" "$3" "$4" "$5"
	fi
}

# ours DOMAIN FILTER: what mxscope reported.
ours()
{
	jq -r --arg name "$1" "select(.name == \$name) | $2" $report
}

# --- DNS: drill asks the same resolver, over TCP as soon as the answer is cut ---------------

# ask NAME TYPE: drill's whole answer, in a file.
ask()
{
	drill "@$resolver" "$1" "$2" >$work/drill
	if grep -q '^;; flags:.* tc ' $work/drill; then
		drill -t "@$resolver" "$1" "$2" >$work/drill
	fi
}

# records TYPE: the answer section's records of this type, "OWNER TTL RDATA".
records()
{
	awk -v type="$1" '
		/^;; ANSWER SECTION/ { inside = 1; next }
		/^;;/ { inside = 0 }
		inside && $4 == type { print $1, $2, $5, $6 }' $work/drill
}

# outcome TYPE: answer, nodata or nxdomain, as the header and the answer section tell.
outcome()
{
	case $(sed -n 's/.*rcode: \([A-Z]*\),.*/\1/p' $work/drill) in
	NXDOMAIN) echo nxdomain ;;
	NOERROR) if [ -n "$(records "$1")" ]; then echo answer; else echo nodata; fi ;;
	*) echo other ;;
	esac
}

# addresses TYPE: "ADDRESS TTL"; behind an alias the shortest TTL of the chain counts.
addresses()
{
	{ records CNAME; records "$1"; } | awk '
		!shortest || $2 < shortest { shortest = $2 }
		$3 !~ /\.$/ { print $3, shortest < $2 ? shortest : $2 }'
}

# The MX records of a domain: outcome, TTL, exchanges with their preferences in delivery order.
compare_mx()
{
	ask "$1" MX
	row "$1" 'MX outcome' "$(ours "$1" .mx.outcome)" drill "$(outcome MX)"
	[ "$(outcome MX)" = answer ] || return 0
	row "$1" 'MX TTL' "$(ours "$1" .mx.ttl)" drill "$(records MX | awk 'NR == 1 { print $2 }')"
	[ "$(records MX | awk '{ print $4 }')" != . ] || {
		row "$1" 'MX kind' "$(ours "$1" .mx.kind)" drill null
		return 0
	}
	row "$1" 'preferences' "$(ours "$1" '[.exchanges[].preference | tostring] | join(" ")')" drill \
	    "$(records MX | awk '{ print $3 }' | sort -n | paste -sd ' ' -)"
	records MX | awk '{ sub("\\.$", "", $4); print $3, $4 }' | sort -n -k 1,1 -k 2,2 >$work/theirs
	ours "$1" '.exchanges | sort_by(.preference, .exchange)[] | "\(.preference) \(.exchange)"' >$work/ours
	if cmp -s $work/ours $work/theirs; then
		row "$1" exchanges "$(wc -l <$work/ours) records" drill "$(wc -l <$work/theirs) records"
	else
		row "$1" exchanges "$(paste -sd ';' $work/ours)" drill "$(paste -sd ';' $work/theirs)"
	fi
}

# The addresses of one exchange: outcome, alias, and every address with its TTL.
compare_addresses()
{
	domain=$1 exchange=$2
	here=".exchanges[] | select(.exchange == \"$exchange\")"
	ask "$exchange" A
	a=$(outcome A)
	addresses A >$work/theirs
	alias=$(records CNAME | awk 'NR == 1 { sub("\\.$", "", $3); print $3 }')
	ask "$exchange" AAAA
	addresses AAAA >>$work/theirs
	if [ -s $work/theirs ]; then a=answer; fi
	row "$exchange" 'address outcome' "$(ours "$domain" "$here | .outcome")" drill "$a"
	row "$exchange" 'addresses, TTLs' \
	    "$(ours "$domain" "$here | .addresses[] | \"\\(.address) \\(.ttl)\"" | sort | paste -sd, -)" \
	    drill "$(sort $work/theirs | paste -sd, -)"
	[ -z "$alias" ] ||
	    row "$exchange" alias "$(ours "$domain" "$here | .alias | join(\" \")")" drill "$alias"
}

# --- SMTP and TLS: swaks and posttls-finger at the same address --------------------------------

# The facts of one probe in words, from swaks' transcript of the same dialogue.
from_swaks()
{
	awk '
		# keywords of the last EHLO, the line with the host name left out
		/^ [-~]> EHLO/ { keywords = ""; lines = 0; inside = 1; next }
		/^ [-~]> / { inside = 0 }
		/^=== Connected/ { connected = 1 }
		/^=== TLS started/ { sub(".*cipher ", ""); sub(":[0-9]*$", ""); session = $0 }
		/^<[-~*]/ && connected && !greeting {
			sub("^<[-~*]*  *", "")
			greeting = $0
			next
		}
		inside && /^<[-~]  250/ {
			sub("^<[-~]  250.", "")
			answered = 1
			if ($0 == "STARTTLS")
				offered = 1
			if (lines++ > 0)
				keywords = keywords (keywords == "" ? "" : ",") $0
		}
		END {
			print "code=" substr(greeting, 1, 3)
			print "greeting=" substr(greeting, 5)
			print "session=" session
			if (answered && !offered) {
				print "starttls=not-offered"
				print "outcome=accepting"
			}
			print "keywords=" keywords
		}' $work/swaks
}

# What posttls-finger says, in the report's words: starttls, version, cipher, chain, name, subject.
from_finger()
{
	awk '
		/connect to .*: Connection refused/ { outcome = "refused" }
		/SMTP service not available: 5/ { outcome = "rejecting" }
		/STARTTLS rejected/ { starttls = "refused" }
		/SSL_connect error/ { starttls = "failed"; outcome = "tls-failed" }
		/certificate has expired/ { chain = "expired" }
		/self-signed certificate/ { chain = "self-signed" }
		/untrusted issuer/ { chain = "untrusted" }
		/hostname mismatch/ { chain = "trusted"; name = "mismatch" }
		/subject_CN=/ { subject = $0; sub(".*subject_CN=", "", subject); sub(",.*", "", subject) }
		/TLS connection established/ {
			starttls = "ok"
			outcome = "accepting"
			if (/Verified TLS/) { chain = "trusted"; name = "match" }
			line = $0
			sub(".*:25: ", "", line)
			split(line, word, " ")
			version = word[1]
			cipher = word[4]
		}
		END {
			print "outcome=" outcome
			print "starttls=" starttls
			print "version=" version
			print "cipher=" cipher
			print "chain=" chain
			print "name=" name
			print "subject=" subject
		}' $work/finger
}

# theirs KEY: one fact of the last from_*().
theirs()
{
	sed -n "s/^$1=//p" $work/facts
}

# told FACT KEY FILTER TOOL: a row, where the tool has a word on it.
told()
{
	[ -z "$(theirs "$2")" ] || row "$subject" "$1" "$(ours "$domain" "$probe | $3")" "$4" "$(theirs "$2")"
}

compare_probe()
{
	domain=$1 exchange=$2 address=$3
	subject=$address
	probe=".exchanges[].addresses[] | select(.address == \"$address\") | .probe"
	posttls-finger -c -o myhostname=probe.example -l secure -F /etc/peers/tls/ca.pem \
	    "[$address]" "$exchange" >$work/finger 2>&1 || :
	from_finger >$work/facts
	told outcome outcome .outcome posttls-finger
	told STARTTLS starttls .starttls posttls-finger
	told 'TLS version' version .tls.version posttls-finger
	told cipher cipher .tls.cipher posttls-finger
	told chain chain .tls.chain posttls-finger
	told name name .tls.name posttls-finger
	told 'certificate for' subject '.tls.subject | capture("CN=(?<cn>[^,]*)").cn' posttls-finger

	# With TLS where it can be had, as mxscope does; the transcript of the plain dialogue elsewhere.
	tls=--tls-optional
	[ "$(theirs starttls)" = ok ] || tls=
	handshake=$(theirs starttls)
	# shellcheck disable=SC2086
	swaks $tls --server "$address" --helo probe.example --quit-after EHLO >$work/swaks 2>&1 || :
	from_swaks >$work/facts
	told outcome outcome .outcome swaks
	# a handshake that broke was decided by no reply: there is no code to report
	[ "$handshake" = failed ] || told 'greeting code' code .code swaks
	told greeting greeting .greeting swaks
	told STARTTLS starttls .starttls swaks
	told 'TLS session' session '.tls | "\(.version):\(.cipher)"' swaks
	told 'EHLO keywords' keywords '.extensions | join(",")' swaks
}

# --- the interface: the same facts, as they stand on the screen ---------------------------------

# Runs the interface on a pseudo-terminal; each of its rows in turn is written to screen.1, screen.2 ...
run_interface()
{
	{
		echo "lookup all.example"
		echo wait
		echo "focus mx"
		for n in 1 2 3 4 5 6; do
			echo "screen $work/screen.$n"
			echo "move down"
		done
		echo quit
	} >$work/script
	LINES=50 COLUMNS=160 TERM=xterm-256color LC_ALL=C.UTF-8 script -qec "$program \
	    --server $resolver --allow-special --ca-file /etc/peers/tls/ca.pem --helo probe.example \
	    --no-history --no-config --script $work/script" /dev/null >$work/terminal </dev/null || :
}

# shown N TEXT: TEXT when the Nth screen shows it.
shown()
{
	if grep -qF -- "$2" $work/screen.$1; then printf '%s\n' "$2"; else echo 'not on the screen'; fi
}

# The rows in the order of drill's preferences, and in the lower pane what posttls-finger and swaks said.
compare_screen()
{
	run_interface
	ask all.example MX
	records MX | sort -n -k 3,3 | awk '{ sub("\\.$", "", $4); print $3, $4 }' >$work/exchanges
	while read -r preference exchange; do
		for type in A AAAA; do
			ask "$exchange" $type
			addresses $type | sed "s/^/$preference $exchange /"
		done
	done <$work/exchanges >$work/order
	n=0
	while read -r preference exchange address _; do
		n=$((n + 1))
		row screen "row $n" \
		    "$(sed 's/▸/ /' $work/screen.1 | awk -v n="$n" '
			{ sub("^.*│ ", "") }
			$1 == n { print $2, $3, $4; exit }')" \
		    drill "$preference $exchange $address"
		swaks --server "$address" --helo probe.example --quit-after EHLO >$work/swaks 2>&1 || :
		from_swaks >$work/facts
		row screen "greeting $n" "$(shown $n "220 $(theirs greeting)")" swaks "220 $(theirs greeting)"
		posttls-finger -c -o myhostname=probe.example -l secure -F /etc/peers/tls/ca.pem \
		    "[$address]" "$exchange" >$work/finger 2>&1 || :
		from_finger >$work/facts
		[ "$(theirs starttls)" != ok ] ||
		    row screen "TLS $n" "$(shown $n "$(theirs version)  $(theirs cipher)")" posttls-finger \
			"$(theirs version)  $(theirs cipher)"
	done <$work/order
}

# --- the whole ----------------------------------------------------------------------------------

# shellcheck disable=SC2086
"$program" --report=json --server $resolver --allow-special --ca-file /etc/peers/tls/ca.pem \
    --helo probe.example --no-history $domains >$report || :
if [ "$(wc -l <$report)" -ne "$(echo $domains | wc -w)" ]; then
	echo "peers: the report has $(wc -l <$report) lines for $(echo $domains | wc -w) domains"
	exit 1
fi

printf '%-18s %-16s %-44s   %s\n' subject fact mxscope 'the same says'
for domain in $domains; do
	compare_mx "$domain"
done
for domain in post.example exim.example open.example down.example alias.example holds.example; do
	for exchange in $(ours "$domain" '.exchanges[].exchange'); do
		compare_addresses "$domain" "$exchange"
	done
done
for name in post exim open expired self wrong plain older stranger refuses broken; do
	for address in $(ours $name.example '.exchanges[].addresses[].address'); do
		compare_probe $name.example mx.$name.example "$address"
	done
done
compare_probe down.example mx.down.example 198.51.100.40
compare_screen

echo "peers: $((rows - differ)) of $rows facts agree with drill, posttls-finger and swaks"
[ $differ -eq 0 ]
