#!/usr/bin/env python3
"""The whole program against random servers, with random hands at the keyboard.

    program.py PROGRAM SECONDS [SEED]

A name server and mail servers hold valid conversations in which some octets are changed, cut, doubled or late; on a
pseudo-terminal keys, commands and resizes come at random. An episode ends by quit, by a signal or by the terminal
going away. It passes when the program ends by itself, in time, without a word from a sanitizer, and gives the
terminal back as it was. The seed of an episode repeats its choices.
"""
import fcntl
import os
import pty
import random
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

EPISODE_STEPS = 60
PATIENCE = 90
FAULT = re.compile(rb"Sanitizer|runtime error:|out of memory|Assertion")
KEYS = ["\t", "\x1b[Z", "\r", "j", "k", "h", "l", "g", "G", "\x1b[A", "\x1b[B", "\x1b[5~", "\x1b[6~", "p", "P", "w", " ",
        "n", "b", "x", "X", "s", "r", "c", "t", "d", "K", "y", "z", "m", "f", "T", "B", "M", "C", "S", "?", "\x1b",
        "/a\r", "/\r", "1", "2", "\x0c", "\x1b[<0;10;5M", "\x1b[<64;10;5M", "\x1b[200~pasted\x1b[201~", "\x1b[", "\xff",
        "\x16", "\x12ex\r"]
COMMANDS = ["lookup {name}", "reload all", "probe all", "dig {name} ANY", "dig {name} MX +tcp", "trace {name}", "compare",
            "view transcript", "view chain", "view findings", "view timeline", "view posture", "walk a@{name}",
            "what-if pref:10 down", "what-if ipv4 timeout", "mx add 5 new.{name}", "mx zone", "simulate 500",
            "clock primary down 09:00 15:00", "explain 451", "why", "sort verdict", "filter {name}", "filter", "close",
            "watch 30s", "watch off", "diff", "note text", "sender exim", "set port {port}", "stop", "rcpt a@{name}",
            "lesson preference", "quiz", "nonsense \\", 'explain "', "help", "theme light", "theme default", "pin"]
ESCAPE = "\x1b[27u"  # as a terminal says it that leaves no doubt: ESC and a letter at once would be Alt and the letter
PROMPT = ESCAPE + ESCAPE + ":\x15"  # to an empty prompt, from wherever one is
TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "TLSA": 52}


def wire_name(name):
    return b"".join(bytes([len(label)]) + label for label in name.split(b".") if label) + b"\0"


def mutate(rng, octets, rate):
    """Some octets changed, cut, doubled: each with a small probability."""
    if rng.random() > rate or not octets:
        return octets
    data = bytearray(octets)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(5)
        if kind == 0 and at < len(data):
            data[at] = rng.randrange(256)
        elif kind == 1:
            del data[at:]
        elif kind == 2:
            data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 40)))
        elif kind == 3:
            data[at:at] = data[:rng.randint(0, 300)]
        elif at + 1 < len(data):
            data[at:at + 2] = struct.pack(">H", rng.choice([0, 1, 0xC000, 0xC00C, 0x7FFF, 0xFFFF]))
        if not data:
            break
    return bytes(data[:60000])


