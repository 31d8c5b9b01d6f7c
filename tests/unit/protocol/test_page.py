"""A signed page is whole, or it is nothing."""

from datetime import UTC, datetime

import pytest

from protocol.errors import BadDocument, BadSignature, ProtocolError, UnknownSchema
from protocol.page import page_key, sign_page, verify_page
from protocol.signing import SigningKey

KEY = SigningKey(bytes(32))
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CONTENT = b"<!doctype html><p>@notes_bot</p>\n"
SIGNED = sign_page(CONTENT, handles=("notes_bot",), now=NOW, signing_key=KEY)


def test_a_signed_page_says_who_signed_it() -> None:
    """Names, time and key; the page itself stands unchanged before its seal."""
    page = verify_page(SIGNED)
    assert (page.handles, page.made_at, page_key(page).id) == (("notes_bot",), NOW, KEY.id)
    assert SIGNED.startswith(CONTENT)


@pytest.mark.parametrize("place", range(0, len(SIGNED), 7))
def test_no_byte_can_be_changed(place: int) -> None:
    """Wherever it stands, in the page or in its seal."""
    changed = bytearray(SIGNED)
    changed[place] ^= 1
    with pytest.raises(ProtocolError):
        verify_page(bytes(changed))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        CONTENT,
        SIGNED[:-1],
        SIGNED + b"<p>@n0tes_bot</p>",
        CONTENT + "<!-- wayout-page-1.ä -->\n".encode(),
        CONTENT + b"<!-- wayout-page-1.e30 -->\n",
    ],
)
def test_what_has_no_seal_at_its_end_is_refused(data: bytes) -> None:
    """Nothing may stand behind it."""
    with pytest.raises(BadDocument):
        verify_page(data)


def test_another_version_is_told_apart() -> None:
    """It is not called broken."""
    with pytest.raises(UnknownSchema):
        verify_page(CONTENT + b"<!-- wayout-page-1.eyJzY2hlbWEiOiJwYWdlLzIifQ -->\n")


def test_a_seal_is_for_its_page_alone() -> None:
    """Taken from one page and put under another, it says nothing."""
    seal = SIGNED.removeprefix(CONTENT)
    with pytest.raises(BadSignature):
        verify_page(CONTENT.replace(b"notes", b"n0tes") + seal)
