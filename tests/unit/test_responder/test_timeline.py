"""The timeline: what it has, in which order, and that nothing in it is said twice."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

from protocol.message import MessageKind, MessageState, When
from responder.lexicon import vocabulary
from responder.messages import Exchange, Posted
from responder.timeline import timeline
from tests.unit.test_responder.test_reader import opened, read
from tests.unit.test_responder.told import DANGER

WORDING, _ = vocabulary("en", ())


def test_the_newest_stands_first() -> None:
    """What came in, what was answered, what was changed, what colleagues wrote."""
    case = opened(DANGER)
    at = datetime(2026, 3, 1, 13, 0, tzinfo=UTC)
    note = Posted(
        0,
        case.header.id,
        "Amina",
        at,
        MessageKind.NOTE,
        MessageState.KEPT,
        at,
        "Ask about papers",  # type: ignore[arg-type]
    )
    case = dataclasses.replace(case, exchange=Exchange((note,), When.NOW))
    found = timeline(read(case), WORDING)

    assert [each.at for each in found] == sorted((each.at for each in found), reverse=True)
    told = [(each.what, each.words.text, each.who) for each in found]
    assert ("For colleagues", "Ask about papers", "Amina") in told
    assert "The case came" in [each.what for each in found]
    assert [each.what for each in found].count("An answer was changed") == 1


def test_answers_of_one_sitting_are_one_event() -> None:
    """A long questionnaire is one line, not forty."""
    found = [each for each in timeline(read(opened(DANGER)), WORDING) if "answers" in each.what]

    assert len(found) == 1


def test_what_they_sent_is_theirs() -> None:
    """Words and pictures stand as the contact's, in their own words."""
    found = timeline(read(opened(DANGER)), WORDING)

    assert ("Wrote", "أرجوكم ساعدوني", "them") in [(e.what, e.words.text, e.tone) for e in found]
