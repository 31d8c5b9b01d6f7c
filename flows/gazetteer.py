"""Gazetteer: which known places and countries people name, and which lie near a point; candidates, never a verdict."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import islice

from flows.ids import SiteId
from flows.lexicon import Lexicon, key
from flows.route import legs

MOST = 5
"""Candidates that are given at once."""
NEAR_KM = 60
EARTH_KM = 6371
MOST_NORTH, MOST_EAST = 90, 180
FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
FIRST_FLAG_SIGN = 0x1F1E6


class SiteKind(StrEnum):
    """What a place is."""

    COMPOUND = "compound"
    ZONE = "zone"
    TOWN = "town"
    CROSSING = "crossing"
    GATEWAY = "gateway"


class Source(StrEnum):
    """How sure an entry is: widely reported, or common geographical knowledge of ours."""

    PRESS = "press"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Site:
    """A place that matters; `route` tells that being last seen there is a sign by itself.

    Degrees and kilometres are approximate. At a border all countries stand in `countries` (ISO alpha-2).
    """

    id: SiteId
    kind: SiteKind
    countries: tuple[str, ...]
    latitude: float
    longitude: float
    radius_km: float
    route: bool
    source: Source
    names: tuple[str, ...]
    alone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """A site and its distance from a point."""

    site: Site
    km: float


@dataclass(frozen=True, slots=True)
class CountryNames:
    """Names of countries by key, and the ISO codes that each may mean: one, several, or none at all.

    Names in `alone` count only as a whole answer; codes in `words` are ordinary words when typed.
    """

    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    alone: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Gazetteer:
    """The sites and the names of countries; the latter are asked for when first needed, for they cost time."""

    sites: tuple[Site, ...]
    names: Callable[[], CountryNames] = CountryNames

    def prepare(self) -> None:
        """Work out all names now, so that nobody waits for it later: a quarter of a second for two dozen languages."""
        self.mentioned("ab")
        self.find("ab")
        self.country("ab")

    def find(self, text: str) -> tuple[SiteId, ...]:
        """Give the sites that the words name, in their order, at most five."""
        words = key(text)
        whole = self._places.whole(words)
        return (whole,) if whole is not None else _first(self._places.within(words))

    def near(self, latitude: float, longitude: float) -> tuple[Near, ...]:
        """Give the sites that reach the point in degrees, or lie within 60 km, nearest first, at most five.

        What is no point on the earth is near none.
        """
        if not (abs(latitude) <= MOST_NORTH and abs(longitude) <= MOST_EAST):
            return ()
        found = (Near(site, _km(site, latitude, longitude)) for site in self.sites)
        close = (each for each in found if each.km <= max(each.site.radius_km, NEAR_KM))
        return tuple(sorted(close, key=lambda each: each.km)[:MOST])

    def countries_of(self, sites: Iterable[SiteId]) -> tuple[str, ...]:
        """Give every country that the sites may lie in, in their order; unknown ids say nothing."""
        known = (self.by_id[name] for name in sites if name in self.by_id)
        return tuple(dict.fromkeys(code for site in known for code in site.countries))

    def country(self, text: str) -> str | None:
        """Give the ISO code that the whole text means: a name, a code in capitals, a flag; None where it may be two."""
        typed = text.strip()
        if FLAG.fullmatch(typed):
            return self._flagged(typed)
        if typed in self._codes and typed not in self._names.words:
            return typed
        return _only(self._countries.whole(key(typed)))

    def mentioned(self, text: str) -> tuple[str, ...]:
        """Give the countries named inside the text, in its order, then those whose flags stand there."""
        named = map(_only, self._countries.within(key(text)))
        flags = map(self._flagged, FLAG.findall(text))
        return tuple(dict.fromkeys(code for code in (*named, *flags) if code is not None))

    @staticmethod
    def legs(text: str) -> tuple[str, ...]:
        """Split a route typed in one message into its places, in the person's own words."""
        return legs(text)

    @cached_property
    def by_id(self) -> Mapping[SiteId, Site]:
        """The sites by their ids."""
        return {site.id: site for site in self.sites}

    @cached_property
    def _places(self) -> Lexicon[SiteId]:
        named = ((key(name), site.id) for site in self.sites for name in (*site.names, *site.alone))
        alone = frozenset(key(name) for site in self.sites for name in site.alone)
        return Lexicon(dict(named), alone)

    @cached_property
    def _names(self) -> CountryNames:
        return self.names()

    @cached_property
    def _countries(self) -> Lexicon[frozenset[str]]:
        return Lexicon(self._names.codes, self._names.alone)

    @cached_property
    def _codes(self) -> frozenset[str]:
        return frozenset().union(*self._names.codes.values())

    def _flagged(self, flag: str) -> str | None:
        code = "".join(chr(ord(sign) - FIRST_FLAG_SIGN + ord("A")) for sign in flag)
        return code if code in self._codes else None


def _first(found: Iterator[SiteId]) -> tuple[SiteId, ...]:
    return tuple(islice(dict.fromkeys(found), MOST))


def _only(codes: frozenset[str] | None) -> str | None:
    return next(iter(codes)) if codes is not None and len(codes) == 1 else None


def _km(site: Site, latitude: float, longitude: float) -> float:
    """Great-circle distance by the haversine formula."""
    here, there = math.radians(latitude), math.radians(site.latitude)
    across = math.radians(longitude - site.longitude)
    half = math.sin((here - there) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))
