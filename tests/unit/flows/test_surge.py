"""The core: what is asked while very many people write, and how the rest follows."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from flows.core import Core
from flows.definition import Choice, Endings, Flow, Kind, Question
from flows.engine import begin, prompt, resume
from flows.guide import UNGUIDED
from flows.ids import ChoiceId, FindingId, FlowId, PhraseId, QuestionId
from flows.loading import FOLDER, load, proofread
from flows.passage import go_on
from flows.problems import Code
from flows.revision import compile_flow
from flows.session import Session, Surge, decode_session, encode_session
from flows.turn import ChoiceInput, Command, Control, Screen, SessionCompleted

YES = Choice(ChoiceId("yes"), "Yes", consents={"organisation": True})
NO = Choice(ChoiceId("no"), "No", consents={"organisation": False})


def ask(name: str, *, at_once: bool = False) -> Question:
    """A question with a yes and a no."""
    return Question(
        QuestionId(name), "V1", Kind.CHOICE, f"{name}?", choices=(YES, NO), part="victim", at_once=at_once
    )


FLOW = compile_flow(
    Flow(
        FlowId("flow"),
        "",
        (ask("first"), ask("second"), ask("third"), ask("fourth")),
        Endings(PhraseId("read"), PhraseId("unread"), FindingId("help")),
        core=Core(
            frozenset({QuestionId("first"), QuestionId("third")}), PhraseId("enough"), PhraseId("rest")
        ),
    )
)


def start(flow: Flow = FLOW, *, surge: bool = True) -> Session:
    """A session that begins now."""
    return begin(flow, id="s", now=0, surge=surge).session


def tap(session: Session, choice: Choice = YES, flow: Flow = FLOW) -> Session:
    """Tap, store and read back."""
    turn = resume(flow, session, ChoiceInput(choice.id), now=1)
    return decode_session(encode_session(turn.session))


def go(session: Session) -> Session:
    """Go on."""
    return resume(FLOW, session, Command(Control.RESUME), now=2).session


def test_the_core_alone_is_asked_then_the_rest() -> None:
    """In their order, each once."""
    session = start()
    asked = [session.waiting_for]
    for _ in range(2):
        session = tap(session)
        asked.append(session.waiting_for)
    assert asked == ["first", "third", None]
    due = prompt(FLOW, session)
    assert (due.kind, due.ending) == (Screen.END, "enough")
    assert Control.RESUME in due.controls
    assert session.ended
    assert not session.over
    session = go(session)
    assert session.waiting_for == "second"
    session = tap(tap(session))
    due = prompt(FLOW, session)
    assert (due.ending, session.over) == ("read", True)
    assert Control.RESUME not in due.controls


def test_another_phrase_offers_the_rest() -> None:
    """When there is time for it."""
    session = replace(tap(tap(start())), surge=Surge.REST)
    assert prompt(FLOW, session).ending == "rest"
    assert go(session).surge is Surge.NO


def test_whoever_did_not_agree_reads_so_and_can_go_on() -> None:
    """The last screen never says that people read what they will not."""
    session = tap(tap(start(), NO), NO)
    due = prompt(FLOW, session)
    assert due.ending == "unread"
    assert Control.RESUME in due.controls


def test_without_a_core_or_a_surge_everything_is_asked() -> None:
    """As ever."""
    assert tap(start(surge=False)).waiting_for == "second"
    bare = compile_flow(replace(FLOW, core=None))
    assert tap(start(bare), flow=bare).waiting_for == "second"
    # A session whose edition has lost its core, which no program writes.
    lost = replace(start(bare), surge=Surge.CORE)
    assert tap(lost, flow=bare).waiting_for == "second"


def test_going_on_with_nothing_left_ends() -> None:
    """A core that was everything."""
    session = tap(tap(start()))
    every = replace(session, log=tuple(replace(session.log[0], question=each.id) for each in FLOW.questions))
    turn = go_on(FLOW, every, UNGUIDED)
    assert turn.events == (SessionCompleted(PhraseId("read")),)


@pytest.mark.parametrize(
    ("door", "asked", "way", "then"),
    [
        ("agree_safe", "reply", "by_signal", {"reply_signal"}),
        ("agree_safe", "reply", "certain_hours", {"reply_hours"}),
        ("agree_safe", "reply", "in_hours", {"reply_in"}),
        ("about_other", "family_reply", "certain_hours", {"family_reply_hours"}),
    ],
)
def test_our_core_asks_what_a_way_to_reply_needs(door: str, asked: str, way: str, then: set[str]) -> None:
    """Whoever chooses a sign or hours says which one, also while very many write: else the choice means nothing."""
    flow = load().whole
    session = begin(flow, id="s", now=0, language="en", surge=True).session
    session = resume(flow, session, ChoiceInput(ChoiceId(door)), now=1).session
    screens = set()
    while session.waiting_for is not None:
        screens.add(session.waiting_for)
        given = ChoiceInput(ChoiceId(way)) if session.waiting_for == asked else Command(Control.SKIP)
        session = resume(flow, session, given, now=1).session
    assert then <= screens


def test_what_is_asked_at_once_is_asked_all_the_same() -> None:
    """Danger does not wait for the rest."""
    urgent = compile_flow(replace(FLOW, questions=(*FLOW.questions, ask("urgent", at_once=True))))
    assert tap(start(urgent), flow=urgent).waiting_for == "urgent"


def test_our_core_is_short_and_asks_what_decides() -> None:
    """At most ten screens on each path."""
    flow = load().whole
    assert flow.core is not None
    for door in ("agree_safe", "about_other", "something_else"):
        session = begin(flow, id="s", now=0, language="en", surge=True).session
        session = resume(flow, session, ChoiceInput(ChoiceId(door)), now=1).session
        screens = []
        while session.waiting_for is not None:
            screens.append(session.waiting_for)
            session = resume(flow, session, Command(Control.SKIP), now=1).session
        assert 4 < len(screens) <= 10, screens
    assert {"danger", "age", "country", "papers", "people"} <= flow.core.questions


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("    - papers\n", "    - paper\n", Code.UNKNOWN_QUESTION),
        ("enough: surge_enough", "enough: surge_enuff", Code.UNKNOWN_PHRASE),
    ],
)
def test_a_name_that_is_not_there_is_a_problem(tmp_path: Path, old: str, new: str, code: Code) -> None:
    """In the questionnaire's own file."""
    for file in FOLDER.glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text("utf-8"), "utf-8")
    whole = tmp_path / "questionnaire.yaml"
    text = whole.read_text("utf-8")
    assert old in text
    whole.write_text(text.replace(old, new), "utf-8")
    (problem,) = [each for each in proofread(tmp_path) if each.code is code]
    assert problem.file == "questionnaire.yaml"
