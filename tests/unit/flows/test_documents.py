"""Documents from outside: graded, or refused without a word of what they hold."""

from typing import Any

import msgspec
import pytest

from flows.answer import Amount, Answer, Chosen, Counted, Decline, Declined, Place, Wrote
from flows.definition import Flow
from flows.documents import (
    DocumentRefused,
    NotADocument,
    UnfitAnswer,
    UnknownFlow,
    UnknownName,
    assess_document,
    read_answer,
)
from flows.ids import ChoiceId, QuestionId
from flows.loading import Definitions

NOTHING: dict[str, Any] = {"schema": "answers/1", "flow": "victim", "answers": {}}


def graded_as_json(definitions: Definitions, document: object) -> Any:
    """Grade a document and read back what is printed."""
    return msgspec.json.decode(msgspec.json.encode(assess_document(definitions, document)))


def test_only_help_is_insufficient_and_medium(definitions: Definitions) -> None:
    """One word and nothing else: asking for help counts, and nothing else is known."""
    graded: Any = graded_as_json(definitions, {**NOTHING, "texts": ["help"]})

    assert (graded["likelihood"], graded["urgency_rule"]) == ("insufficient", "M4")
    assert graded["findings"][0]["evidence"] == [{"text": 0, "start": 0, "end": 4}]


def test_array_gives_an_array(definitions: Definitions) -> None:
    """In the order in which the documents came, each as if it had come alone."""
    papers = {**NOTHING, "answers": {"papers": "with_bosses"}}
    minor = {"schema": "findings/1", "flow": "victim", "flags": ["minor"], "stage": "inside"}
    documents = [NOTHING, {**NOTHING, "texts": ["help"]}, papers, minor, NOTHING]
    alone = [graded_as_json(definitions, each) for each in documents]

    assert graded_as_json(definitions, documents) == alone
    assert [each["urgency"] for each in alone] == ["low", "medium", "low", "medium", "low"]
    assert graded_as_json(definitions, []) == []


def test_evidence_names_question_and_answer(definitions: Definitions) -> None:
    """Each finding says what it rests on, and is JSON."""
    graded: Any = graded_as_json(definitions, {**NOTHING, "answers": {"papers": "with_bosses"}})

    assert graded["findings"] == [
        {
            "id": "documents_confiscated",
            "kind": "indicator",
            "strength": "strong",
            "dimension": "CD",
            "group": "docs",
            "evidence": [{"question": "papers", "answer": "with_bosses"}],
            "explanation": "The bosses keep the passport or ID.",
        }
    ]


def test_declined_is_unknown_and_never_lowers(definitions: Definitions) -> None:
    """A declined question stays among the unknown and the grade is no lower than without it."""
    asked = {"papers": "with_me", "phone": "freely", "leaving": ["can_leave"], "work": ["own_work"]}
    all_no = {
        **asked,
        "treatment": ["none_of_these"],
        "hours": ["none_of_these"],
        "contact": ["freely"],
        "price": ["no_price"],
        "offer": ["plain_offer"],
        "differences": ["nothing"],
        "hearing": ["other_way"],
        "costs": ["none_of_these"],
        "stage": "free",
    }
    some_declined = {
        **all_no,
        "treatment": None,
        "hours": None,
        "contact": None,
        "price": None,
        "offer": None,
    }
    known: Any = graded_as_json(definitions, {**NOTHING, "answers": all_no})
    declined: Any = graded_as_json(definitions, {**NOTHING, "answers": some_declined})

    assert known["likelihood"] == "none"
    assert declined["likelihood"] == "insufficient"
    assert {"treatment", "hours", "contact", "price", "offer"} <= set(declined["unknown"])


def test_what_one_answer_would_change_is_true(definitions: Definitions) -> None:
    """Giving the answer that is named has the outcome that is named."""
    start = {"stage": "inside", "danger": ["none_of_these"], "help": ["talk"], "offer": None}
    graded: Any = graded_as_json(definitions, {**NOTHING, "answers": start})

    assert graded["would_change"]
    for change in graded["would_change"]:
        answers = {**start, change["question"]: change["answer"]}
        after: Any = graded_as_json(definitions, {**NOTHING, "answers": answers})

        assert (after["likelihood"], after["urgency"]) == (change["likelihood"], change["urgency"])


