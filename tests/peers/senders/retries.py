"""When real senders come again: Exim and Sendmail of this Debian, with a message for a server that refuses
connections, and a clock that is set forward step by step (libfaketime). With each step the queue
is run once; a SYN on the wire is an attempt. It must be made when `clock` of mxscope says, or a few
steps later, for lateness adds up; the message must be given up when `clock` says, too.

    retries.py MXSCOPE        (inside the world of tests/peers, see run.sh)
"""
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from servers import Exim, Sendmail  # noqa: E402
from world import build  # noqa: E402

DAY = 86400
DOMAIN = "only-down.test"
LATE = 3                # steps
PAST = 60               # seconds behind a step, so that what ends with it has ended
STEPS = {"exim": 900, "sendmail": 3600}     # seconds; Sendmail comes with every run of its queue


def foretell(program, sender, step):
    """Ages of our attempts, each rounded up to a step, and of the end."""
    lines = [f"sender {sender}", f"lookup {DOMAIN}", "wait", "clock", "wait"]
    for _ in range(0, 6 * DAY, step):
        lines += [f"clock +{step // 60}m", "wait"]
    with open("/etc/peers/script", "w", encoding="ascii") as file:
        file.write("\n".join(lines + ["quit", ""]))
    out = subprocess.run([program, "--plain", "--no-config", "--no-history", "--no-dnssec",
                          "--server", "127.0.0.1", "--allow-special", "--script",
                          "/etc/peers/script"], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, text=True, check=True).stdout
    # the view wraps its lines
    hands = re.findall(r"At [^:]*:\d\d, [^:]*: (\d+) attempts? (?:is|are) made([^.]*)\.",
                       " ".join(out.split()))
    ages, end = [], None
    for i, (made, rest) in enumerate(hands):
        ages += [(i + 1) * step] * (int(made) - 1 - len(ages))
        if "gone back" in rest and end is None:
            end = (i + 1) * step
    return ages, end


def was_called(wire, mark):
    """True when a SYN went out since the last time."""
    wire.settle(mark)
    return wire.take() != []


def measure(server, wire, mark, step):
    """Ages of the attempts behind the first, and of the end."""
    server.seconds = 1
    server.hand_over([f"user@m-1.{DOMAIN}"])
    while not was_called(wire, mark):
        time.sleep(0.1)
    ages = []
    for age in range(step, 6 * DAY, step):
        ended = server.run_queue(age + PAST)
        if was_called(wire, mark):
            ages.append(age)
        if ended:
            return ages, age
    return ages, None


def text(age):
    return f"{age // 3600}:{age % 3600 // 60:02}"


def main():
    program, failures = sys.argv[1], 0
    with open("/etc/resolv.conf", "w", encoding="ascii") as file:
        file.write("nameserver 127.0.0.1\n")
    os.chmod("/etc/peers/log", 0o777)
    zones, wire = build(HERE)
    mark = zones.addresses["single", "a"][0]
    for server in (Exim(), Sendmail()):
        step = STEPS[server.name]
        ours, our_end = foretell(program, server.name, step)
        wire.take()
        server.start()
        theirs, their_end = measure(server, wire, mark, step)
        equal = len(ours) == len(theirs) and our_end is not None and their_end is not None and \
            0 <= their_end - our_end <= LATE * step and \
            all(0 <= b - a <= LATE * step for a, b in zip(ours, theirs))
        failures += not equal
        print(f"{server.name}: {'equal' if equal else 'DIFFERS'}, {len(theirs) + 1} attempts,"
              f" given up after {text(their_end or 0)}; ours {len(ours) + 1},"
              f" {text(our_end or 0)}")
        for name, ages in (("ours", ours), ("seen", theirs)):
            print(f"  {name:5} {' '.join(text(a) for a in ages[:24])}"
                  f"{' ... ' + text(ages[-1]) if len(ages) > 24 else ''}", flush=True)
    sys.exit(failures > 0)


main()
