"""Makes responder/pages/world.json, the outlines of countries on the console's map, from Natural Earth.

Source: https://www.naturalearthdata.com, 1:50 million, public domain ("Made with Natural Earth"), as the file
countries-50m.json of the npm package world-atlas 2.0.2 (ISC licence, Michael Bostock). Borders are those that Natural
Earth draws, by who holds the land in fact; they say nothing of whose it is.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python deploy/outlines.py package/countries-50m.json
"""

import hashlib
import heapq
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from babel.core import get_global

SOURCE = "04342cdc1e3016bcd7db1630de95684d67b79fe3c8c460321e87aef469502394"
"""The file's SHA-256."""
WORLD = Path(__file__).parents[1] / "responder" / "pages" / "world.json"
STEPS = 20
"""Steps to a degree in the file that is made: one is 5.5 km at the equator."""
ROUND = 360 * STEPS
LEAST_TURN = 8.0
"""Half-steps squared: a point whose triangle with its neighbours is smaller goes."""
LEAST_RING = 16.0
"""Steps squared: a smaller island goes, but for the largest of its country."""
WITHOUT_NUMBER = {"Kosovo": "XK"}
LEAVE_OUT = {"AQ"}
RING = 4
"""Points of the smallest ring."""

Point = tuple[int, int]


def read_arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """Undo TopoJSON's differences: arcs of points in our steps, east and north."""
    (scale_x, scale_y), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for told in topology["arcs"]:
        x = y = 0
        arc: list[Point] = []
        for right, up in told:
            x, y = x + right, y + up
            arc.append((round((x * scale_x + west) * STEPS), round((y * scale_y + south) * STEPS)))
        arcs.append(thin(arc))
    return arcs


def thin(arc: Sequence[Point]) -> list[Point]:
    """Take out the points that turn least, first the least (Visvalingam and Whyatt); both ends stay.

    Arcs are shared by neighbours, so that no gap opens between them.
    """
    least = RING if arc[0] == arc[-1] else 2
    before, after = [i - 1 for i in range(len(arc))], [i + 1 for i in range(len(arc))]
    heap = [(_turn(arc[i - 1], arc[i], arc[i + 1]), i, i - 1, i + 1) for i in range(1, len(arc) - 1)]
    heapq.heapify(heap)
    left = set(range(len(arc)))
    while heap and len(left) > least:
        turn, i, was_before, was_after = heapq.heappop(heap)
        if turn >= LEAST_TURN:
            break
        if i not in left or (before[i], after[i]) != (was_before, was_after):
            continue
        left.discard(i)
        after[before[i]], before[after[i]] = after[i], before[i]
        for j in (before[i], after[i]):
            if 0 < j < len(arc) - 1:
                turn = max(turn, _turn(arc[before[j]], arc[j], arc[after[j]]))
                heapq.heappush(heap, (turn, j, before[j], after[j]))
    return [arc[i] for i in sorted(left)]


def _turn(first: Point, middle: Point, last: Point) -> float:
    return abs(_cross(first, middle, last))


def _cross(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def stitch(arcs: Sequence[list[Point]], numbers: Iterable[int]) -> list[Point]:
    """Join arcs to a ring; a number below zero is an arc from its end. Beyond 180 degrees it goes on."""
    ring: list[Point] = []
    for number in numbers:
        for x, y in arcs[number] if number >= 0 else arcs[~number][::-1]:
            around = round((ring[-1][0] - x) / ROUND) * ROUND if ring else 0
            if not ring or (x + around, y) != ring[-1]:
                ring.append((x + around, y))
    return ring


def area(ring: Sequence[Point]) -> float:
    """Return a ring's area in steps squared, without a sign."""
    return abs(_signed(ring))


def _signed(ring: Sequence[Point]) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs) / 2


def middle(ring: Sequence[Point]) -> tuple[float, float]:
    """Return a ring's centre of mass in degrees, latitude first; of one without area, its first point."""
    whole = _signed(ring)
    if not whole:
        return ring[0][1] / STEPS, ring[0][0] / STEPS
    x = y = 0.0
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        part = a[0] * b[1] - b[0] * a[1]
        x, y = x + (a[0] + b[0]) * part, y + (a[1] + b[1]) * part
    return round(y / (6 * whole) / STEPS, 2), round(x / (6 * whole) / STEPS, 2)


def path(rings: Iterable[Sequence[Point]]) -> str:
    """Write rings as an SVG path: steps to the east, and to the south, as the screen counts."""
    pieces = []
    for ring in rings:
        (x, y), *more = ring
        pieces.append(f"M{x} {-y}l")
        steps = []
        for to_x, to_y in more[:-1]:
            steps.append(f"{to_x - x} {y - to_y}")
            x, y = to_x, to_y
        pieces.append(" ".join(steps) + "z")
    return "".join(pieces).replace(" -", "-")


def outline(rings: list[list[Point]]) -> dict[str, object]:
    """Return one country: its middle, its frame in degrees (west, south, east, north) and its path."""
    largest = max(rings, key=area)
    kept = [ring for ring in rings if len(ring) >= RING and (area(ring) >= LEAST_RING or ring is largest)]
    kept = kept or [_speck(largest)]
    xs, ys = [x for ring in kept for x, _ in ring], [y for ring in kept for _, y in ring]
    frame = [value / STEPS for value in (min(xs), min(ys), max(xs), max(ys))]
    return {"middle": middle(largest), "frame": frame, "path": path(kept)}


def _speck(ring: Sequence[Point]) -> list[Point]:
    """Return a square of two steps for what is smaller than a step."""
    x, y = ring[0]
    return [(x - 1, y - 1), (x + 1, y - 1), (x + 1, y + 1), (x - 1, y + 1), (x - 1, y - 1)]


def countries(topology: dict[str, Any]) -> dict[str, object]:
    """Return every country by its ISO 3166 code; land without one by its name in small letters."""
    arcs = read_arcs(topology)
    codes = get_global("territory_aliases")
    found = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        name = shape["properties"]["name"]
        code = codes[shape["id"]][0] if "id" in shape else WITHOUT_NUMBER.get(name, name.lower())
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        rings = [stitch(arcs, numbers) for polygon in polygons for numbers in polygon]
        if code not in LEAVE_OUT:
            found[code] = outline(rings)
    return dict(sorted(found.items()))


def main(source: str) -> None:
    """Make the file."""
    told = Path(source).read_bytes()
    if hashlib.sha256(told).hexdigest() != SOURCE:
        raise SystemExit("error: this is another file than the one that this program was written for")
    made = {
        "source": "Natural Earth 1:50m, public domain, by way of world-atlas 2.0.2 (ISC); see deploy/outlines.py",
        "steps": STEPS,
        "countries": countries(json.loads(told)),
    }
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":")).replace('},"', '},\n"')
    WORLD.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
