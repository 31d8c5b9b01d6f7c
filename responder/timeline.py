"""The timeline: what happened in a case and when, in one column, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from responder.reading import NOTHING, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from responder.reading import Reading, Said
    from responder.wording import Wording

PAUSE = timedelta(minutes=15)
"""Answers that are closer than this are one event."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: a line to show, the words of it, and who did it where that was a colleague."""

    at: datetime
    what: str
    words: Text = NOTHING
    who: str = ""
    tone: str = ""
    """`them` for what the contact did, `us` for a colleague, `desk` for the server."""


def timeline(reading: Reading, wording: Wording) -> tuple[Happening, ...]:
    """Return everything that is known to have happened, newest first."""
    found = (
        *_desk(reading, wording),
        *_answers(reading.answers, wording),
        *_words(reading),
        *_files(reading),
        *_letters(reading),
        *_regrades(reading),
    )
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def _desk(reading: Reading, wording: Wording) -> Iterator[Happening]:
    yield Happening(reading.received_at, wording("happened.received"), tone="desk")
    if reading.due_at is not None:
        yield Happening(reading.due_at, wording("happened.due"), tone="desk")
    if reading.lease_until is not None:
        yield Happening(reading.lease_until, wording("happened.lease"), tone="desk")


def _answers(answers: Sequence[Said], wording: Wording) -> Iterator[Happening]:
    """Give one event for each run of answers, and one for each that was changed."""
    told = sorted(((said.at, said.question) for said in answers if said.at), key=lambda each: each[0])
    for run in _runs(told):
        at, question = run[-1]
        key = "happened.answered_one" if len(run) == 1 else "happened.answered"
        yield Happening(at, wording(key, count=len(run)), question, tone="them")
    for said in answers:
        if said.before and said.at:
            yield Happening(said.at, wording("happened.changed"), said.question, tone="them")


def _runs(told: Iterable[tuple[datetime, Text]]) -> Iterator[list[tuple[datetime, Text]]]:
    run: list[tuple[datetime, Text]] = []
    for each in told:
        if run and each[0] - run[-1][0] > PAUSE:
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _words(reading: Reading) -> Iterator[Happening]:
    for heard in reading.words:
        if heard.at is not None:
            yield Happening(heard.at, heard.kind, heard.text, tone="them")


def _files(reading: Reading) -> Iterator[Happening]:
    for file in reading.files:
        if file.at is not None:
            yield Happening(file.at, file.title, tone="them")


def _letters(reading: Reading) -> Iterator[Happening]:
    for letter in reading.letters:
        yield Happening(letter.at, letter.kind, letter.words, letter.who, tone="us")


def _regrades(reading: Reading) -> Iterator[Happening]:
    for each in reading.regradings:
        yield Happening(each.at, each.change, each.reason, each.who, tone="us")
