"""Questions of the questionnaire that a responder can put to a contact, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.detour import askable
from responder.failures import SettingsWrong
from responder.lexicon import own_definitions, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from responder.lexicon import Lexicon
    from responder.opened import OpenedCase


@dataclass(frozen=True, slots=True)
class Asking:
    """A question by its id, as the responder reads it and as the contact does."""

    id: str
    shown: str
    sent: str

    @property
    def asked(self) -> str:
        """Return what is asked, without how to answer, as one line."""
        return " ".join(self.shown.rpartition(BREAK)[2].split())


BREAK = "\n\n"
"""Between how to answer and what is asked."""


def askings(flow: str, lexicon: Lexicon, language: str | None) -> Iterator[Asking]:
    """Give what can be asked on one path, in the order of the questionnaire.

    `language` is the contact's; where it has no catalogue they are asked in English, as by the bot.
    """
    found = own_definitions()
    _, theirs = vocabulary(None, (language,) if language else ())
    path = found.flows.get(flow, found.whole)  # type: ignore[call-overload]
    able = askable(path)
    for question in path.questions:
        if question.id in able:
            text = question.worded(question.text)
            yield Asking(question.id, lexicon.question(question.id, text), theirs.question(question.id, text))


def asking(flow: str, lexicon: Lexicon, language: str | None, question: str) -> Asking:
    """Return one of them; raises SettingsWrong."""
    for each in askings(flow, lexicon, language):
        if each.id == question:
            return each
    msg = "there is no such question to ask them"
    raise SettingsWrong(msg, "`wayout-responder ask CASE --list` shows the questions of their path.")


def worth_asking(opened: OpenedCase, lexicon: Lexicon) -> tuple[Asking, ...]:
    """Return every question that can be put to the contact of a case: what is not known yet first."""
    header = opened.header
    grades = [each.assessment for each in opened.sessions if each.assessment is not None]
    unknown = grades[-1].unknown if grades else ()
    found = {each.id: each for each in askings(header.flow, lexicon, header.language)}
    first = [found[each] for each in map(str, unknown) if each in found]
    return (*first, *(each for each in found.values() if each not in first))
