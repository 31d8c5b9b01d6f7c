"""Digits: typed text brought to one form, so that a number is one number in the digits of any script."""

import unicodedata

from flows.vocabulary import ARABIC


def plain_digits(text: str) -> str:
    """Write every decimal digit of any script as 0 to 9; all else stays."""
    return text if text.isascii() else "".join(map(_plain, text))


def _plain(mark: str) -> str:
    return str(unicodedata.decimal(mark)) if mark.isdecimal() else mark


def levelled(text: str) -> str:
    """Bring text to the form in which words and numbers are looked for.

    Case, width, kinds of spaces, Arabic vowel signs and the script of the digits do not matter; punctuation does.
    """
    once = unicodedata.normalize("NFKC", text).casefold().translate(ARABIC)
    return plain_digits(" ".join(unicodedata.normalize("NFKC", once).split()))
