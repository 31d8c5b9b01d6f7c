"""The conversation: no input is lost, none ends in an error, and there is always a way on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.definition import Flow, Then
from flows.engine import begin, prompt, resume
from flows.facts import gather
from flows.gazetteer import CountryNames, Gazetteer
from flows.guide import GradingGuide
from flows.ids import ChoiceId, PhraseId, QuestionId
from flows.loading import load
from flows.reader import Reader
from flows.scoring import assess
from flows.session import Session, current, decode_session, encode_session
from flows.turn import (
    ChoiceInput,
    Command,
    Control,
    Input,
    LanguageInput,
    LocationInput,
    MediaInput,
    NoteKept,
    Screen,
    TextInput,
)

DEFINITIONS = load()
FLOW = DEFINITIONS.whole
CHOICES = sorted({choice.id for question in FLOW.questions for choice in question.choices})
FLOWS = [FLOW, *DEFINITIONS.flows.values()]
TABLES = DEFINITIONS.tables
COUNTRIES = CountryNames({"myanmar": frozenset({"MM"}), "thailand": frozenset({"TH"})})
READER = Reader(Gazetteer(TABLES.sites, lambda: COUNTRIES), TABLES.currencies, TABLES.times)
GUIDE = GradingGuide(DEFINITIONS.rubric)
TYPED = [
    *(
        "help",
        "1",
        "\u0663",
        "",
        " ",
        "Yes",
        "back",
        "done",
        "Myanmar",
        "MM",
        "Mae Sot",
        "5000 usd",
        "tomorrow",
    ),
    *("12.11.2023", "3 days ago", "home -> Mae Sot", "+91 98765 43210", "TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL"),
]
questions = st.none() | st.sampled_from([*FLOW.by_id, QuestionId("no_such_question")])
messages = st.none() | st.integers(1, 6)

inputs: st.SearchStrategy[Input] = st.one_of(
    st.builds(ChoiceInput, st.sampled_from([*CHOICES, ChoiceId("no_such_choice")]), questions),
    st.builds(LanguageInput, st.sampled_from(["en", "ar", "xx"])),
    st.builds(TextInput, st.sampled_from(TYPED), messages, st.booleans()),
    st.builds(MediaInput, st.sampled_from(["photo", "sticker", "other"]), messages),
    st.builds(LocationInput, st.floats(-90, 90), st.floats(-180, 180), messages),
    st.builds(Command, st.sampled_from(Control), questions),
)


def tapped(session: Session, data: st.DataObject, flow: Flow = FLOW) -> Input:
    """Press one of the buttons that are on the screen."""
    due = prompt(flow, session)
    if due.kind is Screen.LANGUAGE:
        return LanguageInput(data.draw(st.sampled_from(["en", "es"])))
    choices = [each.id for each in due.question.choices] if due.question else []
    presses: list[Input] = [ChoiceInput(each, session.waiting_for) for each in choices]
    controls = [each for each in due.controls if each is not Control.EXIT]
    presses += [Command(control, session.waiting_for) for control in controls]
    # Once all is erased nothing is left to press: they can still write.
    return data.draw(st.sampled_from(presses or [TextInput("words", 99)]))


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.id)
@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(1, 40))
def test_any_input_leaves_a_question_or_an_end(flow: Flow, data: st.DataObject, turns: int) -> None:
    """Whatever comes in whatever order, the session waits for a question or has ended, and reads back."""
    session = begin(flow, id="s", now=0).session
    for now in range(turns):
        given = data.draw(inputs) if data.draw(st.booleans()) else tapped(session, data, flow)
        turn = resume(flow, session, given, now=now, guide=GUIDE, reader=READER)
        due = prompt(flow, turn.session)

        assert decode_session(encode_session(turn.session)) == turn.session
        assert (turn.session.waiting_for in flow.by_id) or turn.session.ended
        assert due.kind is Screen.END or due.question or due.controls or turn.session.left
        assert due.kind is Screen.LEFT or due.controls[-1] is Control.EXIT
        session = begin(flow, id="s", now=0).session if turn.session.left else turn.session


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.id)
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_answers_of_every_kind_lead_to_the_end(flow: Flow, data: st.DataObject) -> None:
    """Taps, countries, sums, dates and routes, typed or not: each question is asked once, and then it ends."""
    session = begin(flow, id="s", now=0, language="en", guide=GUIDE).session
    asked: list[QuestionId] = []
    while session.waiting_for is not None:
        question = flow.by_id[session.waiting_for]
        asked.append(question.id)
        taps: list[Input] = [ChoiceInput(c.id) for c in question.choices if c.then is Then.GO_ON]
        session = answer(flow, session, data.draw(st.sampled_from([*taps, *map(TextInput, TYPED)])))
        if session.waiting_for == question.id:
            session = resume(flow, session, Command(Control.SKIP), now=0, guide=GUIDE).session

    assert len(asked) == len(set(asked))
    assert prompt(flow, session).kind is Screen.END


def answer(flow: Flow, session: Session, given: Input) -> Session:
    """Take one input with everything that the bot has."""
    return resume(flow, session, given, now=0, guide=GUIDE, reader=READER).session


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_nothing_that_was_sent_is_lost(data: st.DataObject) -> None:
    """Every text and every media is kept as an answer, as a note, or as both where it may be a call for help."""
    session = begin(FLOW, id="s", now=0).session
    for now in range(25):
        if data.draw(st.booleans()):
            session = resume(FLOW, session, tapped(session, data), now=now).session
        else:
            kept = len(session.words) + len(session.log)
            sent: list[Input] = [TextInput(f"words {now}", 100 + now), MediaInput("voice")]
            given = data.draw(st.sampled_from(sent))
            session = resume(FLOW, session, given, now=now).session

            assert len(session.words) + len(session.log) - kept in {1, 2}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_walking_on_always_ends(data: st.DataObject) -> None:
    """Answering or declining each question reaches the end within twice as many taps as there are choices."""
    session = begin(FLOW, id="s", now=0, language="en").session
    for now in range(2 * (len(CHOICES) + len(FLOW.questions))):
        if session.ended:
            break
        question = FLOW.by_id[session.waiting_for or QuestionId("")]
        fresh = [c.id for c in question.choices if c.id not in session.ticked and c.then == "go_on"]
        onward: list[Input] = [Command(Control.SKIP), Command(Control.UNKNOWN), Command(Control.DONE)]
        onward += [ChoiceInput(choice) for choice in fresh]
        session = resume(FLOW, session, data.draw(st.sampled_from(onward)), now=now).session
        if session.waiting_for == question.id and data.draw(st.booleans()):
            session = resume(FLOW, session, Command(Control.SKIP), now=now).session
    while not session.ended:
        session = resume(FLOW, session, Command(Control.SKIP), now=0).session

    assert prompt(FLOW, session).kind is Screen.END


def test_language_known_already_is_not_asked_again() -> None:
    """A session that begins with a language begins at the safety screen."""
    assert begin(FLOW, id="s", now=0, language="es").session.waiting_for == "safe"


def test_danger_is_told_by_the_fourth_tap() -> None:
    """Language, safety, danger: the third tap can already raise the alarm, the fourth goes on."""
    session = begin(FLOW, id="s", now=0).session
    taps: list[Input] = [
        LanguageInput("en"),
        ChoiceInput(ChoiceId("agree_safe")),
        ChoiceInput(ChoiceId("hurt_now")),
    ]
    for tap in taps:
        session = resume(FLOW, session, tap, now=1).session
    rubric = DEFINITIONS.rubric

    assert assess(rubric, gather(FLOW, rubric, session)).urgency == "critical"
    assert resume(FLOW, session, Command(Control.DONE), now=2).session.waiting_for == "age"


def test_declining_takes_no_answer_back() -> None:
    """Back and Skip over an answered question leave its answer standing."""
    session = begin(FLOW, id="s", now=0, language="en").session
    steps: list[Input] = [
        ChoiceInput(ChoiceId("agree_safe")),
        ChoiceInput(ChoiceId("none_of_these")),
        ChoiceInput(ChoiceId("under_16")),
        Command(Control.BACK),
        Command(Control.SKIP),
    ]
    for step in steps:
        session = resume(FLOW, session, step, now=1).session

    assert current(session)[QuestionId("age")].choices == ("under_16",)  # type: ignore[union-attr]
    assert session.log[-1].question == "age"


def test_ticks_taken_back_stay_in_the_log() -> None:
    """Whoever holds the phone may untick: the history keeps what was ticked."""
    session = begin(FLOW, id="s", now=0, language="en").session
    for choice in ("agree_safe", "hurt_now", "hurt_now"):
        session = resume(FLOW, session, ChoiceInput(ChoiceId(choice)), now=1).session

    assert QuestionId("danger") not in current(session)
    assert [str(entry.answer) for entry in session.log[1:]] == [
        "Chosen(choices=('hurt_now',))",
        "Chosen(choices=())",
    ]
    declined = resume(FLOW, session, Command(Control.SKIP), now=2).session
    assert declined.waiting_for == "age"


def test_language_screen_takes_no_decline() -> None:
    """Without a language there is nothing to decline yet; the languages stay on the screen."""
    session = begin(FLOW, id="s", now=0).session
    turn = resume(FLOW, session, Command(Control.SKIP), now=1)

    assert turn.session.waiting_for == "language"
    assert prompt(FLOW, turn.session).kind is Screen.LANGUAGE


def test_edit_that_no_longer_answers_is_kept_as_words() -> None:
    """The answer that was given stands, and what it was edited to is kept."""
    session = begin(FLOW, id="s", now=0, language="en").session
    steps: list[Input] = [Command(Control.SKIP), Command(Control.SKIP), TextInput("6", 8)]
    for step in [*steps, TextInput("why do you ask", 8, edited=True)]:
        session = resume(FLOW, session, step, now=1).session

    assert current(session)[QuestionId("age")].choices == ("from_50",)  # type: ignore[union-attr]
    assert session.words[-1].text == "why do you ask"


def test_location_without_a_place_question_is_kept_as_a_note() -> None:
    """A flow that asks for no place still keeps a point that is sent."""
    bare = type(FLOW)(FLOW.id, "r", tuple(q for q in FLOW.questions if q.kind != "place"))
    turn = resume(bare, begin(bare, id="s", now=0).session, LocationInput(1.5, 2.5), now=1)

    assert NoteKept("location") in turn.events
    assert turn.session.words[0].text == "1.500000 2.500000"


def test_nothing_that_a_person_wrote_is_in_a_repr() -> None:
    """Logs may hold the repr of an input, an event or a turn."""
    session = begin(FLOW, id="s", now=0, language="en").session
    given = TextInput("canary")
    turn = resume(FLOW, session, given, now=1)
    seen = [given, turn, *turn.events, MediaInput("photo", caption="canary"), LocationInput(1.25, 2.5)]

    assert not any("canary" in repr(each) or "1.25" in repr(each) for each in seen)


def test_kept_session_is_small_and_bytes_of_others_are_refused() -> None:
    """A session of forty answers stays below four kilobytes."""
    session = begin(FLOW, id="s" * 32, now=1_700_000_000, language="en").session
    while not session.ended:
        question = FLOW.by_id[session.waiting_for or QuestionId("")]
        tap: Input = ChoiceInput(question.choices[0].id) if question.choices else Command(Control.SKIP)
        session = resume(FLOW, session, tap, now=1_700_000_000).session
        if not session.ended and session.ticked:
            session = resume(FLOW, session, Command(Control.DONE), now=1_700_000_000).session

    assert len(encode_session(session)) < 4096


@pytest.mark.parametrize(
    ("ticks", "note"),
    [
        (["none_of_these"], None),
        (["hurt_now"], "danger_shared"),
        (["sold_soon", "hiding"], "danger_shared"),
        (["end_life", "not_soon"], "life_heard"),
        (["hurt_now", "end_life", "soon"], "life_heard"),
    ],
)
def test_danger_is_answered_before_the_next_question(ticks: list[str], note: str | None) -> None:
    """Whoever told a danger is told that it arrived; who thinks of death reads words of their own."""
    session = begin(FLOW, id="s", now=1, language="en").session
    for choice in ["agree_safe", *ticks]:
        if choice in {"soon", "not_soon"}:
            session = resume(FLOW, session, Command(Control.DONE), now=1).session
        session = resume(FLOW, session, ChoiceInput(ChoiceId(choice)), now=1).session
    if session.waiting_for == "danger":
        session = resume(FLOW, session, Command(Control.DONE), now=1).session

    assert session.waiting_for == "age"
    assert prompt(FLOW, session).note == note


def test_words_to_pass_on_are_shown_once() -> None:
    """With the first question about the offer; not again above each one that follows."""
    session, notes = begin(FLOW, id="s", now=1, language="en").session, []
    session = resume(FLOW, session, ChoiceInput(ChoiceId("agree_safe")), now=1).session
    while not session.ended:
        due = prompt(FLOW, session)
        notes.append(due.note)
        others = session.waiting_for == "others_soon"
        answer: Input = ChoiceInput(ChoiceId("others_later")) if others else Command(Control.SKIP)
        session = resume(FLOW, session, answer, now=1).session

    assert notes.count(PhraseId("warn_others")) == 1
