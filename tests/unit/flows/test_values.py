"""Answers, conditions and stored forms."""

import msgspec
import pytest
from msgspec.structs import replace

from flows.answer import (
    Amount,
    Chosen,
    Counted,
    Decline,
    Declined,
    Leg,
    Place,
    Repeated,
    When,
    Wrote,
    to_contract,
)
from flows.condition import AllOf, Answered, AnyOf, Chose, Condition, Fired, Not, StageIn, check, leaves
from flows.definition import Flow
from flows.ids import ChoiceId, FindingId, FlowId, QuestionId, Stage
from flows.revision import compile_flow, decode_flow, encode_flow
from flows.session import SCHEMA, Session, SessionUnreadable, decode_session, encode_session
from flows.standing import Position

ONE, TWO = ChoiceId("one"), ChoiceId("two")
HERE = QuestionId("here")
FIRED = FindingId("danger_now")


@pytest.mark.parametrize(
    ("answer", "many", "document"),
    [
        (Chosen((ONE,)), False, "one"),
        (Chosen((ONE,)), True, ["one"]),
        (Chosen((ONE, TWO)), False, ["one", "two"]),
        (Wrote("words"), False, "words"),
        (Counted(3), False, 3),
        (Declined(Decline.UNKNOWN), False, None),
        (Amount("12.50", "USD"), False, {"amount": "12.50", "currency": "USD"}),
        (When(relative_days=2), False, {"when": {"relative_days": 2, "zone_known": False}}),
        (Place("Poipet"), False, {"place": "Poipet"}),
        (Place(latitude=1.0, longitude=2.0), False, {"place": {"latitude": 1.0, "longitude": 2.0}}),
        (
            Repeated((Leg(Place("Dubai"), When("2026-01-02"), "plane"), Leg(Place(country="TH")))),
            False,
            [
                {
                    "place": {"text": "Dubai"},
                    "when": {"at": "2026-01-02", "zone_known": False},
                    "means": "plane",
                },
                {"place": {"country": "TH"}},
            ],
        ),
    ],
)
def test_answer_has_the_shape_of_the_contract(answer: Chosen, many: bool, document: object) -> None:
    """Each kind of answer is written as `answers/1` says."""
    assert document == to_contract(answer, many=many)


def test_declined_is_not_no() -> None:
    """A declined answer is neither an answer nor a choice."""
    position = Position({HERE: Declined(Decline.SKIPPED)}, frozenset(), Stage.UNKNOWN)

    assert not check(Answered(HERE))(position)
    assert not check(Chose(HERE, (ONE,)))(position)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, True),
        (Chose(HERE, (ONE, TWO)), True),
        (Chose(HERE, (TWO,)), False),
        (Chose(QuestionId("there"), (ONE,)), False),
        (Answered(HERE), True),
        (Answered(QuestionId("there")), False),
        (Fired((FIRED,)), True),
        (Fired((FindingId("minor"),)), False),
        (StageIn((Stage.INSIDE,)), True),
        (Not(StageIn((Stage.INSIDE,))), False),
        (AllOf((Answered(HERE), Fired((FIRED,)))), True),
        (AllOf((Answered(HERE), StageIn((Stage.FREE,)))), False),
        (AnyOf((StageIn((Stage.FREE,)), Answered(HERE))), True),
        (AnyOf((StageIn((Stage.FREE,)),)), False),
    ],
)
def test_condition_holds_by_what_was_answered(condition: Condition | None, expected: bool) -> None:
    """Conditions look at answers, findings and the stage, and at nothing else."""
    position = Position({HERE: Chosen((ONE,))}, frozenset({FIRED}), Stage.INSIDE)

    assert expected is check(condition)(position)


def test_leaves_are_what_a_condition_looks_at() -> None:
    """The structure is left out."""
    condition = AllOf((Not(Answered(HERE)), AnyOf((Fired((FIRED,)),))))

    assert (Answered(HERE), Fired((FIRED,))) == leaves(condition)
    assert leaves(None) == ()


def test_flow_keeps_its_form_and_its_revision(flow: Flow) -> None:
    """A stored flow is the same flow; the same questions have the same revision."""
    again = decode_flow(encode_flow(flow))

    assert flow == again
    assert compile_flow(again) == flow
    assert compile_flow(replace(again, questions=again.questions[1:])).revision != flow.revision


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nothing",
        encode_session(Session(SCHEMA + 1, "s", FlowId("f"), "r", None, 0, None)),
        msgspec.msgpack.encode(["a session of", "another time"]),
    ],
)
def test_bytes_that_are_no_session_are_refused_without_their_content(data: bytes) -> None:
    """The error says that it cannot be read and nothing of what stands there."""
    with pytest.raises(SessionUnreadable) as caught:
        decode_session(data)

    assert str(caught.value) == ""
