"""The guide: nothing is settled that an answer could still make urgent, and what tells most comes first in a hurry."""

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from flows.answer import Answer, Chosen, Decline, Declined, When
from flows.condition import AllOf, Answered, AnyOf, Chose, Condition, Fired, Not, Settled, StageIn
from flows.definition import Flow, Kind, Question
from flows.engine import begin, resume
from flows.facts import read
from flows.grading import URGENCIES
from flows.guide import UNGUIDED, GradingGuide, Still
from flows.ids import ChoiceId, FindingId, QuestionId, Stage
from flows.loading import load
from flows.rubric import Rubric
from flows.rule import Likelihood, Urgency
from flows.session import Session, current
from flows.standing import Position, stand
from flows.turn import ChoiceInput, Command, Control, Input, TextInput

DEFINITIONS = load()
FLOW, RUBRIC = DEFINITIONS.whole, DEFINITIONS.rubric
GUIDE = GradingGuide(RUBRIC)
SKIPPED = Declined(Decline.SKIPPED)
OPENING = ["danger", "age", "country", "reply"]
DEADLINES = ["price_came", "price_by"]
PRESUMED = {
    "safe": ["agree_safe"],
    "danger": ["none_of_these"],
    "age": ["from_18_to_29"],
    "stage": ["inside"],
    "papers": ["with_bosses"],
    "leaving": ["locked"],
    "work": ["chats"],
    "treatment": ["beaten"],
    "differences": ["job"],
}
"""Enough to presume; of the questions that can still raise it, `price` is open."""


def position(answers: Mapping[str, list[str] | Answer | None], flow: Flow = FLOW) -> Position:
    """Stand where these answers lead to; a list names choices."""
    told = {
        QuestionId(name): Chosen(tuple(map(ChoiceId, answer))) if isinstance(answer, list) else answer
        for name, answer in answers.items()
        if answer is not None
    }
    return stand(flow, told)


def settled(**more: list[str] | Answer | None) -> bool:
    """Ask the guide, after enough to presume and more."""
    return GUIDE.settled(FLOW, position(PRESUMED | more))


def given_(tap: str) -> Input:
    """Give the input of a tap; `done`, `skip` and `unknown` are the controls."""
    controls = [control for control in Control if control == tap]
    return Command(controls[0]) if controls else ChoiceInput(ChoiceId(tap))


def walk(*taps: str) -> Session:
    """Begin in English and tap these."""
    session = begin(FLOW, id="s", now=0, language="en", guide=GUIDE).session
    for tap in taps:
        session = resume(FLOW, session, given_(tap), now=0, guide=GUIDE).session
    return session


def onward(session: Session) -> Iterator[QuestionId]:
    """Skip to the end, and name what is asked on the way."""
    while session.waiting_for is not None:
        yield session.waiting_for
        session = resume(FLOW, session, Command(Control.SKIP), now=0, guide=GUIDE).session


def test_unguided_nothing_is_settled_and_the_order_stays() -> None:
    """Where no rubric is at hand, everything is asked as it is written."""
    assert not UNGUIDED.settled(FLOW, position(PRESUMED))
    assert UNGUIDED.best(FLOW, position({}), [QuestionId("b"), QuestionId("a")]) == "b"


def test_settled_only_when_presumed() -> None:
    """Probable is not enough, however urgent."""
    probable = {name: answer for name, answer in PRESUMED.items() if name not in {"work", "differences"}}

    assert settled(price=["no_price"], alone=["only_me"])
    assert not GUIDE.settled(FLOW, position(probable | {"price": ["no_price"]}))
    assert not GUIDE.settled(FLOW, position(probable | {"danger": ["hurt_now"]}))


def test_nothing_is_more_urgent_than_critical() -> None:
    """Then no answer still to come can raise it."""
    assert settled(danger=["hurt_now"])


@pytest.mark.parametrize("name", ["danger", "age", "price"])
def test_never_settled_before_what_may_make_it_critical(name: str) -> None:
    """Danger, the age and a price: until each is answered or declined, more is asked."""
    rest = {"price": ["no_price"], "alone": ["only_me"]}

    assert not settled(**rest | {name: None})
    assert settled(**rest | {name: SKIPPED})


def test_never_settled_before_the_deadline_is_known() -> None:
    """A clock fires what no choice names: a day for the money counts until it was told or declined."""
    asked: dict[str, list[str] | Answer | None] = {"price": ["family_pays"], "alone": ["only_me"]}

    assert not settled(**asked)
    assert not settled(**asked, price_came=["today"])
    assert settled(**asked, price_came=["today"], price_by=["no_day"])
    assert settled(**asked, price_came=SKIPPED, price_by=SKIPPED)


def test_deadline_that_was_tapped_among_the_dangers_is_not_waited_for() -> None:
    """It is critical already."""
    assert settled(danger=["pay_soon"], price=["family_pays"])


