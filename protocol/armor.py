"""The text armour of age files: strict PEM, for what is sent by mail or pasted.

Source: the age v1 specification (C2SP), "ASCII armor". Lines end in LF or CRLF, white space
may stand around it all.
"""

import base64
import binascii

from protocol.errors import ArmorFailure

_BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
_END = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS = 64
_SPACE = b" \t\r\n"


def is_armored(data: bytes) -> bool:
    """Whether this is text armour rather than a binary age file."""
    return data.lstrip(_SPACE).startswith(b"-----BEGIN")


def add_armor(data: bytes) -> bytes:
    """The age file as text."""
    text = base64.b64encode(data)
    lines = [text[start : start + _COLUMNS] for start in range(0, len(text), _COLUMNS)]
    return b"\n".join((_BEGIN, *lines, _END, b""))


def remove_armor(data: bytes) -> bytes:
    """The age file in the armour; raises ArmorFailure for all but its one spelling."""
    begin, *lines = data.strip(_SPACE).replace(b"\r\n", b"\n").split(b"\n")
    if begin != _BEGIN or not lines or lines.pop() != _END:
        raise ArmorFailure
    if any(len(line) != _COLUMNS for line in lines[:-1]) or not all(
        0 < len(line) <= _COLUMNS for line in lines
    ):
        raise ArmorFailure
    return _decode(b"".join(lines))


def _decode(text: bytes) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ArmorFailure from None
    if base64.b64encode(data) != text:
        raise ArmorFailure
    return data
