"""Maps of ways: from country to country, as wide as they were taken often, on the offline map."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from responder.frame import Spot, middle_of
from responder.world import Leg, outline_map

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from markupsafe import Markup

    from responder.patterns import Passage

SITE, AWAY = 0.6, 0.3
"""Times the usual size of a dot: of a site, and of a place that is kept in sight though nobody was there."""
THINNEST, WIDEST = 0.5, 3.0
STANDS_OUT = "!"


def nameless(_country: str) -> str:
    """Name nothing: a small map has no room."""
    return ""


def draw_ways(
    passages: Iterable[Passage],
    *,
    told: str,
    width: float,
    name: Callable[[str], str] = nameless,
    sites: Iterable[tuple[float, float]] = (),
    new: Collection[str] = (),
    around: Iterable[Passage] = (),
) -> Markup:
    """Draw ways between the middles of countries, and sites by their degrees.

    Countries in `new` have a mark; the places of `around` are kept in sight, so that several maps show the same part.
    """
    taken = [each for each in passages if middle_of(each.start) and middle_of(each.end)]
    spots = {code: _spot(code, name(code), STANDS_OUT if code in new else "") for code in _ends(taken)}
    away = [_spot(code, weight=AWAY) for code in _ends(around) if code not in spots and middle_of(code)]
    at = [Spot(latitude, longitude, weight=SITE) for latitude, longitude in sites]
    legs = [Leg(spots[each.start], spots[each.end], weight=_weight(each.cases)) for each in taken]
    return outline_map([*spots.values(), *at, *away], legs, told=told, width=width)


def draw_sites(sites: Iterable[tuple[tuple[float, float], str, int]], *, told: str, width: float) -> Markup:
    """Draw sites by their degrees, with their names, the larger the more cases named them."""
    spots = [
        Spot(latitude, longitude, label=label, weight=max(1.0, _weight(cases)))
        for (latitude, longitude), label, cases in sites
    ]
    return outline_map(spots, told=told, width=width)


def _ends(passages: Iterable[Passage]) -> Iterable[str]:
    return dict.fromkeys(code for each in passages for code in (each.start, each.end))


def _spot(country: str, label: str = "", mark: str = "", weight: float = 1.0) -> Spot:
    latitude, longitude = middle_of(country) or (0.0, 0.0)
    return Spot(latitude, longitude, mark=mark, label=label, weight=weight)


def _weight(cases: int) -> float:
    return min(WIDEST, max(THINNEST, sqrt(cases) / 2))
