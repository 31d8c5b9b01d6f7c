"""Draws every screen and writes the approved files: run as `python -m tests.screens.approve`, then read the diff."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

from rich.console import Console

from responder.queue import View
from responder.screen import show_case, show_queue, terminal
from tests.screens.sample import CRITICAL, ONLY_HELP, QUEUE, REGRADED, TAKEN_BACK, WORDING, WRITTEN

FOLDER = Path(__file__).parent
WIDE, NARROW = 96, 60

SCREENS: dict[str, tuple[int, Callable[[Console], None]]] = {
    "case_critical": (WIDE, lambda to: show_case(to, CRITICAL, WORDING)),
    "case_critical_narrow": (NARROW, lambda to: show_case(to, CRITICAL, WORDING)),
    "case_only_help": (WIDE, lambda to: show_case(to, ONLY_HELP, WORDING)),
    "case_regraded": (WIDE, lambda to: show_case(to, REGRADED, WORDING)),
    "case_regraded_narrow": (NARROW, lambda to: show_case(to, REGRADED, WORDING)),
    "case_taken_back": (WIDE, lambda to: show_case(to, TAKEN_BACK, WORDING)),
    "case_taken_back_narrow": (NARROW, lambda to: show_case(to, TAKEN_BACK, WORDING)),
    "case_written": (WIDE, lambda to: show_case(to, WRITTEN, WORDING)),
    "case_written_narrow": (NARROW, lambda to: show_case(to, WRITTEN, WORDING)),
    "queue": (WIDE, lambda to: show_queue(to, QUEUE, WORDING)),
    "queue_empty": (WIDE, lambda to: show_queue(to, View(), WORDING)),
}


def drawn(name: str) -> str:
    """A screen as plain text, without the spaces that fill lines up."""
    width, show = SCREENS[name]
    paper = StringIO()
    show(terminal(paper, width=width))
    return "\n".join(line.rstrip() for line in paper.getvalue().splitlines()) + "\n"


def approved(name: str) -> str:
    """The screen that somebody has read and found good."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    for screen in SCREENS:
        (FOLDER / f"{screen}.txt").write_text(drawn(screen), encoding="utf-8")
