"""Places: the forms of sites.yaml and countries.yaml, what may be wrong with them, and the values they become."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field, StringConstraints

from flows.checks import Place, Trouble
from flows.forms import Form, Id
from flows.gazetteer import Site, SiteKind, Source
from flows.ids import SiteId
from flows.lexicon import key, spaceless
from flows.problems import Code

SITES, COUNTRIES = "sites.yaml", "countries.yaml"
SHORTEST, SHORTEST_LATIN, SHORTEST_SPACELESS = 3, 4, 2
"""Signs of a name that may be looked for inside a text, by script: vowels are not always written."""

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class SiteForm(Form):
    """One place."""

    id: Id
    kind: SiteKind
    countries: tuple[Country, ...] = Field(min_length=1)
    at: tuple[Latitude, Longitude]
    radius_km: float = Field(gt=0, le=100)
    route: bool
    source: Source
    names: tuple[str, ...] = Field(min_length=1)
    alone: tuple[str, ...] = ()


class SitesForm(Form):
    """All places."""

    sites: tuple[SiteForm, ...] = Field(min_length=1)


class CountriesForm(Form):
    """More names of countries."""

    names: dict[Country, tuple[str, ...]]
    alone: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    words: tuple[Country, ...] = ()


@dataclass(frozen=True, slots=True)
class CountryWords:
    """What people type for countries beside the names that tables have; as in countries.yaml."""

    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    alone: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def check_sites(form: SitesForm) -> Iterator[Trouble]:
    """Find what is wrong with the places."""
    ids: set[str] = set()
    taken: set[str] = set()
    for row, site in enumerate(form.sites):
        if site.id in ids:
            yield Trouble(Code.DUPLICATE_ID, SITES, ("sites", row, "id"), f"the id {site.id} is taken")
        ids.add(site.id)
        for place, name in _names(row, site):
            yield from _name(place, name, site, taken)
            taken.add(key(name))


def check_countries(form: CountriesForm) -> Iterator[Trouble]:
    """Find what is wrong with the names of countries."""
    lists = {("names", code): names for code, names in form.names.items()}
    for at, names in (*lists.items(), (("alone",), form.alone), (("none",), form.none)):
        for row, name in enumerate(names):
            if not key(name):
                yield Trouble(Code.EMPTY_TEXT, COUNTRIES, (*at, row), "there is no name")


def _names(row: int, site: SiteForm) -> Iterator[tuple[Place, str]]:
    for kind, names in (("names", site.names), ("alone", site.alone)):
        for column, name in enumerate(names):
            yield ("sites", row, kind, column), name


def _name(at: Place, name: str, site: SiteForm, taken: set[str]) -> Iterator[Trouble]:
    word = key(name)
    if not word:
        yield Trouble(Code.EMPTY_TEXT, SITES, at, f"{site.id} has a name without letters")
    elif word in taken:
        yield Trouble(Code.SAME_NAME, SITES, at, f"a name of {site.id} stands elsewhere too")
    elif "names" in at and len(word) < _shortest(word):
        yield Trouble(Code.NAME_TOO_SHORT, SITES, at, f"a name of {site.id} is too short to look for")


def _shortest(word: str) -> int:
    if spaceless(word[-1]):
        return SHORTEST_SPACELESS
    return SHORTEST_LATIN if word.isascii() else SHORTEST


def build_sites(form: SitesForm) -> tuple[Site, ...]:
    """Give the places."""
    return tuple(map(_site, form.sites))


def _site(form: SiteForm) -> Site:
    latitude, longitude = form.at
    return Site(
        id=SiteId(form.id),
        kind=form.kind,
        countries=form.countries,
        latitude=latitude,
        longitude=longitude,
        radius_km=form.radius_km,
        route=form.route,
        source=form.source,
        names=form.names,
        alone=form.alone,
    )


def build_country_words(form: CountriesForm) -> CountryWords:
    """Give the names of countries."""
    return CountryWords(form.names, form.alone, form.none, form.words)
