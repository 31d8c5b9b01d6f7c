"""The page of patterns: counts in the reader's words, maps, and drawings, for the console and for a file to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_skeleton

from responder.lexicon import own_definitions
from responder.lines import clean
from responder.patterns import UNKNOWN, see_patterns
from responder.recurring import find_groups, find_recurring
from responder.ways_map import draw_sites, draw_ways
from responder.wording import language_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from markupsafe import Markup

    from flows.gazetteer import Site
    from responder.analysis import Looked
    from responder.patterns import Counts, Patterns, Surprise
    from responder.recurring import Group, Recurring
    from responder.wording import Wording

WIDE, MIDDLE, NARROW = 860.0, 460.0, 300.0
"""Pixels of the map of ways, of the map of sites, and of a month's."""
MOST_MONTHS, MOST_GROUPS, MOST_SITES, MOST_NAMED = 6, 12, 40, 12


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a chart: what it counts, and its share of the longest in percent."""

    label: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart, which is a table too."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class MonthMap:
    """The map of one month."""

    title: str
    cases: str
    picture: Markup


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the page shows."""

    total: str
    unread: str
    surprises: tuple[str, ...]
    picture: Markup
    sites: Markup | None
    months: tuple[MonthMap, ...]
    charts: tuple[Chart, ...]
    recurring: tuple[tuple[str, str, int, tuple[str, ...]], ...]
    groups: tuple[Group, ...]
    passages: tuple[tuple[str, str, int], ...]
    names: Mapping[str, str]
    """What sites are called."""


def make_sheet(looked: Looked, wording: Wording) -> Sheet:
    """Return the page of these extracts in the reader's words."""
    patterns, recurring = see_patterns(looked.extracts), find_recurring(looked.extracts)
    names = Names(wording)
    return Sheet(
        total=wording("patterns_total", total=patterns.total, counted=patterns.counted),
        unread=wording("patterns_unread", count=looked.unread) if looked.unread else "",
        surprises=tuple(names.surprise(each) for each in patterns.surprises),
        picture=_whole(patterns, names),
        sites=_known_sites(patterns, names),
        months=tuple(_months(patterns, names)),
        charts=tuple(
            names.chart(title, counts) for title, counts in (("site", patterns.sites), *patterns.charts)
        ),
        recurring=tuple(names.recurring(each) for each in recurring),
        groups=tuple(find_groups(recurring)[:MOST_GROUPS]),
        passages=tuple((names.country(p.start), names.country(p.end), p.cases) for p in patterns.passages),
        names={site: names.site(site) for site, _ in patterns.sites},
    )


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called in the reader's language."""

    wording: Wording

    def country(self, code: str) -> str:
        """Return the name of a country."""
        if code == UNKNOWN:
            return self.wording("unsaid_place")
        found: str | None = Locale.parse(self.wording.language).territories.get(code)
        return found or clean(code)

    def site(self, site: str) -> str:
        """Return the name of a site; one of another organisation's keeps its id."""
        known = _sites().get(site)
        return known.names[0] if known else clean(site)

    def cases(self, count: int) -> str:
        """Return how many cases these are."""
        return self.wording("one_case") if count == 1 else self.wording("count_cases", count=count)

    def month(self, month: str) -> str:
        """Return a month such as Nov 2026."""
        first = date(int(month[:4]), int(month[5:]), 1)
        return format_skeleton("yMMM", first, locale=self.wording.language)

    def place(self, kind: str, place: str) -> str:
        """Return the name of a country or a site."""
        return self.site(place) if kind == "site" else self.country(place)

    def surprise(self, each: Surprise) -> str:
        """Return one line that says what stands out, and against what."""
        told = {
            "place": self.place(each.kind, each.place),
            "count": each.cases,
            "month": self.month(each.month),
            "months": len(each.before),
        }
        if each.is_new:
            return self.wording("surprise_new", **told)
        return self.wording("surprise_rise", **told, expected=f"{each.expected:.1f}", before=sum(each.before))

    def chart(self, title: str, counts: Counts) -> Chart:
        """Return a chart in words."""
        most = max((count for _, count in counts), default=1)
        shown = counts[:MOST_SITES]
        rows = tuple(Row(self._label(title, code), count, 100 * count / most) for code, count in shown)
        return Chart(self.wording(f"chart.{title}"), rows)

    def recurring(self, each: Recurring) -> tuple[str, str, int, tuple[str, ...]]:
        """Return what recurs: its kind, what it is called, in how many cases, and in which, up to some."""
        kind = each.token.kind.value
        name = self.site(each.token.mark) if kind == "site" else each.short
        return self.wording(f"token.{kind}"), name, len(each.cases), each.cases[:MOST_NAMED]

    def _label(self, title: str, code: str) -> str:
        match title:
            case "to" | "home":
                return self.country(code)
            case "site":
                return self.site(code)
            case "language":
                unknown = code == UNKNOWN
                return self.wording("unsaid_place") if unknown else language_name(code, self.wording.language)
            case "urgency":
                return self.wording.urgency(code)
            case "stage":
                key = f"stage.{code}"
                return self.wording(key) if key in self.wording.texts else self.wording("unsaid_place")
            case _:
                return self.wording(f"reply.{code}")


