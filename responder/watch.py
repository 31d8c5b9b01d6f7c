"""Watching the roster: what its log came to when this folder saw it last, and what does not follow from that.

Whoever runs the server can hand out any card. What this program has seen once it remembers, signed by its own key, and
it seals to nobody whom colleagues have not let in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from protocol.card import card_id, card_verify_key
from protocol.changes import Circle, change_hash, follow_all
from protocol.document import decode_document, encode_document
from protocol.errors import ProtocolError
from protocol.signing import Purpose, sign, verify
from responder.failures import Refused, RosterDoubtful, ServerFailure, Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from protocol.card import Card, CardId
    from protocol.people import People
    from protocol.roster import Roster
    from protocol.signing import KeyId, SigningKey, VerifyKey
    from responder.client import Client
    from responder.home import Home


AGAIN_SECONDS = 60
"""How old a look may be while the desk is open."""


class Alarm(StrEnum):
    """What does not follow from what was seen before."""

    BEGUN_ANEW = "begun_anew"
    ROLLED_BACK = "rolled_back"
    REWRITTEN = "rewritten"
    NOT_SHOWN = "not_shown"
    NOT_COUNTERSIGNED = "not_countersigned"
    STRANGER = "stranger"
    PIN_BROKEN = "pin_broken"


class Pin(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="schema",
    tag="roster-pin/1",
    kw_only=True,
):
    """How far the log was followed, signed by the responder's own key."""

    server_key: str
    number: int
    head: str
    begun: int
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class Standing:
    """The roster as it stands: the circle that its log comes to, what the server says, and what is wrong with it.

    `people` is None where no log was shown, as by an older server. `is_first`: nothing was known before.
    """

    circle: Circle = field(default_factory=Circle)
    people: People | None = None
    alarms: tuple[Alarm, ...] = ()
    is_first: bool = True


@dataclass(slots=True)
class Watch:
    """Looks at one server's roster for one responder, and remembers what it saw in their folder."""

    home: Home
    key: SigningKey = field(repr=False)
    server_keys: Mapping[KeyId, VerifyKey] = field(repr=False)
    now: Standing = field(default_factory=Standing)
    at: float = 0

    async def look(self, client: Client) -> Standing:
        """Fetch the log, follow it, compare it with what was seen before; raises Unreachable where nobody answers."""
        self.at = client.clock()
        pin, is_broken = self._pin()
        try:
            people = await client.people()
            circle = follow_all(people.changes, self.server_keys)
        except Unreachable:
            raise
        except Refused:
            # Whoever is not in, or is stopped, is told so by whatever they wanted to do.
            self.now = Standing(is_first=pin is None and not is_broken)
        except ServerFailure:
            self.now = Standing(alarms=(Alarm.NOT_SHOWN,) if pin or is_broken else (), is_first=pin is None)
        except ProtocolError:
            self.now = Standing(people=people, alarms=(Alarm.NOT_COUNTERSIGNED,), is_first=False)
        else:
            alarms = (*_compare(pin, people, circle), *((Alarm.PIN_BROKEN,) if is_broken else ()))
            self.now = Standing(circle, people, alarms, pin is None and not is_broken)
            if not alarms:
                self._keep(circle)
        return self.now

    async def look_again(self, client: Client) -> None:
        """Look where the last look is old; raises Unreachable."""
        if client.clock() - self.at >= AGAIN_SECONDS:
            await self.look(client)

    def trust(self) -> None:
        """Take the roster as it stands now for what is right, on the word of the person at the keyboard.

        Raises RosterDoubtful where even that cannot be: its log does not hold together, or is not shown.
        """
        if self.now.people is None or {Alarm.NOT_COUNTERSIGNED, Alarm.STRANGER} & set(self.now.alarms):
            raise _doubt(self.now.alarms)
        self._keep(self.now.circle)
        self.now = Standing(self.now.circle, self.now.people, is_first=False)

    def check(self, roster: Roster) -> None:
        """Raise RosterDoubtful unless it is sound and holds nobody whom colleagues have not let in, or have stopped."""
        if self.now.alarms:
            raise _doubt(self.now.alarms)
        if self.now.people is None:
            if not self.now.is_first:
                raise _doubt((Alarm.NOT_SHOWN,))
            return
        stopped = {each.suspension.card for each in self.now.people.suspended}
        for card in roster.cards:
            if card_id(card) not in self.now.circle.members or card_id(card) in stopped:
                raise _doubt((Alarm.STRANGER,))

    def colleagues(self) -> Mapping[KeyId, VerifyKey]:
        """Return the keys of everybody who was ever let in, which check what they sealed again."""
        keys = [card_verify_key(card) for card in self.now.circle.known.values()]
        return {key.id: key for key in keys}

    def name(self, key: KeyId) -> str:
        """Return whose key this is; empty where nobody's."""
        known = self.now.circle.known.values()
        return next((card.name for card in known if card_verify_key(card).id == key), "")

    def find(self, card: CardId) -> Card | None:
        """Return somebody who is in, by card."""
        return self.now.circle.members.get(card)

    def _pin(self) -> tuple[Pin | None, bool]:
        """Return what was kept, and whether something was that is not ours."""
        kept = self.home.roster()
        if kept is None:
            return None, False
        try:
            pin = decode_document(kept, Pin)
            verify(self.key.verify_key, pin.signature, Purpose.ROSTER_PIN, _signed(pin))
        except ProtocolError:
            return None, True
        # An invite of another server begins anew; the person compared its key when they accepted it.
        return (pin if pin.server_key in self.server_keys else None), False

    def _keep(self, circle: Circle) -> None:
        (server_key,) = self.server_keys
        pin = Pin(server_key=server_key, number=circle.number, head=circle.head, begun=circle.begun)
        signature = sign(self.key, Purpose.ROSTER_PIN, _signed(pin))
        self.home.keep_roster(encode_document(msgspec.structs.replace(pin, signature=signature)))


def _compare(pin: Pin | None, people: People, circle: Circle) -> list[Alarm]:
    found = []
    if pin is not None:
        if circle.number < pin.number:
            found.append(Alarm.ROLLED_BACK)
        elif change_hash(people.changes[pin.number]) != pin.head:
            found.append(Alarm.REWRITTEN)
        elif circle.begun > pin.begun:
            found.append(Alarm.BEGUN_ANEW)
    if set(people.enrolled) - circle.members.keys():
        found.append(Alarm.STRANGER)
    return found


def _signed(pin: Pin) -> bytes:
    return encode_document(msgspec.structs.replace(pin, signature=b""))


SENTENCES = {
    Alarm.BEGUN_ANEW: "the roster was begun anew: everybody on it is there on the server's word alone",
    Alarm.ROLLED_BACK: "the roster lacks changes that this computer has seen: an old one is being shown",
    Alarm.REWRITTEN: "the roster's past is not the one that this computer has seen",
    Alarm.NOT_SHOWN: "the server does not show the roster any more",
    Alarm.NOT_COUNTERSIGNED: "the roster has a change that colleagues did not countersign",
    Alarm.STRANGER: "the server gives cases to a card that colleagues did not let in, or have stopped",
    Alarm.PIN_BROKEN: "what this computer remembered of the roster was changed",
}


def _doubt(alarms: tuple[Alarm, ...]) -> RosterDoubtful:
    said = "; ".join(SENTENCES[each] for each in alarms)
    return RosterDoubtful(
        said,
        "Nothing was sealed. Call your colleagues before you go on. If all of you can explain it: "
        "`wayout-responder roster --trust`.",
    )
