"""Where a chat is, what is on its screen and since when, and what has to leave it."""

from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from storage.box import DataKey, Spot

# A flood of photos makes the list no longer than this; what is older goes before its time.
MOST_KEPT = 300
# After something was to leave the screen: when the clock looks what has become of it, at the latest.
LOOK_SECONDS = 60


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """A message on the screen, since when (unix seconds), and whether it is the bot's."""

    message: int
    at: int
    ours: bool = False


class Toll(NamedTuple):
    """What has left the screen, what could not, and whether more is under way."""

    wiped: int = 0
    stuck: int = 0
    waits: bool = False
    shown: str = ""
    """The reply whose words last stood on the screen."""
    blocked: bool = False
    """Nothing could be sent there when it was tried last."""

    @property
    def counted(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.wiped or self.stuck)


NOTHING = Toll()


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a chat is and what is on its screen: ids of the bubble and of the newest message that we know of.

    `doubt`: a bubble may have been sent after this message by a call whose answer was lost; `unsure` are spans of ids
    in which such a copy has to be looked for. `bubble_at` is when the bubble was sent (unix seconds). `kept` are the
    person's messages that stay for now, `doomed` is what must leave the screen. `wiped` and `stuck` count what has left
    it, and what Telegram would not let go, until the case has been told; `look_at` is when to do so (unix seconds, 0:
    never). `bot` is the front that this chat is with (fronts.py; 0: the main one).
    """

    chat: int
    bubble: int | None = None
    seen: int = 0
    blocked: bool = False
    doubt: int | None = None
    bubble_at: int = 0
    kept: tuple[Mark, ...] = ()
    doomed: tuple[Mark, ...] = ()
    unsure: tuple[tuple[int, int], ...] = ()
    wiped: int = 0
    stuck: int = 0
    look_at: int = 0
    stays: bool = False
    """They want to keep what is on the screen: it has no time of its own."""
    bot: int = 0
    shown: str = ""
    """The reply whose words last stood there."""

    @property
    def toll(self) -> Toll:
        """What the case has not been told yet."""
        return Toll(self.wiped, self.stuck, self.waits, self.shown, self.blocked)

    @property
    def waits(self) -> bool:
        """Whether something has yet to leave the screen."""
        return bool(self.doomed or self.unsure)

    def deadline(self, after: int) -> int | None:
        """When the clock has to look at this screen (unix seconds), where a message may stay for `after` seconds."""
        times = [self.look_at] if self.look_at else []
        if self.stays:
            return min(times, default=None)
        times += [self.bubble_at + after] if self.bubble is not None else []
        times += [mark.at + after for mark in self.kept]
        return min(times, default=None)

    def doubted(self, since: int) -> "Place":
        """A bubble may have been sent after the message `since`."""
        return replace(self, doubt=since if self.doubt is None else min(self.doubt, since))

    def replaced(self, sent: int, at: int, *, late: bool) -> "Place":
        """A new bubble is there (`at`: unix seconds), and the old one must go; one that comes `late` goes itself."""
        old = () if self.bubble is None else (Mark(self.bubble, self.bubble_at, ours=True),)
        place = replace(
            self,
            doomed=(*self.doomed, *((Mark(sent, at, ours=True),) if late else old)),
            unsure=self.unsure if self.doubt is None else (*self.unsure, (self.doubt, sent)),
            seen=max(self.seen, sent),
            blocked=False,
            doubt=None,
        )
        return place if late else replace(place, bubble=sent, bubble_at=at)

    def noted(self, marks: tuple[Mark, ...]) -> "Place":
        """These messages stay on the screen for now."""
        known = {mark.message for mark in self.kept}
        kept = (*self.kept, *(mark for mark in marks if mark.message not in known))
        over = kept[:-MOST_KEPT]
        return replace(self, kept=kept[-MOST_KEPT:], doomed=(*self.doomed, *over))

    def emptied(self, now: int) -> "Place":
        """All of it must go."""
        return replace(self._let_go(self.kept, now, bubble=True), look_at=now + LOOK_SECONDS)

    def swept(self, now: int, after: int) -> "Place":
        """What has been there for `after` seconds must go."""
        if self.stays:
            return replace(self, look_at=now + LOOK_SECONDS if self.waits else 0)
        due = tuple(mark for mark in self.kept if mark.at + after <= now)
        return self._let_go(due, now, bubble=self.bubble_at + after <= now)

    def _let_go(self, marks: tuple[Mark, ...], now: int, *, bubble: bool) -> "Place":
        going = bubble and self.bubble is not None
        ours = (Mark(self.bubble or 0, self.bubble_at, ours=True),) if going else ()
        place = replace(
            self,
            bubble=None if going else self.bubble,
            kept=tuple(mark for mark in self.kept if mark not in marks),
            doomed=(*self.doomed, *marks, *ours),
        )
        return replace(place, look_at=now + LOOK_SECONDS if place.waits else 0)


_place = msgspec.msgpack.Decoder(Place)
_encode = msgspec.msgpack.Encoder().encode


def seal_place(place: Place, key: DataKey, conversation: str) -> bytes:
    """The place as it lies in the database."""
    return key.seal(_encode(place), Spot("chats", conversation, "place"))


def open_place(sealed: bytes, key: DataKey, conversation: str) -> Place:
    """The place again."""
    return _place.decode(key.open(sealed, Spot("chats", conversation, "place")))
