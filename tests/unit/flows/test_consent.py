"""Consent: the order of what was said decides, and after a refusal only a real call for help is taken for one."""

from collections.abc import Sequence

import msgspec
import pytest

from flows.answer import Chosen
from flows.consent import agrees
from flows.definition import Flow
from flows.engine import begin, prompt, resume
from flows.facts import gather
from flows.ids import ChoiceId, FindingId, QuestionId, Tier
from flows.rubric import Rubric
from flows.scoring import assess
from flows.session import Entry, How, Session, current, decode_session, encode_session
from flows.sharing import agreed, refused, shareable
from flows.standing import Position, stand
from flows.turn import ChoiceInput, Command, Control, Input, LocationInput, MediaInput, TextInput
from flows.writing import consents

REFUSE = ChoiceInput(ChoiceId("disagree"), QuestionId("safe"))
AGREE = ChoiceInput(ChoiceId("agree_safe"), QuestionId("safe"))
HELP = TextInput("help", 7)
EDITED = TextInput("help me", 7, edited=True)
GO_HOME = ChoiceInput(ChoiceId("go_home"), QuestionId("help"))


def play(flow: Flow, inputs: Sequence[Input]) -> Session:
    """Take all inputs within one second, stored and read back in between."""
    session = begin(flow, id="s", now=5, language="en").session
    for given in inputs:
        session = decode_session(encode_session(resume(flow, session, given, now=5).session))
    return session


def sharing(flow: Flow, rubric: Rubric, session: Session) -> tuple[bool, bool, bool]:
    """Tell whether all is agreed, whether all tiers may go, and whether help counts as asked for."""
    facts = gather(flow, rubric, session)
    tiers = shareable(flow, rubric, session, facts, assess(rubric, facts))
    asked = rubric.rules.free_text in facts.fired
    return agreed(flow, rubric, session, facts), tiers == tuple(Tier), asked


@pytest.mark.parametrize(
    ("inputs", "whether"),
    [
        ([HELP, REFUSE], False),
        ([REFUSE, HELP], True),
        ([REFUSE, HELP, Command(Control.BACK), REFUSE], False),
        ([AGREE, HELP, REFUSE], False),
        ([HELP, REFUSE, Command(Control.BACK), AGREE], True),
    ],
)
def test_order_decides_within_one_second(
    flow: Flow, rubric: Rubric, inputs: list[Input], *, whether: bool
) -> None:
    """Words before a refusal are not words after it, however fast they came."""
    assert whether is sharing(flow, rubric, play(flow, inputs))[0]


@pytest.mark.parametrize(
    "given",
    [
        TextInput("ok"),
        MediaInput("voice"),
        MediaInput("video_note"),
        MediaInput("venue"),
        MediaInput("contact"),
        LocationInput(16.7, 98.6),
        MediaInput("photo", 9, "look at this"),
    ],
)
def test_what_says_something_asks_for_help_after_a_refusal(flow: Flow, rubric: Rubric, given: Input) -> None:
    """Words, a voice, a place or a person to call: they agreed by asking."""
    assert sharing(flow, rubric, play(flow, [REFUSE, given])) == (True, True, True)


@pytest.mark.parametrize(
    "given", [MediaInput(kind, 9) for kind in ("sticker", "dice", "photo", "document", "other", "unreadable")]
)
def test_slip_of_the_hand_is_no_agreement_after_a_refusal(flow: Flow, rubric: Rubric, given: Input) -> None:
    """It is kept, and nothing is passed on for it; before any refusal it counts as asking."""
    session = play(flow, [REFUSE, given])

    assert len(session.words) == 1
    assert sharing(flow, rubric, session) == (False, False, False)
    assert sharing(flow, rubric, play(flow, [given])) == (True, True, True)


@pytest.mark.parametrize(
    "inputs",
    [
        [HELP, REFUSE, EDITED],
        [MediaInput("photo", 7), REFUSE, MediaInput("photo", 7, "help", edited=True)],
        [AGREE, TextInput("8", 7), TextInput("5", 7, edited=True), REFUSE, EDITED],
        [REFUSE, MediaInput("photo", 7), MediaInput("photo", 7, "help", edited=True)],
    ],
)
def test_older_message_in_new_words_is_no_agreement(flow: Flow, rubric: Rubric, inputs: list[Input]) -> None:
    """An edit says what an older message was, not that the contact has thought again."""
    assert sharing(flow, rubric, play(flow, inputs))[0] is False


