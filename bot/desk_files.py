"""The files of a case, as its responders get them: which there are, and the sealed bytes of one, piece by piece."""

from collections.abc import AsyncIterator

from aiohttp import web

from bot.attaching import Lost, Sealed, open_about
from bot.fetching import piece_spot
from protocol import attachment as protocol
from protocol.attachment import AttachmentId, Where
from protocol.audience import RecipientClass
from storage import attachments
from storage.attachments import Attachment, Stage
from storage.audience import MOVERS
from storage.box import DataKey
from storage.case import Case
from storage.database import Database


def listed(found: Attachment, key: DataKey) -> protocol.Attachment:
    """One file, as a responder sees it before fetching it."""
    identity = AttachmentId(found.id)
    match open_about(found.about, key, found.id):
        case Sealed(seal):
            return protocol.Attachment(identity, Where.SEALED, seal=seal)
        case Lost(why):
            return protocol.Attachment(identity, Where.MISSING, missing=why)
        case _:
            return protocol.Attachment(identity, Where.WAITING)


def files_of(case: Case) -> str:
    """The class whose files somebody reads: a second organisation reads those of the first."""
    return RecipientClass.ORGANISATION if case.read_as in MOVERS else case.read_as


def is_sealed(found: Attachment) -> bool:
    """Whether there are bytes to be had."""
    return found.stage is Stage.SEALED


def hand_out(database: Database, attachment: str, key: DataKey) -> web.Response:
    """The age file, read as it is sent: none of it waits in memory."""
    return web.Response(
        body=_pieces(database, attachment, key),
        headers={"Cache-Control": "no-store", "Content-Type": "application/octet-stream"},
    )


async def _pieces(database: Database, attachment: str, key: DataKey) -> AsyncIterator[bytes]:
    number = 0
    while True:
        async with database.read() as tx:
            body = await attachments.piece(tx, attachment, number, sealed=True)
        if body is None:
            return  # one that was erased meanwhile ends too early: its signature does not hold
        yield key.open(body, piece_spot(attachment, number, sealed=True))
        number += 1
