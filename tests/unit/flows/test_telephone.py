"""Telephone numbers are read where they can be only one number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.telephone import Phone, read_phone


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+66 81 234 5678", None, "+66812345678"),
        ("call +66812345678 at night", "MM", "+66812345678"),
        ("\uff0b66-81-234-5678", None, "+66812345678"),
        ("081 234 5678", "TH", "+66812345678"),
        ("๐๘๑๒๓๔๕๖๗๘", "TH", "+66812345678"),
        ("০১৭১২-৩৪৫৬৭৮", "BD", "+8801712345678"),
        ("001 66 81 234 5678", "KH", "+66812345678"),
    ],
)
def test_valid_number_is_read(text: str, region: str | None, number: str) -> None:
    """With +, or as one of the region; in the digits of any script, inside words."""
    assert read_phone(text, region) == Phone(number)


@pytest.mark.parametrize(
    ("text", "region"), [("081 234 5678", None), ("081 234 5678", "XX"), ("12", "TH"), ("", "TH")]
)
def test_number_that_could_be_anybodys_is_left(text: str, region: str | None) -> None:
    """Without + and region, or where no such number exists."""
    assert read_phone(text, region) is None


PIECES = st.sampled_from(["+", "66", "0", "81", "2345678", " ", "-", "(", ")", "x", "ext", "၅", "/", "."])


@given(
    st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)),
    st.sampled_from([None, "TH", "MM", "US", "XX", ""]),
)
def test_any_text_gives_a_number_or_none(text: str, region: str | None) -> None:
    """Nothing that is typed is an error, and a number is always in E.164."""
    phone = read_phone(text, region)

    assert phone is None or (phone.number[0] == "+" and phone.number[1:].isdecimal())
