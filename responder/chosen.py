"""Chosen texts: which single texts of a case can go to an interpreter, and what in one could say who somebody is."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.answer import Place, Wrote
from flows.digits import plain_digits
from flows.ids import Tier
from protocol.interpreting import LONGEST_TEXT, MOST_TEXTS, Aim
from protocol.message import LONGEST_MESSAGE, MessageKind
from responder.failures import WordsWrong
from responder.heed import marks_of, tells
from responder.jobs import Chosen
from responder.lexicon import own_definitions
from responder.lines import Lines, clean, kind
from responder.messages import write_words
from responder.reading import NOTHING, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flows.summary import AnswerLine, CaseSummary
    from responder.lexicon import Lexicon
    from responder.opened import OpenedCase
    from responder.wording import Wording

LEFT_OUT = "[…]"
"""Stands where something was taken out of a text."""
TELLING = frozenset({Tier.IDENTITY, Tier.LOCATION})
"""Whoever answers a question of these tiers says who or where somebody is, in whatever words."""
DIGITS = re.compile(r"\d(?:[ .\-/()]{0,2}\d){4,}")
"""Five digits or more can be a number by which somebody is found."""
_ID_LETTERS = 8


@dataclass(frozen=True, slots=True)
class Choosable:
    """One text: its id follows from its words, so that it never comes to mean another one.

    `about` is what it answers, for whoever chooses; it does not go. `telling` is what to look at before it goes.
    """

    id: str
    text: str = field(repr=False)
    about: Text = NOTHING
    language: str | None = None
    telling: tuple[str, ...] = ()


def choosable(opened: OpenedCase, wording: Wording, lexicon: Lexicon) -> tuple[Choosable, ...]:
    """Return every text of an opened case that can be chosen, in the order in which it stands there, each once."""
    look = Look(opened, wording, lexicon)
    found: dict[str, Choosable] = {}
    for each in (*look.answers(), *look.words(), *look.replies()):
        found.setdefault(each.id, each)
    return tuple(found.values())


def text_id(text: str) -> str:
    """Return what a text is called: the first letters of its hash."""
    return hashlib.sha256(text.encode()).hexdigest()[:_ID_LETTERS]


@dataclass(frozen=True, slots=True)
class Look:
    """A case that is looked through for texts."""

    opened: OpenedCase
    wording: Wording
    lexicon: Lexicon

    def answers(self) -> Iterator[Choosable]:
        """Give what was typed as an answer and stands."""
        for session in self.opened.sessions:
            lines = Lines(session, self.wording, self.lexicon)
            for line in session.answers:
                if _is_written(line):
                    about = lines.question(line.question, line.text)
                    yield self._made(line.answer_text, about, session, is_named=_is_telling(line.question))

    def words(self) -> Iterator[Choosable]:
        """Give what was written beside the questions and stands."""
        for session in self.opened.sessions:
            for line in session.texts:
                if line.text and line.text.strip() and not line.superseded:
                    yield self._made(line.text, Text(kind(line.kind, self.wording)), session)

    def replies(self) -> Iterator[Choosable]:
        """Give what we wrote to them: a colleague may have done so in their language."""
        newest = self.opened.sessions[-1]
        for posted in self.opened.exchange.messages:
            if posted.kind is MessageKind.REPLY and posted.words:
                yield self._made(posted.words, Text(self.wording(f"message.{posted.kind}")), newest)

    def telling(self, text: str, *, is_named: bool = False) -> tuple[str, ...]:
        """Return what in a text could say who somebody is."""
        marks = {mark for each in self.opened.sessions for mark in marks_of(each, self.wording)}
        digits = (each[0] for each in DIGITS.finditer(plain_digits(text)))
        named = (self.wording("interpret_named"),) if is_named else ()
        return (*named, *dict.fromkeys((*tells(text, marks, self.wording), *digits)))

    def _made(self, text: str, about: Text, session: CaseSummary, *, is_named: bool = False) -> Choosable:
        words = clean(text)[:LONGEST_TEXT]
        telling = self.telling(words, is_named=is_named)
        return Choosable(text_id(words), words, about, session.language, telling)


def choose(
    opened: OpenedCase, ids: Sequence[str], wording: Wording, lexicon: Lexicon, *, without: Iterable[str] = ()
) -> Chosen:
    """Return the texts of these ids, with some words taken out of them; raises WordsWrong."""
    every = {each.id: each for each in choosable(opened, wording, lexicon)}
    found = [_named(every, name) for name in dict.fromkeys(ids)]
    look = Look(opened, wording, lexicon)
    texts = tuple(leave_out(each.text, without) for each in found)
    telling = tuple(
        each.telling if text == each.text else look.telling(text)
        for each, text in zip(found, texts, strict=True)
    )
    languages = [each.language for each in found if each.language]
    return Chosen(Aim.READ, languages[0] if languages else "", check_texts(texts), telling)


def draft(opened: OpenedCase, words: str, language: str, wording: Wording, lexicon: Lexicon) -> Chosen:
    """Return words of ours that are to be put into the contact's language; raises WordsWrong."""
    text = write_words(words)
    return Chosen(Aim.WRITE, language, (text,), (Look(opened, wording, lexicon).telling(text),))


