"""The frame of a map: which part of the earth is shown, in degrees, and where a place lies in it, in pixels."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import cos, radians
from typing import TYPE_CHECKING, Any

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


@cache
def outlines() -> Mapping[str, Any]:
    """Return the outlines of all countries, as deploy/outlines.py made them."""
    found: Mapping[str, Any] = json.loads((files("responder") / "pages" / "world.json").read_text("utf-8"))
    return found


def middle_of(country: str) -> tuple[float, float] | None:
    """Return about the middle of a country, latitude first, by its ISO 3166 code of two letters; None if not known."""
    found = outlines()["countries"].get(country.upper())
    return (found["middle"][0], found["middle"][1]) if found else None


def fit(spots: Sequence[Spot], shaded: Mapping[str, float], width: float = WIDTH) -> Frame:
    """Return the smallest frame that shows the spots and the shaded countries, with room around them."""
    boxes = [(s.longitude, s.latitude, s.longitude, s.latitude) for s in spots]
    known = (outlines()["countries"].get(code) for code in shaded)
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
