"""Unsealing: from an age file and an identity to the plaintext, or to the reason why not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from protocol.armor import is_armored, remove_armor
from protocol.envelope import Envelope, check_header, parse_envelope
from protocol.errors import NoMatch
from protocol.payload import open_payload
from protocol.revision import Manifest, SealedRevision, open_manifest
from protocol.rewrap import check_envelope
from protocol.signing import KeyId, VerifyKey
from responder.identity import Unwraps


@dataclass(frozen=True, slots=True)
class OpenedRevision:
    """What was inside one sealed revision, proved to be by the server and of this case."""

    manifest: Manifest
    body: bytes = field(repr=False)


def unseal(data: bytes, identities: Sequence[Unwraps]) -> bytes:
    """The whole plaintext of an age file, armoured or not.

    Raises ArmorFailure, HeaderFailure, NoMatch, HmacFailure, PayloadFailure; nothing is released on failure.
    """
    return b"".join(unseal_chunks(data, identities))


def unseal_chunks(data: bytes, identities: Sequence[Unwraps]) -> Iterator[bytes]:
    """The plaintext in authentic chunks; only the end of the iteration proves that nothing is missing."""
    envelope = parse_envelope(remove_armor(data) if is_armored(data) else data)
    file_key = find_file_key(envelope, identities)
    check_header(envelope, file_key)
    return open_payload(file_key, envelope.nonce, envelope.payload)


def find_file_key(envelope: Envelope, identities: Sequence[Unwraps]) -> bytes:
    """The file key, not yet proved to belong to this header; raises NoMatch, HeaderFailure."""
    for stanza in envelope.stanzas:
        for identity in identities:
            file_key = identity.unwrap(stanza)
            if file_key is not None:
                return file_key
    raise NoMatch


def unseal_revision(
    sealed_revision: SealedRevision,
    identities: Sequence[Unwraps],
    verify_keys: Mapping[KeyId, VerifyKey],
    colleagues: Mapping[KeyId, VerifyKey] | None = None,
) -> OpenedRevision:
    """The whole path: signature, age file, padding, manifest, body. `colleagues`: keys that may have sealed it again.

    Raises SignatureRefused, EnvelopeFailure, RevisionRefused, each by its kind.
    """
    check_envelope(sealed_revision, verify_keys, colleagues or {})
    plaintext = unseal(sealed_revision.sealed, identities)
    return OpenedRevision(*open_manifest(plaintext, sealed_revision, verify_keys))