answers_of = {
    question.id: st.none()
    | st.just(SKIPPED)
    | st.lists(st.sampled_from([c.id for c in question.choices]), min_size=1, max_size=3, unique=True).map(
        lambda ids: Chosen(tuple(ids))
    )
    for question in FLOW.questions
    if question.choices and question.kind is not Kind.COUNTRY and question.part in {"opening", "victim"}
}


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries({name: answers_of[name] for name in answers_of}), st.data())
def test_no_answer_after_settled_is_more_urgent(
    drawn: dict[QuestionId, Answer | None], data: st.DataObject
) -> None:
    """Whatever is answered to a question that is then due, the urgency stays what it was."""
    certain: dict[QuestionId, Answer] = {
        QuestionId(name): Chosen(tuple(map(ChoiceId, answer))) for name, answer in PRESUMED.items()
    }
    answers = {name: answer for name, answer in drawn.items() if answer is not None} | certain
    here = stand(FLOW, answers)
    if not GUIDE.settled(FLOW, here):
        return
    before = read(FLOW, RUBRIC, answers)
    open_ = [q for q in FLOW.questions if q.id in answers_of and q.id not in answers and q.due(here)]
    if open_:
        question = data.draw(st.sampled_from(open_))
        choice = data.draw(st.sampled_from(question.choices))
        after = read(FLOW, RUBRIC, {**answers, question.id: Chosen((choice.id,))})
        grader = RUBRIC.grader
        was, is_ = (grader.grade(grader.fired(f.fired), f.stage, f.answered).urgency for f in (before, after))

        assert URGENCIES[is_] >= URGENCIES[was]


def test_tell_more_comes_at_once_and_the_end_skips_the_rest_but_not_the_closing() -> None:
    """As soon as enough is known; what others need to know, help and the consents are still asked."""
    taps = "agree_safe none_of_these from_18_to_29 MM any_time mine inside skip skip skip skip skip"
    held = "with_bosses skip locked done chats done no_price beaten done skip"
    session = walk(*taps.split(), *held.split())
    assert session.waiting_for == "differences"
    told = resume(FLOW, session, given_("job"), now=0, guide=GUIDE).session
    asked = resume(FLOW, told, given_("done"), now=0, guide=GUIDE).session

    assert asked.waiting_for == "tell_more"
    ended = resume(FLOW, asked, given_("to_the_end"), now=0, guide=GUIDE).session
    assert list(onward(ended)) == [
        *("others_soon", "help", "other_phone", "tell_embassy", "tell_home_police", "tell_local_police"),
        *("may_count", "check_in", "code_word", "about_chat"),
    ]


def test_telling_more_goes_on_where_it_was() -> None:
    """What was asked at once came out of its order: nothing is left for after the closing."""
    taps = "agree_safe hurt_now done from_18_to_29 MM any_time mine inside skip skip skip skip skip"
    held = "with_bosses taken skip chats done skip skip less_pay done"
    session = walk(*taps.split(), *held.split())
    assert session.waiting_for == "tell_more"

    asked = list(onward(resume(FLOW, session, given_("more"), now=0, guide=GUIDE).session))

    assert asked[:3] == ["differences", "others_soon", "hearing"]
    assert asked[-1] == "about_chat"


def test_what_may_raise_most_comes_first_while_the_phone_is_watched() -> None:
    """Inside a section: then the rest of it, in its order, before the next section begins."""
    taps = "agree_watched none_of_these skip skip skip skip skip skip skip skip skip skip"
    asked = list(onward(walk(*taps.split())))
    held = [
        FLOW.by_id[name]
        for name in asked
        if FLOW.by_id[name].section == FLOW.by_id[QuestionId("papers")].section
    ]

    assert asked[0] == "price"
    assert asked[: len(held)] == [question.id for question in held]
    assert sorted(FLOW.position[question.id] for question in held) != [
        FLOW.position[question.id] for question in held
    ]


def test_a_deadline_is_worth_most() -> None:
    """A clock may fire what makes a case critical, though no choice names it."""
    here = position({"price": ["family_pays"]})
    due = [QuestionId("leaving"), QuestionId("treatment"), QuestionId("price_by")]

    assert GUIDE.best(FLOW, here, due) == "price_by"


def test_equal_worth_keeps_the_order() -> None:
    """A question that can tell nothing waits, and nothing is shuffled."""
    critical = position({"danger": ["hurt_now"]})
    due = [QuestionId("promise"), QuestionId("code_word")]

    assert GUIDE.best(FLOW, critical, due) == "promise"
    assert GUIDE.best(FLOW, critical, list(reversed(due))) == "code_word"


def test_opening_keeps_its_order_in_a_hurry() -> None:
    """Danger, age, country, a way back: as written, watched or not."""
    for tap in ("agree_safe", "agree_watched"):
        session, seen = walk(tap), []
        for _ in OPENING:
            seen.append(session.waiting_for)
            session = resume(FLOW, session, given_("skip"), now=0, guide=GUIDE).session

        assert seen == OPENING


def test_what_comes_at_once_comes_before_what_tells_most() -> None:
    """A day on which somebody is to be sold is asked for before the rest of its section, watched or not."""
    taps = "about_other keep_it family_watched none_of_these skip skip skip skip skip inside skip skip skip"
    session = walk(*taps.split())
    while session.waiting_for != "family_demands":
        session = resume(FLOW, session, given_("skip"), now=0, guide=GUIDE).session
    session = resume(FLOW, session, given_("worse"), now=0, guide=GUIDE).session

    assert resume(FLOW, session, given_("done"), now=0, guide=GUIDE).session.waiting_for == "family_moving"


