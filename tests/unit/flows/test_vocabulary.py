"""Typed words that pick what could have been tapped."""

import pytest

from flows.answer import Counted, Place, Wrote
from flows.definition import Flow
from flows.ids import ChoiceId, QuestionId
from flows.reader import PLAIN
from flows.turn import ChoiceInput, Command, Control, Input, LanguageInput, LocationInput, TextInput
from flows.vocabulary import SILENT, Vocabulary, fold, learn, whole_number

SPANISH = {"victim.age.under_16": "Menos de 16", "phrase.skip": "Saltar", "victim.shelter.no_place": "Sí"}


def english(_context: str, source: str) -> str:
    """Speak the source language."""
    return source


def spanish(context: str, source: str) -> str:
    """Speak a little Spanish, with two choices that read the same."""
    return "Sí" if context == "victim.shelter.safe_place" else SPANISH.get(context, source)


@pytest.fixture(scope="module")
def vocabulary(flow: Flow) -> Vocabulary:
    """Know both languages."""
    return learn(
        flow,
        [english, spanish],
        controls={Control.SKIP: "Skip", Control.BACK: "Back"},
        languages={"es": "Español", "zh_Hans": "简体中文"},
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Under 16", ChoiceInput(ChoiceId("under_16"), QuestionId("age"))),
        ("  menos   de 16! ", ChoiceInput(ChoiceId("under_16"), QuestionId("age"))),
        ("2", ChoiceInput(ChoiceId("from_16_to_17"), QuestionId("age"))),
        ("\u0662", ChoiceInput(ChoiceId("from_16_to_17"), QuestionId("age"))),
        ("SALTAR", Command(Control.SKIP)),
        ("back", Command(Control.BACK)),
    ],
)
def test_label_number_or_control_may_be_typed(
    flow: Flow, vocabulary: Vocabulary, typed: str, meant: Input
) -> None:
    """In any enabled language, whatever the case, spaces and digits."""
    assert meant == vocabulary.meaning(flow.by_id[QuestionId("age")], TextInput(typed), languages=False)


@pytest.mark.parametrize("typed", ["0", "7", "español", "I am under 16", "1234567", "", "1/2"])
def test_other_words_stay_words(flow: Flow, vocabulary: Vocabulary, typed: str) -> None:
    """What is not exactly a label is kept as it was written."""
    given = TextInput(typed)

    assert vocabulary.meaning(flow.by_id[QuestionId("age")], given, languages=False) is given


def test_language_may_be_typed_where_languages_are_asked(vocabulary: Vocabulary) -> None:
    """By its own name or by its code."""
    assert LanguageInput("es") == vocabulary.meaning(None, TextInput("español"), languages=True)
    assert LanguageInput("zh_Hans") == vocabulary.meaning(None, TextInput("zh Hans"), languages=True)


def test_label_of_two_choices_picks_none(flow: Flow, vocabulary: Vocabulary) -> None:
    """A word that could mean either is not taken for one of them."""
    given = TextInput("sí")

    assert vocabulary.meaning(flow.by_id[QuestionId("shelter")], given, languages=False) is given


def test_number_is_no_choice_where_words_are_asked(flow: Flow) -> None:
    """A number typed to a text question is words."""
    given = TextInput("1")

    assert SILENT.meaning(flow.by_id[QuestionId("promise")], given, languages=False) is given


def test_whole_number_is_bounded() -> None:
    """Six digits at most, no signs, no fractions."""
    assert [whole_number(text) for text in (" 12 ", "\u096f", "999999", "1000000", "-1", "1.5", "")] == [
        12,
        9,
        999999,
        None,
        None,
        None,
        None,
    ]


def test_fold_keeps_letters_and_marks_of_every_script() -> None:
    """Vowel signs are part of a word."""
    assert fold("  \uff33\uff2b\uff29\uff30\u3002 ") == "skip"
    assert fold("नमस्ते") == "नमस्ते"


