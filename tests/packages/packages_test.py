#!/usr/bin/python3
"""packages_test.py CPACK BUILD: makes both packages from the build, looks at them, installs them in
a clean root and does there what docs/operations.md and docs/writing-a-rule.md tell a person."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import clean_root
import pages

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "templates"))
import readme  # noqa: E402

CPACK, BUILD = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
ROOT = pathlib.Path(__file__).resolve().parents[2]
UNIT = "/usr/lib/systemd/system/assay.service"
CONFIGURATION = ("-c", "/etc/assay/assay.yaml", "-c", "/etc/assay/site.yaml")
EXAMPLE = "/usr/share/doc/libassay-plugin-dev/examples/hello_rule"
# What a person has who writes rules, besides the two packages.
TOOLS = ["g++", "cmake", "make", "pkg-config"]

holder = tempfile.TemporaryDirectory()
folder = pathlib.Path(holder.name)


def setUpModule():
    made = subprocess.run([CPACK, "--config", BUILD / "CPackConfig.cmake", "-B", folder / "made"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if made.returncode:
        raise AssertionError(made.stdout)


def tearDownModule():
    holder.cleanup()


def package(name):
    [file] = (folder / "made").glob(f"{name}_*.deb")
    return file


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def field(name, which):
    return output("dpkg-deb", "--field", package(name), which).strip()


class Made(unittest.TestCase):
    def files(self, name):
        lines = [line.split(None, 5) for line in
                 output("dpkg-deb", "--contents", package(name)).splitlines()]
        for mode, owner, *_ in lines:
            self.assertEqual(owner, "root/root")
            self.assertNotIn("w", mode[5:], "for the owner alone to write")
        return {line[5].removeprefix(".") for line in lines if not line[5].endswith("/")}

    def test_the_engine_brings_every_plugin_of_the_build(self):
        files = self.files("assay")
        for kind in ("rules", "sinks"):
            built = {f"/usr/lib/assay/{kind}/{file.name}"
                     for file in (BUILD / "plugins" / kind).glob("*.so")}
            self.assertTrue(built)
            self.assertEqual({file for file in files if file.startswith(f"/usr/lib/assay/{kind}/")},
                             built)

    def test_what_is_below_etc_is_the_operators(self):
        files = {file for file in self.files("assay") if file.startswith("/etc/")}
        self.assertEqual(
            set(output("dpkg-deb", "--info", package("assay"), "conffiles").split()), files)
        self.assertIn("/etc/assay/rules/small_burst.yaml", files)

    def test_the_sdk_brings_every_header_and_no_machines_code(self):
        include = ROOT / "plugin-api" / "include"
        headers = {f"/usr/include/{file.relative_to(include)}"
                   for file in include.rglob("*") if file.is_file()}
        files = self.files("libassay-plugin-dev")
        self.assertEqual({file for file in files if file.startswith("/usr/include/")}, headers)
        self.assertEqual(field("libassay-plugin-dev", "Architecture"), "all")
        self.assertEqual(field("libassay-plugin-dev", "Section"), "libdevel")

    def test_they_say_what_a_package_has_to_say(self):
        for name in ("assay", "libassay-plugin-dev"):
            self.assertEqual(field(name, "Package"), name)
            self.assertRegex(field(name, "Maintainer"), r"^.+ <.+@.+>$")
            summary, *more = field(name, "Description").splitlines()
            self.assertLess(len(summary), 80)
            self.assertTrue(more)
            for line in more:
                self.assertRegex(line, r"^ \S")
            for file in ("copyright", "changelog.gz"):
                self.assertIn(f"/usr/share/doc/{name}/{file}", self.files(name))

    def test_nothing_in_them_names_the_place_where_they_were_built(self):
        for name in ("assay", "libassay-plugin-dev"):
            where = folder / f"unpacked-{name}"
            output("dpkg-deb", "--raw-extract", package(name), where)
            for file in where.rglob("*"):
                if file.is_file():
                    self.assertNotIn(bytes(ROOT), file.read_bytes(), file)

    def test_every_link_of_their_pages_leads_to_something_that_they_install(self):
        both = folder / "both"
        for name in ("assay", "libassay-plugin-dev"):
            output("dpkg-deb", "--extract", package(name), both)
        dead, count = pages.dead_links(both)
        self.assertEqual(dead, [], "\n".join(dead))
        self.assertGreater(count, 100)
        for page in (both / "usr/share/doc/libassay-plugin-dev").rglob("*.md"):
            self.assertEqual(list(pages.paths_of_the_tree(page)), [], "only a clone has these")


def calls_of(group):
    """The system calls of a name as a unit has it: one, or a set of them that begins with @."""
    if not group.startswith("@"):
        return {group}
    lines = output("systemd-analyze", "syscall-filter", group).splitlines()
    names = {line.strip() for line in lines if line.startswith(" ") and "#" not in line}
    return set().union(*map(calls_of, names))


def calls_allowed_by(unit):
    allowed = set()
    for line in unit.splitlines():
        if line.startswith("SystemCallFilter="):
            words = line.removeprefix("SystemCallFilter=")
            calls = set().union(*map(calls_of, words.removeprefix("~").split()))
            allowed = allowed - calls if words.startswith("~") else allowed | calls
    return allowed


class Used(unittest.TestCase):
    """In order: each test goes on where the one before it ended."""

    @classmethod
    def setUpClass(cls):
        if reason := clean_root.why_not():
            raise unittest.SkipTest(reason)
        cls.root = clean_root.CleanRoot(folder / "root")
        # All that apt would bring along, by the package's own word.
        cls.root.add(field("assay", "Depends").split(","))

    def succeeds(self, done):
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def assay(self, *arguments):
        return self.succeeds(self.root.run("assay", *arguments))

    def test_1_the_engine_installs_and_runs_on_what_it_depends_on(self):
        self.succeeds(self.root.install(package("assay")))
        self.assertIn(field("assay", "Version"), self.assay("--version"))
        page = (self.root.path / "usr/share/doc/assay/README.md").read_text()
        for command in readme.commands(page):
            self.succeeds(self.root.run("sh", "-e", "-c", command))

    def test_2_the_shipped_configuration_is_valid_once_its_secrets_are_there(self):
        refused = self.root.run("assay", "validate", *CONFIGURATION, "--offline")
        self.assertEqual(refused.returncode, 78, refused.stdout)
        self.assertIn("secrets/database", refused.stdout)
        secret = self.root.path / "etc/assay/secrets/database"
        secret.write_text("a password\n")
        self.succeeds(self.root.run("chown", "root:assay", "/etc/assay/secrets/database"))
        secret.chmod(0o640)
        self.assay("token", "keygen", "/etc/assay/card.key")
        self.assay("validate", *CONFIGURATION, "--offline")
        self.assay("test", *CONFIGURATION)

    def test_3_the_services_user_reads_the_configuration_and_nobody_else_the_secrets(self):
        self.assertEqual((self.root.path / "etc/assay/card.key").stat().st_mode & 0o077, 0)
        (self.root.path / "tmp").chmod(0o1777)
        for user, code in (("assay", 0), ("nobody", 78)):
            group = "assay" if user == "assay" else "nogroup"
            done = self.root.run("setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups",
                                 "assay", "validate", *CONFIGURATION, "--offline",
                                 environment={"XDG_CACHE_HOME": f"/tmp/cache-of-{user}"})
            self.assertEqual(done.returncode, code, done.stdout)

    def test_4_systemd_takes_the_unit_and_calls_it_safe(self):
        self.assertEqual(self.succeeds(self.root.run("systemd-analyze", "verify", UNIT)), "")
        # Of 100: the less the better, and more than 50 is the rule.
        self.succeeds(self.root.run("systemd-analyze", "security", "--no-pager", "--offline=true",
                                    "--threshold=15", UNIT))

    def test_5_a_rule_is_built_against_the_installed_sdk_in_three_ways(self):
        self.root.add(TOOLS)
        self.succeeds(self.root.run("update-alternatives", "--install", "/usr/bin/c++", "c++",
                                    "/usr/bin/g++", "20"))
        self.succeeds(self.root.install(package("libassay-plugin-dev")))
        source, strict = f"{EXAMPLE}/hello_rule.cpp", "-std=c++20 -shared -fPIC -Wall -Wextra -Werror"
        for way, command in {
                "plain": f"c++ {strict} {source} -o $way/hello_rule.so",
                "pkg-config": f"c++ {strict} $(pkg-config --cflags assay-plugin) {source} "
                              "-o $way/hello_rule.so",
                "cmake": f"cmake -S {EXAMPLE} -B $way && cmake --build $way && $way/hello_rule_test",
        }.items():
            with self.subTest(way):
                (self.root.path / "srv" / way).mkdir()
                self.succeeds(self.root.run("sh", "-e", "-c", command,
                                            environment={"way": f"/srv/{way}"}))

    def test_6_the_installed_engine_judges_by_each_of_them(self):
        produced = self.assay("produce", "--stdout", "--count", "1", "--seed", "7")
        [line] = [line for line in produced.splitlines() if line.startswith("{")]
        payment = json.loads(line) | {"amount": 400, "currency": "EUR"}
        (self.root.path / "srv/payment.json").write_text(json.dumps(payment))
        for way in ("plain", "pkg-config", "cmake"):
            with self.subTest(way):
                (self.root.path / f"srv/{way}.yaml").write_text(
                    f"plugins: {{ path: [/srv/{way}] }}\n"
                    "rules: { round: { version: 1, use: hello_rule,"
                    " parameters: { from: 300.00 } } }\n")
                said = self.assay("eval", "/srv/payment.json", *CONFIGURATION,
                                  "-c", f"/srv/{way}.yaml")
                self.assertIn("400.00 is a round amount of at least 300.00", said)

    def test_7_a_rule_in_a_process_of_its_own_runs_under_the_filters_of_the_unit(self):
        srv = self.root.path / "srv"
        source = pathlib.Path(__file__).with_name("unit_filter.c")
        output("cc", "-Wall", "-Wextra", "-Werror", "-o", srv / "unit_filter", source, "-lseccomp")
        (srv / "calls").write_text(
            "\n".join(sorted(calls_allowed_by((self.root.path / UNIT.lstrip("/")).read_text()))))
        (srv / "isolated.yaml").write_text(
            "plugins: { path: [/srv/plain] }\n"
            "rules: { round: { version: 1, use: hello_rule, isolation: process,"
            " parameters: { from: 300.00 } } }\n")
        under = ("/srv/unit_filter", "/srv/calls")
        mount = ("mount", "--bind", "/srv", "/srv")
        self.succeeds(self.root.run(*mount))
        self.assertNotEqual(self.root.run(*under, *mount).returncode, 0, "the filter holds")
        said = self.succeeds(self.root.run(
            "setpriv", "--reuid=assay", "--regid=assay", "--clear-groups", *under,
            "assay", "eval", "/srv/payment.json", *CONFIGURATION, "-c", "/srv/isolated.yaml",
            environment={"XDG_CACHE_HOME": "/tmp/cache-of-assay"}))
        self.assertIn("400.00 is a round amount of at least 300.00", said)

    def test_8_a_new_project_of_each_kind_does_what_its_readme_says(self):
        languages = ["c", "cpp"]
        try:
            self.root.add(["cargo"])
            # What the maintainer script of gcc does: rustc links by that name.
            self.succeeds(self.root.run("update-alternatives", "--install", "/usr/bin/cc", "cc",
                                        "/usr/bin/gcc", "20"))
            languages.append("rust")
        except LookupError:
            print("no package here has cargo: the projects in Rust are left to tests/templates")
        for kind in ("rule", "sink"):
            for language in languages:
                with self.subTest(kind=kind, language=language):
                    name = f"{language}_{kind}_of_mine"
                    place = f"/srv/{name}"
                    self.addCleanup(self.root.run, "rm", "-rf", place)
                    self.assay("plugins", "new", kind, name, "--lang", language, "--into", place)
                    text = (self.root.path / "srv" / name / "README.md").read_text()
                    for command in readme.commands(text):
                        self.succeeds(self.root.run("sh", "-e", "-c", f"cd {place}; {command}"))
                    said = self.assay("plugins", "inspect", f"{place}/{name}.so", "--format",
                                      "json")
                    self.assertEqual(readme.unsaid(said, kind), [], "is read without running it")

    def test_9_a_purge_leaves_the_secrets_and_nothing_else(self):
        state = self.root.path / "var/lib/assay"
        state.mkdir()
        self.succeeds(self.root.dpkg("--purge", "assay", "libassay-plugin-dev"))
        left = {str(file.relative_to(self.root.path)) for file in
                self.root.path.rglob("*assay*")} - {"var/lib/assay"}
        # What root kept of plugins while the tests ran.
        left = {name for name in left if not name.startswith("tmp/cache-of-")}
        self.assertEqual(left, {"etc/assay"})
        self.assertEqual(sorted(str(file.relative_to(self.root.path / "etc/assay")) for file in
                                (self.root.path / "etc/assay").rglob("*") if file.is_file()),
                         ["card.key", "secrets/database"])
        self.assertTrue(state.is_dir())


if __name__ == "__main__":
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    program = unittest.main(exit=False)
    for _, reason in program.result.skipped:
        print(f"skipped: {reason}")
    if not program.result.wasSuccessful():
        sys.exit(1)
    sys.exit(77 if program.result.skipped else 0)
