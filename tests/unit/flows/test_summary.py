"""The sealed parts of a case: complete in themselves, and nothing in a tier where it does not belong."""

from dataclasses import dataclass

import msgspec
import pytest

from flows.answer import Amount, Place, Repeated, When, Wrote
from flows.answer import Leg as RouteLeg
from flows.assessment import Assessment
from flows.definition import Flow, Question
from flows.engine import begin, resume
from flows.facts import Facts, gather
from flows.ids import ChoiceId, FindingId, QuestionId, Tier
from flows.rubric import Rubric
from flows.saying import Speech
from flows.scoring import assess, foresee, rank
from flows.session import Session
from flows.sharing import agreed, shareable, shows_risk
from flows.summary import (
    CasePart,
    PartsUnlike,
    PartUnreadable,
    case_document,
    decode_part,
    encode_part,
    merge,
)
from flows.turn import ChoiceInput, Command, Control, Input, MediaInput, TextInput
from flows.writing import summarise

WHOLE: list[Input] = [
    ChoiceInput(ChoiceId("agree_watched")),
    ChoiceInput(ChoiceId("none_of_these")),
    ChoiceInput(ChoiceId("from_18_to_29")),
    Command(Control.SKIP),
    Command(Control.SKIP),
    Command(Control.SKIP),
    ChoiceInput(ChoiceId("inside")),
    ChoiceInput(ChoiceId("known")),
    TextInput("canary-place", 5),
    Command(Control.SKIP),
    Command(Control.SKIP),
    Command(Control.SKIP),
    TextInput("canary-first", 6),
    TextInput("canary-second", 6, edited=True),
    MediaInput("photo", 7, "canary-caption"),
    Command(Control.UNKNOWN),
    ChoiceInput(ChoiceId("watched")),
    ChoiceInput(ChoiceId("locked")),
    Command(Control.DONE),
    ChoiceInput(ChoiceId("chats")),
    Command(Control.DONE),
    ChoiceInput(ChoiceId("from_16_to_17"), QuestionId("age")),
]


def english(_context: str, source: str) -> str:
    """Speak the source language."""
    return source


def local(context: str, source: str) -> str:
    """Speak a language in which every text can be told from the source."""
    return f"<{context}> {source}"


@dataclass(frozen=True)
class Case:
    """One conversation and all that follows from it."""

    session: Session
    facts: Facts
    assessment: Assessment
    parts: dict[Tier, CasePart]


def case(flow: Flow, rubric: Rubric, inputs: list[Input]) -> Case:
    """Play the inputs and write the parts."""
    session = begin(flow, id="a-session", now=100, language="es").session
    for now, given in enumerate(inputs, start=101):
        session = resume(flow, session, given, now=now).session
    facts = gather(flow, rubric, session)
    assessment = foresee(rubric, flow, facts, assess(rubric, facts))
    parts = summarise(flow, session, assessment, source=Speech(english), local=Speech(local), rubric=rubric)
    return Case(session, facts, assessment, parts)


@pytest.fixture(scope="module")
def whole(flow: Flow, rubric: Rubric) -> Case:
    """Give a conversation with something in most tiers."""
    return case(flow, rubric, WHOLE)


def test_parts_come_back_as_they_were(whole: Case) -> None:
    """Each part reads back; together they have the assessment with all its findings."""
    read = [decode_part(encode_part(part)) for part in whole.parts.values()]

    assert read == list(whole.parts.values())
    assert merge(read).assessment == whole.assessment


def test_words_and_places_stay_in_their_tier(whole: Case) -> None:
    """What a person wrote is in no part but its own."""
    found = {
        tier: [
            word
            for word in ("place", "first", "second", "caption")
            if f"canary-{word}".encode() in encode_part(part)
        ]
        for tier, part in whole.parts.items()
    }

    assert found == {
        Tier.CORE: [],
        Tier.IDENTITY: [],
        Tier.LOCATION: ["place"],
        Tier.FORCED_ACTS: [],
        Tier.WORDS: ["first", "second", "caption"],
    }


