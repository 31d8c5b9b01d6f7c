"""A step: what one given thing leads to, and how a record moves on."""

from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from bot.forwarding import Forward
from bot.place import NOTHING, Mark, Toll
from bot.record import Record
from bot.screen import Show
from bot.wishes import Wish
from flows.session import Session, encode_session
from storage.case import Put
from storage.messages import Told


@dataclass(frozen=True, slots=True)
class Step:
    """What one given thing leads to, all of it written down in one transaction.

    `seen` is the message that it came in, `stays` what of it stays on the screen for now. `empties`: everything must
    leave the screen, now; `sweeps`: what has been there for too long; `told` is what the case now says of that.
    `nudge` tells them, unasked, that a reply is there; `fates` is what became of replies, `reachable` whether they can
    be written to, where that is known anew.
    `erases`: the conversation, its cases and its keys are to be destroyed.
    """

    record: Record = field(repr=False)
    show: Show | None = field(default=None, repr=False)
    remove: tuple[int, ...] = ()
    seen: int = 0
    callback: str | None = None
    forward: Forward | None = field(default=None, repr=False)
    stays: tuple[Mark, ...] = ()
    empties: bool = False
    sweeps: bool = False
    told: Toll = NOTHING
    nudge: Show | None = field(default=None, repr=False)
    fates: tuple[Told, ...] = ()
    reachable: bool | None = None
    erases: bool = False
    put: Put | None = field(default=None, repr=False)
    """A revision that was sealed before, for this."""
    wish: Wish | None = None


def milliseconds(at: datetime) -> int:
    """A moment as records have it."""
    return round(at.timestamp() * 1000)


def is_late(record: Record, now: datetime) -> bool:
    """Whether the screen was left alone for too long, and the cover has not come yet."""
    return 0 < record.idle_at <= milliseconds(now)


def with_session(record: Record, session: Session) -> Record:
    """With this session in progress."""
    return replace(record, session=encode_session(session), language=session.language or record.language)


def over(record: Record, session: bytes | None) -> Record:
    """Without a session in progress; the one that is over is kept until the case knows what became of the screen."""
    last = session or record.last
    return replace(
        record,
        session=None,
        last=last,
        silence_at=0,
        idle_at=0,
        number_until=0,
        moving_until=0,
        expires_at=0,
        screen="",
        nonce="",
    )


def anew(record: Record) -> Record:
    """What is said in a later session is said anew."""
    return replace(record, told={}) if record.session is None and record.told else record
