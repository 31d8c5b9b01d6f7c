"""Calls for help: typed where an answer is expected, they are heard all the same."""

import pytest

from flows.build import build_calls
from flows.definition import Flow
from flows.engine import begin, resume
from flows.facts import gather
from flows.gazetteer import CountryNames, Gazetteer
from flows.ids import ChoiceId, QuestionId
from flows.lexicon import Lexicon, key
from flows.loading import Definitions
from flows.reader import Reader
from flows.rubric import Rubric
from flows.session import Session, current
from flows.turn import ChoiceInput, Command, Control, TextInput
from flows.word_forms import CallsForm

PERU = CountryNames({key("Peru"): frozenset({"PE"})})


@pytest.fixture
def reader(definitions: Definitions) -> Reader:
    """Give what reads typed words, as the bot has it."""
    tables = definitions.tables
    return Reader(Gazetteer(tables.sites, lambda: PERU), tables.currencies, tables.times, tables.calls)


def at(flow: Flow, question: str, *taps: str) -> Session:
    """Skip to this question after these taps."""
    session = begin(flow, id="s", now=0, language="en").session
    for tap in taps:
        session = resume(flow, session, ChoiceInput(ChoiceId(tap)), now=0).session
    while session.waiting_for != question:
        session = resume(flow, session, Command(Control.SKIP), now=0).session
    return session


FAMILY = ("about_other", "keep_it", "family_no", "money")
TYPED = [
    ("country", "help me please I am in Peru", ("agree_safe",)),
    ("place", "help", ("agree_safe",)),
    ("place", "SOS building 5", ("agree_safe",)),
    ("route", "please help, they took us from Peru", ("agree_safe",)),
    ("promise", "救命", ("agree_safe",)),
    ("price_to", "no money, help me, 2 days left", ("agree_safe",)),
    ("family_demand_came", "ayúdenme por favor", FAMILY),
    ("family_demand_by", "tolong", FAMILY),
    ("family_sum", "30000, please help us", FAMILY),
    ("family_phone", "+91 98765 43210 help me", FAMILY),
]


@pytest.mark.parametrize(("question", "words", "taps"), TYPED)
def test_call_for_help_is_heard_wherever_it_is_typed(
    flow: Flow, rubric: Rubric, reader: Reader, question: str, words: str, taps: tuple[str, ...]
) -> None:
    """It stays the answer that it is, and asks for help beside it, also of whoever said no before."""
    session = begin(flow, id="s", now=0, language="en").session
    for tap in taps:
        session = resume(flow, session, ChoiceInput(ChoiceId(tap)), now=0).session
    session = resume(flow, session, Command(Control.DONE), now=0).session
    while session.waiting_for != question:
        given = (
            ChoiceInput(ChoiceId("pay_or_work")) if session.waiting_for == "price" else Command(Control.SKIP)
        )
        session = resume(flow, session, given, now=0).session
        session = resume(flow, session, Command(Control.DONE), now=0).session
    told = resume(flow, session, TextInput(words, 9), now=0, reader=reader).session

    assert QuestionId(question) in current(told)
    assert [note.text for note in told.words] == [words]
    assert rubric.rules.free_text in gather(flow, rubric, told).fired


@pytest.mark.parametrize(
    ("question", "words"),
    [("place", "the house of people who help others"), ("country", "Peru"), ("promise", "to help my family")],
)
def test_plain_answer_is_no_call(
    flow: Flow, rubric: Rubric, reader: Reader, question: str, words: str
) -> None:
    """Words that people also use otherwise count only where nothing else is said."""
    told = resume(flow, at(flow, question, "agree_safe"), TextInput(words, 9), now=0, reader=reader).session

    assert QuestionId(question) in current(told)
    assert rubric.rules.free_text not in gather(flow, rubric, told).fired


def test_account_has_a_digit_or_is_kept_beside_the_question(reader: Reader, flow: Flow) -> None:
    """Words at the question about a wallet are no wallet; they may be a cry for help in any language."""
    question = flow.by_id[QuestionId("family_wallet")]

    assert reader.accept(question, TextInput("ndihma juaj"), now=0) is None
    assert reader.accept(question, TextInput("KBank 012-3"), now=0) is not None


def test_reader_without_words_hears_no_call() -> None:
    """A reader that knows none takes everything as it is."""
    assert not Reader().hears_a_call("help me")
    assert build_calls(CallsForm(within=("help me",))) == Lexicon({"help me": "help me"}, frozenset())
