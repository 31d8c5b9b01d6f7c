"""A responder for the benchmark's bot, and what they find in the queue afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from bot.enrolment import enrol
from bot.keyring import create, load
from bot.sealing import unbox_revision
from bot.settings import Places, read_settings
from flows.answer import Chosen, Counted, Place, Wrote
from flows.summary import AnswerLine, decode_part, merge
from protocol.audience import RecipientClass
from protocol.card import encode_card
from protocol.signing import SigningKey
from responder.identity import Identity
from responder.keyfile import generate_keys, make_card
from responder.unseal import unseal_revision
from storage import cases, conversations
from storage.database import Database
from storage.tables import cases as queue


@dataclass(frozen=True, slots=True)
class Desk:
    """One folder of the bot, and the key that opens what it forwards."""

    folder: Path
    identity: Identity = field(repr=False)

    @property
    def places(self) -> Places:
        """Where the bot keeps its things."""
        return read_settings(Places, {"WAYOUT_DATA_DIR": str(self.folder)})

    async def answers(self) -> list[Mapping[str, str]]:
        """Of each case in the queue, the answers by question id, out of its newest revision."""
        places = self.places
        keyring = load(places.keyring)
        verify_key = SigningKey(keyring.signing).verify_key
        database = Database(places.database)
        found: list[Mapping[str, str]] = []
        async with database.read() as tx:
            for case, conversation in list(await tx.execute(select(queue.c.id, queue.c.conversation))):
                wrapped = await conversations.data_key(tx, conversation)
                assert wrapped is not None
                key = keyring.box.unwrap(wrapped, conversation)
                files = await cases.sealed(tx, case, recipient_class=RecipientClass.ORGANISATION)
                newest = [each for each in files if each.number == files[-1].number]
                bodies = [
                    unseal_revision(
                        unbox_revision(each, key), [self.identity], {verify_key.id: verify_key}
                    ).body
                    for each in newest
                ]
                lines = merge(list(map(decode_part, bodies))).answers
                found.append({each.question: _said(each) for each in lines if not each.superseded})
        await database.close()
        return found


def open_desk(folder: Path) -> Desk:
    """Make server keys and enrol one responder."""
    keys = generate_keys()
    desk = Desk(folder, keys.identity)
    create(desk.places.keyring)
    card = make_card(keys, name="Bench", now=int(datetime.now(UTC).timestamp()), languages=("en",))
    enrol(desk.places, encode_card(card).encode(), "")
    return desk


def _said(line: AnswerLine) -> str:
    match line.answer:
        case Chosen(choices):
            return ",".join(choices)
        case Wrote(text) | Place(text=text):
            return text or ""
        case Counted(number):
            return str(number)
        case other:
            return type(other).__name__
