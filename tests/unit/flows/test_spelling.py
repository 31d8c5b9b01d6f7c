"""Words are found however they are spelled."""

import re

from hypothesis import given
from hypothesis import strategies as st

from flows.spelling import any_of, level


def test_case_width_spaces_and_vowel_signs_do_not_matter() -> None:
    """What people type without thinking is one and the same."""
    assert level("  \uff35\uff33\uff24\u00a0 \u0665\n") == "usd 5"
    assert level("غدًا") == level("غدا")
    assert level("أيام") == level("ايام")


def test_the_longest_word_is_found() -> None:
    """'day after tomorrow' is not 'tomorrow'."""
    found = re.match(any_of(["rs", "rs.", "r"]), "rs. 5")

    assert found is not None
    assert found[0] == "rs."


@given(st.text())
def test_any_text_is_levelled(text: str) -> None:
    """Single spaces, none at the ends, and no digit but 0 to 9."""
    plain = level(text)

    assert " ".join(plain.split()) == plain
    assert all(mark in "0123456789" for mark in plain if mark.isdecimal())
