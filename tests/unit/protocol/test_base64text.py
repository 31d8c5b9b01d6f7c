"""Unpadded base64 has one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.base64text import decode_base64, encode_base64


@given(st.binary(max_size=200))
def test_base64_comes_back(data: bytes) -> None:
    """What is written is read."""
    assert data == decode_base64(encode_base64(data))


@given(st.text(max_size=12))
def test_what_reads_has_one_spelling(text: str) -> None:
    """Any text that is read is exactly what would have been written."""
    try:
        data = decode_base64(text)
    except ValueError:
        return
    assert text == encode_base64(data)


@pytest.mark.parametrize("text", ["A", "AB==", "AA=", "AB", "A A", "AA\n", "A-_A", "é"])
def test_other_spellings_are_refused(text: str) -> None:
    """Padding, loose bits, spaces, line ends and other alphabets are not base64 here."""
    with pytest.raises(ValueError, match="not canonical"):
        decode_base64(text)