# What may still come

A, B = QuestionId("papers"), QuestionId("price")
MINOR = FindingId("minor")
HELD = FindingId("documents_confiscated")


def may_come(when: Condition | None, answers: dict[str, list[str] | Answer | None] | None = None) -> bool:
    """Ask whether a question under this condition may still come."""
    question = Question(QuestionId("new"), "V1", Kind.TEXT, "Words?", when=when)
    return Still(FLOW, position(answers or {})).may_come(question)


CHOSE = Chose(A, (ChoiceId("with_bosses"),))


@pytest.mark.parametrize(
    ("when", "answers", "expected"),
    [
        (None, {}, True),
        (Settled(), {}, True),
        (CHOSE, {}, True),
        (CHOSE, {"papers": ["with_bosses"]}, True),
        (CHOSE, {"papers": ["with_me"]}, False),
        (CHOSE, {"papers": SKIPPED}, False),
        (Answered(B), {"price": SKIPPED}, False),
        (Answered(B), {}, True),
        (Not(CHOSE), {"papers": ["with_bosses"]}, False),
        (Not(CHOSE), {}, True),
        (Fired((HELD,)), {}, True),
        (Fired((HELD,)), {"papers": ["with_bosses"]}, True),
        (Fired((MINOR,)), {"age": ["from_50"], "family_age": SKIPPED, "other_age": SKIPPED}, False),
        (Not(Fired((MINOR,))), {"age": ["under_16"]}, False),
        (StageIn((Stage.INSIDE,)), {}, True),
        (StageIn((Stage.INSIDE,)), {"stage": ["free"]}, False),
        (AllOf((CHOSE, Answered(B))), {"papers": ["with_me"]}, False),
        (AllOf((CHOSE, Answered(B))), {"papers": ["with_bosses"]}, True),
        (AllOf((CHOSE, Answered(B))), {"papers": ["with_bosses"], "price": ["no_price"]}, True),
        (AnyOf((CHOSE, Answered(B))), {"papers": ["with_me"]}, True),
        (AnyOf((CHOSE, Answered(B))), {"papers": ["with_bosses"]}, True),
        (AnyOf((CHOSE, Answered(B))), {"papers": ["with_me"], "price": SKIPPED}, False),
    ],
)
def test_question_may_come_until_an_answer_rules_it_out(
    when: Condition | None, answers: dict[str, list[str] | Answer | None], *, expected: bool
) -> None:
    """What is unknown is never taken for a no."""
    assert may_come(when, answers) is expected


def test_question_that_cannot_come_does_not_hold_up() -> None:
    """A child is not asked what only adults are asked; its condition counts, not its findings."""
    open_ = position(PRESUMED | {"age": ["under_16"], "leaving": None, "price": ["no_price"]})

    assert not Still(FLOW, open_).may_come(FLOW.by_id[QuestionId("threats")])
    assert Still(FLOW, open_).may_come(FLOW.by_id[QuestionId("leaving")])


def test_flow_without_a_time_that_is_short_keeps_its_order() -> None:
    """An organisation's own questionnaire need not name one."""
    calm = replace(FLOW, short=None)
    session = begin(calm, id="s", now=0, language="en", guide=GUIDE).session
    for tap in ["agree_watched", "none_of_these", *["skip"] * 10]:
        session = resume(calm, session, given_(tap), now=0, guide=GUIDE).session

    assert session.waiting_for == "papers"


@pytest.mark.parametrize(
    ("words", "urgency"), [("tomorrow", Urgency.CRITICAL), ("no idea", Urgency.CRITICAL)]
)
def test_typed_deadline_counts_as_a_tapped_one(words: str, urgency: Urgency) -> None:
    """What cannot be read is taken for the more urgent."""
    taps = f"agree_safe none_of_these {'skip ' * 4} inside {'skip ' * 9} family_pays done skip"
    session = walk(*taps.split())
    assert session.waiting_for == "price_by"
    told = resume(FLOW, session, TextInput(words), now=0, guide=GUIDE).session
    facts = read(FLOW, RUBRIC, current(told))

    assert isinstance(current(told)[QuestionId("price_by")], When)
    assert (
        RUBRIC.grader.grade(RUBRIC.grader.fired(facts.fired), facts.stage, facts.answered).urgency is urgency
    )


def test_outlook_names_a_deadline(rubric: Rubric) -> None:
    """A responder reads that the day for the money would make it critical."""
    told = rubric.telling(FLOW).by_id[QuestionId("price_by")]
    base = rubric.grader.base(0, Stage.INSIDE, read(FLOW, rubric, {}).answered)
    by_choice = {option.choice: rubric.grader.grade_with(base, option).urgency for option in told.options}

    assert by_choice == {"one_day": Urgency.CRITICAL, "no_day": Urgency.HIGH}
    assert base.grade.likelihood is Likelihood.INSUFFICIENT
