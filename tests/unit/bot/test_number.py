"""The return code: what it looks like, which slips of the hand it catches, and what proves it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.number import Cost, Number, decode_verifier, encode_verifier, new_number, new_verifier, read_number

CHEAP = Cost(n=2)
NUMBERS = st.builds(
    Number, st.from_regex("[1-9][0-9]{4}", fullmatch=True), st.from_regex("[0-9]{6}", fullmatch=True)
)
ARABIC, PERSIAN, BURMESE, WIDE = (
    str.maketrans("0123456789", digits)
    for digits in (
        "٠١٢٣٤٥٦٧٨٩",
        "۰۱۲۳۴۵۶۷۸۹",
        "၀၁၂၃၄၅၆၇၈၉",
        "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19",
    )
)


@given(NUMBERS)
def test_it_is_read_as_it_is_shown(number: Number) -> None:
    """Twelve digits in three groups."""
    assert [len(group) for group in number.shown.split()] == [4, 4, 4]
    assert read_number(number.shown) == read_number(number.digits) == number


@given(NUMBERS, st.data())
def test_every_wrong_digit_is_caught(number: Number, data: st.DataObject) -> None:
    """In each place, each other digit."""
    digits = number.digits
    place = data.draw(st.integers(0, 11))
    for other in set("0123456789") - {digits[place]}:
        assert read_number(digits[:place] + other + digits[place + 1 :]) is None


@given(NUMBERS)
def test_every_swap_of_neighbours_is_caught(number: Number) -> None:
    """The other slip that hands make."""
    digits = number.digits
    for place in range(11):
        swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        assert swapped == digits or read_number(swapped) is None


@pytest.mark.parametrize("script", [ARABIC, PERSIAN, BURMESE, WIDE], ids=["ar", "fa", "my", "wide"])
def test_digits_of_any_script(script: dict[int, str]) -> None:
    """As the keyboard gives them."""
    number = new_number()

    assert read_number(number.shown.translate(script)) == number


@pytest.mark.parametrize("between", [" ", "-", " - ", "\u00a0", "\u2013", ".", "/", "\n", "\u2068"])
def test_whatever_people_put_between_digits(between: str) -> None:
    """Spaces, dashes, dots, and marks that nobody sees."""
    number = new_number()

    assert read_number(f" {between.join(number.digits)} ") == number


@pytest.mark.parametrize("text", ["", "hello", "1234", "1" * 13, "my number is {}", "{}x", "{} {}", "²" * 12])
def test_anything_else_is_no_number(text: str) -> None:
    """A code is a message of its own."""
    digits = new_number().digits

    assert read_number(text.format(digits, digits)) is None


def test_numbers_differ_and_are_not_printed() -> None:
    """Each is drawn anew; a traceback with values shows none."""
    numbers = [new_number() for _ in range(200)]

    assert len({each.digits for each in numbers}) == 200
    assert not any(each.digits.startswith("0") for each in numbers)
    assert not any(each.secret in repr(each) for each in numbers)


def test_only_the_secret_proves_it() -> None:
    """Also after it was stored, with its own cost; two verifiers of one secret differ."""
    verifier = decode_verifier(encode_verifier(new_verifier(b"secret", CHEAP)))

    assert verifier.cost == CHEAP
    assert verifier.proves(b"secret")
    assert not verifier.proves(b"Secret")
    assert verifier.digest != new_verifier(b"secret", CHEAP).digest


def test_the_usual_cost_is_slow_enough() -> None:
    """32 MiB a guess, as for an interactive sign-in."""
    assert (Cost().n * Cost().r * 128) == 32 * 2**20
