"""Leaving traces: a case that is opened or closed leaves an extract for analysts, sealed and signed here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from flows.payment import lines_of
from protocol.audience import RecipientClass
from protocol.errors import ProtocolError
from protocol.extract import Leave, seal_extract
from protocol.roster import recipients_of
from responder.extracting import traces_of
from responder.failures import Failure
from responder.lexicon import own_definitions
from responder.linkage import linkage_key

if TYPE_CHECKING:
    from protocol.desk import Header, Outcome
    from protocol.extract import SealedExtract
    from protocol.revision import CaseId
    from responder.desk import Desk
    from responder.extracting import Traces
    from responder.linkage import LinkageKey
    from responder.opened import OpenedCase


@dataclass(frozen=True, slots=True)
class Traced:
    """What an analyst calls the case, and how many others it is linked to."""

    name: str
    links: int


Seen = tuple["CaseId", int, int]
"""A case with how often it was amended and how many messages it had."""


async def read_and_trace(desk: Desk, case: CaseId, left: set[Seen] | None = None) -> OpenedCase:
    """Read a case and leave its extract; that nothing could be left stops nobody from reading. Raises as `read`.

    What was left as it stands, which `left` remembers, is not left again.
    """
    opened = await desk.read(case)
    known = set[Seen]() if left is None else left
    seen = (opened.header.id, opened.header.amended, len(opened.exchange.messages))
    if seen not in known and await try_to_trace(desk, opened) is not None:
        known.add(seen)
    return opened


async def open_and_trace(desk: Desk, case: CaseId) -> OpenedCase:
    """Open a case, claiming it first if it waits, and leave its extract; raises as `open`."""
    return await read_and_trace(desk, (await desk.take(case)).id)


async def next_and_trace(desk: Desk) -> OpenedCase:
    """Claim and open the most urgent waiting case, and leave its extract; raises as `next`."""
    return await read_and_trace(desk, (await desk.take_next()).id)


async def close_and_trace(desk: Desk, case: CaseId, outcome: Outcome) -> Header:
    """Close a case, and leave it as it ended, with the time to the first reply."""
    closed = await desk.close(case, outcome)
    try:
        await trace(desk, await desk.look(case))
    except (Failure, ProtocolError):
        return closed
    return closed


async def try_to_trace(desk: Desk, opened: OpenedCase) -> Traced | None:
    """Leave an extract; None where that could not be, such as with an older server or another class."""
    try:
        return await trace(desk, opened)
    except (Failure, ProtocolError):
        return None


async def trace(desk: Desk, opened: OpenedCase) -> Traced:
    """Leave the extract of an opened case.

    Raises LinkageMissing, ProtocolError, ServerFailure.
    """
    key = await linkage_key(desk)
    await desk.vouched(key.roster)
    left = traces_of(opened, key, hotlines())
    leave = Leave(_sealed(desk, left, key), left.digests)
    links = (await desk.client.leave(opened.header.id, leave)).links
    return Traced(key.name(opened.header.id), links)


@cache
def hotlines() -> frozenset[str]:
    """Return the digits of every telephone line beside us: that two people have called one links nobody."""
    return lines_of(own_definitions().tables.directory)


def _sealed(desk: Desk, left: Traces, key: LinkageKey) -> SealedExtract | None:
    """Seal to every analyst; where there is none, nothing is left for one."""
    analysts = recipients_of(key.roster, RecipientClass.ANALYST)
    if left.extract is None or not analysts:
        return None
    client = desk.client
    return seal_extract(
        left.extract,
        card=client.card,
        now=int(client.clock()),
        recipients=analysts,
        signing_key=client.key,
    )
