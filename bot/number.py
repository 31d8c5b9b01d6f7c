"""The return code: twelve digits that look like any number, how they are read, and what proves that one is right."""

import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass, field

import msgspec
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from flows.digits import plain_digits
from locales.catalog import strip_bidi

LOCATOR_DIGITS, SECRET_DIGITS = 5, 6
DIGITS = LOCATOR_DIGITS + SECRET_DIGITS + 1
_GROUP = 4
# Longer than any way of writing twelve digits with spaces and dashes between them.
_LONGEST = 48
# What people put between digits: spaces, dashes, dots, brackets and strokes of any script.
_BETWEEN = re.compile(r"[\s\u00a0\u202f./,()+\-\u2010-\u2015\u2212\u30fb]+")
# Damm's table (H. M. Damm, 2004): totally anti-symmetric, so that every wrong digit and every swap of two neighbours
# shows. The check digit is the one that leads back to 0.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_SALT_BYTES, _DIGEST_BYTES = 16, 32


@dataclass(frozen=True, slots=True)
class Number:
    """A return code. `locator` finds what it is for, `secret` proves it; both are digits."""

    locator: str = field(repr=False)
    secret: str = field(repr=False)

    @property
    def digits(self) -> str:
        """All twelve, the check digit last."""
        plain = self.locator + self.secret
        return plain + str(_check(plain))

    @property
    def shown(self) -> str:
        """As people write numbers down."""
        return shown(self.digits)


@dataclass(frozen=True, slots=True)
class Returned:
    """A code that was typed and proved: `conversation` is what it is for, `chat` the one that leads there so far.

    `conversation` is empty where it is this chat's own.
    """

    message: int
    conversation: str
    chat: bytes


def shown(digits: str) -> str:
    """In groups of four."""
    return " ".join(digits[start : start + _GROUP] for start in range(0, DIGITS, _GROUP))


def new_number() -> Number:
    """A random one; it begins with no 0, which some people would leave out."""
    first = str(1 + secrets.randbelow(9))
    rest = f"{secrets.randbelow(10 ** (DIGITS - 2)):0{DIGITS - 2}}"
    return Number(first + rest[: LOCATOR_DIGITS - 1], rest[LOCATOR_DIGITS - 1 :])


def read_number(text: str) -> Number | None:
    """The code that a message is, in the digits of any script; None where it is anything else, or mistyped."""
    if len(text) > _LONGEST:
        return None
    digits = plain_digits(_BETWEEN.sub("", strip_bidi(unicodedata.normalize("NFKC", text))))
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()) or _check(digits):
        return None
    return Number(digits[:LOCATOR_DIGITS], digits[LOCATOR_DIGITS:-1])


def _check(digits: str) -> int:
    """The check digit of these; 0 where it stands among them already."""
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return state


class Cost(msgspec.Struct, frozen=True, array_like=True):
    """What a verifier costs: scrypt's N, r and p. The default takes 32 MiB and about a tenth of a second."""

    n: int = 2**15
    r: int = 8
    p: int = 1


COST = Cost()


class Verifier(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a secret: enough to know it again, by a slow hash with its cost and salt."""

    cost: Cost
    salt: bytes
    digest: bytes

    def proves(self, peppered: bytes) -> bool:
        """Whether this is the secret. Slow on purpose: for a thread."""
        return hmac.compare_digest(_slow(peppered, self.salt, self.cost), self.digest)


def new_verifier(peppered: bytes, cost: Cost = COST) -> Verifier:
    """A verifier of this secret. Slow on purpose: for a thread."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return Verifier(cost, salt, _slow(peppered, salt, cost))


def _slow(peppered: bytes, salt: bytes, cost: Cost) -> bytes:
    return Scrypt(salt=salt, length=_DIGEST_BYTES, n=cost.n, r=cost.r, p=cost.p).derive(peppered)


_decoder = msgspec.msgpack.Decoder(Verifier)
encode_verifier = msgspec.msgpack.Encoder().encode


def decode_verifier(encoded: bytes) -> Verifier:
    """The verifier again."""
    return _decoder.decode(encoded)
