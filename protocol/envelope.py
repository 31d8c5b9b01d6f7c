"""The header of an age v1 file: stanzas and their authentication, with one spelling for each file.

Source: the age v1 specification (C2SP), "Header" and "Recipient stanza".

    header  = "age-encryption.org/v1" LF 1*stanza "---" SP base64(mac) LF
    stanza  = "->" 1*(SP argument) LF *(64 base64 characters LF) (0 to 63 base64 characters) LF
    mac     = HMAC-SHA-256(HKDF-SHA-256(file key, no salt, "header"), header up to and with "---")
"""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from protocol.base64text import decode_base64, encode_base64
from protocol.errors import HeaderFailure, HmacFailure

FILE_KEY_LENGTH = 16
NONCE_LENGTH = 16
PASSPHRASE_STANZA = "scrypt"  # noqa: S105 - the name of a stanza, not a secret

_VERSION = b"age-encryption.org/v1"
_FOOTER = b"---"
_STANZA = b"->"
_COLUMNS = 64
_MAC_LENGTH = 32
_VISIBLE = re.compile(rb"[!-~]+")


@dataclass(frozen=True, slots=True)
class Stanza:
    """A file key, wrapped for one recipient. The first argument names the kind."""

    arguments: tuple[str, ...]
    body: bytes = field(repr=False)

    @property
    def kind(self) -> str:
        """The kind of recipient that can unwrap it."""
        return self.arguments[0]


@dataclass(frozen=True, slots=True)
class Envelope:
    """A parsed age file: its stanzas, what the header's MAC covers, and the payload still sealed."""

    stanzas: tuple[Stanza, ...]
    covered: bytes = field(repr=False)
    mac: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    payload: bytes = field(repr=False)


def derive(secret: bytes, *, salt: bytes | None, info: bytes) -> bytes:
    """A 32-byte key by HKDF-SHA-256."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(secret)


def encode_header(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    """The header's bytes, authenticated under the file key."""
    covered = b"".join((_VERSION, b"\n", *(_encode_stanza(stanza) for stanza in stanzas), _FOOTER))
    return covered + b" " + encode_base64(_mac(file_key, covered)).encode() + b"\n"


def parse_envelope(data: bytes) -> Envelope:
    """Read an age file strictly, without opening it; raises HeaderFailure."""
    lines = _Lines(data)
    if lines.take() != _VERSION:
        raise HeaderFailure
    stanzas = []
    while (line := lines.take()).startswith(_STANZA):
        stanzas.append(_parse_stanza(line, lines))
    mac = _parse_footer(line)
    _check_stanzas(stanzas)
    nonce, payload = data[lines.place : lines.place + NONCE_LENGTH], data[lines.place + NONCE_LENGTH :]
    if len(nonce) != NONCE_LENGTH:
        raise HeaderFailure
    covered = data[: lines.place - len(line) - 1 + len(_FOOTER)]
    return Envelope(tuple(stanzas), covered, mac, nonce, payload)


def check_header(envelope: Envelope, file_key: bytes) -> None:
    """Raise HmacFailure unless the header is the one that was sealed with this file key."""
    if not hmac.compare_digest(_mac(file_key, envelope.covered), envelope.mac):
        raise HmacFailure


class _Lines:
    """A place in the bytes of a header, moving line by line."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0

    def take(self) -> bytes:
        end = self._data.find(b"\n", self.place)
        if end < 0:
            raise HeaderFailure
        line, self.place = self._data[self.place : end], end + 1
        return line


def _mac(file_key: bytes, covered: bytes) -> bytes:
    return hmac.digest(derive(file_key, salt=None, info=b"header"), covered, "sha256")


def _encode_stanza(stanza: Stanza) -> bytes:
    body = encode_base64(stanza.body)
    lines = [body[start : start + _COLUMNS] for start in range(0, len(body), _COLUMNS)]
    if len(body) % _COLUMNS == 0:
        lines.append("")  # the last line is always a short one, so that the end of a stanza is plain
    return "\n".join((" ".join(("->", *stanza.arguments)), *lines, "")).encode("ascii")


def _parse_stanza(line: bytes, lines: _Lines) -> Stanza:
    mark, *arguments = line.split(b" ")
    if mark != _STANZA or not arguments or not all(map(_VISIBLE.fullmatch, arguments)):
        raise HeaderFailure
    body = bytearray()
    while True:
        piece = lines.take()
        body += piece
        if len(piece) < _COLUMNS:
            break
        if len(piece) > _COLUMNS:
            raise HeaderFailure
    return Stanza(tuple(argument.decode("ascii") for argument in arguments), _decode(bytes(body)))


def _parse_footer(line: bytes) -> bytes:
    mark, _, text = line.partition(b" ")
    mac = _decode(text)
    if mark != _FOOTER or len(mac) != _MAC_LENGTH:
        raise HeaderFailure
    return mac


def _check_stanzas(stanzas: Sequence[Stanza]) -> None:
    """A passphrase stanza stands alone: else whoever knows the passphrase could have planted the others."""
    if not stanzas or (len(stanzas) > 1 and any(stanza.kind == PASSPHRASE_STANZA for stanza in stanzas)):
        raise HeaderFailure


def _decode(text: bytes) -> bytes:
    try:
        return decode_base64(text.decode("ascii"))
    except ValueError:
        raise HeaderFailure from None
