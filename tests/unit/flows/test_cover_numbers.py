"""Numbers are read as they are typed around the world, and written so that every language can read them."""
# ruff: noqa: RUF001 -- the marks of other scripts are what is tested

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.cover_numbers import NUMBER, SPACE, read_number, write_number

READ = [
    ("12", ".", "12"),
    ("1.5", ".", "1.5"),
    ("1,5", ".", "1.5"),
    ("1,500", ".", "1500"),
    ("1.500", ".", "1.5"),
    ("1.500", ",", "1500"),
    ("1,500", ",", "1.5"),
    ("0.500", ",", "0.5"),
    ("1234.567", ",", "1234.567"),
    (".5", ".", "0.5"),
    (",500", ".", "0.5"),
    ("-40", ".", "-40"),
    ("-.5", ",", "-0.5"),
    ("1,234.5", ",", "1234.5"),
    ("1.234,5", ".", "1234.5"),
    ("1,23,456", ".", "123456"),
    ("1.234.567", ".", "1234567"),
    ("12 500", ".", "12500"),
    ("12'500.5", ".", "12500.5"),
    ("1٬500", ".", "1500"),
    ("1٬500٫5", ".", "1500.5"),
    ("1٫500", ".", "1.5"),
    ("007", ".", "7"),
]
NO_NUMBERS = ["1,5,2", "1.2,3.4", "1234,567.8", "1٬50", "12,34,567,8", "1,234 567", "1.5 500"]


@pytest.mark.parametrize(("typed", "mark", "value"), READ)
def test_number_is_read(typed: str, mark: str, value: str) -> None:
    """Point and comma mean what they mean in the language, where they could be either."""
    assert NUMBER.fullmatch(typed)
    assert read_number(typed, mark) == Fraction(value)


@pytest.mark.parametrize("typed", NO_NUMBERS)
def test_marks_at_odds_are_no_number(typed: str) -> None:
    """A date, a list or a slip is not guessed at."""
    assert read_number(typed, ".") is None


@given(st.text("0123456789.,' ٫٬-", min_size=1, max_size=20), st.sampled_from(".,"))
def test_whatever_is_found_is_read_or_not(typed: str, mark: str) -> None:
    """No run of digits and marks is an error."""
    for found in NUMBER.finditer(typed):
        read_number(found[0], mark)


WRITTEN = [
    ("12000", "12 000"),
    ("1234", "1234"),
    ("123456789", "123 456 789"),
    ("7.45645", "7.4565"),
    ("39370.0787", "39 370"),
    ("2720.599", "2720.6"),
    ("0.00062137119", "0.00062137"),
    ("0.1", "0.1"),
    ("0.05", "0.05"),
    ("0.999996", "1"),
    ("9.99996", "10"),
    ("99999.5", "100 000"),
    ("0", "0"),
    ("-0.5", "-0.5"),
    ("-40", "-40"),
    ("37", "37"),
    ("1000000", "1 000 000"),
]


@pytest.mark.parametrize(("value", "text"), WRITTEN)
def test_number_is_written_with_five_digits(value: str, text: str) -> None:
    """Half is rounded up, zeros at the end go, a whole number is never cut."""
    assert write_number(Fraction(value), ".") == text.replace(" ", SPACE)
    assert write_number(Fraction(value), ",") == text.replace(" ", SPACE).replace(".", ",")


@given(st.fractions(min_value=-(10**9), max_value=10**9), st.sampled_from(".,"))
def test_what_is_written_is_read_again(value: Fraction, mark: str) -> None:
    """Within half of the fifth digit."""
    text = write_number(value, mark).replace(SPACE, " ")
    again = read_number(text, mark)

    assert NUMBER.fullmatch(text)
    assert again is not None
    assert abs(again - value) <= abs(value) / 20_000