class Names:
    """Answers about every name: exchanges, addresses of this machine, text."""

    def __init__(self, rng, rate):
        self.rng, self.rate = rng, rate

    def records(self, name, kind):
        rng = self.rng
        if rng.random() < 0.08:
            return [(TYPES["CNAME"], wire_name(b"alias%d." % rng.randrange(20) + name[-40:]))]
        if kind == TYPES["MX"]:
            return [(kind, struct.pack(">H", rng.choice([0, 10, 10, 20, 65535])) + wire_name(b"mx%d.example" % i))
                    for i in rng.sample(range(9), rng.randint(1, 5))]
        if kind == TYPES["A"]:
            return [(kind, bytes([127, 0, 0, rng.randint(1, 9)])) for _ in range(rng.randint(1, 3))]
        if kind == TYPES["TXT"]:
            text = rng.choice([b"v=spf1 include:_spf.example -all", b"v=DMARC1; p=reject", b"v=STSv1; id=1",
                               b"v=TLSRPTv1; rua=mailto:a@b.example", bytes(rng.randrange(256) for _ in range(80))])
            return [(kind, bytes([len(text)]) + text)]
        if kind == TYPES["NS"]:
            return [(kind, wire_name(b"ns%d.example" % i)) for i in range(2)]
        if kind == TYPES["TLSA"]:
            return [(kind, bytes([3, 1, 1]) + bytes(32))]
        if kind == TYPES["PTR"]:
            return [(kind, wire_name(b"host.example"))]
        return []

    def reply(self, query):
        if len(query) < 17:
            return b""
        rng, at, labels = self.rng, 12, []
        while at < len(query) and query[at]:
            labels.append(query[at + 1:at + 1 + query[at]])
            at += 1 + query[at]
        question = query[12:at + 5]
        kind = struct.unpack(">H", query[at + 1:at + 3])[0] if at + 3 <= len(query) else 1
        records = self.records(b".".join(labels), kind)
        rcode = rng.choice([0] * 30 + [1, 2, 2, 3, 3, 5, 9])
        flags = 0x8180 | rcode | (0x0200 if rng.random() < 0.03 else 0)
        body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", t, 1, rng.choice([0, 60, 3600, 2**31 - 1]), len(d)) + d
                        for t, d in records)
        head = query[:2] + struct.pack(">HHHHH", flags, 1, len(records), 0, 0)
        return head + mutate(rng, question + body, self.rate)

    def serve_udp(self, sock):
        while True:
            try:
                query, peer = sock.recvfrom(4096)
            except OSError:
                return
            if self.rng.random() < 0.04:
                continue
            for _ in range(1 + (self.rng.random() < 0.05)):
                sock.sendto(self.reply(query), peer)

    def serve_tcp(self, stream):
        with stream:
            try:
                while True:
                    size = stream.recv(2)
                    if len(size) < 2:
                        return
                    reply = self.reply(stream.recv(struct.unpack(">H", size)[0]))
                    stream.sendall(struct.pack(">H", len(reply)) + reply)
            except OSError:
                return


def serve_mail(rng, rate, stream):
    """One dialogue: what a server says, mutated."""
    replies = {b"EHLO": b"250-mx.example\r\n250-SIZE 10240000\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 SMTPUTF8\r\n",
               b"HELO": b"250 mx.example\r\n", b"MAIL": b"250 2.1.0 Ok\r\n", b"RCPT": b"250 2.1.5 Ok\r\n",
               b"RSET": b"250 2.0.0 Ok\r\n", b"QUIT": b"221 2.0.0 Bye\r\n",
               b"STAR": b"220 2.0.0 Ready to start TLS\r\n"}
    odd = [b"421 4.7.0 Try again later\r\n", b"450 4.7.1 Greylisted\r\n", b"554 5.7.1 No\r\n", b"\x16\x03\x01\x00\x05hello",
           b"220-\x1b[2J\x1b]0;title\x07\r\n" * 20, b"250 " + b"x" * 9000, b"\r\n", b"500\n", b"\x80\x9d\xe2\x80\xae\r\n"]
    with stream:
        try:
            stream.settimeout(20)
            greeting = rng.choice([b"220 mx.example ESMTP Postfix\r\n"] * 6 + odd)
            stream.sendall(mutate(rng, greeting, rate))
            while True:
                line = stream.recv(4096)
                if not line:
                    return
                reply = replies.get(line[:4].upper(), b"502 5.5.2 Unknown\r\n")
                if rng.random() < rate / 2:
                    reply = rng.choice(odd)
                if rng.random() < 0.03:
                    return
                stream.sendall(mutate(rng, reply, rate))
        except OSError:
            return


