"""Vocabulary: which typed words pick a choice, a control or a language, in every enabled language."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from flows.definition import NAMED, Flow, Kind, Question, choice_context
from flows.ids import ChoiceId, QuestionId
from flows.turn import ChoiceInput, Command, Control, Input, LanguageInput, TextInput

Translate = Callable[[str, str], str]
"""From a catalogue context and an English source to the text in one language."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Folded words and what they pick."""

    choices: Mapping[QuestionId, Mapping[str, ChoiceId]] = field(default_factory=dict)
    controls: Mapping[str, Control] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)

    @property
    def taken(self) -> frozenset[str]:
        """Every word that is an answer to some question, a control or a language."""
        answers = (word for words in self.choices.values() for word in words)
        return frozenset((*answers, *self.controls, *self.languages))

    def meaning(self, question: Question | None, text: TextInput, *, languages: bool) -> Input:
        """Tell what the words pick on this screen; words that pick nothing are themselves."""
        word = fold(text.text)
        if languages and (code := self.languages.get(word)) is not None:
            return LanguageInput(code)
        if question is not None and (choice := self._choice(question, word)) is not None:
            return ChoiceInput(choice, question.id)
        return self.control(text) or text

    def control(self, text: TextInput) -> Command | None:
        """Tell which control the words name, on any screen."""
        control = self.controls.get(fold(text.text))
        return None if control is None else Command(control)

    def _choice(self, question: Question, word: str) -> ChoiceId | None:
        if question.kind not in {Kind.CHOICE, Kind.MULTI, Kind.WHEN}:
            return None
        # At a date a number is a day, not the place of a line on the screen.
        number = whole_number(word) if question.kind is not Kind.WHEN else None
        if number is not None and 1 <= number <= len(question.choices):
            return question.choices[number - 1].id
        return self.choices.get(question.id, {}).get(word)


WORDED = (Control.EXIT, Control.READERS, Control.ERASE, Control.CODE)
"""The controls that have further words, in a phrase of their own: `exit_words`."""
MAX_DIGITS = 6
COMMA = re.compile("[,\u060c\u3001\uff0c]")


def whole_number(text: str) -> int | None:
    """Read a whole number of at most six digits, in the digits of any script."""
    digits = text.strip()
    return int(digits) if len(digits) <= MAX_DIGITS and digits.isdecimal() else None


ARABIC = str.maketrans(
    dict.fromkeys("\u0622\u0623\u0625\u0671", "\u0627")
    | dict.fromkeys(["\u0640", "\u0670", *map(chr, range(0x064B, 0x0660))])
)
"""Every alef to the bare one; vowel signs and the stretching stroke to nothing: few people type them."""


LONGEST = 5000
"""Signs that are read of a text: Telegram sends 4096, but some of them stand for a whole sentence."""
MOST_MARKS = 30
"""Marks on one letter, as in Unicode's stream-safe texts; to put thousands in order takes long."""


def normal(text: str) -> str:
    """Give the text in Unicode's form NFKC, without what only somebody who wants to keep us busy would type."""
    if text.isascii():
        return text[:LONGEST]
    runs = ("".join(run)[: MOST_MARKS if stacked else None] for stacked, run in groupby(text, _is_stacked))
    return unicodedata.normalize("NFKC", "".join(runs))[:LONGEST]


def _is_stacked(sign: str) -> bool:
    return unicodedata.combining(sign) != 0


def fold(text: str) -> str:
    """Bring words to one form: case, width, spaces, punctuation and Arabic vowel signs do not matter."""
    plain = normal(text).translate(ARABIC).casefold()
    kept = (mark if unicodedata.category(mark)[0] in "LMN" else " " for mark in plain)
    return " ".join("".join(kept).split())


def learn(
    flow: Flow,
    translations: Iterable[Translate],
    *,
    controls: Mapping[Control, str],
    languages: Mapping[str, str],
    words: Mapping[Control, str] | None = None,
) -> Vocabulary:
    """Build the vocabulary from the languages' texts.

    `controls` gives the English label of each control (context `phrase.<control>`), `languages` the own name
    of each language code, `words` further words for a control, between commas (context `phrase.<control>_words`).
    A word that would pick two choices of one question picks none.
    """
    voices = tuple(translations)
    names = {fold(name): code for code, name in languages.items()} | {fold(code): code for code in languages}
    return Vocabulary(
        choices={question.id: _labels(flow, question, voices) for question in flow.questions},
        controls={
            word: control
            for voice in voices
            for control, label in controls.items()
            for word in (fold(voice(f"phrase.{control}", label)), *_further(voice, control, words or {}))
        },
        languages=names,
    )


def _further(voice: Translate, control: Control, words: Mapping[Control, str]) -> Iterable[str]:
    """The words of a language and, whichever are offered, those of the source."""
    source = words.get(control, "")
    listed = f"{source},{voice(f'phrase.{control}_words', source)}" if source else ""
    return [word for word in map(fold, COMMA.split(listed)) if word]


def _labels(flow: Flow, question: Question, voices: Iterable[Translate]) -> Mapping[str, ChoiceId]:
    found: dict[str, set[ChoiceId]] = {}
    if question.kind in NAMED:
        return {}
    for voice in voices:
        for choice in question.choices:
            word = fold(voice(choice_context(flow, question, choice), choice.text))
            found.setdefault(word, set()).add(choice.id)
    return {word: next(iter(picked)) for word, picked in found.items() if len(picked) == 1}


SILENT = Vocabulary()
"""No words known but the numbers of choices."""
