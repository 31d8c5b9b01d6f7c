"""The audit: who did what when, in a chain of hashes whose head the server signs. No word of what was said is in it.

    hash of an entry = SHA-256(PAE("wayout.audit/1", its canonical document with an empty hash)), in hex
    previous         = hash of the entry before; of the first, 64 zeros

Whoever changes, cuts out, adds or moves an entry breaks the chain there. Whoever writes the whole chain anew, or cuts
its end off, contradicts the heads that were signed before.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import msgspec

from protocol.document import encode_document
from protocol.errors import BadSignature
from protocol.signing import KeyId, Purpose, SigningKey, VerifyKey, encode_parts, sign, verify

FIRST: Final = "0" * 64
"""What stands for the hash before the first entry."""
OPERATOR: Final = "operator"
SERVER: Final = "server"
"""Who did something where it was no card: a command on the server, or the clock."""

Facts = Mapping[str, str | int]
_DOMAIN = b"wayout.audit/1"


class Act(StrEnum):
    """What was done."""

    LISTED = "listed"
    HEADER_READ = "header_read"
    OPENED = "opened"
    COMPARED = "compared"
    REGRADES_READ = "regrades_read"
    ATTACHMENTS_LISTED = "attachments_listed"
    ATTACHMENT_FETCHED = "attachment_fetched"
    MESSAGES_READ = "messages_read"
    CLAIMED = "claimed"
    RENEWED = "renewed"
    REGRADED = "regraded"
    RELEASED = "released"
    CLOSED = "closed"
    MESSAGE_WRITTEN = "message_written"
    MESSAGE_CONFIRMED = "message_confirmed"
    MESSAGE_WITHDRAWN = "message_withdrawn"
    CARD_ADDED = "card_added"
    CARD_REMOVED = "card_removed"
    PURGED = "purged"
    ERASED = "erased"
    EXPIRED = "expired"
    OPENING_RATE = "opening_rate"
    ROSTER_READ = "roster_read"
    COUNTERSIGNED = "countersigned"
    SUSPENDED = "suspended"
    LIFTED = "lifted"
    REWRAP_LISTED = "rewrap_listed"
    REWRAP_OPENED = "rewrap_opened"
    REWRAPPED = "rewrapped"
    COLLEAGUES_READ = "colleagues_read"
    HANDED_OVER = "handed_over"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVOKED = "revoked"
    REOPENED = "reopened"
    EXPORTED = "exported"
    LINKAGE_READ = "linkage_read"
    LINKAGE_SHARED = "linkage_shared"
    EXTRACTS_READ = "extracts_read"
    EXTRACT_LEFT = "extract_left"
    DISCLOSURES_READ = "disclosures_read"
    DISCLOSURE_PROPOSED = "disclosure_proposed"
    DISCLOSURE_CONFIRMED = "disclosure_confirmed"
    JOBS_READ = "jobs_read"
    JOB_SENT = "job_sent"
    JOB_WITHDRAWN = "job_withdrawn"
    JOBS_LISTED = "jobs_listed"
    JOB_OPENED = "job_opened"
    JOB_ANSWERED = "job_answered"
    JOB_DECLINED = "job_declined"
    KEYS_ROTATED = "keys_rotated"
    BACKED_UP = "backed_up"
    RESTORED = "restored"


class Entry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag="audit/1", kw_only=True
):
    """One thing that was done. `at` is Unix milliseconds, `who` a card's id, `operator` or `server`.

    `act` is a word of `Act`, or of a later version's; `case` is empty where it was about none. `facts` are small closed
    values: a tier, a format, a count, an id that was drawn by lot.
    """

    number: int
    at: int
    who: str
    act: str
    case: str = ""
    facts: dict[str, str | int] = {}
    previous: str = FIRST
    hash: str = ""


class Head(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="schema",
    tag="audit-head/1",
    kw_only=True,
):
    """The last entry at a moment, `at` in Unix seconds: with it all before it. `server_key` signed that."""

    number: int
    hash: str
    at: int
    server_key: str
    signature: bytes = b""


class FaultKind(StrEnum):
    """What is wrong at one place of a chain."""

    CHANGED = "changed"
    """What stands there is not what its hash was made of."""
    MISSING = "missing"
    """An entry, or several, were taken out or never came here."""
    MOVED = "moved"
    """It stands behind one with a higher or the same number."""
    UNLINKED = "unlinked"
    """It does not follow the one before it: one of the two was put there later."""
    CUT = "cut"
    """A head was signed over more than there is."""
    REWRITTEN = "rewritten"
    """A head was signed over another entry of this number."""
    HEAD_FORGED = "head_forged"
    """The signature of a head does not hold, or it is by another key."""
    UNSIGNED = "unsigned"
    """No head covers the end."""


class Fault(msgspec.Struct, frozen=True):
    """What is wrong, and at which number."""

    number: int
    kind: FaultKind


def entry_hash(entry: Entry) -> str:
    """What its `hash` has to be."""
    content = encode_document(msgspec.structs.replace(entry, hash=""))
    return hashlib.sha256(encode_parts((_DOMAIN, content))).hexdigest()


def make_entry(
    *, number: int, previous: str, at: int, who: str, act: Act, case: str = "", facts: Facts | None = None
) -> Entry:
    """The entry that follows the one whose hash is `previous`."""
    told = dict(sorted((facts or {}).items()))
    bare = Entry(number=number, at=at, who=who, act=act.value, case=case, facts=told, previous=previous)
    return msgspec.structs.replace(bare, hash=entry_hash(bare))


def sign_head(*, number: int, last_hash: str, at: int, signing_key: SigningKey) -> Head:
    """A signed head; `at` is Unix seconds."""
    head = Head(number=number, hash=last_hash, at=at, server_key=str(signing_key.verify_key))
    signature = sign(signing_key, Purpose.AUDIT, encode_document(head))
    return msgspec.structs.replace(head, signature=signature)


def check_head(head: Head, known: KeyId) -> None:
    """Raises BadKey, and BadSignature unless the key of this id signed it."""
    key = VerifyKey.parse(head.server_key)
    if key.id != known:
        raise BadSignature
    unsigned = msgspec.structs.replace(head, signature=b"")
    verify(key, head.signature, Purpose.AUDIT, encode_document(unsigned))


def head_line(head: Head) -> str:
    """A head on a line for people: its number, hash, time and the key that signed it."""
    when = datetime.fromtimestamp(head.at, UTC).isoformat()
    return f"{head.number} {head.hash} {when} {VerifyKey.parse(head.server_key).id}"


@dataclass(slots=True)
class Chain:
    """A chain that is looked through, entry by entry, beside heads whose signatures were checked."""

    heads: Iterable[Head]
    faults: list[Fault] = field(default_factory=list)
    number: int = 0
    _hash: str = FIRST
    _signed: dict[int, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the heads by their numbers."""
        for head in self.heads:
            self._signed.setdefault(head.number, set()).add(head.hash)

    @property
    def signed_until(self) -> int:
        """The highest number that a head covers."""
        return max(self._signed, default=0)

    def take(self, entry: Entry) -> None:
        """Look at the next entry."""
        if entry_hash(entry) != entry.hash:
            self._find(entry.number, FaultKind.CHANGED)
        if self._signed.get(entry.number, {entry.hash}) != {entry.hash}:
            self._find(entry.number, FaultKind.REWRITTEN)
        if entry.number <= self.number:
            self._find(entry.number, FaultKind.MOVED)
            return
        if entry.number > self.number + 1:
            self._find(self.number + 1, FaultKind.MISSING)
        elif entry.previous != self._hash:
            self._find(entry.number, FaultKind.UNLINKED)
        self.number, self._hash = entry.number, entry.hash

    def end(self, *, signed: bool = False) -> list[Fault]:
        """Everything that is wrong, once all entries were taken. `signed`: a head has to cover the last one."""
        if self.signed_until > self.number:
            self._find(self.signed_until, FaultKind.CUT)
        elif signed and self.signed_until < self.number:
            self._find(self.number, FaultKind.UNSIGNED)
        return self.faults

    def _find(self, number: int, kind: FaultKind) -> None:
        self.faults.append(Fault(number, kind))
