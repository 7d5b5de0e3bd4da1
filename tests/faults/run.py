#!/usr/bin/env python3
"""Every resource fails once, and a table of what came of it.

    run.py PART... with PART one of units, report, calls, screen, files; BUILD and SHIM in the environment

A survey finds each way in which a call is reached (shim.c); then the program runs once for each way, with the call
failing there. It passes when the program says a sentence or goes on, ends by itself, and loses nothing; for
interruptions and short transfers, when nothing can be seen of them at all. STEP=n takes every nth way to an allocation.
"""
import errno
import glob
import os
import pty
import select
import signal
import sqlite3
import subprocess
import sys
import tempfile
import termios
import time

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
SHIM = os.path.abspath(os.environ.get("SHIM", BUILD + "/tests/faults/shim.so"))
PROGRAM = BUILD + "/mxscope"
STEP = int(os.environ.get("STEP", "1"))
PATIENCE = 90  # a policy is waited for a minute
SHORT = 0
OLD_REPORT = b'{"old":true}\n'
EXHAUSTED = b"mxscope: out of memory"

# Each call with the errors that it can have; SHORT is a transfer of one octet.
FAULTS = {
    "socket": ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"],
    "connect": ["EADDRNOTAVAIL", "ENETUNREACH", "EINTR"],
    "bind": ["EADDRINUSE", "EACCES"],
    "getsockname": ["ENOBUFS"],
    "setsockopt": ["ENOMEM"],
    "epoll_ctl": ["ENOMEM", "ENOSPC"],
    "epoll_wait": ["EINTR"],
    "recv": ["EINTR", "EAGAIN", "ECONNRESET", "ENOMEM", SHORT],
    "recvfrom": ["EINTR", "EAGAIN", "ECONNREFUSED", "ENOMEM", SHORT],
    "send": ["EINTR", "EAGAIN", "ENOBUFS", "EPIPE"],
    "sendto": ["EINTR", "EAGAIN", "ENOBUFS", "EPERM"],
    "recvmmsg": ["EINTR", "EAGAIN", "ECONNREFUSED", "ENOMEM", SHORT],
    "sendmmsg": ["EINTR", "EAGAIN", "ENOBUFS", "EPERM", SHORT],
    "readv": ["EINTR", "EAGAIN", "ECONNRESET", SHORT],
    "writev": ["EINTR", "EAGAIN", "EPIPE", "ENOBUFS", SHORT],
    "read": ["EINTR", "EIO", SHORT],
    "write": ["EINTR", "EIO", "ENOSPC", SHORT],
    "open": ["EMFILE", "ENFILE", "EACCES", "EINTR"],
    "fopen": ["EMFILE", "EIO"],
    "pipe2": ["EMFILE", "ENFILE"],
    "getrandom": ["ENOSYS"],
    "epoll_create1": ["EMFILE", "ENOMEM"],
}
FILE_FAULTS = {
    "open": ["EMFILE", "ENOSPC", "EACCES", "EIO"],
    "mkostemp": ["EMFILE", "ENOSPC"],
    "mkdir": ["ENOSPC", "EACCES"],
    "write": ["ENOSPC", "EIO", "EINTR", SHORT],
    "pwrite64": ["ENOSPC", "EIO", "EINTR", SHORT],
    "pread64": ["EIO", "EINTR"],
    "read": ["EIO", "EINTR", SHORT],
    "fsync": ["EIO", "ENOSPC"],
    "fdatasync": ["EIO", "ENOSPC"],
    "ftruncate64": ["ENOSPC"],
    "mmap64": ["ENOMEM"],
    "rename": ["ENOSPC", "EIO"],
    "unlink": ["EIO"],
}
# These may not be seen at all in what the program says.
UNSEEN = {("recv", "EINTR"), ("recv", "EAGAIN"), ("recvfrom", "EINTR"), ("recvfrom", "EAGAIN"),
          ("readv", "EINTR"), ("readv", "EAGAIN"), ("readv", SHORT), ("writev", "EINTR"), ("writev", "EAGAIN"),
          ("writev", SHORT), ("epoll_wait", "EINTR"), ("read", "EINTR"), ("write", "EINTR"), ("write", SHORT),
          ("sendto", "EAGAIN"), ("recvmmsg", "EINTR"), ("recvmmsg", "EAGAIN"), ("recvmmsg", SHORT),
          ("sendmmsg", "EAGAIN"), ("sendmmsg", SHORT)}

