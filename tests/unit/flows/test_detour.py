"""Detours: who may read is asked again at any moment, erasing once, and then it goes on where it was."""

import pytest

from flows.engine import begin, prompt, resume
from flows.ids import ChoiceId, QuestionId
from flows.loading import load
from flows.session import Session
from flows.turn import ChoiceInput, Command, Control, Input, Screen, SessionErased, TextInput
from flows.vocabulary import learn
from flows.writing import consents

DEFINITIONS = load()
FLOW = DEFINITIONS.whole
TEXTS = {str(name): phrase.text for name, phrase in DEFINITIONS.phrases.items()}
WORDS = {control: TEXTS[f"{control}_words"] for control in (Control.EXIT, Control.READERS, Control.ERASE)}
VOCABULARY = learn(
    FLOW,
    [lambda _context, source: source],
    controls={control: TEXTS[control] for control in Control},
    languages={},
    words=WORDS,
)


def given(tap: str) -> Input:
    """A tap, a control by its name, or words after a colon."""
    if tap.startswith(":"):
        return TextInput(tap[1:])
    controls = [control for control in Control if control == tap]
    return Command(controls[0]) if controls else ChoiceInput(ChoiceId(tap))


def go(session: Session, *taps: str) -> Session:
    """Go on from here."""
    for tap in taps:
        session = resume(FLOW, session, given(tap), now=0, vocabulary=VOCABULARY).session
    return session


def walk(*taps: str) -> Session:
    """Begin in English and tap these."""
    return go(begin(FLOW, id="s", now=0, language="en").session, *taps)


def to_the_end(session: Session) -> Session:
    """Skip all that is left."""
    while not session.ended:
        session = go(session, "skip")
    return session


def test_who_may_read_is_changed_in_the_middle_and_it_goes_on_there() -> None:
    """Each is asked once more, whatever was said before; what was answered meanwhile is not asked again."""
    session = walk("agree_safe", "none_of_these", "from_18_to_29", ":who reads")
    asked = []
    while session.detour is not None:
        asked.append(session.waiting_for)
        session = go(
            session, {"share": "yes_share", "tell_embassy": "yes_embassy"}.get(str(asked[-1]), "skip")
        )

    assert asked == ["share", "reply", "tell_embassy", "tell_home_police", "tell_local_police", "may_count"]
    assert session.waiting_for == "country"
    assert consents(FLOW, session) == {"organisation": True, "embassy": True}


def test_a_yes_is_taken_back_at_the_end() -> None:
    """The last screen offers it, and then says that nobody reads it."""
    session = to_the_end(walk("agree_safe"))
    assert Control.READERS in prompt(FLOW, session).controls
    assert prompt(FLOW, session).ending == "ended"
    session = go(session, "readers", "no_share")
    assert session.waiting_for == "reply"
    session = go(session, "skip")

    assert session.ended
    assert prompt(FLOW, session).ending == "ended_unread"
    assert consents(FLOW, session) == {"organisation": False}


def test_who_did_not_agree_may_agree_later() -> None:
    """It ends as it had ended, but for what the last screen says."""
    session = go(walk("disagree"), "readers", "no_share", "skip")
    assert prompt(FLOW, session).ending == "not_agreed"
    session = go(session, "readers", "yes_share", *["skip"] * 5)

    assert session.ended
    assert prompt(FLOW, session).ending == "ended"


def test_back_leads_out_of_it() -> None:
    """To where it began, with nothing changed."""
    before = walk("agree_safe", "none_of_these")
    after = go(before, "readers", "back")

    assert (after.waiting_for, after.trail, after.log) == (before.waiting_for, before.trail, before.log)
    paused = go(walk("not_now"), ":readers", "back")
    assert prompt(FLOW, paused).kind is Screen.PAUSED


def test_nobody_is_asked_about_the_police_of_the_place_for_somebody_else() -> None:
    """A family is never asked, nor is a child: it is theirs to dare who is there."""
    family = walk("about_other", "keep_it", "family_yes", "readers")
    child = walk("agree_safe", "none_of_these", "under_16", "readers")
    for begun in (family, child):
        session, asked = begun, []
        while session.detour is not None:
            asked.append(session.waiting_for)
            session = go(session, "skip")
        assert "tell_local_police" not in asked


@pytest.mark.parametrize("word", ["erase", "Delete all", "ERASE ALL"])
def test_erasing_is_asked_once_and_then_done(word: str) -> None:
    """By a word at any moment; it cannot be undone, so it alone asks back."""
    session = walk("agree_safe", f":{word}")
    assert session.waiting_for == "erase_all"
    turn = resume(FLOW, session, given("erase_now"), now=0)

    assert turn.events[-1] == SessionErased()
    assert (turn.session.left, turn.session.erased) == (True, True)
    assert prompt(FLOW, turn.session).kind is Screen.LEFT


@pytest.mark.parametrize("no", ["keep_all", "skip", "unknown", "back"])
def test_anything_else_erases_nothing(no: str) -> None:
    """And it goes on where it was."""
    session = go(walk("agree_safe"), "erase", no)

    assert (session.erased, session.left, session.waiting_for) == (False, False, "danger")


def test_erasing_is_never_due_by_itself() -> None:
    """Nobody is led there."""
    session = walk("agree_safe")
    while not session.ended:
        assert session.waiting_for != "erase_all"
        session = go(session, "skip")


def test_what_is_said_about_erasing_is_true() -> None:
    """What cannot be recalled, how long it takes in danger, and that going on takes it back."""
    text = FLOW.by_id[QuestionId("erase_all")].text

    for words in ("What people have read already, we cannot take back.", "In danger this takes 3 days."):
        assert words in text
    assert "Somebody may make you ask." in text
    assert "If you write here in that time, nothing is erased." in text


# On a phone that is theirs nothing has to be typed


@pytest.mark.parametrize(
    "taps",
    [
        (["agree_watched", "none_of_these", "from_18_to_29", "MM", "i_write_first", "theirs"]),
        (["something_else", "hurt_home", "none_of_these", "PH", "from_18", "other_yes", "theirs"]),
    ],
)
def test_where_the_account_is_theirs_nothing_has_to_be_typed(taps: list[str]) -> None:
    """Whoever owns it reads what is typed, deleted or not; buttons say the same to them every time."""
    mine = [*taps[:-1], "mine"]

    def typed(session: Session) -> list[str]:
        names = []
        while not session.ended:
            question = FLOW.by_id[session.waiting_for or QuestionId("")]
            if question.kind in {"text", "number", "amount", "phone", "wallet", "place", "route", "word"}:
                names.append(str(question.id))
            session = go(session, {"price": "family_pays"}.get(str(question.id), "skip"))
            session = go(session, "done") if session.ticked else session
        return names

    assert typed(walk(*taps)) == []
    assert typed(walk(*mine)) != []
