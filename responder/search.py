"""Search: words, numbers and wallets over one's own cases, which are opened in memory and forgotten with the desk."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.answer import Chosen, Declined
from flows.digits import plain_digits
from protocol.errors import ProtocolError
from responder.failures import CaseUnreadable, Refused, WordsWrong
from responder.lines import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.summary import CaseSummary
    from protocol.desk import Header
    from protocol.revision import CaseId
    from responder.desk import Desk
    from responder.opened import OpenedCase

SHORTEST_NUMBER = 4
"""Digits from which a typed number is compared by its digits alone."""
ROUND = 40
"""Signs of a line that are shown on each side of what was found."""
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that something was said to, by its id and as it was sealed; neither, where nothing was asked."""

    question: str = ""
    sealed: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said, as it is shown and as it is compared."""

    asked: Asked
    shown: str = field(repr=False)
    folded: str = field(repr=False)
    closed: str = field(repr=False)
    """The letters and digits alone, run together."""
    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; every word has to be somewhere in the case."""

    words: tuple[str, ...] = field(repr=False)
    closed: str = field(repr=False)
    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """A case in which everything was found: pairs of what was asked and the line around the words."""

    header: Header
    lines: tuple[tuple[Asked, str], ...] = field(repr=False)


def fold(text: str) -> str:
    """Return a text as it is compared: one form, no case, no accents, no stretching, digits as 0 to 9."""
    apart = unicodedata.normalize("NFKD", plain_digits(text.replace("\u0640", ""))).casefold()
    kept = (mark for mark in apart if unicodedata.category(mark) != "Cf" and not _is_accent(mark))
    return " ".join(unicodedata.normalize("NFKC", "".join(kept)).split())


def _is_accent(mark: str) -> bool:
    """Tell a mark that is left out when typing quickly; the vowel signs of Burmese, Thai or Hindi are letters."""
    return unicodedata.combining(mark) != 0 and ord(mark) < LAST_ACCENT


LAST_ACCENT = 0x0700
"""Latin, Greek, Cyrillic, Hebrew and Arabic lie below."""


def _close(folded: str) -> str:
    return "".join(mark for mark in folded if unicodedata.category(mark)[0] in "LMN")


def read_query(text: str) -> Query:
    """Read what is looked for; raises WordsWrong where there is nothing to look for."""
    folded = fold(text)
    closed = _close(folded)
    if not closed:
        msg = "there is nothing to look for"
        raise WordsWrong(msg, "Name a word, a number or a wallet.")
    digits = "".join(mark for mark in closed if mark.isdigit())
    is_number = len(digits) >= SHORTEST_NUMBER and digits == closed
    return Query(tuple(folded.split()), closed, digits.removeprefix("00") if is_number else "")


def lines_of_case(opened: OpenedCase) -> tuple[Line, ...]:
    """Return everything that was said in a case, and what colleagues wrote about it."""
    said = [pair for session in opened.sessions for pair in _said(session)]
    said += [(Asked(), posted.words) for posted in opened.exchange.messages if posted.words]
    return tuple(line_of(asked, text) for asked, text in dict.fromkeys(said) if text)


def _said(session: CaseSummary) -> Iterator[tuple[Asked, str]]:
    for answer in session.answers:
        if isinstance(answer.answer, Declined):
            continue
        asked = Asked(answer.question, clean(answer.text))
        yield asked, answer.answer_text
        if isinstance(answer.answer, Chosen):
            yield asked, answer.answer_text_local
    for words in session.texts:
        yield Asked(words.question or "", clean(words.question_text or "")), words.text or ""


def line_of(asked: Asked, text: str) -> Line:
    """Return one thing that was said, ready to be compared."""
    folded = fold(text)
    digits = "".join(mark for mark in folded if mark.isdigit())
    return Line(asked, clean(text), folded, _close(folded), digits)


def find_in(lines: Sequence[Line], query: Query) -> tuple[tuple[Asked, str], ...]:
    """Return where a query was found; nothing unless all of it was."""
    whole = [line for line in lines if _holds(line, query)]
    if whole:
        return tuple(_excerpt(line, query) for line in whole[:MOST_SHOWN])
    every = [next((line for line in lines if word in line.folded), None) for word in query.words]
    found = [line for line in every if line is not None]
    if len(found) < len(every):
        return ()
    return tuple(_excerpt(line, query) for line in dict.fromkeys(found))[:MOST_SHOWN]


def _holds(line: Line, query: Query) -> bool:
    if query.digits:
        return query.digits in line.digits
    return query.closed in line.closed or all(word in line.folded for word in query.words)


def _excerpt(line: Line, query: Query) -> tuple[Asked, str]:
    """Return a line, cut to the words around what was found where it is long."""
    shown = line.shown
    at = shown.casefold().find(query.words[0])
    if len(shown) <= 2 * ROUND or at < 0:
        return line.asked, shown if len(shown) <= 4 * ROUND else f"{shown[: 4 * ROUND]}…"
    start, end = max(0, at - ROUND), at + len(query.words[0]) + ROUND
    return line.asked, f"{'…' if start else ''}{shown[start:end]}{'…' if end < len(shown) else ''}"


@dataclass(slots=True, repr=False)
class Finder:
    """Opens a responder's own cases and keeps what was said in them, in memory alone, for as long as it lives."""

    kept: dict[tuple[CaseId, int], tuple[Line, ...]] = field(default_factory=dict)

    async def find(self, desk: Desk, text: str) -> tuple[Hit, ...]:
        """Return the cases that a responder holds or closed in which everything was found, newest first.

        Raises WordsWrong, ServerFailure. A case that cannot be opened holds nothing to be found.
        """
        query = read_query(text)
        mine = await desk.client.mine()
        self.kept = {place: lines for place, lines in self.kept.items() if place in _places(mine)}
        hits = [Hit(header, find_in(await self._lines(desk, header), query)) for header in mine]
        return tuple(hit for hit in hits if hit.lines)

    async def _lines(self, desk: Desk, header: Header) -> tuple[Line, ...]:
        place = (header.id, header.amended)
        if place not in self.kept:
            try:
                self.kept[place] = lines_of_case(await desk.look(header.id))
            except (CaseUnreadable, Refused, ProtocolError):
                return ()
        return self.kept[place]


def _places(headers: Sequence[Header]) -> frozenset[tuple[CaseId, int]]:
    return frozenset((header.id, header.amended) for header in headers)
