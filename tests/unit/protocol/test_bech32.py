"""Bech32 of any length, as age uses it."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from protocol.bech32 import BadBech32, decode_bech32, encode_bech32

LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
GOOD = encode_bech32("age", bytes(32))
PREFIXES = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20)


@given(PREFIXES, st.binary(max_size=300))
def test_bech32_comes_back_in_either_case(prefix: str, data: bytes) -> None:
    """What is written is read, also all in capitals."""
    text = encode_bech32(prefix, data)

    assert (prefix, data) == decode_bech32(text) == decode_bech32(text.upper())


@given(st.integers(0, len(GOOD) - 1), st.sampled_from(LETTERS))
def test_one_mistyped_letter_is_noticed(place: int, letter: str) -> None:
    """A single wrong letter after the mark never reads as another key."""
    assume(place > GOOD.index("1") and GOOD[place] != letter)

    with pytest.raises(BadBech32):
        decode_bech32(GOOD[:place] + letter + GOOD[place + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "age", "age1", "age1qqqqq"),
        *(GOOD[:-1], GOOD[3:], GOOD.capitalize(), GOOD + "b"),
        *("ag e" + GOOD[3:], "agé" + GOOD[3:], "\x7f" + GOOD),
    ],
)
def test_what_is_not_bech32_is_refused(text: str) -> None:
    """Wrong letters, mixed case, missing parts and control characters are refused."""
    with pytest.raises(BadBech32):
        decode_bech32(text)


@pytest.mark.parametrize("values", [[0, 1], [0] * 3, [31]])
def test_loose_bits_are_refused(values: list[int]) -> None:
    """Left-over bits must be zero and no more than the writer had to add."""
    with pytest.raises(BadBech32):
        decode_bech32(written("age", values))


def written(prefix: str, values: list[int]) -> str:
    """A text with a right checksum (BIP 173, computed anew) over values that no writer of bytes makes."""
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = 1
    for value in (*expanded, *values, *[0] * 6):
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(GENERATORS):
            check ^= generator if top >> place & 1 else 0
    checksum = [(check ^ 1) >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(LETTERS[value] for value in (*values, *checksum))
