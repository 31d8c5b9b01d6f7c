"""The reader: what typed words and points mean as an answer, by the kind of question; nothing is refused."""

from dataclasses import dataclass, field

from flows.answer import Answer, Counted, Leg, Place, Repeated, When, Wrote
from flows.burmese import is_zawgyi
from flows.definition import Kind, Question
from flows.gazetteer import Gazetteer
from flows.ids import SiteId
from flows.lexicon import Lexicon, key
from flows.moment import Times, read_moment
from flows.money import Currencies, read_amount
from flows.telephone import read_phone
from flows.turn import LocationInput, TextInput
from flows.vocabulary import whole_number
from flows.wallet import read_wallet


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads with what is known of places, sums and times."""

    gazetteer: Gazetteer = field(default_factory=lambda: Gazetteer(()))
    currencies: Currencies | None = None
    times: Times | None = None
    calls: Lexicon[str] = field(default_factory=lambda: Lexicon({}))
    """Words by which people call for help."""

    def hears_a_call(self, text: str) -> bool:
        """Tell whether the words call for help, whatever they answer beside that."""
        words = key(text)
        return self.calls.whole(words) is not None or next(self.calls.within(words), None) is not None

    def accept(self, question: Question, given: TextInput | LocationInput, *, now: int) -> Answer | None:
        """Give the answer that words or a point are to this question; None when it takes no such thing.

        What cannot be read as the question's kind is kept in the contact's own words. `now` in unix seconds.
        """
        match question.kind, given:
            case Kind.LANGUAGE | Kind.CHOICE | Kind.MULTI | Kind.COUNTRIES | Kind.LOCAL_TIME | Kind.WORD, _:
                return None
            case Kind.PLACE, LocationInput():
                return self._point(given)
            case Kind.ROUTE, LocationInput():
                return Repeated((Leg(self._point(given)),))
            case _, TextInput(text) if text.strip():
                return self._read(question, text, now)
            case _:
                return None

    def _read(self, question: Question, text: str, now: int) -> Answer | None:  # noqa: PLR0911 - one for each kind
        match question.kind:
            case Kind.NUMBER:
                number = whole_number(text)
                return None if number is None else Counted(number)
            case Kind.AMOUNT:
                amount = read_amount(text, self.currencies) if self.currencies else None
                return amount or _with_digits(text)
            case Kind.WHEN:
                return self._moment(question, text, now)
            case Kind.PHONE:
                phone = read_phone(text)
                return Wrote(text, phone.number) if phone else _with_digits(text)
            case Kind.WALLET:
                wallet = read_wallet(text)
                read = wallet and Wrote(text, wallet.address, wallet.network, wallet.sound)
                return read or _with_digits(text)
            case Kind.COUNTRY:
                return self._country(text)
            case Kind.PLACE:
                return self.place(text)
            case Kind.ROUTE:
                return Repeated(tuple(Leg(self.place(leg)) for leg in self.gazetteer.legs(text)))
            case _:
                return Wrote(text, ZAWGYI if is_zawgyi(text) else None)

    def _moment(self, question: Question, text: str, now: int) -> When:
        """A date or a span; where it could not be read, the words, which count as the more urgent reading."""
        hours = [choice.hours for choice in question.choices if choice.hours is not None]
        lies_back = bool(hours) and all(first < 0 for first, _ in hours)
        moment = read_moment(text, now, self.times, past=lies_back) if self.times else None
        return When(moment.at, hours=moment.hours, text=text) if moment else When(text=text)

    def place(self, text: str) -> Place:
        """Read a place in words: the sites that it may be, and its country where that is certain."""
        return self._placed(text, self.gazetteer.country(text))

    def _placed(self, text: str, named: str | None) -> Place:
        sites = self.gazetteer.find(text)
        return Place(
            text=text,
            country=named or self._one_country(text, sites),
            sites=sites,
            on_route=self._is_on_route(sites),
        )

    def _country(self, text: str) -> Place | None:
        """A country, or a place that tells of one; other words are no answer: they may be a cry for help."""
        named = self.gazetteer.country(text)
        if named is not None:
            return Place(country=named)
        place = self._placed(text, None)
        return place if place.country or place.sites else None

    def _one_country(self, text: str, sites: tuple[SiteId, ...]) -> str | None:
        """The country that is named somewhere in the text, else that of its sites; only where it is the only one."""
        candidates = self.gazetteer.mentioned(text) or self.gazetteer.countries_of(sites)
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


def _with_digits(text: str) -> Wrote | None:
    """A sum, a number or an account that could not be read; words without any digit answer something else."""
    return Wrote(text) if any(sign.isdecimal() for sign in text) else None


ZAWGYI = "zawgyi"
"""How Burmese in the older encoding is marked: it looks garbled where the newer is expected."""

PLAIN = Reader()
"""Knows no places, currencies or words of time."""
