"""Identities, passphrases and the key file: secrets stay secret, and open what they should."""

import dataclasses
import logging
import traceback

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.armor import add_armor
from protocol.base64text import encode_base64
from protocol.bech32 import encode_bech32
from protocol.card import card_recipient, card_verify_key
from protocol.envelope import Stanza
from protocol.errors import EnvelopeFailure, HeaderFailure, NoMatch
from protocol.seal import seal
from responder.identity import (
    BadIdentity,
    HybridIdentity,
    Identity,
    X25519Identity,
    generate_identity,
    parse_identity,
)
from responder.keyfile import (
    BrokenKeyFile,
    KeyFileRefused,
    ResponderKeys,
    WrongPassphrase,
    generate_keys,
    lock,
    make_card,
    unlock,
)
from responder.passphrase import MAX_WORK_FACTOR, WORK_FACTOR, Passphrase, seal_with_passphrase
from responder.unseal import unseal

QUICK = 4
WORDS = "river lantern copper 七"
KEYS = generate_keys()
LOCKED = lock(KEYS, WORDS, work_factor=QUICK)
BOTH = pytest.mark.parametrize("hybrid", [True, False], ids=["hybrid", "x25519"])


@BOTH
def test_identity_comes_back_from_its_text(hybrid: bool) -> None:
    """An identity is its text, in capitals."""
    identity = generate_identity(hybrid=hybrid)

    assert identity == parse_identity(identity.secret())
    assert identity.secret().isupper()
    assert identity.recipient == parse_identity(identity.secret()).recipient


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AGE-SECRET-KEY-1",
        str(KEYS.identity.recipient),
        KEYS.identity.secret().lower(),
        KEYS.identity.secret()[:-1],
        encode_bech32("age-secret-key-", bytes(31)).upper(),
        encode_bech32("age-secret-key-pq-", bytes(33)).upper(),
        encode_bech32("age-plugin-x-", bytes(32)).upper(),
    ],
    ids=range(8),
)
def test_what_is_not_an_identity_is_refused(text: str) -> None:
    """Recipients, other prefixes, cases and lengths are no identities."""
    with pytest.raises(BadIdentity):
        parse_identity(text)


@BOTH
def test_an_identity_ignores_stanzas_of_other_kinds(hybrid: bool) -> None:
    """What it does not know may be for somebody else."""
    identity = generate_identity(hybrid=hybrid)

    assert identity.unwrap(Stanza(("grease", "a", "b"), b"")) is None
    assert Passphrase(WORDS).unwrap(Stanza(("grease",), b"")) is None


@BOTH
def test_one_of_several_identities_is_enough(hybrid: bool) -> None:
    """Old keys may be kept beside the new one."""
    old, new = generate_identity(hybrid=hybrid), generate_identity(hybrid=hybrid)

    assert unseal(seal(b"case", [new.recipient]), [old, new]) == b"case"
    assert unseal(add_armor(seal(b"case", [old.recipient])), [new, old]) == b"case"


def test_keys_come_back_from_their_file() -> None:
    """Locked with a passphrase, unlocked with the same."""
    for keys in (KEYS, generate_keys(hybrid=False)):
        assert keys == unlock(lock(keys, WORDS, work_factor=QUICK), WORDS)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20))
@settings(max_examples=30)
def test_another_passphrase_does_not_unlock(words: str) -> None:
    """Nothing but the passphrase opens the file, not even nearly it. scrypt's HMAC pads with NUL: nobody types one."""
    for attempt in (words, words + WORDS, WORDS + words):
        if attempt != WORDS:
            with pytest.raises(WrongPassphrase):
                unlock(LOCKED, attempt)


