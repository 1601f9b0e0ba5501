"""Markdown pages as somebody has them who has the packages alone: where each link leads."""

import pathlib
import re

LINK = re.compile(r"\]\(([^()\s]+)\)")
CODE = re.compile(r"`[^`\n]*`")
# Folders of the source tree, as a page would name what lies in them.
OF_THE_TREE = re.compile(r"(?:\./)?(?:\.ci|bench|cmake|config|core|docs|host|packaging|plugin-api|"
                         r"plugins|tests)/[^`\s]+")


def running_text(page):
    """(line number, line) of what is no block of code."""
    in_code = False
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code:
            yield number, line


def anchors(page):
    """As a browser makes them of headings."""
    for _, line in running_text(page):
        if line.startswith("#"):
            heading = line.lstrip("#").strip().lower().replace(" ", "-")
            yield "".join(letter for letter in heading if letter.isalnum() or letter in "-_")


def links(page):
    for number, line in running_text(page):
        for target in LINK.findall(CODE.sub("", line)):
            if "://" not in target:
                yield number, target


def dead_links(root):
    """Each link of a page below ROOT that leads to nothing there, in words; and how many links
    there are."""
    root, dead, count = pathlib.Path(root).resolve(), [], 0
    for page in sorted(root.rglob("*.md")):
        for number, target in links(page):
            count += 1
            at = f"{page.relative_to(root)}:{number}: {target}"
            path, _, anchor = target.partition("#")
            there = (page.parent / path).resolve() if path else page
            if not there.is_relative_to(root):
                dead.append(f"{at} leads out of what is installed")
            elif not there.exists():
                dead.append(f"{at}: there is no {there.relative_to(root)}")
            elif anchor and anchor not in anchors(there):
                dead.append(f"{at}: {there.relative_to(root)} has no such heading")
    return dead, count


def paths_of_the_tree(page):
    """What a page names in backticks that only a clone has."""
    for number, line in running_text(page):
        for code in CODE.findall(line):
            if OF_THE_TREE.fullmatch(code.strip("`")):
                yield f"{page.name}:{number}: {code}"
