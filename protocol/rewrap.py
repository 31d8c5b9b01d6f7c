"""Sealing again: a responder seals what they can open to the cards of now, and signs the new envelope.

The plaintext stays as it was, with the server's manifest and signature in it: whoever seals again can change nothing,
and cannot pass one part off as another.
"""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from protocol.envelope import parse_envelope
from protocol.errors import HeaderFailure, UnknownKey
from protocol.recipient import Recipient
from protocol.revision import SealedRevision, check_revision, outside
from protocol.seal import seal
from protocol.signing import KeyId, Purpose, SigningKey, VerifyKey, sign, verify


class Rewrapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a request that brings parts of one case, sealed again."""

    revisions: tuple[SealedRevision, ...]


def rewrap_revision(
    old: SealedRevision, plaintext: bytes, recipients: Sequence[Recipient], key: SigningKey
) -> SealedRevision:
    """The opened age file of `old`, sealed anew; raises NoRecipients, MixedRecipients."""
    sealed = seal(plaintext, recipients)
    signature = sign(key, Purpose.REWRAP, *outside(old, sealed))
    return replace(old, sealed=sealed, signature=signature, key=key.id)


def check_rewrap(revision: SealedRevision, keys: Mapping[KeyId, VerifyKey]) -> None:
    """Check who sealed it again, before opening; raises UnknownKey, BadSignature."""
    key = keys.get(revision.key)
    if key is None:
        raise UnknownKey
    verify(key, revision.signature, Purpose.REWRAP, *outside(revision, revision.sealed))


def check_envelope(
    revision: SealedRevision,
    server_keys: Mapping[KeyId, VerifyKey],
    responder_keys: Mapping[KeyId, VerifyKey],
) -> bool:
    """Whether it was sealed again by a known responder, and not as the server did; raises UnknownKey, BadSignature."""
    if revision.key in server_keys:
        check_revision(revision, server_keys)
        return False
    check_rewrap(revision, responder_keys)
    return True


def count_recipients(sealed: bytes) -> int:
    """For how many keys an age file is sealed, as far as that shows without opening it; 0 for what is none."""
    try:
        return len(parse_envelope(sealed).stanzas)
    except HeaderFailure:
        return 0
