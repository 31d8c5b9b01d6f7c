"""Spelling: typed text in one form, and patterns that find the words of a table in it."""

import re
from collections.abc import Iterable

from flows.digits import plain_digits
from flows.vocabulary import ARABIC, normal

LATIN = "[a-z\u00df-\u024f\u1e00-\u1eff]"
"""Scripts that put spaces between words and seldom endings on them; all others are written together by somebody."""


def level(text: str) -> str:
    """Bring text to the form in which words and numbers are looked for.

    Case, width, kinds of spaces, Arabic vowel signs and the script of the digits do not matter; punctuation does.
    """
    once = normal(text).casefold().translate(ARABIC)
    return plain_digits(" ".join(normal(once).split()))


def any_of(words: Iterable[str]) -> str:
    """Give a pattern for one of the words, the longest that fits; for levelled words."""
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"
