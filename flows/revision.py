"""A flow's revision, which is the hash of its compiled form, and that form as bytes."""

import hashlib

import msgspec

from flows.definition import Flow


def compile_flow(bare: Flow) -> Flow:
    """Give the flow its revision: the hash of what it asks (16 hex digits of SHA-256)."""
    form = msgspec.json.encode(msgspec.structs.replace(bare, revision=""), order="deterministic")
    return msgspec.structs.replace(bare, revision=hashlib.sha256(form).hexdigest()[:16])


_decoder = msgspec.msgpack.Decoder(Flow)


def encode_flow(flow: Flow) -> bytes:
    """Give the flow as bytes, to be kept while a session uses it."""
    return msgspec.msgpack.encode(flow)


def decode_flow(data: bytes) -> Flow:
    """Read a flow back; raises msgspec.DecodeError when the bytes are not one."""
    return _decoder.decode(data)
