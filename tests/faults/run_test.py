#!/usr/bin/python3
"""Runs the driver of the fault bench among stand-ins for the test programs."""

import importlib.machinery
import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent


def load_run():
    """The driver as a module: its name has no ending by which Python knows one."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(HERE))
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
echo '| 3 | kills |' >>"$ASSAY_FAULTS_TABLE"
echo "[       OK ] $test (1500 ms)"
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
# Three tests, the second of two cases, of which it runs those that it is asked for. What stands in
# the file `first` is done before Soak.is_last.
SEVERAL = """
for filter; do :; done
filter=${filter#--gtest_filter=}
here=$(dirname "$0")
case "$*" in *list_tests*)
  printf 'Kill.\\n  is_first\\nBoth/Stores.\\n  are_next/0\\n  are_next/1\\nSoak.\\n  is_last\\n'
  exit ;;
esac
for test in Kill.is_first Both/Stores.are_next/0 Both/Stores.are_next/1 Soak.is_last; do
  case $filter in
    \\*-*) case ":${filter#*-}:" in *:$test:*) continue ;; esac ;;
    *.*) case ":$filter:" in *:$test:*) ;; *) continue ;; esac ;;
  esac
  echo "[ RUN      ] $test"
  [ $test = Soak.is_last ] && [ -e $here/first ] && . $here/first
  echo "| $test | counted |" >>"$ASSAY_FAULTS_TABLE"
  echo "[       OK ] $test (10 ms)"
done
"""
# Tests that end sooner than anybody can look at what the one before has counted.
QUICK = """
for i in {1..400}; do
  echo "[ RUN      ] Quick.case_$i"
  echo "| $i | counted |" >>"$ASSAY_FAULTS_TABLE"
  echo "[       OK ] Quick.case_$i (0 ms)"
