"""A tally: what fired, counted by dimension, and the tests that rules make on it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, assert_never

from flows.ids import FindingId, Stage
from flows.rule import (
    Bar,
    Counts,
    Dimension,
    Either,
    Every,
    Fires,
    Likelihood,
    LikelihoodIs,
    Neither,
    Positive,
    Share,
    StageIs,
    Strength,
    Test,
)

DIMENSIONS = tuple(Dimension)
STRENGTHS = tuple(Strength)
Tallies = tuple[tuple[int, int, int], ...]
"""Strong, medium and weak groups, for each dimension in order."""


class Tally(NamedTuple):
    """What rules look at. `fired` and `positive` are bit sets; `answered` is a share from 0 to 1."""

    fired: int
    counts: Tallies
    positive: int
    stage: Stage
    answered: float
    likelihood: Likelihood | None


Check = Callable[[Tally], bool]


def check(test: Test | None, bits: Mapping[FindingId, int]) -> Check:  # noqa: PLR0911 - one for each kind
    """Turn a test into a function on tallies; `bits` gives each finding its bit."""
    match test:
        case None:
            return lambda _: True
        case Fires(findings):
            wanted = union(bits[finding] for finding in findings)
            return lambda tally: bool(tally.fired & wanted)
        case Positive(dimensions):
            there = union(1 << DIMENSIONS.index(dimension) for dimension in dimensions)
            return lambda tally: bool(tally.positive & there)
        case StageIs(stages):
            return lambda tally: tally.stage in stages
        case LikelihoodIs(likelihoods):
            return lambda tally: tally.likelihood in likelihoods
        case Share(at_least, below):
            return lambda tally: at_least <= tally.answered < below
        case Counts():
            return _counts(test)
        case Every() | Either() | Neither():
            return _structure(test, bits)
        case _:
            assert_never(test)


def _counts(test: Counts) -> Check:
    places = [
        (DIMENSIONS.index(dimension), STRENGTHS.index(strength))
        for dimension in test.dimensions
        for strength in test.strengths
    ]
    least = test.at_least
    return lambda tally: sum(tally.counts[row][column] for row, column in places) >= least


def _structure(test: Every | Either | Neither, bits: Mapping[FindingId, int]) -> Check:
    match test:
        case Every(tests):
            checks = [check(inner, bits) for inner in tests]
            return lambda tally: all(holds(tally) for holds in checks)
        case Either(tests):
            checks = [check(inner, bits) for inner in tests]
            return lambda tally: any(holds(tally) for holds in checks)
        case Neither(inner):
            negated = check(inner, bits)
            return lambda tally: not negated(tally)
        case _:
            assert_never(test)


def reaches(bars: Sequence[Bar], strong: int, medium: int, weak: int) -> bool:
    """Tell whether the counts of one dimension reach one of the bars."""
    return any(
        strong >= bar.strong
        and medium >= bar.medium
        and weak >= bar.weak
        and strong + medium + weak >= bar.any
        for bar in bars
    )


def union(bits: Iterable[int]) -> int:
    """Join bit sets."""
    joined = 0
    for bit in bits:
        joined |= bit
    return joined


class Weigher:
    """Counts groups by strength, one dimension at a time; equal sets are counted once and remembered."""

    ROOM = 20_000
    """How many counted sets are remembered before the memory starts afresh."""

    def __init__(self, items: Iterable[tuple[int, Dimension, str, Strength]]) -> None:
        """Take each item's bit, dimension, group and strength."""
        groups: list[dict[str, list[int]]] = [{} for _ in DIMENSIONS]
        for bit, dimension, group, strength in items:
            sets = groups[DIMENSIONS.index(dimension)].setdefault(group, [0, 0, 0])
            sets[STRENGTHS.index(strength)] |= bit
        self._groups = [tuple(map(tuple, by_name.values())) for by_name in groups]
        self._masks = [union(bit for sets in rows for bit in sets) for rows in self._groups]
        self._known: list[dict[int, tuple[int, int, int]]] = [{} for _ in DIMENSIONS]

    def weigh(self, fired: int) -> Tallies:
        """Count the strong, medium and weak groups of every dimension."""
        return tuple(self._weigh(row, fired & mask) for row, mask in enumerate(self._masks))

    def _weigh(self, row: int, fired: int) -> tuple[int, int, int]:
        known = self._known[row]
        counted = known.get(fired)
        if counted is None:
            if len(known) >= self.ROOM:
                known.clear()
            counted = known[fired] = self._count(row, fired)
        return counted

    def _count(self, row: int, fired: int) -> tuple[int, int, int]:
        counts = [0, 0, 0]
        for sets in self._groups[row]:
            strongest = next((place for place, bits in enumerate(sets) if fired & bits), None)
            if strongest is not None:
                counts[strongest] += 1
        return counts[0], counts[1], counts[2]
