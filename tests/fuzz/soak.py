#!/usr/bin/env python3
"""A long session against faulty servers: nothing may grow, no descriptor be left open, no frame come late.

    soak.py PROGRAM SECONDS [SEED]

The servers are those of program.py, in a process of their own: what they take is not the program's. Names are looked
up, walked through and closed again, probes run, keys and resizes come between, at a pace that makes LOOKUPS and PROBES
in WHOLE seconds (fewer is a failure, too). Memory is read after a sixth of the time and at the end, each time as the median of the last turns;
descriptors are counted while everything rests.

A frame is timed by a letter that stands nowhere else, typed at the prompt: from its octets to the frame that shows it,
less what the program and this script waited meanwhile for a processor that the machine had given to others. Where that
is allowed, both go before other work.
"""
import collections
import mmap
import os
import signal
import statistics
import struct
import sys
import tempfile
import threading
import time

import program

WHOLE, LOOKUPS, PROBES = 1800, 50000, 5000
WINDOW = 40  # domains open at once
BURST = 4  # lookups in a row: what was missed while all rested is made up for slowly
HOSTS = 60  # addresses of mail servers: each is connected to once at a time
GROWTH_MOST = 1.10
PACE_LEAST = 0.98
LATE = 0.050
LOOKS, QUIET = 400, 40  # for the end of all traffic: so many alike are one
READINGS = 200  # of memory, of which the median counts
LETTERS = "ЖЮЩФЯ"
SLOT = {"questions": 0, "studied": 1, "dialogues": 2}


class Tally:
    """Counters that the servers' process shares with this one."""

    def __init__(self):
        self.octets, self.lock = mmap.mmap(-1, 64), threading.Lock()

    def add(self, name):
        with self.lock:
            struct.pack_into("q", self.octets, 8 * SLOT[name], self.get(name) + 1)

    def get(self, name):
        return struct.unpack_from("q", self.octets, 8 * SLOT[name])[0]


tally = Tally()


class Counting(program.Names):
    """The name server, which counts its questions, and the names it was asked the exchanges of."""
    seen = collections.OrderedDict()

    def records(self, name, kind):
        if kind == program.TYPES["A"]:
            return [(kind, bytes([127, 0, 0, self.rng.randint(1, HOSTS)])) for _ in range(self.rng.randint(1, 3))]
        if kind == program.TYPES["MX"] and name.lower() not in self.seen:
            self.seen[name.lower()] = True
            tally.add("studied")
            if len(self.seen) > 10 * WINDOW:
                self.seen.popitem(last=False)
        return super().records(name, kind)

    def reply(self, query):
        tally.add("questions")
        return super().reply(query)


def waited(path):
    """Seconds that a thread was ready to run and was not running."""
    with open(path) as stat:
        return int(stat.read().split()[1]) / 1e9


def switches(path):
    """How often a thread gave its processor away by itself."""
    with open(path) as status:
        return next(int(line.split()[1]) for line in status if line.startswith("voluntary"))


