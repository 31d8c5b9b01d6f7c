"""Sums are read as they are typed around the world, and left alone where they could mean two."""
# ruff: noqa: RUF001 -- the digits of other scripts are what is tested

from decimal import Decimal

import pytest
from babel.numbers import list_currencies
from hypothesis import given
from hypothesis import strategies as st

from flows.answer import Amount
from flows.loading import Definitions
from flows.money import COINS, read_amount

READ = [
    ("5000 USD", "5000", "USD"),
    ("$5,000", "5000", None),
    ("US$ 5000", "5000", "USD"),
    ("$5000 USDT", "5000", "USDT"),
    ("5 000,50 €", "5000.50", "EUR"),
    ("RM 80,000", "80000", "MYR"),
    ("80k baht", "80000", "THB"),
    ("80kbaht", "80000", "THB"),
    ("10kusd", "10000", "USD"),
    ("5000 ksh", "5000", "KES"),
    ("5000 mxn", "5000", "MXN"),
    ("၅၀၀၀၀၀ ကျပ်", "500000", "MMK"),
    ("သိန်း ၅၀", "5000000", None),
    ("ကျပ်သိန်း၅၀", "5000000", "MMK"),
    ("৫০০০ টাকা", "5000", "BDT"),
    ("५००० रुपये", "5000", "INR"),
    ("٥٠٠٠ دولار", "5000", "USD"),
    ("٥٬٠٠٠٫٥٠", "5000.50", None),
    ("200000 บาท", "200000", "THB"),
    ("5 000 000 ກີບ", "5000000", "LAK"),
    ("5万", "50000", None),
    ("28萬人民币", "280000", "CNY"),
    ("3万5", "35000", None),
    ("5万3000元", "53000", None),
    ("\uffe5\uff15\uff10\uff10\uff10", "5000", None),
    ("3 lakh rupees", "300000", None),
    ("2 lakh 50 thousand", "250000", None),
    ("3,00,000 INR", "300000", "INR"),
    ("5 hundred thousand naira", "500000", "NGN"),
    ("USDT 1000", "1000", "USDT"),
    ("5000u", "5000", "USDT"),
    ("0.125 BTC", "0.125", "BTC"),
    ("1.5 million UGX", "1500000", "UGX"),
    ("Rs 5000/-", "5000", None),
    ("Rp5.000.000", "5000000", "IDR"),
    ("5 triệu đồng", "5000000", "VND"),
    ("1,234.50", "1234.50", None),
    ("1.234,50", "1234.50", None),
    ("12345,5", "12345.5", None),
    ("they want 5000 USD in 3 days", "5000", "USD"),
    ("5000 yuan, yes 5000 yuan", "5000", "CNY"),
    ("USD 5000 baht", "5000", None),
    ("5000.", "5000", None),
    ("5.00", "5", None),
    ("0", "0", None),
]
LEFT = [
    "",
    "all that I have",
    "5000-8000 USD",
    "5000 usd or 170000 baht",
    "3 people, 2 days",
    "5 mil dólares",
    "mil 5",
    "5 lakh 3 days",
    "5 lakh 2 crore",
    "5万300000",
    "သိန်း ၅၀ သောင်း",
    "5,000,50",
    "5 2000 USD",
    "28/11/2026",
    "091 234 567",
    "+66812345678",
    "K5000",
    "50%",
    "12345678901234567",
]


@pytest.mark.parametrize(("text", "amount", "currency"), READ, ids=range(len(READ)))
def test_sum_is_read(definitions: Definitions, text: str, amount: str, currency: str | None) -> None:
    """In the digits, words and separators of many languages; an unclear currency is none."""
    assert read_amount(text, definitions.tables.currencies) == Amount(amount, currency)


@pytest.mark.parametrize("text", LEFT, ids=range(len(LEFT)))
def test_what_could_mean_two_sums_is_left(definitions: Definitions, text: str) -> None:
    """A wrong sum is worse than none: a responder reads the words themselves."""
    assert read_amount(text, definitions.tables.currencies) is None


def test_codes_are_those_of_the_world(definitions: Definitions) -> None:
    """ISO 4217 as Babel has it, and the four coins."""
    codes = {code for code in definitions.tables.currencies.codes.values() if code is not None}

    assert codes - COINS <= list_currencies()
    assert codes >= COINS


PIECES = st.sampled_from(
    [
        "5",
        "၅",
        "000",
        "1",
        " ",
        ",",
        ".",
        "'",
        "k",
        "万",
        "lakh",
        "mil",
        "$",
        "usd",
        "元",
        "سم",
        "-",
        "a",
        "%",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)))
def test_any_text_gives_a_sum_or_none(definitions: Definitions, text: str) -> None:
    """Nothing that is typed is an error, and a sum is always a plain decimal."""
    read = read_amount(text, definitions.tables.currencies)

    assert read is None or (Decimal(read.amount) >= 0 and set(read.amount) <= set("0123456789."))


@given(st.integers(1, 10**12), st.sampled_from("၀০०٠۰๐໐០\uff10"))
def test_digits_of_a_script_do_not_change_the_sum(definitions: Definitions, sum_: int, zero: str) -> None:
    """Written in any digits, with or without separators, it is the same."""
    native = "".join(chr(ord(zero) + int(digit)) for digit in str(sum_))

    assert read_amount(native, definitions.tables.currencies) == Amount(str(sum_))
    assert read_amount(f"{sum_:,} USD", definitions.tables.currencies) == Amount(str(sum_), "USD")
