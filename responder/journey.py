"""The journey: where a contact comes from, through which places, to where; as a list of stops and on a map.

Places are shown as they were told. One that may be several, or only a country, is not sure: dashed on the map.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from flows.answer import Declined, Place, Repeated
from flows.definition import Kind
from locales.territories import territory
from responder.frame import Spot, middle_of
from responder.lexicon import own_definitions
from responder.lines import clean, remark
from responder.reading import NOTHING, Text
from responder.wording import is_rtl, tag
from responder.world import Leg, outline_map

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from markupsafe import Markup

    from flows.gazetteer import Site
    from flows.summary import AnswerLine, CaseSummary
    from responder.wording import Wording

HOME = frozenset({"V2", "F2"})
WAY = frozenset({"V9", "F5"})
NOW = frozenset({"V4", "F6", "O3"})
"""Questions about the home country, the way and the place, by their numbers in the domain's list."""
SHADE = 0.22


@dataclass(frozen=True, slots=True)
class Stop:
    """One place of the journey: what was told, what it may be, and where it lies; no spots, not on the map."""

    number: int
    role: str
    told: Text
    known: str = ""
    remark: Text = NOTHING
    spots: tuple[Spot, ...] = ()
    countries: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Say whether it can only be one place."""
        return bool(self.spots) and self.spots[0].sure


@dataclass(frozen=True, slots=True)
class Found:
    """One place of one answer, before it has its number."""

    role: str
    line: AnswerLine
    place: Place


def stops(sessions: Sequence[CaseSummary], wording: Wording) -> tuple[Stop, ...]:
    """Return the stops in their order: home, the way, where they are; the newest answer to each question."""
    told: dict[str, tuple[CaseSummary, AnswerLine]] = {}
    for session in sessions:
        for line in session.answers:
            if not line.superseded and not isinstance(line.answer, Declined):
                told[line.question] = (session, line)
    found = [(session, each) for session, line in told.values() for each in _places(line)]
    ordered = sorted(found, key=lambda pair: ROLES.index(pair[1].role))
    kept = [pair for pair in ordered if not _told_better(pair[1], [each for _, each in ordered])]
    return tuple(_stop(number, each, session, wording) for number, (session, each) in enumerate(kept, 1))


ROLES = ("home", "way", "now")


def _places(line: AnswerLine) -> Iterator[Found]:
    role = "home" if line.ref in HOME else "way" if line.ref in WAY else "now" if line.ref in NOW else ""
    if not role or line.kind is Kind.COUNTRIES:
        return
    match line.answer:
        case Repeated(items):
            yield from (Found(role, line, item.place) for item in items)
        case Place() as place:
            yield Found(role, line, place)
        case _:
            return


def _told_better(found: Found, every: Iterable[Found]) -> bool:
    """A country alone says nothing where a place in it was told as well."""
    if found.line.kind is not Kind.COUNTRY or found.role != "now":
        return False
    others = (each.place for each in every if each.line.kind is not Kind.COUNTRY and each.role != "home")
    return any(found.place.country in _countries(place) for place in others)


def _countries(place: Place) -> tuple[str, ...]:
    sites = (_sites()[name] for name in place.sites if name in _sites())
    codes = (code for site in sites for code in site.countries)
    return tuple(dict.fromkeys((*((place.country,) if place.country else ()), *codes)))


@cache
def _sites() -> Mapping[str, Site]:
    return {str(site.id): site for site in own_definitions().tables.sites}


def _stop(number: int, found: Found, session: CaseSummary, wording: Wording) -> Stop:
    place, line = found.place, found.line
    sites = tuple(_sites()[name] for name in place.sites if name in _sites())
    return Stop(
        number,
        wording(f"journey.{found.role}"),
        _told(place, line, session, wording),
        _known(sites, wording),
        remark(line) if not isinstance(line.answer, Repeated) else NOTHING,
        _spots(number, place, sites),
        _countries(place),
    )


def _told(place: Place, line: AnswerLine, session: CaseSummary, wording: Wording) -> Text:
    if place.text or line.kind is not Kind.COUNTRY:
        return Text(clean(place.text or line.answer_text), tag(session.language), is_rtl(session.language))
    return Text(territory(place.country or "", wording.language), tag(wording.language), wording.rtl)


def _known(sites: Sequence[Site], wording: Wording) -> str:
    """Name the sites that it may be, with every country at a border."""
    if not sites:
        return ""
    named = (f"{site.names[0]} ({_names(site.countries, wording)})" for site in sites)
    return wording("journey.may_be", places="; ".join(named))


def _names(codes: Iterable[str], wording: Wording) -> str:
    return " / ".join(territory(code, wording.language) for code in codes)


def _spots(number: int, place: Place, sites: Sequence[Site]) -> tuple[Spot, ...]:
    """Return where it lies: a point is sure, one known site too; several, or a country, are not."""
    mark = str(number)
    if place.latitude is not None and place.longitude is not None:
        return (Spot(place.latitude, place.longitude, mark),)
    if sites:
        alone = len(sites) == 1
        return tuple(
            Spot(site.latitude, site.longitude, mark, sure=alone, km=site.radius_km) for site in sites
        )
    middle = middle_of(place.country) if place.country else None
    return (Spot(*middle, mark, sure=False),) if middle else ()


def draw(journey: Sequence[Stop], wording: Wording) -> Markup | None:
    """Return the journey as a map; None where no stop can be placed.

    A leg over a stop that cannot be placed is not sure.
    """
    spots = [spot for stop in journey for spot in stop.spots]
    if not spots:
        return None
    told = "; ".join(f"{stop.number} {stop.told.text}" for stop in journey)
    shaded = {code: SHADE for stop in journey if not stop.sure for code in stop.countries}
    return outline_map(spots, _legs(journey), told=wording("journey.map", stops=told), shaded=shaded)


def _legs(journey: Sequence[Stop]) -> Iterator[Leg]:
    placed = [stop for stop in journey if stop.spots]
    for start, end in pairwise(placed):
        sure = start.sure and end.sure and end.number == start.number + 1
        yield Leg(start.spots[0], end.spots[0], sure)
