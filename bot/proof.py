"""The proof: every mistake in a folder of definitions and in its translations, as an author reads them."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from os.path import relpath
from pathlib import Path

import msgspec

from flows.loading import FOLDER, load, proofread
from flows.problems import LATER, Code, Problem
from locales.catalog import FOLDER as CATALOGUES
from locales.check import problems
from locales.messages import messages


class ToldProblem(msgspec.Struct, frozen=True):
    """One mistake."""

    file: str
    line: int
    code: Code
    what: str
    hint: str
    stops: bool
    """Whether no program starts with it."""


class Problems(msgspec.Struct, frozen=True, tag_field="schema", tag="problems/1"):
    """All mistakes, by file and line."""

    problems: tuple[ToldProblem, ...]


def proof(folder: Path = FOLDER) -> Problems:
    """Read the folder and its catalogues, which lie in `locales` beside an organisation's own definitions.

    Translations are looked at once the definitions can be used: before, nobody knows what has to be translated.
    """
    found = [_told(each, folder) for each in proofread(folder)]
    if not any(each.stops for each in found):
        catalogues = CATALOGUES if folder.resolve() == FOLDER.resolve() else folder / "locales"
        found += [_told(each, catalogues) for each in sorted(problems(catalogues, messages(load(folder))))]
    return Problems(tuple(found))


def _told(problem: Problem, folder: Path) -> ToldProblem:
    """With a path that a terminal or an editor can open from here."""
    file = relpath(folder / problem.file)
    return ToldProblem(
        file, problem.line, problem.code, problem.message, problem.hint, problem.code not in LATER
    )


def report(found: Problems) -> Iterator[tuple[str, bool]]:
    """Give the lines of a report; true for those that are hints. A hint that is the same for several stands once."""
    for (_, hint), group in groupby(found.problems, key=lambda each: (each.file, each.hint)):
        for each in group:
            yield f"{each.file}:{each.line}: {each.what} [{each.code}]", False
        yield f"    {hint}", True


def verdict(found: Sequence[ToldProblem]) -> str:
    """Sum up: whether a program starts all the same."""
    stops = sum(each.stops for each in found)
    rest = "a program starts all the same" if not stops else f"{stops} of them stop a program"
    return f"{len(found)} problem{'s' if len(found) > 1 else ''}: {rest}"
