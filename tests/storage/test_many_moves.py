"""Several responders make moves at random, at once: no case is lost, and none has two holders."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from storage import cases, closed, handover, staffing
from storage.case import Case, QueueError, State
from storage.claims import Taker
from storage.database import Database, Transaction
from tests.storage.queue import OURS, leases, opened, put, to_move

RESPONDERS = ("rosa", "ben", "eve", "ana")
CASES = tuple(f"case{each}" for each in range(6))
MOST = 2
ROUNDS = 40
KINDS = 8
"""So many kinds of moves are made before it counts; who is first is chance, so that some need more rounds."""
MOST_ROUNDS = 400
STEP = timedelta(minutes=11)
"""Between two rounds: a lease of an hour that nobody renews lapses after six."""


@dataclass(frozen=True)
class Turn:
    """What one responder does in one round, and to which case."""

    who: str
    move: str
    case: str
    to: str

    async def make(self, tx: Transaction, now: datetime) -> Case | None:
        """Make the move; QueueError where the queue refuses it."""
        ends = leases(now)
        if self.move == "next":
            taker = Taker(("es",), most=MOST)
            return await cases.claim_next(
                tx,
                responder=self.who,
                reader=OURS,
                now=now,
                leases=ends,
                taker=taker,
            )
        case = await to_move(tx, self.case)
        return await MOVES[self.move](self, tx, case, now)


async def _claim(turn: Turn, tx: Transaction, case: Case, now: datetime) -> Case:
    return await cases.claim(tx, case, responder=turn.who, now=now, leases=leases(now), most=MOST)


async def _renew(turn: Turn, tx: Transaction, case: Case, now: datetime) -> Case:
    return await cases.renew(tx, case, responder=turn.who, now=now, leases=leases(now))


async def _release(turn: Turn, tx: Transaction, case: Case, now: datetime) -> Case:
    return await cases.release(tx, case, responder=turn.who, now=now)


async def _close(turn: Turn, tx: Transaction, case: Case, now: datetime) -> Case:
    if case.held_by(turn.who, now):
        case = await opened(tx, case.id)
    return await cases.close(tx, case, responder=turn.who, now=now, outcome="helped")


async def _reopen(_turn: Turn, tx: Transaction, case: Case, _now: datetime) -> Case:
    return await closed.reopen(tx, case)


async def _offer(turn: Turn, tx: Transaction, case: Case, now: datetime) -> Case:
    return await handover.offer(tx, case, to=turn.to, responder=turn.who, now=now)


async def _accept(turn: Turn, tx: Transaction, case: Case, now: datetime) -> Case:
    return await handover.accept(tx, case, responder=turn.who, now=now, leases=leases(now), most=MOST)


async def _decline(turn: Turn, tx: Transaction, case: Case, _now: datetime) -> Case:
    return await handover.decline(tx, case, responder=turn.who)


async def _revoke(turn: Turn, tx: Transaction, case: Case, now: datetime) -> Case:
    return await handover.revoke(tx, case, responder=turn.who, now=now)


async def _amend(_turn: Turn, tx: Transaction, case: Case, now: datetime) -> None:
    await cases.put(tx, [put(case.id, now, number=case.amended + 1)], now=now)


MOVES: dict[str, Callable[[Turn, Transaction, Case, datetime], Awaitable[Case | None]]] = {
    "claim": _claim,
    "renew": _renew,
    "release": _release,
    "close": _close,
    "reopen": _reopen,
    "offer": _offer,
    "accept": _accept,
    "decline": _decline,
    "revoke": _revoke,
    "amend": _amend,
}
TAKES = {"next", "claim", "accept"}


async def make(database: Database, turn: Turn, now: datetime) -> Case | None:
    """Make one move in a transaction of its own; None where it is refused."""
    try:
        async with database.write() as tx:
            return await turn.make(tx, now)
    except QueueError:
        return None


async def look(database: Database) -> dict[str, Case]:
    """Every case, by id, from both lists."""
    async with database.read() as tx:
        found = await cases.queue(tx, reader=OURS, most=99)
        found += await closed.closed(tx, reader=OURS, most=99)
    assert len(found) == len({each.id for each in found})
    return {each.id: each for each in found}


def plan(chance: random.Random, who: str, known: dict[str, Case]) -> Turn:
    """A move of one responder: more often than not one that fits the case as they have just seen it."""
    case = known[chance.choice(CASES)]
    to = chance.choice([each for each in RESPONDERS if each != who])
    fits = chance.random() < 0.7
    return Turn(who, chance.choice(_fitting(case, who) if fits else ["next", *MOVES]), case.id, to)


def _fitting(case: Case, who: str) -> list[str]:
    if case.state is State.CLOSED:
        return ["reopen", "amend"]
    if case.offered_to == who:
        return ["accept", "accept", "decline"]
    if case.holder == who:
        return ["offer", "offer", "offer", "revoke", "renew", "release", "close"]
    return ["next", "claim"]


def check(
    turns: list[Turn], made: list[Case | None], before: dict[str, Case], after: dict[str, Case], now: datetime
) -> None:
    """What the round did is what a queue may do."""
    assert set(after) == set(CASES)
    for case in after.values():
        claimed = case.state is State.CLAIMED
        assert claimed == (case.lease_until is not None)
        assert claimed or case.offered_to is None
        assert (case.state is State.CLOSED) == (case.outcome is not None)
        assert sum(case.held_by(each, now) for each in RESPONDERS) <= 1
    done = [(turn, case) for turn, case in zip(turns, made, strict=True) if case is not None]
    for turn, case in done:
        had = next((each for each in RESPONDERS if before[case.id].held_by(each, now)), None)
        if turn.move not in TAKES or had == turn.who:
            continue
        given_up = any(
            t.who == had and c.id == case.id and t.move in {"release", "close", "offer"} for t, c in done
        )
        assert had is None or given_up or before[case.id].offered_to == turn.who
    taken = [(case.id, turn.who) for turn, case in done if turn.move in TAKES]
    holders = {name: {who for each, who in taken if each == name} for name in CASES}
    assert all(len(each) <= 1 for each in holders.values())
    for who in RESPONDERS:
        held = [each for each in after.values() if each.held_by(who, now) and each.urgency < 4]
        assert len(held) <= MOST


@pytest.mark.parametrize("seed", range(4))
async def test_random_moves_lose_no_case_and_never_give_it_to_two(
    database: Database, now: datetime, seed: int
) -> None:
    """Four responders at once, forty rounds or more, until every kind of move but three was made."""
    chance = random.Random(seed)  # noqa: S311 - the same seed makes the same moves
    async with database.write() as tx:
        await cases.put(
            tx,
            [
                put(name, now, urgency=each % 5, rank=each, language=("es", "am")[each % 2])
                for each, name in enumerate(CASES)
            ],
            now=now,
        )
        for who in RESPONDERS:
            await staffing.seen(tx, who, now=now)
    kinds: set[str] = set()
    for number in range(MOST_ROUNDS):
        if number >= ROUNDS and len(kinds) >= KINDS:
            return
        now += STEP
        before = await look(database)
        turns = [plan(chance, who, before) for who in RESPONDERS]
        made = await asyncio.gather(*(make(database, turn, now) for turn in turns))
        kinds |= {turn.move for turn, case in zip(turns, made, strict=True) if case is not None}
        check(turns, list(made), before, await look(database), now)
    pytest.fail(f"in {MOST_ROUNDS} rounds only {sorted(kinds)} were made")
