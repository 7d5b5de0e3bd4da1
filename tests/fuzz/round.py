#!/usr/bin/env python3
"""Every fuzz target in turn, each for as many seconds of processor time; one table of what came of it.

    round.py BUILD SECONDS [TARGET...]

BUILD holds the targets that `make fuzz` links, and gathers what they found. JOBS (or else one for each processor) run
side by side. A row is printed when its target is done: executions, seconds, edges, features, and its findings by file.
"""
import concurrent.futures
import glob
import os
import re
import subprocess
import sys

SLOW = 1.0  # seconds of processor time for one input: too long for any of ours
SLICE = 300  # seconds at a stretch: libFuzzer counts time on the wall, this table the processor's
ROW = "{:<12} {:>12} {:>8} {:>7} {:>9}  {}"


class Tally:
    """What the stretches of one target came to."""

    def __init__(self):
        self.executions, self.seconds, self.edges, self.features = 0, 0.0, 0, 0

    def add(self, words, usage):
        self.seconds += usage.ru_utime + usage.ru_stime
        self.executions += int((re.findall(r"number_of_executed_units: (\d+)", words) or [0])[-1])
        for edges, features in re.findall(r"cov: (\d+) ft: (\d+)", words):
            self.edges, self.features = max(self.edges, int(edges)), max(self.features, int(features))


def run(words, log):
    """Runs a program to its end; returns its exit code and what it used."""
    child = subprocess.Popen(words, stdout=log, stderr=log)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage


def is_finding(build, target, path):
    """False for an input that was slow because others had the processor."""
    if "-slow-unit-" not in path:
        return True
    code, usage = run([f"{build}/tests/fuzz/live_{target}", path], subprocess.DEVNULL)
    return code != 0 or usage.ru_utime + usage.ru_stime > SLOW


def stretch(build, target, seconds, tally):
    """Runs a target for so many seconds on the wall; True when it ended well."""
    found = f"{build}/found/{target}"
    os.makedirs(found, exist_ok=True)
    dictionaries = [f"-dict={path}" for path in glob.glob(f"tests/fuzz/dict/{target}.dict")]
    seeds = glob.glob(f"tests/fuzz/corpus/{target}") + glob.glob(f"tests/fuzz/corpus/fuzz_{target}")
    with open(f"{build}/found/{target}.log", "w+", errors="replace") as log:
        code, usage = run([f"{build}/tests/fuzz/live_{target}", f"-max_total_time={seconds}", "-print_final_stats=1",
                           f"-artifact_prefix={build}/found/{target}-", *dictionaries, found, *seeds], log)
        log.seek(0)
        tally.add(log.read(), usage)
    return code == 0


def fuzz(build, target, seconds):
    """Runs a target until its processor time is spent or it finds something; prints its row, returns its findings."""
    tally, well = Tally(), True
    while well and tally.seconds < seconds:
        well = stretch(build, target, min(SLICE, int(seconds - tally.seconds) + 1), tally)
    kept = sorted(glob.glob(f"{build}/found/{target}-*"))
    findings = [path for path in kept if is_finding(build, target, path)]
    if not well and not findings:
        findings = [f"{build}/found/{target}.log"]
    print(ROW.format(target, tally.executions, round(tally.seconds), tally.edges, tally.features,
                     " ".join(findings) or "none"), flush=True)
    return findings


def main():
    build, seconds, targets = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    print(ROW.format("target", "executions", "seconds", "edges", "features", "findings"), flush=True)
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS") or os.cpu_count())) as pool:
        found = list(pool.map(lambda target: fuzz(build, target, seconds), targets))
    sys.exit(any(found))


main()
