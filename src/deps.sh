#!/bin/sh
# What mxscope needs from the platform: one table for every package manager.
#   deps.sh check SET...     one sentence naming what is missing, exit status 1; silent when nothing is
#   deps.sh install SET...   says what is missing and why, then installs it; silent when nothing is
# Sets: build (compiler and libraries), confine (libraries that a build does without), test (`make test`), bench, memcheck, ci. Nothing is installed that is
# there already, and only `install` installs.
set -u

# The table. check is cmd:NAME (a command), lib:NAME (a pkg-config module), perl:NAME or py:NAME (a module) or
# san:COMPILER (it links with its sanitizer) or linux:NAME (a pkg-config module, asked for on Linux only) or
# kernel:HEADER (asked for on Linux, where a compiler is); - means that this manager has no such package.
table()
{
	cat <<'END'
#set  check                  apt                     dnf                 pacman         apk                brew       | name and purpose
build cmd:cc                 gcc                     gcc                 gcc            build-base         gcc        | a C compiler | to build
build cmd:pkg-config         pkg-config              pkgconf-pkg-config  pkgconf        pkgconf            pkgconf    | pkg-config | to find the libraries
build lib:ncursesw           libncurses-dev          ncurses-devel       ncurses        ncurses-dev        ncurses    | libncurses | draws on the terminal
build lib:ldns               libldns-dev             ldns-devel          ldns           ldns-dev           ldns       | libldns | DNS records and zone text
build lib:libedit            libedit-dev             libedit-devel       libedit        libedit-dev        libedit    | libedit | line editing in the prompt
build lib:libevent_openssl   libevent-dev            libevent-devel      libevent       libevent-dev       libevent   | libevent | the event loop
build lib:openssl            libssl-dev              openssl-devel       openssl        openssl-dev        openssl@3  | OpenSSL | STARTTLS
build lib:libidn2            libidn2-dev             libidn2-devel       libidn2        libidn2-dev        libidn2    | libidn2 | international domain names
build lib:sqlite3            libsqlite3-dev          sqlite-devel        sqlite         sqlite-dev         sqlite     | SQLite | the history of inquiries
build lib:jansson            libjansson-dev          jansson-devel       jansson        jansson-dev        jansson    | libjansson | reports as JSON
build kernel:linux/capability.h linux-libc-dev       kernel-headers      linux-api-headers linux-headers   -          | headers of Linux | to give up what the program does not need
confine linux:libseccomp     libseccomp-dev          libseccomp-devel    libseccomp     libseccomp-dev     -          | libseccomp | fewer system calls once the program runs
test  lib:cmocka             libcmocka-dev           libcmocka-devel     cmocka         cmocka-dev         cmocka     | cmocka | unit tests
test  lib:vterm              libvterm-dev            libvterm-devel      libvterm       libvterm-dev       libvterm   | libvterm | the terminal that screen tests look at
test  cmd:jq                 jq                      jq                  jq             jq                 jq         | jq | reads JSON reports in tests
test  py:jsonschema          python3-jsonschema      python3-jsonschema  python-jsonschema py3-jsonschema   python-jsonschema | python3-jsonschema | checks JSON reports against their schema
test  cmd:openssl            openssl                 openssl             openssl        openssl            openssl@3  | the openssl command | certificates for tests
test  cmd:mandoc             mandoc                  mandoc              mandoc         mandoc             mandoc     | mandoc | checks the manual page
test  cmd:drill              ldnsutils               ldns-utils          ldns           drill              ldns       | drill | tells the DNS facts to compare with
test  cmd:delv               bind9-dnsutils          bind-utils          bind           bind-tools         bind       | delv | validates DNSSEC, to compare with
test  cmd:swaks              swaks                   swaks               swaks          swaks              swaks      | swaks | tells the SMTP facts to compare with
test  perl:Net::SSLeay       libnet-ssleay-perl      perl-Net-SSLeay     perl-net-ssleay perl-net-ssleay   -          | Net::SSLeay | STARTTLS in swaks
test  perl:IO::Socket::INET6 libio-socket-inet6-perl perl-IO-Socket-INET6 perl-io-socket-inet6 perl-io-socket-inet6 - | IO::Socket::INET6 | IPv6 in swaks
test  cmd:ip                 iproute2                iproute             iproute2       iproute2           -          | ip | the network of the tests with real servers
test  cmd:unshare            util-linux              util-linux          util-linux     util-linux-misc    -          | unshare | namespaces of their own for those tests
bench cmd:htop               htop                    htop                htop           htop               htop       | htop | to be measured beside
bench cmd:tig                tig                     tig                 tig            tig                tig        | tig | to be measured beside
bench cmd:dnsperf            dnsperf                 dnsperf             -              -                  dnsperf    | dnsperf | the ceiling of a name server
bench cmd:adnshost           adns-tools              adns                adns           -                  -          | adnshost | a stub resolver to be measured beside
bench cmd:dig                bind9-dnsutils          bind-utils          bind           bind-tools         bind       | dig | a stub resolver to be measured beside
bench cmd:strace             strace                  strace              strace         strace             -          | strace | counts system calls
memcheck cmd:valgrind        valgrind                valgrind            valgrind       valgrind           -          | valgrind | looks for invalid accesses and lost memory
ci    cmd:clang              clang                   clang               clang          clang              llvm       | clang | the second compiler, sanitizers, libFuzzer
ci    cmd:clang-format       clang-format            clang-tools-extra   clang          clang-extra-tools  clang-format | clang-format | one style
ci    cmd:musl-gcc           musl-tools              musl-gcc            musl                -                  -          | musl-gcc | the second C library
ci    san:clang              libclang-rt-dev         compiler-rt         compiler-rt    compiler-rt        -          | clang's runtime | for its sanitizers
END
}

