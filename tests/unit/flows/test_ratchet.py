"""The ratchet: nothing that a phone can send makes a case less urgent, or puts it further back in the queue.

Whoever holds the phone may be who holds the person. So whatever was told stays told: it may be changed on the
screen, and the case keeps both what was said and how urgent that was.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.forwarding import Forwarding, Passage
from bot.recipients import Recipients
from bot.record import Held, Place, Record
from bot.sealing import Sealer, Sheet
from flows.answer import Answer, Chosen
from flows.definition import Choice, Kind, Question, Then
from flows.engine import begin
from flows.ids import ChoiceId, FindingId, QuestionId, Stage
from flows.session import Entry, How, Session, current
from flows.turn import (
    ChoiceInput,
    Command,
    Control,
    Input,
    LanguageInput,
    LocationInput,
    MediaInput,
    TextInput,
)
from protocol.roster import Roster
from storage.box import DataKey
from storage.case import Revision
from tests.unit.bot.hotline import library

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CUT_OFF, MINOR, DURESS = FindingId("cut_off"), FindingId("minor"), FindingId("duress")
DOORS = {"victim": "agree_safe", "family": "about_other", "other": "something_else"}
AGES = {"victim": "age", "family": "family_age", "other": "other_age"}
STAGES = {"victim": "stage", "family": "family_stage"}
LIBRARY = library()
FLOW, RUBRIC = LIBRARY.newest.flow, LIBRARY.rubric
FLAGS = [flag.id for flag in RUBRIC.rules.flags]


class Unsealed(Sealer):
    """Seals nothing: what a case weighs is decided before."""

    def __init__(self) -> None:
        """Need nobody who is enrolled."""
        object.__setattr__(self, "recipients", SimpleNamespace(now=Recipients.of(Roster())))

    def seal(
        self,
        case: str,
        number: int,
        sheets: Iterable[Sheet],
        key: DataKey,
        *,
        session: str,
        now: datetime,
    ) -> tuple[Revision, ...]:
        """Give no file."""
        del case, number, sheets, key, session, now
        return ()


FORWARDING = Forwarding(LIBRARY, Unsealed())


def held(record: Record) -> Held:
    """A conversation with this record."""
    return Held("c" * 32, b"k" * 16, DataKey.generate(), record, 0, Place(chat=7))


@dataclass
class Phone:
    """Somebody's session, and the record that is kept of it; each step checks that the record holds."""

    session: Session
    record: Record = field(default_factory=Record)

    def weigh(self, *, settled: bool = False, flags: Sequence[FindingId] = ()) -> None:
        """Weigh and forward as the bot does after a turn or a silence; nothing falls."""
        before, passage = self.record, Passage(LIBRARY.newest, self.session)
        record, forward = FORWARDING.weigh(before, passage, settled=settled, flags=flags)
        if forward is not None:
            record, put = FORWARDING.seal(held(record), record, forward, now=NOON)
            assert (put.urgency, put.rank) == (record.urgency, record.rank)
        assert record.urgency >= before.urgency
        assert record.rank <= before.rank
        self.record = record

    def send(self, given: Input) -> None:
        """Take what the phone sends; nothing that was said leaves the log."""
        before = self.session.log
        turn = Passage(LIBRARY.newest, self.session).resume(given, LIBRARY, NOON)
        self.session = turn.session
        assert all(_kept(entry, self.session.log) for entry in before)
        self.weigh(settled=self.session.ended)


def _kept(entry: Entry, log: Sequence[Entry]) -> bool:
    """Tell whether an answer is still there, or grew by ticks."""
    if entry in log:
        return True
    grown = [each.answer for each in log if each.question == entry.question]
    return isinstance(entry.answer, Chosen) and any(
        isinstance(answer, Chosen) and set(entry.answer.choices) < set(answer.choices) for answer in grown
    )


@cache
def tellers(flag: FindingId) -> Sequence[tuple[Question, Choice]]:
    """Give a choice of each path that tells the flag."""
    found: dict[str, tuple[Question, Choice]] = {}
    for question in FLOW.questions:
        for choice in question.choices:
            if flag in choice.fires and question.part not in found:
                found[question.part] = (question, choice)
    return list(found.values())


