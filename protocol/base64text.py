"""Base64 as age writes it: standard alphabet, no padding, one spelling for each value."""

import base64
import binascii


def encode_base64(data: bytes) -> str:
    """Write bytes as unpadded base64."""
    return base64.b64encode(data).decode("ascii").rstrip("=")


def decode_base64(text: str) -> bytes:
    """Read unpadded base64; raises ValueError for every spelling but the one `encode_base64` writes."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise _not_canonical() from None
    if encode_base64(data) != text:
        raise _not_canonical()
    return data


def _not_canonical() -> ValueError:
    return ValueError("not canonical base64")
