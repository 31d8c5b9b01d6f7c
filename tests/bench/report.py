"""The figures as a table on the terminal and as bench.json."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import msgspec
from rich.console import Console
from rich.table import Table

from tests.bench.crash import Aftermath
from tests.bench.races import Time

NAMES = ("Wayout", "tutorial")


@dataclass(frozen=True, slots=True)
class Row:
    """One race with the times of each round."""

    race: str
    ours: Sequence[Time]
    tutorial: Sequence[Time]

    @property
    def ratio(self) -> float:
        """How many times the tutorial bot's steps a second: the median of the rounds' ratios."""
        return median(
            a.steps_a_second / b.steps_a_second for a, b in zip(self.ours, self.tutorial, strict=True)
        )

    @property
    def cpu_ratio(self) -> float:
        """How many times less processor time a step takes, which neighbours on the machine disturb least."""
        return median(
            b.cpu_ms_a_step / a.cpu_ms_a_step for a, b in zip(self.ours, self.tutorial, strict=True)
        )

    @property
    def latency_ratio(self) -> float:
        """Our median latency as a part of the tutorial bot's."""
        return median(a.p50 / b.p50 for a, b in zip(self.ours, self.tutorial, strict=True))


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured."""

    rounds: int
    pinned: bool
    start_seconds: tuple[float, float]
    idle_mib: tuple[float, float]
    rows: Sequence[Row]
    crashes: tuple[Aftermath, Aftermath]


def middle(times: Sequence[Time]) -> Time:
    """The median of each figure over the rounds."""
    figures = [asdict(each) for each in times]
    return Time(
        **{
            name: all(each[name] for each in figures)
            if name == "kept_up"
            else median(each[name] for each in figures)
            for name in figures[0]
        }
    )


def machine() -> dict[str, object]:
    """What the figures depend on, without the machine's name."""
    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
    }


def write(report: Report, path: Path) -> None:
    """bench.json."""
    races = {
        each.race: {
            "ratio": each.ratio,
            "cpu_ratio": each.cpu_ratio,
            "latency_ratio": each.latency_ratio,
            "contestants": {
                name: {"median": asdict(middle(times)), "rounds": [asdict(time) for time in times]}
                for name, times in zip(NAMES, (each.ours, each.tutorial), strict=True)
            },
        }
        for each in report.rows
    }
    document = {
        "schema": "bench/1",
        "machine": machine(),
        "rounds": report.rounds,
        "pinned": report.pinned,
        "contestants": {
            name: {"start_seconds": start, "idle_mib": idle, "crash": asdict(crash)}
            for name, start, idle, crash in zip(
                NAMES, report.start_seconds, report.idle_mib, report.crashes, strict=True
            )
        },
        "races": races,
        "ratios": {each.race: each.ratio for each in report.rows},
    }
    path.write_bytes(msgspec.json.format(msgspec.json.encode(document)) + b"\n")


def show(report: Report, console: Console) -> None:
    """The table."""
    table = Table(title=f"40 questions, medians of {report.rounds} interleaved round(s)")
    table.add_column("race")
    for name in ("bot", "steps/s", "ratio", "p50 ms", "p99 ms", "CPU ms/step", "MiB"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in report.rows:
        first, second = middle(row.ours), middle(row.tutorial)
        table.add_row(row.race, NAMES[0], *_cells(first, f"{row.ratio:.1f}x"), style="bold")
        table.add_row("", NAMES[1], *_cells(second, "1"), end_section=True)
    console.print(table)
    for name, start, idle, crash in zip(
        NAMES, report.start_seconds, report.idle_mib, report.crashes, strict=True
    ):
        console.print(f"{name}: starts in {start:.2f} s, {idle:.0f} MiB idle; {_told(crash)}")
    if not report.pinned:
        console.print("One core only: bot and stand-in shared it, so the figures flatter the slower.")


def _cells(time: Time, ratio: str) -> Sequence[str]:
    behind = "" if time.kept_up else " (behind)"
    return (
        f"{time.steps_a_second:,.0f}{behind}",
        ratio,
        f"{time.p50:,.1f}",
        f"{time.p99:,.1f}",
        f"{time.cpu_ms_a_step:.2f}",
        f"{time.memory_mib:.0f}",
    )


def _told(crash: Aftermath) -> str:
    answers = (
        "" if crash.complete is None else f", {crash.complete} of {crash.chats} cases complete to a responder"
    )
    return (
        f"killed with {crash.in_flight} updates in flight: {crash.stuck} lost, {crash.dead} chats dead{answers},"
        f" {_returned(crash.seconds_to_first)}"
    )


def _returned(seconds: float | None) -> str:
    return (
        "no screen after the restart"
        if seconds is None
        else f"first screen {seconds:.1f} s after the restart"
    )
