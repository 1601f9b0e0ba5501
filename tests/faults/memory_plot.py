#!/usr/bin/env python3
"""Draws what the memory case of the fault bench has seen: resident memory against the budget, and
how much is on its way and waits in the log.

    ASSAY_MEMORY_SERIES=memory.csv build/dev/bin/faults --gtest_filter='Memory.*'
    tests/faults/memory_plot.py memory.csv "27 November 2026, ..." > docs/images/memory.svg
"""

import csv
import sys

WIDTH, LEFT, RIGHT = 760, 74, 20
PANELS = ((50, 230), (330, 90), (470, 90))  # top and height of each
TOLERANCE = 0.2


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def steps(most, wanted=5):
    """Round numbers from 0 to at least `most`."""
    size = next(s * 10**n for n in range(9) for s in (1, 2, 5) if most / (s * 10**n) <= wanted)
    return [size * i for i in range(int(most / size) + 2)]


def text(x, y, words, anchor="start", size=12, fill="#333"):
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{fill}">{words}</text>'


def line(x1, y1, x2, y2, stroke, more=""):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" {more}/>'


class Panel:
    def __init__(self, place, end, most, unit):
        self.top, self.height = place
        self.end, self.unit = end, unit
        self.ticks = steps(most)

    def x(self, seconds):
        return LEFT + (WIDTH - LEFT - RIGHT) * seconds / self.end

    def y(self, value):
        return self.top + self.height * (1 - value / self.ticks[-1])

    def frame(self):
        for tick in self.ticks:
            yield line(LEFT, self.y(tick), WIDTH - RIGHT, self.y(tick), "#ddd")
            yield text(LEFT - 8, self.y(tick) + 4, f"{tick:g}", "end")
        yield text(LEFT - 8, self.top - 10, self.unit, "end")

    def curve(self, rows, key, colour, scale=1.0):
        points = " ".join(
            f"{self.x(float(row['seconds'])):.1f},{self.y(float(row[key]) * scale):.1f}" for row in rows
        )
        return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.8"/>'

    def level(self, value, words, colour, until=None):
        """A line; its words end at that second."""
        yield line(LEFT, self.y(value), WIDTH - RIGHT, self.y(value), colour, 'stroke-dasharray="6 4"')
        right = self.x(self.end if until is None else until) - 4
        yield text(right, self.y(value) - 4, words, "end", fill=colour)


def draw(rows, caption):
    idle, budget = float(rows[0]["idle_mib"]), float(rows[0]["budget_mib"])
    end = float(rows[-1]["seconds"])
    allowed = idle + budget * (1 + TOLERANCE)
    memory = Panel(PANELS[0], end, max(allowed, max(float(row["resident_mib"]) for row in rows)), "MiB")
    lag = Panel(PANELS[1], end, max(float(row["lag"]) for row in rows) / 1000, "thousands")
    flight = Panel(PANELS[2], end, max(float(row["in_flight"]) for row in rows) / 1000, "thousands")
    bottom = sum(PANELS[-1])

    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 58}" font-family="sans-serif">'
    yield f'<rect width="{WIDTH}" height="{bottom + 58}" fill="#fff"/>'
    stuck = [float(row["seconds"]) for row in rows if row["sink"] == "stuck"]
    for panel in (memory, lag, flight):
        width = panel.x(stuck[-1]) - panel.x(stuck[0])
        yield (
            f'<rect x="{panel.x(stuck[0]):.1f}" y="{panel.top}" width="{width:.1f}" '
            f'height="{panel.height}" fill="#f6efe0"/>'
        )
        yield from panel.frame()
    yield text(memory.x(stuck[0]) + 6, memory.top + 16, "the sink takes nothing", fill="#8a6d1d")
    yield text(memory.x(stuck[-1]) + 6, memory.top + 16, "it takes all it is given", fill="#555")
    yield from memory.level(idle, f"idle process, {idle:.0f} MiB", "#777")
    yield from memory.level(idle + budget, f"and the budget, {budget:.0f} MiB", "#2a7a3b", stuck[-1])
    yield from memory.level(allowed, f"and {TOLERANCE:.0%} of it", "#b03030")
    yield memory.curve(rows, "resident_mib", "#1f4e9c")
    yield text(LEFT + 4, memory.top - 10, "resident memory", fill="#1f4e9c")
    yield lag.curve(rows, "lag", "#7a4fa3", 0.001)
    yield text(LEFT + 4, lag.top - 10, "records behind the end of the log", fill="#7a4fa3")
    yield flight.curve(rows, "in_flight", "#c2571a", 0.001)
    yield text(LEFT + 4, flight.top - 10, "records on their way to the sink", fill="#c2571a")
    for tick in steps(end, 8):
        if tick <= end:
            yield text(memory.x(tick), bottom + 18, f"{tick:g} s", "middle")
    yield text(LEFT, bottom + 44, caption, size=11, fill="#666")
    yield "</svg>"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print("\n".join(draw(read(sys.argv[1]), sys.argv[2])))