failures = []


def environment(call=None, **more):
    """The environment with a fault in it."""
    env = dict(os.environ, LC_ALL="C.UTF-8")
    if call:
        env.update(LD_PRELOAD=SHIM, FAULT_CALL=call)
        env.update({"FAULT_" + name.upper(): str(value) for name, value in more.items()})
    return env


def number(fault):
    return 0 if fault == SHORT else getattr(errno, fault)


def survey(work, call, run):
    """The occurrences to fail, one for each way to the call."""
    path = os.path.join(work, "survey")
    if os.path.exists(path):
        os.unlink(path)
    run(environment(call, survey=path))
    if not os.path.exists(path):
        return []
    with open(path) as lines:
        return sorted({int(line) for line in lines})[::STEP if call == "malloc" else 1]


def run_plain(arguments, env, cwd=None):
    """Runs a program to its end: (status, output, errors); status None when it hung."""
    try:
        done = subprocess.run(arguments, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE,
                              cwd=cwd, check=False)
    except subprocess.TimeoutExpired as late:
        return None, late.stdout or b"", late.stderr or b""
    return done.returncode, done.stdout, done.stderr


def is_sentence(text):
    return any(len(line.split()) > 2 for line in text.splitlines())


def fault_of(status, output, errors):
    """What was wrong about an end, None when nothing was."""
    if status is None:
        return "hung"
    if status < 0:
        return "killed by signal %d" % -status
    if b"with exception" in output or b"Sanitizer" in errors:
        return "crashed"
    return None


class Row:
    """A line of the table."""

    def __init__(self, name):
        self.name, self.injected, self.unseen, self.told = name, 0, 0, 0
        self.failed = 0

    def fail(self, why):
        self.failed += 1
        failures.append("%s: %s" % (self.name, why))

    def show(self):
        print("  %-34s %8d %8d %8d %8d" % (self.name, self.injected, self.unseen, self.told, self.failed), flush=True)


def heading(text):
    print("%s\n  %-34s %8s %8s %8s %8s" % (text, "fault", "injected", "unseen", "told", "failed"), flush=True)


# --- units: every allocation of every unit test -----------------------------------------------------

def part_units():
    heading("every way to an allocation, in the unit tests")
    total = Row("all rooms")
    for room in sorted(glob.glob(BUILD + "/tests/unit/*")):
        row = Row("unit/" + os.path.basename(room))
        for program in sorted(glob.glob(room + "/*")):
            if not program.endswith(".d") and os.access(program, os.X_OK):
                unit_program(row, program)
        row.show()
        for name in ("injected", "unseen", "told", "failed"):
            setattr(total, name, getattr(total, name) + getattr(row, name))
    total.show()


def unit_program(row, program):
    with tempfile.TemporaryDirectory() as work:
        for at in survey(work, "malloc", lambda env: run_plain([program], env)):
            status, output, errors = run_plain([program], environment("malloc", at=at))
            row.injected += 1
            wrong = fault_of(status, output, errors)
            if wrong:
                row.fail("%s, allocation %d: %s" % (os.path.basename(program), at, wrong))
            elif EXHAUSTED in errors or status != 0:
                row.told += 1
            else:
                row.unseen += 1


# --- report: the program in the laboratory -----------------------------------------------------------

def report_arguments(work):
    return [PROGRAM, "--no-config", "--report", "--lab", "--seed", "1", "--timeout", "2", "--dns-timeout", "2",
            "three-mx.example", "dane-good.example", "sts-enforce.example"]


def same(report, other):
    """Whether two reports say the same: a domain stands where it was ready, and a packet sent again takes time."""
    return sorted(report.split(b"\n\n")) == sorted(other.split(b"\n\n"))


def judge_report(row, name, at, env, whole, hidden, arguments):
    """Whether a report under a fault was as it should be."""
    status, output, errors = run_plain(arguments, env)
    row.injected += 1
    wrong = fault_of(status, output, errors)
    if not wrong and hidden and not same(output, whole):
        again = run_plain(arguments, env)  # a machine under load may be late once
        wrong, output = fault_of(*again), again[1]
    if wrong:
        row.fail("%s %d: %s" % (name, at, wrong))
    elif same(output, whole):
        row.unseen += 1
    elif hidden:
        row.fail("%s %d: the report is another: %s" % (name, at, (output or errors)[:200]))
    elif status in (0, 1, 2, 3, 4, 64, 70) and (is_sentence(output) or is_sentence(errors)):
        row.told += 1
    else:
        row.fail("%s %d: status %d without a sentence" % (name, at, status))


