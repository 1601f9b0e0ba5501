#!/usr/bin/python3
"""bench_test.py PROGRAM: a bench program runs and prints sound figures.

It is run with tiny sizes. No figure is held against a limit: this is no place to measure.
"""

import json
import math
import subprocess
import sys


def fail(text):
    sys.exit(f"bench_test: {text}")


def number(name, figure, field):
    value = figure.get(field)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        fail(f"{name}: {field} is {value!r} and no number")
    return value


def check(name, figure):
    if not isinstance(figure.get("unit"), str) or not figure["unit"]:
        fail(f"{name} has no unit")
    least, value, most = (number(name, figure, field) for field in ("min", "value", "max"))
    if not least <= value <= most:
        fail(f"{name}: {value} is not between {least} and {most}")
    if figure["baseline"] is None:
        if figure["ratio"] is not None:
            fail(f"{name} has a ratio to nothing")
    elif number(name, figure, "baseline") <= 0 or number(name, figure, "ratio") <= 0:
        fail(f"{name}: baseline and ratio must be above zero")
    if "goal" in figure:
        number(name, figure, "goal")
        if figure["goal_of"] not in ("value", "ratio") or not isinstance(figure["met"], bool):
            fail(f"{name}: its goal is not told as a goal: {figure}")


def main():
    program = sys.argv[1]
    done = subprocess.run([program, "--quick", "--format", "json"], stdout=subprocess.PIPE,
                          text=True)
    if done.returncode:
        fail(f"{program} ended with {done.returncode}")
    figures = json.loads(done.stdout)
    if not figures:
        fail("there is no figure")
    bench = program.rsplit("bench_", 1)[1]
    for name, figure in figures.items():
        if not name.startswith(f"{bench}."):
            fail(f"{name} does not bear the bench's name")
        check(name, figure)
    if not any("goal" in figure for figure in figures.values()):
        fail("no figure has a goal")

    wrong = subprocess.run([program, "--nonsense"], stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True)
    if wrong.returncode != 2 or "Usage: bench_" not in wrong.stderr or wrong.stdout:
        fail("a wrong argument must end with 2 and the usage on standard error")


main()
