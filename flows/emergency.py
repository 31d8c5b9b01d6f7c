"""Emergency numbers of every country, from the tables that telephones themselves use."""

import re
from collections.abc import Iterator
from functools import cache

# At the top, though it takes 30 ms: a fault of it shows when a program starts, not when somebody is in danger.
from phonenumbers import PhoneMetadata

MOST = 4
"""Numbers to show at once."""
_LONGEST = 5
"""Digits of an emergency number; what is longer in the tables are single police stations."""
_FIRST = ("112", "911", "999", "110", "118", "119")
"""Known to telephones as emergency calls, also without a SIM (3GPP TS 22.101), and so the likeliest to get through."""


@cache
def emergency(where: str | None) -> tuple[str, ...]:
    """Give the emergency numbers of a country (ISO 3166 alpha-2), best first, at most four; none where it is unknown.

    112 comes first where it works, then those that a telephone knows by itself, then the shortest. The tables do not
    say which service answers: some of these are the police.
    """
    numbers = set(_numbers(where)) if where is not None else set()
    if len(numbers) > MOST and "112" in numbers:
        # Both reach the same desk, and another service would be left out for it.
        numbers.discard("911")
    return tuple(sorted(numbers, key=_order)[:MOST])


def _order(number: str) -> tuple[int, int, str]:
    return _FIRST.index(number) if number in _FIRST else len(_FIRST), len(number), number


def _numbers(region: str) -> Iterator[str]:
    """Every number that the region's pattern matches; the tables have patterns, no lists."""
    tables = PhoneMetadata.short_metadata_for_region(region)
    if tables is None or tables.emergency is None or tables.emergency.national_number_pattern is None:
        return
    pattern = re.compile(tables.emergency.national_number_pattern)
    for length in tables.emergency.possible_length:
        if length <= _LONGEST:
            tried = (format(number, f"0{length}") for number in range(10**length))
            yield from filter(pattern.fullmatch, tried)
