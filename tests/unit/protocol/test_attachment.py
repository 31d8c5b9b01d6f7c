"""Sealed attachments: what a person sent comes back whole; vectors/attachments.json has the failures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.attachment import (
    AttachmentId,
    AttachmentSeal,
    Content,
    check_attachment,
    open_attachment,
    seal_attachment,
)
from protocol.audience import RecipientClass
from protocol.errors import BadSignature, NoRecipients
from protocol.recipient import Recipient
from protocol.revision import CaseId
from protocol.signing import SigningKey
from responder.identity import generate_identity
from responder.unseal import unseal

KEY = SigningKey.generate()
KEYS = {KEY.id: KEY.verify_key}
AMINA, BASHIR = generate_identity(), generate_identity()


def sealed(content: Content, recipients: list[Recipient]) -> tuple[AttachmentSeal, bytes]:
    """A file of a case."""
    return seal_attachment(
        content,
        case=CaseId("case-0001"),
        attachment=AttachmentId("attachment-0001"),
        recipient_class=RecipientClass.ORGANISATION,
        recipients=recipients,
        signing_key=KEY,
        now=1_790_000_000,
    )


@given(st.binary(max_size=70_000), st.text(max_size=40), st.text(max_size=40))
def test_a_file_comes_back_for_every_recipient(body: bytes, name: str, mime: str) -> None:
    """Bytes, name and type, whatever they are."""
    outside, file = sealed(Content("photo", name, mime, body), [AMINA.recipient, BASHIR.recipient])

    check_attachment(outside, file, KEYS)
    for reader in (AMINA, BASHIR):
        manifest, found = open_attachment(unseal(file, [reader]), outside, KEYS)
        assert (found, manifest.name, manifest.mime, manifest.size) == (body, name, mime, len(body))


def test_the_length_tells_little() -> None:
    """Two files of nearly one size look alike, and nothing of the name is outside."""
    outside, first = sealed(Content("photo", "gate.jpg", "image/jpeg", bytes(5000)), [AMINA.recipient])
    _, second = sealed(Content("photo", "", "", bytes(6000)), [AMINA.recipient])

    assert len(first) == len(second)
    assert "gate" not in repr(outside)


def test_another_file_s_bytes_do_not_pass() -> None:
    """The signature is over the bytes."""
    outside, _ = sealed(Content("photo", "", "", b"one"), [AMINA.recipient])
    _, other = sealed(Content("photo", "", "", b"two"), [AMINA.recipient])

    with pytest.raises(BadSignature):
        check_attachment(outside, other, KEYS)


def test_nobody_is_refused() -> None:
    """Somebody must be able to read it."""
    with pytest.raises(NoRecipients):
        sealed(Content("photo", "", "", b""), [])