@pytest.mark.parametrize(
    "typed",
    [
        "\u0623\u0631\u064a\u062f \u0625\u0644\u0649 \u0622\u062e\u0631",
        "\u0627\u0654ريد \u0627\u0655لى \u0627\u0653خر",
        "اريد الى اخر",
        "أُرِيدُ إِلَى آخَر",
        "أريـــد إلى آخر",
        "ٱريد الى اخر",
    ],
)
def test_arabic_is_the_same_however_its_alefs_are_typed(typed: str) -> None:
    """Hamza, madda, vowel signs and the stretching stroke are often left out, or put in."""
    assert fold(typed) == "اريد الى اخر"


def test_arabic_label_is_picked_without_its_signs(flow: Flow) -> None:
    """The label as people type it picks what the label as it is written means."""
    labels = {"victim.age.under_16": "أقلّ من ١٦"}
    arabic = learn(flow, [lambda context, _: labels.get(context, context)], controls={}, languages={})

    assert ChoiceInput(ChoiceId("under_16"), QuestionId("age")) == arabic.meaning(
        flow.by_id[QuestionId("age")], TextInput("اقل من ١٦"), languages=False
    )


@pytest.mark.parametrize(
    "digit", ["\u1042", "\u1092", "\u09e8", "\u0968", "\u0662", "\u06f2", "\u0be8", "\u17e2", "\uff12"]
)
def test_digit_of_any_script_picks_the_choice(flow: Flow, digit: str) -> None:
    """Burmese, Shan, Bengali, Devanagari, Arabic, Persian, Tamil, Khmer and wide digits."""
    age = flow.by_id[QuestionId("age")]

    for typed in (digit, f" {digit}. ", f"({digit})"):
        assert ChoiceInput(ChoiceId("from_16_to_17"), age.id) == SILENT.meaning(
            age, TextInput(typed), languages=False
        )


@pytest.mark.parametrize(
    ("question", "given", "answer"),
    [
        ("promise", TextInput("an office"), Wrote("an office")),
        ("promise", TextInput("  "), None),
        ("promise", LocationInput(1, 2), None),
        ("people", TextInput("12"), Counted(12)),
        ("people", TextInput("twelve"), None),
        ("place", TextInput("Lima"), Place("Lima")),
        ("place", TextInput(""), None),
        ("place", LocationInput(1, 2), Place(latitude=1, longitude=2)),
        ("age", TextInput("old"), None),
    ],
)
def test_question_takes_what_its_kind_takes(
    flow: Flow, question: str, given: TextInput | LocationInput, answer: object
) -> None:
    """What a question does not take is not forced into an answer."""
    assert answer == PLAIN.accept(flow.by_id[QuestionId(question)], given, now=0)


@pytest.mark.parametrize(("typed", "choice"), [("They named no day", "no_day"), ("longer", "longer")])
def test_line_about_a_day_may_be_typed(flow: Flow, vocabulary: Vocabulary, typed: str, choice: str) -> None:
    """Whoever types everything is not read as if the day could not be told, which counts as near."""
    question = flow.by_id[QuestionId("family_demand_by")]

    meant = vocabulary.meaning(question, TextInput(typed), languages=False)
    assert meant == ChoiceInput(ChoiceId(choice), question.id)


def test_number_at_a_day_is_no_line_of_the_screen(flow: Flow, vocabulary: Vocabulary) -> None:
    """'3' is three days, not the third line."""
    given = TextInput("3")

    assert vocabulary.meaning(flow.by_id[QuestionId("family_demand_by")], given, languages=False) is given


def test_further_words_of_a_control_are_known_in_every_language(flow: Flow) -> None:
    """Those of the source as well, whichever languages are offered; empty ones are none."""
    known = learn(
        flow,
        [
            lambda context, source: (
                "cerrar\u060c salir\uff0c,fin" if context == "phrase.exit_words" else source
            )
        ],
        controls={Control.EXIT: "Close"},
        languages={},
        words={Control.EXIT: "exit, stop"},
    )

    assert set(known.controls) == {"close", "exit", "stop", "cerrar", "salir", "fin"}
    assert "" not in known.controls
