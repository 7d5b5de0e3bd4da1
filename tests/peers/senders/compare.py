"""Real senders beside our plan: Postfix, Exim, OpenSMTPD and Sendmail of this Debian deliver to the
scenarios of scenarios.py; every SYN on the wire is an attempt. Fixed orders must be those of
`mxscope --sender NAME`, outcomes too; draws must have its distribution (chi-square, p > 0.01, see
compare_draw). Prints the table; exit status 1 when a row differs that the file `differences` does not explain.

    compare.py MXSCOPE        (inside the world of tests/peers, see run.sh)
"""
import concurrent.futures
import json
import math
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from scenarios import DRAWS, FIXED  # noqa: E402
from servers import SERVERS  # noqa: E402
from world import build  # noqa: E402

DELIVERIES = int(os.environ.get("DELIVERIES", "200"))
PLANS = 5 * DELIVERIES  # draws of our own, so that theirs are held against a distribution
LEAST_P = 0.01
WITHOUT_DRAW = 5      # deliveries of a sender that draws nothing, each when nothing is connected
PATIENCE = 30


def ask(program, sender, recipient, *more):
    """What mxscope says of this sender and recipient."""
    words = [program, "--report=json", "--no-config", "--no-history", "--no-dnssec",
             "--server", "127.0.0.1", "--allow-special", "--timeout", "5", "--sender", sender]
    out = subprocess.run(words + list(more) + [recipient], stdout=subprocess.PIPE, text=True,
                         check=False).stdout
    return json.loads(out)


def attempts(answer):
    """[(preference, address)] in the order of the plan."""
    rows = []
    for exchange in answer.get("exchanges", []):
        for address in exchange.get("addresses", []):
            if address.get("order"):
                rows.append((address["order"], exchange["preference"], address["address"]))
    return [(p, a) for _, p, a in sorted(rows)]


def predict(answer):
    """(outcome, attempts as far as they are made)"""
    plan, reason = attempts(answer), answer["reason"]
    outcome = {"deliver": "deliver", "warn": "deliver", "bounce": "bounce"}.get(
        answer["verdict"], "defer")
    last = None
    if outcome == "deliver":
        last = re.search(r"goes to \S+ \[([^\]]+)\]", reason)
    elif re.search(r"asks no other|gives up for now|for good \(5\d\d\)", reason):
        last = re.match(r"\S+ \[([^\]]+)\]", reason)
    if last:
        at = [a for _, a in plan].index(last[1])
        plan = plan[:at + 1]
    return outcome, plan


def is_drawn(whole, sender):
    """Preferences whose addresses come in an order that nobody can foresee."""
    if sender == "opensmtpd":
        return set()
    seen = [p for p, _ in whole]
    drawn = {p for p in seen if seen.count(p) > 1}
    if sender in ("exim", "sendmail"):  # both families of one host: IPv6 first, always
        drawn = {p for p in drawn
                 if len({a for q, a in whole if q == p and ":" in a}) > 1 or
                 len({a for q, a in whole if q == p and ":" not in a}) > 1}
    return drawn


def same_attempts(plan, heard, sender, whole, outcome):
    """
    True when what was heard is the plan: in order; where a draw decides, by preference and number,
    and where a drawn address took the message, as far as that one.
    """
    drawn, where = is_drawn(whole, sender), {a: p for p, a in whole}
    open_end = outcome == "deliver" and plan and plan[-1][0] in drawn
    if not open_end and len(plan) != len(heard):
        return False
    if any(a not in where for a in heard):
        return False
    for (preference, address), was in zip(plan, heard):
        if address != was and not (preference in drawn and where[was] == preference):
            return open_end and where[was] == plan[-1][0]
    return bool(heard) or not plan