@cache
def _sites() -> Mapping[str, Site]:
    return {str(site.id): site for site in own_definitions().tables.sites}


def _whole(patterns: Patterns, names: Names) -> Markup:
    """Draw every way and the known sites; a country that is new has a mark."""
    known = (site for code, _ in patterns.sites[:MOST_SITES] if (site := _sites().get(code)))
    return draw_ways(
        patterns.passages,
        told=names.wording("patterns_map"),
        width=WIDE,
        name=names.country,
        sites=tuple((site.latitude, site.longitude) for site in known),
        new=frozenset(each.place for each in patterns.surprises if each.kind == "country"),
    )


def _known_sites(patterns: Patterns, names: Names) -> Markup | None:
    found = [(_sites()[code], count) for code, count in patterns.sites[:MOST_SITES] if code in _sites()]
    if not found:
        return None
    placed = (((site.latitude, site.longitude), site.names[0], count) for site, count in found)
    return draw_sites(placed, told=names.wording("sites_map"), width=MIDDLE)


def _months(patterns: Patterns, names: Names) -> Iterable[MonthMap]:
    counts = dict(patterns.months)
    for month, passages in patterns.by_month[-MOST_MONTHS:]:
        title, cases = names.month(month), names.cases(counts[month])
        picture = draw_ways(passages, told=f"{title}: {cases}", width=NARROW, around=patterns.passages)
        yield MonthMap(title, cases, picture)


def patterns_document(looked: Looked) -> dict[str, object]:
    """Return the patterns as `patterns/1`."""
    patterns, recurring = see_patterns(looked.extracts), find_recurring(looked.extracts)
    return {
        "schema": "patterns/1",
        "total": patterns.total,
        "counted": patterns.counted,
        "unread": looked.unread,
        "months": dict(patterns.months),
        "passages": [{"from": p.start, "to": p.end, "cases": p.cases} for p in patterns.passages],
        "by_month": {
            month: [{"from": p.start, "to": p.end, "cases": p.cases} for p in passages]
            for month, passages in patterns.by_month
        },
        "stand_out": [_surprise_document(each) for each in patterns.surprises],
        "charts": {title: dict(counts) for title, counts in (("site", patterns.sites), *patterns.charts)},
        "recurring": [
            {"kind": each.token.kind, "mark": each.token.mark, "cases": each.cases} for each in recurring
        ],
        "groups": [{"cases": each.cases} for each in find_groups(recurring)],
    }


def _surprise_document(each: Surprise) -> dict[str, object]:
    return {
        "kind": each.kind,
        "place": each.place,
        "month": each.month,
        "cases": each.cases,
        "before": each.before,
        "expected": round(each.expected, 2),
        "new": each.is_new,
    }
