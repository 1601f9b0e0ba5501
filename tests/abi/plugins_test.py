#!/usr/bin/python3
"""Plugins that were built for earlier releases load in today's engine and answer as they did.

    plugins_test.py ASSAY SINKS      the engine, and a folder with a sink for its configuration

Those that are stored are what other people's compilers made once; others are built here with the
headers of each release, by the commands that the examples name.
"""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
RELEASES = sorted(HERE.glob("[0-9]*.[0-9]*"))
SDK = HERE.parents[1] / "plugin-api"
EXAMPLES = sorted((SDK / "examples" / "above_limit").glob("above_limit.*"))
PLUGINS = [plugin for release in RELEASES for plugin in sorted(release.glob("plugins/*.so"))]

CONFIGURATION = """
source: {{ bootstrap: "127.0.0.1:1", topic: transactions, group: abi, key: user_id }}
card: {{ key_file: card.key }}
plugins: {{ path: [plugins, "{sinks}"] }}
rules: {{ above: {{ version: 1, use: above_limit, parameters: {{ limit: "50.00" }} }} }}
sinks: {{ mails: {{ use: mail_folder, config: {{ folder: mails, from: "desk@bank.example" }} }} }}
chains: {{ all: {{ mail: {{ sink: mails, required: true }} }} }}
"""


class Plugins(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        (self.folder / "plugins").mkdir()
        (self.folder / "assay.yaml").write_text(CONFIGURATION.format(sinks=SINKS))
        subprocess.run([ASSAY, "token", "keygen", self.folder / "card.key"], check=True,
                       capture_output=True)

    def judge(self, amount):
        event = {"transaction_id": "t1", "timestamp": 1714560000000, "user_id": 7,
                 "amount": amount, "currency": "EUR", "transaction_type": "purchase",
                 "location": "Porto", "merchant": "Mercado", "card_number": "4556737586899855"}
        (self.folder / "event.json").write_text(json.dumps(event))
        done = subprocess.run([ASSAY, "eval", self.folder / "event.json", "-c",
                               self.folder / "assay.yaml", "--format", "json"],
                              capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_each_is_the_file_that_was_stored(self):
        self.assertTrue(PLUGINS)
        for release in RELEASES:
            sums = dict(line.split()[::-1] for line in
                        (release / "plugins" / "SHA256SUMS").read_text().splitlines())
            files = sorted(release.glob("plugins/*.so"))
            self.assertEqual(sorted(sums), [plugin.name for plugin in files])
            for plugin in files:
                with self.subTest(plugin=plugin.name):
                    self.assertEqual(hashlib.sha256(plugin.read_bytes()).hexdigest(),
                                     sums[plugin.name])

    def expect_the_limit_is_kept(self):
        self.assertEqual(self.judge(50)["verdicts"][0]["answer"], "no_hit")
        verdict = self.judge(50.01)["verdicts"][0]
        self.assertEqual(verdict["answer"], "hit")
        self.assertEqual(verdict["reason"], "above_limit")
        self.assertEqual(verdict["score"], 0.5)
        self.assertEqual(verdict["words"], "50.01 EUR is too much")
        self.assertEqual(verdict["evidence"], {"amount": "50.01 EUR"})

    def test_each_answers_as_it_did(self):
        for plugin in PLUGINS:
            with self.subTest(release=plugin.parts[-3], plugin=plugin.name):
                shutil.copy(plugin, self.folder / "plugins" / "above_limit.so")
                self.expect_the_limit_is_kept()

    def test_what_is_built_with_a_releases_headers_loads(self):
        self.assertEqual([example.suffix for example in EXAMPLES], [".c", ".cpp", ".rs"])
        for include in [SDK / "include", *(release / "include" for release in RELEASES)]:
            for example in EXAMPLES:
                command = re.search(r"^\W*((?:cc|c\+\+|rustc) .*)$", example.read_text(),
                                    re.MULTILINE).group(1)
                if not shutil.which(command.split()[0]):
                    print(f"skipped: no {command.split()[0]} here to build {example.name}")
                    continue
                with self.subTest(include=include, example=example.name):
                    built = subprocess.run(
                        command.replace(example.name, str(example)), shell=True, text=True,
                        cwd=self.folder / "plugins", capture_output=True, check=False,
                        env={**os.environ, "CPATH": str(include)})
                    self.assertEqual(built.returncode, 0, built.stderr)
                    self.expect_the_limit_is_kept()


if __name__ == "__main__":
    ASSAY, SINKS = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
