#!/usr/bin/env python3
"""A long session against faulty servers: nothing may grow, and no descriptor may be left open.

    soak.py PROGRAM SECONDS [SEED]

The servers are those of program.py. Names are looked up, walked through and closed again, probes run, keys and
resizes come between. Memory is read after a sixth of the time and at the end, each time as the median of a minute's
readings; descriptors are counted while everything rests. A key's time to the screen is told, not judged: it depends on
what else the machine does.
"""
import os
import statistics
import sys
import tempfile
import time

import program

WINDOW = 40  # domains open at once
GROWTH_MOST = 1.10
RESTS = 200  # looks for the end of all traffic


class Counting(program.Names):
    """The name server, which counts."""
    questions = 0

    def reply(self, query):
        Counting.questions += 1
        return super().reply(query)


class Soak(program.Episode):
    """The session."""

    def __init__(self, path, seed):
        super().__init__(path, seed)
        self.opened, self.dialogues, self.latencies, self.drawn = 0, 0, [], 0

    def resident(self):
        if self.child.poll() is not None:
            raise SystemExit("soak: FAILED: the program ended by itself: " + self.written.decode("latin-1")[-1000:])
        with open("/proc/%d/status" % self.child.pid) as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.child.pid))

    def command(self, text):
        self.type("\x1b\x1b:" + text + "\r")
        self.drain(0.02)

    def forget(self):
        """What was drawn has been looked at: only faults in it are of interest."""
        self.drawn += len(self.written)
        if program.FAULT.search(self.written):
            raise SystemExit("soak: FAILED: " + self.written.decode("latin-1")[-3000:])
        self.written = b""

    def octet(self):
        """Any but those that leave the program: q, Q, C-c, C-d, C-z, C-\\."""
        return self.rng.choice([octet for octet in range(1, 256) if octet not in b"qQ\x03\x04\x1a\x1c"])

    def look_up(self):
        self.command("lookup n%d.example" % self.opened)
        if self.opened >= WINDOW:
            self.command("close n%d.example" % (self.opened - WINDOW))
        self.opened += 1

    def press(self):
        """A key whose effect must show, timed."""
        self.drain(0)
        size, begun = len(self.written), time.monotonic()
        self.type("\x1b[B" if self.opened % 2 else "\x1b[A")
        while len(self.written) == size and time.monotonic() - begun < 1:
            self.drain(0.05)
        if len(self.written) > size:
            self.latencies.append(time.monotonic() - begun)

    def turn(self):
        for _ in range(2):
            self.look_up()
        self.press()
        self.step()
        self.command("stop" if self.rng.random() < 0.05 else "probe all")
        self.drain(0.1)
        self.forget()

    def rest(self):
        """Waits until nothing is asked any more; returns the number of descriptors then."""
        self.command("watch off")
        self.command("net off")
        for _ in range(RESTS):
            asked = Counting.questions
            self.drain(0.3)
            if Counting.questions == asked and self.descriptors() <= getattr(self, "least", 1 << 20):
                break
        count = self.descriptors()
        self.command("net on")
        return count

    def measure(self, until):
        readings = []
        while time.monotonic() < until:
            self.turn()
            readings.append(self.resident())
        return statistics.median(readings[-60:])


def main():
    path, seconds = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    program.Names, served = Counting, program.serve_mail
    soak = Soak(path, seed)

    def counted(*arguments):
        soak.dialogues += 1
        return served(*arguments)

    program.serve_mail = counted
    program.COMMANDS = [line for line in program.COMMANDS if not line.startswith(("set port", "watch", "close", "net"))]
    program.KEYS = [key for key in program.KEYS if key not in ("z", "m")]
    servers = soak.open_servers()
    with tempfile.TemporaryDirectory() as home:
        soak.start(home)
        soak.drain(1)
        begun = time.monotonic()
        early = soak.measure(begun + seconds / 6)
        files = soak.rest()
        late = soak.measure(begun + seconds)
        left = soak.rest()
        soak.written += b"\x1b[?1049h"  # what was forgotten opened the screen
        wrong = soak.end()
    for server in servers:
        server.close()
    times = sorted(soak.latencies) or [0]
    print("soak: %d s, %d domains, %d DNS questions, %d dialogues, %d octets drawn" %
          (seconds, soak.opened, Counting.questions, soak.dialogues, soak.drawn))
    print("soak: memory %d kB after a sixth, %d kB at the end (%+.1f %%); descriptors %d, then %d" %
          (early, late, 100 * late / early - 100, files, left))
    print("soak: key to screen: median %.1f ms, 99 %% %.1f ms, most %.1f ms of %d keys" %
          (1000 * times[len(times) // 2], 1000 * times[len(times) * 99 // 100], 1000 * times[-1], len(times)))
    if wrong:
        sys.exit("soak: FAILED: " + wrong)
    if late > early * GROWTH_MOST or left > files:
        sys.exit("soak: FAILED: something grew")


main()