def test_forced_acts_are_not_in_the_core(whole: Case) -> None:
    """Neither the answer nor the finding that rests on it."""
    core = encode_part(whole.parts[Tier.CORE])

    assert b"forced_scam_work" not in core
    assert b"forced_scam_work" in encode_part(whole.parts[Tier.FORCED_ACTS])


def test_changed_answer_is_there_and_marked(whole: Case) -> None:
    """The responder sees both, and which one stands."""
    ages = [line for line in merge(list(whole.parts.values())).answers if line.question == "age"]

    assert [(line.answer_text, line.superseded) for line in ages] == [("18 to 29", True), ("16 or 17", False)]


def test_edited_words_keep_what_they_said_before(whole: Case) -> None:
    """The earlier wording is marked, not removed."""
    texts = merge(list(whole.parts.values())).texts

    assert [(line.text, line.superseded) for line in texts] == [
        ("canary-first", True),
        ("canary-second", False),
        ("canary-caption", False),
    ]


def test_texts_are_there_in_both_languages(whole: Case) -> None:
    """A case can be read without the flow that asked it."""
    line = merge(list(whole.parts.values())).answers[0]

    assert line.answer_text == "Someone may look. I agree"
    assert line.answer_text_local == "<opening.safe.agree_watched> Someone may look. I agree"
    assert line.choices[0].text_local == line.answer_text_local
    assert line.text_local.startswith("<opening.safe> ")


def test_declined_is_written_in_words(whole: Case) -> None:
    """It says that the person does not know; it is not a 'no'."""
    papers = next(line for line in merge(list(whole.parts.values())).answers if line.question == "papers")

    assert papers.answer_text == "Does not know"


def test_open_questions_carry_what_would_change(whole: Case) -> None:
    """Each unknown question has its text, and the choices that would change the grade have theirs."""
    summary = merge(list(whole.parts.values()))
    changing = {(line.question, choice.choice) for line in summary.open for choice in line.choices}

    assert [line.question for line in summary.open] == list(whole.assessment.unknown)
    assert changing == {(change.question, change.answer) for change in whole.assessment.would_change}


def test_core_has_rules_consents_stage_and_safety(whole: Case) -> None:
    """What a responder must know first needs no other tier."""
    core = whole.parts[Tier.CORE]

    assert core.rules[whole.assessment.urgency_rule] == "Under 18 and held."
    assert core.consents == {"organisation": True}
    assert core.contact_safety == {"phone": "watched"}
    assert core.stage == "inside"


def test_without_a_rubric_there_are_no_rule_texts(flow: Flow, whole: Case) -> None:
    """The rule's id is there in any case."""
    parts = summarise(flow, whole.session, whole.assessment, source=Speech(english), local=Speech(local))

    assert parts[Tier.CORE].rules == {}


def test_tiers_that_are_missing_are_only_missing(whole: Case) -> None:
    """A reader without some tiers opens the rest."""
    summary = merge([whole.parts[Tier.LOCATION]])

    assert summary.tiers == (Tier.LOCATION,)
    assert summary.assessment is None


def test_parts_of_two_sessions_are_not_put_together(whole: Case) -> None:
    """Nor two parts of one tier, nor none."""
    core = whole.parts[Tier.CORE]
    other = msgspec.structs.replace(core, session="another", tier=Tier.WORDS)
    for parts in ([core, other], [core, core], []):
        with pytest.raises(PartsUnlike):
            merge(parts)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"part/1", b"part/9"),
        (b'"session":', b'"sessions":'),
        (b"{", b"["),
        (b'"consents"', b'"more":1,"consents"'),
    ],
)
def test_part_of_another_shape_is_refused(whole: Case, old: bytes, new: bytes) -> None:
    """The error holds nothing of what stands there."""
    with pytest.raises(PartUnreadable) as caught:
        decode_part(encode_part(whole.parts[Tier.CORE]).replace(old, new, 1))

    assert str(caught.value) == ""


