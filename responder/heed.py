"""Heed: what to look at again before words go to a contact, since chats are easily mixed up.

It knows the names, sites, numbers and watchwords of each case that was opened since the desk was unlocked, in memory
alone, until the lock.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from flows.gazetteer import Gazetteer
from flows.vocabulary import fold
from responder.contacts import recognise
from responder.lexicon import own_definitions
from responder.tongue import WORD, other_language, other_script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flows.summary import CaseSummary
    from protocol.revision import CaseId
    from responder.wording import Wording

NAMES = frozenset({"F2"})
"""Questions that are answered with a person's name, by their numbers in the domain's list."""
SHORTEST_LATIN, SHORTEST = 3, 2
"""Letters of a name to look for."""
SPACELESS = ("CJK", "THAI", "LAO", "MYANMAR", "KHMER", "HIRAGANA", "KATAKANA")

Mark = tuple[str, str]
"""What tells a case from others: `word`, `site` or `contact`, and its value."""


@dataclass(slots=True, repr=False)
class Memory:
    """The marks of each case that was opened since the desk was unlocked."""

    cases: dict[CaseId, frozenset[Mark]] = field(default_factory=dict)
    phrases: dict[CaseId, str] = field(default_factory=dict)
    """The two words of each chat, as they are shown."""
    drafts: dict[CaseId, Mapping[str, str]] = field(default_factory=dict)
    """What interpreters wrote for each contact, with their names: in the right language on their word."""

    def learn(
        self, case: CaseId, sessions: Iterable[CaseSummary], wording: Wording, *, phrase: str = ""
    ) -> None:
        """Note what tells this case from others."""
        self.phrases[case] = phrase
        self.cases[case] = frozenset(mark for each in sessions for mark in marks_of(each, wording))

    def forget(self) -> None:
        """Forget every case."""
        self.cases.clear()
        self.phrases.clear()
        self.drafts.clear()

    def strange(self, text: str, case: CaseId, wording: Wording) -> tuple[str, ...]:
        """Return what of another case, and not of this one, stands in a text."""
        marks = (mark for other, found in self.cases.items() if other != case for mark in found)
        foreign = frozenset(marks) - self.cases.get(case, frozenset())
        return tuple(
            sorted(
                {_shown(mark) for mark in words_in(text, foreign) | (foreign & set(_found(text, wording)))}
            )
        )


def doubts(text: str, language: str | None, strange: Iterable[str], wording: Wording) -> tuple[str, ...]:
    """Return what to look at again before this text goes to a contact of this language, in sentences."""
    return (
        *_of_language(text, language, wording),
        *(wording("doubt_other_case", what=what) for what in strange),
    )


def _of_language(text: str, language: str | None, wording: Wording) -> Iterator[str]:
    if seems := other_language(text, language, wording):
        yield wording("doubt_language", language=seems)
    elif script := other_script(text, language, wording):
        yield wording("doubt_script", script=script)


def tells(text: str, own: Iterable[Mark], wording: Wording) -> tuple[str, ...]:
    """Return what in a text could say who somebody is: names of their case, known sites, numbers, handles, wallets."""
    return tuple(sorted({_shown(mark) for mark in words_in(text, own) | set(_found(text, wording))}))


def words_in(text: str, marks: Iterable[Mark]) -> set[Mark]:
    """Return the names and watchwords among these marks that stand in a text."""
    said = spread(text)
    return {mark for mark in marks if mark[0] == "word" and _stands(mark[1], said)}


def marks_of(session: CaseSummary, wording: Wording) -> Iterator[Mark]:
    """Give what tells a case from others: names, watchwords, sites, and numbers, handles and wallets."""
    yield from (("word", spread(words)) for words in session.watchword if words.strip())
    answers = [line for line in session.answers if not line.superseded]
    named = (line.answer_text for line in answers if line.ref in NAMES)
    for name in (name for text in named for name in spread(text).split()):
        if len(name) >= (SHORTEST_LATIN if name.isascii() else SHORTEST):
            yield "word", name
    texts = [line.text or "" for line in session.texts if not line.superseded]
    for text in (*texts, *(line.answer_text for line in answers)):
        yield from _found(text, wording)


def _found(text: str, wording: Wording) -> Iterator[Mark]:
    yield from (("site", str(site)) for site in _gazetteer().find(text))
    yield from (("contact", contact.value) for contact in recognise(text, (), wording))


def _stands(words: str, said: str) -> bool:
    """Say whether words stand whole in what is said; in scripts without spaces, anywhere."""
    if any(unicodedata.name(sign, "").startswith(SPACELESS) for sign in words):
        return words in said
    return f" {words} " in f" {said} "


def _shown(mark: Mark) -> str:
    names = {str(site.id): site.names[0] for site in own_definitions().tables.sites}
    return names.get(mark[1], mark[1]) if mark[0] == "site" else mark[1]


def spread(text: str) -> str:
    """Return a text as folded words with one space between."""
    return " ".join(WORD.findall(fold(text)))


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer(own_definitions().tables.sites)
