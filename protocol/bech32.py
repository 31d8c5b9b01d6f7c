"""Bech32 (BIP 173) without its length limit: how age writes keys."""

from collections.abc import Iterable, Iterator

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_LENGTH = 6
_PRINTABLE = range(33, 127)


class BadBech32(ValueError):
    """The text is not Bech32, or was mistyped."""

    def __init__(self) -> None:
        super().__init__("not a Bech32 text")


def encode_bech32(prefix: str, data: bytes) -> str:
    """Write `data` after a lower-case human-readable prefix."""
    values = list(_regroup(data, 8, 5, pad=True))
    checksum = _polymod([*_expand(prefix), *values, *([0] * _CHECKSUM_LENGTH)]) ^ 1
    values += [(checksum >> (5 * (5 - place))) & 31 for place in range(_CHECKSUM_LENGTH)]
    return prefix + "1" + "".join(_ALPHABET[value] for value in values)


def decode_bech32(text: str) -> tuple[str, bytes]:
    """Read (prefix in lower case, data) from a text all in one case; raises BadBech32."""
    if text not in (text.lower(), text.upper()) or any(ord(letter) not in _PRINTABLE for letter in text):
        raise BadBech32
    prefix, mark, tail = text.lower().rpartition("1")
    if not prefix or not mark or len(tail) < _CHECKSUM_LENGTH or any(c not in _VALUES for c in tail):
        raise BadBech32
    values = [_VALUES[letter] for letter in tail]
    if _polymod([*_expand(prefix), *values]) != 1:
        raise BadBech32
    return prefix, bytes(_regroup(values[:-_CHECKSUM_LENGTH], 5, 8, pad=False))


def _expand(prefix: str) -> list[int]:
    letters = prefix.encode("ascii")
    return [letter >> 5 for letter in letters] + [0] + [letter & 31 for letter in letters]


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            if top >> place & 1:
                check ^= generator
    return check


def _regroup(values: Iterable[int], source: int, target: int, *, pad: bool) -> Iterator[int]:
    """Regroup bits; without `pad`, what is left over must be zero and shorter than a source value."""
    pool = bits = 0
    for value in values:
        pool, bits = (pool << source | value) & 0xFFF, bits + source
        while bits >= target:
            bits -= target
            yield pool >> bits & ((1 << target) - 1)
    rest = pool & ((1 << bits) - 1)
    if pad and bits:
        yield rest << (target - bits)
    elif not pad and (bits >= source or rest):
        raise BadBech32
