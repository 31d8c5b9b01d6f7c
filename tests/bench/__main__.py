"""`make bench`: this bot against the one that python-telegram-bot's examples lead to, in one run on one machine."""

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from rich.console import Console

from tests.bench.contestants import Ours, Tutorial
from tests.bench.crash import Aftermath, crash
from tests.bench.enrolled import Desk, open_desk
from tests.bench.plan import Asked, read_questions
from tests.bench.races import Closed, Lane, Open, Time
from tests.bench.report import Report, Row, show, write

Race = Closed | Open
_BOT_CORE, _OUR_CORE = 0, 1
_CRASHING = 100


def races(*, quick: bool) -> dict[str, Race]:
    """What is played. A race ends when everybody has ended, or after its seconds."""
    seconds = 4.0 if quick else 10.0
    found: dict[str, Race] = {
        "1 chat": Closed(1, 5, seconds / 2),
        "100 chats": Closed(100, 100_000, seconds),
        "100 a second, open loop": Open(200, 100.0, seconds / 2),
    }
    if not quick:
        found["1,000 chats"] = Closed(1_000, 100_000, seconds)
        found["100 chats, 50 ms round trip"] = Closed(100, 100_000, seconds, delay=0.05)
        found["200 a second, open loop"] = Open(400, 200.0, seconds / 2)
    return found


def pin() -> bool:
    """Take one core for ourselves, where there are two."""
    cores = os.sched_getaffinity(0)
    if not {_BOT_CORE, _OUR_CORE} <= cores:
        return False
    os.sched_setaffinity(0, {_OUR_CORE})
    return True


@dataclass(slots=True)
class Course:
    """Where everything is played: every race with fresh bots, so that none carries another's weight."""

    folder: Path
    core: int | None
    questions: Sequence[Asked] = field(default_factory=read_questions)
    starts: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    idle: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    _count: int = 0

    async def play(self, which: int, race: Race) -> Time:
        """One race of one contestant: 0 is ours, 1 the tutorial's."""
        async with self._lane(which) as (lane, _):
            match race:
                case Closed():
                    return await lane.closed(race, self.questions)
                case Open():
                    return await lane.open_loop(race, self.questions)

    async def crash(self, which: int) -> Aftermath:
        """One crash of one contestant."""
        async with self._lane(which) as (lane, desk):
            return await crash(lane, self.questions, _CRASHING, desk)

    @asynccontextmanager
    async def _lane(self, which: int) -> AsyncIterator[tuple[Lane, Desk | None]]:
        self._count += 1
        folder = self.folder / str(self._count)
        bot, desk = _ours(folder, self.core) if which == 0 else (Tutorial(folder, self.core), None)
        lane = Lane(bot)
        try:
            self.starts[which].append(await lane.open())
            self.idle[which].append(bot.memory_mib)
            yield lane, desk
        finally:
            await lane.close()
            shutil.rmtree(folder)


def _ours(folder: Path, core: int | None) -> tuple[Ours, Desk]:
    bot = Ours(folder, core)
    bot.prepare()
    return bot, open_desk(folder / "data")


async def run(folder: Path, *, rounds: int, quick: bool, console: Console) -> Report:
    """Everything, in rounds: each race is played by both, one after the other, before the next."""
    course = Course(folder, _BOT_CORE if pin() else None)
    played = races(quick=quick)
    times: dict[str, tuple[list[Time], list[Time]]] = {name: ([], []) for name in played}
    for number in range(rounds):
        for name, race in played.items():
            console.print(f"[dim]round {number + 1} of {rounds}: {name}[/dim]")
            # Who goes first changes with the round.
            for which in (0, 1) if number % 2 == 0 else (1, 0):
                times[name][which].append(await course.play(which, race))
    console.print("[dim]killing both with every chat in flight[/dim]")
    return Report(
        rounds=rounds,
        pinned=course.core is not None,
        start_seconds=(median(course.starts[0]), median(course.starts[1])),
        idle_mib=(median(course.idle[0]), median(course.idle[1])),
        rows=[Row(name, *each) for name, each in times.items()],
        crashes=(await course.crash(0), await course.crash(1)),
    )


def main() -> None:
    """Play, print the table, write bench.json beside the Makefile."""
    options = argparse.ArgumentParser(prog="make bench", description=main.__doc__)
    options.add_argument("--rounds", type=int, default=3, help="interleaved rounds (default 3)")
    options.add_argument("--quick", action="store_true", help="fewer and shorter races")
    options.add_argument("--json", type=Path, default=Path("bench.json"), help="where the figures go")
    chosen = options.parse_args()
    console = Console()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the bots are stopped as well
    with tempfile.TemporaryDirectory(prefix="wayout-bench-") as folder:
        rounds = max(1, chosen.rounds)
        report = asyncio.run(run(Path(folder), rounds=rounds, quick=chosen.quick, console=console))
    write(report, chosen.json)
    show(report, console)


if __name__ == "__main__":
    main()
