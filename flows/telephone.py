"""Telephone: a typed telephone number, read into the form in which it can be dialled from anywhere."""

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
    found = next(
        iter(phonenumbers.PhoneNumberMatcher(plain_digits(text), region, max_tries=MOST_TRIES)), None
    )
    if found is None:
        return None
    return Phone(phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164))
