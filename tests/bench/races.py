"""Races: one bot against one crowd, measured from outside."""

import asyncio
import gc
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from statistics import quantiles
from time import perf_counter
from typing import Self

from tests.bench.contestants import Contestant
from tests.bench.people import Crowd, Person, Played
from tests.bench.plan import Asked
from tests.bench.stand_in import Screen, StandIn

_START_SECONDS = 60.0
_CHATS = count(100_000_000)
_MOST_CHATS = 1_000_000


class BotEnded(Exception):
    """The bot ended by itself, or never asked for updates; its last words follow."""


@dataclass(frozen=True, slots=True)
class Closed:
    """`people` at once, who answer at once, for `seconds` at most; `delay`: round trip to Telegram in seconds."""

    people: int
    conversations: int
    seconds: float
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Open:
    """`rate` steps a second, whatever the bot makes of it, among `people` chats."""

    people: int
    rate: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Time:
    """What one race showed. Latencies in milliseconds, from when an update was handed out (closed) or made (open)."""

    steps: int
    steps_a_second: float
    p50: float
    p99: float
    cpu_ms_a_step: float
    memory_mib: float
    kept_up: bool
    """Whether the bot was never behind in an open loop."""


@dataclass(slots=True)
class Lane:
    """A contestant with a Telegram of its own."""

    bot: Contestant
    telegram: StandIn = field(default_factory=lambda: StandIn(seen=lambda _: None))

    async def open(self) -> float:
        """Start both; seconds until the bot asked for updates."""
        await self.telegram.start()
        return await self.start_bot()

    async def start_bot(self) -> float:
        """Start the bot (again); seconds until it asked for updates."""
        self.telegram.hang_up()
        self.telegram.polled.clear()
        began = perf_counter()
        self.bot.start(self.telegram.address)
        while not self.telegram.polled.is_set():
            await asyncio.sleep(0.005)
            self.check()
            if perf_counter() - began > _START_SECONDS:
                raise BotEnded(self.bot.last_words())
        return perf_counter() - began

    def check(self) -> None:
        """BotEnded when the bot is not there any more, with what it said last."""
        if not self.bot.is_alive:
            raise BotEnded(self.bot.last_words())

    async def close(self) -> None:
        """End both; nothing that they would still write down is needed."""
        await asyncio.to_thread(self.bot.kill)
        await self.telegram.stop()

    async def closed(self, race: Closed, questions: Sequence[Asked]) -> Time:
        """Closed loop."""
        self.telegram.delay = race.delay / 2
        crowd = crowd_of(questions, race.people, race.conversations)
        crowd.staggered = race.people > 1
        with _Watch(self.bot) as watch:
            crowd.begin(self.telegram)
            await crowd.finished(race.seconds)
            self.check()
        return watch.time(crowd.played, crowd.played.handed)

    async def open_loop(self, race: Open, questions: Sequence[Asked]) -> Time:
        """Open loop: everybody is at the first question before the clock starts."""
        gate: deque[tuple[Person, Screen]] = deque()
        crowd = crowd_of(questions, race.people, _MOST_CHATS, gate)
        crowd.staggered = True
        crowd.begin(self.telegram)
        while len(gate) < race.people:
            await asyncio.sleep(0.02)
            self.check()
        crowd.played = Played(began_at=perf_counter())
        with _Watch(self.bot) as watch:
            missed = await _pace(crowd, gate, race)
        return watch.time(crowd.played, crowd.played.made, kept_up=missed == 0)


class _Watch:
    """Looks at the bot's process before and after; keeps our own collector out of the figures."""

    def __init__(self, bot: Contestant) -> None:
        self._bot = bot
        self._before = 0.0

    def __enter__(self) -> Self:
        gc.collect()
        gc.disable()
        self._before = self._bot.cpu_seconds
        return self

    def __exit__(self, *_: object) -> None:
        gc.enable()

    def time(self, played: Played, latencies: list[float], *, kept_up: bool = True) -> Time:
        """Put it together."""
        spent, steps = self._bot.cpu_seconds - self._before, max(played.steps, 1)
        cuts = quantiles(latencies, n=100) if len(latencies) > 1 else [0.0] * 99
        return Time(
            steps=played.steps,
            steps_a_second=played.steps / max(played.seconds, 1e-9),
            p50=cuts[49] * 1000,
            p99=cuts[98] * 1000,
            cpu_ms_a_step=spent / steps * 1000,
            memory_mib=self._bot.memory_mib,
            kept_up=kept_up,
        )


def crowd_of(
    questions: Sequence[Asked],
    size: int,
    conversations: int,
    gate: deque[tuple[Person, Screen]] | None = None,
) -> Crowd:
    """People whom no bot has met."""
    return Crowd(questions, size, conversations, lambda: next(_CHATS), gate)


async def _pace(crowd: Crowd, gate: deque[tuple[Person, Screen]], race: Open) -> int:
    """Let one person after the other act, on time; how many acts found nobody ready, because the bot is behind."""
    began, acts, missed = perf_counter(), 0, 0
    due: Callable[[], int] = lambda: int((perf_counter() - began) * race.rate)  # noqa: E731
    while perf_counter() - began < race.seconds:
        while acts < due():
            acts += 1
            if gate:
                crowd.answer(*gate.popleft())
            else:
                missed += 1
        await asyncio.sleep(max(0.0, began + (acts + 1) / race.rate - perf_counter()))
    return missed
