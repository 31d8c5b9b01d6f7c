"""The age header: one spelling for each file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.armor import add_armor, is_armored, remove_armor
from protocol.envelope import Stanza, check_header, encode_header, parse_envelope
from protocol.errors import ArmorFailure, HeaderFailure, HmacFailure

FILE_KEY = bytes(16)
VISIBLE = st.text([chr(code) for code in range(33, 127)], min_size=1, max_size=8)
STANZAS = st.builds(
    lambda kind, rest, body: Stanza((f"x{kind}", *rest), body),
    VISIBLE,
    st.lists(VISIBLE, max_size=3),
    st.binary(max_size=150),
)


@given(st.lists(STANZAS, min_size=1, max_size=4), st.binary(max_size=40))
def test_header_comes_back(stanzas: list[Stanza], payload: bytes) -> None:
    """What is written is read, and written again is the same."""
    data = encode_header(stanzas, FILE_KEY) + bytes(16) + payload

    envelope = parse_envelope(data)

    assert (tuple(stanzas), bytes(16), payload) == (envelope.stanzas, envelope.nonce, envelope.payload)
    check_header(envelope, FILE_KEY)
    assert data == encode_header(envelope.stanzas, FILE_KEY) + envelope.nonce + envelope.payload


@given(st.binary(max_size=200))
def test_any_bytes_are_a_header_or_a_header_failure(data: bytes) -> None:
    """No input makes the parser fail in any other way."""
    for given_data in (data, b"age-encryption.org/v1\n" + data, b"age-encryption.org/v1\n-> a\n" + data):
        with pytest.raises(HeaderFailure):
            parse_envelope(given_data)


def test_header_of_another_file_key_is_noticed() -> None:
    """The header's MAC is keyed by the file key."""
    envelope = parse_envelope(encode_header([Stanza(("a",), b"")], FILE_KEY) + bytes(16))

    with pytest.raises(HmacFailure):
        check_header(envelope, bytes([1] * 16))


def test_a_passphrase_stanza_stands_alone() -> None:
    """A file that a passphrase opens has no other recipient."""
    stanzas = [Stanza(("scrypt", "AAAA"), b""), Stanza(("a",), b"")]

    with pytest.raises(HeaderFailure):
        parse_envelope(encode_header(stanzas, FILE_KEY) + bytes(16))


def test_a_header_without_stanzas_is_refused() -> None:
    """Somebody must be able to open a file."""
    with pytest.raises(HeaderFailure):
        parse_envelope(encode_header([], FILE_KEY) + bytes(16))


def test_stanzas_do_not_show_what_they_wrap() -> None:
    """A log of a stanza holds no bytes of it."""
    assert "secret" not in repr(Stanza(("a",), b"secret"))


@given(st.binary(max_size=200))
def test_armour_comes_back(data: bytes) -> None:
    """Armour is taken off as it was put on, also with the other line ends and space around it."""
    armored = add_armor(data)

    assert is_armored(armored)
    assert data == remove_armor(armored) == remove_armor(b"\r\n " + armored.replace(b"\n", b"\r\n") + b"\t\n")


@given(st.binary(max_size=100))
def test_any_text_is_armour_or_an_armour_failure(text: bytes) -> None:
    """No input makes the reader of armour fail in any other way."""
    for given_text in (text, add_armor(b"x").replace(b"eA==", text)):
        try:
            data = remove_armor(given_text)
        except ArmorFailure:
            continue
        assert data == remove_armor(add_armor(data))


def test_a_binary_age_file_is_not_armour() -> None:
    """The two forms are told apart by their beginning."""
    assert not is_armored(encode_header([Stanza(("a",), b"")], FILE_KEY))
