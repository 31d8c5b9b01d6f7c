"""Opening a case's sealed parts: what could be opened and believed, what failed a check, and who sealed it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.summary import CasePart, PartUnreadable, decode_part
from protocol.errors import NoMatch, ProtocolError, WrongCase, WrongTier
from responder.unseal import unseal_revision

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from protocol.revision import CaseId, SealedRevision
    from protocol.signing import KeyId, VerifyKey
    from responder.identity import Identity


@dataclass(slots=True, repr=False)
class Opening:
    """Parts by revision; sealed parts that failed, with the check's name; the keys of those who sealed parts again."""

    parts: list[tuple[int, CasePart]] = field(default_factory=list)
    failed: list[tuple[SealedRevision, str]] = field(default_factory=list)
    resealed_by: set[KeyId] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens and what checks: an identity, the server's keys, and those of colleagues who may seal again."""

    identity: Identity = field(repr=False)
    server: Mapping[KeyId, VerifyKey] = field(repr=False)
    colleagues: Mapping[KeyId, VerifyKey] = field(repr=False)


def open_parts(case: CaseId, revisions: Iterable[SealedRevision], keys: Keys) -> Opening:
    """Open what can be opened and believed; note what failed a check, pass over what is not for us."""
    found = Opening()
    for sealed in revisions:
        try:
            found.parts.append((sealed.revision, _part(case, sealed, keys)))
        except NoMatch:
            continue  # another class's copy, or sealed before this card was enrolled
        except (ProtocolError, PartUnreadable) as failure:
            found.failed.append((sealed, type(failure).__name__))
            continue
        if sealed.key not in keys.server:
            found.resealed_by.add(sealed.key)
    return found


def _part(case: CaseId, sealed: SealedRevision, keys: Keys) -> CasePart:
    """Open one revision; raises ProtocolError, PartUnreadable."""
    if sealed.case != case:
        raise WrongCase
    opened = unseal_revision(sealed, [keys.identity], keys.server, keys.colleagues)
    part = decode_part(opened.body)
    if part.tier.value != sealed.tier.value:
        raise WrongTier
    return part
