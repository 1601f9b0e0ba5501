#!/usr/bin/python3
"""The layout of the plugin ABI, as a compiler sees it, one line for each thing that may not change.

Structs with size, and each member with offset and type (of a function the whole signature), come
from the debug information of an object made of the headers alone; constants from its macros. So
whatever compiler and machine the object is for, the text says what a plugin built so relies on.

    layout.py INCLUDE COMPILER [OPTION...]      prints it
"""

import pathlib
import re
import subprocess
import sys
import tempfile

from elftools.elf.elffile import ELFFile


class Broken(Exception):
    """The headers do not compile, or have something in them that no border can have."""


def headers(include):
    return sorted(path.name for path in (pathlib.Path(include) / "assay").glob("*.h"))


def text_of(include, compiler, options=()):
    """The layout of all headers in INCLUDE/assay, sorted by name, as lines."""
    source = "".join(f"#include <assay/{name}>\n" for name in headers(include))
    common = [compiler, *options, "-ffreestanding", f"-I{include}", "-x", "c"]
    with tempfile.TemporaryDirectory() as folder:
        at = pathlib.Path(folder)
        (at / "all.c").write_text(source)
        run([*common, "-g", "-fno-eliminate-unused-debug-types",
             "-c", str(at / "all.c"), "-o", str(at / "all.o")])
        macros = run([*common, "-dM", "-E", str(at / "all.c")])
        with open(at / "all.o", "rb") as file:
            return structs(ELFFile(file)) + constants(macros)


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Broken(done.stderr)
    return done.stdout


def constants(macros):
    """What a plugin was compiled with: it stands in its code, not in a table."""
    found = re.findall(r"^#define (ASSAY_\w+) +(.+)$", macros, re.MULTILINE)
    # Of the compiler, not of the border.
    own = {"ASSAY_STATIC_ASSERT", "ASSAY_EXPORT"}
    return [f"constant {name} {value.strip()}" for name, value in sorted(found)
            if name not in own and not name.endswith("_H")]


def structs(elf):
    if not elf.has_dwarf_info():
        raise Broken("the object has no debug information")
    lines = {}
    for unit in elf.get_dwarf_info().iter_CUs():
        for die in unit.iter_DIEs():
            if not spelled(die).startswith("assay"):
                continue
            if die.tag in UNWANTED:
                raise Broken(f"{spelled(die)}: {UNWANTED[die.tag]} crosses no border")
            if die.tag == "DW_TAG_structure_type" and "DW_AT_byte_size" in die.attributes:
                lines[spelled(die)] = of_struct(die)
            if die.tag == "DW_TAG_typedef" and type_of(die) != spelled(die):
                lines[spelled(die)] = [f"typedef {spelled(die)} {type_of(die)}"]
    return [line for name in sorted(lines) for line in lines[name]]


UNWANTED = {"DW_TAG_union_type": "a union", "DW_TAG_enumeration_type": "an enum"}


def of_struct(die):
    name = spelled(die)
    lines = [f"struct {name} {die.attributes['DW_AT_byte_size'].value}"]
    for member in die.iter_children():
        offset = member.attributes["DW_AT_data_member_location"].value
        lines.append(f"member {name}.{spelled(member)} {offset} {type_of(member)}")
    return lines


def spelled(die):
    value = die.attributes.get("DW_AT_name")
    return value.value.decode() if value else ""


def target_of(die):
    return die.get_DIE_from_attribute("DW_AT_type") if "DW_AT_type" in die.attributes else None


def type_of(die):
    return type_name(target_of(die))


def type_name(die):
    """As C would say it, but for functions, whose parameters follow them."""
    if die is None:
        return "void"
    if die.tag == "DW_TAG_const_type":
        return "const " + type_of(die)
    if die.tag == "DW_TAG_pointer_type":
        target = target_of(die)
        if target is not None and target.tag == "DW_TAG_subroutine_type":
            return signature(target)
        return type_name(target) + "*"
    if die.tag == "DW_TAG_array_type":
        counts = [child.attributes for child in die.iter_children()]
        return type_of(die) + "".join(f"[{count_of(one)}]" for one in counts)
    if die.tag == "DW_TAG_typedef" and not spelled(die).startswith("assay"):
        # int64_t by its own name: what stands behind it differs between machines.
        return spelled(die)
    return spelled(die)


def count_of(subrange):
    if "DW_AT_count" in subrange:
        return subrange["DW_AT_count"].value
    return subrange["DW_AT_upper_bound"].value + 1


def signature(die):
    parameters = [type_of(child) for child in die.iter_children()
                  if child.tag == "DW_TAG_formal_parameter"]
    return f"{type_of(die)} ({', '.join(parameters)})"


def grows(struct, members):
    """A table that says its size at its beginning may get more behind its end."""
    return bool(members) and members[0].split() == ["member", f"{struct}.size", "0", "uint32_t"]


def differences(golden, today):
    """What of GOLDEN no longer holds TODAY, each in words; empty where a plugin built then runs."""
    found = []
    now = dict(named(today))
    for name, line in named(golden):
        if name not in now:
            found.append(f"{name}: is gone. Nothing is removed within a major version; "
                         "a slot that is not used any more stays where it is")
        elif now[name] != line and not may_be(line, now[name], golden):
            found.append(f"{name}: was `{line}`, is `{now[name]}`. "
                         "Tables only grow at their end; put new slots behind the last one")
    return found


def named(lines):
    return [(line.split()[1], line) for line in lines]


def may_be(before, after, golden):
    """A table that has grown, and nothing else."""
    was, now = before.split(), after.split()
    if was[0] != "struct" or now[0] != "struct":
        return before.startswith("constant ASSAY_ABI_MINOR ")
    members = [line for line in golden if line.startswith(f"member {was[1]}.")]
    return grows(was[1], members) and int(now[2]) > int(was[2])


if __name__ == "__main__":
    try:
        print("\n".join(text_of(sys.argv[1], sys.argv[2], sys.argv[3:])))
    except Broken as broken:
        sys.exit(f"{sys.argv[1]}: {broken}")
