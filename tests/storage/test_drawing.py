"""QUEUE.md against the code: every move is tried from every state, and what happened is what is drawn."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from storage import cases, closed, erasure, handover, people
from storage.audience import Reader
from storage.case import Case, QueueError, Regrade, State
from storage.database import Database, Transaction
from storage.tables import cases as table
from tests.storage.queue import ORGANISATION, leases, put

PAGE = (Path(__file__).parents[2] / "storage" / "QUEUE.md").read_text(encoding="utf-8")
GONE = "[*]"
HOLDER, OFFERED, STRANGER = "rosa", "ben", "eve"
HOUR = timedelta(hours=1)
Step = tuple[str, str, str]
"""From, move, to."""


@dataclass(frozen=True)
class Try:
    """One responder tries one move on one case; each case has a class of its own, so that none is in the way."""

    tx: Transaction
    name: str
    who: str
    now: datetime

    async def case(self) -> Case:
        """The case as it stands."""
        return await cases.find(self.tx, self.name, reader=self.reader, to_move=True)

    @property
    def reader(self) -> Reader:
        """Somebody who sees this case alone."""
        return Reader(self.who, ((ORGANISATION, self.name),), self.now)

    async def put(self, number: int, now: datetime) -> None:
        """More is said."""
        said = replace(put(self.name, now, number=number), audience=((ORGANISATION, self.name),))
        await cases.put(self.tx, [said], now=now)


async def _put(t: Try) -> None:
    known = await row(t.tx, t.name)
    await t.put(0 if known is None else 1, t.now)


async def _claim_next(t: Try) -> None:
    await cases.claim_next(t.tx, responder=t.who, reader=t.reader, now=t.now, leases=leases(t.now))


async def _claim(t: Try) -> None:
    await cases.claim(t.tx, await t.case(), responder=t.who, now=t.now, leases=leases(t.now))


async def _renew(t: Try) -> None:
    await cases.renew(t.tx, await t.case(), responder=t.who, now=t.now, leases=leases(t.now))


async def _mark_opened(t: Try) -> None:
    await cases.mark_opened(t.tx, await t.case())


async def _regrade(t: Try) -> None:
    new = Regrade(t.name, t.name, 0, 1, 4, b"boxed", t.now)
    await cases.regrade(t.tx, await t.case(), new, responder=t.who, now=t.now, leases=leases(t.now))


async def _offer(t: Try) -> None:
    await handover.offer(t.tx, await t.case(), to=STRANGER, responder=t.who, now=t.now)


async def _accept(t: Try) -> None:
    await handover.accept(t.tx, await t.case(), responder=t.who, now=t.now, leases=leases(t.now))


async def _decline(t: Try) -> None:
    await handover.decline(t.tx, await t.case(), responder=t.who)


async def _revoke(t: Try) -> None:
    await handover.revoke(t.tx, await t.case(), responder=t.who, now=t.now)


async def _release(t: Try) -> None:
    await cases.release(t.tx, await t.case(), responder=t.who, now=t.now)


async def _close(t: Try) -> None:
    await cases.mark_opened(t.tx, await t.case())
    await cases.close(t.tx, await t.case(), responder=t.who, now=t.now, outcome="helped")


async def _reopen(t: Try) -> None:
    await closed.reopen(t.tx, await t.case())


async def _remove(t: Try) -> None:
    await cases.remove(t.tx, t.name)


async def _destroy(t: Try) -> None:
    await erasure.destroy(t.tx, f"conversation-{t.name}", now=t.now)


async def _purge(t: Try) -> None:
    await cases.purge(t.tx, closed_before=t.now, most=999)


async def _stop(t: Try) -> None:
    """A colleague stops the holder's key; of whoever holds nothing, nothing moves."""
    await people.stop(t.tx, HOLDER, b"signed", now=t.now)


MOVES: Mapping[str, Callable[[Try], Awaitable[None]]] = {
    "put": _put,
    "claim_next": _claim_next,
    "claim": _claim,
    "renew": _renew,
    "mark_opened": _mark_opened,
    "regrade": _regrade,
    "offer": _offer,
    "accept": _accept,
    "decline": _decline,
    "revoke": _revoke,
    "release": _release,
    "close": _close,
    "reopen": _reopen,
    "stop": _stop,
    "remove": _remove,
    "destroy": _destroy,
    "purge": _purge,
}
BEFORE = ("", "waiting", "claimed", "offered", "lapsed", "closed")


async def row(tx: Transaction, name: str) -> Case | None:
    """The row itself, whatever the time."""
    found = (await tx.execute(select(table).where(table.c.id == name))).mappings().first()
    return None if found is None else Case.from_row(found)


async def bring(t: Try, before: str) -> None:
    """A case as it stands before the move."""
    start = replace(t, who=HOLDER, now=t.now - (HOUR * 2 if before == "lapsed" else HOUR / 2))
    if before:
        await start.put(0, start.now)
    if before in {"claimed", "offered", "lapsed", "closed"}:
        await _claim_next(start)
    if before in {"offered", "lapsed"}:
        await handover.offer(t.tx, await t.case(), to=OFFERED, responder=HOLDER, now=start.now)
    if before == "closed":
        await _close(start)


async def attempt(database: Database, t: Callable[[Transaction], Try], before: str, move: str) -> Step | None:
    """What the move did to the case; None where it is refused, or nothing changed."""
    async with database.write() as tx:
        await bring(t(tx), before)
        old = await row(tx, t(tx).name)
    try:
        async with database.write() as tx:
            await MOVES[move](t(tx))
            new = await row(tx, t(tx).name)
    except QueueError:
        return None
    state = [GONE if each is None else each.state.value for each in (old, new)]
    return None if old == new else (state[0], move, state[1])


def drawn() -> set[Step]:
    """The arrows of the drawing."""
    picture = PAGE.split("```mermaid")[1].split("```")[0]
    arrows = re.findall(r"^ +(\S+) --> (\S+): (.+)$", picture, re.MULTILINE)
    return {(start, move, end) for start, end, moves in arrows for move in moves.split(", ")}


def listed() -> set[Step]:
    """The rows of the table."""
    names = {state.value for state in State}
    section = PAGE.split("## Moves")[1].split("\n## ", maxsplit=1)[0]
    steps = set()
    for move, start, end in re.findall(r"^\| `(\w+)` \| ([^|]+) \| (\w+) \|", section, re.MULTILINE):
        starts = [GONE] if start == "nothing" else start.split(", ")
        assert set(starts) <= names | {GONE}
        ends = {"unchanged": "", "gone": GONE}
        steps |= {(each, move, ends.get(end, end) or each) for each in starts}
    return steps


async def test_the_code_has_exactly_the_states_and_moves_that_are_drawn(
    database: Database, now: datetime
) -> None:
    """By the holder, by whom it is offered to, and by a third; while the claim stands and after it has lapsed."""
    happened, count = set(), 0
    for before in BEFORE:
        for move in MOVES:
            for who in (HOLDER, OFFERED, STRANGER):
                count += 1
                name = f"case{count:04}"
                happened.add(
                    await attempt(
                        database,
                        lambda tx, name=name, who=who: Try(tx, name, who, now),  # type: ignore[misc]
                        before,
                        move,
                    )
                )

    assert happened - {None} == drawn()
    assert listed() == drawn()
