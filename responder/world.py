"""The offline map of the world: outlines, places and legs as one SVG image, without a script and without a request.

A map needs nothing but this program: `outline_map` returns markup for a page, coloured by pages/world.css. Straight
degrees (equirectangular), squeezed for the middle of what is shown. Where the outlines come from: deploy/outlines.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import cos, radians
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

WIDTH = 320
"""Pixels; what is written on the map is as large as text at this width."""
FLATTEST, TALLEST = 0.5, 0.95
"""Height by width."""
LEAST_PAD, PAD = 2.5, 0.16
"""Degrees around what is shown, at least, and as a share of its width."""
SOUTH, NORTH = -58.0, 84.0
ROUND = 360.0
BROAD = 30.0
"""Degrees: a shaded country that is broader is not shown whole."""
BARE, MARKED = 5.0, 10.0
"""Pixels: half the height of a dot, and of one with a mark in it."""
BEND, HEAD = 0.14, 8.0
KM_PER_DEGREE = 111.2
LETTER, LINE = 7.0, 16.0
"""Pixels that a letter of a label takes, about, and a line."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: degrees, what stands in its dot and beside it; `km` is how far it may be from there.

    One that is not sure is dashed.
    """

    latitude: float
    longitude: float
    mark: str = ""
    label: str = ""
    sure: bool = True
    km: float = 0.0
    weight: float = 1.0
    """Times the usual size of its dot, or the width of a leg."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A way from one place to another, as it was told; not the way that was taken."""

    start: Spot
    end: Spot
    sure: bool = True
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Frame:
    """What is shown, in degrees; `east` may go beyond 180."""

    west: float
    south: float
    east: float
    north: float
    width: float = WIDTH

    @property
    def squeeze(self) -> float:
        """Return how much shorter a degree to the east is than one to the north, in the middle."""
        return cos(radians((self.south + self.north) / 2))

    @property
    def scale(self) -> float:
        """Return the pixels of a degree to the north."""
        return self.width / ((self.east - self.west) * self.squeeze)

    @property
    def height(self) -> float:
        """Return the pixels from north to south."""
        return (self.north - self.south) * self.scale

    def place(self, spot: Spot) -> complex:
        """Return a spot in pixels, to the right and down."""
        east = (spot.longitude - self.west) % ROUND
        return complex(east * self.squeeze * self.scale, (self.north - spot.latitude) * self.scale)


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
def _outlines() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((files("responder") / "pages" / "world.json").read_text("utf-8"))
    return found


@cache
def _template() -> jinja2.Template:
    loader = jinja2.PackageLoader("responder", "pages")
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).get_template("world.svg")


def middle_of(country: str) -> tuple[float, float] | None:
    """Return about the middle of a country, latitude first, by its ISO 3166 code of two letters; None if not known."""
    found = _outlines()["countries"].get(country.upper())
    return (found["middle"][0], found["middle"][1]) if found else None


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
        steps=_outlines()["steps"],
        land=tuple(_land(frame, shades)),
        arrows=tuple(_arrows(legs, dots, frame)),
        dots=dots,
        labels=tuple(_labels(dots, frame)),
        told=told,
    )
    return Markup(drawn)  # noqa: S704 - made by our own template, which escapes


def fit(spots: Sequence[Spot], shaded: Mapping[str, float], width: float = WIDTH) -> Frame:
    """Return the smallest frame that shows the spots and the shaded countries, with room around them."""
    boxes = [(s.longitude, s.latitude, s.longitude, s.latitude) for s in spots]
    known = (_outlines()["countries"].get(code) for code in shaded)
    boxes += [tuple(each["frame"]) for each in known if each and each["frame"][2] - each["frame"][0] <= BROAD]
    if not boxes:
        return Frame(-170, SOUTH, 190, NORTH, width)
    west, east = _span([(box[0], box[2]) for box in boxes])
    south, north = min(box[1] for box in boxes), max(box[3] for box in boxes)
    pad = max(LEAST_PAD, PAD * max(east - west, north - south))
    return _shaped(west - pad, south - pad, east + pad, north + pad, width)


def _span(parts: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Return the shortest stretch around the earth that holds all of these; its end may lie beyond 180."""
    ordered = sorted(parts)
    west, east = ordered[0]
    widest, found = 0.0, (west, max(end for _, end in ordered))
    for start, end in ordered[1:]:
        if start - east > widest:
            widest, found = start - east, (start, east + ROUND)
        east = max(east, end)
    around = ordered[0][0] + ROUND - east
    return found if widest > around else (west, east)


def _shaped(west: float, south: float, east: float, north: float, width: float) -> Frame:
    """Widen what is too narrow or too flat, and keep it on the earth."""
    if east - west >= ROUND:
        return Frame(west, SOUTH, west + ROUND, NORTH, width)
    squeeze = cos(radians((south + north) / 2))
    flat, tall = (east - west) * squeeze * FLATTEST, (north - south) / TALLEST / squeeze
    if north - south < flat:
        more = (flat - (north - south)) / 2
        south, north = south - more, north + more
    elif east - west < tall:
        more = (min(tall, ROUND) - (east - west)) / 2
        west, east = west - more, east + more
    shift = max(SOUTH - south, 0) or min(NORTH - north, 0)
    return Frame(west, max(south + shift, SOUTH), east, min(north + shift, NORTH), width)


def _land(frame: Frame, shaded: Mapping[str, float]) -> Iterable[tuple[str, float, float]]:
    """Give what is in the frame: a path, how far round the earth it is moved, and its shade."""
    for code, each in _outlines()["countries"].items():
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
