"""A watched phone: what tells most comes first, and nothing is asked before what it refers to."""

from flows.definition import Flow
from flows.engine import begin, prompt, resume
from flows.guide import GradingGuide
from flows.ids import ChoiceId, QuestionId
from flows.rubric import Rubric
from flows.session import Session
from flows.turn import ChoiceInput, Command, Control

BOTH = ("suicide", "trafficking", "consular")


def go(flow: Flow, rubric: Rubric, session: Session, *taps: str) -> Session:
    """Tap on; controls by their names."""
    for tap in taps:
        controls = [control for control in Control if control == tap]
        given = Command(controls[0]) if controls else ChoiceInput(ChoiceId(tap))
        session = resume(flow, session, given, now=0, guide=GradingGuide(rubric)).session
    return session


def to(flow: Flow, rubric: Rubric, name: str, *taps: str) -> Session:
    """Tap on from the doors, then skip to this question."""
    session = go(flow, rubric, begin(flow, id="s", now=0, language="en").session, *taps)
    while session.waiting_for != QuestionId(name):
        session = go(flow, rubric, session, "skip")
    return session


def test_deadline_is_asked_after_the_day_it_counts_from(flow: Flow, rubric: Rubric) -> None:
    """'From that day on' says nothing to whoever was not asked about the day; and both come at once."""
    session = go(flow, rubric, to(flow, rubric, "price", "agree_watched"), "family_pays", "done")
    assert session.waiting_for == "price_came"

    assert go(flow, rubric, session, "today").waiting_for == "price_by"


def test_who_thinks_of_death_and_is_in_danger_gets_the_lines_for_both(flow: Flow, rubric: Rubric) -> None:
    """Where no line to talk to is known, the lines for people held are still there."""
    victim = to(flow, rubric, "reply", "agree_safe", "hurt_now", "end_life", "done")
    family = to(
        flow, rubric, "family_stage", "about_other", "keep_it", "family_yes", "hurt_now", "end_life", "done"
    )

    assert prompt(flow, victim).lines == BOTH
    assert prompt(flow, family).lines == BOTH


def test_warning_for_others_is_shown_once_also_to_whoever_is_brief(flow: Flow, rubric: Rubric) -> None:
    """Friends who are about to fly can be warned; the text does not stay on the screen."""
    session = go(flow, rubric, to(flow, rubric, "others_soon", "agree_safe"), "others_3_days")
    seen = []
    while session.waiting_for is not None:
        seen += [session.waiting_for] * (prompt(flow, session).note == "warn_others")
        session = go(flow, rubric, session, "skip")
    assert seen == ["hearing"]

    session = to(
        flow,
        rubric,
        "papers",
        "agree_safe",
        "hurt_now",
        "done",
        "from_18_to_29",
        "MM",
        "any_time",
        "mine",
        "inside",
    )
    session = go(flow, rubric, session, "with_bosses", "taken", "locked", "guarded", "done", "chats", "done")
    while session.waiting_for != "tell_more":
        ticks = {"differences": ["job", "done"]}.get(session.waiting_for or "", ["skip"])
        session = go(flow, rubric, session, *ticks)
    session = go(flow, rubric, session, "to_the_end")
    while session.waiting_for != "help":
        tap = "others_3_days" if session.waiting_for == "others_soon" else "skip"
        session = go(flow, rubric, session, tap)
    assert prompt(flow, session).note == "warn_others"