def part_report():
    heading("every way to an allocation, in a report of three domains of the laboratory")
    with tempfile.TemporaryDirectory() as work:
        arguments = [word for word in report_arguments(work) if not word.startswith(("dane", "sts"))]
        whole = run_plain(arguments, environment())[1]
        row = Row("malloc: no memory")
        for at in survey(work, "malloc", lambda env: run_plain(arguments, env)):
            judge_report(row, "malloc", at, environment("malloc", at=at), whole, False, arguments)
        row.show()


def part_calls():
    heading("every way to a system call of the network, in the same report")
    with tempfile.TemporaryDirectory() as work:
        arguments = report_arguments(work)
        whole = run_plain(arguments, environment())[1]
        for call, faults in FAULTS.items():
            points = survey(work, call, lambda env: run_plain(arguments, env))
            for fault in faults:
                row = Row("%s: %s" % (call, fault or "one octet"))
                for at in points:
                    env = environment(call, at=at, error=number(fault))
                    judge_report(row, call, at, env, whole, (call, fault) in UNSEEN, arguments)
                row.show()
        clocks(work, arguments, whole)
        scarce(arguments, whole)


def clocks(work, arguments, whole):
    """The wall clock jumps both ways, the other one forth (a suspended machine) and, against its word, a little back."""
    for clock, name, jumps in ((time.CLOCK_REALTIME, "wall clock", (-86400, -3, 3, 86400)),
                               (time.CLOCK_MONOTONIC, "steady clock", (-3, 3, 86400))):
        for jump in jumps:
            row = Row("%s: %+d s" % (name, jump))
            env = environment("clock", clock=int(clock))
            points = survey(work, "clock", lambda base: run_plain(arguments, dict(env, **{
                "FAULT_SURVEY": base["FAULT_SURVEY"]})))
            for at in points[::4]:
                env = environment("clock", clock=int(clock), at=at, jump=jump)
                judge_report(row, name, at, env, whole, False, arguments)
            row.show()


def scarce(arguments, whole):
    """No descriptor for so many calls in a row."""
    for call in ("socket", "open", "epoll_ctl"):
        row = Row("%s: EMFILE for 40 calls" % call)
        for at in (1, 2, 5, 20, 60):
            env = environment(call, at=at, run=40, error=errno.EMFILE)
            judge_report(row, call, at, env, whole, False, arguments)
        row.show()


# --- screen: the interface, whose terminal must be given back ------------------------------------------

def run_screen(work, env):
    """Runs the interface on a pseudo-terminal: (status, what it wrote, was the terminal given back)."""
    script = os.path.join(work, "script")
    if not os.path.exists(script):
        with open(script, "w") as out:
            out.write("lookup three-mx.example\nwait\nview transcript\nview findings\nwalk\nnext\nhelp\nquit\n")
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    child = subprocess.Popen([PROGRAM, "--no-config", "--no-history", "--lab", "--seed", "1", "--script", script],
                             env=dict(env, TERM="xterm-256color"), stdin=slave, stdout=slave, stderr=slave,
                             start_new_session=True, preexec_fn=lambda: take_terminal(slave))
    written, deadline = b"", time.monotonic() + PATIENCE
    while child.poll() is None and time.monotonic() < deadline:
        written += drain(master, 0.02)
    if child.poll() is None:
        child.kill()
    child.wait()
    written += drain(master, 0)
    same = termios.tcgetattr(slave)[:4] == before[:4]
    status = child.returncode if time.monotonic() < deadline else None
    os.close(master)
    os.close(slave)
    left = written.rfind(b"\x1b[?1049l") >= written.rfind(b"\x1b[?1049h")
    return status, written, same and left


def take_terminal(slave):
    import fcntl
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


def drain(master, wait):
    written = b""
    while select.select([master], [], [], wait)[0]:
        try:
            block = os.read(master, 65536)
        except OSError:
            break
        if not block:
            break
        written += block
        wait = 0
    return written


