"""The payload of an age v1 file: the STREAM construction over chunks of 64 KiB.

Source: the age v1 specification (C2SP), "Payload". A chunk's nonce is its number in 11 bytes and a byte that
is 1 on the last chunk, so that a cut, a swap or an added chunk does not open.
"""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from protocol.envelope import derive
from protocol.errors import PayloadFailure

CHUNK = 64 * 1024
_SEALED_CHUNK = CHUNK + 16


def seal_payload(file_key: bytes, nonce: bytes, plaintext: bytes) -> Iterator[bytes]:
    """Everything after the payload's nonce, chunk by chunk."""
    box, view = _box(file_key, nonce), memoryview(plaintext)
    for number, start in enumerate(range(0, max(len(plaintext), 1), CHUNK)):
        last = start + CHUNK >= len(plaintext)
        yield box.encrypt(_chunk_nonce(number, last=last), view[start : start + CHUNK], None)


class PayloadWriter:
    """The same for a plaintext that comes in pieces, as large as it likes."""

    def __init__(self, file_key: bytes, nonce: bytes) -> None:
        """`nonce`: the payload's, which stands before it."""
        self._box = _box(file_key, nonce)
        self._number = 0
        self._held = bytearray()

    def add(self, piece: bytes) -> bytes:
        """Take a piece; what of the payload is whole by now. A full chunk is held back, for it may be the last."""
        self._held += piece
        sealed = bytearray()
        while len(self._held) > CHUNK:
            sealed += self._next(last=False)
        return bytes(sealed)

    def end(self) -> bytes:
        """The last chunk."""
        return self._next(last=True)

    def _next(self, *, last: bool) -> bytes:
        chunk = bytes(self._held[:CHUNK])
        del self._held[:CHUNK]
        self._number += 1
        return self._box.encrypt(_chunk_nonce(self._number - 1, last=last), chunk, None)


def open_payload(file_key: bytes, nonce: bytes, payload: bytes) -> Iterator[bytes]:
    """The plaintext, chunk by chunk; raises PayloadFailure.

    Each chunk is authentic when handed out; only the end of the iteration proves that nothing is missing.
    """
    box = _box(file_key, nonce)
    for number, start in enumerate(range(0, max(len(payload), 1), _SEALED_CHUNK)):
        at_end = start + _SEALED_CHUNK >= len(payload)
        plaintext, last = _open_chunk(box, number, payload[start : start + _SEALED_CHUNK], at_end=at_end)
        if last and number and not plaintext:
            raise PayloadFailure  # an empty last chunk would be a second spelling of the same file
        yield plaintext
        if last != at_end:
            raise PayloadFailure


def _box(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(derive(file_key, salt=nonce, info=b"payload"))


def _chunk_nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _open_chunk(box: ChaCha20Poly1305, number: int, sealed: bytes, *, at_end: bool) -> tuple[bytes, bool]:
    """(plaintext, whether sealed as the last chunk); only a full chunk may be of the other kind."""
    for last in (at_end, not at_end) if len(sealed) == _SEALED_CHUNK else (at_end,):
        try:
            return box.decrypt(_chunk_nonce(number, last=last), sealed, None), last
        except InvalidTag:
            continue
    raise PayloadFailure
