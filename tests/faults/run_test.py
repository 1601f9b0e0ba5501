#!/usr/bin/python3
"""Runs the driver of the fault bench among stand-ins for the test programs."""

import importlib.machinery
import importlib.util
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent


def load_run():
    """The driver as a module: its name has no ending by which Python knows one."""
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("run", str(HERE / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("run", loader))
    loader.exec_module(module)
    return module


run = load_run()

# As a program with that framework says it; the table goes where the bench's own goes.
PASSES = """
echo "fault bench, seed $ASSAY_FAULTS_SEED $RC_PARAMS $ASSAY_FIRST_SEED"
test=Kill.at_random_moments_under_load_loses_nothing_and_stores_nothing_twice
echo "[ RUN      ] $test"
echo 'a line that nobody needs'
echo "soak: 10 of ${ASSAY_SOAK_SECONDS:-30} s"
echo "[       OK ] $test (1500 ms)"
echo '| 3 | kills |' >"$ASSAY_FAULTS_TABLE"
"""
FAILS = """
echo '[ RUN      ] Both/Stores.abort_leaves_nothing/0'
echo 'what was wrong'
echo '[  FAILED  ] Both/Stores.abort_leaves_nothing/0, where GetParam() = 1 (20 ms)'
echo '[ RUN      ] Both/Stores.abort_leaves_nothing/1'
echo '[       OK ] Both/Stores.abort_leaves_nothing/1 (30 ms)'
exit 1
"""
DIES = """
echo '[ RUN      ] Memory.of_something'
kill -9 $$
"""
GLUED = """
echo '[ RUN      ] Memory.of_something'
printf 'words of a child without an end'
echo '[       OK ] Memory.of_something (20 ms)'
echo '[ RUN      ] Memory.of_something_else'
echo '[       OK ] Memory.of_something_else (30 ms)'
"""
NAMED_ELSEWHERE = """
case "$*" in
  *list_tests*) printf 'Fence.\\n  is_no_numbered_test\\nZombie.\\n  \
that_was_stopped_beyond_its_session_is_fenced_and_stores_nothing\\n' ;;
  *Fence*) exit 1 ;;
  *) test=Zombie.that_was_stopped_beyond_its_session_is_fenced_and_stores_nothing
     echo "[ RUN      ] $test"
     echo "[  SKIPPED ] $test (0 ms)" ;;
esac
"""


class FaultRun(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        for name in ("schedules_test", "simulation_test", "faults"):
            self.program(name, "true")

    def program(self, name, text):
        path = self.folder / name
        path.write_text(f"#!/bin/bash\n{text}\n")
        path.chmod(0o755)

    def run_bench(self, *arguments):
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("ASSAY_SOAK")}
        return subprocess.run(
            [HERE / "run", "--programs", self.folder, *arguments], stdin=subprocess.DEVNULL,
            env=environment, capture_output=True, text=True, check=False)

    def full_run(self):
        report = self.folder / "report.md"
        done = self.run_bench("--full", "--seed", "7", "--report", report)
        return done, report.read_text()

    def test_says_how_far_it_is_and_prints_what_became_of_each_test(self):
        self.program("faults", PASSES)
        done = self.run_bench("--seed", "7")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("fault bench, ordinary, seed 7", done.stderr)
        self.assertIn("soak: 10 of 30 s", done.stderr)
        self.assertNotIn("nobody needs", done.stderr)
        self.assertIn("again: ./dev faults --seed 7", done.stderr)
        self.assertIn("stores_nothing_twice` | passed | 1.5 |", done.stdout)
        self.assertIn("| 3 | kills |", done.stdout)

    def test_chooses_a_seed_of_its_own_and_gives_it_to_everybody(self):
        self.program("faults", PASSES + "exit 1")
        done = self.run_bench()
        [seed] = re.findall(r"ordinary, seed (\d+)", done.stderr)
        given = "$ASSAY_FAULTS_SEED $ASSAY_FIRST_SEED $RC_PARAMS"
        self.program("faults", f'[[ "{given}" == "{seed} {seed} seed={seed}" ]]')
        self.assertEqual(self.run_bench("--seed", seed).returncode, 0)
        self.assertEqual(self.run_bench("--seed", seed + "1").returncode, 1)

    def test_a_test_that_fails_is_shown_whole_and_fails_the_run(self):
        self.program("schedules_test", FAILS)
        done = self.run_bench()
        self.assertEqual(done.returncode, 1)
        self.assertIn("what was wrong", done.stderr)
        self.assertIn("`Stores.abort_leaves_nothing` | failed | 0.1 |", done.stdout)

    def test_a_program_that_dies_fails_the_test_it_was_in(self):
        self.program("faults", DIES)
        done = self.run_bench()
        self.assertEqual(done.returncode, 1)
        self.assertIn("`Memory.of_something` | failed", done.stdout)

    def test_a_result_behind_words_of_a_child_is_not_lost(self):
        self.program("faults", GLUED)
        done = self.run_bench()
        self.assertEqual(done.returncode, 1)
        self.assertIn("`Memory.of_something` | failed", done.stdout)
        self.assertIn("`Memory.of_something_else` | passed", done.stdout)
        self.assertIn("words of a child without an end[       OK ]", done.stderr)

    def test_a_full_run_in_which_everything_named_passed_has_passed(self):
        named = [test for _, tests in run.numbered_tests(run.PAGE) for test in tests]
        self.program("faults", "\n".join(
            f"echo '[ RUN      ] {test}'; echo '[       OK ] {test} (1 ms)'" for test in named))
        done, text = self.full_run()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("| Result | passed |", text)

    def test_a_full_run_takes_all_that_is_named_and_the_long_numbers_and_reports(self):
        self.program("faults", PASSES)
        self.program("elsewhere_test", NAMED_ELSEWHERE)
        done, text = self.full_run()
        self.assertEqual(done.returncode, 1, "most of what is named was not run")
        self.assertRegex(text, r"\| Result \| failed: 1 of the named tests skipped, "
                               r"\d+ of the named tests not run \|")
        self.assertRegex(done.stderr, r"the run has failed: .* not run\n")
        self.assertIn("soak: 10 of 1200 s", done.stderr)
        self.assertRegex(text, r"\| Commit \| [0-9a-f]+")
        self.assertIn("| Seed | 7 |", text)
        self.assertIn("`ASSAY_SCHEDULES=1000000`", text)
        self.assertRegex(text, r"\| 3 \| `Kill\.[a-z_]+` \| passed \| 1\.5 \|")
        self.assertIn("fenced_and_stores_nothing` | skipped | 0.0 |", text)
        self.assertRegex(text, r"\| 1 \| `Schedules\.[a-z_]+` \| not run \|")
        self.assertIn("| 3 | kills |", text)


class Verdict(unittest.TestCase):
    def setUp(self):
        self.results = run.Results()
        self.results.add("Kill.passes", "passed", 1.0)

    def faults(self, named=("Kill.passes",), ended_badly=(), full=True):
        return run.faults_of(ended_badly, named, self.results, full)

    def test_is_good_where_everything_that_is_named_passed(self):
        self.results.add("Other.that_is_not_named", "skipped", 0.0)
        self.assertEqual(self.faults(), [])

    def test_is_bad_where_a_program_was_ended_between_two_tests(self):
        for full in (False, True):
            self.assertEqual(self.faults(ended_badly=["faults"], full=full),
                             ["`faults` ended badly"])

    def test_is_bad_where_any_test_failed(self):
        self.results.add("Other.that_is_not_named", "failed", 1.0)
        for full in (False, True):
            self.assertEqual(self.faults(full=full), ["1 failed"])

    def test_wants_everything_that_is_named_of_a_full_run_alone(self):
        self.results.add("Kill.that_was_skipped", "skipped", 0.0)
        named = ("Kill.passes", "Kill.that_was_skipped", "Kill.of_which_nobody_heard")
        self.assertEqual(self.faults(named),
                         ["1 of the named tests skipped", "1 of the named tests not run"])
        self.assertEqual(self.faults(named, full=False), [])


if __name__ == "__main__":
    unittest.main()
