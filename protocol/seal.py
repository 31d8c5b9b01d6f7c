"""Sealing: bytes into an age v1 file that only the named recipients can open."""

import secrets
from collections.abc import Sequence

from protocol.envelope import FILE_KEY_LENGTH, NONCE_LENGTH, encode_header
from protocol.errors import MixedRecipients, NoRecipients
from protocol.payload import PayloadWriter, seal_payload
from protocol.recipient import Recipient


def seal(plaintext: bytes, recipients: Sequence[Recipient]) -> bytes:
    """A binary age file for all of `recipients`; raises NoRecipients, MixedRecipients.

    All of them open the same file key, so one X25519 recipient would take the post-quantum promise from all.
    """
    header, file_key, nonce = _begin(recipients)
    return b"".join((header, nonce, *seal_payload(file_key, nonce, plaintext)))


class SealWriter:
    """A binary age file whose plaintext comes in pieces: what `begin`, each `add` and `end` return, joined."""

    def __init__(self, recipients: Sequence[Recipient]) -> None:
        """For all of `recipients`; raises NoRecipients, MixedRecipients."""
        self._header, file_key, self._nonce = _begin(recipients)
        payload = PayloadWriter(file_key, self._nonce)
        self.add, self.end = payload.add, payload.end

    def begin(self) -> bytes:
        """Header and nonce."""
        return self._header + self._nonce


def _begin(recipients: Sequence[Recipient]) -> tuple[bytes, bytes, bytes]:
    """Header, file key, payload nonce."""
    check_recipients(recipients)
    file_key, nonce = secrets.token_bytes(FILE_KEY_LENGTH), secrets.token_bytes(NONCE_LENGTH)
    return encode_header([recipient.wrap(file_key) for recipient in recipients], file_key), file_key, nonce


def check_recipients(recipients: Sequence[Recipient]) -> None:
    """Raise NoRecipients or MixedRecipients where `seal` would."""
    if not recipients:
        raise NoRecipients
    if len({type(recipient) for recipient in recipients}) > 1:
        raise MixedRecipients
