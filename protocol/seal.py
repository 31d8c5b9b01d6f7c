"""Sealing: bytes into an age v1 file that only the named recipients can open."""

import secrets
from collections.abc import Sequence

from protocol.envelope import FILE_KEY_LENGTH, NONCE_LENGTH, encode_header
from protocol.errors import MixedRecipients, NoRecipients
from protocol.payload import seal_payload
from protocol.recipient import Recipient


def seal(plaintext: bytes, recipients: Sequence[Recipient]) -> bytes:
    """A binary age file for all of `recipients`; raises NoRecipients, MixedRecipients.

    All of them open the same file key, so one X25519 recipient would take the post-quantum promise from all.
    """
    check_recipients(recipients)
    file_key, nonce = secrets.token_bytes(FILE_KEY_LENGTH), secrets.token_bytes(NONCE_LENGTH)
    header = encode_header([recipient.wrap(file_key) for recipient in recipients], file_key)
    return b"".join((header, nonce, *seal_payload(file_key, nonce, plaintext)))


def check_recipients(recipients: Sequence[Recipient]) -> None:
    """Raise NoRecipients or MixedRecipients where `seal` would."""
    if not recipients:
        raise NoRecipients
    if len({type(recipient) for recipient in recipients}) > 1:
        raise MixedRecipients
