#!/usr/bin/python3
"""A second opinion on the headers: what libabigail's abidiff tells of today's and those of a release.

abidiff calls an appended slot a change as it does a break, so its word alone decides nothing: what it
tells has to be what a person has read and kept in tests/abi/RELEASE/abidiff.txt, where there is no such
file nothing at all. Whether a change is allowed is layout_test.py's to judge.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import layout

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parents[1] / "plugin-api" / "include"
RELEASES = sorted(HERE.glob("[0-9]*.[0-9]*"))


def structs(include):
    return [line.split()[1] for line in layout.text_of(include, "cc") if line.startswith("struct ")]


def probe(include, library, of, debug="-g"):
    """A library with a variable of each struct, for abidiff sees what can be reached from a symbol."""
    source = "".join(f"#include <assay/{name}>\n" for name in layout.headers(include))
    source += "".join(f"{name} probe_{name};\n" for name in of)
    subprocess.run(["cc", "-x", "c", debug, "-shared", "-fPIC", f"-I{include}", "-o", library,
                    "-"], input=source, text=True, check=True)
    seen = subprocess.run(["abidw", "--no-show-locs", library], capture_output=True, text=True,
                          check=True).stdout
    for name in of:
        if f"'{name}'" not in seen:
            raise layout.Broken(f"abidw does not see {name}: is there debug information?")
    return library


class SecondOpinion(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def report(self, before, after):
        """abidiff's exit code and words on two sets of headers."""
        of = structs(before)
        libraries = [probe(include, self.folder / f"{name}.so", of)
                     for name, include in (("before", before), ("after", after))]
        done = subprocess.run(["abidiff", "--no-show-locs", *libraries], capture_output=True, text=True,
                              check=False)
        self.assertFalse(done.returncode & 3, f"abidiff could not do it: {done.stderr}")
        return done.returncode, done.stdout

    def test_it_tells_of_each_release_what_a_person_has_read(self):
        for release in RELEASES:
            with self.subTest(release=release.name):
                kept = release / "abidiff.txt"
                _, words = self.report(release / "include", INCLUDE)
                self.assertEqual(
                    words, kept.read_text() if kept.exists() else "",
                    f"read it; where docs/abi.md allows what it tells, keep it as {kept}")

    def test_it_tells_of_a_slot_in_the_middle_and_of_one_at_the_end(self):
        tick = "  void (*tick)(assay_rule* rule, int64_t now);\n"
        end = "} assay_rule_api;"
        for name, before, after in (
                ("middle", tick, "  void (*warm)(assay_rule* rule);\n" + tick),
                ("end", end, "  void (*warm)(assay_rule* rule);\n" + end)):
            with self.subTest(name):
                include = self.folder / name
                shutil.copytree(INCLUDE, include)
                header = include / "assay/rule.h"
                text = header.read_text()
                self.assertEqual(text.count(before), 1)
                header.write_text(text.replace(before, after))
                types = include / "assay/types.h"  # whose assertions would speak first
                types.write_text(types.read_text().replace(
                    "#define ASSAY_STATIC_ASSERT", "#define ASSAY_STATIC_ASSERT(holds, words) "
                    "struct nobody_looks\n#define ASSAY_OTHER_ASSERT"))
                code, words = self.report(INCLUDE, include)
                self.assertTrue(code & 4)
                self.assertIn("assay_rule_api", words)
                self.assertIn("warm", words)

    def test_a_probe_that_shows_nothing_is_found_out(self):
        with self.assertRaisesRegex(layout.Broken, "abidw does not see assay_"):
            probe(INCLUDE, self.folder / "plain.so", structs(INCLUDE), debug="-g0")


if __name__ == "__main__":
    if not shutil.which("abidiff"):
        print("skipped: there is no abidiff here (package abigail-tools)")
        sys.exit(77)
    unittest.main()
