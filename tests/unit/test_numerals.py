"""Numbers are written as each language does."""

import pytest

from locales.numerals import decimal_mark
from locales.plurals import HEADERS


@pytest.mark.parametrize(
    ("code", "mark"), [("en", "."), ("es", ","), ("zh_Hans", "."), ("ar", "."), ("vi", ","), ("am", ".")]
)
def test_decimal_mark_is_the_language_s(code: str, mark: str) -> None:
    """With the digits 0 to 9, also where a language has others too."""
    assert decimal_mark(code) == mark


def test_every_language_has_a_decimal_mark() -> None:
    """A point or a comma, as a converter knows them."""
    assert {decimal_mark(code) for code in HEADERS} == {".", ","}
