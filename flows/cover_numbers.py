"""Cover numbers: how a number is typed into a small tool, and how the tool writes one."""

import re
from fractions import Fraction

NUMBER = re.compile(
    r"(?:(?<![^\W\d_])(?<!\^)|(?![23](?:\W|$)))"  # not what stands in m2 or m^2, but the inches of 5ft11in
    r"-?(?:[.,\u066b]?\d+)(?:[.,\u066b\u066c]\d+|[' ]\d{3}(?!\d))*"
)
"""A number in levelled text."""
MARKS = re.compile(r"\D")
DECIMAL, POINT, COMMA = "\u066b", ".", ","
GROUPING = "\u066c' "
"""Marks of thousands in every language; what point and comma are, the language tells."""
HEAD, INNER, LAST = (1, 3), (2, 3), 3
"""Digits of the groups of a long number: in India the inner ones have two."""

DIGITS = 5
"""Significant digits of what was worked out; whole numbers are never cut."""
LONG, SPACE = 5, "\u00a0"
"""Digits from which a number is put in groups of three, by a space: no language reads it as a decimal mark."""


def read_number(typed: str, mark: str) -> Fraction | None:
    """Read what NUMBER found, where `mark` is the language's decimal mark; None where it is no number."""
    bare = typed.removeprefix("-")
    marks = MARKS.findall(bare)
    point = _point(bare, marks, mark)
    whole, _, part = bare.rpartition(point) if point else (bare, "", "")
    if not _well_grouped(re.split(MARKS, whole)) or len(set(marks[:-1] if point else marks)) > 1:
        return None
    value = Fraction(f"{MARKS.sub('', whole) or '0'}.{part or '0'}")
    return -value if typed != bare else value


def _point(bare: str, marks: list[str], mark: str) -> str:
    """The decimal mark of a number; empty where it has none."""
    if not marks or marks[-1] in GROUPING:
        return ""
    last = marks[-1]
    if len(marks) > 1:
        return last if marks.count(last) == 1 else ""
    whole, _, part = bare.partition(last)
    looks_long = HEAD[0] <= len(whole) <= HEAD[1] and not whole.startswith("0") and len(part) == LAST
    return "" if looks_long and last not in {mark, DECIMAL} else last


def _well_grouped(groups: list[str]) -> bool:
    head, *inner = groups
    if not inner:
        return True
    sizes = [len(each) for each in inner]
    return HEAD[0] <= len(head) <= HEAD[1] and sizes[-1] == LAST and all(each in INNER for each in sizes)


def write_number(value: Fraction, mark: str, digits: int = DIGITS) -> str:
    """Write a number with so many significant digits, half rounded up, in the digits 0 to 9 with this decimal mark."""
    places = _places(abs(value), digits)
    rounded = int(abs(value) * 10**places + Fraction(1, 2))
    whole, part = divmod(rounded, 10**places)
    decimals = f"{part:0{places}d}".rstrip("0") if places else ""
    sign = "-" if value < 0 and rounded else ""
    return f"{sign}{_grouped(str(whole))}{mark if decimals else ''}{decimals}"


def _places(size: Fraction, digits: int) -> int:
    """How many decimals there are."""
    if size >= 1:
        return max(0, digits - len(str(int(size))))
    places = digits
    while 0 < size * 10 < 1:
        size, places = size * 10, places + 1
    return places


def _grouped(whole: str) -> str:
    return f"{int(whole):,}".replace(COMMA, SPACE) if len(whole) >= LONG else whole
