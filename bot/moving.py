"""A move: a chat is led to the conversation that its person came back to, and the chat that led there to a new one.

Whatever is on a screen belongs to its chat: places are sealed anew, each under the key of the conversation that its
chat leads to now. It happens between rounds, while nothing is being sent to either, in one transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from msgspec.structs import replace
from sqlalchemy.exc import SQLAlchemyError

from bot.entrance import BACK
from bot.errands import DESK
from bot.holdings import Holdings
from bot.journal import Journal
from bot.logs import Log
from bot.outcomes import WIPE, new_intent
from bot.place import Mark, Place, seal_place
from bot.record import Held, Record
from bot.screen import Remove, Wipe, decode_task
from bot.sender import Sender
from storage import chats, codes, conversations, inbox, messages, outbox, workers
from storage.box import Spot
from storage.chats import Led
from storage.database import Database, Transaction
from storage.inbox import Arrival
from storage.outbox import Intent

MOVE = "move"
"""The clock's word to a conversation that another chat is to lead to it; the chat's key stands behind it."""


@dataclass
class Mover:
    """Moves chats. `first` gives the record of a conversation that begins on a front."""

    database: Database
    holdings: Holdings = field(repr=False)
    journal: Journal = field(repr=False)
    sender: Sender = field(repr=False)
    log: Log
    clock: Callable[[], datetime]
    first: Callable[[int], Record]
    wipe_after: int

    async def move(self, tick: Arrival, old: Held, to: bytes) -> bool:
        """Lead the chat `to` to the conversation `old`; False where that has to wait, or is for nobody any more."""
        if self.waits_for(old):
            return False
        now = self.clock()
        touched = [old]
        try:
            async with self.database.write() as tx:
                await workers.fence(tx, self.holdings.me)
                new = await self._other(tx, tick, to, now)
                if new is None:
                    return False
                touched.append(new)
                left, moved = await self._swap(tx, old, new, now)
                wipes = [(each, _wipe(each, now)) for each in (left, moved) if each.place.waits]
                await outbox.add(tx, [intent for _, intent in wipes])
                back = self.journal.tick(old.id, to, f"{BACK} {new.place.bot}", now)
                await inbox.mark_handled(tx, [tick], now=now)
                await inbox.journal(tx, [back])
        except (SQLAlchemyError, OSError):
            # Whatever was committed: both are read again before anything is done with them.
            self.holdings.drop(touched)
            raise
        self.holdings.drop(touched)
        self.holdings.keep([left, moved])
        for each, intent in wipes:
            self.sender.push(each, [intent])
        self.log.say("conversation.moved")
        return True

    def waits_for(self, held: Held) -> bool:
        """Whether something is under way to its chat, or was and is not written down yet."""
        return held.is_stale or self.sender.is_busy(held.id)

    async def _other(self, tx: Transaction, tick: Arrival, to: bytes, now: datetime) -> Held | None:
        """The conversation that the chat leads to so far, in our hands; None where it has to wait, or not to move."""
        name = await chats.of_chat(tx, to)
        held = self.holdings.of_chat(to)
        if held is None and name is not None:
            taken = await self.holdings.take(tx, [name], self.log)
            if not taken:
                return None
            held = taken[0]
        if held is None or held.record.moving_until <= now.timestamp() * 1000:
            # It was given up, or was closed meanwhile.
            await inbox.mark_handled(tx, [tick], now=now)
            return None
        return None if self.waits_for(held) else held

    async def _swap(self, tx: Transaction, old: Held, new: Held, now: datetime) -> tuple[Held, Held]:
        """The chat that was left, with a conversation that knows nothing; and the one that leads to the old now."""
        at = int(now.timestamp())
        unsent = await outbox.of(tx, [old.id, new.id])
        stranger = self.holdings.stranger(old.chat, Place(chat=0), self.first(old.place.bot))
        stranger.place = replace(_settled(old, unsent).emptied(at), stays=False)
        moved = Held(old.id, new.chat, old.key, old.record, old.version, _settled(new, unsent))
        await outbox.clear(tx, [old.id, new.id])
        await codes.revoke(tx, new.id)
        await conversations.add(tx, self.holdings.stored(stranger), me=self.holdings.me)
        await chats.lead(tx, [self._led(each) for each in (stranger, moved)])
        asked = new.record.erase_at
        erase_at = datetime.fromtimestamp(asked / 1000, UTC) if asked else None
        await chats.part(tx, new.id, erase_at=erase_at)
        await messages.set_relay(tx, new.id, is_open=False, now=now)
        # What responders have left for the conversation finds it where its chat is now.
        await inbox.readdress(tx, old.chat, new.chat, source=DESK)
        return stranger, moved

    def _led(self, held: Held) -> Led:
        deadline = held.place.deadline(self.wipe_after)
        look_at = None if deadline is None else datetime.fromtimestamp(deadline, UTC)
        return Led(held.chat, held.id, seal_place(held.place, held.key, held.id), look_at)


def _settled(held: Held, unsent: Sequence[Intent]) -> Place:
    """What is on a chat's screen, with all that was still to be done there as what must go."""
    place = held.place
    if held.unsent_since is not None and (held.owes_fresh or place.bubble is None):
        place = place.doubted(held.unsent_since)
    going: list[Mark] = []
    for each in unsent:
        if each.conversation == held.id:
            task = decode_task(held.key.open(each.body, Spot("outbox", f"{held.id}/{each.slot}", "body")))
            going += [Mark(message, 0) for message in task.messages] if isinstance(task, Remove) else []
    return replace(place, doomed=(*place.doomed, *going))


def _wipe(held: Held, now: datetime) -> Intent:
    return new_intent(held.id, WIPE, held.version, Wipe(), held.key, now=now)
