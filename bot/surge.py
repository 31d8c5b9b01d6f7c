"""Surge: whether so many people write that those who begin are asked the core alone, for all processes alike."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.logs import Log
from flows.session import Session
from flows.session import Surge as Asked
from storage import surges
from storage.database import Database
from storage.surges import Mode, Surge

LOOK_EVERY = timedelta(minutes=1)
LONG_ENOUGH = timedelta(minutes=30)
"""A surge lasts at least so long: people who come within minutes of each other are asked the same."""


def decide(stands: Surge, rate: int, *, limit: int, now: datetime) -> Surge:
    """What stands from now on. `rate`: newcomers within the hour; `limit`: see WAYOUT_SURGE_PER_HOUR, 0 for never.

    It begins at the limit, and ends below half of it, so that it does not come and go around one number.
    """
    match stands.mode:
        case Mode.ON | Mode.OFF:
            is_on = stands.mode is Mode.ON
        case Mode.AUTO if not stands.is_on:
            is_on = 0 < limit <= rate
        case Mode.AUTO:
            is_on = limit > 0 and (2 * rate >= limit or now - stands.changed_at < LONG_ENOUGH)
    return stands if is_on == stands.is_on else Surge(stands.mode, is_on, now)


async def look(database: Database, *, limit: int, now: datetime) -> Surge:
    """Work out what stands, and let all processes know."""
    async with database.write() as tx:
        found = await surges.find(tx)
        stands = found or Surge(Mode.AUTO, is_on=False, changed_at=now)
        decided = decide(stands, await surges.rate(tx, now=now), limit=limit, now=now)
        if decided != found:
            await surges.keep(tx, decided)
    return decided


async def command(database: Database, mode: Mode, now: datetime) -> None:
    """Let the operator decide, or the rate again."""
    async with database.write() as tx:
        found = await surges.find(tx)
        is_on = mode is Mode.ON or (mode is Mode.AUTO and found is not None and found.is_on)
        await surges.keep(tx, Surge(mode, is_on, now))


class Tide:
    """What stands now; looked at again once in a while."""

    def __init__(self, database: Database, limit: int, log: Log, *, clock: Callable[[], datetime]) -> None:
        """No surge until it is known. `limit`: see WAYOUT_SURGE_PER_HOUR."""
        self._database = database
        self._limit = limit
        self._log = log
        self._clock = clock
        self._looked_at: datetime | None = None
        self._known: tuple[Mode, bool] = Mode.AUTO, False

    @property
    def is_on(self) -> bool:
        """Whether those who begin now are asked the core alone."""
        return self._known[1]

    async def look(self) -> None:
        """Look again, where it is time for that; a change is logged."""
        now = self._clock()
        if self._looked_at is not None and now - self._looked_at < LOOK_EVERY:
            return
        stands = await look(self._database, limit=self._limit, now=now)
        self._looked_at = now
        if (stands.mode, stands.is_on) != self._known:
            self._known = stands.mode, stands.is_on
            self._log.say("surge.changed", mode=stands.mode, on=stands.is_on)


def ebbed(session: Session, *, is_on: bool) -> Session:
    """A session that was asked the core alone is offered the rest when the surge is over and they write again."""
    waits = session.ended and session.surge is Asked.CORE and not is_on
    return replace(session, surge=Asked.REST) if waits else session
