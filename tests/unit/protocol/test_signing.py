"""Signatures name what they are for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import BadKey, BadSignature
from protocol.signing import Purpose, SigningKey, VerifyKey, encode_parts, sign, verify

KEY, OTHER = SigningKey.generate(), SigningKey.generate()
PARTS = st.lists(st.binary(max_size=20), max_size=4).map(tuple)


@given(st.sampled_from(Purpose), PARTS)
def test_a_signature_holds_for_its_purpose_alone(purpose: Purpose, parts: tuple[bytes, ...]) -> None:
    """A signature for one purpose cannot be passed off as one for another."""
    signature = sign(KEY, purpose, *parts)

    verify(KEY.verify_key, signature, purpose, *parts)
    for other in set(Purpose) - {purpose}:
        with pytest.raises(BadSignature):
            verify(KEY.verify_key, signature, other, *parts)


def test_a_signature_is_by_one_key() -> None:
    """Another key's signature does not hold."""
    with pytest.raises(BadSignature):
        verify(OTHER.verify_key, sign(KEY, Purpose.ROSTER, b"x"), Purpose.ROSTER, b"x")


@given(PARTS, PARTS)
def test_no_two_lists_of_parts_are_written_alike(first: tuple[bytes, ...], second: tuple[bytes, ...]) -> None:
    """Moving bytes from one part to the next changes what is signed."""
    assert (first == second) == (encode_parts(first) == encode_parts(second))


def test_keys_come_back_from_their_text() -> None:
    """A verifying key is its text, a signing key is its seed."""
    assert KEY.verify_key == VerifyKey.parse(str(KEY.verify_key))
    assert SigningKey(KEY.seed) == KEY
    assert KEY.id == KEY.verify_key.id != OTHER.id


def test_key_ids_are_short_words() -> None:
    """Sixteen lower-case letters and digits, fit for an address."""
    assert len(KEY.id) == 16
    assert KEY.id.isascii()
    assert KEY.id == KEY.id.lower()
    assert KEY.id.isalnum()


@pytest.mark.parametrize(
    "text", ["", "AAAA", str(KEY.verify_key) + "=", "é"], ids=["nothing", "short", "padded", "no ascii"]
)
def test_what_is_not_a_verifying_key_is_refused(text: str) -> None:
    """Wrong lengths and spellings are refused."""
    with pytest.raises(BadKey):
        VerifyKey.parse(text)


def test_what_is_not_a_seed_is_refused() -> None:
    """A seed has 32 bytes."""
    with pytest.raises(BadKey):
        SigningKey(b"short")
