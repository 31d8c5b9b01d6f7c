"""The age testkit of C2SP: every file ends as the file itself says."""

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from protocol.armor import remove_armor
from protocol.errors import (
    ArmorFailure,
    EnvelopeFailure,
    HeaderFailure,
    HmacFailure,
    NoMatch,
    PayloadFailure,
)
from responder.identity import Unwraps, parse_identity
from responder.passphrase import Passphrase
from responder.unseal import unseal_chunks

NAMES = {
    ArmorFailure: "armor failure",
    HeaderFailure: "header failure",
    HmacFailure: "HMAC failure",
    NoMatch: "no match",
    PayloadFailure: "payload failure",
}
EXPECTED = {
    "success": 26,
    "armor failure": 22,
    "header failure": 62,
    "HMAC failure": 1,
    "no match": 13,
    "payload failure": 19,
}


@dataclass(frozen=True, slots=True)
class Case:
    """One file of the testkit, taken apart."""

    expect: str
    payload: str | None
    armored: bool
    identities: tuple[Unwraps, ...]
    data: bytes


def test_every_file_of_the_testkit_meets_its_fate(
    testkit: dict[str, bytes], subtests: pytest.Subtests
) -> None:
    """All 143 files open or are refused by name, and no byte is released that the file does not expect."""
    cases = {name: parse(data) for name, data in testkit.items()}
    for name, case in cases.items():
        with subtests.test(name):
            happened, released = open_case(case)

            assert case.expect == happened
            if case.payload is not None:
                assert case.payload == released
    assert Counter(case.expect for case in cases.values()) == EXPECTED


def open_case(case: Case) -> tuple[str, str]:
    """What happened, and the hash of what was released before."""
    released = hashlib.sha256()
    try:
        for chunk in chunks(case):
            released.update(chunk)
    except EnvelopeFailure as failure:
        return NAMES[type(failure)], released.hexdigest()
    return "success", released.hexdigest()


def chunks(case: Case) -> Iterator[bytes]:
    """The plaintext as it comes."""
    data = remove_armor(case.data) if case.armored else case.data
    return unseal_chunks(data, case.identities)


def parse(data: bytes) -> Case:
    """Read the fields before the empty line; a key may appear more than once."""
    head, _, body = data.partition(b"\n\n")
    pairs = [line.partition(": ")[::2] for line in head.decode().splitlines()]
    fields = dict(pairs)
    if fields.get("compressed") == "zlib":
        body = zlib.decompress(body)
    identities = tuple(identity for key, value in pairs for identity in identity_of(key, value))
    return Case(fields["expect"], fields.get("payload"), "armored" in fields, identities, body)


def identity_of(key: str, value: str) -> list[Unwraps]:
    """The identity that a field holds, if any."""
    match key:
        case "identity":
            return [parse_identity(value)]
        case "passphrase":
            return [Passphrase(value)]
        case _:
            return []