def test_opened_case_has_the_contract_s_shape(whole: Case) -> None:
    """The summary of `case/1`, ready for JSON."""
    document = case_document({"id": "c"}, merge(list(whole.parts.values())))
    summary = msgspec.json.decode(msgspec.json.encode(document))["summary"]

    assert set(summary) == {
        "answers",
        "texts",
        "assessment",
        "consents",
        "contact_safety",
        "route",
        "language",
    }
    assert summary["assessment"]["schema"] == "assessment/1"
    assert summary["answers"][1]["answer"] == ["none_of_these"]
    places = [line for line in summary["answers"] if line["ref"] == "V4" and not line["superseded"]]
    places = [line for line in places if line["answer"] is not None and not line["choices"]]
    assert [step["question"] for step in summary["route"]] == [line["question"] for line in places]
    assert all(step["place"] and step["at"] for step in summary["route"])
    assert summary["route"]
    assert case_document({}, merge([whole.parts[Tier.WORDS]]))["summary"]["assessment"] is None  # type: ignore[index]


def test_assessment_document_has_the_contract_s_keys(whole: Case) -> None:
    """The schema first, and last what an assessment is and is not."""
    document = msgspec.json.decode(msgspec.json.encode(whole.assessment))

    assert document["schema"] == "assessment/1"
    assert list(document) == [
        "schema",
        "likelihood",
        "likelihood_rule",
        "urgency",
        "urgency_rule",
        "ilo_strict",
        "dimensions",
        "findings",
        "suggestions",
        "if_confirmed",
        "unknown",
        "would_change",
        "rubric",
        "aid",
    ]
    assert document["aid"] == "Screening aid, not a determination."


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Place("Lima", country="PE"), "Lima, PE"),
        (Place(latitude=1.0, longitude=-2.5), "1.000000, -2.500000"),
        (Amount("100", "USD"), "100 USD"),
        (Amount("100"), "100"),
        (When("2026-11-23"), "2026-11-23"),
        (When(relative_days=-3), "-3 d"),
        (Repeated((RouteLeg(Place("Dubai")), RouteLeg(Place("Bangkok")))), "Dubai → Bangkok"),
        (Wrote("as it was"), "as it was"),
    ],
)
def test_answer_of_every_kind_is_one_line(answer: Wrote, text: str) -> None:
    """What was written stays as it was written."""
    assert text == Speech(english).answer(answer, ())


@pytest.mark.parametrize(
    ("inputs", "tiers", "whether"),
    [
        ([], (), False),
        ([ChoiceInput(ChoiceId("agree_safe"))], tuple(Tier), True),
        ([ChoiceInput(ChoiceId("disagree"))], (), False),
        ([Command(Control.SKIP)], (), False),
        ([TextInput("help")], tuple(Tier), True),
        ([TextInput("help"), ChoiceInput(ChoiceId("disagree"))], (), False),
        ([ChoiceInput(ChoiceId("disagree")), TextInput("help")], tuple(Tier), True),
        ([Command(Control.SKIP), ChoiceInput(ChoiceId("hurt_now"))], (Tier.CORE,), False),
        (
            [ChoiceInput(ChoiceId("agree_safe")), Command(Control.BACK), Command(Control.SKIP)],
            tuple(Tier),
            True,
        ),
    ],
)
def test_sharing_follows_agreement_asking_and_danger(
    flow: Flow, rubric: Rubric, inputs: list[Input], tiers: tuple[Tier, ...], *, whether: bool
) -> None:
    """Asking is agreeing; what was said last counts; danger alone opens the core alone."""
    seen = case(flow, rubric, inputs)

    assert tiers == shareable(flow, rubric, seen.session, seen.facts, seen.assessment)
    assert whether is agreed(flow, rubric, seen.session, seen.facts)


def test_silence_forwards_what_shows_risk(flow: Flow, rubric: Rubric) -> None:
    """Any finding is a reason; a conversation without one is none."""
    nothing = case(flow, rubric, [ChoiceInput(ChoiceId("agree_safe"))])
    something = case(flow, rubric, [ChoiceInput(ChoiceId("agree_watched"))])

    assert not shows_risk(nothing.assessment)
    assert shows_risk(something.assessment)


