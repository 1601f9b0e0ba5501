"""What became of each test of the fault bench, kept as it ends, so that nothing is lost of a run that
is interrupted and a table may be made of several sittings.

A run is what was tried: a commit, a seed, and the numbers that say how long. Each line of the file
is one case that ended, as JSON, with the run that it was in.
"""

import dataclasses
import datetime
import json

ORDER = ["not run", "passed", "skipped", "failed"]


def plain(name):
    """A test's name as the pages have it: without the instance and the number of a parameter."""
    parts = name.split("/")
    suite, _, case = (parts[1] if len(parts) == 3 else parts[0]).partition(".")
    return f"{suite}.{case}"


@dataclasses.dataclass(frozen=True)
class Run:
    commit: str
    seed: int
    numbers: str


@dataclasses.dataclass
class Case:
    """One that ended. A program that ended badly between two of its tests is a case without a name."""

    name: str
    program: str
    result: str
    seconds: float
    run: Run
    counted: list[str] = dataclasses.field(default_factory=list)
    ended: str = dataclasses.field(
        default_factory=lambda: f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M}")


@dataclasses.dataclass
class Outcome:
    """Of a test: the worst of its cases in the last run that had it, and how long they took together."""

    result: str = "not run"
    seconds: float = 0.0
    ended: str = ""
    run: Run | None = None
    counted: list[str] = dataclasses.field(default_factory=list)

    def add(self, case):
        self.result = max(self.result, case.result, key=ORDER.index)
        self.seconds += case.seconds
        self.ended, self.run = case.ended, case.run
        self.counted += case.counted


class Outcomes:
    def __init__(self, cases=()):
        self._by_test = {}
        self._ended_badly = {}
        for case in cases:
            self.add(case)

    def add(self, case):
        if not case.name:
            self._ended_badly[case.program] = case.run
            return
        if self._ended_badly.get(case.program, case.run) != case.run:
            del self._ended_badly[case.program]
        before = self._by_test.get(plain(case.name))
        if before is None or before.run != case.run:
            before = self._by_test[plain(case.name)] = Outcome()
        before.add(case)

    def ended_badly(self):
        return list(self._ended_badly)

    def of(self, test):
        return self._by_test.get(test, Outcome())

    def all(self):
        return self._by_test.items()

    def count(self, result):
        return sum(one.result == result for one in self._by_test.values())

    def runs(self):
        return {one.run for one in self._by_test.values()}


class Record:
    """The cases on file and those of the run that goes on. Without a file it is kept in memory."""

    def __init__(self, file=None):
        self._file = file
        self.cases = []
        if file and file.exists():
            *lines, unfinished = file.read_text().split("\n")
            for words in map(json.loads, lines):
                self.cases.append(Case(**words | {"run": Run(**words["run"])}))
            if unfinished:  # it was being written when the machine went down
                self._write()

    def last_seed(self, commit, numbers):
        """Of the last run of this commit with these numbers; None where there is none."""
        seeds = [case.run.seed for case in self.cases
                 if (case.run.commit, case.run.numbers) == (commit, numbers)]
        return seeds[-1] if seeds else None

    def of(self, run):
        return [case for case in self.cases if case.run == run]

    def forget(self, run):
        self.cases = [case for case in self.cases if case.run != run]
        self._write()

    def add(self, case):
        self.cases.append(case)
        if self._file:
            with self._file.open("a") as file:
                file.write(self._line(case))

    def _write(self):
        if self._file:
            unfinished = self._file.with_suffix(".unfinished")
            unfinished.write_text("".join(self._line(case) for case in self.cases))
            unfinished.rename(self._file)

    @staticmethod
    def _line(case):
        return json.dumps(dataclasses.asdict(case)) + "\n"
