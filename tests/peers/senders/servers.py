"""Four MTAs as senders, in their default ways: start, hand over, read the log."""
import ipaddress
import os
import random
import re
import signal
import smtplib
import socket
import subprocess
import time

LOG = "/etc/peers/log"
CLOCK = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


def later(seconds):
    """The environment of a program to which it is later than it is."""
    return dict(os.environ, LD_PRELOAD=CLOCK, FAKETIME=f"+{seconds}s")


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def wait_port(port):
    for _ in range(200):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"senders: nothing listens on {port}: " + open_tail())


def open_tail():
    text = ""
    for name in os.listdir(LOG):
        with open(f"{LOG}/{name}", encoding="latin1") as file:
            text += f"\n{name}: " + file.read()[-600:]
    return text


class Server:
    """One MTA. .read finds in a line of its log (recipient, outcome, address or None)."""
    process = None

    def run(self, words, **more):
        """Starts the daemon, in a process group of its own."""
        self.process = subprocess.Popen(words, start_new_session=True, **more)
        wait_port(self.port)

    def stop(self):
        """Ends the daemon: what it still keeps would be tried again among the next one's attempts."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def log(self):
        try:
            with open(self.path, encoding="latin1") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def hand_over(self, recipients):
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="test.sender.test") as smtp:
            for recipient in recipients:
                smtp.sendmail("a@sender.test", [recipient], "Subject: x\r\n\r\nx\r\n")

    def results(self):
        """recipient -> (outcome, address it was delivered to)"""
        found = {}
        for line in self.log().splitlines():
            result = self.read(line)
            if result and result[0] not in found:
                found[result[0]] = result[1:]
        return found


class Postfix(Server):
    name, port, path = "postfix", 2525, f"{LOG}/postfix"

    def start(self):
        write("/etc/peers/sender/main.cf", f"""compatibility_level = 3.6
maillog_file = {self.path}
maillog_file_prefixes = {LOG}
queue_directory = /etc/peers/postfix/queue
data_directory = /etc/peers/postfix/data
mail_owner = postfix
setgid_group = postdrop
myhostname = postfix.sender.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = all
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtp_tls_security_level = may
default_database_type = texthash
alias_maps =
bounce_queue_lifetime = 0
""")
        rows = ["127.0.0.1:2525 inet n - n - - smtpd"]
        rows += ["smtp unix - - n - - smtp", "relay unix - - n - - smtp",
                 "error unix - - n - - error", "retry unix - - n - - error",
                 "discard unix - - n - - discard", "cleanup unix n - n - 0 cleanup",
                 "qmgr unix n - n 300 1 qmgr", "tlsmgr unix - - n 1000? 1 tlsmgr",
                 "rewrite unix - - n - - trivial-rewrite", "bounce unix - - n - 0 bounce",
                 "defer unix - - n - 0 bounce", "trace unix - - n - 0 bounce",
                 "proxymap unix - - n - - proxymap", "scache unix - - n - 1 scache",
                 "anvil unix - - n - 1 anvil", "postlog unix-dgram n - n - 1 postlogd"]
        write("/etc/peers/sender/master.cf", "\n".join(rows) + "\n")
        for queue in ("active bounce corrupt defer deferred flush hold incoming private public "
                      "maildrop saved trace pid").split():
            os.makedirs(f"/etc/peers/postfix/queue/{queue}", exist_ok=True)
            if queue != "pid":
                subprocess.run(["chown", "postfix", f"/etc/peers/postfix/queue/{queue}"], check=True)
        os.makedirs("/etc/peers/postfix/data", exist_ok=True)
        subprocess.run(["chown", "postfix", "/etc/peers/postfix/data"], check=True)
        self.run(["/usr/lib/postfix/sbin/master", "-c", "/etc/peers/sender", "-d"],
                 env=dict(os.environ, MAIL_CONFIG="/etc/peers/sender"))

    def read(self, line):
        m = re.search(r"to=<([^>]+)>.* relay=(\S+?),.* dsn=(\d\.\d+\.\d+), status=(\w+)", line)
        if not m:
            return None
        address = re.search(r"\[([0-9a-f.:]+)\]", m[2])
        outcome = {"sent": "deliver", "deferred": "defer", "bounced": "bounce"}[m[4]]
        return m[1], outcome, address and address[1]


class Exim(Server):
    name, port, path = "exim", 2526, f"{LOG}/exim_mainlog"

    def start(self):
        write("/etc/exim4/exim4.conf", f"""keep_environment = LD_PRELOAD : FAKETIME
primary_hostname = exim.sender.test
spool_directory = /etc/peers/exim
log_file_path = {LOG}/exim_%slog
log_selector = +outgoing_interface
local_interfaces = 127.0.0.1
daemon_smtp_ports = 2526
acl_smtp_rcpt = take
acl_smtp_data = take
never_users =
smtp_accept_max = 0
queue_run_max = 0
smtp_accept_queue_per_connection = 0
remote_max_parallel = 4
begin acl
take:
  accept
begin routers
dnslookup:
  driver = dnslookup
  transport = remote_smtp
  ignore_target_hosts = 0.0.0.0 : 127.0.0.0/8
  no_more
begin transports
remote_smtp:
  driver = smtp
