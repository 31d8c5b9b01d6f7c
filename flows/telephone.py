"""Telephone: a typed telephone number, read into the form in which it can be dialled from anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

from flows.digits import plain_digits

MOST_TRIES = 50
"""Digits in one text that are no number, before it is given up."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number in E.164, such as +959123456789."""

    number: str


def read_phone(text: str, region: str | None = None) -> Phone | None:
    """Give the first valid number in the text; None when there is none.

    A number without + is a number of `region` (ISO 3166 alpha-2), and is not read without one: it could be anybody's.
    """
    return next(read_phones(text, region), None)


def read_phones(text: str, region: str | None = None) -> Iterator[Phone]:
    """Give every valid number in the text, in its order; `region` as in `read_phone`."""
    for found in phonenumbers.PhoneNumberMatcher(plain_digits(text), region, max_tries=MOST_TRIES):
        yield Phone(phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164))
