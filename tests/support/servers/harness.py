"""What the scripts beside this file share: how a real server is started, announced and ended.

Each script keeps everything under one folder, listens on loopback, prints one line of JSON when the
server is ready, and stays in the foreground until it is told to stop (SIGTERM, SIGINT) or, when its
standard input is a pipe, until the parent lets go of the other end. Starting again on the same
folder gives the same ports and the same data, so a test can kill a server and bring it back.
"""

import argparse
import ctypes
import json
import os
import pathlib
import random
import secrets
import signal
import socket
import stat
import subprocess
import sys
import threading

START_SECONDS = 60
STOP_SECONDS = 30

_PR_SET_CHILD_SUBREAPER = 36


def fail(message):
    """Ends the script with a message for a person."""
    sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {message}")


def remembered(folder, name, make):
    """The text kept in folder/name, made on the first start and the same on every later one."""
    path = folder / name
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(str(make()))
    return path.read_text()


# Below the range of outgoing connections: a restart needs its port again.
PORTS = range(12000, 32000)
_held = []


def free_port(ports=PORTS):
    """A free loopback port that nobody else is given while this script lives.

    A server binds its ports seconds after they are drawn, and those of a proxy are bound by the
    test. The same number is therefore held for UDP, which no server here uses.
    """
    for port in random.sample(ports, len(ports)):
        claim = socket.socket(type=socket.SOCK_DGRAM)
        try:
            claim.bind(("127.0.0.1", port))
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        _held.append(claim)
        return port
    fail(f"no free port from {ports[0]} to {ports[-1]} on 127.0.0.1")


def new_password():
    return secrets.token_urlsafe(18)


def make_certificates(folder):
    """A certificate authority and a server's certificate for localhost.

    Returns the files (authority, certificate, key).
    """
    folder.mkdir(exist_ok=True)
    authority, authority_key = folder / "ca.pem", folder / "ca.key"
    certificate, key = folder / "server.pem", folder / "server.key"
    if not certificate.exists():
        def openssl(*arguments):
            done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True)
            if done.returncode:
                fail(f"openssl {arguments[0]} failed:\n{done.stderr}")

        new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        openssl("req", "-x509", *new_key, "-keyout", authority_key, "-out", authority, "-days", 2,
                "-subj", "/CN=Assay test authority",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        request = folder / "server.csr"
        openssl("req", *new_key, "-keyout", key, "-out", request, "-subj", "/CN=localhost")
        names = folder / "names.cnf"
        names.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        openssl("x509", "-req", "-in", request, "-CA", authority, "-CAkey", authority_key,
                "-CAcreateserial", "-days", 2, "-extfile", names, "-out", certificate)
    return authority, certificate, key


def announce(**facts):
    """The one line on standard output: the server is ready, and this is where it is."""
    print(json.dumps({name: str(value) for name, value in facts.items()}), flush=True)


def command_line(description):
    """The commands that every script has; returns (parser, commands, start)."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="say whether the server can run here")
    commands.add_parser("version", help="print the server's version")
    start = commands.add_parser("start", help="run the server in the foreground")
    start.add_argument("folder", type=pathlib.Path)
    return parser, commands, start


def report(reason):
    """Ends a `check`: 0 when the server can run here, otherwise the reason why not, and 1."""
    if reason:
        print(reason)
    sys.exit(1 if reason else 0)


def begin(folder):
    """The first step of every `start`: the folder exists, and we end with our parent."""
    _stop_with_parent()
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def _stop_with_parent():
    """Asks this process to stop when whoever holds the other end of our standard input is gone."""
    if not stat.S_ISFIFO(os.fstat(0).st_mode):
        return

    def watch():
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


class Server:
    """A server in a process of its own: ready when its log says so, gone when we are gone."""

    def __init__(self, command, log, ready, user=None, stop_signal=signal.SIGTERM):
        self._stop_signal = stop_signal
        self._log = log
        self._ready = threading.Event()
        # What the server leaves behind comes to us, so that we end only when all of it is gone.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        as_user = ["--reuid", user, "--regid", user, "--init-groups"] if user else []
        self._stopping = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *as_user, *map(str, command)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True)
        self.pid = self._process.pid
        self._reader = threading.Thread(target=self._copy_log, args=(ready.encode(),), daemon=True)
        self._reader.start()

    def wait_until_ready(self):
        if self._ready.wait(START_SECONDS) and self._process.poll() is None:
            return
        self._process.kill()
        self._reader.join(STOP_SECONDS)
        if self._stopping:
            sys.exit(0)
        tail = "\n".join(self._log.read_text(errors="replace").splitlines()[-25:])
        fail(f"the server did not start; the end of {self._log}:\n{tail}")

    def wait_until_stopped(self):
        """Returns when the server and all it started are gone: 0 when that was asked for."""
        code = self._process.wait()
        while True:
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                break
        return 0 if self._stopping else code or 1

    def _copy_log(self, ready):
        with open(self._log, "ab", buffering=0) as copy:
            for line in self._process.stdout:
                copy.write(line)
                if ready in line:
                    self._ready.set()
        # The end of the log is the end of the server: whoever still waits need not wait any longer.
        self._ready.set()

    def _on_signal(self, *_):
        if self._stopping:
            return
        self._stopping = True
        self._process.send_signal(self._stop_signal)
        killer = threading.Timer(STOP_SECONDS, self._process.kill)
        killer.daemon = True
        killer.start()
