"""The reader: what typed words and points mean as an answer, by the kind of question; nothing is refused."""

from dataclasses import dataclass, field

from flows.answer import Answer, Counted, Leg, Place, Repeated, Wrote
from flows.definition import Kind, Question
from flows.gazetteer import Gazetteer
from flows.ids import SiteId
from flows.turn import LocationInput, TextInput
from flows.vocabulary import whole_number


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads with what is known of places."""

    gazetteer: Gazetteer = field(default_factory=lambda: Gazetteer(()))

    def accept(self, question: Question, given: TextInput | LocationInput, *, now: int) -> Answer | None:
        """Give the answer that words or a point are to this question; None when it takes no such thing.

        What cannot be read as the question's kind is kept in the contact's own words. `now` in unix seconds.
        """
        match question.kind, given:
            case Kind.LANGUAGE | Kind.CHOICE | Kind.MULTI, _:
                return None
            case Kind.PLACE, LocationInput():
                return self._point(given)
            case Kind.ROUTE, LocationInput():
                return Repeated((Leg(self._point(given)),))
            case _, TextInput(text) if text.strip():
                return self._read(question.kind, text, now)
            case _:
                return None

    def _read(self, kind: Kind, text: str, now: int) -> Answer | None:
        match kind:
            case Kind.NUMBER:
                number = whole_number(text)
                return None if number is None else Counted(number)
            case Kind.COUNTRY:
                return self._country(text)
            case Kind.PLACE:
                return self.place(text)
            case Kind.ROUTE:
                return Repeated(tuple(Leg(self.place(leg)) for leg in self.gazetteer.legs(text)))
            case _:
                return Wrote(text)

    def place(self, text: str) -> Place:
        """Read a place in words: the sites that it may be, and its country where that is certain."""
        sites = self.gazetteer.find(text)
        return Place(
            text=text,
            country=self._one_country(text, sites),
            sites=sites,
            on_route=self._is_on_route(sites),
        )

    def _country(self, text: str) -> Place:
        named = self.gazetteer.country(text)
        return Place(country=named) if named is not None else self.place(text)

    def _one_country(self, text: str, sites: tuple[SiteId, ...]) -> str | None:
        """A country that is named is certain; one that follows from a site only where it is the only one."""
        named = self.gazetteer.country(text)
        mentioned = (named,) if named is not None else self.gazetteer.mentioned(text)
        candidates = mentioned or self.gazetteer.countries_of(sites)
        return candidates[0] if len(candidates) == 1 else None

    def _point(self, given: LocationInput) -> Place:
        """A point is never resolved to a country: near a border it may be either."""
        sites = tuple(near.site.id for near in self.gazetteer.near(given.latitude, given.longitude))
        return Place(
            latitude=given.latitude,
            longitude=given.longitude,
            sites=sites,
            on_route=self._is_on_route(sites),
        )

    def _is_on_route(self, sites: tuple[SiteId, ...]) -> bool:
        return any(self.gazetteer.by_id[site].route for site in sites)


PLAIN = Reader()
"""Knows no places."""
