#!/usr/bin/python3
"""templates_test.py ASSAY CMAKE BUILD: writes a project of each kind in each language with `assay
plugins new` and runs what its README tells, with the SDK installed in a folder of its own."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import readme

ASSAY, CMAKE, BUILD = sys.argv.pop(1), sys.argv.pop(1), sys.argv.pop(1)

holder = tempfile.TemporaryDirectory()
folder = pathlib.Path(holder.name)
environment = os.environ | {
    "PATH": f"{pathlib.Path(ASSAY).parent}:{os.environ['PATH']}",
    "CMAKE_PREFIX_PATH": str(folder / "sdk"),
    "CXXFLAGS": "-Wall -Wextra -Werror", "CFLAGS": "-Wall -Wextra -Werror",
    "RUSTFLAGS": "-D warnings",
}


def run(*command, where=folder, shell=False):
    return subprocess.run(command[0] if shell else command, cwd=where, env=environment, shell=shell,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)


def setUpModule():
    done = run(CMAKE, "--install", BUILD, "--component", "plugin-sdk", "--prefix", folder / "sdk")
    if done.returncode:
        raise AssertionError(done.stdout)


def tearDownModule():
    holder.cleanup()


class Projects(unittest.TestCase):
    def succeeds(self, done):
        self.assertEqual(done.returncode, 0, f"{done.args}\n{done.stdout}")
        return done.stdout

    def new(self, kind, name, language):
        self.succeeds(run(ASSAY, "plugins", "new", kind, name, "--lang", language))
        return folder / name

    def does_what_its_readme_says(self, kind, language):
        if language == "rust" and not shutil.which("cargo"):
            self.skipTest("there is no cargo here")
        project = self.new(kind, f"{language}_{kind}_of_mine", language)
        said = {}
        for command in readme.commands((project / "README.md").read_text()):
            said[command] = self.succeeds(run(command, where=project, shell=True))
        self.assertGreater(len(said), 4)
        inspected = self.succeeds(run(ASSAY, "plugins", "inspect", f"./{project.name}.so",
                                      "--format", "json", where=project))
        self.assertEqual(readme.unsaid(inspected, kind), [], "is read without running it")
        [validated] = [text for command, text in said.items() if "plugins validate" in command]
        self.assertRegex(validated, r"(?m)^note +passed")
        return project, said

    def rule(self, language):
        project, said = self.does_what_its_readme_says("rule", language)
        [judged] = [text for command, text in said.items() if command.startswith("assay eval")]
        self.assertIn(f"hit 0.50, {project.name}; amount 400.00", judged)

    def sink(self, language):
        project, _ = self.does_what_its_readme_says("sink", language)
        lines = (project / "validated.txt").read_text().splitlines()
        self.assertTrue(any(line.startswith("id-") for line in lines), lines[:3])

    def test_a_rule_in_c(self):
        self.rule("c")

    def test_a_rule_in_cpp(self):
        self.rule("cpp")

    def test_a_rule_in_rust(self):
        self.rule("rust")

    def test_a_sink_in_c(self):
        self.sink("c")

    def test_a_sink_in_cpp(self):
        self.sink("cpp")

    def test_a_sink_in_rust(self):
        self.sink("rust")

    def test_the_templates_name_is_left_nowhere(self):
        for kind in ("rule", "sink"):
            for language in ("c", "cpp", "rust"):
                project = self.new(kind, f"renamed_{kind}_{language}", language)
                for file in project.rglob("*"):
                    self.assertNotIn(f"my_{kind}", file.name)
                    if file.is_file():
                        text = file.read_text()
                        self.assertNotIn(f"my_{kind}", text, file)
                        self.assertNotIn(f"My{kind.title()}", text, file)

    def test_nothing_is_overwritten(self):
        project = self.new("rule", "kept", "cpp")
        (project / "README.md").write_text("mine\n")
        done = run(ASSAY, "plugins", "new", "rule", "kept")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("is there already", done.stdout)
        self.assertEqual((project / "README.md").read_text(), "mine\n")

    def test_a_folder_that_cannot_be_written_is_named_with_the_way_out(self):
        done = run(ASSAY, "plugins", "new", "rule", "round_amount", where="/proc")
        self.assertEqual(done.returncode, 74, done.stdout)
        self.assertIn("cannot be written", done.stdout)
        self.assertIn("--into", done.stdout)

    def test_a_name_that_is_no_identifier_is_misuse(self):
        for name in ("Round", "round-amount", "../round", "1st", "", "a" * 61):
            done = run(ASSAY, "plugins", "new", "rule", name)
            self.assertEqual(done.returncode, 2, done.stdout)

    def test_a_name_that_cmake_or_rust_reserves_is_misuse(self):
        for name in ("test", "all", "install", "self", "core", "try"):
            for language in ("c", "cpp", "rust"):
                done = run(ASSAY, "plugins", "new", "rule", name, "--lang", language)
                self.assertEqual(done.returncode, 2, done.stdout)
                self.assertIn(f"take another name, such as {name}_rule", done.stdout)
                self.assertFalse((folder / name).exists())


class Bench(unittest.TestCase):
    def test_tells_each_batch_beside_an_empty_rule_and_names_the_machine(self):
        rule = next(pathlib.Path(BUILD, "plugins", "rules").glob("velocity.so"))
        done = run(ASSAY, "plugins", "bench", rule, "--rounds", "1")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stdout, r"^velocity \S+ on .+ cores, load average ")
        for rows in (1, 64, 512):
            self.assertRegex(done.stdout, rf"(?m)^{rows} +\S+ / \S+ / \S+ +\S+ / \S+ / \S+ +\S+$")

    def test_a_sink_is_not_measured(self):
        sink = next(pathlib.Path(BUILD, "plugins", "sinks").glob("sqlite.so"))
        done = run(ASSAY, "plugins", "bench", sink)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn("only rules are measured", done.stdout)


if __name__ == "__main__":
    unittest.main()
