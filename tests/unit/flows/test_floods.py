"""Floods: what somebody types to keep the program busy costs little more than what others type."""

from time import process_time

import pytest
from msgspec.structs import replace

from bot.catalogue import reader
from flows.answer import Repeated
from flows.consent import calls
from flows.definition import Flow, Kind, Question
from flows.edits import MOST_LEGS, MOST_LETTERS
from flows.engine import begin, resume
from flows.ids import ChoiceId
from flows.loading import Definitions
from flows.money import MOST_SUMS, read_amount
from flows.reader import Reader
from flows.session import Note, Session, current
from flows.turn import ChoiceInput, TextInput
from flows.vocabulary import LONGEST, MOST_MARKS, fold, normal

MOST = 4096
ORDINARY = ("they took us to a big house near the river " * 100)[:MOST]
TYPED = frozenset(Kind) - {Kind.LANGUAGE, Kind.CHOICE, Kind.MULTI}
NOON = 1_795_435_200


@pytest.fixture(scope="module")
def knowing(definitions: Definitions) -> Reader:
    """Reads with all tables, which are there already."""
    found = reader(definitions, ["ar", "es", "zh_Hans"])
    found.gazetteer.prepare()
    return found


def asked(flow: Flow, kind: Kind) -> Question:
    """The first question of a kind."""
    return next(question for question in flow.questions if question.kind is kind)


def cost(knowing: Reader, question: Question, text: str) -> float:
    """Seconds of the processor, at best."""
    costs = []
    for _ in range(3):
        begun = process_time()
        knowing.accept(question, TextInput(text), now=NOON)
        costs.append(process_time() - begun)
    return min(costs)


def hostile(knowing: Reader) -> list[str]:
    """Texts of 4096 signs that took long once, and of the same making."""
    currencies = knowing.currencies
    assert currencies is not None
    signs = [
        "\ufdfa",
        "\ufdfa ",
        "\u3300",
        "\u337f",
        "\ufb03",
        "½",
        "1½",
        "$5",
        "(1",
        "(1) ",
        "1年1月1日",
        "5$ ",
    ]
    signs += [
        "1 - ",
        "1- 2 - ",
        "1 to 2 ",
        "5k",
        "5万5千",
        "1 days",
        "1/1/1 ",
        "+1 650 ",
        "0959123456 ",
        "-> ",
        "كا",
    ]
    signs += [
        "a",
        "1",
        "1,",
        "\n",
        "\u1031\u103b",
        "kk ",
        "united ",
        "T1",
        "bc1q ",
        "0x52908400098527886E0F ",
    ]
    words = [*currencies.codes, *currencies.powers]
    mixed = " ".join(f"{number} {words[number % len(words)]}" for number in range(2000))
    return [*((sign * MOST)[:MOST] for sign in signs), ("a" + "\u0301\u0316" * MOST)[:MOST], mixed[:MOST]]


def test_no_text_costs_much_more_than_ordinary_words(definitions: Definitions, knowing: Reader) -> None:
    """Of whatever signs, to whichever question: six times the most that ordinary words of that length cost."""
    questions = [asked(definitions.whole, kind) for kind in sorted(TYPED)]
    usual = max(cost(knowing, question, ORDINARY) for question in questions)

    slow = [
        (question.kind, place)
        for place, text in enumerate(hostile(knowing))
        for question in questions
        if cost(knowing, question, text) > 6 * usual
    ]

    assert slow == []


def test_signs_that_stand_for_sentences_are_cut() -> None:
    """A text is read no further than anybody can type; so are marks on one letter."""
    assert len(normal("\ufdfa" * MOST)) == LONGEST
    assert len(normal("a" * 2 * LONGEST)) == LONGEST
    assert len(normal("ab" + "\u0301\u0316" * MOST)) <= MOST_MARKS + 2
    assert fold("Que\u0301 tal") == "qué tal"


def test_a_list_of_sums_has_no_one_sum(knowing: Reader) -> None:
    """Twenty times the same is that sum, more is a flood."""
    assert knowing.currencies is not None
    assert read_amount("5 USD " * MOST_SUMS, knowing.currencies) is not None
    assert read_amount("5 USD " * (MOST_SUMS + 1), knowing.currencies) is None


def on_the_way(flow: Flow) -> Session:
    """Somebody who is asked for their route."""
    turn = begin(flow, id="s", now=NOON)
    return replace(turn.session, waiting_for=asked(flow, Kind.ROUTE).id)


@pytest.mark.parametrize("places", ["Dubai, Bangkok", "Dubai " + "x" * 200])
def test_a_route_does_not_grow_for_ever(definitions: Definitions, places: str) -> None:
    """It takes so many places and letters; what comes after is kept as words, and edits change nothing of that."""
    flow = definitions.whole
    session = on_the_way(flow)
    for message in range(2 * MOST_LEGS):
        session = resume(flow, session, TextInput(places, message), now=NOON).session
    route = current(session)[asked(flow, Kind.ROUTE).id]

    assert isinstance(route, Repeated)
    assert len(route.items) <= MOST_LEGS
    assert sum(len(leg.place.text or "") for leg in route.items) <= MOST_LETTERS
    assert len(session.log) + len(session.words) == 2 * MOST_LEGS

    longer = ", ".join(["Dubai"] * MOST_LEGS) + "x" * MOST_LETTERS
    edited = resume(flow, session, TextInput(longer, 0, edited=True), now=NOON).session
    assert current(edited)[asked(flow, Kind.ROUTE).id] == route
    assert edited.words[-1].text == longer


def refused(flow: Flow, words: int) -> Session:
    """Somebody who said no, and then wrote so many times."""
    session = begin(flow, id="s", now=NOON, language="en").session
    session = resume(flow, session, ChoiceInput(ChoiceId("disagree")), now=NOON).session
    notes = tuple(Note("text", "hi", NOON, None, message, len(session.log)) for message in range(words))
    return replace(session, words=notes)


def test_words_after_a_no_are_looked_at_once_each(definitions: Definitions) -> None:
    """Eight times as many cost some eight times as much, not sixty-four."""
    flow, asking = definitions.whole, definitions.rubric.rules.free_text

    def taken(words: int) -> float:
        session = refused(flow, words)
        costs = []
        for _ in range(3):
            begun = process_time()
            assert all(calls(flow, asking, session))
            costs.append(process_time() - begun)
        return min(costs)

    assert taken(4000) < 24 * taken(500)
