"""The offline map of the world: outlines, places and legs as one SVG image, without a script and without a request.

A map needs nothing but this program: `outline_map` returns markup for a page, coloured by pages/world.css. Straight
degrees (equirectangular), squeezed for the middle of what is shown. Where the outlines come from: deploy/outlines.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from responder.frame import ROUND, WIDTH, Frame, Spot, fit, middle_of, outlines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Leg", "Spot", "middle_of", "outline_map"]

BARE, MARKED = 5.0, 10.0
"""Pixels: half the height of a dot, and of one with a mark in it."""
BEND, HEAD = 0.14, 8.0
KM_PER_DEGREE = 111.2
LETTER, LINE = 7.0, 16.0
"""Pixels that a letter of a label takes, about, and a line."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A way from one place to another, as it was told; not the way that was taken."""

    start: Spot
    end: Spot
    sure: bool = True
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Dot:
    """One dot in pixels; spots too close to tell apart share it."""

    at: complex
    mark: str
    label: str
    sure: bool
    high: float
    ring: float = 0.0
    """Half its height, and how far the place may be from it."""

    @property
    def wide(self) -> float:
        """Return half its width."""
        return max(self.high, len(self.mark) * LETTER / 2 + 4) if self.mark else self.high

    def edge(self, towards: complex) -> float:
        """Return how far it reaches in a direction of length 1."""
        across, down = abs(towards.real), abs(towards.imag)
        return min(self.wide / across if across else self.wide, self.high / down if down else self.wide)


@dataclass(frozen=True, slots=True)
class Label:
    """A name beside its dot: where its text begins, or ends."""

    x: float
    y: float
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """A leg in pixels: its curve and its head, as SVG paths."""

    curve: str
    head: str
    sure: bool
    weight: float


@cache
def _template() -> jinja2.Template:
    loader = jinja2.PackageLoader("responder", "pages")
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).get_template("world.svg")


def outline_map(
    spots: Sequence[Spot],
    legs: Iterable[Leg] = (),
    *,
    told: str,
    shaded: Mapping[str, float] | None = None,
    width: float = WIDTH,
) -> Markup:
    """Return the map as markup. `told` says in words what it shows, for those who do not see it.

    `shaded` gives countries by code and how strongly each is shown, from 0 to 1. Without a place it is the whole world.
    """
    shades = shaded or {}
    frame = fit(spots, shades, width)
    dots = _dots(spots, frame)
    drawn = _template().render(
        frame=frame,
        steps=outlines()["steps"],
        land=tuple(_land(frame, shades)),
        arrows=tuple(_arrows(legs, dots, frame)),
        dots=dots,
        labels=tuple(_labels(dots, frame)),
        told=told,
    )
    return Markup(drawn)  # noqa: S704 - made by our own template, which escapes


def _land(frame: Frame, shaded: Mapping[str, float]) -> Iterable[tuple[str, float, float]]:
    """Give what is in the frame: a path, how far round the earth it is moved, and its shade."""
    for code, each in outlines()["countries"].items():
        west, south, east, north = each["frame"]
        for around in (-ROUND, 0.0, ROUND):
            beside = east + around < frame.west or west + around > frame.east
            if not beside and north > frame.south and south < frame.north:
                yield each["path"], around, shaded.get(code, 0.0)


def _dots(spots: Sequence[Spot], frame: Frame) -> tuple[Dot, ...]:
    """Return a dot for each spot; one that would lie on another shares its dot."""
    dots: list[Dot] = []
    for spot in spots:
        new = _dot(spot, frame)
        near = next((i for i, dot in enumerate(dots) if abs(dot.at - new.at) < dot.high + new.high), None)
        if near is None:
            dots.append(new)
        else:
            dots[near] = _shared(dots[near], new)
    return tuple(dots)


def _dot(spot: Spot, frame: Frame) -> Dot:
    high = (MARKED if spot.mark else BARE) * spot.weight
    ring = spot.km / KM_PER_DEGREE * frame.scale
    return Dot(frame.place(spot), spot.mark, spot.label, spot.sure, high, ring if ring > high else 0.0)


def _shared(dot: Dot, other: Dot) -> Dot:
    marks = dict.fromkeys(part for each in (dot, other) for part in each.mark.split("·") if part)
    names = dict.fromkeys(each.label for each in (dot, other) if each.label)
    high, ring = max(dot.high, other.high), max(dot.ring, other.ring)
    return Dot(dot.at, "·".join(marks), ", ".join(names), dot.sure and other.sure, high, ring)


def _arrows(legs: Iterable[Leg], dots: Sequence[Dot], frame: Frame) -> Iterable[Arrow]:
    """Bend each leg to its left, so that a way there and a way back lie apart; none within one dot."""
    for leg in legs:
        ends = [min(dots, key=lambda dot: abs(dot.at - at)) for at in map(frame.place, (leg.start, leg.end))]
        if ends[0] is ends[1]:
            continue
        start, end = ends[0].at, ends[1].at
        bend = (start + end) / 2 + 1j * (end - start) * BEND
        leaving, coming = (bend - start) / abs(bend - start), (end - bend) / abs(end - bend)
        start, tip = start + leaving * ends[0].edge(leaving), end - coming * (ends[1].edge(coming) + 1)
        head = [tip, tip - coming * HEAD + coming * 0.5j * HEAD, tip - coming * HEAD - coming * 0.5j * HEAD]
        curve = f"M{_pair(start)}Q{_pair(bend)} {_pair(tip - coming * HEAD / 2)}"
        yield Arrow(curve, f"M{'L'.join(map(_pair, head))}z", leg.sure, leg.weight)


def _pair(at: complex) -> str:
    return f"{at.real:.1f},{at.imag:.1f}"


def _labels(dots: Sequence[Dot], frame: Frame) -> Iterable[Label]:
    """Put each name where it lies on nothing: right, left, below, above; else to the right."""
    taken = [(d.at.real - d.wide, d.at.imag - d.high, d.at.real + d.wide, d.at.imag + d.high) for d in dots]
    for dot in (dot for dot in dots if dot.label):
        long, x, y = len(dot.label) * LETTER, dot.at.real, dot.at.imag
        away, down = dot.wide + 4, dot.high + LINE - 3
        tried = (
            (Label(x + away, y + 4, "start", dot.label), x + away),
            (Label(x - away, y + 4, "end", dot.label), x - away - long),
            (Label(x, y + down, "middle", dot.label), x - long / 2),
            (Label(x, y - dot.high - 5, "middle", dot.label), x - long / 2),
        )
        boxes = [(left, label.y - LINE + 4, left + long, label.y + 4) for label, left in tried]
        free = (i for i, box in enumerate(boxes) if _is_free(box, taken, frame))
        chosen = next(free, 0)
        taken.append(boxes[chosen])
        yield tried[chosen][0]


Box = tuple[float, float, float, float]


def _is_free(box: Box, taken: Iterable[Box], frame: Frame) -> bool:
    inside = box[0] >= 0 and box[1] >= 0 and box[2] <= frame.width and box[3] <= frame.height
    return inside and not any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in taken
    )
