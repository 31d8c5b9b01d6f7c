"""Digits: numbers in the digits of any script, written as 0 to 9."""

import unicodedata


def plain_digits(text: str) -> str:
    """Write every decimal digit of any script as 0 to 9; all else stays."""
    return text if text.isascii() else "".join(map(_plain, text))


def _plain(mark: str) -> str:
    return str(unicodedata.decimal(mark)) if mark.isdecimal() else mark