@pytest.mark.parametrize(
    ("document", "refusal"),
    [
        ("canary", NotADocument),
        (None, NotADocument),
        ({"schema": "canary/1", "flow": "victim"}, NotADocument),
        ({"schema": "answers/1", "flow": "victim", "answers": ["canary"]}, NotADocument),
        ({"schema": "findings/1", "flow": "victim", "stage": "canary"}, NotADocument),
        ({"schema": "answers/1", "flow": "canary"}, UnknownFlow),
        ({"schema": "findings/1", "flow": "canary"}, UnknownFlow),
        ({"schema": "answers/1", "flow": "victim", "answers": {"canary": "x"}}, UnknownName),
        ({"schema": "findings/1", "flow": "victim", "indicators": ["canary"]}, UnknownName),
        ({"schema": "findings/1", "flow": "victim", "flags": ["canary"]}, UnknownName),
        ({"schema": "findings/1", "flow": "victim", "answered": 1.5}, NotADocument),
        ({"schema": "answers/1", "flow": "victim", "answers": {"age": "canary"}}, UnfitAnswer),
        (
            {"schema": "answers/1", "flow": "victim", "answers": {"place": {"place": {"canary": 1}}}},
            UnfitAnswer,
        ),
    ],
)
def test_refusal_says_why_and_nothing_of_what_was_there(
    definitions: Definitions, document: object, refusal: type[DocumentRefused]
) -> None:
    """The kind of the refusal tells what to mend; no value of the document is repeated."""
    with pytest.raises(refusal) as caught:
        assess_document(definitions, document)

    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("question", "value", "answer"),
    [
        ("age", "under_16", Chosen((ChoiceId("under_16"),))),
        ("age", ["under_16"], Chosen((ChoiceId("under_16"),))),
        ("danger", "hiding", Chosen((ChoiceId("hiding"),))),
        ("danger", ["hiding", "hiding"], Chosen((ChoiceId("hiding"),))),
        ("danger", [], Declined(Decline.SKIPPED)),
        ("danger", None, Declined(Decline.SKIPPED)),
        ("promise", "an office", Wrote("an office")),
        ("people", 3, Counted(3)),
        ("place", "Lima", Place("Lima")),
        ("place", {"place": "Lima"}, Place("Lima")),
        ("place", {"place": {"latitude": 1.0, "longitude": 2.0}}, Place(latitude=1.0, longitude=2.0)),
        ("language", "es", Chosen((ChoiceId("es"),))),
    ],
)
def test_value_is_read_as_its_question_asks(flow: Flow, question: str, value: object, answer: Answer) -> None:
    """The shapes of `answers/1`."""
    assert answer == read_answer(flow.by_id[QuestionId(question)], value)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("age", ["under_16", "from_50"]),
        ("age", 16),
        ("danger", [{}]),
        ("danger", ["hiding", 4]),
        ("people", "three"),
        ("people", True),
        ("promise", 3),
        ("place", {"place": 4}),
    ],
)
def test_value_that_cannot_answer_is_refused(flow: Flow, question: str, value: object) -> None:
    """A number is no choice, two choices are no single choice, yes is no count."""
    with pytest.raises(UnfitAnswer):
        read_answer(flow.by_id[QuestionId(question)], value)


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ({"amount": "4000", "currency": "USD"}, Amount("4000", "USD")),
        ({"amount": 12}, Amount("12", None)),
        ({"amount": "12.50", "currency": None}, Amount("12.50", None)),
    ],
)
def test_a_sum_can_be_given_in_parts(flow: Flow, value: object, answer: Answer) -> None:
    """As the contract writes it; what it does not know is refused."""
    question = flow.by_id[QuestionId("price_sum")]

    assert read_answer(question, value) == answer
    for wrong in ({"amount": True}, {"amount": "1", "coin": "x"}, {"currency": "USD"}):
        with pytest.raises(UnfitAnswer):
            read_answer(question, wrong)
