"""Money: a typed sum, read into an amount and a currency where it can mean only one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from itertools import islice

from flows.answer import Amount
from flows.spelling import LATIN, any_of, level

EXACT = Context(prec=80)
"""Digits enough for any sum that is read; nothing is rounded."""
COINS = frozenset({"USDT", "BTC", "ETH", "TRX"})
"""What is demanded beside the currencies of ISO 4217."""


def _grouped(mark: str) -> str:
    points = "".join(point for point in ".,\u066b" if point != mark)
    return rf"(?:[{mark}]\d{{2,3}})*[{mark}]\d{{3}}(?:[{points}]\d{{1,18}})?"


GROUPED = "|".join(map(_grouped, ",.' "))
NUMBER = (
    r"(?<![\d+])(?<!\d[.,'\u066b/:~\u2013\u2014 -])"  # not the rest of a date, a range or a telephone number
    rf"(?:[1-9]\d{{0,2}}(?:{GROUPED})|(?!0\d)\d{{1,15}}(?:[.,\u066b]\d{{1,18}})?)"
    r"(?![.,'\u066b/:~\u2013\u2014 -]?\d)(?! ?%)"
)
THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:(?:,\d{2,3})*,\d{3}|(?:\.\d{2,3})*\.\d{3})")
"""5,000 and 3,00,000; whoever writes 5.000 nearly always means the same."""
QUOTES = str.maketrans({"\u066c": "'", "\u2019": "'", "\u060c": ","})
SHORT = 2
"""Latin letters of a power of ten that never stands before its number: K5000 are kwacha."""
MOST_SUMS = 20
"""A text of more is a list or a flood, and has no one sum."""
REACH = 40
"""Characters before a number in which its currency may stand."""


@dataclass(frozen=True, slots=True)
class Currencies:
    """How currencies and powers of ten are written; None where a word has several meanings."""

    codes: Mapping[str, str | None]
    powers: Mapping[str, int | None]
    before: re.Pattern[str]
    sum: re.Pattern[str]
    term: re.Pattern[str]
    power: re.Pattern[str]


def compile_currencies(codes: Mapping[str, str | None], powers: Mapping[str, int | None]) -> Currencies:
    """Make the patterns once; words are levelled."""
    code, power = any_of(codes), any_of(powers)
    ahead = any_of(word for word in powers if len(word) > SHORT or not word.isascii())
    scaled = rf"(?: ?(?!{code}(?!{LATIN})){power}(?={code}|(?!{LATIN})))"
    return Currencies(
        codes,
        powers,
        before=re.compile(rf"(?<!{LATIN})(?:(?P<code>{code})[.: ]*)?(?P<power>{ahead} ?)?$"),
        sum=re.compile(
            rf"(?P<terms>{NUMBER}(?:{scaled}{{1,2}}+(?: ?{NUMBER}{scaled}{{1,2}}+){{0,3}}+(?P<more> ?\d[\d.,]*)?)?+)"
            rf"(?:[.,/]?-)?(?: ?(?P<code>{code}))?(?!{LATIN})"
        ),
        term=re.compile(rf"({NUMBER})({scaled}{{0,2}}+)"),
        power=re.compile(power),
    )


def read_amount(text: str, currencies: Currencies) -> Amount | None:
    """Give the one sum of the text; None when there is none, or several that differ.

    A number beside a currency comes before one without.
    """
    found = list(islice(_sums(level(text).translate(QUOTES), currencies), MOST_SUMS + 1))
    if len(found) > MOST_SUMS:
        return None
    named = {amount for amount, beside in found if beside}
    readings = named or {amount for amount, _ in found}
    return readings.pop() if len(readings) == 1 else None


def _sums(text: str, currencies: Currencies) -> Iterator[tuple[Amount | None, bool]]:
    """Every sum, and whether a word of a currency stands beside it; None for one that cannot be read."""
    for found in currencies.sum.finditer(text):
        start = found.start()
        before = currencies.before.search(text, max(0, start - REACH), start)
        if before is None:
            continue
        words = [word for word in (before["code"], found["code"]) if word]
        amount = _total(found, before["power"] or "", currencies)
        read = None if amount is None else Amount(_written(amount), _currency(words, currencies))
        yield read, bool(words)


def _currency(words: list[str], currencies: Currencies) -> str | None:
    certain = {code for word in words if (code := currencies.codes[word]) is not None}
    return certain.pop() if len(certain) == 1 else None


def _total(found: re.Match[str], ahead: str, currencies: Currencies) -> Decimal | None:
    """The sum of terms such as 2 lakh 50 thousand; None where a number follows that belongs elsewhere.

    A power stands before its number in Burmese and Swahili.
    """
    if ahead:
        return _ahead(found, ahead, currencies)
    total, last = Decimal(0), None
    more = found["more"] or ""
    for term in currencies.term.finditer(found.string, found.start("terms"), found.end("terms") - len(more)):
        power = _power(term[2], currencies)
        if power is None or (last is not None and power >= last):
            return None
        total, last = EXACT.add(total, EXACT.scaleb(_number(term[1]), power)), power
    return total if not more or last is None else _with_rest(total, more, last)


def _ahead(found: re.Match[str], ahead: str, currencies: Currencies) -> Decimal | None:
    power = _power(ahead, currencies)
    lone = currencies.term.fullmatch(found["terms"])
    if power is None or lone is None or lone[2]:
        return None
    return EXACT.scaleb(_number(lone[1]), power)


def _power(words: str, currencies: Currencies) -> int | None:
    powers = [currencies.powers[word] for word in currencies.power.findall(words)]
    known = [power for power in powers if power is not None]
    return sum(known) if len(known) == len(powers) else None


def _with_rest(total: Decimal, more: str, last: int) -> Decimal | None:
    """Where a digit follows at once it counts tenths, as in 3万5; more digits count ones, as in 5万3000."""
    if not more.isdecimal() or len(more) > last:
        return None
    return EXACT.add(total, EXACT.scaleb(Decimal(more), last - 1 if len(more) == 1 else 0))


def _number(written: str) -> Decimal:
    bare = written.replace(" ", "").replace("'", "")
    if THOUSANDS.fullmatch(bare):
        return Decimal(bare.replace(",", "").replace(".", ""))
    whole, _, part = bare.replace(",", ".").replace("\u066b", ".").rpartition(".")
    return Decimal(f"{whole.replace('.', '')}.{part}" if whole else part)


def _written(amount: Decimal) -> str:
    whole = amount.to_integral_value()
    return f"{whole if amount == whole else amount:f}"
