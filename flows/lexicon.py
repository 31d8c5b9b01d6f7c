"""Lexicon: names of many scripts, found in what people type as whole words, the longest first."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Generic, TypeVar

from flows.vocabulary import fold

T = TypeVar("T")

SPACELESS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Kana
    (0x3400, 0x9FFF),  # Chinese
    (0xA9E0, 0xA9FF),  # Burmese, extended
    (0xAA60, 0xAA7F),  # Burmese, extended
    (0xF900, 0xFAFF),  # Chinese, compatible
    (0x20000, 0x323AF),  # Chinese, extended
)
"""Blocks of scripts that put no space between words."""
HEAD = 2
"""Signs by which names are looked up; a name of one sign is never found inside a text."""


def spaceless(sign: str) -> bool:
    """Tell whether the sign is of a script without spaces between words."""
    return any(first <= ord(sign) <= last for first, last in SPACELESS)


def key(text: str) -> str:
    """Give the form in which names are compared: folded, no invisible signs, closed up where spaces mean nothing."""
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    words = fold(seen).split(" ")
    closed = (
        "" if before and after and (spaceless(before[-1]) or spaceless(after[0])) else " "
        for before, after in pairwise(words)
    )
    return words[0] + "".join(gap + word for gap, word in zip(closed, words[1:], strict=True))


@dataclass(frozen=True)
class Lexicon(Generic[T]):
    """Names by key, and what they name; those in `alone` count only where nothing else is said."""

    names: Mapping[str, T]
    alone: frozenset[str] = frozenset()

    @cached_property
    def _heads(self) -> Mapping[str, tuple[str, ...]]:
        """Names that may stand inside a text by their first signs, longest first."""
        heads: dict[str, list[str]] = {}
        for name in sorted(self.names.keys() - self.alone, key=len, reverse=True):
            heads.setdefault(name[:HEAD], []).append(name)
        return {head: tuple(names) for head, names in heads.items() if len(head) == HEAD}

    def whole(self, words: str) -> T | None:
        """Give what a text names as a whole, by its key."""
        return self.names.get(words)

    def within(self, words: str) -> Iterator[T]:
        """Give what is named inside a text, by its key, in its order; of names that overlap, the first and longest."""
        at = 0
        while at < len(words):
            name = self._name_at(words, at)
            if name is not None:
                yield self.names[name]
            at += len(name) if name is not None else 1

    def _name_at(self, words: str, at: int) -> str | None:
        names = self._heads.get(words[at : at + HEAD])
        if names is None or _joined(words, at):
            return None
        return next((n for n in names if words.startswith(n, at) and not _joined(words, at + len(n))), None)


def _joined(words: str, at: int) -> bool:
    """Tell whether the place lies inside a word, or between a letter and its vowel sign."""
    if not 0 < at < len(words):
        return False
    before, after = words[at - 1], words[at]
    if unicodedata.category(after)[0] == "M":
        return True
    return " " not in (before, after) and not spaceless(before) and not spaceless(after)
