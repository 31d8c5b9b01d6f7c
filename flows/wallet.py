"""Wallet: an address of a crypto network inside typed words, and whether its checksum is right."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from base58_bech32.base58 import b58decode_check
from base58_bech32.bech32 import BECH32_1_CONST, BECH32_M_CONST, bech32_decode, convertbits
from base58_bech32.exceptions import Base58Bech32Exception
from Crypto.Hash import keccak


class Network(StrEnum):
    """The networks whose addresses are told apart; others that write addresses as Ethereum does count as it."""

    BITCOIN = "bitcoin"
    ETHEREUM = "ethereum"
    TRON = "tron"


@dataclass(frozen=True, slots=True)
class Wallet:
    """An address as it was typed; `sound` tells if its checksum is right, None that it carries none."""

    network: Network
    address: str
    sound: bool | None


SHAPES = (
    (Network.ETHEREUM, re.compile(r"0[xX][0-9a-fA-F]{38,42}")),
    (Network.BITCOIN, re.compile(r"bc1[0-9a-z]{6,87}|BC1[0-9A-Z]{6,87}")),
    (Network.BITCOIN, re.compile(r"(?=\w*[a-z])(?=\w*[A-Z])[13][0-9A-Za-z]{24,34}")),
    (Network.TRON, re.compile(r"(?=\w*[a-z])(?=\w*[0-9])T[0-9A-Za-z]{32,34}")),
)
"""A letter more, less or wrong is an address still: it was copied by hand, and is unsound."""
WORD = re.compile(r"[0-9A-Za-z]+")


def read_wallet(text: str) -> Wallet | None:
    """Give the first address in the text, a sound one before others; None when there is none."""
    found = [wallet for word in WORD.findall(text) if (wallet := _wallet(word)) is not None]
    return min(found, key=lambda wallet: wallet.sound is False, default=None)


def _wallet(word: str) -> Wallet | None:
    for network, shape in SHAPES:
        if shape.fullmatch(word):
            return Wallet(network, word, _sound(network, word))
    return None


def _sound(network: Network, address: str) -> bool | None:
    match network:
        case Network.ETHEREUM:
            return _mixed_case(address[2:])
        case Network.BITCOIN if address[:2] in {"bc", "BC"}:
            return _segwit(address)
        case Network.BITCOIN:
            return _version(address) in {0x00, 0x05}
        case Network.TRON:
            return _version(address) == TRON_VERSION
        case _:
            assert_never(network)


TRON_VERSION = 0x41
HASH_BYTES = 20


def _version(address: str) -> int | None:
    """The first byte of a base58check address, None if it is unsound."""
    try:
        return b58decode_check(address, out_size=1 + HASH_BYTES)[0]
    except Base58Bech32Exception:
        return None


ETHEREUM_DIGITS = 40
CAPITAL = 8
"""EIP-55: a letter is a capital where the hash of the address has a digit of at least this."""


def _mixed_case(digits: str) -> bool | None:
    if len(digits) != ETHEREUM_DIGITS:
        return False
    if digits in {digits.lower(), digits.upper()}:
        return None
    hashed = keccak.new(data=digits.lower().encode(), digest_bits=256).hexdigest()
    pairs = zip(digits.lower(), hashed, strict=False)
    return digits == "".join(digit.upper() if int(mark, 16) >= CAPITAL else digit for digit, mark in pairs)


LONGEST_SEGWIT = 90
LAST_VERSION = 16
PROGRAM = range(2, 41)
PROGRAM_OF_0 = (20, 32)


def _segwit(address: str) -> bool:
    """BIP 173 and 350: version 0 has the older checksum and two lengths, later versions the newer one."""
    try:
        prefix, values, kind = bech32_decode(address, limit=LONGEST_SEGWIT)
        length = len(convertbits(values[1:], 5, 8, pad=False))
    except Base58Bech32Exception:
        return False
    match prefix, values[:1]:
        case "bc", [0]:
            return kind == BECH32_1_CONST and length in PROGRAM_OF_0
        case "bc", [version]:
            return kind == BECH32_M_CONST and version <= LAST_VERSION and length in PROGRAM
        case _:
            return False
