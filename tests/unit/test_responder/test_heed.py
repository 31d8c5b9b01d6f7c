"""Before words go out: another language, and what belongs to another case."""

from __future__ import annotations

import pytest

from flows.answer import Wrote
from flows.definition import Kind
from flows.summary import CaseSummary
from flows.turn import LanguageInput, TextInput
from protocol.revision import CaseId
from responder.heed import Memory, doubts
from responder.lexicon import vocabulary
from responder.tongue import other_language, other_script
from tests.unit.test_responder.test_journey import line
from tests.unit.test_responder.test_reader import opened
from tests.unit.test_responder.told import ONLY_HELP, tap

WORDING, _ = vocabulary("en", ())
THIS, OTHER = CaseId("this"), CaseId("other")


@pytest.mark.parametrize(
    ("text", "language", "seems"),
    [
        ("Thank you, we will help you today", "es", "English"),
        ("Thank you, we will help you today", "ar", "English"),
        ("Gracias, le ayudamos hoy mismo con todo", "en", "Spanish"),
        ("Gracias, le ayudamos hoy mismo con todo", "es", ""),
        ("شكرا لك نحن هنا", "en", "Arabic"),
        ("شكرا لك نحن هنا", "ar", ""),
        ("شكرا لك نحن هنا", "am", "Arabic"),
        ("谢谢你", "zh_Hans", ""),
        ("谢谢你", "en", "Han"),
        ("ありがとう", "ja", ""),
        ("Asante sana, tutakusaidia", "sw", ""),
        ("Thank you, we will help you today", "sw", "English"),
        ("", "ar", ""),
        ("12:30, +66 81 234 5678", "ar", ""),
        ("Thank you, we will help you today", None, ""),
        ("Thank you, we will help you today", "not-a-language", "English"),
    ],
)
def test_a_text_in_another_language_is_doubted(text: str, language: str | None, seems: str) -> None:
    """By its words, and by its letters where nothing is known of those; what cannot be told is not doubted."""
    assert (other_language(text, language, WORDING) or other_script(text, language, WORDING)) == seems


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("谢谢你", "en", "These are Han letters. Their language has others."),
        ("Asante sana, tutakusaidia", "ar", "These are Latin letters. Their language has others."),
        (
            "Thank you, we will help you today",
            "ar",
            "This seems to be English. They chose another language.",
        ),
    ],
)
def test_letters_are_not_told_as_a_language(text: str, language: str, said: str) -> None:
    """Nobody writes Latin to us."""
    assert doubts(text, language, (), WORDING) == (said,)


def told(*texts: str, name: str = "", watchword: tuple[str, ...] = ()) -> tuple[CaseSummary, ...]:
    """One session in which these words were written, of somebody with this name."""
    inputs = (
        LanguageInput("en"),
        tap("agree_safe"),
        *(TextInput(text, message=i) for i, text in enumerate(texts, 5)),
    )
    (session,) = opened(inputs).sessions
    fields = {each: getattr(session, each) for each in CaseSummary.__struct_fields__} | {
        "watchword": watchword
    }
    if name:
        fields["answers"] = (*session.answers, line("family_name", "F2", Kind.TEXT, Wrote(name), name))
    return (CaseSummary(**fields),)


def remembering(*texts: str, name: str = "", watchword: tuple[str, ...] = ()) -> Memory:
    """A desk at which this case and another one were opened."""
    memory = Memory()
    memory.learn(THIS, told("we are in Bavet", name="Sara"), WORDING)
    memory.learn(OTHER, told(*texts, name=name, watchword=watchword), WORDING)
    return memory


@pytest.mark.parametrize(
    ("memory", "text", "what"),
    [
        (remembering("I am in KK Park"), "Are you still in kk park?", "KK Park"),
        (remembering(name="Tigist Alemu"), "We have spoken with TIGIST.", "tigist"),
        (remembering(name="王小明"), "我们找到王小明了", "王小明"),
        (remembering("call +66812345678"), "Call +66 81 234 5678", "+66812345678"),
        (remembering(watchword=("river lamp", "río lámpara")), "The words are: river lamp", "river lamp"),
    ],
)
def test_what_is_of_another_case_is_stopped(memory: Memory, text: str, what: str) -> None:
    """A site, a name, a number, the two words: however it is written."""
    assert memory.strange(text, THIS, WORDING) == (what,)
    assert memory.strange(text, OTHER, WORDING) == ()


def test_what_both_cases_know_is_not_stopped() -> None:
    """Two people in one place: its name gives nothing away."""
    memory = remembering("in Bavet too")

    assert memory.strange("How is it in Bavet?", THIS, WORDING) == ()


def test_part_of_a_word_is_no_name() -> None:
    """Ali is not in `quality`."""
    assert remembering(name="Ali").strange("We know the quality of it", THIS, WORDING) == ()


def test_at_the_lock_all_is_forgotten() -> None:
    """What is known of cases is in memory alone."""
    memory = remembering("I am in KK Park")
    memory.forget()

    assert memory.cases == {}
    assert memory.strange("KK Park", THIS, WORDING) == ()


def test_a_doubt_is_a_sentence_for_each_thing() -> None:
    """The language first."""
    assert doubts("Thank you, we will help you", "ar", ("KK Park",), WORDING) == (
        "This seems to be English. They chose another language.",
        "“KK Park” is of another case that you opened.",
    )
    assert doubts("KK", "en", (), WORDING) == ()


def test_a_case_that_says_nothing_leaves_no_mark() -> None:
    """One word for help is of everybody."""
    memory = Memory()
    memory.learn(OTHER, opened(ONLY_HELP).sessions, WORDING)

    assert memory.strange("help", THIS, WORDING) == ()