def listen(port, worker):
    """Accepts on all addresses of this machine: the port."""
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("0.0.0.0", port))
    server.listen(64)

    def accept():
        while True:
            try:
                stream, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=worker, args=(stream,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return server


def name_sockets(names):
    """A UDP socket, and a TCP one on the same port."""
    while True:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        try:
            return udp, listen(udp.getsockname()[1], names.serve_tcp)
        except OSError:
            udp.close()


class Episode:
    """One run of the program."""

    def __init__(self, program, seed):
        self.program, self.seed, self.rng = program, seed, random.Random(seed)
        self.written = b""

    def open_servers(self):
        rate = self.rng.choice([0.05, 0.2, 0.5])
        names = Names(random.Random(self.seed + 1), rate)
        mail = random.Random(self.seed + 2)
        udp, tcp = name_sockets(names)
        self.dns = udp.getsockname()[1]
        threading.Thread(target=names.serve_udp, args=(udp,), daemon=True).start()
        smtp = listen(0, lambda stream: serve_mail(mail, rate, stream))
        self.smtp = smtp.getsockname()[1]
        return [udp, tcp, smtp]

    def mode(self):
        """The interface, or now and then the linear one."""
        return ["--plain"] if self.rng.random() < 0.15 else []

    def start(self, home):
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        self.resize()
        env = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", HOME=home, XDG_STATE_HOME=home,
                   XDG_CONFIG_HOME=home)
        arguments = [self.program, *self.mode(), "--no-config", "--server", "127.0.0.1@%d" % self.dns,
                     "--port", str(self.smtp), "--allow-special", "--timeout", "2", "--dns-timeout", "2",
                     "--seed", str(self.seed), "a.example", "b.example"]
        self.child = subprocess.Popen(arguments, env=env, stdin=self.slave, stdout=self.slave, stderr=self.slave,
                                      start_new_session=True, cwd=home,
                                      preexec_fn=lambda: fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0))

    def resize(self):
        rows, columns = self.rng.choice([(24, 80), (40, 120), (12, 40), (1, 1), (60, 200), (self.rng.randint(1, 80),
                                                                                         self.rng.randint(1, 250))])
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def drain(self, wait):
        while select.select([self.master], [], [], wait)[0]:
            try:
                self.written += os.read(self.master, 65536)
            except OSError:
                return
            wait = 0

    def wait_for_life(self):
        """Waits for the first octets: before, signals have their usual meaning."""
        deadline = time.monotonic() + PATIENCE
        while not self.written and self.child.poll() is None and time.monotonic() < deadline:
            self.drain(0.5)

    def type(self, text):
        try:
            os.write(self.master, text.encode("latin-1"))
        except OSError:
            pass

    def octet(self):
        return self.rng.randrange(1, 256)

    def step(self):
        rng = self.rng
        choice = rng.random()
        if choice < 0.1:
            self.resize()
        elif choice < 0.45:
            command = rng.choice(COMMANDS).format(name=rng.choice("abcde") + ".example", port=self.smtp)
            self.type(PROMPT + command + "\r")
        elif choice < 0.5:
            self.type("".join(chr(self.octet()) for _ in range(rng.randint(1, 12))))
        else:
            self.type("".join(rng.choice(KEYS) for _ in range(rng.randint(1, 5))))
        self.drain(rng.choice([0, 0.01, 0.05, 0.2]))

    def end(self):
        """Ends it in one of the ways in which it may end; returns what was wrong, or None."""
        way = self.rng.choice(["quit", "quit", signal.SIGTERM, signal.SIGHUP])
        deadline = time.monotonic() + PATIENCE
        if way == "quit":
            self.type(PROMPT + "quit\r")
        else:
            self.child.send_signal(way)
        asked = time.monotonic()
        while self.child.poll() is None and time.monotonic() < deadline:
            self.drain(0.05)
            if way == "quit" and time.monotonic() - asked > 10:  # the prompt may have held an odd key: leave by signal
                self.child.send_signal(signal.SIGTERM)
                asked = deadline
        return self.judge()

    def judge(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
            return "it did not end"
        self.drain(0)
        status = self.child.returncode
        found = FAULT.search(self.written)
        if found:
            return self.written[max(0, found.start() - 200):found.start() + 3000].decode("latin-1")
        # a key of the terminal (C-c, C-\\) ends the linear interface, or the program before it is up, as any program;
        # and so does each signal behind its end, where an odd C-s may have stopped the terminal
        if status not in (0, 130, 128 + signal.SIGTERM, 128 + signal.SIGHUP, -signal.SIGINT, -signal.SIGQUIT,
                          -signal.SIGTERM, -signal.SIGHUP):
            return "status %d" % status
        if self.written.rfind(b"\x1b[?1049l") < self.written.rfind(b"\x1b[?1049h"):
            return "the screen was not given back"
        if termios.tcgetattr(self.slave)[:4] != self.before[:4]:
            return "the terminal's modes were not given back"
        return None

    def run(self):
        servers = self.open_servers()
        with tempfile.TemporaryDirectory() as home:
            self.start(home)
            self.wait_for_life()
            for _ in range(EPISODE_STEPS):
                if self.child.poll() is not None:
                    break
                self.step()
            wrong = self.judge() if self.child.poll() is not None else self.end()
        for server in servers:
            server.close()
        os.close(self.master)
        os.close(self.slave)
        return wrong


def main():
    program, seconds = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else int(time.time())
    deadline, episodes, failed, octets = time.monotonic() + seconds, 0, 0, 0
    while time.monotonic() < deadline:
        episode = Episode(program, seed + episodes)
        wrong = episode.run()
        episodes += 1
        octets += len(episode.written)
        if wrong:
            failed += 1
            print("FAILED seed %d: %s" % (episode.seed, wrong), flush=True)
    print("whole program: %d episodes of %d steps from seed %d, %d octets drawn, %d failed"
          % (episodes, EPISODE_STEPS, seed, octets, failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
