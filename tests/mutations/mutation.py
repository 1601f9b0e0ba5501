#!/usr/bin/python3
"""Breaks one guarantee on purpose and wants the test that holds it to notice.

usage: mutation.py BUILD_FOLDER PATCH

The patch says in its first lines what it breaks and who must notice:

    Breaks: a position is committed only behind what is finished
    Caught by: simulation_test Simulation.of_any_seed_loses_nothing_and_stores_nothing_twice

and, where the file belongs to something that the test loads or runs, what that is, as `Part of:
plugins/sinks/postgres.so` or, for the engine as a process, `Part of: bin/assay`.

It is applied to a copy of the one source file that it names. The copy is compiled and linked as the
build compiles and links the original, into a program, or such a part, of its own; product and build
stay as they are.
"""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds; a test that hangs has noticed nothing
# The same runs of the simulation each time, and more than it makes by itself: some of what is broken
# shows in one of hundreds only.
SEEDS = {"ASSAY_FIRST_SEED": "1", "ASSAY_SEEDS": "10000"}
# Where the tests take a part from instead of the build.
PARTS = {"plugins/sinks/postgres.so": "ASSAY_POSTGRES_SINK",
         "plugins/sinks/smtp.so": "ASSAY_SMTP_SINK", "bin/assay": "ASSAY_ENGINE"}


class Refused(Exception):
    """Why nothing can be said; for a person."""


def head(text, word, otherwise=None):
    found = re.search(rf"^{word}: (.+)$", text, re.MULTILINE)
    if not found and otherwise is None:
        raise Refused(f"the patch has no line `{word}: ...`")
    return found.group(1) if found else otherwise


def mutated(patch, text, folder):
    name = re.search(r"^\+\+\+ b/(\S+)", text, re.MULTILINE)
    if not name:
        raise Refused("the patch names no file")
    copy = folder / name.group(1)
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes((ROOT / name.group(1)).read_bytes())
    command = ["patch", "--strip=1", "--fuzz=0", "--batch", "--no-backup-if-mismatch",
               f"--directory={folder}", f"--input={patch}"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Refused(f"the patch does not apply to {name.group(1)} any more: break the same thing in "
                      f"the file as it is now and write the difference anew\n{done.stdout}")
    return name.group(1), copy


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, shell=isinstance(command, str))
    if done.returncode != 0:
        raise Refused(f"what is broken does not build:\n{done.stdout}{done.stderr}")
    return done.stdout


def compile_copy(build, source, copy):
    entries = json.loads((build / "compile_commands.json").read_text())
    entry = next((one for one in entries if pathlib.Path(one["file"]) == ROOT / source), None)
    if not entry:
        raise Refused(f"the build compiles no {source}")
    words = shlex.split(entry["command"])
    original = words[words.index("-o") + 1]
    made = copy.with_suffix(".o")
    words[words.index("-o") + 1] = str(made)
    words[words.index("-c") + 1] = str(copy)
    run(words, build)
    return original, made


def link(build, target, original, made, into):
    """With the made object in the original's place, or before the archives, which then give no other."""
    command = run(["ninja", "-t", "commands", target], build).splitlines()[-1]
    command = re.sub(r"-o \S+", f"-o {shlex.quote(str(into))}", command, count=1)
    if original in command:
        command = command.replace(original, shlex.quote(str(made)))
    else:
        command = re.sub(r"(\s)(\S+\.a\s)", rf"\1{shlex.quote(str(made))} \2", command, count=1)
    run(command, build)


def main():
    build, patch = (pathlib.Path(one).resolve() for one in sys.argv[1:])
    text = patch.read_text()
    broken = head(text, "Breaks")
    target, test = head(text, "Caught by").split()
    folder = build / "mutations" / patch.stem
    source, copy = mutated(patch, text, folder)
    original, made = compile_copy(build, source, copy)
    program = build / "bin" / target
    environment = SEEDS | os.environ
    part = head(text, "Part of", "")
    if part:
        environment[PARTS[part]] = str(folder / pathlib.Path(part).name)
        link(build, part, original, made, environment[PARTS[part]])
    else:
        program = folder / target
        link(build, f"bin/{target}", original, made, program)
    done = subprocess.run([program, f"--gtest_filter={test}"], env=environment, cwd=build,
                          capture_output=True, text=True, timeout=PATIENCE)
    said = done.stdout + done.stderr
    if "[ RUN      ]" not in said or "[  SKIPPED ]" in said:
        raise Refused(f"{target} did not run {test}:\n{said}")
    if done.returncode == 0:
        raise Refused(f"{test} did not notice that this is broken: {broken}")
    print(f"{test} noticed that this was broken: {broken}\n{said[:2000]}")


try:
    main()
except Refused as refused:
    sys.exit(f"{sys.argv[-1]}: {refused}")
except subprocess.TimeoutExpired as hung:
    sys.exit(f"{sys.argv[-1]}: the test hung: {hung}")