def wait_for(server, recipient, wire):
    """The outcome of one message: as its log says once the wire is quiet."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        result = server.results().get(recipient)
        if result and wire.quiet_for() > 0.5:
            return result
        time.sleep(0.1)
    return ("defer (nothing logged)", None)


def addresses_of(zones, name):
    """All addresses of a scenario with their preference."""
    mx, hosts = zones.scenarios[name]
    found = []
    for preference, host in mx if isinstance(mx, list) else [(0, "@")]:
        target = hosts.get(host)
        host = target if isinstance(target, str) else host
        found += [(preference, a) for a in zones.addresses.get((name, host), [])]
    return found


def compare_fixed(program, server, zones, wire, name):
    """One row: (scenario, what we say, what was seen, equal)."""
    recipient = f"user@m-1.{name}.test"
    answer = ask(program, server.name, recipient, "--rcpt", "--seed", "1")
    outcome, plan = predict(answer)
    wire.wait_for({a for _, a in attempts(answer)})     # our own probes
    wire.take()
    server.hand_over([recipient])
    result, _ = wait_for(server, recipient, wire)
    mine = {a for _, a in addresses_of(zones, name)}
    wire.settle(zones.addresses["single" if name != "single" else "two", "a"][0])
    heard = [a for a in wire.take() if a in mine]
    if server.name == "opensmtpd" and "nothing" in result and set(heard) == {a for _, a in plan}:
        heard = heard[:len(plan)]       # round and round
    if name == "primary-tls" and heard[:1] == heard[1:2]:
        heard = heard[1:]       # again, in clear: our plan counts that as one attempt
    equal = result.split()[0] == outcome and \
        same_attempts(plan, heard, server.name, addresses_of(zones, name), outcome)
    return (name, f"{outcome} {len(plan)}", f"{result} {len(heard)}", equal,
            f"plan {' '.join(a for _, a in plan)} / wire {' '.join(heard)}")


def gamma_tail(s, x):
    """The upper incomplete gamma function, regularised (for the chi-square distribution)."""
    if x <= 0:
        return 1.0
    term = total = 1.0 / s
    n = s
    for _ in range(1000):
        n += 1
        term *= x / n
        total += term
    return max(0.0, 1 - total * math.exp(-x + s * math.log(x) - math.lgamma(s)))


def chi_square(ours, theirs):
    """p of two samples of counts coming from one distribution."""
    keys = [k for k in set(ours) | set(theirs)]
    if len(keys) < 2:
        return 1.0 if set(ours) == set(theirs) else 0.0
    a, b = sum(ours.values()), sum(theirs.values())
    total = 0.0
    for key in keys:
        both = ours.get(key, 0) + theirs.get(key, 0)
        for counts, size in ((ours, a), (theirs, b)):
            expected = both * size / (a + b)
            total += (counts.get(key, 0) - expected) ** 2 / expected
    return gamma_tail((len(keys) - 1) / 2, total / 2)


def count(items):
    counts = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    return counts


def is_connected():
    """True while a connection to a receiver is open."""
    return subprocess.run(["ss", "-Hnt", "state", "established", "dport", "=", ":25"],
                          stdout=subprocess.PIPE, check=True).stdout != b""


def plan_draws(program, server, recipient, number):
    """How often each address comes first in so many plans of ours, each with a seed of its own."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        plans = pool.map(lambda seed: attempts(ask(program, server.name, recipient, "--no-probe",
                                                   "--seed", str(seed)))[0][1], range(number))
        return count(plans)


def deliver_all(server, recipients):
    """Hands all over and waits for each: the addresses that took them, in no order."""
    at_once = 1 if server.name == "opensmtpd" else 20   # see the file `differences`
    for i in range(0, len(recipients), at_once):
        server.hand_over(recipients[i:i + at_once])
        while at_once == 1 and (recipients[i] not in server.results() or is_connected()):
            time.sleep(0.1)
    end = time.monotonic() + 4 * PATIENCE
    taken = []
    while time.monotonic() < end and len(taken) < len(recipients):
        results = server.results()
        taken = [results[r][1] for r in recipients if r in results and results[r][0] == "deliver"]
        time.sleep(0.2)
    return taken


def compare_draw(program, server, name):
    """
    One row for a draw: the first address over many deliveries, with the p of every sample. Of a hundred
    true rows one has p < 0.01 by chance alone: such a row is decided by a second sample thrice as
    large, which has nothing of the first. A true row fails so once in ten thousand.
    """
    draws_nothing = server.name == "opensmtpd"
    deliveries = WITHOUT_DRAW if draws_nothing else DELIVERIES
    ours = plan_draws(program, server, f"user@m-0.{name}.test",
                      WITHOUT_DRAW if draws_nothing else PLANS)
    told = []
    for size in (deliveries, 3 * deliveries):
        theirs = count(deliver_all(server, [f"user@m-{size}-{i}.{name}.test" for i in range(size)]))
        p = chi_square(ours, theirs)
        told.append(f"p={p:.4f}")
        equal = p > LEAST_P and sum(theirs.values()) == size
        if equal or draws_nothing:
            break

    def numbers(counts):
        return " ".join(str(counts.get(k, 0)) for k in sorted(set(ours) | set(theirs), key=str))
    return (name, numbers(ours), numbers(theirs), equal, " ".join(told))


def explained():
    """Rows of the file `differences`: SERVER SCENARIO WHY"""
    with open(f"{HERE}/differences", encoding="ascii") as file:
        rows = [line.split(None, 2) for line in file if line.strip() and line[0] != "#"]
    return {(r[0], r[1]): r[2].strip() for r in rows}


def main():
    program = sys.argv[1]
    only = sys.argv[2:]
    with open("/etc/resolv.conf", "w", encoding="ascii") as file:
        file.write("nameserver 127.0.0.1\n")
    os.chmod("/etc/peers/log", 0o777)
    zones, wire = build(HERE)
    known, failures, rows = explained(), 0, 0
    for server in SERVERS:
        if os.environ.get("SENDERS", server.name) != server.name:
            continue
        server.start()
        print(f"\n{server.name:10} {'scenario':18} {'our plan':22} {'seen':26}", flush=True)
        for name in [*FIXED, *DRAWS]:
            if only and name not in only:
                continue
            row = compare_fixed(program, server, zones, wire, name) if name in FIXED else \
                compare_draw(program, server, name)
            why = known.get((server.name, name))
            verdict = "equal" if row[3] else f"known: {why}" if why else f"DIFFERS {row[4]}"
            failures += not row[3] and not why
            rows += 1
            print(f"{'':10} {row[0]:18} {row[1]:22} {row[2]:26} {verdict}"
                  f"{' ' + row[4] if name in DRAWS and row[3] else ''}", flush=True)
        server.stop()
    print(f"\nsenders: {rows} rows, {failures} differ without an explanation")
    sys.exit(failures > 0)


main()