def test_minor_and_near_deadline_come_first(flow: Flow, rubric: Rubric) -> None:
    """Inside one urgency: minors, then the nearest deadline, then the rest."""
    agreed_first: list[Input] = [ChoiceInput(ChoiceId("agree_safe"))]
    soon = case(flow, rubric, [*agreed_first, ChoiceInput(ChoiceId("sold_soon"))])
    now = case(flow, rubric, [*agreed_first, ChoiceInput(ChoiceId("hurt_now"))])
    calm = case(flow, rubric, agreed_first)
    minor = case(flow, rubric, [*agreed_first, Command(Control.SKIP), ChoiceInput(ChoiceId("under_16"))])
    ranks = [rank(rubric, each.assessment) for each in (minor, now, soon, calm)]

    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)


def test_flags_that_only_the_caller_knows_are_counted(flow: Flow, rubric: Rubric) -> None:
    """A conversation that fell silent inside with a strong sign is high."""
    session = case(flow, rubric, WHOLE[:2]).session
    onward: list[Input] = [Command(Control.SKIP), ChoiceInput(ChoiceId("inside"))]
    for given in onward:
        session = resume(flow, session, given, now=200).session
    facts = gather(flow, rubric, session, flags=[FindingId("cut_off")])

    assert FindingId("cut_off") in {finding.id for finding in assess(rubric, facts).findings}


def test_finding_without_evidence_is_in_the_core(flow: Flow, rubric: Rubric) -> None:
    """What the caller adds rests on no answer and is lost in no tier."""
    session = begin(flow, id="s", now=0, language="en").session
    facts = gather(flow, rubric, session, flags=[FindingId("cut_off")])
    parts = summarise(flow, session, assess(rubric, facts), source=Speech(english), local=Speech(english))

    assert [placed.finding.id for placed in parts[Tier.CORE].findings] == ["cut_off"]


def test_answers_to_questions_of_another_revision_are_left_out(
    flow: Flow, rubric: Rubric, whole: Case
) -> None:
    """An unknown question or choice is passed over, not an error."""
    without = tuple(q for q in flow.questions if q.id not in {"age", "phone"})
    bare = Flow(flow.id, "r", tuple(_without_agreement(q) for q in without))
    facts = gather(bare, rubric, whole.session)
    parts = summarise(
        bare, whole.session, assess(rubric, facts), source=Speech(english), local=Speech(english)
    )

    assert not agreed(bare, rubric, begin(bare, id="s", now=0).session, Facts({}))
    assert "age" not in {line.question for line in parts[Tier.CORE].answers}


def test_finding_that_the_rubric_no_longer_knows_is_ignored(flow: Flow, rubric: Rubric) -> None:
    """An old edition of a flow with a newer rubric is graded by what the rubric knows, and never fails."""
    gone = (FindingId("papers_burnt"), FindingId("documents_confiscated"))
    only = (FindingId("papers_burnt"),)
    firing = {"papers": gone, "hours": only, "contact": only}
    old = Flow(flow.id, "old", tuple(_firing(q, firing.get(q.id)) for q in flow.questions))
    session = begin(old, id="s", now=0, language="en").session
    for name in ("safe", "papers", "hours"):
        question = old.by_id[QuestionId(name)]
        tap = ChoiceInput(question.choices[0].id, question.id)
        session = resume(old, session, tap, now=1).session
    facts = gather(old, rubric, session, flags=[FindingId("not_a_flag"), FindingId("cut_off")])
    assessment = foresee(rubric, old, facts, assess(rubric, facts))
    parts = summarise(old, session, assessment, source=Speech(english), local=Speech(english), rubric=rubric)

    assert rubric.grader.fired(gone) == rubric.grader.fired(gone[1:])
    assert {finding.id for finding in assessment.findings} == {"cut_off", "documents_confiscated"}
    assert "contact" not in assessment.unknown
    assert merge(list(parts.values())).assessment == assessment
    assert rank(rubric, assessment) > 0


def _firing(question: Question, findings: tuple[FindingId, ...] | None) -> Question:
    if findings is None:
        return question
    choices = tuple(msgspec.structs.replace(choice, fires=findings) for choice in question.choices)
    return msgspec.structs.replace(question, choices=choices)


def _without_agreement(question: Question) -> Question:
    kept = tuple(choice for choice in question.choices if not choice.id.startswith("agree"))
    return msgspec.structs.replace(question, choices=kept)
