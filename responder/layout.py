"""How lines lie in a terminal: headings, sections, marks with text beside them, what is set in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text as Line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType


def heading(title: str) -> RenderableType:
    """Return a title with a rule beside it."""
    return Padding(Rule(Line(title, style="bold"), align="left", style="dim"), (1, 0, 0, 0))


def section(title: str, parts: Iterable[RenderableType]) -> Iterable[RenderableType]:
    """Give parts under their title; nothing where there are none."""
    shown = list(parts)
    if shown:
        yield heading(title)
        yield from shown


def item(mark: str, line: Line, style: str = "") -> RenderableType:
    """Lay out a mark and a line that wraps beside it, not under it."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1, no_wrap=True)
    grid.add_column()
    grid.add_row(Line(mark, style=style), line)
    return Padding(grid, (0, 0, 0, 2))


def indented(text: str, by: int, style: str = "") -> RenderableType:
    """Set a text in by so many letters."""
    return Padding(Line(text, style=style), (0, 0, 0, by))
