#!/usr/bin/python3
"""tutorials_test.py ASSAY CMAKE BUILD: does what docs/tutorials/*.md tell, in their order: writes the
files that a page shows, runs its commands, and finds in their output what the page says is there."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ASSAY, CMAKE, BUILD = sys.argv.pop(1), sys.argv.pop(1), sys.argv.pop(1)
ROOT = pathlib.Path(__file__).resolve().parents[2]

holder = tempfile.TemporaryDirectory()
folder = pathlib.Path(holder.name)
environment = os.environ | {
    "PATH": f"{pathlib.Path(ASSAY).parent}:{os.environ['PATH']}",
    "CMAKE_PREFIX_PATH": str(folder / "sdk"),
}


def setUpModule():
    subprocess.run([CMAKE, "--install", BUILD, "--component", "plugin-sdk", "--prefix",
                    folder / "sdk"], check=True, stdout=subprocess.DEVNULL)


def tearDownModule():
    holder.cleanup()


def blocks(page):
    """(what stands before it, language, text) of each block."""
    text = (ROOT / "docs/tutorials" / page).read_text()
    steps = text[text.index("\n## 1."):]
    for found in re.finditer(r"```(\w+)\n(.*?)```", steps, re.DOTALL):
        before = steps[:found.start()].rstrip().rsplit("\n\n", 1)[-1]
        yield before, found.group(1), found.group(2)


class Tutorial(unittest.TestCase):
    def run_page(self, page):
        self.page, self.where, self.said = page, folder, ""
        self.environment = dict(environment)
        for before, language, text in blocks(page):
            if language == "sh":
                self.said = ""
                for line in text.splitlines():
                    self.type(line)
            elif language == "text":
                for line in text.splitlines():
                    self.assertIn(line, self.said)
            else:
                [name] = re.findall(r"`([a-z_]+\.\w+)`", before)[:1]
                self.assertNotEqual((self.where / name).exists(), "a new file" in before,
                                    f"what the page says of {name} is not so")
                (self.where / name).write_text(text)

    def type(self, line):
        if line.startswith("cd "):
            self.where = self.where / line.removeprefix("cd ")
        elif line.startswith("export BROKER="):
            self.environment["BROKER"] = self.address
        elif line.startswith("assay dev-broker"):
            self.start_broker(line)
        elif line.startswith("assay run "):
            if self.page == "sink.md":
                self.run_until_decided(line)
            else:
                self.start_engine(line)
        elif line.startswith("kill -HUP "):
            self.reload()
        elif line.startswith("kill -INT "):
            self.engine.send_signal(signal.SIGINT)
            self.assertEqual(self.engine.wait(60), 0, (self.where / "engine.log").read_text())
        else:
            done = subprocess.run(line, shell=True, cwd=self.where, env=self.environment,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
            self.assertEqual(done.returncode, 0, f"{line}\n{done.stdout}")
            self.said += done.stdout

    def start_broker(self, line):
        broker = subprocess.Popen(line.split(), env=self.environment, stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)
        self.addCleanup(broker.stdout.close)
        self.addCleanup(broker.wait)
        self.addCleanup(broker.stdin.close)
        self.addCleanup(broker.terminate)
        self.address = re.search(r"\S+:\d+", broker.stdout.readline()).group()

    def start_engine(self, line):
        log = self.where / "engine.log"
        with open(log, "w", encoding="utf-8") as words:
            self.engine = subprocess.Popen(line.split(), cwd=self.where, env=self.environment,
                                           stdin=subprocess.DEVNULL, stdout=words, stderr=words)
        self.addCleanup(self.engine.wait)
        self.addCleanup(self.engine.terminate)
        self.wait_for("partitions assigned", log)
        self.said += log.read_text()

    def reload(self):
        self.engine.send_signal(signal.SIGHUP)
        self.wait_for(" in force (", self.where / "engine.log")

    def wait_for(self, words, log):
        # The trial broker keeps a partition for 45 s for who had it before.
        end = time.monotonic() + 120
        while words not in log.read_text():
            self.assertIsNone(self.engine.poll(), log.read_text())
            self.assertLess(time.monotonic(), end, log.read_text())
            time.sleep(0.05)

    def run_until_decided(self, line):
        decided = self.where / "decisions.txt"
        with open(self.where / "engine.log", "w", encoding="utf-8") as log:
            engine = subprocess.Popen(line.split(), cwd=self.where, env=self.environment,
                                      stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            end = time.monotonic() + 60
            while not decided.exists() or len(decided.read_text().splitlines()) < 100:
                self.assertIsNone(engine.poll(), (self.where / "engine.log").read_text())
                self.assertLess(time.monotonic(), end, (self.where / "engine.log").read_text())
                time.sleep(0.05)
        finally:
            engine.send_signal(signal.SIGINT)
            code = engine.wait(60)
        self.assertEqual(code, 0, (self.where / "engine.log").read_text())
        self.said = decided.read_text()

    def test_a_rule_in_five_minutes(self):
        self.run_page("rule.md")

    def test_a_rule_in_c(self):
        self.run_page("c.md")

    @unittest.skipUnless(shutil.which("cargo"), "there is no cargo here")
    def test_a_rule_in_rust(self):
        self.run_page("rust.md")

    def test_a_sink_in_an_hour(self):
        self.run_page("sink.md")


class FirstScreen(unittest.TestCase):
    """The README's first rule, built and loaded by the two commands under it."""

    def test_it_builds_and_loads(self):
        text = (ROOT / "README.md").read_text()
        rule, commands = re.search(r"```cpp\n(.*?)```.*?```sh\n(.*?)```", text, re.DOTALL).groups()
        self.assertLess(text[:text.index(commands)].count("\n"), 60, "on the first screen")
        self.assertEqual(
            rule, (ROOT / "plugin-api/examples/hello_rule/hello_rule.cpp").read_text())
        lines = commands.splitlines()
        self.assertEqual(len(lines), 2)
        place = folder / "first_screen"
        place.mkdir()
        (place / "plugin-api").symlink_to(ROOT / "plugin-api")
        for line in lines:
            done = subprocess.run(line, shell=True, cwd=place, env=environment,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
            self.assertEqual(done.returncode, 0, f"{line}\n{done.stdout}")
        self.assertIn(" 0 failed", done.stdout)


if __name__ == "__main__":
    unittest.main()