def edited(
    opened: OpenedCase, chosen: Chosen, texts: Iterable[str], wording: Wording, lexicon: Lexicon
) -> Chosen:
    """Return it with texts as somebody left them after a look; raises WordsWrong."""
    kept = check_texts(tuple(clean(text).strip() for text in texts))
    if chosen.aim is Aim.WRITE and any(len(text) > LONGEST_MESSAGE for text in kept):
        msg = f"a message has {LONGEST_MESSAGE} characters at most"
        raise WordsWrong(msg, "Say it shorter, or in two messages.")
    look = Look(opened, wording, lexicon)
    return Chosen(chosen.aim, chosen.language, kept, tuple(look.telling(text) for text in kept))


def leave_out(text: str, without: Iterable[str]) -> str:
    """Return a text with words taken out, wherever they stand and however they are written."""
    for words in without:
        if words.strip():
            text = re.sub(re.escape(words.strip()), LEFT_OUT, text, flags=re.IGNORECASE)
    return text


def stands_for(handed: str, original: str) -> bool:
    """Say whether a text that was handed over is this one, whole or with words taken out."""
    first, *rest = handed.split(LEFT_OUT)
    if not rest:
        return handed == original
    if not original.startswith(first) or not original.endswith(rest[-1]):
        return False
    at, end = len(first), len(original) - len(rest[-1])
    for piece in rest[:-1]:
        at = original.find(piece, at, end) + len(piece)
        if at < len(piece):
            return False
    return at <= end


def check_texts(texts: Sequence[str]) -> tuple[str, ...]:
    """Return texts that can go; raises WordsWrong where there are none, or too much of it."""
    kept = tuple(text for text in texts if text.replace(LEFT_OUT, "").strip())
    if not kept or len(kept) != len(texts):
        msg = "there is nothing left for an interpreter to read"
        raise WordsWrong(msg, "Choose at least one text, and leave some of each.")
    if len(kept) > MOST_TEXTS or any(len(text) > LONGEST_TEXT for text in kept):
        msg = f"an interpreter gets {MOST_TEXTS} texts at once at most, of {LONGEST_TEXT} characters each"
        raise WordsWrong(msg, "Send the rest by itself.")
    return kept


def _named(every: Mapping[str, Choosable], name: str) -> Choosable:
    found = [each for each in every.values() if name and each.id.startswith(name.strip().lower())]
    if len(found) != 1:
        msg = "that names no one text of this case"
        raise WordsWrong(msg, "`wayout-responder interpret texts CASE` lists them with their ids.")
    return found[0]


def _is_written(line: AnswerLine) -> bool:
    match line.answer:
        case Wrote() | Place(text=str()):
            return not line.superseded and bool(line.answer_text.strip())
        case _:
            return False


def _is_telling(question: str) -> bool:
    """Say whether a question asks who or where somebody is; one that is not known here may."""
    known = own_definitions().whole.by_id.get(question)  # type: ignore[call-overload]
    return known is None or known.tier in TELLING
