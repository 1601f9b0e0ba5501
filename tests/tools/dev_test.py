#!/usr/bin/python3
"""Runs ./dev among stand-ins for the package manager and the build tools, which take notes."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LISTS = sorted((ROOT / "cmake" / "packages").glob("*.txt"))


def names(path):
    lines = path.read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


class Dev(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.root = pathlib.Path(holder.name)
        shutil.copy(ROOT / "dev", self.root)
        shutil.copytree(ROOT / "cmake" / "packages", self.root / "cmake" / "packages")
        (self.root / "CMakePresets.json").write_text("{}")
        self.notes = self.root / "notes"
        self.notes.write_text("")
        self.missing = self.root / "missing"
        self.missing.write_text("")
        self.stand_in("stand-ins/sudo", 'exec "$@"')
        self.stand_in("stand-ins/tee", "cat >/dev/null")
        # The names in the machine's package lists.
        self.known = self.root / "known"
        self.known.write_text("".join(f"{name}\n" for path in LISTS for name in names(path)))
        self.stand_in("stand-ins/apt-cache", '[[ $* == pkgnames ]] && cat "$KNOWN"')
        self.stand_in("stand-ins/apt-get",
                      'echo "$DEBIAN_FRONTEND apt-get $*" >>"$NOTES"; echo chatter')
        self.stand_in("stand-ins/cmake", 'echo "cmake $*" >>"$NOTES"; echo chatter')
        self.stand_in("stand-ins/ctest", 'echo "ctest $*" >>"$NOTES"')
        self.stand_in("stand-ins/dpkg-query", """
            shift 3
            for name in "$@"; do grep -qx "$name" "$MISSING" || echo "installed $name"; done""")
        self.stand_in("tests/support/servers/kafka", 'echo "kafka $*" >>"$NOTES"; echo chatter')
        self.stand_in("tests/support/servers/prometheus", 'echo "prometheus $*" >>"$NOTES"; exit 1')

    def stand_in(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/bash\n{text}\n")
        path.chmod(0o755)

    def run_dev(self, *arguments):
        environment = os.environ | {
            "PATH": f"{self.root}/stand-ins:{os.environ['PATH']}",
            "NOTES": str(self.notes), "MISSING": str(self.missing),
            "KNOWN": str(self.known)}
        return subprocess.run(
            [self.root / "dev", *arguments], env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False)

    def noted(self, word):
        return [line for line in self.notes.read_text().splitlines() if word in line]

    def test_a_machine_that_has_everything_is_left_alone(self):
        done = self.run_dev("test")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.noted("apt-get"), [])

    def test_only_what_is_missing_is_installed_and_the_person_is_told_before(self):
        self.missing.write_text("ninja-build\nlibpqxx-dev\n")
        done = self.run_dev("build")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("installing from the distribution: libpqxx-dev ninja-build", done.stderr)
        [install] = self.noted("apt-get")
        self.assertTrue(install.startswith("noninteractive "), install)
        self.assertTrue(install.endswith(" libpqxx-dev ninja-build"), install)

    def test_an_install_that_fails_is_tried_again_with_fresh_lists(self):
        self.missing.write_text("ninja-build\n")
        self.stand_in("stand-ins/apt-get", """
            echo "apt-get $*" >>"$NOTES"
            [[ $* == *update* ]] || grep -q update "$NOTES" """)
        done = self.run_dev("build")
        self.assertEqual(done.returncode, 0, done.stderr)
        words = [next(word for word in ("update", "install") if word in line)
                 for line in self.noted("apt-get")]
        self.assertEqual(words, ["install", "update", "install"])

    def test_lists_are_fetched_first_where_they_lack_a_missing_package(self):
        # A fresh container has no lists: there g++ would be taken for a pattern that matches.
        self.missing.write_text("g++\nninja-build\n")
        for known in ("", "ninja-build\nlibg++\n"):
            self.notes.write_text("")
            self.known.write_text(known)
            done = self.run_dev("build")
            self.assertEqual(done.returncode, 0, done.stderr)
            words = [next(word for word in ("update", "install") if word in line)
                     for line in self.noted("apt-get")]
            self.assertEqual(words, ["update", "install"], known)

    def test_an_install_that_cannot_work_ends_with_the_reason(self):
        self.missing.write_text("ninja-build\n")
        self.stand_in("stand-ins/apt-get", "exit 100")
        done = self.run_dev("build")
        self.assertEqual(done.returncode, 1)
        self.assertIn("could not be installed", done.stderr)
        self.assertEqual(self.noted("cmake"), [])

    def test_the_demo_prints_its_own_data_and_nothing_else(self):
        self.stand_in("build/release/bin/assay", 'echo "$ASSAY_SERVERS|$*"')
        done = self.run_dev("demo", "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, f"{self.root}/tests/support/servers|demo --format json\n")
        self.assertEqual(self.noted("kafka"), [])

    def test_the_real_demo_installs_the_servers_first(self):
        self.missing.write_text("postgresql-15\n")
        self.stand_in("build/release/bin/assay", "echo done")
        done = self.run_dev("demo", "--real")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "done\n")
        self.assertEqual(len(self.noted("apt-get")), 1)
        self.assertEqual(self.noted("kafka"), ["kafka install"])

    def test_the_test_command_takes_a_preset_and_hands_the_rest_on(self):
        done = self.run_dev("test", "asan", "-L", "unit")
        self.assertEqual(done.returncode, 0, done.stderr)
        [ctest] = self.noted("ctest")
        self.assertIn(f"--test-dir {self.root}/build/asan", ctest)
        self.assertTrue(ctest.endswith(" -L unit"), ctest)
        # It could not be had, and the tests ran all the same.
        self.assertEqual(self.noted("prometheus"), ["prometheus install"])

    def test_a_build_that_fails_runs_no_tests(self):
        self.stand_in("stand-ins/cmake", "exit 1")
        done = self.run_dev("test")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(self.noted("ctest"), [])

    def test_the_benchmarks_results_become_one_object(self):
        self.stand_in("build/release/bin/bench_decode", """echo '{"decode": {"value": 1}}'""")
        self.stand_in("build/release/bin/bench_rules", """echo '{"rules": {"value": 2}}'""")
        done = self.run_dev("bench", "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout), {"decode": {"value": 1}, "rules": {"value": 2}})
        self.assertEqual(json.loads(self.run_dev("bench", "rules", "--format", "json").stdout),
                         {"rules": {"value": 2}})
        self.assertEqual(self.run_dev("bench", "nothing").returncode, 2)

    def test_faults_are_run_by_the_bench_which_is_told_what_was_asked_for(self):
        self.stand_in("tests/faults/run", 'echo "run $*" >>"$NOTES"; echo table')
        programs = f"--programs {self.root}/build/dev/bin"
        done = self.run_dev("faults", "--seed", "7")
        self.assertEqual((done.returncode, done.stdout), (0, "table\n"), done.stderr)
        self.assertEqual(self.noted("run "), [f"run {programs} --seed 7"])
        self.assertTrue(self.noted("--build")[0].endswith("schedules_test simulation_test faults"))
        self.notes.write_text("")
        self.assertEqual(self.run_dev("faults", "--full").returncode, 0)
        self.assertEqual(self.noted("run "), [
            f"run {programs} --full --record {self.root}/build/dev/faults.jsonl "
            f"--report {self.root}/docs/faults-last-run.md"])
        self.assertTrue(self.noted("--build")[0].endswith(" all"))
        self.notes.write_text("")
        self.assertEqual(self.run_dev("faults", "--full", "--resume", "--only", "Soak").returncode, 0)
        self.assertIn(f"run {programs} --full --resume --only Soak ", self.noted("run ")[0])
        for arguments in (["--seed"], ["--seed", "seven"], ["--quick"], ["--resume"], ["--only"],
                          ["--only", "--full"]):
            self.assertEqual(self.run_dev("faults", *arguments).returncode, 2, arguments)

    def test_the_packages_are_made_from_a_release_and_their_names_are_all_it_prints(self):
        old = self.root / "build" / "packages" / "assay_0.0.1_amd64.deb"
        old.parent.mkdir(parents=True)
        old.write_text("")
        self.missing.write_text("dpkg-dev\n")
        self.stand_in("stand-ins/cpack", """
            echo "cpack $*" >>"$NOTES"; echo chatter
            mkdir -p "$4/_CPack_Packages"; touch "$4/assay_0.1.0_amd64.deb" """)
        done = self.run_dev("package")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, f"{old.parent}/assay_0.1.0_amd64.deb\n")
        self.assertEqual([file.name for file in old.parent.iterdir()], ["assay_0.1.0_amd64.deb"])
        [install] = self.noted("apt-get")
        self.assertTrue(install.endswith(" dpkg-dev"), install)
        self.assertIn("--preset release", "\n".join(self.noted("cmake")))

        self.stand_in("stand-ins/cpack", "exit 1")
        self.assertEqual(self.run_dev("package").returncode, 1)

    def test_a_word_it_does_not_know_is_misuse(self):
        for arguments in (["nonsense"], [], ["build", "nonsense"]):
            done = self.run_dev(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)

    def test_a_new_rule_gets_its_source_its_test_and_their_build_lines_once(self):
        for templates in ("cmake/templates", "plugin-api/templates"):
            shutil.copytree(ROOT / templates, self.root / templates)
        rules = self.root / "plugins" / "rules" / "CMakeLists.txt"
        rules.parent.mkdir(parents=True)
        rules.write_text("add_rule(first first.cpp)\n")
        done = self.run_dev("new-rule", "round_amount")
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        self.assertEqual(rules.read_text().splitlines(),
                         ["add_rule(first first.cpp)", "add_rule(round_amount round_amount.cpp)"])
        source = (self.root / "plugins" / "rules" / "round_amount.cpp").read_text()
        self.assertIn('ASSAY_RULE(RoundAmount, "round_amount"', source)
        note = json.loads((self.root / "plugins" / "rules" / "round_amount.json").read_text())
        self.assertEqual([one["code"] for one in note["reasons"]], ["round_amount"])
        tests = self.root / "tests" / "plugins" / "rules"
        self.assertIn("TEST(round_amount, ", (tests / "round_amount_test.cpp").read_text())
        self.assertIn("round_amount_test.cpp", (tests / "CMakeLists.txt").read_text())
        self.assertNotIn("my_rule", source)
        self.assertNotIn("MyRule", source)

        self.assertEqual(self.run_dev("new-rule", "round_amount").returncode, 1)
        for name in ("", "Round", "round-amount", "../round"):
            self.assertEqual(self.run_dev("new-rule", name).returncode, 2, name)
        self.assertEqual(len(rules.read_text().splitlines()), 2)

    def test_help_names_every_command(self):
        done = self.run_dev("--help")
        self.assertEqual(done.returncode, 0)
        for command in "build test demo faults bench package format tidy check new-rule".split():
            self.assertIn(f"\n  {command}", done.stdout)


class Lists(unittest.TestCase):
    def test_each_is_sorted_and_names_no_package_twice(self):
        self.assertTrue(LISTS)
        for path in LISTS:
            self.assertEqual(names(path), sorted(set(names(path))), path)
            for name in names(path):
                self.assertRegex(name, r"^[a-z0-9][a-z0-9+.-]+$", path)


if __name__ == "__main__":
    unittest.main()