def part_screen():
    heading("the interface on a terminal, which it must give back")
    with tempfile.TemporaryDirectory() as work:
        for call, fault in (("malloc", "ENOMEM"), ("read", "EINTR"), ("read", "EIO"), ("write", "EINTR"),
                            ("write", "EIO"), ("write", SHORT), ("writev", SHORT), ("epoll_wait", "EINTR"),
                            ("epoll_ctl", "ENOMEM"), ("open", "EMFILE"), ("fopen", "EMFILE"), ("pipe2", "EMFILE"),
                            ("mmap64", "ENOMEM")):
            row = Row("%s: %s" % (call, fault or "one octet"))
            points = survey(work, call, lambda env: run_screen(work, env))
            for at in points:
                status, written, restored = run_screen(work, environment(call, at=at, error=number(fault)))
                row.injected += 1
                wrong = fault_of(status, written, b"")
                if wrong or not restored:
                    row.fail("%s %d: %s" % (call, at, wrong or "the terminal was not given back"))
                elif status == 0:
                    row.unseen += 1
                elif b"mxscope: " in written[max(0, written.rfind(b"\x1b[?1049l")):]:
                    row.told += 1
                else:
                    row.fail("%s %d: status %d without a sentence" % (call, at, status))
            row.show()


# --- files: history, exports, recordings: nothing is lost -------------------------------------------------

def files_session(work, env):
    """A session that keeps a history, saves a report and records, over an older report and history."""
    script = os.path.join(work, "script")
    with open(script, "w") as out:
        out.write("lookup null-mx.example\nwait\nsave %s/report.json\nrecord %s/talk\nwait\nquit\n" % (work, work))
    return run_plain([PROGRAM, "--no-config", "--plain", "--lab", "--seed", "1", "--history", work + "/history.db",
                      "--script", script], env)


def snapshots(path):
    """How many snapshots a history holds; an exception when it is damaged."""
    with sqlite3.connect(path) as base:
        if base.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("damaged")
        tables = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: base.execute('SELECT count(*) FROM "%s"' % table).fetchone()[0] for table in tables}


def part_files():
    heading("files: an older history and report must be whole, or replaced by whole ones")
    with tempfile.TemporaryDirectory() as work:
        files_session(work, environment())
        keep = {name: open(os.path.join(work, name), "rb").read() for name in os.listdir(work)
                if name.startswith(("history.db", "report.json"))}
        keep["report.json"] = OLD_REPORT
        before = snapshots(work + "/history.db")
        for call, faults in FILE_FAULTS.items():
            restore(work, keep)
            points = survey(work, call, lambda env: files_session(work, env))
            for fault in faults:
                row = Row("%s: %s" % (call, fault or "one octet"))
                for at in points:
                    restore(work, keep)
                    judge_files(row, work, call, at, fault, before)
                row.show()


def restore(work, keep):
    for name in os.listdir(work):
        if name != "survey":
            os.unlink(os.path.join(work, name))
    for name, octets in keep.items():
        with open(os.path.join(work, name), "wb") as out:
            out.write(octets)


def judge_files(row, work, call, at, fault, before):
    status, output, errors = files_session(work, environment(call, at=at, error=number(fault)))
    row.injected += 1
    wrong = fault_of(status, output, errors)
    try:
        after = snapshots(work + "/history.db")
        if not wrong and any(after.get(table, 0) < count for table, count in before.items()):
            wrong = "the history lost rows: %s, then %s" % (before, after)
    except (sqlite3.Error, OSError) as damage:
        wrong = wrong or "the history: %s" % damage
    with open(work + "/report.json", "rb") as report:
        octets = report.read()
    if not wrong and not (octets.startswith(b"{") and octets.endswith(b"}\n")):
        wrong = "half a report was left"
    told = b"Error:" in output or b"mxscope: " in errors or status != 0
    if not wrong and not told and octets == OLD_REPORT:
        wrong = "the report was not saved, and nobody was told"
    if wrong:
        row.fail("%s %d: %s" % (call, at, wrong))
    elif not told:
        row.unseen += 1
    elif is_sentence(output) or is_sentence(errors):
        row.told += 1
    else:
        row.fail("%s %d: status %d without a sentence" % (call, at, status))


PARTS = {"units": part_units, "report": part_report, "calls": part_calls, "screen": part_screen, "files": part_files}


def main():
    os.environ.pop("LD_PRELOAD", None)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    home = tempfile.mkdtemp()
    os.environ.update(HOME=home, XDG_STATE_HOME=home, XDG_CONFIG_HOME=home)
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
    for line in failures:
        print("FAILED " + line)
    sys.exit(1 if failures else 0)


main()
