"""Doors: whoever goes back and takes another one keeps what they said, and is asked what that door asks."""

import pytest

from flows.definition import Flow
from flows.engine import begin, prompt, resume
from flows.facts import gather
from flows.guide import GradingGuide
from flows.ids import ChoiceId, QuestionId
from flows.rubric import Rubric
from flows.session import Session, current
from flows.sharing import agreed
from flows.standing import stand
from flows.turn import ChoiceInput, Command, Control, Input
from flows.writing import consents, contact_safety

MOST_SCREENS = 100


@pytest.fixture
def whole(flow: Flow) -> Flow:
    """Give the questionnaire with all its paths."""
    return flow


def given(tap: str) -> Input:
    """Give the input of a tap; `done`, `skip` and `back` are the controls."""
    controls = [control for control in Control if control == tap]
    return Command(controls[0]) if controls else ChoiceInput(ChoiceId(tap))


def go(flow: Flow, rubric: Rubric, session: Session, *taps: str) -> Session:
    """Tap on; `doors` goes back to the screen with the doors."""
    for tap in taps:
        if tap == "doors":
            session = back_to_the_doors(flow, session)
        else:
            session = resume(flow, session, given(tap), now=0, guide=GradingGuide(rubric)).session
    return session


def back_to_the_doors(flow: Flow, session: Session) -> Session:
    """Page back, screen by screen."""
    while session.waiting_for != "safe":
        session = resume(flow, session, Command(Control.BACK), now=0).session
    return session


def walk(flow: Flow, rubric: Rubric, *taps: str) -> Session:
    """Begin in English and tap on."""
    return go(flow, rubric, begin(flow, id="s", now=0, language="en").session, *taps)


def asked(flow: Flow, rubric: Rubric, session: Session) -> list[QuestionId]:
    """Skip all that comes, and list it."""
    names = []
    for _ in range(MOST_SCREENS):
        if session.waiting_for is None:
            return names
        names.append(session.waiting_for)
        session = go(flow, rubric, session, "skip")
    raise AssertionError(names)


def test_who_says_at_another_door_that_the_phone_is_watched_is_believed(whole: Flow, rubric: Rubric) -> None:
    """The question about the phone was answered earlier at another door; what was said last counts."""
    session = walk(whole, rubric, "about_other", "keep_it", "family_yes", "doors", "agree_watched")

    assert contact_safety(whole, session) == {"keep_chat": "yes", "phone": "watched"}


def test_yes_at_another_door_stands_after_a_no(whole: Flow, rubric: Rubric) -> None:
    """What the case tells of consent is what decides who reads it."""
    session = walk(whole, rubric, "about_other", "keep_it", "family_no", "doors", "agree_safe")

    assert agreed(whole, rubric, session, gather(whole, rubric, session))
    assert consents(whole, session)["organisation"] is True


def test_stage_of_somebody_else_does_not_stand_for_ones_own(whole: Flow, rubric: Rubric) -> None:
    """Who is held, and told of a friend with an offer at another door, is asked about being held."""
    session = walk(
        whole, rubric, "agree_safe", *["skip"] * 5, "inside", "doors", "about_other", "keep_it", "family_yes"
    )
    session = go(whole, rubric, session, *["skip"] * 6, "offer")
    assert stand(whole, current(session)).stage == "offer"
    session = go(whole, rubric, session, "doors", "agree_safe")

    assert stand(whole, current(session)).stage == "inside"
    assert "papers" in asked(whole, rubric, session)


def test_stage_told_at_another_door_counts_until_there_is_one_of_their_own(
    whole: Flow, rubric: Rubric
) -> None:
    """It is more than nothing."""
    session = walk(
        whole, rubric, "about_other", "keep_it", "family_yes", *["skip"] * 6, "inside", "doors", "agree_safe"
    )

    assert stand(whole, current(session)).stage == "inside"