def tap(question: str, *choices: str) -> Entry:
    """An answer of taps in the log."""
    return Entry(QuestionId(question), Chosen(tuple(map(ChoiceId, choices))), 0, How.TAPPED)


def stage_choice(question: Question, stage: Stage) -> str | None:
    """The choice that tells the stage."""
    return next((choice.id for choice in question.choices if choice.stage is stage), None)


def told(question: Question, choice: Choice, stage: Stage, *, minor: bool) -> Phone:
    """Somebody who told this at this stage, at this age, and of course agreed."""
    path = "victim" if question.part == "opening" else question.part
    door = choice.id if question.id == "safe" else DOORS[path]
    log = [tap("safe", door)]
    log += [tap("family_agree", "family_yes")] if path == "family" and question.id != "family_agree" else []
    log += [tap(AGES[path], "under_16" if minor else "from_50" if path != "other" else "from_18")]
    asked = FLOW.by_id[QuestionId(STAGES[path])] if path in STAGES else None
    picked = stage_choice(asked, stage) if asked else None
    log += [tap(asked.id, picked)] if asked and picked else []
    log += [tap(question.id, choice.id)] if question.id not in {"safe", AGES[path]} else []
    session = begin(FLOW, id="s", now=0, language="en").session
    trail = tuple(entry.question for entry in log)
    due = next(q.id for q in FLOW.questions if q.part == path and q.id not in trail)
    return Phone(replace(session, log=tuple(log), trail=trail, waiting_for=due))


def none_of(question: Question) -> Choice | None:
    """The choice that says 'not this' and leads on."""
    quiet = [choice for choice in question.choices if not (choice.fires or choice.stage or choice.consents)]
    leading = (choice for choice in quiet if choice.alone or question.kind is not Kind.MULTI)
    return next((choice for choice in leading if choice.then is Then.GO_ON), None)


def onward(phone: Phone, *, answer: bool) -> Iterator[Input]:
    """Answer all that is left with 'no', or decline it, until the end."""
    for _ in range(2 * len(FLOW.questions)):
        if phone.session.ended:
            return
        question = FLOW.by_id[phone.session.waiting_for or QuestionId("")]
        no = none_of(question) if answer else None
        yield ChoiceInput(no.id, question.id) if no else Command(Control.SKIP)


def unsaying(session: Session) -> Iterator[Input]:
    """On every screen that went by: the line 'not this', and each tick taken back."""
    for name, answer in current(session).items():
        question = FLOW.by_id[name]
        no = none_of(question)
        if no is not None:
            yield ChoiceInput(no.id, name)
        if isinstance(answer, Chosen):
            yield from (ChoiceInput(choice, name) for choice in answer.choices)


def another(question: str, choice: str) -> Input:
    """Another answer on a screen that went by."""
    return ChoiceInput(ChoiceId(choice), QuestionId(question))


BACK, SKIP, UNKNOWN = Command(Control.BACK), Command(Control.SKIP), Command(Control.UNKNOWN)
RESUME = Command(Control.RESUME)
SAID = TextInput("it was a joke", 7)
MOVES: tuple[Input, ...] = (
    *(BACK, SKIP, BACK, BACK, UNKNOWN, SAID, TextInput("all is well", 7, edited=True)),
    *(another("age", "from_50"), another("family_age", "from_50"), another("other_age", "from_18")),
    *(another("stage", "free"), another("family_stage", "free"), another("family_stage", "no_news")),
    *(another("safe", "not_now"), SKIP, SAID, RESUME),
    *(another("safe", "disagree"), BACK, another("safe", "agree_safe"), another("safe", "about_other")),
    *(
        another("family_agree", "family_no"),
        another("safe", "something_else"),
        another("trouble", "ask_only"),
    ),
    *(another("other_agree", "other_no"), another("safe", "agree_safe")),
    *(LanguageInput("en"), MediaInput("sticker"), LocationInput(0.0, 0.0)),
)


def test_every_flag_can_be_told_here() -> None:
    """A word, a silence and a promise that was not kept up tell the others."""
    assert [flag for flag in FLAGS if not tellers(flag)] == [DURESS, CUT_OFF, FindingId("check_in_missed")]


