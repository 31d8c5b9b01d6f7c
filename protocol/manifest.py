"""The front of every sealed plaintext: one line that says what it is, a signature over it, and the body.

content = manifest JSON LF ‖ base64(signature of the manifest) LF ‖ body
"""

from typing import TypeVar

import msgspec

from protocol.base64text import decode_base64, encode_base64
from protocol.document import decode_document, encode_document
from protocol.errors import BadDocument, BadManifest
from protocol.signing import Purpose, SigningKey, sign

M = TypeVar("M", bound=msgspec.Struct)


def put_manifest(manifest: msgspec.Struct, body: bytes, key: SigningKey, purpose: Purpose) -> bytes:
    """The manifest's line, its signature's line and the body."""
    line = encode_document(manifest)
    return line + b"\n" + encode_base64(sign(key, purpose, line)).encode() + b"\n" + body


def split_manifest(content: bytes) -> tuple[bytes, bytes, bytes]:
    """(manifest's line, signature, body); raises BadManifest."""
    line, _, rest = content.partition(b"\n")
    text, end, body = rest.partition(b"\n")
    if not end:
        raise BadManifest
    try:
        return line, decode_base64(text.decode("ascii")), body
    except ValueError:
        raise BadManifest from None


def decode_manifest(line: bytes, kind: type[M]) -> M:
    """The manifest, in one spelling so that two readers cannot read two things; raises BadManifest, UnknownSchema."""
    try:
        manifest = decode_document(line, kind)
    except BadDocument:
        raise BadManifest from None
    if encode_document(manifest) != line:
        raise BadManifest
    return manifest
