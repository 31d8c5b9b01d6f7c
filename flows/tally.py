"""A tally: what fired, counted by dimension, and the one number that rules see of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, assert_never

from flows.ids import FindingId
from flows.memory import Memory
from flows.rule import (
    Bar,
    Counts,
    Dimension,
    Either,
    Every,
    Fires,
    LikelihoodIs,
    Neither,
    Positive,
    Share,
    StageIs,
    Strength,
    Test,
)

DIMENSIONS = tuple(Dimension)
ROWS = range(len(DIMENSIONS))
STRENGTHS = tuple(Strength)
Tallies = tuple[tuple[int, int, int], ...]
"""Strong, medium and weak groups, for each dimension in order."""
Leaf = Fires | Positive | StageIs | LikelihoodIs | Share | Counts
Check = Callable[[int], bool]
"""A test on a state."""


class Layout:
    """Which bit of a state stands for what; the findings come first, with the bits that they have elsewhere."""

    def __init__(self, bits: Mapping[FindingId, int]) -> None:
        """Take the findings' bits; every other fact gets the next bit when it is first named."""
        self._findings = bits
        self._bits: dict[Dimension | StageIs | LikelihoodIs | Share | Counts, int] = {}

    def bit(self, fact: Dimension | StageIs | LikelihoodIs | Share | Counts) -> int:
        """Give the bit of a fact that is no finding."""
        return self._bits.setdefault(fact, 1 << len(self._findings) + len(self._bits))

    def mask(self, leaf: Leaf) -> int:
        """Give the bits of which one is enough."""
        match leaf:
            case Fires(findings):
                return union(self._findings[finding] for finding in findings)
            case Positive(dimensions):
                return union(self.bit(dimension) for dimension in dimensions)
            case StageIs(stages):
                return union(self.bit(StageIs((stage,))) for stage in stages)
            case LikelihoodIs(likelihoods):
                return union(self.bit(LikelihoodIs((likelihood,))) for likelihood in likelihoods)
            case Share() | Counts():
                return self.bit(leaf)
            case _:
                assert_never(leaf)

    def check(self, test: Test | None) -> Check:
        """Turn a test into a function on states."""
        match test:
            case None:
                return lambda _: True
            case Every(tests):
                return _every(*self._parted(tests))
            case Either(tests):
                masks, others = self._parted(tests)
                return _either(union(masks), others)
            case Neither(inner):
                negated = self.check(inner)
                return lambda state: not negated(state)
            case leaf:
                mask = self.mask(leaf)
                return lambda state: bool(state & mask)

    def _parted(self, tests: Iterable[Test]) -> tuple[list[int], list[Check]]:
        """Part the tests into masks, which are quick, and others."""
        masks: list[int] = []
        others: list[Check] = []
        for test in tests:
            if isinstance(test, Every | Either | Neither):
                others.append(self.check(test))
            else:
                masks.append(self.mask(test))
        return masks, others


def _every(masks: Sequence[int], others: Sequence[Check]) -> Check:
    def every(state: int) -> bool:
        for mask in masks:
            if not state & mask:
                return False
        return all(holds(state) for holds in others) if others else True

    return every


def _either(mask: int, others: Sequence[Check]) -> Check:
    return lambda state: bool(state & mask) or any(holds(state) for holds in others)


def leaves(test: Test | None) -> Iterator[Leaf]:
    """Give what a test looks at, without its structure."""
    match test:
        case None:
            return
        case Every(tests) | Either(tests):
            for inner in tests:
                yield from leaves(inner)
        case Neither(inner):
            yield from leaves(inner)
        case leaf:
            yield leaf


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


class Weight(NamedTuple):
    """What fired in one dimension: its groups by strength, and the same as a load that can be added up."""

    counts: tuple[int, int, int]
    load: int


