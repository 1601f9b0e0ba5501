#!/usr/bin/python3
"""Holds the headers to what was promised: whatever a plugin of an earlier release relies on stays.

Each way to break it is tried on a copy of the headers and must be told by its name.
"""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import layout

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parents[1] / "plugin-api" / "include"
RELEASES = sorted(HERE.glob("[0-9]*.[0-9]*"))
COMPILERS = [name for name in ("gcc", "clang-14") if shutil.which(name)]


def golden(release):
    return (release / "layout.txt").read_text().splitlines()


class Layout(unittest.TestCase):
    def test_what_each_release_promised_holds_today(self):
        today = layout.text_of(INCLUDE, "cc")
        self.assertTrue(RELEASES)
        for release in RELEASES:
            with self.subTest(release=release.name):
                self.assertEqual(layout.differences(golden(release), today), [])

    def test_the_kept_headers_are_those_that_the_layout_was_taken_from(self):
        for release in RELEASES:
            with self.subTest(release=release.name):
                self.assertEqual(layout.text_of(release / "include", "cc"), golden(release))

    def test_every_compiler_and_machine_sees_the_same(self):
        expected = layout.text_of(INCLUDE, "cc")
        options = [["-std=c11"], ["-std=c17"], ["-std=c2x"], ["-fshort-enums"], ["-fpack-struct"],
                   ["-O2", "-fPIC"], ["-funsigned-char"]]
        for compiler in COMPILERS:
            for option in options:
                with self.subTest(compiler=compiler, option=option):
                    self.assertEqual(layout.text_of(INCLUDE, compiler, option), expected)
        if "clang-14" in COMPILERS:
            for target in ("aarch64-linux-gnu", "x86_64-linux-musl"):
                with self.subTest(target=target):
                    self.assertEqual(
                        layout.text_of(INCLUDE, "clang-14", [f"--target={target}"]), expected)

    def test_a_machine_of_32_bits_is_refused_by_name(self):
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                with self.assertRaises(layout.Broken) as caught:
                    layout.text_of(INCLUDE, compiler, ["-m32"])
                first = re.search(r"error: (.*)", str(caught.exception)).group(1)
                self.assertIn("the ABI needs 64-bit pointers", first)

    def test_each_header_compiles_alone(self):
        for compiler in COMPILERS:
            for header in layout.headers(INCLUDE):
                with self.subTest(compiler=compiler, header=header):
                    compile_all(self, compiler, "c", "c11", [header])

    def test_the_headers_compile_in_every_dialect(self):
        # clang 14 knows C23 and C++23 by their working names.
        dialects = [("c", std) for std in ("c11", "c17", "c2x")]
        dialects += [("c++", std) for std in ("c++17", "c++20", "c++2b")]
        for compiler in COMPILERS:
            for language, std in dialects:
                with self.subTest(compiler=compiler, std=std):
                    compile_all(self, compiler, language, std, layout.headers(INCLUDE))

    def test_the_veneer_compiles_from_cpp20_on(self):
        for compiler in COMPILERS:
            for std in ("c++20", "c++2b"):
                with self.subTest(compiler=compiler, std=std):
                    compile_all(self, compiler, "c++", std, ["rule.hpp", "sink.hpp"], veneer=True)


def compile_all(test, compiler, language, std, headers, veneer=False):
    # The padding of what only C++ sees is nobody's business.
    warnings = ["-Wall", "-Wextra", "-Wpedantic", *([] if veneer else ["-Wpadded"])]
    done = subprocess.run([compiler, "-x", language, f"-std={std}", *warnings, "-Werror",
                           f"-I{INCLUDE}", "-fsyntax-only", "-"],
                          input="".join(f"#include <assay/{header}>\n" for header in headers),
                          capture_output=True, text=True, check=False)
    test.assertEqual(done.returncode, 0, done.stderr)


TICK = "  void (*tick)(assay_rule* rule, int64_t now);\n"
DEINIT = "  void (*deinit)(void);\n"
INTERFACE = "  const void* (*get_interface)(const char* id);\n"
VERDICT_END = "double */\n} assay_verdict;"


