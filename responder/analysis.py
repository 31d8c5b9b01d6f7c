"""Looking across cases: an analyst's extracts, from the server or from files, checked and opened in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from protocol.audience import RecipientClass
from protocol.card import card_id
from protocol.document import decode_document, encode_document
from protocol.errors import NoMatch, ProtocolError
from protocol.extract import Extracts, check_extract, open_extract
from protocol.roster import request_keys
from responder.failures import ExtractsMissing
from responder.regrades import believe
from responder.unseal import unseal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from protocol.card import CardId
    from protocol.extract import Extract, SealedExtract
    from protocol.roster import Roster
    from protocol.signing import KeyId, VerifyKey
    from responder.desk import Desk
    from responder.identity import Identity

BEGINNING = "-"


@dataclass(frozen=True, slots=True)
class Looked:
    """Every extract that could be opened and believed, the newest of each case, and how many could not."""

    extracts: tuple[Extract, ...] = field(repr=False)
    unread: int = 0


async def fetch_extracts(desk: Desk) -> tuple[Extracts, ...]:
    """Return every page of extracts that the server has, still sealed; raises ServerFailure."""
    pages = [await desk.client.extracts(BEGINNING)]
    while pages[-1].more is not None:
        pages.append(await desk.client.extracts(pages[-1].more))
    return tuple(pages)


def open_extracts(
    pages: Iterable[Extracts], identity: Identity, server_keys: Mapping[KeyId, VerifyKey]
) -> Looked:
    """Check and open extracts; of two of the same case the newer one counts. What fails a check is only counted."""
    newest: dict[str, tuple[int, Extract]] = {}
    unread = 0
    for page in pages:
        keys = _makers(page.roster, server_keys)
        for sealed in page.extracts:
            extract = _opened(sealed, identity, keys)
            if extract is None:
                unread += 1
            elif sealed.sealed_at >= newest.get(extract.case, (-1, extract))[0]:
                newest[extract.case] = (sealed.sealed_at, extract)
    ordered = sorted(newest.values(), key=lambda each: (each[1].month, each[1].case))
    return Looked(tuple(extract for _, extract in ordered), unread)


def read_pages(files: Sequence[Path]) -> tuple[Extracts, ...]:
    """Read pages that were kept in files, still sealed; raises ExtractsMissing."""
    return tuple(page for file in files for page in _read(file))


def print_pages(pages: Sequence[Extracts]) -> bytes:
    """Return pages as a file: a page a line, each still sealed."""
    return b"".join(encode_document(page) + b"\n" for page in pages)


def _read(file: Path) -> tuple[Extracts, ...]:
    try:
        lines = file.read_bytes().splitlines()
        return tuple(decode_document(line, Extracts) for line in lines)
    except (OSError, ProtocolError):
        msg = "a file of extracts cannot be read"
        raise ExtractsMissing(msg, "Name files that `wayout-responder patterns --keep FILE` wrote.") from None


def _makers(roster: Roster, server_keys: Mapping[KeyId, VerifyKey]) -> Mapping[CardId, VerifyKey]:
    """Return the keys of those who may make extracts; nobody's where the cards cannot be believed."""
    try:
        believe(roster, server_keys)
    except ProtocolError:
        return {}
    ours = {card_id(card) for card in roster.cards if card.recipient_class is RecipientClass.ORGANISATION}
    return {card: key for card, key in request_keys(roster).items() if card in ours}


def _opened(sealed: SealedExtract, identity: Identity, keys: Mapping[CardId, VerifyKey]) -> Extract | None:
    try:
        check_extract(sealed, keys)
        return open_extract(unseal(sealed.sealed, [identity]), sealed, keys)
    except (NoMatch, ProtocolError):
        return None