begin retry
*  *  F,2h,15m; G,16h,1h,1.5; F,4d,6h
""")
        os.makedirs("/etc/peers/exim", exist_ok=True)
        subprocess.run(["chown", "-R", "Debian-exim", "/etc/peers/exim"], check=True)
        self.run(["exim4", "-bdf"], stderr=open(f"{LOG}/exim_start", "w"))

    def run_queue(self, seconds):
        """Runs the queue once, so much later: True when a message has been given up since."""
        subprocess.run(["exim4", "-q"], env=later(seconds), check=True)
        return " ** user@" in self.log()

    def read(self, line):
        m = re.search(r" (=>|\*\*|==) (\S+@\S+?):? .*?(?:H=\S+ \[([0-9a-f.:]+)\])?", line)
        if not m or m[2].startswith("a@sender"):
            return None
        address = re.search(r"H=\S+ \[([0-9a-f.:]+)\]", line)
        outcome = {"=>": "deliver", "**": "bounce", "==": "defer"}[m[1]]
        return m[2].rstrip(":"), outcome, address and address[1]


class OpenSmtpd(Server):
    name, port, path = "opensmtpd", 2527, f"{LOG}/opensmtpd"

    def start(self):
        write("/etc/peers/sender/smtpd.conf", """listen on 127.0.0.1 port 2527
action "out" relay helo opensmtpd.sender.test
match from any for any action "out"
""")
        os.makedirs("/var/spool/smtpd", exist_ok=True)
        os.makedirs("/var/lib/opensmtpd/empty", exist_ok=True)
        os.chmod("/var/spool/smtpd", 0o711)
        self.run(["smtpd", "-d", "-f", "/etc/peers/sender/smtpd.conf"],
                 stdout=open(self.path, "w"), stderr=subprocess.STDOUT)

    def read(self, line):
        m = re.search(r'mta delivery.* to=<([^>]+)>.*result="(\w+)"', line)
        if not m:
            return None
        address = re.search(r'relay="\[?(?:IPv6:)?([0-9a-f.:]+)', line)
        outcome = {"Ok": "deliver", "TempFail": "defer", "PermFail": "bounce"}.get(m[2])
        return (m[1], outcome, address and address[1]) if outcome else None


class Sendmail(Server):
    """
    A process a message. It draws by the second in which it begins to (mxrand), which is the same for
    all messages of a process and of a second: each gets a second of its own.
    """
    name, path = "sendmail", f"{LOG}/sendmail"
    program = "/usr/libexec/sendmail/sendmail"
    config = "-C/etc/peers/sender/sendmail.cf"
    seconds = 1 << 16   # among which a message's is drawn

    def start(self):
        folder = "/etc/peers/sendmail"
        os.chmod(self.program, 0o755)   # what runs as another group takes no LD_PRELOAD
        os.makedirs(f"{folder}/queue", mode=0o700)
        write("/etc/hosts", "127.0.0.1 localhost\n127.0.0.1 sendmail.sender.test\n")
        source = f"""include(`/usr/share/sendmail/cf/m4/cf.m4')
OSTYPE(`linux')
FEATURE(`no_default_msa')
define(`confDONT_PROBE_INTERFACES', `True')
define(`confDOMAIN_NAME', `sendmail.sender.test')
define(`QUEUE_DIR', `{folder}/queue')
define(`STATUS_FILE', `{folder}/status')
define(`ALIAS_FILE', `/dev/null')
define(`confQUEUE_LA', `9999')
MAILER(`local')
MAILER(`smtp')
"""
        made = subprocess.run(["m4", "-"], input=source, stdout=subprocess.PIPE, text=True,
                              check=True)
        write("/etc/peers/sender/sendmail.cf", made.stdout)

    def hand_over(self, recipients):
        words = [self.program, self.config, "-d89.10", "-odi", "-i", "-fa@sender.test"]
        with open(self.path, "a", encoding="ascii") as log:
            running = []
            for recipient in recipients:
                clock = later(random.randrange(self.seconds))
                running.append(subprocess.Popen(words + [recipient], env=clock, stdout=log,
                                                stderr=log, stdin=subprocess.PIPE))
                running[-1].stdin.write(b"Subject: x\n\nx\n")
                running[-1].stdin.close()
            for process in running:
                process.wait()

    def results(self):
        """Each attempt is told: the last one says what became of the message."""
        return dict((r[0], r[1:]) for r in map(self.read, self.log().splitlines()) if r)

    def run_queue(self, seconds):
        """Runs the queue once, so much later: True when a message has been given up since."""
        with open(self.path, "a", encoding="ascii") as log:
            subprocess.run([self.program, self.config, "-d89.10", "-qf"], env=later(seconds),
                           stdout=log, stderr=log, check=False)
        return "Cannot send message" in self.log()

    def read(self, line):
        m = re.search(r"to=<?([^>,]+)>?, .* dsn=(\d)\.\d+\.\d+,.* stat=", line)
        if not m:
            return None
        address = re.search(r"relay=\S+ \[(?:IPv6:)?([0-9a-f.:]+)\]", line)
        return (m[1], {"2": "deliver", "4": "defer", "5": "bounce"}[m[2]],
                address and str(ipaddress.ip_address(address[1])))


SERVERS = [Postfix(), Exim(), OpenSmtpd(), Sendmail()]