class Weigher:
    """Counts groups by strength, one dimension at a time; equal sets are counted once and remembered.

    The loads of all dimensions add up to one number, with a field for each test of counts and a bit for each
    dimension that is positive; few such numbers occur, so what they mean is remembered too.
    """

    ROOM = 20_000
    """How many counted sets are remembered."""
    FIELD = 8
    """Bits for one sum: more than there are groups."""

    def __init__(
        self,
        items: Iterable[tuple[int, Dimension, str, Strength]],
        bars: Sequence[Bar],
        layout: Layout,
        counts: Sequence[Counts] = (),
    ) -> None:
        """Take each item's bit, dimension, group and strength; `counts` are the tests that rules make."""
        groups: list[dict[str, list[int]]] = [{} for _ in DIMENSIONS]
        for bit, dimension, group, strength in items:
            sets = groups[DIMENSIONS.index(dimension)].setdefault(group, [0, 0, 0])
            sets[STRENGTHS.index(strength)] |= bit
        self._groups = [tuple(map(tuple, by_name.values())) for by_name in groups]
        self._masks = [union(bit for sets in rows for bit in sets) for rows in self._groups]
        self._bars = bars
        self._layout = layout
        self._tests = counts
        self._known: list[Memory[Weight]] = [Memory(self.ROOM) for _ in DIMENSIONS]
        self._states: Memory[int] = Memory(self.ROOM)

    def weigh(self, fired: int) -> Tallies:
        """Count the strong, medium and weak groups of every dimension."""
        return tuple(self._weigh(row, fired & mask).counts for row, mask in enumerate(self._masks))

    def state(self, fired: int) -> int:
        """Give the bits of the positive dimensions and of the tests of counts that hold."""
        return self.read(sum(self.loads(fired)))

    def loads(self, fired: int) -> list[int]:
        """Give the load of each dimension, in order."""
        return [self.load(row, fired) for row in ROWS]

    def load(self, row: int, fired: int) -> int:
        """Give the load of one dimension, by its place in the order."""
        weight = self._known[row].get(fired & self._masks[row])
        return weight.load if weight else self._weigh(row, fired & self._masks[row]).load

    def rows(self, fired: int) -> tuple[int, ...]:
        """Name the dimensions that these findings belong to, by their place in the order."""
        return tuple(row for row in ROWS if fired & self._masks[row])

    def effect(self, fired: int) -> frozenset[tuple[int, int, int]]:
        """Name the group and strength of each finding: equal effects weigh the same beside whatever else fired."""
        return frozenset(
            (row, group, place)
            for row, groups in enumerate(self._groups)
            for group, sets in enumerate(groups)
            for place, bits in enumerate(sets)
            if fired & bits
        )

    def read(self, load: int) -> int:
        """Give the state that the sum of all loads stands for."""
        state = self._states.get(load)
        return self._states.keep(load, self._read(load)) if state is None else state

    def _weigh(self, row: int, fired: int) -> Weight:
        weight = self._known[row].get(fired)
        if weight is None:
            counts = self._count(row, fired)
            weight = self._known[row].keep(fired, Weight(counts, self._load(row, counts)))
        return weight

    def _count(self, row: int, fired: int) -> tuple[int, int, int]:
        counts = [0, 0, 0]
        for sets in self._groups[row]:
            strongest = next((place for place, bits in enumerate(sets) if fired & bits), None)
            if strongest is not None:
                counts[strongest] += 1
        return counts[0], counts[1], counts[2]

    def _load(self, row: int, counts: tuple[int, int, int]) -> int:
        load = reaches(self._bars, *counts) << self.FIELD * len(self._tests) + row
        for place, test in enumerate(self._tests):
            if DIMENSIONS[row] in test.dimensions:
                load += sum(counts[STRENGTHS.index(each)] for each in test.strengths) << self.FIELD * place
        return load

    def _read(self, load: int) -> int:
        field = (1 << self.FIELD) - 1
        positive = load >> self.FIELD * len(self._tests)
        held = [
            test
            for place, test in enumerate(self._tests)
            if (load >> self.FIELD * place & field) >= test.at_least
        ]
        dimensions = [each for row, each in enumerate(DIMENSIONS) if positive >> row & 1]
        return union(map(self._layout.bit, held)) | union(map(self._layout.bit, dimensions))
