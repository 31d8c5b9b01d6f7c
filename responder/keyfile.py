"""The responder's key file: identity and request-signing key, locked by a passphrase.

An age file that `age -d` opens. What it holds is itself an identity file for `age -d -i`, so that cases can
be opened where Wayout is not installed; our signing key stands in it as a comment.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from protocol.audience import RecipientClass
from protocol.bech32 import BadBech32, decode_bech32, encode_bech32
from protocol.card import Card, decode_card, encode_card
from protocol.errors import BadKey, EnvelopeFailure, NoMatch
from protocol.signing import SigningKey
from responder.identity import BadIdentity, Identity, generate_identity, parse_identity
from responder.passphrase import WORK_FACTOR, Passphrase, seal_with_passphrase
from responder.unseal import unseal

_TITLE = "# Wayout responder keys, version 1"
_RECIPIENT = "# recipient: "
_SIGNING = "# signing-key: "
_SIGNING_PREFIX = "wayout-signing-key-"


class KeyFileRefused(Exception):
    """The key file cannot be used; the two kinds say why."""

    def __init__(self) -> None:
        super().__init__((type(self).__doc__ or "").partition("\n")[0])


class WrongPassphrase(KeyFileRefused):
    """The passphrase does not open the key file."""


class BrokenKeyFile(KeyFileRefused):
    """The key file is damaged, or is not a key file of Wayout."""


@dataclass(frozen=True, slots=True, repr=False)
class ResponderKeys:
    """The two secrets of one responder: what opens cases, and what signs requests."""

    identity: Identity
    signing_key: SigningKey = field(repr=False)

    def __repr__(self) -> str:
        return f"ResponderKeys(signing_key={self.signing_key.id!r})"


def generate_keys(*, hybrid: bool = True) -> ResponderKeys:
    """New keys from the system's randomness, post-quantum unless told otherwise."""
    return ResponderKeys(generate_identity(hybrid=hybrid), SigningKey.generate())


def lock(keys: ResponderKeys, passphrase: str, *, work_factor: int = WORK_FACTOR) -> bytes:
    """The key file's bytes. Takes about a second at the default work factor (log2 of scrypt's N)."""
    return seal_with_passphrase(_write(keys).encode(), Passphrase(passphrase), work_factor=work_factor)


def unlock(data: bytes, passphrase: str) -> ResponderKeys:
    """The keys in a key file; raises WrongPassphrase, BrokenKeyFile. Takes as long as locking did."""
    try:
        return _read(unseal(data, [Passphrase(passphrase)]).decode())
    except NoMatch:
        raise WrongPassphrase from None
    except (EnvelopeFailure, UnicodeDecodeError, BadIdentity, BadBech32, BadKey, ValueError):
        raise BrokenKeyFile from None


def make_card(
    keys: ResponderKeys,
    *,
    name: str,
    now: int,
    recipient_class: RecipientClass = RecipientClass.ORGANISATION,
    country: str | None = None,
    languages: tuple[str, ...] = (),
    unit: str | None = None,
) -> Card:
    """The card that goes with these keys. `now` is Unix seconds; raises BadDocument for a bad field."""
    card = Card(
        name=name,
        recipient_class=recipient_class,
        country=country,
        languages=languages,
        recipient=str(keys.identity.recipient),
        verify_key=str(keys.signing_key.verify_key),
        created_at=datetime.fromtimestamp(now, UTC),
        unit=unit or msgspec.UNSET,
    )
    return decode_card(encode_card(card))


def _write(keys: ResponderKeys) -> str:
    signing = encode_bech32(_SIGNING_PREFIX, keys.signing_key.seed).upper()
    lines = (
        _TITLE,
        _RECIPIENT + str(keys.identity.recipient),
        _SIGNING + signing,
        keys.identity.secret(),
        "",
    )
    return "\n".join(lines)


def _read(text: str) -> ResponderKeys:
    lines = text.splitlines()
    if lines[:1] != [_TITLE]:
        raise ValueError
    (signing,) = (line.removeprefix(_SIGNING) for line in lines if line.startswith(_SIGNING))
    (identity,) = (line for line in lines if line and not line.startswith("#"))
    prefix, seed = decode_bech32(signing)
    if prefix != _SIGNING_PREFIX:
        raise ValueError
    return ResponderKeys(parse_identity(identity), SigningKey(seed))
