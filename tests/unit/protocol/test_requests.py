"""Signed requests: whoever changes one is refused. The ways of failing are in the vectors."""

import re

from hypothesis import given
from hypothesis import strategies as st

from protocol.card import CardId
from protocol.desk import RefusalCode
from protocol.requests import (
    MAX_AGE,
    RequestProblem,
    RequestRefused,
    Verified,
    new_nonce,
    sign_request,
    verify_request,
)
from protocol.signing import SigningKey

KEY = SigningKey.generate()
CARD = CardId("abcdefgh23456777")
URL = "https://desk.example.org:8443/v1/cases/c1/claim"
NOW = 1_790_000_000
HEADERS = sign_request(method="POST", url=URL, body=b"{}", key=KEY, key_id=CARD, now=NOW)


def verify(
    headers: dict[str, str] = HEADERS, body: bytes = b"{}", *, url: str = URL, now: int = NOW
) -> object:
    """What the server makes of it."""
    keys = {CARD: KEY.verify_key}
    return verify_request(method="POST", url=url, headers=headers, body=body, keys=keys, now=now)


def test_a_signed_request_is_believed_for_a_minute() -> None:
    """Card, nonce and time are handed to whoever remembers nonces."""
    nonce = re.search('nonce="([^"]+)"', HEADERS["Signature-Input"])

    assert nonce
    assert verify(now=NOW + MAX_AGE) == Verified(CARD, nonce[1], NOW)
    assert verify(now=NOW + MAX_AGE + 1) == RequestRefused(RequestProblem.OLD)


@given(st.binary(max_size=30))
def test_another_body_is_never_believed(body: bytes) -> None:
    """The digest of the body is signed."""
    expected = Verified if body == b"{}" else RequestRefused
    assert isinstance(verify(body=body), expected)


@given(st.sampled_from(sorted(HEADERS)), st.data())
def test_a_changed_header_is_never_believed(name: str, data: st.DataObject) -> None:
    """Any character replaced in any of the three headers, and the request is refused or reads the same."""
    place = data.draw(st.integers(0, len(HEADERS[name]) - 1))
    letter = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    value = HEADERS[name][:place] + letter + HEADERS[name][place + 1 :]

    answer = verify({**HEADERS, name: value})

    assert value == HEADERS[name] or isinstance(answer, RequestRefused)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_header_is_answered_not_raised(signature_input: str, signature: str) -> None:
    """Garbage in the headers is data."""
    headers = {"Signature-Input": signature_input, "Signature": signature, "Content-Digest": signature}

    assert isinstance(verify(headers), RequestRefused)


@given(st.text(max_size=40))
def test_any_address_is_answered_not_raised(url: str) -> None:
    """Garbage in the address is data."""
    assert isinstance(verify(url=url), RequestRefused)


def test_nonces_differ() -> None:
    """Two requests in one second are told apart."""
    assert len({new_nonce() for _ in range(100)}) == 100


def test_problems_are_error_codes_of_the_api() -> None:
    """Every reason can be answered as it stands."""
    assert set(RequestProblem) <= set(RefusalCode)