class Soak(program.Episode):
    """The session."""

    def __init__(self, path, seed):
        super().__init__(path, seed)
        self.opened, self.drawn, self.unseen, self.readings = 0, 0, 0, []
        self.latencies, self.raw = [], []
        self.small, self.threads = True, []

    def mode(self):
        return []

    # --- servers ---

    def serve(self):
        """Opens the servers in a process of their own."""
        ports, told = os.pipe()
        self.server = os.fork()
        if self.server == 0:
            self.open_servers()
            os.write(told, struct.pack("ii", self.dns, self.smtp))
            signal.pause()
            os._exit(0)
        self.dns, self.smtp = struct.unpack("ii", os.read(ports, 8))

    # --- what is read ---

    def resident(self):
        with open("/proc/%d/status" % self.child.pid) as status:
            for line in status:
                if line.startswith("VmRSS"):
                    return int(line.split()[1])
        self.drain(1)
        raise SystemExit("soak: FAILED: the program ended by itself, status %s: %s" % (
            self.child.wait(), self.written.decode("latin-1")[-1000:]))

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.child.pid))

    def find_threads(self):
        """The program's threads that a key passes through: the first, and the prompt's, which is woken most."""
        tasks = "/proc/%d/task/" % self.child.pid
        rest = [task for task in os.listdir(tasks) if int(task) != self.child.pid]
        prompt = max(rest, key=lambda task: switches(tasks + task + "/status"))
        return [tasks + "%s/schedstat" % task for task in (self.child.pid, prompt)]

    def others(self):
        """Seconds for which they, and this script, have waited for a processor."""
        return sum(waited(path) for path in self.threads + ["/proc/self/schedstat"])

    def forget(self):
        """What was drawn has been looked at: only faults in it are of interest."""
        self.drawn += len(self.written)
        if program.FAULT.search(self.written):
            raise SystemExit("soak: FAILED: " + self.written.decode("latin-1")[-3000:])
        self.written = b""

    # --- hands ---

    def resize(self):
        super().resize()
        rows, columns = os.get_terminal_size(self.master)[::-1]
        self.small = rows < 12 or columns < 40

    def command(self, text):
        self.type(program.PROMPT + text + "\r")
        self.drain(0.02)

    def octet(self):
        """Any but those that leave the program: q, Q, C-c, C-d, C-z, C-\\."""
        return self.rng.choice([octet for octet in range(1, 256) if octet not in b"qQ\x03\x04\x1a\x1c"])

    def look_up(self):
        """One domain comes; the one that has been there longest goes."""
        self.type(program.PROMPT + "lookup n%d.example\r" % self.opened)
        if self.opened >= WINDOW:
            self.type(program.PROMPT + "close n%d.example\r" % (self.opened - WINDOW))
        self.drain(0.005)
        self.opened += 1

    def press(self):
        """A letter at the prompt, timed until it shows."""
        if self.small:
            return
        letter = self.rng.choice(LETTERS).encode()
        self.type(program.PROMPT)
        self.drain(0.1)
        self.forget()
        self.threads = self.threads or self.find_threads()
        before, begun = self.others(), time.monotonic()
        os.write(self.master, letter)
        while letter not in self.written and time.monotonic() - begun < 2:
            self.drain(0.05)
        took = time.monotonic() - begun
        if letter in self.written:
            self.raw.append(took)
            self.latencies.append(max(0, took - (self.others() - before)))
            if self.latencies[-1] > LATE:
                print("soak: at %.3f a frame came after %.1f ms" % (begun, 1000 * took), flush=True)
        else:
            self.unseen += 1
        self.type("\x15" + program.ESCAPE)

    def turn(self, begun):
        due = LOOKUPS * (time.monotonic() - begun) / WHOLE
        for _ in range(min(BURST, int(due) - self.opened)):
            self.look_up()
        self.press()
        self.step()
        if self.rng.random() < 0.02:
            self.command("stop")
        self.command("probe all")
        self.forget()

    def rest(self):
        """Waits until nothing is asked any more; returns the number of descriptors then."""
        for command in ("watch off", "net off", "net off"):  # the last octets may have made one a part of something
            self.command(command)
        before, quiet = None, 0
        for _ in range(LOOKS):
            self.drain(0.3)
            now = (tally.get("questions"), tally.get("dialogues"), self.descriptors())
            quiet = quiet + 1 if now == before else 0
            before = now
            if quiet == QUIET:
                break
        else:
            print("soak: no rest: %d questions, %d dialogues, %d descriptors" % before, flush=True)
        count = self.descriptors()
        self.command("net on")
        return count

    def measure(self, begun, seconds):
        """Goes on for so long; returns the memory at the end, and tells of it now and then."""
        told = time.monotonic()
        while time.monotonic() < begun + seconds:
            self.turn(begun)
            self.readings.append(self.resident())
            if time.monotonic() > told + 60:
                told = time.monotonic()
                print("soak: after %4d s: %d kB, %d domains, %d dialogues, %d late frames" % (
                    told - begun, self.memory(), self.opened, tally.get("dialogues"), self.late()), flush=True)
        return self.memory()

    def late(self):
        return sum(took > LATE for took in self.latencies)

    def memory(self):
        return statistics.median(self.readings[-READINGS:])


def go_before_others():
    """Takes precedence, where that is allowed (root)."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        pass


def spread(times):
    """Median, 99 of 100 and the longest, in milliseconds."""
    times = sorted(times) or [0]
    return "median %.1f ms, 99 %% %.1f ms, most %.1f ms" % tuple(
        1000 * times[i] for i in (len(times) // 2, len(times) * 99 // 100, -1))


def counted(*arguments):
    tally.add("dialogues")
    return served(*arguments)


def only_the_session():
    """Leaves commands and keys out that would end it, or change what is compared."""
    program.COMMANDS = [line for line in program.COMMANDS 
                        if not line.startswith(("set port", "watch", "close", "net", "lesson", "quiz"))]
    program.KEYS = [key for key in program.KEYS if key not in ("z", "m")]


def main():
    path, seconds = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    program.Names, program.serve_mail = Counting, counted
    only_the_session()
    soak = Soak(path, seed)
    soak.serve()
    go_before_others()
    with tempfile.TemporaryDirectory() as home:
        soak.start(home)
        soak.drain(1)
        begun = time.monotonic()
        early = soak.measure(begun, seconds / 6)
        files = soak.rest()
        late = soak.measure(begun, seconds)
        left = soak.rest()
        soak.written += b"\x1b[?1049h"  # what was forgotten opened the screen
        wrong = soak.end()
    os.kill(soak.server, signal.SIGTERM)
    os.waitpid(soak.server, 0)
    frames = soak.late()
    print("soak: %d s, %d lookups (%d names reached the server), %d DNS questions, %d dialogues, %d octets drawn" %
          (seconds, soak.opened, tally.get("studied"), tally.get("questions"), tally.get("dialogues"), soak.drawn))
    print("soak: memory %d kB after a sixth, %d kB at the end (%+.1f %%); descriptors %d, then %d" %
          (early, late, 100 * late / early - 100, files, left))
    print("soak: key to screen: %s, %d over %d ms of %d keys (%d unseen)" %
          (spread(soak.latencies), frames, 1000 * LATE, len(soak.latencies), soak.unseen))
    print("soak: with the waits for a processor: " + spread(soak.raw))
    for fault, text in ((wrong, wrong), (late > early * GROWTH_MOST, "memory grew"),
                        (left > files, "descriptors were left"), (frames, "frames came late"),
                        (soak.opened < LOOKUPS * seconds / WHOLE * PACE_LEAST, "too few lookups"),
                        (tally.get("dialogues") < PROBES * seconds / WHOLE * PACE_LEAST, "too few probes")):
        if fault:
            sys.exit("soak: FAILED: " + text)


served = program.serve_mail
main()