def test_tapping_that_help_is_wanted_asks_for_help_after_a_refusal(flow: Flow, rubric: Rubric) -> None:
    """Who refused and then taps 'To go home' has asked; taking the tick back takes that back."""
    asked = [REFUSE, GO_HOME]

    assert sharing(flow, rubric, play(flow, asked))[0] is True
    assert sharing(flow, rubric, play(flow, [GO_HOME, REFUSE]))[0] is False


def test_tick_taken_back_is_no_call_for_help(flow: Flow, rubric: Rubric) -> None:
    """Only the choices that stand count."""
    session = play(flow, [REFUSE, GO_HOME, ChoiceInput(ChoiceId("no_help"), QuestionId("help"))])

    assert sharing(flow, rubric, session)[0] is False


@pytest.mark.parametrize(
    ("inputs", "whether"),
    [
        ([], False),
        ([HELP], False),
        ([AGREE], False),
        ([REFUSE], True),
        ([REFUSE, MediaInput("sticker")], True),
        ([REFUSE, HELP], False),
        ([REFUSE, GO_HOME], False),
    ],
)
def test_never_asked_is_no_refusal(flow: Flow, rubric: Rubric, inputs: list[Input], *, whether: bool) -> None:
    """Only a no that stands is one; silence is not, and a call for help takes it back."""
    assert whether is refused(flow, rubric, play(flow, inputs))


def test_note_of_an_older_form_reads_as_the_first(flow: Flow) -> None:
    """A session that was stored before notes knew their place is still a session."""
    session = play(flow, [REFUSE, HELP])
    stored = msgspec.msgpack.decode(encode_session(session))
    words = Session.__struct_fields__.index("words")
    stored[words] = [note[:5] for note in stored[words]]
    older = decode_session(msgspec.msgpack.encode(stored))

    assert session.words[0].after == 1
    assert older.words == (msgspec.structs.replace(session.words[0], after=0),)


@pytest.mark.parametrize(
    "inputs",
    [
        [],
        [HELP],
        [AGREE],
        [MediaInput("sticker")],
        [Command(Control.SKIP)],
        [GO_HOME],
        [ChoiceInput(ChoiceId("yes_share"), QuestionId("share"))],
        [HELP, ChoiceInput(ChoiceId("no_share"), QuestionId("share"))],
        [ChoiceInput(ChoiceId("no_share"), QuestionId("share")), HELP],
        [ChoiceInput(ChoiceId("yes_share"), QuestionId("share")), REFUSE, Command(Control.BACK)],
    ],
)
def test_last_screen_says_that_people_read_only_where_they_may(
    flow: Flow, rubric: Rubric, inputs: list[Input]
) -> None:
    """The engine ends a session by the same rule by which a case may go to the organisation."""
    session = play(flow, inputs)
    last = msgspec.structs.replace(session, waiting_for=None, ending=None, paused=False)
    read, _, _ = sharing(flow, rubric, last)

    assert prompt(flow, last).ending == ("ended" if read else "ended_unread")


@pytest.mark.parametrize(
    ("first", "asked"),
    [(AGREE, False), (ChoiceInput(ChoiceId("agree_watched"), QuestionId("safe")), False)]
    + [(Command(control, QuestionId("safe")), True) for control in (Control.SKIP, Control.UNKNOWN)],
)
def test_whoever_did_not_agree_at_first_is_asked_once_more(flow: Flow, first: Input, *, asked: bool) -> None:
    """And only a yes to the organisation lets it ask about anybody else."""
    position = stand(flow, current(play(flow, [first])))
    names = [name for name in ("share", "tell_embassy", "tell_home_police") if due(flow, name, position)]

    assert names == (["share"] if asked else ["tell_embassy", "tell_home_police"])


def due(flow: Flow, name: str, position: Position) -> bool:
    """Tell whether a question would be asked."""
    return flow.by_id[QuestionId(name)].due(position)


def test_case_tells_what_was_said_last_wherever_it_was_asked(flow: Flow) -> None:
    """A no on the first screen after a yes at the end is a no, in what is shared and in what a responder reads."""
    session = begin(flow, id="s", now=0, language="en").session
    for name, choice, yes in (
        ("safe", "agree_safe", True),
        ("share", "yes_share", True),
        ("safe", "disagree", False),
        ("share", "yes_share", True),
    ):
        entry = Entry(QuestionId(name), Chosen((ChoiceId(choice),)), 0, How.TAPPED)
        session = msgspec.structs.replace(session, log=(*session.log, entry))

        assert consents(flow, session) == {"organisation": yes}
        assert agrees(flow, FindingId("asked_for_help"), session) is yes
