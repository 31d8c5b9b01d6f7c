"""Padding: the plaintext's length says only which bucket it falls in.

    padded = content ‖ 0x80 ‖ as many 0x00 as fill the bucket

Buckets: 4, 8, 16, 32, 64 KiB, then four to the octave (80, 96, 112, 128, 160 … KiB). A long file grows by a
quarter at most, a case with few answers looks like any other.
"""

from protocol.errors import BadPadding

SMALLEST = 4 * 1024
_DOUBLING_UP_TO = 64 * 1024
_MARK = b"\x80"


def bucket(length: int) -> int:
    """The bucket in bytes that holds `length` bytes."""
    if length <= SMALLEST:
        return SMALLEST
    octave = 1 << (length - 1).bit_length()
    if octave <= _DOUBLING_UP_TO:
        return octave
    step = octave >> 3
    return -(-length // step) * step


def pad(content: bytes) -> bytes:
    """Fill `content` up to its bucket."""
    return (content + _MARK).ljust(bucket(len(content) + 1), b"\0")


def unpad(padded: bytes) -> bytes:
    """The content; raises BadPadding for all but the one spelling that `pad` writes."""
    content = padded.rstrip(b"\0")
    if content[-1:] != _MARK or len(padded) != bucket(len(content)):
        raise BadPadding
    return content[:-1]