class Changed(unittest.TestCase):
    """A copy of the headers to change."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.include = pathlib.Path(holder.name)
        shutil.copytree(INCLUDE / "assay", self.include / "assay")

    def change(self, header, *pairs):
        path = self.include / "assay" / header
        text = path.read_text()
        for before, after in pairs:
            self.assertEqual(text.count(before), 1, f"{before!r} in {header}")
            text = text.replace(before, after)
        path.write_text(text)

    def found(self):
        """The differences, where nobody looks at the assertions in the headers."""
        types = self.include / "assay" / "types.h"
        types.write_text(re.sub(r"#define ASSAY_STATIC_ASSERT \w+",
                                "#define ASSAY_STATIC_ASSERT(holds, words) struct nobody_looks",
                                types.read_text()))
        return layout.differences(layout.text_of(INCLUDE, "cc"),
                                  layout.text_of(self.include, "cc"))



class BrokenPromise(Changed):
    """What a person may do to the headers without meaning harm."""

    def expect(self, *names):
        found = self.found()
        for name in names:
            self.assertTrue(any(line.startswith(f"{name}: ") for line in found),
                            f"{name} is not in {found}")

    def test_fields_in_another_order(self):
        self.change("plugin.h", (DEINIT, "@1"), (INTERFACE, DEINIT), ("@1", INTERFACE))
        self.expect("assay_entry.deinit", "assay_entry.get_interface")

    def test_a_slot_in_the_middle(self):
        self.change("rule.h", (TICK, "  void (*warm)(assay_rule* rule);\n" + TICK))
        self.expect("assay_rule_api.tick", "assay_rule_api.save", "assay_rule_api.load")

    def test_another_type_of_the_same_size(self):
        self.change("rule.h", ("  uint64_t state_version; /*", "  int64_t state_version; /*"))
        self.expect("assay_rule_api.state_version")

    def test_another_signature(self):
        self.change("rule.h", (TICK, TICK.replace("int64_t now", "uint64_t now")))
        self.expect("assay_rule_api.tick")

    def test_one_parameter_more(self):
        self.change("rule.h", (TICK, TICK.replace("now)", "now, uint32_t worker)")))
        self.expect("assay_rule_api.tick")

    def test_a_slot_that_is_removed(self):
        self.change("rule.h", (TICK, ""))
        self.expect("assay_rule_api.tick", "assay_rule_api.save")

    def test_a_record_without_a_size_that_grows(self):
        self.change("rule.h", (VERDICT_END, "double */\n  int64_t more;\n} assay_verdict;"))
        self.expect("assay_verdict")

    def test_a_constant_with_another_value(self):
        self.change("rule.h", ("#define ASSAY_HIT 1u", "#define ASSAY_HIT 5u"))
        self.expect("ASSAY_HIT")

    def test_a_constant_that_is_removed(self):
        self.change("rule.h", ("#define ASSAY_NOT_EVALUATED 4u", ""))
        self.expect("ASSAY_NOT_EVALUATED")

    def test_an_interface_under_another_name(self):
        self.change("rule.h", ('"assay.rule/1"', '"assay.rule/2"'))
        self.expect("ASSAY_RULE_ID")

    def test_an_enum_is_refused(self):
        self.change("rule.h", (TICK, TICK + "  enum assay_mood { ASSAY_GOOD } mood;\n"))
        with self.assertRaisesRegex(layout.Broken, "assay_mood: an enum crosses no border"):
            self.found()

    def test_assertions_in_the_headers_are_the_first_to_say_so(self):
        self.change("rule.h", (TICK, "  void (*warm)(assay_rule* rule);\n" + TICK))
        with self.assertRaisesRegex(layout.Broken, "assay_rule_api of 1.0 is 96 bytes"):
            layout.text_of(self.include, "cc")


class Growth(Changed):
    """What a later minor version may do."""

    def test_a_slot_at_the_end_of_a_table(self):
        end = "                       assay_error* error);\n} assay_rule_api;"
        self.change("rule.h", (end, end.replace("}", "  void (*warm)(assay_rule* rule);\n}")))
        self.assertEqual(self.found(), [])

    def test_a_new_constant_and_a_new_minor(self):
        self.change("rule.h", ("#define ASSAY_HIT 1u",
                               "#define ASSAY_HIT 1u\n#define ASSAY_MAYBE 5u"))
        self.change("plugin.h", ("#define ASSAY_ABI_MINOR 0u", "#define ASSAY_ABI_MINOR 1u"))
        self.assertEqual(self.found(), [])


RUST = HERE.parents[1] / "plugin-api" / "templates" / "rust"


class RustTemplate(unittest.TestCase):
    """A project in Rust tests its declarations against numbers of its own; these are ours."""

    def setUp(self):
        self.golden = golden(RELEASES[0])
        text = (RUST / "assay" / "layout.rs").read_text()
        self.tested = re.findall(r'holds!\((\w+)(?:<u8>)?, "(\w+)", (\d+),\s*\{([^}]+)\}\)', text)

    def test_it_tests_every_struct_that_it_declares(self):
        declared = re.findall(r"#\[repr\(C\)\](?:\n#.*)?\n(?:pub )?struct (\w+)",
                              (RUST / "assay.rs").read_text())
        self.assertGreater(len(declared), 10)
        self.assertEqual(sorted(name for name, *_ in self.tested), sorted(declared))

    def test_its_numbers_are_those_of_the_first_release(self):
        for _, struct, size, fields in self.tested:
            with self.subTest(struct=struct):
                members = [line for line in self.golden if line.startswith(f"member {struct}.")]
                expected = [tuple(line.split()[1:3]) for line in members]
                # `type` is a word of Rust's own.
                found = [(f"{struct}.{name}".replace("evidence.kind", "evidence.type"), offset)
                         for name, offset in re.findall(r"(\w+) (\d+)", fields)]
                self.assertEqual(found, expected[:len(found)])
                if len(found) < len(expected):
                    self.assertTrue(layout.grows(struct, members), "only a table may be cut short")
                    self.assertEqual(size, expected[len(found)][1])
                else:
                    self.assertIn(f"struct {struct} {size}", self.golden)


if __name__ == "__main__":
    unittest.main()
