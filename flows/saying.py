"""Saying: an answer as one line in one language, with what a program could tell of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from flows.answer import Amount, Answer, Chosen, Counted, Decline, Declined, Place, Repeated, When, Wrote
from flows.gazetteer import Site
from flows.ids import SiteId
from flows.reader import ZAWGYI
from flows.vocabulary import Translate

DECLINED = {
    Decline.SKIPPED: ("phrase.declined_skipped", "Skipped"),
    Decline.UNKNOWN: ("phrase.declined_unknown", "Does not know"),
}
SOUND = {
    True: ("phrase.wallet_sound", "{network}, its check letters are right"),
    False: ("phrase.wallet_unsound", "{network}, its check letters are wrong: ask once more"),
    None: ("phrase.wallet_unchecked", "{network}, without check letters"),
}
MAY_BE = ("phrase.may_be", "may be {places}")
IN_ZAWGYI = ("phrase.in_zawgyi", "written in Zawgyi")
UNREAD = ("phrase.unread_moment", "could not be read as a time")


def _untold(code: str) -> str:
    return code


@dataclass(frozen=True, slots=True)
class Speech:
    """One language of a case: its texts and names of countries; and the sites that places may be."""

    translate: Translate
    country: Callable[[str], str] = _untold
    """From ISO 3166 alpha-2 to a name."""
    sites: Mapping[SiteId, Site] = field(default_factory=dict, repr=False)

    def answer(self, answer: Answer, labels: Sequence[str]) -> str:  # noqa: PLR0911 - one for each kind
        """Give an answer as one line; what was written is given as it was written."""
        match answer:
            case Chosen():
                return "; ".join(labels)
            case Wrote(text):
                return text
            case Counted(number):
                return str(number)
            case Declined(how):
                return self.translate(*DECLINED[how])
            case Place():
                return self._place(answer)
            case Amount(amount, currency):
                return f"{amount} {currency or ''}".strip()
            case When(at, days):
                return answer.text or at or f"{days or 0:+d} d"
            case Repeated(items):
                return " → ".join(self._place(item.place) for item in items)
            case _:
                assert_never(answer)

    def remark(self, answer: Answer) -> str:
        """Give what a program could tell of what was written; empty where that is nothing."""
        match answer:
            case Wrote():
                return self._reading(answer)
            case Place(sites=sites):
                return self._candidates(sites)
            case Repeated(items):
                return self._candidates(dict.fromkeys(site for item in items for site in item.place.sites))
            case When(text=str(), hours=None):
                return self.translate(*UNREAD)
            case When(at=str(at), text=str(text)) if text != at:
                return at
            case _:
                return ""

    def _reading(self, written: Wrote) -> str:
        match written:
            case Wrote(_, None):
                return ""
            case Wrote(_, reading) if reading == ZAWGYI:
                return self.translate(*IN_ZAWGYI)
            case Wrote(_, _, str(network), sound):
                return self.translate(*SOUND[sound]).replace("{network}", network.capitalize())
            case _:
                return written.reads_as or ""

    def _place(self, place: Place) -> str:
        return ", ".join(self._parts_of(place))

    def _parts_of(self, place: Place) -> Iterator[str]:
        if place.text:
            yield place.text
        if place.country and not place.sites:
            yield self.country(place.country)
        if place.latitude is not None and place.longitude is not None:
            yield f"{place.latitude:.6f}, {place.longitude:.6f}"

    def _candidates(self, sites: Iterable[str]) -> str:
        """Every known place that it may be."""
        known = [self.sites[SiteId(site)] for site in sites if site in self.sites]
        if not known:
            return ""
        return self.translate(*MAY_BE).replace("{places}", "; ".join(map(self._site, known)))

    def _site(self, site: Site) -> str:
        """A candidate with every country that it may lie in."""
        return f"{site.names[0]} ({' / '.join(map(self.country, site.countries))})"