@given(st.integers(0, len(LOCKED) * 8 - 1))
def test_a_damaged_key_file_is_refused(place: int) -> None:
    """One bit changed, and nothing is unlocked."""
    damaged = bytearray(LOCKED)
    damaged[place // 8] ^= 1 << place % 8
    if b" 4\n" not in damaged[:60]:
        return  # a changed work factor only takes longer to say no

    with pytest.raises(KeyFileRefused):
        unlock(bytes(damaged), WORDS)


SIGNING = encode_bech32("wayout-signing-key-", bytes(32)).upper()
SHORT = encode_bech32("wayout-signing-key-", bytes(31)).upper()
TITLE = "# Wayout responder keys, version 1"


@pytest.mark.parametrize(
    "plain",
    [
        "",
        "words",
        KEYS.identity.secret(),
        f"# Another title\n# signing-key: {SIGNING}\n{KEYS.identity.secret()}\n",
        f"{TITLE}\n{KEYS.identity.secret()}\n",
        f"{TITLE}\n# signing-key: {SIGNING}\n",
        f"{TITLE}\n# signing-key: {SIGNING}\nAGE-SECRET-KEY-1\n",
        f"{TITLE}\n# signing-key: {SIGNING}\n{KEYS.identity.secret()}\n{KEYS.identity.secret()}\n",
        f"{TITLE}\n# signing-key: {SIGNING[:-1]}\n{KEYS.identity.secret()}\n",
        f"{TITLE}\n# signing-key: {KEYS.identity.secret()}\n{KEYS.identity.secret()}\n",
        f"{TITLE}\n# signing-key: {SHORT}\n{KEYS.identity.secret()}\n",
    ],
    ids=range(11),
)
def test_what_is_not_a_key_file_is_refused(plain: str) -> None:
    """A file with other content is broken, however well it is locked."""
    locked = seal_with_passphrase(plain.encode(), Passphrase(WORDS), work_factor=QUICK)

    with pytest.raises(BrokenKeyFile):
        unlock(locked, WORDS)


def test_bytes_that_are_not_text_are_no_key_file() -> None:
    """Nor is a file of other bytes, nor no age file at all."""
    for data in (seal_with_passphrase(b"\xff", Passphrase(WORDS), work_factor=QUICK), b"", b"\xff"):
        with pytest.raises(BrokenKeyFile):
            unlock(data, WORDS)


@pytest.mark.parametrize("factor", [str(MAX_WORK_FACTOR + 1), "0", "01", "+4", "99999999999999999999", "4 4"])
def test_a_work_factor_from_outside_is_capped(factor: str) -> None:
    """A file cannot make the machine work for hours, nor name a factor in two ways."""
    stanza = Stanza(("scrypt", encode_base64(bytes(16)), *factor.split(" ")), bytes(32))

    with pytest.raises(HeaderFailure):
        Passphrase(WORDS).unwrap(stanza)


def test_the_default_work_factor_can_be_read() -> None:
    """What is locked by default can be unlocked."""
    assert 18 == WORK_FACTOR <= MAX_WORK_FACTOR


def test_card_holds_the_public_halves() -> None:
    """What is sealed to the card opens with the keys, and requests are checked by it."""
    card = make_card(KEYS, name="Amina", now=1)

    assert unseal(seal(b"case", [card_recipient(card)]), [KEYS.identity]) == b"case"
    assert card_verify_key(card) == KEYS.signing_key.verify_key


def secrets_of(keys: ResponderKeys) -> list[str]:
    """Every spelling in which a secret might slip out."""
    seeds = (keys.identity.seed, keys.signing_key.seed)
    texts = [
        spelling for seed in seeds for spelling in (seed.hex(), encode_base64(seed)[:40], repr(seed)[2:-1])
    ]
    return [*texts, keys.identity.secret(), keys.identity.secret()[20:], WORDS]


@BOTH
def test_secrets_are_in_no_repr(hybrid: bool) -> None:
    """What is logged by mistake shows no key and no passphrase."""
    keys = generate_keys(hybrid=hybrid)
    things = (keys, keys.identity, keys.signing_key, keys.identity.recipient, Passphrase(WORDS), [keys])
    shown = "".join(f"{thing!r}{thing!s}" for thing in things) + logging.Formatter().format(
        logging.LogRecord("x", logging.INFO, "x", 1, "%s", (keys,), None)
    )

    assert [secret for secret in secrets_of(keys) if secret in shown] == []


def test_secrets_are_in_no_error() -> None:
    """An error about a key does not quote it."""
    identity = KEYS.identity.secret()
    for attempt in (
        lambda: parse_identity(identity[:-1]),
        lambda: unlock(LOCKED, WORDS + "x"),
        lambda: unseal(LOCKED, [KEYS.identity]),
        lambda: HybridIdentity(KEYS.identity.seed[:-1]),
        lambda: X25519Identity(KEYS.identity.seed[:-1]),
    ):
        with pytest.raises((BadIdentity, KeyFileRefused, EnvelopeFailure, NoMatch)) as caught:
            attempt()
        said = "".join(traceback.format_exception_only(caught.value)) + repr(caught.value.args)
        assert [secret for secret in secrets_of(KEYS) if secret in said] == []


@BOTH
def test_identities_are_values(hybrid: bool) -> None:
    """An identity cannot be changed in place."""
    identity: Identity = generate_identity(hybrid=hybrid)

    with pytest.raises(dataclasses.FrozenInstanceError):
        identity.seed = b""  # type: ignore[misc]
