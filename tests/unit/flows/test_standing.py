"""Where answers stand: what clocks and places fire, and what they may fire."""

import pytest
from msgspec.structs import replace

from flows.answer import Answer, Chosen, Counted, Decline, Declined, Place, Repeated, When
from flows.answer import Leg as RouteLeg
from flows.definition import Choice, Clock, Flow, Kind, Question
from flows.ids import ChoiceId, FindingId, FlowId, QuestionId
from flows.standing import span, stand

SOON, LATER = (FindingId("soon"),), (FindingId("later"),)
CAME, BY, SEEN = QuestionId("came"), QuestionId("by"), QuestionId("seen")
WITHIN = (-168, 72)
OLD = Choice(ChoiceId("old"), "Old", hours=(-700, -600))
DAY, MONTH, NEVER = (
    Choice(ChoiceId("day"), "A day", hours=(0, 24)),
    Choice(ChoiceId("month"), "A month", hours=(600, 800)),
    Choice(ChoiceId("never"), "Never", hours=(9000, 9001)),
)
CLOCK = Clock(WITHIN, SOON, LATER, CAME)
ASKED = (
    Question(CAME, "V1", Kind.WHEN, "When?", choices=(OLD,)),
    Question(BY, "V1", Kind.WHEN, "By when?", choices=(DAY, MONTH, NEVER), clock=CLOCK),
    Question(SEEN, "V1", Kind.ROUTE, "Where?", at_site=(FindingId("seen"),)),
)
FLOW = Flow(FlowId("f"), "r", ASKED)
UNTIMED = replace(ASKED[1], clock=replace(CLOCK, since=None))
LOST = replace(ASKED[1], clock=replace(CLOCK, since=QuestionId("gone")))


def fired(question: Question, answer: Answer, **more: Answer) -> frozenset[str]:
    """Tell what an answer fires."""
    flow = replace(FLOW, questions=(ASKED[0], question, ASKED[2]))
    return stand(flow, {question.id: answer} | {QuestionId(k): v for k, v in more.items()}).fired


def tap(choice: Choice) -> Answer:
    """Give the answer of a tap."""
    return Chosen((choice.id,))


@pytest.mark.parametrize(
    ("answer", "hours"),
    [
        (tap(DAY), (0, 24)),
        (Chosen((ChoiceId("gone"),)), None),
        (When(hours=(5, 6)), (5, 6)),
        (When(relative_days=-2), (-72, -24)),
        (When(text="soon"), (-168, 168)),
        (Counted(3), None),
        (None, None),
    ],
)
def test_moment_lies_between_hours(answer: Answer | None, hours: tuple[int, int] | None) -> None:
    """What cannot be read may be any time near; what is no moment is none."""
    assert span(ASKED[1], answer) == hours


def test_clock_counts_from_now_where_nothing_began() -> None:
    """Without another question the day is meant from today."""
    assert fired(UNTIMED, tap(DAY)) == {"soon"}
    assert fired(UNTIMED, tap(MONTH)) == {"later"}


def test_beginning_that_nobody_knows_was_of_late() -> None:
    """Not answered, declined, or a question of another edition."""
    assert fired(ASKED[1], tap(DAY)) == {"soon"}
    assert fired(ASKED[1], tap(DAY), came=Declined(Decline.SKIPPED)) == {"soon"}
    assert fired(LOST, tap(DAY)) == {"soon"}
    assert fired(ASKED[1], tap(MONTH)) == {"later"}


def test_declined_moment_fires_nothing() -> None:
    """Neither the deadline nor its absence."""
    assert fired(ASKED[1], Declined(Decline.UNKNOWN)) == frozenset()
    assert fired(ASKED[1], Counted(3)) == frozenset()


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (Place(text="a", on_route=True), {"seen"}),
        (Place(text="a"), set()),
        (Repeated((RouteLeg(Place(text="a")), RouteLeg(Place(text="b", on_route=True)))), {"seen"}),
        (Repeated((RouteLeg(Place(text="a")),)), set()),
        (Counted(1), set()),
    ],
)
def test_known_way_fires_wherever_it_stands_in_a_route(answer: Answer, found: set[str]) -> None:
    """One leg is enough."""
    assert fired(ASKED[2], answer) == found
