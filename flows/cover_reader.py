"""Cover reader: what somebody typed into a cover, read as a measure or as a button, or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from flows.cover_numbers import NUMBER, read_number
from flows.cover_texts import Cover
from flows.cover_units import convert
from flows.cover_words import EDGES, Glossary, plain

LONGEST = 80
"""Signs of a text that is read at all: whoever writes more does not ask for a measure."""
MOST_DIGITS = 6
"""More may be a telephone number, which no screen repeats."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What was typed: a number, units by id, or both; `into` is the unit that it should become."""

    value: Fraction | None = None
    unit: str = ""
    into: str = ""


@dataclass(frozen=True, slots=True)
class Pressed:
    """The words of a button were typed."""

    button: str


@dataclass(frozen=True, slots=True)
class TooLong:
    """There are more digits than a cover reads."""


Reading = Measure | Pressed | TooLong | None
Wanted = tuple[str, str]
"""Two units by id, of which either may be empty: the one that stands there, and the one that it should become."""


@dataclass(frozen=True, slots=True)
class CoverReader:
    """Reads a whole text or nothing: a word too many, and it is not meant for a tool."""

    cover: Cover
    glossary: Glossary = field(repr=False)

    def read(self, text: str, language: str, mark: str) -> Reading:
        """Read a text; `mark` is the language's decimal mark. None where it is not meant for a tool."""
        words = plain(text)
        if len(words) > LONGEST:
            return None
        if button := self.glossary.meaning(words, language):
            return Pressed(button)
        found = self._measure(words, language, mark)
        if found is not None and sum(map(str.isdecimal, words)) > MOST_DIGITS:
            return TooLong()
        return found

    def _measure(self, words: str, language: str, mark: str) -> Measure | None:
        bare = self._unasked(words)
        numbers = list(NUMBER.finditer(bare))
        if not numbers:
            return self._told(self._after(bare, language))
        values = [value for number in numbers if (value := read_number(number[0], mark)) is not None]
        outer = self._outer(bare[: numbers[0].start()], bare[numbers[-1].end() :], language)
        if outer is None or len(values) < len(numbers):
            return None
        inner = [bare[one.end() : two.start()] for one, two in pairwise(numbers)]
        units = [*(self.glossary.unit(each, language) for each in inner), outer[0]]
        return self._total(values, units, outer[1])

    def _unasked(self, words: str) -> str:
        """The words without those that ask for something."""
        return next((words.removeprefix(ask) for ask in self.glossary.asks if words.startswith(ask)), words)

    def _told(self, wanted: Wanted | None) -> Measure | None:
        """A unit without a number."""
        if wanted is None or not self._kin([wanted[0], wanted[1] or wanted[0]]):
            return None
        return Measure(None, *wanted)

    def _total(self, values: list[Fraction], units: list[str], into: str) -> Measure | None:
        """One measure of all: 5 feet and 11 inches in feet. A number may stand alone."""
        if units == [""] and not into:
            return Measure(values[0])
        if not self._kin([*units, into or units[0]]):
            return None
        parts = [self.cover.units[unit][1] for unit in units]
        if len(parts) > 1 and any(part.shift for part in parts):
            return None
        each = (convert(value, part, parts[0]) for value, part in zip(values, parts, strict=True))
        return Measure(sum(each, Fraction(0)), units[0], into)

    def _kin(self, units: list[str]) -> bool:
        """Whether these are all units, and of one family."""
        return "" not in units and len({self.cover.units[unit][0].id for unit in units}) == 1

    def _outer(self, before: str, after: str, language: str) -> Wanted | None:
        """What stands before the first number and after the last, where they do not say two things."""
        head, tail = self._before(before, language), self._after(after, language)
        if head is None or tail is None or any(map(all, zip(head, tail, strict=True))):
            return None
        return head[0] or tail[0], head[1] or tail[1]

    def _before(self, words: str, language: str) -> Wanted | None:
        """A unit, as in 'kilo 5', or the one that is asked for, as in 'how many miles in 5 km', or nothing."""
        if not words.strip(EDGES) or (unit := self.glossary.unit(words, language)):
            return (unit if words.strip(EDGES) else ""), ""
        pairs = self._pairs(words.strip(EDGES), language)
        return next((("", left) for left, right in pairs if left and not right), None)

    def _after(self, words: str, language: str) -> Wanted | None:
        """A unit and the one that it should become, or one of them, or nothing."""
        if not words.strip(EDGES) or (unit := self.glossary.unit(words, language)):
            return (unit if words.strip(EDGES) else ""), ""
        return next((pair for pair in self._pairs(words.strip(EDGES), language) if pair[1]), None)

    def _pairs(self, words: str, language: str) -> Iterator[Wanted]:
        """What stands on either side of a join: a unit, or nothing at all."""
        for join in self.glossary.joins:
            at = words.find(join)
            while at >= 0:
                sides = (words[:at], words[at + len(join) :])
                pair = tuple(self.glossary.unit(side, language) for side in sides)
                if all(unit or not side for unit, side in zip(pair, sides, strict=True)):
                    yield pair[0], pair[1]
                at = words.find(join, at + 1)
