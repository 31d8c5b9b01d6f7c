"""How an answer reads in a case: as it was said, with what a program could tell of it and no more."""

import pytest

from flows.answer import Amount, Answer, Chosen, Counted, Decline, Declined, Leg, Place, Repeated, When, Wrote
from flows.ids import ChoiceId
from flows.loading import load
from flows.saying import Speech

SITES = {site.id: site for site in load().tables.sites}
NAMES = {"TH": "Thailand", "MM": "Myanmar", "KH": "Cambodia"}
SPANISH = {"phrase.declined_unknown": "No lo sabe", "phrase.may_be": "puede ser {places}"}


def english(_context: str, source: str) -> str:
    """Speak the source language."""
    return source


def spanish(context: str, source: str) -> str:
    """Speak a language that has two texts."""
    return SPANISH.get(context, source)


SPEECH = Speech(english, lambda code: NAMES.get(code, code), SITES)


def said(answer: Answer, *labels: str) -> str:
    """Give the line in English."""
    return SPEECH.answer(answer, labels)


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (Counted(12), "12"),
        (Declined(Decline.SKIPPED), "Skipped"),
        (Declined(Decline.UNKNOWN), "Does not know"),
        (Amount("5000", "USD"), "5000 USD"),
        (Amount("30000"), "30000"),
    ],
)
def test_plain_answers_are_plain_lines(answer: Answer, line: str) -> None:
    """A declined one says which of the two ways it was, and neither is a no."""
    assert said(answer) == line


def test_taps_read_as_their_labels() -> None:
    """Several stand in one line."""
    chosen = Chosen((ChoiceId("locked"), ChoiceId("guarded")))

    assert said(chosen, "I may not go out", "Guards keep us in") == "I may not go out; Guards keep us in"


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        (Wrote("as it was"), ""),
        (Wrote("call +91 98765 43210", "+919876543210"), "+919876543210"),
        (Wrote("T1", "T1", "tron", sound=True), "Tron, its check letters are right"),
        (Wrote("T1", "T1", "tron", sound=False), "Tron, its check letters are wrong: ask once more"),
        (Wrote("0x1", "0x1", "ethereum"), "Ethereum, without check letters"),
        (Wrote("garbled", "zawgyi"), "written in Zawgyi"),
    ],
)
def test_words_stay_and_what_they_read_as_stands_beside_them(answer: Wrote, remark: str) -> None:
    """A number that can be dialled, a wallet and whether it was mistyped, an encoding that looks garbled."""
    assert (said(answer), SPEECH.remark(answer)) == (answer.text, remark)


@pytest.mark.parametrize(
    ("answer", "line", "remark"),
    [
        (When(text="before the feast"), "before the feast", "could not be read as a time"),
        (When("2023-11-17", hours=(35, 86), text="17.11.2023"), "17.11.2023", "2023-11-17"),
        (When("2023-11-17", hours=(35, 86), text="2023-11-17"), "2023-11-17", ""),
        (When(hours=(-96, -48), text="3 days ago"), "3 days ago", ""),
        (When("2023-11-17"), "2023-11-17", ""),
        (When(relative_days=-3), "-3 d", ""),
        (When(), "+0 d", ""),
    ],
)
def test_moment_reads_as_it_was_said(answer: When, line: str, remark: str) -> None:
    """With the date that it means beside it where there is one; what could not be read says so."""
    assert (said(answer), SPEECH.remark(answer)) == (line, remark)


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (Place(text="the white house"), "the white house"),
        (Place(country="KH"), "Cambodia"),
        (Place(country="XX"), "XX"),
        (Place(text="Poipet side", country="KH"), "Poipet side, Cambodia"),
        (Place(latitude=13.1, longitude=-2.5), "13.100000, -2.500000"),
        (Place(latitude=13.1), ""),
        (Place(text="here", sites=("no_such_site",)), "here"),
    ],
)
def test_place_reads_as_it_was_given(answer: Place, line: str) -> None:
    """Words, a country, a point; a site that today's tables no longer have is left out."""
    assert (said(answer), SPEECH.remark(answer)) == (line, "")


def test_place_at_a_border_names_every_country_that_it_may_lie_in() -> None:
    """Candidates are said to be candidates, beside the words and never inside them; no country is chosen."""
    place = Place(text="by the bridge", sites=("mae_sot", "myawaddy"), on_route=True)

    assert said(place) == "by the bridge"
    assert SPEECH.remark(place) == "may be Mae Sot (Thailand / Myanmar); Myawaddy (Myanmar / Thailand)"


def test_country_of_a_site_stands_with_the_site_alone() -> None:
    """Said once."""
    place = Place(text="Yangon", country="MM", sites=("yangon",))

    assert (said(place), SPEECH.remark(place)) == ("Yangon", "may be Yangon (Myanmar)")


def test_route_reads_in_its_order() -> None:
    """Leg after leg, and each place that one of them may be is named once."""
    legs = [Leg(Place(text=text, sites=("mae_sot",))) for text in ("Mae Sot", "Maesot")]
    route = Repeated((Leg(Place(text="home")), *legs))

    assert said(route) == "home → Mae Sot → Maesot"
    assert SPEECH.remark(route) == "may be Mae Sot (Thailand / Myanmar)"


@pytest.mark.parametrize("answer", [Counted(1), Amount("5"), Declined(Decline.SKIPPED), Chosen(())])
def test_plain_answers_need_no_remark(answer: Answer) -> None:
    """There is nothing to tell of them."""
    assert SPEECH.remark(answer) == ""


def test_lines_are_in_the_language_of_whoever_reads() -> None:
    """Names of countries fall back to their codes."""
    speech = Speech(spanish, sites=SITES)

    assert speech.answer(Declined(Decline.UNKNOWN), ()) == "No lo sabe"
    assert speech.remark(Place(sites=("yangon",))) == "puede ser Yangon (MM)"
    assert speech.answer(Place(country="MM"), ()) == "MM"
