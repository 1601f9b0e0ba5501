#!/usr/bin/python3
"""No server outlives the test that started it, and none draws a port that another is about to use."""

import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
PATIENCE_MS = 40_000

# A parent that starts the script as our fixtures do, passes on its line, and then does nothing.
PARENT = """
import subprocess, sys
script = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
print(script.pid, script.stdout.readline().decode(), flush=True)
script.wait()
"""


class Life(unittest.TestCase):
    def start(self, script):
        check = subprocess.run(
            [HERE / script, "check"], capture_output=True, text=True, check=False)
        if check.returncode:
            self.skipTest(check.stdout.strip())
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, HERE / script, "start", folder.name],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.addCleanup(parent.stdout.close)
        self.addCleanup(parent.wait)
        self.addCleanup(parent.kill)
        pid, line = parent.stdout.readline().split(" ", 1)
        return parent, int(pid), json.loads(line)

    def assert_ends(self, process, act):
        """Does `act` and waits until the process is gone."""
        handle = os.pidfd_open(process)
        self.addCleanup(os.close, handle)
        act()
        gone = select.poll()
        gone.register(handle, select.POLLIN)
        self.assertTrue(gone.poll(PATIENCE_MS), f"process {process} is still there")

    def test_a_server_ends_when_the_program_that_started_it_is_killed(self):
        for script in ("smtp", "postgres", "kafka"):
            with self.subTest(script):
                parent, _, facts = self.start(script)
                self.assert_ends(int(facts["pid"]), parent.kill)

    def test_a_server_ends_when_its_script_is_killed(self):
        for script in ("postgres", "kafka"):
            with self.subTest(script):
                _, pid, facts = self.start(script)
                self.assert_ends(int(facts["pid"]), lambda: os.kill(pid, signal.SIGKILL))

    def test_a_script_ends_when_its_server_is_killed(self):
        for script in ("postgres", "kafka"):
            with self.subTest(script):
                _, pid, facts = self.start(script)
                self.assert_ends(pid, lambda: os.kill(int(facts["pid"]), signal.SIGKILL))


class Ports(unittest.TestCase):
    DRAW = ("import sys; sys.path.insert(0, sys.argv[1]); import harness; "
            "print(harness.free_port(range(31000, 31020)), flush=True); sys.stdin.read()")

    def test_a_port_that_was_drawn_is_drawn_by_nobody_else(self):
        drawn = []
        for _ in range(12):
            process = subprocess.Popen([sys.executable, "-c", self.DRAW, HERE],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.addCleanup(process.wait)
            self.addCleanup(process.stdin.close)
            self.addCleanup(process.stdout.close)
            drawn.append(process.stdout.readline())
        self.assertEqual(len(set(drawn)), 12, drawn)


if __name__ == "__main__":
    unittest.main()
