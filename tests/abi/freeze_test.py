#!/usr/bin/python3
"""What freeze.py refuses leaves everything as it was; what it writes is whole."""

import pathlib
import subprocess
import tempfile
import unittest
from unittest import mock

import freeze


class Freeze(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.here = pathlib.Path(holder.name) / "abi"
        (self.here / "1.0").mkdir(parents=True)
        self.kept = self.here / "1.0" / "kept"
        self.kept.write_text("what was promised")
        # One compiler, which everybody has who builds this.
        plugins = {"c": ["cc", "-std=c11", *freeze.SHARED, f"{freeze.RULE}.c"]}
        for name, value in {"HERE": self.here, "PLUGINS": plugins}.items():
            patch = mock.patch.object(freeze, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def expect_nothing_changed(self):
        self.assertEqual(self.kept.read_text(), "what was promised")
        self.assertEqual([path.name for path in self.here.iterdir()], ["1.0"])

    def test_what_is_no_version_is_refused(self):
        for version in ["", ".", "..", "../abi/1.0", "1", "1.0.0", "v1.0", "1.0/", "1.0\n"]:
            with self.subTest(version=version):
                self.assertRaises(SystemExit, freeze.freeze, version)
                self.expect_nothing_changed()
        self.assertRaises(SystemExit, freeze.freeze, str(self.here))
        self.expect_nothing_changed()

    def test_a_compiler_that_is_missing_is_named_first(self):
        freeze.PLUGINS["other"] = ["no-such-compiler"]
        with self.assertRaisesRegex(SystemExit, "needs no-such-compiler"):
            freeze.freeze("1.0")
        self.expect_nothing_changed()

    def test_a_build_that_fails_keeps_what_was(self):
        freeze.PLUGINS["broken"] = ["cc", "no-such-file.c"]
        with mock.patch.object(freeze, "print", create=True):
            self.assertRaises(subprocess.CalledProcessError, freeze.freeze, "1.0")
        self.expect_nothing_changed()

    def test_what_was_is_replaced_as_a_whole(self):
        with mock.patch.object(freeze, "print", create=True):
            freeze.freeze("1.0")
        self.assertFalse(self.kept.exists())
        self.assertEqual(sorted(path.name for path in (self.here / "1.0").iterdir()),
                         ["include", "layout.txt", "plugins"])
        self.assertIn("  c.so\n", (self.here / "1.0" / "plugins" / "SHA256SUMS").read_text())
        self.assertEqual([path.name for path in self.here.iterdir()], ["1.0"])


if __name__ == "__main__":
    unittest.main()
