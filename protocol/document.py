"""JSON documents with a schema: how each is written, and how strictly one is read."""

from datetime import datetime
from typing import Annotated, TypeVar

import msgspec

from protocol.errors import BadDocument, UnknownSchema

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time with its zone; in UTC it is written as RFC 3339 with a Z."""

S = TypeVar("S", bound=msgspec.Struct)


class _Peek(msgspec.Struct):
    schema: str


def encode_document(document: msgspec.Struct) -> bytes:
    """The canonical bytes, which hashes and signatures are over: fields in the type's order, no spaces."""
    return msgspec.json.encode(document)


def print_document(document: msgspec.Struct) -> str:
    """The same document for people and files: indented, with a last newline."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def decode_document(data: bytes | str, kind: type[S]) -> S:
    """Read a document of exactly this schema; raises BadDocument, UnknownSchema.

    Spaces and the order of fields are free; whether an unknown field is refused is the type's own choice.
    """
    if _read(data, _Peek).schema != kind.__struct_config__.tag:
        raise UnknownSchema
    return _read(data, kind)


def _read(data: bytes | str, kind: type[S]) -> S:
    """The library's own messages quote the input, so none of them is passed on."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise BadDocument from None
