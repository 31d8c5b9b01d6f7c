"""The alarm on unusual opening: a card that opens many more cases in an hour than it ever does.

The rule: more distinct cases in the last hour than ten, and than three times its own busiest hour of the thirty days
before.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import auditing
from bot.auditing import Done, facts_of
from bot.logs import Log
from protocol.audit import SERVER, Act, Facts
from storage import audit
from storage.database import Transaction

HOUR = timedelta(hours=1)
DAYS = timedelta(days=30)
FEWEST = 10
TIMES = 3
OPENS = (Act.OPENED, Act.COMPARED, Act.REWRAP_OPENED)
"""What hands out a case."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A card that opened so many cases within an hour, where `usual` was its busiest; `entry` is the audit's number."""

    card: str
    opened: int
    usual: int
    entry: int = 0


def unusual(card: str, opened: Iterable[tuple[datetime, str]], *, now: datetime) -> Alarm | None:
    """Whether a card's openings, each with its moment and case, are an alarm."""
    recent: set[str] = set()
    hours: dict[int, set[str]] = defaultdict(set)
    for at, case in opened:
        if at > now - HOUR:
            recent.add(case)
        elif at > now - DAYS:
            hours[int(at.timestamp() // HOUR.total_seconds())].add(case)
    usual = max(map(len, hours.values()), default=0)
    return Alarm(card, len(recent), usual) if len(recent) > max(FEWEST, TIMES * usual) else None


async def look(tx: Transaction, *, now: datetime) -> list[Alarm]:
    """The alarms that are new, once an hour for each card; they are in the audit with this transaction."""
    await audit.end(tx, to_append=True)
    told = {alarm.card for _, alarm in await raised(tx, since=now - HOUR)}
    found: list[Alarm] = []
    for card in await audit.doers(tx, acts=OPENS, since=now - HOUR):
        rows = await audit.done_by(tx, card, acts=OPENS, since=now - DAYS)
        given = ((row.at, row.case) for row in rows if "refused" not in facts_of(row))
        alarm = unusual(card, given, now=now)
        if alarm is not None and card not in told:
            facts: Facts = {"card": card, "opened": alarm.opened, "usual": alarm.usual}
            entry = await auditing.write(tx, Done(SERVER, Act.OPENING_RATE, facts=facts), now=now)
            found.append(replace(alarm, entry=entry))
    return found


async def raised(tx: Transaction, *, since: datetime) -> list[tuple[datetime, Alarm]]:
    """The alarms since a moment, oldest first."""
    rows = await audit.done_by(tx, SERVER, acts=(Act.OPENING_RATE,), since=since)
    told = ((row, facts_of(row)) for row in rows)
    return [
        (row.at, Alarm(str(each["card"]), int(each["opened"]), int(each["usual"]), row.number))
        for row, each in told
        if each
    ]


def raise_alarm(log: Log, alarm: Alarm) -> None:
    """Tell whoever has to know: every way of telling is called from here. None says which card, or which cases."""
    log.warning("audit.opening_rate", count=alarm.opened)
