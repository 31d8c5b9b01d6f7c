"""Case files: a case as it came from the server, sealed to one's own card, to be opened with the key alone."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from protocol.changes import Change, follow_all
from protocol.desk import SealedCase
from protocol.document import decode_document, encode_document
from protocol.errors import BadDocument, ProtocolError, UnknownSchema
from protocol.seal import seal
from responder.unseal import unseal
from responder.watch import Standing

if TYPE_CHECKING:
    from protocol.revision import CaseId
    from responder.desk import Desk
    from responder.opened import OpenedCase


class CaseFile(msgspec.Struct, frozen=True, tag_field="schema", tag="case-file/1"):
    """The sealed parts with the server's signatures, and the roster's log, for whoever sealed any again."""

    sealed: SealedCase
    changes: tuple[Change, ...] = ()


async def save(desk: Desk, case: CaseId) -> bytes:
    """Return a case that this responder holds or closed as an age file for their own card; raises ServerFailure."""
    sealed = await desk.client.sealed_again(case)
    people = desk.watch.now.people if desk.watch else None
    document = CaseFile(sealed, people.changes if people else ())
    return seal(encode_document(document), [desk.identity.recipient])


def open_file(desk: Desk, data: bytes) -> OpenedCase | bytes:
    """Return the case in a file, checked as if it had just come; of any other age file, what is in it.

    Raises EnvelopeFailure, CaseUnreadable; nothing is asked of anybody.
    """
    plaintext = unseal(data, [desk.identity])
    try:
        document = decode_document(plaintext, CaseFile)
    except (BadDocument, UnknownSchema):
        return plaintext
    if desk.watch is not None and document.changes:
        # Where it does not hold, nobody's word counts for what was sealed again, and those parts are not shown.
        with suppress(ProtocolError):
            desk.watch.now = Standing(follow_all(document.changes, desk.server_keys))
    return desk.unseal(document.sealed)