# The package managers, the first one found is the platform's: command, column, words to install with.
managers()
{
	cat <<'END'
apt-get 1 apt-get install -y --no-install-recommends
dnf     2 dnf install -y
pacman  3 pacman -S --needed --noconfirm
apk     4 apk add
brew    5 brew install
END
}

# Finds the platform's manager: sets column and installer; column 1 and no installer when there is none.
find_manager()
{
	column=1 installer=
	while read -r command number words; do
		if command -v "$command" >/dev/null 2>&1; then
			column=$number installer=$words
			return
		fi
	done <<END
$(managers)
END
}

# present CHECK: is this one there?
present()
{
	case $1 in
	cmd:cc) set -- ${CC:-cc} && command -v "$1" >/dev/null 2>&1 ;; # CC may be "ccache gcc"
	cmd:*) command -v "${1#cmd:}" >/dev/null 2>&1 ;;
	linux:*) [ "$(uname)" != Linux ] || pkg-config --exists "${1#linux:}" 2>/dev/null ;;
	kernel:*)
		[ "$(uname)" != Linux ] || ! command -v cc >/dev/null 2>&1 ||
			echo "#include <${1#kernel:}>" | cc -E -o /dev/null -x c - 2>/dev/null
		;;
	lib:*) pkg-config --exists "${1#lib:}" 2>/dev/null ;;
	san:*) echo 'int main(void) { return 0; }' | "${1#san:}" -fsanitize=address -x c -o /dev/null - 2>/dev/null ;;
	py:*) python3 -c "import ${1#py:}" 2>/dev/null ;;
	perl:*) perl -M"${1#perl:}" -e 1 2>/dev/null ;;
	esac
}

# Lists what the wanted sets lack, one a line: PACKAGE|NAME|PURPOSE.
missing()
{
	table | grep -v '^#' | while IFS='|' read -r packages name purpose; do
		# shellcheck disable=SC2086
		set -- $packages
		set=$1 check=$2
		case " $sets " in
		*" $set "*) ;;
		*) continue ;;
		esac
		present "$check" && continue
		shift $((column + 1))
		echo "$1|$name|$purpose" | sed 's/ *| */|/g'
	done
}

# One sentence about everything missing.
sentence()
{
	printf '%s\n' "$lacking" | awk -F '|' '
		{ list = list (NR > 1 ? ", " : "") $2 ($1 == "-" ? "" : " (package " $1 ")") }
		END { print "mxscope needs " list ": run `make deps`" }'
}

# Says what will be installed and why, then does it with the platform's manager.
install_lacking()
{
	echo 'mxscope needs packages that this machine lacks:'
	printf '%s\n' "$lacking" | awk -F '|' '{ printf "  %-24s %s: %s\n", $1, $2, $3 }'
	wanted=$(printf '%s\n' "$lacking" | awk -F '|' '$1 != "-" { print $1 }' | sort -u)
	if [ -z "$installer" ]; then
		echo 'This machine has none of apt-get, dnf, pacman, apk and brew: install them by hand.'
		return 1
	fi
	as_root=
	if [ "$(id -u)" -ne 0 ] && [ "$column" -ne 5 ]; then
		if ! command -v sudo >/dev/null; then
			echo 'Installing takes root or sudo, and here is neither.'
			return 1
		fi
		as_root=sudo
	fi
	# shellcheck disable=SC2086
	set -- $wanted
	[ $# -gt 0 ] || return 0
	echo "Installing:${as_root:+ $as_root} $installer $*"
	if [ "$column" -eq 1 ]; then
		# shellcheck disable=SC2086
		$as_root apt-get update -qq || return 1
		as_root="${as_root:+$as_root }env DEBIAN_FRONTEND=noninteractive"
	fi
	# shellcheck disable=SC2086
	$as_root $installer "$@"
}

mode=${1:-}
[ $# -gt 0 ] && shift
sets=$*
find_manager
lacking=$(missing)
[ -z "$lacking" ] && exit 0
case $mode in
check)
	sentence >&2
	exit 1
	;;
install) install_lacking ;;
*)
	echo "usage: deps.sh check|install build|confine|test|bench|memcheck|ci..." >&2
	exit 64
	;;
esac