done
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
        self.folder = pathlib.Path(holder.name, "bin")
        self.folder.mkdir()
        self.root = pathlib.Path(holder.name, "checkout")
        self.check_out()
        for name in ("schedules_test", "simulation_test", "faults"):
            self.program(name, "true")

    def check_out(self):
        """The driver and what it reads, in a repository without changes."""
        for name in ("tests/faults/run", "tests/faults/record.py", "docs/fault-tests.md"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(HERE.parents[1] / name, self.root / name)
        servers = self.root / "tests/support/servers"
        servers.mkdir(parents=True)
        for name in ("kafka", "postgres", "smtp"):
            self.program(name, "echo 1.0", servers)
        self.git("init", "--quiet")
        self.commit()

    def git(self, *arguments):
        subprocess.run(["git", "-C", self.root, "-c", "user.name=nobody", "-c",
                        "user.email=nobody@localhost", *arguments], check=True, capture_output=True)

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "as it is")

    def program(self, name, text, folder=None):
        path = (folder or self.folder) / name
        path.write_text(f"#!/bin/bash\n{text}\n")
        path.chmod(0o755)

    def run_bench(self, *arguments):
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("ASSAY_SOAK")}
        return subprocess.run(
            [self.root / "tests/faults/run", "--programs", self.folder, *arguments], stdin=subprocess.DEVNULL,
            env=environment, capture_output=True, text=True, check=False)

    def full_run(self, *arguments):
        report = self.root / "docs/faults-last-run.md"
        done = self.run_bench("--full", *(arguments or ("--seed", "7")), "--report", report,
                              "--record", self.folder / "record.jsonl")
        return done, report.read_text()

    def wants(self, rows):
        """Makes these the tests that the page names."""
        page = self.root / "docs/fault-tests.md"
        page.write_text("\n".join(f"| {number} | what | `{test}` | sizes |" for number, test in rows))
        self.commit()

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

    def test_what_is_counted_is_in_the_table_however_quick_the_tests_are(self):
        self.program("faults", QUICK)
        done = self.run_bench()
        self.assertEqual(done.returncode, 0, done.stderr)
        for i in range(1, 401):
            self.assertEqual(done.stdout.count(f"| {i} | counted |"), 1, i)

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
        self.assertRegex(text, r"\| Commits \| [0-9a-f]+")
        self.assertIn("| Seeds | 7 |", text)
        self.assertIn("`ASSAY_SCHEDULES=1000000`", text)
        self.assertRegex(text, r"\| 3 \| `Kill\.[a-z_]+` \| passed \| 1\.5 "
                               r"\| [0-9: -]+ \| [0-9a-f]+[a-z ]* \| 7 \|")
        self.assertIn("fenced_and_stores_nothing` | skipped | 0.0 |", text)
        self.assertRegex(text, r"\| 1 \| `Schedules\.[a-z_]+` \| not run \|")
        self.assertIn("| 3 | kills |", text)


    def several(self):
        self.wants([(3, "Kill.is_first"), (9, "Stores.are_next"), (37, "Soak.is_last")])
        self.program("faults", SEVERAL)

    def interrupted(self):
        """A full run to which the signal comes in the midst of its last test."""
        (self.folder / "first").write_text(
            """until grep -q '"name": "Both/Stores.are_next/1"' $here/record.jsonl; do sleep 0.1; done
            kill $PPID; sleep 60""")
        done, text = self.full_run("--seed", "7")
        (self.folder / "first").unlink()
        self.assertEqual(done.returncode, 130, done.stderr)
        return done, text

    def ran(self, done):
        return re.findall(r"passed +[0-9.]+ s +(\S+)", done.stderr)

    def test_an_interrupted_run_has_lost_nothing_and_goes_on_where_it_was(self):
        self.several()
        done, text = self.interrupted()
        self.assertIn("it goes on with ./dev faults --full --seed 7 --resume", done.stderr)
        self.assertIn("| Result | not complete: 1 of the named tests not run |", text)
        self.assertIn("| Kill.is_first | counted |", text)
        done, text = self.full_run("--resume")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.ran(done), ["Soak.is_last"])
        self.assertIn("| Result | passed |", text)
        self.assertIn("| Seeds | 7 |", text)
        for case in ("Kill.is_first", "Both/Stores.are_next/1", "Soak.is_last"):
            self.assertEqual(text.count(f"| {case} | counted |"), 1)

    def test_a_run_goes_on_with_its_own_commit_and_seed_alone(self):
        self.several()
        self.interrupted()
        done, _ = self.full_run("--resume", "--seed", "8")
        self.assertEqual(len(self.ran(done)), 4, "another seed has made other choices")
        self.commit()
        done, text = self.full_run("--resume")
        self.assertEqual(len(self.ran(done)), 4, "other sources")
        self.assertIn("| Result | passed |", text, "nothing of the run before is left")
        page = self.root / "docs/fault-tests.md"
        page.write_text(page.read_text() + "\n")
        for _ in range(2):
            done, text = self.full_run("--resume")
            self.assertEqual(len(self.ran(done)), 4, "nobody knows which changes")
            self.assertIn("commit, then --resume", done.stderr)
        self.assertIn("with changes", text)

    def test_what_failed_is_not_washed_out_by_going_on_or_by_another_try(self):
        self.several()
        (self.folder / "first").write_text("exit 1")
        self.full_run("--seed", "7")
        (self.folder / "first").unlink()
        for arguments in (("--resume",), ("--seed", "7", "--only", "Soak.is_last")):
            done, text = self.full_run(*arguments)
            self.assertEqual(done.returncode, 1)
            self.assertIn("| Result | failed: 1 failed |", text)
        done, text = self.full_run("--seed", "7")
        self.assertEqual((done.returncode, len(self.ran(done))), (0, 4), "begun anew")
        self.assertIn("| Result | passed |", text)

    def test_one_test_alone_takes_its_own_place_in_the_table(self):
        self.several()
        self.full_run("--seed", "7")
        done, text = self.full_run("--seed", "8", "--only", "Stores")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.ran(done), ["Both/Stores.are_next/0", "Both/Stores.are_next/1"])
        self.assertRegex(text, r"`Kill.is_first` \| passed .* \| 7 \|")
        self.assertRegex(text, r"`Stores.are_next` \| passed .* \| 8 \|")
        self.assertIn("| Result | passed, each in its last run, but not all in one: there were 2 |", text)
        self.assertEqual(self.ran(self.run_bench("--only", "Kill.is_first")), ["Kill.is_first"])
        done = self.run_bench("--only", "Kill.is")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no test is called Kill.is", done.stderr)

    def test_what_was_being_written_when_the_machine_went_down_is_run_again(self):
        self.several()
        self.full_run("--seed", "7")
        record = self.folder / "record.jsonl"
        record.write_text(record.read_text()[:-40])
        done, text = self.full_run("--resume")
        self.assertEqual(self.ran(done), ["Soak.is_last"])
        self.assertIn("| Result | passed |", text)


class Verdict(unittest.TestCase):
    def setUp(self):
        self.outcomes = run.Outcomes()
        self.add("Kill.passes", "passed")

    def add(self, test, result):
        self.outcomes.add(run.Case(test, "faults", result, 1.0, run.Run("c0ffee", 7, "")))

    def faults(self, named=("Kill.passes",), full=True):
        return run.faults_of(self.outcomes, named, full)

    def test_is_good_where_everything_that_is_named_passed(self):
        self.add("Other.that_is_not_named", "skipped")
        self.assertEqual(self.faults(), [])

    def test_is_bad_where_a_program_was_ended_between_two_tests(self):
        self.add("", "failed")
        for full in (False, True):
            self.assertEqual(self.faults(full=full), ["`faults` ended badly"])

    def test_is_bad_where_any_test_failed(self):
        self.add("Other.that_is_not_named", "failed")
        for full in (False, True):
            self.assertEqual(self.faults(full=full), ["1 failed"])

    def test_wants_everything_that_is_named_of_a_full_run_alone(self):
        self.add("Kill.that_was_skipped", "skipped")
        named = ("Kill.passes", "Kill.that_was_skipped", "Kill.of_which_nobody_heard")
        self.assertEqual(self.faults(named),
                         ["1 of the named tests skipped", "1 of the named tests not run"])
        self.assertEqual(self.faults(named, full=False), [])


if __name__ == "__main__":
    unittest.main()
