"""The files of a case: which there are, what has become of each, and the bytes of one once somebody asks for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from protocol.attachment import Attachment, AttachmentId, Where, check_attachment, open_attachment
from protocol.errors import WrongAttachment, WrongCase
from responder.failures import AttachmentUnknown, AttachmentWaiting
from responder.unseal import unseal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flows.summary import CaseSummary, WordLine
    from protocol.attachment import AttachmentManifest, AttachmentSeal, Missing
    from protocol.revision import CaseId
    from protocol.signing import KeyId, VerifyKey
    from responder.client import Client
    from responder.identity import Identity

OTHER = "other"
OGG, MP4_BRAND = b"OggS", b"ftyp"
BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"GIF87a", "image/gif", "gif"),
    (b"GIF89a", "image/gif", "gif"),
    (OGG, "audio/ogg", "ogg"),
    (b"ID3", "audio/mpeg", "mp3"),
    (b"\x1aE\xdf\xa3", "video/webm", "webm"),
)
"""What a page may show: how the bytes begin decides, never what a phone said."""
BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Filed:
    """One file of a case. `number` counts from 1 in the order in which they came, `size` is in bytes, 0 if not told.

    `where` is None where the server could not be asked.
    """

    number: int
    id: AttachmentId
    kind: str
    size: int = 0
    name: str = field(default="", repr=False)
    at: int = 0
    later: bool = False
    where: Where | None = None
    missing: Missing | None = None
    seal: AttachmentSeal | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Files:
    """All of them; `failure` names why the server could not be asked what has become of them."""

    all: tuple[Filed, ...] = ()
    failure: str = ""

    def find(self, name: str) -> Filed:
        """Return the one that a number, an id or the beginning of one names; raises AttachmentUnknown."""
        found = [each for each in self.all if name in {str(each.number), each.id}]
        found = found or [each for each in self.all if len(name) >= SHORTEST and each.id.startswith(name)]
        if len(found) != 1:
            raise AttachmentUnknown
        return found[0]


SHORTEST = 4
"""Characters of an id's beginning; less is a number."""
NO_FILES = Files()


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file in clear, proved to be by the server and of this case; in memory alone."""

    manifest: AttachmentManifest = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def shown_as(self) -> str:
        """Return the type under which a page may show it; bytes, where it is none of those."""
        return next((kind for begin, kind, _ in BEGINNINGS if self.body.startswith(begin)), self._boxed[0])

    @property
    def ending(self) -> str:
        """Return the ending of a file name for it."""
        return next((end for begin, _, end in BEGINNINGS if self.body.startswith(begin)), self._boxed[1])

    @property
    def _boxed(self) -> tuple[str, str]:
        """Return the types that begin with a length."""
        if self.body[4:8] == MP4_BRAND:
            return "video/mp4", "mp4"
        is_webp = self.body[:4] == b"RIFF" and self.body[8:12] == b"WEBP"
        return ("image/webp", "webp") if is_webp else (BYTES, "bin")


def is_named(sessions: Iterable[CaseSummary]) -> bool:
    """Say whether the case names any file."""
    return any(line.attached for session in sessions for line in session.texts)


def gather(
    sessions: Sequence[CaseSummary], known: Sequence[Attachment] | None, *, failure: str = ""
) -> Files:
    """Return the files that the case names, with what the server says of each; `known` is None where it did not."""
    lines: dict[str, WordLine] = {}
    for line in (line for session in sessions for line in session.texts):
        if line.attached is not None:
            lines.pop(line.attached.id, None)  # an edited caption: what it says now
            lines[line.attached.id] = line
    there = {each.id: each for each in known or ()}
    filed = [
        _filed(number, line, None if known is None else there.pop(_id(line), _waiting(line)))
        for number, line in enumerate(lines.values(), 1)
    ]
    more = enumerate(there.values(), len(filed) + 1)
    unnamed = (Filed(n, e.id, OTHER, where=e.where, missing=e.missing, seal=e.seal) for n, e in more)
    return Files((*filed, *unnamed), failure)


def _id(line: WordLine) -> AttachmentId:
    return AttachmentId(line.attached.id if line.attached else "")


def _waiting(line: WordLine) -> Attachment:
    """Return what stands for a file that the server does not name yet."""
    return Attachment(_id(line), Where.WAITING)


def _filed(number: int, line: WordLine, known: Attachment | None) -> Filed:
    told = line.attached
    return Filed(
        number,
        _id(line),
        line.kind,
        told.size if told else 0,
        told.name if told else "",
        line.at,
        line.later,
        known.where if known else None,
        known.missing if known else None,
        known.seal if known else None,
    )


async def fetch(
    client: Client,
    identity: Identity,
    server_keys: Mapping[KeyId, VerifyKey],
    case: CaseId,
    filed: Filed | Attachment,
) -> OpenedFile:
    """Fetch, check and open one file; raises AttachmentWaiting, ProtocolError, ServerFailure."""
    seal = filed.seal
    if seal is None:
        raise AttachmentWaiting(filed.missing)
    if seal.case != case:
        raise WrongCase
    if seal.attachment != filed.id:
        raise WrongAttachment
    sealed = await client.attachment(case, filed.id)
    check_attachment(seal, sealed, server_keys)
    return OpenedFile(*open_attachment(unseal(sealed, [identity]), seal, server_keys))


def write_document(filed: Filed) -> dict[str, object]:
    """Return one file as `case/1` has it."""
    return {
        "id": filed.id,
        "kind": filed.kind,
        "bytes": filed.size or None,
        "name": filed.name or None,
        "number": filed.number,
        "at": filed.at or None,
        "later": filed.later,
        "where": filed.where,
        "missing": filed.missing,
    }
