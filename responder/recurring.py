"""What recurs: numbers, handles, links, accounts, wallets and sites that several cases share, in groups, drawn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from protocol.extract import Token, TokenKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from protocol.extract import Extract

SHARED = 2
"""Cases from which something recurs."""
MOST_DRAWN = 24
"""Cases or marks on one side of a drawing; the table beside it has them all."""
ROW, TOP = 30, 20
CASE_X, MARK_X, WIDTH = 96, 264, 420
"""Pixels of a drawing."""
SWEEPS = 4
SHOWN = 6
"""Letters of a hash that people see."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """Something that several cases share."""

    token: Token
    cases: tuple[str, ...]

    @property
    def short(self) -> str:
        """Return what it is called: a site by its id, anything else by the beginning of its hash."""
        is_site = self.token.kind is TokenKind.SITE
        return self.token.mark if is_site else self.token.mark[:SHOWN]


@dataclass(frozen=True, slots=True)
class Node:
    """A case or a mark in a drawing, in pixels; `kind` is `case` or what the mark is."""

    name: str
    kind: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that hang together by what they share, and how they are drawn."""

    cases: tuple[str, ...]
    shared: tuple[Recurring, ...]
    nodes: tuple[Node, ...]
    lines: tuple[tuple[Node, Node], ...]
    width: int = WIDTH

    @property
    def height(self) -> int:
        """Return the pixels from the top to below the last node."""
        return max(node.y for node in self.nodes) + TOP


def find_recurring(extracts: Sequence[Extract]) -> tuple[Recurring, ...]:
    """Return what several cases share, that which most share first."""
    found: dict[Token, set[str]] = {}
    for each in extracts:
        for token in each.tokens:
            found.setdefault(token, set()).add(each.case)
    several = (
        Recurring(token, tuple(sorted(cases))) for token, cases in found.items() if len(cases) >= SHARED
    )
    return tuple(sorted(several, key=lambda each: (-len(each.cases), each.token)))


def find_groups(recurring: Sequence[Recurring]) -> tuple[Group, ...]:
    """Return the groups of cases that hang together, the largest first.

    A site joins nobody by itself, since hundreds are held at one; it is drawn where cases share something else too.
    """
    joins = [each for each in recurring if each.token.kind is not TokenKind.SITE]
    groups = _joined(joins)
    ordered = sorted(groups, key=lambda cases: (-len(cases), sorted(cases)))
    return tuple(_group(cases, recurring) for cases in ordered)


def _joined(joins: Iterable[Recurring]) -> list[set[str]]:
    groups: list[set[str]] = []
    for each in joins:
        touched = [group for group in groups if not group.isdisjoint(each.cases)]
        groups = [group for group in groups if group not in touched]
        groups.append(set(each.cases).union(*touched))
    return groups


def _group(cases: set[str], recurring: Sequence[Recurring]) -> Group:
    within = [
        Recurring(each.token, kept)
        for each in recurring
        if len(kept := tuple(case for case in each.cases if case in cases)) >= SHARED
    ]
    rows, marks = _arranged(sorted(cases)[:MOST_DRAWN], within[:MOST_DRAWN])
    placed = {case: Node(case, "case", CASE_X, TOP + ROW * row) for row, case in enumerate(rows)}
    nodes, lines = list(placed.values()), []
    for row, mark in enumerate(marks):
        node = Node(mark.short, mark.token.kind.value, MARK_X, TOP + ROW * row)
        nodes.append(node)
        lines += [(placed[case], node) for case in mark.cases if case in placed]
    return Group(tuple(sorted(cases)), tuple(within), tuple(nodes), tuple(lines))


def _arranged(cases: list[str], marks: list[Recurring]) -> tuple[list[str], list[Recurring]]:
    """Put each beside what it is tied to, so that few lines cross; the same cases always give the same drawing."""
    for _ in range(SWEEPS):
        rows = {case: row for row, case in enumerate(cases)}
        marks = sorted(marks, key=lambda mark: (_mean(rows, mark.cases), mark.token))
        places: dict[str, list[int]] = {case: [] for case in cases}
        for row, mark in enumerate(marks):
            for case in mark.cases:
                places.get(case, []).append(row)
        cases = sorted(cases, key=lambda case: (sum(places[case]) / max(1, len(places[case])), case))
    return cases, marks


def _mean(rows: Mapping[str, int], cases: Sequence[str]) -> float:
    known = [rows[case] for case in cases if case in rows]
    return sum(known) / max(1, len(known))


def count_kinds(recurring: Iterable[Recurring]) -> Mapping[str, int]:
    """Return how many of each kind recur."""
    return Counter(each.token.kind.value for each in recurring)
