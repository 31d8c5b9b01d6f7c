"""The crash: the bot is killed with every chat in flight and started again; who is still there, and what is lost."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from tests.bench.enrolled import Desk
from tests.bench.people import Crowd, mark_of
from tests.bench.plan import Asked
from tests.bench.races import Lane, crowd_of

_STEP_TO_KILL = 11
_LONGEST_SECONDS = 45.0


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What became of the chats. `complete`: whose every answer a responder can read; None where nobody can look."""

    chats: int
    in_flight: int
    stuck: int
    """Whose last message was never answered."""
    dead: int
    """Of these, those whose next message was not answered either."""
    complete: int | None
    seconds_to_first: float | None
    """From the restart to the first screen; None where none came."""


async def crash(lane: Lane, questions: Sequence[Asked], chats: int, desk: Desk | None) -> Aftermath:
    """Kill the bot when the crowd is about a quarter through."""
    crowd = crowd_of(questions, chats, chats)
    crowd.begin(lane.telegram)
    while crowd.played.steps < chats * _STEP_TO_KILL:
        await asyncio.sleep(0)
        lane.check()
    in_flight = len(crowd.stuck())
    lane.bot.kill()
    steps = crowd.played.steps
    started = await lane.start_bot()
    waited = await _first_screen(crowd, steps)
    await crowd.at_rest()
    stuck = crowd.stuck()
    for each in stuck:
        each.sent = lane.telegram.say(each.chat, "hello?")
    if stuck:
        await crowd.at_rest()
    dead = len(crowd.stuck())
    return Aftermath(
        chats,
        in_flight,
        len(stuck),
        dead,
        await _complete(crowd, questions, desk),
        None if waited is None else started + waited,
    )


async def _first_screen(crowd: Crowd, steps: int) -> float | None:
    began = perf_counter()
    while crowd.played.steps == steps:
        await asyncio.sleep(0.005)
        if perf_counter() - began > _LONGEST_SECONDS:
            return None
    return perf_counter() - began


async def _complete(crowd: Crowd, questions: Sequence[Asked], desk: Desk | None) -> int | None:
    if desk is None:
        return None
    found = await desk.answers()
    read = {frozenset(each.items()) for each in found}
    return sum(_expected(questions, chat) in read for chat in crowd.people)


def _expected(questions: Sequence[Asked], chat: int) -> frozenset[tuple[str, str]]:
    return frozenset(
        (each.id, each.choices[0][0] if each.choices else each.words(mark_of(chat))) for each in questions
    )