def test_skipping_again_does_not_make_an_answer_the_latest(whole: Flow, rubric: Rubric) -> None:
    """A declined question keeps the place in the order that its answer had."""
    session = walk(
        whole, rubric, "about_other", "keep_it", "family_no", "doors", "agree_watched", "doors", "skip"
    )

    assert contact_safety(whole, session) == {"keep_chat": "yes", "phone": "watched"}
    assert list(current(session)) == ["keep_chat", "family_agree", "safe"]


@pytest.mark.parametrize("trouble", ["help_others", "ask_only"])
@pytest.mark.parametrize("door", ["about_other", "skip"])
def test_who_only_asked_at_first_is_asked_like_everybody_at_another_door(
    whole: Flow, rubric: Rubric, trouble: str, door: str
) -> None:
    """Whether people may read it is asked, and the long facts only of whoever wants them."""
    session = walk(whole, rubric, "something_else", trouble, "doors", "agree_safe", "doors", "not_now")
    session = resume(whole, session, Command(Control.RESUME), now=0).session
    names = asked(whole, rubric, go(whole, rubric, session, door, *["family_no"] * (door == "about_other")))

    assert {"share", "about_chat"} <= set(names)
    assert "fact_reading" not in names


def test_yes_of_another_door_is_asked_again_where_this_door_had_none(whole: Flow, rubric: Rubric) -> None:
    """Whoever agreed as a relative, and now writes about themselves, has not been asked about that."""
    session = walk(
        whole, rubric, "about_other", "keep_it", "family_yes", "doors", "something_else", "something"
    )

    assert "share" in asked(whole, rubric, session)


def test_case_says_yes_where_a_yes_is_why_it_is_read(whole: Flow, rubric: Rubric) -> None:
    """At another door nothing was said about it yet: the yes from before stands, and the case shows it."""
    session = walk(whole, rubric, "agree_safe", "doors", "about_other")

    assert agreed(whole, rubric, session, gather(whole, rubric, session))
    assert consents(whole, session) == {"organisation": True}


def test_who_names_no_trouble_is_asked_about_danger(whole: Flow, rubric: Rubric) -> None:
    """Behind the fourth door nobody has to say what it is to be heard in danger."""
    names = asked(whole, rubric, walk(whole, rubric, "something_else", "skip"))

    assert names[:4] == ["other_now", "other_country", "other_age", "other_agree"]


def test_nobody_is_thanked_for_a_lot_before_this_door_has_asked_anything(whole: Flow, rubric: Rubric) -> None:
    """A case that was settled at another door begins with danger, age and place here."""
    session = walk(whole, rubric, "about_other", "keep_it", "family_yes", "hurt_now", "done", *["skip"] * 8)
    while session.waiting_for != "family_more":
        ticks = {
            "family_told": ["locked", "guarded", "beaten", "done"],
            "family_papers": ["with_bosses"],
            "family_work": ["get_money", "other_than_offered", "done"],
        }.get(session.waiting_for or "", ["skip"])
        session = go(whole, rubric, session, *ticks)
    session = go(whole, rubric, session, "doors", "agree_safe")

    names = [session.waiting_for]
    for tap in ("none_of_these", "from_18_to_29", "MM"):
        session = go(whole, rubric, session, tap)
        names.append(session.waiting_for)
    assert names == ["danger", "age", "country", "reply"]
    assert go(whole, rubric, session, "any_time").waiting_for == "tell_more"


@pytest.mark.parametrize(
    ("taps", "lines"),
    [
        (["something_else", "hurt_home", "doors", "agree_safe"], ["trafficking", "consular", "embassy"]),
        (["something_else", "lost_money", "doors", "about_other"], ["trafficking", "consular", "embassy"]),
        (["something_else", "something", "hurt_now", "done"], ["domestic_violence"]),
    ],
)
def test_last_lines_are_for_the_door_that_was_taken(
    whole: Flow, rubric: Rubric, taps: list[str], lines: list[str]
) -> None:
    """What was tapped behind the fourth door hides no line from whoever is held; danger has its number behind each."""
    session = walk(whole, rubric, *taps)
    while session.waiting_for is not None:
        session = go(whole, rubric, session, "skip")

    assert list(prompt(whole, session).lines) == lines
