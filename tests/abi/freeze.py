#!/usr/bin/python3
"""Keeps what a release promises: its headers, their layout, and plugins that were built with them.

    tests/abi/freeze.py 1.0

Once a version is tagged its folder never changes again; until then a break, with its decision
record, ends with this.
"""

import hashlib
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import layout

HERE = pathlib.Path(__file__).resolve().parent
SDK = HERE.parents[1] / "plugin-api"
RULE = SDK / "examples" / "above_limit" / "above_limit"
SHARED = ["-O2", "-s", "-shared", "-fPIC", "-fvisibility=hidden"]

# One rule, by each compiler and language that is at hand.
PLUGINS = {
    "c_gcc": ["gcc", "-std=c11", *SHARED, f"{RULE}.c"],
    "c_clang": ["clang-14", "-std=c11", *SHARED, f"{RULE}.c"],
    "cpp_gcc": ["g++", "-std=c++20", *SHARED, f"{RULE}.cpp"],
    "cpp_clang": ["clang++-14", "-std=c++20", *SHARED, f"{RULE}.cpp"],
    "cpp_static": ["g++", "-std=c++20", "-static-libstdc++", "-static-libgcc",
                   "-Wl,--exclude-libs,ALL", *SHARED, f"{RULE}.cpp"],
    "rust": ["rustc", "--edition", "2021", "--crate-type", "cdylib", "-C", "opt-level=s",
             "-C", "lto=fat", "-C", "panic=abort", "-C", "strip=symbols", f"{RULE}.rs"],
}


def freeze(version):
    """What stands there is replaced once everything is built, or not at all."""
    if not re.fullmatch(r"\d+\.\d+", version):
        sys.exit(f"freeze.py: `{version}` is no version such as 1.0")
    missing = sorted({command[0] for command in PLUGINS.values() if not shutil.which(command[0])})
    if missing:
        sys.exit(f"freeze.py: needs {', '.join(missing)}, which are not installed here")
    with tempfile.TemporaryDirectory(prefix=".freeze-", dir=HERE) as beside:
        fresh = pathlib.Path(beside) / "fresh"
        write(fresh)
        folder = HERE / version
        if folder.exists():
            folder.rename(pathlib.Path(beside) / "old")
        fresh.rename(folder)


def write(folder):
    shutil.copytree(SDK / "include", folder / "include")
    lines = layout.text_of(folder / "include", "cc")
    (folder / "layout.txt").write_text("\n".join(lines) + "\n")
    (folder / "plugins").mkdir()
    sums = []
    for name, command in PLUGINS.items():
        print(f"building {name}.so")
        plugin = folder / "plugins" / f"{name}.so"
        include = [] if name == "rust" else [f"-I{folder / 'include'}"]
        subprocess.run([*command, *include, "-o", plugin], check=True)
        plugin.chmod(0o644)
        sums.append(f"{hashlib.sha256(plugin.read_bytes()).hexdigest()}  {name}.so\n")
    (folder / "plugins" / "SHA256SUMS").write_text("".join(sums))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    freeze(sys.argv[1])
