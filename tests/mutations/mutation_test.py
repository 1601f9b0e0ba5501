#!/usr/bin/python3
"""The script that breaks things must not be content too easily: usage mutation_test.py BUILD_FOLDER"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
BUILD = sys.argv.pop()
PAGE = HERE.parents[1] / "docs" / "fault-tests.md"
HEAD = """Breaks: nothing
Caught by: schedules_test Schedules.of_any_kind_leave_the_watermark_at_the_first_record_that_is_not_finished

--- a/core/commit/offset_tracker.cpp
+++ b/core/commit/offset_tracker.cpp
@@ -1,5 +1,5 @@
"""
SOUND = HEAD + """ #include "core/commit/offset_tracker.hpp"
 
-#include <algorithm>
+#include <algorithm>  // harmless
 
 #include "core/model/invariant.hpp"
"""


class Mutation(unittest.TestCase):
    def judge(self, text):
        with tempfile.TemporaryDirectory() as folder:
            patch = pathlib.Path(folder) / "for_the_test_of_the_script.patch"
            patch.write_text(text)
            return subprocess.run([sys.executable, HERE / "mutation.py", BUILD, patch],
                                  capture_output=True, text=True)

    def test_a_patch_that_does_not_apply_is_a_failure(self):
        done = self.judge(SOUND.replace("#include <algorithm>\n", "#include <nothing>\n", 1))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("does not apply", done.stderr)

    def test_a_mutation_that_nobody_notices_is_a_failure(self):
        done = self.judge(SOUND)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("did not notice", done.stderr)

    def test_a_test_that_does_not_exist_is_a_failure(self):
        done = self.judge(SOUND.replace("Schedules.of_any_kind", "Schedules.nobody"))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("did not run", done.stderr)

    def test_a_patch_without_words_is_a_failure(self):
        done = self.judge(SOUND.replace("Breaks:", "Breaks"))
        self.assertIn("no line `Breaks: ...`", done.stderr)

    def test_the_page_of_the_fault_tests_has_every_patch_and_no_other(self):
        rows = PAGE.read_text().split("## What is broken on purpose")[1].split("\n## ")[0]
        told = [name for line in rows.splitlines() if line.startswith("|")
                for name in re.findall("`([a-z_]+)`", line)]
        self.assertEqual(sorted(told), sorted(patch.stem for patch in (HERE / "patches").iterdir()))


unittest.main()