@pytest.mark.parametrize("minor", [False, True], ids=["adult", "child"])
@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("flag", FLAGS)
def test_nothing_that_a_phone_can_send_lowers_a_case(flag: FindingId, stage: Stage, *, minor: bool) -> None:
    """Each flag at each stage and age: unsaid, declined, changed, edited, paused, refused, and told no to the end."""
    for question, choice in tellers(flag) or tellers(FindingId("device_watched")):
        phone = told(question, choice, stage, minor=minor)
        phone.weigh(settled=flag == CUT_OFF, flags=(CUT_OFF,) if flag == CUT_OFF else ())
        urgency, rank = phone.record.urgency, phone.record.rank
        for given_ in (*unsaying(phone.session), *MOVES):
            phone.send(given_)
        for given_ in onward(phone, answer=True):
            phone.send(given_)
        phone.weigh(settled=True, flags=(CUT_OFF,))

        assert phone.session.ended
        assert phone.record.urgency >= urgency
        assert phone.record.rank <= rank


@pytest.mark.parametrize("answer", [True, False], ids=["no", "declined"])
@pytest.mark.parametrize("flag", FLAGS)
def test_more_answers_never_lower_a_case(flag: FindingId, *, answer: bool) -> None:
    """As more is answered a grade may fall, since little known is no longer all there is; the case does not."""
    for question, choice in tellers(flag):
        phone = told(question, choice, Stage.OFFER, minor=False)
        phone.weigh()
        for given_ in onward(phone, answer=answer):
            phone.send(given_)

        assert phone.session.ended


def test_grade_that_falls_leaves_the_case_where_it_was() -> None:
    """They travel within three days; then one weak sign and many a no: the grade alone would say nothing."""
    (question, choice), *_ = tellers(FindingId("departure_72h"))
    phone = told(question, choice, Stage.OFFER, minor=False)
    phone.weigh(settled=True)
    high = phone.record.urgency
    for given_ in onward(phone, answer=True):
        phone.send(given_)
    last = FORWARDING.weigh(Record(), Passage(LIBRARY.newest, phone.session), settled=True)[0]

    assert last.urgency < high == phone.record.urgency


def test_changed_answer_stays_in_the_case_beside_the_new_one() -> None:
    """A responder sees what was there before, and that it was changed."""
    phone = told(*tellers(FindingId("danger_now"))[0], Stage.INSIDE, minor=False)
    phone.send(another("danger", "none_of_these"))
    danger = [entry for entry in phone.session.log if entry.question == "danger"]

    assert [_choices(entry.answer) for entry in danger] == [("hurt_now",), ("none_of_these",)]
    assert [entry.how for entry in danger] == ["tapped", "edited"]


def _choices(answer: Answer) -> tuple[str, ...]:
    return answer.choices if isinstance(answer, Chosen) else ()


def test_case_stays_where_it_is_when_its_session_is_over() -> None:
    """A later conversation that tells nothing takes nothing back."""
    phone = told(*tellers(FindingId("torture_now"))[0], Stage.INSIDE, minor=True)
    phone.weigh()
    later = Phone(begin(FLOW, id="t", now=9, language="en").session, replace(phone.record, told={}))
    for given_ in (another("safe", "disagree"), BACK, another("safe", "agree_safe"), *[SKIP] * 5):
        later.send(given_)

    assert (later.record.urgency, later.record.rank) == (phone.record.urgency, phone.record.rank)


choices = st.sampled_from([(q.id, c.id) for q in FLOW.questions for c in q.choices])
anything: st.SearchStrategy[Input] = st.one_of(
    choices.map(lambda pair: ChoiceInput(pair[1], pair[0])),
    choices.map(lambda pair: ChoiceInput(pair[1])),
    st.sampled_from(MOVES),
    st.builds(Command, st.sampled_from(Control)),
    st.builds(TextInput, st.sampled_from(["1", "no", "12.11.2026", "MM"]), st.integers(1, 3), st.booleans()),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(anything, max_size=30), st.sampled_from(FLAGS[:-1]), st.sampled_from(Stage), st.booleans())
def test_in_no_order_does_anything_lower_a_case(
    sent: list[Input], flag: FindingId, stage: Stage, minor: bool
) -> None:
    """Whatever is sent, in whatever order, each step leaves urgency and rank where they were, or raises them."""
    for question, choice in tellers(flag)[:1]:
        phone = told(question, choice, stage, minor=minor)
        phone.weigh()
        for given_ in sent:
            phone.send(given_)
