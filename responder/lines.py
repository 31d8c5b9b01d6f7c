"""What was said in one session, line by line: answers, changed answers, free words, places."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from flows.answer import Chosen, Declined, Place
from flows.definition import Kind
from locales.catalog import SOURCE
from locales.territories import territory
from responder.caution import money_warning
from responder.reading import NOTHING, Said, Text, Words
from responder.wording import is_rtl, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flows.assessment import Evidence
    from flows.summary import AnswerLine, CaseSummary, Labelled, WordLine
    from responder.lexicon import Lexicon
    from responder.wording import Wording

BIDI_CONTROLS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ASKING = "?؟？՞፧"  # noqa: RUF001 - the question marks of several scripts
WHERE = frozenset({"V4", "V9", "F5", "F6", "O3"})
"""The domain's questions about stages, places and the way."""
HEAVY = frozenset({"V12", "V14", "V16", "F8b", "F9", "F11"})
"""The domain's questions about violence, threats and forced acts."""
BULLET = "•"
LOCATION = "location"
"""The kind of a note whose content is kept as an answer."""
LONGEST_QUOTE = 240
"""Characters of free text that a finding quotes; the whole stands below."""


def clean(text: str) -> str:
    """Take out what can steer a terminal or turn a line around: control characters and direction marks."""
    whole = text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(mark for mark in whole if mark == "\n" or not steers(mark))


def steers(mark: str) -> bool:
    """Say whether a character can steer a terminal or turn a line around."""
    return mark in BIDI_CONTROLS or unicodedata.category(mark) == "Cc"


def short(question: str) -> str:
    """Return the part of a question that asks; the lines around it, and its bullets, are for the contact's screen."""
    lines = [line.strip() for line in question.splitlines() if line.strip()]
    plain = [line for line in lines if not line.startswith(BULLET)]
    asking = [line for line in plain if any(mark in line for mark in ASKING)]
    return " ".join(asking or plain or lines)


