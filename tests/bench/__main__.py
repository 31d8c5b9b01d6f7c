"""`make bench`: this bot against the one that python-telegram-bot's examples lead to, in one run on one machine."""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from rich.console import Console

from tests.bench.contestants import Ours, Tutorial
from tests.bench.crash import crash
from tests.bench.enrolled import open_desk
from tests.bench.plan import Asked, read_questions
from tests.bench.races import Closed, Lane, Open, Time
from tests.bench.report import Report, Row, show, write

Race = Closed | Open
_BOT_CORE, _OUR_CORE = 0, 1


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


async def play(lane: Lane, race: Race, questions: Sequence[Asked]) -> Time:
    """One race of one contestant."""
    match race:
        case Closed():
            return await lane.closed(race, questions)
        case Open():
            return await lane.open_loop(race, questions)


async def run(folder: Path, *, rounds: int, quick: bool, console: Console) -> Report:
    """Everything, in rounds: each race is played by both, one after the other, before the next."""
    questions, core = read_questions(), _BOT_CORE if pin() else None
    ours, tutorial = Ours(folder / "ours", core), Tutorial(folder / "tutorial", core)
    ours.prepare()
    desk = open_desk(ours.folder / "data")
    lanes = [Lane(ours), Lane(tutorial)]
    try:
        starts, idle = await _open(lanes, rounds)
        played = races(quick=quick)
        times: dict[str, list[list[Time]]] = {name: [[], []] for name in played}
        for number in range(rounds):
            for name, race in played.items():
                console.print(f"[dim]round {number + 1} of {rounds}: {name}[/dim]")
                # Who goes first changes with the round.
                for which in (0, 1) if number % 2 == 0 else (1, 0):
                    times[name][which].append(await play(lanes[which], race, questions))
        console.print("[dim]killing both with every chat in flight[/dim]")
        crashes = [await crash(lane, questions, 100, desk if lane.bot is ours else None) for lane in lanes]
    finally:
        for lane in lanes:
            await lane.close()
    rows = [Row(name, each[0], each[1]) for name, each in times.items()]
    names = (ours.name, tutorial.name)
    return Report(rounds, core is not None, names, starts, idle, rows, (crashes[0], crashes[1]))


async def _open(lanes: Sequence[Lane], rounds: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Start both some times; the median seconds that it takes, and the memory that they begin with."""
    seconds: list[list[float]] = [[], []]
    for which, lane in enumerate(lanes):
        seconds[which].append(await lane.open())
    for _ in range(rounds - 1):
        for which, lane in enumerate(lanes):
            await asyncio.to_thread(lane.bot.stop)
            seconds[which].append(await lane.start_bot())
    return (median(seconds[0]), median(seconds[1])), (lanes[0].bot.memory_mib, lanes[1].bot.memory_mib)


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
