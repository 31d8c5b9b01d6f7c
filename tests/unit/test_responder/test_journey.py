"""The journey: its order, what is sure of each place, what is drawn, and what is said in words alone."""

from __future__ import annotations

import pytest

from flows.answer import Answer, Chosen, Decline, Declined, Leg, Place, Repeated
from flows.definition import Kind
from flows.ids import ChoiceId, QuestionId
from flows.summary import AnswerLine, CaseSummary
from responder.journey import Stop, draw, stops
from responder.lexicon import vocabulary
from tests.unit.test_responder.test_reader import opened
from tests.unit.test_responder.told import DANGER, ONLY_HELP

WORDING, _ = vocabulary("en", ())
MYAWADDY = Place("Myawaddi", sites=("myawaddy",))


def line(question: str, ref: str, kind: Kind, answer: Answer, text: str = "", **more: object) -> AnswerLine:
    """One answer."""
    return AnswerLine(0, QuestionId(question), ref, kind, "", "", answer, text, text, 0, "", **more)  # type: ignore[arg-type]


def journey(*lines: AnswerLine) -> tuple[Stop, ...]:
    """The stops of one session with these answers."""
    (session,) = opened(ONLY_HELP).sessions
    fields = {name: getattr(session, name) for name in CaseSummary.__struct_fields__} | {"answers": lines}
    return stops((CaseSummary(**fields),), WORDING)


HOME = line("home_country", "V2", Kind.COUNTRY, Place(country="UG"))
WAY = line(
    "route",
    "V9",
    Kind.ROUTE,
    Repeated((Leg(Place("Kampala")), Leg(Place("Dubai", latitude=25.2, longitude=55.27)), Leg(MYAWADDY))),
)
NOW = line("country", "V4", Kind.COUNTRY, Place(country="MM"))


def test_home_comes_first_then_the_way_then_where_they_are() -> None:
    """Whatever the order of the questions; numbered, each in the words that were told."""
    there = line("place", "V4", Kind.PLACE, Place("behind the river", sites=("kk_park", "shwe_kokko")))
    found = journey(there, WAY, HOME)

    assert [(stop.number, stop.role, stop.told.text) for stop in found] == [
        (1, "Home", "Uganda"),
        (2, "On the way", "Kampala"),
        (3, "On the way", "Dubai"),
        (4, "On the way", "Myawaddi"),
        (5, "Now or last", "behind the river"),
    ]


def test_only_a_point_or_one_known_site_is_sure() -> None:
    """A country is not, two candidates are not, words that nobody knows are not on the map at all."""
    there = line("place", "V4", Kind.PLACE, Place("here", sites=("kk_park", "shwe_kokko")))
    home, kampala, dubai, myawaddy, now = journey(HOME, WAY, there)

    assert [stop.sure for stop in (home, kampala, dubai, myawaddy, now)] == [False, False, True, True, False]
    assert kampala.spots == ()
    assert len(now.spots) == 2
    assert myawaddy.known == "It may be Myawaddy (Myanmar (Burma) / Thailand)."


def test_a_country_says_nothing_beside_a_place_in_it() -> None:
    """The place tells more; another country stands."""
    assert [stop.told.text for stop in journey(WAY, NOW)] == ["Kampala", "Dubai", "Myawaddi"]
    assert [stop.told.text for stop in journey(NOW)] == ["Myanmar (Burma)"]


@pytest.mark.parametrize("answer", [Declined(Decline.SKIPPED), Declined(Decline.UNKNOWN)])
def test_a_declined_place_is_no_stop(answer: Answer) -> None:
    """Nor is one that was taken back, nor a ticked line about the way."""
    skipped = line("place", "V4", Kind.PLACE, answer)
    old = line("place", "V4", Kind.PLACE, Place("old"), superseded=True)
    ticked = line("journey", "V9", Kind.MULTI, Chosen((ChoiceId("guarded"),)))

    assert journey(skipped, old, ticked) == ()
    assert draw(journey(skipped), WORDING) is None


def test_a_leg_over_a_place_that_nobody_knows_is_dashed() -> None:
    """From Dubai to Myawaddy both are sure; from home to Dubai one lies between that is not on the map."""
    drawn = draw(journey(HOME, WAY), WORDING) or ""

    assert drawn.count('class="leg"') == 1
    assert drawn.count('class="leg unsure"') == 1


def test_the_map_says_its_stops_in_words() -> None:
    """For those who do not see it."""
    drawn = draw(journey(HOME, WAY), WORDING) or ""

    assert "1 Uganda; 2 Kampala; 3 Dubai; 4 Myawaddi" in drawn


def test_a_case_that_was_really_told_has_its_journey() -> None:
    """Answers of the questionnaire itself, not of this test."""
    assert [stop.told.text for stop in stops(opened(DANGER).sessions, WORDING)] == [
        "Ethiopia",
        "Cambodia",
        "KK Park [31mred",
    ]