def moment(seconds: int) -> datetime:
    """Return Unix seconds as a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def kind(name: str, wording: Wording) -> str:
    """Return the word for what came; a kind that is new to this program is 'something'."""
    return wording(f"kind.{name}" if f"kind.{name}" in wording.texts else "kind.other")


def _changed(lines: Sequence[AnswerLine]) -> tuple[AnswerLine, ...]:
    """Return the earlier answers that the last one takes back.

    Where several choices may be ticked, each tick is an answer of its own: one more tick takes nothing back,
    and of the ticks on the way to an answer that was taken back, only the fullest is shown.
    """
    kept: list[AnswerLine] = []
    for line in reversed(lines[:-1]):
        later = (lines[-1], *kept)
        if not any(_within(line, other) for other in later):
            kept.append(line)
    return tuple(reversed(kept))


def _within(line: AnswerLine, other: AnswerLine) -> bool:
    match line.answer, other.answer:
        case Chosen(some), Chosen(more):
            return set(some) <= set(more)
        case some, more:
            return some == more


def remark(line: AnswerLine) -> Text:
    """Return what a program could tell of an answer, as the case has it: in English."""
    return Text(clean(line.remark), SOURCE)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one session, for a reader of one language."""

    session: CaseSummary
    wording: Wording
    lexicon: Lexicon
    numbers: Mapping[str, int] = field(default_factory=dict)
    """The number of each file of the case, by its id."""

    # --- answers

    def answers(self) -> tuple[Said, ...]:
        """Return each question that was answered, with its latest answer and the ones before it."""
        asked: dict[str, list[AnswerLine]] = {}
        for line in self.session.answers:
            if line.kind is not Kind.LANGUAGE:
                asked.setdefault(line.question, []).append(line)
        return tuple(self._said(lines[-1], _changed(lines)) for lines in asked.values())

    def route(self) -> tuple[Said, ...]:
        """Return the stage, and the standing answers about places and the way, each with what could be told of it."""
        stage = f"stage.{self.session.stage}"
        first = (Said(NOTHING, self._mine(self.wording(stage))),) if stage in self.wording.texts else ()
        lines = (line for line in self.session.answers if line.ref in WHERE and not line.superseded)
        told = (line for line in lines if line.kind is not Kind.CHOICE)
        answered = [line for line in told if not isinstance(line.answer, Declined)]
        return (*first, *(Said(NOTHING, self.answer(line), remark=remark(line)) for line in answered))

    def _said(self, line: AnswerLine, before: Iterable[AnswerLine] = ()) -> Said:
        foreign = self._foreign()
        return Said(
            question=self.question(line.question, line.text),
            answer=self.answer(line),
            own_question=self._own(short(line.text_local)) if foreign else NOTHING,
            own_answer=self._own(line.answer_text_local) if foreign else NOTHING,
            at=moment(line.at),
            declined=isinstance(line.answer, Declined),
            before=tuple(self._said(old) for old in before),
            remark=remark(line) or self._warning(line),
            heavy=line.ref in HEAVY,
        )

    def _warning(self, line: AnswerLine) -> Text:
        return money_warning(line.answer_text, self.wording) if line.kind is Kind.TEXT else NOTHING

    def _foreign(self) -> bool:
        """Say whether the contact reads another language than the responder."""
        return (self.session.language or self.wording.language) != self.wording.language

    def question(self, question: str, sealed: str = "") -> Text:
        """Return a question in the reader's language; one that nobody here knows is named by its id."""
        text = self.lexicon.question(question, sealed)
        return self._mine(short(text) or question.replace("_", " "))

    def choice(self, question: str, label: Labelled) -> Text:
        """Return a choice in the reader's language."""
        return self._mine(self.lexicon.choice(question, label.choice, label.text))

    def answer(self, line: AnswerLine) -> Text:
        """Return an answer: choices in the reader's language, what was written as it was written."""
        match line.answer:
            case Chosen():
                return self._picked(line, line.choices)
            case Declined():
                return self._mine(self.lexicon.text(f"phrase.declined_{line.answer.how}", line.answer_text))
            case Place(country=str(code), text=None, latitude=None):
                return self._mine(territory(code, self.wording.language))
            case _:
                return self._own(line.answer_text)

    def _picked(self, line: AnswerLine, labels: Iterable[Labelled]) -> Text:
        return self._mine("; ".join(self.choice(line.question, label).text for label in labels))

    # --- evidence

    def evidence(self, found: tuple[Evidence, ...]) -> tuple[Said, ...]:
        """Return what a finding rests on: for each question the very choices, for words the words."""
        answers = (each for each in found if each.question is not None)
        said = [
            self._proof(question, [each.answer for each in group if each.answer])
            for question, group in groupby(answers, key=lambda each: each.question or "")
        ]
        quotes = [self._quote(each) for each in found if each.text is not None]
        return tuple(each for each in (*said, *quotes) if each is not None)

    def _proof(self, question: str, choices: list[str]) -> Said | None:
        """Return the question with those of its choices that the finding rests on, or with what was typed."""
        for line in reversed(self.session.answers):
            if line.question == question and not isinstance(line.answer, Declined):
                picked = tuple(label for label in line.choices if label.choice in choices) or line.choices
                answer = self._picked(line, picked) if picked else self.answer(line)
                return Said(
                    self.question(question, line.text), answer, at=moment(line.at), remark=remark(line)
                )
        return None

    def _quote(self, evidence: Evidence) -> Said | None:
        found = next((line for line in self.session.texts if line.order == evidence.text), None)
        if found is None:
            return None
        words = clean(found.text or "")[evidence.start : evidence.end][:LONGEST_QUOTE]
        shown = self._own(words) if words else self._mine(kind(found.kind, self.wording))
        return Said(NOTHING, shown, at=moment(found.at))

    # --- words

    def words(self) -> tuple[Words, ...]:
        """Return what came beside the questions, an edited message with what it said before."""
        standing: list[Words] = []
        before: list[Text] = []
        for line in self.session.texts:
            if line.superseded:
                before.append(self._own(line.text or ""))
                continue
            standing.append(self._heard(line, tuple(before)))
            before = []
        return tuple(standing)

    def _heard(self, line: WordLine, before: tuple[Text, ...]) -> Words:
        during = self.question(line.question, line.question_text or "") if line.question else NOTHING
        number = self.numbers.get(line.attached.id) if line.attached else None
        return Words(
            kind(line.kind, self.wording),
            self._own(line.text or ""),
            moment(line.at),
            during,
            before,
            absent=not line.text and line.kind != LOCATION and number is None,
            file="" if number is None else self.wording("attachment", number=number),
            later=self.wording("attachment_later") if line.later else "",
            remark=money_warning(line.text or "", self.wording),
        )

    # --- languages

    def _mine(self, text: str) -> Text:
        return Text(clean(text), tag(self.wording.language), self.wording.rtl)

    def _own(self, text: str) -> Text:
        language = self.session.language
        return Text(clean(text), tag(language), is_rtl(language))
