"""Payment: numbers in a text to which somebody could be told to send money."""

import re
from collections.abc import Collection, Iterator
from enum import StrEnum

from flows.digits import plain_digits
from flows.directory import Directory
from flows.wallet import read_wallet


class Payment(StrEnum):
    """What a number is, as far as its form tells."""

    WALLET = "wallet"
    ACCOUNT = "account"
    CARD = "card"
    HANDLE = "handle"
    NUMBER = "number"
    """A long number that is no telephone line of ours: an account, or a phone that takes money."""


_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?: ?[0-9A-Za-z]){11,30}\b")
_RUN = re.compile(r"\+?\d(?:[ .\-/()\u00a0\u2010-\u2015]{0,2}\d)+")
_HANDLE = re.compile(r"(?<![\w.])[\w.\-]{2,}@[A-Za-z]{2,}(?![\w.]*\.\w)\b")
_KEYLIKE = re.compile(r"(?=[A-Za-z_-]*\d)(?=[0-9_-]*[A-Za-z])[0-9A-Za-z_-]{26,}")
"""Other networks write addresses in their own ways; nothing else in a message to a person looks like this."""
_CARD_DIGITS = range(13, 20)
LONG_NUMBER = 9
"""Digits from which a number can be an account; a day with its hour and a short code have fewer."""
_TEN = 10


def payments(text: str, known: Collection[str] = ()) -> frozenset[Payment]:
    """Tell what kinds of numbers for money stand in a text; `known` are the digits of numbers that are none."""
    return frozenset(_find(plain_digits(text), known))


def _find(text: str, known: Collection[str]) -> Iterator[Payment]:
    if read_wallet(text) is not None or _KEYLIKE.search(text):
        yield Payment.WALLET
    if any(True for _ in ibans(text)):
        yield Payment.ACCOUNT
    if _HANDLE.search(text):
        yield Payment.HANDLE
    for found in _RUN.finditer(text):
        digits = digits_of(found[0])
        if len(digits) in _CARD_DIGITS and _is_card(digits):
            yield Payment.CARD
        elif len(digits) >= LONG_NUMBER and digits not in known:
            yield Payment.NUMBER


def digits_of(number: str) -> str:
    """Give a number without what stands between its digits."""
    return "".join(mark for mark in number if mark.isdigit())


def ibans(text: str) -> Iterator[str]:
    """Give the sound IBANs in a text, in capitals and without spaces."""
    for found in _IBAN.finditer(text):
        if iban := _iban(found[0]):
            yield iban


def long_numbers(text: str) -> Iterator[str]:
    """Give the digits of every number in a text that is long enough for an account; the digits are 0 to 9."""
    for found in _RUN.finditer(text):
        if len(digits := digits_of(found[0])) >= LONG_NUMBER:
            yield digits


def lines_of(directory: Directory) -> frozenset[str]:
    """Give the digits of every telephone line that we know."""
    numbers = (number for line in directory.lines for number in (line.inside, line.abroad) if number)
    return frozenset(map(digits_of, numbers))


def _iban(text: str) -> str | None:
    """ISO 13616: the first four signs moved to the end, letters as numbers, leave 1 when divided by 97."""
    signs = text.replace(" ", "").upper()
    return next((signs[:length] for length in range(len(signs), 14, -1) if _checks(signs[:length])), None)


def _checks(signs: str) -> bool:
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1


def _is_card(digits: str) -> bool:
    """ISO/IEC 7812 (Luhn): every second digit from the right counts double, its own digits added up."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number // _TEN + number % _TEN for number in doubled) % _TEN == 0
