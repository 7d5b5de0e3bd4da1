"""The world of the comparison: a name server, receivers behind a wire, and an ear on that wire."""
import ipaddress
import socket
import struct
import subprocess
import sys
import threading
import time

from scenarios import DRAWS, FIXED

TYPES = {1: "A", 5: "CNAME", 15: "MX", 28: "AAAA"}


def encode(name):
    """A name in wire form."""
    labels = [] if name == "." else name.rstrip(".").split(".")
    return b"".join(bytes([len(x)]) + x.encode() for x in labels) + b"\0"


class Zones:
    """All records: every scenario below SCENARIO.test, and below any label in front of that."""

    def __init__(self):
        self.addresses = {}     # (scenario, host) -> [address]
        self.moods = {}         # address -> mood
        self.scenarios = dict(FIXED, **DRAWS)
        count = {4: 9, 6: 9}
        for name, (_, hosts) in self.scenarios.items():
            for host, what in hosts.items():
                if isinstance(what, str):
                    continue
                for family, mood in what:
                    count[family] += 1
                    n = count[family]
                    address = f"10.9.{n // 250}.{n % 250 + 1}" if family == 4 else f"2001:db8:9::{n:x}"
                    self.moods[address] = mood
                    self.addresses.setdefault((name, host), []).append(address)

    def lookup(self, qname, qtype):
        """(rcode, [(owner, type, rdata)])"""
        labels = qname.lower().rstrip(".").split(".")
        if len(labels) < 2 or labels[-1] != "test" or labels[-2] not in self.scenarios:
            return 3, []
        name, front = labels[-2], labels[:-2]
        mx, hosts = self.scenarios[name]
        if front and front[0] in hosts:
            return self.host(name, front[0], qname, qtype)
        if front and not front[0].startswith("m-"):
            return 3, []
        if mx in ("nxdomain", "servfail"):
            return {"nxdomain": 3, "servfail": 2}[mx], []
        if qtype == 15 and mx:
            return 0, [(qname, 15, struct.pack("!H", p) +
                        encode("." if h == "." else f"{h}.{name}.test")) for p, h in mx]
        return self.host(name, "@", qname, qtype)

    def host(self, name, host, owner, qtype):
        """The addresses of a host, behind its alias where it is one."""
        what = self.scenarios[name][1].get(host)
        if isinstance(what, str):
            target = f"{what}.{name}.test"
            rcode, records = self.host(name, what, target, qtype)
            return rcode, [(owner, 5, encode(target))] + records
        found = []
        for address in self.addresses.get((name, host), []):
            packed = ipaddress.ip_address(address).packed
            if (qtype == 1 and len(packed) == 4) or (qtype == 28 and len(packed) == 16):
                found.append((owner, 1 if len(packed) == 4 else 28, packed))
        return 0, found

    def reply(self, message):
        """The answer to one datagram."""
        at, labels = 12, []
        while message[at]:
            labels.append(message[at + 1:at + 1 + message[at]].decode("latin1"))
            at += 1 + message[at]
        qtype = struct.unpack("!H", message[at + 1:at + 3])[0]
        rcode, records = self.lookup(".".join(labels), qtype)
        answers = b"".join(encode(o) + struct.pack("!HHIH", t, 1, 300, len(d)) + d
                           for o, t, d in records)
        flags = 0x8180 | rcode
        return (message[:2] + struct.pack("!HHHHH", flags, 1, len(records), 0, 0) +
                message[12:at + 5] + answers)

    def serve(self):
        """Answers for ever."""
        ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        ear.bind(("127.0.0.1", 53))
        while True:
            message, peer = ear.recvfrom(4096)
            try:
                ear.sendto(self.reply(message), peer)
            except (IndexError, struct.error, UnicodeError):
                pass


class Wire:
    """Notes the address of every SYN to port 25."""

    def __init__(self, interface):
        self.heard, self.lock = [], threading.Lock()
        self.ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3))
        self.ear.bind((interface, 0))
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            frame, where = self.ear.recvfrom(2048)
            if where[2] != socket.PACKET_OUTGOING:
                continue
            kind, ip = struct.unpack("!H", frame[12:14])[0], frame[14:]
            if kind == 0x0800 and ip[9] == 6:
                tcp, address = ip[(ip[0] & 15) * 4:], ipaddress.ip_address(ip[16:20])
            elif kind == 0x86DD and ip[6] == 6:
                tcp, address = ip[40:], ipaddress.ip_address(ip[24:40])
            else:
                continue
            if struct.unpack("!H", tcp[2:4])[0] == 25 and tcp[13] & 0x12 == 0x02:
                with self.lock:
                    self.heard.append((time.monotonic(), str(address)))

    def take(self):
        """What was heard since the last time."""
        with self.lock:
            heard, self.heard = self.heard, []
        return [address for _, address in heard]

    def wait_for(self, addresses):
        """Until each of them was heard and the wire is quiet, five seconds at most."""
        end = time.monotonic() + 5
        while time.monotonic() < end:
            with self.lock:
                heard = {a for _, a in self.heard}
            if addresses <= heard and self.quiet_for() > 0.2:
                return
            time.sleep(0.02)

    def settle(self, mark):
        """Until all is heard that went out before: a connection to `mark` is, behind it."""
        socket.create_connection((mark, 25)).close()
        while True:
            with self.lock:
                for i, (_, address) in enumerate(self.heard):
                    if address == mark:
                        del self.heard[i]
                        return
            time.sleep(0.001)

    def quiet_for(self):
        with self.lock:
            return time.monotonic() - self.heard[-1][0] if self.heard else 1e9


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def build(here):
    """Name server, receivers and wire: (zones, wire)."""
    zones = Zones()
    run("ip", "link", "set", "lo", "up")
    threading.Thread(target=zones.serve, daemon=True).start()
    receivers = subprocess.Popen(
        ["unshare", "--net", "sh", "-c", "ip link set lo up; echo inside; read go; exec python3 \"$@\"", "sh",
         f"{here}/receivers.py"] + [f"{a}={m}" for a, m in zones.moods.items()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    if receivers.stdout.readline().strip() != "inside":
        sys.exit("senders: there is no namespace for the receivers")
    run("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1", "netns", str(receivers.pid))
    run("ip", "address", "add", "10.9.0.1/16", "dev", "v0")
    run("ip", "address", "add", "2001:db8:9::1/64", "dev", "v0", "nodad")
    run("ip", "link", "set", "v0", "up")
    inside = ["nsenter", "-t", str(receivers.pid), "-n"]
    run(*inside, "ip", "link", "set", "v1", "up")
    for address in zones.moods:
        if ":" in address:
            run(*inside, "ip", "address", "add", f"{address}/64", "dev", "v1", "nodad")
        else:
            run(*inside, "ip", "address", "add", f"{address}/16", "dev", "v1")
    receivers.stdin.write("go\n")
    receivers.stdin.flush()
    if receivers.stdout.readline().strip() != "ready":
        sys.exit("senders: the receivers did not come up")
    return zones, Wire("v0")
